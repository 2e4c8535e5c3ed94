// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// score, modify, mask, normalize, gate: ops that make a plane or change one.
#include "dialects/Attn/AttnOps.h"
#include "lib/Reference/Masks.h"
#include "lib/Reference/Stages.h"
#include "llvm/ADT/TypeSwitch.h"
#include <cmath>

using namespace mlir;
using namespace attn::reference;

void attn::reference::addRegion(Plane &plane, Region &region, ValueRange captures, Operation *user, Scope &scope) {
  std::vector<TensorRef> tensors = scope.tensors(captures, user);
  plane.unspecified |= anyUnspecified(tensors);
  PairProgram program(region, std::move(tensors), scope.rounds(), scope.errors);
  plane.stages.push_back([program](Row &row) mutable {
    row.multiplyLogGates();
    row.forEach([&](int64_t j, double &value) {
      Cell changed = program.ofScore(value, row.at, j);
      row.unspecified |= changed.unspecified;
      value = changed.real;
    });
  });
}

void attn::reference::addMask(Plane &plane, Value mask, Operation *user, Scope &scope) {
  plane.masks.push_back(makeMask(mask, plane.domain, user, scope));
  SmallVector<Value> captured;
  if (auto op = mask.getDefiningOp<attn::MaskOpInterface>())
    op.collectCaptures(captured);
  plane.unspecified |= anyUnspecified(scope.tensors(captured, user));
}

void attn::reference::addNormalizer(Plane &plane, NormalizerUse use, Scope &scope) {
  RowNormalizer normalizer = makeNormalizer(use, plane.domain.heads, plane.precision, scope);
  plane.unspecified |= anyUnspecified(scope.tensors(use.captures, use.user));
  plane.normalized = true;
  plane.stages.push_back([normalizer](Row &row) {
    row.multiplyLogGates();
    row.state = normalizer.weigh(row);
    row.scale = normalizer.scale(row.at, row.state);
    if (normalizer.lse)
      row.lse = normalizer.lse(row.at, row.state);
  });
}

//===-- gate ----------------------------------------------------------------------------------------------------===//

/// The number of the factor's element for an element of the source: the indices of the named axes.
static int64_t factorOffset(const HostTensor &factor, ArrayRef<int64_t> dims, const int64_t (&indices)[4]) {
  int64_t number = 0;
  for (auto [extent, dim] : llvm::zip(factor.shape, dims))
    number = number * extent + indices[dim];
  return number;
}

static bool checkFactor(const HostTensor &factor, ArrayRef<int64_t> dims, const std::vector<int64_t> &shape,
                        Operation *op, Scope &scope) {
  bool fits = factor.shape.size() == dims.size();
  for (size_t n = 0; fits && n < dims.size(); ++n)
    fits = factor.shape[n] == shape[dims[n]];
  if (!fits)
    scope.errors.report(op, "expects a factor with the extents of the named axes, but got " + describe(factor));
  return fits && !scope.errors.any();
}

static void gatePlane(attn::GateOp op, Scope &scope) {
  Plane plane = scope.plane(op.getSource(), op);
  TensorRef factor = scope.tensor(op.getFactor(), op);
  const Domain &domain = plane.domain;
  SmallVector<int64_t> dims(op.getDims());
  if (!checkFactor(*factor, dims, {domain.batch, domain.heads, domain.queries, domain.keys}, op, scope))
    return;
  plane.unspecified |= anyUnspecified(factor);
  bool isLog = op.getDomain() == attn::GateDomain::Log;
  plane.stages.push_back([factor, dims, isLog, precision = plane.precision](Row &row) {
    if (isLog)
      row.logs.resize(row.at.keyExtent, 0.0);
    row.forEach([&](int64_t j, double &value) {
      const Place &at = row.at;
      double by = factor->values[factorOffset(*factor, dims, {at.batch, at.head, at.row, at.firstKey + j})];
      if (isLog)
        row.logs[j] += by;
      else
        value = precision.score(value * by);
    });
  });
  scope.set(op.getResult(), std::move(plane));
}

static void gateTensor(attn::GateOp op, Scope &scope) {
  HostTensor gated = *scope.tensor(op.getSource(), op);
  TensorRef factor = scope.tensor(op.getFactor(), op);
  if (gated.rank() != 4 || !checkFactor(*factor, op.getDims(), gated.shape, op, scope))
    return;
  bool isLog = op.getDomain() == attn::GateDomain::Log;
  for (int64_t number = 0; number < gated.size(); ++number) {
    int64_t indices[4], rest = number;
    for (int dim = 3; dim >= 0; --dim) {
      indices[dim] = rest % gated.shape[dim];
      rest /= gated.shape[dim];
    }
    int64_t at = factorOffset(*factor, op.getDims(), indices);
    gated.values[number] *= isLog ? std::exp(factor->values[at]) : factor->values[at];
    if (factor->isUnspecified(at))
      gated.markUnspecified(number);
  }
  scope.set(op.getResult(), std::move(gated));
}

//===-- the ops -------------------------------------------------------------------------------------------------===//

static void evaluateOp(attn::ScoreOp op, Scope &scope) {
  ScoreOperands operands{op.getTerms(),  op.getScales(), op.alignment() == attn::Align::BottomRight,
                         op.getCuQ(),    op.getCuK(),    op.getLenQ(),
                         op.getLenK()};
  scope.set(op.getResult(), makeScores(operands, op, scope));
}

static void evaluateOp(attn::ModifyOp op, Scope &scope) {
  Plane plane = scope.plane(op.getScores(), op);
  addRegion(plane, op.getBody(), op.getCaptures(), op, scope);
  scope.set(op.getResult(), std::move(plane));
}

static void evaluateOp(attn::MaskOp op, Scope &scope) {
  Plane plane = scope.plane(op.getScores(), op);
  addMask(plane, op.getMask(), op, scope);
  scope.set(op.getResult(), std::move(plane));
}

static void evaluateOp(attn::NormalizeOp op, Scope &scope) {
  Plane plane = scope.plane(op.getScores(), op);
  addNormalizer(plane, {op.getNormalizer(), op.getCaptures(), op.getSinkIncluded().value_or(false), op}, scope);
  if (op.getLse() && !scope.errors.any())
    scope.set(op.getLse(), makeLse({plane, op, scope}, op.getLseBase() == attn::LseBase::Two, op.getLse().getType()));
  scope.set(op.getWeights(), std::move(plane));
}

static void evaluateOp(attn::GateOp op, Scope &scope) {
  if (isa<attn::PlaneType>(op.getSource().getType()))
    gatePlane(op, scope);
  else
    gateTensor(op, scope);
}

bool attn::reference::evaluatePlaneOp(Operation *op, Scope &scope) {
  return TypeSwitch<Operation *, bool>(op)
      .Case<attn::ScoreOp, attn::ModifyOp, attn::MaskOp, attn::NormalizeOp, attn::GateOp>([&](auto op) {
        evaluateOp(op, scope);
        return true;
      })
      // Masks are evaluated where they are applied.
      .Case([](attn::MaskOpInterface) { return true; })
      .Default([](Operation *) { return false; });
}
