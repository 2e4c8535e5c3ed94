// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Overlap of strided views against a byte-by-byte count: "disjoint" and "injective" are never claimed wrongly.
#include "runtime/src/Tensor.h"
#include "runtime/support/Philox.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

using namespace attn::rt;

namespace {

View makeViewOf(uintptr_t base, std::vector<int64_t> shape, std::vector<int64_t> strides) {
  DLTensor tensor = {reinterpret_cast<void *>(base), {kDLCPU, 0}, int32_t(shape.size()), {kDLFloat, 32, 1},
                     shape.data(), strides.empty() ? nullptr : strides.data(), 0};
  View view;
  EXPECT_TRUE(makeView(tensor, view));
  return view;
}

std::multiset<uintptr_t> addresses(const View &view) {
  std::multiset<uintptr_t> all;
  for (int64_t n = 0; n < view.elements; ++n) {
    int64_t rest = n, index[kMaxRank];
    for (int32_t d = view.rank - 1; d >= 0; --d) {
      index[d] = rest % view.shape[d];
      rest /= view.shape[d];
    }
    all.insert(reinterpret_cast<uintptr_t>(view.at(index)));
  }
  return all;
}

bool reallyDisjoint(const View &a, const View &b) {
  std::multiset<uintptr_t> left = addresses(a);
  for (uintptr_t address : addresses(b))
    if (left.count(address))
      return false;
  return true;
}

TEST(Tensor, DenseStridesAndSpans) {
  View view = makeViewOf(4096, {2, 3, 4}, {});
  EXPECT_EQ(view.strides[0], 12);
  EXPECT_EQ(view.strides[1], 4);
  EXPECT_EQ(view.strides[2], 1);
  EXPECT_EQ(view.elements, 24);
  EXPECT_EQ(view.span, 96);
  EXPECT_EQ(makeViewOf(4096, {2, 0, 4}, {}).span, 0);
  EXPECT_EQ(makeViewOf(4096, {}, {}).span, 4);
  EXPECT_EQ(makeViewOf(4096, {3, 2}, {10, 1}).span, 88);
}

TEST(Tensor, ThirdsOfOneBufferAreDisjoint) {
  View q = makeViewOf(4096, {2, 5, 4, 8}, {480, 96, 8, 1}), v = makeViewOf(4096 + 256, {2, 5, 4, 8}, {480, 96, 8, 1});
  EXPECT_TRUE(certainlyDisjoint(q, v));
  EXPECT_FALSE(certainlyDisjoint(q, makeViewOf(4096 + 64, {2, 5, 4, 8}, {480, 96, 8, 1})));
  EXPECT_TRUE(certainlyDisjoint(q, makeViewOf(4096, {0, 5}, {})));
  EXPECT_TRUE(certainlyInjective(makeViewOf(4096, {4, 4, 0}, {})));
  EXPECT_FALSE(certainlyInjective(makeViewOf(4096, {4, 4}, {0, 1})));
}

TEST(Tensor, NeverClaimsDisjointWrongly) {
  InputStream random{7, 0};
  uint64_t next = 0;
  auto draw = [&](int64_t below) { return int64_t(random.words(next++)[0] % uint64_t(below)); };
  int64_t claimed = 0, missed = 0;
  for (int round = 0; round < 20000; ++round) {
    View views[2];
    for (View &view : views) {
      std::vector<int64_t> shape, strides;
      for (int64_t d = 0, rank = draw(4); d < rank; ++d) {
        shape.push_back(1 + draw(4));
        strides.push_back(draw(12));
      }
      view = makeViewOf(4096 + 4 * uintptr_t(draw(24)), shape, shape.empty() ? std::vector<int64_t>() : strides);
      std::multiset<uintptr_t> all = addresses(view);
      std::set<uintptr_t> distinct(all.begin(), all.end());
      if (certainlyInjective(view))
        ASSERT_EQ(all.size(), distinct.size());
    }
    bool claim = certainlyDisjoint(views[0], views[1]), truth = reallyDisjoint(views[0], views[1]);
    ASSERT_TRUE(!claim || truth) << round;
    ASSERT_EQ(claim, certainlyDisjoint(views[1], views[0])) << round;
    claimed += claim;
    missed += truth && !claim;
  }
  EXPECT_GT(claimed, 2000);
  EXPECT_LT(missed, claimed);
}

TEST(Tensor, Names) {
  EXPECT_STREQ(typeName({kDLFloat, 32, 1}).text, "f32");
  EXPECT_STREQ(typeName({kDLBfloat, 16, 1}).text, "bf16");
  EXPECT_STREQ(typeName({kDLUInt, 8, 2}).text, "u8x2");
  EXPECT_STREQ(typeName({kDLBool, 8, 1}).text, "i1");
  EXPECT_EQ(typeBytes({kDLInt, 4, 1}), 0);
  EXPECT_EQ(typeBytes({kDLInt, 4, 2}), 1);
  EXPECT_EQ(typeBytes({kDLFloat, 128, 1}), 0);
  int64_t shape[] = {1, -2, 3};
  EXPECT_STREQ(shapeName(shape, 3).text, "1x-2x3");
}

} // namespace
