// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --tile-specialise: a program becomes roles. One fills the rings from global memory, the other does the rest; each keeps
// the control flow that its ops need and computes its scalars itself.
#include "dialects/Tile/TileOps.h"
#include "lib/Transforms/Tile/KernelMemory.h"
#include "lib/Transforms/Tile/Options.h"
#include "lib/Transforms/Tile/Passes.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/DenseSet.h"

using namespace mlir;

namespace attn::tile {
namespace {

/// What a role needs of a block: the ops given, and all that they depend on.
class Liveness {
public:
  Liveness(Block &top) : top(top) {}

  void addOp(Operation *op) {
    if (op == top.getParentOp() || !top.getParentOp()->isAncestor(op) || !ops.insert(op).second)
      return;
    if (op->getBlock() != &top)
      addOp(op->getParentOp());
    if (auto loop = dyn_cast<scf::ForOp>(op)) {
      for (Value bound : {loop.getLowerBound(), loop.getUpperBound(), loop.getStep()})
        addValue(bound);
    } else if (auto branch = dyn_cast<scf::IfOp>(op)) {
      addValue(branch.getCondition());
    } else {
      // Other ops with regions are taken whole.
      op->walk([&](Operation *inner) {
        if (inner != op)
          ops.insert(inner);
        for (Value operand : inner->getOperands())
          addValue(operand);
      });
    }
  }

  void addValue(Value value) {
    if (!values.insert(value).second)
      return;
    if (auto result = dyn_cast<OpResult>(value)) {
      addOp(result.getOwner());
      if (auto loop = dyn_cast<scf::ForOp>(result.getOwner()))
        addCarried(loop, result.getResultNumber());
      if (auto branch = dyn_cast<scf::IfOp>(result.getOwner()))
        for (Region *region : {&branch.getThenRegion(), &branch.getElseRegion()})
          addValue(region->front().getTerminator()->getOperand(result.getResultNumber()));
      return;
    }
    auto argument = cast<BlockArgument>(value);
    auto loop = dyn_cast<scf::ForOp>(argument.getOwner()->getParentOp());
    if (loop && argument.getArgNumber() > 0)
      addCarried(loop, argument.getArgNumber() - 1);
  }

  bool isLive(Operation *op) const { return ops.contains(op); }
  bool isLive(Value value) const { return values.contains(value); }

private:
  void addCarried(scf::ForOp loop, unsigned number) {
    addOp(loop);
    addValue(loop.getInits()[number]);
    addValue(loop.getRegionIterArg(number));
    addValue(loop.getResult(number));
    addValue(loop.getYieldedValues()[number]);
  }

  Block &top;
  llvm::DenseSet<Operation *> ops;
  llvm::DenseSet<Value> values;
};

/// Clones what is live of a block; loops and branches lose what they carry for others.
class Cloner {
public:
  Cloner(const Liveness &live, IRMapping &map) : live(live), map(map) {}

  void cloneOp(OpBuilder &b, Operation &op) {
    if (!live.isLive(&op))
      return;
    if (auto loop = dyn_cast<scf::ForOp>(op))
      cloneLoop(b, loop);
    else if (auto branch = dyn_cast<scf::IfOp>(op))
      cloneBranch(b, branch);
    else
      b.clone(op, map);
  }

private:
  void cloneBlock(OpBuilder &b, Block &block) {
    for (Operation &op : block.without_terminator())
      cloneOp(b, op);
  }

  SmallVector<Value> lookup(ValueRange values, ValueRange wanted) {
    SmallVector<Value> found;
    for (auto [value, key] : llvm::zip(values, wanted))
      if (live.isLive(key))
        found.push_back(map.lookupOrDefault(value));
    return found;
  }

  void mapResults(ValueRange results, ValueRange copies) {
    unsigned number = 0;
    for (Value result : results)
      if (live.isLive(result))
        map.map(result, copies[number++]);
  }

  void cloneLoop(OpBuilder &b, scf::ForOp loop) {
    auto get = [&](Value value) { return map.lookupOrDefault(value); };
    SmallVector<Value> inits = lookup(loop.getInits(), loop.getResults());
    auto copy = scf::ForOp::create(b, loop.getLoc(), get(loop.getLowerBound()), get(loop.getUpperBound()),
                                   get(loop.getStep()), inits);
    copy->setDiscardableAttrs(loop->getDiscardableAttrDictionary());
    map.map(loop.getInductionVar(), copy.getInductionVar());
    mapResults(ValueRange(loop.getRegionIterArgs()), ValueRange(copy.getRegionIterArgs()));
    OpBuilder inner(copy.getBody(), copy.getBody()->begin());
    cloneBlock(inner, *loop.getBody());
    if (!inits.empty())
      scf::YieldOp::create(inner, loop.getLoc(), lookup(loop.getYieldedValues(), loop.getResults()));
    mapResults(loop.getResults(), copy.getResults());
  }

  void cloneBranch(OpBuilder &b, scf::IfOp branch) {
    SmallVector<Type> types;
    for (Value result : branch.getResults())
      if (live.isLive(result))
        types.push_back(result.getType());
    bool hasElse = !branch.getElseRegion().empty();
    auto copy = scf::IfOp::create(b, branch.getLoc(), types, map.lookupOrDefault(branch.getCondition()), hasElse);
    copy->setDiscardableAttrs(branch->getDiscardableAttrDictionary());
    for (unsigned number = 0; number < (hasElse ? 2u : 1u); ++number) {
      Block &from = branch->getRegion(number).front(), &to = copy->getRegion(number).front();
      OpBuilder inner(&to, to.begin());
      cloneBlock(inner, from);
      if (!types.empty())
        scf::YieldOp::create(inner, branch.getLoc(), lookup(from.getTerminator()->getOperands(), branch.getResults()));
    }
    mapResults(branch.getResults(), copy.getResults());
  }

  const Liveness &live;
  IRMapping &map;
};

/// The rings that copies alone fill, where all teams share them.
llvm::DenseSet<Value> findRings(Block &body) {
  llvm::DenseSet<Value> rings;
  auto roles = dyn_cast<RolesOp>(body.getParentOp());
  body.walk([&](AcquireOp acquire) {
    auto ring = acquire.getRing().getDefiningOp<RingOp>();
    if (!roles || !roles->isAncestor(ring))
      rings.insert(ring.getRing());
  });
  body.walk([&](PutOp put) {
    if (auto acquire = getRootOfSlot(put.getSlot()).getDefiningOp<AcquireOp>())
      rings.erase(acquire.getRing());
  });
  return rings;
}

/// Whether a ring is filled from memory that the program writes: roles would not keep that order.
bool readsOwnStores(KernelOp kernel) {
  KernelMemory memory(kernel);
  return kernel.getBody()
      .walk([&](CopyOp copy) {
        return memory.writesTo(copy.getSource()).empty() ? WalkResult::advance() : WalkResult::interrupt();
      })
      .wasInterrupted();
}

/// Whether an op at the top serves both roles from where it is: a scalar, a list or a ring, of what stays outside too.
bool staysOutside(Operation *op, ArrayRef<Operation *> moved) {
  auto isMoved = [&](Value operand) { return llvm::is_contained(moved, operand.getDefiningOp()); };
  if (llvm::any_of(op->getOperands(), isMoved))
    return false;
  if (isa<RingOp, ListOp, ListRowsOp, LengthOp>(op))
    return true;
  auto isScalarType = [](Type type) { return !isa<RankedTensorType, SlotType, PendingType>(type); };
  return op->getNumRegions() == 0 && isMemoryEffectFree(op) && llvm::all_of(op->getOperandTypes(), isScalarType) &&
         llvm::all_of(op->getResultTypes(), isScalarType);
}

struct Specialise : PassWrapper<Specialise, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(Specialise)
  Specialise() = default;
  Specialise(int64_t load, int64_t math) { loadRegisters = load, mathRegisters = math; }
  Specialise(const Specialise &other) : PassWrapper(other) {
    loadRegisters = other.loadRegisters;
    mathRegisters = other.mathRegisters;
  }

  StringRef getArgument() const override { return "tile-specialise"; }
  StringRef getDescription() const override { return "Give the filling of rings to a role of its own"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<TileDialect, scf::SCFDialect>();
  }

  void runOnOperation() override {
    if (failed(verifyOption(getOperation(), "load-registers", loadRegisters, /*least=*/0)) ||
        failed(verifyOption(getOperation(), "math-registers", mathRegisters, /*least=*/0)))
      return signalPassFailure();
    WalkResult walk = getOperation()->walk([&](KernelOp kernel) {
      return failed(specialise(kernel)) ? WalkResult::interrupt() : WalkResult::advance();
    });
    if (walk.wasInterrupted())
      signalPassFailure();
  }

  LogicalResult specialise(KernelOp kernel);

  Option<int64_t> loadRegisters{*this, "load-registers", llvm::cl::desc("registers of a thread that loads; 0: open"),
                                llvm::cl::init(0)};
  Option<int64_t> mathRegisters{*this, "math-registers", llvm::cl::desc("registers of any other thread; 0: open"),
                                llvm::cl::init(0)};
};

/// What a role cannot compute by itself.
LogicalResult verifyAlone(const Liveness &live, Block &body) {
  WalkResult walk = body.walk([&](Operation *op) -> WalkResult {
    if (!live.isLive(op))
      return WalkResult::advance();
    if (isa<WaitOp, AwaitOp, ReadOp, ClaimOp, StoreOp>(op))
      return op->emitError() << "expects what decides how rings are filled to be scalar, but it needs "
                             << op->getName();
    return WalkResult::advance();
  });
  return failure(walk.wasInterrupted());
}

/// The warps that compute a product at once, as its instruction says; without one a warp for every 16 rows, and for what
/// is in flight no fewer than a role has by default.
int64_t warpsForProduct(const Product &product, InstructionAttrInterface instruction) {
  int64_t rows = product.result.getDimSize(0);
  if (instruction)
    return llvm::divideCeil(rows, instruction.getRows()) * instruction.getWarps();
  return std::max(product.begun ? int64_t(RolesOp::defaultWarps) : 1, int64_t(llvm::divideCeil(rows, 16)));
}

/// The warps of a team: those of the largest product.
int64_t warpsForProducts(Block &body) {
  int64_t warps = 0;
  body.walk([&](Operation *op) {
    if (auto mma = dyn_cast<MmaOp>(op))
      warps = std::max(warps, warpsForProduct(describeProduct(mma), mma.getInstructionAttr()));
    else if (auto issue = dyn_cast<IssueOp>(op))
      warps = std::max(warps, warpsForProduct(describeProduct(issue), issue.getInstructionAttr()));
  });
  return warps ? warps : int64_t(RolesOp::defaultWarps);
}

LogicalResult Specialise::specialise(KernelOp kernel) {
  auto given = kernel.getBody().front().getOps<RolesOp>();
  RolesOp old = given.empty() ? RolesOp() : *given.begin();
  if (old && old.getBodies().size() != 1) {
    emitRemark(old.getLoc()) << "[tile-specialise] role = none: the program has several already";
    return success();
  }
  Block &body = old ? old.getBodies()[0].front() : kernel.getBody().front();
  llvm::DenseSet<Value> rings = findRings(body);
  if (rings.empty()) {
    emitRemark(kernel.getLoc()) << "[tile-specialise] role = none: no ring is filled from memory";
    return success();
  }

  if (readsOwnStores(kernel)) {
    emitRemark(kernel.getLoc()) << "[tile-specialise] role = none: a ring is filled from memory that the program writes";
    return success();
  }

  // What fills the rings, and what else has an effect.
  Liveness load(body), math(body);
  body.walk([&](Operation *op) {
    Value slot = isa<CopyOp, CommitOp>(op) ? op->getOperand(0) : Value();
    auto acquire = slot ? getRootOfSlot(slot).getDefiningOp<AcquireOp>() : dyn_cast<AcquireOp>(op);
    if (acquire && rings.contains(acquire.getRing()))
      load.addOp(op);
    else if (!op->hasTrait<OpTrait::IsTerminator>() && op->getNumRegions() == 0 && !isMemoryEffectFree(op) &&
             !isa<RingOp, LoadOp, ReadOp, EntryOp, LengthOp>(op))
      math.addOp(op);
  });
  if (failed(verifyAlone(load, body)))
    return failure();

  OpBuilder b(old ? old.getOperation() : body.getTerminator());
  OperationState state(kernel.getLoc(), RolesOp::getOperationName());
  auto &properties = state.getOrAddProperties<RolesOp::Properties>();
  properties.names = b.getStrArrayAttr({"load", "math"});
  properties.warps = b.getDenseI64ArrayAttr({1, old ? old.getWarps()[0] : warpsForProducts(body)});
  properties.teams = b.getDenseI64ArrayAttr({1, old ? old.getTeams()[0] : 1});
  properties.registers = b.getDenseI64ArrayAttr({loadRegisters, mathRegisters});
  for (int role = 0; role < 2; ++role)
    state.addRegion()->emplaceBlock().addArgument(b.getIndexType(), kernel.getLoc());
  auto roles = cast<RolesOp>(b.create(state));

  // Scalars and rings at the top stay outside, for both.
  SmallVector<Operation *> moved;
  for (Operation &op : body.without_terminator())
    if (&op != roles && (old || !staysOutside(&op, moved)))
      moved.push_back(&op);
  const Liveness *lives[] = {&load, &math};
  for (auto [role, live] : llvm::enumerate(lives)) {
    Block &target = roles.getBodies()[role].front();
    IRMapping map;
    if (old)
      map.map(body.getArgument(0), target.getArgument(0));
    OpBuilder inner(&target, target.end());
    Cloner cloner(*live, map);
    for (Operation *op : moved)
      cloner.cloneOp(inner, *op);
    YieldOp::create(inner, kernel.getLoc(), ValueRange());
  }
  if (old)
    old.erase();
  else
    for (Operation *op : llvm::reverse(moved)) {
      op->dropAllUses();
      op->erase();
    }
  emitRemark(roles.getLoc()) << "[tile-specialise] role = load: it fills " << rings.size() << " rings";
  return success();
}

} // namespace

std::unique_ptr<Pass> createSpecialisePass(int64_t loadRegisters, int64_t mathRegisters) {
  return std::make_unique<Specialise>(loadRegisters, mathRegisters);
}

void registerSpecialisePass() { PassRegistration<Specialise>(); }

} // namespace attn::tile
