// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Kernels of one program, made of text, by the interpreter and by the simulator.
#pragma once

#include "test/unit/DeviceSimulator/Execute.h"

#include <random>

namespace attn::cuda::simulator {

/// Tensors of a case: the shape and type of each, arguments first.
struct Kernel {
  std::string body;
  std::vector<Tensor> arguments, results;

  std::string text() const {
    auto typeOf = [](const Tensor &tensor) {
      std::string shape, strides;
      for (size_t dim = 0; dim < tensor.shape.size(); ++dim) {
        shape += "?x";
        strides += dim + 1 < tensor.shape.size() ? "?, " : "1";
      }
      return "memref<" + shape + reference::elementName(tensor.element) + ", strided<[" + strides + "], offset: ?>>";
    };
    auto list = [&](const std::vector<Tensor> &tensors, const char *prefix, bool isTyped) {
      std::string text;
      for (size_t n = 0; n < tensors.size(); ++n)
        text +=
            (n ? ", %" : "%") + std::string(prefix) + std::to_string(n) + (isTyped ? ": " + typeOf(tensors[n]) : "");
      return text;
    };
    std::string types, shapes, sizes;
    for (const Tensor &tensor : arguments)
      types += (types.empty() ? "" : ", ") + typeOf(tensor);
    for (const Tensor &tensor : results) {
      types += ", " + typeOf(tensor);
      for (int64_t extent : tensor.shape) {
        std::string name = "%s" + std::to_string(shapes.size());
        shapes += name + " = arith.constant " + std::to_string(extent) + " : index\n";
        sizes += (sizes.empty() ? "" : ", ") + name;
      }
    }
    std::string all = list(arguments, "a", true) + ", " + list(results, "r", true);
    return "tile.kernel @k(" + all + ")\ngrid {\n%one = arith.constant 1 : index\n" +
           "tile.yield %one, %one, %one : index, index, index\n} body(%x, %y, %z) {\n%c0 = arith.constant 0 : "
           "index\n" +
           body + "\ntile.yield\n}\nlaunch.entry @e(" + list(arguments, "a", true) + ") results(" +
           list(results, "r", true) + ")\ncontract {\n" + shapes + "launch.yield shapes(" + sizes +
           ")\n} body {\nlaunch.kernel @k(" + list(arguments, "a", false) + ", " + list(results, "r", false) +
           ") : " + types + "\nlaunch.return\n}\n";
  }
};

inline std::string tileType(int64_t rows, int64_t cols, const std::string &type) {
  return "tensor<" + std::to_string(rows) + "x" + std::to_string(cols) + "x" + type + ">";
}
inline std::string memrefType(const std::string &type) {
  return "memref<?x?x" + type + ", strided<[?, 1], offset: ?>>";
}
inline std::string load(const std::string &name, const std::string &from, int64_t rows, int64_t cols,
                        const std::string &type) {
  return "%" + name + " = tile.load %" + from + "[%c0, %c0] dims = [0, 1] : " + memrefType(type) + " -> " +
         tileType(rows, cols, type) + "\n";
}
inline std::string store(const std::string &name, const std::string &to, int64_t rows, int64_t cols,
                         const std::string &type) {
  return "tile.store %" + name + ", %" + to + "[%c0, %c0] dims = [0, 1] : " + tileType(rows, cols, type) + ", " +
         memrefType(type) + "\n";
}

/// Integers of [-size, size].
inline Tensor integers(programs::Element element, int64_t rows, int64_t cols, unsigned seed, int size = 2) {
  Tensor tensor(element, {rows, cols});
  std::mt19937 random(seed);
  for (double &value : tensor.values)
    value = int(random() % (2 * size + 1)) - size;
  return tensor;
}
inline Tensor signs(programs::Element element, int64_t rows, int64_t cols, unsigned seed) {
  return integers(element, rows, cols, seed, 1);
}
/// What must be overwritten.
inline Tensor nothing(programs::Element element, int64_t rows, int64_t cols) {
  Tensor tensor(element, {rows, cols});
  std::fill(tensor.values.begin(), tensor.values.end(), element == programs::Element::i32 ? 1 << 20 : NAN);
  return tensor;
}

/// Runs the kernel by the interpreter and as device function, with wide accesses and without; where results differ.
inline std::string compare(const Kernel &kernel, llvm::function_ref<void(mlir::OpPassManager &)> addPasses,
                           std::initializer_list<int64_t> gaps, Counts *counts = nullptr) {
  auto parse = [&] { return mlir::parseSourceString<mlir::ModuleOp>(kernel.text(), &testContext()); };
  auto before = parse(), after = parse();
  if (!before)
    return "does not parse:\n" + kernel.text();
  mlir::PassManager passes(&testContext());
  addPasses(passes);
  if (mlir::failed(passes.run(*after)))
    return "does not lower";
  Device device;
  for (int64_t gap : gaps) {
    std::vector<interpreter::Buffer> in, out;
    for (const Tensor &argument : kernel.arguments)
      in.emplace_back(argument, stridesWithGap(argument.shape, gap));
    for (const Tensor &result : kernel.results)
      out.emplace_back(result, stridesWithGap(result.shape, gap));
    interpreter::Options stored;
    stored.mode = interpreter::NumberMode::stored;
    if (llvm::Error error = interpreter::runEntry(before->lookupSymbol<launch::EntryOp>("e"), in, out, stored))
      return llvm::toString(std::move(error));
    auto got = simulate(device, *after, "e", kernel.arguments, kernel.results, gap, {}, counts);
    if (!got)
      return llvm::toString(got.takeError());
    for (size_t r = 0; r < out.size(); ++r) {
      Tensor expected = out[r].toHost();
      for (int64_t i = 0; i < expected.size(); ++i)
        if (!interpreter::sameBits((*got)[r].values[i], expected.values[i]))
          return "gap " + std::to_string(gap) + ", element " + std::to_string(i) + " of result " + std::to_string(r) +
                 ": expects " + std::to_string(expected.values[i]) + ", but got " +
                 std::to_string((*got)[r].values[i]);
    }
  }
  return "";
}

inline programs::Element elementOf(const std::string &type) {
  return type == "f32"    ? programs::Element::f32
         : type == "f16"  ? programs::Element::f16
         : type == "bf16" ? programs::Element::bf16
                          : programs::Element::i32;
}

} // namespace attn::cuda::simulator
