// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Passes on the attn dialect.
#pragma once

#include "mlir/Pass/Pass.h"

namespace attn {

/// --attn-check-input: refuses, by name and place, ops and types that no entry may hold.
std::unique_ptr<mlir::Pass> createCheckInputPass();

/// --attn-fold-masks: the masks of each plane become one, as small as it gets: joined bands and sinks, no constants.
std::unique_ptr<mlir::Pass> createFoldMasksPass();

/// --attn-fuse: each chain of a plane becomes one attn.attend. Refuses, with location and reason, planes that no chain
/// consumes.
std::unique_ptr<mlir::Pass> createFusePass();

/// --attn-generalise: transposes, broadcasts, products and other named ops of linalg become linalg.generic.
std::unique_ptr<mlir::Pass> createGeneralisePass();

/// --attn-inline: inlines every call in the entries and removes private functions.
std::unique_ptr<mlir::Pass> createInlinePass();

/// --attn-specialise: gives entries sizes and a storage type. Options by initializeOptions("D=128 type=bf16").
std::unique_ptr<mlir::Pass> createSpecialisePass();

/// --attn-split-keys: states attn.queries of each entry and, where it is short, splits the keys of its attends.
std::unique_ptr<mlir::Pass> createSplitKeysPass();

/// Registers the passes above as flags. Idempotent.
void registerAttnTransformPasses();

} // namespace attn
