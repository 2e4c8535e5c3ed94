// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Segments are a loop over documents, lengths are shorter tensors, shared heads are repeated ones.
#include "test/unit/Reference/Programs.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace attn::reference;
using namespace attn::reference::test;

static const double kInfinity = std::numeric_limits<double>::infinity();

static const char *const kBias = "%d = attn.distance %j, %i : f32\n%slope = arith.constant 0.125 : f32\n"
                                 "%t = arith.mulf %slope, %d : f32\n%y = arith.addf %x, %t : f32";

static Variant variant(std::string align) {
  Variant made;
  made.domain = "align = " + align;
  made.modify = kBias;
  made.mask = "%mask = attn.window left = 3 right = 2";
  return made;
}

TEST(Domains, SegmentsAreALoopOverDocuments) {
  const std::vector<double> cuQ = {0, 3, 3, 8, 11}, cuK = {0, 5, 9, 9, 14};
  HostTensor query = random({1, 4, 12, 8}, 1), key = random({1, 2, 15, 8}, 2), value = random({1, 2, 15, 3}, 3);
  for (std::string align : {"top_left", "bottom_right"}) {
    Variant packed = variant(align);
    packed.domain += ", segments(%cu_q, %cu_k)";
    packed.domainTypes = ", tensor<?xi32>, tensor<?xi32>";
    packed.arguments = ", %cu_q: tensor<?xi32>, %cu_k: tensor<?xi32>";
    Tensors whole = evaluateOrFail(packed.text(), {query, key, value, integers(cuQ), integers(cuK)}, 2);
    HostTensor output(Element::f64, {1, 4, 12, 3}), lse(Element::f64, {1, 4, 12}, -kInfinity);
    for (size_t n = 0; n + 1 < cuQ.size(); ++n) {
      auto part = [](HostTensor tensor, double begin, double end) {
        HostTensor own = tokens(tensor, int64_t(begin), int64_t(end));
        own.element = Element::f32;
        return own;
      };
      Tensors document = {part(query, cuQ[n], cuQ[n + 1]), part(key, cuK[n], cuK[n + 1]),
                          part(value, cuK[n], cuK[n + 1])};
      Tensors own = evaluateOrFail(variant(align).text(), document, 2);
      for (int64_t h = 0; h < 4; ++h)
        for (int64_t i = int64_t(cuQ[n]); i < int64_t(cuQ[n + 1]); ++i) {
          lse.at({0, h, i}) = own[1].at({0, h, i - int64_t(cuQ[n])});
          for (int64_t d = 0; d < 3; ++d)
            output.at({0, h, i, d}) = own[0].at({0, h, i - int64_t(cuQ[n]), d});
        }
    }
    EXPECT_EQ(whole[0].values, output.values) << align;
    EXPECT_EQ(whole[1].values, lse.values) << align;
  }
}

TEST(Domains, LengthsAreShorterTensors) {
  HostTensor query = random({2, 2, 6, 8}, 4), key = random({2, 2, 9, 8}, 5), value = random({2, 2, 9, 4}, 6);
  const int64_t lenQ[] = {4, 6}, lenK[] = {9, 2};
  for (std::string align : {"top_left", "bottom_right"}) {
    Variant padded = variant(align);
    padded.domain += ", lengths(%len_q, %len_k)";
    padded.domainTypes = ", tensor<?xi32>, tensor<?xi32>";
    padded.arguments = ", %len_q: tensor<?xi32>, %len_k: tensor<?xi32>";
    // What lies behind a length has no effect, even NaN.
    for (int64_t j = 2; j < 9; ++j)
      key.at({1, 1, j, 3}) = value.at({1, 0, j, 1}) = NAN;
    Tensors whole = evaluateOrFail(padded.text(), {query, key, value, integers({4, 6}), integers({9, 2})}, 2);
    for (int64_t b = 0; b < 2; ++b) {
      auto part = [&](const HostTensor &tensor, int64_t end) {
        return generated({1, 2, end, tensor.shape[3]}, [&](const std::vector<int64_t> &at) {
          return tensor.at({b, at[1], at[2], at[3]});
        });
      };
      Tensors own = evaluateOrFail(variant(align).text(),
                                   {part(query, lenQ[b]), part(key, lenK[b]), part(value, lenK[b])}, 2);
      for (int64_t h = 0; h < 2; ++h)
        for (int64_t i = 0; i < 6; ++i) {
          bool inside = i < lenQ[b];
          EXPECT_EQ(whole[1].at({b, h, i}), inside ? own[1].at({0, h, i}) : -kInfinity);
          for (int64_t d = 0; d < 4; ++d)
            EXPECT_EQ(whole[0].at({b, h, i, d}), inside ? own[0].at({0, h, i, d}) : 0);
        }
    }
    EXPECT_TRUE(whole[0].unspecified.empty());
  }
}

TEST(Domains, RegionsOfAPackedPlaneSeeTheSegmentAndStorage) {
  Variant packed;
  packed.domain = "align = top_left, segments(%cu, %cu)";
  packed.domainTypes = ", tensor<?xi32>, tensor<?xi32>";
  packed.arguments = ", %cu: tensor<?xi32>";
  // The score becomes 1000 b + 100 (query in storage) + 10 (key in storage) + extent, one key per segment.
  packed.modify = R"(
    %qi = attn.query_index
    %ki = attn.key_index
    %n = attn.extent key
    %c1000 = arith.constant 1000 : index
    %c100 = arith.constant 100 : index
    %c10 = arith.constant 10 : index
    %0 = arith.muli %b, %c1000 : index
    %1 = arith.muli %qi, %c100 : index
    %2 = arith.muli %ki, %c10 : index
    %3 = arith.addi %0, %1 : index
    %4 = arith.addi %3, %2 : index
    %5 = arith.addi %4, %n : index
    %6 = arith.addi %5, %j : index
    %7 = arith.index_cast %6 : index to i64
    %y = arith.sitofp %7 : i64 to f32)";
  HostTensor one = filled({1, 1, 3, 1}, 1);
  Tensors results = evaluateOrFail(packed.text(), {one, one, one, integers({0, 1, 2, 3})}, 2);
  EXPECT_EQ(results[1].values, (std::vector<double>{1, 1111, 2221}));
}

TEST(Domains, NoHeadsShareAnyNumberOfHeads) {
  for (int64_t shared : {0, 2}) {
    Tensors arguments{random({1, 0, 3, 8}, 1), random({1, shared, 5, 8}, 2), random({1, shared, 5, 4}, 3)};
    EXPECT_EQ(evaluateOrFail(Variant().text(), arguments, 2)[0].shape, (std::vector<int64_t>{1, 0, 3, 4}));
  }
}

TEST(Domains, SharedHeadsAreRepeatedHeads) {
  HostTensor query = random({2, 6, 5, 8}, 7), key = random({2, 3, 7, 8}, 8), value = random({2, 2, 7, 4}, 9);
  auto repeated = [](const HostTensor &tensor, int64_t times) {
    std::vector<int64_t> shape = tensor.shape;
    shape[1] *= times;
    return generated(shape, [&](const std::vector<int64_t> &at) {
      return tensor.at({at[0], at[1] / times, at[2], at[3]});
    });
  };
  Tensors shared = evaluateOrFail(variant("bottom_right").text(), {query, key, value}, 2);
  Tensors whole = evaluateOrFail(variant("bottom_right").text(), {query, repeated(key, 2), repeated(value, 3)}, 2);
  EXPECT_EQ(shared[0].values, whole[0].values);
  EXPECT_EQ(shared[1].values, whole[1].values);
}

TEST(Domains, SampledRowsAreTheSameRows) {
  HostTensor query = random({1, 2, 100, 8}, 10), key = random({1, 2, 90, 8}, 11);
  Tensors all = evaluateOrFail(variant("bottom_right").text(), {query, key, key}, 2);
  Options options;
  options.sampledRows = 7;
  Tensors some = evaluateOrFail(variant("bottom_right").text(), {query, key, key}, 2, options);
  int64_t sampled = 0;
  for (int64_t row = 0; row < 200; ++row) {
    bool left = some[1].isUnspecified(row);
    sampled += !left;
    for (int64_t d = 0; d < 8; ++d) {
      EXPECT_EQ(some[0].isUnspecified(row * 8 + d), left);
      if (!left)
        EXPECT_EQ(some[0].values[row * 8 + d], all[0].values[row * 8 + d]);
    }
  }
  EXPECT_EQ(sampled, 14);
  EXPECT_FALSE(some[1].isUnspecified(0));
  EXPECT_FALSE(some[1].isUnspecified(99));
}

// 64k x 64k pairs are never stored: the last row of a causal plane of zeros sees 65536 keys.
TEST(Domains, LongPlanesCostTheirRowsOnly) {
  constexpr int64_t length = 65536;
  HostTensor zeros = filled({1, 1, length, 2}, 0);
  Variant causal;
  causal.mask = "%mask = attn.causal";
  Options options;
  options.sampledRows = 3;
  Tensors results = evaluateOrFail(causal.text(), {zeros, zeros, zeros}, 2, options);
  EXPECT_EQ(results[1].values[0], 0);
  EXPECT_EQ(results[1].values[length / 2 - 1], std::log(length / 2.0));
  EXPECT_EQ(results[1].values[length - 1], std::log(double(length)));
}
