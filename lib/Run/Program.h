// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A parsed file or variant and the function of it that is to run.
#pragma once

#include "attn/Compiler.h"
#include "lib/Run/RunOptions.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace attn {

/// Owns the compiler and the module.
class Program {
public:
  /// Reads and parses what the options name.
  static llvm::Expected<std::unique_ptr<Program>> load(llvm::StringRef path, llvm::StringRef variant,
                                                       const CompileOptions &options);

  /// Parses a text.
  static llvm::Expected<std::unique_ptr<Program>> parse(llvm::StringRef text, llvm::StringRef name,
                                                        const CompileOptions &options);

  Compiler &compiler() { return theCompiler; }
  mlir::ModuleOp module() { return *theModule; }
  /// Whether it holds functions of the attn level, rather than tile programs or lower code.
  bool isAttnLevel();

  /// The public function of this name, or the only one where the name is empty; otherwise an error with the names
  /// there are.
  llvm::Expected<mlir::func::FuncOp> find(llvm::StringRef entry);
  /// The function that an entry of a compiled library was made from: of its name, or of what the name begins with
  /// before a point.
  llvm::Expected<mlir::func::FuncOp> findOrigin(llvm::StringRef entry);
  /// The public functions with their arguments and results, a line each.
  std::string listFunctions();

private:
  llvm::SmallVector<mlir::func::FuncOp> functions();

  Compiler theCompiler;
  mlir::OwningOpRef<mlir::ModuleOp> theModule;
};

/// The name of an argument or, counted on, of a result.
std::string nameOf(mlir::func::FuncOp function, unsigned number);

} // namespace attn
