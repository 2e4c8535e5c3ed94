// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The virtual types: parsing, printing, verification.
#include "dialects/Attn/AttnTypes.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace attn;

#define GET_TYPEDEF_CLASSES
#include "dialects/Attn/AttnTypes.cpp.inc"

void AttnDialect::registerTypes() {
  addTypes<
#define GET_TYPEDEF_LIST
#include "dialects/Attn/AttnTypes.cpp.inc"
      >();
}

namespace {
template <typename ShapedType>
Type parseShaped(AsmParser &parser) {
  SmallVector<int64_t> shape;
  Type elementType;
  llvm::SMLoc loc = parser.getCurrentLocation();
  if (parser.parseLess() || parser.parseDimensionList(shape) || parser.parseType(elementType) || parser.parseGreater())
    return {};
  return ShapedType::getChecked([&] { return parser.emitError(loc); }, parser.getContext(), shape, elementType);
}

void printShaped(AsmPrinter &printer, ArrayRef<int64_t> shape, Type elementType) {
  printer << '<';
  printer.printDimensionList(shape);
  if (!shape.empty())
    printer << 'x';
  printer << elementType << '>';
}

LogicalResult verifyPlane(function_ref<InFlightDiagnostic()> emitError, ArrayRef<int64_t> shape, Type elementType) {
  if (shape.size() != 4)
    return emitError() << "expects a plane of 4 extents (batch, heads, queries, keys), but got " << shape.size();
  if (!elementType.isF32() && !elementType.isF64())
    return emitError() << "expects a plane's element type to be f32 or f64, but got " << elementType;
  return success();
}
} // namespace

Type ScoresType::parse(AsmParser &parser) { return parseShaped<ScoresType>(parser); }
void ScoresType::print(AsmPrinter &printer) const { printShaped(printer, getShape(), getElementType()); }
Type WeightsType::parse(AsmParser &parser) { return parseShaped<WeightsType>(parser); }
void WeightsType::print(AsmPrinter &printer) const { printShaped(printer, getShape(), getElementType()); }
Type CapturedType::parse(AsmParser &parser) { return parseShaped<CapturedType>(parser); }
void CapturedType::print(AsmPrinter &printer) const { printShaped(printer, getShape(), getElementType()); }

LogicalResult ScoresType::verify(function_ref<InFlightDiagnostic()> emitError, ArrayRef<int64_t> shape,
                                 Type elementType) {
  return verifyPlane(emitError, shape, elementType);
}
LogicalResult WeightsType::verify(function_ref<InFlightDiagnostic()> emitError, ArrayRef<int64_t> shape,
                                  Type elementType) {
  return verifyPlane(emitError, shape, elementType);
}
LogicalResult CapturedType::verify(function_ref<InFlightDiagnostic()> emitError, ArrayRef<int64_t> shape,
                                   Type elementType) {
  bool isInteger = llvm::is_contained({1u, 8u, 16u, 32u, 64u}, elementType.isSignlessInteger()
                                                                   ? elementType.getIntOrFloatBitWidth()
                                                                   : 0u);
  if (!isInteger && !isa<Float16Type, BFloat16Type, Float32Type, Float64Type>(elementType))
    return emitError() << "expects a captured element type of f16, bf16, f32, f64, i1, i8, i16, i32 or i64, but got "
                       << elementType;
  return success();
}

ArrayRef<int64_t> PlaneType::getShape() const {
  if (auto scores = dyn_cast<ScoresType>(*this))
    return scores.getShape();
  return cast<WeightsType>(*this).getShape();
}
Type PlaneType::getElementType() const {
  if (auto scores = dyn_cast<ScoresType>(*this))
    return scores.getElementType();
  return cast<WeightsType>(*this).getElementType();
}

CapturedType attn::getCapturedType(RankedTensorType tensor) {
  return CapturedType::get(tensor.getContext(), tensor.getShape(), tensor.getElementType());
}

Type attn::getComputeType(Type storage) {
  return storage.isF64() ? storage : Float32Type::get(storage.getContext());
}

bool attn::extentsMatch(int64_t left, int64_t right) {
  return left == right || ShapedType::isDynamic(left) || ShapedType::isDynamic(right);
}
std::string attn::extentText(int64_t extent) { return ShapedType::isDynamic(extent) ? "?" : std::to_string(extent); }
int64_t attn::joinExtents(int64_t left, int64_t right) { return ShapedType::isDynamic(left) ? right : left; }
bool attn::shapesMatch(ArrayRef<int64_t> left, ArrayRef<int64_t> right) {
  return left.size() == right.size() &&
         llvm::all_of(llvm::zip_equal(left, right),
                      [](auto pair) { return extentsMatch(std::get<0>(pair), std::get<1>(pair)); });
}
