// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Kernels that start while the launch before them ends: where they wait for it, and where they let the next one start.
#include "dialects/Launch/LaunchDialect.h"
#include "lib/Target/CUDA/KernelLowering.h"

using namespace mlir;

namespace attn::cuda {

static bool isTrue(tile::KernelOp kernel, StringRef name) {
  auto value = kernel->getAttrOfType<BoolAttr>(name);
  return value && value.getValue();
}

bool KernelLowering::startsEarly() const { return isTrue(kernel, launch::startsEarlyAttr); }

/// Every thread waits, before anything of memory but parameters and shared memory was touched. The next launch may
/// start once every block has said so or has ended: no block of this one is left without a place by then, and since
/// all have waited, nothing of the launches before is left either. LLVM takes its intrinsics to touch no memory, and
/// may move loads above such a wait: assembly.
void KernelLowering::waitForLaunches() {
  if (startsEarly())
    assembly("griddepcontrol.wait;", "~{memory}", Type(), {}, /*sideEffects=*/true);
  if (isTrue(kernel, launch::startsNextAttr))
    assembly("griddepcontrol.launch_dependents;", "~{memory}", Type(), {}, /*sideEffects=*/true);
}

} // namespace attn::cuda
