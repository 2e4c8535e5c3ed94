// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --cuda-materialise-sync: rings become slots and barriers. Each role carries its stage and phase through its loops and
// branches, every arrival is counted, and an await says how many products may stay in flight.
#include "lib/Target/CUDA/Passes.h"
#include "lib/Target/CUDA/RingPlaces.h"
#include "lib/Target/CUDA/RolePlaces.h"
#include "lib/Target/CUDA/SharedLayout.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace attn::tile;

namespace attn::cuda {
namespace {

/// What a ring became. `full` ends a phase when a slot is filled, `empty` when it is read, `landed` when a copy has landed
/// that ends before its slot does; null: none.
struct RingParts {
  Value slots, full, empty, landed;
  int64_t copyBytes = 0; ///< that land when a slot has been copied
  bool hasCopies = false, hasPuts = false;
};

/// A slot that a role holds.
struct Held {
  Value ring, stage;
};

/// The teams and warps that an op is run by.
struct Runners {
  int64_t teams = 1, warps = 1;
  Region *role = nullptr;
};

Runners runnersOf(Operation *op) {
  for (Region *region = op->getParentRegion(); region; region = region->getParentRegion())
    if (auto roles = dyn_cast_or_null<RolesOp>(region->getParentOp())) {
      int64_t number = region->getRegionNumber();
      return {roles.getTeams()[number], roles.getWarps()[number], region};
    }
  return {1, warpsOf(op->getParentOfType<KernelOp>())};
}

class Materialiser {
public:
  explicit Materialiser(KernelOp kernel) : kernel(kernel), b(kernel.getContext()), loc(kernel.getLoc()) {}

  LogicalResult run();

private:
  struct Scope;
  LogicalResult verifyFilling();
  LogicalResult makeParts(RingOp ring);
  LogicalResult runScope(Block &block);
  LogicalResult runBlock(Scope &scope, Block &block);
  LogicalResult runOp(Scope &scope, Operation *op);
  LogicalResult runLoop(Scope &scope, scf::ForOp loop);
  LogicalResult runBranch(Scope &scope, scf::IfOp branch);
  LogicalResult runAcquire(Scope &scope, AcquireOp op);
  void runWait(Scope &scope, WaitOp op);
  void runCommit(CommitOp op);
  LogicalResult runCopy(Scope &scope, CopyOp op);
  void copyTo(CopyOp op, Value barriers, Value stage, int64_t bytes);
  void copyUpTo(Scope &scope, CopyOp op, const Held &held);
  LogicalResult runAwait(Scope &scope, AwaitOp op);

  Place moveOn(Scope &scope, RingEnd end);
  void hold(Value slot, Value ring, Value stage);
  Value i32(int64_t value) { return arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(value)); }

  KernelOp kernel;
  OpBuilder b;
  Location loc;
  llvm::MapVector<Value, RingParts> parts;
  llvm::DenseMap<Value, Held> held;
  SmallVector<Operation *> taken; ///< acquires and waits, erased at the end
};

/// A role, or the program where it has none.
struct Materialiser::Scope {
  explicit Scope(Block &block) : places(block), now(places.numGroups()) {}

  RingPlaces places;
  /// Of each group where the last region began or ended, and of the ends that moved since.
  SmallVector<Place> now;
  SmallVector<std::pair<RingEnd, Place>> moved;
  /// The place behind another one, made once in a block.
  SmallVector<std::pair<Place, Place>> next;
  SmallVector<Value> inFlight; ///< products, oldest first

  Place placeOf(RingEnd end) const {
    for (auto &[other, place] : moved)
      if (other == end)
        return place;
    return now[places.groupOf(end)];
  }
  /// Where a region begins or ends, all ends of a group stand at one place.
  void settle() {
    for (auto &[end, place] : moved)
      now[places.groupOf(end)] = place;
    moved.clear();
  }
};

/// The values that carry the places of groups: a phase, and where there are several stages a stage.
SmallVector<Value> flatten(const RingPlaces &places, ArrayRef<size_t> groups, ArrayRef<Place> now) {
  SmallVector<Value> values;
  for (size_t group : groups) {
    if (places.depthOf(group) > 1)
      values.push_back(now[group].stage);
    values.push_back(now[group].phase);
  }
  return values;
}

void unflatten(const RingPlaces &places, ArrayRef<size_t> groups, ValueRange values, MutableArrayRef<Place> now) {
  for (size_t group : groups) {
    if (places.depthOf(group) > 1) {
      now[group].stage = values.front();
      values = values.drop_front();
    }
    now[group].phase = values.front();
    values = values.drop_front();
  }
}

LogicalResult Materialiser::run() {
  SmallVector<RingOp> rings;
  kernel.getBody().walk([&](RingOp ring) { rings.push_back(ring); });
  if (failed(verifyLayouts(kernel)) || failed(verifyFilling()))
    return failure();
  for (RingOp ring : rings)
    if (failed(makeParts(ring)))
      return failure();
  SmallVector<Block *> scopes;
  kernel.getBody().walk([&](RolesOp roles) {
    for (Region &body : roles.getBodies())
      scopes.push_back(&body.front());
  });
  if (scopes.empty())
    scopes.push_back(&kernel.getBody().front());
  for (Block *scope : scopes)
    if (failed(runScope(*scope)))
      return failure();
  for (Operation *op : taken)
    op->erase();
  for (RingOp ring : rings) {
    if (!ring->use_empty())
      return (*ring->user_begin())->emitError("expects a ring to be used in roles, where a program has some");
    ring.erase();
  }
  if (!rings.empty())
    emitRemark(kernel.getLoc()) << "[cuda-materialise-sync] rings = " << rings.size() << ": became slots and barriers";
  return success();
}

/// What fills a slot must be known at its acquire.
LogicalResult Materialiser::verifyFilling() {
  WalkResult walk = kernel.getBody().walk([&](Operation *op) -> WalkResult {
    bool fills = isa<PutOp>(op) || (isa<CopyOp>(op) && !cast<CopyOp>(op).getBarriers());
    Value slot = !fills ? Value() : isa<PutOp>(op) ? cast<PutOp>(op).getSlot() : cast<CopyOp>(op).getSlot();
    return slot && failed(verifyHeld(op, slot)) ? WalkResult::interrupt() : WalkResult::advance();
  });
  return failure(walk.wasInterrupted());
}

/// Slots for the payload, and barriers that know how often who fills and who reads arrives: copies announce themselves
/// once a team, threads arrive once a warp.
LogicalResult Materialiser::makeParts(RingOp ring) {
  b.setInsertionPoint(ring);
  loc = ring.getLoc();
  RingType type = ring.getRing().getType();
  RingParts &made = parts[ring.getRing()];
  if (type.getTiles().size() > 1)
    return ring.emitError("expects a payload of one tile or none on this target, but got ") << type.getTiles().size();
  if (Runners own = runnersOf(ring); own.role && own.teams > 1)
    return ring.emitError("expects a ring inside a role of one team, but the role has ") << own.teams;
  llvm::SmallDenseSet<Region *> filling, reading;
  int64_t filled = 0, read = 0;
  bool lands = false;
  auto isOfRing = [&](Value slot) {
    auto acquire = getRootOfSlot(slot).getDefiningOp<AcquireOp>();
    return acquire && acquire.getRing() == ring.getRing();
  };
  kernel.getBody().walk([&](CopyOp copy) {
    made.hasCopies |= isOfRing(copy.getSlot());
    lands |= isOfRing(copy.getSlot()) && mayEndEarly(copy);
  });
  kernel.getBody().walk([&](PutOp put) { made.hasPuts |= isOfRing(put.getSlot()); });
  if (made.hasCopies && made.hasPuts)
    return ring.emitError("expects a ring that copies fill, or threads, but not both");
  for (Operation *user : ring->getUsers()) {
    Runners runners = runnersOf(user);
    if (isa<AcquireOp>(user) && filling.insert(runners.role).second)
      filled += runners.teams * (made.hasCopies ? 1 : runners.warps);
    else if (isa<WaitOp>(user) && reading.insert(runners.role).second)
      read += runners.teams * runners.warps;
  }
  if (!type.getTiles().empty()) {
    made.copyBytes = copyBytes(panelsOf(ring), cast<RankedTensorType>(type.getTiles().front()));
    made.slots = SlotsOp::create(b, loc, SlotsType::get(b.getContext(), type.getDepth(), type.getTiles()),
                                  /*offset=*/IntegerAttr(), ring.getLayoutAttr());
  }
  auto barriers = [&](int64_t depth, int64_t arrivals) -> Value {
    return BarriersOp::create(b, loc, BarriersType::get(b.getContext(), depth), std::max<int64_t>(1, arrivals),
                              /*offset=*/IntegerAttr());
  };
  made.full = barriers(type.getDepth(), filled);
  made.empty = barriers(type.getDepth(), read);
  if (lands)
    made.landed = barriers(1, 1);
  return success();
}

LogicalResult Materialiser::runScope(Block &block) {
  Scope scope(block);
  b.setInsertionPointToStart(&block);
  for (Place &place : scope.now)
    place = {i32(0), i32(0)};
  return runBlock(scope, block);
}

/// The place behind, of an end that moves on by one slot. Returns where it stood.
Place Materialiser::moveOn(Scope &scope, RingEnd end) {
  Place place = scope.placeOf(end), next = place;
  auto isIt = [&](auto &pair) { return pair.first.stage == place.stage && pair.first.phase == place.phase; };
  if (auto *known = llvm::find_if(scope.next, isIt); known != scope.next.end()) {
    next = known->second;
  } else if (int64_t depth = scope.places.depthOf(scope.places.groupOf(end)); depth == 1) {
    next.phase = arith::XOrIOp::create(b, loc, place.phase, i32(1));
  } else {
    Value behind = arith::AddIOp::create(b, loc, place.stage, i32(1));
    Value wraps = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, behind, i32(depth));
    Value flipped = arith::XOrIOp::create(b, loc, place.phase, i32(1));
    next.stage = arith::SelectOp::create(b, loc, wraps, i32(0), behind);
    next.phase = arith::SelectOp::create(b, loc, wraps, flipped, place.phase);
  }
  scope.next.push_back({place, next});
  llvm::erase_if(scope.moved, [&](auto &pair) { return pair.first == end; });
  scope.moved.push_back({end, next});
  return place;
}

/// From here on a slot of a ring is the one of a stage.
void Materialiser::hold(Value slot, Value ring, Value stage) {
  held[slot] = {ring, stage};
  if (Value slots = parts[ring].slots) {
    Value own = SlotOp::create(b, loc, slot.getType(), slots, stage);
    held[own] = {ring, stage};
    slot.replaceAllUsesWith(own);
  }
}

LogicalResult Materialiser::runBlock(Scope &scope, Block &block) {
  scope.next.clear();
  for (Operation &op : llvm::make_early_inc_range(block.without_terminator())) {
    b.setInsertionPoint(&op);
    loc = op.getLoc();
    if (failed(runOp(scope, &op)))
      return failure();
  }
  return success();
}

LogicalResult Materialiser::runOp(Scope &scope, Operation *op) {
  if (auto loop = dyn_cast<scf::ForOp>(op))
    return runLoop(scope, loop);
  if (auto branch = dyn_cast<scf::IfOp>(op))
    return runBranch(scope, branch);
  if (auto acquire = dyn_cast<AcquireOp>(op))
    return runAcquire(scope, acquire);
  if (auto wait = dyn_cast<WaitOp>(op))
    return runWait(scope, wait), success();
  if (auto commit = dyn_cast<CommitOp>(op))
    return runCommit(commit), success();
  if (auto release = dyn_cast<ReleaseOp>(op)) {
    const Held &slot = held[release.getSlot()];
    ArriveOp::create(b, loc, parts[slot.ring].empty, slot.stage, runnersOf(op).warps);
    op->erase();
    return success();
  }
  if (auto copy = dyn_cast<CopyOp>(op); copy && !copy.getBarriers())
    return runCopy(scope, copy);
  if (auto issue = dyn_cast<IssueOp>(op)) {
    scope.inFlight.push_back(issue.getPending());
    if (issue.getC() && isa<PendingType>(issue.getC().getType()))
      llvm::erase(scope.inFlight, issue.getC());
    return success();
  }
  if (auto await = dyn_cast<AwaitOp>(op))
    return runAwait(scope, await);
  bool moves = op->walk([](Operation *inner) {
                   return movedBy(inner) || isa<CommitOp, ReleaseOp>(inner) ? WalkResult::interrupt()
                                                                            : WalkResult::advance();
                 }).wasInterrupted();
  return moves ? op->emitError("expects rings to be used in scf.for and scf.if alone") : success();
}

/// Places become carried values; so does the stage of a slot that a loop hands on.
LogicalResult Materialiser::runLoop(Scope &scope, scf::ForOp loop) {
  scope.settle();
  SmallVector<size_t> groups = scope.places.groupsIn(loop);
  auto isSlot = [](Value value) { return isa<SlotType>(value.getType()); };
  if (groups.empty() && llvm::none_of(loop.getInits(), isSlot)) {
    SmallVector<std::pair<Place, Place>> next = scope.next;
    if (failed(runBlock(scope, *loop.getBody())))
      return failure();
    scope.next = std::move(next);
    return success();
  }
  SmallVector<Value> inits, rings;
  for (Value init : loop.getInits()) {
    rings.push_back(isSlot(init) ? held[init].ring : Value());
    inits.push_back(isSlot(init) ? held[init].stage : init);
  }
  size_t own = inits.size();
  inits.append(flatten(scope.places, groups, scope.now));
  auto made = scf::ForOp::create(b, loc, loop.getLowerBound(), loop.getUpperBound(), loop.getStep(), inits);
  made->setDiscardableAttrs(loop->getDiscardableAttrDictionary());
  Block &body = *made.getBody();
  if (!body.empty())
    body.back().erase();
  body.getOperations().splice(body.end(), loop.getBody()->getOperations());
  loop.getInductionVar().replaceAllUsesWith(made.getInductionVar());
  b.setInsertionPointToStart(&body);
  for (auto [number, argument] : llvm::enumerate(loop.getRegionIterArgs()))
    if (rings[number])
      hold(argument, rings[number], made.getRegionIterArg(number));
    else
      argument.replaceAllUsesWith(made.getRegionIterArg(number));
  unflatten(scope.places, groups, ValueRange(made.getRegionIterArgs()).drop_front(own), scope.now);
  if (failed(runBlock(scope, body)))
    return failure();
  scope.settle();
  SmallVector<Value> yielded;
  for (auto [number, value] : llvm::enumerate(body.getTerminator()->getOperands()))
    yielded.push_back(rings[number] ? held[value].stage : value);
  yielded.append(flatten(scope.places, groups, scope.now));
  body.getTerminator()->setOperands(yielded);
  b.setInsertionPointAfter(made);
  for (auto [number, result] : llvm::enumerate(loop.getResults()))
    if (rings[number])
      hold(result, rings[number], made.getResult(number));
    else
      result.replaceAllUsesWith(made.getResult(number));
  unflatten(scope.places, groups, ValueRange(made.getResults()).drop_front(own), scope.now);
  scope.next.clear();
  loop.erase();
  return success();
}

LogicalResult Materialiser::runBranch(Scope &scope, scf::IfOp branch) {
  scope.settle();
  if (llvm::any_of(branch.getResultTypes(), llvm::IsaPred<SlotType>))
    return branch.emitError("expects no slot to be handed on by a branch");
  SmallVector<size_t> groups = scope.places.groupsIn(branch);
  SmallVector<Type> types(branch.getResultTypes());
  types.append(flatten(scope.places, groups, scope.now).size(), b.getI32Type());
  bool hasElse = branch.elseBlock() || !groups.empty();
  auto made = scf::IfOp::create(b, loc, types, branch.getCondition(), hasElse);
  made->setDiscardableAttrs(branch->getDiscardableAttrDictionary());
  const SmallVector<Place> before = scope.now;
  for (unsigned number = 0; number < (hasElse ? 2u : 1u); ++number) {
    Block &body = made->getRegion(number).front();
    scope.now = before;
    if (Region &from = branch->getRegion(number); !from.empty()) {
      body.clear();
      body.getOperations().splice(body.end(), from.front().getOperations());
      if (failed(runBlock(scope, body)))
        return failure();
    } else if (body.empty()) {
      b.setInsertionPointToEnd(&body);
      scf::YieldOp::create(b, branch.getLoc());
    }
    scope.settle();
    body.getTerminator()->insertOperands(body.getTerminator()->getNumOperands(),
                                         flatten(scope.places, groups, scope.now));
  }
  size_t own = branch.getNumResults();
  for (auto [number, result] : llvm::enumerate(branch.getResults()))
    result.replaceAllUsesWith(made.getResult(number));
  scope.now = before;
  unflatten(scope.places, groups, ValueRange(made.getResults()).drop_front(own), scope.now);
  scope.next.clear();
  branch.erase();
  return success();
}

/// The slot is free when the phase before the one that is counted has ended; the first one has none before.
LogicalResult Materialiser::runAcquire(Scope &scope, AcquireOp op) {
  const RingParts &ring = parts[op.getRing()];
  Place place = moveOn(scope, {op.getRing(), Walk::fills});
  PassOp::create(b, loc, ring.empty, place.stage, arith::XOrIOp::create(b, loc, place.phase, i32(1)));
  if (ring.hasCopies && runnersOf(op).warps != 1)
    return op.emitError("expects a role of one warp to begin copies, but got ") << runnersOf(op).warps << " warps";
  hold(op.getSlot(), op.getRing(), place.stage);
  // The slot is full when the announced bytes have landed. A copy that may end early announces them itself.
  if (ring.hasCopies && !ring.landed)
    ArriveOp::create(b, loc, ring.full, place.stage, /*count=*/1, ring.copyBytes);
  taken.push_back(op);
  return success();
}

void Materialiser::runWait(Scope &scope, WaitOp op) {
  Place place = moveOn(scope, {op.getRing(), Walk::reads});
  PassOp::create(b, loc, parts[op.getRing()].full, place.stage, place.phase);
  hold(op.getSlot(), op.getRing(), place.stage);
  taken.push_back(op);
}

/// What threads wrote, products and copies read by another way.
void Materialiser::runCommit(CommitOp op) {
  const Held &slot = held[op.getSlot()];
  const RingParts &ring = parts[slot.ring];
  if (!ring.hasCopies) {
    if (ring.hasPuts)
      FenceOp::create(b, loc);
    ArriveOp::create(b, loc, ring.full, slot.stage, runnersOf(op).warps);
  }
  op.erase();
}

void Materialiser::copyTo(CopyOp op, Value barriers, Value stage, int64_t bytes) {
  auto copy = cast<CopyOp>(b.clone(*op));
  copy.getBoundsMutable().clear(); // the engine stops where the tensor ends, and nowhere else
  copy.getBarriersMutable().assign(barriers);
  copy.getStageMutable().assign(stage);
  copy.setBytes(bytes);
}

LogicalResult Materialiser::runCopy(Scope &scope, CopyOp op) {
  if (op.getSlot() != getRootOfSlot(op.getSlot()))
    return op.emitError("expects a copy to fill its slot, but got a view of it");
  const Held slot = held[op.getSlot()];
  if (parts[slot.ring].landed)
    copyUpTo(scope, op, slot);
  else
    copyTo(op, parts[slot.ring].full, slot.stage, parts[slot.ring].copyBytes);
  op.erase();
  return success();
}

/// The copy engine knows where a tensor ends, and no other end: where a copy ends inside its tensor, who began it waits for
/// it at a barrier of its own, clears what lies behind, and only then says that the slot is full.
void Materialiser::copyUpTo(Scope &scope, CopyOp op, const Held &slot) {
  const RingParts &ring = parts[slot.ring];
  auto tile = cast<RankedTensorType>(op.getSlot().getType().getTiles().front());
  int64_t bytes = ring.copyBytes, rowDim = op.getDims()[0];
  if (!mayEndEarly(op)) { // another copy of the ring may
    ArriveOp::create(b, loc, ring.full, slot.stage, /*count=*/1, bytes);
    copyTo(op, ring.full, slot.stage, bytes);
    return;
  }
  auto number = [&](int64_t value) -> Value { return arith::ConstantIndexOp::create(b, loc, value); };
  Value rows = arith::SubIOp::create(b, loc, op.getBoundOf(rowDim), op.getOffsets()[rowDim]);
  rows = arith::MaxSIOp::create(b, loc, rows, number(0));
  Value isWhole = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sge, rows, number(tile.getDimSize(0)));
  RingEnd end{slot.ring, Walk::lands};
  Place place = scope.placeOf(end);
  auto branch = scf::IfOp::create(b, loc, b.getI32Type(), isWhole, /*withElseRegion=*/true);
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(branch.thenBlock());
    ArriveOp::create(b, loc, ring.full, slot.stage, /*count=*/1, bytes);
    copyTo(op, ring.full, slot.stage, bytes);
    scf::YieldOp::create(b, loc, place.phase);
    b.setInsertionPointToStart(branch.elseBlock());
    Value first = i32(0);
    ArriveOp::create(b, loc, ring.landed, first, /*count=*/1, bytes);
    copyTo(op, ring.landed, first, bytes);
    PassOp::create(b, loc, ring.landed, first, place.phase);
    ClearOp::create(b, loc, op.getSlot(), rows);
    FenceOp::create(b, loc);
    ArriveOp::create(b, loc, ring.full, slot.stage);
    scf::YieldOp::create(b, loc, ValueRange{arith::XOrIOp::create(b, loc, place.phase, i32(1))});
  }
  llvm::erase_if(scope.moved, [&](auto &pair) { return pair.first == end; });
  scope.moved.push_back({end, {place.stage, branch.getResult(0)}});
}

/// Products end in the order of their issue: those that were begun since may stay in flight.
LogicalResult Materialiser::runAwait(Scope &scope, AwaitOp op) {
  if (!op.getTile())
    return success();
  auto *place = llvm::find(scope.inFlight, op.getPending());
  if (place == scope.inFlight.end())
    return op.emitError("expects the issue and the await of a product to lie in one region");
  op.setOutstanding(scope.inFlight.end() - place - 1);
  scope.inFlight.erase(place);
  return success();
}

struct MaterialiseSync : PassWrapper<MaterialiseSync, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(MaterialiseSync)

  StringRef getArgument() const override { return "cuda-materialise-sync"; }
  StringRef getDescription() const override { return "Turn rings into slots and barriers"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, scf::SCFDialect>();
  }

  void runOnOperation() override {
    WalkResult walk = getOperation()->walk([&](KernelOp kernel) {
      return failed(Materialiser(kernel).run()) ? WalkResult::interrupt() : WalkResult::advance();
    });
    if (walk.wasInterrupted())
      signalPassFailure();
  }
};

} // namespace

std::unique_ptr<Pass> createMaterialiseSyncPass() { return std::make_unique<MaterialiseSync>(); }

} // namespace attn::cuda
