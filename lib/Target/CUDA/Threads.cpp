// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Who a thread is, which elements of a tile it holds, when the block has to wait.
#include "lib/Target/CUDA/KernelLowering.h"
#include "lib/Target/Common/Combine.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace attn::tile;

namespace attn::cuda {

Value KernelLowering::index(int64_t value) {
  return indices.get(b, func.getBody().front(), kernel.getLoc(), value);
}

Value KernelLowering::i32(int64_t value) { return arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(value)); }

Value KernelLowering::constant(Type type, double value) {
  if (isa<FloatType>(type))
    return arith::ConstantOp::create(b, loc, type, b.getFloatAttr(type, value));
  return arith::ConstantOp::create(b, loc, type, b.getIntegerAttr(type, int64_t(value)));
}

Value KernelLowering::both(Value left, Value right) {
  if (!left || !right)
    return left ? left : right;
  return arith::AndIOp::create(b, loc, left, right);
}

void KernelLowering::startThreads() {
  Value tid = NVVM::ThreadIdXOp::create(b, loc, b.getI32Type());
  thread = arith::IndexCastOp::create(b, loc, b.getIndexType(), tid);
  // The same in all lanes of a warp, and known to be.
  Value warp32 = arith::ShRUIOp::create(b, loc, tid, i32(5));
  Value full = i32(-1), zero = i32(0), clamp = i32(31);
  warp32 = NVVM::ShflOp::create(b, loc, b.getI32Type(), full, warp32, zero, clamp, NVVM::ShflKind::idx, UnitAttr());
  warp = arith::IndexCastOp::create(b, loc, b.getIndexType(), warp32);
  Value lane32 = arith::AndIOp::create(b, loc, tid, i32(31));
  lane = arith::IndexCastOp::create(b, loc, b.getIndexType(), lane32);
  group = arith::IndexCastOp::create(b, loc, b.getIndexType(), arith::ShRUIOp::create(b, loc, lane32, i32(2)));
  inGroup = arith::IndexCastOp::create(b, loc, b.getIndexType(), arith::AndIOp::create(b, loc, lane32, i32(3)));
}

// Positions are made once, at the start of the function, and shared by all tiles with the same rows.
Value KernelLowering::rowOf(const FragmentLayout &layout, FragmentLayout::Place at) {
  if (layout.rows() == 1)
    return index(0);
  int64_t blocks = layout.replicated() ? layout.rowBlocks() : 0;
  Value &known = rowPositions[{blocks, layout.replicated(), at.block, at.half}];
  if (known)
    return known;
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointAfterValue(inGroup);
  auto number = [&](int64_t value) -> Value { return arith::ConstantIndexOp::create(b, loc, value); };
  Value block = warp;
  if (layout.replicated())
    block = arith::RemUIOp::create(b, loc, warp, number(blocks));
  else if (at.block)
    block = arith::AddIOp::create(b, loc, warp, number(at.block * warps));
  Value first = arith::MulIOp::create(b, loc, block, number(16));
  Value row = arith::AddIOp::create(b, loc, first, group);
  known = at.half ? Value(arith::AddIOp::create(b, loc, row, number(8))) : row;
  return known;
}

Value KernelLowering::colOf(const FragmentLayout &layout, FragmentLayout::Place at) {
  if (layout.cols() == 1)
    return index(0);
  Value &known = colPositions[{at.col, at.pair}];
  if (known)
    return known;
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointAfterValue(inGroup);
  auto number = [&](int64_t value) -> Value { return arith::ConstantIndexOp::create(b, loc, value); };
  Value twice = arith::MulIOp::create(b, loc, inGroup, number(2));
  known = arith::AddIOp::create(b, loc, twice, number(at.col * 8 + at.pair));
  return known;
}

Value KernelLowering::exists(const FragmentLayout &layout, FragmentLayout::Place at) {
  auto below = [&](Value position, int64_t end) -> Value {
    return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, position, index(end));
  };
  Value inside;
  if (layout.rowsMayMiss())
    inside = below(rowOf(layout, at), layout.rows());
  if (layout.colsMayMiss(at.col))
    inside = both(inside, below(colOf(layout, at), layout.cols()));
  return inside;
}

std::pair<Value, Value> KernelLowering::readable(const FragmentLayout &layout, FragmentLayout::Place at) {
  Value row = rowOf(layout, at), col = colOf(layout, at);
  if (Value inside = exists(layout, at)) {
    row = arith::SelectOp::create(b, loc, inside, row, index(0));
    col = arith::SelectOp::create(b, loc, inside, col, index(0));
  }
  return {row, col};
}

Value KernelLowering::writes(const FragmentLayout &layout) {
  auto is = [&](Value value, int64_t number) -> Value {
    return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, value, index(number));
  };
  Value chosen;
  if (layout.cols() == 1)
    chosen = is(inGroup, 0);
  if (layout.rows() == 1)
    chosen = both(both(chosen, is(group, 0)), is(warp, 0));
  else if (layout.replicated())
    chosen = both(chosen, arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, warp, index(layout.rowBlocks())));
  return chosen;
}

void KernelLowering::barrier() {
  if (team) {
    // Barrier 0 is the whole block's.
    Value number = arith::AddIOp::create(b, loc, arith::IndexCastOp::create(b, loc, b.getI32Type(), team), i32(1));
    NVVM::BarrierOp::create(b, loc, Type(), number, i32(warps * 32), NVVM::BarrierReductionAttr(), Value());
  } else {
    NVVM::Barrier0Op::create(b, loc);
  }
  readSinceBarrier = wroteSinceBarrier = readContended = wroteContended = false;
}

void KernelLowering::beforeSharedRead() {
  if (wroteSinceBarrier)
    barrier();
  readSinceBarrier = true;
}

void KernelLowering::beforeSharedWrite() {
  if (readSinceBarrier)
    barrier();
  wroteSinceBarrier = true;
}

int64_t KernelLowering::allocate(int64_t bytes) {
  int64_t base = sharedTop;
  sharedTop += llvm::alignTo(bytes, 1024);
  sharedHigh = std::max(sharedHigh, sharedTop);
  return base;
}

Value KernelLowering::sharedPointer(Value byteOffset) {
  auto type = LLVM::LLVMPointerType::get(b.getContext(), 3);
  Value base = LLVM::AddressOfOp::create(b, loc, type, "attn_shared");
  Value offset = arith::IndexCastOp::create(b, loc, b.getI32Type(), byteOffset);
  return LLVM::GEPOp::create(b, loc, type, b.getI8Type(), base, ArrayRef<LLVM::GEPArg>{offset});
}

Value KernelLowering::combine(CombineKind kind, Value left, Value right) {
  return target::emitCombine(b, loc, kind, left, right);
}

Value KernelLowering::identity(CombineKind kind, Type element) {
  return arith::ConstantOp::create(b, loc, element, target::combineIdentity(kind, element));
}

Value KernelLowering::combineFor(ReduceOp op, Value left, Value right) {
  if (op.getKind())
    return combine(*op.getKind(), left, right);
  Block &region = op.getCombine().front();
  IRMapping inner = map;
  inner.map(region.getArgument(0), left);
  inner.map(region.getArgument(1), right);
  for (Operation &step : region.without_terminator())
    b.clone(step, inner);
  return inner.lookupOrDefault(region.getTerminator()->getOperand(0));
}

/// The value of the lane whose number differs in one bit.
Value KernelLowering::shuffle(Value value, int64_t distance) {
  return shuffle(value, i32(distance), NVVM::ShflKind::bfly);
}

Value KernelLowering::shuffle(Value value, Value lanes, NVVM::ShflKind kind) {
  Type type = value.getType();
  unsigned bits = type.getIntOrFloatBitWidth();
  int64_t last = kind == NVVM::ShflKind::up ? 0 : 31; // lane that may be read
  auto move = [&](Value word) -> Value {
    return NVVM::ShflOp::create(b, loc, b.getI32Type(), i32(-1), word, lanes, i32(last), kind, UnitAttr());
  };
  Value raw = isa<FloatType>(type) ? Value(arith::BitcastOp::create(b, loc, b.getIntegerType(bits), value)) : value;
  Value moved;
  if (bits == 64) {
    Value low = move(arith::TruncIOp::create(b, loc, b.getI32Type(), raw));
    Value shift = constant(raw.getType(), 32);
    Value high = move(arith::TruncIOp::create(b, loc, b.getI32Type(), arith::ShRUIOp::create(b, loc, raw, shift)));
    Value wide = arith::ShLIOp::create(b, loc, arith::ExtUIOp::create(b, loc, raw.getType(), high), shift);
    moved = arith::OrIOp::create(b, loc, wide, arith::ExtUIOp::create(b, loc, raw.getType(), low));
  } else if (bits == 32) {
    moved = move(raw);
  } else {
    moved = arith::TruncIOp::create(b, loc, raw.getType(), move(arith::ExtUIOp::create(b, loc, b.getI32Type(), raw)));
  }
  return isa<FloatType>(type) ? Value(arith::BitcastOp::create(b, loc, type, moved)) : moved;
}

Value KernelLowering::packPair(Value low, Value high) {
  auto at = [&](int64_t n) { return LLVM::ConstantOp::create(b, loc, b.getI32IntegerAttr(n)); };
  auto join = [&](Value first, Value second) -> Value {
    Value pair = LLVM::UndefOp::create(b, loc, VectorType::get({2}, first.getType()));
    pair = LLVM::InsertElementOp::create(b, loc, pair, first, at(0));
    return LLVM::InsertElementOp::create(b, loc, pair, second, at(1));
  };
  auto first = low.getDefiningOp<LLVM::ExtractElementOp>(), second = high.getDefiningOp<LLVM::ExtractElementOp>();
  if (first && second && first.getVector() == second.getVector() && matchPattern(first.getPosition(), m_Zero()) &&
      matchPattern(second.getPosition(), m_One()))
    if (auto word = first.getVector().getDefiningOp<LLVM::BitcastOp>(); word && word.getArg().getType().isInteger(32))
      return word.getArg();
  auto wide = [](Value value) {
    auto narrow = value.getDefiningOp<arith::TruncFOp>();
    return narrow && narrow.getIn().getType().isF32() ? narrow.getIn() : Value();
  };
  Value pair;
  if (wide(low) && wide(high)) // one instruction rounds both
    pair = arith::TruncFOp::create(b, loc, VectorType::get({2}, low.getType()), join(wide(low), wide(high)));
  else
    pair = join(low, high);
  return LLVM::BitcastOp::create(b, loc, b.getI32Type(), pair);
}

std::pair<Value, Value> KernelLowering::unpackPair(Value word, Type element) {
  Value pair = LLVM::BitcastOp::create(b, loc, VectorType::get({2}, element), word);
  auto part = [&](int64_t n) -> Value {
    return LLVM::ExtractElementOp::create(b, loc, pair, LLVM::ConstantOp::create(b, loc, b.getI32IntegerAttr(n)));
  };
  return {part(0), part(1)};
}

Value KernelLowering::assembly(StringRef text, StringRef constraints, Type result, ValueRange operands,
                               bool sideEffects) {
  auto dialect = LLVM::AsmDialectAttr::get(b.getContext(), LLVM::AsmDialect::AD_ATT);
  auto op = LLVM::InlineAsmOp::create(b, loc, result ? TypeRange(result) : TypeRange(), operands, text, constraints,
                                      sideEffects, /*is_align_stack=*/false, LLVM::TailCallKind::None, dialect,
                                      /*operand_attrs=*/ArrayAttr());
  return result ? op.getResult(0) : Value();
}

} // namespace attn::cuda
