// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a kernel's verifier checks of slots, products in flight, roles and rings: uses, ends and order.
#include "dialects/Tile/Verifiers.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace attn::tile;

//===- slots --------------------------------------------------------------===//

/// Whether a value is handed on rather than used: by a terminator, or as what a loop starts from.
static bool isHandedOn(OpOperand &use) {
  Operation *user = use.getOwner();
  return user->hasTrait<OpTrait::IsTerminator>() || isa<LoopLikeOpInterface>(user);
}

/// The op in the block that a use lies in or is.
static Operation *placeIn(Block *block, Operation *user) { return block->findAncestorOpInBlock(*user); }

static LogicalResult verifySlotUse(Value slot, OpOperand &use, Operation *end) {
  Operation *user = use.getOwner();
  if (use.get() != slot && isHandedOn(use))
    return user->emitOpError() << "expects a view to stay with its slot, but it is handed on";
  if (user == end)
    return success();
  Operation *place = placeIn(slot.getParentBlock(), user);
  if (place && (place == end || end->isBeforeInBlock(place)))
    return user->emitOpError() << "expects a slot to be used before its end";
  return success();
}

/// The uses of a slot and of its views.
static SmallVector<OpOperand *> collectUses(Value slot) {
  SmallVector<OpOperand *> uses;
  llvm::SetVector<Value> parts;
  parts.insert(slot);
  for (size_t next = 0; next < parts.size(); ++next)
    for (OpOperand &use : parts[next].getUses()) {
      uses.push_back(&use);
      if (auto view = dyn_cast<ViewOp>(use.getOwner()))
        parts.insert(view.getView());
    }
  return uses;
}

/// A slot ends once, in the block that holds it: it is committed, released, or handed on.
static LogicalResult verifySlot(Location loc, Value slot) {
  SmallVector<OpOperand *> uses = collectUses(slot);
  SmallVector<Operation *> ends;
  for (OpOperand *use : uses)
    if (use->get() == slot && (isa<CommitOp, ReleaseOp>(use->getOwner()) || isHandedOn(*use)))
      ends.push_back(use->getOwner());
  if (ends.size() != 1)
    return emitError(loc) << "expects a slot to end once, but it ends " << ends.size() << " times";
  Operation *end = ends.front();
  if (end->getBlock() != slot.getParentBlock())
    return end->emitOpError() << "expects a slot to end in the block that holds it";
  for (OpOperand *use : uses)
    if (failed(verifySlotUse(slot, *use, end)))
      return failure();
  return success();
}

/// The values that a carried slot may be: it, and where it is a loop's, what the loop starts from and yields.
static void collectSources(Value slot, llvm::SmallPtrSetImpl<Value> &sources) {
  if (!sources.insert(slot).second)
    return;
  auto follow = [&](scf::ForOp loop, unsigned number) {
    collectSources(loop.getInits()[number], sources);
    collectSources(loop.getYieldedValues()[number], sources);
  };
  if (auto argument = dyn_cast<BlockArgument>(slot)) {
    auto loop = dyn_cast<scf::ForOp>(argument.getOwner()->getParentOp());
    if (loop && argument.getArgNumber() > 0)
      follow(loop, argument.getArgNumber() - 1);
  } else if (auto loop = slot.getDefiningOp<scf::ForOp>()) {
    follow(loop, cast<OpResult>(slot).getResultNumber());
  }
}

//===- products -----------------------------------------------------------===//

static LogicalResult verifyPending(Location loc, Value pending) {
  if (!pending.hasOneUse())
    return emitError(loc) << "expects what is in flight to be used once, but it is used "
                          << llvm::range_size(pending.getUses()) << " times";
  Operation *user = pending.use_begin()->getOwner();
  if (user->getBlock() != pending.getParentBlock())
    return user->emitOpError() << "expects what is in flight to be used in the block that holds it";
  return success();
}

/// The awaits that may end what is in flight: of it, of the chain it begins, of what a loop carries it to.
static void collectAwaits(Value pending, SmallVectorImpl<AwaitOp> &awaits, llvm::SmallPtrSetImpl<Value> &seen) {
  if (!seen.insert(pending).second)
    return;
  for (OpOperand &use : pending.getUses()) {
    Operation *user = use.getOwner();
    if (auto await = dyn_cast<AwaitOp>(user))
      awaits.push_back(await);
    else if (auto issue = dyn_cast<IssueOp>(user))
      collectAwaits(issue.getPending(), awaits, seen);
    else if (auto yield = dyn_cast<scf::YieldOp>(user); yield && isa<scf::ForOp, scf::IfOp>(yield->getParentOp())) {
      Operation *parent = yield->getParentOp();
      collectAwaits(parent->getResult(use.getOperandNumber()), awaits, seen);
      if (auto loop = dyn_cast<scf::ForOp>(parent))
        collectAwaits(loop.getRegionIterArg(use.getOperandNumber()), awaits, seen);
    } else if (auto loop = dyn_cast<scf::ForOp>(user)) {
      collectAwaits(loop.getTiedLoopRegionIterArg(&use), awaits, seen);
      collectAwaits(loop.getTiedLoopResult(&use), awaits, seen);
    }
  }
}

/// Whether a reader of a slot has ended before the slot's release, as far as blocks show.
static bool endsBefore(Operation *reader, Value pending, ReleaseOp release) {
  SmallVector<AwaitOp> awaits;
  llvm::SmallPtrSet<Value, 4> seen;
  collectAwaits(pending, awaits, seen);
  return llvm::any_of(awaits, [&](AwaitOp await) {
    Operation *place = placeIn(await->getBlock(), release);
    return place ? await->isBeforeInBlock(place) : await->getBlock() == reader->getBlock();
  });
}

static LogicalResult verifyRelease(ReleaseOp release) {
  llvm::SmallPtrSet<Value, 4> sources;
  collectSources(release.getSlot(), sources);
  for (Value source : sources)
    for (OpOperand *use : collectUses(source)) {
      Operation *reader = use->getOwner();
      if (isa<IssueOp, CopyOutOp>(reader) && !endsBefore(reader, reader->getResult(0), release))
        return release.emitOpError() << "expects what reads the slot to be awaited before, but " << reader->getName()
                                     << " may be in flight";
    }
  return success();
}

//===- roles --------------------------------------------------------------===//

static LogicalResult verifyRoles(RolesOp roles) {
  WalkResult walk = roles->walk([&](Operation *op) -> WalkResult {
    for (Value operand : op->getOperands()) {
      if (!isa<RankedTensorType, SlotType, PendingType>(operand.getType()))
        continue;
      Operation *def = operand.getDefiningOp();
      if (roles->isProperAncestor(operand.getParentBlock()->getParentOp()) ||
          operand.getParentBlock()->getParentOp() == roles || (def && def->hasTrait<OpTrait::ConstantLike>()))
        continue;
      return op->emitOpError() << "expects no " << operand.getType() << " to cross into a role but in a ring";
    }
    return WalkResult::advance();
  });
  return failure(walk.wasInterrupted());
}

//===- rings --------------------------------------------------------------===//

/// How often an end of a ring is used in one role: in its own block, then in each op with regions that uses it, in
/// order. Two roles of one control flow count the same.
using Counts = SmallVector<int64_t>;

static int64_t count(Block &block, Value ring, bool fills, Counts &counts) {
  size_t number = counts.size();
  counts.push_back(0);
  int64_t total = 0;
  for (Operation &op : block) {
    bool isEnd = fills ? isa<AcquireOp>(op) : isa<WaitOp>(op);
    if (isEnd && op.getOperand(0) == ring) {
      ++counts[number];
      ++total;
    }
    for (Region &region : op.getRegions())
      for (Block &nested : region) {
        size_t before = counts.size();
        int64_t inside = count(nested, ring, fills, counts);
        if (inside == 0)
          counts.resize(before);
        total += inside;
      }
  }
  return total;
}

static LogicalResult verifyRing(RingOp ring) {
  SmallVector<Block *> scopes;
  auto addScope = [&](Operation *user) {
    Block *scope = user->getBlock();
    while (scope != ring->getBlock() && !isa<RolesOp>(scope->getParentOp()))
      scope = scope->getParentOp()->getBlock();
    if (!llvm::is_contained(scopes, scope))
      scopes.push_back(scope);
  };
  for (Operation *user : ring->getUsers()) {
    if (!isa<AcquireOp, WaitOp>(user))
      return user->emitOpError() << "expects a ring to be used by acquire and wait alone";
    addScope(user);
  }
  std::optional<Counts> filled, read;
  for (Block *scope : scopes)
    for (bool fills : {true, false}) {
      Counts counts;
      std::optional<Counts> &kept = fills ? filled : read;
      if (count(*scope, ring, fills, counts) == 0)
        continue;
      if (kept && kept->size() == counts.size() && *kept != counts)
        return ring.emitOpError() << "expects every role to use an end of the ring as often";
      kept = counts;
    }
  if (filled.has_value() != read.has_value())
    return ring.emitOpError() << "expects a ring to be filled and read, but it is only "
                              << (filled ? "filled" : "read");
  if (filled && filled->size() == read->size() && *filled != *read)
    return ring.emitOpError() << "expects as many commits as waits in every loop";
  return success();
}

//===- all ----------------------------------------------------------------===//

static LogicalResult verifyValue(Location loc, Value value) {
  // What becomes of a slot that is of no ring, barriers say.
  bool isRings = isa<SlotType>(value.getType()) && !value.getDefiningOp<ViewOp>() && !value.getDefiningOp<SlotOp>();
  if (isRings)
    return verifySlot(loc, value);
  return isa<PendingType>(value.getType()) ? verifyPending(loc, value) : success();
}

LogicalResult attn::tile::verifyFlow(KernelOp kernel) {
  WalkResult walk = kernel.getBody().walk<WalkOrder::PreOrder>([&](Operation *op) -> WalkResult {
    for (Value result : op->getResults())
      if (failed(verifyValue(op->getLoc(), result)))
        return WalkResult::interrupt();
    for (Region &region : op->getRegions())
      for (Block &block : region)
        for (Value argument : block.getArguments())
          if (failed(verifyValue(op->getLoc(), argument)))
            return WalkResult::interrupt();
    if (auto release = dyn_cast<ReleaseOp>(op))
      return failed(verifyRelease(release)) ? WalkResult::interrupt() : WalkResult::advance();
    if (auto roles = dyn_cast<RolesOp>(op))
      return failed(verifyRoles(roles)) ? WalkResult::interrupt() : WalkResult::advance();
    if (auto ring = dyn_cast<RingOp>(op))
      return failed(verifyRing(ring)) ? WalkResult::interrupt() : WalkResult::advance();
    return WalkResult::advance();
  });
  return failure(walk.wasInterrupted());
}
