// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// User-defined normalizers against the built-in ones and against sums written out; gates; score regions.
#include "test/unit/Reference/Programs.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace attn::reference;
using namespace attn::reference::test;

static const char *const kOwnSoftmax = R"(
attn.normalizer @own : f32 absorbing {
  reference { ^bb0(%s: f32): attn.yield %s : f32 }
  combine {
  ^bb0(%a: f32, %b: f32):
    %m = arith.maximumf %a, %b : f32
    attn.yield %m : f32
  }
  identity {
    %m = arith.constant 0xFF800000 : f32
    attn.yield %m : f32
  }
  weight {
  ^bb0(%s: f32, %r: f32):
    %d = arith.subf %s, %r : f32
    %w = math.exp %d : f32
    attn.yield %w : f32
  }
  rescale {
  ^bb0(%from: f32, %to: f32):
    %d = arith.subf %from, %to : f32
    %w = math.exp %d : f32
    attn.yield %w : f32
  }
  finalize {
  ^bb0(%r: f32, %l: f32):
    %one = arith.constant 1.0 : f32
    %x = arith.divf %one, %l : f32
    attn.yield %x : f32
  }
  lse {
  ^bb0(%r: f32, %l: f32):
    %x = math.log %l : f32
    %y = arith.addf %r, %x : f32
    attn.yield %y : f32
  }
})";

static Tensors arguments() { return {random({2, 4, 6, 8}, 1), random({2, 2, 9, 8}, 2), random({2, 2, 9, 5}, 3)}; }

TEST(Normalizers, SoftmaxWrittenOutIsSoftmax) {
  Variant own;
  own.before = kOwnSoftmax;
  own.normalizer = "@own";
  Variant builtin;
  own.mask = builtin.mask = "%mask = attn.causal";
  Tensors got = evaluateOrFail(own.text(), arguments(), 2), wanted = evaluateOrFail(builtin.text(), arguments(), 2);
  expectClose(got[0], wanted[0]);
  expectClose(got[1], wanted[1]);
  own.normalizer = "@own lse(base = 2)";
  builtin.normalizer = "softmax lse(base = 2)";
  expectClose(evaluateOrFail(own.text(), arguments(), 2)[1], evaluateOrFail(builtin.text(), arguments(), 2)[1]);
}

// Two sums and a captured tensor: O = sum w v / (sum w^2 + c_h), w = s^2.
TEST(Normalizers, SumsAndCaptures) {
  Variant variant;
  variant.before = R"(
attn.normalizer @squares : f32 captures(!attn.captured<?xf32>) {
  weight {
  ^bb0(%s: f32):
    %w = arith.mulf %s, %s : f32
    attn.yield %w : f32
  }
  sums {
  ^bb0(%w: f32):
    %x = arith.mulf %w, %w : f32
    attn.yield %w, %x : f32, f32
  }
  finalize {
  ^bb0(%one: f32, %two: f32, %b: index, %h: index, %i: index, %c: !attn.captured<?xf32>):
    %k = attn.lookup %c[%h] : !attn.captured<?xf32>
    %d = arith.addf %two, %k : f32
    %x = arith.divf %one, %d : f32
    attn.yield %x : f32
  }
})";
  variant.normalizer = "@squares(%c)";
  variant.normalizerTypes = ", tensor<?xf32>";
  variant.arguments = ", %c: tensor<?xf32>";
  variant.lse = false;
  Tensors inputs = arguments();
  inputs.push_back(HostTensor(Element::f32, {4}, {1, 2, 3, 4}));
  HostTensor got = evaluateOrFail(variant.text(), inputs)[0];
  HostTensor wanted = generated(got.shape, [&](const std::vector<int64_t> &at) {
    double one = 0, two = 0, sum = 0;
    for (int64_t j = 0; j < 9; ++j) {
      double score = 0;
      for (int64_t d = 0; d < 8; ++d)
        score += inputs[0].at({at[0], at[1], at[2], d}) * inputs[1].at({at[0], at[1] / 2, j, d}) / std::sqrt(8.0);
      double weight = score * score;
      one += weight;
      two += weight * weight;
      sum += weight * inputs[2].at({at[0], at[1] / 2, j, at[3]});
    }
    return sum * one / (two + at[1] + 1);
  }, Element::f64);
  expectClose(got, wanted);
}

//===-- gates ---------------------------------------------------------------------------------------------------===//

/// Scores, a gate on them or on the weights, and the product.
static std::string gated(const std::string &before, const std::string &after) {
  return R"(
    !tokens = tensor<?x?x?x?xf32>
    !scores = !attn.scores<?x?x?x?xf32>
    !weights = !attn.weights<?x?x?x?xf32>
    func.func @f(%q: !tokens, %k: !tokens, %v: !tokens, %g: tensor<?x?x?xf32>, %n: tensor<?xf32>) -> !tokens {
      %s = attn.score %q, %k domain(align = top_left) : (!tokens, !tokens) -> !scores
      )" + before + R"(
      %w = attn.normalize %s1 softmax : (!scores) -> !weights
      )" + after + R"(
      %o = attn.apply %w1, %v : (!weights, !tokens) -> !tokens
      return %o : !tokens
    })";
}
static const std::string kPlain = gated("%s1 = attn.gate %s, %n dims(j) domain = linear : (!scores, tensor<?xf32>) -> "
                                        "!scores", "%w1 = attn.gate %w, %g dims(b, h, i) domain = linear : "
                                        "(!weights, tensor<?x?x?xf32>) -> !weights");

TEST(Normalizers, AGateOfOneChangesNothing) {
  Tensors inputs = arguments();
  HostTensor plain = evaluateOrFail(Variant().text(), inputs, 2)[0];
  inputs.push_back(filled({2, 4, 6}, 1));
  inputs.push_back(filled({9}, 1));
  EXPECT_EQ(evaluateOrFail(kPlain, inputs)[0].values, plain.values);
  std::string logs = replaced(kPlain, "domain = linear", "domain = log");
  inputs[3] = filled({2, 4, 6}, 0);
  inputs[4] = filled({9}, 0);
  EXPECT_EQ(evaluateOrFail(logs, inputs)[0].values, plain.values);
}

// A gate on weights scales rows and is no part of the softmax's sum; one of 0 is legal.
TEST(Normalizers, AGateOnWeightsScalesRows) {
  Tensors inputs = arguments();
  HostTensor plain = evaluateOrFail(Variant().text(), inputs, 2)[0];
  inputs.push_back(random({2, 4, 6}, 4));
  inputs[3].values[5] = 0;
  inputs.push_back(filled({9}, 1));
  HostTensor wanted = generated(plain.shape, [&](const std::vector<int64_t> &at) {
    return plain.at({at[0], at[1], at[2], at[3]}) * inputs[3].at({at[0], at[1], at[2]});
  }, Element::f64);
  expectClose(evaluateOrFail(kPlain, inputs)[0], wanted);
}

// exp(800) overflows; the sum of both log gates does not.
TEST(Normalizers, LogGatesAreAddedBeforeTheExponential) {
  std::string text = gated("%s1 = attn.gate %s, %n dims(j) domain = linear : (!scores, tensor<?xf32>) -> !scores",
                           "%w0 = attn.gate %w, %g dims(b, h, i) domain = log : (!weights, tensor<?x?x?xf32>) -> "
                           "!weights\n%w1 = attn.gate %w0, %m dims(j) domain = log : (!weights, tensor<?xf32>) -> "
                           "!weights");
  text = replaced(text, "%n: tensor<?xf32>)", "%n: tensor<?xf32>, %m: tensor<?xf32>)");
  Tensors inputs = arguments();
  HostTensor plain = evaluateOrFail(Variant().text(), inputs, 2)[0];
  inputs.push_back(filled({2, 4, 6}, 800));
  inputs.push_back(filled({9}, 1));
  inputs.push_back(filled({9}, -800));
  expectClose(evaluateOrFail(text, inputs)[0], plain);
}

TEST(Normalizers, AGateOnATensor) {
  const char *text = R"(
    func.func @f(%x: tensor<?x?x?x?xf32>, %g: tensor<?x?xf32>) -> tensor<?x?x?x?xf32> {
      %y = attn.gate %x, %g dims(h, d) domain = log : (tensor<?x?x?x?xf32>, tensor<?x?xf32>) -> tensor<?x?x?x?xf32>
      return %y : tensor<?x?x?x?xf32>
    })";
  HostTensor x = random({2, 3, 4, 5}, 5), g = random({3, 5}, 6);
  HostTensor wanted = generated(x.shape, [&](const std::vector<int64_t> &at) {
    return x.at({at[0], at[1], at[2], at[3]}) * std::exp(g.at({at[1], at[3]}));
  }, Element::f64);
  expectClose(evaluateOrFail(text, {x, g})[0], wanted, 1e-15);
}

TEST(Normalizers, SoftcapBoundsTheScores) {
  Variant variant;
  variant.modify = "%y = attn.softcap %x, 5.000000e+01 : f32";
  HostTensor one = filled({1, 1, 1, 1}, 1), keys(Element::f32, {1, 1, 1, 1}, 30);
  EXPECT_NEAR(evaluateOrFail(variant.text(), {one, keys, one}, 2)[1].values[0], 50 * std::tanh(0.6), 1e-13);
}
