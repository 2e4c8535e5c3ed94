// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// (j) Column and diagonal sums of causal weights, one pair after the other.
#include "test/unit/Programs/Program.h"
#include <limits>

using namespace attn::programs;

static Tensors sequential(const Tensors &in) {
  const Tensor &q = in[0], &k = in[1];
  int64_t batch = q.shape[0], heads = q.shape[1], rows = q.shape[2], cols = k.shape[2], group = heads / k.shape[1];
  Tensor columns(Element::f32, {batch, heads, cols}), diagonals(Element::f32, {batch, heads, rows + cols - 1});
  for (int64_t b = 0; b < batch; ++b)
    for (int64_t h = 0; h < heads; ++h)
      for (int64_t r = 0; r < rows; ++r) {
        std::vector<double> scores(cols, -std::numeric_limits<double>::infinity());
        for (int64_t j = 0; j <= std::min(r + cols - rows, cols - 1); ++j)
          scores[j] = dot(q, {b, h, r}, k, {b, h / group, j}) * 0.125;
        WeightRow row = softmax(scores);
        for (int64_t j = 0; j < cols; ++j) {
          columns.at({b, h, j}) += row.weights[j];
          diagonals.at({b, h, j - r + rows - 1}) += row.weights[j];
        }
      }
  return {columns, diagonals};
}

Program attn::programs::sums() {
  Program program{programPath("j_sums.mlir"), "weight_sums", {}, sequential, 1e-5};
  auto add = [&](int64_t rows, int64_t cols) {
    program.cases.push_back({"M" + std::to_string(rows) + "_N" + std::to_string(cols), [=]() -> Tensors {
                               return {randomTensor(Element::f32, {1, 2, rows, 64}, 1),
                                       randomTensor(Element::f32, {1, 1, cols, 64}, 2)};
                             }});
  };
  for (int64_t size : {1, 63, 64, 65, 150})
    add(size, size);
  add(150, 65);
  add(40, 300);
  add(200, 128);
  return program;
}
