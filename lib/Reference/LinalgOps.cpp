// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// linalg ops on tensors: loops over their iteration space, the body run on scalars.
#include "lib/Reference/Scope.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/AffineExpr.h"

using namespace mlir;
using namespace attn::reference;

namespace {
/// One operand: its tensor, and the indices of its element in each iteration.
struct Access {
  AffineMap map;
  TensorRef tensor;

  /// Row-major number of the element for these loop indices; -1 outside the tensor.
  int64_t number(ArrayRef<int64_t> loops) const {
    int64_t number = 0;
    for (auto [expr, extent] : llvm::zip(map.getResults(), tensor->shape)) {
      int64_t index = evaluate(expr, loops);
      if (index < 0 || index >= extent)
        return -1;
      number = number * extent + index;
    }
    return number;
  }

  static int64_t evaluate(AffineExpr expr, ArrayRef<int64_t> loops) {
    if (auto constant = dyn_cast<AffineConstantExpr>(expr))
      return constant.getValue();
    if (auto dim = dyn_cast<AffineDimExpr>(expr))
      return loops[dim.getPosition()];
    auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
    if (!binary)
      return -1;
    int64_t left = evaluate(binary.getLHS(), loops), right = evaluate(binary.getRHS(), loops);
    switch (expr.getKind()) {
    case AffineExprKind::Add: return left + right;
    case AffineExprKind::Mul: return left * right;
    case AffineExprKind::Mod: return right > 0 ? ((left % right) + right) % right : -1;
    case AffineExprKind::FloorDiv: return right > 0 ? (left - (((left % right) + right) % right)) / right : -1;
    case AffineExprKind::CeilDiv: return right > 0 ? -((-left - (((-left % right) + right) % right)) / right) : -1;
    default: return -1;
    }
  }
};
} // namespace

static Cell cellOf(const HostTensor &tensor, int64_t number) {
  double value = tensor.values[number];
  return isFloat(tensor.element) ? Cell::ofReal(value) : Cell::ofInteger(static_cast<int64_t>(value));
}

/// The extent of each loop: that of a dimension which the loop indexes alone.
static std::vector<int64_t> loopExtents(linalg::LinalgOp op, ArrayRef<Access> accesses, Scope &scope) {
  std::vector<int64_t> extents(op.getNumLoops(), -1);
  for (const Access &access : accesses) {
    if (access.map.getNumResults() != access.tensor->shape.size()) {
      scope.errors.report(op, "expects one index per dimension of " + describe(*access.tensor));
      break;
    }
    for (auto [expr, extent] : llvm::zip(access.map.getResults(), access.tensor->shape)) {
      auto dim = dyn_cast<AffineDimExpr>(expr);
      if (!dim)
        continue;
      int64_t &own = extents[dim.getPosition()];
      if (own >= 0 && own != extent)
        scope.errors.report(op, "expects extents that agree, but got " + Twine(own) + " and " + Twine(extent) +
                                    " for loop #" + Twine(dim.getPosition()));
      own = extent;
    }
  }
  if (llvm::is_contained(extents, -1))
    scope.errors.report(op, "has a loop that no dimension bounds");
  return extents;
}

/// Advances the loop indices, the last one fastest; false after the last iteration.
static bool advance(std::vector<int64_t> &loops, const std::vector<int64_t> &extents) {
  for (size_t dim = loops.size(); dim-- > 0;) {
    if (++loops[dim] < extents[dim])
      return true;
    loops[dim] = 0;
  }
  return false;
}

bool attn::reference::evaluateLinalgOp(Operation *operation, Scope &scope) {
  auto op = dyn_cast<linalg::LinalgOp>(operation);
  if (!op || !op.hasPureTensorSemantics())
    return false;
  SmallVector<Access> accesses;
  for (auto [operand, map] : llvm::zip(operation->getOperands(), op.getIndexingMapsArray()))
    accesses.push_back({map, scope.tensor(operand, operation)});
  std::vector<int64_t> extents = loopExtents(op, accesses, scope);
  ScalarProgram program(*op.getBlock(), scope.rounds(), scope.errors);
  std::vector<TensorRef> outer = scope.tensors(program.outerValues(), operation);
  if (scope.errors.any())
    return true;

  size_t inputs = op.getNumDpsInputs();
  std::vector<HostTensor> results;
  for (const Access &access : ArrayRef(accesses).drop_front(inputs))
    results.push_back(*access.tensor);
  std::vector<int64_t> loops(extents.size(), 0);
  bool isEmpty = llvm::is_contained(extents, 0);
  for (bool more = !isEmpty; more && !scope.errors.any(); more = advance(loops, extents)) {
    SmallVector<Cell> cells;
    SmallVector<int64_t> targets;
    bool unspecified = false;
    for (auto [n, access] : llvm::enumerate(accesses)) {
      int64_t number = access.number(loops);
      if (number < 0) {
        scope.errors.report(operation, "reads outside " + describe(*access.tensor));
        return true;
      }
      const HostTensor &from = n < inputs ? *access.tensor : results[n - inputs];
      cells.push_back(cellOf(from, number));
      unspecified |= from.isUnspecified(number);
      if (n >= inputs)
        targets.push_back(number);
    }
    for (const TensorRef &tensor : outer)
      cells.push_back(tensor->rank() == 0 ? cellOf(*tensor, 0) : Cell::ofTensor(*tensor));
    Site site;
    site.loop = loops;
    for (auto [result, target, cell] : llvm::zip(results, targets, program.run(cells, site))) {
      result.values[target] = isFloat(result.element) ? cell.real : static_cast<double>(cell.integer);
      if (unspecified || cell.unspecified)
        result.markUnspecified(target);
    }
  }
  for (auto [value, result] : llvm::zip(operation->getResults(), results))
    scope.set(value, std::move(result));
  return true;
}
