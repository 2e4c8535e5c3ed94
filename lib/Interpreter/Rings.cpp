// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Rings: who may take a slot when, who holds it, and what lies in it.
#include "lib/Interpreter/Elementwise.h"

using namespace mlir;
using namespace attn;
using namespace attn::interpreter;

//===- state --------------------------------------------------------------===//

bool Ring::isFull(int64_t number) {
  Payload &payload = at(number);
  return payload.committed == fillers && llvm::all_of(payload.copies, [](auto &copy) { return copy->landed; });
}

bool Ring::isFree(int64_t number) { return number < depth || at(number - depth).released == readers; }

SmallVector<size_t> Flow::landable() const {
  SmallVector<size_t> numbers;
  SmallVector<Actor, 4> seen;
  for (auto [number, transfer] : llvm::enumerate(flying)) {
    if (transfer->isProduct) {
      if (llvm::is_contained(seen, transfer->actor))
        continue;
      seen.push_back(transfer->actor);
    }
    numbers.push_back(number);
  }
  return numbers;
}

void Flow::land(size_t number) {
  flying[number]->landed = true;
  signal(*flying[number]);
  flying.erase(flying.begin() + number);
}

void attn::interpreter::beginTransfer(Machine &machine, std::shared_ptr<Transfer> transfer) {
  transfer->landed = !machine.options.protocol;
  if (transfer->landed)
    signal(*transfer);
  else
    machine.flow->flying.push_back(std::move(transfer));
}

bool attn::interpreter::isReady(Machine &machine, Operation *op) {
  if (op == machine.options.ignored)
    return true;
  if (auto acquire = dyn_cast<tile::AcquireOp>(op)) {
    Ring &ring = machine.ring(acquire.getRing());
    return ring.isFree(ring.acquired[machine.actor]);
  }
  if (auto wait = dyn_cast<tile::WaitOp>(op)) {
    Ring &ring = machine.ring(wait.getRing());
    return ring.isFull(ring.waited[machine.actor]);
  }
  if (auto await = dyn_cast<tile::AwaitOp>(op))
    return llvm::all_of(endedBy(machine, await), [](const auto &transfer) { return transfer->landed; });
  if (auto pass = dyn_cast<tile::PassOp>(op))
    return canPass(machine, pass);
  return true;
}

//===- holding a slot -----------------------------------------------------===//

LogicalResult attn::interpreter::beginFilling(Machine &machine, Operation *op, const SlotView &slot,
                                              Transfer *transfer) {
  if (!slot.ring->histories.empty())
    return recordWrite(machine, op, slot, transfer);
  if (llvm::is_contained(slot.payload().filling, machine.actor))
    return success();
  return machine.fail(op, "writes a slot that its team does not hold");
}

LogicalResult attn::interpreter::beginReading(Machine &machine, Operation *op, const SlotView &slot,
                                              Transfer *transfer) {
  if (!slot.ring->histories.empty())
    return recordRead(machine, op, slot, transfer);
  if (!llvm::is_contained(slot.payload().reading, machine.actor))
    return machine.fail(op, "reads a slot that its team does not hold");
  if (transfer)
    transfer->reads.push_back({slot.ring.get(), slot.number});
  return success();
}

/// How many actors use one end of a ring: the teams of every role that does.
template <typename OpT> static int64_t countActors(tile::RingOp ring) {
  llvm::SmallPtrSet<Region *, 4> seen;
  int64_t actors = 0;
  for (Operation *user : ring->getUsers()) {
    if (!isa<OpT>(user))
      continue;
    Region *role = user->getParentRegion();
    while (role != ring->getParentRegion() && !isa<tile::RolesOp>(role->getParentOp()))
      role = role->getParentRegion();
    if (!seen.insert(role).second)
      continue;
    auto roles = dyn_cast<tile::RolesOp>(role->getParentOp());
    bool shared = roles && role != ring->getParentRegion();
    actors += shared ? roles.getTeams()[role->getRegionNumber()] : 1;
  }
  return actors;
}

static LogicalResult runRing(Machine &machine, Operation *op) {
  auto ring = cast<tile::RingOp>(op);
  auto state = std::make_shared<Ring>();
  state->op = op;
  state->depth = ring.getRing().getType().getDepth();
  state->fillers = countActors<tile::AcquireOp>(ring);
  state->readers = countActors<tile::WaitOp>(ring);
  machine.flow->rings.push_back(state);
  machine.bindDatum(ring.getRing(), state);
  return success();
}

void attn::interpreter::makeTiles(Payload &payload, ArrayRef<Type> types) {
  for (Type type : types) {
    auto shape = cast<ShapedType>(type).getShape();
    Buffer unwritten(*elementOf(type), shape);
    Tile &tile = payload.tiles.emplace_back(*elementOf(type), shape);
    static_cast<Numbers &>(tile) = *unwritten.memory;
  }
}

static LogicalResult runAcquire(Machine &machine, Operation *op) {
  auto acquire = cast<tile::AcquireOp>(op);
  SlotView slot{machine.sharedRing(acquire.getRing())};
  slot.number = slot.ring->acquired[machine.actor]++;
  Payload &payload = slot.payload();
  if (op != machine.options.ignored)
    payload.filling.push_back(machine.actor);
  if (!machine.options.protocol && payload.tiles.empty())
    makeTiles(payload, acquire.getSlot().getType().getTiles());
  machine.bindDatum(acquire.getSlot(), slot);
  return success();
}

static LogicalResult runWait(Machine &machine, Operation *op) {
  auto wait = cast<tile::WaitOp>(op);
  SlotView slot{machine.sharedRing(wait.getRing())};
  slot.number = slot.ring->waited[machine.actor]++;
  if (op != machine.options.ignored)
    slot.payload().reading.push_back(machine.actor);
  machine.bindDatum(wait.getSlot(), slot);
  return success();
}

static LogicalResult runCommit(Machine &machine, Operation *op) {
  SlotView slot = machine.slot(op->getOperand(0));
  if (op == machine.options.ignored)
    return success();
  if (failed(beginFilling(machine, op, slot, nullptr)))
    return failure();
  llvm::erase(slot.payload().filling, machine.actor);
  ++slot.payload().committed;
  return success();
}

static LogicalResult runRelease(Machine &machine, Operation *op) {
  SlotView slot = machine.slot(op->getOperand(0));
  if (op == machine.options.ignored)
    return success();
  if (failed(beginReading(machine, op, slot, nullptr)))
    return failure();
  for (const std::shared_ptr<Transfer> &transfer : machine.flow->open)
    if (transfer->actor == machine.actor &&
        llvm::is_contained(transfer->reads, std::make_pair(slot.ring.get(), slot.number)))
      return machine.fail(op, "frees a slot that '" + transfer->op->getName().getStringRef() +
                                  "' may read, which nobody has awaited");
  llvm::erase(slot.payload().reading, machine.actor);
  if (++slot.payload().released == slot.ring->readers)
    slot.payload().tiles.clear();
  return success();
}

//===- what lies in a slot ------------------------------------------------===//

static RankedTensorType tileType(Value slot) {
  return cast<RankedTensorType>(cast<tile::SlotType>(slot.getType()).getTiles().front());
}

/// Calls visit(number in the view, number in the slot's tile) for every element.
template <typename FnT> static void forView(const SlotView &slot, ArrayRef<int64_t> shape, FnT visit) {
  int64_t width = slot.payload().tiles[slot.part].cols();
  for (int64_t row = 0, number = 0; row < shape[0]; ++row)
    for (int64_t col = 0; col < shape[1]; ++col, ++number)
      visit(number, (slot.row + row) * width + slot.col + col);
}

Tile attn::interpreter::readSlot(Machine &machine, Value value) {
  const SlotView &slot = machine.slot(value);
  RankedTensorType type = tileType(value);
  Tile tile(*elementOf(type), type.getShape());
  const Tile &source = slot.payload().tiles[slot.part];
  forView(slot, type.getShape(), [&](int64_t to, int64_t from) { tile.copy(to, source, from); });
  return tile;
}

void attn::interpreter::writeSlot(Machine &machine, Value value, const Tile &tile) {
  const SlotView &slot = machine.slot(value);
  Tile &dest = slot.payload().tiles[slot.part];
  forView(slot, tile.shape, [&](int64_t from, int64_t to) { dest.copy(to, tile, from); });
}

static LogicalResult runView(Machine &machine, Operation *op) {
  auto view = cast<tile::ViewOp>(op);
  SlotView slot = machine.slot(view.getSlot());
  slot.part += view.getPart();
  if (!view.getOffsets().empty()) {
    ArrayRef<int64_t> whole = cast<ShapedType>(view.getSlot().getType().getTiles()[view.getPart()]).getShape();
    ArrayRef<int64_t> shape = tileType(view.getView()).getShape();
    int64_t *begins[] = {&slot.row, &slot.col};
    for (int d = 0; d < 2; ++d) {
      int64_t offset = machine.integer(view.getOffsets()[d]);
      if (offset < 0 || offset > whole[d] - shape[d])
        return machine.fail(op, "expects a view inside the " + Twine(whole[d]) + " elements of dim " + Twine(d) +
                                    ", but got offset " + Twine(offset) + " and size " + Twine(shape[d]));
      *begins[d] += offset;
    }
  }
  machine.bindDatum(view.getView(), slot);
  return success();
}

static LogicalResult runPut(Machine &machine, Operation *op) {
  auto put = cast<tile::PutOp>(op);
  if (failed(beginFilling(machine, op, machine.slot(put.getSlot()), nullptr)))
    return failure();
  if (!machine.options.protocol)
    writeSlot(machine, put.getSlot(), machine.tile(put.getTile()));
  return success();
}

static LogicalResult runRead(Machine &machine, Operation *op) {
  auto read = cast<tile::ReadOp>(op);
  if (failed(beginReading(machine, op, machine.slot(read.getSlot()), nullptr)))
    return failure();
  if (machine.options.protocol)
    machine.bindDatum(read.getTile(), std::monostate());
  else
    machine.bind(read.getTile(), readSlot(machine, read.getSlot()));
  return success();
}

LogicalResult attn::interpreter::checkEnd(Machine &machine) {
  for (const std::shared_ptr<Ring> &ring : machine.flow->rings)
    for (auto [number, payload] : llvm::enumerate(ring->payloads)) {
      if (payload.committed != ring->fillers)
        return machine.fail(ring->op, "ends with payload " + Twine(number) + " committed " +
                                          Twine(payload.committed) + " times of " + Twine(ring->fillers));
      if (payload.released != ring->readers)
        return machine.fail(ring->op, "ends with payload " + Twine(number) + " released " + Twine(payload.released) +
                                          " times of " + Twine(ring->readers));
    }
  for (const std::shared_ptr<Transfer> &transfer : machine.flow->open)
    return machine.fail(transfer->op, "is never awaited");
  if (failed(checkBarriers(machine)))
    return failure();
  machine.flow->rings.clear();
  machine.flow->slots.clear();
  machine.flow->barriers.clear();
  machine.flow->flying.clear();
  machine.flow->accesses = 0;
  machine.knowledge = {};
  return success();
}

void attn::interpreter::addRingOps(HandlerTable &table) {
  table["tile.ring"] = runRing;
  table["tile.acquire"] = runAcquire;
  table["tile.wait"] = runWait;
  table["tile.commit"] = runCommit;
  table["tile.release"] = runRelease;
  table["tile.view"] = runView;
  table["tile.put"] = runPut;
  table["tile.read"] = runRead;
}
