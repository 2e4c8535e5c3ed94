// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Rows of several heads in one program.
#include "lib/Conversion/AttnToTile/HeadGroups.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace attn;
using namespace attn::totile;

/// Whether the ranges of a mask are made of the head.
static bool rangesUseHead(MaskOpInterface mask, Location loc) {
  Region region;
  Block &block = region.emplaceBlock();
  OpBuilder builder(loc.getContext());
  builder.setInsertionPointToEnd(&block);
  auto argument = [&](Type type) { return block.addArgument(type, loc); };
  RangeQuery query;
  for (Value *coordinate : {&query.b, &query.h, &query.rowLo, &query.rowHi, &query.queryExtent, &query.keyExtent,
                            &query.heads})
    *coordinate = argument(builder.getIndexType());
  SmallVector<Value> captures;
  mask.collectCaptures(captures);
  for (Value tensor : captures)
    query.captures.push_back(argument(getCapturedType(cast<RankedTensorType>(tensor.getType()))));
  SmallVector<KeyRange> ranges;
  if (failed(mask.emitRanges(builder, loc, query, ranges)))
    return true;
  bool returned = llvm::any_of(
      ranges, [&](const KeyRange &range) { return range.begin == query.h || range.end == query.h; });
  return returned || !query.h.use_empty();
}

bool totile::mayShareRows(AttendOp attend) {
  PlaneMask mask = PlaneMask::of(attend);
  return attend.getSplit() && !attend.isPacked() && !mask.table() && mask.hasRanges() &&
         (!mask.op || !rangesUseHead(mask.op, attend.getLoc()));
}

/// How many query heads read the same head of every key and value; 1 where these differ in their heads, or are none.
static Value groupSize(IndexMath math, AttendOp attend, llvm::function_ref<Value(Value tensor)> argument) {
  Value heads = math.extent(argument(attend.query(0)), 1), shared = math.extent(argument(attend.key(0)), 1);
  Value group = math.max(math.div(heads, math.max(shared, math.constant(1))), math.constant(1));
  auto mustAgree = [&](Value tensor) {
    Value same = math.compare(arith::CmpIPredicate::eq, math.extent(argument(tensor), 1), shared);
    group = math.select(same, group, math.constant(1));
  };
  for (unsigned term = 1; term < attend.numTerms(); ++term)
    mustAgree(attend.key(term));
  if (attend.getValues())
    mustAgree(attend.getValues());
  return group;
}

static Value countBlocks(IndexMath math, Value queries, Value group, int64_t rows) {
  return math.ceilDiv(math.mul(queries, group), rows);
}

Value totile::groupSize(KernelBuilder &kernel, AttendOp attend) {
  return ::groupSize({kernel.body, kernel.loc}, attend, [&](Value tensor) { return kernel.tensor(tensor); });
}

void totile::shareRows(KernelBuilder &kernel, Value group, Segment &segment) {
  segment.group = group;
  segment.head = IndexMath{kernel.body, kernel.loc}.mul(kernel.y(), group);
}

Value totile::countGroupBlocks(KernelBuilder &kernel, AttendOp attend, Value group, int64_t rows) {
  IndexMath math{kernel.body, kernel.loc};
  return ::countBlocks(math, math.extent(kernel.tensor(attend.query(0)), 2), group, rows);
}

void totile::setGroupGrid(KernelBuilder &kernel, AttendOp attend, int64_t rows,
                          llvm::function_ref<Value(IndexMath, Value blocks)> copies) {
  IndexMath math = kernel.gridMath();
  auto argument = [&](Value tensor) { return kernel.gridTensor(tensor); };
  Value query = argument(attend.query(0)), group = ::groupSize(math, attend, argument);
  Value blocks = ::countBlocks(math, math.extent(query, 2), group, rows);
  kernel.setGrid(copies(math, blocks), math.div(math.extent(query, 1), group), math.extent(query, 0));
}

RowPlaces totile::rowPlaces(TileEmitter &emitter, const Segment &segment, Value first, bool inLoop) {
  OpBuilder &builder = emitter.builder(inLoop);
  Location loc = emitter.loc;
  RankedTensorType type = emitter.tileType(builder.getIndexType(), /*rows=*/true, /*cols=*/false);
  auto wide = [&](Value number) -> Value {
    number = arith::IndexCastOp::create(builder, loc, builder.getI32Type(), number);
    return tensor::SplatOp::create(builder, loc, type, number);
  };
  Value rows = tile::IotaOp::create(builder, loc, type, first, uint64_t(0)), group = wide(segment.group);
  Value member = arith::RemUIOp::create(builder, loc, rows, group);
  RowPlaces places;
  places.heads = arith::AddIOp::create(builder, loc, wide(segment.head), member);
  places.queries = arith::DivUIOp::create(builder, loc, rows, group);
  return places;
}
