// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tiles of many shapes through every op that the lowering gives a layout: on small integers every order of summation
// is exact, so threads must leave the bits that the tile interpreter computes.
#include "test/unit/DeviceSimulator/Kernel.h"

using namespace attn;
using namespace attn::cuda::simulator;

namespace {

std::string compare(const Kernel &kernel, Counts *counts = nullptr) {
  auto add = [](mlir::OpPassManager &passes) {
    passes.nest<tile::KernelOp>().addPass(cuda::createSelectInstructionsPass({"sm_90a", {"warp"}}));
    cuda::buildTileToDevicePipeline(passes);
    addCleanup(passes);
  };
  return compare(kernel, add, {5, 16}, counts);
}

const int64_t kShapes[][2] = {{1, 1},  {1, 8},  {1, 100}, {7, 1},   {16, 16},  {17, 9},   {33, 40},  {64, 64},
                              {65, 1}, {64, 8}, {96, 24}, {128, 5}, {100, 72}, {200, 16}, {256, 32}, {3, 130}};

TEST(Exact, LoadsAndStoresKeepEveryElement) {
  for (auto &[rows, cols] : kShapes)
    for (const char *type : {"f32", "bf16", "i32"}) {
      Kernel kernel{load("t", "a0", rows, cols, type) + store("t", "r0", rows, cols, type),
                    {integers(elementOf(type), rows, cols, 1)},
                    {nothing(elementOf(type), rows, cols)}};
      EXPECT_EQ(compare(kernel), "") << rows << " x " << cols << " " << type;
    }
}

TEST(Exact, PositionsAreThoseOfTheElements) {
  for (auto &[rows, cols] : kShapes) {
    std::string type = tileType(rows, cols, "i32"), n = std::to_string(cols);
    Kernel kernel{"%i = tile.iota %c0 dim 0 : " + type + "\n%j = tile.iota %c0 dim 1 : " + type +
                      "\n%w = arith.constant " + "dense<1000> : " + type + "\n%m = arith.muli %i, %w : " + type +
                      "\n%t = arith.addi %m, %j : " + type + "\n" + load("u", "a0", rows, cols, "i32") +
                      "%v = arith.addi %t, %u : " + type + "\n" + store("v", "r0", rows, cols, "i32"),
                  {integers(programs::Element::i32, rows, cols, 2)},
                  {nothing(programs::Element::i32, rows, cols)}};
    EXPECT_EQ(compare(kernel), "") << rows << " x " << cols;
  }
}

TEST(Exact, TransposesMoveEveryElement) {
  for (auto &[rows, cols] : kShapes)
    for (const char *type : {"f32", "bf16"}) {
      Kernel kernel{load("t", "a0", rows, cols, type) + "%u = tile.transpose %t : " + tileType(rows, cols, type) +
                        " -> " + tileType(cols, rows, type) + "\n" + store("u", "r0", cols, rows, type),
                    {integers(elementOf(type), rows, cols, 3)},
                    {nothing(elementOf(type), cols, rows)}};
      EXPECT_EQ(compare(kernel), "") << rows << " x " << cols << " " << type;
    }
}

TEST(Exact, ReductionsSeeEveryElementOnce) {
  for (auto &[rows, cols] : kShapes)
    for (const char *kind : {"add", "max"})
      for (int dim : {0, 1}) {
        int64_t m = dim == 0 ? 1 : rows, n = dim == 0 ? cols : 1;
        Kernel kernel{load("t", "a0", rows, cols, "f32") + "%u = tile.reduce " + kind + " %t dim " +
                          std::to_string(dim) + " : " + tileType(rows, cols, "f32") + " -> " + tileType(m, n, "f32") +
                          "\n%v = tile.broadcast %u : " + tileType(m, n, "f32") + " -> " +
                          tileType(rows, cols, "f32") + "\n" + store("u", "r0", m, n, "f32") +
                          store("v", "r1", rows, cols, "f32"),
                      {integers(programs::Element::f32, rows, cols, 4)},
                      {nothing(programs::Element::f32, m, n), nothing(programs::Element::f32, rows, cols)}};
        EXPECT_EQ(compare(kernel), "") << rows << " x " << cols << " " << kind << " " << dim;
      }
}

TEST(Exact, ScansRunAlongEveryLine) {
  for (auto &[rows, cols] : kShapes)
    for (const char *flags : {"", " {exclusive}", " {reverse}"})
      for (int dim : {0, 1}) {
        Kernel kernel{load("t", "a0", rows, cols, "f32") + "%u = tile.scan add %t dim " + std::to_string(dim) +
                          flags + " : " + tileType(rows, cols, "f32") + "\n" + store("u", "r0", rows, cols, "f32"),
                      {integers(programs::Element::f32, rows, cols, 8)},
                      {nothing(programs::Element::f32, rows, cols)}};
        EXPECT_EQ(compare(kernel), "") << rows << " x " << cols << flags << " " << dim;
      }
}

TEST(Exact, ShearsMoveDiagonals) {
  for (auto &[rows, cols] : kShapes) {
    int64_t wide = rows + cols - 1;
    Kernel kernel{load("t", "a0", rows, cols, "f32") +
                      "%f = arith.constant 9.0 : f32\n%u = tile.shear %t, %f : f32 : " + tileType(rows, cols, "f32") +
                      " -> " + tileType(rows, wide, "f32") + "\n%v = tile.shear %u {inverse} : " +
                      tileType(rows, wide, "f32") + " -> " + tileType(rows, cols, "f32") + "\n" +
                      store("u", "r0", rows, wide, "f32") + store("v", "r1", rows, cols, "f32"),
                  {integers(programs::Element::f32, rows, cols, 9)},
                  {nothing(programs::Element::f32, rows, wide), nothing(programs::Element::f32, rows, cols)}};
    EXPECT_EQ(compare(kernel), "") << rows << " x " << cols;
  }
}

TEST(Exact, ProductsContractEveryElementOnce) {
  const int64_t sizes[][3] = {{1, 8, 16},     {16, 8, 16},   {16, 1, 16},   {17, 9, 5},
                              {64, 64, 64},   {64, 128, 32}, {33, 24, 40},  {100, 72, 80},
                              {128, 64, 128}, {200, 16, 24}, {64, 200, 16}, {7, 130, 1}};
  const char *narrow[] = {"bf16", "f16"};
  Counts counts;
  size_t number = 0;
  for (auto &[m, n, k] : sizes)
    for (const char *type : {narrow[number++ % 2], "f32"})
      for (int flags = 0; flags < 8; ++flags) {
        bool transA = flags & 1, transB = flags & 2, adds = flags & 4;
        int64_t aRows = transA ? k : m, aCols = transA ? m : k, bRows = transB ? n : k, bCols = transB ? k : n;
        std::string attributes = transA && transB ? " {transA, transB}"
                                 : transA         ? " {transA}"
                                 : transB         ? " {transB}"
                                                  : "";
        std::string sum = tileType(m, n, "f32");
        Kernel kernel{load("a", "a0", aRows, aCols, type) + load("b", "a1", bRows, bCols, type) +
                          load("c", "a2", m, n, "f32") + "%d = tile.mma %a, %b" + (adds ? ", %c" : "") + attributes +
                          " : " + tileType(aRows, aCols, type) + ", " + tileType(bRows, bCols, type) +
                          (adds ? ", " + sum : "") + " -> " + sum + "\n" + store("d", "r0", m, n, "f32"),
                      {integers(elementOf(type), aRows, aCols, 5), integers(elementOf(type), bRows, bCols, 6),
                       integers(programs::Element::f32, m, n, 7)},
                      {nothing(programs::Element::f32, m, n)}};
        EXPECT_EQ(compare(kernel, &counts), "") << m << " x " << n << " x " << k << " " << type << attributes << adds;
      }
  // The permutation of chunks keeps eight rows of a matrix in different banks.
  EXPECT_GT(counts.matrices, 0);
  EXPECT_EQ(counts.conflicts, 0);
}

} // namespace
