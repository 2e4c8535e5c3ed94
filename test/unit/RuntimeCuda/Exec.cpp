// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// attn-exec on a device: copies, comparison, watched memory, times and exit codes.
#include "TileLibrary.h"
#include "test/unit/RuntimeSupport/RunExec.h"

#include <gtest/gtest.h>

using namespace attn::rt;

namespace {

std::vector<std::string> attend(std::vector<std::string> more) {
  std::vector<std::string> words = {ATTN_CTS_LIBRARY,
                                    "--entry=attend",
                                    "--arg=shape=2x4x3x8:f32:normal",
                                    "--arg=shape=2x2x5x8:f32:normal",
                                    "--arg=shape=2x2x5x8:f32:normal:9:bnhd",
                                    "--arg=[5,2]",
                                    "--arg=0.5"};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

class CudaExec : public testing::Test {
protected:
  CudaExec() : fake(cts::resetFakeCuda(ATTN_FAKE_CUDA)) { cts::addLibraryFunctions(fake); }
  cts::FakeCuda &fake;
};

TEST_F(CudaExec, EqualsTheCpu) {
  std::string file = testing::TempDir() + "attn-exec-cuda.npy";
  ASSERT_EQ(run(attend({"--out", file})).code, 0);
  Outcome outcome = run(attend({"--backend=cuda", "--compare", file, "--tolerance=0", "--repeat=3"}));
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_NE(outcome.out.find("device: cuda:0 (Fake)\n"), std::string::npos) << outcome.out;
  EXPECT_NE(outcome.out.find("passed"), std::string::npos) << outcome.out;
  EXPECT_EQ(fake.count("cuLaunchKernel"), 3);
  EXPECT_TRUE(fake.allocations.empty());
}

TEST_F(CudaExec, TimesOnTheDevice) {
  Outcome outcome = run(attend({"--backend=cuda:1", "--time"}));
  fake.places = {{0, 1}};
  outcome = run(attend({"--backend=cuda:1", "--time"}));
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_NE(outcome.out.find("time: median 2.500 ms, least 2.500 ms, 10 calls"), std::string::npos) << outcome.out;
}

TEST_F(CudaExec, SeesWritesOutsideABuffer) {
  fake.functions["attend_rows"].run = [](const void *block, int64_t, int64_t, int64_t, void *) {
    static_cast<char *const *>(block)[31][-1] = 0; // before result 'o'
  };
  Outcome outcome = run(attend({"--backend=cuda"}));
  EXPECT_EQ(outcome.code, 1);
  EXPECT_NE(outcome.err.find("entry 'attend' wrote outside result 'o'"), std::string::npos) << outcome.err;
}

TEST_F(CudaExec, SeesResultsThatWereNotWritten) {
  std::string file = testing::TempDir() + "attn-exec-cuda-zero.npy";
  ASSERT_EQ(run(attend({"--out", file})).code, 0);
  fake.functions["attend_rows"].run = [](const void *, int64_t, int64_t, int64_t, void *) {};
  EXPECT_EQ(run(attend({"--backend=cuda", "--compare", file})).code, 2);
}

TEST_F(CudaExec, SeesCallsThatDiffer) {
  fake.functions["attend_rows"].run = [](const void *block, int64_t, int64_t, int64_t, void *) {
    static float count;
    *static_cast<float *const *>(block)[31] = ++count;
  };
  Outcome outcome = run(attend({"--backend=cuda", "--time", "--repeat=2"}));
  EXPECT_EQ(outcome.code, 1);
  EXPECT_NE(outcome.err.find("result 'o' of call 3 differs from that of the first call"), std::string::npos)
      << outcome.err;
}

TEST_F(CudaExec, NoDeviceIsThree) {
  fake.devices = 0;
  EXPECT_EQ(run(attend({"--backend=cuda"})).code, 3);
  fake.devices = 1;
  fake.capability = 75;
  Outcome outcome = run(attend({"--backend=cuda"}));
  EXPECT_EQ(outcome.code, 3);
  EXPECT_NE(outcome.err.find("has compute capability 7.5"), std::string::npos) << outcome.err;
  fake.version = 11000;
  EXPECT_EQ(run(attend({"--backend=cuda"})).code, 3);
}

} // namespace
