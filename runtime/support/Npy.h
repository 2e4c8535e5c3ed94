// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reads and writes NumPy's .npy files; a malformed file is refused with what was expected and what was found.
#ifndef ATTN_RUNTIME_SUPPORT_NPY_H
#define ATTN_RUNTIME_SUPPORT_NPY_H

#include "runtime/support/Array.h"

namespace attn::rt {

/// What a .npy header says.
struct NpyHeader {
  Element element;
  std::vector<int64_t> shape;
  bool fortranOrder;
};

/// Reads the dictionary of a header, for example "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }".
/// Known: f8 f4 f2 i8 i4 i1 u1 b1, and V2 for bf16; little-endian.
Result<NpyHeader> parseNpyHeader(std::string_view text);

/// Reads a whole file of version 1, 2 or 3. Errors begin with the path.
Result<Array> readNpy(const std::string &path);

/// The same from memory; errors do not name a file.
Result<Array> parseNpy(std::string_view bytes);

/// Writes version 1.0 in row-major order; bf16 is written as f32. Returns what went wrong, or nothing.
std::optional<Error> writeNpy(const std::string &path, const Array &array);

} // namespace attn::rt

#endif
