// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Launches: tensor maps and their cache, forms that step in, capture and replay, failures at every call of the driver.
#include "TileLibrary.h"

#include <gtest/gtest.h>

#include <cstring>

using namespace attn::rt::cts;

namespace {

void expectScaled(const TileFixture &fixture) {
  for (int64_t i = 0; i < 3 * 20 * 64; ++i)
    ASSERT_EQ(fixture.o[i], uint16_t(2 * fixture.x[i])) << i;
}

TEST(CudaLaunches, MapsDescribeTheirOperands) {
  TileLibrary tiles;
  TileFixture fixture(tiles);
  ASSERT_EQ(fixture.open(), ATTN_OK);
  ASSERT_EQ(fixture.run(), ATTN_OK) << fixture.message();
  expectScaled(fixture);
  ASSERT_EQ(fixture.fake.maps.size(), 1u);
  const std::vector<uint64_t> &words = fixture.fake.maps[0];
  // bf16, four axes, 64-byte swizzle.
  std::vector<uint64_t> expected = {uintptr_t(fixture.x), 9 | 4 << 8 | 2 << 16, 32, 20, 2, 3, 0, 128, 64, 2560, 0,
                                    32, 16, 2, 1, 0};
  EXPECT_EQ(std::vector<uint64_t>(words.begin(), words.begin() + 16), expected);
  EXPECT_EQ(words[16], uintptr_t(fixture.o));
}

/// A persistent form gets as many blocks as run at once, at most one a point, and is told the grid.
TEST(CudaLaunches, PersistentFormsGetTheBlocksThatFit) {
  TileLibrary tiles;
  tiles.variants[0].flags = ATTN_DEVICE_PERSISTENT;
  for (int multiprocessors : {1, 132}) {
    TileFixture fixture(tiles);
    attn_context_destroy(fixture.context);
    fixture.fake.multiprocessors = multiprocessors; // each runs two blocks
    fixture.fake.functions["scaled_by_tiles"].persistent = true;
    ASSERT_EQ(attn_context_create("cuda", &fixture.context), ATTN_OK);
    ASSERT_EQ(fixture.open(), ATTN_OK);
    ASSERT_EQ(fixture.run(), ATTN_OK) << fixture.message();
    expectScaled(fixture);
    ASSERT_EQ(fixture.fake.grids.size(), 1u);
    EXPECT_EQ(fixture.fake.grids[0], (std::vector<unsigned>{multiprocessors == 1 ? 2u : 3u, 1, 1}));
  }
  tiles.variants[0].flags = 4;
  TileFixture fixture(tiles);
  EXPECT_EQ(fixture.open(), ATTN_INVALID_ARGUMENT);
}

TEST(CudaLaunches, MapsAreKeptWithoutTheirAddress) {
  TileLibrary tiles;
  TileFixture fixture(tiles);
  ASSERT_EQ(fixture.open(), ATTN_OK);
  auto run = [&] {
    EXPECT_EQ(fixture.run(), ATTN_OK) << fixture.message();
    return std::pair(fixture.fake.count("cuTensorMapEncodeTiled"), fixture.fake.count("cuTensorMapReplaceAddress"));
  };
  EXPECT_EQ(run(), std::pair(int64_t(1), int64_t(1))); // x and o have one shape
  EXPECT_EQ(run(), std::pair(int64_t(1), int64_t(1)));
  fixture.in.data = fixture.x + 8;
  EXPECT_EQ(run(), std::pair(int64_t(1), int64_t(2)));
  EXPECT_EQ(fixture.fake.maps.back()[0], uintptr_t(fixture.x + 8));
  EXPECT_EQ(fixture.fake.maps.back()[3], 20u);
  fixture.in.data = fixture.x;
  EXPECT_EQ(run(), std::pair(int64_t(1), int64_t(2)));
  fixture.shape[1] = 10;
  EXPECT_EQ(run(), std::pair(int64_t(2), int64_t(3)));
  for (int i = 0; i < 20; ++i) { // more addresses than are kept
    fixture.in.data = fixture.x + 8 * (i % 4);
    run();
  }
  EXPECT_EQ(fixture.fake.count("cuTensorMapEncodeTiled"), 2);
}

TEST(CudaLaunches, EncodesWhereAddressesCannotBeReplaced) {
  TileLibrary tiles;
  TileFixture fixture(tiles);
  ASSERT_EQ(fixture.open(), ATTN_OK);
  fixture.fake.failIn = "cuTensorMapReplaceAddress";
  ASSERT_EQ(fixture.run(), ATTN_OK) << fixture.message();
  EXPECT_EQ(fixture.fake.count("cuTensorMapEncodeTiled"), 2);
  ASSERT_EQ(fixture.run(), ATTN_OK);
  EXPECT_EQ(fixture.fake.count("cuTensorMapEncodeTiled"), 2);
}

TEST(CudaLaunches, StridesOfSingleElementsDoNotCount) {
  TileLibrary tiles;
  TileFixture fixture(tiles);
  ASSERT_EQ(fixture.open(), ATTN_OK);
  fixture.shape[0] = 1;
  fixture.strides[0] = 12345;
  EXPECT_EQ(fixture.run(), ATTN_OK) << fixture.message();
}

TEST(CudaLaunches, EmptyOperandsNeedNoMap) {
  TileLibrary tiles;
  TileFixture fixture(tiles);
  ASSERT_EQ(fixture.open(), ATTN_OK);
  fixture.shape[1] = 0;
  fixture.in.data = fixture.out.data = nullptr;
  EXPECT_EQ(fixture.run(), ATTN_OK) << fixture.message();
  EXPECT_EQ(fixture.fake.maps.back(), std::vector<uint64_t>(32, 0));
  fixture.shape[0] = 0;
  EXPECT_EQ(fixture.run(), ATTN_OK);
  EXPECT_EQ(fixture.fake.count("cuLaunchKernel"), 1);
}

TEST(CudaLaunches, UnalignedOperandsAreRefused) {
  TileLibrary tiles;
  TileFixture fixture(tiles);
  ASSERT_EQ(fixture.open(), ATTN_OK);
  fixture.in.data = fixture.x + 1;
  EXPECT_EQ(fixture.run(), ATTN_UNALIGNED);
  EXPECT_EQ(fixture.message(), "kernel 'scaled' copies its operand at byte 0 as tiles and expects data aligned to 16 "
                               "bytes, but it lies 2 past a multiple of that");
  fixture.in.data = fixture.x;
  fixture.shape[1] = 10;
  fixture.strides[1] = 65;
  EXPECT_EQ(fixture.run(), ATTN_UNALIGNED);
  EXPECT_EQ(fixture.message(), "kernel 'scaled' copies its operand at byte 0 as tiles and expects strides that are "
                               "multiples of 16 bytes below 2^40, but dim 1 has 130");
  EXPECT_EQ(fixture.fake.count("cuLaunchKernel"), 0);
  EXPECT_EQ(fixture.o[0], 0xFFFF);
  EXPECT_TRUE(fixture.fake.allocations.empty());
}

TEST(CudaLaunches, AFormWithoutMapsStepsIn) {
  TileLibrary tiles;
  tiles.kernel.ndevice_variants = 2;
  TileFixture fixture(tiles);
  ASSERT_EQ(fixture.open(), ATTN_OK);
  fixture.in.data = fixture.x + 1;
  fixture.out.data = fixture.o + 1;
  ASSERT_EQ(fixture.run(), ATTN_OK) << fixture.message();
  EXPECT_EQ(fixture.o[1], 2);
  EXPECT_EQ(fixture.o[64], 128);
  EXPECT_TRUE(fixture.fake.maps.back().empty());
}

TEST(CudaLaunches, GridsBeyondTheDeviceAreRefused) {
  TileLibrary tiles;
  tiles.kernel.device_variants = tiles.variants + 1;
  TileFixture fixture(tiles);
  ASSERT_EQ(fixture.open(), ATTN_OK);
  fixture.shape[0] = int64_t(1) << 31;
  fixture.shape[1] = 0;
  fixture.in.data = fixture.out.data = nullptr;
  EXPECT_EQ(fixture.run(), ATTN_UNSUPPORTED);
  EXPECT_EQ(fixture.message(), "kernel 'scaled' expects a grid of at most 2147483647 in dim 0, but got 2147483648");
}

TEST(CudaLaunches, NothingWaitsForTheDevice) {
  TileLibrary tiles;
  TileFixture fixture(tiles);
  ASSERT_EQ(fixture.open(), ATTN_OK);
  fixture.fake.calls.clear();
  ASSERT_EQ(fixture.run(), ATTN_OK);
  for (const char *name : {"cuCtxSynchronize", "cuStreamSynchronize", "cuEventSynchronize", "cuMemAlloc_v2",
                           "cuModuleLoadDataEx", "cuMemcpyHtoDAsync_v2"})
    EXPECT_EQ(fixture.fake.count(name), 0) << name;
}

TEST(CudaLaunches, ACapturedCallReplaysWithOtherData) {
  TileLibrary tiles;
  TileFixture fixture(tiles);
  ASSERT_EQ(fixture.open(), ATTN_OK);
  fixture.fake.capturing = true;
  ASSERT_EQ(fixture.run(), ATTN_OK) << fixture.message();
  EXPECT_EQ(fixture.o[0], 0xFFFF);
  fixture.fake.capturing = false;
  for (int round = 1; round < 3; ++round) {
    for (uint16_t &value : fixture.x)
      value = uint16_t(value * 3 + round);
    fixture.fake.replay();
    expectScaled(fixture);
  }
}

TEST(CudaLaunches, TheFirstCallOfAnotherContextMayBeCaptured) {
  TileLibrary tiles;
  TileFixture fixture(tiles);
  ASSERT_EQ(fixture.open(), ATTN_OK);
  attn_context *first = fixture.context;
  ASSERT_EQ(attn_context_create("cuda", &fixture.context), ATTN_OK);
  fixture.fake.capturing = true;
  EXPECT_EQ(fixture.run(), ATTN_OK) << fixture.message();
  fixture.fake.capturing = false;
  EXPECT_EQ(fixture.fake.modules, 2);
  attn_context_destroy(first);
}

TEST(CudaLaunches, CodeOfClosedLibrariesGoes) {
  TileLibrary tiles;
  TileFixture fixture(tiles);
  for (int round = 0; round < 5; ++round) {
    ASSERT_EQ(fixture.open(), ATTN_OK);
    EXPECT_EQ(fixture.run(), ATTN_OK) << fixture.message();
    EXPECT_EQ(attn_library_close(fixture.library), ATTN_OK);
    EXPECT_EQ(fixture.fake.modules, 1);
  }
  fixture.library = nullptr;
}

TEST(CudaLaunches, FillsOfEveryWidth) {
  TileLibrary tiles;
  TileFixture fixture(tiles);
  ASSERT_EQ(fixture.open(), ATTN_OK);
  ASSERT_EQ(fixture.run(), ATTN_OK);
  EXPECT_EQ(fixture.fake.count("cuMemsetD2D32Async"), 2); // a different low and high word
}

TEST(CudaLaunches, ALostContextStaysLost) {
  TileLibrary tiles;
  TileFixture fixture(tiles);
  ASSERT_EQ(fixture.open(), ATTN_OK);
  fixture.fake.failIn = "cuStreamSynchronize";
  fixture.fake.failCode = 700;
  EXPECT_EQ(attn_device_synchronize(fixture.context, nullptr), ATTN_DEVICE_ERROR);
  EXPECT_EQ(fixture.message(), "cannot wait for a stream on cuda:0: CUDA_ERROR_700 (as the test wants)");
  fixture.fake.failIn.clear();
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(fixture.run(), ATTN_DEVICE_ERROR);
    EXPECT_EQ(fixture.message(),
              "cuda:0 failed in an earlier call, and its context is lost: CUDA_ERROR_700 (as the test wants)");
  }
}

/// Opens, runs and copies with the call `failAt` of the driver failing; whether anything failed.
bool failsSomewhere(int64_t failAt, int code) {
  TileLibrary tiles;
  FakeCuda *fake;
  bool failed = false;
  {
    TileFixture fixture(tiles, "nothing");
    fake = &fixture.fake;
    fake->failAt = failAt;
    fake->failCode = code;
    auto step = [&](attn_status status) {
      if (status) {
        EXPECT_STRNE(attn_last_message(fixture.context), "") << failAt;
        failed = true;
      }
      return status == ATTN_OK;
    };
    void *data = nullptr;
    if (step(attn_context_create("cuda", &fixture.context)) && step(fixture.open()) && step(fixture.run()) &&
        step(fixture.run()) && step(attn_device_alloc(fixture.context, 64, &data))) {
      step(attn_device_copy_in(fixture.context, data, fixture.x, 64, nullptr)) &&
          step(attn_device_copy_out(fixture.context, fixture.o, data, 64, nullptr)) &&
          step(attn_device_mark(fixture.context, 0, nullptr));
      step(attn_device_free(fixture.context, data));
    }
    // Where the failure was no loss of the context, the next call of a fresh one does well.
    if (failed) {
      attn_context *again = nullptr;
      EXPECT_EQ(attn_context_create("cuda", &again), ATTN_OK) << failAt;
      EXPECT_EQ(attn_context_destroy(again), ATTN_OK);
    }
    EXPECT_EQ(fake->current, 0) << failAt;
  }
  // A context that the driver will not take back has no remedy.
  size_t number = size_t(failAt) - 1;
  if (number >= fake->calls.size() || fake->calls[number] != "cuDevicePrimaryCtxRelease_v2") {
    EXPECT_EQ(fake->contexts, 0) << failAt;
  }
  return failed || fake->calls.size() >= size_t(failAt);
}

TEST(CudaLaunches, SurvivesAFailureOfEveryCall) {
  for (int code : {1, 2, 719}) {
    int64_t at = 1;
    while (failsSomewhere(at, code))
      ASSERT_LT(++at, 1000);
    EXPECT_GT(at, 60);
  }
}

} // namespace
