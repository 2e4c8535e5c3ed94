// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// (g) The best blocks of a row by a sort: ties take the low index.
#include "test/unit/Programs/Program.h"
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

using namespace attn::programs;

/// The chosen blocks of one row: the partial one first, then ascending.
static std::vector<int64_t> choose(const std::vector<double> &scores, int64_t row, int64_t k) {
  std::vector<int64_t> order(scores.size());
  std::iota(order.begin(), order.end(), 0);
  constexpr double infinity = std::numeric_limits<double>::infinity();
  auto key = [&](int64_t j) { return j == 0 || j == row ? infinity : scores[j]; };
  std::sort(order.begin(), order.end(), [&](int64_t a, int64_t b) {
    return std::make_pair(-key(a), a) < std::make_pair(-key(b), b);
  });
  order.resize(std::min<int64_t>(k, order.size()));
  std::sort(order.begin(), order.end(), [&](int64_t a, int64_t b) {
    return std::make_pair(a != row, a) < std::make_pair(b != row, b);
  });
  return order;
}

static Tensors sequential(const Tensors &in) {
  const Tensor &scores = in[0];
  int64_t k = in[1].values[0], batch = scores.shape[0], heads = scores.shape[1], rows = scores.shape[2];
  Tensor counts(Element::i32, {batch, heads, rows}), partials(Element::i32, {batch, heads, rows});
  Tensor indices(Element::i32, {batch, heads, rows, k}, -1.0);
  for (int64_t b = 0; b < batch; ++b)
    for (int64_t h = 0; h < heads; ++h)
      for (int64_t m = 0; m < rows; ++m) {
        std::vector<double> visible;
        for (int64_t j = 0; j <= std::min(m, scores.shape[3] - 1); ++j)
          visible.push_back(scores.at({b, h, m, j}));
        std::vector<int64_t> chosen = choose(visible, m, k);
        counts.at({b, h, m}) = chosen.size();
        partials.at({b, h, m}) = std::count(chosen.begin(), chosen.end(), m);
        for (size_t e = 0; e < chosen.size(); ++e)
          indices.at({b, h, m, int64_t(e)}) = chosen[e];
      }
  return {counts, partials, indices};
}

Program attn::programs::topBlocks() {
  Program program{programPath("g_top_blocks.mlir"), "top_blocks", {}, sequential, 0};
  auto add = [&](int64_t rows, int64_t blocks, int64_t k, bool ties) {
    std::string name = "M" + std::to_string(rows) + "_N" + std::to_string(blocks) + "_k" + std::to_string(k) +
                       (ties ? "_ties" : "");
    program.cases.push_back({name, [=]() -> Tensors {
                               Tensor scores = randomTensor(Element::f32, {1, 2, rows, blocks}, 1, 2.0);
                               for (double &value : scores.values)
                                 value = ties ? std::round(value) + 0.0 : value;
                               return {scores, scalar(Element::index, k)};
                             }});
  };
  add(1, 1, 1, false);
  add(20, 20, 1, false);
  add(63, 63, 5, false);
  add(65, 65, 8, true);
  add(100, 40, 3, true);  // rows past the last block have no partial one
  add(12, 1024, 1024, false);
  return program;
}
