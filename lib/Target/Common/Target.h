// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a target tells the rest of the compiler, and the registry where targets are looked up by name.
#pragma once

#include "attn/Emit.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Location.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Support/Error.h"

#include <memory>
#include <string>
#include <vector>

namespace attn::target {

/// A form in which a target hands out code, beside the text of the levels that all targets share.
struct EmitKind {
  llvm::StringRef name;   ///< as --emit spells it
  llvm::StringRef suffix; ///< of files that are meant to be of this kind, without a dot
  Emit emit;
};

/// How to make device code.
struct DeviceOptions {
  std::string assembler; ///< path of the assembler; empty: searched for
  /// Whether `image` is made: not at all, where there is an assembler, or else it is an error.
  enum class Image { none, optional, required } image = Image::optional;
  unsigned seconds = 0;  ///< for the assembler; 0: no limit
};

/// What a kernel is called in device code.
struct DeviceFunction {
  std::string kernel;   ///< in the module
  std::string symbol;   ///< of this form of it in the module
  std::string function; ///< in device code
};

/// What the assembler said of one kernel.
struct KernelReport {
  std::string name;         ///< of its function
  int64_t registers = 0;    ///< of a thread
  int64_t spilledBytes = 0; ///< stored and loaded again
  std::vector<std::string> losses; ///< warnings about speed, a line each
  mlir::LocationAttr place;        ///< of the kernel in the source
};

/// Kernels of one chip.
struct DeviceCode {
  std::string chip;
  int64_t capability = 0; ///< attn_image's
  bool exact = false;     ///< runs on chips of exactly this capability
  std::string assembly;   ///< as text
  std::string image; ///< what the driver loads; empty where there was no assembler
  std::vector<DeviceFunction> functions;
  std::vector<KernelReport> reports;
};

/// One kind of machine. Stateless: one object serves every compile, on any thread.
class Target {
public:
  virtual ~Target() = default;

  /// What stands before the colon of --target.
  virtual llvm::StringRef name() const = 0;
  /// The whole of --target in messages.
  virtual llvm::StringRef spelling() const = 0;
  /// Lines for the options of this target in a tool's help.
  virtual llvm::StringRef help() const = 0;
  virtual llvm::ArrayRef<EmitKind> emitKinds() const = 0;

  /// The chips that stand behind the colon, each once. An unknown one is an error that lists the known ones.
  virtual llvm::Expected<std::vector<std::string>> parseChips(llvm::StringRef text) const = 0;
  /// Dialects that the target's pipelines make, and their translations.
  virtual void registerDialects(mlir::DialectRegistry &registry) const = 0;
  /// The forms that a chip's kernels take where they can, best first, beside the one without a name that always works: each
  /// kernel gets the first that does not spill. TARGET.FORM, up to a second dot, is the cost model of their tile sizes.
  virtual llvm::ArrayRef<llvm::StringRef> forms(llvm::StringRef chip) const { return {}; }
  /// Cost models TARGET.NAME of tile sizes for kernels of the form without a name that spill, largest tiles first.
  virtual llvm::ArrayRef<llvm::StringRef> smallerTiles() const { return {}; }
  /// From entries and tile kernels to entries and this target's kernels of one form for one chip.
  virtual llvm::Error buildKernels(mlir::OpPassManager &pm, llvm::StringRef chip, llvm::StringRef form = {}) const = 0;

  /// Whether kernels run elsewhere than the host code that starts them; then the rest applies.
  virtual bool isDevice() const { return false; }
  /// The best chip for a device that runs code of this capability (attn_image's), or nothing.
  virtual llvm::StringRef chipFor(int64_t capability) const { return {}; }
  /// The program that assembles for the device. A tool takes its path as the option --NAME=PATH.
  virtual llvm::StringRef assembler() const { return {}; }
  /// Compiles the kernels of a module, which is not changed. Errors are diagnostics of the module's context, or the
  /// returned one.
  virtual llvm::Expected<DeviceCode> compileDevice(mlir::ModuleOp module, llvm::StringRef chip,
                                                   const DeviceOptions &options) const;
};

/// A target with the chips to compile for.
struct Selection {
  const Target *target = nullptr;
  std::vector<std::string> chips;
};

/// Makes a target known, once per name. Its order is the order of messages and help.
void registerTarget(std::unique_ptr<const Target> target);
/// All known targets.
std::vector<const Target *> allTargets();
/// Looks up what --target says, as in `name:chip,chip`.
llvm::Expected<Selection> selectTarget(llvm::StringRef text);

/// "a, b or c".
std::string joinWithOr(llvm::ArrayRef<llvm::StringRef> words);

} // namespace attn::target
