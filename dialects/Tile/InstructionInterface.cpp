// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Whether an instruction computes a product: what holds for all of them, then what the instruction says itself.
#include "dialects/Tile/InstructionInterface.h"

using namespace mlir;
using namespace attn::tile;

#include "dialects/Tile/TileAttrInterfaces.cpp.inc"

std::string attn::tile::findMisfit(InstructionAttrInterface instruction, const Product &product) {
  std::string reason;
  llvm::raw_string_ostream text(reason);
  if (Type got = product.a.getElementType(); got != instruction.getElement()) {
    text << "multiplies " << instruction.getElement() << ", but the operands are of " << got;
    return reason;
  }
  if (product.begun && !instruction.isAsync())
    return "is waited for, but the product is begun";
  const bool transposed[] = {product.transA, product.transB};
  for (unsigned operand : {0, 1}) {
    Home needed = instruction.getHome(operand, transposed[operand]), got = product.homes[operand];
    if (needed == Home::either || got == Home::either || needed == got)
      continue;
    auto place = [](Home home) { return home == Home::slot ? "a slot" : "registers"; };
    text << "reads " << "ab"[operand] << " from " << place(needed) << ", but it lies in " << place(got);
    return reason;
  }
  return instruction.findMisfit(product);
}
