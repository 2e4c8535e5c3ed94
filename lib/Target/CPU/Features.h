// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// CPU levels that code can be made for, and what each means to the passes.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <string>

namespace attn::cpu {

/// What the passes and LLVM's code generator need to know of a CPU.
struct CPUTarget {
  std::string name = "x86-64-v3"; ///< as asked for
  std::string llvmCPU = "x86-64-v3"; ///< -mcpu
  std::string features;           ///< -mattr
  unsigned vectorBits = 256;
  bool avx512 = false;
  bool bf16 = false; ///< converts f32 to bf16

  /// The attn_cpu_level that the code needs.
  int64_t level() const;
  /// Lanes of a vector of elements of the given width.
  unsigned lanes(unsigned elementBits) const { return vectorBits / elementBits; }
  /// Vectors across a block of accumulators; the block has accumulatorRows() × this many registers.
  unsigned accumulatorVectors() const { return avx512 ? 4 : 2; }
  unsigned accumulatorRows() const { return 6; }
  /// Rows of a product that reads its right operand once, and need not pack it.
  unsigned fewRows() const { return 8; }
};

/// The target of `x86-64-v3`, `x86-64-v4`, `x86-64-v4-bf16` or `native`; any other name is an error that lists these.
llvm::Expected<CPUTarget> describeTarget(llvm::StringRef name);

} // namespace attn::cpu
