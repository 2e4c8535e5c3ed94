// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Rings: slots in shared memory, a barrier that says a slot is full and one that says it is empty, and each role's place
// in the ring. The place lives in a stack slot, which becomes a register.
#include "lib/Target/CUDA/KernelLowering.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace attn::tile;

namespace attn::cuda {

constexpr int64_t barrierBytes = 8;
constexpr int64_t waitTicks = 10000000;

/// The role that an op stands in, or null.
static std::pair<RolesOp, int64_t> roleOf(Operation *op) {
  for (Region *region = op->getParentRegion(); region; region = region->getParentRegion())
    if (auto roles = dyn_cast_or_null<RolesOp>(region->getParentOp()))
      return {roles, region->getRegionNumber()};
  return {nullptr, 0};
}

/// The bytes of one slot's tiles, each in swizzled panels.
static int64_t slotBytes(ArrayRef<RankedTensorType> tiles) {
  int64_t bytes = 0;
  for (RankedTensorType tile : tiles) {
    int64_t perPanel = panelRowBytes / (tile.getElementTypeBitWidth() / 8);
    int64_t rows = llvm::alignTo(tile.getDimSize(0), 16);
    bytes += llvm::divideCeil(tile.getDimSize(1), perPanel) * rows * panelRowBytes;
  }
  return llvm::alignTo(bytes, 1024);
}

/// Allocates a ring and counts who arrives at its barriers; they are set up before the roles start.
LogicalResult KernelLowering::lowerRing(RingOp op) {
  auto type = cast<RingType>(op.getRing().getType());
  RingState ring;
  ring.depth = type.getDepth();
  SmallVector<RankedTensorType> payload;
  for (Type tile : type.getTiles())
    payload.push_back(cast<RankedTensorType>(tile));
  if (payload.size() != 1)
    return op.emitError("expects a payload of one tile on this target, but got ") << payload.size();
  ring.tile = payload.front();
  ring.slotBytes = slotBytes(payload);
  ring.base = allocate(ring.slotBytes * ring.depth);
  ring.barriers = barrierTop;
  barrierTop += 2 * ring.depth * barrierBytes;

  llvm::DenseSet<std::pair<Operation *, int64_t>> filling, reading;
  int64_t full = 0, empty = 0;
  bool endsEarly = false;
  for (Operation *user : op.getRing().getUsers()) {
    auto [roles, number] = roleOf(user);
    int64_t teams = roles ? roles.getTeams()[number] : 1, warpsOfTeam = roles ? roles.getWarps()[number] : warps;
    if (auto acquire = dyn_cast<AcquireOp>(user)) {
      bool puts = llvm::any_of(acquire.getSlot().getUsers(), [](Operation *use) { return isa<PutOp>(use); });
      if (filling.insert({roles, number}).second)
        full += teams * (puts ? warpsOfTeam : 1);
      ring.puts |= puts;
      for (Operation *use : acquire.getSlot().getUsers())
        endsEarly |= isa<CopyOp>(use) && mayEndEarly(cast<CopyOp>(use));
    } else if (isa<WaitOp>(user) && reading.insert({roles, number}).second) {
      empty += teams * warpsOfTeam;
    }
  }
  auto setUp = [&](int64_t first, int64_t count) {
    for (int64_t stage = 0; stage < ring.depth; ++stage)
      barrierCounts.push_back({ring.barriers + (first + stage) * barrierBytes, std::max<int64_t>(1, count)});
  };
  setUp(0, full);
  setUp(ring.depth, empty);
  if (endsEarly) {
    ring.landed = barrierTop;
    barrierTop += barrierBytes;
    barrierCounts.push_back({ring.landed, 1});
  }
  rings[op.getRing()] = ring;
  return success();
}

/// Addresses in shared memory are numbers of 32 bits: through pointers they are computed in 64, in every turn.
Value KernelLowering::stageAddress(Value stage, int64_t bytes, Value first) {
  auto narrow = [&](Value value) { return arith::IndexCastOp::create(b, loc, b.getI32Type(), value); };
  Value base = LLVM::PtrToIntOp::create(b, loc, b.getI32Type(), sharedPointer(index(0)));
  Value start = arith::AddIOp::create(b, loc, base, narrow(first));
  return arith::AddIOp::create(b, loc, start, arith::MulIOp::create(b, loc, narrow(stage), i32(bytes)));
}

/// The address of the full (or empty) barrier of a stage.
Value KernelLowering::barrierOf(const RingState &ring, Value stage, bool full) {
  Value first = index(ring.barriers + (full ? 0 : ring.depth * barrierBytes));
  return stageAddress(stage, barrierBytes, arith::AddIOp::create(b, loc, first, barrierBase));
}

Value KernelLowering::pointerTo(Value address) {
  return LLVM::IntToPtrOp::create(b, loc, LLVM::LLVMPointerType::get(b.getContext(), 3), address);
}

/// The blocks in which this role waits for a ring (or acquires it), each with the one op that does; empty where a block
/// has several.
llvm::MapVector<Block *, Operation *> KernelLowering::turnsOf(Value ring, bool filling) {
  llvm::MapVector<Block *, Operation *> turns;
  for (Operation *user : ring.getUsers()) {
    auto [roles, number] = roleOf(user);
    bool moves = (filling ? isa<AcquireOp>(user) : isa<WaitOp>(user)) && (roles ? number + 1 : 0) == currentRole;
    if (moves && !turns.insert({user->getBlock(), user}).second)
      return {};
  }
  return turns;
}

/// Whether one op comes before the other in their block, and no loop or branch between them.
static bool comesJustBefore(Operation *first, Operation *second) {
  if (!first->isBeforeInBlock(second))
    return false;
  for (Operation *op = first; op != second; op = op->getNextNode())
    if (op->getNumRegions())
      return false;
  return true;
}

/// A ring that is as deep and that the role moves on just before this one, in every block: they share a place.
Value KernelLowering::leaderOf(Value ringValue, bool filling) {
  auto mine = turnsOf(ringValue, filling);
  for (auto &[other, state] : rings) {
    if (other == ringValue || state.depth != rings[ringValue].depth || mine.empty())
      continue;
    auto turns = turnsOf(other, filling);
    bool leads = turns.size() == mine.size() && llvm::all_of(mine, [&](auto &turn) {
                   auto found = turns.find(turn.first);
                   return found != turns.end() && comesJustBefore(found->second, turn.second);
                 });
    if (leads)
      return other;
  }
  return ringValue;
}

/// This role's next stage and its phase, which it moves on.
std::pair<Value, Value> KernelLowering::advance(Value ringValue, bool filling) {
  auto &turns = filling ? fillTurns : readTurns;
  std::pair<Value, Value> &turn = turns[{ringValue.getAsOpaquePointer(), currentRole}];
  Value leader = leaderOf(ringValue, filling);
  if (leader != ringValue)
    return turn = turns.at({leader.getAsOpaquePointer(), currentRole});
  return turn = moveOn(ringValue, filling);
}

/// A number of this thread, 0 at first, that becomes a register.
Value KernelLowering::stackSlot() {
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(&func.getBody().front());
  Value one = LLVM::ConstantOp::create(b, loc, b.getI32IntegerAttr(1));
  auto pointer = LLVM::LLVMPointerType::get(b.getContext());
  Value place = LLVM::AllocaOp::create(b, loc, pointer, b.getI32Type(), one, /*alignment=*/4);
  LLVM::StoreOp::create(b, loc, LLVM::ConstantOp::create(b, loc, b.getI32IntegerAttr(0)), place);
  return place;
}

std::pair<Value, Value> KernelLowering::moveOn(Value ringValue, bool filling) {
  const RingState &ring = rings[ringValue];
  auto &places = filling ? fillPlaces : readPlaces;
  auto &[stagePlace, phasePlace] = places[{ringValue.getAsOpaquePointer(), currentRole}];
  if (!stagePlace) {
    stagePlace = stackSlot();
    phasePlace = stackSlot();
  }
  Value stage = LLVM::LoadOp::create(b, loc, b.getI32Type(), stagePlace);
  Value phase = LLVM::LoadOp::create(b, loc, b.getI32Type(), phasePlace);
  Value next = arith::AddIOp::create(b, loc, stage, i32(1));
  Value wraps = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, next, i32(ring.depth));
  Value flipped = arith::XOrIOp::create(b, loc, phase, i32(1));
  LLVM::StoreOp::create(b, loc, arith::SelectOp::create(b, loc, wraps, i32(0), next), stagePlace);
  LLVM::StoreOp::create(b, loc, arith::SelectOp::create(b, loc, wraps, flipped, phase), phasePlace);
  return {arith::IndexCastOp::create(b, loc, b.getIndexType(), stage), phase};
}

void KernelLowering::waitFor(Value barrier, Value phase) {
  NVVM::MBarrierTryWaitParityOp::create(b, loc, pointerTo(barrier), phase, i32(waitTicks));
}

void KernelLowering::arriveOnce(Value barrier) {
  // Predicated, not branched: a branch between the issue and the await of a product would serialise it.
  Value first = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, lane, index(0));
  Value flag = arith::ExtUIOp::create(b, loc, b.getI32Type(), first);
  assembly("{\n.reg .pred chosen;\nsetp.ne.b32 chosen, $1, 0;\n@chosen mbarrier.arrive.shared::cta.b64 _, [$0];\n}",
           "r,r,~{memory}", Type(), {barrier, flag}, /*sideEffects=*/true);
}

LogicalResult KernelLowering::lowerAcquire(AcquireOp op) {
  const RingState &ring = rings[op.getRing()];
  auto [stage, phase] = advance(op.getRing(), /*filling=*/true);
  waitFor(barrierOf(ring, stage, /*full=*/false), arith::XOrIOp::create(b, loc, phase, i32(1)));
  slots[op.getSlot()] = slotOf(op.getRing(), stage);
  // The arrival announces the bytes; the slot is full when they have landed. A copy that may end early does that itself.
  auto announces = [](Operation *use) { return isa<CopyOp>(use) && !mayEndEarly(cast<CopyOp>(use)); };
  if (llvm::any_of(op.getSlot().getUsers(), announces) && !ring.puts)
    announceBytes(barrierOf(ring, stage, /*full=*/true), copyBytes(ring));
  return success();
}

/// One lane arrives and says how many bytes are to come.
void KernelLowering::announceBytes(Value barrier, int64_t bytes) {
  Value first = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, lane, index(0));
  Value flag = arith::ExtUIOp::create(b, loc, b.getI32Type(), first);
  assembly("{\n.reg .pred chosen;\nsetp.ne.b32 chosen, $1, 0;\n"
           "@chosen mbarrier.arrive.expect_tx.shared::cta.b64 _, [$0], $2;\n}",
           "r,r,r,~{memory}", Type(), {barrier, flag, i32(bytes)}, /*sideEffects=*/true);
}

int64_t KernelLowering::copyBytes(const RingState &ring) {
  int64_t bytes = ring.tile.getElementTypeBitWidth() / 8, perPanel = panelRowBytes / bytes;
  return llvm::divideCeil(ring.tile.getDimSize(1), perPanel) * ring.tile.getDimSize(0) * panelRowBytes;
}

KernelLowering::SlotState KernelLowering::slotOf(Value ringValue, Value stage) {
  const RingState &ring = rings[ringValue];
  SlotState slot;
  slot.ring = ringValue;
  slot.stage = stage;
  slot.shape = llvm::to_vector(ring.tile.getShape());
  slot.tile.element = ring.tile.getElementType();
  slot.tile.rows = llvm::alignTo(ring.tile.getDimSize(0), 16);
  slot.tile.base = ring.base;
  slot.tile.moved = arith::MulIOp::create(b, loc, stage, index(ring.slotBytes));
  return slot;
}

LogicalResult KernelLowering::lowerWait(WaitOp op) {
  const RingState &ring = rings[op.getRing()];
  auto [stage, phase] = advance(op.getRing(), /*filling=*/false);
  waitFor(barrierOf(ring, stage, /*full=*/true), phase);
  slots[op.getSlot()] = slotOf(op.getRing(), stage);
  return success();
}

LogicalResult KernelLowering::lowerCommit(CommitOp op) {
  const SlotState &slot = slots[op.getSlot()];
  const RingState &ring = rings[slot.ring];
  if (ring.puts) {
    // What threads wrote, products and copies read through another path.
    assembly("fence.proxy.async.shared::cta;", "~{memory}", Type(), {}, /*sideEffects=*/true);
    assembly("bar.warp.sync 0xffffffff;", "~{memory}", Type(), {}, /*sideEffects=*/true);
    arriveOnce(barrierOf(ring, slot.stage, /*full=*/true));
  }
  return success();
}

LogicalResult KernelLowering::lowerRelease(ReleaseOp op) {
  const SlotState &slot = slots[op.getSlot()];
  arriveOnce(barrierOf(rings[slot.ring], slot.stage, /*full=*/false));
  return success();
}

LogicalResult KernelLowering::lowerView(ViewOp op) {
  SlotState slot = slots[op.getSlot()];
  auto type = cast<SlotType>(op.getView().getType());
  auto shape = cast<RankedTensorType>(type.getTiles().front()).getShape();
  if (!op.getOffsets().empty()) {
    std::optional<int64_t> col = getConstantIntValue(op.getOffsets()[1]);
    int64_t perPanel = panelRowBytes / (slot.tile.element.getIntOrFloatBitWidth() / 8);
    if (!col || *col % perPanel)
      return op.emitError("expects a view's first column to be a known multiple of ") << perPanel;
    Value rows = arith::MulIOp::create(b, loc, scalar(op.getOffsets()[0]), index(panelRowBytes));
    slot.tile.moved = arith::AddIOp::create(b, loc, slot.tile.moved, rows);
    slot.tile.base += *col / perPanel * slot.tile.rows * panelRowBytes;
  }
  slot.shape = llvm::to_vector(shape);
  slots[op.getView()] = slot;
  return success();
}

/// The address of a slot's first element, as 32 bits.
Value KernelLowering::slotAddress(Value slot) {
  const SharedTile &tile = slots[slot].tile;
  return stageAddress(tile.moved, 1, index(tile.base));
}

LogicalResult KernelLowering::lowerPut(PutOp op) {
  storeToShared(op.getTile(), slots[op.getSlot()].tile);
  return success();
}

LogicalResult KernelLowering::lowerRead(ReadOp op) {
  const SharedTile tile = slots[op.getSlot()].tile;
  FragmentLayout layout = layoutOf(op.getTile());
  // Products of a warp read their operands where they lie.
  if (wantsShared.lookup(op.getTile()) == tile.element) {
    shared[op.getTile()] = tile;
    auto isOperand = [](OpOperand &use) {
      auto mma = dyn_cast<MmaOp>(use.getOwner());
      return mma && (use.getOperandNumber() == 1 || (use.getOperandNumber() == 0 && mma.getTransA()));
    };
    if (llvm::all_of(op.getTile().getUses(), isOperand))
      return success();
  }
  Registers values;
  for (int64_t n = 0; n < layout.size(); ++n) {
    FragmentLayout::Place at = layout.place(n);
    if (layout.rows() == 1 && layout.cols() % 8 == 0) {
      // A row is not permuted. The two neighbours that a thread holds lie in one chunk of 16 bytes.
      auto pair = VectorType::get({2}, tile.element);
      int64_t bytes = tile.element.getIntOrFloatBitWidth() / 8, perPanel = panelRowBytes / bytes, first = at.col * 8;
      int64_t fixed = first / perPanel * tile.rows * panelRowBytes + first % perPanel * bytes;
      Value place = arith::MulIOp::create(b, loc, inGroup, index(2 * bytes));
      Value start = stageAddress(tile.moved, 1, index(tile.base + fixed));
      Value address = arith::AddIOp::create(b, loc, start, arith::IndexCastOp::create(b, loc, b.getI32Type(), place));
      Value both = LLVM::LoadOp::create(b, loc, pair, pointerTo(address), /*alignment=*/2 * bytes);
      for (int64_t i : {0, 1}) {
        Value number = LLVM::ConstantOp::create(b, loc, b.getI32IntegerAttr(i));
        values.push_back(LLVM::ExtractElementOp::create(b, loc, both, number));
      }
      ++n;
      continue;
    }
    auto [row, col] = readable(layout, at);
    values.push_back(loadShared(tile, row, col));
  }
  tiles[op.getTile()] = values;
  return success();
}

} // namespace attn::cuda
