// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Operands of products in shared memory: how they come there, and how a warp reads them.
#include "lib/Target/CUDA/ColumnRange.h"
#include "lib/Target/CUDA/KernelLowering.h"
#include "lib/Transforms/Tile/ProductLoads.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace attn::tile;

namespace attn::cuda {

static int64_t bytesOf(Type element) { return element.getIntOrFloatBitWidth() / 8; }

/// Bytes from the start of shared memory to an element.
static Value sharedOffset(OpBuilder &b, Location loc, const SharedTile &shared, Value row, Value col) {
  auto number = [&](int64_t value) -> Value { return arith::ConstantIndexOp::create(b, loc, value); };
  auto mul = [&](Value x, int64_t y) -> Value { return arith::MulIOp::create(b, loc, x, number(y)); };
  auto plus = [&](Value x, Value y) -> Value { return arith::AddIOp::create(b, loc, x, y); };
  int64_t bytes = bytesOf(shared.element);
  int64_t perPanel = shared.panels.getPanelCols(shared.element), perChunk = chunkBytes / bytes;
  if (shared.firstCol)
    col = plus(col, number(shared.firstCol));
  Value panel = arith::DivUIOp::create(b, loc, col, number(perPanel));
  Value inPanel = arith::RemUIOp::create(b, loc, col, number(perPanel));
  Value chunk = arith::DivUIOp::create(b, loc, inPanel, number(perChunk));
  Value inChunk = arith::RemUIOp::create(b, loc, inPanel, number(perChunk));
  chunk = arith::XOrIOp::create(b, loc, chunk, arith::RemUIOp::create(b, loc, row, number(8)));
  Value offset = plus(mul(panel, shared.panels.getPanelBytes()), mul(row, shared.panels.getSwizzle()));
  offset = plus(offset, plus(mul(chunk, chunkBytes), mul(inChunk, bytes)));
  if (shared.moved)
    offset = plus(offset, shared.moved);
  return plus(offset, number(shared.base));
}

Value KernelLowering::sharedAddress(const SharedTile &tile, Value row, Value col) {
  return sharedPointer(sharedOffset(b, loc, tile, row, col));
}

Value KernelLowering::loadShared(const SharedTile &tile, Value row, Value col) {
  return LLVM::LoadOp::create(b, loc, tile.element, sharedAddress(tile, row, col));
}

/// What differs between threads first, then what is known: an address of the former serves all of the latter but for the
/// chunk's place in a panel.
Value KernelLowering::sharedAddress(const SharedTile &tile, Value row, Value col, int64_t rows, int64_t cols) {
  int64_t bytes = bytesOf(tile.element), perPanel = tile.panels.getPanelCols(tile.element), perChunk = chunkBytes / bytes;
  cols += tile.firstCol;
  Value chunk = arith::DivUIOp::create(b, loc, col, index(perChunk));
  Value inChunk = arith::RemUIOp::create(b, loc, col, index(perChunk));
  chunk = arith::XOrIOp::create(b, loc, chunk, arith::RemUIOp::create(b, loc, row, index(8)));
  if (int64_t known = cols % perPanel / perChunk)
    chunk = arith::XOrIOp::create(b, loc, chunk, index(known));
  auto plus = [&](Value x, Value y, int64_t times) -> Value {
    return arith::AddIOp::create(b, loc, x, arith::MulIOp::create(b, loc, y, index(times)));
  };
  Value place = arith::MulIOp::create(b, loc, row, index(tile.panels.getSwizzle()));
  place = plus(plus(place, chunk, chunkBytes), inChunk, bytes);
  if (tile.moved)
    place = plus(place, tile.moved, 1);
  int64_t known = tile.base + cols / perPanel * tile.panels.getPanelBytes() + rows * tile.panels.getSwizzle();
  return LLVM::GEPOp::create(b, loc, LLVM::LLVMPointerType::get(b.getContext(), 3), b.getI8Type(), sharedPointer(place),
                             ArrayRef<LLVM::GEPArg>{int32_t(known)});
}

Value KernelLowering::loadStep(const SharedTile &tile, Value row, Value col, int64_t rows, int64_t cols) {
  return LLVM::LoadOp::create(b, loc, tile.element, sharedAddress(tile, row, col, rows, cols));
}

SmallVector<Value> KernelLowering::loadStepPair(const SharedTile &tile, Value row, Value col, int64_t rows, int64_t cols) {
  Value pair = LLVM::LoadOp::create(b, loc, VectorType::get({2}, tile.element), sharedAddress(tile, row, col, rows, cols),
                                    /*alignment=*/2 * bytesOf(tile.element));
  auto part = [&](int64_t number) -> Value {
    return LLVM::ExtractElementOp::create(b, loc, pair, LLVM::ConstantOp::create(b, loc, b.getI32IntegerAttr(number)));
  };
  return {part(0), part(1)};
}

/// Four 8 x 8 matrices of 16-bit elements: (row, col), then those one step further along the first and second dim as the
/// instruction's operands want them.
SmallVector<Value> KernelLowering::loadMatrices(const SharedTile &tile, Value row, Value col, bool transpose) {
  auto number = [&](int64_t value) { return index(value); };
  Value matrix = arith::DivUIOp::create(b, loc, lane, number(8));
  Value within = arith::RemUIOp::create(b, loc, lane, number(8));
  Value low = arith::RemUIOp::create(b, loc, matrix, number(2)), high = arith::DivUIOp::create(b, loc, matrix, number(2));
  Value rowStep = arith::MulIOp::create(b, loc, transpose ? low : high, number(8));
  Value colStep = arith::MulIOp::create(b, loc, transpose ? high : low, number(8));
  row = arith::AddIOp::create(b, loc, row, arith::AddIOp::create(b, loc, rowStep, within));
  col = arith::AddIOp::create(b, loc, col, colStep);
  Value address = sharedAddress(tile, row, col);
  Value word = LLVM::PtrToIntOp::create(b, loc, b.getI32Type(), address);
  auto four = LLVM::LLVMStructType::getLiteral(b.getContext(), SmallVector<Type>(4, b.getI32Type()));
  std::string text = std::string("ldmatrix.sync.aligned.m8n8.x4") + (transpose ? ".trans" : "") +
                     ".shared.b16 {$0, $1, $2, $3}, [$4];";
  Value loaded = assembly(text, "=r,=r,=r,=r,r,~{memory}", four, {word}, /*sideEffects=*/true);
  SmallVector<Value> words;
  for (int64_t i = 0; i < 4; ++i)
    words.push_back(LLVM::ExtractValueOp::create(b, loc, loaded, i));
  return words;
}

/// Puts a tile where products can read it; once, where it is defined.
LogicalResult KernelLowering::share(Value tile) {
  if (shared.contains(tile))
    return success();
  SharedTile place;
  place.element = elementOf(tile);
  place.panels = PanelsAttr::of(cast<RankedTensorType>(tile.getType()));
  place.base = allocate(place.panels.getBytes());
  beforeSharedWrite();
  if (auto load = tile.getDefiningOp<LoadOp>(); load && !tiles.contains(tile))
    copyToShared(load, place);
  else
    storeToShared(tile, place);
  shared[tile] = place;
  return success();
}

void KernelLowering::storeToShared(Value tile, const SharedTile &place) {
  FragmentLayout layout = layoutOf(tile);
  const Registers values = tiles[tile];
  auto store = [&](Value value, Value row, Value col) {
    LLVM::StoreOp::create(b, loc, value, sharedAddress(place, row, col));
  };
  // Padding rows and columns are contracted too, so they hold zeros.
  Value zero = constant(elementOf(tile), 0.0);
  for (int64_t n = 0; n < layout.size(); ++n) {
    FragmentLayout::Place at = layout.place(n);
    Value value = values[n];
    if (Value inside = exists(layout, at))
      value = arith::SelectOp::create(b, loc, inside, value, zero);
    Value row = rowOf(layout, at);
    OpBuilder::InsertionGuard guard(b);
    if (layout.rowsMayMiss()) {
      Value fits = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, row, index(place.panels.getRows()));
      b.setInsertionPointToStart(scf::IfOp::create(b, loc, fits, false).thenBlock());
    }
    store(value, row, colOf(layout, at));
  }
  // A fragment's columns end at a multiple of 8, a step's at one of 16.
  int64_t held = layout.colBlocks() * 8, end = llvm::alignTo(layout.cols(), 16);
  for (int64_t col = layout.cols() == 1 ? 1 : held; col < end; ++col)
    for (int64_t block = 0; block < layout.owned(); ++block)
      for (int64_t half = 0; half < layout.halves(); ++half)
        store(zero, rowOf(layout, {block, 0, half, 0}), index(col));
  if (layout.rows() == 1)
    for (int64_t row = 1; row < place.panels.getRows(); ++row)
      for (int64_t n = 0; n < layout.size(); ++n)
        store(zero, index(row), colOf(layout, layout.place(n)));
}

/// Whether what is loaded goes to shared memory without passing through registers.
bool KernelLowering::isCopied(LoadOp op) {
  return wantsShared.contains(op.getResult()) && feedsProductsAlone(op);
}

/// All threads begin copies of chunks of 16 bytes, whose end is awaited before the first use; where base or strides do
/// not allow that, they copy element by element.
void KernelLowering::copyToShared(LoadOp op, SharedTile &place) {
  auto shape = op.getType().getShape();
  auto type = cast<MemRefType>(op.getSource().getType());
  const GlobalMemory &memory = globals[op.getSource()];
  int64_t perChunk = chunkBytes / bytesOf(place.element);
  int64_t chunks = llvm::divideCeil(llvm::alignTo(shape[1], 16), perChunk);
  int64_t total = place.panels.getRows() * chunks, threads = warps * 32;
  int64_t colDim = op.getColDim();
  Value first = colDim >= 0 ? op.getOffsets()[colDim] : Value();
  Value colBound = colDim >= 0 ? op.getBoundOf(colDim) : Value();
  std::optional<int64_t> colEnd =
      colBound ? getConstantIntValue(colBound) : std::optional<int64_t>(colDim >= 0 ? type.getDimSize(colDim) : 0);
  bool contiguous = isContiguous(type, colDim);
  // Of each chunk all columns exist, or none.
  bool whole = first && colEnd && !ShapedType::isDynamic(*colEnd) && isMultipleOf(first, perChunk) &&
               shape[1] % perChunk == 0 && (*colEnd % perChunk == 0 || areWithin(first, shape[1], *colEnd));

  auto eachChunk = [&](llvm::function_ref<void(Value, Value)> body) {
    auto loop = scf::ForOp::create(b, loc, thread, index(total), index(threads));
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    Value number = loop.getInductionVar();
    Value row = arith::DivUIOp::create(b, loc, number, index(chunks));
    Value chunk = arith::RemUIOp::create(b, loc, number, index(chunks));
    body(row, arith::MulIOp::create(b, loc, chunk, index(perChunk)));
  };
  auto below = [&](Value value, int64_t end) -> Value {
    return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, value, index(end));
  };
  auto noIndex = [](Value) { return Value(); };
  auto pointerAt = [&](Value row, Value col, Value &inside) {
    MemoryPlace at = placeOf(op, row, col, noIndex);
    Value rowInside = shape[0] % 16 ? below(row, shape[0]) : Value();
    Value colInside = shape[1] % 16 ? below(col, shape[1]) : Value();
    inside = both(at.inside, both(rowInside, colInside));
    return elementPointer(memory, type.getElementType(), at.indices);
  };
  auto byChunks = [&] {
    eachChunk([&](Value row, Value col) {
      Value inside;
      Value pointer = pointerAt(row, col, inside);
      // Of a chunk that does not exist no byte is read, and zeros are written.
      Value bytes = inside ? arith::SelectOp::create(b, loc, inside, i32(chunkBytes), i32(0)) : Value();
      NVVM::CpAsyncOp::create(b, loc, sharedAddress(place, row, col), pointer, chunkBytes,
                              NVVM::LoadCacheModifierKind::CG, bytes);
    });
  };
  auto byElements = [&] {
    eachChunk([&](Value row, Value firstCol) {
      for (int64_t i = 0; i < perChunk; ++i) {
        Value col = arith::AddIOp::create(b, loc, firstCol, index(i));
        Value inside;
        Value pointer = pointerAt(row, col, inside);
        Value value = loadGuarded(pointer, inside, place.element, {});
        LLVM::StoreOp::create(b, loc, value, sharedAddress(place, row, col));
      }
    });
  };
  if (!contiguous || !whole)
    return byElements();
  auto choice = scf::IfOp::create(b, loc, memory.aligned, /*withElseRegion=*/true);
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(choice.thenBlock());
    byChunks();
    b.setInsertionPointToStart(choice.elseBlock());
    byElements();
  }
  NVVM::CpAsyncCommitGroupOp::create(b, loc);
  place.copy = ++lastCopy;
  copies.push_back(place.copy);
}

/// Waits until this thread's part of a tile has landed, and of those before it. A barrier has still to say so to others.
void KernelLowering::awaitCopy(const SharedTile &tile) {
  auto *found = llvm::find(copies, tile.copy);
  if (found == copies.end())
    return;
  NVVM::CpAsyncWaitGroupOp::create(b, loc, copies.end() - found - 1);
  copies.erase(copies.begin(), found + 1);
  wroteSinceBarrier = true;
}

/// Waits until this thread's parts of all tiles have landed.
void KernelLowering::awaitCopies() {
  if (copies.empty())
    return;
  NVVM::CpAsyncWaitGroupOp::create(b, loc, 0);
  copies.clear();
  wroteSinceBarrier = true;
}

/// Ends a block that not every path goes through: what it has copied has landed, and what it has awaited is awaited
/// again behind it, where that costs nothing.
void KernelLowering::settleCopies(ArrayRef<int64_t> before) {
  if (!copies.empty() && (before.empty() || copies.back() > before.back())) {
    NVVM::CpAsyncWaitGroupOp::create(b, loc, 0);
    wroteSinceBarrier = true;
  }
  copies.assign(before.begin(), before.end());
}

} // namespace attn::cuda
