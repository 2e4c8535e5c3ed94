// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The order of a program's accesses of global memory that it writes and uses elsewhere: the threads of a team wait for
// each other; what nothing orders is refused.
#include "lib/Target/CUDA/KernelLowering.h"

using namespace mlir;
using namespace attn::tile;

namespace attn::cuda {

void KernelLowering::beforeGlobal(Operation *op) {
  for (const KernelMemory::Access &access : KernelMemory::accessesOf(op)) {
    if (!memory.isContended(access.memref))
      continue;
    bool overwrites = access.writes && (readContended || !copies.empty());
    if (overwrites)
      awaitCopies(); // they may not have read yet
    if (wroteContended || overwrites)
      barrier();
    readContended |= access.reads;
    wroteContended |= access.writes;
  }
}

/// The role that an op is in; null outside of roles.
static Region *roleOf(Operation *op) {
  auto roles = op->getParentOfType<RolesOp>();
  for (Region *region = op->getParentRegion(); roles && region; region = region->getParentRegion())
    if (region->getParentOp() == roles)
      return region;
  return nullptr;
}

/// Whether two accesses are made by one team, whose threads can wait for each other.
static bool isOneTeam(Operation *left, Operation *right) {
  Region *role = roleOf(left);
  if (role != roleOf(right))
    return false;
  return !role || cast<RolesOp>(role->getParentOp()).getTeams()[role->getRegionNumber()] == 1;
}

LogicalResult KernelLowering::verifyOrder() {
  WalkResult walk = kernel.getBody().walk([&](Operation *op) -> WalkResult {
    for (const KernelMemory::Access &access : KernelMemory::accessesOf(op))
      for (Operation *write : memory.writesTo(access.memref)) {
        bool isCopied = isa<CopyOp>(op) || isa<CopyOutOp>(write);
        if (op == write || (!isCopied && isOneTeam(op, write)))
          continue;
        InFlightDiagnostic error = op->emitError("expects memory that the program writes to be used by the team that "
                                                 "writes it, without bulk copies, but '")
                                   << op->getName() << "' uses it elsewhere; take the value form";
        error.attachNote(write->getLoc()) << "it is written here";
        return error;
      }
    return WalkResult::advance();
  });
  return failure(walk.wasInterrupted());
}

} // namespace attn::cuda
