// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From a module at any level down to the level that a compile asks for.
#pragma once

#include "attn/Compiler.h"
#include "lib/JIT/DiagnosticKeeper.h"
#include "lib/Target/CPU/Features.h"
#include "lib/Target/Common/Target.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

namespace attn {

/// How far down a module is, by its lowest ops. `kernels`: entries beside kernels of the LLVM dialect.
enum class Level { attn, tile, kernels, llvm };
Level levelOf(mlir::ModuleOp module);

/// One compile's way down, with its deadline.
class Lowering {
public:
  Lowering(const CompileOptions &options, DiagnosticKeeper &keeper);

  /// A new module at the level that options.emit names. Of the LLVM dialect where it names a binary; of kernels of one
  /// chip where it names device code.
  llvm::Expected<mlir::OwningOpRef<mlir::ModuleOp>> run(mlir::ModuleOp module);

  /// Fails where the compile is late or cancelled.
  llvm::Error checkTime() const;
  /// For the linker; 0: no limit.
  unsigned secondsLeft() const;
  /// The device code of a module that `run` made where options.emit names device code.
  llvm::Expected<target::DeviceCode> deviceCode(mlir::ModuleOp module);
  /// What is compiled for; known after `run`.
  const target::Selection &selection() const { return chosen; }
  /// The CPU that code is made for unless a function says otherwise.
  const cpu::CPUTarget &baseTarget() const { return base; }

private:
  llvm::Error chooseTargets();
  llvm::Error chooseLevels();
  llvm::Error lowerToTile(mlir::ModuleOp module, llvm::StringRef costModel);
  llvm::Error lowerToKernels(mlir::ModuleOp module, llvm::StringRef chip, llvm::StringRef form = {});
  /// Why something has no form, and where that was found.
  struct Refusal {
    mlir::Location place;
    std::string reason;
  };
  /// A form on its way into the kernels of a chip: those that are left out because the assembler says that they will be
  /// slow, with its words, and those that need no further form.
  struct Form {
    llvm::StringRef name;
    llvm::StringMap<std::string> &slow;
    llvm::StringSet<> &settled;
  };
  /// Adds to kernels of a chip those of its other forms, made from the same source. What has none says so by a remark.
  void addForms(mlir::ModuleOp module, mlir::ModuleOp source, llvm::StringRef chip);
  /// Does quietly what may be refused.
  std::optional<Refusal> refused(mlir::ModuleOp source, llvm::function_ref<llvm::Error()> work);
  std::optional<Refusal> addForm(mlir::ModuleOp module, mlir::ModuleOp source, llvm::StringRef chip, const Form &form);
  /// Makes a form of all kernels.
  llvm::Error lowerToForm(mlir::ModuleOp module, llvm::StringRef chip, llvm::StringRef form);
  /// Finds the kernels that will be slow.
  llvm::Error findSlow(mlir::ModuleOp module, llvm::StringRef chip, llvm::StringMap<std::string> &slow);
  llvm::Error lowerToVariants(mlir::ModuleOp module);
  /// What there has to be beside the text of device code. `isWatched`: whether it spills decides.
  target::DeviceOptions::Image wantedImage(bool isWatched) const;
  llvm::Expected<target::DeviceCode> compileDevice(mlir::ModuleOp module, llvm::StringRef chip,
                                                   target::DeviceOptions::Image image) const;
  /// The device code of a module, whose kernels get smaller tiles where they spill; says what the assembler said. Without
  /// a source of the attn dialect tiles stay as they are.
  llvm::Expected<target::DeviceCode> compileFitted(mlir::ModuleOp module, mlir::ModuleOp source, llvm::StringRef chip);
  llvm::Error lowerToDevice(mlir::ModuleOp module, mlir::ModuleOp source, Level level);
  llvm::Error runPasses(mlir::ModuleOp module, llvm::StringRef what,
                        llvm::function_ref<llvm::Error(mlir::OpPassManager &)> build);
  llvm::Error lowerToLLVM(mlir::ModuleOp module, std::string source);

  const CompileOptions &options;
  DiagnosticKeeper &keeper;
  std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();
  target::Selection chosen;
  cpu::CPUTarget base;
  /// Kernels get more forms for these CPUs, chosen when the library is opened.
  std::vector<cpu::CPUTarget> others;
  /// The code of what `run` made, where that is of one chip.
  std::optional<target::DeviceCode> made;
};

} // namespace attn
