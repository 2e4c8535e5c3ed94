// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Barriers in shared memory: who arrives, what is announced, and who waits.
#include "lib/Target/CUDA/KernelLowering.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;
using namespace attn::tile;

namespace attn::cuda {

constexpr int64_t waitTicks = 10000000;

/// One thread makes the barriers; nobody starts before they are there.
void KernelLowering::setUpBarriers() {
  SmallVector<BarriersOp> barriers;
  kernel.getBody().walk([&](BarriersOp op) { barriers.push_back(op); });
  if (barriers.empty())
    return;
  Value first = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, thread, index(0));
  auto branch = scf::IfOp::create(b, loc, first, /*withElseRegion=*/false);
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(branch.thenBlock());
    for (BarriersOp op : barriers)
      for (int64_t stage = 0; stage < op.getBarriers().getType().getDepth(); ++stage) {
        Value place = index(static_cast<int64_t>(*op.getOffset()) + stage * barrierBytes);
        NVVM::MBarrierInitOp::create(b, loc, sharedPointer(place), i32(op.getArrivals()), Value());
      }
    NVVM::FenceMbarrierInitOp::create(b, loc);
  }
  NVVM::Barrier0Op::create(b, loc);
}

/// The address of a barrier, as 32 bits.
Value KernelLowering::barrierOf(Value barriers, Value stage) {
  auto op = barriers.getDefiningOp<BarriersOp>();
  return stageAddress(scalar(stage), barrierBytes, index(static_cast<int64_t>(*op.getOffset())));
}

LogicalResult KernelLowering::lowerPass(PassOp op) {
  NVVM::MBarrierTryWaitParityOp::create(b, loc, pointerTo(barrierOf(op.getBarriers(), op.getStage())),
                                        scalar(op.getParity()), i32(waitTicks));
  return success();
}

/// A lane of each warp arrives, predicated and not branched: a branch between the issue and the await of a product would
/// serialise it.
LogicalResult KernelLowering::lowerArrive(ArriveOp op) {
  if (static_cast<int64_t>(op.getCount()) != warps)
    return op.emitError("expects an arrival of each of the ") << warps << " warps, but got " << op.getCount();
  Value barrier = barrierOf(op.getBarriers(), op.getStage());
  Value first = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, lane, index(0));
  Value flag = arith::ExtUIOp::create(b, loc, b.getI32Type(), first);
  if (op.getBytes() == 0)
    assembly("{\n.reg .pred chosen;\nsetp.ne.b32 chosen, $1, 0;\n@chosen mbarrier.arrive.shared::cta.b64 _, [$0];\n}",
             "r,r,~{memory}", Type(), {barrier, flag}, /*sideEffects=*/true);
  else
    assembly("{\n.reg .pred chosen;\nsetp.ne.b32 chosen, $1, 0;\n"
             "@chosen mbarrier.arrive.expect_tx.shared::cta.b64 _, [$0], $2;\n}",
             "r,r,r,~{memory}", Type(), {barrier, flag, i32(op.getBytes())}, /*sideEffects=*/true);
  return success();
}

/// Every lane has written when the warp's arrival follows.
LogicalResult KernelLowering::lowerFence(FenceOp) {
  assembly("fence.proxy.async.shared::cta;", "~{memory}", Type(), {}, /*sideEffects=*/true);
  assembly("bar.warp.sync 0xffffffff;", "~{memory}", Type(), {}, /*sideEffects=*/true);
  return success();
}

} // namespace attn::cuda
