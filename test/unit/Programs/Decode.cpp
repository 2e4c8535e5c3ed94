// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// (b) Attention of one token to a paged cache, of bf16 or of int8 dequantised first, one head after the other.
#include "test/unit/Programs/Program.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>

using namespace attn::programs;

/// Scales are of int8 caches; a bf16 cache has none.
struct Cache {
  const Tensor &keys, &values, &table, &lengths;
  const Tensor *keyScales = nullptr, *valueScales = nullptr;
};

static Tensors attend(const Tensor &q, const Cache &cache) {
  int64_t batch = q.shape[0], heads = q.shape[1], head = q.shape[2], group = heads / cache.keys.shape[1];
  Tensor o(Element::f32, q.shape), lse(Element::f32, {batch, heads});
  auto scaled = [](const Tensor *scales, int64_t page, int64_t hk, int64_t slot) {
    return scales ? scales->at({page, hk, slot}) : 1.0;
  };
  for (int64_t b = 0; b < batch; ++b)
    for (int64_t h = 0; h < heads; ++h) {
      int64_t hk = h / group, length = cache.lengths.at({b});
      std::vector<double> scores(length);
      for (int64_t j = 0; j < length; ++j) {
        int64_t page = cache.table.at({b, j / 64});
        scores[j] = dot(q, {b, h}, cache.keys, {page, hk, j % 64}) * scaled(cache.keyScales, page, hk, j % 64) /
                    std::sqrt(double(head));
      }
      WeightRow row = softmax(scores);
      lse.at({b, h}) = row.lse;
      for (int64_t j = 0; j < length; ++j) {
        int64_t page = cache.table.at({b, j / 64});
        double weight = row.weights[j] * scaled(cache.valueScales, page, hk, j % 64);
        for (int64_t d = 0; d < head; ++d)
          o.at({b, h, d}) += weight * cache.values.at({page, hk, j % 64, d});
      }
    }
  return {o, lse};
}

static Tensors attendInt8(const Tensors &in) { return attend(in[0], {in[1], in[3], in[5], in[6], &in[2], &in[4]}); }

static Tensors attendBF16(const Tensors &in) { return attend(in[0], {in[1], in[2], in[3], in[4]}); }

/// Calls with each page that a sequence has, in random order.
static void givePages(Tensor &table, const std::vector<int64_t> &lengths,
                      llvm::function_ref<void(int64_t page, int64_t tokens)> visit) {
  int64_t width = table.shape[1];
  std::vector<int64_t> order(lengths.size() * width);
  std::iota(order.begin(), order.end(), 0);
  std::shuffle(order.begin(), order.end(), std::mt19937(6));
  for (size_t b = 0; b < lengths.size(); ++b)
    for (int64_t t = 0; t * 64 < lengths[b]; ++t) {
      int64_t page = order[b * width + t];
      table.at({int64_t(b), t}) = page;
      visit(page, lengths[b] - t * 64);
    }
}

static Tensor lengthsOf(const std::vector<int64_t> &lengths) {
  Tensor tensor(Element::i32, {int64_t(lengths.size())});
  tensor.values.assign(lengths.begin(), lengths.end());
  return tensor;
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
  Tensor table(Element::i32, {batch, width}, -1.0);
  givePages(table, lengths, [&](int64_t page, int64_t tokens) {
    for (int64_t slot = tokens; slot < 64; ++slot)
      for (int64_t h = 0; h < 2; ++h)
        ks.at({page, h, slot}) = vs.at({page, h, slot}) = std::numeric_limits<double>::quiet_NaN();
  });
  return {randomTensor(Element::bf16, {batch, 2 * group, 64}, 1), k, ks, v, vs, table, lengthsOf(lengths)};
}

/// Tokens past a length are NaN, pages past it -1.
static Tensors makeBF16Arguments(std::vector<int64_t> lengths, int64_t width, int64_t group) {
  int64_t batch = lengths.size(), pages = batch * width;
  Tensor k = randomTensor(Element::bf16, {pages, 2, 64, 128}, 2), v = randomTensor(Element::bf16, k.shape, 3);
  Tensor table(Element::i32, {batch, width}, -1.0);
  givePages(table, lengths, [&](int64_t page, int64_t tokens) {
    for (int64_t slot = tokens; slot < 64; ++slot)
      for (int64_t h = 0; h < 2; ++h)
        for (int64_t d = 0; d < 128; ++d)
          k.at({page, h, slot, d}) = v.at({page, h, slot, d}) = std::numeric_limits<double>::quiet_NaN();
  });
  return {randomTensor(Element::bf16, {batch, 2 * group, 128}, 1), k, v, table, lengthsOf(lengths)};
}

Program attn::programs::decode() {
  Program program{programPath("b_decode.mlir"), "paged_decode", {}, attendInt8, 1e-2};
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

Program attn::programs::decodeBF16() {
  Program program{programPath("b_decode_bf16.mlir"), "paged_decode_bf16", {}, attendBF16, 1e-2};
  auto add = [&](const char *name, std::vector<int64_t> lengths, int64_t width, int64_t group) {
    program.cases.push_back({name, [=] { return makeBF16Arguments(lengths, width, group); }});
  };
  add("one_head", {1, 0, 130}, 3, 1);
  add("three_heads", {64, 65, 513}, 9, 3);
  add("four_heads", {1100, 512}, 18, 4);
  add("eight_heads", {700}, 11, 8);
  return program;
}
