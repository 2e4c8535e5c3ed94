// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which kernels an attend becomes: rows in one pass or in parts, then statistics of the final weights.
#include "lib/Conversion/AttnToTile/HeadGroups.h"

using namespace mlir;
using namespace attn;
using namespace attn::totile;

bool totile::wants(AttendOp attend, AttendResult result) { return llvm::is_contained(attend.requested(), result); }

bool totile::wantsProduct(AttendOp attend) {
  return wants(attend, AttendResult::Output) || wants(attend, AttendResult::Partial);
}

/// Extents of a buffer of rows, with `more` after batch and heads and a width behind.
static SmallVector<Value> rowExtents(EntryBuilder &entry, AttendOp attend, Value more = {}, Value width = {}) {
  Value query = attend.query(0);
  SmallVector<Value> extents = {entry.extent(entry.body, query, 0), entry.extent(entry.body, query, 1)};
  if (more)
    extents.push_back(more);
  extents.push_back(entry.extent(entry.body, query, 2));
  if (width)
    extents.push_back(width);
  return extents;
}

static KeySplit makeSplit(EntryBuilder &entry, AttendOp attend, const Normalizer &normalizer) {
  KeySplit split;
  split.split = attend.getSplit() ? static_cast<int64_t>(*attend.getSplit()) : 0;
  if (!split.split)
    return split;
  IndexMath math{entry.body, attend.getLoc()};
  Type compute = attend.planeType().getElementType();
  split.splits = math.ceilDiv(entry.extent(entry.body, attend.key(0), 2), split.split);
  if (wantsProduct(attend))
    split.parts.push_back(entry.workspace(
        rowExtents(entry, attend, split.splits, entry.extent(entry.body, attend.getValues(), 3)), compute));
  for (unsigned n = 0; n < normalizer.stateSize() + wants(attend, AttendResult::RowMax); ++n)
    split.parts.push_back(entry.workspace(rowExtents(entry, attend, split.splits), compute));
  return split;
}

LogicalResult totile::lowerAttend(EntryBuilder &entry, AttendOp attend, const ChosenSizes &chosen) {
  TileSizes sizes = chosen.sizes;
  Normalizer normalizer = *Normalizer::get(attend);
  Type compute = attend.planeType().getElementType();
  RowStatistics statistics;
  if (wants(attend, AttendResult::ColumnSum) || wants(attend, AttendResult::DiagonalSum)) {
    if (normalizer.hasReference())
      statistics.reference = entry.workspace(rowExtents(entry, attend), compute);
    if (normalizer.hasFinalize())
      statistics.scale = entry.workspace(rowExtents(entry, attend), compute);
  }
  bool wantsRows = llvm::any_of(attend.requested(), [](AttendResult result) {
    return result != AttendResult::ColumnSum && result != AttendResult::DiagonalSum;
  });
  if (wantsRows || statistics.reference || statistics.scale) {
    RowsPlan plan{sizes, chosen.sharesRows && mayShareRows(attend), chosen.mergedParts,
                  makeSplit(entry, attend, normalizer), {}, statistics};
    if (PlaneMask mask = PlaneMask::of(attend); !mask.hasRanges() && !mask.table()) {
      FailureOr<ListBuffers> lists = emitListKernel(entry, attend, sizes);
      if (failed(lists))
        return failure();
      plan.lists = *lists;
    }
    if (plan.split.split) {
      RowsPlan merge = plan;
      if (chosen.mergedParts)
        merge.sizes.rows = 1;
      if (chosen.mergedCols && widthOfValues(attend) > chosen.mergedCols)
        merge.sizes.valueCols = chosen.mergedCols;
      if (failed(emitRowsKernel(entry, attend, RowsStage::part, plan)) ||
          failed(emitRowsKernel(entry, attend, RowsStage::merge, merge)))
        return failure();
    } else if (failed(emitRowsKernel(entry, attend, RowsStage::whole, plan))) {
      return failure();
    }
  }
  unsigned number = 0;
  for (AttendResult request : attend.requested()) {
    Value result = attend.getResult(number);
    if (request == AttendResult::ColumnSum && failed(emitColumnSums(entry, attend, sizes, statistics, result)))
      return failure();
    if (request == AttendResult::DiagonalSum && failed(emitDiagonalSums(entry, attend, sizes, statistics, result)))
      return failure();
    number += request == AttendResult::Partial ? 1 + normalizer.stateSize() : 1;
  }
  return success();
}
