// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Passes of the CPU target.
#pragma once

#include "lib/Target/CPU/Features.h"
#include "mlir/Pass/Pass.h"

namespace attn::cpu {

/// --cpu-expand-math: elementary functions of f32 and f64 become straight-line arithmetic. CHANGES ROUNDING (2 ulp).
std::unique_ptr<mlir::Pass> createExpandMathPass(const CPUTarget &target);

/// Registers the passes above as flags.
void registerCPUTargetPasses();

} // namespace attn::cpu
