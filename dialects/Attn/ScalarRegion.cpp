// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Regions of scalar IR: what they may hold, and how one is emitted somewhere else.
#include "dialects/Attn/ScalarRegion.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace attn;

bool attn::isScalarOp(Operation *op) {
  return isa<arith::ConstantOp, arith::AddFOp, arith::SubFOp, arith::MulFOp, arith::DivFOp, arith::NegFOp,
             arith::MaximumFOp, arith::MinimumFOp, arith::MaxNumFOp, arith::MinNumFOp, arith::AddIOp, arith::SubIOp,
             arith::MulIOp, arith::DivSIOp, arith::FloorDivSIOp, arith::CeilDivSIOp, arith::RemSIOp, arith::MaxSIOp,
             arith::MinSIOp, arith::AndIOp, arith::OrIOp, arith::XOrIOp, arith::ShLIOp, arith::ShRSIOp, arith::ShRUIOp,
             arith::CmpIOp, arith::CmpFOp, arith::SelectOp, arith::IndexCastOp, arith::SIToFPOp, arith::UIToFPOp,
             arith::FPToSIOp, arith::ExtFOp, arith::TruncFOp, arith::ExtSIOp, arith::ExtUIOp, arith::TruncIOp>(op) ||
         isa<math::ExpOp, math::Exp2Op, math::ExpM1Op, math::LogOp, math::Log2Op, math::Log1pOp, math::TanhOp,
             math::SqrtOp, math::RsqrtOp, math::AbsFOp, math::AbsIOp, math::SinOp, math::CosOp, math::ErfOp,
             math::PowFOp, math::FmaOp, math::FloorOp, math::CeilOp>(op) ||
         isa<SoftcapOp, LookupOp, DistanceOp, QueryIndexOp, KeyIndexOp, ExtentOp>(op);
}

LogicalResult attn::verifyScalarRegion(Operation *op, Region &region, StringRef name, TypeRange arguments,
                                       TypeRange results) {
  if (!region.hasOneBlock())
    return op->emitOpError() << "expects region '" << name << "' to have one block, but got "
                             << region.getBlocks().size();
  Block &block = region.front();
  if (block.getNumArguments() != arguments.size())
    return op->emitOpError() << "expects region '" << name << "' to take " << arguments.size()
                             << " arguments, but got " << block.getNumArguments();
  for (auto [number, argument, type] : llvm::enumerate(block.getArguments(), arguments))
    if (argument.getType() != type)
      return op->emitOpError() << "expects argument #" << number << " of region '" << name << "' to be " << type
                               << ", but got " << argument.getType();
  auto yield = block.empty() ? YieldOp() : dyn_cast<YieldOp>(block.back());
  if (!yield)
    return op->emitOpError() << "expects region '" << name << "' to end with attn.yield";
  for (Operation &inner : block.without_terminator()) {
    if (!isScalarOp(&inner))
      return inner.emitOpError() << "is not on the list of scalar ops that region '" << name << "' of " << op->getName()
                                 << " may hold";
    for (Type type : inner.getResultTypes())
      if (!type.isIntOrIndexOrFloat())
        return inner.emitOpError() << "expects a scalar in region '" << name << "' of " << op->getName() << ", but got "
                                   << type;
  }
  if (yield.getValues().getTypes() != results) {
    InFlightDiagnostic diagnostic = op->emitOpError() << "expects region '" << name << "' to yield (";
    llvm::interleaveComma(results, diagnostic);
    diagnostic << "), but got (";
    llvm::interleaveComma(yield.getValues().getTypes(), diagnostic);
    return diagnostic << ")";
  }
  return success();
}

SmallVector<Type> attn::pairRegionTypes(TypeRange leading, ValueRange captures, Builder builder) {
  SmallVector<Type> types(leading);
  types.append(4, builder.getIndexType());
  for (Value capture : captures)
    types.push_back(getCapturedType(cast<RankedTensorType>(capture.getType())));
  return types;
}

static bool isDivision(Operation *op) {
  return isa<arith::DivSIOp, arith::FloorDivSIOp, arith::CeilDivSIOp, arith::RemSIOp>(op);
}

/// Clones a division so that no divisor ends the process: by 0 the dividend is divided by 1 instead, by -1 it is
/// negated. Pairs that do not exist are divided too. Only small constants appear, as an index may become 32 bits wide.
static Value cloneDivision(OpBuilder &builder, Operation &op, IRMapping &mapping) {
  Operation *division = builder.clone(op, mapping);
  Value dividend = division->getOperand(0), divisor = division->getOperand(1), quotient = division->getResult(0);
  APInt known;
  if (matchPattern(divisor, m_ConstantInt(&known)) && !known.isZero() && !known.isAllOnes())
    return quotient;
  Location loc = op.getLoc();
  auto constant = [&](int64_t value) -> Value {
    return arith::ConstantOp::create(builder, loc, builder.getIntegerAttr(divisor.getType(), value));
  };
  auto divisorIs = [&](Value value) -> Value {
    return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, divisor, value);
  };
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(division);
  Value zero = constant(0), isNegation = divisorIs(constant(-1));
  Value traps = arith::OrIOp::create(builder, loc, divisorIs(zero), isNegation);
  division->setOperand(1, arith::SelectOp::create(builder, loc, traps, constant(1), divisor));
  builder.setInsertionPointAfter(division);
  Value negated = isa<arith::RemSIOp>(op) ? zero : arith::SubIOp::create(builder, loc, zero, dividend).getResult();
  return arith::SelectOp::create(builder, loc, isNegation, negated, quotient);
}

SmallVector<Value> attn::inlineScalarRegion(OpBuilder &builder, Region &region, ValueRange arguments,
                                            const MaskCoordinates *at, bool guardDivisions) {
  Block &block = region.front();
  IRMapping mapping;
  mapping.map(block.getArguments(), arguments);
  for (Operation &op : block.without_terminator()) {
    if (at && isa<QueryIndexOp>(op))
      mapping.map(op.getResult(0), at->queryIndex);
    else if (at && isa<KeyIndexOp>(op))
      mapping.map(op.getResult(0), at->keyIndex);
    else if (auto extent = dyn_cast<ExtentOp>(op); at && extent)
      mapping.map(op.getResult(0), extent.getAxis() == Axis::Query ? at->queryExtent : at->keyExtent);
    else if (guardDivisions && isDivision(&op))
      mapping.map(op.getResult(0), cloneDivision(builder, op, mapping));
    else
      builder.clone(op, mapping);
  }
  SmallVector<Value> results;
  for (Value value : cast<YieldOp>(block.getTerminator()).getValues())
    results.push_back(mapping.lookup(value));
  return results;
}

SmallVector<Value> attn::inlinePairRegion(OpBuilder &builder, Region &region, ValueRange leading,
                                          const MaskCoordinates &at) {
  SmallVector<Value> arguments(leading);
  arguments.append({at.b, at.h, at.i, at.j});
  arguments.append(at.captures);
  return inlineScalarRegion(builder, region, arguments, &at, /*guardDivisions=*/true);
}

FailureOr<SmallVector<Value>> attn::dropUnusedCaptures(PatternRewriter &rewriter, Region &region, ValueRange captures,
                                                       unsigned firstArgument) {
  Block &block = region.front();
  SmallVector<Value> kept;
  SmallVector<BlockArgument> keptArguments;
  llvm::BitVector dropped(block.getNumArguments());
  for (auto [number, capture] : llvm::enumerate(captures)) {
    BlockArgument argument = block.getArgument(firstArgument + number);
    auto *first = llvm::find(kept, capture);
    if (first != kept.end())
      rewriter.replaceAllUsesWith(argument, keptArguments[first - kept.begin()]);
    if (argument.use_empty()) {
      dropped.set(firstArgument + number);
    } else {
      kept.push_back(capture);
      keptArguments.push_back(argument);
    }
  }
  if (dropped.none())
    return failure();
  block.eraseArguments(dropped);
  return kept;
}
