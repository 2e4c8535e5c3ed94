// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// CUDA in the registry of targets.
#pragma once

namespace attn::cuda {

/// Makes the target `cuda` known. Idempotent.
void registerCUDATarget();

} // namespace attn::cuda
