// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Mask ops: verification and which pairs they have.
#include "dialects/Attn/AttnOps.h"
#include "dialects/Attn/ScalarRegion.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace attn;
using Emitter = llvm::function_ref<InFlightDiagnostic()>;
using Predicate = arith::CmpIPredicate;

static Value constant(OpBuilder &builder, Location loc, int64_t value) {
  return arith::ConstantIndexOp::create(builder, loc, value);
}
static Value compare(OpBuilder &builder, Location loc, Predicate predicate, Value left, Value right) {
  return arith::CmpIOp::create(builder, loc, predicate, left, right);
}
/// Positions fit in 32 bits, and so does every distance and count of them.
static LogicalResult verifyPositions(Operation *op, StringRef name, int64_t value, int64_t least) {
  constexpr int64_t most = std::numeric_limits<int32_t>::max();
  if (value < least || value > most)
    return op->emitOpError() << "expects " << name << " to be from " << least << " to " << most << ", but got "
                             << value;
  return success();
}
static Value lookupIndex(OpBuilder &builder, Location loc, Value tensor, ValueRange indices) {
  Value number = LookupOp::create(builder, loc, tensor, indices);
  return arith::IndexCastOp::create(builder, loc, builder.getIndexType(), number);
}

//===-- causal, window, sink ------------------------------------------------------------------------------------===//

Value CausalOp::emitContains(OpBuilder &builder, Location loc, const MaskCoordinates &at) {
  return compare(builder, loc, Predicate::sle, at.j, at.i);
}

LogicalResult WindowOp::verify() {
  if (!getLeft() && !getRight())
    return emitOpError() << "expects left, right or both"; // window_c1
  for (auto [name, side] : {std::pair("left", getLeft()), std::pair("right", getRight())})
    if (side && failed(verifyPositions(*this, name, static_cast<int64_t>(*side), 0)))
      return failure(); // window_c2
  return success();
}

Value WindowOp::emitContains(OpBuilder &builder, Location loc, const MaskCoordinates &at) {
  // Positions are i32 in tiles: a side that might carry one out of them is compared with the distance; any other is
  // added to the row, once for all columns.
  auto isFar = [](int64_t side) { return side >= 1 << 30; };
  auto side = [&](int64_t value) { return constant(builder, loc, value); };
  Value lower, upper;
  if (std::optional<int64_t> left = getLeft(); left && isFar(*left))
    lower = compare(builder, loc, Predicate::sle, arith::SubIOp::create(builder, loc, at.i, at.j), side(*left));
  else if (left)
    lower = compare(builder, loc, Predicate::sge, at.j, arith::SubIOp::create(builder, loc, at.i, side(*left)));
  if (std::optional<int64_t> right = getRight(); right && isFar(*right))
    upper = compare(builder, loc, Predicate::sle, arith::SubIOp::create(builder, loc, at.j, at.i), side(*right));
  else if (right)
    upper = compare(builder, loc, Predicate::sle, at.j, arith::AddIOp::create(builder, loc, at.i, side(*right)));
  if (!lower || !upper)
    return lower ? lower : upper;
  return arith::AndIOp::create(builder, loc, lower, upper);
}

LogicalResult SinkOp::verify() {
  return verifyPositions(*this, "tokens", static_cast<int64_t>(getTokens()), 1); // sink_c1
}

Value SinkOp::emitContains(OpBuilder &builder, Location loc, const MaskCoordinates &at) {
  return compare(builder, loc, Predicate::slt, at.j, constant(builder, loc, getTokens()));
}

//===-- masks that read a tensor --------------------------------------------------------------------------------===//

Value PrefixOp::emitContains(OpBuilder &builder, Location loc, const MaskCoordinates &at) {
  return compare(builder, loc, Predicate::slt, at.j, lookupIndex(builder, loc, at.captures[0], at.b));
}

LogicalResult PrefixOp::verifyPlane(ArrayRef<int64_t> shape, bool packed, Emitter emitError) {
  if (!packed && !extentsMatch(getLengths().getType().getDimSize(0), shape[0]))
    return emitError() << "expects one prefix length per batch entry (" << shape[0] << "), but got "
                       << getLengths().getType(); // prefix_c1
  return success();
}

Value DenseOp::emitContains(OpBuilder &builder, Location loc, const MaskCoordinates &at) {
  SmallVector<Value> indices = {at.b, at.h, at.queryIndex, at.keyIndex};
  for (auto [index, extent] : llvm::zip_equal(indices, getTable().getType().getShape()))
    if (extent == 1)
      index = constant(builder, loc, 0);
  Value element = LookupOp::create(builder, loc, at.captures[0], indices);
  if (element.getType().isInteger(1))
    return element;
  Value zero = arith::ConstantIntOp::create(builder, loc, 0, 8);
  return compare(builder, loc, Predicate::ne, element, zero);
}

LogicalResult DenseOp::verifyPlane(ArrayRef<int64_t> shape, bool packed, Emitter emitError) {
  constexpr StringLiteral names[] = {"batch", "heads", "queries", "keys"};
  for (auto [extent, expected, name] : llvm::zip(getTable().getType().getShape(), shape, names))
    if (extent != 1 && !extentsMatch(extent, expected))
      return emitError() << "expects the " << name << " extent of a dense mask to be 1 or " << expected << ", but got "
                         << extent; // dense_c1
  return success();
}

LogicalResult BlocksOp::verify() {
  if (failed(verifyPositions(*this, "rows", static_cast<int64_t>(getRows()), 1)) ||
      failed(verifyPositions(*this, "columns", static_cast<int64_t>(getCols()), 1)))
    return failure(); // blocks_c1
  ArrayRef<int64_t> counts = getCounts().getType().getShape(), indices = getIndices().getType().getShape();
  if (!shapesMatch(counts, indices.take_front(3)))
    return emitOpError() << "expects counts [B, Hs, Mb] and indices [B, Hs, Mb, max] to agree, but got "
                         << getCounts().getType() << " and " << getIndices().getType(); // blocks_c2
  for (int64_t heads : {counts[1], indices[1]})
    if (ShapedType::isDynamic(heads) || heads == 0)
      return emitOpError() << "expects the heads extent of counts and indices to be static and 1 or more, but got "
                           << extentText(heads); // blocks_c3
  return success();
}

std::optional<BlockTable> BlocksOp::getBlockTable() {
  return BlockTable{getCounts(), getIndices(), static_cast<int64_t>(getRows()), static_cast<int64_t>(getCols())};
}

LogicalResult BlocksOp::verifyPlane(ArrayRef<int64_t> shape, bool packed, Emitter emitError) {
  if (packed)
    return emitError() << "expects no segments with a block table"; // blocks_c4
  ArrayRef<int64_t> counts = getCounts().getType().getShape();
  if (counts[0] != 1 && !extentsMatch(counts[0], shape[0]))
    return emitError() << "expects the batch extent of a block table to be 1 or " << shape[0] << ", but got "
                       << counts[0]; // blocks_c5
  if (!ShapedType::isDynamic(shape[1]) && shape[1] % counts[1] != 0)
    return emitError() << "expects the heads of a block table to divide " << shape[1] << ", but got "
                       << counts[1]; // blocks_c6
  if (ShapedType::isDynamic(shape[2]) || ShapedType::isDynamic(counts[2]))
    return success();
  int64_t expected = llvm::divideCeil(shape[2], getRows());
  if (counts[2] != expected)
    return emitError() << "expects a block table of " << expected << " rows for " << shape[2] << " queries, but got "
                       << counts[2]; // blocks_c7
  return success();
}

Value BlocksOp::emitContains(OpBuilder &builder, Location loc, const MaskCoordinates &at) {
  ArrayRef<int64_t> shape = getCounts().getType().getShape();
  Value zero = constant(builder, loc, 0), one = constant(builder, loc, 1);
  Value b = shape[0] == 1 ? zero : at.b, h = zero;
  if (shape[1] != 1) {
    Value group = arith::DivSIOp::create(builder, loc, at.heads, constant(builder, loc, shape[1]));
    h = arith::DivSIOp::create(builder, loc, at.h, group);
  }
  Value row = arith::DivSIOp::create(builder, loc, at.queryIndex, constant(builder, loc, getRows()));
  Value column = arith::DivSIOp::create(builder, loc, at.keyIndex, constant(builder, loc, getCols()));
  Value count = lookupIndex(builder, loc, at.captures[0], {b, h, row});
  Value none = arith::ConstantIntOp::create(builder, loc, 0, 1);
  auto loop = scf::ForOp::create(
      builder, loc, zero, count, one, ValueRange{none},
      [&](OpBuilder &inner, Location innerLoc, Value entry, ValueRange carried) {
        Value block = lookupIndex(inner, innerLoc, at.captures[1], {b, h, row, entry});
        Value same = compare(inner, innerLoc, Predicate::eq, block, column);
        Value found = arith::OrIOp::create(inner, innerLoc, carried[0], same);
        scf::YieldOp::create(inner, innerLoc, found);
      });
  return loop.getResult(0);
}

//===-- mask_region ---------------------------------------------------------------------------------------------===//

LogicalResult MaskRegionOp::verifyRegions() {
  Builder builder(getContext());
  return verifyScalarRegion(*this, getBody(), "body", pairRegionTypes({}, getCaptures(), builder),
                            builder.getI1Type()); // mask_region_c1..c4
}

Value MaskRegionOp::emitContains(OpBuilder &builder, Location, const MaskCoordinates &at) {
  return inlinePairRegion(builder, getBody(), {}, at).front();
}

void MaskRegionOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *) {
  patterns.add(+[](MaskRegionOp op, PatternRewriter &rewriter) -> LogicalResult {
    FailureOr<SmallVector<Value>> kept = dropUnusedCaptures(rewriter, op.getBody(), op.getCaptures(), 4);
    if (failed(kept))
      return rewriter.notifyMatchFailure(op, "every captured tensor is read");
    rewriter.modifyOpInPlace(op, [&] { op.getCapturesMutable().assign(*kept); });
    return success();
  });
}
