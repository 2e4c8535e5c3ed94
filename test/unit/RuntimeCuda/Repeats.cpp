// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a call asks of the driver when it comes again: every function that is called, and what is not taken on trust.
#include "TileLibrary.h"

#include <gtest/gtest.h>

using namespace attn::rt::cts;

namespace {

using Calls = std::vector<std::string>;

/// One kernel with two tensor maps, no workspace. The device's context is current, as under a framework.
struct Steady : TileLibrary, TileFixture {
  Steady() : TileFixture(static_cast<TileLibrary &>(*this)) {
    TileLibrary::entry.workspace = {nullptr, 0};
    useFakeContext(ATTN_FAKE_CUDA, 0);
    EXPECT_EQ(open(), ATTN_OK) << message();
    EXPECT_EQ(run(), ATTN_OK) << message();
  }

  /// What one call asks for.
  Calls calls() {
    fake.calls.clear();
    EXPECT_EQ(run(), ATTN_OK) << message();
    return fake.calls;
  }
};

TEST(CudaRepeats, ARepeatedCallOnlyLaunches) {
  Steady steady;
  EXPECT_EQ(steady.calls(), (Calls{"cuCtxGetCurrent", "cuLaunchKernel"}));
  EXPECT_EQ(steady.fake.maps.back()[0], uintptr_t(steady.x));
  EXPECT_EQ(steady.fake.maps.back()[16], uintptr_t(steady.o));
}

TEST(CudaRepeats, ABoundCallIsOne) {
  Steady steady;
  const DLTensor *args[] = {&steady.in};
  DLTensor *results[] = {&steady.out};
  attn_bound_call bound = {steady.context, static_cast<TileFixture &>(steady).entry, args, 1, results, 1, nullptr, 0};
  steady.fake.calls.clear();
  ASSERT_EQ(attn_call_bound(&bound, nullptr), ATTN_OK) << steady.message();
  EXPECT_EQ(steady.fake.calls, (Calls{"cuCtxGetCurrent", "cuLaunchKernel"}));
}

TEST(CudaRepeats, AFreshPointerIsAskedForOnce) {
  Steady steady;
  steady.in.data = steady.x + 8;
  EXPECT_EQ(steady.calls(), (Calls{"cuPointerGetAttributes", "cuCtxGetCurrent", "cuTensorMapReplaceAddress",
                                   "cuLaunchKernel"}));
  EXPECT_EQ(steady.fake.maps.back()[0], uintptr_t(steady.x + 8));
  EXPECT_EQ(steady.calls(), (Calls{"cuCtxGetCurrent", "cuLaunchKernel"}));
  steady.shape[1] = 10;
  EXPECT_EQ(steady.calls(), (Calls{"cuCtxGetCurrent", "cuTensorMapEncodeTiled", "cuTensorMapReplaceAddress",
                                   "cuLaunchKernel"}));
  EXPECT_EQ(steady.calls(), (Calls{"cuCtxGetCurrent", "cuLaunchKernel"}));
}

/// As the layers of a model do.
TEST(CudaRepeats, CallsInTurnRepeatToo) {
  Steady steady;
  std::vector<uint16_t> memory(64 * 8 + 3 * 20 * 64);
  auto turn = [&] {
    int64_t beyond = 0;
    for (int layer = 0; layer < 64; ++layer) {
      steady.in.data = memory.data() + 8 * layer + (8 - uintptr_t(memory.data()) / 2 % 8) % 8;
      beyond += int64_t(steady.calls().size()) - 2;
      EXPECT_EQ(steady.fake.maps.back()[0], uintptr_t(steady.in.data));
    }
    return beyond;
  };
  EXPECT_EQ(turn(), 128);
  EXPECT_LT(turn(), 32); // where more than eight come together in a set
}

TEST(CudaRepeats, WorkspaceIsTakenAndGivenBackInOneContext) {
  Steady steady;
  steady.TileLibrary::entry.workspace = {steady.bytes, 2};
  EXPECT_EQ(steady.calls(), (Calls{"cuCtxGetCurrent", "cuMemAllocFromPoolAsync", "cuMemsetD2D32Async",
                                   "cuMemsetD2D32Async", "cuLaunchKernel", "cuMemFreeAsync"}));
  EXPECT_EQ(steady.fake.current, 0); // what was pushed was popped
}

TEST(CudaRepeats, ACallerWithoutAContextLendsNone) {
  TileLibrary tiles;
  TileFixture fixture(tiles);
  ASSERT_EQ(fixture.open(), ATTN_OK);
  ASSERT_EQ(fixture.run(), ATTN_OK);
  fixture.fake.calls.clear();
  ASSERT_EQ(fixture.run(), ATTN_OK);
  EXPECT_EQ(fixture.fake.calls, (Calls{"cuCtxGetCurrent", "cuCtxPushCurrent_v2", "cuMemAllocFromPoolAsync",
                                       "cuMemsetD2D32Async", "cuMemsetD2D32Async", "cuLaunchKernel",
                                       "cuMemFreeAsync"}));
  EXPECT_EQ(fixture.fake.current, 0);
}

TEST(CudaRepeats, AnotherDevicesContextIsPutAside) {
  Steady steady;
  useFakeContext(ATTN_FAKE_CUDA, 1);
  EXPECT_EQ(steady.calls(), (Calls{"cuCtxGetCurrent", "cuCtxPushCurrent_v2", "cuLaunchKernel"}));
  EXPECT_EQ(steady.calls(), (Calls{"cuCtxGetCurrent", "cuCtxPushCurrent_v2", "cuLaunchKernel"}));
}

/// A known address spares the driver's word for it, never the caller's.
TEST(CudaRepeats, LabelsOfKnownAddressesAreChecked) {
  Steady steady;
  for (DLDevice device : {DLDevice{kDLCPU, 0}, DLDevice{kDLCUDA, 1}}) {
    steady.in.device = device;
    EXPECT_EQ(steady.run(), ATTN_WRONG_DEVICE);
  }
}

TEST(CudaRepeats, FreedMemoryIsAskedForAgain) {
  Steady steady;
  void *data = nullptr;
  ASSERT_EQ(attn_device_alloc(steady.context, 64, &data), ATTN_OK);
  ASSERT_EQ(attn_device_free(steady.context, data), ATTN_OK);
  steady.fake.places = {{uintptr_t(steady.o), -1}, {uintptr_t(steady.o) + sizeof steady.o, 0}};
  EXPECT_EQ(steady.run(), ATTN_WRONG_DEVICE);
}

TEST(CudaRepeats, AfterAFailureAllIsAskedForAgain) {
  Steady steady;
  steady.fake.failIn = "cuLaunchKernel";
  steady.fake.failCode = 1;
  EXPECT_EQ(steady.run(), ATTN_DEVICE_ERROR);
  steady.fake.failIn.clear();
  EXPECT_EQ(steady.calls(), (Calls{"cuPointerGetAttributes", "cuPointerGetAttributes", "cuCtxGetCurrent",
                                   "cuLaunchKernel"}));
  steady.in.device = {kDLCUDA, 1};
  EXPECT_EQ(steady.run(), ATTN_WRONG_DEVICE);
  steady.in.device = {kDLCUDA, 0};
  EXPECT_EQ(steady.calls().size(), 4u);
}

/// The tables of the second library lie where the first one's lay, and the operands are the same.
TEST(CudaRepeats, MapsEndWithTheirLibrary) {
  Steady steady;
  EXPECT_EQ(steady.fake.maps.back()[11], 32u);
  EXPECT_EQ(attn_library_close(steady.library), ATTN_OK);
  steady.box[0] = 64;
  steady.box[2] = 1;
  ASSERT_EQ(steady.open(), ATTN_OK);
  ASSERT_EQ(steady.run(), ATTN_OK) << steady.message();
  EXPECT_EQ(steady.fake.maps.back()[11], 64u);
}

} // namespace
