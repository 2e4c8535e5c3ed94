// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loops and branches: the lanes that take part are a mask.
#include "lib/Target/CUDA/Simulator/Decoder.h"

using namespace mlir;
using namespace attn::cuda::simulator;

namespace {

/// Copies registers in the lanes that take part; pairs of a source and a target.
template <typename T> Step runMoves(Warp &w, const Instruction &i) {
  for (size_t n = 0; n < i.registers.size(); n += 2) {
    const T *from = w.at<T>(i.registers[n]);
    T *to = w.at<T>(i.registers[n + 1]);
    if (w.isWhole())
      std::copy(from, from + kLanes, to);
    else
      forEachLane(w.mask, [&](unsigned lane) { to[lane] = from[lane]; });
  }
  return Step::next;
}

uint32_t lanesWhere(const uint32_t *condition) {
  uint32_t lanes = 0;
  for (unsigned lane = 0; lane < kLanes; ++lane)
    lanes |= (condition[lane] & 1) << lane;
  return lanes;
}

/// a: condition; number: where the other branch begins.
Step runIf(Warp &w, const Instruction &i) {
  uint32_t chosen = w.mask & lanesWhere(w.at<uint32_t>(i.a));
  w.frames.push_back({w.mask, w.mask & ~chosen});
  w.mask = chosen;
  if (!chosen)
    w.next = i.number;
  return Step::next;
}

/// number: where the branch ends.
Step runElse(Warp &w, const Instruction &i) {
  w.mask = w.frames.back().later;
  if (!w.mask)
    w.next = i.number;
  return Step::next;
}

Step runEnd(Warp &w, const Instruction &) {
  w.mask = w.frames.pop_back_val().before;
  return Step::next;
}

Step runLoop(Warp &w, const Instruction &) {
  w.frames.push_back({w.mask, 0});
  return Step::next;
}

/// a: the number of the turn; b: its end; number: where the loop ends.
template <typename T> Step runTest(Warp &w, const Instruction &i) {
  const T *turn = w.at<T>(i.a), *end = w.at<T>(i.b);
  uint32_t going = 0;
  for (unsigned lane = 0; lane < kLanes; ++lane)
    going |= uint32_t(turn[lane] < end[lane]) << lane;
  w.mask &= going;
  if (!w.mask)
    w.next = i.number;
  return Step::next;
}

/// result: the number of the turn; a: the step; number: where the test stands.
template <typename T> Step runNext(Warp &w, const Instruction &i) {
  T *turn = w.at<T>(i.result);
  const T *step = w.at<T>(i.a);
  forEachLane(w.mask, [&](unsigned lane) { turn[lane] += step[lane]; });
  w.next = i.number;
  return Step::next;
}

} // namespace

void Decoder::move(Operation *op, ArrayRef<uint32_t> from, ArrayRef<uint32_t> to) {
  // Sources that are targets too are kept first.
  SmallVector<uint32_t> pairs[2], early[2];
  llvm::DenseSet<uint32_t> targets(to.begin(), to.end());
  for (auto [source, target] : llvm::zip(from, to)) {
    if (source == target)
      continue;
    bool isWide = widths[target];
    uint32_t kept = source;
    if (targets.contains(source)) {
      kept = temporary(isWide);
      early[isWide].append({source, kept});
    }
    pairs[isWide].append({kept, target});
  }
  for (auto *list : {early, pairs})
    for (bool isWide : {false, true})
      if (!list[isWide].empty())
        emit(isWide ? runMoves<uint64_t> : runMoves<uint32_t>, op).registers = keep(list[isWide]);
}

bool Decoder::decodeFor(scf::ForOp op) {
  if (op.getUnsignedCmp())
    return fail(op, "expects a signed comparison");
  Registers carried, starts, yields;
  Value turn = op.getInductionVar();
  bool wide = isWide(turn.getType());
  carried.append(define(turn));
  starts.append(of(op.getLowerBound()));
  for (auto [argument, init] : llvm::zip(op.getRegionIterArgs(), op.getInits())) {
    carried.append(define(argument));
    starts.append(of(init));
  }
  move(op, starts, carried);
  emit(runLoop, op);
  size_t test = program.code.size();
  emit(wide ? runTest<int64_t> : runTest<int32_t>, op, 0, carried[0], one(op.getUpperBound()));
  if (!decodeBlock(*op.getBody()))
    return false;
  for (Value value : op.getBody()->getTerminator()->getOperands())
    yields.append(of(value));
  move(op, yields, ArrayRef<uint32_t>(carried).drop_front());
  emit(wide ? runNext<int64_t> : runNext<int32_t>, op, carried[0], one(op.getStep())).number = test;
  for (Value value : dying.lookup(op.getBody()->getTerminator()))
    forget(value);
  program.code[test].number = program.code.size();
  emit(runEnd, op);
  for (auto [result, argument] : llvm::zip(op.getResults(), op.getRegionIterArgs()))
    alias(result, of(argument));
  return true;
}

bool Decoder::decodeIf(scf::IfOp op) {
  Registers results;
  for (Value result : op.getResults())
    results.append(define(result));
  auto decodeBranch = [&](mlir::Block *block) {
    if (!decodeBlock(*block))
      return false;
    Registers yields;
    for (Value value : block->getTerminator()->getOperands())
      yields.append(of(value));
    move(op, yields, results);
    for (Value value : dying.lookup(block->getTerminator()))
      forget(value);
    return true;
  };
  size_t branch = program.code.size();
  emit(runIf, op, 0, one(op.getCondition()));
  if (!decodeBranch(op.thenBlock()))
    return false;
  if (op.elseBlock()) {
    size_t other = program.code.size();
    emit(runElse, op);
    program.code[branch].number = other;
    if (!decodeBranch(op.elseBlock()))
      return false;
    program.code[other].number = program.code.size();
  } else {
    program.code[branch].number = program.code.size();
  }
  emit(runEnd, op);
  return true;
}
