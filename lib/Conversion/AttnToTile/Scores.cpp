// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Emits a block of scores and removes the pairs that do not exist.
#include "lib/Conversion/AttnToTile/Scores.h"
#include "dialects/Attn/ScalarRegion.h"
#include "lib/Conversion/AttnToTile/HeadGroups.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace attn;
using namespace attn::totile;

PlaneEmitter::PlaneEmitter(KernelBuilder &kernel, TileEmitter &emitter, AttendOp attend, const Segment &segment)
    : kernel(kernel), emitter(emitter), attend(attend), segment(segment), mask(PlaneMask::of(attend)) {
  emitter.onIndexed = [&kernel, attend](Value tensor, unsigned dim, Coordinate coordinate) {
    emitIndexedContract(kernel.entry, attend, tensor, dim, coordinate);
  };
}

static RankedTensorType tokensType(Value memref, int64_t tokens) {
  auto type = cast<MemRefType>(memref.getType());
  return RankedTensorType::get({tokens, type.getDimSize(3)}, type.getElementType());
}

SmallVector<Value> PlaneEmitter::loadQueries(Value first, bool inLoop) {
  OpBuilder &builder = emitter.builder(inLoop);
  IndexMath math{builder, emitter.loc};
  SmallVector<Value> tiles;
  for (unsigned term = 0; term < attend.numTerms(); ++term) {
    Value memref = kernel.tensor(attend.query(term));
    RankedTensorType type = tokensType(memref, emitter.sizes.rows);
    if (segment.group) {
      RowPlaces rows = rowPlaces(emitter, segment, first, inLoop);
      Value zero = math.constant(0);
      tiles.push_back(tile::LoadOp::create(builder, emitter.loc, type, memref,
                                           ValueRange{segment.batch, zero, zero, zero}, ValueRange(), ValueRange{rows.heads, rows.queries},
                                           builder.getDenseI64ArrayAttr({-1, 3}), builder.getDenseI64ArrayAttr({1, 2}),
                                           TypedAttr()));
      continue;
    }
    Value offsets[] = {segment.batch, segment.head, math.add(segment.queryStart, first), math.constant(0)};
    tiles.push_back(
        tile::LoadOp::create(builder, emitter.loc, type, memref, offsets, ArrayRef<int64_t>{2, 3}));
  }
  return tiles;
}

SmallVector<Value> PlaneEmitter::loadKeys(Value first, bool inLoop, bool gather) {
  OpBuilder &builder = emitter.builder(inLoop);
  IndexMath math{builder, emitter.loc};
  SmallVector<Value> tiles;
  for (unsigned term = 0; term < attend.numTerms(); ++term) {
    Value memref = kernel.tensor(attend.key(term));
    RankedTensorType type = tokensType(memref, emitter.sizes.cols);
    Value head = sharedHead(kernel, emitter.outside, segment, memref);
    Value token = math.add(segment.keyStart, first), zero = math.constant(0);
    if (!gather) {
      Value offsets[] = {segment.batch, head, token, zero};
      tiles.push_back(tile::LoadOp::create(builder, emitter.loc, type, memref, offsets, ArrayRef<int64_t>{2, 3}));
      continue;
    }
    auto positions = RankedTensorType::get({emitter.sizes.cols, 1}, builder.getI32Type());
    Value places = tile::IotaOp::create(builder, emitter.loc, positions, token, uint64_t(0));
    tiles.push_back(tile::LoadOp::create(
        builder, emitter.loc, type, memref, ValueRange{segment.batch, head, zero, zero}, ValueRange(), places,
        builder.getDenseI64ArrayAttr({-1, 3}), builder.getDenseI64ArrayAttr({2}), TypedAttr()));
  }
  return tiles;
}

Value PlaneEmitter::loadValues(Value first, Value column) {
  OpBuilder &builder = emitter.inside;
  IndexMath math{builder, emitter.loc};
  Value memref = kernel.tensor(attend.getValues());
  Value head = sharedHead(kernel, emitter.outside, segment, memref);
  Value offsets[] = {segment.batch, head, math.add(segment.keyStart, first), column};
  // Where all keys are attended, the values' own end, which the call has checked to be the keys', says more.
  Value end = math.add(segment.keyStart, segment.keys);
  if (isa_and_nonnull<memref::DimOp>(end.getDefiningOp()))
    end = math.extent(memref, 2);
  Value bounds[] = {end, math.extent(memref, 3)};
  RankedTensorType type = tokensType(memref, emitter.sizes.cols);
  if (emitter.sizes.valueCols)
    type = RankedTensorType::get({emitter.sizes.cols, emitter.sizes.valueCols}, type.getElementType());
  return tile::LoadOp::create(builder, emitter.loc, type, memref, offsets, ArrayRef<int64_t>{2, 3}, bounds);
}

//===-- scores --------------------------------------------------------------------------------------------------===//

FailureOr<Value> PlaneEmitter::scores(ValueRange queries, ValueRange keys) {
  OpBuilder &builder = emitter.inside;
  Location loc = emitter.loc;
  bool oneScale = true;
  for (unsigned term = 1; term < attend.numTerms(); ++term)
    oneScale &= attend.scale(term) == attend.scale(0);
  auto scaled = [&](Value dot, double scale) -> Value {
    if (scale == 1.0)
      return dot;
    TypedAttr factor = builder.getFloatAttr(compute(), scale);
    auto type = cast<RankedTensorType>(dot.getType());
    Value tile = arith::ConstantOp::create(builder, loc, DenseElementsAttr::get(type, Attribute(factor)));
    return arith::MulFOp::create(builder, loc, dot, tile);
  };
  Value sum;
  for (auto [term, query, key] : llvm::enumerate(queries, keys)) {
    Value dot = tile::MmaOp::create(builder, loc, query, key, oneScale ? sum : Value(), /*transA=*/false,
                                    /*transB=*/true);
    if (!oneScale) {
      dot = scaled(dot, attend.scale(term));
      if (sum)
        dot = arith::AddFOp::create(builder, loc, sum, dot);
    }
    sum = dot;
  }
  if (oneScale)
    sum = scaled(sum, attend.scale(0));
  if (attend.getScore().empty())
    return sum;
  SmallVector<Value> captures(attend.getCaptures());
  FailureOr<TileValue> score = emitter.convertOne(
      captures, {perPair(sum)}, [&](OpBuilder &scratch, ArrayRef<Value> in, const MaskCoordinates &at) {
        return inlinePairRegion(scratch, attend.getScore(), in, at);
      });
  if (failed(score))
    return failure();
  return emitter.asTile(*score, true, true);
}

FailureOr<Value> PlaneEmitter::gated(Value weight, const RemovePairs &remove) {
  if (attend.getWeight().empty())
    return weight;
  SmallVector<Value> captures(attend.getCaptures());
  FailureOr<TileValue> final = emitter.convertOne(
      captures, {perPair(weight)}, [&](OpBuilder &scratch, ArrayRef<Value> in, const MaskCoordinates &at) {
        return inlinePairRegion(scratch, attend.getWeight(), in, at);
      });
  if (failed(final))
    return failure();
  Value tile = emitter.asTile(*final, true, true);
  // A factor of a pair that does not exist may be infinite.
  Value zero = arith::ConstantOp::create(emitter.inside, emitter.loc, emitter.inside.getZeroAttr(tile.getType()));
  return remove(tile, zero);
}

Value PlaneEmitter::lowest(OpBuilder &at, bool cols) {
  auto type = cast<FloatType>(compute());
  APFloat value = APFloat::getInf(type.getFloatSemantics(), /*Negative=*/true);
  return arith::ConstantOp::create(at, emitter.loc, DenseElementsAttr::get(emitter.tileType(type, true, cols), value));
}

//===-- removed pairs -------------------------------------------------------------------------------------------===//

/// Which pairs of the block exist, as an MxN tile of i1.
FailureOr<Value> PlaneEmitter::keep() {
  OpBuilder &builder = emitter.inside;
  Location loc = emitter.loc;
  using Predicate = arith::CmpIPredicate;
  auto compare = [&](Predicate predicate, const TileValue &position, Value end, bool isRow) {
    Value bound = emitter.asTile(uniform(end), isRow, !isRow);
    Value inside = arith::CmpIOp::create(builder, loc, predicate, position.value, bound);
    return emitter.asTile(TileValue{inside, isRow, !isRow, true, {}, 1, false}, true, true);
  };
  IndexMath math{emitter.outside, loc};
  Value all = compare(Predicate::slt, emitter.at.j, segment.keys, false);
  if (boundFirstColumn)
    all = arith::AndIOp::create(builder, loc, all, compare(Predicate::sge, emitter.at.j, math.constant(0), false));
  if (boundRows)
    all = arith::AndIOp::create(builder, loc, all,
                                compare(Predicate::slt, emitter.at.i, math.add(segment.queries, segment.shift), true));
  if (!mask.op || isListed)
    return all;
  FailureOr<TileValue> contains =
      emitter.convertOne(mask.captures, {}, [&](OpBuilder &scratch, ArrayRef<Value>, const MaskCoordinates &at) {
        return SmallVector<Value>{mask.op.emitContains(scratch, loc, at)};
      });
  if (failed(contains))
    return failure();
  return arith::AndIOp::create(builder, loc, emitter.asTile(*contains, true, true), all).getResult();
}

RemovePairs PlaneEmitter::remover(Value partial) {
  return [this, partial](Value tile, Value neutral) -> FailureOr<Value> {
    auto branch = scf::IfOp::create(emitter.inside, emitter.loc, TypeRange(tile.getType()), partial,
                                    /*withElseRegion=*/true);
    OpBuilder::InsertionGuard guard(emitter.inside);
    emitter.inside.setInsertionPointToEnd(branch.elseBlock());
    scf::YieldOp::create(emitter.inside, emitter.loc, tile);
    emitter.inside.setInsertionPointToEnd(branch.thenBlock());
    FailureOr<Value> pairs = keep();
    if (failed(pairs))
      return failure();
    Value kept = arith::SelectOp::create(emitter.inside, emitter.loc, *pairs, tile, neutral);
    scf::YieldOp::create(emitter.inside, emitter.loc, kept);
    return branch.getResult(0);
  };
}
