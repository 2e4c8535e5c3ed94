// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Whole kernels: grids, loops, and what a bad program or a bad call is told.
#include "test/unit/Interpreter/Harness.h"

using namespace attn::interpreter;

namespace {

using Row = std::vector<double>;

TEST(InterpretKernel, EveryPointOfTheGridOnce) {
  Snippet snippet{"%r: memref<?x?x?xi32>",
                  "%v = memref.load %r[%gx, %gy, %gz] : memref<?x?x?xi32>\n%one = arith.constant 1 : i32\n"
                  "%w = arith.addi %v, %one : i32\nmemref.store %w, %r[%gx, %gy, %gz] : memref<?x?x?xi32>",
                  "%c0 = arith.constant 0 : index\n%c1 = arith.constant 1 : index\n%c2 = arith.constant 2 : index\n"
                  "%x = memref.dim %r, %c0 : memref<?x?x?xi32>\n%y = memref.dim %r, %c1 : memref<?x?x?xi32>\n"
                  "%z = memref.dim %r, %c2 : memref<?x?x?xi32>\ntile.yield %x, %y, %z : index, index, index"};
  for (GridOrder order : {GridOrder::forward, GridOrder::backward}) {
    Buffer counts = make(Element::i32, {2, 3, 4}, Row(24, 0.0));
    EXPECT_EQ(run(snippet, {counts}, {NumberMode::float64, order}), "");
    EXPECT_EQ(numbers(counts), Row(24, 1.0));
  }
  EXPECT_EQ(run(snippet, {empty(Element::i32, {2, 0, 4})}), "");
}

TEST(InterpretKernel, OrderOfTheGridIsAnOption) {
  Snippet snippet{"%r: memref<?xi32>",
                  "%v = arith.index_cast %gx : index to i32\nmemref.store %v, %r[%c0] : memref<?xi32>",
                  "%c1 = arith.constant 1 : index\n%c5 = arith.constant 5 : index\n"
                  "tile.yield %c5, %c1, %c1 : index, index, index"};
  Buffer last = empty(Element::i32, {1});
  EXPECT_EQ(run(snippet, {last}), "");
  EXPECT_EQ(numbers(last), Row{4});
  EXPECT_EQ(run(snippet, {last}, {NumberMode::float64, GridOrder::backward}), "");
  EXPECT_EQ(numbers(last), Row{0});
}

TEST(InterpretControl, LoopsCarryValuesAllAtOnce) {
  // Fibonacci by a swap of carried values.
  Buffer result = empty(Element::i64, {1});
  EXPECT_EQ(run({"%r: memref<?xi64>", "%a0 = arith.constant 0 : i64\n%b0 = arith.constant 1 : i64\n"
                                      "%n = arith.constant 10 : index\n"
                                      "%a, %b = scf.for %t = %c0 to %n step %c1 iter_args(%x = %a0, %y = %b0) -> (i64, "
                                      "i64) {\n%s = arith.addi %x, %y : i64\nscf.yield %y, %s : i64, i64\n}\n"
                                      "memref.store %a, %r[%c0] : memref<?xi64>"},
                {result}),
            "");
  EXPECT_EQ(numbers(result), Row{55});
}

TEST(InterpretControl, WhileAndIf) {
  // Steps of 3n + 1 from 6: 6 3 10 5 16 8 4 2 1.
  Buffer result = empty(Element::i32, {1});
  EXPECT_EQ(run({"%r: memref<?xi32>",
                 "%zero = arith.constant 0 : i32\n%one = arith.constant 1 : i32\n%two = arith.constant 2 : i32\n"
                 "%three = arith.constant 3 : i32\n%six = arith.constant 6 : i32\n"
                 "%end, %steps = scf.while (%n = %six, %k = %zero) : (i32, i32) -> (i32, i32) {\n"
                 "%go = arith.cmpi ne, %n, %one : i32\nscf.condition(%go) %n, %k : i32, i32\n} do {\n"
                 "^bb0(%n: i32, %k: i32):\n%odd = arith.remsi %n, %two : i32\n"
                 "%isOdd = arith.cmpi eq, %odd, %one : i32\n"
                 "%next = scf.if %isOdd -> (i32) {\n%m = arith.muli %n, %three : i32\n%p = arith.addi %m, %one : i32\n"
                 "scf.yield %p : i32\n} else {\n%h = arith.divsi %n, %two : i32\nscf.yield %h : i32\n}\n"
                 "%k1 = arith.addi %k, %one : i32\nscf.yield %next, %k1 : i32, i32\n}\n"
                 "memref.store %steps, %r[%c0] : memref<?xi32>"},
                {result}),
            "");
  EXPECT_EQ(numbers(result), Row{8});
}

//===- what goes wrong ----------------------------------------------------===//

std::string bad(const std::string &arguments, const std::string &body, std::vector<Buffer> buffers,
                Options options = {}) {
  return run({arguments, body}, buffers, options);
}

const std::string kMemref = "memref<?x?xf32>";

TEST(InterpretErrors, AccessesOutsideNameTheDim) {
  Buffer memory = empty(Element::f32, {2, 3});
  EXPECT_EQ(bad("%x: memref<?x?xf32>", "%v = memref.load %x[%c0, %c2] : memref<?x?xf32>",
                {empty(Element::f32, {2, 2})}),
            "snippet:9:6: 'memref.load' expects index 1 in [0, 2), but got 2");
  EXPECT_EQ(bad("%x: memref<?x?xf32>",
                "%t = tile.load %x[%c2, %c0] dims = [-1, 1] : memref<?x?xf32> -> tensor<1x4xf32>", {memory}),
            "snippet:9:6: 'tile.load' expects index 0 in [0, 2), but got 2");
  EXPECT_EQ(bad("%x: memref<?x?xf32>",
                "%m = arith.constant -1 : index\n"
                "%t = tile.load %x[%c0, %m] dims = [0, 1] : memref<?x?xf32> -> tensor<1x4xf32>",
                {memory}),
            "snippet:10:6: 'tile.load' expects the offset of tiled dim 1 not to be negative, but got -1");
  EXPECT_EQ(bad("%x: memref<?x?xf32>",
                "%b = arith.constant 4 : index\n"
                "%t = tile.load %x[%c0, %c0] dims = [0, 1] bounds(%c2, %b) : memref<?x?xf32> -> tensor<1x4xf32>",
                {memory}),
            "snippet:10:6: 'tile.load' expects the bound of dim 1 not to exceed the memref's size 3, but got 4");
  EXPECT_EQ(bad("%x: memref<?x?xf32>",
                "%t = arith.constant dense<0.0> : tensor<1x1xf32>\n"
                "tile.store %t, %x[%c2, %c0] dims = [-1, -1] : tensor<1x1xf32>, memref<?x?xf32>",
                {memory}),
            "snippet:10:1: 'tile.store' expects index 0 in [0, 2), but got 2");
}

TEST(InterpretErrors, OpsThatAreNotRunAreNamed) {
  EXPECT_EQ(bad("%x: memref<?x?xf32>", "%a = memref.alloc() : memref<4xf32>", {empty(Element::f32, {2, 3})}),
            "snippet:9:6: 'memref.alloc' is not an op that the interpreter runs");
}

TEST(InterpretErrors, TilesThatFitNoMemory) {
  EXPECT_EQ(bad("%x: f32", "%t = tensor.splat %x : tensor<1000000x1000000xf32>", {Buffer::scalar(Element::f32, 0)}),
            "snippet:9:6: 'tensor.splat' has a result that the interpreter cannot hold");
}

TEST(InterpretErrors, KernelsDoNotStartKernels) {
  std::string error = bad("%n: index", "launch.kernel @k(%n) : index", {Buffer::scalar(Element::index, 0)});
  EXPECT_NE(error, "");
}

TEST(InterpretErrors, StepsThatDoNotAdvance) {
  EXPECT_EQ(bad("%n: index", "scf.for %i = %c0 to %c2 step %n {\n}", {Buffer::scalar(Element::index, 0)}),
            "snippet:9:1: 'scf.for' expects a positive step, but got 0");
}

TEST(InterpretErrors, EndlessLoopsMeetTheLimit) {
  Options options;
  options.maxOps = 1000;
  EXPECT_EQ(bad("%n: index",
                "scf.while : () -> () {\n%t = arith.constant true\nscf.condition(%t)\n} do {\nscf.yield\n}",
                {Buffer::scalar(Element::index, 0)}, options),
            "snippet:10:6: 'arith.constant' is past the limit of 1000 ops");
}

TEST(InterpretErrors, NumbersThatDoNotFit) {
  EXPECT_EQ(bad("%f: f32", "%i = arith.fptosi %f : f32 to i32", {Buffer::scalar(Element::f32, 1e30)}).substr(0, 50),
            "snippet:9:6: 'arith.fptosi' is undefined for 10000");
  EXPECT_EQ(bad("%n: index", "%i = tile.iota %n dim 0 : tensor<2x1xi32>", {Buffer::scalar(Element::index, 2147483647)}),
            "snippet:9:6: 'tile.iota' expects positions that fit i32, but got 2147483648");
}

TEST(InterpretErrors, ArgumentsThatDoNotMatch) {
  std::string arguments = "%x: memref<?x64xf32>, %n: index";
  Buffer n = Buffer::scalar(Element::index, 3);
  EXPECT_EQ(bad(arguments, "", {n}), "snippet:1:1: 'tile.kernel' expects 2 arguments, but got 1");
  EXPECT_EQ(bad(arguments, "", {empty(Element::f64, {2, 64}), n}),
            "snippet:1:1: 'tile.kernel' argument 0 expects elements of type f32, but got f64");
  EXPECT_EQ(bad(arguments, "", {empty(Element::f32, {64}), n}),
            "snippet:1:1: 'tile.kernel' argument 0 expects rank 2, but got 1");
  EXPECT_EQ(bad(arguments, "", {empty(Element::f32, {2, 32}), n}),
            "snippet:1:1: 'tile.kernel' argument 0 expects dim 1 to be 64, but got 32");
  attn::reference::HostTensor tensor(Element::f32, {2, 64});
  EXPECT_EQ(bad("%x: memref<?x64xf32, strided<[?, 1], offset: ?>>", "", {Buffer(tensor, {128, 2})}),
            "snippet:1:1: 'tile.kernel' argument 0 expects stride 1 of dim 1, but got 2");
  EXPECT_EQ(bad(arguments, "", {Buffer(), n}), "snippet:1:1: 'tile.kernel' argument 0 has no memory");
}

TEST(InterpretErrors, BrokenIRIsRefused) {
  std::string text = Snippet{"%x: memref<?x?xf32>",
                             "%t = tile.load %x[%c0, %c0] dims = [0, 1] : memref<?x?xf32> -> tensor<2x3xf32>"}
                         .text();
  auto module = mlir::parseSourceString<mlir::ModuleOp>(text, &testContext(), "snippet");
  ASSERT_TRUE(module);
  auto kernel = *module->getOps<attn::tile::KernelOp>().begin();
  kernel.walk([](attn::tile::LoadOp load) { load.setDims({0, 7}); });
  EXPECT_EQ(llvm::toString(runKernel(kernel, {empty(Element::f32, {2, 3})})),
            "snippet:1:1: 'tile.kernel' does not verify");
}

} // namespace
