// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which pairs each mask op has: with zero queries the LSE is the log of a row's count, and with value e_j the output
// shows the keys one by one.
#include "test/unit/Reference/Programs.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace attn::reference;
using namespace attn::reference::test;

using Rule = std::function<bool(int64_t b, int64_t h, int64_t i, int64_t j)>;

static constexpr int64_t kBatch = 2, kHeads = 4, kQueries = 5, kKeys = 9;

static Tensors zeros() {
  HostTensor values = generated({kBatch, kHeads, kKeys, kKeys}, [](const std::vector<int64_t> &at) {
    return at[2] == at[3] ? 1.0 : 0.0;
  });
  return {filled({kBatch, kHeads, kQueries, 2}, 0), filled({kBatch, kHeads, kKeys, 2}, 0), values};
}

/// Checks pair by pair; `rule` sees row and key in storage order.
static void expectPairs(Variant variant, Tensors more, const Rule &rule) {
  Tensors arguments = zeros();
  arguments.insert(arguments.end(), more.begin(), more.end());
  Tensors results = evaluateOrFail(variant.text(), arguments, 2);
  if (results[0].rank() != 4)
    return;
  for (int64_t b = 0; b < kBatch; ++b)
    for (int64_t h = 0; h < kHeads; ++h)
      for (int64_t row = 0; row < kQueries; ++row) {
        int64_t count = 0;
        for (int64_t j = 0; j < kKeys; ++j)
          count += rule(b, h, row, j);
        for (int64_t j = 0; j < kKeys; ++j)
          EXPECT_NEAR(results[0].at({b, h, row, j}), rule(b, h, row, j) ? 1.0 / count : 0.0, 1e-15)
              << b << ' ' << h << ' ' << row << ' ' << j;
        EXPECT_EQ(results[1].at({b, h, row}), std::log(double(count)));
      }
}

static Variant masked(std::string ops, std::string domain = "align = bottom_right") {
  Variant variant;
  variant.mask = std::move(ops);
  variant.domain = std::move(domain);
  return variant;
}

static constexpr int64_t kShift = kKeys - kQueries;

TEST(Masks, CausalCountsFromTheAlignment) {
  expectPairs(masked("%mask = attn.causal"), {},
              [](int64_t, int64_t, int64_t row, int64_t j) { return j <= row + kShift; });
  expectPairs(masked("%mask = attn.causal", "align = top_left"), {},
              [](int64_t, int64_t, int64_t row, int64_t j) { return j <= row; });
}

TEST(Masks, WindowDistancesAreInclusive) {
  expectPairs(masked("%mask = attn.window left = 2 right = 1"), {}, [](int64_t, int64_t, int64_t row, int64_t j) {
    return j >= row + kShift - 2 && j <= row + kShift + 1;
  });
  expectPairs(masked("%mask = attn.window left = 0 right = 0"), {},
              [](int64_t, int64_t, int64_t row, int64_t j) { return j == row + kShift; });
  expectPairs(masked("%mask = attn.window left = 1", "align = top_left"), {},
              [](int64_t, int64_t, int64_t row, int64_t j) { return j >= row - 1; });
  expectPairs(masked("%mask = attn.window right = 3", "align = top_left"), {},
              [](int64_t, int64_t, int64_t row, int64_t j) { return j <= row + 3; });
}

TEST(Masks, SinkHasTheFirstTokens) {
  expectPairs(masked("%mask = attn.sink 3"), {}, [](int64_t, int64_t, int64_t, int64_t j) { return j < 3; });
}

TEST(Masks, PrefixHasALengthPerBatchEntry) {
  Variant variant = masked("%mask = attn.prefix %p : tensor<?xi32>");
  variant.arguments = ", %p: tensor<?xi32>";
  expectPairs(variant, {integers({2, 0})}, [](int64_t b, int64_t, int64_t, int64_t j) { return j < (b == 0 ? 2 : 0); });
}

TEST(Masks, DenseSharesExtentsOfOne) {
  auto bit = [](int64_t n) { return (n * 2654435761u >> 7) % 3 != 0; };
  Variant variant = masked("%mask = attn.dense %t : tensor<?x1x?x?xi8>");
  variant.arguments = ", %t: tensor<?x1x?x?xi8>";
  HostTensor table = generated({kBatch, 1, kQueries, kKeys}, [&](const std::vector<int64_t> &at) {
    return bit(at[0] * 1000 + at[2] * 100 + at[3]) ? -1.0 : 0.0;
  }, Element::i8);
  expectPairs(variant, {table},
              [&](int64_t b, int64_t, int64_t row, int64_t j) { return bit(b * 1000 + row * 100 + j); });
  variant = masked("%mask = attn.dense %t : tensor<1x4x1x9xi1>");
  variant.arguments = ", %t: tensor<1x4x1x9xi1>";
  table = generated({1, kHeads, 1, kKeys}, [&](const std::vector<int64_t> &at) {
    return double(bit(at[1] * 10 + at[3]));
  }, Element::i1);
  expectPairs(variant, {table}, [&](int64_t, int64_t h, int64_t, int64_t j) { return bit(h * 10 + j); });
}

// Two rows of blocks of 3 queries, blocks of 4 keys; two tables for four heads.
TEST(Masks, BlocksListKeysPerRowOfBlocks) {
  Variant variant = masked("%mask = attn.blocks %c, %n block(3, 4) : tensor<1x2x2xi32>, tensor<1x2x2x3xi32>");
  variant.arguments = ", %c: tensor<1x2x2xi32>, %n: tensor<1x2x2x3xi32>";
  HostTensor counts(Element::i32, {1, 2, 2}, {1, 2, 0, 3});
  HostTensor indices(Element::i32, {1, 2, 2, 3}, {1, -1, -1, 0, 2, -1, 0, 1, 2, 0, 1, 2});
  expectPairs(variant, {counts, indices}, [](int64_t, int64_t h, int64_t row, int64_t j) {
    int64_t block = j / 4;
    if (h / 2 == 0)
      return row / 3 == 0 ? block == 1 : block != 1;
    return row / 3 == 1;
  });
}

TEST(Masks, RegionSeesPositionsAndCapturedTensors) {
  Variant variant = masked(R"(
    %mask = attn.mask_region (%t : tensor<?x?xi32>) {
    ^bb0(%b: index, %h: index, %i: index, %j: index, %c: !attn.captured<?x?xi32>):
      %limit = attn.lookup %c[%b, %h] : !attn.captured<?x?xi32>
      %l = arith.index_cast %limit : i32 to index
      %d = arith.subi %i, %j : index
      %n = attn.extent key
      %row = attn.query_index
      %z = arith.constant 0 : index
      %first = arith.cmpi eq, %row, %z : index
      %last = arith.subi %n, %l : index
      %near = arith.cmpi sle, %d, %l : index
      %low = arith.cmpi slt, %j, %last : index
      %both = arith.andi %near, %low : i1
      %any = arith.ori %both, %first : i1
      attn.yield %any : i1
    })");
  variant.arguments = ", %t: tensor<?x?xi32>";
  HostTensor limits = generated({kBatch, kHeads}, [](const std::vector<int64_t> &at) {
    return double(at[0] + at[1]);
  }, Element::i32);
  expectPairs(variant, {limits}, [](int64_t b, int64_t h, int64_t row, int64_t j) {
    return row == 0 || (row + kShift - j <= b + h && j < kKeys - (b + h));
  });
}

TEST(Masks, AndOrNotCombine) {
  expectPairs(masked("%c = attn.causal\n%first = attn.sink 2\n%near = attn.window left = 1\n"
                     "%kept = attn.or %first, %near\n%mask = attn.and %c, %kept"),
              {}, [](int64_t, int64_t, int64_t row, int64_t j) {
                int64_t i = row + kShift;
                return j <= i && (j < 2 || j >= i - 1);
              });
  expectPairs(masked("%c = attn.causal\n%mask = attn.not %c"), {},
              [](int64_t, int64_t, int64_t row, int64_t j) { return j > row + kShift; });
}

// A mask after another takes away from what the first left.
TEST(Masks, MasksFollowEachOther) {
  Variant variant = masked("%first = attn.sink 5\n%left = attn.mask %s, %first : !scores\n%mask = attn.causal",
                           "align = top_left");
  std::string text = replaced(variant.text(), "%sm = attn.mask %s,", "%sm = attn.mask %left,");
  HostTensor lse = evaluateOrFail(text, zeros(), 2)[1];
  for (int64_t row = 0; row < kQueries; ++row)
    EXPECT_EQ(lse.at({1, 2, row}), std::log(double(std::min<int64_t>(row + 1, 5))));
}

/// Which rows of a result of four heads or more are open.
static std::vector<int64_t> openRows(const HostTensor &lse, int64_t head) {
  std::vector<int64_t> rows;
  for (int64_t row = 0; row < kQueries; ++row)
    if (lse.isUnspecified((1 * kHeads + head) * kQueries + row))
      rows.push_back(row);
  return rows;
}

// A score region never sees the pairs that a mask removed. 1 / 0 as an integer division is open, and so is its row.
TEST(Masks, RegionsSeeOnlyPairsThatExist) {
  Variant variant = masked("%mask = attn.causal", "align = top_left");
  variant.modify = "%one = arith.constant 1 : index\n%j1 = arith.addi %j, %one : index\n"
                   "%n = arith.subi %j1, %i : index\n%m = arith.subi %n, %one : index\n"
                   "%p = arith.subi %m, %one : index\n"
                   "%r = arith.divsi %one, %p : index\n%ri = arith.index_cast %r : index to i32\n"
                   "%rf = arith.sitofp %ri : i32 to f32\n%y = arith.addf %x, %rf : f32";
  using Rows = std::vector<int64_t>;
  EXPECT_EQ(openRows(evaluateOrFail(variant.text(), zeros(), 2)[1], 2), Rows()); // j - i - 1 is never 0 where j <= i
  variant.mask = "%mask = attn.window right = 1";
  EXPECT_EQ(openRows(evaluateOrFail(variant.text(), zeros(), 2)[1], 2), Rows({0, 1, 2, 3, 4}));
}

// A pair is open where its mask is; one that another mask decides is not.
TEST(Masks, OpenMembership) {
  const char *region = "%own = attn.mask_region {\n^bb0(%b: index, %h: index, %i: index, %j: index):\n"
                       "%two = arith.constant 2 : index\n%n = arith.subi %i, %two : index\n"
                       "%part = arith.divsi %j, %n : index\n%in = arith.cmpi sle, %part, %j : index\n"
                       "attn.yield %in : i1\n}\n%causal = attn.causal\n";
  using Rows = std::vector<int64_t>;
  auto rows = [&](std::string mask) {
    return openRows(evaluateOrFail(masked(region + mask, "align = top_left").text(), zeros(), 2)[1], 0);
  };
  EXPECT_EQ(rows("%mask = attn.and %own, %causal"), Rows({2}));
  EXPECT_EQ(rows("%mask = attn.not %own"), Rows({2}));
  EXPECT_EQ(rows("%all = attn.sink 9\n%mask = attn.or %own, %all"), Rows());
  EXPECT_EQ(rows("%own2 = attn.not %causal\n%both = attn.and %causal, %own2\n%mask = attn.and %own, %both"), Rows());
}
