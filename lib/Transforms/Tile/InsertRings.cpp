// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --tile-insert-rings: what products read from global memory goes through rings in on-chip memory, so that it can be
// fetched ahead by whoever is not busy.
#include "dialects/Tile/TileOps.h"
#include "lib/Transforms/Tile/Extents.h"
#include "lib/Transforms/Tile/KernelMemory.h"
#include "lib/Transforms/Tile/Options.h"
#include "lib/Transforms/Tile/Passes.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace attn::tile {
namespace {

constexpr StringLiteral kDepth = "depth";

/// Whether a product reads the tile, or a part of it.
bool feedsProduct(Value tile) {
  return llvm::any_of(tile.getUses(), [](OpOperand &use) {
    if (auto mma = dyn_cast<MmaOp>(use.getOwner()))
      return use.get() == mma.getA() || use.get() == mma.getB();
    auto slice = dyn_cast<tensor::ExtractSliceOp>(use.getOwner());
    return slice && isTile(slice.getType()) && feedsProduct(slice.getResult());
  });
}

/// A copy pads with zeros alone.
bool padsZero(LoadOp load) {
  TypedAttr pad = load.getPadValue();
  return pad == Builder(load.getContext()).getZeroAttr(pad.getType());
}

/// Whether a loop reads a row of neighbours in memory in every turn: what is small and late costs a turn's latency.
bool isRowOfLoop(LoadOp load) {
  auto memref = cast<MemRefType>(load.getSource().getType());
  auto tile = cast<RankedTensorType>(load.getType());
  int64_t dim = load.getColDim();
  return isa<scf::ForOp>(load->getParentOp()) && tile.getDimSize(0) == 1 && load.getRowDim() < 0 && dim >= 0 &&
         load.getIndices().empty() && load.getBounds().empty() && isContiguous(memref, dim) &&
         tile.getElementTypeBitWidth() % 16 == 0 && bytesOf(tile) % 128 == 0;
}

/// Whether a load is worth a ring, and a copy can do it: rows that are looked up one by one are no box in memory.
bool mayCopy(LoadOp load) {
  return (feedsProduct(load.getResult()) || isRowOfLoop(load)) && padsZero(load) && load.getIndices().empty();
}

/// The op before which a ring stands that serves `op`: outside of all loops, and of roles too, unless `inTeam`: what
/// depends on the number of a team has another ring in each.
Operation *placeOf(Operation *op, bool inTeam) {
  Operation *place = op;
  while (!isa<KernelOp>(place->getParentOp()) && !(inTeam && isa<RolesOp>(place->getParentOp())))
    place = place->getParentOp();
  return place;
}

/// Whether the op's operands, or what decides whether it runs, depend on the number of its team.
bool dependsOnTeam(Operation *op) {
  auto roles = op->getParentOfType<RolesOp>();
  if (!roles)
    return false;
  llvm::SetVector<Operation *> needed;
  needed.insert(op);
  for (size_t next = 0; next < needed.size(); ++next) {
    bool depends = false;
    auto add = [&](Value operand) {
      Operation *owner = operand.getDefiningOp() ? operand.getDefiningOp() : operand.getParentBlock()->getParentOp();
      depends |= owner == roles;
      if (roles->isProperAncestor(owner))
        needed.insert(owner);
    };
    // A loop's or branch's results and carried values count as made of all that it holds, but not where it only holds
    // the op.
    Operation *at = needed[next];
    if (at->isAncestor(op))
      llvm::for_each(at->getOperands(), add);
    else
      at->walk([&](Operation *inner) { llvm::for_each(inner->getOperands(), add); });
    if (depends)
      return true;
    if (at->getParentOp() != roles)
      needed.insert(at->getParentOp());
  }
  return false;
}

/// The last op of the tile's block that uses it, or the load itself; a terminator's place is before it.
Operation *lastUse(Operation *def, Value tile) {
  Operation *last = def;
  for (Operation *user : tile.getUsers()) {
    Operation *place = def->getBlock()->findAncestorOpInBlock(*user);
    // A part of the tile lives as long as who reads it.
    if (auto slice = dyn_cast<tensor::ExtractSliceOp>(user))
      for (Operation *reader : slice->getUsers())
        if (Operation *at = def->getBlock()->findAncestorOpInBlock(*reader);
            at && !at->hasTrait<OpTrait::IsTerminator>() && last->isBeforeInBlock(at))
          last = at;
    if (place->hasTrait<OpTrait::IsTerminator>())
      place = place->getPrevNode();
    if (last->isBeforeInBlock(place))
      last = place;
  }
  return last;
}

/// Waits for a payload where `def` stands, reads its tile, and frees it after the tile's last use.
void readFrom(OpBuilder &b, Value ring, Operation *def, Value tile) {
  Location loc = def->getLoc();
  auto slot = WaitOp::create(b, loc, ring);
  auto read = ReadOp::create(b, loc, tile.getType(), slot);
  tile.replaceAllUsesWith(read.getTile());
  b.setInsertionPointAfter(lastUse(read, read.getTile()));
  ReleaseOp::create(b, loc, slot);
}

Value makeRing(Operation *place, Operation *op, RankedTensorType tile, int64_t depth) {
  OpBuilder b(place);
  auto ring = RingOp::create(b, op->getLoc(), RingType::get(op->getContext(), depth, Type(tile)),
                             /*layout=*/ArrayAttr());
  emitRemark(op->getLoc()) << "[tile-insert-rings] depth = " << depth << ": slots of " << bytesOf(tile) << " bytes";
  return ring;
}

void ringLoad(LoadOp load, int64_t inLoop) {
  bool inTeam = dependsOnTeam(load);
  Operation *place = placeOf(load, inTeam);
  int64_t depth = load->getParentOfType<LoopLikeOpInterface>() ? inLoop : 1;
  if (auto pinned = load->getAttrOfType<IntegerAttr>(kDepth)) // which was verified
    depth = pinned.getInt();
  Value ring = makeRing(place, load, cast<RankedTensorType>(load.getType()), depth);
  OpBuilder b(load);
  Location loc = load.getLoc();
  auto slot = AcquireOp::create(b, loc, ring);
  CopyOp::create(b, loc, slot, load.getSource(), load.getOffsets(), load.getBounds(), load.getIndices(),
                 load.getDimsAttr(), load.getIndexDimsAttr());
  CommitOp::create(b, loc, slot);
  readFrom(b, ring, load, load.getResult());
  load.erase();
}

/// Whether an operand is made by arithmetic.
bool isMade(Value operand) {
  Operation *def = operand.getDefiningOp();
  return def && !isa<LoadOp, ReadOp, tensor::ExtractSliceOp>(def) && !def->hasTrait<OpTrait::ConstantLike>();
}

/// Whether a product reads operand 0 or 1 from slots alone; without an instruction, its second and a transposed first one.
bool needsSlot(MmaOp mma, unsigned operand) {
  bool transposed = operand ? mma.getTransB() : mma.getTransA();
  if (InstructionAttrInterface instruction = mma.getInstructionAttr())
    return instruction.getHome(operand, transposed) == Home::slot;
  return operand == 1 || transposed;
}

void ringOperand(MmaOp mma, OpOperand &operand) {
  auto tile = cast<RankedTensorType>(operand.get().getType());
  Value ring = makeRing(placeOf(mma, /*inTeam=*/true), mma, tile, 1);
  OpBuilder b(mma);
  Location loc = mma.getLoc();
  auto slot = AcquireOp::create(b, loc, ring);
  PutOp::create(b, loc, operand.get(), slot);
  CommitOp::create(b, loc, slot);
  auto full = WaitOp::create(b, loc, ring);
  operand.set(ReadOp::create(b, loc, tile, full));
  b.setInsertionPointAfter(mma);
  ReleaseOp::create(b, loc, full);
}

struct InsertRings : PassWrapper<InsertRings, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(InsertRings)
  InsertRings() = default;
  InsertRings(int64_t inLoop, bool putMade) { depth = inLoop, made = putMade; }
  InsertRings(const InsertRings &other) : PassWrapper(other) { depth = other.depth, made = other.made; }

  StringRef getArgument() const override { return "tile-insert-rings"; }
  StringRef getDescription() const override { return "Let products read global memory through rings"; }
  void getDependentDialects(DialectRegistry &registry) const override { registry.insert<TileDialect>(); }

  void runOnOperation() override {
    if (failed(verifyOption(getOperation(), "depth", depth, /*least=*/1, mostSlots)))
      return signalPassFailure();
    SmallVector<LoadOp> loads;
    SmallVector<MmaOp> products;
    WalkResult walk = getOperation()->walk([&](Operation *op) -> WalkResult {
      if (isa<LoadOp>(op) && failed(readPinned(op, kDepth, /*least=*/1, mostSlots)))
        return failure();
      // A copy engine does not keep the program's order with its stores.
      auto load = dyn_cast<LoadOp>(op);
      auto kernel = op->getParentOfType<KernelOp>();
      if (load && kernel && mayCopy(load) && KernelMemory(kernel).writesTo(load.getSource()).empty())
        loads.push_back(load);
      if (auto mma = dyn_cast<MmaOp>(op); mma && kernel)
        products.push_back(mma);
      return WalkResult::advance();
    });
    if (walk.wasInterrupted())
      return signalPassFailure();
    for (LoadOp load : loads)
      ringLoad(load, depth);
    if (!made)
      return;
    for (MmaOp mma : products)
      for (unsigned operand : {1, 0})
        if (isMade(mma->getOperand(operand)) && needsSlot(mma, operand))
          ringOperand(mma, mma->getOpOperand(operand));
  }

  Option<int64_t> depth{*this, "depth", llvm::cl::desc("slots of a ring that a loop fills"), llvm::cl::init(2)};
  Option<bool> made{*this, "made",
                    llvm::cl::desc("also put operands that arithmetic made and products read from slots alone"),
                    llvm::cl::init(false)};
};

} // namespace

std::unique_ptr<Pass> createInsertRingsPass(int64_t depth, bool made) {
  return std::make_unique<InsertRings>(depth, made);
}

void registerInsertRingsPass() { PassRegistration<InsertRings>(); }

} // namespace attn::tile
