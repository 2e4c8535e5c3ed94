// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What an assembler says of kernels, as text and as diagnostics.
#pragma once

#include "lib/Target/Common/Target.h"
#include "mlir/Support/LogicalResult.h"

namespace attn {

/// What an assembler says against a kernel; empty: nothing.
std::string complaint(const target::KernelReport &report);

/// Says by a remark each what an assembler said of kernels, and warns of what costs speed: by errors where `strict` is
/// set, and then fails.
llvm::LogicalResult tellReports(llvm::ArrayRef<target::KernelReport> reports, llvm::StringRef assembler, bool strict);

} // namespace attn
