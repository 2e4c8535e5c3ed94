// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What an attend expects of its caller: equal extents, head ratios, lengths, block tables.
#include "lib/Conversion/AttnToTile/Attend.h"

using namespace mlir;
using namespace attn;
using namespace attn::totile;
using launch::Promise;
using launch::Relation;

void totile::collectTables(Value mask, SmallVectorImpl<BlockTable> &tables) {
  auto op = mask ? mask.getDefiningOp<MaskOpInterface>() : MaskOpInterface();
  if (!op)
    return;
  if (std::optional<BlockTable> table = op.getBlockTable())
    tables.push_back(*table);
  for (Value operand : op->getOperands())
    collectTables(operand, tables);
}

static void expectTable(EntryBuilder &entry, AttendOp attend, const BlockTable &table) {
  if (!isArgument(table.counts) || !isArgument(table.indices))
    return;
  IndexMath math{entry.contract, attend.getLoc()};
  Value query = attend.query(0), key = attend.key(0);
  entry.check(Relation::eq, table.indices, 0, table.counts, 0, "batch");
  entry.check(Relation::eq, table.indices, 2, table.counts, 2, "rows");
  auto counts = cast<RankedTensorType>(table.counts.getType());
  if (counts.getDimSize(0) != 1)
    entry.check(Relation::eq, table.counts, 0, query, 0, "batch");
  if (counts.getDimSize(1) != 1)
    entry.check(Relation::multiple_of, query, 1, table.counts, 1, "heads");
  if (counts.isDynamicDim(2) || cast<RankedTensorType>(query.getType()).isDynamicDim(2))
    entry.check(Relation::eq, entry.extent(entry.contract, table.counts, 2),
                math.ceilDiv(entry.extent(entry.contract, query, 2), table.rows),
                "expected one row of '" + entry.nameOf(table.counts) + "' for every " + Twine(table.rows) +
                    " queries of '" + entry.nameOf(query) + "'");
  entry.expect(table.counts, Promise::lengths, entry.extent(entry.contract, table.indices, 3));
  entry.expect(table.indices, Promise::indices, math.ceilDiv(entry.extent(entry.contract, key, 2), table.cols),
               table.counts);
}

static void expectDomain(EntryBuilder &entry, AttendOp attend) {
  Value query = attend.query(0), key = attend.key(0);
  IndexMath math{entry.contract, attend.getLoc()};
  if (attend.isPacked()) {
    if (cast<RankedTensorType>(query.getType()).isDynamicDim(0) && isArgument(query))
      entry.check(Relation::eq, entry.extent(entry.contract, query, 0), math.constant(1),
                  "expected the batch of '" + entry.nameOf(query) + "' to be 1, because its sequences are packed");
    entry.check(Relation::eq, attend.getCuK(), 0, attend.getCuQ(), 0, "size");
    if (cast<RankedTensorType>(attend.getCuQ().getType()).isDynamicDim(0) && isArgument(attend.getCuQ()))
      entry.check(Relation::le, math.constant(2), entry.extent(entry.contract, attend.getCuQ(), 0),
                  "expected 2 or more cumulative lengths in '" + entry.nameOf(attend.getCuQ()) + "'");
    entry.expect(attend.getCuQ(), Promise::cumulative, entry.extent(entry.contract, query, 2));
    entry.expect(attend.getCuK(), Promise::cumulative, entry.extent(entry.contract, key, 2));
  }
  if (attend.hasLengths()) {
    for (Value lengths : {attend.getLenQ(), attend.getLenK()})
      if (isArgument(lengths) && isArgument(query) &&
          (cast<RankedTensorType>(lengths.getType()).isDynamicDim(0) ||
           cast<RankedTensorType>(query.getType()).isDynamicDim(0)))
        entry.check(Relation::eq, entry.extent(entry.contract, lengths, 0), entry.extent(entry.contract, query, 0),
                    "expected the size of '" + entry.nameOf(lengths) + "' to equal the batch of '" +
                        entry.nameOf(query) + "'");
    entry.expect(attend.getLenQ(), Promise::lengths, entry.extent(entry.contract, query, 2));
    entry.expect(attend.getLenK(), Promise::lengths, entry.extent(entry.contract, key, 2));
  }
}

void totile::emitAttendContract(EntryBuilder &entry, AttendOp attend) {
  Value query = attend.query(0), key = attend.key(0);
  for (unsigned term = 0; term < attend.numTerms(); ++term) {
    entry.check(Relation::eq, attend.query(term), 0, query, 0, "batch");
    entry.check(Relation::eq, attend.query(term), 1, query, 1, "heads");
    entry.check(Relation::eq, attend.query(term), 2, query, 2, "tokens");
    entry.check(Relation::eq, attend.key(term), 0, query, 0, "batch");
    entry.check(Relation::multiple_of, query, 1, attend.key(term), 1, "heads");
    entry.check(Relation::eq, attend.key(term), 2, key, 2, "tokens");
  }
  if (Value values = attend.getValues()) {
    entry.check(Relation::eq, values, 0, query, 0, "batch");
    entry.check(Relation::multiple_of, query, 1, values, 1, "heads");
    entry.check(Relation::eq, values, 2, key, 2, "tokens");
  }
  IndexMath math{entry.contract, attend.getLoc()};
  for (Value tensor : {query, key})
    if (isArgument(tensor) && cast<RankedTensorType>(tensor.getType()).isDynamicDim(2))
      entry.check(Relation::lt, entry.extent(entry.contract, tensor, 2), math.constant(int64_t(1) << 31),
                  "expected positions in '" + entry.nameOf(tensor) + "' to fit 31 bits");
  expectDomain(entry, attend);
  SmallVector<BlockTable> tables;
  collectTables(attend.getMask(), tables);
  for (const BlockTable &table : tables)
    expectTable(entry, attend, table);
}

void totile::emitIndexedContract(EntryBuilder &entry, AttendOp attend, Value tensor, unsigned dim,
                                 Coordinate coordinate) {
  bool isSegment = coordinate == Coordinate::batch && attend.isPacked();
  Value owner = coordinate == Coordinate::key ? attend.key(0) : isSegment ? attend.getCuQ() : attend.query(0);
  unsigned ownerDim = isSegment || coordinate == Coordinate::batch ? 0 : coordinate == Coordinate::head ? 1 : 2;
  bool isStatic = !cast<RankedTensorType>(owner.getType()).isDynamicDim(ownerDim) &&
                  !cast<RankedTensorType>(tensor.getType()).isDynamicDim(dim);
  if (isStatic || !isArgument(owner) || !isArgument(tensor))
    return;
  StringRef what = isSegment                         ? "segments"
                   : coordinate == Coordinate::batch ? "batch"
                   : coordinate == Coordinate::head  ? "heads"
                                                     : "tokens";
  // The parameter of a normalizer that is no symbol has one element or one per head.
  bool isParameter = !isa<SymbolRefAttr>(attend.getNormalizer()) &&
                     llvm::is_contained(attend.getNormalizerCaptures(), tensor) &&
                     !llvm::is_contained(attend.getCaptures(), tensor);
  std::string message = ("expected the " + what + " of '" + entry.nameOf(owner) + "' to be at most dim " + Twine(dim) +
                         " of '" + entry.nameOf(tensor) + "'" + (isParameter ? ", unless that is 1" : ""))
                            .str();
  if (entry.isStated(message))
    return;
  IndexMath math{entry.contract, attend.getLoc()};
  Value count = entry.extent(entry.contract, owner, ownerDim);
  if (isSegment)
    count = math.sub(count, math.constant(1));
  Value extent = entry.extent(entry.contract, tensor, dim), one = math.constant(1);
  if (isParameter)
    count = math.select(math.compare(arith::CmpIPredicate::eq, extent, one), one, count);
  entry.check(Relation::le, count, extent, message);
}
