// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// (b) Attention of one token to a paged int8 cache, dequantised first, one head after the other.
#include "test/unit/Programs/Program.h"
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>

using namespace attn::programs;

static Tensors sequential(const Tensors &in) {
  const Tensor &q = in[0], &kp = in[1], &ks = in[2], &vp = in[3], &vs = in[4], &table = in[5], &lengths = in[6];
  int64_t batch = q.shape[0], heads = q.shape[1], group = heads / kp.shape[1];
  Tensor o(Element::f32, q.shape), lse(Element::f32, {batch, heads});
  for (int64_t b = 0; b < batch; ++b)
    for (int64_t h = 0; h < heads; ++h) {
      int64_t hk = h / group, length = lengths.at({b});
      std::vector<double> scores(length);
      for (int64_t j = 0; j < length; ++j) {
        int64_t page = table.at({b, j / 64});
        scores[j] = dot(q, {b, h}, kp, {page, hk, j % 64}) * ks.at({page, hk, j % 64}) * 0.125;
      }
      WeightRow row = softmax(scores);
      lse.at({b, h}) = row.lse;
      for (int64_t j = 0; j < length; ++j) {
        int64_t page = table.at({b, j / 64});
        for (int64_t d = 0; d < 64; ++d)
          o.at({b, h, d}) += row.weights[j] * vp.at({page, hk, j % 64, d}) * vs.at({page, hk, j % 64});
      }
    }
  return {o, lse};
}

/// Pages in random order; scales of tokens past a length are NaN, pages past it -1.
static Tensors makeArguments(std::vector<int64_t> lengths, int64_t width, int64_t group) {
  int64_t batch = lengths.size(), pages = batch * width;
  Tensor k = uniformTensor(Element::i8, {pages, 2, 64, 64}, 2, -127.5, 127.5), v = k;
  for (double &value : k.values)
    value = std::nearbyint(value);
  v = uniformTensor(Element::i8, {pages, 2, 64, 64}, 3, -127.5, 127.5);
  for (double &value : v.values)
    value = std::nearbyint(value);
  Tensor ks = uniformTensor(Element::f32, {pages, 2, 64}, 4, 0.005, 0.02);
  Tensor vs = uniformTensor(Element::f32, {pages, 2, 64}, 5, 0.005, 0.02);
  std::vector<int64_t> order(pages);
  std::iota(order.begin(), order.end(), 0);
  std::shuffle(order.begin(), order.end(), std::mt19937(6));
  Tensor table(Element::i32, {batch, width}, -1.0), length(Element::i32, {batch});
  for (int64_t b = 0; b < batch; ++b) {
    length.at({b}) = lengths[b];
    for (int64_t t = 0; t * 64 < lengths[b]; ++t) {
      int64_t page = order[b * width + t];
      table.at({b, t}) = page;
      for (int64_t slot = 0; slot < 64; ++slot)
        for (int64_t h = 0; h < 2 && t * 64 + slot >= lengths[b]; ++h)
          ks.at({page, h, slot}) = vs.at({page, h, slot}) = std::numeric_limits<double>::quiet_NaN();
    }
  }
  return {randomTensor(Element::bf16, {batch, 2 * group, 64}, 1), k, ks, v, vs, table, length};
}

Program attn::programs::decode() {
  Program program{programPath("b_decode.mlir"), "paged_decode", {}, sequential, 1e-2};
  auto add = [&](const char *name, std::vector<int64_t> lengths, int64_t width, int64_t group) {
    program.cases.push_back({name, [=] { return makeArguments(lengths, width, group); }});
  };
  add("short", {1, 0, 63}, 1, 3);
  add("pages", {64, 65, 150}, 3, 3);
  add("splits", {1100, 513, 512}, 18, 5);
  add("one_head", {700}, 11, 1);
  add("wide_group", {130}, 9, 16);
  return program;
}
