// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Global memory: arguments, addresses, guarded loads and stores of what a thread holds.
#include "lib/Target/CUDA/ColumnRange.h"
#include "lib/Target/CUDA/KernelLowering.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace attn::tile;

namespace attn::cuda {

static LLVM::LLVMPointerType globalPointer(OpBuilder &b) { return LLVM::LLVMPointerType::get(b.getContext(), 1); }

/// A memref in the block of arguments: base, sizes, strides, each in 8 bytes.
GlobalMemory KernelLowering::readArgument(Value params, int64_t &offset, MemRefType type) {
  auto read = [&](Type as) -> Value {
    Value place = LLVM::GEPOp::create(b, loc, params.getType(), b.getI8Type(), params,
                                      ArrayRef<LLVM::GEPArg>{int32_t(offset)});
    offset += 8;
    return LLVM::LoadOp::create(b, loc, as, place);
  };
  auto number = [&]() -> Value { return arith::IndexCastOp::create(b, loc, b.getIndexType(), read(b.getI64Type())); };
  GlobalMemory memory;
  Value generic = read(LLVM::LLVMPointerType::get(b.getContext()));
  memory.base = LLVM::AddrSpaceCastOp::create(b, loc, globalPointer(b), generic);
  for (int64_t dim = 0; dim < type.getRank(); ++dim)
    memory.sizes.push_back(number());
  for (int64_t dim = 0; dim < type.getRank(); ++dim)
    memory.strides.push_back(number());
  for (int64_t dim = 0; dim < type.getRank(); ++dim)
    if (!type.isDynamicDim(dim))
      memory.sizes[dim] = index(type.getDimSize(dim));
  SmallVector<int64_t> strides;
  int64_t start;
  if (succeeded(type.getStridesAndOffset(strides, start)))
    for (int64_t dim = 0; dim < type.getRank(); ++dim)
      if (!ShapedType::isDynamic(strides[dim]))
        memory.strides[dim] = index(strides[dim]);

  unsigned bits = type.getElementType().getIntOrFloatBitWidth();
  Value address = LLVM::PtrToIntOp::create(b, loc, b.getI64Type(), memory.base);
  Value low = arith::IndexCastOp::create(b, loc, b.getIndexType(), address);
  for (int64_t dim = 0; dim + 1 < type.getRank(); ++dim) {
    Value bytes = arith::MulIOp::create(b, loc, memory.strides[dim], index(std::max(1u, bits / 8)));
    low = arith::OrIOp::create(b, loc, low, bytes);
  }
  low = arith::AndIOp::create(b, loc, low, index(15));
  memory.aligned = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, low, index(0));
  return memory;
}

Value KernelLowering::elementPointer(const GlobalMemory &memory, Type element, ValueRange indices) {
  Value offset = index(0);
  for (auto [place, stride] : llvm::zip(indices, memory.strides)) {
    Value step = stride == index(1) ? Value(place) : Value(arith::MulIOp::create(b, loc, place, stride));
    offset = offset == index(0) ? step : Value(arith::AddIOp::create(b, loc, offset, step));
  }
  Value words = arith::IndexCastOp::create(b, loc, b.getI64Type(), offset);
  Type stored = element.isInteger(1) ? b.getI8Type() : element;
  return LLVM::GEPOp::create(b, loc, globalPointer(b), stored, memory.base, ArrayRef<LLVM::GEPArg>{words});
}

/// What tile.load and tile.store have in common.
static std::pair<Value, Value> memoryAndTile(Operation *op) {
  if (auto load = dyn_cast<LoadOp>(op))
    return {load.getSource(), load.getResult()};
  return {cast<StoreOp>(op).getDest(), cast<StoreOp>(op).getValue()};
}

KernelLowering::MemoryPlace KernelLowering::placeOf(Operation *op, Value row, Value col,
                                                    llvm::function_ref<Value(Value)> indexAt) {
  auto describe = [&](auto memoryOp) {
    auto [memref, tile] = memoryAndTile(op);
    auto shape = cast<ShapedType>(tile.getType()).getShape();
    auto type = cast<MemRefType>(memref.getType());
    const GlobalMemory &memory = globals[memref];
    MemoryPlace place;
    for (Value offset : memoryOp.getOffsets())
      place.indices.push_back(scalar(offset));
    auto below = [&](Value position, Value end, arith::CmpIPredicate predicate) {
      place.inside = both(place.inside, arith::CmpIOp::create(b, loc, predicate, position, end));
    };
    for (int tileDim : {0, 1}) {
      int64_t dim = memoryOp.getDims()[tileDim];
      if (dim < 0)
        continue;
      Value &at = place.indices[dim];
      at = at == index(0) ? (tileDim == 0 ? row : col)
                          : Value(arith::AddIOp::create(b, loc, at, tileDim == 0 ? row : col));
      Value bound = memoryOp.getBoundOf(dim);
      std::optional<int64_t> end = bound ? getConstantIntValue(bound) : std::optional<int64_t>(type.getDimSize(dim));
      std::optional<int64_t> begin = getConstantIntValue(memoryOp.getOffsets()[dim]);
      bool inside = begin && end && !ShapedType::isDynamic(*end) && *begin + shape[tileDim] <= *end;
      if (!inside)
        below(at, bound ? scalar(bound) : memory.sizes[dim], arith::CmpIPredicate::slt);
    }
    for (auto [dim, tileOfIndices] : llvm::zip(memoryOp.getIndexedDims(), memoryOp.getIndices())) {
      Value moved = arith::IndexCastOp::create(b, loc, b.getIndexType(), indexAt(tileOfIndices));
      place.indices[dim] = arith::AddIOp::create(b, loc, place.indices[dim], moved);
      below(place.indices[dim], memory.sizes[dim], arith::CmpIPredicate::ult);
    }
    return place;
  };
  if (auto load = dyn_cast<LoadOp>(op))
    return describe(load);
  return describe(cast<StoreOp>(op));
}

Value KernelLowering::elementAt(Value tile, FragmentLayout::Place at) {
  FragmentLayout of = layoutOf(tile);
  return tiles[tile][of.index(of.sourceOf(at))];
}

KernelLowering::MemoryPlace KernelLowering::placeOf(Operation *op, const FragmentLayout &layout,
                                                    FragmentLayout::Place at) {
  MemoryPlace place = placeOf(op, rowOf(layout, at), colOf(layout, at), [&](Value tile) { return elementAt(tile, at); });
  place.inside = both(place.inside, exists(layout, at));
  return place;
}

/// Reads through a pointer that is replaced by zeros where the element does not exist, so that no branch is needed.
Value KernelLowering::loadGuarded(Value pointer, Value inside, Type type, Value pad) {
  Type stored = type.isInteger(1) ? Type(b.getI8Type()) : type;
  if (inside)
    pointer = arith::SelectOp::create(b, loc, inside, pointer, padding);
  Value value = LLVM::LoadOp::create(b, loc, stored, pointer);
  if (type.isInteger(1))
    value = arith::TruncIOp::create(b, loc, type, value);
  return inside && pad ? Value(arith::SelectOp::create(b, loc, inside, value, pad)) : value;
}

Registers KernelLowering::lowerLoad(LoadOp op) {
  FragmentLayout layout = layoutOf(op.getResult());
  auto memref = cast<MemRefType>(op.getSource().getType());
  Type stored = memref.getElementType(), element = op.getType().getElementType();
  Value pad;
  if (op.getPad() && !matchPattern(*op.getPad(), m_AnyZeroFloat()) && !matchPattern(*op.getPad(), m_Zero()))
    pad = arith::ConstantOp::create(b, loc, stored, op.getPadValue());
  if (!pad)
    if (std::optional<Registers> rows = loadRows(op, layout))
      return *rows;
  Registers values;
  for (int64_t n = 0; n < layout.size(); ++n) {
    MemoryPlace place = placeOf(op, layout, layout.place(n));
    Value pointer = elementPointer(globals[op.getSource()], stored, place.indices);
    Value value = loadGuarded(pointer, place.inside, stored, pad);
    if (stored != element)
      value = arith::TruncIOp::create(b, loc, element, value);
    values.push_back(value);
  }
  return values;
}

/// Emits the body under a condition; without one where there is none.
void KernelLowering::guarded(Value condition, llvm::function_ref<void()> body) {
  if (!condition)
    return body();
  auto branch = scf::IfOp::create(b, loc, condition, /*withElseRegion=*/false);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  body();
}

/// Whether indices, where there are any, are the same for all columns of a row.
static bool indexesRows(StoreOp op) {
  return llvm::all_of(op.getIndices(), [](Value tile) { return cast<ShapedType>(tile.getType()).getDimSize(1) == 1; });
}

/// Whether the two neighbours of a row that a thread holds are neighbours in memory, and both exist or neither.
static bool storesPairs(StoreOp op, const FragmentLayout &layout) {
  auto type = cast<MemRefType>(op.getDest().getType());
  Type element = type.getElementType();
  int64_t dim = op.getColDim(), cols = layout.cols();
  if (op.getMask() || !indexesRows(op) || dim < 0 || dim != type.getRank() - 1 || cols % 8 != 0 ||
      !isa<FloatType>(element) || element.getIntOrFloatBitWidth() > 32 || !isContiguous(type, dim))
    return false;
  Value bound = op.getBoundOf(dim);
  std::optional<int64_t> end = bound ? getConstantIntValue(bound) : std::optional<int64_t>(type.getDimSize(dim));
  return end && !ShapedType::isDynamic(*end) && isMultipleOf(op.getOffsets()[dim], 2) &&
         areWithin(op.getOffsets()[dim], cols, *end);
}

/// The four lanes that share a row exchange the registers of four blocks of columns, so that each holds all of one block.
void KernelLowering::exchangeInRow(MutableArrayRef<Value> words) {
  for (int64_t distance : {1, 2}) {
    Value bit = arith::AndIOp::create(b, loc, inGroup, index(distance));
    Value upper = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, bit, index(0));
    for (int64_t k = 0; k < 4; ++k) {
      if (k & distance)
        continue;
      Value &low = words[k], &high = words[k + distance];
      Value other = shuffle(arith::SelectOp::create(b, loc, upper, low, high), distance);
      low = arith::SelectOp::create(b, loc, upper, other, low);
      high = arith::SelectOp::create(b, loc, upper, high, other);
    }
  }
}

/// One row of what a thread holds, in accesses of 16 bytes where four lanes can exchange, else of a pair.
void KernelLowering::storeRow(StoreOp op, const FragmentLayout &layout, FragmentLayout::Place at) {
  const Registers &values = tiles[op.getValue()];
  Type element = elementOf(op.getValue());
  bool narrow = element.getIntOrFloatBitWidth() == 16;
  auto one = [&](int64_t n) { return LLVM::ConstantOp::create(b, loc, b.getI32IntegerAttr(n)); };
  auto join = [&](ValueRange parts) {
    Value joined = LLVM::UndefOp::create(b, loc, VectorType::get({int64_t(parts.size())}, parts.front().getType()));
    for (auto [n, part] : llvm::enumerate(parts))
      joined = LLVM::InsertElementOp::create(b, loc, joined, part, one(n));
    return joined;
  };
  SmallVector<Value> words;
  for (int64_t col = 0; col < layout.colBlocks(); ++col) {
    at.col = col;
    Value first = values[layout.index({at.block, col, at.half, 0})], second = values[layout.index({at.block, col, at.half, 1})];
    words.push_back(narrow ? packPair(first, second) : join({first, second}));
  }
  bool exchanges = narrow && layout.halves() == 2 && layout.colBlocks() % 4 == 0 &&
                   isMultipleOf(op.getOffsets()[op.getColDim()], 8);
  for (size_t first = 0; exchanges && first < words.size(); first += 4)
    exchangeInRow(MutableArrayRef<Value>(words).slice(first, 4));
  at.col = 0;
  MemoryPlace place = placeOf(op, rowOf(layout, at), index(0), [&](Value tile) { return elementAt(tile, at); });
  guarded(both(place.inside, exists(layout, at)), [&] {
    Value row = elementPointer(globals[op.getDest()], element, place.indices);
    auto pointer = [&](Value column) -> Value {
      Value wide = arith::IndexCastOp::create(b, loc, b.getI64Type(), column);
      return LLVM::GEPOp::create(b, loc, row.getType(), element, row, ArrayRef<LLVM::GEPArg>{wide});
    };
    if (!exchanges) {
      for (auto [col, word] : llvm::enumerate(words))
        LLVM::StoreOp::create(b, loc, word, pointer(colOf(layout, {0, int64_t(col), 0, 0})), narrow ? 4 : 8);
      return;
    }
    for (size_t first = 0; first < words.size(); first += 4) {
      Value block = arith::AddIOp::create(b, loc, inGroup, index(first));
      Value column = arith::MulIOp::create(b, loc, block, index(8));
      LLVM::StoreOp::create(b, loc, join(ArrayRef<Value>(words).slice(first, 4)), pointer(column), /*alignment=*/16);
    }
  });
}

/// Row by row, neighbours in one access where base and strides allow it.
void KernelLowering::storePairs(StoreOp op, const FragmentLayout &layout) {
  const Registers values = tiles[op.getValue()];
  const GlobalMemory &memory = globals[op.getDest()];
  auto branch = scf::IfOp::create(b, loc, memory.aligned, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  for (bool together : {true, false}) {
    b.setInsertionPointToStart(together ? branch.thenBlock() : branch.elseBlock());
    for (int64_t block = 0; block < layout.owned(); ++block)
      for (int64_t half = 0; half < layout.halves(); ++half) {
        if (together) {
          storeRow(op, layout, {block, 0, half, 0});
          continue;
        }
        for (int64_t col = 0; col < layout.colBlocks(); ++col)
          for (int64_t pair : {0, 1}) {
            MemoryPlace place = placeOf(op, layout, {block, col, half, pair});
            Value value = values[layout.index({block, col, half, pair})];
            guarded(place.inside, [&] {
              LLVM::StoreOp::create(b, loc, value, elementPointer(memory, value.getType(), place.indices));
            });
          }
      }
  }
}

/// Whether the tile's rows run along memory, in whole blocks of 16-bit elements.
static bool storesColumns(StoreOp op, const FragmentLayout &layout) {
  auto type = cast<MemRefType>(op.getDest().getType());
  Type element = type.getElementType();
  int64_t dim = op.getRowDim();
  if (op.getMask() || !op.getIndices().empty() || dim < 0 || op.getColDim() < 0 || dim != type.getRank() - 1 ||
      layout.rows() % 16 != 0 || layout.rowsMayMiss() || layout.cols() % 8 != 0 || !isa<FloatType>(element) ||
      element.getIntOrFloatBitWidth() != 16 || !isContiguous(type, dim))
    return false;
  // Neighbours exist both or neither.
  Value bound = op.getBoundOf(dim);
  std::optional<int64_t> end = bound ? getConstantIntValue(bound) : std::optional<int64_t>(type.getDimSize(dim));
  return end && !ShapedType::isDynamic(*end) && *end % 2 == 0 && isMultipleOf(op.getOffsets()[dim], 2);
}

/// A pair of neighbours in memory, in one access where base and strides allow it.
void KernelLowering::storePair(Value word, Type element, Value pointer, Value together) {
  auto branch = scf::IfOp::create(b, loc, together, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  LLVM::StoreOp::create(b, loc, word, pointer, /*alignment=*/4);
  b.setInsertionPointToStart(branch.elseBlock());
  auto [low, high] = unpackPair(word, element);
  Value next = LLVM::GEPOp::create(b, loc, pointer.getType(), element, pointer, ArrayRef<LLVM::GEPArg>{1});
  LLVM::StoreOp::create(b, loc, low, pointer);
  LLVM::StoreOp::create(b, loc, high, next);
}

/// Each 8 x 8 block of a warp's rows is turned among the lanes, so that a thread holds neighbours in memory. Each pointer is
/// made of the one before: made each for itself, they would all live through the loop around.
void KernelLowering::storeColumns(StoreOp op, const FragmentLayout &layout) {
  const Registers &values = tiles[op.getValue()];
  const GlobalMemory &memory = globals[op.getDest()];
  Type element = elementOf(op.getValue());
  int64_t colDim = op.getColDim();
  Value bound = op.getBoundOf(colDim), end = bound ? scalar(bound) : memory.sizes[colDim];
  Value step = arith::IndexCastOp::create(b, loc, b.getI64Type(), memory.strides[colDim]);
  step = arith::MulIOp::create(b, loc, step, LLVM::ConstantOp::create(b, loc, b.getI64IntegerAttr(8)));
  for (int64_t block = 0; block < layout.owned(); ++block) {
    // After the turn lane 4 g + t has rows 2 t and 2 t + 1 of each block's column g.
    Value firstRow = arith::SubIOp::create(b, loc, rowOf(layout, {block, 0, 0, 0}), group);
    Value row = arith::AddIOp::create(b, loc, firstRow, arith::MulIOp::create(b, loc, inGroup, index(2)));
    MemoryPlace halves[] = {placeOf(op, row, group, nullptr),
                            placeOf(op, arith::AddIOp::create(b, loc, row, index(8)), group, nullptr)};
    Value pointer = elementPointer(memory, element, halves[0].indices);
    for (int64_t col = 0; col < layout.colBlocks(); ++col) {
      Value exists;
      if (col) {
        pointer = LLVM::GEPOp::create(b, loc, pointer.getType(), element, pointer, ArrayRef<LLVM::GEPArg>{step});
        Value at = arith::AddIOp::create(b, loc, halves[0].indices[colDim], index(col * 8));
        exists = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, at, end);
      }
      for (int64_t half : {0, 1}) {
        auto value = [&](int64_t pair) { return values[layout.index({block, col, half, pair})]; };
        Value word = assembly("movmatrix.sync.aligned.m8n8.trans.b16 $0, $1;", "=r,r", b.getI32Type(),
                              {packPair(value(0), value(1))}, /*sideEffects=*/true);
        guarded(both(halves[half].inside, exists), [&] {
          Value place = LLVM::GEPOp::create(b, loc, pointer.getType(), element, pointer,
                                            ArrayRef<LLVM::GEPArg>{int32_t(8 * half)});
          storePair(word, element, place, memory.aligned);
        });
      }
    }
  }
}

LogicalResult KernelLowering::lowerStore(StoreOp op) {
  FragmentLayout layout = layoutOf(op.getValue());
  const Registers &values = tiles[op.getValue()];
  guarded(writes(layout), [&] {
    if (storesPairs(op, layout))
      return storePairs(op, layout);
    if (storesColumns(op, layout))
      return storeColumns(op, layout);
    for (int64_t n = 0; n < layout.size(); ++n) {
      MemoryPlace place = placeOf(op, layout, layout.place(n));
      Value inside = place.inside;
      if (op.getMask())
        inside = both(inside, tiles[op.getMask()][n]);
      Value value = values[n];
      if (value.getType().isInteger(1))
        value = arith::ExtUIOp::create(b, loc, b.getI8Type(), value);
      guarded(inside, [&] {
        Value pointer = elementPointer(globals[op.getDest()], value.getType(), place.indices);
        LLVM::StoreOp::create(b, loc, value, pointer);
      });
    }
  });
  return success();
}

} // namespace attn::cuda
