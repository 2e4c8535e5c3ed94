// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The classes of tile ops that the sweeps are made from.
#include "lib/Transforms/Tile/Sweeps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace attn::tile {

std::optional<int64_t> getSweep(Operation *op) {
  if (auto attr = op->getAttrOfType<IntegerAttr>(sweepAttrName))
    return attr.getInt();
  return std::nullopt;
}

static ArrayRef<int64_t> shapeOf(Value tile) { return cast<ShapedType>(tile.getType()).getShape(); }

ArrayRef<int64_t> iterationShape(Operation *op) {
  if (auto reduce = dyn_cast<ReduceOp>(op))
    return shapeOf(reduce.getSource());
  if (auto store = dyn_cast<StoreOp>(op))
    return shapeOf(store.getValue());
  return shapeOf(op->getResult(0));
}

bool isElementwise(Operation *op) {
  return op->getNumResults() == 1 && isTile(op->getResult(0).getType()) && op->hasTrait<OpTrait::Elementwise>();
}

/// Whether vectors along the tile's longer dim are contiguous in memory.
static bool isContiguous(MemRefType memref, ArrayRef<int64_t> dims, ArrayRef<int64_t> shape) {
  int64_t dim = dims[shape[1] > 1 ? 1 : 0];
  if (dim < 0)
    return true;
  SmallVector<int64_t> strides;
  int64_t offset;
  if (failed(memref.getStridesAndOffset(strides, offset)))
    return false;
  return strides[dim] == 1;
}

/// Whether a product reads the tile as its left operand, or as a right one in a form that is not vectors of its own
/// element type with zeros outside.
static bool feedsProduct(Value tile, LoadOp load) {
  for (OpOperand &use : tile.getUses()) {
    Operation *user = use.getOwner();
    if (auto mma = dyn_cast<MmaOp>(user)) {
      bool left = use.getOperandNumber() == 0;
      bool direct = tile == load.getResult() && tile.getType() == RankedTensorType::get(
          shapeOf(tile), cast<ShapedType>(mma.getType()).getElementType());
      if (left || mma.getTransB() || !direct || load.getPad())
        return true;
    } else if (isa<tensor::ExtractSliceOp>(user) && feedsProduct(user->getResult(0), load)) {
      return true;
    }
  }
  return false;
}

/// Whether the kernel also writes the memref.
static bool isWritten(Value memref) {
  return llvm::any_of(memref.getUsers(), [&](Operation *user) {
    auto store = dyn_cast<StoreOp>(user);
    return store && store.getDest() == memref;
  });
}

bool needsCopy(LoadOp op) {
  ArrayRef<int64_t> shape = shapeOf(op);
  bool column = shape[0] > 1 && shape[1] == 1;
  return !op.getIndices().empty() || column || isWritten(op.getSource()) ||
         !isContiguous(op.getSource().getType(), op.getDims(), shape) || feedsProduct(op.getResult(), op);
}

bool isWhole(Operation *op) {
  if (isa<ScanOp, SolveOp, ShearOp, tensor::InsertSliceOp>(op))
    return true;
  if (auto transpose = dyn_cast<TransposeOp>(op))
    return llvm::none_of(shapeOf(transpose.getSource()), [](int64_t size) { return size == 1; });
  if (auto load = dyn_cast<LoadOp>(op))
    return !load.getIndices().empty() || !isContiguous(load.getSource().getType(), load.getDims(), shapeOf(load));
  if (auto store = dyn_cast<StoreOp>(op))
    return !store.getIndices().empty() ||
           !isContiguous(store.getDest().getType(), store.getDims(), shapeOf(store.getValue()));
  return false;
}

bool isRecomputed(Value tile) {
  Operation *op = tile.getDefiningOp();
  if (!op)
    return false;
  if (isa<arith::ConstantOp, tensor::SplatOp, BroadcastOp, IotaOp, tensor::ExtractSliceOp>(op))
    return true;
  if (auto transpose = dyn_cast<TransposeOp>(op))
    return !isWhole(op);
  if (auto load = dyn_cast<LoadOp>(op))
    return !needsCopy(load);
  if (!isElementwise(op) || isa<math::MathDialect>(op->getDialect()) || isa<arith::DivFOp>(op))
    return false;
  return llvm::all_of(op->getOperands(), [](Value operand) {
    if (!isTile(operand.getType()))
      return true;
    Operation *source = operand.getDefiningOp();
    return source && !isa<LoadOp, tensor::ExtractSliceOp>(source) && isRecomputed(operand);
  });
}

bool isElementwiseIf(scf::IfOp op) {
  if (op.getNumResults() == 0 || !op.elseBlock())
    return false;
  ArrayRef<int64_t> shape;
  for (Value result : op.getResults()) {
    if (!isTile(result.getType()) || (!shape.empty() && shape != shapeOf(result)))
      return false;
    shape = shapeOf(result);
  }
  auto fits = [&](Operation &inner) {
    if (llvm::none_of(inner.getResultTypes(), isTile) && llvm::none_of(inner.getOperandTypes(), isTile))
      return inner.getNumRegions() == 0;
    if (isa<scf::YieldOp>(inner))
      return true;
    return (isElementwise(&inner) && shapeOf(inner.getResult(0)) == shape) ||
           (inner.getNumResults() == 1 && isRecomputed(inner.getResult(0)));
  };
  return llvm::all_of(*op.thenBlock(), fits) && llvm::all_of(*op.elseBlock(), fits);
}

void forEachSource(Value tile, bool pointwise, llvm::function_ref<void(Value, bool)> callback) {
  if (!isTile(tile.getType()))
    return;
  Operation *op = tile.getDefiningOp();
  if (!op || !isRecomputed(tile)) {
    callback(tile, pointwise);
    return;
  }
  bool inner = pointwise && isElementwise(op);
  for (Value operand : op->getOperands())
    forEachSource(operand, inner, callback);
}

} // namespace attn::tile
