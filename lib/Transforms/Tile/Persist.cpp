// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --tile-persist: the programs of a kernel that differ in length run in turn, in as many blocks as fit at once: each role
// goes through the points that are its block's. Who fills the rings is then ahead of a program's end, and no block waits for
// a place.
#include "dialects/Tile/TileOps.h"
#include "lib/Transforms/Tile/Options.h"
#include "lib/Transforms/Tile/Passes.h"
#include "lib/Transforms/Tile/Stages.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/DenseSet.h"

using namespace mlir;

namespace attn::tile {
namespace {

/// Whether an op beside the roles can be done again for every program, in each role.
bool mayRepeat(Operation *op) {
  return isa<RingOp>(op) || (op->getNumRegions() == 0 && !hasEffect<MemoryEffects::Write>(op));
}

/// Whether a number is made of the program's point.
bool dependsOnPoint(KernelOp kernel, Value number) {
  SmallVector<Value> pending = {number};
  llvm::DenseSet<Operation *> seen;
  while (!pending.empty()) {
    Value value = pending.pop_back_val();
    if (llvm::is_contained(kernel.getPoint(), value))
      return true;
    Operation *owner = value.getDefiningOp() ? value.getDefiningOp() : value.getParentBlock()->getParentOp();
    if (!isa<KernelOp>(owner) && seen.insert(owner).second && !isa<RolesOp>(owner))
      owner->walk([&](Operation *op) { llvm::append_range(pending, op->getOperands()); });
  }
  return false;
}

/// Whether a loop with products in flight has as many turns as the program's point says.
bool differsInLength(KernelOp kernel) {
  return kernel
      .walk([&](scf::ForOp loop) {
        bool counts = !loop.getBody()->getOps<IssueOp>().empty() && (dependsOnPoint(kernel, loop.getUpperBound()) ||
                                                                     dependsOnPoint(kernel, loop.getLowerBound()));
        return counts ? WalkResult::interrupt() : WalkResult::advance();
      })
      .wasInterrupted();
}

/// Whether a loop has products of one iteration in flight beside the next one's: at its ends nothing stands beside them
/// but what another program has to do.
bool overlapsIterations(KernelOp kernel) {
  return kernel
      .walk([](IssueOp op) {
        auto stage = op->getAttrOfType<IntegerAttr>(kStage);
        return stage && stage.getInt() > 0 ? WalkResult::interrupt() : WalkResult::advance();
      })
      .wasInterrupted();
}

/// Why a kernel's programs cannot run in turn; empty: they can.
StringRef whyImpossible(KernelOp kernel) {
  Block &body = kernel.getBody().front();
  auto roles = llvm::to_vector(body.getOps<RolesOp>());
  if (roles.size() != 1 || roles.front().getBodies().size() < 2)
    return "there are no roles of which one could be ahead";
  for (Operation &op : body.without_terminator())
    if (!isa<RolesOp>(op) && !mayRepeat(&op))
      return "something beside the roles cannot be done again";
  for (Region &role : roles.front().getBodies())
    if (!role.front().getOps<RingOp>().empty())
      return "a role has a ring of its own";
  return "";
}

/// Arithmetic on i32, which devices divide faster than index.
class Numbers {
public:
  Numbers(OpBuilder &b, Location loc) : b(b), loc(loc) {}
  Value of(int64_t value) { return arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(value)); }
  Value add(Value x, Value y) { return arith::AddIOp::create(b, loc, x, y); }
  Value sub(Value x, Value y) { return arith::SubIOp::create(b, loc, x, y); }
  Value mul(Value x, Value y) { return arith::MulIOp::create(b, loc, x, y); }
  Value div(Value x, Value y) { return arith::DivUIOp::create(b, loc, x, y); }
  Value rem(Value x, Value y) { return arith::RemUIOp::create(b, loc, x, y); }
  Value select(Value is, Value x, Value y) { return arith::SelectOp::create(b, loc, is, x, y); }
  Value compare(arith::CmpIPredicate predicate, Value x, Value y) {
    return arith::CmpIOp::create(b, loc, predicate, x, y);
  }
  Value both(Value x, Value y) { return arith::AndIOp::create(b, loc, x, y); }
  Value toIndex(Value x) { return arith::IndexCastOp::create(b, loc, b.getIndexType(), x); }

private:
  OpBuilder &b;
  Location loc;
};

/// Pairs of a row's first point with its last one, its second with the last but one, in all rows.
Value countPairs(Numbers &n, ExtentsOp extents) {
  return n.mul(n.div(n.add(extents.getX(), n.of(1)), n.of(2)), n.mul(extents.getY(), extents.getZ()));
}

/// The point of a step of a block, and whether it has one. Points often cost less, or more, the further they are along x:
/// so they are taken in pairs, which cost the same, two steps a turn. Where at most half of the blocks would have a pair in
/// the last turn, each takes one of its points.
struct Taken {
  Value exists;
  std::array<Value, KernelOp::gridRank> point;
};

Taken takePoint(OpBuilder &b, Location loc, Value step) {
  using Predicate = arith::CmpIPredicate;
  Numbers n(b, loc);
  auto who = BlocksOp::create(b, loc);
  auto extents = ExtentsOp::create(b, loc);
  Value half = n.div(n.add(extents.getX(), n.of(1)), n.of(2)), pairs = countPairs(n, extents);
  Value rest = n.rem(pairs, who.getBlocks()), whole = n.sub(pairs, rest);
  // From `single` on, points are taken one by one: first the near ones of the pairs that are left, then the far ones.
  Value areSingle = n.compare(Predicate::ule, n.mul(rest, n.of(2)), who.getBlocks());
  Value single = n.select(areSingle, whole, pairs), last = n.select(areSingle, n.add(pairs, rest), pairs);
  Value turn = n.add(who.getBlock(), n.mul(n.div(step, n.of(2)), who.getBlocks())), second = n.rem(step, n.of(2));
  Value isFar = n.compare(Predicate::uge, turn, pairs), isSingle = n.compare(Predicate::uge, turn, single);
  Value pair = n.select(isFar, n.sub(turn, rest), turn);
  Value row = n.div(pair, half), near = n.rem(pair, half);
  Value far = n.sub(n.sub(extents.getX(), n.of(1)), near);
  // A single point stands in the first step of its turn. The middle of an odd row has no other.
  Value isMiddle = n.compare(Predicate::eq, near, far);
  Value allowed = n.select(isSingle, n.select(n.both(isFar, isMiddle), n.of(0), n.of(1)),
                           n.select(isMiddle, n.of(1), n.of(2)));
  Taken taken;
  taken.exists = n.both(n.compare(Predicate::ult, turn, last), n.compare(Predicate::ult, second, allowed));
  Value isNear = n.compare(Predicate::eq, n.add(second, n.select(isFar, n.of(1), n.of(0))), n.of(0));
  taken.point = {n.toIndex(n.select(isNear, near, far)), n.toIndex(n.rem(row, extents.getY())),
                 n.toIndex(n.div(row, extents.getY()))};
  return taken;
}

/// A role does its part, and what stands beside the roles, for every point that is its block's.
void repeat(KernelOp kernel, ArrayRef<Operation *> beside, Block &role) {
  SmallVector<Operation *> own = llvm::map_to_vector(role.without_terminator(), [](Operation &op) { return &op; });
  OpBuilder b(&role, role.begin());
  Location loc = kernel.getLoc();
  Numbers n(b, loc);
  auto who = BlocksOp::create(b, loc);
  Value turns = arith::CeilDivUIOp::create(b, loc, countPairs(n, ExtentsOp::create(b, loc)), who.getBlocks());
  auto loop = scf::ForOp::create(b, loc, n.of(0), n.mul(turns, n.of(2)), n.of(1));
  b.setInsertionPointToStart(loop.getBody());
  Taken taken = takePoint(b, loc, loop.getInductionVar());
  auto branch = scf::IfOp::create(b, loc, taken.exists, /*withElseRegion=*/false);
  b.setInsertionPointToStart(branch.thenBlock());
  IRMapping map;
  for (auto [argument, value] : llvm::zip(kernel.getPoint(), taken.point))
    map.map(argument, value);
  for (Operation *op : beside)
    b.clone(*op, map);
  for (Operation *op : own) {
    op->moveBefore(branch.thenBlock()->getTerminator());
    op->walk([&](Operation *inner) {
      for (OpOperand &operand : inner->getOpOperands())
        operand.set(map.lookupOrDefault(operand.get()));
    });
  }
}

void persist(KernelOp kernel) {
  Block &body = kernel.getBody().front();
  auto roles = *body.getOps<RolesOp>().begin();
  SmallVector<Operation *> beside;
  for (Operation &op : body.without_terminator())
    if (!isa<RingOp, RolesOp>(op))
      beside.push_back(&op);
  for (Region &role : roles.getBodies())
    repeat(kernel, beside, role.front());
  for (Operation *op : llvm::reverse(beside))
    op->erase();
}


struct Persist : PassWrapper<Persist, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(Persist)

  StringRef getArgument() const override { return "tile-persist"; }
  StringRef getDescription() const override { return "Run programs of different lengths in turn"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, scf::SCFDialect>();
  }

  void runOnOperation() override {
    WalkResult walk = getOperation()->walk([&](KernelOp kernel) {
      return failed(decide(kernel)) ? WalkResult::interrupt() : WalkResult::advance();
    });
    if (walk.wasInterrupted())
      signalPassFailure();
  }

  LogicalResult decide(KernelOp kernel) {
    WalkResult walk = kernel.walk([](IssueOp op) -> WalkResult {
      return failed(readPinned(op, kStage, /*least=*/0, /*most=*/1)) ? WalkResult::interrupt() : WalkResult::advance();
    });
    if (walk.wasInterrupted())
      return failure();
    auto pinned = kernel->getAttrOfType<BoolAttr>(kPersistent);
    if ((pinned && !pinned.getValue()) || runsInTurn(kernel))
      return success();
    StringRef reason = whyImpossible(kernel);
    if (pinned && !reason.empty())
      return kernel.emitError("expects programs that can run in turn, since the kernel is persistent, but ") << reason;
    if (!pinned) {
      bool differs = differsInLength(kernel);
      if (reason.empty() && !differs && !overlapsIterations(kernel))
        reason = "programs have one length, and no products beside the next iteration's";
      kernel->setAttr(kPersistent, BoolAttr::get(&getContext(), reason.empty()));
      InFlightDiagnostic remark = emitRemark(kernel.getLoc()) << "[tile-persist] persistent = ";
      if (!reason.empty())
        remark << "false: " << reason;
      else
        remark << "true: " << (differs ? "programs differ in length" : "the ends of programs overlap");
    }
    if (reason.empty())
      persist(kernel);
    return success();
  }
};

} // namespace

std::unique_ptr<Pass> createPersistPass() { return std::make_unique<Persist>(); }

} // namespace attn::tile
