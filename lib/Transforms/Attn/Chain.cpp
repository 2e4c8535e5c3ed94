// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reads the chain of ops behind a plane and composes its steps into regions.
#include "lib/Transforms/Attn/Chain.h"
#include "dialects/Attn/ScalarRegion.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace attn;

//===-- reading -------------------------------------------------------------------------------------------------===//

llvm::SetVector<Value> Chain::captures() const {
  llvm::SetVector<Value> captures;
  for (ArrayRef<Operation *> steps : {ArrayRef(scoreSteps), ArrayRef(weightSteps)})
    for (Operation *step : steps)
      captures.insert_range(step->getOperands().drop_front()); // the plane comes first
  return captures;
}

SmallVector<Value> Chain::operands() const {
  SmallVector<Value> operands(score->getOperands());
  operands.append(masks.begin(), masks.end());
  llvm::append_range(operands, captures().takeVector());
  if (normalize)
    llvm::append_range(operands, NormalizeOp(normalize).getCaptures());
  return operands;
}

FailureOr<Chain> attn::readChain(Value plane, Operation *consumer) {
  Chain chain;
  while (true) {
    Operation *op = plane.getDefiningOp();
    if (!op) {
      InFlightDiagnostic error = consumer->emitOpError()
                                 << "cannot be fused: its plane is an argument of a region or function";
      error.attachNote(plane.getLoc())
          << "the plane enters here; inline the function, or make the plane where it is used";
      return failure();
    }
    if ((chain.score = dyn_cast<ScoreOp>(op)))
      break;
    if (auto normalize = dyn_cast<NormalizeOp>(op))
      chain.normalize = normalize;
    else if (auto mask = dyn_cast<MaskOp>(op))
      chain.masks.insert(mask.getMask());
    else if (isa<ModifyOp>(op) || (isa<GateOp>(op) && isa<ScoresType>(plane.getType())))
      chain.scoreSteps.push_back(op);
    else if (isa<GateOp>(op))
      chain.weightSteps.push_back(op);
    else
      return op->emitOpError() << "cannot be fused: a plane comes from score, modify, mask, normalize or gate only";
    plane = op->getOperand(0);
  }
  std::reverse(chain.scoreSteps.begin(), chain.scoreSteps.end());
  std::reverse(chain.weightSteps.begin(), chain.weightSteps.end());
  SmallVector<Value> masks = chain.masks.takeVector();
  chain.masks.insert(masks.rbegin(), masks.rend());
  return chain;
}

//===-- composing -----------------------------------------------------------------------------------------------===//

namespace {
/// A score or weight on its way through a region.
struct Composer {
  OpBuilder &builder;
  Block &block;
  const llvm::SetVector<Value> &captures;
  bool isPacked;
  Value current;

  Value captured(Value tensor) {
    size_t number = llvm::find(captures, tensor) - captures.begin();
    return block.getArgument(5 + number);
  }

  void modify(ModifyOp op) {
    SmallVector<Value> arguments = {current};
    llvm::append_range(arguments, block.getArguments().slice(1, 4));
    for (Value capture : op.getCaptures())
      arguments.push_back(captured(capture));
    current = inlineScalarRegion(builder, op.getBody(), arguments).front();
  }

  /// The index of an axis in storage order.
  Value storageIndex(Location loc, int64_t axis) {
    if (axis == 2)
      return QueryIndexOp::create(builder, loc, builder.getIndexType());
    if (axis == 3)
      return KeyIndexOp::create(builder, loc, builder.getIndexType());
    if (axis == 0 && isPacked) // b counts segments there
      return arith::ConstantIndexOp::create(builder, loc, 0);
    return block.getArgument(1 + axis);
  }

  Value factor(GateOp op) {
    Location loc = op.getLoc();
    SmallVector<Value> indices;
    for (int64_t axis : op.getDims())
      indices.push_back(storageIndex(loc, axis));
    Value value = LookupOp::create(builder, loc, captured(op.getFactor()), indices);
    unsigned width = value.getType().getIntOrFloatBitWidth(), wanted = current.getType().getIntOrFloatBitWidth();
    if (width < wanted)
      return arith::ExtFOp::create(builder, loc, current.getType(), value);
    if (width > wanted)
      return arith::TruncFOp::create(builder, loc, current.getType(), value);
    return value;
  }

  void gate(ArrayRef<GateOp> run) {
    Value logarithm;
    for (GateOp op : run) {
      Value value = factor(op);
      if (op.getDomain() == GateDomain::Linear)
        current = arith::MulFOp::create(builder, op.getLoc(), current, value);
      else
        logarithm = logarithm ? arith::AddFOp::create(builder, op.getLoc(), logarithm, value).getResult() : value;
    }
    if (!logarithm)
      return;
    Location loc = run.back()->getLoc();
    Value product = math::ExpOp::create(builder, loc, logarithm);
    current = arith::MulFOp::create(builder, loc, current, product);
  }
};
} // namespace

void attn::composeSteps(OpBuilder &builder, Region &region, ArrayRef<Operation *> steps,
                        const llvm::SetVector<Value> &captures, ScoreOp score) {
  OpBuilder::InsertionGuard guard(builder);
  Type element = score.getResult().getType().getElementType();
  SmallVector<Type> types = pairRegionTypes(element, captures.getArrayRef(), builder);
  Block *block = builder.createBlock(&region, {}, types, SmallVector<Location>(types.size(), score.getLoc()));
  Composer composer{builder, *block, captures, score.isPacked(), block->getArgument(0)};
  for (size_t n = 0; n < steps.size();) {
    if (auto modify = dyn_cast<ModifyOp>(steps[n])) {
      composer.modify(modify);
      ++n;
      continue;
    }
    SmallVector<GateOp> run;
    for (; n < steps.size() && isa<GateOp>(steps[n]); ++n)
      run.push_back(cast<GateOp>(steps[n]));
    composer.gate(run);
  }
  YieldOp::create(builder, score.getLoc(), composer.current);
}
