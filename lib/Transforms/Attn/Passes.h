// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Passes on the attn dialect.
#pragma once

#include "mlir/Pass/Pass.h"

namespace attn {

/// --attn-fuse: each chain of a plane becomes one attn.attend. Refuses, with location and reason, planes that no chain
/// consumes.
std::unique_ptr<mlir::Pass> createFusePass();

/// Registers the passes above as flags. Idempotent.
void registerAttnTransformPasses();

} // namespace attn
