// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --tile-skew: where a product in a loop needs what was made of an earlier one, the loop is turned by one: the late
// product of an iteration runs beside the early one of the next. Where the next iteration needs all products of this one,
// as in a recurrence, what is stored of them is late alone.
#include "dialects/Tile/TileOps.h"
#include "lib/Transforms/Tile/KernelMemory.h"
#include "lib/Transforms/Tile/Options.h"
#include "lib/Transforms/Tile/Passes.h"
#include "lib/Transforms/Tile/Stages.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace attn::tile {
namespace {

constexpr StringLiteral kSkew = "skew";

using OpSet = llvm::SmallPtrSet<Operation *, 16>;

/// Calls visit for every value that the op or what it holds takes from outside of it.
void forEachOperand(Operation *op, llvm::function_ref<void(Value)> visit) {
  op->walk([&](Operation *inner) {
    for (Value operand : inner->getOperands())
      if (!op->isAncestor(operand.getParentBlock()->getParentOp()))
        visit(operand);
  });
}

/// The body of a loop in two stages. Late ops of iteration t run in turn t + 1, beside early ops of iteration t + 1.
class Rotation {
public:
  explicit Rotation(scf::ForOp loop)
      : loop(loop), body(*loop.getBody()), memory(loop->getParentOfType<KernelOp>()) {}

  /// Finds the stages; says why there are none.
  LogicalResult plan(std::string &reason);
  StringRef describe() const;
  void apply();

private:
  bool isLate(Operation *op) { return late.contains(op); }
  /// Whether a value is made by an op of the set, in this iteration.
  static bool isMadeBy(const OpSet &ops, Value value) {
    return value.getDefiningOp() && ops.contains(value.getDefiningOp());
  }
  OpSet closeForward(ArrayRef<Operation *> seeds, ArrayRef<Value> values = {});
  void chooseLateProducts(SmallVectorImpl<Operation *> &seeds);
  void chooseLateStores(SmallVectorImpl<Operation *> &seeds);
  LogicalResult planFrom(ArrayRef<Operation *> seeds, std::string &reason);
  bool mayStoreLate(Operation *op);
  void addRings();
  void addSlots();
  LogicalResult check(std::string &reason);
  void findCrossing();

  scf::ForOp loop;
  Block &body;
  KernelMemory memory;
  OpSet late;
  /// Early ops that need what the late ops of the iteration before have made, and those that only these and late ops
  /// need: they come last in a turn.
  OpSet last;
  /// Values of an iteration that its late ops need one turn later.
  SmallVector<Value> crossing;
};

/// The ops and all ops of the body that need what they make.
OpSet Rotation::closeForward(ArrayRef<Operation *> seeds, ArrayRef<Value> values) {
  OpSet reached(seeds.begin(), seeds.end());
  for (Operation &op : body.without_terminator())
    forEachOperand(&op, [&](Value operand) {
      if (isMadeBy(reached, operand) || llvm::is_contained(values, operand))
        reached.insert(&op);
    });
  return reached;
}

/// Products that need an earlier product and that no product needs; or, where `stage` is given, those of stage 1.
void Rotation::chooseLateProducts(SmallVectorImpl<Operation *> &seeds) {
  SmallVector<Operation *> products;
  for (IssueOp product : body.getOps<IssueOp>())
    products.push_back(product);
  bool pinned = llvm::any_of(products, [](Operation *op) { return op->hasAttr(kStage); });
  OpSet needing;
  SmallVector<Operation *> ends;
  for (Operation *product : products) {
    OpSet users = closeForward(product);
    bool awaited = false; // a chain is one product
    for (Operation *other : products)
      if (other != product && users.contains(other)) {
        bool chained = llvm::is_contained(other->getOperands(), product->getResult(0));
        awaited |= !chained;
        if (!chained)
          needing.insert(other);
      }
    if (!awaited)
      ends.push_back(product);
  }
  for (Operation *product : products) {
    auto stage = product->getAttrOfType<IntegerAttr>(kStage);
    if (pinned ? stage && stage.getInt() == 1 : needing.contains(product) && llvm::is_contained(ends, product))
      seeds.push_back(product);
  }
}

static bool writesMemory(Operation *op) {
  return llvm::any_of(KernelMemory::accessesOf(op), [](const KernelMemory::Access &access) { return access.writes; });
}

/// Stores of what products made.
void Rotation::chooseLateStores(SmallVectorImpl<Operation *> &seeds) {
  SmallVector<Operation *> products;
  for (IssueOp product : body.getOps<IssueOp>())
    products.push_back(product);
  OpSet made = closeForward(products);
  for (StoreOp store : body.getOps<StoreOp>())
    if (made.contains(store))
      seeds.push_back(store);
}

/// Whether a store keeps its order with all that the loop reads and writes: it is late, as all others, and nothing early
/// reads what it writes.
bool Rotation::mayStoreLate(Operation *op) {
  auto store = dyn_cast<StoreOp>(op);
  if (!store || !isLate(op))
    return false;
  return !loop
              .walk([&](Operation *inner) {
                for (const KernelMemory::Access &access : KernelMemory::accessesOf(inner))
                  if (access.reads && memory.mayOverlap(access.memref, store.getDest()))
                    return WalkResult::interrupt();
                return WalkResult::advance();
              })
              .wasInterrupted();
}

/// A ring that only late products read is filled late too.
void Rotation::addRings() {
  llvm::SetVector<Value> rings;
  for (WaitOp wait : body.getOps<WaitOp>()) {
    bool isReadLate = false, isReadEarly = false;
    for (Operation &op : body.without_terminator())
      if (isa<IssueOp, ReadOp>(op))
        for (Value operand : op.getOperands())
          if (getRootOfSlot(operand) == wait.getSlot())
            (isLate(&op) ? isReadLate : isReadEarly) = true;
    if (isReadLate && !isReadEarly)
      rings.insert(wait.getRing());
  }
  SmallVector<Operation *> seeds(late.begin(), late.end());
  for (Operation &op : body.without_terminator())
    if (isa<AcquireOp, WaitOp>(op) && rings.contains(op.getOperand(0)))
      seeds.push_back(&op);
  late = closeForward(seeds);
}

/// An early slot that late products read too is freed late, and they have views of their own.
void Rotation::addSlots() {
  for (Operation &op : body.without_terminator()) {
    if (!isa<IssueOp>(op) || !isLate(&op))
      continue;
    for (OpOperand &operand : op.getOpOperands()) {
      Value slot = getRootOfSlot(operand.get());
      if (!isa<SlotType>(slot.getType()) || slot.getParentBlock() != &body || isMadeBy(late, slot))
        continue;
      if (auto view = operand.get().getDefiningOp<ViewOp>(); view && !isLate(view)) {
        Operation *copy = OpBuilder(view).clone(*view);
        operand.set(copy->getResult(0));
        late.insert(copy);
      }
      for (Operation *user : slot.getUsers())
        if (isa<ReleaseOp>(user))
          late.insert(user);
    }
  }
}

LogicalResult Rotation::check(std::string &reason) {
  for (Operation &op : body.without_terminator()) {
    bool nested = false;
    op.walk([&](Operation *inner) { nested |= inner != &op && isa<IssueOp, AcquireOp, WaitOp>(inner); });
    if (nested) {
      reason = "a product or a ring lies in an inner loop or branch";
      return failure();
    }
    bool writes = false;
    op.walk([&](Operation *inner) { writes |= writesMemory(inner) && !mayStoreLate(inner); });
    if (writes) {
      reason = "the loop writes memory";
      return failure();
    }
    if (isa<IssueOp>(op) && !isLate(&op) && last.contains(&op)) {
      reason = "an early product needs a late one of the iteration before";
      return failure();
    }
  }
  for (Value value : crossing) {
    auto wait = value.getDefiningOp<WaitOp>();
    if (wait && wait.getRing().getType().getDepth() < 2) {
      reason = "a ring of one slot would be held from one iteration to the next";
      return failure();
    }
  }
  return success();
}

void Rotation::findCrossing() {
  llvm::SetVector<Value> values;
  for (Operation &op : body.without_terminator())
    if (isLate(&op))
      forEachOperand(&op, [&](Value operand) {
        if (operand.getParentBlock() == &body && !isMadeBy(late, operand))
          values.insert(operand);
      });
  crossing = values.takeVector();
}

LogicalResult Rotation::plan(std::string &reason) {
  SmallVector<Operation *> seeds;
  chooseLateProducts(seeds);
  reason = "no product needs another one";
  if (!seeds.empty() && succeeded(planFrom(seeds, reason)))
    return success();
  seeds.clear();
  chooseLateStores(seeds);
  std::string ofStores;
  return success(!seeds.empty() && succeeded(planFrom(seeds, ofStores)));
}

LogicalResult Rotation::planFrom(ArrayRef<Operation *> seeds, std::string &reason) {
  late = closeForward(seeds);
  addRings();
  addSlots();
  SmallVector<Value> carried; // by late ops
  for (auto [argument, yielded] : llvm::zip(loop.getRegionIterArgs(), loop.getYieldedValues()))
    if (isMadeBy(late, yielded))
      carried.push_back(argument);
  last = closeForward({}, carried);
  for (Operation *op : late)
    last.erase(op);
  // Tiles that only late ops need are made as late: they take the registers of the ones before.
  for (Operation &op : body.without_terminator()) {
    bool onlyLater = !op.use_empty() && !isLate(&op) && op.getNumRegions() == 0 && isMemoryEffectFree(&op) &&
                     llvm::all_of(op.getResultTypes(), [](Type type) { return isTile(type); }) &&
                     llvm::all_of(op.getUsers(), [&](Operation *user) { return isLate(user); });
    if (onlyLater)
      last.insert(&op);
  }
  findCrossing();
  return check(reason);
}

StringRef Rotation::describe() const {
  bool products = llvm::any_of(late, [](Operation *op) { return isa<IssueOp>(op); });
  return products ? "a product needs an earlier one" : "what is stored of products may wait";
}

void Rotation::apply() {
  Location loc = loop.getLoc();
  OpBuilder b(loop);
  Value some = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, loop.getLowerBound(), loop.getUpperBound());
  auto branch = scf::IfOp::create(b, loc, loop.getResultTypes(), some, /*withElseRegion=*/true);
  SmallVector<Operation *> ops;
  for (Operation &op : body.without_terminator())
    ops.push_back(&op);
  auto emit = [&](OpBuilder &builder, IRMapping &map, llvm::function_ref<bool(Operation *)> wanted) {
    for (Operation *op : ops)
      if (wanted(op)) {
        Operation *copy = builder.clone(*op, map);
        if (isa<IssueOp>(op))
          copy->setAttr(kStage, builder.getI64IntegerAttr(isLate(op)));
      }
  };
  auto isEarly = [&](Operation *op) { return !isLate(op); };
  auto lookup = [](IRMapping &map, ValueRange values) {
    return llvm::map_to_vector(values, [&](Value value) { return map.lookupOrDefault(value); });
  };

  // The early ops of the first iteration.
  OpBuilder then = branch.getThenBodyBuilder();
  IRMapping first;
  first.map(loop.getInductionVar(), loop.getLowerBound());
  first.map(loop.getRegionIterArgs(), loop.getInits());
  emit(then, first, isEarly);

  // What the turns carry: what crosses, and what early ops yield. What late ops yield is made in the turn.
  SmallVector<unsigned> kept;
  for (auto [number, yielded] : llvm::enumerate(loop.getYieldedValues()))
    if (!isMadeBy(late, yielded))
      kept.push_back(number);
  SmallVector<Value> inits = lookup(first, crossing);
  for (unsigned number : kept)
    inits.push_back(first.lookupOrDefault(loop.getYieldedValues()[number]));
  Value second = arith::AddIOp::create(then, loc, loop.getLowerBound(), loop.getStep());
  auto turns = scf::ForOp::create(then, loc, second, loop.getUpperBound(), loop.getStep(), inits);
  turns->setDiscardableAttrs(loop->getDiscardableAttrDictionary());
  turns->setAttr(kSkew, b.getBoolAttr(true));

  OpBuilder inner(turns.getBody(), turns.getBody()->begin());
  IRMapping now, before;
  now.map(loop.getInductionVar(), turns.getInductionVar());
  before.map(crossing, turns.getRegionIterArgs().take_front(crossing.size()));
  for (auto [position, number] : llvm::enumerate(kept))
    now.map(loop.getRegionIterArg(number), turns.getRegionIterArg(crossing.size() + position));
  auto beforeAwait = [&](bool ofLate) {
    OpSet found;
    for (Operation *op : ops) {
      if (isLate(op) != ofLate || last.contains(op))
        continue;
      if (isa<AwaitOp>(op))
        break;
      found.insert(op);
    }
    return found;
  };
  OpSet earlyBegin = beforeAwait(false), lateBegin = beforeAwait(true);
  emit(inner, now, [&](Operation *op) { return earlyBegin.contains(op); });
  emit(inner, before, [&](Operation *op) { return lateBegin.contains(op); });
  emit(inner, now, [&](Operation *op) { return !isLate(op) && !last.contains(op) && !earlyBegin.contains(op); });
  emit(inner, before, [&](Operation *op) { return isLate(op) && !lateBegin.contains(op); });
  for (auto [argument, yielded] : llvm::zip(loop.getRegionIterArgs(), loop.getYieldedValues()))
    if (isMadeBy(late, yielded))
      now.map(argument, before.lookup(yielded));
  emit(inner, now, [&](Operation *op) { return last.contains(op); });
  SmallVector<Value> next = lookup(now, crossing);
  for (unsigned number : kept)
    next.push_back(now.lookupOrDefault(loop.getYieldedValues()[number]));
  if (!next.empty())
    scf::YieldOp::create(inner, loc, next);

  // The late ops of the last iteration.
  then.setInsertionPointAfter(turns);
  IRMapping end;
  end.map(crossing, turns.getResults().take_front(crossing.size()));
  emit(then, end, [&](Operation *op) { return isLate(op); });
  SmallVector<Value> results = lookup(end, loop.getYieldedValues());
  for (auto [position, number] : llvm::enumerate(kept))
    results[number] = turns.getResult(crossing.size() + position);
  if (!results.empty()) {
    scf::YieldOp::create(then, loc, results);
    OpBuilder otherwise = branch.getElseBodyBuilder();
    scf::YieldOp::create(otherwise, loc, loop.getInits());
  }
  loop.replaceAllUsesWith(branch.getResults());
  loop.erase();
}

struct Skew : PassWrapper<Skew, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(Skew)

  StringRef getArgument() const override { return "tile-skew"; }
  StringRef getDescription() const override { return "Run late products beside the next iteration's early ones"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<TileDialect, arith::ArithDialect, scf::SCFDialect>();
  }

  void runOnOperation() override {
    SmallVector<scf::ForOp> loops;
    WalkResult walk = getOperation()->walk([&](Operation *op) -> WalkResult {
      if (isa<IssueOp>(op) && failed(readPinned(op, kStage, /*least=*/0, /*most=*/1)))
        return failure();
      auto loop = dyn_cast<scf::ForOp>(op);
      if (!loop)
        return WalkResult::advance();
      FailureOr<std::optional<bool>> pinned = readPinnedBool(loop, kSkew);
      if (failed(pinned))
        return failure();
      if (!*pinned && !loop.getBody()->getOps<IssueOp>().empty())
        loops.push_back(loop);
      return WalkResult::advance();
    });
    if (walk.wasInterrupted())
      return signalPassFailure();
    for (scf::ForOp loop : loops) {
      Rotation rotation(loop);
      std::string reason;
      if (failed(rotation.plan(reason))) {
        emitRemark(loop.getLoc()) << "[tile-skew] skew = false: " << reason;
        continue;
      }
      emitRemark(loop.getLoc()) << "[tile-skew] skew = true: " << rotation.describe();
      rotation.apply();
    }
  }
};

} // namespace

std::unique_ptr<Pass> createSkewPass() { return std::make_unique<Skew>(); }

} // namespace attn::tile
