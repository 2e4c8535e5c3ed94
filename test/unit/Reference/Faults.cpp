// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Seeded faults: the oracle and the comparison catch each of them, and pass what has none.
#include "test/unit/Reference/Naive.h"
#include "test/unit/Reference/Programs.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace attn::reference;
using namespace attn::reference::test;

/// Two segments: 7 queries over 4 keys, so that the first rows are empty, and 6 over 11.
static NaiveInputs inputs() {
  NaiveInputs in;
  in.query = random({1, 6, 13, 8}, 1);
  in.key = random({1, 2, 15, 8}, 2);
  in.value = random({1, 2, 15, 5}, 3);
  in.slopes = HostTensor(Element::f32, {6}, {0.5, 0.25, 0.125, 0.375, 0.75, 0.0625});
  in.sinks = HostTensor(Element::f32, {6}, {0.25, -0.5, 1, 0.75, 0, -1});
  in.cuQ = integers({0, 7, 13});
  in.cuK = integers({0, 4, 15});
  return in;
}

static Tensors oracle() {
  NaiveInputs in = inputs();
  return evaluateOrFail(kNaiveProgram, {in.query, in.key, in.value, in.slopes, in.sinks, in.cuQ, in.cuK}, 2);
}

/// What a compiled f32 result is allowed, with room for the error of a plain f32 evaluation.
static constexpr attn::rt::Tolerance kAllowed = {1e-5, 1e-5};

TEST(Faults, WithoutAFaultItPasses) {
  Tensors wanted = oracle();
  NaiveResults got = naive(inputs(), Fault::none);
  expectClose(got.output, wanted[0]);
  expectClose(got.lse, wanted[1]);
}

class SeededFault : public testing::TestWithParam<int> {};

TEST_P(SeededFault, IsCaught) {
  static const Tensors wanted = oracle();
  NaiveResults got = naive(inputs(), static_cast<Fault>(GetParam()));
  bool passes = compare(got.output, wanted[0], kAllowed).passed && compare(got.lse, wanted[1], kAllowed).passed;
  EXPECT_FALSE(passes) << "fault #" << GetParam();
}

INSTANTIATE_TEST_SUITE_P(Faults, SeededFault, testing::Range(1, static_cast<int>(Fault::count)));

//===-- faults of a comparison ----------------------------------------------------------------------------------===//

namespace {
struct ComparisonFault {
  const char *name;
  HostTensor got, wanted;
};
} // namespace

static HostTensor row(std::vector<double> values) {
  int64_t count = static_cast<int64_t>(values.size());
  return HostTensor(Element::f32, {count}, std::move(values));
}

// What a comparison by max(|got - wanted|) <= tolerance, written carelessly, lets through.
TEST(Faults, ComparisonsThatMustFail) {
  HostTensor reshaped = row({1, 2, 3, 4});
  reshaped.shape = {2, 2};
  const ComparisonFault faults[] = {
      {"NaN ignored because no comparison with it is true", row({1, NAN, 3}), row({1, 2, 3})},
      {"NaN wanted, a number got", row({1, 2, 3}), row({1, NAN, 3})},
      {"everything NaN", row({NAN, NAN}), row({1, 2})},
      {"infinity got", row({1, INFINITY}), row({1, 2})},
      {"infinity of the other sign", row({1, -INFINITY}), row({1, INFINITY})},
      {"infinity wanted, the largest number got", row({1, 3.4e38}), row({1, INFINITY})},
      {"zeros where small numbers are wanted", row({0, 0, 0}), row({1e-6, -1e-6, 1e-6})},
      {"one element of many", row({1, 1, 1, 1, 1, 1, 1, 1.001}), row({1, 1, 1, 1, 1, 1, 1, 1})},
      {"another shape of as many elements", reshaped, row({1, 2, 3, 4})},
      {"fewer elements", row({1, 2}), row({1, 2, 3})},
      {"the sign", row({1, -2}), row({1, 2})},
      {"the order", row({2, 1}), row({1, 2})},
  };
  for (const ComparisonFault &fault : faults)
    EXPECT_FALSE(compare(fault.got, fault.wanted, kAllowed).passed) << fault.name;
  EXPECT_TRUE(compare(row({1, NAN, INFINITY}), row({1, NAN, INFINITY}), kAllowed).passed);
}

//===-- faults of a program -------------------------------------------------------------------------------------===//

// The same program with one word changed means something else.
TEST(Faults, ProgramsThatMustDiffer) {
  const std::pair<const char *, const char *> changes[] = {
      {"align = bottom_right", "align = top_left"},
      {"segments(%cu_q, %cu_k)", "segments(%cu_q, %cu_q)"},
      {"4.000000e+00", "5.000000e+00"},
      {"%j, %i : f32", "%i, %j : f32"},
      {"attn.sink 1", "attn.sink 2"},
      {"left = 3 right = 1", "left = 3 right = 0"},
      {"left = 3 right = 1", "left = 2 right = 1"},
      {"attn.or %old", "attn.and %old"},
      {"attn.and %causal", "attn.or %causal"},
      {"base = e", "base = 2"},
      {"sink_included", "sink_excluded"},
      {"sink(%sinks)", "sink(%slopes)"},
  };
  Tensors wanted = oracle();
  NaiveInputs in = inputs();
  for (auto [from, to] : changes) {
    Tensors got = evaluateOrFail(replaced(kNaiveProgram, from, to),
                                 {in.query, in.key, in.value, in.slopes, in.sinks, in.cuQ, in.cuK}, 2);
    bool passes = compare(got[0], wanted[0], kAllowed).passed && compare(got[1], wanted[1], kAllowed).passed;
    EXPECT_FALSE(passes) << from << " -> " << to;
  }
}
