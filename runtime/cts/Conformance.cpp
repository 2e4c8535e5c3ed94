// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What every driver promises, as one suite over all of them. A driver that runs nothing is checked by what it recorded.
#include "runtime/cts/Call.h"
#include "runtime/cts/FakeCuda.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace attn::rt::cts {
namespace {

struct DriverCase {
  const char *name;
  bool runs;
  bool onHost; ///< kernels run on the host's threads, in the variants for its level
};

/// The driver's name, when everything that it needs is there.
const char *ready(const DriverCase &driver) {
  if (!strcmp(driver.name, "cuda"))
    addLibraryFunctions(resetFakeCuda(ATTN_FAKE_CUDA));
  return driver.name;
}

class Conformance : public testing::TestWithParam<DriverCase> {
protected:
  Fixture fixture{ready(GetParam())};

  std::vector<std::string> launches() {
    std::vector<std::string> all;
    int64_t count = 0;
    if (attn_context_launches(fixture.context, &count))
      return all;
    for (int64_t i = 0; i < count; ++i) {
      attn_launch_record r;
      EXPECT_EQ(attn_context_launch(fixture.context, i, &r), ATTN_OK);
      all.push_back(formatText("%s %lldx%lldx%lld scratch %lld", r.kernel, (long long)r.grid[0], (long long)r.grid[1],
                               (long long)r.grid[2], (long long)r.scratch_bytes));
    }
    return all;
  }

  void expectLaunches(std::vector<std::string> expected) {
    if (!GetParam().runs) {
      EXPECT_EQ(launches(), expected);
    }
  }
};

INSTANTIATE_TEST_SUITE_P(Drivers, Conformance,
                         testing::Values(DriverCase{"cpu", true, true}, DriverCase{"cuda", true, false},
                                         DriverCase{"null", false, false}),
                         [](const auto &info) { return info.param.name; });

/// attend in double, from its definition.
double attendAt(const Call &call, int64_t b, int64_t h, int64_t i, int64_t c) {
  double sum = 0, o = 0;
  int64_t length = call.args[3].get(b).integer, g = h / 2;
  for (int64_t j = 0; j < length; ++j) {
    double s = 0;
    for (int64_t d = 0; d < 8; ++d)
      s += call.args[0].real(((b * 4 + h) * 3 + i) * 8 + d) * call.args[1].real(((b * 2 + g) * 5 + j) * 8 + d);
    double p = std::exp(s * call.args[4].real(0));
    sum += p;
    o += p * call.args[2].real(((b * 2 + g) * 5 + j) * 8 + c);
  }
  return length ? o / sum : 0;
}

void expectAttended(const Call &call) {
  for (int64_t n = 0; n < call.results[0].size(); ++n)
    EXPECT_NEAR(call.results[0].real(n), attendAt(call, n / 96, n / 24 % 4, n / 8 % 3, n % 8), 1e-5) << n;
}

TEST_P(Conformance, RunsAKernelOverItsGrid) {
  Call call = attendCall(fixture);
  ASSERT_EQ(call.run(), ATTN_OK) << call.message();
  EXPECT_EQ(call.message(), "");
  EXPECT_TRUE(call.inputsUntouched());
  expectLaunches({"attend_rows 3x4x2 scratch 16384"});
  if (GetParam().runs)
    expectAttended(call);
  else
    EXPECT_TRUE(call.untouched());
}

TEST_P(Conformance, EmptyRowsAreZeroAndMinusInfinity) {
  Call call = attendCall(fixture);
  call.args[3].set(1, Number::ofInteger(0));
  ASSERT_EQ(call.run(), ATTN_OK);
  for (int64_t n = 96; GetParam().runs && n < 192; ++n)
    EXPECT_EQ(call.results[0].real(n), 0);
  for (int64_t n = 12; GetParam().runs && n < 24; ++n)
    EXPECT_EQ(call.results[1].real(n), -INFINITY);
}

TEST_P(Conformance, AcceptsStridedArgumentsAndResults) {
  Call call = attendCall(fixture);
  for (auto *sets : {&call.args, &call.results})
    for (Array &array : *sets)
      if (array.rank() == 4)
        array = std::move(*array.reorder({0, 2, 1, 3}));
  auto rebind = [](std::deque<Array> &arrays, std::deque<View> &views) {
    for (size_t i = 0; i < arrays.size(); ++i) {
      DLTensor tensor = arrays[i].tensor();
      views[i].tensor.data = tensor.data;
      views[i].strides.assign(tensor.strides, tensor.strides + tensor.ndim);
    }
  };
  rebind(call.args, call.argViews);
  rebind(call.results, call.resultViews);
  ASSERT_EQ(call.run(), ATTN_OK) << call.message();
  if (GetParam().runs)
    expectAttended(call);
}

TEST_P(Conformance, AcceptsNullStridesAndByteOffsets) {
  Call call = attendCall(fixture);
  for (auto *views : {&call.argViews, &call.resultViews})
    for (View &view : *views) {
      view.tensor.strides = nullptr;
      view.tensor.data = static_cast<char *>(view.tensor.data) - 64;
      view.tensor.byte_offset = 64;
    }
  ASSERT_EQ(call.run(), ATTN_OK) << call.message();
  if (GetParam().runs)
    expectAttended(call);
}

TEST_P(Conformance, AcceptsBroadcastArguments) {
  Call call = attendCall(fixture);
  call.argViews[1].strides[0] = call.argViews[2].strides[1] = call.argViews[3].strides[0] = 0;
  EXPECT_EQ(call.run(), ATTN_OK) << call.message();
}

TEST_P(Conformance, IgnoresStridesOfSizeOneDims) {
  Call call = attendCall(fixture);
  for (auto *views : {&call.argViews, &call.resultViews})
    for (View &view : *views)
      if (view.shape.size() > 1)
        view.shape[0] = 1, view.strides[0] = 12345;
  call.argViews[3].shape[0] = 1;
  call.argViews[3].strides[0] = 77;
  EXPECT_EQ(call.run(), ATTN_OK) << call.message();
}

TEST_P(Conformance, AcceptsEmptyTensorsWithoutData) {
  Call call = attendCall(fixture);
  for (auto *views : {&call.argViews, &call.resultViews})
    for (View &view : *views)
      if (!view.shape.empty()) {
        view.shape[0] = 0;
        view.tensor.data = nullptr;
      }
  EXPECT_EQ(call.run(), ATTN_OK) << call.message();
  expectLaunches({"attend_rows 3x4x0 scratch 16384"});
}

TEST_P(Conformance, TakesTheCallersWorkspace) {
  Call call = attendCall(fixture);
  size_t bytes = 0;
  ASSERT_EQ(attn_workspace_size(call.context, call.entry, call.argPointers.data(), 5, &bytes), ATTN_OK);
  EXPECT_EQ(bytes, 96u);
  Array workspace = std::move(*Array::make(Element::U8, {96}));
  call.workspace = workspace.data();
  call.workspaceBytes = bytes;
  ASSERT_EQ(call.run(), ATTN_OK) << call.message();
  EXPECT_TRUE(workspace.marginsIntact());
}

TEST_P(Conformance, TakesACallInOneStruct) {
  Call call = attendCall(fixture);
  attn_bound_call bound = {call.context,              call.entry, call.argPointers.data(), call.nargs,
                           call.resultPointers.data(), call.nresults, nullptr, 0};
  ASSERT_EQ(attn_call_bound(&bound, nullptr), ATTN_OK) << call.message();
  expectLaunches({"attend_rows 3x4x2 scratch 16384"});
  if (GetParam().runs)
    expectAttended(call);
  // Checked like any other, and it may change.
  bound.nargs = 1;
  EXPECT_EQ(attn_call_bound(&bound, nullptr), ATTN_INVALID_ARGUMENT);
  EXPECT_EQ(call.message().find("entry 'attend'"), 0u) << call.message();
  EXPECT_EQ(attn_call_bound(nullptr, nullptr), ATTN_INVALID_ARGUMENT);
  EXPECT_STREQ(attn_last_message(nullptr), "expects a call, but got null");
}

TEST_P(Conformance, TellsResultShapesWithoutData) {
  Call call = attendCall(fixture);
  for (size_t i = 0; i < 4; ++i)
    call.argViews[i].tensor.data = nullptr;
  std::vector<int64_t> shape(4), lse(3);
  ASSERT_EQ(call.shape(0, shape), ATTN_OK) << call.message();
  EXPECT_EQ(shape, (std::vector<int64_t>{2, 4, 3, 8}));
  ASSERT_EQ(call.shape(1, lse), ATTN_OK);
  EXPECT_EQ(lse, (std::vector<int64_t>{2, 4, 3}));
}

TEST_P(Conformance, InterleavedViewsOfOneBufferDoNotOverlap) {
  Call call = attendCall(fixture);
  // q in the first third and o in the last third of rows of 24 numbers, as a packed projection lays them out.
  Array packed = std::move(*Array::make(Element::F32, {2, 4, 3, 24}));
  for (int64_t i = 0; i < packed.size(); ++i)
    packed.set(i, Number::ofReal(0.01 * double(i % 24)));
  auto third = [&](View &view, int64_t which) {
    view.tensor.data = packed.data();
    view.tensor.byte_offset = uint64_t(which) * 32;
    view.strides = {288, 72, 24, 1};
    view.tensor.strides = view.strides.data();
  };
  third(call.argViews[0], 0);
  third(call.resultViews[0], 2);
  EXPECT_EQ(call.run(), ATTN_OK) << call.message();
  third(call.resultViews[0], 0);
  EXPECT_EQ(call.run(), ATTN_INVALID_ARGUMENT);
}

TEST_P(Conformance, PassesPackedDocuments) {
  Call call = packedCall(fixture);
  ASSERT_EQ(call.run(), ATTN_OK) << call.message();
}

TEST_P(Conformance, PassesBlockLists) {
  Call call = listedCall(fixture);
  ASSERT_EQ(call.run(), ATTN_OK) << call.message();
}

TEST_P(Conformance, ResultMayAliasWhereTheManifestSaysSo) {
  Call call(fixture, "copy");
  call.arg(Element::BF16, {4, 6}, {1, 2, 3});
  call.result(Element::BF16, {4, 6});
  call.resultViews[0].tensor.data = call.args[0].data();
  EXPECT_EQ(call.run(), ATTN_OK) << call.message();
}

TEST_P(Conformance, ShapesMayComeFromScalars) {
  Call call(fixture, "points");
  for (double extent : {5.0, 3.0, 2.0})
    call.arg(Element::I64, {}, {extent});
  call.result(Element::I64, {2, 3, 5});
  ASSERT_EQ(call.run(), ATTN_OK) << call.message();
  expectLaunches({"number_points 5x3x2 scratch 192"});
  for (int64_t n = 0; GetParam().runs && n < 30; ++n)
    EXPECT_EQ(call.results[0].get(n).integer, n % 5 + 1000 * (n / 5 % 3) + 1000000 * (n / 15));
}

TEST_P(Conformance, FillsWithoutAKernel) {
  Call call(fixture, "filled");
  call.arg(Element::I64, {}, {5});
  call.result(Element::U8, {10});
  call.resultViews[0].shape[0] = 5;
  call.resultViews[0].tensor.dtype = {kDLInt, 16, 1};
  ASSERT_EQ(call.run(), ATTN_OK) << call.message();
  EXPECT_TRUE(call.inputsUntouched());
  expectLaunches({"fill 5x2x1 scratch 0"});
  for (int64_t n = 0; GetParam().runs && n < 10; ++n)
    EXPECT_EQ(call.results[0].get(n).integer, n % 2 ? 0x12 : 0x34);
}

TEST_P(Conformance, PicksTheBestKernelVariant) {
  auto level = [&] {
    Fixture inner(GetParam().name);
    Call call(inner, "level");
    call.result(Element::I32, {1});
    EXPECT_EQ(call.run(), ATTN_OK);
    return call.results[0].get(0).integer;
  };
  if (GetParam().onHost) {
    int64_t best = level();
    setenv("ATTN_CPU_LEVEL", "0", 1);
    EXPECT_EQ(level(), 0);
    unsetenv("ATTN_CPU_LEVEL");
#if defined(__x86_64__)
    EXPECT_EQ(best, 2);
#endif
  }
}

struct Broken {
  int32_t how;
  attn_status status;
  const char *message;
};

TEST_P(Conformance, ReportsFailuresOfHostCode) {
  const Broken rows[] = {
      {0, ATTN_DEVICE_ERROR, "the host code gave up"},
      {1, ATTN_INTERNAL, "entry 'broken' failed with status 7 and no message"},
      {2, ATTN_INTERNAL, "kernel 'tell_level' expects a grid of 0 or more, but got -1 x 1 x 1"},
      {3, ATTN_INTERNAL, "a launch names no kernel"},
      {4, ATTN_INTERNAL, "a fill expects elements of 1, 2, 4 or 8 bytes, but got 3"},
      {5, ATTN_INTERNAL,
       "kernel 'tell_level' expects a grid of less than 2^63 points, but got 9223372036854775807 x 2 x 1"},
      {7, ATTN_INTERNAL, "compiled code failed without a message"},
      {8, ATTN_INTERNAL, "a fill expects data, but got null"},
      {9, ATTN_INTERNAL, "a fill expects a count of 0 or more, but got -1"},
  };
  for (const Broken &row : rows) {
    Call call(fixture, "broken");
    call.arg(Element::I32, {}, {double(row.how)});
    EXPECT_EQ(call.run(), row.status);
    EXPECT_EQ(call.message(), row.message);
  }
  Call next = attendCall(fixture);
  EXPECT_EQ(next.run(), ATTN_OK);
}

TEST_P(Conformance, RefusesScratchThatCannotBeHad) {
  Call call(fixture, "broken");
  call.arg(Element::I32, {}, {6});
  if (!GetParam().onHost)
    return;
  EXPECT_EQ(call.run(), ATTN_OUT_OF_MEMORY);
  EXPECT_EQ(call.message(),
            "kernel '' needs 2305843009213693952 bytes of scratch a thread, and there is no memory for them");
}

TEST_P(Conformance, RepeatsBitForBit) {
  Call call = attendCall(fixture);
  ASSERT_EQ(call.run(), ATTN_OK);
  std::string first(call.results[0].data(), size_t(call.results[0].bytes()));
  for (int run = 0; run < 250; ++run) {
    attn_status status = attn_context_set_threads(fixture.context, 1 + run % 7);
    ASSERT_EQ(status, !GetParam().runs || GetParam().onHost ? ATTN_OK : ATTN_UNSUPPORTED);
    ASSERT_EQ(call.run(), ATTN_OK);
    ASSERT_EQ(std::string(call.results[0].data(), first.size()), first);
  }
}

TEST_P(Conformance, RecordsOnlyWhereItRunsNothing) {
  int64_t count = -1;
  if (GetParam().runs) {
    EXPECT_EQ(attn_context_launches(fixture.context, &count), ATTN_UNSUPPORTED);
    EXPECT_STREQ(attn_last_message(fixture.context), "this driver records no launches; the 'null' driver does");
    return;
  }
  EXPECT_EQ(attn_context_launches(fixture.context, &count), ATTN_OK);
  EXPECT_EQ(count, 0);
  attn_launch_record record;
  EXPECT_EQ(attn_context_launch(fixture.context, 0, &record), ATTN_INVALID_ARGUMENT);
  EXPECT_STREQ(attn_last_message(fixture.context), "expects a launch number below 0, but got 0");
}

} // namespace
} // namespace attn::rt::cts
