// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Strided views of memory, and the way from and to host tensors.
#include "lib/Interpreter/Buffer.h"
#include <limits>

using namespace attn::interpreter;
using attn::reference::HostTensor;

static std::shared_ptr<Numbers> allocate(Element element, int64_t count) {
  auto memory = std::make_shared<Numbers>(element, count);
  int64_t unwritten = wrap(0x5A5A5A5A5A5A5A5A, isReal(element) ? 64 : bitWidth(element));
  std::fill(memory->reals.begin(), memory->reals.end(), std::numeric_limits<double>::quiet_NaN());
  std::fill(memory->integers.begin(), memory->integers.end(), unwritten);
  return memory;
}

static llvm::SmallVector<int64_t, 4> rowMajor(llvm::ArrayRef<int64_t> shape) {
  llvm::SmallVector<int64_t, 4> strides(shape.size(), 1);
  for (int64_t dim = static_cast<int64_t>(shape.size()) - 2; dim >= 0; --dim)
    strides[dim] = strides[dim + 1] * shape[dim + 1];
  return strides;
}

Buffer::Buffer(Element element, llvm::ArrayRef<int64_t> shape) : shape(shape), strides(rowMajor(shape)) {
  int64_t count = 1;
  for (int64_t extent : shape)
    count *= extent;
  memory = allocate(element, count);
}

/// Visits the view's elements in row-major order with their addresses.
template <typename FnT> void Buffer::forEach(FnT visit) const {
  if (llvm::is_contained(shape, 0))
    return;
  llvm::SmallVector<int64_t, 4> index(shape.size(), 0);
  for (int64_t number = 0;; ++number) {
    visit(number, address(index));
    int64_t dim = rank() - 1;
    while (dim >= 0 && ++index[dim] == shape[dim])
      index[dim--] = 0;
    if (dim < 0)
      return;
  }
}

Buffer::Buffer(const HostTensor &tensor, llvm::ArrayRef<int64_t> given)
    : shape(tensor.shape.begin(), tensor.shape.end()), strides(given) {
  if (given.size() != shape.size())
    strides = rowMajor(shape);
  int64_t count = 1;
  for (auto [extent, stride] : llvm::zip(shape, strides))
    count += std::max<int64_t>(extent - 1, 0) * stride;
  memory = allocate(tensor.element, count);
  forEach([&](int64_t number, int64_t place) {
    if (isReal(element()))
      memory->reals[place] = roundReal(element(), tensor.values[number]);
    else
      memory->integers[place] = wrap(static_cast<int64_t>(tensor.values[number]), bitWidth(element()));
  });
}

Buffer Buffer::scalar(Element element, double value) {
  return Buffer(HostTensor(element, {}, std::vector<double>{value}));
}

HostTensor Buffer::toHost() const {
  HostTensor tensor(element(), std::vector<int64_t>(shape.begin(), shape.end()));
  forEach([&](int64_t number, int64_t place) {
    tensor.values[number] = isReal(element()) ? memory->reals[place] : static_cast<double>(memory->integers[place]);
  });
  return tensor;
}

int64_t Buffer::address(llvm::ArrayRef<int64_t> indices) const {
  int64_t place = offset;
  for (auto [index, stride] : llvm::zip(indices, strides))
    place += index * stride;
  return place;
}

bool Buffer::inside(llvm::ArrayRef<int64_t> indices) const {
  return llvm::all_of(llvm::zip(indices, shape), [](auto pair) {
    auto [index, extent] = pair;
    return index >= 0 && index < extent;
  });
}

void Buffer::fill(const Tile &scalar) {
  forEach([&](int64_t, int64_t place) { memory->copy(place, scalar, 0); });
}
