// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// First fit over pieces that were given back, else from the end.
#include "lib/Target/CPU/Scratch.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace attn::cpu {

constexpr int64_t alignment = 64;

void Scratch::start(func::FuncOp target) {
  function = target;
  freed.clear();
  top = high = 0;
}

Scratch::Piece Scratch::take(OpBuilder &builder, Location loc, ArrayRef<int64_t> shape, Type element) {
  int64_t bytes = element.getIntOrFloatBitWidth() / 8;
  for (int64_t extent : shape)
    bytes *= extent;
  bytes = llvm::alignTo(bytes, alignment) + alignment;

  Piece piece;
  piece.bytes = bytes;
  auto fit = llvm::find_if(freed, [&](const Free &free) { return free.bytes >= bytes; });
  if (fit != freed.end()) {
    piece.offset = fit->offset;
    fit->offset += bytes;
    fit->bytes -= bytes;
    if (fit->bytes == 0)
      freed.erase(fit);
  } else {
    piece.offset = top;
    top += bytes;
    high = std::max(high, top);
  }

  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(&function.getBody().front());
  Value offset = arith::ConstantIndexOp::create(builder, loc, piece.offset);
  Value base = function.getArguments().back();
  piece.memref = memref::ViewOp::create(builder, loc, MemRefType::get(shape, element), base, offset, ValueRange{});
  return piece;
}

void Scratch::giveBack(const Piece &piece) {
  auto next = llvm::find_if(freed, [&](const Free &free) { return free.offset > piece.offset; });
  next = freed.insert(next, {piece.offset, piece.bytes});
  auto joins = [](const Free &left, const Free &right) { return left.offset + left.bytes == right.offset; };
  if (std::next(next) != freed.end() && joins(*next, *std::next(next))) {
    next->bytes += std::next(next)->bytes;
    freed.erase(std::next(next));
  }
  if (next != freed.begin() && joins(*std::prev(next), *next)) {
    std::prev(next)->bytes += next->bytes;
    next = std::prev(freed.erase(next));
  }
  if (next->offset + next->bytes == top) {
    top = next->offset;
    freed.erase(next);
  }
}

} // namespace attn::cpu
