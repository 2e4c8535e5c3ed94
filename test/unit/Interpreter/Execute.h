// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The interpreter as an executor of the table of programs.
#pragma once

#include "test/unit/Interpreter/Harness.h"
#include "test/unit/Programs/Program.h"

#include <cmath>

namespace attn::interpreter {

/// The program's file, parsed; null after an error.
inline mlir::OwningOpRef<mlir::ModuleOp> parseProgram(const programs::Program &program) {
  return mlir::parseSourceFile<mlir::ModuleOp>(program.file, &testContext());
}

/// Strides with a gap after every row, so that a program which assumes dense buffers fails.
inline llvm::SmallVector<int64_t> paddedStrides(llvm::ArrayRef<int64_t> shape) {
  llvm::SmallVector<int64_t> strides(shape.size(), 1);
  for (int64_t dim = static_cast<int64_t>(shape.size()) - 2; dim >= 0; --dim)
    strides[dim] = strides[dim + 1] * shape[dim + 1] + 3;
  return strides;
}

/// Runs the program's entry of a module, which may be null after a failed parse.
inline llvm::Expected<programs::Tensors> interpret(mlir::ModuleOp module, const programs::Program &program,
                                                   const programs::Tensors &arguments,
                                                   const programs::Tensors &results, const Options &options = {}) {
  auto entry = module ? module.lookupSymbol<launch::EntryOp>(program.entry) : nullptr;
  if (!entry)
    return llvm::createStringError("no entry " + program.entry);
  std::vector<Buffer> in, out;
  for (const programs::Tensor &argument : arguments)
    in.emplace_back(argument, paddedStrides(argument.shape));
  for (const programs::Tensor &result : results)
    out.emplace_back(result, paddedStrides(result.shape));
  if (llvm::Error error = runEntry(entry, in, out, options))
    return error;
  programs::Tensors tensors;
  for (const Buffer &buffer : out)
    tensors.push_back(buffer.toHost());
  return tensors;
}

/// Equal values, zeros of one sign; a NaN equals any NaN.
inline bool sameBits(double a, double b) {
  return a == b ? std::signbit(a) == std::signbit(b) : std::isnan(a) && std::isnan(b);
}

} // namespace attn::interpreter
