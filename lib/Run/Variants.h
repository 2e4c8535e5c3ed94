// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The catalogue of lib/Variants, as text in the program.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

namespace attn {

struct Variant {
  llvm::StringRef name;
  llvm::StringRef text;
  /// What locations call it.
  std::string fileName() const;
  /// The first line of the file that says what it is.
  llvm::StringRef summary() const;
};

/// All of them, by name.
llvm::ArrayRef<Variant> allVariants();

/// The variant of a name; an unknown name is an error with the names that come near, or all.
llvm::Expected<Variant> findVariant(llvm::StringRef name);

} // namespace attn
