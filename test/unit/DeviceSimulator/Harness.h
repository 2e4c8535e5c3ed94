// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs a few device instructions as a kernel of one block.
#pragma once

#include "lib/Target/CUDA/Simulator/Simulator.h"
#include "test/unit/Interpreter/Harness.h"

#include <cstring>

namespace attn::cuda::simulator {

/// Each thread gets words of 32 bits `%x0`, `%x1`, ... and leaves `%y0`, `%y1`, ...; `%tid` is its number, `%lane`
/// its place in the warp, `%shared` the address of shared memory.
struct Snippet {
  std::string body;
  int64_t inputs = 1, outputs = 1, threads = 32, shared = 4096;
  /// A tensor of 16-bit elements that a map reads by boxes of 64 columns and so many rows; 0: none.
  int64_t boxRows = 0;

  std::string text() const {
    std::string loads, stores;
    for (int64_t n = 0; n < inputs; ++n)
      loads += access("in", n, inputs) + "%x" + std::to_string(n) + " = llvm.load %inp" + std::to_string(n) +
               " : !llvm.ptr<1> -> i32\n";
    for (int64_t n = 0; n < outputs; ++n)
      stores += access("out", n, outputs) + "llvm.store %y" + std::to_string(n) + ", %outp" + std::to_string(n) +
                " : i32, !llvm.ptr<1>\n";
    return "llvm.mlir.global external @attn_shared() {addr_space = 3 : i32, alignment = 1024 : i64} : !llvm.array<0 "
           "x i8>\n"
           "llvm.func @k(%args: !llvm.ptr {llvm.byval = !llvm.array<" +
           std::string(boxRows ? "56" : "16") + " x i8>}" +
           (boxRows ? ", %map: !llvm.ptr {llvm.byval = !llvm.array<16 x i64>}" : "") +
           ") attributes {launch.kernel, launch.threads = " + std::to_string(threads) +
           " : i64, launch.shared = " + std::to_string(shared) + " : i64" +
           (boxRows ? ", launch.descriptors = [{argument = 2 : i64, dims = array<i64: 1, 0>, box = array<i64: 64, " +
                          std::to_string(boxRows) + ">, swizzle = 128 : i64, element = \"bf16\"}]"
                    : "") +
           "} {\n" +
           R"(%tid = nvvm.read.ptx.sreg.tid.x : i32
%c31 = llvm.mlir.constant(31 : i32) : i32
%lane = arith.andi %tid, %c31 : i32
%shared = llvm.mlir.addressof @attn_shared : !llvm.ptr<3>
%base = llvm.ptrtoint %shared : !llvm.ptr<3> to i32
%in8 = llvm.load %args : !llvm.ptr -> !llvm.ptr
%in = llvm.addrspacecast %in8 : !llvm.ptr to !llvm.ptr<1>
%second = llvm.getelementptr %args[8] : (!llvm.ptr) -> !llvm.ptr, i8
%out8 = llvm.load %second : !llvm.ptr -> !llvm.ptr
%out = llvm.addrspacecast %out8 : !llvm.ptr to !llvm.ptr<1>
)" + loads +
           body + "\n" + stores + "llvm.return\n}\n";
  }

private:
  static std::string access(const std::string &name, int64_t n, int64_t count) {
    std::string place = name + "p" + std::to_string(n), s = std::to_string(n);
    return "%" + name + "c" + s + " = arith.constant " + std::to_string(count) + " : i32\n%" + name + "m" + s +
           " = arith.muli %tid, %" + name + "c" + s + " : i32\n%" + name + "o" + s + " = arith.constant " + s +
           " : i32\n%" + name + "a" + s + " = arith.addi %" + name + "m" + s + ", %" + name + "o" + s + " : i32\n%" +
           place + " = llvm.getelementptr %" + name + "[%" + name + "a" + s +
           "] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i32\n";
  }
};

using Words = std::vector<uint32_t>;

/// What the threads leave, one thread after the other; an empty result and a message after an error.
inline std::pair<Words, std::string> run(const Snippet &snippet, const Words &inputs, Counts *counts = nullptr,
                                         llvm::ArrayRef<uint8_t> tensor = {}, Operand mapped = {},
                                         uint64_t seed = 0) {
  auto module = mlir::parseSourceString<mlir::ModuleOp>(snippet.text(), &interpreter::testContext());
  if (!module)
    return {{}, "does not parse"};
  GlobalMemory memory;
  uint64_t in = memory.add(4 * std::max<size_t>(1, inputs.size())),
           out = memory.add(4 * snippet.outputs * snippet.threads);
  memcpy(memory.bytes(in).data(), inputs.data(), 4 * inputs.size());
  std::vector<Operand> operands(2);
  operands[0].word = in;
  operands[1].word = out;
  if (!tensor.empty()) {
    mapped.word = memory.add(tensor.size());
    memory.bytes(mapped.word).assign(tensor.begin(), tensor.end());
    operands.push_back(mapped);
  }
  Options options;
  options.seed = seed;
  auto function = module->lookupSymbol<mlir::LLVM::LLVMFuncOp>("k");
  if (llvm::Error error = Device().run(function, {1, 1, 1}, operands, memory, options, counts))
    return {{}, llvm::toString(std::move(error))};
  Words words(snippet.outputs * snippet.threads);
  memcpy(words.data(), memory.bytes(out).data(), 4 * words.size());
  return {words, ""};
}

} // namespace attn::cuda::simulator
