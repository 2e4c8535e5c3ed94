// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Says what the assembler said of kernels.
#include "lib/JIT/KernelReports.h"

#include "mlir/IR/Diagnostics.h"

using namespace mlir;

namespace attn {

std::string complaint(const target::KernelReport &report) {
  std::string text = report.spilledBytes ? std::to_string(report.spilledBytes) + " bytes spilled" : "";
  for (const std::string &loss : report.losses)
    text += (text.empty() ? "" : ", ") + loss;
  return text;
}

LogicalResult tellReports(llvm::ArrayRef<target::KernelReport> reports, llvm::StringRef assembler, bool strict) {
  bool isBad = false;
  for (const target::KernelReport &report : reports) {
    emitRemark(report.place) << "[" << assembler << "] registers = " << report.registers << ": " << report.spilledBytes
                             << " bytes spilled in '" << report.name << "'";
    auto complain = [&](const llvm::Twine &what) {
      isBad |= strict;
      (strict ? emitError(report.place) : emitWarning(report.place))
          << "expects fast code for '" << report.name << "', but " << assembler << " says " << what.str();
    };
    if (report.spilledBytes)
      complain(llvm::Twine(report.spilledBytes) + " bytes spilled");
    for (const std::string &loss : report.losses)
      complain(loss);
  }
  return failure(isBad);
}

} // namespace attn
