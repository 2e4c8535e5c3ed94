// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Classifies a box of pairs: combinations by their parts, block tables by their lists, other masks by intervals.
#include "lib/Analysis/TileClasses.h"
#include "dialects/Attn/AttnOps.h"
#include "lib/Analysis/BoxInterpreter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace attn;

static SmallVector<Value> capturesOf(MaskOpInterface mask) {
  SmallVector<Value> captures;
  mask.collectCaptures(captures);
  return captures;
}

//===-- combinations --------------------------------------------------------------------------------------------===//

/// The classes of a combination's parts, each of which sees its own captured tensors.
static SmallVector<TileClass> emitParts(OpBuilder &builder, Location loc, ValueRange masks, const MaskBox &box) {
  SmallVector<TileClass> parts;
  size_t first = 0;
  for (Value mask : masks) {
    size_t count = capturesOf(mask.getDefiningOp<MaskOpInterface>()).size();
    MaskBox own = box;
    own.captures = llvm::to_vector(ArrayRef(box.captures).slice(first, count));
    first += count;
    parts.push_back(emitTileClass(builder, loc, mask, own));
  }
  return parts;
}

static TileClass combine(BoundsMath &math, ArrayRef<TileClass> parts, bool isUnion) {
  TileClass whole = parts.front();
  for (const TileClass &part : parts.drop_front()) {
    whole.maybe = isUnion ? math.either(whole.maybe, part.maybe) : math.both(whole.maybe, part.maybe);
    whole.all = isUnion ? math.either(whole.all, part.all) : math.both(whole.all, part.all);
  }
  return whole;
}

//===-- block tables --------------------------------------------------------------------------------------------===//

/// Lists name a block once: a row of blocks has all of the box's columns where it lists as many of their blocks.
static TileClass emitTable(OpBuilder &builder, Location loc, const BlockTable &table, Value counts, Value indices,
                           const MaskBox &box) {
  BoundsMath math(builder, loc);
  ArrayRef<int64_t> shape = cast<RankedTensorType>(table.counts.getType()).getShape();
  Value zero = math.index(0), one = math.index(1);
  auto divide = [&](Value value, Value by) -> Value { return builder.createOrFold<arith::DivSIOp>(loc, value, by); };
  Value b = shape[0] == 1 ? zero : box.b, h = zero;
  if (shape[1] != 1)
    h = divide(box.h, divide(box.heads, math.index(shape[1])));
  auto blocks = [&](Value lo, Value hi, Value offset, int64_t size) {
    Value extent = math.index(size);
    return std::pair(divide(math.add(lo, offset), extent), divide(math.sub(math.add(hi, offset), one), extent));
  };
  auto [firstRow, lastRow] = blocks(box.rowLo, box.rowHi, box.queryOffset, table.rows);
  auto [firstCol, lastCol] = blocks(box.colLo, box.colHi, box.keyOffset, table.cols);
  Value wanted = math.add(math.sub(lastCol, firstCol), one);
  Value firstColumn = firstCol, lastColumn = lastCol;
  auto rows = scf::ForOp::create(
      builder, loc, firstRow, math.add(lastRow, one), one, ValueRange{math.boolean(false), math.boolean(true)},
      [&](OpBuilder &rowBuilder, Location, Value row, ValueRange carried) {
        BoundsMath rowMath(rowBuilder, loc);
        Value length = rowMath.toIndex(LookupOp::create(rowBuilder, loc, counts, ValueRange{b, h, row}));
        auto entries = scf::ForOp::create(
            rowBuilder, loc, zero, length, one, ValueRange{zero},
            [&](OpBuilder &inner, Location, Value entry, ValueRange found) {
              BoundsMath innerMath(inner, loc);
              Value block = innerMath.toIndex(LookupOp::create(inner, loc, indices, ValueRange{b, h, row, entry}));
              Value isIn = innerMath.both(innerMath.lessEqual(firstColumn, block),
                                          innerMath.lessEqual(block, lastColumn));
              scf::YieldOp::create(inner, loc, innerMath.add(found[0], innerMath.toIndex(isIn)));
            });
        Value listed = entries.getResult(0);
        scf::YieldOp::create(rowBuilder, loc,
                             ValueRange{rowMath.either(carried[0], rowMath.less(zero, listed)),
                                        rowMath.both(carried[1], rowMath.equal(listed, wanted))});
      });
  return {rows.getResult(0), rows.getResult(1)};
}

//===-- any mask ------------------------------------------------------------------------------------------------===//

static TileClass interpretContains(OpBuilder &builder, Location loc, MaskOpInterface mask, const MaskBox &box) {
  Block scratch;
  OpBuilder inner(builder.getContext());
  inner.setInsertionPointToEnd(&scratch);
  BoxInterpreter interpreter(builder, loc);
  BoundsMath math(builder, loc);
  auto uniform = [&](Value value, unsigned bits) {
    Value argument = scratch.addArgument(value.getType(), loc);
    interpreter.bindUniform(argument, value, bits);
    return argument;
  };
  auto range = [&](Value lo, Value hi, unsigned depends) {
    Value argument = scratch.addArgument(builder.getIndexType(), loc);
    interpreter.bindRange(argument, lo, hi, depends);
    return argument;
  };
  Value one = math.index(1), lastRow = math.sub(box.rowHi, one), lastCol = math.sub(box.colHi, one);
  MaskCoordinates at;
  at.b = uniform(box.b, 32);
  at.h = uniform(box.h, 32);
  at.heads = uniform(box.heads, 32);
  at.queryExtent = uniform(box.queryExtent, 33);
  at.keyExtent = uniform(box.keyExtent, 33);
  at.i = range(box.rowLo, lastRow, 1);
  at.j = range(box.colLo, lastCol, 2);
  at.queryIndex = range(math.add(box.rowLo, box.queryOffset), math.add(lastRow, box.queryOffset), 1);
  at.keyIndex = range(math.add(box.colLo, box.keyOffset), math.add(lastCol, box.keyOffset), 2);
  for (Value capture : box.captures)
    at.captures.push_back(uniform(capture, 64));
  Value contains = mask.emitContains(inner, loc, at);
  interpreter.interpret(scratch);
  Abstract known = interpreter.booleanOf(contains);
  return {known.maybe, known.all};
}

TileClass attn::emitTileClass(OpBuilder &builder, Location loc, Value mask, const MaskBox &box) {
  auto op = mask.getDefiningOp<MaskOpInterface>();
  BoundsMath math(builder, loc);
  if (isa<AndOp, OrOp>(op))
    return combine(math, emitParts(builder, loc, op->getOperands(), box), isa<OrOp>(op));
  if (isa<NotOp>(op)) {
    TileClass part = emitParts(builder, loc, op->getOperands(), box).front();
    return {math.negate(part.all), math.negate(part.maybe)};
  }
  if (std::optional<BlockTable> table = op.getBlockTable()) {
    SmallVector<Value> captures = capturesOf(op);
    size_t counts = llvm::find(captures, table->counts) - captures.begin();
    size_t indices = llvm::find(captures, table->indices) - captures.begin();
    if (counts < box.captures.size() && indices < box.captures.size())
      return emitTable(builder, loc, *table, box.captures[counts], box.captures[indices], box);
  }
  return interpretContains(builder, loc, op, box);
}
