// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Known answers of Philox4x32-10 (Random123's kat_vectors) and of the inputs made from it.
#include "runtime/support/ArgSpec.h"
#include "runtime/support/Philox.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace attn::rt;

namespace {

using Words = std::array<uint32_t, 4>;

TEST(Philox, KnownAnswers) {
  EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}), (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}),
            (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Philox, KeyAndCounterHoldSeedArgumentAndElement) {
  InputStream stream{0x123456789abcdef0, 3};
  EXPECT_EQ(stream.words(0xfedcba9876543210), philox({0x76543210, 0xfedcba98, 0x12345678, 0}, {0x9abcdef0, 3}));
}

TEST(Philox, NormalFollowsTheFormula) {
  for (uint64_t i = 0; i < 10000; ++i) {
    Words w = InputStream{5, 1}.words(i);
    double u1 = (double(w[0]) + 1) / 4294967296.0, u2 = double(w[1]) / 4294967296.0;
    double expected = std::sqrt(-2 * std::log(u1)) * std::cos(2 * M_PI * u2);
    ASSERT_NEAR((InputStream{5, 1}.normal(i)), expected, 4e-15) << i;
  }
}

TEST(Philox, Moments) {
  double sum = 0, square = 0, fourth = 0, uniform = 0;
  constexpr int kCount = 200000;
  for (uint64_t i = 0; i < kCount; ++i) {
    double x = InputStream{42, 0}.normal(i), u = InputStream{42, 1}.uniform(i);
    sum += x;
    square += x * x;
    fourth += x * x * x * x;
    uniform += u;
    ASSERT_GE(u, 0);
    ASSERT_LT(u, 1);
    ASSERT_EQ(u, double(float(u)));
  }
  EXPECT_NEAR(sum / kCount, 0, 0.01);
  EXPECT_NEAR(square / kCount, 1, 0.01);
  EXPECT_NEAR(fourth / kCount, 3, 0.06);
  EXPECT_NEAR(uniform / kCount, 0.5, 0.003);
}

// Frozen: files made on one machine must be made again on any other.
TEST(Philox, FrozenInputs) {
  Array array = std::move(*readArgument("shape=4:f32:normal:1", 0, {}));
  Array uniform = std::move(*readArgument("shape=4:f32:uniform:1", 2, {}));
  const double normals[] = {0x1.8587c60000000p-2, 0x1.40ff500000000p-1, -0x1.91311c0000000p+0, 0x1.7376ca0000000p-1};
  const double uniforms[] = {0x1.6637800000000p-6, 0x1.7c09ec0000000p-2, 0x1.7401600000000p-2, 0x1.e6d3580000000p-2};
  for (int64_t i = 0; i < 4; ++i) {
    EXPECT_EQ(array.real(i), normals[i]) << i;
    EXPECT_EQ(uniform.real(i), uniforms[i]) << i;
  }
}

} // namespace
