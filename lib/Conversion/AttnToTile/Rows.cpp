// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Derives a row's online form: reference, weights, sums, rescaling, the merge of parts, the output scale.
#include "lib/Conversion/AttnToTile/Rows.h"
#include "dialects/Tile/TileOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace attn;
using namespace attn::totile;

SmallVector<Value> RowState::flat() const {
  SmallVector<Value> values;
  if (reference)
    values.push_back(reference);
  values.append(sums);
  return values;
}

RowState RowState::from(ValueRange flat, bool hasReference) {
  RowState state;
  if (hasReference)
    state.reference = flat.front();
  state.sums = llvm::to_vector(hasReference ? flat.drop_front() : flat);
  return state;
}

//===-- the contract's functions on tiles -----------------------------------------------------------------------===//

FailureOr<TileValue> RowMonoid::emit(ArrayRef<TileValue> inputs, Emit emitScalar) {
  return emitter.convertOne(captures, inputs,
                            [&](OpBuilder &builder, ArrayRef<Value> scalars, const MaskCoordinates &at) {
                              NormalizerContext context{at.b, at.h, at.i, at.j, compute, at.captures};
                              return SmallVector<Value>{emitScalar(builder, scalars, context)};
                            });
}

FailureOr<Value> RowMonoid::emitRow(ArrayRef<TileValue> inputs, bool inLoop, Emit emitScalar) {
  FailureOr<TileValue> value = emit(inputs, emitScalar);
  if (failed(value))
    return failure();
  if (value->cols)
    return emitError(emitter.loc) << "expects a function of the row in the normalizer, but it depends on the column";
  return emitter.asTile(*value, true, false, inLoop);
}

FailureOr<RowState> RowMonoid::empty() {
  RowState state;
  if (normalizer.hasReference()) {
    FailureOr<Value> identity =
        emitRow({}, false, [&](OpBuilder &builder, ArrayRef<Value>, const NormalizerContext &at) {
          return normalizer.emitIdentity(builder, emitter.loc, at);
        });
    if (failed(identity))
      return failure();
    state.reference = *identity;
  }
  for (unsigned n = 0; n < normalizer.numSums(); ++n)
    state.sums.push_back(arith::ConstantOp::create(
        emitter.outside, emitter.loc, emitter.outside.getZeroAttr(emitter.tileType(compute, true, false))));
  return state;
}

FailureOr<Value> RowMonoid::join(Value left, Value right, bool inLoop) {
  return emitRow({perRow(left, inLoop), perRow(right, inLoop)}, inLoop,
                 [&](OpBuilder &builder, ArrayRef<Value> in, const NormalizerContext &at) {
                   return normalizer.emitCombine(builder, emitter.loc, in[0], in[1], at);
                 });
}

FailureOr<Value> RowMonoid::rescale(Value from, Value to, bool inLoop) {
  return emitRow({perRow(from, inLoop), perRow(to, inLoop)}, inLoop,
                 [&](OpBuilder &builder, ArrayRef<Value> in, const NormalizerContext &at) {
                   return normalizer.emitRescale(builder, emitter.loc, in[0], in[1], at);
                 });
}

FailureOr<Value> RowMonoid::finalize(const RowState &state, bool inLoop) {
  if (!normalizer.hasFinalize())
    return Value();
  SmallVector<TileValue> inputs =
      llvm::map_to_vector(state.flat(), [&](Value value) { return perRow(value, inLoop); });
  return emitRow(inputs, inLoop, [&](OpBuilder &builder, ArrayRef<Value> in, const NormalizerContext &at) {
    RowState scalars = RowState::from(in, normalizer.hasReference());
    return normalizer.emitFinalize(builder, emitter.loc, scalars.reference, scalars.sums, at);
  });
}

FailureOr<Value> RowMonoid::lse(const RowState &state, LseForm form) {
  SmallVector<TileValue> inputs = llvm::map_to_vector(state.flat(), [](Value value) { return perRow(value, false); });
  return emitRow(inputs, false, [&](OpBuilder &builder, ArrayRef<Value> in, const NormalizerContext &at) {
    RowState scalars = RowState::from(in, normalizer.hasReference());
    return normalizer.emitLse(builder, emitter.loc, scalars.reference, scalars.sums, at, form);
  });
}

FailureOr<RowState> RowMonoid::fromLse(Value lse, LseForm form, bool inLoop) {
  FailureOr<SmallVector<TileValue>> values = emitter.convert(
      captures, {perRow(lse, inLoop)}, [&](OpBuilder &builder, ArrayRef<Value> in, const MaskCoordinates &at) {
        NormalizerContext context{at.b, at.h, at.i, at.j, compute, at.captures};
        SmallVector<Value> sums;
        Value reference = normalizer.emitStateFromLse(builder, emitter.loc, in[0], form, context, sums);
        sums.insert(sums.begin(), reference);
        return sums;
      });
  if (failed(values))
    return failure();
  SmallVector<Value> flat =
      llvm::map_to_vector(*values, [&](const TileValue &value) { return emitter.asTile(value, true, false, inLoop); });
  return RowState::from(flat, true);
}

//===-- a block of scores ---------------------------------------------------------------------------------------===//

static std::optional<tile::CombineKind> reduceKind(CombineKind kind) {
  switch (kind) {
  case CombineKind::maximum:
    return tile::CombineKind::max;
  case CombineKind::minimum:
    return tile::CombineKind::min;
  case CombineKind::add:
    return tile::CombineKind::add;
  case CombineKind::other:
    return std::nullopt;
  }
  return std::nullopt;
}

FailureOr<Value> RowMonoid::reduceReference(Value tile, int64_t dim) {
  OpBuilder &builder = emitter.inside;
  if (std::optional<tile::CombineKind> kind = reduceKind(normalizer.combineKind()))
    return tile::ReduceOp::create(builder, emitter.loc, *kind, tile, dim).getResult();
  SmallVector<int64_t> shape(cast<RankedTensorType>(tile.getType()).getShape());
  shape[dim] = 1;
  auto reduce = tile::ReduceOp::create(builder, emitter.loc, RankedTensorType::get(shape, compute), tile,
                                       tile::CombineKindAttr(), builder.getI64IntegerAttr(dim));
  Block &block = reduce.getCombine().emplaceBlock();
  Value left = block.addArgument(compute, emitter.loc), right = block.addArgument(compute, emitter.loc);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToEnd(&block);
  FailureOr<TileValue> joined = emit({uniform(left, true), uniform(right, true)},
                                     [&](OpBuilder &scratch, ArrayRef<Value> in, const NormalizerContext &at) {
                                       return normalizer.emitCombine(scratch, emitter.loc, in[0], in[1], at);
                                     });
  if (failed(joined))
    return failure();
  if (!joined->isUniform())
    return emitError(emitter.loc) << "expects combine not to depend on the row";
  tile::YieldOp::create(builder, emitter.loc, joined->value);
  return reduce.getResult();
}

static Value zeroTile(OpBuilder &builder, Location loc, Value like) {
  return arith::ConstantOp::create(builder, loc, builder.getZeroAttr(like.getType()));
}

FailureOr<Value> RowMonoid::weigh(Value score, Value reference, const RemovePairs &remove) {
  SmallVector<TileValue> inputs = {perPair(score)};
  if (reference)
    inputs.push_back(perRow(reference));
  FailureOr<TileValue> weight = emit(inputs, [&](OpBuilder &builder, ArrayRef<Value> in, const NormalizerContext &at) {
    return normalizer.emitWeight(builder, emitter.loc, in[0], in.size() > 1 ? in[1] : Value(), at);
  });
  if (failed(weight))
    return failure();
  Value tile = emitter.asTile(*weight, true, true);
  return normalizer.absorbing() ? FailureOr<Value>(tile) : remove(tile, zeroTile(emitter.inside, emitter.loc, tile));
}

FailureOr<SmallVector<Value>> RowMonoid::contributions(Value weight, const RemovePairs &remove) {
  FailureOr<SmallVector<TileValue>> sums = emitter.convert(
      captures, {perPair(weight)}, [&](OpBuilder &builder, ArrayRef<Value> in, const MaskCoordinates &at) {
        NormalizerContext context{at.b, at.h, at.i, at.j, compute, at.captures};
        SmallVector<Value> values;
        normalizer.emitSums(builder, emitter.loc, in[0], context, values);
        return values;
      });
  if (failed(sums))
    return failure();
  SmallVector<Value> reduced;
  for (const TileValue &sum : *sums) {
    FailureOr<Value> tile = emitter.asTile(sum, true, true);
    if (*tile != weight) // a removed pair adds 0, whatever the sum makes of the weight 0
      tile = remove(*tile, zeroTile(emitter.inside, emitter.loc, *tile));
    if (failed(tile))
      return failure();
    reduced.push_back(tile::ReduceOp::create(emitter.inside, emitter.loc, tile::CombineKind::add, *tile, 1));
  }
  return reduced;
}

FailureOr<RowMonoid::Step> RowMonoid::step(const RowState &old, Value score, const RemovePairs &remove) {
  Step step;
  Location loc = emitter.loc;
  if (normalizer.hasReference()) {
    FailureOr<TileValue> own =
        emit({perPair(score)}, [&](OpBuilder &builder, ArrayRef<Value> in, const NormalizerContext &at) {
          return normalizer.emitReference(builder, loc, in[0], at);
        });
    if (failed(own))
      return failure();
    FailureOr<Value> references = emitter.asTile(*own, true, true);
    if (!normalizer.absorbing()) {
      FailureOr<TileValue> identity = emit({}, [&](OpBuilder &builder, ArrayRef<Value>, const NormalizerContext &at) {
        return normalizer.emitIdentity(builder, loc, at);
      });
      if (failed(identity))
        return failure();
      references = remove(*references, emitter.asTile(*identity, true, true));
    }
    if (failed(references))
      return failure();
    FailureOr<Value> block = reduceReference(*references, 1);
    FailureOr<Value> joined = failed(block) ? block : join(old.reference, *block, true);
    FailureOr<Value> factor = failed(joined) ? joined : rescale(old.reference, *joined, true);
    if (failed(factor))
      return failure();
    step.next.reference = *joined;
    step.rescale = *factor;
  }
  FailureOr<Value> weight = weigh(score, step.next.reference, remove);
  if (failed(weight))
    return failure();
  step.weight = *weight;
  FailureOr<SmallVector<Value>> sums = contributions(*weight, remove);
  if (failed(sums))
    return failure();
  for (auto [before, added] : llvm::zip_equal(old.sums, *sums)) {
    Value kept = step.rescale ? arith::MulFOp::create(emitter.inside, loc, before, step.rescale) : before;
    step.next.sums.push_back(arith::AddFOp::create(emitter.inside, loc, kept, added));
  }
  return step;
}

//===-- parts of a row ------------------------------------------------------------------------------------------===//

FailureOr<RowMonoid::Joint> RowMonoid::combine(const RowState &left, const RowState &right, bool inLoop) {
  Joint joint;
  OpBuilder &builder = emitter.builder(inLoop);
  if (normalizer.hasReference()) {
    FailureOr<Value> reference = join(left.reference, right.reference, inLoop);
    FailureOr<Value> fromLeft = failed(reference) ? reference : rescale(left.reference, *reference, inLoop);
    FailureOr<Value> fromRight = failed(fromLeft) ? fromLeft : rescale(right.reference, *reference, inLoop);
    if (failed(fromRight))
      return failure();
    joint.state.reference = *reference;
    joint.left = *fromLeft;
    joint.right = *fromRight;
  }
  auto scaled = [&](Value sum, Value factor) {
    return factor ? arith::MulFOp::create(builder, emitter.loc, sum, factor).getResult() : sum;
  };
  for (auto [a, b] : llvm::zip_equal(left.sums, right.sums))
    joint.state.sums.push_back(
        arith::AddFOp::create(builder, emitter.loc, scaled(a, joint.left), scaled(b, joint.right)));
  return joint;
}

FailureOr<RowMonoid::JointParts> RowMonoid::combineParts(const RowState &parts) {
  JointParts joint;
  OpBuilder &builder = emitter.inside;
  Location loc = emitter.loc;
  if (normalizer.hasReference()) {
    FailureOr<Value> reference = reduceReference(parts.reference, 0);
    if (failed(reference))
      return failure();
    joint.state.reference = *reference;
    Value all = tile::BroadcastOp::create(builder, loc, parts.reference.getType(), *reference);
    FailureOr<Value> factors = rescale(parts.reference, all, true);
    if (failed(factors))
      return failure();
    joint.factors = *factors;
  }
  for (Value sum : parts.sums) {
    if (joint.factors)
      sum = arith::MulFOp::create(builder, loc, sum, joint.factors);
    joint.state.sums.push_back(tile::ReduceOp::create(builder, loc, tile::CombineKind::add, sum, 0));
  }
  return joint;
}
