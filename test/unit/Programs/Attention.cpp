// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// (a) Soft-capped attention with a slope per head, a causal window and a sink, one row after the other.
#include "test/unit/Programs/Program.h"
#include <cmath>
#include <limits>

using namespace attn::programs;

static Tensors sequential(const Tensors &in) {
  const double scale = 1 / std::sqrt(static_cast<double>(in[0].shape[3]));
  const Tensor &q = in[0], &k = in[1], &v = in[2], &slope = in[3];
  int64_t window = in[4].values[0], sink = in[5].values[0];
  int64_t batch = q.shape[0], heads = q.shape[1], rows = q.shape[2], cols = k.shape[2], group = heads / k.shape[1];
  Tensor o(q.element, q.shape), lse(Element::f32, {batch, heads, rows});
  for (int64_t b = 0; b < batch; ++b)
    for (int64_t h = 0; h < heads; ++h)
      for (int64_t r = 0; r < rows; ++r) {
        int64_t i = r + cols - rows;
        std::vector<double> scores(cols, -std::numeric_limits<double>::infinity());
        for (int64_t j = 0; j <= std::min(i, cols - 1); ++j)
          if (i - j <= window || j < sink)
            scores[j] = 30 * std::tanh(dot(q, {b, h, r}, k, {b, h / group, j}) * scale / 30) + slope.at({h}) * (j - i);
        WeightRow row = softmax(scores);
        lse.at({b, h, r}) = row.lse;
        for (int64_t j = 0; j < cols; ++j)
          for (int64_t d = 0; d < v.shape[3]; ++d)
            o.at({b, h, r, d}) += row.weights[j] * v.at({b, h / group, j, d});
      }
  return {o, lse};
}

namespace {

struct Sizes {
  int64_t rows, cols, window, sink;
};

} // namespace

/// Cases with heads of `width` numbers of a type.
static void addCases(Program &program, Element element, int64_t width, std::initializer_list<Sizes> table) {
  for (Sizes sizes : table) {
    std::string name = "M" + std::to_string(sizes.rows) + "_N" + std::to_string(sizes.cols) + "_w" +
                       std::to_string(sizes.window) + "_s" + std::to_string(sizes.sink);
    double spread = width == 64 ? 2.0 : 1.0;
    program.cases.push_back({name, [=]() -> Tensors {
                               return {randomTensor(element, {1, 2, sizes.rows, width}, 1, spread),
                                       randomTensor(element, {1, 1, sizes.cols, width}, 2, spread),
                                       randomTensor(element, {1, 1, sizes.cols, width}, 3),
                                       Tensor(Element::f32, {2}, std::vector<double>{0.125, 0.0}),
                                       scalar(Element::index, sizes.window), scalar(Element::index, sizes.sink)};
                             }});
  }
}

constexpr int64_t kNoWindow = 1 << 20;

Program attn::programs::attention() {
  Program program{programPath("a_attention.mlir"), "attention", {}, sequential, 2e-5};
  addCases(program, Element::f32, 64,
           {{1, 1, kNoWindow, 0},
            {63, 63, kNoWindow, 0},
            {64, 64, kNoWindow, 0},
            {65, 65, kNoWindow, 0},
            {150, 150, kNoWindow, 0},
            {150, 65, kNoWindow, 0},   // the first 85 rows see nothing
            {97, 1100, 40, 0},         // every block is partial
            {97, 1100, 40, 3},
            {97, 1100, 700, 0},        // the window's edge lies in a block below the diagonal
            {100, 1100, 700, 600},     // full blocks of the sink and of the window
            {97, 2600, kNoWindow, 0},  // six blocks, more than rings have slots
            {3, 1030, 0, 0}});         // each row sees itself
  return program;
}

Program attn::programs::attentionInRoles() {
  Program program{programPath("a_attention_roles.mlir"), "attention", {}, sequential, 2e-2};
  addCases(program, Element::bf16, 128,
           {{1, 0, kNoWindow, 0},      // no block
            {1, 1, kNoWindow, 0},      // one
            {150, 150, kNoWindow, 0},  // one or two
            {200, 65, kNoWindow, 0},   // the first 135 rows see nothing
            {97, 400, 300, 3}});       // four, more than a ring has slots
  return program;
}
