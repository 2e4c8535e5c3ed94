// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tensor ops that move elements or ask for extents: empty, splat, slices, reshapes, casts, dim, extract.
#include "lib/Reference/Scope.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/TypeSwitch.h"
#include <cmath>

using namespace mlir;
using namespace attn::reference;

/// Sizes, offsets or strides given partly as attributes and partly as operands.
static std::vector<int64_t> mixed(ArrayRef<OpFoldResult> values, Operation *op, Scope &scope) {
  std::vector<int64_t> numbers;
  for (OpFoldResult value : values)
    if (auto attr = dyn_cast<Attribute>(value))
      numbers.push_back(cast<IntegerAttr>(attr).getInt());
    else
      numbers.push_back(scope.integer(cast<Value>(value), op));
  return numbers;
}

/// Calls `visit` with the indices of each element of a shape, in row-major order.
static void forEachIndex(const std::vector<int64_t> &shape,
                         llvm::function_ref<void(const std::vector<int64_t> &)> visit) {
  std::vector<int64_t> indices(shape.size(), 0);
  int64_t count = countElements(shape, std::numeric_limits<int64_t>::max());
  for (int64_t number = 0; number < count; ++number) {
    visit(indices);
    for (size_t dim = shape.size(); dim-- > 0;) {
      if (++indices[dim] < shape[dim])
        break;
      indices[dim] = 0;
    }
  }
}

static void copyElement(const HostTensor &from, int64_t source, HostTensor &to, int64_t target) {
  to.values[target] = from.values[source];
  if (from.isUnspecified(source))
    to.markUnspecified(target);
}

//===-- slices --------------------------------------------------------------------------------------------------===//

namespace {
/// The elements of a tensor that a slice names, one index list per element of the slice's own (unreduced) shape.
struct Slice {
  std::vector<int64_t> offsets, sizes, strides;

  int64_t source(const HostTensor &tensor, const std::vector<int64_t> &indices) const {
    std::vector<int64_t> at(indices.size());
    for (size_t dim = 0; dim < at.size(); ++dim)
      at[dim] = offsets[dim] + indices[dim] * strides[dim];
    return tensor.offset(at.data());
  }
};
} // namespace

template <typename SliceOp> static Slice readSlice(SliceOp op, const HostTensor &whole, Scope &scope) {
  Slice slice{mixed(op.getMixedOffsets(), op, scope), mixed(op.getMixedSizes(), op, scope),
              mixed(op.getMixedStrides(), op, scope)};
  for (size_t dim = 0; dim < slice.sizes.size(); ++dim) {
    int64_t extent = dim < whole.shape.size() ? whole.shape[dim] : -1;
    int64_t first = slice.offsets[dim], size = slice.sizes[dim], stride = slice.strides[dim];
    bool inside = first >= 0 && size >= 0 && first <= extent &&
                  (size == 0 || (stride > 0 && first < extent && (size - 1) <= (extent - 1 - first) / stride));
    if (!inside)
      scope.errors.report(op, "expects the slice to lie inside " + describe(whole) + " in dimension " + Twine(dim) +
                                  ", but got offset " + Twine(first) + ", size " + Twine(size) + ", stride " +
                                  Twine(stride));
  }
  return slice;
}

/// The sizes that a rank-reducing slice keeps: extents of 1 that the type drops are left out.
static std::vector<int64_t> keptSizes(const std::vector<int64_t> &sizes, const llvm::SmallBitVector &dropped) {
  std::vector<int64_t> kept;
  for (size_t dim = 0; dim < sizes.size(); ++dim)
    if (!dropped.test(dim))
      kept.push_back(sizes[dim]);
  return kept;
}

static void evaluateOp(tensor::ExtractSliceOp op, Scope &scope) {
  TensorRef source = scope.tensor(op.getSource(), op);
  Slice slice = readSlice(op, *source, scope);
  if (scope.errors.any())
    return;
  HostTensor result = makeTensor(op, op.getType(), keptSizes(slice.sizes, op.getDroppedDims()), scope);
  int64_t number = 0;
  forEachIndex(slice.sizes, [&](const std::vector<int64_t> &indices) {
    copyElement(*source, slice.source(*source, indices), result, number++);
  });
  scope.set(op.getResult(), std::move(result));
}

static void evaluateOp(tensor::InsertSliceOp op, Scope &scope) {
  TensorRef source = scope.tensor(op.getSource(), op);
  HostTensor result = *scope.tensor(op.getDest(), op);
  Slice slice = readSlice(op, result, scope);
  if (countElements(slice.sizes, std::numeric_limits<int64_t>::max()) != source->size())
    scope.errors.report(op, "expects as many elements as the slice has, but got " + describe(*source));
  if (scope.errors.any())
    return;
  int64_t number = 0;
  forEachIndex(slice.sizes, [&](const std::vector<int64_t> &indices) {
    copyElement(*source, number++, result, slice.source(result, indices));
  });
  scope.set(op.getResult(), std::move(result));
}

//===-- reshapes and casts --------------------------------------------------------------------------------------===//

/// The same elements under another shape.
static void reshape(Operation *op, std::vector<int64_t> shape, Scope &scope) {
  HostTensor result = *scope.tensor(op->getOperand(0), op);
  if (countElements(shape, std::numeric_limits<int64_t>::max()) != result.size())
    return scope.errors.report(op, "cannot give " + describe(result) + " the shape wanted");
  result.shape = std::move(shape);
  scope.set(op->getResult(0), std::move(result));
}

static void evaluateOp(tensor::ExpandShapeOp op, Scope &scope) {
  reshape(op, mixed(op.getMixedOutputShape(), op, scope), scope);
}

static void evaluateOp(tensor::CollapseShapeOp op, Scope &scope) {
  TensorRef source = scope.tensor(op.getSrc(), op);
  std::vector<int64_t> shape;
  for (const ReassociationIndices &group : op.getReassociationIndices()) {
    shape.push_back(1);
    for (int64_t dim : group)
      shape.back() *= dim < source->rank() ? source->shape[dim] : 1;
  }
  reshape(op, std::move(shape), scope);
}

static void evaluateOp(tensor::CastOp op, Scope &scope) {
  TensorRef source = scope.tensor(op.getSource(), op);
  auto type = dyn_cast<RankedTensorType>(op.getType());
  bool fits = type && type.getRank() == source->rank();
  for (int64_t dim = 0; fits && dim < source->rank(); ++dim)
    fits = type.isDynamicDim(dim) || type.getDimSize(dim) == source->shape[dim];
  if (!fits)
    return scope.errors.report(op, "cannot cast " + describe(*source) + " to the type wanted");
  scope.set(op.getResult(), std::move(source));
}

//===-- making and reading --------------------------------------------------------------------------------------===//

/// What an empty tensor holds is not specified: NaN makes any use of it visible.
static void evaluateOp(tensor::EmptyOp op, Scope &scope) {
  std::optional<Element> element = elementOf(op.getType());
  bool isReal = element && isFloat(*element);
  scope.set(op.getResult(),
            makeTensor(op, op.getType(), mixed(op.getMixedSizes(), op, scope), scope, isReal ? NAN : 0.0));
}

static void evaluateOp(tensor::SplatOp op, Scope &scope) {
  TensorRef input = scope.tensor(op.getInput(), op);
  std::vector<int64_t> shape;
  auto sizes = op.getDynamicSizes();
  for (int64_t extent : op.getType().getShape()) {
    bool isDynamic = ShapedType::isDynamic(extent);
    shape.push_back(isDynamic ? scope.integer(sizes.front(), op) : extent);
    sizes = sizes.drop_front(isDynamic);
  }
  if (scope.errors.any())
    return;
  HostTensor result = makeTensor(op, op.getType(), std::move(shape), scope, input->values[0]);
  if (input->isUnspecified(0))
    markAll(result);
  scope.set(op.getResult(), std::move(result));
}

static void evaluateOp(tensor::FromElementsOp op, Scope &scope) {
  HostTensor result = makeTensor(op, op.getType(), op.getType().getShape().vec(), scope);
  std::vector<TensorRef> elements = scope.tensors(op.getElements(), op);
  for (size_t number = 0; number < elements.size() && !scope.errors.any(); ++number)
    copyElement(*elements[number], 0, result, static_cast<int64_t>(number));
  scope.set(op.getResult(), std::move(result));
}

static void evaluateOp(tensor::DimOp op, Scope &scope) {
  TensorRef source = scope.tensor(op.getSource(), op);
  int64_t dim = scope.integer(op.getIndex(), op);
  if (dim < 0 || dim >= source->rank())
    return scope.errors.report(op, "expects a dimension of " + describe(*source) + ", but got " + Twine(dim));
  scope.setInteger(op.getResult(), source->shape[dim]);
}

static void evaluateOp(tensor::ExtractOp op, Scope &scope) {
  TensorRef source = scope.tensor(op.getTensor(), op);
  std::vector<int64_t> indices;
  bool inside = true;
  for (auto [extent, index] : llvm::zip(source->shape, op.getIndices())) {
    indices.push_back(scope.integer(index, op));
    inside &= indices.back() >= 0 && indices.back() < extent;
  }
  if (!inside || static_cast<int64_t>(indices.size()) != source->rank())
    return scope.errors.report(op, "expects indices inside " + describe(*source));
  HostTensor scalar(source->element, {}, 0.0);
  copyElement(*source, source->offset(indices.data()), scalar, 0);
  scope.set(op.getResult(), std::move(scalar));
}

bool attn::reference::evaluateTensorOp(Operation *op, Scope &scope) {
  return TypeSwitch<Operation *, bool>(op)
      .Case<tensor::ExtractSliceOp, tensor::InsertSliceOp, tensor::ExpandShapeOp, tensor::CollapseShapeOp,
            tensor::CastOp, tensor::EmptyOp, tensor::SplatOp, tensor::FromElementsOp, tensor::DimOp,
            tensor::ExtractOp>([&](auto op) {
        evaluateOp(op, scope);
        return true;
      })
      .Default([](Operation *) { return false; });
}
