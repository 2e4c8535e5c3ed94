// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The choice out of one table.
#include "lib/Target/Common/InstructionTable.h"

#include "lib/Target/Common/Target.h"

using namespace mlir;

namespace attn::target {

static std::string spell(Type type) {
  std::string text;
  llvm::raw_string_ostream(text) << type;
  return text;
}

llvm::Expected<tile::InstructionAttrInterface> InstructionTable::choose(const tile::Product &product) const {
  Type element = product.a.getElementType();
  std::string misfit;
  SmallVector<std::string> elements;
  for (tile::InstructionAttrInterface row : rows(product)) {
    std::string reason = tile::findMisfit(row, product);
    if (reason.empty())
      return row;
    // The best row of the operands' type says what is wrong.
    if (row.getElement() == element && misfit.empty())
      misfit = reason;
    if (!llvm::is_contained(elements, spell(row.getElement())))
      elements.push_back(spell(row.getElement()));
  }
  if (misfit.empty())
    misfit = "multiplies " + joinWithOr(SmallVector<StringRef>(elements.begin(), elements.end())) +
             ", but the operands are of " + spell(element);
  return llvm::createStringError("'" + name() + "' " + misfit);
}

} // namespace attn::target
