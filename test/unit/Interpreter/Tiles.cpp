// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tile and tensor ops that compute tiles, against values computed by hand.
#include "test/unit/Interpreter/Harness.h"

#include <cmath>

using namespace attn::interpreter;

namespace {

using Row = std::vector<double>;

/// A tile read from and written to memory as a whole.
struct Grid {
  int64_t rows, cols;
  Row values;
  Element element = Element::f32;

  std::string name() const { return std::to_string(rows) + "x" + std::to_string(cols) + "x" + reference(); }
  std::string reference() const { return attn::reference::elementName(element); }
};

/// Runs `body`, which reads the tiles %t0, %t1, ... and defines %z of the expected grid's type, and compares.
void expectTile(const std::string &body, const std::vector<Grid> &inputs, const Grid &expected, Options options = {}) {
  Snippet snippet;
  std::vector<Buffer> buffers;
  for (size_t i = 0; i < inputs.size(); ++i) {
    std::string number = std::to_string(i), memref = "memref<?x?x" + inputs[i].reference() + ">";
    snippet.arguments += "%m" + number + ": " + memref + ", ";
    snippet.body += "%t" + number + " = tile.load %m" + number + "[%c0, %c0] dims = [0, 1] : " + memref +
                    " -> tensor<" + inputs[i].name() + ">\n";
    buffers.push_back(make(inputs[i].element, {inputs[i].rows, inputs[i].cols}, inputs[i].values));
  }
  std::string memref = "memref<?x?x" + expected.reference() + ">";
  snippet.arguments += "%r: " + memref;
  snippet.body += body + "\ntile.store %z, %r[%c0, %c0] dims = [0, 1] : tensor<" + expected.name() + ">, " + memref;
  buffers.push_back(empty(expected.element, {expected.rows, expected.cols}));
  ASSERT_EQ(run(snippet, buffers, options), "") << snippet.text();
  EXPECT_EQ(numbers(buffers.back()), expected.values) << body;
}

const Grid kA{2, 3, {1, 2, 3, 4, 5, 6}}, kB{3, 2, {1, 0, 2, 1, 0, 3}}, kC{2, 2, {10, 20, 30, 40}};

TEST(InterpretMma, EveryTranspositionAndSum) {
  expectTile("%z = tile.mma %t0, %t1 : tensor<2x3xf32>, tensor<3x2xf32> -> tensor<2x2xf32>", {kA, kB},
             {2, 2, {5, 11, 14, 23}});
  expectTile("%z = tile.mma %t0, %t1, %t2 : tensor<2x3xf32>, tensor<3x2xf32>, tensor<2x2xf32> -> tensor<2x2xf32>",
             {kA, kB, kC}, {2, 2, {15, 31, 44, 63}});
  expectTile("%z = tile.mma %t0, %t1 {transA} : tensor<3x2xf32>, tensor<3x2xf32> -> tensor<2x2xf32>",
             {{3, 2, {1, 4, 2, 5, 3, 6}}, kB}, {2, 2, {5, 11, 14, 23}});
  expectTile("%z = tile.mma %t0, %t1 {transB} : tensor<2x3xf32>, tensor<2x3xf32> -> tensor<2x2xf32>",
             {kA, {2, 3, {1, 2, 0, 0, 1, 3}}}, {2, 2, {5, 11, 14, 23}});
  expectTile("%z = tile.mma %t0, %t1 {transA, transB} : tensor<3x2xf32>, tensor<2x3xf32> -> tensor<2x2xf32>",
             {{3, 2, {1, 4, 2, 5, 3, 6}}, {2, 3, {1, 2, 0, 0, 1, 3}}}, {2, 2, {5, 11, 14, 23}});
}

TEST(InterpretMma, StoredModeRoundsEverySum) {
  Grid a{1, 3, {16777216, 1, 1}}, b{3, 1, {1, 1, 1}};
  std::string body = "%z = tile.mma %t0, %t1 : tensor<1x3xf32>, tensor<3x1xf32> -> tensor<1x1xf32>";
  expectTile(body, {a, b}, {1, 1, {16777218}});
  expectTile(body, {a, b}, {1, 1, {16777216}}, {NumberMode::stored});
}

TEST(InterpretReduce, KindsAndDims) {
  expectTile("%z = tile.reduce add %t0 dim 1 : tensor<2x3xf32> -> tensor<2x1xf32>", {kA}, {2, 1, {6, 15}});
  expectTile("%z = tile.reduce add %t0 dim 0 : tensor<2x3xf32> -> tensor<1x3xf32>", {kA}, {1, 3, {5, 7, 9}});
  expectTile("%z = tile.reduce mul %t0 dim 1 : tensor<2x3xf32> -> tensor<2x1xf32>", {kA}, {2, 1, {6, 120}});
  expectTile("%z = tile.reduce max %t0 dim 0 : tensor<2x3xf32> -> tensor<1x3xf32>", {kA}, {1, 3, {4, 5, 6}});
  expectTile("%z = tile.reduce min %t0 dim 1 : tensor<2x3xf32> -> tensor<2x1xf32>", {kA}, {2, 1, {1, 4}});
  Grid integers{1, 3, {-5, 7, -1}, Element::i32};
  expectTile("%z = tile.reduce min %t0 dim 1 : tensor<1x3xi32> -> tensor<1x1xi32>", {integers},
             {1, 1, {-5}, Element::i32});
  expectTile("%z = tile.reduce max %t0 dim 1 : tensor<1x3xi32> -> tensor<1x1xi32>", {integers},
             {1, 1, {7}, Element::i32});
}

TEST(InterpretReduce, RegionRunsFromTheFirstToTheLast) {
  expectTile("%z = tile.reduce %t0 dim 1 : tensor<2x3xf32> -> tensor<2x1xf32> {\n^bb0(%x: f32, %y: f32):\n"
             "%two = arith.constant 2.0 : f32\n%d = arith.mulf %x, %two : f32\n%s = arith.addf %d, %y : f32\n"
             "tile.yield %s : f32\n}",
             {kA}, {2, 1, {11, 32}});
}

TEST(InterpretReduce, MaxOfNaNIsNaN) {
  expectTile("%m = tile.reduce max %t0 dim 1 : tensor<1x3xf32> -> tensor<1x1xf32>\n"
             "%n = arith.cmpf uno, %m, %m : tensor<1x1xf32>\n%z = arith.extui %n : tensor<1x1xi1> to tensor<1x1xi32>",
             {{1, 3, {1, std::nan(""), 2}}}, {1, 1, {1}, Element::i32});
}

TEST(InterpretScan, DirectionsAndIdentities) {
  expectTile("%z = tile.scan add %t0 dim 1 : tensor<2x3xf32>", {kA}, {2, 3, {1, 3, 6, 4, 9, 15}});
  expectTile("%z = tile.scan add %t0 dim 0 : tensor<2x3xf32>", {kA}, {2, 3, {1, 2, 3, 5, 7, 9}});
  expectTile("%z = tile.scan add %t0 dim 1 {exclusive} : tensor<2x3xf32>", {kA}, {2, 3, {0, 1, 3, 0, 4, 9}});
  expectTile("%z = tile.scan add %t0 dim 1 {reverse} : tensor<2x3xf32>", {kA}, {2, 3, {6, 5, 3, 15, 11, 6}});
  expectTile("%z = tile.scan add %t0 dim 1 {exclusive, reverse} : tensor<2x3xf32>", {kA}, {2, 3, {5, 3, 0, 11, 6, 0}});
  expectTile("%z = tile.scan mul %t0 dim 1 {exclusive} : tensor<2x3xf32>", {kA}, {2, 3, {1, 1, 2, 1, 4, 20}});
  double infinity = std::numeric_limits<double>::infinity();
  expectTile("%z = tile.scan max %t0 dim 1 {exclusive} : tensor<1x3xf32>", {{1, 3, {2, 1, 5}}},
             {1, 3, {-infinity, 2, 2}});
  expectTile("%z = tile.scan min %t0 dim 1 {exclusive} : tensor<1x3xi32>", {{1, 3, {2, 1, 5}, Element::i32}},
             {1, 3, {2147483647, 2, 1}, Element::i32});
  expectTile("%z = tile.scan max %t0 dim 1 {exclusive} : tensor<1x2xi8>", {{1, 2, {2, 1}, Element::i8}},
             {1, 2, {-128, 2}, Element::i8});
}

TEST(InterpretMoves, BroadcastIotaTranspose) {
  expectTile("%z = tile.broadcast %t0 : tensor<2x1xf32> -> tensor<2x3xf32>", {{2, 1, {7, 8}}},
             {2, 3, {7, 7, 7, 8, 8, 8}});
  expectTile("%z = tile.broadcast %t0 : tensor<1x1xf32> -> tensor<2x2xf32>", {{1, 1, {7}}}, {2, 2, {7, 7, 7, 7}});
  expectTile("%s = arith.constant -1 : index\n%z = tile.iota %s dim 0 : tensor<3x2xi32>", {},
             {3, 2, {-1, -1, 0, 0, 1, 1}, Element::i32});
  expectTile("%z = tile.iota %c2 dim 1 : tensor<1x3xi32>", {}, {1, 3, {2, 3, 4}, Element::i32});
  expectTile("%z = tile.transpose %t0 : tensor<2x3xf32> -> tensor<3x2xf32>", {kA}, {3, 2, {1, 4, 2, 5, 3, 6}});
}

TEST(InterpretMoves, ShearTurnsDiagonalsIntoColumns) {
  expectTile("%f = arith.constant 9.0 : f32\n%z = tile.shear %t0, %f : f32 : tensor<2x3xf32> -> tensor<2x4xf32>", {kA},
             {2, 4, {9, 1, 2, 3, 4, 5, 6, 9}});
  expectTile("%z = tile.shear %t0 {inverse} : tensor<2x4xf32> -> tensor<2x3xf32>",
             {{2, 4, {9, 1, 2, 3, 4, 5, 6, 9}}}, kA);
}

TEST(InterpretSolve, BothSystems) {
  // A below its diagonal: [0; 2 0; 3 4 0]; the rest is not read.
  Grid a{3, 3, {77, 88, 99, 2, 77, 88, 3, 4, 77}}, b{3, 1, {1, 1, 1}};
  // x0 = 1, x1 = 1 + 2 x0 = 3, x2 = 1 + 3 x0 + 4 x1 = 16
  expectTile("%z = tile.solve %t0, %t1 : tensor<3x3xf32>, tensor<3x1xf32>", {a, b}, {3, 1, {1, 3, 16}});
  // x2 = 1, x1 = 1 + 4 x2 = 5, x0 = 1 + 2 x1 + 3 x2 = 14
  expectTile("%z = tile.solve %t0, %t1 {trans} : tensor<3x3xf32>, tensor<3x1xf32>", {a, b}, {3, 1, {14, 5, 1}});
}

TEST(InterpretTensor, SplatsAndSlices) {
  expectTile("%s = arith.constant 3.0 : f32\n%z = tensor.splat %s : tensor<2x2xf32>", {}, {2, 2, {3, 3, 3, 3}});
  expectTile("%z = tensor.extract_slice %t0[0, 1] [2, 2] [1, 1] : tensor<2x3xf32> to tensor<2x2xf32>", {kA},
             {2, 2, {2, 3, 5, 6}});
  expectTile("%z = tensor.extract_slice %t0[%c1, 0] [1, 2] [1, 2] : tensor<2x3xf32> to tensor<1x2xf32>", {kA},
             {1, 2, {4, 6}});
  expectTile("%z = tensor.insert_slice %t1 into %t0[0, %c1] [2, 1] [1, 1] : tensor<2x1xf32> into tensor<2x3xf32>",
             {kA, {2, 1, {8, 9}}}, {2, 3, {1, 8, 3, 4, 9, 6}});
  expectTile("%x = tensor.extract %t0[%c1, %c2] : tensor<2x3xf32>\n%z = tensor.from_elements %x : tensor<1x1xf32>",
             {kA}, {1, 1, {6}});
}

TEST(InterpretConstants, DenseTiles) {
  expectTile("%z = arith.constant dense<[[1.5, 2.0], [-1.0, 0.25]]> : tensor<2x2xf32>", {},
             {2, 2, {1.5, 2, -1, 0.25}});
  expectTile("%z = arith.constant dense<-7> : tensor<1x2xi8>", {}, {1, 2, {-7, -7}, Element::i8});
}

} // namespace
