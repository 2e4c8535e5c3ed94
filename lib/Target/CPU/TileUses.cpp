// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Lazy tiles: what can be computed again at its reader, and what has to be kept because of who reads it.
#include "lib/Target/CPU/BlockPlan.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace attn::tile;

namespace attn::cpu {

ArrayRef<int64_t> tileShape(Value tile) { return cast<ShapedType>(tile.getType()).getShape(); }
bool isColumnTile(Value tile) { return tileShape(tile)[1] == 1 && tileShape(tile)[0] > 1; }
int vectorDim(Value tile) { return isColumnTile(tile) ? 0 : 1; }

Type storedElement(Type element) {
  if (element.isInteger(1))
    return IntegerType::get(element.getContext(), 8);
  if (element.isF16() || element.isBF16())
    return Float32Type::get(element.getContext());
  return element;
}

/// Whether vectors of the load lie contiguously in memory.
static bool loadsVectors(LoadOp op) {
  int64_t dim = op.getDims()[vectorDim(op.getResult())];
  return dim < 0 || isContiguous(op.getSource().getType(), dim);
}

/// Whether a slice of a matrix is one column of it, which vectors cannot run along.
static bool isColumnOfMatrix(tensor::ExtractSliceOp op) {
  return isColumnTile(op.getResult()) && !isColumnTile(op.getSource());
}

bool TileUses::canBeLazy(Operation *op) const {
  return TypeSwitch<Operation *, bool>(op)
      .Case<arith::ConstantOp, tensor::SplatOp, BroadcastOp, IotaOp>([](auto) { return true; })
      .Case([](tensor::ExtractSliceOp op) { return !isColumnOfMatrix(op); })
      .Case([](TransposeOp op) { return tileShape(op.getSource())[0] == 1 || tileShape(op.getSource())[1] == 1; })
      .Case([&](LoadOp op) { return op.getIndices().empty() && loadsVectors(op) && !isWritten(op.getSource()); })
      .Default([](Operation *op) {
        return op->hasTrait<OpTrait::Elementwise>() && op->getNumRegions() == 0 && op->getNumResults() == 1;
      });
}

bool TileUses::isLazy(Value tile) const {
  Operation *op = tile.getDefiningOp();
  return op && !stored.contains(tile) && !paneled.contains(tile) && canBeLazy(op);
}

bool TileUses::isDirectRight(LoadOp op, Type compute) const {
  auto memref = cast<MemRefType>(op.getSource().getType());
  int64_t dim = op.getColDim();
  if (!op.getIndices().empty() || isWritten(op.getSource()) || memref.getElementType() != compute || dim < 0 ||
      !loadsVectors(op) || isColumnTile(op.getResult()) || (op.getPad() && !matchPattern(*op.getPad(), m_AnyZeroFloat())))
    return false;
  // Every column exists: the tile has the memref's static width.
  Value bound = op.getBoundOf(dim);
  std::optional<int64_t> end = bound ? getConstantIntValue(bound) : memref.getDimSize(dim);
  std::optional<int64_t> begin = getConstantIntValue(op.getOffsets()[dim]);
  return begin && end && !ShapedType::isDynamic(*end) && *begin + tileShape(op.getResult())[1] <= *end;
}

namespace {
/// Walks from a tile to its sources, each way of access once: lazy tiles share sources, and paths double at every
/// op that reads one twice.
struct SourceWalk {
  const TileUses &uses;
  llvm::function_ref<void(Value, Access)> callback;
  llvm::DenseSet<std::tuple<Value, Operation *, unsigned>> seen;

  void visit(Value tile, Access access) {
    if (!isTile(tile.getType()) || !seen.insert({tile, access.slice.getOperation(), unsigned(access.pointwise)}).second)
      return;
    if (!uses.isLazy(tile))
      return callback(tile, access);
    Operation *op = tile.getDefiningOp();
    Access inner = access;
    if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op)) {
      inner.pointwise = access.pointwise && !access.slice;
      inner.slice = slice;
    } else if (!op->hasTrait<OpTrait::Elementwise>() || access.slice) {
      inner.pointwise = false;
    }
    for (Value operand : op->getOperands())
      visit(operand, inner);
  }
};
} // namespace

void TileUses::forEachSource(Value tile, llvm::function_ref<void(Value, Access)> callback, Access access) const {
  SourceWalk{*this, callback, {}}.visit(tile, access);
}

/// What one op adds to the cost of a vector.
static unsigned ownCost(Operation *op) {
  if (isa<math::MathDialect>(op->getDialect()) && !isa<math::FmaOp, math::AbsFOp>(op))
    return 20;
  return isa<arith::DivFOp>(op) ? 4 : isa<arith::TruncFOp>(op) ? 8 : 1;
}

unsigned TileUses::cost(Value tile) const {
  llvm::SmallPtrSet<Operation *, 16> seen;
  SmallVector<Value> left = {tile};
  unsigned sum = 0;
  while (!left.empty()) {
    Value next = left.pop_back_val();
    if (!isTile(next.getType()) || !isLazy(next))
      continue;
    Operation *op = next.getDefiningOp();
    if (isa<arith::ConstantOp, tensor::SplatOp, BroadcastOp, IotaOp>(op) || !seen.insert(op).second)
      continue;
    sum += ownCost(op);
    llvm::append_range(left, op->getOperands());
  }
  return std::min(sum, 1000u);
}

bool TileUses::canReadOnce(MmaOp op) const {
  Operation *def = op.getB().getDefiningOp();
  constexpr unsigned cheap = 3;
  bool alongRows = !op.getTransB() || !op.getTransA(); // of both operands, where the right one is transposed
  return alongRows && op.getType().getDimSize(0) <= fewRows && def && def->getBlock() == op->getBlock() && isLazy(op.getB()) &&
         cost(op.getB()) <= cheap;
}

/// Keeps or packs the right operand unless the product can do without.
void TileUses::requireRight(MmaOp op) {
  auto load = op.getB().getDefiningOp<LoadOp>();
  if (!op.getTransB() && load && isDirectRight(load, op.getType().getElementType()))
    return;
  if (canReadOnce(op)) {
    once.insert(op);
    return;
  }
  if (op.getTransB())
    paneled.insert(op.getB());
  if (!op.getTransB() || !load)
    stored.insert(op.getB());
}

/// Keeps what an op cannot read lazily.
void TileUses::require(Operation *op) {
  auto keep = [&](Value tile) {
    if (tile && isTile(tile.getType()))
      stored.insert(tile);
  };
  if (auto mma = dyn_cast<MmaOp>(op)) {
    keep(mma.getA());
  } else if (auto solve = dyn_cast<SolveOp>(op)) {
    keep(solve.getA());
  } else if (auto insert = dyn_cast<tensor::InsertSliceOp>(op)) {
    keep(insert.getSource());
    keep(insert.getDest());
  } else if (isa<ScanOp, ShearOp>(op)) {
    keep(op->getOperand(0));
  } else if (isa<scf::YieldOp>(op)) {
    for (Value operand : op->getOperands())
      keep(operand);
  }
}

TileUses::TileUses(KernelOp kernel, int64_t fewRows) : fewRows(fewRows), kernelMemory(kernel) {
  kernel.getBody().walk([&](Operation *op) { require(op); });
  // Those last that may do without a home: one that is there for another reader is read.
  SmallVector<MmaOp> last;
  kernel.getBody().walk([&](MmaOp op) {
    if (canReadOnce(op))
      last.push_back(op);
    else
      requireRight(op);
  });
  // A tile that is read by an inner loop is kept, unless it takes no work and no memory to make it again.
  kernel.getBody().walk([&](Operation *op) {
    for (Value operand : op->getOperands()) {
      if (!isTile(operand.getType()) || !operand.getDefiningOp() || operand.getParentBlock() == op->getBlock() ||
          !isLazy(operand) || paneled.contains(operand))
        continue;
      bool reads = cost(operand) > 0;
      forEachSource(operand, [&](Value, Access) { reads = true; });
      auto load = operand.getDefiningOp<LoadOp>();
      auto mma = dyn_cast<MmaOp>(op);
      if (load && mma && isDirectRight(load, cast<ShapedType>(mma.getType()).getElementType()))
        continue;
      if (reads)
        stored.insert(operand);
    }
  });
  for (MmaOp op : last)
    requireRight(op);
}

} // namespace attn::cpu
