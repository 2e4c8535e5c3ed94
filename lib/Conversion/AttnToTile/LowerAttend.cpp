// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which kernels an attend becomes.
#include "lib/Conversion/AttnToTile/Attend.h"

using namespace mlir;
using namespace attn;
using namespace attn::totile;

LogicalResult totile::lowerAttend(EntryBuilder &entry, AttendOp attend, TileSizes sizes) {
  return emitRowsKernel(entry, attend, sizes);
}
