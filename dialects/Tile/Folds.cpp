// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Folds and rewrites of the ops that make tiles from tiles.
#include "dialects/Tile/TileOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace attn::tile;

// Where SSA order is not required an op may use its own result, so no fold may return what it folds.

/// The same constant in every element of another type, or null.
static Attribute resplat(Attribute constant, Type type) {
  auto elements = dyn_cast_or_null<SplatElementsAttr>(constant);
  return elements ? SplatElementsAttr::get(cast<ShapedType>(type), elements.getSplatValue<Attribute>()) : Attribute();
}

OpFoldResult BroadcastOp::fold(FoldAdaptor adaptor) {
  if (getSource() == getResult())
    return {};
  if (getSource().getType() == getType())
    return getSource();
  if (Attribute constant = resplat(adaptor.getSource(), getType()))
    return constant;
  auto inner = getSource().getDefiningOp<BroadcastOp>();
  if (!inner || inner.getSource() == getResult() || inner.getSource() == getSource())
    return {};
  setOperand(inner.getSource());
  return getResult();
}

OpFoldResult TransposeOp::fold(FoldAdaptor adaptor) {
  if (auto inner = getSource().getDefiningOp<TransposeOp>(); inner && inner.getSource() != getResult())
    return inner.getSource();
  return resplat(adaptor.getSource(), getType());
}

OpFoldResult ReduceOp::fold(FoldAdaptor) {
  bool single = getSource().getType() == getType() && getSource() != getResult();
  return single ? OpFoldResult(getSource()) : OpFoldResult();
}

OpFoldResult ScanOp::fold(FoldAdaptor) {
  bool single = cast<ShapedType>(getType()).getDimSize(getDim()) == 1 && getSource() != getResult();
  return single && !getExclusive() ? OpFoldResult(getSource()) : OpFoldResult();
}

OpFoldResult ShearOp::fold(FoldAdaptor) {
  auto inner = getSource().getDefiningOp<ShearOp>();
  bool undone = getInverse() && inner && !inner.getInverse() && inner.getSource() != getResult();
  return undone ? OpFoldResult(inner.getSource()) : OpFoldResult();
}

LogicalResult MmaOp::canonicalize(MmaOp op, PatternRewriter &rewriter) {
  bool changed = false;
  // An instruction may read one form alone.
  auto fits = [&](TransposeOp transpose, bool first) {
    Product turned = describeProduct(op);
    (first ? turned.a : turned.b) = transpose.getSource().getType();
    bool &set = first ? turned.transA : turned.transB;
    set = !set;
    return !op.getInstruction() || findMisfit(*op.getInstruction(), turned).empty();
  };
  auto absorb = [&](OpOperand &operand, bool set, auto assign) {
    auto transpose = operand.get().getDefiningOp<TransposeOp>();
    if (transpose && transpose.getSource() != operand.get() && fits(transpose, operand == op.getAMutable())) {
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
