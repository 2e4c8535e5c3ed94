// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Block lists of masks without ranges: a kernel classifies every block once and writes the lists to workspace.
#include "lib/Analysis/TileClasses.h"
#include "lib/Conversion/AttnToTile/Lists.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace attn;
using namespace attn::totile;

FailureOr<BlockClass> totile::emitBlockClass(TileEmitter &emitter, const Segment &segment, AttendOp attend, Value row,
                                             Value column) {
  PlaneMask mask = PlaneMask::of(attend);
  IndexMath math{emitter.inside, emitter.loc};
  Value zero = math.constant(0);
  // The box holds rows and columns that exist; where there is none, the caller does not ask.
  Value rowEnd = math.min(math.add(row, emitter.sizes.rows), segment.queries);
  Value first = math.max(column, zero), colEnd = math.add(column, emitter.sizes.cols);
  SmallVector<TileValue> inputs;
  for (Value value : {math.add(row, segment.shift), math.add(rowEnd, segment.shift), first,
                      math.min(colEnd, segment.keys), math.sub(segment.queryStart, segment.shift), segment.keyStart})
    inputs.push_back(uniform(value, true));
  FailureOr<SmallVector<TileValue>> results =
      emitter.convert(mask.captures, inputs, [&](OpBuilder &builder, ArrayRef<Value> in, const MaskCoordinates &at) {
        MaskBox box{at.b,  at.h,  at.heads, in[0],          in[1],        in[2],
                    in[3], in[4], in[5],    at.queryExtent, at.keyExtent, at.captures};
        TileClass known = emitTileClass(builder, emitter.loc, attend.getMask(), box);
        return SmallVector<Value>{known.maybe, known.all};
      });
  if (failed(results))
    return failure();
  if (!(*results)[0].isUniform() || !(*results)[1].isUniform())
    return emitError(emitter.loc) << "expects the class of a block to be the same for all its pairs";
  // A block that reaches outside the columns has pairs that do not exist.
  using Predicate = arith::CmpIPredicate;
  Value whole =
      math.both(math.compare(Predicate::sle, colEnd, segment.keys), math.compare(Predicate::sle, zero, column));
  return BlockClass{(*results)[0].value, math.both((*results)[1].value, whole)};
}

/// Whether which pairs exist depends on the batch entry or the head, as emitted for one pair.
static std::pair<bool, bool> dependsOnBatchAndHead(AttendOp attend, PlaneMask &mask) {
  Location loc = attend.getLoc();
  Region region;
  Block &block = region.emplaceBlock();
  OpBuilder builder(attend.getContext());
  builder.setInsertionPointToEnd(&block);
  auto index = [&] { return block.addArgument(builder.getIndexType(), loc); };
  MaskCoordinates at{index(), index(), index(), index(), index(), index(), index(), index(), index(), {}};
  for (Value tensor : mask.captures)
    at.captures.push_back(block.addArgument(getCapturedType(cast<RankedTensorType>(tensor.getType())), loc));
  mask.op.emitContains(builder, loc, at);
  return {!at.b.use_empty() || attend.hasLengths() || attend.isPacked(), !at.h.use_empty() || !at.heads.use_empty()};
}

namespace {
/// Emits the program of one block of rows: partial blocks first, then full ones, each ascending.
class ListProgram {
public:
  ListProgram(KernelBuilder &kernel, TileEmitter &emitter, AttendOp attend, const Segment &segment,
              const ListBuffers &lists, Value fulls)
      : attend(attend), emitter(emitter), segment(segment), loc(kernel.loc), counts(kernel.argument(lists.counts)),
        partials(kernel.argument(lists.partials)), indices(kernel.argument(lists.indices)),
        fulls(kernel.argument(fulls)) {
    auto shape = cast<MemRefType>(counts.getType()).getShape();
    IndexMath math{emitter.outside, loc};
    place = {shape[0] == 1 ? math.constant(0) : kernel.z(), shape[1] == 1 ? math.constant(0) : kernel.y(), kernel.x()};
  }

  LogicalResult emit();

private:
  void store(OpBuilder &builder, Value number, Value memref, Value entry = {});
  FailureOr<scf::ForOp> classifyBlocks();
  void appendFulls(Value partialCount, Value fullCount);

  AttendOp attend;
  TileEmitter &emitter;
  const Segment &segment;
  Location loc;
  Value counts, partials, indices, fulls;
  SmallVector<Value> place;
};
} // namespace

/// Stores an index as i32 at this program's row of a list, at `entry` where the list has entries.
void ListProgram::store(OpBuilder &builder, Value number, Value memref, Value entry) {
  SmallVector<Value> where = place;
  if (entry)
    where.push_back(entry);
  Value stored = arith::IndexCastOp::create(builder, loc, builder.getI32Type(), number);
  memref::StoreOp::create(builder, loc, stored, memref, where);
}

/// Counts partial and full blocks; writes the partial ones to `indices`, the full ones to `fulls`.
FailureOr<scf::ForOp> ListProgram::classifyBlocks() {
  IndexMath before{emitter.outside, loc};
  Value zero = before.constant(0), one = before.constant(1);
  Value blocks = before.ceilDiv(segment.keys, emitter.sizes.cols);
  Value visited = before.select(before.less(segment.first, segment.queries), blocks, zero);
  auto loop = scf::ForOp::create(emitter.outside, loc, zero, visited, one, ValueRange{zero, zero});
  emitter.enter(loop);
  OpBuilder &builder = emitter.inside;
  IndexMath math{builder, loc};
  Value block = loop.getInductionVar();
  FailureOr<BlockClass> known =
      emitBlockClass(emitter, segment, attend, segment.first, math.mul(block, emitter.sizes.cols));
  if (failed(known))
    return failure();
  Value yes = arith::ConstantOp::create(builder, loc, builder.getBoolAttr(true));
  Value isFull = math.both(known->maybe, known->all);
  Value isPartial = math.both(known->maybe, arith::XOrIOp::create(builder, loc, known->all, yes));
  SmallVector<Value> next;
  for (auto [holds, memref, count] : {std::tuple{isPartial, indices, loop.getRegionIterArg(0)},
                                      std::tuple{isFull, fulls, loop.getRegionIterArg(1)}}) {
    auto branch = scf::IfOp::create(builder, loc, holds, /*withElseRegion=*/false);
    OpBuilder inner = branch.getThenBodyBuilder();
    store(inner, block, memref, count);
    next.push_back(math.select(holds, math.add(count, one), count));
  }
  scf::YieldOp::create(builder, loc, next);
  emitter.leave(loop);
  return loop;
}

void ListProgram::appendFulls(Value partialCount, Value fullCount) {
  IndexMath math{emitter.outside, loc};
  auto loop = scf::ForOp::create(emitter.outside, loc, math.constant(0), fullCount, math.constant(1));
  OpBuilder inner = OpBuilder::atBlockBegin(loop.getBody());
  SmallVector<Value> from = place, to = place;
  from.push_back(loop.getInductionVar());
  to.push_back(IndexMath{inner, loc}.add(partialCount, loop.getInductionVar()));
  Value block = memref::LoadOp::create(inner, loc, fulls, from);
  memref::StoreOp::create(inner, loc, block, indices, to);
}

LogicalResult ListProgram::emit() {
  FailureOr<scf::ForOp> loop = classifyBlocks();
  if (failed(loop))
    return failure();
  Value partialCount = loop->getResult(0), fullCount = loop->getResult(1);
  appendFulls(partialCount, fullCount);
  IndexMath math{emitter.outside, loc};
  store(emitter.outside, partialCount, partials);
  store(emitter.outside, math.add(partialCount, fullCount), counts);
  return success();
}

FailureOr<ListBuffers> totile::emitListKernel(EntryBuilder &entry, AttendOp attend, TileSizes sizes) {
  PlaneMask mask = PlaneMask::of(attend);
  auto [perBatch, perHead] = dependsOnBatchAndHead(attend, mask);
  IndexMath host{entry.body, attend.getLoc()};
  Type i32 = entry.body.getI32Type();
  auto argument = [&](Value tensor) { return entry.buffer(tensor); };
  SmallVector<Value> extents = {perBatch && !attend.isPacked() ? entry.extent(entry.body, attend.query(0), 0)
                                                               : host.constant(1),
                                perHead ? entry.extent(entry.body, attend.query(0), 1) : host.constant(1),
                                countBlocks(host, attend, Axis::Query, sizes.rows, argument)};
  ListBuffers lists;
  lists.counts = entry.workspace(extents, i32);
  lists.partials = entry.workspace(extents, i32);
  extents.push_back(host.ceilDiv(entry.extent(entry.body, attend.key(0), 2), sizes.cols));
  lists.indices = entry.workspace(extents, i32);
  Value fulls = entry.workspace(extents, i32);

  KernelBuilder kernel(entry, "lists", attend.getLoc());
  IndexMath grid = kernel.gridMath();
  Value counts = kernel.gridArgument(lists.counts);
  kernel.setGrid(grid.extent(counts, 2), grid.extent(counts, 1), grid.extent(counts, 0));
  Segment segment = locate(kernel, attend, Axis::Query, sizes.rows, kernel.x());
  OpBuilder builder = bodyIfPresent(kernel, segment);
  TileEmitter emitter(builder, kernel.loc, sizes, [&](Value tensor) { return kernel.tensor(tensor); });
  emitter.at = segmentCoordinates(segment);
  if (failed(ListProgram(kernel, emitter, attend, segment, lists, fulls).emit()))
    return failure();
  kernel.body.setInsertionPointToEnd(&kernel.kernel.getBody().front());
  kernel.finish();
  return lists;
}
