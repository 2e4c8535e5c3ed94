// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs a snippet of tile IR as the body of a kernel of one program.
#pragma once

#include "lib/Interpreter/Interpreter.h"
#include "lib/Pipelines/Registration.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"

#include <gtest/gtest.h>

namespace attn::interpreter {

/// A context with every dialect; diagnostics are dropped, tests look at the interpreter's own error.
inline mlir::MLIRContext &testContext() {
  static mlir::MLIRContext *context = [] {
    mlir::DialectRegistry registry;
    registerAttnDialects(registry);
    auto *context = new mlir::MLIRContext(registry, mlir::MLIRContext::Threading::DISABLED);
    context->getDiagEngine().registerHandler([](mlir::Diagnostic &) { return mlir::success(); });
    return context;
  }();
  return *context;
}

struct Snippet {
  /// "%x: memref<?x?xf32>, %n: index"
  std::string arguments;
  std::string body;
  /// One program by default.
  std::string grid = "%one = arith.constant 1 : index\ntile.yield %one, %one, %one : index, index, index";

  std::string text() const {
    return "tile.kernel @k(" + arguments + ")\ngrid {\n" + grid + "\n} body(%gx, %gy, %gz) {\n" +
           "%c0 = arith.constant 0 : index\n%c1 = arith.constant 1 : index\n%c2 = arith.constant 2 : index\n" + body +
           "\ntile.yield\n}";
  }
};

/// The error's message, empty after success.
inline std::string run(const Snippet &snippet, llvm::ArrayRef<Buffer> arguments, const Options &options = {}) {
  std::string text = snippet.text();
  auto module = mlir::parseSourceString<mlir::ModuleOp>(text, &testContext(), "snippet");
  if (!module)
    return "does not parse";
  auto kernels = module->getOps<tile::KernelOp>();
  return llvm::toString(runKernel(*kernels.begin(), arguments, options));
}

inline Buffer make(Element element, std::vector<int64_t> shape, std::vector<double> values) {
  return Buffer(reference::HostTensor(element, std::move(shape), std::move(values)));
}

inline Buffer empty(Element element, std::vector<int64_t> shape) { return Buffer(element, shape); }

inline std::vector<double> numbers(const Buffer &buffer) { return buffer.toHost().values; }

} // namespace attn::interpreter
