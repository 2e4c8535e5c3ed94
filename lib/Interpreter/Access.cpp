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

/// Fills a tile from memory, with `pad` outside.
template <typename OpT>
static LogicalResult gather(Machine &machine, OpT op, Value source, const Tile &pad, Tile &result) {
  Access access;
  if (failed(access.prepare(machine, op, source)))
    return failure();
  for (int64_t row = 0, number = 0; row < result.rows(); ++row)
    for (int64_t col = 0; col < result.cols(); ++col, ++number) {
      int64_t place = access.locate(row, col);
      if (place < 0)
        result.copy(number, pad, 0);
      else
        result.copy(number, *access.buffer.memory, place);
    }
  return success();
}

/// Writes a tile to memory, where it is inside and the mask, if there is one, is set.
template <typename OpT>
static LogicalResult scatter(Machine &machine, OpT op, Value dest, const Tile &value, const Tile *mask = nullptr) {
  Access access;
  if (failed(access.prepare(machine, op, dest)))
    return failure();
  for (int64_t row = 0, number = 0; row < value.rows(); ++row)
    for (int64_t col = 0; col < value.cols(); ++col, ++number) {
      int64_t place = access.locate(row, col);
      if (place >= 0 && (!mask || mask->integers[number]))
        access.buffer.memory->copy(place, value, number);
    }
  return success();
}

static LogicalResult runLoad(Machine &machine, Operation *op) {
  auto load = cast<tile::LoadOp>(op);
  Tile result = makeResult(op);
  if (failed(gather(machine, load, load.getSource(), scalarOf(load.getPadValue(), result.element), result)))
    return failure();
  machine.bind(load, std::move(result));
  return success();
}

static LogicalResult runStore(Machine &machine, Operation *op) {
  auto store = cast<tile::StoreOp>(op);
  const Tile *mask = store.getMask() ? &machine.tile(store.getMask()) : nullptr;
  return scatter(machine, store, store.getDest(), machine.tile(store.getValue()), mask);
}

static LogicalResult runCopy(Machine &machine, Operation *op) {
  auto copy = cast<tile::CopyOp>(op);
  const SlotView &slot = machine.slot(copy.getSlot());
  auto transfer = std::make_shared<Transfer>(op, machine.actor, /*isProduct=*/false);
  if (failed(beginFilling(machine, op, slot, transfer.get())))
    return failure();
  if (!machine.options.protocol) {
    auto type = cast<RankedTensorType>(copy.getSlot().getType().getTiles().front());
    Tile result(*elementOf(type), type.getShape());
    if (failed(gather(machine, copy, copy.getSource(), Tile(result.element, {}), result)))
      return failure();
    writeSlot(machine, copy.getSlot(), result);
  }
  if (copy.getBarriers()) {
    transfer->barriers = machine.barriers(copy.getBarriers());
    transfer->bytes = copy.getBytes();
    FailureOr<int64_t> stage = stageOf(machine, op, copy.getStage(), transfer->barriers->states.size());
    if (failed(stage))
      return failure();
    transfer->stage = *stage;
  } else {
    slot.payload().copies.push_back(transfer);
  }
  beginTransfer(machine, std::move(transfer));
  return success();
}

static LogicalResult runCopyOut(Machine &machine, Operation *op) {
  auto copy = cast<tile::CopyOutOp>(op);
  const SlotView &slot = machine.slot(copy.getSlot());
  auto transfer = std::make_shared<Transfer>(op, machine.actor, /*isProduct=*/false);
  if (failed(beginReading(machine, op, slot, transfer.get())))
    return failure();
  if (!machine.options.protocol && failed(scatter(machine, copy, copy.getDest(), readSlot(machine, copy.getSlot()))))
    return failure();
  machine.flow->open.push_back(transfer);
  beginTransfer(machine, transfer);
  machine.bindDatum(copy.getPending(), transfer);
  return success();
}

void attn::interpreter::addAccessOps(HandlerTable &table) {
  table["tile.copy"] = runCopy;
  table["tile.copy_out"] = runCopyOut;
  table["tile.load"] = runLoad;
  table["tile.store"] = runStore;
}
