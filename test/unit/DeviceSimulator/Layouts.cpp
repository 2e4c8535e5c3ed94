// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The register layout of the lowering, element by element: who holds what, and how often.
#include "lib/Target/CUDA/FragmentLayout.h"

#include <gtest/gtest.h>
#include <vector>

using attn::cuda::FragmentLayout;

namespace {

const int64_t kExtents[] = {1, 2, 7, 8, 9, 16, 17, 32, 33, 48, 64, 65, 128, 130, 176, 200, 256};

/// The element at a place of a lane, as the class describes it.
std::pair<int64_t, int64_t> elementAt(const FragmentLayout &layout, int64_t warps, int64_t warp, int64_t lane,
                                      FragmentLayout::Place at) {
  int64_t block = layout.replicated() ? warp % layout.rowBlocks() : warp + at.block * warps;
  int64_t row = layout.rows() == 1 ? 0 : block * 16 + lane / 4 + 8 * at.half;
  int64_t col = layout.cols() == 1 ? 0 : at.col * 8 + 2 * (lane % 4) + at.pair;
  return {row, col};
}

/// How many threads hold a row, and of each the lanes that share it.
int64_t holdersOf(const FragmentLayout &layout, int64_t warps, int64_t row) {
  int64_t holders = layout.cols() == 1 ? 4 : 1;
  if (layout.rows() == 1)
    return holders * 8 * warps;
  if (!layout.replicated())
    return holders;
  int64_t block = row / 16, same = 0;
  for (int64_t warp = 0; warp < warps; ++warp)
    same += warp % layout.rowBlocks() == block;
  return holders * same;
}

TEST(FragmentLayout, EveryElementIsHeldAsOftenAsItSays) {
  for (int64_t warps : {1, 2, 3, 4, 8})
    for (int64_t rows : kExtents)
      for (int64_t cols : kExtents) {
        FragmentLayout layout({rows, cols}, warps);
        std::vector<int64_t> held(rows * cols);
        bool rowsMiss = false;
        for (int64_t warp = 0; warp < warps; ++warp)
          for (int64_t lane = 0; lane < 32; ++lane)
            for (int64_t n = 0; n < layout.size(); ++n) {
              FragmentLayout::Place at = layout.place(n);
              ASSERT_EQ(layout.index(at), n);
              auto [row, col] = elementAt(layout, warps, warp, lane, at);
              rowsMiss |= row >= rows;
              ASSERT_TRUE(row < rows || layout.rowsMayMiss()) << rows << " x " << cols << ", " << warps << " warps";
              ASSERT_TRUE(col < cols || layout.colsMayMiss(at.col)) << rows << " x " << cols;
              if (row < rows && col < cols)
                ++held[row * cols + col];
            }
        ASSERT_EQ(rowsMiss, layout.rowsMayMiss()) << rows << " x " << cols << ", " << warps << " warps";
        for (int64_t n = 0; n < rows * cols; ++n)
          ASSERT_EQ(held[n], holdersOf(layout, warps, n / cols))
              << rows << " x " << cols << ", " << warps << " warps: (" << n / cols << ", " << n % cols << ")";
      }
}

TEST(FragmentLayout, IsTheOneOfProducts) {
  // Of a group of four warps: register n of lane l holds column 8 (n / 4) + 2 (l mod 4) + n mod 2, in row l / 4 or 8
  // further.
  FragmentLayout layout({64, 256}, 4);
  for (int64_t n = 0; n < 128; ++n) {
    FragmentLayout::Place at = layout.place(n);
    EXPECT_EQ(at.block, 0);
    EXPECT_EQ(at.col, n / 4);
    EXPECT_EQ(at.half, n / 2 % 2);
    EXPECT_EQ(at.pair, n % 2);
  }
}

TEST(FragmentLayout, BroadcastsAreRenamings) {
  for (int64_t warps : {1, 4, 8})
    for (int64_t rows : {16, 64, 200})
      for (int64_t cols : {8, 72}) {
        FragmentLayout layout({rows, cols}, warps);
        for (auto [m, n] : {std::pair<int64_t, int64_t>{1, cols}, {rows, 1}, {1, 1}}) {
          FragmentLayout from({m, n}, warps);
          for (int64_t warp = 0; warp < warps; ++warp)
            for (int64_t lane = 0; lane < 32; ++lane)
              for (int64_t number = 0; number < layout.size(); ++number) {
                FragmentLayout::Place at = layout.place(number);
                auto [row, col] = elementAt(layout, warps, warp, lane, at);
                auto [i, j] = elementAt(from, warps, warp, lane, from.sourceOf(at));
                ASSERT_EQ(i, m == 1 ? 0 : row);
                ASSERT_EQ(j, n == 1 ? 0 : col);
              }
        }
      }
}

} // namespace
