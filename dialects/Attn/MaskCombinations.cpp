// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// and, or, not of masks: verification, folds, and how membership and ranges combine.
#include "dialects/Attn/MaskGraph.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace attn;

static MaskOpInterface maskOp(Value mask) { return mask.getDefiningOp<MaskOpInterface>(); }

//===-- what every combination does -----------------------------------------------------------------------------===//

static LogicalResult verifyOperands(Operation *op) {
  if (op->getNumOperands() == 0)
    return op->emitOpError() << "expects at least one mask";
  for (OpOperand &operand : op->getOpOperands())
    if (!maskOp(operand.get()))
      return op->emitOpError() << "expects operand #" << operand.getOperandNumber()
                               << " to be made by an op that implements MaskOpInterface";
  return verifyMaskGraph(op->getResult(0), [&] { return op->emitOpError(); });
}

static void collectFrom(OperandRange masks, SmallVectorImpl<Value> &captures) {
  for (Value mask : masks)
    if (MaskOpInterface op = maskOp(mask))
      op.collectCaptures(captures);
}

/// Calls `visit` with each operand's op and the coordinates or query that hold only its own captures.
template <typename At>
static LogicalResult forEachMask(OperandRange masks, const At &at,
                                 llvm::function_ref<LogicalResult(MaskOpInterface, const At &)> visit) {
  size_t first = 0;
  for (Value mask : masks) {
    MaskOpInterface op = maskOp(mask);
    SmallVector<Value> captured;
    op.collectCaptures(captured);
    At own = at;
    own.captures = llvm::to_vector(llvm::ArrayRef(at.captures).slice(first, captured.size()));
    first += captured.size();
    if (failed(visit(op, own)))
      return failure();
  }
  return success();
}

static SmallVector<Value> emitContainsOf(OperandRange masks, OpBuilder &builder, Location loc,
                                         const MaskCoordinates &at) {
  SmallVector<Value> contains;
  (void)forEachMask<MaskCoordinates>(masks, at, [&](MaskOpInterface op, const MaskCoordinates &own) {
    contains.push_back(op.emitContains(builder, loc, own));
    return success();
  });
  return contains;
}

static bool allHaveRanges(OperandRange masks) {
  return llvm::all_of(masks, [](Value mask) {
    MaskOpInterface op = maskOp(mask);
    return op && op.hasRanges();
  });
}

//===-- combining sorted segments -------------------------------------------------------------------------------===//

using Ranges = SmallVector<KeyRange>;

static Value minimum(OpBuilder &builder, Location loc, Value left, Value right) {
  return arith::MinSIOp::create(builder, loc, left, right);
}
static Value maximum(OpBuilder &builder, Location loc, Value left, Value right) {
  return arith::MaxSIOp::create(builder, loc, left, right);
}
/// Common pairs. Each piece starts no earlier than the one before ends, so empty pieces keep the order.
static Ranges intersect(OpBuilder &builder, Location loc, const Ranges &left, const Ranges &right) {
  Ranges common;
  for (const KeyRange &a : left)
    for (const KeyRange &b : right) {
      Value end = minimum(builder, loc, a.end, b.end);
      Value begin = minimum(builder, loc, maximum(builder, loc, a.begin, b.begin), end);
      if (!common.empty()) {
        begin = maximum(builder, loc, begin, common.back().end);
        end = maximum(builder, loc, end, begin);
      }
      common.push_back({begin, end, a.partial || b.partial});
    }
  return common;
}

/// [0, end) and then what of `ranges` lies behind it.
static Ranges uniteLeading(OpBuilder &builder, Location loc, const KeyRange &leading, const Ranges &ranges) {
  Ranges all = {leading};
  for (const KeyRange &range : ranges)
    all.push_back({maximum(builder, loc, range.begin, leading.end), maximum(builder, loc, range.end, leading.end),
                   range.partial});
  return all;
}

/// What lies between the segments exists in full; what is partial stays so.
static Ranges complement(OpBuilder &builder, Location loc, const Ranges &ranges, Value extent) {
  Ranges rest;
  Value end = arith::ConstantIndexOp::create(builder, loc, 0);
  for (const KeyRange &range : ranges) {
    // An empty segment may lie behind the previous end; the gap before it still exists.
    rest.push_back({end, range.begin, false});
    if (range.partial)
      rest.push_back(range);
    end = range.end;
  }
  rest.push_back({end, extent, false});
  return rest;
}

//===-- and -----------------------------------------------------------------------------------------------------===//

LogicalResult AndOp::verify() { return verifyOperands(*this); }
void AndOp::collectCaptures(SmallVectorImpl<Value> &captures) { collectFrom(getMasks(), captures); }
Value AndOp::emitContains(OpBuilder &builder, Location loc, const MaskCoordinates &at) {
  SmallVector<Value> contains = emitContainsOf(getMasks(), builder, loc, at);
  return std::accumulate(std::next(contains.begin()), contains.end(), contains.front(), [&](Value left, Value right) {
    return arith::AndIOp::create(builder, loc, left, right).getResult();
  });
}
bool AndOp::hasRanges() { return allHaveRanges(getMasks()); }
bool AndOp::hasLeadingRange() { return getMasks().size() == 1 && maskOp(getMasks()[0]).hasLeadingRange(); }
LogicalResult AndOp::emitRanges(OpBuilder &builder, Location loc, const RangeQuery &query,
                                SmallVectorImpl<KeyRange> &ranges) {
  std::optional<Ranges> common;
  if (!hasRanges() || failed(forEachMask<RangeQuery>(getMasks(), query, [&](MaskOpInterface op, const RangeQuery &own) {
        Ranges next;
        if (failed(op.emitRanges(builder, loc, own, next)))
          return failure();
        common = common ? intersect(builder, loc, *common, next) : next;
        return success();
      })))
    return failure();
  ranges.append(*common);
  return success();
}

//===-- or ------------------------------------------------------------------------------------------------------===//

LogicalResult OrOp::verify() { return verifyOperands(*this); }
void OrOp::collectCaptures(SmallVectorImpl<Value> &captures) { collectFrom(getMasks(), captures); }
Value OrOp::emitContains(OpBuilder &builder, Location loc, const MaskCoordinates &at) {
  SmallVector<Value> contains = emitContainsOf(getMasks(), builder, loc, at);
  return std::accumulate(std::next(contains.begin()), contains.end(), contains.front(), [&](Value left, Value right) {
    return arith::OrIOp::create(builder, loc, left, right).getResult();
  });
}

static bool leads(Value mask) {
  MaskOpInterface op = maskOp(mask);
  return op && op.hasLeadingRange();
}

bool OrOp::hasRanges() {
  return allHaveRanges(getMasks()) && llvm::count_if(getMasks(), [](Value mask) { return !leads(mask); }) <= 1;
}
bool OrOp::hasLeadingRange() { return llvm::all_of(getMasks(), leads); }
LogicalResult OrOp::emitRanges(OpBuilder &builder, Location loc, const RangeQuery &query,
                               SmallVectorImpl<KeyRange> &ranges) {
  std::optional<KeyRange> leading;
  std::optional<Ranges> other;
  if (!hasRanges() || failed(forEachMask<RangeQuery>(getMasks(), query, [&](MaskOpInterface op, const RangeQuery &own) {
        Ranges next;
        if (failed(op.emitRanges(builder, loc, own, next)))
          return failure();
        if (op.hasLeadingRange()) {
          leading = leading ? KeyRange{next[0].begin, maximum(builder, loc, leading->end, next[0].end), false}
                            : next[0];
          return success();
        }
        if (other)
          return failure();
        other = next;
        return success();
      })))
    return failure();
  ranges.append(leading ? uniteLeading(builder, loc, *leading, other.value_or(Ranges{})) : *other);
  return success();
}

//===-- not -----------------------------------------------------------------------------------------------------===//

LogicalResult NotOp::verify() { return verifyOperands(*this); }
void NotOp::collectCaptures(SmallVectorImpl<Value> &captures) { collectFrom((*this)->getOperands(), captures); }
Value NotOp::emitContains(OpBuilder &builder, Location loc, const MaskCoordinates &at) {
  Value contains = maskOp(getMask()).emitContains(builder, loc, at);
  Value yes = arith::ConstantIntOp::create(builder, loc, 1, 1);
  return arith::XOrIOp::create(builder, loc, contains, yes);
}
bool NotOp::hasRanges() { return allHaveRanges((*this)->getOperands()); }
LogicalResult NotOp::emitRanges(OpBuilder &builder, Location loc, const RangeQuery &query,
                                SmallVectorImpl<KeyRange> &ranges) {
  Ranges inner;
  if (!hasRanges() || failed(maskOp(getMask()).emitRanges(builder, loc, query, inner)))
    return failure();
  ranges.append(complement(builder, loc, inner, query.keyExtent));
  return success();
}
OpFoldResult NotOp::fold(FoldAdaptor) {
  if (auto inner = getMask().getDefiningOp<NotOp>())
    return inner.getMask();
  return {};
}

//===-- folds of and, or ----------------------------------------------------------------------------------------===//

OpFoldResult AndOp::fold(FoldAdaptor) { return getMasks().size() == 1 ? getMasks().front() : Value(); }
OpFoldResult OrOp::fold(FoldAdaptor) { return getMasks().size() == 1 ? getMasks().front() : Value(); }

/// Operands of nested combinations of the same kind, each once, without those that absorption makes redundant:
/// a and (a or b) = a, a or (a and b) = a.
template <typename Op, typename Dual>
static LogicalResult flatten(Op op, PatternRewriter &rewriter) {
  llvm::SetVector<Value> masks;
  for (Value mask : op.getMasks()) {
    if (auto nested = mask.getDefiningOp<Op>())
      masks.insert_range(nested.getMasks());
    else
      masks.insert(mask);
  }
  masks.remove_if([&](Value mask) {
    auto dual = mask.getDefiningOp<Dual>();
    return dual && llvm::any_of(dual.getMasks(), [&](Value inner) { return masks.contains(inner); });
  });
  if (llvm::equal(masks, op.getMasks()))
    return rewriter.notifyMatchFailure(op, "operands are distinct and flat");
  rewriter.modifyOpInPlace(op, [&] { op.getMasksMutable().assign(masks.takeVector()); });
  return success();
}

void AndOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *) {
  patterns.add(flatten<AndOp, OrOp>);
}
void OrOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *) {
  patterns.add(flatten<OrOp, AndOp>);
}
