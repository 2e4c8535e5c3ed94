// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Looks up the embedded catalogue.
#include "lib/Run/Variants.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace attn {

static const Variant kVariants[] = {
#include "lib/Run/Variants.inc"
};

std::string Variant::fileName() const { return ("lib/Variants/" + name + ".mlir").str(); }

llvm::StringRef Variant::summary() const {
  auto [licence, after] = text.split('\n');
  llvm::StringRef line = after.split('\n').first;
  line.consume_front("// ");
  return line;
}

llvm::ArrayRef<Variant> allVariants() { return kVariants; }

llvm::Expected<Variant> findVariant(llvm::StringRef name) {
  const Variant *near = nullptr;
  unsigned least = 4;
  for (const Variant &variant : kVariants) {
    if (variant.name == name)
      return variant;
    unsigned distance = name.edit_distance(variant.name, true, least);
    if (distance < least) {
      least = distance;
      near = &variant;
    }
  }
  if (near)
    return llvm::createStringError("unknown variant '" + name + "'; did you mean '" + near->name + "'?");
  std::string names = llvm::join(llvm::map_range(kVariants, [](const Variant &v) { return v.name; }), ", ");
  return llvm::createStringError("unknown variant '" + name + "'; there are " + names);
}

} // namespace attn
