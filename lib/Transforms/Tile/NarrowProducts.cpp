// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Looks at the operands of products, begun or whole.
#include "lib/Transforms/Tile/NarrowProducts.h"

using namespace mlir;

namespace attn::tile {

bool hasNarrowProducts(KernelOp kernel) {
  bool products = false, wide = false;
  auto take = [&](Type operand) {
    if (auto slot = dyn_cast<SlotType>(operand))
      operand = slot.getTiles().front();
    products = true;
    wide |= cast<ShapedType>(operand).getElementTypeBitWidth() > 16;
  };
  kernel.getBody().walk([&](Operation *op) {
    if (auto product = dyn_cast<MmaOp>(op))
      take(product.getA().getType());
    else if (auto begun = dyn_cast<IssueOp>(op))
      take(begun.getA().getType());
  });
  return products && !wide;
}

} // namespace attn::tile
