// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Prints code generation errors to a string.
#include "lib/Target/Common/ErrorKeeper.h"

#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/DiagnosticPrinter.h"
#include "llvm/Support/raw_ostream.h"

bool attn::target::ErrorKeeper::handleDiagnostics(const llvm::DiagnosticInfo &info) {
  if (info.getSeverity() != llvm::DS_Error)
    return true;
  llvm::raw_string_ostream stream(errors);
  llvm::DiagnosticPrinterRawOStream printer(stream);
  stream << (errors.empty() ? "" : "; ");
  info.print(printer);
  return true;
}
