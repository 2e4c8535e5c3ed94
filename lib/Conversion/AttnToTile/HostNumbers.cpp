// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Clones scalar arithmetic of a function into an entry and compares what it computes.
#include "lib/Conversion/AttnToTile/HostNumbers.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace attn;
using namespace attn::totile;

/// How deep two expressions are compared, and a sign is looked for.
static constexpr unsigned depthLimit = 6;

Value totile::hostScalar(EntryBuilder &entry, OpBuilder &at, Value scalar) {
  Region *region = at.getInsertionBlock()->getParent();
  if (auto argument = dyn_cast<BlockArgument>(scalar))
    return region->getArgument(argument.getArgNumber());
  Value known = entry.scalars.lookup({region, scalar});
  if (known)
    return known;
  Operation *op = scalar.getDefiningOp();
  if (auto dim = dyn_cast<tensor::DimOp>(op)) {
    known = entry.extent(at, dim.getSource(), *dim.getConstantIndex());
  } else {
    IRMapping mapping;
    for (Value operand : op->getOperands())
      mapping.map(operand, hostScalar(entry, at, operand));
    known = at.clone(*op, mapping)->getResult(cast<OpResult>(scalar).getResultNumber());
  }
  return entry.scalars[{region, scalar}] = known;
}

Value totile::hostSize(EntryBuilder &entry, OpBuilder &at, OpFoldResult size) {
  if (auto attr = dyn_cast<Attribute>(size))
    return IndexMath{at, entry.entry.getLoc()}.constant(cast<IntegerAttr>(attr).getInt());
  return hostScalar(entry, at, cast<Value>(size));
}

static bool isSame(Value left, Value right, unsigned depth) {
  if (left == right)
    return true;
  APInt first, second;
  if (matchPattern(left, m_ConstantInt(&first)) && matchPattern(right, m_ConstantInt(&second)))
    return first.getBitWidth() == second.getBitWidth() && first == second;
  Operation *one = left.getDefiningOp(), *other = right.getDefiningOp();
  if (!one || !other || depth == depthLimit || one->getName() != other->getName() ||
      one->getNumOperands() != other->getNumOperands() || one->getNumOperands() == 0 || one->getNumResults() != 1 ||
      one->getAttrDictionary() != other->getAttrDictionary())
    return false;
  return llvm::all_of(llvm::zip_equal(one->getOperands(), other->getOperands()), [&](auto operands) {
    return isSame(std::get<0>(operands), std::get<1>(operands), depth + 1);
  });
}

bool totile::isSameNumber(Value left, Value right) { return isSame(left, right, 0); }

static bool isAtLeast(Value value, int64_t least, unsigned depth) {
  APInt constant;
  if (matchPattern(value, m_ConstantInt(&constant)))
    return constant.sge(least);
  Operation *op = value.getDefiningOp();
  if (!op || depth == depthLimit)
    return false;
  if (isa<memref::DimOp>(op))
    return least == 0;
  auto operand = [&](unsigned number, int64_t least) { return isAtLeast(op->getOperand(number), least, depth + 1); };
  if (isa<arith::AddIOp>(op))
    return (operand(0, 0) && operand(1, least)) || (operand(0, least) && operand(1, 0));
  if (isa<arith::MulIOp, arith::MinSIOp, arith::CeilDivUIOp, arith::CeilDivSIOp>(op))
    return operand(0, least) && operand(1, least);
  if (isa<arith::MaxSIOp>(op))
    return operand(0, least) || operand(1, least);
  if (isa<arith::DivUIOp, arith::DivSIOp, arith::FloorDivSIOp, arith::RemUIOp, arith::RemSIOp>(op))
    return least == 0 && operand(0, 0) && operand(1, 1);
  return false;
}

bool totile::isAtLeast(Value value, int64_t least) { return ::isAtLeast(value, least, 0); }
