// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A host array with margins around it that show whether anybody wrote outside.
#ifndef ATTN_RUNTIME_SUPPORT_ARRAY_H
#define ATTN_RUNTIME_SUPPORT_ARRAY_H

#include "runtime/support/Element.h"
#include "runtime/support/Result.h"

#include <cstddef>
#include <memory>
#include <vector>

namespace attn::rt {

/// Elements of one type in some order of memory. Data is 64-byte aligned; 4096 bytes before and after hold a pattern
/// that is NaN in every float type. Movable; `clone` copies.
class Array {
public:
  /// Every element is NaN (floats) or all bits set. Refuses negative extents and more than the machine's memory.
  /// `strides` counts elements; empty means dense, in row-major order.
  static Result<Array> make(Element element, std::vector<int64_t> shape, std::vector<int64_t> strides = {});

  Array(Array &&) = default;
  Array &operator=(Array &&) = default;

  Element element() const { return type; }
  const std::vector<int64_t> &shape() const { return extents; }
  int64_t rank() const { return int64_t(extents.size()); }
  int64_t size() const { return count; }
  bool dense() const { return contiguous; }
  /// The bytes between the margins; `size() * elementBytes` of them where the array is dense.
  int64_t bytes() const { return span; }
  char *data() { return memory.get() + kMargin; }
  const char *data() const { return memory.get() + kMargin; }

  /// The data with both margins, for copies to memory elsewhere. The data lies `marginBytes` behind the start.
  char *whole() { return memory.get(); }
  int64_t wholeBytes() const { return span + 2 * kMargin; }
  static constexpr int64_t marginBytes() { return kMargin; }

  /// The element with this row-major number, whatever the order of memory.
  Number get(int64_t number) const { return loadElement(type, data() + offset(number)); }
  double real(int64_t number) const;
  bool set(int64_t number, Number value) { return storeElement(type, data() + offset(number), value); }

  /// A view for the runtime. It borrows from this array and ends with its next move.
  DLTensor tensor();

  /// Whether both margins are as they were made. Gaps between strided elements are not watched.
  bool marginsIntact() const;

  Result<Array> clone() const;
  /// The same numbers as another type; an error names the first that an integer type cannot hold.
  Result<Array> convert(Element to) const;
  /// The same numbers with another order of memory: axes from slowest to fastest, for example {0, 2, 1, 3}.
  Result<Array> reorder(const std::vector<int> &axes) const;

private:
  struct Free {
    void operator()(char *data) const;
  };
  static constexpr int64_t kMargin = 4096;

  Array() = default;
  int64_t offset(int64_t number) const;

  Element type = Element::F32;
  std::vector<int64_t> extents, steps;
  int64_t count = 0, span = 0;
  bool contiguous = true;
  std::unique_ptr<char, Free> memory;
};

/// "1x8x64"; "scalar" for rank 0.
std::string shapeText(const std::vector<int64_t> &shape);

/// Product of extents; nothing when negative or over 2^62.
std::optional<int64_t> countElements(const std::vector<int64_t> &shape);

} // namespace attn::rt

#endif
