// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The kernel that merges parts of rows in a fixed order.
#include "lib/Conversion/AttnToTile/Merge.h"

using namespace mlir;
using namespace attn;
using namespace attn::totile;

LogicalResult totile::lowerMerge(EntryBuilder &entry, MergeOp merge) {
  return merge.emitError() << "expects no merge yet";
}
