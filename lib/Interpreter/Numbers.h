// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Numbers of one element type, as the interpreter computes with them.
#pragma once

#include "lib/Reference/HostTensor.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/SmallVector.h"
#include <optional>

namespace attn::interpreter {

using reference::Element;

/// f64 mode leaves floats as they are computed; stored mode rounds each result to its element type.
enum class NumberMode { float64, stored };

/// Whether an element is a float.
bool isReal(Element element);
/// Bits of an integer element; index has 64.
unsigned bitWidth(Element element);
/// The element type of a scalar, tensor or memref type; none where the interpreter has no such numbers.
std::optional<Element> elementOf(mlir::Type type);

/// The integer that `bits` low bits stand for: sign-extended, i1 is 0 or 1.
int64_t wrap(int64_t value, unsigned bits);
/// How a signed and an unsigned op read a wrapped integer.
int64_t readSigned(int64_t value, unsigned bits);
uint64_t readUnsigned(int64_t value, unsigned bits);

/// The nearest number of a float type, ties to even; f64 is left as it is.
double roundReal(Element element, double value);

/// Floats lie in `reals`, integers in `integers`, wrapped; the other vector is empty.
struct Numbers {
  Element element = Element::f64;
  llvm::SmallVector<double, 1> reals;
  llvm::SmallVector<int64_t, 1> integers;

  Numbers() = default;
  Numbers(Element element, int64_t count);
  int64_t size() const { return isReal(element) ? reals.size() : integers.size(); }
  /// Copies one number of another collection of the same element type.
  void copy(int64_t to, const Numbers &source, int64_t from);
};

/// A tile, or a scalar (no shape). Row-major.
struct Tile : Numbers {
  llvm::SmallVector<int64_t, 2> shape;

  Tile() = default;
  Tile(Element element, llvm::ArrayRef<int64_t> shape);
  static Tile integer(Element element, int64_t value);
  int64_t rows() const { return shape[0]; }
  int64_t cols() const { return shape[1]; }
};

} // namespace attn::interpreter
