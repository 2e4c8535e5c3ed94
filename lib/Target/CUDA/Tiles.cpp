// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Ops on tiles that stay in registers.
#include "lib/Target/CUDA/KernelLowering.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace attn::tile;

namespace attn::cuda {

Registers KernelLowering::lowerConstant(arith::ConstantOp op) {
  FragmentLayout layout = layoutOf(op.getResult());
  auto dense = cast<DenseElementsAttr>(op.getValue());
  Type element = dense.getElementType();
  auto value = [&](Attribute attr) -> Value {
    return arith::ConstantOp::create(b, loc, element, cast<TypedAttr>(attr));
  };
  if (dense.isSplat())
    return Registers(layout.size(), value(dense.getSplatValue<Attribute>()));
  // A constant of many values: each thread picks its own by comparing positions.
  Registers registers;
  for (int64_t n = 0; n < layout.size(); ++n) {
    FragmentLayout::Place at = layout.place(n);
    Value number = arith::AddIOp::create(
        b, loc, arith::MulIOp::create(b, loc, rowOf(layout, at), index(layout.cols())), colOf(layout, at));
    Value chosen = value(dense.getValues<Attribute>()[0]);
    for (int64_t i = 1; i < dense.getNumElements(); ++i) {
      Value is = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, number, index(i));
      chosen = arith::SelectOp::create(b, loc, is, value(dense.getValues<Attribute>()[i]), chosen);
    }
    registers.push_back(chosen);
  }
  return registers;
}

/// Positions as floats, beside products of 16 bits: one is converted, and the others are so much further.
Registers KernelLowering::lowerFloatIota(arith::SIToFPOp op, IotaOp iota) {
  FragmentLayout layout = layoutOf(op.getOut());
  Type element = elementOf(op.getOut());
  const Registers &positions = tiles[iota.getResult()];
  Value first = arith::SIToFPOp::create(b, loc, element, positions.front());
  Registers values = {first};
  for (int64_t n = 1; n < layout.size(); ++n) {
    FragmentLayout::Place at = layout.place(n);
    int64_t further = iota.getDim() == 0 ? at.block * warps * 16 + at.half * 8 : at.col * 8 + at.pair;
    values.push_back(arith::AddFOp::create(b, loc, first, constant(element, double(further))));
  }
  return values;
}

Registers KernelLowering::lowerElementwise(Operation &op) {
  FragmentLayout layout = layoutOf(op.getResult(0));
  if (auto convert = dyn_cast<arith::SIToFPOp>(op); convert && narrowProducts && elementOf(op.getResult(0)).isF32())
    if (auto iota = convert.getIn().getDefiningOp<IotaOp>())
      return lowerFloatIota(convert, iota);
  Type element = elementOf(op.getResult(0));
  Registers values;
  for (int64_t n = 0; n < layout.size(); ++n) {
    Operation *copy = op.cloneWithoutRegions();
    b.insert(copy);
    for (OpOperand &operand : op.getOpOperands())
      copy->setOperand(operand.getOperandNumber(),
                       isTile(operand.get().getType()) ? tiles[operand.get()][n] : scalar(operand.get()));
    copy->getResult(0).setType(element);
    values.push_back(copy->getResult(0));
  }
  return values;
}

Registers KernelLowering::lowerBroadcast(BroadcastOp op) {
  FragmentLayout layout = layoutOf(op.getResult()), from = layoutOf(op.getSource());
  const Registers &source = tiles[op.getSource()];
  Registers values;
  for (int64_t n = 0; n < layout.size(); ++n)
    values.push_back(source[from.index(from.sourceOf(layout.place(n)))]);
  return values;
}

Registers KernelLowering::lowerIota(IotaOp op) {
  FragmentLayout layout = layoutOf(op.getResult());
  Registers values;
  for (int64_t n = 0; n < layout.size(); ++n) {
    FragmentLayout::Place at = layout.place(n);
    Value place = op.getDim() == 0 ? rowOf(layout, at) : colOf(layout, at);
    Value position = arith::AddIOp::create(b, loc, scalar(op.getStart()), place);
    values.push_back(arith::IndexCastOp::create(b, loc, b.getI32Type(), position));
  }
  return values;
}

/// Combines what a thread holds, then lanes of a warp, then warps, in an order that the layout fixes.
Registers KernelLowering::lowerReduce(ReduceOp op) {
  FragmentLayout layout = layoutOf(op.getSource()), to = layoutOf(op.getResult());
  const Registers &source = tiles[op.getSource()];
  // Along a row two chains, one of every other pair: a warp that runs alone waits for each link.
  constexpr int64_t chains = 2;
  SmallVector<Registers> partial(chains, Registers(to.size()));
  for (int64_t n = 0; n < layout.size(); ++n) {
    FragmentLayout::Place at = layout.place(n);
    FragmentLayout::Place into = to.sourceOf(at);
    int64_t chain = op.getDim() == 1 ? at.col % chains : 0;
    if (op.getDim() == 1)
      into.col = into.pair = 0;
    else
      into.block = into.half = 0;
    Value &sum = partial[chain][to.index(into)];
    Value value = source[n];
    Value inside = exists(layout, at);
    if (inside && op.getKind())
      value = arith::SelectOp::create(b, loc, inside, value, identity(*op.getKind(), value.getType()));
    sum = sum ? combineFor(op, sum, value) : value;
  }
  Registers results = partial[0];
  for (auto [result, other] : llvm::zip(results, partial[1]))
    if (other)
      result = combineFor(op, result, other);
  if (op.getDim() == 1) {
    if (layout.cols() > 1)
      for (Value &value : results)
        for (int64_t distance : {1, 2})
          value = combineFor(op, value, shuffle(value, distance));
    return results;
  }
  if (layout.rows() == 1)
    return results;
  for (Value &value : results)
    for (int64_t distance : {4, 8, 16})
      value = combineFor(op, value, shuffle(value, distance));
  return warps == 1 ? results : reduceAcrossWarps(op, results);
}

LogicalResult KernelLowering::lowerExtract(tensor::ExtractSliceOp op) {
  FragmentLayout from = layoutOf(op.getSource()), to = layoutOf(op.getResult());
  SmallVector<OpFoldResult> offsets = op.getMixedOffsets();
  std::optional<int64_t> row = getConstantIntValue(offsets[0]), col = getConstantIntValue(offsets[1]);
  auto alias = shared.find(op.getSource());
  if (alias != shared.end() && row == 0 && col && *col % 8 == 0 && to.rows() == from.rows()) {
    SharedTile part = alias->second;
    part.firstCol += *col;
    shared[op.getResult()] = part;
    if (!tiles.contains(op.getSource()))
      return success();
  }
  if (row == 0 && to.rows() == from.rows() && col && *col % 8 == 0 && to.cols() > 1) {
    const Registers source = tiles[op.getSource()];
    Registers values;
    for (int64_t n = 0; n < to.size(); ++n) {
      FragmentLayout::Place at = to.place(n);
      at.col += *col / 8;
      values.push_back(source[from.index(at)]);
    }
    tiles[op.getResult()] = values;
    return success();
  }
  if (row == 0 && to.rows() == from.rows() && col && to.cols() == 1 && from.cols() > 1) {
    // One of the four lanes that share a row holds the column.
    const Registers source = tiles[op.getSource()];
    Value holder = arith::AddIOp::create(b, loc, arith::SubIOp::create(b, loc, lane, inGroup), index(*col % 8 / 2));
    holder = arith::IndexCastOp::create(b, loc, b.getI32Type(), holder);
    Registers values;
    for (int64_t n = 0; n < to.size(); ++n) {
      FragmentLayout::Place at = to.place(n);
      Value held = source[from.index({at.block, *col / 8, at.half, *col % 2})];
      values.push_back(shuffle(held, holder, NVVM::ShflKind::idx));
    }
    tiles[op.getResult()] = values;
    return success();
  }
  auto value = [&](OpFoldResult offset) {
    auto fixed = getConstantIntValue(offset);
    return fixed ? index(*fixed) : scalar(cast<Value>(offset));
  };
  Value rowOffset = value(offsets[0]), colOffset = value(offsets[1]);
  int64_t pitch = publish(op.getSource());
  tiles[op.getResult()] = fetchTile(op.getType(), pitch, [&](Value i, Value j) {
    return std::make_pair<Value, Value>(arith::AddIOp::create(b, loc, i, rowOffset),
                                        arith::AddIOp::create(b, loc, j, colOffset));
  });
  return success();
}

LogicalResult KernelLowering::lowerInsert(tensor::InsertSliceOp op) {
  SmallVector<OpFoldResult> offsets = op.getMixedOffsets();
  auto value = [&](OpFoldResult offset) {
    auto fixed = getConstantIntValue(offset);
    return fixed ? index(*fixed) : scalar(cast<Value>(offset));
  };
  Value rowOffset = value(offsets[0]), colOffset = value(offsets[1]);
  int64_t pitch = publish(op.getDest());
  barrier();
  FragmentLayout layout = layoutOf(op.getSource());
  const Registers source = tiles[op.getSource()];
  wroteSinceBarrier = true;
  for (int64_t n = 0; n < layout.size(); ++n) {
    FragmentLayout::Place at = layout.place(n);
    Value row = arith::AddIOp::create(b, loc, rowOf(layout, at), rowOffset);
    Value col = arith::AddIOp::create(b, loc, colOf(layout, at), colOffset);
    Value inside = exists(layout, at);
    OpBuilder::InsertionGuard guard(b);
    if (inside)
      b.setInsertionPointToStart(scf::IfOp::create(b, loc, inside, false).thenBlock());
    put(source[n], row, col, pitch);
  }
  tiles[op.getResult()] =
      fetchTile(op.getType(), pitch, [](Value i, Value j) { return std::make_pair(i, j); });
  return success();
}

} // namespace attn::cuda
