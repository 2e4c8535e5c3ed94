// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Launches that may start while the one before them in the call ends, and those that may not.
#include "TileLibrary.h"

#include <gtest/gtest.h>

using namespace attn::rt::cts;

namespace {

using Early = std::vector<bool>;

const attn_kernel_desc *kernel;
std::string steps; ///< k: a launch, e: one of no point, o: one on another stream, f: a fill

int32_t runSteps(attn_context *context, const DLTensor *const *args, size_t, DLTensor *const *results, size_t,
                 void *workspace, size_t, attn_stream stream) {
  struct {
    void *base;
    int64_t words[6];
  } block[2];
  const DLTensor *tensors[] = {args[0], results[0]};
  for (int i = 0; i < 2; ++i) {
    block[i].base = tensors[i]->data;
    for (int d = 0; d < 3; ++d) {
      block[i].words[d] = tensors[i]->shape[d];
      block[i].words[3 + d] = tensors[i]->strides[d];
    }
  }
  int32_t status = ATTN_OK;
  for (char step : steps) {
    attn_stream where = step == 'o' ? workspace : stream;
    if (!status && step == 'f')
      status = context->api->fill(context, workspace, 8, 8, 0, where);
    else if (!status)
      status = context->api->launch(context, kernel, block, sizeof block, step == 'e' ? 0 : 3, 1, 1, 0, where);
  }
  return status;
}

struct Overlapping : TileLibrary {
  Overlapping() {
    entry.function = runSteps;
    variants[0].flags = ATTN_DEVICE_STARTS_EARLY;
    ::kernel = &(TileLibrary::kernel);
  }
};

Early run(TileFixture &fixture, const char *what) {
  steps = what;
  fixture.fake.early.clear();
  EXPECT_EQ(fixture.run(), ATTN_OK) << fixture.message();
  return fixture.fake.early;
}

TEST(CudaOverlap, LaunchesBehindALaunchOfTheCallStartEarly) {
  Overlapping tiles;
  TileFixture fixture(tiles);
  ASSERT_EQ(fixture.open(), ATTN_OK) << fixture.message();
  EXPECT_EQ(run(fixture, "k"), (Early{false}));
  EXPECT_EQ(run(fixture, "kkk"), (Early{false, true, true})); // again: the first knows nothing of the call before
  for (int64_t i = 0; i < 3 * 20 * 64; ++i)
    ASSERT_EQ(fixture.o[i], uint16_t(2 * fixture.x[i])) << i;
}

TEST(CudaOverlap, LaunchesBehindAnythingElseDoNot) {
  Overlapping tiles;
  TileFixture fixture(tiles);
  ASSERT_EQ(fixture.open(), ATTN_OK);
  EXPECT_EQ(run(fixture, "fkfkk"), (Early{false, false, true}));
  EXPECT_EQ(run(fixture, "kok"), (Early{false, false, false}));
  EXPECT_EQ(run(fixture, "ekek"), (Early{false, true})); // a grid without a point is no launch
}

TEST(CudaOverlap, OnlyFormsThatWaitThemselvesDo) {
  Overlapping tiles;
  tiles.variants[0].flags = 0;
  TileFixture fixture(tiles);
  ASSERT_EQ(fixture.open(), ATTN_OK);
  EXPECT_EQ(run(fixture, "kk"), (Early{false, false}));
}

TEST(CudaOverlap, PersistentFormsDo) {
  Overlapping tiles;
  tiles.variants[0].flags |= ATTN_DEVICE_PERSISTENT;
  TileFixture fixture(tiles);
  fixture.fake.functions["scaled_by_tiles"].persistent = true;
  ASSERT_EQ(fixture.open(), ATTN_OK);
  EXPECT_EQ(run(fixture, "kk"), (Early{false, true}));
}

/// Before 12.3 a capture does not keep what was asked for.
TEST(CudaOverlap, OldDriversLaunchInTurn) {
  Overlapping tiles;
  TileFixture fixture(tiles);
  attn_context_destroy(fixture.context);
  fixture.fake.version = 12020;
  ASSERT_EQ(attn_context_create("cuda", &fixture.context), ATTN_OK);
  ASSERT_EQ(fixture.open(), ATTN_OK);
  EXPECT_EQ(run(fixture, "kk"), (Early{false, false}));
  EXPECT_EQ(fixture.fake.count("cuLaunchKernelEx"), 0);
}

TEST(CudaOverlap, CapturesKeepThem) {
  Overlapping tiles;
  TileFixture fixture(tiles);
  ASSERT_EQ(fixture.open(), ATTN_OK);
  run(fixture, "kk");
  fixture.fake.capturing = true;
  EXPECT_EQ(run(fixture, "kk"), (Early{false, true}));
  fixture.x[0] = 21;
  fixture.fake.replay();
  EXPECT_EQ(fixture.o[0], 42);
}

TEST(CudaOverlap, AFailureNamesTheKernel) {
  Overlapping tiles;
  TileFixture fixture(tiles);
  ASSERT_EQ(fixture.open(), ATTN_OK);
  fixture.fake.failIn = "cuLaunchKernelEx";
  steps = "kk";
  EXPECT_EQ(fixture.run(), ATTN_DEVICE_ERROR);
  EXPECT_EQ(fixture.message(), "kernel 'scaled': cannot launch it on cuda:0: CUDA_ERROR_719 (as the test wants)");
}

} // namespace
