// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Evaluation in the storage type, and the tolerances made from it.
#include "lib/Reference/Tolerance.h"
#include "test/unit/Reference/Programs.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace attn::reference;
using namespace attn::reference::test;

static Tensors arguments(Element element) {
  return {random({1, 2, 40, 16}, 1, element), random({1, 2, 70, 16}, 2, element), random({1, 2, 70, 16}, 3, element)};
}

static Variant inType(Element element) {
  Variant variant;
  variant.element = elementName(element);
  return variant;
}

static Tensors evaluateIn(Element element, Mode mode) {
  Options options;
  options.mode = mode;
  return evaluateOrFail(inType(element).text(), arguments(element), 2, options);
}

TEST(SameType, ErrorsHaveTheSizeOfTheType) {
  const std::pair<Element, std::pair<double, double>> expected[] = {
      {Element::f32, {1e-9, 1e-6}}, {Element::f16, {1e-5, 1e-3}}, {Element::bf16, {1e-4, 8e-3}}};
  for (auto [element, range] : expected) {
    Tensors exact = evaluateIn(element, Mode::exact), same = evaluateIn(element, Mode::sameType);
    Bounds output = differenceOf(same[0], exact[0]), lse = differenceOf(same[1], exact[1]);
    EXPECT_GT(output.maxAbs, range.first);
    EXPECT_LT(output.maxAbs, range.second);
    EXPECT_LT(lse.maxAbs, 1e-6); // scores and sums are f32
    for (double value : same[0].values)
      EXPECT_EQ(value, roundTo(element, value));
  }
}

TEST(SameType, ExactResultsAreNotRounded) {
  Tensors exact = evaluateIn(Element::bf16, Mode::exact);
  int64_t rounded = 0;
  for (double value : exact[0].values)
    rounded += value == roundTo(Element::f32, value);
  EXPECT_LT(rounded, exact[0].size() / 10);
}

TEST(SameType, RegionsRoundEachOp) {
  Variant variant;
  variant.modify = "%t = arith.constant 0x33000000 : f32\n%u = arith.addf %x, %t : f32\n%y = arith.subf %u, %x : f32";
  HostTensor one = filled({1, 1, 1, 1}, 1);
  Options options;
  EXPECT_EQ(evaluateOrFail(variant.text(), {one, one, one}, 2)[1].values[0], std::ldexp(1.0, -25));
  options.mode = Mode::sameType;
  EXPECT_EQ(evaluateOrFail(variant.text(), {one, one, one}, 2, options)[1].values[0], 0);
}

TEST(Tolerance, IsTwiceTheErrorPlusTheFloor) {
  HostTensor exact(Element::f32, {2}, {4, 3}), same(Element::f32, {2}, {4.5, 3});
  Bounds bounds = toleranceOf(exact, same, Element::f32);
  EXPECT_EQ(bounds.maxAbs, 2 * 0.5 / 4 + std::ldexp(1.0, -19));
  EXPECT_EQ(bounds.rms, 2 * 0.5 / 5 + std::ldexp(1.0, -20));
  exact.markUnspecified(0);
  EXPECT_EQ(toleranceOf(exact, same, Element::f32).maxAbs, std::ldexp(1.0, -19));
}

TEST(Tolerance, IntegersMustBeEqual) {
  HostTensor exact(Element::i32, {1}, 4), same(Element::i32, {1}, 5);
  EXPECT_EQ(toleranceOf(exact, same, Element::bf16).maxAbs, 0);
}

TEST(Tolerance, NotFiniteNumbersDoNotWidenIt) {
  HostTensor exact(Element::f16, {3}, {1, NAN, INFINITY}), same(Element::f16, {3}, {INFINITY, 1, 2});
  EXPECT_EQ(toleranceOf(exact, same, Element::f16).maxAbs, floorOf(Element::f16, Element::f16).maxAbs);
}

TEST(Tolerance, StorageIsTheLeastPreciseFloat) {
  HostTensor integers(Element::i32, {1}), brain(Element::bf16, {1}), half(Element::f16, {1}), single(Element::f32, {1});
  EXPECT_EQ(narrowestFloat({integers, single, brain, half}), Element::bf16);
  EXPECT_EQ(narrowestFloat({integers}), Element::f64);
}

// What a compiled kernel does in f32 passes, and one unit too much in bf16 does not.
TEST(Tolerance, JudgesByTheType) {
  Tensors exact = evaluateIn(Element::bf16, Mode::exact), same = evaluateIn(Element::bf16, Mode::sameType);
  Bounds bounds = toleranceOf(exact[0], same[0], Element::bf16);
  HostTensor rounded = exact[0];
  rounded.round();
  EXPECT_TRUE(compare(rounded, exact[0], {bounds.maxAbs, bounds.rms}).passed);
  HostTensor scaled = exact[0];
  for (double &value : scaled.values)
    value *= 1.02;
  EXPECT_FALSE(compare(scaled, exact[0], {bounds.maxAbs, bounds.rms}).passed);
}
