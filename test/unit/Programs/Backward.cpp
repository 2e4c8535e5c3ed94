// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// (h) Gradients of keys and values of causal, soft-capped attention, by the closed formula, pair after pair.
#include "test/unit/Programs/Backward.h"
#include <cmath>
#include <limits>

using namespace attn::programs;

static double tanhOf(const Tensor &q, const Tensor &k, int64_t b, int64_t h, int64_t r, int64_t j, int64_t group) {
  return std::tanh(dot(q, {b, h, r}, k, {b, h / group, j}) * 0.125 / 30);
}

static WeightRow weightsOf(const Tensor &q, const Tensor &k, int64_t b, int64_t h, int64_t r) {
  int64_t cols = k.shape[2], i = r + cols - q.shape[2], group = q.shape[1] / k.shape[1];
  std::vector<double> scores(cols, -std::numeric_limits<double>::infinity());
  for (int64_t j = 0; j <= std::min(i, cols - 1); ++j)
    scores[j] = 30 * tanhOf(q, k, b, h, r, j, group);
  return softmax(scores);
}

Forward attn::programs::forward(const Tensor &q, const Tensor &k, const Tensor &v) {
  int64_t batch = q.shape[0], heads = q.shape[1], rows = q.shape[2], group = heads / k.shape[1];
  Forward result{Tensor(Element::f32, q.shape), Tensor(Element::f32, {batch, heads, rows})};
  for (int64_t b = 0; b < batch; ++b)
    for (int64_t h = 0; h < heads; ++h)
      for (int64_t r = 0; r < rows; ++r) {
        WeightRow row = weightsOf(q, k, b, h, r);
        result.lse.at({b, h, r}) = row.lse;
        for (int64_t j = 0; j < k.shape[2]; ++j)
          for (int64_t d = 0; d < 64; ++d)
            result.o.at({b, h, r, d}) += row.weights[j] * v.at({b, h / group, j, d});
      }
  return result;
}

Tensors attn::programs::gradients(const Tensor &q, const Tensor &k, const Tensor &v, const Tensor &dO) {
  int64_t batch = q.shape[0], heads = q.shape[1], rows = q.shape[2], cols = k.shape[2], group = heads / k.shape[1];
  Tensor dK(Element::f32, k.shape), dV(Element::f32, v.shape);
  Tensor o = forward(q, k, v).o;
  for (int64_t b = 0; b < batch; ++b)
    for (int64_t h = 0; h < heads; ++h)
      for (int64_t r = 0; r < rows; ++r) {
        std::vector<double> p = weightsOf(q, k, b, h, r).weights;
        double delta = dot(o, {b, h, r}, dO, {b, h, r});
        for (int64_t j = 0; j < cols; ++j) {
          if (p[j] == 0)
            continue;
          double tanh = tanhOf(q, k, b, h, r, j, group);
          double ds = p[j] * (dot(dO, {b, h, r}, v, {b, h / group, j}) - delta) * (1 - tanh * tanh) * 0.125;
          for (int64_t d = 0; d < 64; ++d) {
            dK.at({b, h / group, j, d}) += ds * q.at({b, h, r, d});
            dV.at({b, h / group, j, d}) += p[j] * dO.at({b, h, r, d});
          }
        }
      }
  return {dK, dV};
}

static Tensors sequential(const Tensors &in) { return gradients(in[0], in[1], in[2], in[3]); }

static Tensors makeArguments(int64_t rows, int64_t cols) {
  Tensor q = randomTensor(Element::f32, {1, 2, rows, 64}, 1), k = randomTensor(Element::f32, {1, 1, cols, 64}, 2),
         v = randomTensor(Element::f32, {1, 1, cols, 64}, 3), dO = randomTensor(Element::f32, q.shape, 4);
  auto [o, lse] = forward(q, k, v);
  Tensor delta(Element::f32, lse.shape);
  for (int64_t h = 0; h < 2; ++h)
    for (int64_t r = 0; r < rows; ++r)
      delta.at({0, h, r}) = dot(o, {0, h, r}, dO, {0, h, r});
  lse.round();
  delta.round();
  return {q, k, v, dO, lse, delta};
}

Program attn::programs::backward() {
  Program program{programPath("h_backward_dkdv.mlir"), "attention_backward", {}, sequential, 2e-5};
  auto add = [&](int64_t rows, int64_t cols) {
    program.cases.push_back({"M" + std::to_string(rows) + "_N" + std::to_string(cols),
                             [=] { return makeArguments(rows, cols); }});
  };
  for (int64_t size : {1, 63, 64, 65, 150})
    add(size, size);
  add(150, 65);
  add(40, 300);
  return program;
}
