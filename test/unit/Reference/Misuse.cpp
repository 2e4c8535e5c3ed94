// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Wrong arguments and programs give a message that says where and what, and never a crash.
#include "test/unit/Reference/Programs.h"

#include <gtest/gtest.h>

using namespace attn::reference;
using namespace attn::reference::test;

static void expectError(const Outcome &outcome, const std::string &part) {
  EXPECT_TRUE(outcome.results.empty());
  EXPECT_NE(outcome.error.find(part), std::string::npos) << outcome.error;
}

static Tensors plain() { return {random({1, 4, 3, 8}, 1), random({1, 2, 5, 8}, 2), random({1, 2, 5, 4}, 3)}; }

static Outcome withArgument(size_t number, HostTensor tensor) {
  Tensors arguments = plain();
  arguments[number] = std::move(tensor);
  return evaluateText(Variant().text(), arguments);
}

TEST(Misuse, ArgumentsThatDoNotFitTheirType) {
  expectError(evaluateText(Variant().text(), {}), "expects 3 arguments, but got 0");
  expectError(withArgument(0, random({1, 4, 3}, 1)),
              "expects argument #0 to be tensor<?x?x?x?xf32>, but got 1x4x3xf32");
  expectError(withArgument(2, random({1, 2, 5, 4}, 1, Element::bf16)), "but got 1x2x5x4xbf16");
  HostTensor few = random({1, 2, 5, 8}, 1);
  few.values.pop_back();
  expectError(withArgument(1, few), "expects argument #1");
  HostTensor negative = few;
  negative.shape[0] = -1;
  expectError(withArgument(1, negative), "expects argument #1");
  const char *text = "func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> { return %x : tensor<3xf32> }";
  expectError(evaluateText(text, {random({4}, 1)}), "expects argument #0 to be tensor<3xf32>, but got 4xf32");
}

TEST(Misuse, TensorsThatDoNotFitEachOther) {
  expectError(withArgument(1, random({1, 2, 5, 7}, 1)), "program.mlir:5:8: 'attn.score' expects query and key of the "
                                                         "same batch and head size");
  expectError(withArgument(1, random({2, 2, 5, 8}, 1)), "but got 1x4x3x8xf32 and 2x2x5x8xf32");
  expectError(withArgument(1, random({1, 3, 5, 8}, 1)), "expects query heads to be a multiple of key heads");
  expectError(withArgument(1, random({1, 0, 5, 8}, 1)), "expects query heads to be a multiple of key heads");
  expectError(withArgument(0, random({1, 4, 3, 0}, 1)), "expects query and key");
  expectError(withArgument(2, random({1, 2, 6, 4}, 1)), "'attn.apply' expects values of 1 batch entries and 5 keys");
  expectError(withArgument(2, random({1, 3, 5, 4}, 1)), "'attn.apply' expects the 4 query heads to be a multiple");
}

TEST(Misuse, LengthsAndSegmentsOutOfBounds) {
  Variant packed;
  packed.domain = "align = top_left, segments(%a, %b)";
  packed.domainTypes = ", tensor<?xi32>, tensor<?xi32>";
  packed.arguments = ", %a: tensor<?xi32>, %b: tensor<?xi32>";
  auto run = [](const Variant &variant, std::vector<double> a, std::vector<double> b) {
    Tensors arguments = plain();
    arguments.push_back(integers(a));
    arguments.push_back(integers(b));
    return evaluateText(variant.text(), arguments);
  };
  EXPECT_EQ(run(packed, {0, 2, 3}, {0, 5, 5}).error, "");
  for (std::vector<double> bad : {std::vector<double>{1, 2, 3}, {0, 3, 2}, {0, 2, 4}, {0, -1, 3}})
    expectError(run(packed, bad, {0, 5, 5}), "expects cumulative lengths that start at 0, never decrease and end at 3");
  expectError(run(packed, {0, 3}, {0, 2, 5}), "expects a batch of 1 and as many query as key segments");
  expectError(run(packed, {}, {}), "expects cumulative lengths");
  Variant padded = packed;
  padded.domain = "align = top_left, lengths(%a, %b)";
  EXPECT_EQ(run(padded, {3}, {5}).error, "");
  expectError(run(padded, {4}, {5}), "expects 1 lengths from 0 to 3");
  expectError(run(padded, {3}, {-1}), "expects 1 lengths from 0 to 5");
  expectError(run(padded, {3, 3}, {5, 5}), "expects 1 lengths from 0 to 3");
}

TEST(Misuse, MasksAndParametersThatDoNotFit) {
  auto run = [](Variant variant, const std::string &type, HostTensor tensor) {
    variant.arguments = ", %t: " + type;
    Tensors arguments = plain();
    arguments.push_back(std::move(tensor));
    return evaluateText(variant.text(), arguments);
  };
  Variant prefix, dense, blocks, sink, gate;
  prefix.mask = "%mask = attn.prefix %t : tensor<?xi32>";
  expectError(run(prefix, "tensor<?xi32>", integers({1, 2})), "'attn.prefix' expects 1 prefix lengths, but got 2");
  dense.mask = "%mask = attn.dense %t : tensor<?x?x?x?xi8>";
  expectError(run(dense, "tensor<?x?x?x?xi8>", filled({1, 4, 3, 6}, 1, Element::i8)),
              "'attn.dense' expects extents of 1 or 5, but got 6");
  blocks.mask = "%n = arith.constant dense<0> : tensor<1x1x7x2xi32>\n"
                "%mask = attn.blocks %t, %n block(2, 2) : tensor<?x1x?xi32>, tensor<1x1x7x2xi32>";
  expectError(run(blocks, "tensor<?x1x?xi32>", filled({1, 1, 2}, 1, Element::i32)), "'attn.blocks' expects counts");
  expectError(run(blocks, "tensor<?x1x?xi32>", filled({1, 1, 7}, 1, Element::i32)),
              "expects a table for 1 batch entries, a divisor of 4 heads and 2 rows of blocks, but got 1x1x7xi32");
  sink.normalizer = "softmax sink(%t) lse(base = e, sink_included)";
  sink.normalizerTypes = ", tensor<?xf32>";
  expectError(run(sink, "tensor<?xf32>", random({3}, 1)),
              "'attn.normalize' expects a sink or bias with one element or one per head (4), but got 3xf32");
}

TEST(Misuse, ProgramsThatCannotBeEvaluated) {
  expectError(evaluateText("func.func private @f(tensor<3xf32>)", {random({3}, 1)}), "expects a body of one block");
  expectError(evaluateText(R"(
    func.func @f(%x: i32) -> i32 {
      %y = call @f(%x) : (i32) -> i32
      return %y : i32
    })", {HostTensor(Element::i32, {}, 1.0)}), "calls itself");
  expectError(evaluateText(R"(
    func.func @f(%x: i32) -> i32 {
      %z = arith.constant 0 : i32
      %y = arith.divsi %x, %z : i32
      return %y : i32
    })", {HostTensor(Element::i32, {}, 1.0)}), "program.mlir:4:12: 'arith.divsi' is undefined for these operands");
  expectError(evaluateText(R"(
    func.func @f(%x: tensor<4xf32>) -> tensor<2x2xf32> {
      %s = arith.constant dense<2> : tensor<2xi32>
      %y = tensor.reshape %x(%s) : (tensor<4xf32>, tensor<2xi32>) -> tensor<2x2xf32>
      return %y : tensor<2x2xf32>
    })", {random({4}, 1)}), "'tensor.reshape' is not an op that the reference evaluates");
  expectError(evaluateText(R"(
    func.func @f(%x: tensor<?xf32>, %n: index) -> tensor<?xf32> {
      %y = tensor.extract_slice %x[%n] [2] [1] : tensor<?xf32> to tensor<2xf32>
      %z = tensor.cast %y : tensor<2xf32> to tensor<?xf32>
      return %z : tensor<?xf32>
    })", {random({4}, 1), HostTensor(Element::index, {}, 3.0)}), "expects the slice to lie inside 4xf32");
  expectError(evaluateText(R"(
    func.func @f(%n: index) -> tensor<?x?xf32> {
      %y = tensor.empty(%n, %n) : tensor<?x?xf32>
      return %y : tensor<?x?xf32>
    })", {HostTensor(Element::index, {}, 1e15)}), "makes a tensor of more than 2^32 elements");
  expectError(evaluateText(R"(
    func.func @f(%x: tensor<?xf32>, %y: tensor<?xf32>) -> tensor<?xf32> {
      %z = arith.addf %x, %y : tensor<?xf32>
      return %z : tensor<?xf32>
    })", {random({4}, 1), random({5}, 1)}), "'arith.addf' expects operands of one shape");
}

// A lookup outside its tensor is not specified, so the row is NaN.
TEST(Misuse, LookupsOutsideTheirTensor) {
  const char *text = R"(
    func.func @f(%q: tensor<1x1x1x1xf64>, %t: tensor<?xf64>) -> tensor<1x1x1xf64> {
      %s = attn.score %q, %q : (tensor<1x1x1x1xf64>, tensor<1x1x1x1xf64>) -> !attn.scores<1x1x1x1xf64>
      %m = attn.modify %s, %t : (!attn.scores<1x1x1x1xf64>, tensor<?xf64>) -> !attn.scores<1x1x1x1xf64> {
      ^bb0(%x: f64, %b: index, %h: index, %i: index, %j: index, %c: !attn.captured<?xf64>):
        %n = arith.constant 3 : index
        %y = attn.lookup %c[%n] : !attn.captured<?xf64>
        attn.yield %y : f64
      }
      %r = attn.reduce %m row_max : (!attn.scores<1x1x1x1xf64>) -> tensor<1x1x1xf64>
      return %r : tensor<1x1x1xf64>
    })";
  HostTensor one = filled({1, 1, 1, 1}, 1, Element::f64);
  EXPECT_TRUE(std::isnan(evaluateOrFail(text, {one, random({3}, 1, Element::f64)})[0].values[0]));
}
