// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --tile-issue-products: products run beside what does not need them: each begins where it stood and is awaited before
// its first use. What lies in a slot is read from there. Products whose instruction is waited for stay as they are.
#include "dialects/Tile/TileOps.h"
#include "lib/Transforms/Tile/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace attn::tile {
namespace {

/// Whether the slot is still held at the op, in the block where it was taken.
bool isHeld(Value slot, Operation *op) {
  for (Operation *user : getRootOfSlot(slot).getUsers())
    if (isa<ReleaseOp>(user)) {
      Operation *place = user->getBlock()->findAncestorOpInBlock(*op);
      return place && place->isBeforeInBlock(user);
    }
  return false;
}

/// The slot, or a view of one, that holds an operand; null where it is in registers.
Value slotOf(OpBuilder &b, Value operand, Operation *user) {
  if (auto read = operand.getDefiningOp<ReadOp>())
    return isHeld(read.getSlot(), user) ? read.getSlot() : Value();
  auto slice = operand.getDefiningOp<tensor::ExtractSliceOp>();
  auto read = slice ? slice.getSource().getDefiningOp<ReadOp>() : ReadOp();
  if (!read || !isTile(slice.getType()) || !slice.hasUnitStride() || !isHeld(read.getSlot(), user))
    return {};
  SmallVector<Value> offsets;
  for (OpFoldResult offset : slice.getMixedOffsets()) {
    std::optional<int64_t> known = getConstantIntValue(offset);
    offsets.push_back(known ? Value(arith::ConstantIndexOp::create(b, slice.getLoc(), *known)) : cast<Value>(offset));
  }
  auto type = SlotType::get(b.getContext(), Access::read, Type(slice.getType()));
  return ViewOp::create(b, slice.getLoc(), type, read.getSlot(), offsets, /*part=*/uint64_t(0));
}

/// The first op of the product's block that needs its result; null if nothing does.
Operation *firstUse(Operation *product) {
  Operation *first = nullptr;
  for (Operation *user : product->getUsers()) {
    Operation *place = product->getBlock()->findAncestorOpInBlock(*user);
    if (!first || place->isBeforeInBlock(first))
      first = place;
  }
  return first;
}

LogicalResult issue(MmaOp mma) {
  OpBuilder b(mma);
  InstructionAttrInterface instruction = mma.getInstructionAttr();
  auto home = [&](unsigned operand, bool transposed) {
    return instruction ? instruction.getHome(operand, transposed) : Home::either;
  };
  auto place = [&](Value tile, Home home) -> Value {
    Value slot = home == Home::registers ? Value() : slotOf(b, tile, mma);
    return slot || home == Home::slot ? slot : tile;
  };
  Value a = place(mma.getA(), home(0, mma.getTransA())), second = place(mma.getB(), home(1, mma.getTransB()));
  if (!a || !second)
    return mma.emitOpError() << "expects " << (a ? "b" : "a") << " in a slot that is held, from which " << instruction
                             << " reads it; run --tile-insert-rings=made before";
  Value c = mma.getC();
  // A chain: nothing but this product needs the one before.
  if (auto before = c ? c.getDefiningOp<AwaitOp>() : AwaitOp();
      before && before.getTile().hasOneUse() && before->getBlock() == mma->getBlock())
    c = before.getPending();
  auto pending = PendingType::get(b.getContext(), mma.getType());
  auto product = IssueOp::create(b, mma.getLoc(), pending, a, second, c, mma.getTransAAttr(), mma.getTransBAttr(),
                                 instruction);
  product->setDiscardableAttrs(mma->getDiscardableAttrDictionary());
  Operation *use = firstUse(mma);
  use ? b.setInsertionPoint(use) : b.setInsertionPointAfter(product);
  auto await = AwaitOp::create(b, mma.getLoc(), Type(mma.getType()), product, /*outstanding=*/IntegerAttr());
  Operation *before = mma.getC() ? mma.getC().getDefiningOp() : nullptr;
  mma.replaceAllUsesWith(await.getTile());
  mma.erase();
  if (c && isa<PendingType>(c.getType()))
    before->erase();
  return success();
}

/// The await at the end of a product's chain.
AwaitOp awaitOf(IssueOp product) {
  Operation *user = *product->user_begin();
  while (auto next = dyn_cast<IssueOp>(user))
    user = *next->user_begin();
  return dyn_cast<AwaitOp>(user);
}

/// A slot is freed after the awaits of the products that read it.
void delayRelease(ReleaseOp release) {
  SmallVector<Value> slots = {release.getSlot()};
  Operation *after = release;
  for (size_t next = 0; next < slots.size(); ++next)
    for (Operation *user : slots[next].getUsers()) {
      if (auto view = dyn_cast<ViewOp>(user))
        slots.push_back(view.getView());
      auto product = dyn_cast<IssueOp>(user);
      AwaitOp await = product ? awaitOf(product) : AwaitOp();
      Operation *place = await ? release->getBlock()->findAncestorOpInBlock(*await) : nullptr;
      if (place && after->isBeforeInBlock(place))
        after = place;
    }
  if (after != release)
    release->moveAfter(after);
}

struct IssueProducts : PassWrapper<IssueProducts, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(IssueProducts)

  StringRef getArgument() const override { return "tile-issue-products"; }
  StringRef getDescription() const override { return "Begin products and await them before their first use"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<TileDialect, arith::ArithDialect>();
  }

  void runOnOperation() override {
    SmallVector<MmaOp> products;
    getOperation()->walk([&](MmaOp mma) {
      if (!mma.getInstruction() || mma.getInstruction()->isAsync())
        products.push_back(mma);
    });
    for (MmaOp mma : products)
      if (failed(issue(mma)))
        return signalPassFailure();
    SmallVector<Operation *> unread;
    getOperation()->walk([&](Operation *op) {
      if (isa<ReadOp, tensor::ExtractSliceOp>(op))
        unread.push_back(op);
    });
    for (Operation *op : llvm::reverse(unread))
      if (op->use_empty())
        op->erase();
    SmallVector<ReleaseOp> releases;
    getOperation()->walk([&](ReleaseOp release) { releases.push_back(release); });
    for (ReleaseOp release : releases)
      delayRelease(release);
  }
};

} // namespace

std::unique_ptr<Pass> createIssueProductsPass() { return std::make_unique<IssueProducts>(); }

} // namespace attn::tile
