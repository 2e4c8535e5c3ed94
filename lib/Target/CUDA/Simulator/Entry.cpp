// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The interpreter's buffers as bytes of global memory, and back after each launch.
#include "lib/Target/CUDA/Simulator/Entry.h"
#include "lib/Target/CUDA/Simulator/Lanes.h"
#include <cstring>

using namespace attn::cuda::simulator;
using attn::interpreter::Buffer;
using attn::interpreter::Numbers;
using attn::reference::Element;

namespace {

unsigned bytesOf(Element element) {
  switch (element) {
  case Element::f16:
  case Element::bf16:
    return 2;
  case Element::f32:
    return 4;
  case Element::f64:
    return 8;
  default:
    return std::max(1u, attn::interpreter::bitWidth(element) / 8);
  }
}

uint64_t bitsOf(const Numbers &numbers, int64_t at) {
  uint64_t bits = 0;
  float single;
  switch (numbers.element) {
  case Element::f16:
    return toF16(numbers.reals[at]);
  case Element::bf16:
    return toBF16(numbers.reals[at]);
  case Element::f32:
    single = numbers.reals[at];
    memcpy(&bits, &single, 4);
    return bits;
  case Element::f64:
    memcpy(&bits, &numbers.reals[at], 8);
    return bits;
  default:
    return numbers.integers[at];
  }
}

void setBits(Numbers &numbers, int64_t at, uint64_t bits) {
  float single;
  switch (numbers.element) {
  case Element::f16:
    numbers.reals[at] = fromF16(bits);
    return;
  case Element::bf16:
    numbers.reals[at] = fromBF16(bits);
    return;
  case Element::f32:
    memcpy(&single, &bits, 4);
    numbers.reals[at] = single;
    return;
  case Element::f64:
    memcpy(&numbers.reals[at], &bits, 8);
    return;
  default:
    numbers.integers[at] = attn::interpreter::wrap(bits, attn::interpreter::bitWidth(numbers.element));
  }
}

/// Memory of one launch: what several tensors share lies there once.
class Image {
public:
  uint64_t address(const Buffer &buffer) {
    uint64_t &base = known[buffer.memory.get()];
    unsigned bytes = bytesOf(buffer.element());
    if (!base) {
      base = memory.add(buffer.memory->size() * bytes);
      uint8_t *to = memory.bytes(base).data();
      for (int64_t at = 0; at < buffer.memory->size(); ++at) {
        uint64_t bits = bitsOf(*buffer.memory, at);
        memcpy(to + at * bytes, &bits, bytes);
      }
    }
    return base + buffer.offset * bytes;
  }

  void copyBack() {
    for (auto &[numbers, base] : known) {
      unsigned bytes = bytesOf(numbers->element);
      const uint8_t *from = memory.bytes(base).data();
      for (int64_t at = 0; at < numbers->size(); ++at) {
        uint64_t bits = 0;
        memcpy(&bits, from + at * bytes, bytes);
        setBits(*numbers, at, bits);
      }
    }
  }

  GlobalMemory memory;

private:
  std::map<Numbers *, uint64_t> known;
};

Operand operandOf(Image &image, const Buffer &buffer, bool isTensor) {
  Operand operand;
  operand.isTensor = isTensor;
  if (!isTensor) {
    operand.word = bitsOf(*buffer.memory, buffer.offset);
    return operand;
  }
  operand.word = image.address(buffer);
  operand.sizes.append(buffer.shape.begin(), buffer.shape.end());
  operand.strides.append(buffer.strides.begin(), buffer.strides.end());
  return operand;
}

} // namespace

llvm::Error attn::cuda::simulator::runEntry(Device &device, launch::EntryOp entry, llvm::ArrayRef<Buffer> arguments,
                                            llvm::ArrayRef<Buffer> results, const Options &options, Counts *counts) {
  interpreter::Options host;
  host.mode = interpreter::NumberMode::stored;
  host.runFunction = [&](mlir::Operation *callee, llvm::ArrayRef<int64_t> grid,
                         llvm::ArrayRef<Buffer> buffers) -> llvm::Error {
    auto function = llvm::dyn_cast<mlir::LLVM::LLVMFuncOp>(callee);
    if (!function)
      return llvm::createStringError("expects a device function");
    Image image;
    llvm::SmallVector<Operand> operands;
    for (const Buffer &buffer : buffers)
      operands.push_back(operandOf(image, buffer, buffer.rank() > 0));
    if (llvm::Error error = device.run(function, grid, operands, image.memory, options, counts))
      return error;
    image.copyBack();
    return llvm::Error::success();
  };
  return interpreter::runEntry(entry, arguments, results, host);
}
