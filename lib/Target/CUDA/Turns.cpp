// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Turns of a team's groups of four warps: each has a named barrier, where it and the group before it meet.
#include "lib/Target/CUDA/Turns.h"

#include "lib/Target/CUDA/KernelLowering.h"

using namespace mlir;

namespace attn::cuda {

constexpr int64_t groupWarps = 4, mostBarriers = 16;

/// Behind the barriers of the block and of its teams.
Value KernelLowering::turnBarrier(int64_t ahead) {
  int64_t groups = warps / groupWarps;
  Value mine = arith::DivUIOp::create(b, loc, warp, index(groupWarps));
  if (ahead)
    mine = arith::RemUIOp::create(b, loc, arith::AddIOp::create(b, loc, mine, index(ahead)), index(groups));
  Value number = arith::AddIOp::create(b, loc, mine, index(1 + teams + firstTeam * groups));
  return arith::IndexCastOp::create(b, loc, b.getI32Type(), number);
}

void KernelLowering::awaitTurn() {
  assembly("bar.sync $0, " + std::to_string(2 * groupWarps * 32) + ";", "r,~{memory}", Type(), turnBarrier(0), /*sideEffects=*/true);
}

void KernelLowering::passTurn() {
  assembly("bar.arrive $0, " + std::to_string(2 * groupWarps * 32) + ";", "r,~{memory}", Type(), turnBarrier(1), /*sideEffects=*/true);
}

/// The last group gives the first one its first turn.
LogicalResult KernelLowering::beginTurns(Operation *roles) {
  int64_t groups = warps / groupWarps;
  if (1 + teams + (firstTeam + 1) * groups > mostBarriers)
    return roles->emitError("expects at most ") << mostBarriers << " barriers of a block, but got teams whose groups take turns with "
                                                << 1 + teams + (firstTeam + 1) * groups;
  onlyGroup(groups - 1, [&] { passTurn(); });
  return success();
}

void KernelLowering::endTurns() {
  onlyGroup(0, [&] { awaitTurn(); });
}

void KernelLowering::onlyGroup(int64_t number, llvm::function_ref<void()> body) {
  Value mine = arith::DivUIOp::create(b, loc, warp, index(groupWarps));
  Value is = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, mine, index(number));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(scf::IfOp::create(b, loc, is, /*withElseRegion=*/false).thenBlock());
  body();
}

} // namespace attn::cuda
