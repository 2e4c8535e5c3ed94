// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Passes on entries and launches.
#pragma once

#include "mlir/Pass/Pass.h"

namespace attn::launch {

/// --launch-inline-grids: each launch without a grid gets its kernel's grid arithmetic. Afterwards kernels may lose
/// their grid regions. Runs before the kernels are lowered.
std::unique_ptr<mlir::Pass> createInlineGridsPass();

/// --launch-plan-workspace: each launch.workspace gets a 64-byte aligned offset, each contract the total. Fails where a
/// size is not arithmetic on the entry's arguments. Runs again harmlessly after workspace was added.
std::unique_ptr<mlir::Pass> createPlanWorkspacePass();

/// --launch-overlap-kernels: kernels behind another launch of their entry get `launch.starts_early`, kernels before
/// another one `launch.starts_next`. For devices that can keep that promise; runs before the kernels are lowered.
std::unique_ptr<mlir::Pass> createOverlapKernelsPass();

/// Registers the passes above as flags.
void registerLaunchTransformPasses();

} // namespace attn::launch
