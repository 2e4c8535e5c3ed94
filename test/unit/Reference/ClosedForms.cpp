// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Cases whose results are known without a program: means, single keys, numbers worked out by hand.
#include "test/unit/Reference/Programs.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace attn::reference;
using namespace attn::reference::test;

static HostTensor column(std::vector<double> values, Element element = Element::f64) {
  int64_t count = static_cast<int64_t>(values.size());
  return HostTensor(element, {1, 1, count, 1}, std::move(values));
}

static Variant inDouble(std::string normalizer = "softmax") {
  Variant variant;
  variant.element = "f64";
  variant.normalizer = std::move(normalizer);
  return variant;
}

TEST(ClosedForms, EqualKeysGiveTheMeanOfTheValues) {
  HostTensor values = random({2, 3, 7, 5}, 1);
  Tensors results = evaluateOrFail(Variant().text(), {random({2, 3, 4, 8}, 2), filled({2, 3, 7, 8}, 0.5), values}, 2);
  HostTensor mean = generated({2, 3, 4, 5}, [&](const std::vector<int64_t> &at) {
    double sum = 0;
    for (int64_t j = 0; j < 7; ++j)
      sum += values.at({at[0], at[1], j, at[3]});
    return sum / 7;
  }, Element::f64);
  expectClose(results[0], mean);
}

TEST(ClosedForms, OneKeyGivesItsValue) {
  HostTensor values = random({1, 2, 1, 3}, 3);
  Tensors results = evaluateOrFail(Variant().text(), {random({1, 2, 5, 4}, 4), random({1, 2, 1, 4}, 5), values}, 2);
  for (int64_t h = 0; h < 2; ++h)
    for (int64_t i = 0; i < 5; ++i)
      for (int64_t d = 0; d < 3; ++d)
        EXPECT_EQ(results[0].at({0, h, i, d}), values.at({0, h, 0, d}));
}

// Scores 0, ln 2, ln 4 with values 7, 14, 28: weights 1/7, 2/7, 4/7.
TEST(ClosedForms, WeightsByHand) {
  HostTensor keys = column({0, std::log(2.0), std::log(4.0)}), values = column({7, 14, 28});
  Tensors results = evaluateOrFail(inDouble().text(), {column({1}), keys, values}, 2);
  EXPECT_NEAR(results[0].values[0], 1 + 4 + 16, 1e-14);
  EXPECT_NEAR(results[1].values[0], std::log(7.0), 1e-15);
}

// The default scale of head size 4 is 1/2: <(1,1,1,1), (k,k,k,k)> / 2 = 2 k.
TEST(ClosedForms, DefaultScaleIsOneOverRootOfHeadSize) {
  HostTensor query = filled({1, 1, 1, 4}, 1, Element::f64), values = column({0, 1});
  HostTensor keys = generated({1, 1, 2, 4}, [](const std::vector<int64_t> &at) { return double(at[2]); }, Element::f64);
  Tensors results = evaluateOrFail(inDouble().text(), {query, keys, values}, 2);
  EXPECT_NEAR(results[0].values[0], std::exp(2.0) / (1 + std::exp(2.0)), 1e-15);
}

// Two terms of head sizes 1 and 3 have the common default scale 1 / sqrt(1 + 3).
TEST(ClosedForms, TermsShareTheDefaultScale) {
  const char *text = R"(
    func.func @f(%a: tensor<1x1x1x1xf64>, %b: tensor<1x1x1x1xf64>, %c: tensor<1x1x1x3xf64>, %d: tensor<1x1x1x3xf64>)
        -> tensor<1x1x1xf64> {
      %s = attn.score %a, %b, %c, %d : (tensor<1x1x1x1xf64>, tensor<1x1x1x1xf64>, tensor<1x1x1x3xf64>,
                                        tensor<1x1x1x3xf64>) -> !attn.scores<1x1x1x1xf64>
      %m = attn.reduce %s row_max : (!attn.scores<1x1x1x1xf64>) -> tensor<1x1x1xf64>
      return %m : tensor<1x1x1xf64>
    })";
  HostTensor three = filled({1, 1, 1, 3}, 2, Element::f64);
  EXPECT_EQ(evaluateOrFail(text, {column({5}), column({7}), three, three})[0].values[0], (35 + 12) / 2.0);
}

TEST(ClosedForms, EachTermHasItsScale) {
  const char *text = R"(
    func.func @f(%a: tensor<1x1x1x1xf64>, %b: tensor<1x1x1x1xf64>) -> tensor<1x1x1xf64> {
      %s = attn.score %a, %b, %b, %b {scales = [2.0 : f64, -1.0 : f64]}
        : (tensor<1x1x1x1xf64>, tensor<1x1x1x1xf64>, tensor<1x1x1x1xf64>, tensor<1x1x1x1xf64>)
        -> !attn.scores<1x1x1x1xf64>
      %m = attn.reduce %s row_max : (!attn.scores<1x1x1x1xf64>) -> tensor<1x1x1xf64>
      return %m : tensor<1x1x1xf64>
    })";
  EXPECT_EQ(evaluateOrFail(text, {column({5}), column({7})})[0].values[0], 2 * 35 - 49);
}

TEST(ClosedForms, LseOfConstantsIsLogOfCountPlusConstant) {
  HostTensor query = filled({1, 1, 3, 1}, 2, Element::f64), keys = filled({1, 1, 11, 1}, 2.5, Element::f64);
  Variant base2 = inDouble("softmax lse(base = 2)");
  for (const HostTensor &lse : {evaluateOrFail(inDouble().text(), {query, keys, keys}, 2)[1]})
    expectClose(lse, filled({1, 1, 3}, std::log(11.0) + 5, Element::f64), 1e-15);
  expectClose(evaluateOrFail(base2.text(), {query, keys, keys}, 2)[1],
              filled({1, 1, 3}, (std::log(11.0) + 5) / std::log(2.0), Element::f64), 1e-15);
}

TEST(ClosedForms, AddingToEveryScoreChangesOnlyTheLse) {
  Tensors arguments = {random({1, 2, 9, 8}, 6), random({1, 2, 9, 8}, 7), random({1, 2, 9, 8}, 8)};
  Variant shifted;
  shifted.modify = "%c = arith.constant 300.0 : f32\n%y = arith.addf %x, %c : f32";
  Tensors plain = evaluateOrFail(Variant().text(), arguments, 2), moved = evaluateOrFail(shifted.text(), arguments, 2);
  expectClose(moved[0], plain[0], 1e-12);
  for (int64_t n = 0; n < plain[1].size(); ++n)
    EXPECT_NEAR(moved[1].values[n], plain[1].values[n] + 300, 1e-12);
}

// Scores far beyond exp's range: only the largest counts.
TEST(ClosedForms, HugeScoresDoNotOverflow) {
  Tensors results =
      evaluateOrFail(inDouble().text(), {column({1}), column({-5000, 5000, 4000}), column({1, 2, 3})}, 2);
  EXPECT_EQ(results[0].values[0], 2);
  EXPECT_EQ(results[1].values[0], 5000);
}

//===-- normalizers ---------------------------------------------------------------------------------------------===//

// Scores 0 and ln 3, values 10 and 20; off by one adds a term of score 0.
TEST(ClosedForms, OffByOneByHand) {
  Tensors arguments = {column({1}), column({0, std::log(3.0)}), column({10, 20})};
  Tensors included = evaluateOrFail(inDouble("off_by_one lse(base = e, sink_included)").text(), arguments, 2);
  Tensors excluded = evaluateOrFail(inDouble("off_by_one lse(base = e, sink_excluded)").text(), arguments, 2);
  EXPECT_NEAR(included[0].values[0], (10 + 60) / 5.0, 1e-14);
  EXPECT_EQ(excluded[0].values[0], included[0].values[0]);
  EXPECT_NEAR(included[1].values[0], std::log(5.0), 1e-15);
  EXPECT_NEAR(excluded[1].values[0], std::log(4.0), 1e-15);
}

TEST(ClosedForms, LearnableSinkByHand) {
  Variant variant = inDouble("softmax sink(%sink) lse(base = 2, sink_included)");
  variant.arguments = ", %sink: tensor<?xf64>";
  variant.normalizerTypes = ", tensor<?xf64>";
  HostTensor query = filled({1, 2, 1, 1}, 1, Element::f64), keys = filled({1, 2, 3, 1}, 0, Element::f64);
  HostTensor values = filled({1, 2, 3, 1}, 6, Element::f64);
  HostTensor sinks(Element::f64, {2}, {std::log(5.0), 1000.0});
  Tensors results = evaluateOrFail(variant.text(), {query, keys, values, sinks}, 2);
  EXPECT_NEAR(results[0].at({0, 0, 0, 0}), 6 * 3 / 8.0, 1e-14);
  EXPECT_NEAR(results[1].at({0, 0, 0}), 3, 1e-14);
  EXPECT_EQ(results[0].at({0, 1, 0, 0}), 0);
  EXPECT_NEAR(results[1].at({0, 1, 0}), 1000 / std::log(2.0), 1e-12);
}

TEST(ClosedForms, SigmoidReluNoneByHand) {
  Tensors arguments = {column({1}), column({-std::log(3.0), 2}), column({8, 1})};
  Variant sigmoid = inDouble("sigmoid"), relu = inDouble("relu"), none = inDouble("none");
  sigmoid.lse = relu.lse = none.lse = false;
  EXPECT_NEAR(evaluateOrFail(sigmoid.text(), arguments)[0].values[0], 8 / 4.0 + 1 / (1 + std::exp(-2.0)), 1e-14);
  EXPECT_EQ(evaluateOrFail(relu.text(), arguments)[0].values[0], 2);
  EXPECT_NEAR(evaluateOrFail(none.text(), arguments)[0].values[0], -8 * std::log(3.0) + 2, 1e-14);
}

TEST(ClosedForms, SigmoidAddsItsBias) {
  Variant variant = inDouble("sigmoid bias(%bias)");
  variant.arguments = ", %bias: tensor<f64>";
  variant.normalizerTypes = ", tensor<f64>";
  variant.lse = false;
  HostTensor bias(Element::f64, {}, std::log(4.0));
  Tensors results = evaluateOrFail(variant.text(), {column({1}), column({0}), column({10}), bias});
  EXPECT_NEAR(results[0].values[0], 8, 1e-14);
}

//===-- statistics ----------------------------------------------------------------------------------------------===//

static std::string statistic(const std::string &kind, const std::string &extent) {
  return R"(
    func.func @f(%q: tensor<1x1x4x2xf64>, %k: tensor<1x1x6x2xf64>) -> tensor<1x1x)" + extent + R"(xf64> {
      %s = attn.score %q, %k domain(align = bottom_right)
        : (tensor<1x1x4x2xf64>, tensor<1x1x6x2xf64>) -> !attn.scores<1x1x4x6xf64>
      %c = attn.causal
      %m = attn.mask %s, %c : !attn.scores<1x1x4x6xf64>
      %w = attn.normalize %m softmax : (!attn.scores<1x1x4x6xf64>) -> !attn.weights<1x1x4x6xf64>
      %r = attn.reduce %w )" + kind + R"( : (!attn.weights<1x1x4x6xf64>) -> tensor<1x1x)" + extent + R"(xf64>
      return %r : tensor<1x1x)" + extent + R"(xf64>
    })";
}

// Rows see 3, 4, 5, 6 keys with equal weights.
TEST(ClosedForms, SumsOfUniformWeights) {
  Tensors arguments = {filled({1, 1, 4, 2}, 0, Element::f64), filled({1, 1, 6, 2}, 0, Element::f64)};
  double all = 1 / 3. + 1 / 4. + 1 / 5. + 1 / 6.;
  HostTensor columns(Element::f64, {1, 1, 6}, {all, all, all, all - 1 / 3., 1 / 5. + 1 / 6., 1 / 6.});
  expectClose(evaluateOrFail(statistic("column_sum", "6"), arguments)[0], columns);
  // j - i + 3 in storage order: row 0 holds diagonals 3 to 5, row 1 2 to 5, row 2 1 to 5, row 3 0 to 5.
  HostTensor diagonals(Element::f64, {1, 1, 9},
                       {1 / 6., 1 / 5. + 1 / 6., all - 1 / 3., all, all, all, 0, 0, 0});
  expectClose(evaluateOrFail(statistic("diagonal_sum", "9"), arguments)[0], diagonals);
  HostTensor largest(Element::f64, {1, 1, 4}, {1 / 3., 1 / 4., 1 / 5., 1 / 6.});
  expectClose(evaluateOrFail(statistic("row_max", "4"), arguments)[0], largest);
}
