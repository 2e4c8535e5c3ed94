// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Kernels whose blocks go through points of the grid in turn. Every role goes through the same points; who fills the rings
// begins the next one while the others end the last.
#include "lib/Target/CUDA/KernelLowering.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;
using namespace attn::tile;

namespace attn::cuda {

bool KernelLowering::isPersistent() const {
  auto persistent = kernel->getAttrOfType<BoolAttr>(kPersistent);
  return persistent && persistent.getValue();
}

void KernelLowering::mapPoint(Value x, Value y, Value z) {
  for (auto [argument, value] : llvm::zip(kernel.getPoint(), SmallVector<Value>{x, y, z}))
    map.map(argument, arith::IndexCastOp::create(b, loc, b.getIndexType(), value));
}

/// The grid's extents are the second parameter. Their product is below 2^31, or the form is not launched.
void KernelLowering::readExtents() {
  auto pointer = LLVM::LLVMPointerType::get(b.getContext());
  Value extents = func.getBody().front().addArgument(pointer, kernel.getLoc());
  for (int32_t d = 0; d < 3; ++d) {
    Value place = LLVM::GEPOp::create(b, loc, pointer, b.getI64Type(), extents, ArrayRef<LLVM::GEPArg>{d});
    Value extent = LLVM::LoadOp::create(b, loc, b.getI64Type(), place);
    gridExtents.push_back(arith::TruncIOp::create(b, loc, b.getI32Type(), extent));
  }
}

/// Rings, once; the roles do the rest, each for itself.
LogicalResult KernelLowering::lowerPrograms(Block &body) {
  for (Operation &op : body)
    if (isa<RingOp>(op) && failed(lowerOp(op)))
      return failure();
  for (auto roles : body.getOps<RolesOp>())
    if (failed(lowerRoles(roles)))
      return failure();
  return success();
}

/// The role's part of every point that is this block's. Points often cost less, or more, the further they are along x: so
/// the first point of a row goes with the last one, the second with the last but one, and each such pair costs the same.
/// Blocks take pairs in turn. Where at most half of the blocks would have one in the last turn, each takes one of its points.
LogicalResult KernelLowering::lowerInTurn(Block &role) {
  auto add = [&](Value x, Value y) -> Value { return arith::AddIOp::create(b, loc, x, y); };
  auto sub = [&](Value x, Value y) -> Value { return arith::SubIOp::create(b, loc, x, y); };
  auto mul = [&](Value x, Value y) -> Value { return arith::MulIOp::create(b, loc, x, y); };
  auto div = [&](Value x, Value y) -> Value { return arith::DivUIOp::create(b, loc, x, y); };
  auto rem = [&](Value x, Value y) -> Value { return arith::RemUIOp::create(b, loc, x, y); };
  auto select = [&](Value is, Value x, Value y) -> Value { return arith::SelectOp::create(b, loc, is, x, y); };
  auto is = [&](arith::CmpIPredicate predicate, Value x, Value y) -> Value {
    return arith::CmpIOp::create(b, loc, predicate, x, y);
  };
  using Predicate = arith::CmpIPredicate;
  auto blocksOf = [&]() -> Value { return NVVM::GridDimXOp::create(b, loc, b.getI32Type()); };
  auto pairsOf = [&](ArrayRef<Value> extents) {
    return mul(div(add(extents[0], i32(1)), i32(2)), mul(extents[1], extents[2]));
  };
  // Two points a turn.
  Value turns = arith::CeilDivUIOp::create(b, loc, pairsOf(gridExtents), blocksOf());
  auto loop = scf::ForOp::create(b, loc, i32(0), mul(turns, i32(2)), i32(1));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  // Made again for every point: what lives through a program takes registers from it.
  auto again = [&](Value value) {
    return assembly("mov.b32 $0, $1;", "=r,r", b.getI32Type(), {value}, /*sideEffects=*/true);
  };
  Value blocks = again(blocksOf()), block = again(NVVM::BlockIdXOp::create(b, loc, b.getI32Type()));
  SmallVector<Value> extents = llvm::map_to_vector(gridExtents, again);
  Value half = div(add(extents[0], i32(1)), i32(2)), pairs = pairsOf(extents);
  Value rest = rem(pairs, blocks), whole = sub(pairs, rest);
  // From `single` on, points are taken one by one: first the near ones of the pairs that are left, then the far ones.
  Value areSingle = is(Predicate::ule, mul(rest, i32(2)), blocks);
  Value single = select(areSingle, whole, pairs), last = select(areSingle, add(pairs, rest), pairs);
  Value step = loop.getInductionVar(), turn = add(block, mul(div(step, i32(2)), blocks)), second = rem(step, i32(2));
  Value isFar = is(Predicate::uge, turn, pairs), isSingle = is(Predicate::uge, turn, single);
  Value pair = select(isFar, sub(turn, rest), turn);
  Value row = div(pair, half), near = rem(pair, half), far = sub(sub(extents[0], i32(1)), near);
  // A single point stands in the first step of its turn. The middle of an odd row has no other.
  Value isMiddle = is(Predicate::eq, near, far);
  Value allowed = select(isSingle, select(both(isFar, isMiddle), i32(0), i32(1)), select(isMiddle, i32(1), i32(2)));
  Value exists = both(is(Predicate::ult, turn, last), is(Predicate::ult, second, allowed));
  b.setInsertionPointToStart(scf::IfOp::create(b, loc, exists, /*withElseRegion=*/false).thenBlock());
  Value isNear = is(Predicate::eq, add(second, select(isFar, i32(1), i32(0))), i32(0));
  mapPoint(select(isNear, near, far), rem(row, extents[1]), div(row, extents[1]));
  forgetBarriers(); // the last program may have read or written anything
  for (Operation &op : kernel.getBody().front().without_terminator())
    if (!isa<RingOp, RolesOp>(op) && failed(lowerOp(op)))
      return failure();
  return lowerBlock(role);
}

} // namespace attn::cuda
