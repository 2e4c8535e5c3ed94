// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What this machine can do at most, measured.
#pragma once

namespace attn::cpu {

struct Peak {
  double flops; ///< f32 operations a second in fused multiply-adds
  double bytes; ///< bytes a second read from memory
};

/// Measures with this many threads for about 50 ms.
Peak measurePeak(unsigned threads);

} // namespace attn::cpu
