// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What may stand outside planes: calls, constants, tensor ops, elementwise and reducing linalg ops, arith and math.
#include "test/unit/Reference/Programs.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace attn::reference;
using namespace attn::reference::test;

TEST(Outside, ElementwiseAndReduction) {
  const char *text = R"(
    #id = affine_map<(i, j) -> (i, j)>
    #row = affine_map<(i, j) -> (i)>
    func.func @f(%x: tensor<?x4xf32>, %scale: f32) -> tensor<?xf32> {
      %c0 = arith.constant 0 : index
      %n = tensor.dim %x, %c0 : tensor<?x4xf32>
      %empty = tensor.empty(%n) : tensor<?x4xf32>
      %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
          ins(%x : tensor<?x4xf32>) outs(%empty : tensor<?x4xf32>) {
      ^bb0(%a: f32, %b: f32):
        %j = linalg.index 1 : index
        %ji = arith.index_cast %j : index to i32
        %jf = arith.sitofp %ji : i32 to f32
        %p = arith.mulf %a, %scale : f32
        %s = arith.addf %p, %jf : f32
        linalg.yield %s : f32
      } -> tensor<?x4xf32>
      %zero = arith.constant 0.0 : f32
      %start = tensor.empty(%n) : tensor<?xf32>
      %filled = linalg.fill ins(%zero : f32) outs(%start : tensor<?xf32>) -> tensor<?xf32>
      %r = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
          ins(%y : tensor<?x4xf32>) outs(%filled : tensor<?xf32>) {
      ^bb0(%a: f32, %b: f32):
        %s = arith.addf %a, %b : f32
        linalg.yield %s : f32
      } -> tensor<?xf32>
      %e = math.sqrt %r : tensor<?xf32>
      %two = arith.constant dense<2.0> : tensor<2xf32>
      %cast = tensor.cast %two : tensor<2xf32> to tensor<?xf32>
      %o = arith.mulf %e, %cast : tensor<?xf32>
      return %o : tensor<?xf32>
    })";
  HostTensor x(Element::f32, {2, 4}, {1, 2, 3, 4, 5, 6, 7, 8}), scale(Element::f32, {}, 0.5);
  Tensors results = evaluateOrFail(text, {x, scale});
  EXPECT_EQ(results[0].values, (std::vector<double>{2 * std::sqrt(11.0), 2 * std::sqrt(19.0)}));
}

TEST(Outside, SlicesAndReshapes) {
  const char *text = R"(
    func.func private @last(%x: tensor<2x3x4xf32>, %at: index) -> tensor<3x2xf32> {
      %s = tensor.extract_slice %x[1, 0, %at] [1, 3, 2] [1, 1, 2] : tensor<2x3x4xf32> to tensor<3x2xf32>
      return %s : tensor<3x2xf32>
    }
    func.func @f(%x: tensor<2x3x4xf32>) -> (tensor<6xf32>, tensor<3x2x1xf32>, tensor<2x3x4xf32>, f32, tensor<3xf32>) {
      %c1 = arith.constant 1 : index
      %c2 = arith.constant 2 : index
      %s = call @last(%x, %c1) : (tensor<2x3x4xf32>, index) -> tensor<3x2xf32>
      %flat = tensor.collapse_shape %s [[0, 1]] : tensor<3x2xf32> into tensor<6xf32>
      %wide = tensor.expand_shape %s [[0], [1, 2]] output_shape [3, 2, 1] : tensor<3x2xf32> into tensor<3x2x1xf32>
      %into = tensor.insert_slice %s into %x[0, 0, 0] [1, 3, 2] [1, 1, 3] : tensor<3x2xf32> into tensor<2x3x4xf32>
      %e = tensor.extract %x[%c1, %c2, %c1] : tensor<2x3x4xf32>
      %splat = tensor.splat %e : tensor<3xf32>
      return %flat, %wide, %into, %e, %splat
        : tensor<6xf32>, tensor<3x2x1xf32>, tensor<2x3x4xf32>, f32, tensor<3xf32>
    })";
  HostTensor x = generated({2, 3, 4}, [](const std::vector<int64_t> &at) {
    return double(100 * at[0] + 10 * at[1] + at[2]);
  });
  Tensors results = evaluateOrFail(text, {x}, 5);
  std::vector<double> slice = {101, 103, 111, 113, 121, 123};
  EXPECT_EQ(results[0].values, slice);
  EXPECT_EQ(results[1].values, slice);
  EXPECT_EQ(results[1].shape, (std::vector<int64_t>{3, 2, 1}));
  EXPECT_EQ(results[2].at({0, 1, 0}), 111);
  EXPECT_EQ(results[2].at({0, 1, 1}), 11);
  EXPECT_EQ(results[2].at({0, 2, 3}), 123);
  EXPECT_EQ(results[3].values[0], 121);
  EXPECT_EQ(results[4].values, (std::vector<double>{121, 121, 121}));
}

TEST(Outside, NamedLinalgOps) {
  const char *text = R"(
    func.func @f(%a: tensor<2x3xf32>, %b: tensor<3x2xf32>, %c: tensor<2x2xf32>) -> tensor<2x2xf32> {
      %m = linalg.matmul ins(%a, %b : tensor<2x3xf32>, tensor<3x2xf32>) outs(%c : tensor<2x2xf32>) -> tensor<2x2xf32>
      return %m : tensor<2x2xf32>
    })";
  HostTensor a(Element::f32, {2, 3}, {1, 2, 3, 4, 5, 6}), b(Element::f32, {3, 2}, {1, 0, 0, 1, 1, 1});
  EXPECT_EQ(evaluateOrFail(text, {a, b, filled({2, 2}, 10)})[0].values, (std::vector<double>{14, 15, 20, 21}));
}

TEST(Outside, IntegersWrapAndScalarsReturn) {
  const char *text = R"(
    func.func @f(%a: i8, %t: tensor<2xi32>) -> (i8, i1, tensor<2xi32>) {
      %c = arith.constant 100 : i8
      %s = arith.addi %a, %c : i8
      %z = arith.constant 0 : i8
      %n = arith.cmpi slt, %s, %z : i8
      %d = arith.constant dense<[7, -7]> : tensor<2xi32>
      %m = arith.muli %t, %d : tensor<2xi32>
      return %s, %n, %m : i8, i1, tensor<2xi32>
    })";
  Tensors results = evaluateOrFail(text, {HostTensor(Element::i8, {}, 100.0), integers({3, 4})}, 3);
  EXPECT_EQ(results[0].values[0], -56);
  EXPECT_EQ(results[1].values[0], 1);
  EXPECT_EQ(results[2].values, (std::vector<double>{21, -28}));
}

// Two layers: what the first left unspecified, nothing after it vouches for.
TEST(Outside, UnspecifiedElementsSpread) {
  const char *text = R"(
    !tokens = tensor<?x?x?x?xf32>
    !scores = !attn.scores<?x?x?x?xf32>
    !weights = !attn.weights<?x?x?x?xf32>
    func.func private @layer(%q: !tokens, %k: !tokens) -> !tokens {
      %s = attn.score %q, %k domain(align = top_left) : (!tokens, !tokens) -> !scores
      %w = attn.normalize %s softmax : (!scores) -> !weights
      %o = attn.apply %w, %k : (!weights, !tokens) -> !tokens
      return %o : !tokens
    }
    func.func @f(%q: !tokens, %k: !tokens) -> (!tokens, !tokens) {
      %a = call @layer(%q, %k) : (!tokens, !tokens) -> !tokens
      %d = arith.addf %a, %q : !tokens
      %b = call @layer(%q, %a) : (!tokens, !tokens) -> !tokens
      return %d, %b : !tokens, !tokens
    })";
  Options options;
  options.sampledRows = 2;
  Tensors results = evaluateOrFail(text, {random({1, 1, 5, 2}, 1), random({1, 1, 5, 2}, 2)}, 2, options);
  EXPECT_FALSE(results[0].isUnspecified(0));
  EXPECT_TRUE(results[0].isUnspecified(2));
  for (int64_t n = 0; n < results[1].size(); ++n)
    EXPECT_TRUE(results[1].isUnspecified(n));
}
