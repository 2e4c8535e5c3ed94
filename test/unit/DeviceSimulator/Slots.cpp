// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Products whose operands copies bring into slots, at many shapes: a product reads each element where the copy's box
// and pattern put it. On small integers both are exact.
#include "test/unit/DeviceSimulator/Chain.h"

using namespace attn;
using namespace attn::cuda::simulator;

namespace {

TEST(Slots, ProductsReadWhereCopiesWrite) {
  const int64_t sizes[][4] = {{64, 16, 64, 64},    {64, 64, 64, 64},   {64, 80, 64, 128}, {64, 128, 128, 64},
                              {128, 64, 128, 128}, {128, 128, 64, 64}, {64, 176, 64, 64}, {64, 256, 64, 64},
                              {64, 32, 192, 192},  {64, 32, 256, 256}, {64, 48, 64, 192}, {192, 64, 64, 64}};
  for (auto &[rows, cols, depth, width] : sizes)
    for (int turned = 0; turned < 4; ++turned) {
      Chain chain{rows, cols, depth, width, bool(turned & 1), bool(turned & 2), turned % 2 ? "f16" : "bf16"};
      Counts counts;
      EXPECT_EQ(compare(chain.kernel(3 * cols - 8), addOverlapped, {8, 24}, &counts), "") << chain.name();
      EXPECT_GT(counts.bulkCopies, 0) << chain.name();
      EXPECT_GT(counts.groupProducts, 0) << chain.name();
    }
}

TEST(Slots, ProductsOfAWarpReadThemToo) {
  for (int64_t rows : {16, 32})
    for (int turned = 0; turned < 4; ++turned) {
      Chain chain{rows, 64, 128, 64, bool(turned & 1), bool(turned & 2), "bf16"};
      Counts counts;
      EXPECT_EQ(compare(chain.kernel(184), addOverlapped, {8, 24}, &counts), "") << chain.name();
      EXPECT_GT(counts.bulkCopies, 0) << chain.name();
      EXPECT_EQ(counts.groupProducts, 0) << chain.name();
      EXPECT_EQ(counts.conflicts, 0) << chain.name();
    }
}

} // namespace
