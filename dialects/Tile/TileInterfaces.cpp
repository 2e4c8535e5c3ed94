// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The dims of tile ops: per op, and for elementwise ops of other dialects.
#include "dialects/Tile/TileInterfaces.h"
#include "dialects/Tile/TileOps.h"

using namespace mlir;
using namespace attn::tile;

#include "dialects/Tile/TileInterfaces.cpp.inc"

bool attn::tile::isTile(Type type) {
  auto tensor = llvm::dyn_cast<RankedTensorType>(type);
  return tensor && tensor.getRank() == 2 && tensor.getElementType().isIntOrIndexOrFloat() &&
         llvm::all_of(tensor.getShape(), [](int64_t extent) { return extent > 0; });
}

static constexpr DimKind parallel = DimKind::parallel;
static constexpr DimKind contracted = DimKind::contracted;
static constexpr DimKind coupled = DimKind::coupled;

/// (0, 1), without the dims where this tile has size 1 and the whole has not.
static TileDimPair spread(Type part, Type whole) {
  auto partShape = llvm::cast<ShapedType>(part).getShape();
  auto wholeShape = llvm::cast<ShapedType>(whole).getShape();
  auto dim = [&](int d) { return partShape[d] == 1 && wholeShape[d] != 1 ? noDim : d; };
  return {dim(0), dim(1)};
}

std::optional<TileDims> attn::tile::describeTileDims(Operation *op) {
  if (auto tileOp = llvm::dyn_cast<TileOpInterface>(op))
    return tileOp.getTileDims();
  if (!op->hasTrait<OpTrait::Elementwise>() && !op->hasTrait<OpTrait::ConstantLike>())
    return std::nullopt;
  TileDims dims{{parallel, parallel}, {}, {}};
  for (Type type : op->getOperandTypes())
    if (isTile(type))
      dims.operands.push_back({0, 1});
  for (Type type : op->getResultTypes())
    if (isTile(type))
      dims.results.push_back({0, 1});
  return dims;
}

TileDims LoadOp::getTileDims() {
  TileDims dims{{parallel, parallel}, {}, {{0, 1}}};
  for (Value index : getIndices())
    dims.operands.push_back(spread(index.getType(), getType()));
  return dims;
}

TileDims StoreOp::getTileDims() {
  TileDims dims{{parallel, parallel}, {{0, 1}}, {}};
  for (Value index : getIndices())
    dims.operands.push_back(spread(index.getType(), getValue().getType()));
  if (getMask())
    dims.operands.push_back({0, 1});
  return dims;
}

TileDims MmaOp::getTileDims() {
  TileDims dims{{parallel, parallel, contracted}, {}, {{0, 1}}};
  dims.operands.push_back(getTransA() ? TileDimPair{2, 0} : TileDimPair{0, 2});
  dims.operands.push_back(getTransB() ? TileDimPair{1, 2} : TileDimPair{2, 1});
  if (getC())
    dims.operands.push_back({0, 1});
  return dims;
}

TileDims ReduceOp::getTileDims() {
  TileDims dims{{parallel, parallel}, {{0, 1}}, {{0, 1}}};
  dims.kinds[getDim()] = contracted;
  dims.results[0][getDim()] = noDim;
  return dims;
}

TileDims ScanOp::getTileDims() {
  TileDims dims{{parallel, parallel}, {{0, 1}}, {{0, 1}}};
  dims.kinds[getDim()] = coupled;
  return dims;
}

TileDims BroadcastOp::getTileDims() {
  return {{parallel, parallel}, {spread(getSource().getType(), getType())}, {{0, 1}}};
}

TileDims IotaOp::getTileDims() { return {{parallel, parallel}, {}, {{0, 1}}}; }

TileDims TransposeOp::getTileDims() { return {{parallel, parallel}, {{1, 0}}, {{0, 1}}}; }

// A row's shift is counted from the last row, so rows are coupled too.
TileDims ShearOp::getTileDims() { return {{coupled, coupled}, {{0, 1}}, {{0, 1}}}; }

TileDims SolveOp::getTileDims() { return {{coupled, parallel}, {{0, 0}, {0, 1}}, {{0, 1}}}; }
