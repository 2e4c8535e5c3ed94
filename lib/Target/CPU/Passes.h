// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Passes of the CPU target.
#pragma once

#include "lib/Target/CPU/Features.h"
#include "mlir/Pass/Pass.h"

namespace attn::cpu {

/// --cpu-expand-math: elementary functions of f32 and f64 become straight-line arithmetic. CHANGES ROUNDING (2 ulp).
std::unique_ptr<mlir::Pass> createExpandMathPass(const CPUTarget &target);

/// --tile-to-vector: every tile.kernel becomes a func.func of the CPU kernel signature, with the bytes of scratch memory
/// it wants per thread in the attribute launch.scratch.
std::unique_ptr<mlir::Pass> createToVectorPass(const CPUTarget &target);
void registerToVectorPass();

/// Registers the passes above as flags.
void registerCPUTargetPasses();

} // namespace attn::cpu
