// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Barriers in shared memory: arrivals, announced bytes, phases.
#include "lib/Target/CUDA/Simulator/Lanes.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;
using namespace attn::cuda::simulator;

namespace {

/// The barrier at an address, or null after saying so.
Barrier *barrierAt(Warp &w, const Instruction &i, uint32_t address) {
  auto found = w.block.barriers.find(address);
  if (found != w.block.barriers.end())
    return &found->second;
  w.fail(i,
         "expects a barrier at byte " + Twine(int64_t(address) - SharedMemory::kBase) + ", but none was made there");
  return nullptr;
}

/// a: address; b: arrivals of a phase.
Step runInit(Warp &w, const Instruction &i) {
  Step step = Step::next;
  forEachLane(w.mask, [&](unsigned lane) {
    uint32_t address = w.at<uint32_t>(i.a)[lane];
    std::string reason;
    if (!w.block.shared.makeBarrier(address, reason)) {
      step = w.fail(i, "makes a barrier of " + reason);
      return;
    }
    Barrier &barrier = w.block.barriers[address];
    barrier.expected = barrier.pending = w.at<uint32_t>(i.b)[lane];
    barrier.arriving = barrier.passed = SmallVector<uint32_t>(w.known.size(), 0);
    barrier.maker = w.number;
    barrier.made = w.known[w.number];
  });
  return step;
}

bool decodeInit(Decoder &d, Operation *op) {
  auto init = cast<NVVM::MBarrierInitOp>(op);
  return d.emit(runInit, op, 0, d.one(init.getAddr()), d.one(init.getCount())), true;
}

/// Who did not wait for the barrier to be made may find none there.
bool knowsBarrier(Warp &w, const Barrier &barrier) { return w.known[barrier.maker] >= barrier.made; }

/// a: address; b: parity.
Step runWait(Warp &w, const Instruction &i) {
  bool passes = true;
  Barrier *barrier = nullptr;
  for (unsigned lane = 0; lane < kLanes; ++lane) {
    if (!(w.mask >> lane & 1))
      continue;
    barrier = barrierAt(w, i, w.at<uint32_t>(i.a)[lane]);
    if (!barrier)
      return Step::failed;
    if (!knowsBarrier(w, *barrier))
      return w.fail(i, "waits at a barrier that may not have been made");
    uint32_t parity = w.at<uint32_t>(i.b)[lane];
    if (parity > 1)
      return w.fail(i, "expects a parity of 0 or 1, but got " + Twine(parity));
    passes &= (barrier->phase & 1) != parity;
  }
  if (!passes)
    return Step::wait;
  if (barrier)
    w.learn(barrier->passed);
  return Step::next;
}

bool decodeWait(Decoder &d, Operation *op) {
  auto wait = cast<NVVM::MBarrierTryWaitParityOp>(op);
  return d.emit(runWait, op, 0, d.one(wait.getAddr()), d.one(wait.getPhase())), true;
}

/// a: address; b: bytes announced, or none.
Step runArrive(Warp &w, const Instruction &i) {
  Step step = Step::next;
  forEachLane(w.lanes(i), [&](unsigned lane) {
    Barrier *barrier = step == Step::next ? barrierAt(w, i, w.at<uint32_t>(i.a)[lane]) : nullptr;
    if (!barrier) {
      step = Step::failed;
      return;
    }
    if (!knowsBarrier(w, *barrier)) {
      step = w.fail(i, "arrives at a barrier that may not have been made");
      return;
    }
    if (i.b)
      barrier->bytes += w.at<uint32_t>(i.b)[lane];
    for (auto [all, mine] : llvm::zip(barrier->arriving, w.known))
      all = std::max(all, mine);
    w.tick();
    --barrier->pending;
    if (barrier->pending < 0)
      step = w.fail(i, "arrives at a barrier at which all have arrived");
    else
      w.block.settle(*barrier);
  });
  return step;
}

bool decodeArrive(StatementContext &context, const Statement &statement) {
  bool announces = statement.opcode.find(".expect_tx") != std::string::npos;
  if (statement.operands.size() != (announces ? 3 : 2) || statement.operands[0].kind != AsmOperand::nothing)
    return context.fail(statement, "expects a sink, an address and bytes");
  Instruction &i = context.decoder.emit(runArrive, context.op, 0, context.reg(statement.operands[1]),
                                        announces ? context.reg(statement.operands[2]) : 0);
  i.guard = context.guard(statement);
  return true;
}

Step runFence(Warp &w, const Instruction &) {
  w.block.shared.fence(w.accessor());
  w.tick();
  return Step::next;
}

bool decodeFence(StatementContext &context, const Statement &) {
  return context.decoder.emit(runFence, context.op), true;
}

/// Lanes of a warp run together here; all must take part.
Step runWarpBarrier(Warp &w, const Instruction &i) {
  return w.isWhole() ? Step::next : w.fail(i, "expects all lanes of a warp");
}
bool decodeWarpBarrier(StatementContext &context, const Statement &) {
  return context.decoder.emit(runWarpBarrier, context.op), true;
}

bool decodeNothing(Decoder &, Operation *) { return true; }

} // namespace

void attn::cuda::simulator::addBarrierOps(OpTable &table) {
  table["nvvm.mbarrier.init"] = decodeInit;
  table["nvvm.mbarrier.try_wait.parity"] = decodeWait;
  table["nvvm.fence.mbarrier.init"] = decodeNothing;
}

void attn::cuda::simulator::addBarrierStatements(StatementTable &table) {
  table["mbarrier.arrive.shared::cta.b64"] = decodeArrive;
  table["mbarrier.arrive.expect_tx.shared::cta.b64"] = decodeArrive;
  table["fence.proxy.async.shared::cta"] = decodeFence;
  table["bar.warp.sync"] = decodeWarpBarrier;
}
