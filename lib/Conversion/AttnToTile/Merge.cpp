// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The kernel that merges parts of rows, elementwise over rows and in the order of the parts.
#include "lib/Conversion/AttnToTile/Merge.h"

using namespace mlir;
using namespace attn;
using namespace attn::totile;

static void emitContract(EntryBuilder &entry, MergeOp merge) {
  Value first = merge.getParts().front();
  const char *names[] = {"batch", "heads", "tokens"};
  for (Value part : merge.getParts())
    for (unsigned dim = 0; dim < 3; ++dim)
      entry.check(launch::Relation::eq, part, dim, first, dim, names[dim]);
}

namespace {
/// A part's rows: accumulator and state.
struct Part {
  Value accumulator;
  RowState state;
};

class MergeKernel {
public:
  MergeKernel(EntryBuilder &entry, MergeOp merge)
      : merge(merge), normalizer(*Normalizer::get(merge)), kernel(entry, "merge", merge.getLoc()),
        compute(getComputeType(cast<RankedTensorType>(merge.getOutput().getType()).getElementType())),
        emitter(kernel.body, kernel.loc, TileSizes{tileRows, 1},
                [this](Value tensor) { return kernel.tensor(tensor); }),
        rows(emitter, normalizer, merge.getCaptures(), compute) {}

  LogicalResult emit();

private:
  static constexpr int64_t tileRows = 96;

  void setPlace();
  Value load(Value tensor);
  void store(Value tile, Value tensor);
  FailureOr<Part> loadPart(unsigned number);
  Value scaled(Value tile, Value factor);
  LseForm form() { return {merge.getLseBase() == LseBase::Two, merge.getSinkIncluded().value_or(false)}; }

  MergeOp merge;
  Normalizer normalizer;
  KernelBuilder kernel;
  Type compute;
  TileEmitter emitter;
  RowMonoid rows;
  Value row;
};
} // namespace

void MergeKernel::setPlace() {
  Value first = merge.getParts().front();
  IndexMath grid = kernel.gridMath();
  Value seen = kernel.gridTensor(first);
  kernel.setGrid(grid.ceilDiv(grid.extent(seen, 2), tileRows), grid.extent(seen, 1), grid.extent(seen, 0));
  IndexMath math{emitter.outside, kernel.loc};
  Value memref = kernel.tensor(first);
  row = math.mul(kernel.x(), tileRows);
  emitter.at.b = uniform(kernel.z());
  emitter.at.h = uniform(kernel.y());
  emitter.at.heads = uniform(math.extent(memref, 1));
  emitter.at.queryExtent = uniform(math.extent(memref, 2));
  emitter.at.i = emitter.at.queryIndex = emitter.positions(row, true, false, true, tileRows);
}

/// A tensor's rows in the compute type.
Value MergeKernel::load(Value tensor) {
  OpBuilder &builder = emitter.outside;
  Value memref = kernel.tensor(tensor);
  auto type = cast<MemRefType>(memref.getType());
  bool isWide = type.getRank() == 4;
  SmallVector<Value> offsets = {kernel.z(), kernel.y(), row};
  if (isWide)
    offsets.push_back(arith::ConstantIndexOp::create(builder, kernel.loc, 0));
  auto loaded = RankedTensorType::get({tileRows, isWide ? type.getDimSize(3) : 1}, type.getElementType());
  Value tile =
      tile::LoadOp::create(builder, kernel.loc, loaded, memref, offsets, ArrayRef<int64_t>{2, isWide ? 3 : -1});
  if (loaded.getElementType() == compute)
    return tile;
  return arith::ExtFOp::create(builder, kernel.loc, loaded.clone(compute), tile);
}

void MergeKernel::store(Value tile, Value tensor) {
  OpBuilder &builder = emitter.outside;
  Value memref = kernel.tensor(tensor);
  auto type = cast<MemRefType>(memref.getType());
  bool isWide = type.getRank() == 4;
  auto stored = cast<RankedTensorType>(tile.getType()).clone(type.getElementType());
  if (type.getElementType() != compute)
    tile = arith::TruncFOp::create(builder, kernel.loc, stored, tile);
  SmallVector<Value> offsets = {kernel.z(), kernel.y(), row};
  if (isWide)
    offsets.push_back(arith::ConstantIndexOp::create(builder, kernel.loc, 0));
  tile::StoreOp::create(builder, kernel.loc, tile, memref, offsets, ArrayRef<int64_t>{2, isWide ? 3 : -1});
}

FailureOr<Part> MergeKernel::loadPart(unsigned number) {
  OperandRange tensors = merge.part(number);
  Part part;
  part.accumulator = load(tensors.front());
  SmallVector<Value> state = llvm::map_to_vector(tensors.drop_front(), [&](Value tensor) { return load(tensor); });
  if (!merge.hasPairs()) {
    part.state = RowState::from(state, normalizer.hasReference());
    return part;
  }
  FailureOr<RowState> made = rows.fromLse(state.front(), form(), false);
  if (failed(made))
    return failure();
  part.state = *made;
  return part;
}

Value MergeKernel::scaled(Value tile, Value factor) {
  if (!factor)
    return tile;
  Value wide = tile::BroadcastOp::create(emitter.outside, kernel.loc, tile.getType(), factor);
  return arith::MulFOp::create(emitter.outside, kernel.loc, tile, wide);
}

LogicalResult MergeKernel::emit() {
  setPlace();
  FailureOr<Part> joint = loadPart(0);
  if (failed(joint))
    return failure();
  for (unsigned number = 1; number < merge.numParts(); ++number) {
    FailureOr<Part> next = loadPart(number);
    if (failed(next))
      return failure();
    FailureOr<RowMonoid::Joint> combined = rows.combine(joint->state, next->state, false);
    if (failed(combined))
      return failure();
    joint->state = combined->state;
    joint->accumulator = arith::AddFOp::create(emitter.outside, kernel.loc, scaled(joint->accumulator, combined->left),
                                               scaled(next->accumulator, combined->right));
  }
  FailureOr<Value> scale = rows.finalize(joint->state);
  if (failed(scale))
    return failure();
  store(scaled(joint->accumulator, *scale), merge.getOutput());
  if (merge.getLse()) {
    FailureOr<Value> lse = rows.lse(joint->state, form());
    if (failed(lse))
      return failure();
    store(*lse, merge.getLse());
  }
  kernel.body.setInsertionPointToEnd(&kernel.kernel.getBody().front());
  kernel.finish();
  return success();
}

LogicalResult totile::lowerMerge(EntryBuilder &entry, MergeOp merge) {
  emitContract(entry, merge);
  return MergeKernel(entry, merge).emit();
}
