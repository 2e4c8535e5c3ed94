// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What every tool and embedding host registers: dialects and passes.
#pragma once

#include "mlir/IR/DialectRegistry.h"

namespace attn {

/// Adds the project's dialects and the upstream ones that its IR uses, at every level down to LLVM.
void registerAttnDialects(mlir::DialectRegistry &registry);

/// Makes the project's targets known to lib/Target/Common. Idempotent, from any thread.
void registerAttnTargets();

/// Registers every pass and pipeline of the project, and the upstream clean-up passes, by their flags.
void registerAttnPasses();

} // namespace attn
