// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Text form and verifiers of the ops that make tiles from tiles.
#include "dialects/Tile/TileOps.h"
#include "dialects/Tile/Verifiers.h"

using namespace mlir;
using namespace attn::tile;

static ArrayRef<int64_t> shapeOf(Value tile) { return cast<ShapedType>(tile.getType()).getShape(); }
static Type elementOf(Value tile) { return cast<ShapedType>(tile.getType()).getElementType(); }

static LogicalResult verifyDim(Operation *op, int64_t dim) {
  if (dim == 0 || dim == 1)
    return success();
  return op->emitOpError() << "expects dim to be 0 or 1, but got " << dim;
}

static LogicalResult verifySameElement(Operation *op, Value source, Value result) {
  if (elementOf(source) == elementOf(result))
    return success();
  return op->emitOpError() << "expects source and result to have one element type, but got " << elementOf(source)
                           << " and " << elementOf(result);
}

static LogicalResult verifyShape(Operation *op, ArrayRef<int64_t> got, ArrayRef<int64_t> expected) {
  if (got == expected)
    return success();
  return op->emitOpError() << "expects a result of shape " << expected[0] << "x" << expected[1] << ", but got "
                           << got[0] << "x" << got[1];
}

//===- mma ----------------------------------------------------------------===//

void MmaOp::build(OpBuilder &builder, OperationState &state, Value a, Value b, Value c, bool transA, bool transB) {
  Type element = elementOf(a).isF64() ? builder.getF64Type() : builder.getF32Type();
  auto type = RankedTensorType::get({shapeOf(a)[transA ? 1 : 0], shapeOf(b)[transB ? 0 : 1]}, element);
  auto flag = [&](bool set) { return set ? builder.getUnitAttr() : UnitAttr(); };
  build(builder, state, type, a, b, c, flag(transA), flag(transB),
        /*instruction=*/nullptr);
}

LogicalResult attn::tile::verifyProduct(Operation *op, const Product &product, InstructionAttrInterface instruction) {
  auto [a, b, c, result, transA, transB, begun, homes] = product;
  if (a.getElementType() != b.getElementType())
    return op->emitOpError() << "expects a and b to have one element type, but got " << a.getElementType() << " and "
                             << b.getElementType();
  int64_t depthA = a.getDimSize(transA ? 0 : 1), depthB = b.getDimSize(transB ? 1 : 0);
  if (depthA != depthB)
    return op->emitOpError() << "expects the contracted sizes of a and b to match, but got " << depthA << " and "
                             << depthB;
  if (failed(verifyShape(op, result.getShape(), {a.getDimSize(transA ? 1 : 0), b.getDimSize(transB ? 0 : 1)})))
    return failure();
  if (result.getElementType().isF64() != a.getElementType().isF64())
    return op->emitOpError() << "expects a result of " << (a.getElementType().isF64() ? "f64" : "f32")
                             << " for operands of " << a.getElementType() << ", but got " << result.getElementType();
  if (c && c != result)
    return op->emitOpError() << "expects c to have the result's type " << result << ", but got " << c;
  std::string misfit = instruction ? findMisfit(instruction, product) : "";
  if (!misfit.empty())
    return op->emitOpError() << "expects an instruction that fits, but " << instruction << " " << misfit;
  return success();
}

Product attn::tile::describeProduct(MmaOp op) {
  auto tile = [](Value value) { return value ? cast<RankedTensorType>(value.getType()) : RankedTensorType(); };
  return {tile(op.getA()), tile(op.getB()), tile(op.getC()), tile(op.getResult()), op.getTransA(), op.getTransB()};
}

LogicalResult MmaOp::verify() { return verifyProduct(*this, describeProduct(*this), getInstructionAttr()); }

//===- reduce -------------------------------------------------------------===//

void ReduceOp::build(OpBuilder &builder, OperationState &state, CombineKind kind, Value source, int64_t dim) {
  SmallVector<int64_t, 2> shape(shapeOf(source));
  shape[dim] = 1;
  state.addTypes(RankedTensorType::get(shape, elementOf(source)));
  state.addOperands(source);
  state.getOrAddProperties<Properties>().kind = CombineKindAttr::get(builder.getContext(), kind);
  state.getOrAddProperties<Properties>().dim = builder.getI64IntegerAttr(dim);
  state.addRegion();
}

ParseResult ReduceOp::parse(OpAsmParser &parser, OperationState &result) {
  StringRef keyword;
  SMLoc loc = parser.getCurrentLocation();
  auto &properties = result.getOrAddProperties<Properties>();
  if (succeeded(parser.parseOptionalKeyword(&keyword))) {
    std::optional<CombineKind> kind = symbolizeCombineKind(keyword);
    if (!kind)
      return parser.emitError(loc) << "expects add, mul, max or min, but got '" << keyword << "'";
    properties.kind = CombineKindAttr::get(parser.getContext(), *kind);
  }
  OpAsmParser::UnresolvedOperand source;
  int64_t dim;
  Type sourceType, resultType;
  if (parser.parseOperand(source) || parser.parseKeyword("dim") || parser.parseInteger(dim))
    return failure();
  loc = parser.getCurrentLocation();
  if (parser.parseOptionalAttrDict(result.attributes))
    return failure();
  for (StringRef own : {"dim", "kind"})
    if (result.attributes.get(own))
      return parser.emitError(loc) << "expects no '" << own << "' in the attribute dictionary";
  if (parser.parseColonType(sourceType) || parser.parseArrow() ||
      parser.parseType(resultType) || parser.resolveOperand(source, sourceType, result.operands))
    return failure();
  properties.dim = parser.getBuilder().getI64IntegerAttr(dim);
  result.addTypes(resultType);
  Region *combine = result.addRegion();
  return properties.kind ? ParseResult(success()) : parser.parseRegion(*combine);
}

void ReduceOp::print(OpAsmPrinter &printer) {
  if (auto kind = getKind())
    printer << ' ' << stringifyCombineKind(*kind);
  printer << ' ' << getSource() << " dim " << getDim();
  printer.printOptionalAttrDict((*this)->getAttrs(), {getKindAttrName(), getDimAttrName()});
  printer << " : " << getSource().getType() << " -> " << getType();
  if (!getKind()) {
    printer << ' ';
    printer.printRegion(getCombine());
  }
}

LogicalResult ReduceOp::verify() {
  if (failed(verifyDim(*this, getDim())) || failed(verifySameElement(*this, getSource(), getResult())))
    return failure();
  SmallVector<int64_t, 2> expected(shapeOf(getSource()));
  expected[getDim()] = 1;
  if (failed(verifyShape(*this, shapeOf(getResult()), expected)))
    return failure();
  if (getKind().has_value() != getCombine().empty())
    return emitOpError() << "expects either a kind or a region, but got " << (getKind() ? "both" : "neither");
  if (getKind())
    return success();
  Type element = elementOf(getSource());
  Block &block = getCombine().front();
  if (block.getArgumentTypes() != TypeRange({element, element}))
    return emitOpError() << "expects a region of two arguments of type " << element << ", but got ("
                         << block.getArgumentTypes() << ")";
  auto yield = dyn_cast<YieldOp>(block.getTerminator());
  if (!yield || yield.getOperandTypes() != TypeRange(element))
    return emitOpError() << "expects the region to yield one " << element << ", but got "
                         << block.getTerminator()->getName() << " of (" << block.getTerminator()->getOperandTypes()
                         << ")";
  return success();
}

//===- the others ---------------------------------------------------------===//

LogicalResult ScanOp::verify() { return verifyDim(*this, getDim()); }

LogicalResult IotaOp::verify() { return verifyDim(*this, getDim()); }

LogicalResult BroadcastOp::verify() {
  for (int d = 0; d < 2; ++d)
    if (shapeOf(getSource())[d] != 1 && shapeOf(getSource())[d] != shapeOf(getResult())[d])
      return emitOpError() << "expects dim " << d << " of the source to be 1 or the result's "
                           << shapeOf(getResult())[d] << ", but got " << shapeOf(getSource())[d];
  return verifySameElement(*this, getSource(), getResult());
}

void TransposeOp::build(OpBuilder &builder, OperationState &state, Value source) {
  ArrayRef<int64_t> shape = shapeOf(source);
  build(builder, state, RankedTensorType::get({shape[1], shape[0]}, elementOf(source)), source);
}

LogicalResult TransposeOp::verify() {
  ArrayRef<int64_t> shape = shapeOf(getSource());
  if (failed(verifyShape(*this, shapeOf(getResult()), {shape[1], shape[0]})))
    return failure();
  return verifySameElement(*this, getSource(), getResult());
}

LogicalResult ShearOp::verify() {
  ArrayRef<int64_t> source = shapeOf(getSource()), result = shapeOf(getResult());
  if (getInverse()) {
    if (getFill())
      return emitOpError() << "expects no fill with inverse, but got one of " << getFill().getType();
    if (source[1] < source[0])
      return emitOpError() << "expects a source at least as wide as high with inverse, but got " << source[0] << "x"
                           << source[1];
  } else if (!getFill()) {
    return emitOpError() << "expects a fill of " << elementOf(getSource()) << ", but got none";
  } else if (getFill().getType() != elementOf(getSource())) {
    return emitOpError() << "expects fill of type " << elementOf(getSource()) << ", but got " << getFill().getType();
  }
  int64_t grown = source[0] - 1;
  if (failed(verifyShape(*this, result, {source[0], source[1] + (getInverse() ? -grown : grown)})))
    return failure();
  return verifySameElement(*this, getSource(), getResult());
}

LogicalResult SolveOp::verify() {
  ArrayRef<int64_t> a = shapeOf(getA()), b = shapeOf(getB());
  if (a[0] != a[1])
    return emitOpError() << "expects a to be square, but got " << a[0] << "x" << a[1];
  if (a[1] != b[0])
    return emitOpError() << "expects b to have as many rows as a, " << a[0] << ", but got " << b[0];
  if (elementOf(getA()) != elementOf(getB()))
    return emitOpError() << "expects a and b to have one element type, but got " << elementOf(getA()) << " and "
                         << elementOf(getB());
  return success();
}
