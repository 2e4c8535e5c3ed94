// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// tensor: splats, slices and reshapes of tiles.
#include "lib/Interpreter/Elementwise.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace attn::interpreter;

/// Row-major number of an element; the shape may have any rank.
static int64_t numberOf(ArrayRef<int64_t> shape, ArrayRef<int64_t> index) {
  int64_t number = 0;
  for (auto [extent, position] : llvm::zip(shape, index))
    number = number * extent + position;
  return number;
}

static LogicalResult runSplat(Machine &machine, Operation *op) {
  const Tile &scalar = machine.tile(op->getOperand(0));
  Tile result = makeResult(op);
  for (int64_t i = 0, e = result.size(); i < e; ++i)
    result.copy(i, scalar, 0);
  machine.bind(op->getResult(0), std::move(result));
  return success();
}

static LogicalResult runFromElements(Machine &machine, Operation *op) {
  Tile result = makeResult(op);
  for (int64_t i = 0, e = result.size(); i < e; ++i)
    result.copy(i, machine.tile(op->getOperand(i)), 0);
  machine.bind(op->getResult(0), std::move(result));
  return success();
}

static LogicalResult runExtract(Machine &machine, Operation *op) {
  auto extract = cast<tensor::ExtractOp>(op);
  const Tile &source = machine.tile(extract.getTensor());
  SmallVector<int64_t, 4> index = machine.integers(extract.getIndices());
  for (auto [dim, position] : llvm::enumerate(index))
    if (position < 0 || position >= source.shape[dim])
      return machine.fail(op, "expects index " + Twine(dim) + " in [0, " + Twine(source.shape[dim]) + "), but got " +
                                  Twine(position));
  Tile result = makeResult(op);
  result.copy(0, source, numberOf(source.shape, index));
  machine.bind(extract, std::move(result));
  return success();
}

/// The same numbers in the same order under another shape.
static LogicalResult runReshape(Machine &machine, Operation *op) {
  Tile result = machine.tile(op->getOperand(0));
  result.shape = SmallVector<int64_t, 2>(cast<ShapedType>(op->getResult(0).getType()).getShape());
  machine.bind(op->getResult(0), std::move(result));
  return success();
}

//===- slices -------------------------------------------------------------===//

static SmallVector<int64_t, 4> evaluate(Machine &machine, ArrayRef<OpFoldResult> mixed) {
  SmallVector<int64_t, 4> numbers;
  for (OpFoldResult number : mixed)
    numbers.push_back(isa<Value>(number) ? machine.integer(cast<Value>(number))
                                         : cast<IntegerAttr>(cast<Attribute>(number)).getInt());
  return numbers;
}

/// Calls visit(number in the slice, number in the whole) for each element of a slice.
template <typename OpT, typename FnT>
static LogicalResult forSlice(Machine &machine, OpT op, ArrayRef<int64_t> shape, FnT visit) {
  SmallVector<int64_t, 4> offsets = evaluate(machine, op.getMixedOffsets()),
                          sizes = evaluate(machine, op.getMixedSizes()),
                          strides = evaluate(machine, op.getMixedStrides());
  int64_t count = 1;
  for (auto [dim, extent] : llvm::enumerate(shape)) {
    int64_t last = offsets[dim] + (sizes[dim] - 1) * strides[dim];
    if (sizes[dim] < 1 || std::min(offsets[dim], last) < 0 || std::max(offsets[dim], last) >= extent)
      return machine.fail(op, "expects a slice inside the " + Twine(extent) + " elements of dim " + Twine(dim) +
                                  ", but got offset " + Twine(offsets[dim]) + ", size " + Twine(sizes[dim]) +
                                  " and stride " + Twine(strides[dim]));
    count *= sizes[dim];
  }
  SmallVector<int64_t, 4> index(shape.size());
  for (int64_t number = 0; number < count; ++number) {
    int64_t rest = number;
    for (int64_t dim = shape.size() - 1; dim >= 0; --dim) {
      index[dim] = offsets[dim] + rest % sizes[dim] * strides[dim];
      rest /= sizes[dim];
    }
    visit(number, numberOf(shape, index));
  }
  return success();
}

static LogicalResult runExtractSlice(Machine &machine, Operation *op) {
  auto slice = cast<tensor::ExtractSliceOp>(op);
  const Tile &source = machine.tile(slice.getSource());
  Tile result = makeResult(op);
  auto take = [&](int64_t part, int64_t whole) { result.copy(part, source, whole); };
  if (failed(forSlice(machine, slice, source.shape, take)))
    return failure();
  machine.bind(slice, std::move(result));
  return success();
}

static LogicalResult runInsertSlice(Machine &machine, Operation *op) {
  auto slice = cast<tensor::InsertSliceOp>(op);
  const Tile &source = machine.tile(slice.getSource());
  Tile result = machine.tile(slice.getDest());
  auto put = [&](int64_t part, int64_t whole) { result.copy(whole, source, part); };
  if (failed(forSlice(machine, slice, result.shape, put)))
    return failure();
  machine.bind(slice, std::move(result));
  return success();
}

void attn::interpreter::addTensorOps(HandlerTable &table) {
  table["tensor.splat"] = runSplat;
  table["tensor.from_elements"] = runFromElements;
  table["tensor.extract"] = runExtract;
  table["tensor.expand_shape"] = runReshape;
  table["tensor.collapse_shape"] = runReshape;
  table["tensor.extract_slice"] = runExtractSlice;
  table["tensor.insert_slice"] = runInsertSlice;
}
