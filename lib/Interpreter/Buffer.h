// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Memory that interpreted programs read and write.
#pragma once

#include "lib/Interpreter/Numbers.h"
#include <memory>

namespace attn::interpreter {

/// A strided view of memory. Copies share the memory. A scalar argument is a buffer of rank 0.
class Buffer {
public:
  Buffer() = default;
  /// A row-major buffer. Floats start as NaN and integers as a large number, so that reading what nobody wrote shows.
  Buffer(Element element, llvm::ArrayRef<int64_t> shape);
  /// A copy of the tensor; with `strides` (in elements, not negative) laid out by them.
  explicit Buffer(const reference::HostTensor &tensor, llvm::ArrayRef<int64_t> strides = {});
  static Buffer scalar(Element element, double value);

  /// The view's elements, row-major.
  reference::HostTensor toHost() const;

  Element element() const { return memory->element; }
  int64_t rank() const { return shape.size(); }
  /// Where in the memory an element lies. The indices must lie inside.
  int64_t address(llvm::ArrayRef<int64_t> indices) const;
  bool inside(llvm::ArrayRef<int64_t> indices) const;
  /// Sets every element of the view to the scalar's value.
  void fill(const Tile &scalar);

  std::shared_ptr<Numbers> memory;
  int64_t offset = 0;
  llvm::SmallVector<int64_t, 4> shape, strides;

private:
  template <typename FnT> void forEach(FnT visit) const;
};

} // namespace attn::interpreter
