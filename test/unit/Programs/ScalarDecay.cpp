// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// (d) Linear attention with a scalar decay, one token after the other.
#include "test/unit/Programs/Program.h"
#include <cmath>

using namespace attn::programs;

static Tensors sequential(const Tensors &in) {
  const Tensor &q = in[0], &k = in[1], &v = in[2], &decay = in[3];
  Tensor state = in[4], o(Element::f32, v.shape);
  for (int64_t b = 0; b < q.shape[0]; ++b)
    for (int64_t h = 0; h < q.shape[1]; ++h)
      for (int64_t t = 0; t < q.shape[2]; ++t)
        for (int64_t c = 0; c < 64; ++c) {
          double out = 0;
          for (int64_t d = 0; d < 64; ++d) {
            double &s = state.at({b, h, d, c});
            s = std::exp(decay.at({b, h, t})) * s + k.at({b, h, t, d}) * v.at({b, h, t, c});
            out += s * q.at({b, h, t, d});
          }
          o.at({b, h, t, c}) = out;
        }
  return {o, state};
}

Program attn::programs::scalarDecay() {
  Program program{programPath("d_scalar_decay.mlir"), "scalar_decay", {}, sequential, 2e-2};
  auto add = [&](int64_t tokens, double decay, const char *suffix) {
    program.cases.push_back({"T" + std::to_string(tokens) + suffix, [=]() -> Tensors {
                               return {randomTensor(Element::bf16, {2, 1, tokens, 64}, 1, 0.125),
                                       randomTensor(Element::bf16, {2, 1, tokens, 64}, 2),
                                       randomTensor(Element::bf16, {2, 1, tokens, 64}, 3),
                                       uniformTensor(Element::f32, {2, 1, tokens}, 4, -decay, 0),
                                       randomTensor(Element::f32, {2, 1, 64, 64}, 5)};
                             }});
  };
  for (int64_t tokens : {1, 63, 64, 65, 150, 256, 257, 530})
    add(tokens, 0.1, "");
  add(300, 30, "_steep");
  return program;
}
