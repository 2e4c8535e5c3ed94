// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// (a) Soft-capped attention with a slope per head, a causal window and a sink, one row after the other.
#include "test/unit/Programs/Program.h"
#include <cmath>
#include <limits>

using namespace attn::programs;

static Tensors sequential(const Tensors &in) {
  const Tensor &q = in[0], &k = in[1], &v = in[2], &slope = in[3];
  int64_t window = in[4].values[0], sink = in[5].values[0];
  int64_t batch = q.shape[0], heads = q.shape[1], rows = q.shape[2], cols = k.shape[2], group = heads / k.shape[1];
  Tensor o(Element::f32, q.shape), lse(Element::f32, {batch, heads, rows});
  for (int64_t b = 0; b < batch; ++b)
    for (int64_t h = 0; h < heads; ++h)
      for (int64_t r = 0; r < rows; ++r) {
        int64_t i = r + cols - rows;
        std::vector<double> scores(cols, -std::numeric_limits<double>::infinity());
        for (int64_t j = 0; j <= std::min(i, cols - 1); ++j)
          if (i - j <= window || j < sink)
            scores[j] = 30 * std::tanh(dot(q, {b, h, r}, k, {b, h / group, j}) * 0.125 / 30) + slope.at({h}) * (j - i);
        WeightRow row = softmax(scores);
        lse.at({b, h, r}) = row.lse;
        for (int64_t j = 0; j < cols; ++j)
          for (int64_t d = 0; d < 64; ++d)
            o.at({b, h, r, d}) += row.weights[j] * v.at({b, h / group, j, d});
      }
  return {o, lse};
}

Program attn::programs::attention() {
  Program program{programPath("a_attention.mlir"), "attention", {}, sequential, 2e-5};
  auto add = [&](int64_t rows, int64_t cols, int64_t window, int64_t sink) {
    std::string name = "M" + std::to_string(rows) + "_N" + std::to_string(cols) + "_w" + std::to_string(window) + "_s" +
                       std::to_string(sink);
    program.cases.push_back({name, [=]() -> Tensors {
                               return {randomTensor(Element::f32, {1, 2, rows, 64}, 1, 2.0),
                                       randomTensor(Element::f32, {1, 1, cols, 64}, 2, 2.0),
                                       randomTensor(Element::f32, {1, 1, cols, 64}, 3),
                                       Tensor(Element::f32, {2}, std::vector<double>{0.125, 0.0}),
                                       scalar(Element::index, window), scalar(Element::index, sink)};
                             }});
  };
  for (int64_t size : {1, 63, 64, 65, 150})
    add(size, size, 1 << 20, 0);
  add(150, 65, 1 << 20, 0);  // the first 85 rows see nothing
  add(97, 1100, 40, 0);      // every block is partial
  add(97, 1100, 40, 3);
  add(97, 1100, 700, 0);     // the window's edge lies in a block below the diagonal
  add(100, 1100, 700, 600);  // full blocks of the sink and of the window
  add(3, 1030, 0, 0);        // each row sees itself
  return program;
}
