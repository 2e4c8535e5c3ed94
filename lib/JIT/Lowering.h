// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From a module at any level down to the level that a compile asks for.
#pragma once

#include "attn/Compiler.h"
#include "lib/JIT/DiagnosticKeeper.h"
#include "lib/Target/CPU/Features.h"
#include "mlir/Pass/PassManager.h"

namespace attn {

/// How far down a module is, by its lowest ops.
enum class Level { attn, tile, llvm };
Level levelOf(mlir::ModuleOp module);

/// One compile's way down, with its deadline.
class Lowering {
public:
  Lowering(const CompileOptions &options, DiagnosticKeeper &keeper);

  /// A new module at the level that options.emit names, or of the LLVM dialect where it names a binary.
  llvm::Expected<mlir::OwningOpRef<mlir::ModuleOp>> run(mlir::ModuleOp module);

  /// Fails where the compile is late or cancelled.
  llvm::Error checkTime() const;
  /// For the linker; 0: no limit.
  unsigned secondsLeft() const;
  /// The CPU that code is made for unless a function says otherwise.
  const cpu::CPUTarget &baseTarget() const { return base; }

private:
  llvm::Error chooseTargets();
  llvm::Error runPasses(mlir::ModuleOp module, llvm::StringRef what,
                        llvm::function_ref<void(mlir::OpPassManager &)> build);
  llvm::Error lowerToTile(mlir::ModuleOp module);
  llvm::Error lowerToKernels(mlir::ModuleOp module);
  llvm::Error lowerToLLVM(mlir::ModuleOp module, std::string source);

  const CompileOptions &options;
  DiagnosticKeeper &keeper;
  std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();
  cpu::CPUTarget base;
  /// Kernels get more forms for these CPUs, chosen when the library is opened.
  std::vector<cpu::CPUTarget> others;
};

} // namespace attn
