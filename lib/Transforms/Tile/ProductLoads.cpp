// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which loads products alone read.
#include "lib/Transforms/Tile/ProductLoads.h"

#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace attn::tile {

bool feedsProductsAlone(LoadOp load) {
  bool padsZero = !load.getPad() || matchPattern(*load.getPad(), m_AnyZeroFloat());
  return padsZero && load.getIndices().empty() && llvm::all_of(load->getUses(), [](OpOperand &use) {
           auto mma = dyn_cast<MmaOp>(use.getOwner());
           return mma && (use.getOperandNumber() == 1 || (use.getOperandNumber() == 0 && mma.getTransA()));
         });
}

} // namespace attn::tile
