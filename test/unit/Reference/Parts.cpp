// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Partial rows, their merge, and the fused chain: all mean the same as the chain of single ops.
#include "test/unit/Reference/Programs.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace attn::reference;
using namespace attn::reference::test;

static const char *const kTypes = R"(
!tokens = tensor<?x?x?x?xf32>
!rows = tensor<?x?x?xf32>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>
)";

/// Splits the keys in three by slices; `merge` merges what `part` made of each.
static std::string split(const std::string &part, const std::string &merge) {
  std::string text = std::string(kTypes) + "func.func private @part(%q: !tokens, %k: !tokens, %v: !tokens) -> " + part +
                     "\nfunc.func @f(%q: !tokens, %k: !tokens, %v: !tokens) -> (!tokens, !rows) {\n";
  const int begins[] = {0, 4, 5, 11};
  for (int n = 0; n < 3; ++n)
    for (std::string name : {"k", "v"})
      text += "%" + name + std::to_string(n) + " = tensor.extract_slice %" + name + "[0, 0, " +
              std::to_string(begins[n]) + ", 0] [1, 2, " + std::to_string(begins[n + 1] - begins[n]) +
              ", 8] [1, 1, 1, 1] : !tokens to tensor<1x2x" + std::to_string(begins[n + 1] - begins[n]) + "x8xf32>\n%" +
              name + "c" + std::to_string(n) + " = tensor.cast %" + name + std::to_string(n) + " : tensor<1x2x" +
              std::to_string(begins[n + 1] - begins[n]) + "x8xf32> to !tokens\n";
  return text + merge + "\n}\n";
}

static const std::string kStates = split(R"((!tokens, !rows, !rows) {
  %s = attn.score %q, %k domain(align = top_left) : (!tokens, !tokens) -> !scores
  %w = attn.normalize %s softmax : (!scores) -> !weights
  %p:3 = attn.apply %w, %v partial : (!weights, !tokens) -> (!tokens, !rows, !rows)
  return %p#0, %p#1, %p#2 : !tokens, !rows, !rows
})", R"(
  %a:3 = call @part(%q, %kc0, %vc0) : (!tokens, !tokens, !tokens) -> (!tokens, !rows, !rows)
  %b:3 = call @part(%q, %kc1, %vc1) : (!tokens, !tokens, !tokens) -> (!tokens, !rows, !rows)
  %c:3 = call @part(%q, %kc2, %vc2) : (!tokens, !tokens, !tokens) -> (!tokens, !rows, !rows)
  %o, %l = attn.merge softmax (%a#0, %a#1, %a#2), (%b#0, %b#1, %b#2), (%c#0, %c#1, %c#2)
    : (!tokens, !rows, !rows, !tokens, !rows, !rows, !tokens, !rows, !rows) -> (!tokens, !rows)
  return %o, %l : !tokens, !rows)");

static const std::string kPairs = split(R"((!tokens, !rows) {
  %s = attn.score %q, %k domain(align = top_left) : (!tokens, !tokens) -> !scores
  %w, %l = attn.normalize %s softmax lse(base = 2) : (!scores) -> (!weights, !rows)
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  return %o, %l : !tokens, !rows
})", R"(
  %a:2 = call @part(%q, %kc0, %vc0) : (!tokens, !tokens, !tokens) -> (!tokens, !rows)
  %b:2 = call @part(%q, %kc1, %vc1) : (!tokens, !tokens, !tokens) -> (!tokens, !rows)
  %c:2 = call @part(%q, %kc2, %vc2) : (!tokens, !tokens, !tokens) -> (!tokens, !rows)
  %o, %l = attn.merge softmax (%a#0, %a#1), (%b#0, %b#1), (%c#0, %c#1) lse(base = 2)
    : (!tokens, !rows, !tokens, !rows, !tokens, !rows) -> (!tokens, !rows)
  return %o, %l : !tokens, !rows)");

static Tensors arguments() { return {random({1, 4, 7, 8}, 1), random({1, 2, 11, 8}, 2), random({1, 2, 11, 8}, 3)}; }

TEST(Parts, MergedStatesAreTheWhole) {
  Tensors wanted = evaluateOrFail(Variant().text(), arguments(), 2);
  Tensors got = evaluateOrFail(kStates, arguments(), 2);
  expectClose(got[0], wanted[0]);
  expectClose(got[1], wanted[1]);
}

TEST(Parts, MergedPairsAreTheWhole) {
  Variant variant;
  variant.normalizer = "softmax lse(base = 2)";
  Tensors wanted = evaluateOrFail(variant.text(), arguments(), 2);
  Tensors got = evaluateOrFail(kPairs, arguments(), 2);
  expectClose(got[0], wanted[0]);
  expectClose(got[1], wanted[1]);
}

TEST(Parts, TheSinkCountsOnceHoweverManyParts) {
  std::string text = replaced(kStates, "= attn.normalize %s softmax", "= attn.normalize %s off_by_one");
  text = replaced(text, "attn.merge softmax", "attn.merge off_by_one");
  text = replaced(text, "(%c#0, %c#1, %c#2)", "(%c#0, %c#1, %c#2) lse(base = e, sink_included)");
  Variant variant;
  variant.normalizer = "off_by_one lse(base = e, sink_included)";
  Tensors wanted = evaluateOrFail(variant.text(), arguments(), 2), got = evaluateOrFail(text, arguments(), 2);
  expectClose(got[0], wanted[0]);
  expectClose(got[1], wanted[1]);
}

TEST(Parts, EmptyPartsAddNothing) {
  std::string empty = replaced(kStates, "%w = attn.normalize %s", "%c = attn.sink 1\n%n = attn.not %c\n"
                                        "%m = attn.mask %s, %n : !scores\n%w = attn.normalize %m");
  Variant variant; // keys 0, 4 and 5 begin the parts; part 1 is key 4 alone and becomes empty
  variant.mask = R"(%mask = attn.mask_region {
    ^bb0(%b: index, %h: index, %i: index, %j: index):
      %c0 = arith.constant 0 : index
      %c4 = arith.constant 4 : index
      %c5 = arith.constant 5 : index
      %0 = arith.cmpi ne, %j, %c0 : index
      %1 = arith.cmpi ne, %j, %c4 : index
      %2 = arith.cmpi ne, %j, %c5 : index
      %3 = arith.andi %0, %1 : i1
      %4 = arith.andi %3, %2 : i1
      attn.yield %4 : i1
    })";
  Tensors wanted = evaluateOrFail(variant.text(), arguments(), 2), got = evaluateOrFail(empty, arguments(), 2);
  expectClose(got[0], wanted[0]);
  expectClose(got[1], wanted[1]);
}

TEST(Parts, PartialOfANormalizerWithoutStateIsTheProduct) {
  std::string text = std::string(kTypes) + R"(
    func.func @f(%q: !tokens, %k: !tokens, %v: !tokens) -> (!tokens, !tokens) {
      %s = attn.score %q, %k domain(align = top_left) : (!tokens, !tokens) -> !scores
      %w = attn.normalize %s sigmoid : (!scores) -> !weights
      %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
      %p = attn.apply %w, %v partial : (!weights, !tokens) -> !tokens
      %m = attn.merge sigmoid (%p), (%p) : (!tokens, !tokens) -> !tokens
      return %o, %m : !tokens, !tokens
    })";
  Tensors results = evaluateOrFail(text, arguments(), 2);
  for (int64_t n = 0; n < results[0].size(); ++n)
    EXPECT_EQ(2 * results[0].values[n], results[1].values[n]);
}

//===-- attend --------------------------------------------------------------------------------------------------===//

static const std::string kChain = std::string(kTypes) + R"(
  func.func @f(%q: !tokens, %k: !tokens, %v: !tokens, %m: tensor<4xf32>, %sink: tensor<4xf32>, %g: tensor<4x11xf32>)
      -> (!tokens, !rows, !rows, !rows, !rows) {
    %s = attn.score %q, %k domain(align = bottom_right) {scale = 0.25 : f32} : (!tokens, !tokens) -> !scores
    %sb = attn.modify %s, %m : (!scores, tensor<4xf32>) -> !scores {
    ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index, %c: !attn.captured<4xf32>):
      %slope = attn.lookup %c[%h] : !attn.captured<4xf32>
      %d = attn.distance %j, %i : f32
      %t = arith.mulf %slope, %d : f32
      %y = arith.addf %x, %t : f32
      attn.yield %y : f32
    }
    %mask = attn.window left = 5 right = 0
    %sm = attn.mask %sb, %mask : !scores
    %max = attn.reduce %sm row_max : (!scores) -> !rows
    %w, %lse = attn.normalize %sm softmax sink(%sink) lse(base = 2, sink_included)
      : (!scores, tensor<4xf32>) -> (!weights, !rows)
    %wg = attn.gate %w, %g dims(h, j) domain = linear : (!weights, tensor<4x11xf32>) -> !weights
    %o = attn.apply %wg, %v : (!weights, !tokens) -> !tokens
    %col = attn.reduce %wg column_sum : (!weights) -> !rows
    %diag = attn.reduce %wg diagonal_sum : (!weights) -> !rows
    return %o, %lse, %max, %col, %diag : !tokens, !rows, !rows, !rows, !rows
  })";

static const std::string kFused = std::string(kTypes) + R"(
  func.func @f(%q: !tokens, %k: !tokens, %v: !tokens, %m: tensor<4xf32>, %sink: tensor<4xf32>, %g: tensor<4x11xf32>)
      -> (!tokens, !rows, !rows, !rows, !rows) {
    %mask = attn.window left = 5 right = 0
    %o, %lse, %max, %col, %diag = attn.attend terms(%q, %k) values(%v) mask(%mask) captures(%m, %g)
      normalize softmax sink(%sink) lse(base = 2, sink_included) domain(align = bottom_right)
      results(output, lse, row_max, column_sum, diagonal_sum) {scale = 0.25 : f32}
      : (!tokens, !tokens, !tokens, !attn.mask, tensor<4xf32>, tensor<4x11xf32>, tensor<4xf32>)
        -> (!tokens, !rows, !rows, !rows, !rows)
    score {
    ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index, %c: !attn.captured<4xf32>, %e: !attn.captured<4x11xf32>):
      %slope = attn.lookup %c[%h] : !attn.captured<4xf32>
      %d = attn.distance %j, %i : f32
      %t = arith.mulf %slope, %d : f32
      %y = arith.addf %x, %t : f32
      attn.yield %y : f32
    } weight {
    ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index, %c: !attn.captured<4xf32>, %e: !attn.captured<4x11xf32>):
      %n = attn.key_index
      %f = attn.lookup %e[%h, %n] : !attn.captured<4x11xf32>
      %y = arith.mulf %x, %f : f32
      attn.yield %y : f32
    }
    return %o, %lse, %max, %col, %diag : !tokens, !rows, !rows, !rows, !rows
  })";

TEST(Parts, AttendIsItsChain) {
  Tensors inputs = arguments();
  inputs.push_back(random({4}, 4));
  inputs.push_back(random({4}, 5));
  inputs.push_back(random({4, 11}, 6));
  Tensors wanted = evaluateOrFail(kChain, inputs, 5), got = evaluateOrFail(kFused, inputs, 5);
  for (size_t n = 0; n < 5; ++n)
    expectClose(got[n], wanted[n], 1e-15);
}

TEST(Parts, AttendReturnsPartialRows) {
  std::string text = std::string(kTypes) + R"(
    func.func @f(%q: !tokens, %k: !tokens, %v: !tokens) -> (!tokens, !rows) {
      %max, %a, %r, %l = attn.attend terms(%q, %k) values(%v) normalize softmax domain(align = top_left)
        results(row_max, partial) split = 4 : (!tokens, !tokens, !tokens) -> (!rows, !tokens, !rows, !rows)
      %o, %lse = attn.merge softmax (%a, %max, %l) : (!tokens, !rows, !rows) -> (!tokens, !rows)
      return %o, %lse : !tokens, !rows
    })";
  Tensors wanted = evaluateOrFail(Variant().text(), arguments(), 2), got = evaluateOrFail(text, arguments(), 2);
  expectClose(got[0], wanted[0]);
  expectClose(got[1], wanted[1]);
}

// Equal keys: 11 weights of 1/11 each, squared. Of a partial row the region sees exp(s - r) = 1.
TEST(Parts, AWeightRegionSeesFinishedWeights) {
  std::string text = std::string(kTypes) + R"(
    func.func @f(%q: !tokens, %k: !tokens, %v: !tokens) -> (!tokens, !tokens) {
      %o, %a, %r, %l = attn.attend terms(%q, %k) values(%v) normalize softmax domain(align = top_left)
        results(output, partial) : (!tokens, !tokens, !tokens) -> (!tokens, !tokens, !rows, !rows)
      weight {
      ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index):
        %y = arith.mulf %x, %x : f32
        attn.yield %y : f32
      }
      return %o, %a : !tokens, !tokens
    })";
  HostTensor zeros = filled({1, 1, 3, 4}, 0), ones = filled({1, 1, 11, 4}, 1);
  Tensors results = evaluateOrFail(text, {zeros, ones, ones}, 2);
  expectClose(results[0], filled({1, 1, 3, 4}, 1 / 11.0, Element::f64));
  expectClose(results[1], filled({1, 1, 3, 4}, 11));
}
