// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The formulas behind the test-time training program, so that a test can check them by finite differences.
#pragma once

#include "test/unit/Programs/Program.h"

namespace attn::programs {

/// Half the square of LN(z) - target.
double innerLoss(const std::vector<double> &z, const std::vector<double> &target, const std::vector<double> &gamma,
                 const std::vector<double> &beta);
/// Its gradient by z.
std::vector<double> innerGradient(const std::vector<double> &z, const std::vector<double> &target,
                                  const std::vector<double> &gamma, const std::vector<double> &beta);

} // namespace attn::programs
