// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What each instruction computes and where it reads its operands, and its text form.
#include "lib/Target/CUDA/Instructions.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using attn::tile::Home;
using attn::tile::Product;

namespace attn::cuda {

constexpr char transposedInRegisters[] = "reads a from registers, but a is transposed";

/// `m64n128k16`: rows, columns and contracted elements of one instruction.
static ParseResult parseShape(AsmParser &parser, int64_t &m, int64_t &n, int64_t &k) {
  StringRef word;
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseKeyword(&word))
    return failure();
  StringRef rest = word;
  bool isShape = rest.consume_front("m") && !rest.consumeInteger(10, m) && rest.consume_front("n") &&
                 !rest.consumeInteger(10, n) && rest.consume_front("k") && !rest.consumeInteger(10, k) && rest.empty();
  if (!isShape)
    return parser.emitError(loc) << "expects a shape as m64n128k16, but got '" << word << "'";
  return success();
}

static void printShape(AsmPrinter &printer, int64_t m, int64_t n, int64_t k) {
  printer << 'm' << m << 'n' << n << 'k' << k;
}

/// `tf32, products = 3, a = slot`: what is multiplied, how often, and where it lies, the last two where they are not as usual.
static ParseResult parseFactors(AsmParser &parser, Type &type, int64_t &products, Home &a) {
  products = 1, a = Home::either;
  bool hasProducts = false, hasHome = false;
  if (parser.parseType(type))
    return failure();
  while (succeeded(parser.parseOptionalComma())) {
    SMLoc loc = parser.getCurrentLocation();
    StringRef word;
    if (parser.parseKeyword(&word) || parser.parseEqual())
      return failure();
    bool &isThere = word == "products" ? hasProducts : hasHome;
    if ((word != "products" && word != "a") || isThere)
      return parser.emitError(loc) << "expects products or a, each once, but got '" << word << "'";
    isThere = true;
    if (word == "products") {
      if (parser.parseInteger(products))
        return failure();
      continue;
    }
    FailureOr<Home> home = FieldParser<Home>::parse(parser);
    if (failed(home))
      return failure();
    a = *home;
  }
  return success();
}

static void printFactors(AsmPrinter &printer, Type type, int64_t products, Home a) {
  printer << type;
  if (products != 1)
    printer << ", products = " << products;
  if (a != Home::either)
    printer << ", a = " << stringifyHome(a);
}

//===- wgmma ----------------------------------------------------------------------------------------------------===//

LogicalResult WgmmaAttr::verify(llvm::function_ref<InFlightDiagnostic()> emitError, int64_t m, int64_t n, int64_t k,
                                Type type, Home a) {
  if (m != 64 || n < 8 || n > 256 || n % 8 != 0 || k != 16)
    return emitError() << "expects m64, n8 to n256 in steps of 8, and k16, but got m" << m << 'n' << n << 'k' << k;
  if (!type.isBF16() && !type.isF16())
    return emitError() << "expects f16 or bf16, but got " << type;
  return success();
}

bool WgmmaAttr::isAsync() const { return true; }
Home WgmmaAttr::getHome(unsigned operand, bool transposed) const {
  return operand == 1 || transposed ? Home::slot : getA();
}
Type WgmmaAttr::getElement() const { return getType(); }
int64_t WgmmaAttr::getRows() const { return getM(); }
int64_t WgmmaAttr::getWarps() const { return 4; }

std::string WgmmaAttr::findMisfit(const Product &product) const {
  std::string reason;
  llvm::raw_string_ostream text(reason);
  int64_t rows = product.result.getDimSize(0), cols = product.result.getDimSize(1), depth = product.depth();
  if (rows % getM() != 0)
    text << "computes " << getM() << " rows at a time, but the result has " << rows;
  else if (cols != getN())
    text << "computes " << getN() << " columns, but the result has " << cols;
  else if (depth % getK() != 0)
    text << "contracts " << getK() << " elements at a time, but the operands have " << depth;
  else if (product.transA && getA() == Home::registers)
    text << transposedInRegisters;
  return reason;
}

//===- mma ------------------------------------------------------------------------------------------------------===//

LogicalResult MmaAttr::verify(llvm::function_ref<InFlightDiagnostic()> emitError, int64_t m, int64_t n, int64_t k,
                              Type type, int64_t products, Home) {
  if (!type.isBF16() && !type.isF16() && !type.isTF32())
    return emitError() << "expects f16, bf16 or tf32, but got " << type;
  int64_t depth = type.isTF32() ? 8 : 16;
  if (m != 16 || n != 8 || k != depth)
    return emitError() << "expects m16n8k" << depth << " of " << type << ", but got m" << m << 'n' << n << 'k' << k;
  if (products != 1 && !(type.isTF32() && products == 3))
    return emitError() << "expects " << (type.isTF32() ? "1 or 3 products" : "1 product") << " of " << type
                       << ", but got " << products;
  return success();
}

bool MmaAttr::isAsync() const { return false; }
Home MmaAttr::getHome(unsigned operand, bool transposed) const {
  return operand == 1 || transposed ? Home::either : getA();
}
Type MmaAttr::getElement() const { return getType().isTF32() ? Float32Type::get(getContext()) : getType(); }
int64_t MmaAttr::getRows() const { return getM(); }
int64_t MmaAttr::getWarps() const { return 1; }

// What is left over at the ends is contracted with zeros.
std::string MmaAttr::findMisfit(const Product &product) const {
  return product.transA && getA() == Home::registers ? transposedInRegisters : "";
}

void CUDADialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "lib/Target/CUDA/CUDAAttrs.cpp.inc"
      >();
}

} // namespace attn::cuda

using namespace attn::cuda;

#include "lib/Target/CUDA/CUDADialect.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "lib/Target/CUDA/CUDAAttrs.cpp.inc"
