// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Facts about one strided tensor: names of element types, the bytes it covers, whether two may overlap.
#ifndef ATTN_RUNTIME_SRC_TENSOR_H
#define ATTN_RUNTIME_SRC_TENSOR_H

#include "attn-rt/abi.h"

#include <cstdio>

namespace attn::rt {

/// The most dims a tensor of any entry has.
constexpr int32_t kMaxRank = 8;

/// A short text, for messages: "f32", "1x8x64".
struct Text {
  char text[192];
};

/// "f32", "bf16", "i1", …; "f32x4" for vectors; "code7x13" for what has no name.
Text typeName(DLDataType type);
bool sameType(DLDataType a, DLDataType b);
/// Bytes of one element; 0 where it is not a whole number of bytes from 1 to 8.
int64_t typeBytes(DLDataType type);
int32_t deviceType(DLDevice device);
Text deviceName(DLDevice device);
Text shapeName(const int64_t *shape, int32_t rank);

/// A tensor made plain: strides filled in, the byte offset applied. `base` is the address of element 0. Nothing is set
/// before makeView: a call has room for many and uses few.
struct View {
  uintptr_t base;
  int64_t elementBytes;
  int32_t rank;
  int64_t shape[kMaxRank];
  int64_t strides[kMaxRank];
  int64_t elements; ///< product of extents
  int64_t span;     ///< bytes from the first to past the last element; 0 when empty

  const char *at(const int64_t *index) const;
};

/// Fills dense row-major strides where the tensor has none. Requires rank and extents to be checked already.
/// False when the bytes covered do not fit 63 bits.
bool makeView(const DLTensor &tensor, View &view);

/// Whether two tensors certainly share no byte. Interleaved views of one buffer are recognised.
bool certainlyDisjoint(const View &a, const View &b);

/// Whether different indices certainly name different elements.
bool certainlyInjective(const View &view);

} // namespace attn::rt

#endif
