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

/// The role's part of every point that is this block's. Rounds go forth and back, so that no block has the first point of
/// every round: points often cost less, or more, the further they are.
LogicalResult KernelLowering::lowerInTurn(Block &role) {
  auto times = [&](Value x, Value y) -> Value { return arith::MulIOp::create(b, loc, x, y); };
  auto minus = [&](Value x, Value y) -> Value { return arith::SubIOp::create(b, loc, x, y); };
  Value blocks = NVVM::GridDimXOp::create(b, loc, b.getI32Type());
  Value block = NVVM::BlockIdXOp::create(b, loc, b.getI32Type());
  Value plane = times(gridExtents[0], gridExtents[1]), points = times(plane, gridExtents[2]);
  auto loop = scf::ForOp::create(b, loc, i32(0), points, blocks);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  Value first = loop.getInductionVar();
  Value round = arith::DivUIOp::create(b, loc, first, blocks);
  Value isBack = arith::TruncIOp::create(b, loc, b.getI1Type(), round);
  Value place = arith::SelectOp::create(b, loc, isBack, minus(minus(blocks, i32(1)), block), block);
  Value number = arith::AddIOp::create(b, loc, first, place);
  Value exists = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, number, points);
  b.setInsertionPointToStart(scf::IfOp::create(b, loc, exists, /*withElseRegion=*/false).thenBlock());
  Value inPlane = arith::RemUIOp::create(b, loc, number, plane);
  mapPoint(arith::RemUIOp::create(b, loc, inPlane, gridExtents[0]),
           arith::DivUIOp::create(b, loc, inPlane, gridExtents[0]), arith::DivUIOp::create(b, loc, number, plane));
  forgetBarriers(); // the last program may have read or written anything
  for (Operation &op : kernel.getBody().front().without_terminator())
    if (!isa<RingOp, RolesOp>(op) && failed(lowerOp(op)))
      return failure();
  return lowerBlock(role);
}

} // namespace attn::cuda
