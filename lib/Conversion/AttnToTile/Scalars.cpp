// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Converts scalar IR to tile arithmetic: blocks, control flow, elementwise ops and the dialect's helpers.
#include "lib/Conversion/AttnToTile/Scalars.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace attn;
using namespace attn::totile;

static Type scalarType(const TileValue &value) { return getElementTypeOrSelf(value.value.getType()); }

/// The shape that values have together.
static TileValue joined(ArrayRef<TileValue> values) {
  TileValue all;
  for (const TileValue &value : values) {
    all.rows |= value.rows;
    all.cols |= value.cols;
    all.inLoop |= value.inLoop;
  }
  return all;
}

FailureOr<SmallVector<TileValue>> ScalarConversion::run(ArrayRef<Value> captures, ArrayRef<TileValue> inputs,
                                                        ScalarEmitter emit) {
  Location loc = emitter.loc;
  Region region;
  Block &block = region.emplaceBlock();
  MaskCoordinates at;
  std::pair<Value *, TileValue *> places[] = {{&at.b, &emitter.at.b},
                                              {&at.h, &emitter.at.h},
                                              {&at.i, &emitter.at.i},
                                              {&at.j, &emitter.at.j},
                                              {&at.queryExtent, &emitter.at.queryExtent},
                                              {&at.keyExtent, &emitter.at.keyExtent},
                                              {&at.queryIndex, &emitter.at.queryIndex},
                                              {&at.keyIndex, &emitter.at.keyIndex},
                                              {&at.heads, &emitter.at.heads}};
  Type index = emitter.outside.getIndexType();
  for (auto [scalar, value] : places) {
    *scalar = block.addArgument(index, loc);
    bind(*scalar, *value);
  }
  coordinates = {{at.b, Coordinate::batch},
                 {at.h, Coordinate::head},
                 {at.queryIndex, Coordinate::query},
                 {at.keyIndex, Coordinate::key}};
  if (emitter.at.i.value == emitter.at.queryIndex.value)
    coordinates[at.i] = Coordinate::query;
  if (emitter.at.j.value == emitter.at.keyIndex.value)
    coordinates[at.j] = Coordinate::key;
  for (Value tensor : captures) {
    Value captured = block.addArgument(getCapturedType(cast<RankedTensorType>(tensor.getType())), loc);
    tensors.map(captured, tensor);
    memrefs.map(captured, emitter.resolve(tensor));
    at.captures.push_back(captured);
  }
  SmallVector<Value> scalars;
  for (const TileValue &input : inputs) {
    scalars.push_back(block.addArgument(input.isIndex ? index : scalarType(input), loc));
    bind(scalars.back(), input);
  }

  OpBuilder scratch(loc.getContext());
  scratch.setInsertionPointToEnd(&block);
  SmallVector<Value> results = emit(scratch, scalars, at);
  if (failed(convertBlock(block)))
    return failure();
  SmallVector<TileValue> converted;
  for (Value result : results) {
    converted.push_back(get(result));
    if (!converted.back())
      return emitError(loc) << "expects a result that is known at this place";
  }
  return converted;
}

LogicalResult ScalarConversion::convertBlock(Block &block) {
  for (Operation &op : block)
    if (!op.hasTrait<OpTrait::IsTerminator>() && failed(convert(op)))
      return failure();
  return success();
}

FailureOr<SmallVector<TileValue>> ScalarConversion::operands(Operation &op) {
  SmallVector<TileValue> converted;
  for (Value operand : op.getOperands()) {
    if (memrefs.contains(operand))
      continue;
    converted.push_back(get(operand));
    if (!converted.back())
      return emitError(emitter.loc)
             << "expects every operand of " << op.getName()
             << " to be known where it is evaluated, but a function of the row asks for a column";
  }
  return converted;
}

LogicalResult ScalarConversion::convert(Operation &op) {
  if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
    bind(constant, uniform(emitter.outside.clone(op)->getResult(0)));
    return success();
  }
  auto isCoordinate = [&](const TileValue &value) {
    bind(op.getResult(0), value);
    return success();
  };
  if (isa<QueryIndexOp>(op))
    return isCoordinate(emitter.at.queryIndex);
  if (isa<KeyIndexOp>(op))
    return isCoordinate(emitter.at.keyIndex);
  if (auto extent = dyn_cast<ExtentOp>(op))
    return isCoordinate(extent.getAxis() == Axis::Query ? emitter.at.queryExtent : emitter.at.keyExtent);
  if (auto lookup = dyn_cast<LookupOp>(op))
    return convertLookup(lookup);
  if (auto distance = dyn_cast<DistanceOp>(op))
    return convertDistance(distance);
  if (auto softcap = dyn_cast<SoftcapOp>(op))
    return convertSoftcap(softcap);
  if (isa<arith::IndexCastOp>(op))
    return convertIndexCast(op);
  if (auto branch = dyn_cast<scf::IfOp>(op))
    return convertIf(branch);
  if (auto loop = dyn_cast<scf::ForOp>(op))
    return convertFor(loop);
  if (!isa<arith::ArithDialect, math::MathDialect>(op.getDialect()) || op.getNumRegions() != 0 ||
      op.getNumResults() != 1)
    return emitError(emitter.loc) << "expects scalar IR of arith, math, scf and attn, but got " << op.getName();
  return convertElementwise(op);
}

LogicalResult ScalarConversion::convertElementwise(Operation &op) {
  if (TileValue quotient = uniformQuotient(op)) {
    bind(op.getResult(0), quotient);
    return success();
  }
  FailureOr<SmallVector<TileValue>> inputs = operands(op);
  if (failed(inputs))
    return failure();
  TileValue result = joined(*inputs);
  OpBuilder &builder = emitter.builder(result.inLoop);
  SmallVector<Value> numbers;
  for (const TileValue &input : *inputs)
    numbers.push_back(result.isUniform() ? input.value
                                         : emitter.asTile(input, result.rows, result.cols, result.inLoop));
  Type scalar = op.getResult(0).getType();
  Type type = result.isUniform() ? scalar : emitter.tileType(scalar, result.rows, result.cols);
  result.value = builder.create(emitter.loc, op.getName().getIdentifier(), numbers, type, op.getAttrs())->getResult(0);

  // A position further on is still start + row or start + column.
  APInt offset;
  if (isa<arith::AddIOp>(op) && (*inputs)[0].start && matchPattern(op.getOperand(1), m_ConstantInt(&offset)) &&
      offset.isNonNegative())
    result.start = arith::AddIOp::create(builder, emitter.loc, (*inputs)[0].start, (*inputs)[1].value);
  bind(op.getResult(0), result);
  return success();
}

TileValue ScalarConversion::uniformQuotient(Operation &op) {
  if (!isa<arith::DivSIOp, arith::FloorDivSIOp, arith::DivUIOp>(op))
    return {};
  TileValue dividend = get(op.getOperand(0));
  APInt divisor;
  if (!dividend.start || dividend.rows == dividend.cols || !matchPattern(op.getOperand(1), m_ConstantInt(&divisor)))
    return {};
  int64_t size = dividend.rows ? emitter.sizes.rows : emitter.sizes.cols;
  if (dividend.multiple % size != 0 || divisor.getSExtValue() <= 0 || divisor.getSExtValue() % size != 0)
    return {};
  Value quotient = arith::DivSIOp::create(emitter.builder(dividend.inLoop), emitter.loc, dividend.start,
                                          get(op.getOperand(1)).value);
  return uniform(quotient, dividend.inLoop);
}

LogicalResult ScalarConversion::convertDistance(DistanceOp op) {
  FailureOr<SmallVector<TileValue>> inputs = operands(*op);
  if (failed(inputs))
    return failure();
  TileValue result = joined(*inputs);
  OpBuilder &builder = emitter.builder(result.inLoop);
  auto number = [&](const TileValue &input) {
    return result.isUniform() ? input.value : emitter.asTile(input, result.rows, result.cols, result.inLoop);
  };
  Value difference = arith::SubIOp::create(builder, emitter.loc, number((*inputs)[0]), number((*inputs)[1]));
  if (result.isUniform()) {
    difference = arith::IndexCastOp::create(builder, emitter.loc, builder.getI64Type(), difference);
    result.value = arith::SIToFPOp::create(builder, emitter.loc, op.getType(), difference);
  } else {
    Type type = emitter.tileType(op.getType(), result.rows, result.cols);
    result.value = arith::SIToFPOp::create(builder, emitter.loc, type, difference);
  }
  bind(op, result);
  return success();
}

/// Replaced by its definition, then converted.
LogicalResult ScalarConversion::convertSoftcap(SoftcapOp op) {
  OpBuilder scratch(op);
  Location loc = op.getLoc();
  double cap = op.getCapAttr().getValueAsDouble();
  auto constant = [&](double value) -> Operation * {
    return arith::ConstantOp::create(scratch, loc, scratch.getFloatAttr(op.getType(), value));
  };
  Operation *outer = constant(cap), *inner = constant(1.0 / cap);
  Operation *scaled = arith::MulFOp::create(scratch, loc, op.getValue(), inner->getResult(0));
  Operation *bounded = math::TanhOp::create(scratch, loc, scaled->getResult(0));
  Operation *result = arith::MulFOp::create(scratch, loc, bounded->getResult(0), outer->getResult(0));
  for (Operation *step : {outer, inner, scaled, bounded, result})
    if (failed(convert(*step)))
      return failure();
  bind(op, get(result->getResult(0)));
  return success();
}

LogicalResult ScalarConversion::convertIndexCast(Operation &op) {
  FailureOr<SmallVector<TileValue>> inputs = operands(op);
  if (failed(inputs))
    return failure();
  TileValue result = inputs->front();
  if (result.isUniform())
    return convertElementwise(op);
  OpBuilder &builder = emitter.builder(result.inLoop);
  Type type = emitter.tileType(op.getResult(0).getType(), result.rows, result.cols);
  unsigned from = getElementTypeOrSelf(result.value.getType()).getIntOrFloatBitWidth();
  unsigned to = getElementTypeOrSelf(type).getIntOrFloatBitWidth();
  if (from < to)
    result.value = arith::ExtSIOp::create(builder, emitter.loc, type, result.value);
  else if (from > to)
    result.value = arith::TruncIOp::create(builder, emitter.loc, type, result.value);
  bind(op.getResult(0), result);
  return success();
}

TileValue ScalarConversion::select(const TileValue &condition, const TileValue &yes, const TileValue &no) {
  TileValue result = joined({condition, yes, no});
  OpBuilder &builder = emitter.builder(result.inLoop);
  auto number = [&](const TileValue &input) {
    return result.isUniform() ? input.value : emitter.asTile(input, result.rows, result.cols, result.inLoop);
  };
  result.value = arith::SelectOp::create(builder, emitter.loc, number(condition), number(yes), number(no));
  return result;
}

/// Both branches, then a choice: scalar IR has no effects.
LogicalResult ScalarConversion::convertIf(scf::IfOp op) {
  if (op.getNumResults() == 0)
    return success();
  if (failed(convertBlock(*op.thenBlock())) || failed(convertBlock(*op.elseBlock())))
    return failure();
  for (auto [result, yes, no] : llvm::zip(op.getResults(), op.thenYield().getOperands(), op.elseYield().getOperands()))
    bind(result, select(get(op.getCondition()), get(yes), get(no)));
  return success();
}

/// The extent of a captured tensor that the body reads at the induction variable: no iteration lies behind it.
TileValue ScalarConversion::boundByLookup(scf::ForOp op) {
  for (Operation &inner : *op.getBody()) {
    auto lookup = dyn_cast<LookupOp>(inner);
    Value memref = lookup ? memrefs.lookupOrNull(lookup.getTensor()) : Value();
    auto index = llvm::find(inner.getOperands(), op.getInductionVar());
    if (!memref || index == inner.operand_end())
      continue;
    int64_t dim = std::distance(inner.operand_begin(), index) - 1; // the tensor comes first
    return uniform(memref::DimOp::create(emitter.outside, emitter.loc, memref, dim));
  }
  return {};
}

FailureOr<scf::ForOp> ScalarConversion::convertLoop(scf::ForOp op, TileValue bound, bool asScalars) {
  auto carriedAs = [&](const TileValue &value) { return asScalars ? value.value : emitter.asTile(value, true, true); };
  SmallVector<Value> initial = llvm::map_to_vector(op.getInitArgs(), [&](Value init) { return carriedAs(get(init)); });
  auto loop = scf::ForOp::create(emitter.inside, emitter.loc, get(op.getLowerBound()).value, bound.value,
                                 get(op.getStep()).value, initial);
  TileValue place = uniform(loop.getInductionVar(), true), ends = get(op.getUpperBound());
  bind(op.getInductionVar(), place);
  for (auto [scalar, carried] : llvm::zip(op.getRegionIterArgs(), loop.getRegionIterArgs()))
    bind(scalar, asScalars ? uniform(carried, true) : perPair(carried));
  OpBuilder::InsertionGuard guard(emitter.inside), outsideGuard(emitter.outside);
  emitter.inside.setInsertionPointToStart(loop.getBody());
  if (emitter.outside.getInsertionBlock() == loop->getBlock())
    emitter.outside.setInsertionPoint(loop);
  if (failed(convertBlock(*op.getBody())))
    return failure();
  TileValue runs;
  if (!ends.isUniform()) {
    runs = joined({place, ends});
    Value left = emitter.asTile(place, runs.rows, runs.cols), right = emitter.asTile(ends, runs.rows, runs.cols);
    runs.value = arith::CmpIOp::create(emitter.inside, emitter.loc, arith::CmpIPredicate::slt, left, right);
  }
  SmallVector<Value> yielded;
  for (auto [value, carried] : llvm::zip(op.getBody()->getTerminator()->getOperands(), op.getRegionIterArgs())) {
    if (asScalars && !get(value).isUniform()) {
      loop.erase();
      return scf::ForOp();
    }
    // Pairs whose own loop has ended keep what they have.
    yielded.push_back(carriedAs(runs ? select(runs, get(value), get(carried)) : get(value)));
  }
  scf::YieldOp::create(emitter.inside, emitter.loc, yielded);
  for (auto [scalar, carried] : llvm::zip(op.getResults(), loop.getResults()))
    bind(scalar, asScalars ? uniform(carried, true) : perPair(carried));
  return loop;
}

/// A loop whose bounds are the same for all pairs, or whose upper bound differs but is known to lie within a tensor.
LogicalResult ScalarConversion::convertFor(scf::ForOp op) {
  for (Value bound : {op.getLowerBound(), op.getStep()})
    if (!get(bound) || !get(bound).isUniform())
      return emitError(emitter.loc)
             << "expects the start and step of a loop in scalar IR to be the same for all pairs of "
                "a tile";
  TileValue bound = get(op.getUpperBound());
  if (bound && !bound.isUniform())
    bound = boundByLookup(op);
  if (!bound)
    return emitError(emitter.loc)
           << "expects the end of a loop in scalar IR to be the same for all pairs of a tile, or "
              "a lookup in the loop at its number";
  bool startsUniform = get(op.getUpperBound()).isUniform() &&
                       llvm::all_of(op.getInitArgs(), [&](Value init) { return get(init).isUniform(); });
  FailureOr<scf::ForOp> loop = convertLoop(op, bound, startsUniform);
  if (failed(loop) || *loop)
    return loop;
  return convertLoop(op, bound, /*asScalars=*/false);
}
