// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The key positions that a range of rows needs, for masks that have them in closed form.
#include "dialects/Attn/AttnOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace attn;

namespace {
/// Index arithmetic at one place.
struct IndexMath {
  OpBuilder &builder;
  Location loc;
  Value constant(int64_t value) { return arith::ConstantIndexOp::create(builder, loc, value); }
  Value add(Value left, int64_t right) {
    return right == 0 ? left : arith::AddIOp::create(builder, loc, left, constant(right)).getResult();
  }
  Value min(Value left, Value right) { return arith::MinSIOp::create(builder, loc, left, right); }
  Value max(Value left, Value right) { return arith::MaxSIOp::create(builder, loc, left, right); }
  Value clamp(Value value, Value low, Value high) { return min(max(value, low), high); }
};
} // namespace

/// Keys [row - left, row + right] for every row; an absent side is unbounded.
static void emitBand(OpBuilder &builder, Location loc, std::optional<int64_t> left, std::optional<int64_t> right,
                     const RangeQuery &query, SmallVectorImpl<KeyRange> &ranges) {
  IndexMath math{builder, loc};
  Value zero = math.constant(0), extent = query.keyExtent;
  // Some row has [begin, end); every row has [fullBegin, fullEnd).
  Value begin = left ? math.clamp(math.add(query.rowLo, -*left), zero, extent) : zero;
  Value end = right ? math.clamp(math.add(query.rowHi, *right), begin, extent) : extent;
  Value fullBegin = left ? math.clamp(math.add(query.rowHi, -1 - *left), begin, end) : begin;
  Value fullEnd = right ? math.clamp(math.add(query.rowLo, 1 + *right), fullBegin, end) : end;
  if (left)
    ranges.push_back({begin, fullBegin, true});
  ranges.push_back({fullBegin, fullEnd, false});
  if (right)
    ranges.push_back({fullEnd, end, true});
}

static std::optional<int64_t> toSigned(std::optional<uint64_t> value) {
  return value ? std::optional<int64_t>(static_cast<int64_t>(*value)) : std::nullopt;
}

bool CausalOp::hasRanges() { return true; }
LogicalResult CausalOp::emitRanges(OpBuilder &builder, Location loc, const RangeQuery &query,
                                   SmallVectorImpl<KeyRange> &ranges) {
  emitBand(builder, loc, std::nullopt, 0, query, ranges);
  return success();
}

bool WindowOp::hasRanges() { return true; }
LogicalResult WindowOp::emitRanges(OpBuilder &builder, Location loc, const RangeQuery &query,
                                   SmallVectorImpl<KeyRange> &ranges) {
  emitBand(builder, loc, toSigned(getLeft()), toSigned(getRight()), query, ranges);
  return success();
}

bool SinkOp::hasRanges() { return true; }
bool SinkOp::hasLeadingRange() { return true; }
LogicalResult SinkOp::emitRanges(OpBuilder &builder, Location loc, const RangeQuery &query,
                                 SmallVectorImpl<KeyRange> &ranges) {
  IndexMath math{builder, loc};
  ranges.push_back({math.constant(0), math.min(math.constant(getTokens()), query.keyExtent), false});
  return success();
}

bool PrefixOp::hasRanges() { return true; }
bool PrefixOp::hasLeadingRange() { return true; }
LogicalResult PrefixOp::emitRanges(OpBuilder &builder, Location loc, const RangeQuery &query,
                                   SmallVectorImpl<KeyRange> &ranges) {
  IndexMath math{builder, loc};
  Value length = LookupOp::create(builder, loc, query.captures[0], query.b);
  Value tokens = arith::IndexCastOp::create(builder, loc, builder.getIndexType(), length);
  Value zero = math.constant(0);
  ranges.push_back({zero, math.clamp(tokens, zero, query.keyExtent), false});
  return success();
}
