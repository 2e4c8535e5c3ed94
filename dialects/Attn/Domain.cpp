// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Checks and types that score, attend, apply and reduce share: terms, domains, values, results.
#include "dialects/Attn/Domain.h"
#include <cmath>

using namespace mlir;
using namespace attn;

static RankedTensorType tensorType(Value value) { return dyn_cast<RankedTensorType>(value.getType()); }

FailureOr<ScoresType> attn::inferPlane(ValueRange terms) {
  if (terms.size() < 2 || terms.size() % 2 != 0)
    return failure();
  int64_t shape[4] = {ShapedType::kDynamic, ShapedType::kDynamic, ShapedType::kDynamic, ShapedType::kDynamic};
  for (auto [number, term] : llvm::enumerate(terms)) {
    RankedTensorType type = tensorType(term);
    if (!type || type.getRank() != 4)
      return failure();
    bool isKey = number % 2 != 0;
    shape[0] = joinExtents(shape[0], type.getDimSize(0));
    if (!isKey)
      shape[1] = joinExtents(shape[1], type.getDimSize(1));
    shape[isKey ? 3 : 2] = joinExtents(shape[isKey ? 3 : 2], type.getDimSize(2));
  }
  return ScoresType::get(shape, getComputeType(tensorType(terms[0]).getElementType()));
}

static LogicalResult verifyExtent(StringRef what, int64_t expected, int64_t got, ErrorEmitter emitError) {
  if (!extentsMatch(expected, got))
    return emitError() << "expects " << what << " to match, but got " << expected << " and " << got;
  return success();
}

/// That every row of query heads finds its key head: an integer ratio.
static LogicalResult verifyRatio(StringRef what, int64_t heads, int64_t shared, ErrorEmitter emitError) {
  if (!ShapedType::isDynamic(heads) && !ShapedType::isDynamic(shared) && (shared == 0 || heads % shared != 0))
    return emitError() << "expects " << what << " heads to divide the " << heads << " query heads, but got " << shared;
  return success();
}

double attn::scaleOf(ValueRange terms, ArrayRef<double> scales, unsigned term) {
  if (!scales.empty())
    return scales[term];
  int64_t headSizes = 0;
  for (size_t n = 0; n < terms.size(); n += 2) {
    int64_t size = tensorType(terms[n]).getDimSize(3);
    if (ShapedType::isDynamic(size))
      return NAN;
    headSizes += size;
  }
  return 1.0 / std::sqrt(static_cast<double>(headSizes));
}

LogicalResult attn::verifyScaleNames(Operation *op) {
  if (!isa_and_nonnull<DenseF64ArrayAttr>(op->getInherentAttr("scales").value_or(Attribute())))
    return op->emitOpError() << "expects 'scales' to be an array of f64"; // c16
  if (op->getDiscardableAttr("scale"))
    return op->emitOpError() << "expects no attribute 'scale' beside the op's own 'scales'"; // c16
  return success();
}

LogicalResult attn::verifyTerms(ValueRange terms, ArrayRef<double> scales, ErrorEmitter emitError) {
  if (terms.size() < 2 || terms.size() % 2 != 0)
    return emitError() << "expects terms to be pairs of query and key, but got " << terms.size() << " tensors"; // c1
  RankedTensorType first = tensorType(terms[0]);
  for (auto [number, term] : llvm::enumerate(terms))
    if (tensorType(term).getElementType() != first.getElementType())
      return emitError() << "expects every term to have element type " << first.getElementType() << ", but got "
                         << tensorType(term).getElementType() << " in tensor #" << number; // c2
  ScoresType plane = *inferPlane(terms);
  for (size_t n = 0; n < terms.size(); n += 2) {
    RankedTensorType query = tensorType(terms[n]), key = tensorType(terms[n + 1]);
    ArrayRef<int64_t> shape = plane.getShape();
    if (failed(verifyExtent("query and key head sizes", query.getDimSize(3), key.getDimSize(3), emitError)) || // c3
        failed(verifyExtent("batch sizes", shape[0], query.getDimSize(0), emitError)) ||                       // c4
        failed(verifyExtent("batch sizes", shape[0], key.getDimSize(0), emitError)) ||
        failed(verifyExtent("query heads", shape[1], query.getDimSize(1), emitError)) || // c5
        failed(verifyExtent("query counts", shape[2], query.getDimSize(2), emitError)) || // c6
        failed(verifyExtent("key counts", shape[3], key.getDimSize(2), emitError)) ||
        failed(verifyRatio("key", shape[1], key.getDimSize(1), emitError))) // c7
      return failure();
  }
  if (!scales.empty() && scales.size() != terms.size() / 2)
    return emitError() << "expects one scale per term (" << terms.size() / 2 << "), but got " << scales.size(); // c8
  if (scales.empty() && std::isinf(scaleOf(terms, scales, 0)))
    return emitError() << "expects a scale, because the terms' head sizes are 0"; // c14
  for (double scale : scales)
    if (!std::isfinite(scale))
      return emitError() << "expects every scale to be finite, but got " << scale; // c8
  return success();
}

LogicalResult attn::verifyDomain(ScoresType plane, std::optional<Align> align, std::pair<Value, Value> segments,
                                 std::pair<Value, Value> lengths, ErrorEmitter emitError) {
  ArrayRef<int64_t> shape = plane.getShape();
  bool isSquare = !ShapedType::isDynamic(shape[2]) && shape[2] == shape[3] && !segments.first && !lengths.first;
  if (!align && !isSquare)
    return emitError() << "expects domain(align = top_left) or domain(align = bottom_right), because query and key "
                          "counts are not statically equal"; // c9
  for (auto [name, pair] : {std::pair("segments", segments), std::pair("lengths", lengths)})
    if (static_cast<bool>(pair.first) != static_cast<bool>(pair.second))
      return emitError() << "expects " << name << " of queries and keys, but got one of them"; // c15
  if (segments.first && lengths.first)
    return emitError() << "expects segments or lengths, but got both"; // c10
  if (segments.first) {
    if (!extentsMatch(shape[0], 1))
      return emitError() << "expects a batch of 1 with segments, but got " << shape[0]; // c11
    int64_t queries = tensorType(segments.first).getDimSize(0), keys = tensorType(segments.second).getDimSize(0);
    if (!extentsMatch(queries, keys) || (!ShapedType::isDynamic(queries) && queries < 2) ||
        (!ShapedType::isDynamic(keys) && keys < 2))
      return emitError() << "expects segments of the same length, 2 or more, but got " << extentText(queries)
                         << " and " << extentText(keys); // c12
  }
  if (lengths.first)
    for (Value length : {lengths.first, lengths.second})
      if (!extentsMatch(tensorType(length).getDimSize(0), shape[0]))
        return emitError() << "expects one length per batch entry (" << shape[0] << "), but got "
                           << tensorType(length); // c13
  return success();
}

LogicalResult attn::verifyValues(ArrayRef<int64_t> plane, Type compute, RankedTensorType values,
                                 ErrorEmitter emitError) {
  if (failed(verifyExtent("batch sizes of weights and values", plane[0], values.getDimSize(0), emitError)) ||
      failed(verifyExtent("key counts of weights and values", plane[3], values.getDimSize(2), emitError)) ||
      failed(verifyRatio("value", plane[1], values.getDimSize(1), emitError)))
    return failure();
  if (compute.isF64() != values.getElementType().isF64())
    return emitError() << "expects values of f64 exactly when weights are f64, but got " << values << " and weights of "
                       << compute;
  return success();
}

RankedTensorType attn::outputType(ArrayRef<int64_t> plane, RankedTensorType values) {
  int64_t shape[] = {joinExtents(plane[0], values.getDimSize(0)), plane[1], plane[2], values.getDimSize(3)};
  return RankedTensorType::get(shape, values.getElementType());
}

RankedTensorType attn::rowType(ArrayRef<int64_t> plane, Type element) {
  return RankedTensorType::get(plane.take_front(3), element);
}

SmallVector<Type> attn::partialTypes(ArrayRef<int64_t> plane, RankedTensorType values, unsigned stateSize) {
  Type compute = getComputeType(values.getElementType());
  SmallVector<Type> types = {outputType(plane, values).clone(compute)};
  types.append(stateSize, rowType(plane, compute));
  return types;
}

RankedTensorType attn::statisticType(ArrayRef<int64_t> plane, Type element, ReduceKind kind) {
  if (kind == ReduceKind::RowMax)
    return rowType(plane, element);
  int64_t extent = plane[3];
  if (kind == ReduceKind::DiagonalSum)
    extent = ShapedType::isDynamic(plane[2]) || ShapedType::isDynamic(plane[3])
                 ? ShapedType::kDynamic
                 : std::max<int64_t>(plane[2] + plane[3] - 1, 0);
  return RankedTensorType::get({plane[0], plane[1], extent}, element);
}

LogicalResult attn::verifyResultTypes(TypeRange got, TypeRange expected, ErrorEmitter emitError) {
  if (got.size() != expected.size())
    return emitError() << "expects " << expected.size() << " results, but got " << got.size();
  for (auto [number, gotType, expectedType] : llvm::enumerate(got, expected)) {
    auto gotTensor = dyn_cast<RankedTensorType>(gotType), expectedTensor = dyn_cast<RankedTensorType>(expectedType);
    if (!gotTensor || gotTensor.getElementType() != expectedTensor.getElementType() ||
        !shapesMatch(gotTensor.getShape(), expectedTensor.getShape()))
      return emitError() << "expects result #" << number << " to be " << expectedType << ", but got " << gotType;
  }
  return success();
}
