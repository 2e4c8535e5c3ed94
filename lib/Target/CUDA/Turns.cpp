// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Turns of a team's groups of four warps: each has a named barrier, where it and the group before it meet.
#include "lib/Target/CUDA/Turns.h"

#include "lib/Target/CUDA/KernelLowering.h"
#include "lib/Target/CUDA/RolePlaces.h"

using namespace mlir;

namespace attn::cuda {

/// Behind the barriers of the block, of its teams and of roles before this one.
Value KernelLowering::turnBarrier(int64_t ahead) {
  int64_t groups = warps / groupWarps;
  Value mine = arith::DivUIOp::create(b, loc, warp, index(groupWarps));
  if (ahead)
    mine = arith::RemUIOp::create(b, loc, arith::AddIOp::create(b, loc, mine, index(ahead)), index(groups));
  Value number = arith::AddIOp::create(b, loc, mine, index(firstTurn));
  return arith::IndexCastOp::create(b, loc, b.getI32Type(), number);
}

void KernelLowering::awaitTurn() {
  assembly("bar.sync $0, " + std::to_string(2 * groupWarps * 32) + ";", "r,~{memory}", Type(), turnBarrier(0),
           /*sideEffects=*/true);
}

void KernelLowering::passTurn() {
  assembly("bar.arrive $0, " + std::to_string(2 * groupWarps * 32) + ";", "r,~{memory}", Type(), turnBarrier(1),
           /*sideEffects=*/true);
}

/// In each block of the region, a product that begins a turn, then one that ends it; or one that does both.
static LogicalResult verifyTurns(Region &region) {
  WalkResult walk = region.walk([](Block *block) -> WalkResult {
    bool begun = false;
    for (auto product : block->getOps<tile::IssueOp>()) {
      if (product->hasAttr(kBeginsTurn) && begun)
        return product.emitError("expects a turn to end before another one begins");
      begun |= product->hasAttr(kBeginsTurn);
      if (product->hasAttr(kEndsTurn) && !begun)
        return product.emitError("expects a turn to begin before it ends");
      begun &= !product->hasAttr(kEndsTurn);
    }
    if (begun)
      return block->getParentOp()->emitError("expects every turn to end in the block where it begins");
    return WalkResult::advance();
  });
  return failure(walk.wasInterrupted());
}

/// The last group gives the first one its first turn.
LogicalResult KernelLowering::beginTurns(tile::RolesOp roles, Region &role) {
  int64_t groups = warps / groupWarps, teamsOfRole = roles.getTeams()[role.getRegionNumber()];
  if (warps % groupWarps || groups < 2 || teamsOfRole != 1)
    return roles.emitError("expects one team of two groups of four warps or more to take turns, but got ")
           << teamsOfRole << " of " << warps << " warps";
  firstTurn = std::max(firstTurn, 1 + teams);
  if (firstTurn + groups > blockBarriers)
    return roles.emitError("expects at most ") << blockBarriers << " barriers of a block, but got "
                                               << firstTurn + groups << " with those of turns";
  if (failed(verifyTurns(role)))
    return failure();
  inTurn = true;
  onlyGroup(groups - 1, [&] { passTurn(); });
  return success();
}

void KernelLowering::endTurns() {
  onlyGroup(0, [&] { awaitTurn(); });
  firstTurn += warps / groupWarps;
  inTurn = false;
}

void KernelLowering::onlyGroup(int64_t number, llvm::function_ref<void()> body) {
  Value mine = arith::DivUIOp::create(b, loc, warp, index(groupWarps));
  Value is = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, mine, index(number));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(scf::IfOp::create(b, loc, is, /*withElseRegion=*/false).thenBlock());
  body();
}

} // namespace attn::cuda
