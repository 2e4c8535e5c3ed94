// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// (c) The gated delta rule, one token after the other.
#include "test/unit/Programs/Program.h"
#include <cmath>

using namespace attn::programs;

static Tensors sequential(const Tensors &in) {
  const Tensor &q = in[0], &k = in[1], &v = in[2], &beta = in[3], &decay = in[4];
  Tensor state = in[5], o(v.element, v.shape);
  int64_t width = q.shape[3];
  for (int64_t b = 0; b < q.shape[0]; ++b)
    for (int64_t h = 0; h < q.shape[1]; ++h)
      for (int64_t t = 0; t < q.shape[2]; ++t)
        for (int64_t c = 0; c < 128; ++c) {  // the columns of the state do not meet
          double kept = 0, out = 0;
          for (int64_t d = 0; d < width; ++d) {
            double &s = state.at({b, h, d, c});
            s *= std::exp(decay.at({b, h, t}));
            kept += s * k.at({b, h, t, d});
          }
          double write = beta.at({b, h, t}) * (v.at({b, h, t, c}) - kept);
          for (int64_t d = 0; d < width; ++d) {
            double &s = state.at({b, h, d, c});
            s += k.at({b, h, t, d}) * write;
            out += s * q.at({b, h, t, d});
          }
          o.at({b, h, t, c}) = out;
        }
  return {o, state};
}

/// Keys of length one, as the rule asks.
static Tensor unitRows(Tensor tensor) {
  int64_t width = tensor.shape.back();
  for (int64_t begin = 0; begin < tensor.size(); begin += width) {
    double square = 0;
    for (int64_t d = 0; d < width; ++d)
      square += tensor.values[begin + d] * tensor.values[begin + d];
    for (int64_t d = 0; d < width; ++d)
      tensor.values[begin + d] /= std::sqrt(square);
  }
  tensor.round();
  return tensor;
}

/// Adds calls of so many tokens, at chunk ends, with mild, steep and no decay.
static void addCases(Program &program, Element element, int64_t width) {
  auto add = [&](int64_t tokens, double decay, const char *suffix) {
    program.cases.push_back({"T" + std::to_string(tokens) + suffix, [=]() -> Tensors {
                               return {randomTensor(element, {1, 2, tokens, width}, 1, 1 / std::sqrt(double(width))),
                                       unitRows(randomTensor(element, {1, 2, tokens, width}, 2)),
                                       randomTensor(element, {1, 2, tokens, 128}, 3),
                                       uniformTensor(Element::f32, {1, 2, tokens}, 4, 0, 1),
                                       uniformTensor(Element::f32, {1, 2, tokens}, 5, -decay, 0),
                                       randomTensor(Element::f32, {1, 2, width, 128}, 6)};
                             }});
  };
  for (int64_t tokens : {1, 63, 64, 65, 150})
    add(tokens, 0.1, "");
  add(150, 30, "_steep");  // e^-960 over a chunk: products of factors would overflow
  add(150, 0, "_constant");
}

Program attn::programs::gatedDelta() {
  Program program{programPath("c_gated_delta.mlir"), "gated_delta", {}, sequential, 5e-5};
  addCases(program, Element::f32, 64);
  return program;
}

Program attn::programs::gatedDeltaPrepared() {
  Program program{programPath("c_gated_delta_prepared.mlir"), "gated_delta_prepared", {}, sequential, 1e-2};
  addCases(program, Element::bf16, 128);
  return program;
}
