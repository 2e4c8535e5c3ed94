// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The lowering of one tile program to loops over vectors: where tiles live, and the parts that emit code.
//
// A tile is either *lazy*, computed again wherever an element of it is read, or has a *home*, a matrix in the thread's
// scratch memory. BlockPlan decides which and in what order the ops of a block run; the Lower*.cpp files emit them.
#pragma once

#include "dialects/Tile/TileOps.h"
#include "lib/Target/CPU/BlockPlan.h"
#include "lib/Target/CPU/Features.h"
#include "lib/Target/CPU/Scratch.h"
#include "lib/Target/Common/BlockLists.h"
#include "lib/Target/Common/IndexConstants.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"

#include <map>

namespace attn::cpu {

/// Where a tile lies. Element (i, j) is at row rowOffset + i and column colOffset + j of a row-major matrix; of a
/// column tile (N x 1) `upright` is set, and element (i, 0) is at column colOffset + i. Offsets may be null: 0.
struct Home {
  mlir::Value memref;
  mlir::Value rowOffset;
  mlir::Value colOffset;
  bool upright = false;
};

/// A right operand in transposed form: memref<panels x K x width>.
struct Panels {
  mlir::Value memref;
  int64_t width = 0;
};

/// Elements of a tile to compute: (i, j) alone, or `width` of them from (i, j) on along dim `along`.
struct At {
  mlir::Value i;
  mlir::Value j;
  int along = 1;
  unsigned width = 1;
};

/// How many of a vector's lanes exist: all (empty), a constant number, or a run-time number.
struct Lanes {
  std::optional<int64_t> fixed;
  mlir::Value dynamic;
  bool all() const { return !fixed && !dynamic; }
};

class TileLowering {
public:
  TileLowering(tile::KernelOp kernel, const CPUTarget &target, mlir::OpBuilder &builder);

  /// Makes the function beside the kernel. Fails with a diagnostic at the op that cannot be lowered.
  mlir::FailureOr<mlir::func::FuncOp> run();

private:
  // LowerControl.cpp: blocks, loops, branches, everything that is not a tile op.
  mlir::LogicalResult lowerBlock(mlir::Block &block, llvm::ArrayRef<Home> targets, mlir::ValueRange roots);
  mlir::LogicalResult lowerNode(const BlockPlan &plan, const BlockNode &node, unsigned number);
  mlir::LogicalResult lowerFor(const BlockPlan &plan, unsigned node, mlir::scf::ForOp op);
  mlir::LogicalResult lowerIf(const BlockPlan &plan, mlir::scf::IfOp op);
  mlir::LogicalResult lowerPlain(mlir::Operation *op);
  void wantResult(const BlockPlan &plan, mlir::Value yielded, const Home &target, mlir::Value root);
  mlir::LogicalResult yieldTiles(mlir::Operation *terminator, llvm::ArrayRef<Home> targets);
  bool canTakeOver(const BlockPlan &plan, unsigned node, mlir::scf::ForOp op, mlir::OpOperand &init);

  // Homes.cpp: where tiles lie.
  Home newHome(mlir::Value tile);
  /// The home of a node's result: one that was wanted, one that dies in this node, or a new one.
  Home homeForResult(const BlockPlan &plan, unsigned node, mlir::Value tile);
  const Home *findHome(mlir::Value tile);
  Home viewAt(const Home &home, llvm::ArrayRef<mlir::OpFoldResult> offsets);
  void adopt(mlir::Value tile, mlir::Value source);
  void release(const BlockPlan &plan, unsigned node);
  /// Packs the panels of a tile that has just been defined, if some product wants them.
  void afterDefinition(mlir::Value tile);

  // LowerSweeps.cpp
  struct SweepItem;
  mlir::LogicalResult lowerSweep(const BlockPlan &plan, const BlockNode &node, unsigned number);
  void sweepRows(llvm::MutableArrayRef<SweepItem> items, int64_t rows, int64_t cols, unsigned width);
  void sweepColumns(llvm::MutableArrayRef<SweepItem> items, int64_t rows, int64_t cols, unsigned width);
  void sweepColumnTile(llvm::MutableArrayRef<SweepItem> items, int64_t rows, unsigned width);
  void sweepStep(llvm::MutableArrayRef<SweepItem> items, const At &at, const Lanes &lanes,
                 llvm::MutableArrayRef<mlir::Value> accumulators, bool lengthwise);
  llvm::SmallVector<mlir::Value> startAccumulators(llvm::ArrayRef<SweepItem> items, unsigned width);
  void hoistRowValues(mlir::Value tile, const At &row);

  // LowerProducts.cpp
  struct Product;
  mlir::LogicalResult lowerProduct(const BlockPlan &plan, tile::MmaOp op, unsigned number);
  void productPanel(Product &product, mlir::Value column, mlir::Value panel, unsigned vectors, unsigned lastLanes);
  void productBlock(Product &product, mlir::Value row, unsigned rows, mlir::Value column, mlir::Value panel,
                    unsigned vectors, unsigned lastLanes);
  mlir::Value loadRight(Product &product, mlir::Value k, mlir::Value column, mlir::Value panel, unsigned vector,
                        std::optional<int64_t> lanes);
  void packPanels(mlir::Value tile, const Panels &panels);

  // LowerDotRows.cpp
  mlir::LogicalResult lowerDotRows(const BlockPlan &plan, tile::MmaOp op, unsigned number);
  struct RowRange {
    int64_t first, count;
  };
  void dotRows(tile::MmaOp op, const Home &source, const Home &result, RowRange rows, mlir::Value zero);

  // LowerWhole.cpp: ops with a loop nest of their own.
  mlir::LogicalResult lowerWhole(const BlockPlan &plan, mlir::Operation *op, unsigned number);
  /// home = source, element by element or vector by vector.
  void copyTile(mlir::Value source, const Home &home);
  void copyHome(const Home &from, const Home &to, mlir::Value like);
  void scatterStore(tile::StoreOp op);
  void lowerScan(tile::ScanOp op, const Home &home);
  void lowerSolve(tile::SolveOp op, const Home &home);
  void lowerShear(tile::ShearOp op, const Home &home);
  void reduceByRegion(tile::ReduceOp op, const Home &home);
  void forEachElement(llvm::ArrayRef<int64_t> shape, llvm::function_ref<void(const At &)> body);

  // Evaluate.cpp: elements of tiles as vectors and scalars.
  mlir::Value evaluate(mlir::Value tile, const At &at);
  /// The same, in the type in which the tile would be stored: f16 and bf16 come as f32, i1 as i8.
  mlir::Value evaluateStored(mlir::Value tile, const At &at);
  /// An integer as the stored form of a 16-bit float that holds it exactly.
  mlir::Value convertInteger(mlir::Operation *op, const At &at);
  mlir::Value evaluateFresh(mlir::Value tile, const At &at);
  mlir::Value evaluateElementwise(mlir::Operation *op, const At &at);
  mlir::Value loadHome(const Home &home, const At &at);
  void storeHome(const Home &home, mlir::Value value, const At &at, const Lanes &lanes);
  void remember(mlir::Value tile, const At &at, mlir::Value value);

  // MemoryAccess.cpp: tile.load and tile.store on vectors and scalars.
  struct Place;
  Place placeOf(mlir::Operation *op, const At &at);
  mlir::Value evaluateLoad(tile::LoadOp op, const At &at);
  mlir::Value evaluateGather(tile::LoadOp op, const At &at);
  void storeMemory(tile::StoreOp op, mlir::Value value, const At &at, const Lanes &lanes);

  // Vocabulary.cpp
  mlir::Value index(int64_t value);
  mlir::Value add(mlir::Value left, mlir::Value right);
  mlir::Value constant(mlir::Type element, double value, unsigned width);
  mlir::Value broadcast(mlir::Value value, unsigned width);
  mlir::Value maskOf(const Lanes &lanes, unsigned width);
  /// A value of a tile's element type as it is stored, and back.
  mlir::Value toStored(mlir::Value value);
  mlir::Value fromStored(mlir::Value value, mlir::Type element);
  mlir::Type vectorType(mlir::Type element, unsigned width);
  /// Lanes of a vector of the widest float among the tiles.
  unsigned widthFor(mlir::Type element) const;
  /// for i in [0, n) step `step`; a single iteration emits no loop.
  void loop(int64_t n, int64_t step, llvm::function_ref<void(mlir::Value)> body);
  mlir::Value combine(tile::CombineKind kind, mlir::Value left, mlir::Value right);
  mlir::Value identity(tile::CombineKind kind, mlir::Type element, unsigned width);
  /// One number out of a vector.
  mlir::Value combineLanes(tile::CombineKind kind, mlir::Value vector);
  mlir::Value scalar(mlir::Value value) { return map.lookupOrDefault(value); }

  /// Runs a part of the emission in a scope of its own for values computed already.
  template <typename Body>
  void inScope(Body body) {
    computed.emplace_back();
    body();
    computed.pop_back();
  }

  tile::KernelOp kernel;
  const CPUTarget &target;
  mlir::OpBuilder &b;
  mlir::Location loc;
  mlir::func::FuncOp func;
  Scratch scratch;
  TileUses uses;
  mlir::IRMapping map;
  llvm::DenseMap<mlir::Value, Home> homes;
  llvm::DenseMap<mlir::Value, Panels> panels;
  /// Destinations decided before their producer runs: a loop's or branch's home, or the slice of one that an insertion
  /// writes.
  struct Wanted {
    Home home;
    mlir::tensor::InsertSliceOp insert;
  };
  llvm::DenseMap<mlir::Value, Wanted> wanted;
  llvm::DenseMap<mlir::Operation *, Home> inPlaceInserts;
  target::IndexConstants indices;
  unsigned globals = 0;

  /// Scratch pieces and the tiles that lie in them, one list per block under way.
  struct Allocation {
    Scratch::Piece piece;
    Home home;
    llvm::SmallVector<mlir::Value> tiles;
  };
  std::vector<llvm::SmallVector<Allocation>> allocations;

  target::BlockLists lists;

  /// Values already computed at a place, innermost loop last.
  using PlaceKey = std::tuple<void *, void *, void *, int, unsigned>;
  std::vector<std::map<PlaceKey, mlir::Value>> computed;
};

} // namespace attn::cpu
