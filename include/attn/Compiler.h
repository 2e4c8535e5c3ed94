// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The compiler as a library: MLIR in, code for this process or files out.
#ifndef ATTN_COMPILER_H
#define ATTN_COMPILER_H

#include "attn-rt/abi.h"
#include "attn/Emit.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/Support/Error.h"

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace attn {

/// How to compile. The defaults run any function of the attn dialect on this machine.
struct CompileOptions {
  Emit emit = Emit::jit;
  /// The name of a target, or NAME:CHIP,CHIP,... where kernels run on a device: then the CPU is that of the host code.
  std::string target = "cpu";
  /// native, x86-64-v3, x86-64-v4 or x86-64-v4-bf16. Empty: native for the JIT; otherwise x86-64-v3, beside which a
  /// library holds kernels for the higher levels, chosen when it is opened.
  std::string cpu;
  /// Path of the program that assembles device code. Empty: where the target's makers install it, and PATH.
  std::string assembler;
  /// Device code that the assembler warns about (spilled registers, serialised products) is an error.
  bool strict = false;
  /// Static sizes and storage types, one string a version of every function: "D=128 Dv=64 type=bf16". Versions are
  /// named like name.D128.Dv64.bf16. Empty: the functions as they are written.
  std::vector<std::string> specialise;
  /// Takes input that already holds ops of the LLVM dialect. Only for input that is trusted like a binary.
  bool lowLevelInput = false;
  /// Remarks that say which schedule was chosen and why reach the diagnostic sink.
  bool dumpSchedule = false;
  /// Looked at between passes and before code generation; a compile that is late ends in an error.
  std::optional<std::chrono::milliseconds> deadline;
  /// Set by another thread to end the compile in an error at the next such point. Borrowed.
  const std::atomic<bool> *cancelled = nullptr;
};

/// What a compile made: a manifest of code in this process, or bytes. Movable; the code goes with its last owner, so an
/// attn_library that was opened from the manifest must be closed before.
class Executable {
public:
  struct Code;
  explicit Executable(std::string bytes);
  explicit Executable(std::unique_ptr<Code> code);
  Executable(Executable &&);
  Executable &operator=(Executable &&);
  ~Executable();

  /// For attn_library_open_manifest. Null unless emit was `jit`.
  const attn_manifest *manifest() const;
  /// Text or file contents; empty where emit was `jit`.
  llvm::StringRef bytes() const { return contents; }

private:
  std::string contents;
  std::unique_ptr<Code> code;
};

/// Compiles modules. It keeps no state of its own beyond the context: one compiler may compile on several threads at a
/// time. It never prints, exits or throws; errors carry the locations of the user's source.
class Compiler {
public:
  /// With a context of its own, single-threaded and silent.
  Compiler();
  /// In the host's context, which must outlive the compiler. Loads the dialects that the compiler uses, so make it
  /// before threads share the context. Diagnostics reach the host's handlers too.
  explicit Compiler(mlir::MLIRContext &context);
  ~Compiler();

  mlir::MLIRContext &context() { return *borrowed; }

  /// Called for every diagnostic of a compile, on its thread. Set it before compiling.
  void setDiagnosticSink(std::function<void(mlir::Diagnostic &)> sink);

  /// Parses and verifies untrusted text: size, nesting and dialects are limited before and after MLIR reads it. `name`
  /// stands for the file in locations.
  llvm::Expected<mlir::OwningOpRef<mlir::ModuleOp>> parse(llvm::StringRef text, llvm::StringRef name,
                                                          const CompileOptions &options = {});

  /// Compiles a verified module at the level of attn functions, tile programs or the LLVM dialect. The module is not
  /// changed.
  llvm::Expected<Executable> compile(mlir::ModuleOp module, const CompileOptions &options = {});
  /// Both steps.
  llvm::Expected<Executable> compile(llvm::StringRef text, llvm::StringRef name, const CompileOptions &options = {});

private:
  std::unique_ptr<mlir::MLIRContext> owned;
  mlir::MLIRContext *borrowed;
  std::function<void(mlir::Diagnostic &)> sink;
};

} // namespace attn

#endif // ATTN_COMPILER_H
