// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The small vocabulary of the tile lowering: constants, vectors, loops, combinations.
#include "lib/Target/CPU/TileLowering.h"
#include "lib/Target/Common/Combine.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace attn::tile;

namespace attn::cpu {

Value TileLowering::index(int64_t value) {
  return indices.get(b, func.getBody().front(), kernel.getLoc(), value);
}

Value TileLowering::add(Value left, Value right) {
  if (!left || left == index(0))
    return right ? right : index(0);
  if (!right || right == index(0))
    return left;
  return arith::AddIOp::create(b, loc, left, right);
}

Type TileLowering::vectorType(Type element, unsigned width) {
  return width == 1 ? element : VectorType::get({int64_t(width)}, element);
}

Value TileLowering::broadcast(Value value, unsigned width) {
  if (width == 1 || isa<VectorType>(value.getType()))
    return value;
  return vector::BroadcastOp::create(b, loc, VectorType::get({int64_t(width)}, value.getType()), value);
}

Value TileLowering::constant(Type element, double value, unsigned width) {
  TypedAttr attr = isa<FloatType>(element) ? TypedAttr(b.getFloatAttr(element, value))
                                           : TypedAttr(b.getIntegerAttr(element, int64_t(value)));
  return broadcast(arith::ConstantOp::create(b, loc, element, attr), width);
}

Value TileLowering::maskOf(const Lanes &lanes, unsigned width) {
  auto type = VectorType::get({int64_t(width)}, b.getI1Type());
  if (lanes.dynamic)
    return vector::CreateMaskOp::create(b, loc, type, ValueRange{lanes.dynamic});
  return vector::ConstantMaskOp::create(b, loc, type, ArrayRef<int64_t>{lanes.fixed.value_or(width)});
}

static Type withElement(Type like, Type element) {
  if (auto vector = dyn_cast<VectorType>(like))
    return VectorType::get(vector.getShape(), element);
  return element;
}

Value TileLowering::toStored(Value value) {
  Type element = getElementTypeOrSelf(value.getType());
  Type stored = storedElement(element);
  if (stored == element)
    return value;
  Type type = withElement(value.getType(), stored);
  if (element.isInteger(1))
    return arith::ExtUIOp::create(b, loc, type, value);
  return arith::ExtFOp::create(b, loc, type, value);
}

Value TileLowering::fromStored(Value value, Type element) {
  if (getElementTypeOrSelf(value.getType()) == element)
    return value;
  Type type = withElement(value.getType(), element);
  if (element.isInteger(1))
    return arith::TruncIOp::create(b, loc, type, value);
  return arith::TruncFOp::create(b, loc, type, value);
}

unsigned TileLowering::widthFor(Type element) const {
  return target.lanes(element.isF64() || element.isInteger(64) ? 64 : 32);
}

void TileLowering::loop(int64_t n, int64_t step, llvm::function_ref<void(Value)> body) {
  if (n <= 0)
    return;
  if (n <= step)
    return body(index(0));
  auto loop = scf::ForOp::create(b, loc, index(0), index(n), index(step));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  body(loop.getInductionVar());
}

Value TileLowering::combine(CombineKind kind, Value left, Value right) {
  return target::emitCombine(b, loc, kind, left, right);
}

Value TileLowering::identity(CombineKind kind, Type element, unsigned width) {
  return broadcast(arith::ConstantOp::create(b, loc, element, target::combineIdentity(kind, element)), width);
}

// A tree over halves: the order is fixed by the vector's width alone.
Value TileLowering::combineLanes(CombineKind kind, Value value) {
  auto type = dyn_cast<VectorType>(value.getType());
  if (!type)
    return value;
  int64_t lanes = type.getNumElements();
  while (lanes > 1) {
    SmallVector<int64_t> low, high;
    for (int64_t lane = 0; lane < lanes / 2; ++lane) {
      low.push_back(lane);
      high.push_back(lane + lanes / 2);
    }
    Value left = vector::ShuffleOp::create(b, loc, value, value, low);
    Value right = vector::ShuffleOp::create(b, loc, value, value, high);
    value = combine(kind, left, right);
    lanes /= 2;
  }
  return vector::ExtractOp::create(b, loc, value, ArrayRef<int64_t>{0});
}

} // namespace attn::cpu
