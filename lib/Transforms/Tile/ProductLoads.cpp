// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which loads products alone read.
#include "lib/Transforms/Tile/ProductLoads.h"

#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace attn::tile {

bool isReadFromSlot(OpOperand &use) {
  auto mma = dyn_cast<MmaOp>(use.getOwner());
  if (!mma || use.getOperandNumber() > 1)
    return false;
  InstructionAttrInterface instruction = mma.getInstructionAttr();
  return use.getOperandNumber() == 1 || mma.getTransA() ||
         (instruction && instruction.getHome(/*operand=*/0, /*transposed=*/false) == Home::slot);
}

bool feedsProductsAlone(LoadOp load) {
  bool padsZero = !load.getPad() || matchPattern(*load.getPad(), m_AnyZeroFloat());
  return padsZero && load.getIndices().empty() && llvm::all_of(load->getUses(), isReadFromSlot);
}

} // namespace attn::tile
