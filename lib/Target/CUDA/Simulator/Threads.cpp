// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Who a thread is, what lanes tell each other, where warps meet.
#include "lib/Target/CUDA/Simulator/Lanes.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;
using namespace attn::cuda::simulator;

namespace {

//===- numbers --------------------------------------------------------------------------------------------------===//

enum class Number { thread, lane, warp, threads, block, blocks };

/// number: which one; other: along which dim.
Step runNumber(Warp &w, const Instruction &i) {
  uint32_t *result = w.at<uint32_t>(i.result);
  for (unsigned lane = 0; lane < kLanes; ++lane) {
    switch (Number(i.number)) {
    case Number::thread:
      result[lane] = w.number * kLanes + lane;
      break;
    case Number::lane:
      result[lane] = lane;
      break;
    case Number::warp:
      result[lane] = w.number;
      break;
    case Number::threads:
      result[lane] = w.block.program.warps * kLanes;
      break;
    case Number::block:
      result[lane] = w.block.point[i.other];
      break;
    case Number::blocks:
      result[lane] = w.block.grid[i.other];
      break;
    }
  }
  return Step::next;
}

template <Number which, int64_t dim> bool decodeNumber(Decoder &d, Operation *op) {
  Instruction &i = d.emit(runNumber, op, d.define(op->getResult(0))[0]);
  i.number = int64_t(which);
  i.other = dim;
  return true;
}

//===- lanes ----------------------------------------------------------------------------------------------------===//

/// The lane that a lane hears from, by the PTX ISA: `bound` limits it above (or below, for up), in segments.
struct Source {
  unsigned lane;
  bool exists;
};
Source sourceOf(NVVM::ShflKind kind, unsigned lane, uint32_t by, uint32_t clamp) {
  unsigned segment = clamp >> 8 & 31, bound = clamp & 31;
  unsigned most = (lane & segment) | (bound & ~segment), least = lane & segment;
  by &= 31;
  switch (kind) {
  case NVVM::ShflKind::up:
    return {lane - by, int(lane) - int(by) >= int(most)};
  case NVVM::ShflKind::down:
    return {lane + by, lane + by <= most};
  case NVVM::ShflKind::bfly:
    return {lane ^ by, (lane ^ by) <= most};
  case NVVM::ShflKind::idx:
    return {least | (by & ~segment), (least | (by & ~segment)) <= most};
  }
  return {lane, false};
}

/// result: what other lanes have in a; b: by how much or from which; c: clamp; registers: the lanes that take part;
/// number: kind.
Step runShuffle(Warp &w, const Instruction &i) {
  const uint32_t *members = w.at<uint32_t>(i.registers[0]), *clamp = w.at<uint32_t>(i.c);
  uint32_t from[kLanes];
  std::copy(w.at<uint32_t>(i.a), w.at<uint32_t>(i.a) + kLanes, from);
  const uint32_t *by = w.at<uint32_t>(i.b);
  uint32_t *result = w.at<uint32_t>(i.result);
  for (unsigned lane = 0; lane < kLanes; ++lane) {
    if (!(w.mask >> lane & 1))
      continue;
    if (members[lane] & ~w.mask)
      return w.fail(i, "waits for lanes that do not take part");
    Source source = sourceOf(NVVM::ShflKind(i.number), lane, by[lane], clamp[lane]);
    result[lane] = from[source.exists ? source.lane : lane];
  }
  return Step::next;
}

bool decodeShuffle(Decoder &d, Operation *op) {
  auto shuffle = cast<NVVM::ShflOp>(op);
  if (isWide(shuffle.getVal().getType()) || shuffle.getRes().getType() != shuffle.getVal().getType())
    return d.fail(op, "expects 32 bits and no predicate");
  uint32_t members = d.one(shuffle.getThreadMask()), value = d.one(shuffle.getVal());
  uint32_t by = d.one(shuffle.getOffset()), clamp = d.one(shuffle.getMaskAndClamp());
  Instruction &i = d.emit(runShuffle, op, d.define(shuffle.getRes())[0], value, by, clamp);
  i.registers = d.keep(members);
  i.number = int64_t(shuffle.getKind());
  return true;
}

//===- warps ----------------------------------------------------------------------------------------------------===//

/// Who comes to a barrier of a name: so many threads of the block end a turn of it. `waits`: the warp goes on when it
/// has ended.
Step meet(Warp &w, const Instruction &i, int64_t name, int64_t threads, bool waits) {
  if (!w.isWhole())
    return w.fail(i, "expects all lanes of a warp");
  Rendezvous &meeting = w.block.rendezvous[name];
  if (w.waitsForTurn) {
    if (meeting.turn == *w.waitsForTurn)
      return Step::wait;
    w.waitsForTurn.reset();
    w.learn(meeting.passed);
    return Step::next;
  }
  if (name < 0 || name > 15 || threads <= 0 || threads % kLanes || threads > int64_t(w.block.program.warps) * kLanes)
    return w.fail(i, "expects a barrier of 0 to 15 for whole warps of the block, but got barrier " + Twine(name) +
                         " for " + Twine(threads) + " threads");
  if (meeting.arrived && meeting.threads != threads)
    return w.fail(i, "expects " + Twine(meeting.threads) + " threads, as others at the barrier do, but got " +
                         Twine(threads));
  meeting.threads = threads;
  meeting.arriving.resize(w.known.size(), 0);
  for (auto [all, mine] : llvm::zip(meeting.arriving, w.known))
    all = std::max(all, mine);
  w.tick();
  meeting.arrived += kLanes;
  if (meeting.arrived < threads) {
    if (waits)
      w.waitsForTurn = meeting.turn;
    return waits ? Step::wait : Step::next;
  }
  meeting.arrived = 0;
  ++meeting.turn;
  meeting.passed = meeting.arriving;
  if (waits)
    w.learn(meeting.passed);
  return Step::next;
}

/// a, b: name and threads, or 0: all at name 0. number: whether it goes on at once.
Step runBarrier(Warp &w, const Instruction &i) {
  int64_t name = i.a ? w.at<uint32_t>(i.a)[0] : 0;
  int64_t threads = i.b ? w.at<uint32_t>(i.b)[0] : int64_t(w.block.program.warps) * kLanes;
  return meet(w, i, name, threads, /*waits=*/!i.number);
}

template <bool arrives> bool decodeBarrierStatement(StatementContext &context, const Statement &statement) {
  if (statement.operands.size() != 2)
    return context.fail(statement, "expects a barrier and threads");
  context.decoder
      .emit(runBarrier, context.op, 0, context.reg(statement.operands[0]), context.reg(statement.operands[1]))
      .number = arrives;
  return true;
}

bool decodeBlockBarrier(Decoder &d, Operation *op) { return d.emit(runBarrier, op), true; }

bool decodeNamedBarrier(Decoder &d, Operation *op) {
  auto barrier = cast<NVVM::BarrierOp>(op);
  if (op->getNumResults())
    return d.fail(op, "expects no reduction");
  d.emit(runBarrier, op, 0, barrier.getBarrierId() ? d.one(barrier.getBarrierId()) : 0,
         barrier.getNumberOfThreads() ? d.one(barrier.getNumberOfThreads()) : 0);
  return true;
}

Step runReturn(Warp &w, const Instruction &i) {
  return w.isWhole() ? Step::end : w.fail(i, "expects all lanes of a warp");
}
bool decodeReturn(Decoder &d, Operation *op) { return d.emit(runReturn, op), true; }

/// What moves registers between warps, asks for a tensor map or lets other kernels start changes no value.
bool decodeNothing(Decoder &, Operation *) { return true; }
bool decodeNothingStatement(StatementContext &, const Statement &) { return true; }

/// Memory that the launch before wrote may be touched.
Step runLaunchWait(Warp &w, const Instruction &) {
  w.isBehindLaunch = true;
  return Step::next;
}

bool decodeLaunchWait(StatementContext &context, const Statement &) {
  context.decoder.setWaitsForLaunch();
  return context.decoder.emit(runLaunchWait, context.op), true;
}

} // namespace

void attn::cuda::simulator::addThreadOps(OpTable &table) {
  table["nvvm.read.ptx.sreg.tid.x"] = decodeNumber<Number::thread, 0>;
  table["nvvm.read.ptx.sreg.laneid"] = decodeNumber<Number::lane, 0>;
  table["nvvm.read.ptx.sreg.warpid"] = decodeNumber<Number::warp, 0>;
  table["nvvm.read.ptx.sreg.ntid.x"] = decodeNumber<Number::threads, 0>;
  table["nvvm.read.ptx.sreg.ctaid.x"] = decodeNumber<Number::block, 0>;
  table["nvvm.read.ptx.sreg.ctaid.y"] = decodeNumber<Number::block, 1>;
  table["nvvm.read.ptx.sreg.ctaid.z"] = decodeNumber<Number::block, 2>;
  table["nvvm.read.ptx.sreg.nctaid.x"] = decodeNumber<Number::blocks, 0>;
  table["nvvm.read.ptx.sreg.nctaid.y"] = decodeNumber<Number::blocks, 1>;
  table["nvvm.read.ptx.sreg.nctaid.z"] = decodeNumber<Number::blocks, 2>;
  table["nvvm.shfl.sync"] = decodeShuffle;
  table["nvvm.barrier0"] = decodeBlockBarrier;
  table["nvvm.barrier"] = decodeNamedBarrier;
  table["nvvm.setmaxregister"] = decodeNothing;
  table["llvm.return"] = decodeReturn;
}

void attn::cuda::simulator::addThreadStatements(StatementTable &table) {
  table["bar.sync"] = decodeBarrierStatement</*arrives=*/false>;
  table["bar.arrive"] = decodeBarrierStatement</*arrives=*/true>;
  table["griddepcontrol.launch_dependents"] = decodeNothingStatement;
  table["prefetch.tensormap"] = decodeNothingStatement;
  table["griddepcontrol.wait"] = decodeLaunchWait;
}
