// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What tensor ops expect of their sizes: extents that agree, slices that lie inside, divisors that are not 0.
#include "lib/Conversion/AttnToTile/Elements.h"
#include "lib/Conversion/AttnToTile/HostNumbers.h"
#include "lib/Conversion/AttnToTile/TensorKernel.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;
using namespace attn;
using namespace attn::totile;
using launch::Relation;

namespace {

/// States what one op expects. What is seen to hold is not stated.
class TensorContract {
public:
  TensorContract(EntryBuilder &entry, Operation *op)
      : entry(entry), op(op), math{entry.contract, op->getLoc()}, place(entry.placeOf(op)) {}

  void addLoops(linalg::GenericOp generic);
  void addElementwise();
  void addGate(GateOp gate);
  void addCast(tensor::CastOp cast);
  void addExpand(tensor::ExpandShapeOp expand);
  template <typename SliceOp> void addSlice(SliceOp slice, Value whole);
  template <typename SliceOp> void addInserted(SliceOp slice);
  void addSizes(ArrayRef<OpFoldResult> sizes);
  void addDivisor(Value divisor);
  /// Positions are i32 in tiles.
  void addPositions();

private:
  Value extent(Value tensor, unsigned dim) { return entry.extent(entry.contract, tensor, dim); }
  Value size(OpFoldResult size) { return hostSize(entry, entry.contract, size); }
  std::string dimension(Value tensor, unsigned dim) {
    return ("dimension " + Twine(dim) + " of '" + entry.nameOf(tensor) + "'").str();
  }
  void equal(Value left, unsigned leftDim, Value right, unsigned rightDim) {
    Value first = extent(left, leftDim), second = extent(right, rightDim);
    if (!isSameNumber(first, second))
      entry.check(Relation::eq, first, second,
                  "expected " + dimension(left, leftDim) + " to equal " + dimension(right, rightDim) + place);
  }
  void atLeast(int64_t least, Value value, const Twine &what) {
    if (!isAtLeast(value, least))
      entry.check(Relation::le, math.constant(least), value,
                  "expected " + what + place + " to be at least " + Twine(least));
  }

  EntryBuilder &entry;
  Operation *op;
  IndexMath math;
  /// " in 'op' at file:line:column".
  std::string place;
};
} // namespace

//===-- loops ---------------------------------------------------------------------------------------------------===//

void TensorContract::addLoops(linalg::GenericOp generic) {
  SmallVector<std::pair<Value, unsigned>> owners(generic.getNumLoops());
  for (auto [operand, map] : llvm::zip_equal(op->getOperands(), generic.getIndexingMapsArray()))
    for (auto [dim, expression] : llvm::enumerate(map.getResults())) {
      auto loop = dyn_cast<AffineDimExpr>(expression);
      if (!loop) { // reads element 0
        atLeast(1, extent(operand, dim), dimension(operand, dim));
        continue;
      }
      auto &[owner, ownerDim] = owners[loop.getPosition()];
      if (owner)
        equal(operand, dim, owner, ownerDim);
      else
        owners[loop.getPosition()] = {operand, static_cast<unsigned>(dim)};
    }
}

void TensorContract::addElementwise() {
  Value first;
  for (Value operand : op->getOperands()) {
    auto type = dyn_cast<RankedTensorType>(operand.getType());
    for (int64_t dim = 0; type && first && dim < type.getRank(); ++dim)
      equal(operand, dim, first, dim);
    if (type && !first)
      first = operand;
  }
}

void TensorContract::addGate(GateOp gate) {
  for (auto [dim, sourceDim] : llvm::enumerate(gate.getDims()))
    equal(gate.getFactor(), dim, gate.getSource(), sourceDim);
}

//===-- shapes --------------------------------------------------------------------------------------------------===//

void TensorContract::addCast(tensor::CastOp cast) {
  auto type = dyn_cast<RankedTensorType>(cast.getType());
  for (int64_t dim = 0; type && dim < type.getRank(); ++dim) {
    if (type.isDynamicDim(dim))
      continue;
    Value source = extent(cast.getSource(), dim), wanted = math.constant(type.getDimSize(dim));
    if (!isSameNumber(source, wanted))
      entry.check(Relation::eq, source, wanted,
                  "expected " + dimension(cast.getSource(), dim) + " to be " + Twine(type.getDimSize(dim)) + place);
  }
}

void TensorContract::addExpand(tensor::ExpandShapeOp expand) {
  addSizes(expand.getMixedOutputShape());
  SmallVector<ReassociationIndices> groups = expand.getReassociationIndices();
  for (auto [dim, group] : llvm::enumerate(groups)) {
    Value product = math.constant(1);
    for (int64_t part : group)
      product = math.mul(product, size(expand.getMixedOutputShape()[part]));
    Value source = extent(expand.getSrc(), dim);
    if (!isSameNumber(product, source))
      entry.check(Relation::eq, product, source,
                  "expected the product of the sizes that " + dimension(expand.getSrc(), dim) +
                      " becomes to equal it" + place);
  }
}

template <typename SliceOp> void TensorContract::addSlice(SliceOp slice, Value whole) {
  addSizes(slice.getMixedSizes());
  for (auto [dim, first, count, stride] :
       llvm::enumerate(slice.getMixedOffsets(), slice.getMixedSizes(), slice.getMixedStrides())) {
    Value offset = size(first), sizeOf = size(count), step = size(stride), all = extent(whole, dim);
    bool isWhole = isSameNumber(offset, math.constant(0)) && isSameNumber(sizeOf, all) &&
                   isSameNumber(step, math.constant(1));
    if (isWhole)
      continue;
    atLeast(0, offset, "offset " + Twine(dim));
    atLeast(1, step, "stride " + Twine(dim));
    // Behind the last element, were the slice not empty.
    Value end = math.add(math.mul(math.sub(sizeOf, math.constant(1)), step), 1);
    end = math.add(offset, isSameNumber(step, math.constant(1)) ? sizeOf : end);
    APInt last, extent;
    if (matchPattern(end, m_ConstantInt(&last)) && matchPattern(all, m_ConstantInt(&extent)) && last.sle(extent))
      continue;
    entry.check(Relation::le, end, all, "expected the slice to end inside " + dimension(whole, dim) + place);
  }
}

template <typename SliceOp> void TensorContract::addInserted(SliceOp slice) {
  llvm::SmallBitVector dropped = slice.getDroppedDims();
  unsigned dim = 0;
  for (auto [number, count] : llvm::enumerate(slice.getMixedSizes())) {
    if (dropped.test(number))
      continue;
    Value source = extent(slice.getSource(), dim), wanted = size(count);
    if (!isSameNumber(source, wanted))
      entry.check(Relation::eq, source, wanted,
                  "expected " + dimension(slice.getSource(), dim) + " to equal size " + Twine(number) + place);
    ++dim;
  }
}

void TensorContract::addSizes(ArrayRef<OpFoldResult> sizes) {
  for (auto [dim, given] : llvm::enumerate(sizes))
    if (isa<Value>(given))
      atLeast(0, size(given), "size " + Twine(dim));
}

//===-- numbers -------------------------------------------------------------------------------------------------===//

void TensorContract::addDivisor(Value divisor) {
  if (divisor.getType().isIntOrIndex())
    atLeast(1, hostScalar(entry, entry.contract, divisor), "the divisor");
}

void TensorContract::addPositions() {
  for (Value tensor : op->getResults()) {
    auto type = dyn_cast<RankedTensorType>(tensor.getType());
    for (int64_t dim = 0; type && dim < type.getRank(); ++dim) {
      Value count = extent(tensor, dim), most = math.constant(int64_t(1) << 31);
      APInt constant;
      if (matchPattern(count, m_ConstantInt(&constant)) && constant.slt(int64_t(1) << 31))
        continue;
      if (llvm::any_of(entry.bounded, [&](Value known) { return isSameNumber(known, count); }))
        continue;
      entry.bounded.push_back(count);
      entry.check(Relation::lt, count, most, "expected positions in " + dimension(tensor, dim) + " to fit 31 bits");
    }
  }
}

static bool isDivision(Operation *op) {
  return isa<arith::DivSIOp, arith::DivUIOp, arith::RemSIOp, arith::RemUIOp, arith::FloorDivSIOp, arith::CeilDivSIOp,
             arith::CeilDivUIOp>(op);
}

/// Refuses what no contract can say.
static LogicalResult verify(Operation *op) {
  if (auto dim = dyn_cast<tensor::DimOp>(op)) {
    std::optional<int64_t> number = dim.getConstantIndex();
    if (!number || *number < 0 || *number >= cast<RankedTensorType>(dim.getSource().getType()).getRank())
      return op->emitError() << "expects a constant dimension of " << dim.getSource().getType();
  }
  for (TypeRange types : {TypeRange(op->getOperandTypes()), TypeRange(op->getResultTypes())})
    for (Type type : types)
      if (auto tensor = dyn_cast<RankedTensorType>(type); tensor && tensor.getElementType().isIndex())
        return op->emitError() << "expects tensors of numbers of a known width, but got " << type;
  return success();
}

LogicalResult totile::emitTensorContract(EntryBuilder &entry, Operation *op) {
  if (failed(verify(op)))
    return failure();
  TensorContract contract(entry, op);
  bool isScalar = llvm::none_of(op->getResultTypes(), [](Type type) { return isa<RankedTensorType>(type); });
  if (isScalar) {
    if (isDivision(op) && !op->use_empty())
      contract.addDivisor(op->getOperand(1));
    return success();
  }
  if (auto generic = dyn_cast<linalg::GenericOp>(op))
    contract.addLoops(generic);
  else if (auto gate = dyn_cast<GateOp>(op))
    contract.addGate(gate);
  else if (auto cast = dyn_cast<tensor::CastOp>(op))
    contract.addCast(cast);
  else if (auto expand = dyn_cast<tensor::ExpandShapeOp>(op))
    contract.addExpand(expand);
  else if (auto empty = dyn_cast<tensor::EmptyOp>(op))
    contract.addSizes(empty.getMixedSizes());
  else if (auto splat = dyn_cast<tensor::SplatOp>(op))
    contract.addSizes(llvm::map_to_vector(splat.getDynamicSizes(), [](Value size) { return OpFoldResult(size); }));
  else if (auto extract = dyn_cast<tensor::ExtractSliceOp>(op))
    contract.addSlice(extract, extract.getSource());
  else if (auto insert = dyn_cast<tensor::InsertSliceOp>(op)) {
    contract.addSlice(insert, insert.getDest());
    contract.addInserted(insert);
  } else if (op->hasTrait<OpTrait::Elementwise>())
    contract.addElementwise();
  contract.addPositions();
  return success();
}
