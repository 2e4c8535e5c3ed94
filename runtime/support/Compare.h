// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Compares an array with what it should be: largest difference and ratio of root mean squares.
#ifndef ATTN_RUNTIME_SUPPORT_COMPARE_H
#define ATTN_RUNTIME_SUPPORT_COMPARE_H

#include "runtime/support/Array.h"

namespace attn::rt {

/// What may differ. The largest difference is measured against max(1, largest number wanted); the ratio counts unless
/// everything wanted is 0.
struct Tolerance {
  double maxAbs;
  double rms;
};

/// What is usual for a result of this type; f32 results of 16-bit inputs need their own.
Tolerance defaultTolerance(Element element);

/// The outcome. NaN passes only where both are NaN, and infinities only where they are equal.
struct Comparison {
  bool passed = false;
  double maxAbs = 0;      ///< largest |got − wanted| over finite pairs
  double rmsRatio = 0;    ///< rms(got − wanted) / rms(wanted) over finite pairs
  double largest = 0;     ///< largest finite |wanted|
  int64_t worst = -1;     ///< row-major number of the element with the largest difference
  int64_t nanPairs = 0;   ///< both NaN at the same place
  int64_t mismatched = 0; ///< NaN or infinity on one side, or infinities of different sign
  int64_t firstMismatch = -1;
  std::string text; ///< one line for the user
};

/// Compares element by element; other shapes do not pass.
Comparison compareArrays(const Array &got, const Array &wanted, Tolerance tolerance);

/// Reads "1e-5" (both) or "1e-5,1e-6" (largest difference, ratio).
Result<Tolerance> parseTolerance(std::string_view text);

} // namespace attn::rt

#endif
