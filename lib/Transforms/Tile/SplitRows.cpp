// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --tile-split-rows: rows that are parallel through the whole body run in strips, one loop over strips inside each block,
// so that what lies between two products stays in the nearest cache and each strip reads the same keys and values.
#include "dialects/Tile/TileOps.h"
#include "lib/Transforms/Tile/KernelMemory.h"
#include "lib/Transforms/Tile/Options.h"
#include "lib/Transforms/Tile/Passes.h"
#include "lib/Transforms/Tile/RowClass.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Dominance.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace attn::tile {
namespace {

/// A strip of rows is cut out of every tile that runs over the class; `dim` is the dim that does, or -1.
class Splitter {
public:
  Splitter(KernelOp kernel, const RowClass &rows, int64_t strip) : rows(rows), strip(strip), kernel(kernel) {}

  void run() {
    stored = rows.storedRows(kernel);
    splitBlock(kernel.getBody().front());
  }

private:
  Value stripsEnd(OpBuilder &b, Location loc, Operation *before);
  RankedTensorType stripType(Value tile) {
    auto type = cast<RankedTensorType>(tile.getType());
    SmallVector<int64_t> shape(type.getShape());
    shape[rows.dimOf(tile)] = strip;
    return type.clone(shape);
  }

  bool inClass(Value value) { return isTile(value.getType()) && rows.dimOf(value) >= 0; }
  bool inClass(Operation *op) {
    return llvm::any_of(op->getOperands(), [&](Value v) { return inClass(v); }) ||
           llvm::any_of(op->getResults(), [&](Value v) { return inClass(v); });
  }
  /// Ops that are made again in every strip loop rather than carried to it.
  bool isCheap(Operation *op) {
    return isa<arith::ConstantOp, tensor::SplatOp, BroadcastOp, IotaOp>(op) &&
           llvm::all_of(op->getOperands(), [&](Value operand) {
             return !inClass(operand) || (operand.getDefiningOp() && isCheap(operand.getDefiningOp()));
           });
  }

  void splitBlock(Block &block);
  void splitSegment(ArrayRef<Operation *> segment, Block &block);
  Value slice(OpBuilder &b, Value tile, Value source, Value row);
  Operation *cutOp(OpBuilder &b, Operation *op, Value row, IRMapping &map);
  Value cutValue(OpBuilder &b, Value tile, Value row, IRMapping &map, const DenseMap<Value, Value> &carried);

  RowClass rows;
  int64_t strip;
  KernelOp kernel;
  std::optional<RowClass::StoredRows> stored;
};

/// Where the strips end: at the last row, or at the last that is stored.
Value Splitter::stripsEnd(OpBuilder &b, Location loc, Operation *before) {
  Value all = arith::ConstantIndexOp::create(b, loc, rows.size());
  DominanceInfo dominance(kernel);
  if (!stored || !llvm::all_of(stored->sources(), [&](Value v) { return dominance.properlyDominates(v, before); }))
    return all;
  Value zero = arith::ConstantIndexOp::create(b, loc, 0);
  Value rest = arith::MaxSIOp::create(b, loc, stored->count(b, loc), zero);
  return arith::MinSIOp::create(b, loc, rest, all);
}

/// The strip of `tile` out of `source`, which holds it.
Value Splitter::slice(OpBuilder &b, Value tile, Value source, Value row) {
  RankedTensorType type = stripType(tile);
  SmallVector<OpFoldResult> offsets(2, b.getIndexAttr(0)), sizes, strides(2, b.getIndexAttr(1));
  offsets[rows.dimOf(tile)] = row;
  for (int64_t size : type.getShape())
    sizes.push_back(b.getIndexAttr(size));
  return tensor::ExtractSliceOp::create(b, tile.getLoc(), type, source, offsets, sizes, strides);
}

/// The strip of a tile: of one made in this segment, of one carried through the strip loop, of a cheap one made again.
Value Splitter::cutValue(OpBuilder &b, Value tile, Value row, IRMapping &map, const DenseMap<Value, Value> &carried) {
  if (!inClass(tile))
    return map.lookupOrDefault(tile);
  if (Value known = map.lookupOrNull(tile))
    return known;
  Operation *def = tile.getDefiningOp();
  Value cut;
  if (def && isCheap(def)) {
    for (Value operand : def->getOperands())
      if (isTile(operand.getType()))
        map.map(operand, cutValue(b, operand, row, map, carried));
    cut = cutOp(b, def, row, map)->getResult(0);
  } else {
    auto found = carried.find(tile);
    cut = slice(b, tile, found == carried.end() ? tile : found->second, row);
  }
  map.map(tile, cut);
  return cut;
}

/// Clones an op for one strip: results shrink, and what counts rows starts at the strip.
Operation *Splitter::cutOp(OpBuilder &b, Operation *op, Value row, IRMapping &map) {
  Operation *copy = op->clone(map);
  b.insert(copy);
  for (auto [result, cut] : llvm::zip(op->getResults(), copy->getResults()))
    if (inClass(result))
      cut.setType(stripType(result));
  auto advance = [&](OpOperand &start) {
    OpBuilder before(copy);
    start.set(arith::AddIOp::create(before, op->getLoc(), start.get(), row));
  };
  auto advanceMemory = [&](Value tile, auto memoryOp) {
    int dim = rows.dimOf(tile);
    int64_t along = dim < 0 ? -1 : memoryOp.getDims()[dim];
    if (along >= 0)
      advance(memoryOp.getOffsetsMutable()[along]);
  };
  if (auto load = dyn_cast<LoadOp>(copy)) {
    advanceMemory(op->getResult(0), load);
  } else if (auto store = dyn_cast<StoreOp>(copy)) {
    advanceMemory(cast<StoreOp>(op).getValue(), store);
  } else if (auto iota = dyn_cast<IotaOp>(copy)) {
    if (inClass(op->getResult(0)) && int(iota.getDim()) == rows.dimOf(op->getResult(0)))
      advance(iota.getStartMutable());
  } else if (auto constant = dyn_cast<arith::ConstantOp>(copy)) {
    auto dense = cast<DenseElementsAttr>(cast<arith::ConstantOp>(op).getValue());
    auto type = cast<RankedTensorType>(copy->getResult(0).getType());
    constant.setValueAttr(cast<TypedAttr>(DenseElementsAttr(dense.resizeSplat(type))));
  }
  for (auto [result, cut] : llvm::zip(op->getResults(), copy->getResults()))
    map.map(result, cut);
  return copy;
}

/// Replaces consecutive ops by a loop over strips. Tiles that are read elsewhere are put together again, in the place of
/// the tile that the enclosing loop carries where one of them is its next value.
void Splitter::splitSegment(ArrayRef<Operation *> segment, Block &block) {
  DenseSet<Operation *> inside(segment.begin(), segment.end());
  SmallVector<Value> outputs, starts;
  OpBuilder b(segment.back());
  b.setInsertionPointAfter(segment.back());
  Location loc = segment.front()->getLoc();
  auto loopAround = dyn_cast<scf::ForOp>(block.getParentOp());
  DenseMap<Value, Value> placeOf; // a carried tile and the output that takes its place
  for (Operation *op : segment)
    for (Value result : op->getResults()) {
      if (!inClass(result))
        continue;
      bool escapes = llvm::any_of(result.getUsers(), [&](Operation *user) { return !inside.contains(user); });
      if (!escapes || isCheap(op))
        continue;
      Value start;
      if (loopAround)
        for (OpOperand &use : result.getUses())
          if (use.getOwner() == block.getTerminator()) {
            Value argument = loopAround.getRegionIterArg(use.getOperandNumber());
            if (!placeOf.contains(argument) && isTile(argument.getType())) {
              start = argument;
              placeOf[argument] = result;
              break;
            }
          }
      if (!start) {
        auto type = cast<RankedTensorType>(result.getType());
        start = tensor::EmptyOp::create(b, loc, type.getShape(), type.getElementType());
      }
      outputs.push_back(result);
      starts.push_back(start);
    }

  Value zero = arith::ConstantIndexOp::create(b, loc, 0);
  Value end = stripsEnd(b, loc, segment.front());
  Value step = arith::ConstantIndexOp::create(b, loc, strip);
  auto loop = scf::ForOp::create(b, loc, zero, end, step, starts);
  OpBuilder inner(loop.getBody(), loop.getBody()->begin());
  IRMapping map;
  DenseMap<Value, Value> carried;
  for (auto [start, argument] : llvm::zip(starts, loop.getRegionIterArgs()))
    carried[start] = argument;
  for (Operation *op : segment) {
    for (Value operand : op->getOperands())
      if (isTile(operand.getType()))
        map.map(operand, cutValue(inner, operand, loop.getInductionVar(), map, carried));
    cutOp(inner, op, loop.getInductionVar(), map);
  }
  SmallVector<Value> yields;
  for (auto [output, argument] : llvm::zip(outputs, loop.getRegionIterArgs())) {
    RankedTensorType type = stripType(output);
    SmallVector<OpFoldResult> offsets(2, inner.getIndexAttr(0)), sizes, strides(2, inner.getIndexAttr(1));
    offsets[rows.dimOf(output)] = loop.getInductionVar();
    for (int64_t extent : type.getShape())
      sizes.push_back(inner.getIndexAttr(extent));
    yields.push_back(tensor::InsertSliceOp::create(inner, loc, map.lookup(output), argument, offsets, sizes, strides));
  }
  if (!yields.empty())
    scf::YieldOp::create(inner, loc, yields);
  for (auto [output, result] : llvm::zip(outputs, loop.getResults())) {
    Value old = output;
    rows.replace(old, result);
    old.replaceUsesWithIf(result, [&](OpOperand &use) { return !inside.contains(use.getOwner()); });
  }
  for (Operation *op : llvm::reverse(segment))
    if (op->use_empty())
      op->erase();
}

void Splitter::splitBlock(Block &block) {
  SmallVector<Operation *> ops;
  for (Operation &op : block.without_terminator())
    ops.push_back(&op);
  SmallVector<Operation *> segment;
  auto close = [&] {
    if (llvm::any_of(segment, [&](Operation *op) { return !isCheap(op); }))
      splitSegment(segment, block);
    segment.clear();
  };
  for (Operation *op : ops) {
    if (op->getNumRegions() != 0 && !isa<ReduceOp>(op)) {
      close();
      for (Region &region : op->getRegions())
        for (Block &nested : region)
          splitBlock(nested);
      continue;
    }
    // A tile that inner loops read is loaded once.
    bool whole = isa<LoadOp>(op) && llvm::any_of(op->getUsers(), [&](Operation *user) {
      return user->getBlock() != &block;
    });
    if (inClass(op) && !whole && !isCheap(op))
      segment.push_back(op);
    else if (llvm::any_of(op->getOperands(), [&](Value v) { return llvm::is_contained(segment, v.getDefiningOp()); }))
      close(); // it reads what the segment makes
  }
  close();
}

/// Whether strips could change the order of a write and another access of the same memory.
bool readsWhatItWrites(KernelOp kernel) {
  KernelMemory memory(kernel);
  return kernel.getBody()
      .walk([&](Operation *op) {
        bool hasOrder = llvm::any_of(KernelMemory::accessesOf(op), [&](const KernelMemory::Access &access) {
          size_t writes = memory.writesTo(access.memref).size();
          return access.reads ? writes > 0 : writes > 1 && memory.isContended(access.memref);
        });
        return hasOrder ? WalkResult::interrupt() : WalkResult::advance();
      })
      .wasInterrupted();
}

struct SplitRows : PassWrapper<SplitRows, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(SplitRows)
  SplitRows() = default;
  explicit SplitRows(int64_t rows) { strip = rows; }
  SplitRows(const SplitRows &other) : PassWrapper(other) { strip = other.strip; }

  StringRef getArgument() const override { return "tile-split-rows"; }
  StringRef getDescription() const override { return "Run parallel rows strip by strip"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, memref::MemRefDialect, scf::SCFDialect, tensor::TensorDialect>();
  }

  void runOnOperation() override {
    if (failed(verifyOption(getOperation(), "strip", strip)))
      return signalPassFailure();
    getOperation()->walk([&](KernelOp kernel) {
      std::optional<RowClass> rows = RowClass::find(kernel);
      if (!rows || rows->size() <= strip || rows->size() % strip != 0 || readsWhatItWrites(kernel))
        return;
      Splitter(kernel, *rows, strip).run();
    });
  }

  Option<int64_t> strip{*this, "strip", llvm::cl::desc("rows of a strip"), llvm::cl::init(6)};
};

} // namespace

std::unique_ptr<Pass> createSplitRowsPass(int64_t strip) { return std::make_unique<SplitRows>(strip); }

void registerSplitRowsPass() { PassRegistration<SplitRows>(); }

} // namespace attn::tile
