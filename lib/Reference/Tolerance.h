// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How far a compiled result may lie from the oracle's: the table of docs/spec/tolerances.md.
#pragma once

#include "lib/Reference/HostTensor.h"

namespace attn::reference {

/// Bounds as runtime/support/Compare.h measures: the largest difference against max(1, largest finite number wanted),
/// and the ratio of root mean squares.
struct Bounds {
  double maxAbs = 0;
  double rms = 0;
};

/// What is allowed for a result of this type, of arguments stored in `storage`, whatever the inputs.
Bounds floorOf(Element result, Element storage);

/// By how much `got` differs from `wanted`, over elements that are specified and finite in both. Shapes must agree.
Bounds differenceOf(const HostTensor &got, const HostTensor &wanted);

/// Twice the difference of the same-type evaluation from the exact one, plus the floor. Integers must be equal.
Bounds toleranceOf(const HostTensor &exact, const HostTensor &sameType, Element storage);

/// The least precise float type among tensors; f64 where there is none.
Element narrowestFloat(const std::vector<HostTensor> &tensors);

} // namespace attn::reference
