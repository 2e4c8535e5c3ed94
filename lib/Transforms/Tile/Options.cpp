// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Checks options of passes and pinned attributes, so that all of them are refused in the same words.
#include "lib/Transforms/Tile/Options.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace attn::tile {

LogicalResult verifyOption(Operation *op, StringRef name, int64_t value, int64_t least, int64_t most) {
  if (value >= least && value <= most)
    return success();
  return op->emitError() << "expects the option " << name << " in [" << least << ", " << most << "], but got " << value;
}

FailureOr<std::optional<int64_t>> readPinned(Operation *op, StringRef name, int64_t least, int64_t most) {
  Attribute pinned = op->getAttr(name);
  if (!pinned)
    return std::optional<int64_t>();
  auto number = dyn_cast<IntegerAttr>(pinned);
  bool isNumber = number && !isa<BoolAttr>(pinned) && number.getType().isSignlessIntOrIndex() &&
                  number.getValue().getSignificantBits() <= 64;
  if (isNumber && number.getInt() >= least && number.getInt() <= most)
    return std::optional<int64_t>(number.getInt());
  return op->emitError() << "expects '" << name << "' to be an integer in [" << least << ", " << most << "], but got "
                         << pinned;
}

FailureOr<std::optional<bool>> readPinnedBool(Operation *op, StringRef name) {
  Attribute pinned = op->getAttr(name);
  if (!pinned)
    return std::optional<bool>();
  if (auto flag = dyn_cast<BoolAttr>(pinned))
    return std::optional<bool>(flag.getValue());
  return op->emitError() << "expects '" << name << "' to be true or false, but got " << pinned;
}

FailureOr<StringRef> readPinnedWord(Operation *op, StringRef name, ArrayRef<StringRef> words) {
  Attribute pinned = op->getAttr(name);
  if (!pinned)
    return StringRef();
  auto word = dyn_cast<StringAttr>(pinned);
  if (word && llvm::is_contained(words, word.getValue()))
    return word.getValue();
  return op->emitError() << "expects '" << name << "' to be \"" << llvm::join(words, "\" or \"") << "\", but got "
                         << pinned;
}

} // namespace attn::tile
