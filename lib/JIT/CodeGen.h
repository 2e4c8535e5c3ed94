// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From the LLVM dialect to an object file in memory.
#pragma once

#include "lib/Target/CPU/Features.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"

namespace attn {

/// Makes the code generator of this machine's architecture known to LLVM. Cheap when repeated, from any thread.
void initializeCodeGen();

/// Adds the translations that emitObject needs to a registry.
void registerTranslations(mlir::DialectRegistry &registry);

/// Compiles a module of the LLVM dialect for a CPU. A function's own target_cpu and target_features win. Every symbol
/// but the manifest is hidden; routines that the code generator may call are part of the object.
llvm::Expected<llvm::SmallVector<char, 0>> emitObject(mlir::ModuleOp module, const cpu::CPUTarget &target);

} // namespace attn
