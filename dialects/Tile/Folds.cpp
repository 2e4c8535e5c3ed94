// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Folds and rewrites of the ops that make tiles from tiles.
#include "dialects/Tile/TileOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace attn::tile;

/// The same constant in every element of another type, or null.
static Attribute resplat(Attribute constant, Type type) {
  auto elements = dyn_cast_or_null<SplatElementsAttr>(constant);
  return elements ? SplatElementsAttr::get(cast<ShapedType>(type), elements.getSplatValue<Attribute>()) : Attribute();
}

OpFoldResult BroadcastOp::fold(FoldAdaptor adaptor) {
  if (getSource().getType() == getType())
    return getSource();
  if (Attribute constant = resplat(adaptor.getSource(), getType()))
    return constant;
  auto inner = getSource().getDefiningOp<BroadcastOp>();
  if (!inner)
    return {};
  setOperand(inner.getSource());
  return getResult();
}

OpFoldResult TransposeOp::fold(FoldAdaptor adaptor) {
  if (auto inner = getSource().getDefiningOp<TransposeOp>())
    return inner.getSource();
  return resplat(adaptor.getSource(), getType());
}

OpFoldResult ReduceOp::fold(FoldAdaptor) {
  return getSource().getType() == getType() ? OpFoldResult(getSource()) : OpFoldResult();
}

OpFoldResult ScanOp::fold(FoldAdaptor) {
  bool single = cast<ShapedType>(getType()).getDimSize(getDim()) == 1;
  return single && !getExclusive() ? OpFoldResult(getSource()) : OpFoldResult();
}

OpFoldResult ShearOp::fold(FoldAdaptor) {
  auto inner = getSource().getDefiningOp<ShearOp>();
  return getInverse() && inner && !inner.getInverse() ? OpFoldResult(inner.getSource()) : OpFoldResult();
}

LogicalResult MmaOp::canonicalize(MmaOp op, PatternRewriter &rewriter) {
  bool changed = false;
  auto absorb = [&](OpOperand &operand, bool set, auto assign) {
    if (auto transpose = operand.get().getDefiningOp<TransposeOp>()) {
      rewriter.modifyOpInPlace(op, [&] {
        operand.set(transpose.getSource());
        assign(!set);
      });
      changed = true;
    }
  };
  absorb(op.getAMutable(), op.getTransA(), [&](bool set) { op.setTransA(set); });
  absorb(op.getBMutable(), op.getTransB(), [&](bool set) { op.setTransB(set); });
  // x + 0 is x but for the sign of a zero, which a sum of products does not promise.
  if (op.getC() && matchPattern(op.getC(), m_AnyZeroFloat())) {
    rewriter.modifyOpInPlace(op, [&] { op.getCMutable().clear(); });
    changed = true;
  }
  return success(changed);
}
