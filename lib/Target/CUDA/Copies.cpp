// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Copies by the bulk engine, from global memory to a slot. The engine knows where a tensor ends, and no other end: where a
// copy ends inside its tensor, the warp that began it waits for it and clears what lies behind.
#include "lib/Target/CUDA/KernelLowering.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace attn::tile;

namespace attn::cuda {

/// Whether a copy ends along a dim where its tensor does.
static bool endsWithTensor(CopyOp op, int64_t dim) {
  Value bound = dim >= 0 ? op.getBoundOf(dim) : Value();
  auto size = bound ? bound.getDefiningOp<memref::DimOp>() : nullptr;
  int64_t known = dim >= 0 ? cast<MemRefType>(op.getSource().getType()).getDimSize(dim) : 0;
  return !bound || (size && size.getConstantIndex() == dim) || getConstantIntValue(bound) == known;
}

bool mayEndEarly(CopyOp op) { return !endsWithTensor(op, op.getDims()[0]); }

/// The tensor map that a copy needs, by number.
int64_t KernelLowering::descriptorOf(CopyOp op, int64_t argument) {
  auto memref = cast<MemRefType>(op.getSource().getType());
  int64_t rowDim = op.getDims()[0], colDim = op.getDims()[1];
  Descriptor wanted;
  wanted.argument = argument;
  wanted.dims = {colDim};
  wanted.box = {panelRowBytes / (memref.getElementTypeBitWidth() / 8)};
  if (rowDim >= 0) {
    wanted.dims.push_back(rowDim);
    wanted.box.push_back(slots[op.getSlot()].shape[0]);
  }
  for (int64_t dim = memref.getRank() - 1; dim >= 0; --dim)
    if (dim != rowDim && dim != colDim) {
      wanted.dims.push_back(dim);
      wanted.box.push_back(1);
    }
  wanted.element = memref.getElementType();
  auto *known = llvm::find(descriptors, wanted);
  int64_t number = known - descriptors.begin();
  if (known == descriptors.end())
    descriptors.push_back(wanted);
  return number;
}

/// One box of 128 bytes by the tile's rows for each panel, by a descriptor that the driver makes from the argument's sizes
/// and strides.
void KernelLowering::startCopy(CopyOp op, int64_t descriptor, Value barrier) {
  const SlotState &slot = slots[op.getSlot()];
  int64_t colDim = op.getDims()[1], perPanel = descriptors[descriptor].box.front();
  Value map = descriptorParameter(descriptor), target = slotAddress(op.getSlot());
  Value first = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, lane, index(0));
  Value flag = arith::ExtUIOp::create(b, loc, b.getI32Type(), first);
  for (int64_t panel = 0; panel < int64_t(llvm::divideCeil(slot.shape[1], perPanel)); ++panel) {
    Value to = arith::AddIOp::create(b, loc, target, i32(panel * slot.tile.rows * panelRowBytes));
    SmallVector<Value> operands{flag, to, map, barrier};
    const auto &dims = descriptors[descriptor].dims;
    std::string text = "{\n.reg .pred chosen;\nsetp.ne.b32 chosen, $0, 0;\n@chosen cp.async.bulk.tensor." +
                       std::to_string(dims.size()) +
                       "d.shared::cta.global.tile.mbarrier::complete_tx::bytes [$1], [$2, {";
    std::string constraints = "r,r,l,r";
    for (auto [i, dim] : llvm::enumerate(dims)) {
      Value place = scalar(op.getOffsets()[dim]);
      if (dim == colDim && panel)
        place = arith::AddIOp::create(b, loc, place, index(panel * perPanel));
      operands.push_back(arith::IndexCastOp::create(b, loc, b.getI32Type(), place));
      text += (i ? ", $" : "$") + std::to_string(4 + i);
      constraints += ",r";
    }
    text += "}], [$3];\n}";
    assembly(text, constraints + ",~{memory}", Type(), operands, /*sideEffects=*/true);
  }
}

/// Zeros in a slot from a row on. A row of a panel is permuted in itself.
void KernelLowering::clearRows(const SlotState &slot, Value first) {
  int64_t bytes = slot.tile.element.getIntOrFloatBitWidth() / 8;
  int64_t panels = llvm::divideCeil(slot.shape[1] * bytes, panelRowBytes);
  auto zero = VectorType::get({4}, b.getI32Type());
  Value nothing = arith::ConstantOp::create(b, loc, b.getZeroAttr(zero));
  Value row = arith::AddIOp::create(b, loc, first, arith::DivUIOp::create(b, loc, lane, index(8)));
  Value within = arith::MulIOp::create(b, loc, arith::RemUIOp::create(b, loc, lane, index(8)), index(16));
  auto loop = scf::ForOp::create(b, loc, row, index(slot.shape[0]), index(4));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  Value place = arith::MulIOp::create(b, loc, loop.getInductionVar(), index(panelRowBytes));
  place = arith::AddIOp::create(b, loc, arith::AddIOp::create(b, loc, place, within), slot.tile.moved);
  for (int64_t panel = 0; panel < panels; ++panel) {
    Value at = arith::AddIOp::create(b, loc, place, index(slot.tile.base + panel * slot.tile.rows * panelRowBytes));
    LLVM::StoreOp::create(b, loc, nothing, sharedPointer(at), /*alignment=*/16);
  }
}

/// A copy of fewer rows than the slot has lands at a barrier of its own; then the warp clears the others and arrives.
LogicalResult KernelLowering::copyUpTo(CopyOp op, int64_t descriptor) {
  if (warps != 1 || rings[slots[op.getSlot()].ring].puts)
    return op.emitError("expects a role of one warp to begin a copy that ends inside its tensor");
  const SlotState slot = slots[op.getSlot()];
  RingState &ring = rings[slot.ring];
  if (!ring.landedPhase)
    ring.landedPhase = stackSlot();
  Value full = barrierOf(ring, slot.stage, /*full=*/true);
  int64_t rowDim = op.getDims()[0];
  Value rows = arith::SubIOp::create(b, loc, scalar(op.getBoundOf(rowDim)), scalar(op.getOffsets()[rowDim]));
  rows = arith::MaxSIOp::create(b, loc, rows, index(0));
  Value whole = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sge, rows, index(slot.shape[0]));
  auto branch = scf::IfOp::create(b, loc, whole, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  announceBytes(full, copyBytes(ring));
  startCopy(op, descriptor, full);

  b.setInsertionPointToStart(branch.elseBlock());
  Value landed = stageAddress(index(0), 1, arith::AddIOp::create(b, loc, barrierBase, index(ring.landed)));
  announceBytes(landed, copyBytes(ring));
  startCopy(op, descriptor, landed);
  Value phase = LLVM::LoadOp::create(b, loc, b.getI32Type(), ring.landedPhase);
  waitFor(landed, phase);
  LLVM::StoreOp::create(b, loc, arith::XOrIOp::create(b, loc, phase, i32(1)), ring.landedPhase);
  clearRows(slot, rows);
  // What threads wrote, products read through another path.
  assembly("fence.proxy.async.shared::cta;", "~{memory}", Type(), {}, /*sideEffects=*/true);
  assembly("bar.warp.sync 0xffffffff;", "~{memory}", Type(), {}, /*sideEffects=*/true);
  arriveOnce(full);
  return success();
}

LogicalResult KernelLowering::lowerCopy(CopyOp op) {
  auto argument = dyn_cast<BlockArgument>(op.getSource());
  if (!argument || !op.getIndices().empty() || op.getDims()[1] < 0)
    return op.emitError("expects a copy of whole rows of an argument");
  if (!endsWithTensor(op, op.getDims()[1]))
    return op.emitError("expects a bulk copy's rows to end where its tensor's do");
  int64_t descriptor = descriptorOf(op, argument.getArgNumber());
  if (mayEndEarly(op))
    return copyUpTo(op, descriptor);
  const SlotState &slot = slots[op.getSlot()];
  startCopy(op, descriptor, barrierOf(rings[slot.ring], slot.stage, /*full=*/true));
  return success();
}

} // namespace attn::cuda
