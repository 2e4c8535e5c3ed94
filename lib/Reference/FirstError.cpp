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
  std::lock_guard<std::mutex> lock(mutex);
  if (failed)
    return;
  llvm::raw_string_ostream os(text);
  print(op->getLoc(), os);
  os << ": '" << op->getName() << "' " << message;
  failed = true;
}

llvm::Error FirstError::take() {
  std::lock_guard<std::mutex> lock(mutex);
  if (!failed)
    return llvm::Error::success();
  failed = false;
  return llvm::createStringError(llvm::inconvertibleErrorCode(), std::exchange(text, std::string()));
}
