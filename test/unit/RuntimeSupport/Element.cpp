// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Conversions: every 16-bit pattern survives, ties go to even, nothing is rounded twice.
#include "runtime/support/Array.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

using namespace attn::rt;

namespace {

uint16_t f16(double value) { return packSmallFloat(value, 5, 10); }
uint16_t bf16(double value) { return packSmallFloat(value, 8, 7); }

TEST(Element, EverySmallFloatSurvives) {
  for (uint32_t bits = 0; bits < 65536; ++bits) {
    double half = unpackSmallFloat(uint16_t(bits), 5, 10), brain = unpackSmallFloat(uint16_t(bits), 8, 7);
    if (half == half)
      EXPECT_EQ(f16(half), bits);
    else
      EXPECT_TRUE(std::isnan(unpackSmallFloat(f16(half), 5, 10)));
    if (brain == brain)
      EXPECT_EQ(bf16(brain), bits);
    float same;
    uint32_t wide = bits << 16;
    memcpy(&same, &wide, 4);
    if (same == same)
      EXPECT_EQ(double(same), brain);
  }
}

TEST(Element, RoundsToNearestEven) {
  EXPECT_EQ(bf16(1 + 0x1p-8), 0x3F80);            // tie, down to even
  EXPECT_EQ(bf16(1 + 3 * 0x1p-8), 0x3F82);        // tie, up to even
  EXPECT_EQ(bf16(1 + 0x1p-8 + 0x1p-40), 0x3F81);  // just above the tie
  EXPECT_EQ(bf16(1 + 0x1p-8 - 0x1p-40), 0x3F80);
  EXPECT_EQ(f16(1 + 0x1p-11), 0x3C00);
  EXPECT_EQ(f16(1 + 3 * 0x1p-11), 0x3C02);
  EXPECT_EQ(f16(65504), 0x7BFF);
  EXPECT_EQ(f16(65519.99), 0x7BFF);
  EXPECT_EQ(f16(65520), 0x7C00); // tie with what would be the next: infinity
  EXPECT_EQ(f16(-65520), 0xFC00);
  EXPECT_EQ(f16(0x1p-25), 0x0000); // half the smallest: tie to even 0
  EXPECT_EQ(f16(0x1p-25 + 0x1p-50), 0x0001);
  EXPECT_EQ(f16(3 * 0x1p-25), 0x0002);
  EXPECT_EQ(f16(0x1p-14 - 0x1p-26), 0x0400); // carries from subnormal to normal
  EXPECT_EQ(f16(-0.0), 0x8000);
  EXPECT_EQ(f16(1e-300), 0);
  EXPECT_EQ(f16(5e-324), 0);
  EXPECT_EQ(f16(INFINITY), 0x7C00);
  EXPECT_EQ(bf16(-INFINITY), 0xFF80);
  EXPECT_EQ(bf16(3.4e38), 0x7F80);
  EXPECT_EQ(bf16(1e300), 0x7F80);
}

TEST(Element, MatchesTheCompilersHalf) {
#if defined(__clang__) || __GNUC__ >= 12
  uint64_t state = 1;
  for (int i = 0; i < 100000; ++i) {
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    float value;
    uint32_t bits = uint32_t(state >> 32);
    memcpy(&value, &bits, 4);
    if (value != value)
      continue;
    _Float16 half = _Float16(value);
    uint16_t expected;
    memcpy(&expected, &half, 2);
    ASSERT_EQ(f16(value), expected) << value;
  }
#endif
}

TEST(Element, IntegersAreRoundedOnce) {
  auto stored = [](Element element, int64_t value) {
    char data[8] = {};
    EXPECT_TRUE(storeElement(element, data, Number::ofInteger(value)));
    return loadElement(element, data).real;
  };
  // 2^62 + 2^54 + 1: through a double the 1 is lost, and the tie would go the wrong way.
  int64_t tie = (int64_t(1) << 62) + (int64_t(1) << 54);
  EXPECT_EQ(stored(Element::BF16, tie), 0x1p62);
  EXPECT_EQ(stored(Element::BF16, tie + 1), 0x1p62 + 0x1p55);
  EXPECT_EQ(stored(Element::F32, (int64_t(1) << 62) + (int64_t(1) << 38) + 1), 0x1p62 + 0x1p39);
  EXPECT_EQ(stored(Element::F32, INT64_MIN), -0x1p63);
  EXPECT_EQ(stored(Element::F64, INT64_MAX), 0x1p63);
  EXPECT_EQ(stored(Element::F16, 2049), 2048);
  EXPECT_EQ(stored(Element::F16, 2051), 2052);
  EXPECT_EQ(stored(Element::F16, -70000), -INFINITY);
}

TEST(Element, IntegersRefuseWhatTheyCannotHold) {
  char data[8];
  const struct {
    Element element;
    double value;
    bool fits;
  } rows[] = {{Element::I32, 2147483647.0, true}, {Element::I32, 2147483648.0, false}, {Element::I32, 0.5, false},
              {Element::I32, NAN, false},         {Element::I64, -0x1p63, true},        {Element::I64, 0x1p63, false},
              {Element::I64, INFINITY, false},    {Element::I8, -128, true},            {Element::I8, -129, false},
              {Element::U8, 255, true},           {Element::U8, -1, false},             {Element::Bool, 1, true},
              {Element::Bool, 2, false}};
  for (const auto &row : rows)
    EXPECT_EQ(storeElement(row.element, data, Number::ofReal(row.value)), row.fits) << row.value;
}

TEST(Element, Names) {
  for (int i = 0; i <= int(Element::Bool); ++i) {
    EXPECT_EQ(parseElement(elementName(Element(i))), Element(i));
    EXPECT_EQ(elementOf(elementType(Element(i))), Element(i));
  }
  EXPECT_EQ(parseElement("index"), Element::I64);
  EXPECT_EQ(parseElement("bool"), Element::Bool);
  EXPECT_FALSE(parseElement("f8"));
  EXPECT_FALSE(parseElement(""));
  EXPECT_FALSE(elementOf({kDLFloat, 32, 2}));
}

TEST(Array, StartsAsNaNBetweenMargins) {
  Array array = std::move(*Array::make(Element::F16, {2, 3}));
  EXPECT_TRUE(std::isnan(array.real(5)));
  EXPECT_EQ(reinterpret_cast<uintptr_t>(array.data()) % 64, 0u);
  EXPECT_TRUE(array.marginsIntact());
  array.data()[-1] = 0;
  EXPECT_FALSE(array.marginsIntact());
  array.data()[-1] = char(0xFF);
  array.data()[12] = 0;
  EXPECT_FALSE(array.marginsIntact());
}

TEST(Array, ReordersMemoryOnly) {
  Array array = std::move(*Array::make(Element::I32, {2, 3, 4, 5}));
  for (int64_t i = 0; i < 120; ++i)
    array.set(i, Number::ofInteger(i));
  Array moved = std::move(*array.reorder({0, 2, 1, 3}));
  EXPECT_FALSE(moved.dense());
  for (int64_t i = 0; i < 120; ++i)
    EXPECT_EQ(moved.get(i).integer, i);
  DLTensor view = moved.tensor();
  EXPECT_EQ(view.strides[1], 5);
  EXPECT_EQ(view.strides[2], 15);
  EXPECT_FALSE(bool(array.reorder({0, 1, 2})));
  EXPECT_FALSE(bool(array.reorder({0, 1, 2, 2})));
  EXPECT_FALSE(bool(array.reorder({0, 1, 2, 4})));
}

TEST(Array, RefusesImpossibleShapes) {
  EXPECT_EQ(Array::make(Element::F32, {-1}).error().message,
            "expects extents of 0 or more and at most 2^62 elements, but got shape -1");
  EXPECT_FALSE(bool(Array::make(Element::F32, {INT64_MAX, 2})));
  EXPECT_FALSE(bool(Array::make(Element::F64, {int64_t(1) << 61})));
  EXPECT_FALSE(bool(Array::make(Element::F64, {int64_t(1) << 45})));
  EXPECT_TRUE(bool(Array::make(Element::F64, {INT64_MAX, 0})));
  EXPECT_EQ(Array::make(Element::F32, {}).operator*().size(), 1);
}

TEST(Array, ConversionNamesTheElement) {
  Array array = std::move(*Array::make(Element::F32, {3}));
  for (int64_t i = 0; i < 3; ++i)
    array.set(i, Number::ofReal(double(i) / 2));
  EXPECT_EQ(array.convert(Element::I32).error().message,
            "expects numbers that i32 holds exactly, but element 1 is 0.5");
  EXPECT_EQ(array.convert(Element::BF16)->real(2), 1);
}

} // namespace
