// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The CPU in the registry of targets.
#pragma once

namespace attn::cpu {

/// Makes the target `cpu` known. Idempotent.
void registerCPUTarget();

} // namespace attn::cpu
