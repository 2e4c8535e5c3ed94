// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Rounding to storage types, against the runtime's own conversion.
#include "lib/Reference/HostTensor.h"
#include "runtime/support/Element.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

using namespace attn::reference;

static void expectSame(double value) {
  double half = attn::rt::unpackSmallFloat(attn::rt::packSmallFloat(value, 5, 10), 5, 10);
  double brain = attn::rt::unpackSmallFloat(attn::rt::packSmallFloat(value, 8, 7), 8, 7);
  EXPECT_EQ(roundTo(Element::f16, value), half) << value;
  EXPECT_EQ(roundTo(Element::bf16, value), brain) << value;
  EXPECT_EQ(roundTo(Element::f32, value), double(float(value))) << value;
  EXPECT_EQ(roundTo(Element::f64, value), value);
}

// Every value halfway between neighbours, and a little to both sides, over the whole range of both types.
TEST(Rounding, AgreesWithTheRuntime) {
  for (int exponent = -160; exponent < 130; ++exponent)
    for (int64_t mantissa = 0; mantissa < 4096; mantissa += 7)
      for (double nudge : {-1e-9, 0.0, 1e-9})
        expectSame(std::ldexp(1.0 + mantissa / 4096.0 + nudge, exponent) * (mantissa % 2 ? -1 : 1));
  for (double value : {0.0, -0.0, 65504.0, 65519.9, 65520.0, 3.39e38, 3.4e38, 3.5e38, 1e300, double(INFINITY)}) {
    expectSame(value);
    expectSame(-value);
  }
  EXPECT_TRUE(std::isnan(roundTo(Element::bf16, NAN)));
}

TEST(Rounding, IntegersAndCounts) {
  EXPECT_EQ(roundTo(Element::i32, 7), 7);
  EXPECT_EQ(countElements({2, 3, 0, int64_t(1) << 62}, 10), 0);
  EXPECT_EQ(countElements({2, 3}, 5), -1);
  EXPECT_EQ(countElements({2, -3}, 5), -1);
  EXPECT_EQ(describe(HostTensor(Element::bf16, {2, 3})), "2x3xbf16");
}
