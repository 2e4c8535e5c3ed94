// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Small arrays as text: "[[1, 2], [3, 4]]" in, MLIR's dense attributes out.
#ifndef ATTN_RUNTIME_SUPPORT_DENSETEXT_H
#define ATTN_RUNTIME_SUPPORT_DENSETEXT_H

#include "runtime/support/Array.h"

namespace attn::rt {

/// Reads a number or nested lists of equal lengths. Numbers: 1, -2.5e3, nan, inf, -inf, true, false.
Result<Array> parseDense(std::string_view text, Element element);

/// Whether the text starts like one of these, rather than like a file name.
bool looksDense(std::string_view text);

/// "dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf32>", as MLIR prints it: one value when all are equal, hexadecimal
/// where a float is not finite.
std::string printDense(const Array &array);

} // namespace attn::rt

#endif
