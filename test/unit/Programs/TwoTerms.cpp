// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// (i) Causal attention whose score is the sum of two products, one row after the other.
#include "test/unit/Programs/Program.h"
#include <cmath>
#include <limits>

using namespace attn::programs;

static Tensors sequential(const Tensors &in) {
  const Tensor &qn = in[0], &kn = in[1], &qr = in[2], &kr = in[3], &v = in[4];
  int64_t batch = qn.shape[0], heads = qn.shape[1], rows = qn.shape[2], cols = kn.shape[2];
  int64_t groupN = heads / kn.shape[1], groupR = heads / kr.shape[1];
  Tensor o(Element::f32, qn.shape), lse(Element::f32, {batch, heads, rows});
  for (int64_t b = 0; b < batch; ++b)
    for (int64_t h = 0; h < heads; ++h)
      for (int64_t r = 0; r < rows; ++r) {
        std::vector<double> scores(cols, -std::numeric_limits<double>::infinity());
        for (int64_t j = 0; j <= std::min(r + cols - rows, cols - 1); ++j)
          scores[j] = (dot(qn, {b, h, r}, kn, {b, h / groupN, j}) + dot(qr, {b, h, r}, kr, {b, h / groupR, j})) /
                      std::sqrt(192.0);
        WeightRow row = softmax(scores);
        lse.at({b, h, r}) = row.lse;
        for (int64_t j = 0; j < cols; ++j)
          for (int64_t d = 0; d < 128; ++d)
            o.at({b, h, r, d}) += row.weights[j] * v.at({b, h / groupN, j, d});
      }
  return {o, lse};
}

Program attn::programs::twoTerms() {
  Program program{programPath("i_two_terms.mlir"), "latent_attention", {}, sequential, 1e-5};
  auto add = [&](int64_t rows, int64_t cols) {
    program.cases.push_back({"M" + std::to_string(rows) + "_N" + std::to_string(cols), [=]() -> Tensors {
                               return {randomTensor(Element::f32, {1, 2, rows, 128}, 1),
                                       randomTensor(Element::f32, {1, 2, cols, 128}, 2),
                                       randomTensor(Element::f32, {1, 2, rows, 64}, 3),
                                       randomTensor(Element::f32, {1, 1, cols, 64}, 4),
                                       randomTensor(Element::f32, {1, 2, cols, 128}, 5)};
                             }});
  };
  for (int64_t size : {1, 63, 64, 65, 150})
    add(size, size);
  add(70, 1100); // more blocks than rings have slots
  add(20, 300);
  return program;
}
