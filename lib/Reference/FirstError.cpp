// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Names the op and the source location of an error.
#include "lib/Reference/FirstError.h"
#include "mlir/IR/Location.h"
#include "llvm/Support/raw_ostream.h"

using namespace attn::reference;

static void print(mlir::Location loc, llvm::raw_ostream &os) {
  if (auto file = mlir::dyn_cast<mlir::FileLineColLoc>(loc))
    os << file.getFilename().getValue() << ':' << file.getLine() << ':' << file.getColumn();
  else
    loc.print(os);
}

void FirstError::report(mlir::Operation *op, const llvm::Twine &message) {
  if (any())
    return;
  llvm::raw_string_ostream os(text);
  print(op->getLoc(), os);
  os << ": '" << op->getName() << "' " << message;
}

llvm::Error FirstError::take() {
  if (!any())
    return llvm::Error::success();
  std::string taken = std::move(text);
  text.clear();
  return llvm::createStringError(llvm::inconvertibleErrorCode(), taken);
}
