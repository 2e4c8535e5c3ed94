// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loads of whole rows: one pointer a row, and known distances from it.
#include "lib/Target/CUDA/ColumnRange.h"
#include "lib/Target/CUDA/KernelLowering.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Interfaces/LoopLikeInterface.h"

using namespace mlir;
using namespace attn::tile;

namespace attn::cuda {

/// Whether all elements of a row exist or none, side by side in memory; those of a row that does not are read from the
/// padding.
static bool loadsWholeRows(LoadOp op) {
  auto type = cast<MemRefType>(op.getSource().getType());
  Type element = type.getElementType();
  int64_t dim = op.getColDim(), cols = op.getType().getDimSize(1);
  if (dim < 0 || dim != type.getRank() - 1 || !isContiguous(type, dim) || element.isInteger(1) ||
      cols * int64_t(element.getIntOrFloatBitWidth()) / 8 > paddingBytes || llvm::is_contained(op.getIndexedDims(), dim))
    return false;
  for (Value indices : op.getIndices())
    if (cast<ShapedType>(indices.getType()).getDimSize(1) != 1)
      return false;
  Value bound = op.getBoundOf(dim);
  std::optional<int64_t> end = bound ? getConstantIntValue(bound) : std::optional<int64_t>(type.getDimSize(dim));
  return end && !ShapedType::isDynamic(*end) && areWithin(op.getOffsets()[dim], cols, *end) && cols % 8 == 0;
}

/// Whether the two neighbours of a row that a thread holds may be read at once, where base and strides allow it: where
/// the registers that all of a tile takes are free. That is before any loop for narrow types, two of which share one, and
/// where nothing is multiplied for others.
static bool loadsPairs(LoadOp op) {
  unsigned bits = cast<MemRefType>(op.getSource().getType()).getElementType().getIntOrFloatBitWidth();
  if (!isMultipleOf(op.getOffsets()[op.getColDim()], 2) || (bits != 16 && bits != 32))
    return false;
  if (bits == 16)
    return !op->getParentOfType<LoopLikeOpInterface>();
  return !op->getParentOfType<KernelOp>()
              .walk([](Operation *other) {
                return isa<MmaOp, IssueOp>(other) ? WalkResult::interrupt() : WalkResult::advance();
              })
              .wasInterrupted();
}

/// What a thread holds of a row, whose first element is at `row`; neighbours in one access where `together`.
void KernelLowering::loadRow(Value row, Type element, const FragmentLayout &layout, bool together, Registers &loaded) {
  auto load = [&](Type type, int64_t col) -> Value {
    Value place = LLVM::GEPOp::create(b, loc, row.getType(), element, row, ArrayRef<LLVM::GEPArg>{int32_t(col)});
    return LLVM::LoadOp::create(b, loc, type, place);
  };
  for (int64_t col = 0; col < layout.colBlocks(); ++col) {
    Value pair = together ? load(VectorType::get({2}, element), col * 8) : Value();
    for (int64_t n = 0; n < layout.pairs(); ++n)
      loaded.push_back(pair ? Value(LLVM::ExtractElementOp::create(
                                  b, loc, pair, LLVM::ConstantOp::create(b, loc, b.getI32IntegerAttr(n))))
                            : load(element, col * 8 + n));
  }
}

/// All rows in a branch, where everything is asked for before anything is used: in one block with the uses, the
/// assembler puts each load beside its use. Narrow neighbours leave the branch in one register.
Registers KernelLowering::loadPairs(Type element, const FragmentLayout &layout, Value aligned, ArrayRef<Value> rows) {
  bool packs = element.getIntOrFloatBitWidth() == 16;
  SmallVector<Type> types(layout.size() / (packs ? 2 : 1), packs ? b.getI32Type() : element);
  auto branch = scf::IfOp::create(b, loc, types, aligned, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  for (bool together : {true, false}) {
    b.setInsertionPointToStart(together ? branch.thenBlock() : branch.elseBlock());
    Registers loaded, words;
    for (Value row : rows)
      loadRow(row, element, layout, together, loaded);
    for (size_t n = 0; packs && n < loaded.size(); n += 2)
      words.push_back(packPair(loaded[n], loaded[n + 1]));
    scf::YieldOp::create(b, loc, packs ? words : loaded);
  }
  b.setInsertionPointAfter(branch);
  Registers loaded;
  for (Value result : branch.getResults())
    if (packs) {
      auto [low, high] = unpackPair(result, element);
      loaded.append({low, high});
    } else {
      loaded.push_back(result);
    }
  return loaded;
}

std::optional<Registers> KernelLowering::loadRows(LoadOp op, const FragmentLayout &layout) {
  if (!loadsWholeRows(op))
    return std::nullopt;
  Type element = elementOf(op.getResult());
  Value columns = arith::IndexCastOp::create(b, loc, b.getI64Type(), colOf(layout, {0, 0, 0, 0}));
  bool inPairs = loadsPairs(op);
  SmallVector<Value> rows;
  Registers loaded;
  for (int64_t block = 0; block < layout.owned(); ++block)
    for (int64_t half = 0; half < layout.halves(); ++half) {
      FragmentLayout::Place first{block, 0, half, 0};
      MemoryPlace place =
          placeOf(op, rowOf(layout, first), index(0), [&](Value tile) { return elementAt(tile, first); });
      place.inside = both(place.inside, exists(layout, first));
      Value row = elementPointer(globals[op.getSource()], element, place.indices);
      if (place.inside)
        row = arith::SelectOp::create(b, loc, place.inside, row, padding);
      rows.push_back(LLVM::GEPOp::create(b, loc, row.getType(), element, row, ArrayRef<LLVM::GEPArg>{columns}));
      if (!inPairs)
        loadRow(rows.back(), element, layout, /*together=*/false, loaded);
    }
  if (inPairs)
    loaded = loadPairs(element, layout, globals[op.getSource()].aligned, rows);
  Registers values(layout.size());
  auto next = loaded.begin();
  for (int64_t block = 0; block < layout.owned(); ++block)
    for (int64_t half = 0; half < layout.halves(); ++half)
      for (int64_t col = 0; col < layout.colBlocks(); ++col)
        for (int64_t pair = 0; pair < layout.pairs(); ++pair)
          values[layout.index({block, col, half, pair})] = *next++;
  return values;
}

} // namespace attn::cuda
