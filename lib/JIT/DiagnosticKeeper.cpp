// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writes diagnostics as text, with the location of the user's source.
#include "lib/JIT/DiagnosticKeeper.h"

#include "mlir/IR/Location.h"
#include "llvm/Support/raw_ostream.h"

#include <thread>

using namespace mlir;

namespace attn {

static llvm::StringRef severityName(DiagnosticSeverity severity) {
  switch (severity) {
  case DiagnosticSeverity::Note: return "note";
  case DiagnosticSeverity::Warning: return "warning";
  case DiagnosticSeverity::Error: return "error";
  case DiagnosticSeverity::Remark: return "remark";
  }
  return "error";
}

static void writeLine(llvm::raw_ostream &stream, Diagnostic &diagnostic) {
  if (auto file = diagnostic.getLocation()->findInstanceOf<FileLineColLoc>())
    stream << file.getFilename().getValue() << ":" << file.getLine() << ":" << file.getColumn() << ": ";
  stream << severityName(diagnostic.getSeverity()) << ": " << diagnostic;
}

std::string describe(Diagnostic &diagnostic) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  writeLine(stream, diagnostic);
  for (Diagnostic &note : diagnostic.getNotes()) {
    stream << "\n";
    writeLine(stream, note);
  }
  return text;
}

DiagnosticKeeper::DiagnosticKeeper(MLIRContext &context, std::function<void(Diagnostic &)> sink, bool consume)
    : handler(&context, [this, sink = std::move(sink), consume,
                         mine = std::this_thread::get_id()](Diagnostic &diagnostic) {
        if (std::this_thread::get_id() != mine)
          return failure(); // of another compile in this context
        if (diagnostic.getSeverity() == DiagnosticSeverity::Error)
          errors += (errors.empty() ? "" : "\n") + describe(diagnostic);
        if (sink)
          sink(diagnostic);
        return success(consume);
      }) {}

llvm::Error DiagnosticKeeper::take(const llvm::Twine &fallback) {
  std::string text = errors.empty() ? fallback.str() : std::move(errors);
  errors.clear();
  return llvm::createStringError(text);
}

} // namespace attn
