// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The consumer's masks: one in closed form, one that reads a tensor.
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "test/Consumer/Consumer.h"

using namespace mlir;
using namespace consumer;

/// Which chunk a position lies in; positions before the first key have negative ones.
static Value emitChunk(OpBuilder &builder, Location loc, Value position, int64_t size) {
  Value divisor = arith::ConstantIndexOp::create(builder, loc, size);
  return arith::FloorDivSIOp::create(builder, loc, position, divisor);
}

static Value emitEqual(OpBuilder &builder, Location loc, Value left, Value right) {
  return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, left, right);
}

LogicalResult ChunkOp::verify() {
  if (static_cast<int64_t>(getSize()) < 1)
    return emitOpError() << "expects size to be positive, but got " << static_cast<int64_t>(getSize());
  return success();
}

Value ChunkOp::emitContains(OpBuilder &builder, Location loc, const attn::MaskCoordinates &at) {
  return emitEqual(builder, loc, emitChunk(builder, loc, at.i, getSize()), emitChunk(builder, loc, at.j, getSize()));
}

bool ChunkOp::hasRanges() { return true; }

LogicalResult ChunkOp::emitRanges(OpBuilder &builder, Location loc, const attn::RangeQuery &query,
                                  SmallVectorImpl<attn::KeyRange> &ranges) {
  auto constant = [&](int64_t value) -> Value { return arith::ConstantIndexOp::create(builder, loc, value); };
  Value zero = constant(0), one = constant(1), size = constant(getSize());
  Value last = arith::SubIOp::create(builder, loc, query.rowHi, one);
  Value firstChunk = emitChunk(builder, loc, query.rowLo, getSize());
  Value lastChunk = emitChunk(builder, loc, last, getSize());
  auto clamp = [&](Value position) -> Value {
    Value positive = arith::MaxSIOp::create(builder, loc, position, zero);
    return arith::MinSIOp::create(builder, loc, positive, query.keyExtent);
  };
  Value begin = clamp(arith::MulIOp::create(builder, loc, firstChunk, size));
  Value after = arith::AddIOp::create(builder, loc, lastChunk, one);
  Value end = clamp(arith::MulIOp::create(builder, loc, after, size));
  // Rows of one chunk have all its keys; rows of several have some.
  Value single = emitEqual(builder, loc, firstChunk, lastChunk);
  Value full = arith::SelectOp::create(builder, loc, single, begin, end);
  ranges.push_back({begin, full, true});
  ranges.push_back({full, end, false});
  return success();
}

Value SameDocumentOp::emitContains(OpBuilder &builder, Location loc, const attn::MaskCoordinates &at) {
  Value mine = attn::LookupOp::create(builder, loc, at.captures[0], ValueRange{at.queryIndex});
  Value theirs = attn::LookupOp::create(builder, loc, at.captures[0], ValueRange{at.keyIndex});
  return emitEqual(builder, loc, mine, theirs);
}

LogicalResult SameDocumentOp::verifyPlane(ArrayRef<int64_t> shape, bool, function_ref<InFlightDiagnostic()> emitError) {
  int64_t ids = getIds().getType().getDimSize(0);
  if (!attn::extentsMatch(ids, shape[2]) || !attn::extentsMatch(ids, shape[3]))
    return emitError() << "expects one document for each query and key, but got " << getIds().getType();
  return success();
}
