// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From entries and kernels to what a compiled library exports.
#pragma once

#include "mlir/Pass/Pass.h"
#include <string>

namespace attn {

/// What the manifest says about the compile.
struct LaunchToLLVMOptions {
  std::string producer = "attn";
  /// Comma separated, as given to the tool.
  std::string targets = "cpu";
  /// attn_cpu_level that host code, and kernels without launch.cpu_level, are compiled for.
  int64_t cpuLevel = 0;
  /// The IR it was compiled from; empty: not embedded.
  std::string source;
};

/// --launch-to-llvm: each kernel (a func.func with launch.kernel) gets a wrapper NAME.abi over the ABI's argument
/// block, each launch.entry becomes an internal llvm.func of type attn_entry_fn, and the module gets the global
/// attn_manifest_v1. Runs on a module of func.func kernels, before the upstream lowering to LLVM, which also lowers the
/// bodies that this pass makes. Expects grids to be inlined and workspace to be planned.
///
/// Several forms of a kernel: a func.func with launch.variant_of = @k and launch.cpu_level = n becomes another variant
/// of @k. Attributes that choose a CPU (target_cpu, target_features, ...) are copied to the wrapper.
///
/// A kernel that a device runs is an llvm.func with launch.kernel and launch.device_variants, its code lies in the
/// module's launch.images (DeviceKernels.h). It is launched by its row in the manifest, and its function is dropped.
std::unique_ptr<mlir::Pass> createLaunchToLLVMPass(const LaunchToLLVMOptions &options = {});

/// Registers the pass as a flag.
void registerLaunchToLLVMPass();

} // namespace attn
