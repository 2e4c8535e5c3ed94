// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Slots in shared memory: where they lie, parts of them, and what threads write and read there.
#include "lib/Target/CUDA/KernelLowering.h"
#include "lib/Transforms/Tile/ProductLoads.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace attn::tile;

namespace attn::cuda {

/// Slots and barriers have their places; what else a kernel needs comes behind.
LogicalResult KernelLowering::placeShared() {
  WalkResult walk = kernel.getBody().walk([&](Operation *op) -> WalkResult {
    if (!isa<SlotsOp, BarriersOp>(op))
      return WalkResult::advance();
    if (isa<SlotsOp>(op) && failed(verifyLayout(op)))
      return failure();
    auto offset = op->getAttrOfType<IntegerAttr>("offset");
    if (!offset)
      return op->emitError("expects a place in shared memory; run --cuda-allocate-shared before");
    sharedTop = std::max<int64_t>(sharedTop, llvm::alignTo(offset.getInt() + sharedBytes(op), 16));
    return WalkResult::advance();
  });
  sharedHigh = sharedTop;
  setUpBarriers();
  return failure(walk.wasInterrupted());
}

LogicalResult KernelLowering::lowerSlot(SlotOp op) {
  auto memory = op.getSlots().getDefiningOp<SlotsOp>();
  ArrayRef<Type> tiles = op.getSlots().getType().getTiles();
  if (!memory || tiles.size() != 1)
    return op.emitError("expects slots of one tile that stand in the kernel, but got ") << op.getSlots().getType();
  auto tile = cast<RankedTensorType>(tiles.front());
  SlotState slot;
  slot.shape = llvm::to_vector(tile.getShape());
  slot.tile.element = tile.getElementType();
  slot.tile.panels = panelsOf(memory);
  slot.tile.base = *memory.getOffset();
  Value stage = arith::IndexCastOp::create(b, loc, b.getIndexType(), scalar(op.getStage()));
  slot.tile.moved = arith::MulIOp::create(b, loc, stage, index(slotBytes(memory)));
  slots[op.getSlot()] = slot;
  return success();
}

/// Addresses in shared memory are numbers of 32 bits: through pointers they are computed in 64, in every turn.
Value KernelLowering::stageAddress(Value stage, int64_t bytes, Value first) {
  auto narrow = [&](Value value) -> Value {
    return value.getType().isIndex() ? arith::IndexCastOp::create(b, loc, b.getI32Type(), value).getResult() : value;
  };
  Value base = LLVM::PtrToIntOp::create(b, loc, b.getI32Type(), sharedPointer(index(0)));
  Value start = arith::AddIOp::create(b, loc, base, narrow(first));
  return arith::AddIOp::create(b, loc, start, arith::MulIOp::create(b, loc, narrow(stage), i32(bytes)));
}

Value KernelLowering::pointerTo(Value address) {
  return LLVM::IntToPtrOp::create(b, loc, LLVM::LLVMPointerType::get(b.getContext(), 3), address);
}

LogicalResult KernelLowering::lowerView(ViewOp op) {
  SlotState slot = slots[op.getSlot()];
  auto type = cast<SlotType>(op.getView().getType());
  auto shape = cast<RankedTensorType>(type.getTiles().front()).getShape();
  if (!op.getOffsets().empty()) {
    std::optional<int64_t> col = getConstantIntValue(op.getOffsets()[1]);
    PanelsAttr panels = slot.tile.panels;
    int64_t perPanel = panels.getPanelCols(slot.tile.element);
    if (!col || *col % perPanel)
      return op.emitError("expects a view's first column to be a known multiple of ") << perPanel;
    Value rows = arith::MulIOp::create(b, loc, scalar(op.getOffsets()[0]), index(panels.getSwizzle()));
    slot.tile.moved = arith::AddIOp::create(b, loc, slot.tile.moved, rows);
    slot.tile.base += *col / perPanel * panels.getPanelBytes();
  }
  slot.shape = llvm::to_vector(shape);
  slots[op.getView()] = slot;
  return success();
}

/// The address of a slot's first element, as 32 bits.
Value KernelLowering::slotAddress(Value slot) {
  const SharedTile &tile = slots[slot].tile;
  return stageAddress(tile.moved, 1, index(tile.base));
}

LogicalResult KernelLowering::lowerPut(PutOp op) {
  FragmentLayout layout = layoutOf(op.getTile());
  bool isWhole = layout.rows() % 16 == 0 && !layout.rowsMayMiss() && layout.cols() % 16 == 0;
  if (isWhole && isa<FloatType>(elementOf(op.getTile())) && elementOf(op.getTile()).getIntOrFloatBitWidth() == 16)
    storeMatrices(op.getTile(), slots[op.getSlot()].tile);
  else
    storeToShared(op.getTile(), slots[op.getSlot()].tile);
  return success();
}

/// Four 8 x 8 matrices of 16-bit elements at once: both halves of 16 rows, of two blocks of columns. Eight lanes say where
/// the rows of each lie. Places are made here: made of the lane that is known, they would live through the loops around.
void KernelLowering::storeMatrices(Value tile, const SharedTile &place) {
  FragmentLayout layout = layoutOf(tile);
  const Registers &values = tiles[tile];
  Value own = again(arith::IndexCastUIOp::create(b, loc, b.getI32Type(), lane));
  own = arith::IndexCastUIOp::create(b, loc, b.getIndexType(), own);
  Value matrix = arith::DivUIOp::create(b, loc, own, index(8)), within = arith::RemUIOp::create(b, loc, own, index(8));
  Value lower = arith::MulIOp::create(b, loc, arith::RemUIOp::create(b, loc, matrix, index(2)), index(8));
  Value right = arith::MulIOp::create(b, loc, arith::DivUIOp::create(b, loc, matrix, index(2)), index(8));
  for (int64_t block = 0; block < layout.owned(); ++block) {
    Value first = arith::SubIOp::create(b, loc, rowOf(layout, {block, 0, 0, 0}), group);
    Value row = arith::AddIOp::create(b, loc, first, arith::AddIOp::create(b, loc, lower, within));
    for (int64_t pair = 0; pair < layout.colBlocks(); pair += 2) {
      Value address = sharedAddress(place, row, arith::AddIOp::create(b, loc, right, index(pair * 8)));
      SmallVector<Value> operands{LLVM::PtrToIntOp::create(b, loc, b.getI32Type(), address)};
      for (int64_t col : {pair, pair + 1})
        for (int64_t half : {0, 1})
          operands.push_back(
              packPair(values[layout.index({block, col, half, 0})], values[layout.index({block, col, half, 1})]));
      assembly("stmatrix.sync.aligned.m8n8.x4.shared.b16 [$0], {$1, $2, $3, $4};", "r,r,r,r,r,~{memory}", Type(), operands,
               /*sideEffects=*/true);
    }
  }
}

LogicalResult KernelLowering::lowerRead(ReadOp op) {
  const SharedTile tile = slots[op.getSlot()].tile;
  FragmentLayout layout = layoutOf(op.getTile());
  // Products of a warp read their operands where they lie.
  if (wantsShared.contains(op.getTile())) {
    shared[op.getTile()] = tile;
    if (llvm::all_of(op.getTile().getUses(), isReadFromSlot))
      return success();
  }
  Registers values;
  for (int64_t n = 0; n < layout.size(); ++n) {
    FragmentLayout::Place at = layout.place(n);
    if (layout.rows() == 1 && layout.cols() % 8 == 0) {
      // A row is not permuted. The two neighbours that a thread holds lie in one chunk of 16 bytes.
      auto pair = VectorType::get({2}, tile.element);
      int64_t bytes = tile.element.getIntOrFloatBitWidth() / 8, first = at.col * 8;
      int64_t perPanel = tile.panels.getPanelCols(tile.element);
      int64_t fixed = first / perPanel * tile.panels.getPanelBytes() + first % perPanel * bytes;
      Value place = arith::MulIOp::create(b, loc, inGroup, index(2 * bytes));
      Value start = stageAddress(tile.moved, 1, index(tile.base + fixed));
      Value address = arith::AddIOp::create(b, loc, start, arith::IndexCastOp::create(b, loc, b.getI32Type(), place));
      Value both = LLVM::LoadOp::create(b, loc, pair, pointerTo(address), /*alignment=*/2 * bytes);
      for (int64_t i : {0, 1}) {
        Value number = LLVM::ConstantOp::create(b, loc, b.getI32IntegerAttr(i));
        values.push_back(LLVM::ExtractElementOp::create(b, loc, both, number));
      }
      ++n;
      continue;
    }
    auto [row, col] = readable(layout, at);
    values.push_back(loadShared(tile, row, col));
  }
  tiles[op.getTile()] = values;
  return success();
}

/// Zeros in a slot from a row on. A row of a panel is permuted in itself.
LogicalResult KernelLowering::lowerClear(ClearOp op) {
  const SlotState slot = slots[op.getSlot()];
  Value first = scalar(op.getRow());
  PanelsAttr layout = slot.tile.panels;
  int64_t panels = llvm::divideCeil(slot.shape[1], layout.getPanelCols(slot.tile.element));
  int64_t chunks = layout.getSwizzle() / chunkBytes;
  auto zero = VectorType::get({4}, b.getI32Type());
  Value nothing = arith::ConstantOp::create(b, loc, b.getZeroAttr(zero));
  Value row = arith::AddIOp::create(b, loc, first, arith::DivUIOp::create(b, loc, lane, index(chunks)));
  Value within = arith::MulIOp::create(b, loc, arith::RemUIOp::create(b, loc, lane, index(chunks)), index(chunkBytes));
  auto loop = scf::ForOp::create(b, loc, row, index(slot.shape[0]), index(32 / chunks));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  Value place = arith::MulIOp::create(b, loc, loop.getInductionVar(), index(layout.getSwizzle()));
  place = arith::AddIOp::create(b, loc, arith::AddIOp::create(b, loc, place, within), slot.tile.moved);
  for (int64_t panel = 0; panel < panels; ++panel) {
    Value at = arith::AddIOp::create(b, loc, place, index(slot.tile.base + panel * layout.getPanelBytes()));
    LLVM::StoreOp::create(b, loc, nothing, sharedPointer(at), /*alignment=*/chunkBytes);
  }
  return success();
}

} // namespace attn::cuda
