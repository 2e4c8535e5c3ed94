// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Slots and barriers: every access of a slot must have been ordered behind those that it conflicts with, by phases that
// ended and awaits.
#include "lib/Interpreter/Elementwise.h"

using namespace mlir;
using namespace attn;
using namespace attn::interpreter;

//===- accesses -----------------------------------------------------------===//

static LogicalResult checkEnded(Machine &machine, Operation *op, ArrayRef<SlotAccess> accesses, StringRef does) {
  for (const SlotAccess &access : accesses)
    if (!machine.knowledge.has(access.number))
      return machine.fail(op, Twine(does) + " a slot while '" + access.op->getName().getStringRef() +
                                  "' may not have ended there");
  return success();
}

/// Counts an access. Threads know at once that it has ended, others when what they started has.
static SlotAccess addAccess(Machine &machine, Operation *op, Transfer *transfer, bool isHidden) {
  SlotAccess access{op, machine.flow->accesses++, isHidden};
  if (transfer)
    transfer->accesses.push_back(access.number);
  else
    machine.knowledge.add(access.number);
  return access;
}

LogicalResult attn::interpreter::recordWrite(Machine &machine, Operation *op, const SlotView &slot, Transfer *transfer) {
  History &history = slot.ring->histories[slot.number];
  if (failed(checkEnded(machine, op, history.writes, "writes")) ||
      failed(checkEnded(machine, op, history.reads, "writes")))
    return failure();
  auto whole = cast<tile::SlotsOp>(slot.ring->op).getSlots().getType().getTiles();
  auto written = isa<tile::ClearOp>(op) ? ArrayRef<Type>()
                 : isa<tile::PutOp>(op) ? cast<tile::PutOp>(op).getSlot().getType().getTiles()
                                        : cast<tile::CopyOp>(op).getSlot().getType().getTiles();
  if (whole == written)
    history.writes.clear();
  history.reads.clear();
  history.writes.push_back(addAccess(machine, op, transfer, /*isHidden=*/!transfer));
  return success();
}

LogicalResult attn::interpreter::recordRead(Machine &machine, Operation *op, const SlotView &slot, Transfer *transfer) {
  History &history = slot.ring->histories[slot.number];
  if (history.writes.empty())
    return machine.fail(op, "reads a slot that nobody has filled");
  if (failed(checkEnded(machine, op, history.writes, "reads")))
    return failure();
  for (const SlotAccess &write : history.writes)
    if (transfer && write.isHidden)
      return machine.fail(op, "reads what threads wrote by '" + write.op->getName().getStringRef() +
                                  "' without a fence after it");
  history.reads.push_back(addAccess(machine, op, transfer, /*isHidden=*/false));
  return success();
}

void attn::interpreter::signal(const Transfer &copy) {
  if (!copy.barriers)
    return;
  BarrierState &state = copy.barriers->states[copy.stage];
  for (size_t access : copy.accesses)
    state.gathered.add(access);
  state.bytes -= copy.bytes;
  state.tryEnd(copy.barriers->arrivals);
}

bool attn::interpreter::canPass(Machine &machine, tile::PassOp pass) {
  const Barriers &barriers = *machine.barriers(pass.getBarriers());
  int64_t stage = machine.integer(pass.getStage());
  bool isKnown = stage >= 0 && stage < static_cast<int64_t>(barriers.states.size());
  return !isKnown || (barriers.states[stage].phase & 1) != machine.integer(pass.getParity());
}

LogicalResult attn::interpreter::checkBarriers(Machine &machine) {
  for (const std::shared_ptr<Barriers> &barriers : machine.flow->barriers)
    for (auto [stage, state] : llvm::enumerate(barriers->states))
      if (state.missing != barriers->arrivals || state.bytes != 0)
        return machine.fail(barriers->op, "ends in the middle of a phase of stage " + Twine(stage) + ": " +
                                              Twine(state.missing) + " of " + Twine(barriers->arrivals) +
                                              " arrivals and " + Twine(state.bytes) + " bytes are missing");
  return success();
}

//===- ops ----------------------------------------------------------------===//

FailureOr<int64_t> attn::interpreter::stageOf(Machine &machine, Operation *op, Value value, int64_t depth) {
  int64_t stage = machine.integer(value);
  if (stage >= 0 && stage < depth)
    return stage;
  return machine.fail(op, "expects a stage in [0, " + Twine(depth) + "), but got " + Twine(stage));
}

static LogicalResult runSlots(Machine &machine, Operation *op) {
  auto slots = cast<tile::SlotsOp>(op);
  auto type = slots.getSlots().getType();
  auto state = std::make_shared<Ring>();
  state->op = op;
  state->depth = type.getDepth();
  state->histories.resize(state->depth);
  if (!machine.options.protocol)
    for (int64_t stage = 0; stage < state->depth; ++stage)
      makeTiles(state->at(stage), type.getTiles());
  machine.flow->slots.push_back(state);
  machine.bindDatum(slots.getSlots(), state);
  return success();
}

static LogicalResult runSlot(Machine &machine, Operation *op) {
  auto slot = cast<tile::SlotOp>(op);
  SlotView view{machine.sharedRing(slot.getSlots())};
  FailureOr<int64_t> stage = stageOf(machine, op, slot.getStage(), view.ring->depth);
  if (failed(stage))
    return failure();
  view.number = *stage;
  machine.bindDatum(slot.getSlot(), view);
  return success();
}

static LogicalResult runBarriers(Machine &machine, Operation *op) {
  auto barriers = cast<tile::BarriersOp>(op);
  auto state = std::make_shared<Barriers>();
  state->op = op;
  state->arrivals = barriers.getArrivals();
  state->states.resize(barriers.getBarriers().getType().getDepth());
  for (BarrierState &barrier : state->states)
    barrier.missing = state->arrivals;
  machine.flow->barriers.push_back(state);
  machine.bindDatum(barriers.getBarriers(), state);
  return success();
}

static LogicalResult runArrive(Machine &machine, Operation *op) {
  auto arrive = cast<tile::ArriveOp>(op);
  Barriers &barriers = *machine.barriers(arrive.getBarriers());
  FailureOr<int64_t> stage = stageOf(machine, op, arrive.getStage(), barriers.states.size());
  if (failed(stage) || op == machine.options.ignored)
    return failure(failed(stage));
  BarrierState &state = barriers.states[*stage];
  state.missing -= static_cast<int64_t>(arrive.getCount());
  state.bytes += static_cast<int64_t>(arrive.getBytes());
  if (state.missing < 0)
    return machine.fail(op, "arrives " + Twine(-state.missing) + " times more than the phase expects");
  state.gathered.add(machine.knowledge);
  state.tryEnd(barriers.arrivals);
  return success();
}

static LogicalResult runPass(Machine &machine, Operation *op) {
  auto pass = cast<tile::PassOp>(op);
  Barriers &barriers = *machine.barriers(pass.getBarriers());
  FailureOr<int64_t> stage = stageOf(machine, op, pass.getStage(), barriers.states.size());
  if (failed(stage) || op == machine.options.ignored)
    return failure(failed(stage));
  const Knowledge &shown = barriers.states[*stage].shown;
  if (machine.options.ran && !machine.knowledge.hasAll(shown))
    machine.options.ran->insert(op);
  machine.knowledge.add(shown);
  return success();
}

static LogicalResult runFence(Machine &machine, Operation *op) {
  if (op == machine.options.ignored)
    return success();
  for (const std::shared_ptr<Ring> &slots : machine.flow->slots)
    for (History &history : slots->histories)
      for (SlotAccess &write : history.writes)
        write.isHidden &= !machine.knowledge.has(write.number);
  return success();
}

static LogicalResult runClear(Machine &machine, Operation *op) {
  auto clear = cast<tile::ClearOp>(op);
  const SlotView &slot = machine.slot(clear.getSlot());
  if (failed(beginFilling(machine, op, slot, nullptr)))
    return failure();
  if (machine.options.protocol || op == machine.options.ignored)
    return success();
  Tile tile = readSlot(machine, clear.getSlot());
  int64_t first = std::max<int64_t>(0, machine.integer(clear.getRow())) * tile.cols();
  Tile zero(tile.element, {});
  for (int64_t number = first; number < tile.rows() * tile.cols(); ++number)
    tile.copy(number, zero, 0);
  writeSlot(machine, clear.getSlot(), tile);
  return success();
}

void attn::interpreter::addSyncOps(HandlerTable &table) {
  table["tile.slots"] = runSlots;
  table["tile.slot"] = runSlot;
  table["tile.barriers"] = runBarriers;
  table["tile.arrive"] = runArrive;
  table["tile.pass"] = runPass;
  table["tile.fence"] = runFence;
  table["tile.clear"] = runClear;
}
