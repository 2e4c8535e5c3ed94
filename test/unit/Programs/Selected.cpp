// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// (e) Attention of a query token to the keys of its listed blocks that are not after it.
#include "test/unit/Programs/Program.h"
#include <algorithm>
#include <limits>
#include <random>

using namespace attn::programs;

static Tensors sequential(const Tensors &in) {
  const Tensor &q = in[0], &k = in[1], &v = in[2], &counts = in[3], &indices = in[5];
  int64_t batch = q.shape[0], tokens = q.shape[1], heads = q.shape[2], keys = k.shape[2], group = heads / k.shape[1];
  Tensor o(Element::f32, q.shape);
  for (int64_t b = 0; b < batch; ++b)
    for (int64_t t = 0; t < tokens; ++t)
      for (int64_t h = 0; h < heads; ++h) {
        int64_t hk = h / group;
        std::vector<double> scores(keys, -std::numeric_limits<double>::infinity());
        for (int64_t e = 0; e < counts.at({b, hk, t}); ++e)
          for (int64_t j = 64 * indices.at({b, hk, t, e}), end = std::min(j + 64, keys); j < end; ++j)
            if (j <= t)
              scores[j] = dot(q, {b, t, h}, k, {b, hk, j}) * 0.125;
        WeightRow row = softmax(scores);
        for (int64_t j = 0; j < keys; ++j)
          for (int64_t d = 0; d < 64; ++d)
            o.at({b, t, h, d}) += row.weights[j] * v.at({b, hk, j, d});
      }
  return {o};
}

/// For each token its own block, which is partial, and up to two earlier ones, which are full; token 1 has no entry.
static Tensors makeArguments(int64_t tokens, int64_t group) {
  int64_t heads = 2 * group;
  Tensor counts(Element::i32, {1, 2, tokens}), partials(Element::i32, {1, 2, tokens});
  Tensor indices(Element::i32, {1, 2, tokens, 4}, -1.0);
  std::mt19937 engine(9);
  for (int64_t hk = 0; hk < 2; ++hk)
    for (int64_t t = 0; t < tokens; ++t) {
      if (t == 1)
        continue;
      int64_t own = t / 64, count = 0;
      partials.at({0, hk, t}) = 1;
      indices.at({0, hk, t, count++}) = own;
      for (int64_t block = 0; block < own && count < 3; ++block)
        if (engine() % 2)
          indices.at({0, hk, t, count++}) = block;
      counts.at({0, hk, t}) = count;
    }
  return {randomTensor(Element::f32, {1, tokens, heads, 64}, 1), randomTensor(Element::f32, {1, 2, tokens, 64}, 2),
          randomTensor(Element::f32, {1, 2, tokens, 64}, 3), counts, partials, indices};
}

Program attn::programs::selected() {
  Program program{programPath("e_selected.mlir"), "selected_attention", {}, sequential, 1e-5};
  for (int64_t tokens : {1, 63, 64, 65, 250})
    program.cases.push_back({"T" + std::to_string(tokens), [=] { return makeArguments(tokens, 3); }});
  program.cases.push_back({"T65_G16", [] { return makeArguments(65, 16); }});
  return program;
}
