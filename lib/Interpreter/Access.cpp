// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// tile.load and tile.store: which element of memory belongs to which element of the tile.
#include "lib/Interpreter/Elementwise.h"
#include "mlir/IR/BuiltinAttributes.h"

using namespace mlir;
using namespace attn;
using namespace attn::interpreter;

namespace {

/// The map from (row, column) of a tile to an address; nothing outside the bounds.
class Access {
public:
  template <typename OpT> LogicalResult prepare(Machine &machine, OpT op, Value memref) {
    buffer = machine.buffer(memref);
    offsets = machine.integers(op.getOffsets());
    isFree.assign(buffer.rank(), false);
    for (int d = 0; d < 2; ++d) {
      tiled[d] = op.getDims()[d];
      if (tiled[d] < 0)
        continue;
      isFree[tiled[d]] = true;
      Value bound = op.getBoundOf(tiled[d]);
      ends[d] = bound ? machine.integer(bound) : buffer.shape[tiled[d]];
      if (offsets[tiled[d]] < 0)
        return machine.fail(op, "expects the offset of tiled dim " + Twine(tiled[d]) +
                                    " not to be negative, but got " + Twine(offsets[tiled[d]]));
      if (ends[d] > buffer.shape[tiled[d]])
        return machine.fail(op, "expects the bound of dim " + Twine(tiled[d]) + " not to exceed the memref's size " +
                                    Twine(buffer.shape[tiled[d]]) + ", but got " + Twine(ends[d]));
    }
    for (auto [dim, index] : llvm::zip(op.getIndexedDims(), op.getIndices())) {
      isFree[dim] = true;
      indexed.push_back({dim, &machine.tile(index)});
    }
    for (int64_t dim = 0; dim < buffer.rank(); ++dim)
      if (!isFree[dim] && (offsets[dim] < 0 || offsets[dim] >= buffer.shape[dim]))
        return machine.fail(op, "expects index " + Twine(dim) + " in [0, " + Twine(buffer.shape[dim]) +
                                    "), but got " + Twine(offsets[dim]));
    base = buffer.address(offsets);
    return success();
  }

  /// Where element (row, column) lies in the memory, or -1 if it lies outside.
  int64_t locate(int64_t row, int64_t col) const {
    int64_t place = base;
    for (int d = 0; d < 2; ++d) {
      if (tiled[d] < 0)
        continue;
      int64_t step = d == 0 ? row : col;
      if (offsets[tiled[d]] + step >= ends[d])
        return -1;
      place += step * buffer.strides[tiled[d]];
    }
    for (auto [dim, index] : indexed) {
      int64_t number = (index->rows() == 1 ? 0 : row) * index->cols() + (index->cols() == 1 ? 0 : col);
      int64_t step = index->integers[number];
      if (offsets[dim] + step < 0 || offsets[dim] + step >= buffer.shape[dim])
        return -1;
      place += step * buffer.strides[dim];
    }
    return place;
  }

  Buffer buffer;

private:
  SmallVector<int64_t, 4> offsets;
  SmallVector<bool, 4> isFree;
  int64_t tiled[2] = {-1, -1}, ends[2] = {0, 0};
  SmallVector<std::pair<int64_t, const Tile *>, 2> indexed;
  int64_t base = 0;
};

} // namespace

/// The number of an attribute of an element type as a scalar.
static Tile scalarOf(TypedAttr attribute, Element element) {
  Tile scalar(element, {});
  if (auto real = dyn_cast<FloatAttr>(attribute))
    scalar.reals[0] = real.getValueAsDouble();
  else
    scalar.integers[0] = wrap(cast<IntegerAttr>(attribute).getValue().getSExtValue(), bitWidth(element));
  return scalar;
}

static LogicalResult runLoad(Machine &machine, Operation *op) {
  auto load = cast<tile::LoadOp>(op);
  Access access;
  if (failed(access.prepare(machine, load, load.getSource())))
    return failure();
  Tile result = makeResult(op);
  Tile pad = scalarOf(load.getPadValue(), result.element);
  for (int64_t row = 0, number = 0; row < result.rows(); ++row)
    for (int64_t col = 0; col < result.cols(); ++col, ++number) {
      int64_t place = access.locate(row, col);
      if (place < 0)
        result.copy(number, pad, 0);
      else
        result.copy(number, *access.buffer.memory, place);
    }
  machine.bind(load, std::move(result));
  return success();
}

static LogicalResult runStore(Machine &machine, Operation *op) {
  auto store = cast<tile::StoreOp>(op);
  Access access;
  if (failed(access.prepare(machine, store, store.getDest())))
    return failure();
  const Tile &value = machine.tile(store.getValue());
  const Tile *mask = store.getMask() ? &machine.tile(store.getMask()) : nullptr;
  for (int64_t row = 0, number = 0; row < value.rows(); ++row)
    for (int64_t col = 0; col < value.cols(); ++col, ++number) {
      int64_t place = access.locate(row, col);
      if (place >= 0 && (!mask || mask->integers[number]))
        access.buffer.memory->copy(place, value, number);
    }
  return success();
}

void attn::interpreter::addAccessOps(HandlerTable &table) {
  table["tile.load"] = runLoad;
  table["tile.store"] = runStore;
}
