// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The formulas behind the backward program, so that a test can check them by finite differences.
#pragma once

#include "test/unit/Programs/Program.h"

namespace attn::programs {

struct Forward {
  Tensor o, lse;
};

/// Causal attention with scores 30 tanh(q . k / 8 / 30); the last row sees the last column.
Forward forward(const Tensor &q, const Tensor &k, const Tensor &v);
/// The gradients of sum(o * dO) by k and v.
Tensors gradients(const Tensor &q, const Tensor &k, const Tensor &v, const Tensor &dO);

} // namespace attn::programs
