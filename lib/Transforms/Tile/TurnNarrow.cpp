// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --tile-turn-narrow: products with few columns are computed transposed, so that vectors run along their longer side. A
// program that holds keys as rows, as devices with tall products want it, is turned into one that holds them as columns.
#include "dialects/Tile/TileOps.h"
#include "lib/Transforms/Tile/Options.h"
#include "lib/Transforms/Tile/Passes.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/EquivalenceClasses.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace attn::tile {
namespace {

RankedTensorType turned(Type type) {
  auto tile = cast<RankedTensorType>(type);
  int64_t shape[] = {tile.getDimSize(1), tile.getDimSize(0)};
  return tile.clone(shape);
}

/// Tiles that are turned together: all that one op reads and writes, except the operands of a product, since a product
/// can read either form.
class Groups {
public:
  explicit Groups(KernelOp kernel, int64_t columns) {
    kernel.getBody().walk([&](Operation *op) { join(op); });
    kernel.getBody().walk([&](MmaOp op) { made.insert(classes.getLeaderValue(op.getResult())); });
    kernel.getBody().walk([&](Operation *op) { judge(op, columns); });
  }

  bool isTurned(Value tile) const {
    if (!isTile(tile.getType()))
      return false;
    Value leader = classes.getLeaderValue(tile);
    return narrow.contains(leader) && !fixed.contains(leader);
  }

private:
  void same(Value left, Value right) { classes.unionSets(left, right); }
  void fix(Value tile) { fixed.insert(classes.getLeaderValue(tile)); }

  void join(Operation *op) {
    for (ValueRange values : {ValueRange(op->getOperands()), ValueRange(op->getResults())})
      for (Value value : values)
        if (isTile(value.getType()))
          classes.insert(value);
    if (auto loop = dyn_cast<scf::ForOp>(op)) {
      for (auto [init, argument, yielded, result] :
           llvm::zip(loop.getInits(), loop.getRegionIterArgs(), loop.getYieldedValues(), loop.getResults()))
        if (isTile(init.getType())) {
          same(init, argument);
          same(argument, yielded);
          same(yielded, result);
        }
    } else if (auto branch = dyn_cast<scf::IfOp>(op)) {
      for (Region *region : {&branch.getThenRegion(), &branch.getElseRegion()})
        if (!region->empty())
          for (auto [yielded, result] : llvm::zip(region->front().getTerminator()->getOperands(), branch.getResults()))
            if (isTile(result.getType()))
              same(yielded, result);
    } else if (auto product = dyn_cast<MmaOp>(op)) {
      if (product.getC())
        same(product.getC(), product.getResult());
    } else if (!isa<scf::YieldOp>(op)) {
      Value first;
      for (ValueRange values : {ValueRange(op->getOperands()), ValueRange(op->getResults())})
        for (Value value : values)
          if (isTile(value.getType())) {
            if (first)
              same(first, value);
            first = value;
          }
    }
  }

  /// Marks what cannot be turned, what is better left, and what wants to be turned.
  void judge(Operation *op, int64_t columns) {
    if (isa<scf::ForOp, scf::IfOp, scf::YieldOp, BroadcastOp, IotaOp, ScanOp, ReduceOp, tensor::SplatOp>(op))
      return;
    if (auto product = dyn_cast<MmaOp>(op)) {
      ArrayRef<int64_t> shape = product.getType().getShape();
      // Turned, the left operand is the right one, which is best read from memory.
      bool fromMemory = !made.contains(classes.getLeaderValue(product.getA()));
      if (shape[1] < shape[0] && shape[1] <= columns && fromMemory)
        narrow.insert(classes.getLeaderValue(product.getResult()));
      else
        fix(product.getResult());
      return;
    }
    if (auto load = dyn_cast<LoadOp>(op)) {
      if (!staysContiguous(load.getSource(), load.getResult(), load.getDims()))
        fix(load.getResult());
      return;
    }
    if (auto store = dyn_cast<StoreOp>(op)) {
      if (!staysContiguous(store.getDest(), store.getValue(), store.getDims()))
        fix(store.getValue());
      return;
    }
    auto constant = dyn_cast<arith::ConstantOp>(op);
    if ((constant && isa<SplatElementsAttr>(constant.getValue())) ||
        (!constant && op->hasTrait<OpTrait::Elementwise>()))
      return;
    for (ValueRange values : {ValueRange(op->getOperands()), ValueRange(op->getResults())})
      for (Value value : values)
        if (isTile(value.getType()))
          fix(value);
  }

  /// A matrix that lies row by row in memory would be read or written column by column.
  static bool staysContiguous(Value memref, Value tile, ArrayRef<int64_t> dims) {
    auto shape = cast<RankedTensorType>(tile.getType()).getShape();
    return shape[0] == 1 || shape[1] == 1 || !isContiguous(memref.getType(), dims[1]);
  }

  llvm::EquivalenceClasses<Value> classes;
  llvm::DenseSet<Value> made; ///< by products
  llvm::DenseSet<Value> narrow, fixed;
};

/// Rewrites the ops whose tiles are turned.
class Turner {
public:
  explicit Turner(const llvm::SetVector<Value> &tiles) : tiles(tiles) {}

  void run(KernelOp kernel) {
    SmallVector<Operation *> ops;
    kernel.getBody().walk([&](Operation *op) { ops.push_back(op); });
    for (Operation *op : ops)
      turn(op);
    for (Value tile : tiles)
      tile.setType(turned(tile.getType()));
  }

private:
  bool isTurned(Value tile) const { return tiles.contains(tile); }

  void turn(Operation *op) {
    TypeSwitch<Operation *>(op)
        .Case([&](MmaOp product) { turnProduct(product); })
        .Case([&](LoadOp load) {
          if (isTurned(load.getResult()))
            turnMemory(load);
        })
        .Case([&](StoreOp store) {
          if (isTurned(store.getValue()))
            turnMemory(store);
        })
        .Case<ReduceOp, ScanOp, IotaOp>([&](auto along) {
          if (isTurned(along.getResult()))
            along.setDim(1 - along.getDim());
        })
        .Case([&](arith::ConstantOp constant) {
          if (isTurned(constant.getResult()))
            constant.setValueAttr(cast<SplatElementsAttr>(constant.getValue()).resizeSplat(turned(constant.getType())));
        });
  }

  /// (a b + c)ᵀ = bᵀ aᵀ + cᵀ, and an operand that is turned itself is read the other way round.
  void turnProduct(MmaOp product) {
    Value a = product.getA(), b = product.getB();
    bool transA = product.getTransA() != isTurned(a), transB = product.getTransB() != isTurned(b);
    if (isTurned(product.getResult())) {
      product.getAMutable().assign(b);
      product.getBMutable().assign(a);
      bool swapped = transA;
      transA = !transB;
      transB = !swapped;
    }
    product.setTransA(transA);
    product.setTransB(transB);
  }

  /// Swaps the dims, and the bounds with them: those of rows come first.
  template <typename MemoryOp>
  void turnMemory(MemoryOp op) {
    ArrayRef<int64_t> dims = op.getDims();
    if (op.getBounds().size() == 2) {
      SmallVector<Value> bounds = {op.getBounds()[1], op.getBounds()[0]};
      op.getBoundsMutable().assign(bounds);
    }
    op.setDims({dims[1], dims[0]});
  }

  const llvm::SetVector<Value> &tiles;
};

struct TurnNarrow : PassWrapper<TurnNarrow, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(TurnNarrow)
  TurnNarrow() = default;
  explicit TurnNarrow(int64_t limit) { columns = limit; }
  TurnNarrow(const TurnNarrow &other) : PassWrapper(other) { columns = other.columns; }

  StringRef getArgument() const override { return "tile-turn-narrow"; }
  StringRef getDescription() const override { return "Compute products with few columns transposed"; }

  void runOnOperation() override {
    if (failed(verifyOption(getOperation(), "columns", columns, /*least=*/0)))
      return signalPassFailure();
    getOperation()->walk([&](KernelOp kernel) {
      Groups groups(kernel, columns);
      llvm::SetVector<Value> tiles;
      kernel.getBody().walk([&](Operation *op) {
        auto take = [&](ValueRange values) {
          for (Value value : values)
            if (groups.isTurned(value))
              tiles.insert(value);
        };
        take(op->getOperands());
        take(op->getResults());
        for (Region &region : op->getRegions())
          for (Block &block : region)
            take(block.getArguments());
      });
      if (tiles.empty())
        return;
      emitRemark(kernel.getLoc()) << "[tile-turn-narrow] turned = " << tiles.size()
                                  << " tiles: products have fewer columns than rows";
      Turner(tiles).run(kernel);
    });
  }

  Option<int64_t> columns{*this, "columns", llvm::cl::desc("as many columns are few"), llvm::cl::init(16)};
};

} // namespace

std::unique_ptr<Pass> createTurnNarrowPass(int64_t columns) { return std::make_unique<TurnNarrow>(columns); }

void registerTurnNarrowPass() { PassRegistration<TurnNarrow>(); }

} // namespace attn::tile
