// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The x86 dialect's registration and the text form of its attributes.
#include "lib/Target/CPU/X86Dialect.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

#include "lib/Target/CPU/X86Dialect.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "lib/Target/CPU/X86Attrs.cpp.inc"

namespace attn::x86 {

mlir::Attribute FmaAttr::parse(mlir::AsmParser &parser, mlir::Type) {
  llvm::SmallVector<int64_t> dims;
  llvm::SMLoc loc = parser.getCurrentLocation();
  if (parser.parseLess() || parser.parseDimensionList(dims, /*allowDynamic=*/false, /*withTrailingX=*/false) ||
      parser.parseGreater())
    return {};
  if (dims.size() != 2 || dims[0] < 1 || dims[1] < 1) {
    parser.emitError(loc) << "expects rows and columns as in 6x64";
    return {};
  }
  return FmaAttr::get(parser.getContext(), dims[0], dims[1]);
}

void FmaAttr::print(mlir::AsmPrinter &printer) const { printer << "<" << getRows() << "x" << getCols() << ">"; }

void X86Dialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "lib/Target/CPU/X86Attrs.cpp.inc"
      >();
}

} // namespace attn::x86
