// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Looks through the arithmetic that makes a column: constants, sums, products, remainders, counters of loops.
#include "lib/Target/CUDA/ColumnRange.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;

namespace attn::cuda {

bool isMultipleOf(Value value, int64_t of) {
  if (std::optional<int64_t> known = getConstantIntValue(value))
    return *known % of == 0;
  if (auto product = value.getDefiningOp<arith::MulIOp>())
    return isMultipleOf(product.getLhs(), of) || isMultipleOf(product.getRhs(), of);
  auto sum = value.getDefiningOp<arith::AddIOp>();
  return sum && isMultipleOf(sum.getLhs(), of) && isMultipleOf(sum.getRhs(), of);
}

/// The largest number that a value may be, if it is seen to be none below 0.
static std::optional<int64_t> largestOf(Value value) {
  std::optional<int64_t> known = getConstantIntValue(value);
  if (known)
    return *known >= 0 ? known : std::nullopt;
  if (auto rest = value.getDefiningOp<arith::RemUIOp>()) {
    std::optional<int64_t> of = getConstantIntValue(rest.getRhs());
    return of && *of > 0 ? std::optional<int64_t>(*of - 1) : std::nullopt;
  }
  if (auto argument = dyn_cast<BlockArgument>(value)) {
    auto loop = dyn_cast<scf::ForOp>(argument.getOwner()->getParentOp());
    std::optional<int64_t> begin = loop ? getConstantIntValue(loop.getLowerBound()) : std::nullopt;
    std::optional<int64_t> end = loop ? getConstantIntValue(loop.getUpperBound()) : std::nullopt;
    bool isCounter = begin && end && argument == loop.getInductionVar() && *begin >= 0 && *begin < *end;
    return isCounter ? std::optional<int64_t>(*end - 1) : std::nullopt;
  }
  Operation *op = value.getDefiningOp();
  if (!isa_and_nonnull<arith::MulIOp, arith::AddIOp>(op))
    return std::nullopt;
  std::optional<int64_t> left = largestOf(op->getOperand(0)), right = largestOf(op->getOperand(1));
  int64_t result;
  if (!left || !right ||
      (isa<arith::MulIOp>(op) ? llvm::MulOverflow(*left, *right, result) : llvm::AddOverflow(*left, *right, result)))
    return std::nullopt;
  return result;
}

bool areWithin(Value first, int64_t count, int64_t end) {
  std::optional<int64_t> largest = largestOf(first);
  return largest && *largest <= end - count;
}

} // namespace attn::cuda
