// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Products by warp-wide matrix instructions: the left operand in registers, the right one in shared memory.
#include "lib/Target/CUDA/KernelLowering.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace attn::tile;

namespace attn::cuda {

constexpr int64_t chunkBytes = 16;

static int64_t bytesOf(Type element) { return element.getIntOrFloatBitWidth() / 8; }

//===- shared memory --------------------------------------------------------------------------------------------===//

/// Bytes from the start of shared memory to an element.
static Value sharedOffset(OpBuilder &b, Location loc, const SharedTile &shared, Value row, Value col) {
  auto number = [&](int64_t value) -> Value { return arith::ConstantIndexOp::create(b, loc, value); };
  auto mul = [&](Value x, int64_t y) -> Value { return arith::MulIOp::create(b, loc, x, number(y)); };
  auto plus = [&](Value x, Value y) -> Value { return arith::AddIOp::create(b, loc, x, y); };
  int64_t bytes = bytesOf(shared.element);
  int64_t perPanel = panelRowBytes / bytes, perChunk = chunkBytes / bytes;
  if (shared.firstCol)
    col = plus(col, number(shared.firstCol));
  Value panel = arith::DivUIOp::create(b, loc, col, number(perPanel));
  Value inPanel = arith::RemUIOp::create(b, loc, col, number(perPanel));
  Value chunk = arith::DivUIOp::create(b, loc, inPanel, number(perChunk));
  Value inChunk = arith::RemUIOp::create(b, loc, inPanel, number(perChunk));
  chunk = arith::XOrIOp::create(b, loc, chunk, arith::RemUIOp::create(b, loc, row, number(8)));
  Value offset = plus(mul(panel, shared.rows * panelRowBytes), mul(row, panelRowBytes));
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
  auto shape = cast<ShapedType>(tile.getType()).getShape();
  SharedTile place;
  place.element = elementOf(tile);
  place.rows = llvm::alignTo(shape[0], 16);
  int64_t perPanel = panelRowBytes / bytesOf(place.element);
  place.base = allocate(llvm::divideCeil(shape[1], perPanel) * place.rows * panelRowBytes);
  beforeSharedWrite();
  auto load = tile.getDefiningOp<LoadOp>();
  if (load && load.getIndices().empty() && !tiles.contains(tile))
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
      Value fits = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, row, index(place.rows));
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
    for (int64_t row = 1; row < place.rows; ++row)
      for (int64_t n = 0; n < layout.size(); ++n)
        store(zero, index(row), colOf(layout, layout.place(n)));
}

/// All threads copy chunks of 16 bytes; where base or strides do not allow that, element by element.
void KernelLowering::copyToShared(LoadOp op, const SharedTile &place) {
  auto shape = op.getType().getShape();
  auto type = cast<MemRefType>(op.getSource().getType());
  const GlobalMemory &memory = globals[op.getSource()];
  int64_t perChunk = chunkBytes / bytesOf(place.element);
  int64_t chunks = llvm::divideCeil(llvm::alignTo(shape[1], 16), perChunk);
  int64_t total = place.rows * chunks, threads = warps * 32;
  int64_t colDim = op.getColDim();
  std::optional<int64_t> first = colDim >= 0 ? getConstantIntValue(op.getOffsets()[colDim]) : std::nullopt;
  Value colBound = colDim >= 0 ? op.getBoundOf(colDim) : Value();
  std::optional<int64_t> colEnd =
      colBound ? getConstantIntValue(colBound) : std::optional<int64_t>(colDim >= 0 ? type.getDimSize(colDim) : 0);
  bool contiguous = isContiguous(type, colDim);
  bool whole = first && colEnd && !ShapedType::isDynamic(*colEnd) && *first + shape[1] <= *colEnd &&
               *first % perChunk == 0 && shape[1] % perChunk == 0;

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
      auto four = VectorType::get({4}, b.getI32Type());
      if (inside)
        pointer = arith::SelectOp::create(b, loc, inside, pointer, padding);
      Value value = LLVM::LoadOp::create(b, loc, four, pointer, /*alignment=*/16);
      LLVM::StoreOp::create(b, loc, value, sharedAddress(place, row, col), /*alignment=*/16);
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
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(choice.thenBlock());
  byChunks();
  b.setInsertionPointToStart(choice.elseBlock());
  byElements();
}

//===- operands -------------------------------------------------------------------------------------------------===//

/// Two 16-bit values in one register, the first in the low half.
/// The left operand's registers for a block of 16 rows and one step. An accumulator's registers are already in place:
/// of 16-bit elements as they are, of f32 with the step's columns renamed (2 t and 2 t + 1 stand for t and t + 4), as
/// `rightOperand` renames its rows.
SmallVector<Value> KernelLowering::leftOperand(MmaOp op, int64_t block, int64_t step) {
  Type element = elementOf(op.getA());
  bool narrow = !element.isF32();
  if (op.getTransA()) {
    const SharedTile &place = shared[op.getA()];
    FragmentLayout result = layoutOf(op.getResult());
    Value row = rowOf(result, {block, 0, 0, 0});
    Value first = arith::SubIOp::create(b, loc, row, group);
    if (narrow) {
      SmallVector<Value> words = loadMatrices(place, index(step * 16), first, /*transpose=*/true);
      return {words[0], words[2], words[1], words[3]};
    }
    SmallVector<Value> values;
    Value twice = arith::MulIOp::create(b, loc, inGroup, index(2));
    Value k = arith::AddIOp::create(b, loc, twice, index(step * 8));
    Value other = arith::AddIOp::create(b, loc, row, index(8));
    Value next = arith::AddIOp::create(b, loc, k, index(1));
    for (auto [depth, m] : {std::pair(k, row), std::pair(k, other), std::pair(next, row), std::pair(next, other)})
      values.push_back(loadShared(place, depth, m));
    return values;
  }
  FragmentLayout layout = layoutOf(op.getA());
  const Registers &values = tiles[op.getA()];
  auto at = [&](int64_t col, int64_t half, int64_t pair) -> Value {
    if (layout.cols() == 1 && (col > 0 || pair > 0))
      return constant(element, 0.0);
    if (col >= layout.colBlocks())
      return constant(element, 0.0);
    FragmentLayout::Place place{layout.rows() == 1 ? 0 : block, col, layout.rows() == 1 ? 0 : half, pair};
    Value value = values[layout.index(place)];
    // Columns past the end are contracted with zeros, but must not be infinite.
    Value inside;
    if (layout.colsMayMiss(col))
      inside = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, colOf(layout, place), index(layout.cols()));
    if (layout.cols() == 1)
      inside = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, inGroup, index(0));
    return inside ? Value(arith::SelectOp::create(b, loc, inside, value, constant(element, 0.0))) : value;
  };
  if (narrow) {
    SmallVector<Value> words;
    for (int64_t col : {2 * step, 2 * step + 1})
      for (int64_t half : {0, 1})
        words.push_back(packPair(at(col, half, 0), at(col, half, 1)));
    return words;
  }
  return {at(step, 0, 0), at(step, 1, 0), at(step, 0, 1), at(step, 1, 1)};
}

/// The right operand's registers for 16 columns (two instructions) and one step of 16-bit elements, or 8 columns of f32.
SmallVector<Value> KernelLowering::rightOperand(MmaOp op, int64_t col, int64_t step) {
  const SharedTile &place = shared[op.getB()];
  if (!elementOf(op.getB()).isF32())
    return op.getTransB() ? loadMatrices(place, index(col * 8), index(step * 16), false)
                          : loadMatrices(place, index(step * 16), index(col * 8), true);
  Value n = arith::AddIOp::create(b, loc, group, index(col * 8));
  Value twice = arith::MulIOp::create(b, loc, inGroup, index(2));
  Value k = arith::AddIOp::create(b, loc, twice, index(step * 8));
  Value next = arith::AddIOp::create(b, loc, k, index(1));
  if (op.getTransB())
    return {loadShared(place, n, k), loadShared(place, n, next)};
  return {loadShared(place, k, n), loadShared(place, next, n)};
}

//===- the product ----------------------------------------------------------------------------------------------===//

SmallVector<Value> KernelLowering::multiply(MmaAttr instruction, ValueRange a, ValueRange right, ValueRange c) {
  auto result = LLVM::LLVMStructType::getLiteral(b.getContext(), SmallVector<Type>(4, b.getF32Type()));
  auto unpack = [&](Value value) {
    SmallVector<Value> values;
    for (int64_t i = 0; i < 4; ++i)
      values.push_back(LLVM::ExtractValueOp::create(b, loc, value, i));
    return values;
  };
  auto issue = [&](ValueRange x, ValueRange y, ValueRange z) {
    std::string text;
    llvm::raw_string_ostream(text) << "mma.sync.aligned.m" << instruction.getM() << "n" << instruction.getN() << "k"
                                   << instruction.getK() << ".row.col.f32." << instruction.getType() << "."
                                   << instruction.getType()
                                   << ".f32 {$0, $1, $2, $3}, {$4, $5, $6, $7}, {$8, $9}, {$0, $1, $2, $3};";
    SmallVector<Value> operands(x);
    operands.append(y.begin(), y.end());
    operands.append(z.begin(), z.end());
    return unpack(assembly(text, "=f,=f,=f,=f,r,r,r,r,r,r,0,1,2,3", result, operands));
  };
  if (!instruction.getType().isTF32())
    return issue(a, right, c);
  // f32 as a sum of two tf32 numbers, without the product of the two small ones: within twice the error of f32.
  auto large = [&](Value value) { return assembly("cvt.rna.tf32.f32 $0, $1;", "=r,f", b.getI32Type(), {value}); };
  auto small = [&](Value value, Value high) {
    Value rest = arith::SubFOp::create(b, loc, value, arith::BitcastOp::create(b, loc, b.getF32Type(), high));
    return large(rest);
  };
  SmallVector<Value> aLarge, aSmall, bLarge, bSmall;
  auto split = [&](ValueRange values, SmallVector<Value> &highs, SmallVector<Value> &lows) {
    for (Value value : values) {
      highs.push_back(large(value));
      if (instruction.getProducts() == 3)
        lows.push_back(small(value, highs.back()));
    }
  };
  split(a, aLarge, aSmall);
  split(right, bLarge, bSmall);
  if (instruction.getProducts() == 1) // rounds to tf32
    return issue(aLarge, bLarge, c);
  SmallVector<Value> sum = issue(aSmall, bLarge, c);
  sum = issue(aLarge, bSmall, sum);
  return issue(aLarge, bLarge, sum);
}

LogicalResult KernelLowering::lowerProduct(MmaOp op) {
  auto instruction = dyn_cast_if_present<MmaAttr>(op.getInstructionAttr());
  if (!instruction && !op.getInstruction())
    return op.emitError("expects a product with its instruction; run --cuda-select-instructions before");
  if (!instruction)
    return op.emitError("expects a product that is begun, as ") << op.getInstructionAttr()
                                                                << " needs; run --tile-issue-products before";
  FragmentLayout layout = layoutOf(op.getResult());
  bool narrow = !instruction.getType().isTF32();
  int64_t steps = llvm::divideCeil(describeProduct(op).depth(), instruction.getK());
  // What lies in slots has been waited for.
  if (!shared.lookup(op.getB()).moved || (op.getTransA() && !shared.lookup(op.getA()).moved))
    beforeSharedRead();
  if (!shared.contains(op.getB()) || (op.getTransA() && !shared.contains(op.getA())))
    return op.emitError("expects operands in shared memory");

  // A tile of one row or column computes whole blocks all the same.
  int64_t blocks = std::max<int64_t>(1, layout.owned()), cols = layout.colBlocks();
  int64_t group16 = narrow ? 2 : 1;
  SmallVector<SmallVector<Value>> sums(blocks * llvm::alignTo(cols, group16));
  for (int64_t block = 0; block < blocks; ++block)
    for (int64_t col = 0; col < int64_t(llvm::alignTo(cols, group16)); ++col)
      for (int64_t half : {0, 1})
        for (int64_t pair : {0, 1}) {
          bool held = col < cols && half < layout.halves() && pair < layout.pairs();
          Value start = held && op.getC() ? tiles[op.getC()][layout.index({block, col, half, pair})]
                                          : constant(b.getF32Type(), 0.0);
          sums[block * llvm::alignTo(cols, group16) + col].push_back(start);
        }
  for (int64_t step = 0; step < steps; ++step) {
    SmallVector<SmallVector<Value>> left;
    for (int64_t block = 0; block < blocks; ++block)
      left.push_back(leftOperand(op, block, step));
    for (int64_t col = 0; col < cols; col += group16) {
      SmallVector<Value> right = rightOperand(op, col, step);
      for (int64_t block = 0; block < blocks; ++block)
        for (int64_t i = 0; i < group16; ++i) {
          auto &sum = sums[block * llvm::alignTo(cols, group16) + col + i];
          if (col + i < cols)
            sum = multiply(instruction, left[block], ValueRange(right).slice(2 * i, 2), sum);
        }
    }
  }
  Registers values(layout.size());
  for (int64_t n = 0; n < layout.size(); ++n) {
    FragmentLayout::Place at = layout.place(n);
    values[n] = sums[at.block * llvm::alignTo(cols, group16) + at.col][at.half * 2 + at.pair];
  }
  // What lies in column 0 alone is spread over the lanes that hold such a tile.
  if (layout.cols() == 1)
    for (Value &value : values)
      value = NVVM::ShflOp::create(
          b, loc, b.getF32Type(), i32(-1), value,
          arith::AndIOp::create(b, loc, arith::IndexCastOp::create(b, loc, b.getI32Type(), lane), i32(28)), i32(31),
          NVVM::ShflKind::idx, UnitAttr());
  if (layout.rows() == 1)
    for (Value &value : values)
      value = NVVM::ShflOp::create(b, loc, b.getF32Type(), i32(-1), value,
                                   arith::IndexCastOp::create(b, loc, b.getI32Type(), inGroup), i32(31),
                                   NVVM::ShflKind::idx, UnitAttr());
  tiles[op.getResult()] = values;
  return success();
}

} // namespace attn::cuda
