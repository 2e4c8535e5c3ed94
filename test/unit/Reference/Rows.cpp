// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Empty rows, NaN, infinities: what they do to their row, and that they do nothing to any other.
#include "test/unit/Reference/Programs.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace attn::reference;
using namespace attn::reference::test;

static const double kInfinity = std::numeric_limits<double>::infinity();

/// Scores are the keys: one query of head size 1 and value 1 per row.
static Tensors keys(std::vector<double> scores, int64_t queries = 1) {
  int64_t count = static_cast<int64_t>(scores.size());
  HostTensor values = generated({1, 1, count, 1}, [](const std::vector<int64_t> &at) { return at[2] + 1.0; });
  return {filled({1, 1, queries, 1}, 1), HostTensor(Element::f32, {1, 1, count, 1}, std::move(scores)), values};
}

TEST(Rows, RemovedOrMinusInfinityIsEmpty) {
  Variant variant;
  Tensors results = evaluateOrFail(variant.text(), keys({-kInfinity, -kInfinity}), 2);
  EXPECT_EQ(results[0].values[0], 0);
  EXPECT_EQ(results[1].values[0], -kInfinity);
  variant.mask = "%c = attn.causal\n%mask = attn.not %c";
  results = evaluateOrFail(variant.text(), keys({1, 2}), 2);
  EXPECT_EQ(results[0].values[0], 0);
  EXPECT_EQ(results[1].values[0], -kInfinity);
}

TEST(Rows, AnEmptyRowWithASinkHasTheSinkAsLse) {
  Variant variant;
  variant.mask = "%c = attn.causal\n%mask = attn.not %c";
  variant.normalizer = "off_by_one lse(base = e, sink_included)";
  Tensors results = evaluateOrFail(variant.text(), keys({1, 2}), 2);
  EXPECT_EQ(results[0].values[0], 0);
  EXPECT_EQ(results[1].values[0], 0);
  variant.normalizer = "off_by_one lse(base = e, sink_excluded)";
  EXPECT_EQ(evaluateOrFail(variant.text(), keys({1, 2}), 2)[1].values[0], -kInfinity);
  variant.normalizer = "softmax sink(%sink) lse(base = e, sink_included)";
  variant.normalizerTypes = ", tensor<1xf32>";
  variant.arguments = ", %sink: tensor<1xf32>";
  Tensors arguments = keys({1, 2});
  arguments.push_back(HostTensor(Element::f32, {1}, -7.5));
  results = evaluateOrFail(variant.text(), arguments, 2);
  EXPECT_EQ(results[0].values[0], 0);
  EXPECT_EQ(results[1].values[0], -7.5);
}

TEST(Rows, RemovingIsNotAScoreOfMinusInfinity) {
  Variant variant;
  variant.normalizer = "none";
  variant.lse = false;
  variant.mask = "%mask = attn.sink 1";
  EXPECT_EQ(evaluateOrFail(variant.text(), keys({3, 5}))[0].values[0], 3);
  EXPECT_EQ(evaluateOrFail(variant.text(), keys({3, -kInfinity}))[0].values[0], 3);
}

TEST(Rows, OneMinusInfinityCountsForNothing) {
  Tensors results = evaluateOrFail(Variant().text(), keys({-kInfinity, 4}), 2);
  EXPECT_EQ(results[0].values[0], 2);
  EXPECT_EQ(results[1].values[0], 4);
}

// Row 0 sees key 0 only, row 1 sees both; key 1 makes its row NaN and no other.
TEST(Rows, NaNAndInfinityStayInTheirRow) {
  for (double bad : {double(NAN), kInfinity}) {
    Variant variant;
    variant.mask = "%mask = attn.causal";
    Tensors results = evaluateOrFail(variant.text(), keys({1, bad}, 2), 2);
    EXPECT_EQ(results[0].values[0], 1);
    EXPECT_EQ(results[1].values[0], 1);
    EXPECT_TRUE(std::isnan(results[0].values[1]));
    EXPECT_TRUE(std::isnan(results[1].values[1]));
    EXPECT_TRUE(results[0].unspecified.empty());
  }
}

TEST(Rows, ReluKeepsNaN) {
  Variant variant;
  variant.normalizer = "relu";
  variant.lse = false;
  EXPECT_TRUE(std::isnan(evaluateOrFail(variant.text(), keys({NAN, 1}))[0].values[0]));
}

TEST(Rows, AValueThatIsNotFiniteLeavesRowsThatRemovedItUnspecified) {
  Variant variant;
  variant.mask = "%mask = attn.causal";
  Tensors arguments = keys({0, 0, 0}, 3);
  arguments[2].values[1] = NAN;
  Tensors results = evaluateOrFail(variant.text(), arguments, 2);
  EXPECT_TRUE(results[0].isUnspecified(0)); // key 1 is removed from row 0, but may share a block with it
  EXPECT_FALSE(results[0].isUnspecified(1));
  EXPECT_TRUE(std::isnan(results[0].values[1]));
  EXPECT_TRUE(std::isnan(results[0].values[2]));
  EXPECT_TRUE(results[1].unspecified.empty());
}

TEST(Rows, AValueOfAnotherDocumentHasNoEffect) {
  Variant variant;
  variant.domain = "align = top_left, segments(%cu, %cu)";
  variant.domainTypes = ", tensor<?xi32>, tensor<?xi32>";
  variant.arguments = ", %cu: tensor<?xi32>";
  Tensors arguments = keys({0, 0, 0}, 3);
  arguments[2].values[2] = kInfinity;
  arguments[1].values[2] = NAN;
  arguments.push_back(integers({0, 2, 3}));
  Tensors results = evaluateOrFail(variant.text(), arguments, 2);
  EXPECT_TRUE(results[0].unspecified.empty());
  EXPECT_EQ(results[0].values[0], 1.5);
  EXPECT_EQ(results[0].values[1], 1.5);
  EXPECT_TRUE(std::isnan(results[0].values[2]));
}

TEST(Rows, NoKeysAndNoQueries) {
  HostTensor none = filled({2, 2, 0, 4}, 0), some = random({2, 2, 3, 4}, 1);
  Tensors results = evaluateOrFail(Variant().text(), {some, none, none}, 2);
  EXPECT_EQ(results[0].values, std::vector<double>(48, 0.0));
  EXPECT_EQ(results[1].values, std::vector<double>(12, -kInfinity));
  results = evaluateOrFail(Variant().text(), {none, some, some}, 2);
  EXPECT_EQ(results[0].size(), 0);
}

TEST(Rows, EmptyRowsInStatistics) {
  const char *text = R"(
    func.func @f(%q: tensor<1x1x2x1xf64>) -> (tensor<1x1x2xf64>, tensor<1x1x2xf64>) {
      %s = attn.score %q, %q : (tensor<1x1x2x1xf64>, tensor<1x1x2x1xf64>) -> !attn.scores<1x1x2x2xf64>
      %m = attn.window left = 0 right = 0
      %n = attn.not %m
      %c = attn.causal
      %both = attn.and %n, %c
      %sm = attn.mask %s, %both : !attn.scores<1x1x2x2xf64>
      %w = attn.normalize %sm softmax : (!attn.scores<1x1x2x2xf64>) -> !attn.weights<1x1x2x2xf64>
      %max = attn.reduce %sm row_max : (!attn.scores<1x1x2x2xf64>) -> tensor<1x1x2xf64>
      %sum = attn.reduce %w column_sum : (!attn.weights<1x1x2x2xf64>) -> tensor<1x1x2xf64>
      return %max, %sum : tensor<1x1x2xf64>, tensor<1x1x2xf64>
    })";
  Tensors results = evaluateOrFail(text, {HostTensor(Element::f64, {1, 1, 2, 1}, {3, 5})}, 2);
  EXPECT_EQ(results[0].values, (std::vector<double>{-kInfinity, 15}));
  EXPECT_EQ(results[1].values, (std::vector<double>{1, 0}));
}
