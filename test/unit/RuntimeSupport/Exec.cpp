// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// attn-exec from its command line to its exit code, on the hand-written library.
#include "runtime/support/Npy.h"
#include "test/unit/RuntimeSupport/RunExec.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <unistd.h>

using namespace attn::rt;

namespace {

std::vector<std::string> attend(std::vector<std::string> more) {
  std::vector<std::string> words = {ATTN_CTS_LIBRARY, "--entry=attend", "--arg", "shape=2x4x3x8:f32:normal:1",
                                    "--arg=shape=2x2x5x8:f32:normal:1", "--arg", "shape=2x2x5x8:f32:normal:1",
                                    "--arg", "[5,2]", "--arg", "0.5:f32"};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

TEST(Exec, RunsAndPrints) {
  Outcome outcome = run(attend({}));
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "o: 2x4x3x8 f32\nlse: 2x4x3 f32\n");
  outcome = run({ATTN_CTS_LIBRARY, "--entry", "packed", "--arg", "shape=4x4:f32:ones", "--arg", "[0,2,4]", "--print"});
  EXPECT_EQ(outcome.out, "o: 4x4 f32\no = dense<5.000000e-01> : tensor<4x4xf32>\n") << outcome.err;
}

TEST(Exec, WritesAndCompares) {
  std::string o = testing::TempDir() + "attn-exec-o.npy", lse = testing::TempDir() + "attn-exec-lse.npy";
  EXPECT_EQ(run(attend({"--out", o, "--out", lse})).code, 0);
  EXPECT_EQ(readNpy(o)->shape(), (std::vector<int64_t>{2, 4, 3, 8}));
  Outcome same = run(attend({"--compare=" + o, "--compare", lse, "--tolerance=0"}));
  EXPECT_EQ(same.code, 0);
  EXPECT_NE(same.out.find("o: max abs 0.000e+00, rms ratio 0.000e+00: passed (tolerance 0, 0)"), std::string::npos);
  Array wrong = std::move(*readNpy(o));
  wrong.set(7, Number::ofReal(wrong.real(7) + 1));
  ASSERT_FALSE(writeNpy(o, wrong).has_value());
  Outcome bad = run(attend({"--compare=" + o}));
  EXPECT_EQ(bad.code, 2);
  EXPECT_NE(bad.out.find("worst at element 7"), std::string::npos);
  EXPECT_NE(bad.err.find("reproduce: attn-exec "), std::string::npos);
  EXPECT_NE(bad.err.find(" --arg '[5,2]' "), std::string::npos);
  Outcome shape = run(attend({"--compare=" + lse}));
  EXPECT_EQ(shape.code, 2);
  EXPECT_NE(shape.out.find("o: expects shape 2x4x3, but got 2x4x3x8"), std::string::npos);
  remove(o.c_str());
  remove(lse.c_str());
}

TEST(Exec, TimesAndRepeats) {
  Outcome outcome = run(attend({"--time", "--repeat=3", "--threads=2"}));
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_NE(outcome.out.find("time: median "), std::string::npos);
  EXPECT_NE(outcome.out.find(", 3 calls, "), std::string::npos);
  EXPECT_EQ(run(attend({"--repeat=250"})).code, 0);
}

TEST(Exec, ListsEntries) {
  Outcome outcome = run({ATTN_CTS_LIBRARY, "--list"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_NE(outcome.out.find("attend(q: s0xs1xs2x8xf32, k: s0xs3xs4x8xf32, v: s0xs3xs4x8xf32, lengths: s0xi32, "
                             "scale: f32) -> (o, lse)\n"),
            std::string::npos)
      << outcome.out;
}

TEST(Exec, NullBackendShowsLaunches) {
  std::string file = testing::TempDir() + "attn-exec-none.npy";
  Outcome outcome = run(attend({"--backend=null", "--out", file}));
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "launch attend_rows grid 3x4x2 scratch 16384\n");
  EXPECT_NE(access(file.c_str(), F_OK), 0);
}

TEST(Exec, WrongUseIsRefused) {
  setenv("ATTN_CUDA_LIBRARY", "no-such-driver.so", 1);
  const std::string library = ATTN_CTS_LIBRARY;
  const struct {
    std::vector<std::string> words;
    int code;
    std::string message;
  } rows[] = {
      {{}, 1, "expects a compiled library (.so); --help shows the options"},
      {{library, "other.so"}, 1, "expects one file, but got '" + library + "' and 'other.so'"},
      {{library, "--nonsense"}, 1, "unknown option '--nonsense'; --help lists them"},
      {{library, "--arg"}, 1, "--arg expects a value"},
      {{library, "--repeat=0"}, 1, "--repeat expects an integer from 1 to 1000000, but got '0'"},
      {{library, "--threads=many"}, 1, "--threads expects an integer from 1 to 1024, but got 'many'"},
      {{library, "--tolerance=x"}, 1, "--tolerance expects a tolerance like 1e-5 or 1e-5,1e-6, but got 'x'"},
      {{library, "--backend=tpu"}, 1, "expects driver 'cpu', 'cuda', 'cuda:N' or 'null', but got 'tpu'"},
      {{library, "--backend=cuda"}, 3, "cannot open the driver library 'no-such-driver.so': "},
      {{library, "--backend=cuda:x"}, 1, "expects 'cuda' or 'cuda:N' with a device number, but got 'cuda:x'"},
      {{library, "--entry=nothing"}, 1, "but got 'nothing'"},
      {{library}, 1, "expects an entry name, because the library has 8 entries"},
      {{"no-such.so"}, 1, "cannot open the library 'no-such.so'"},
      {{library, "--entry=attend"}, 1, "entry 'attend': expects 5 arguments (q, k, v, lengths, scale), but got 0"},
      {{library, "--entry=level", "--out=a.npy", "--out=b.npy"}, 1,
       "entry 'level': expects at most 1 --out and --compare, but got 2 and 0"},
      {{library, "--entry=broken", "--arg=0"}, 1, "the host code gave up"},
      {{library, "--entry=filled", "--arg=2.5"}, 1,
       "--arg 2.5: expects numbers that i64 holds exactly, but element 0 is 2.5 (argument 'n')"},
      {{library, "--entry=packed", "--arg=missing.npy", "--arg=[0]"}, 1,
       "--arg missing.npy: missing.npy: cannot open: No such file or directory (argument 'x')"},
      {{library, "--entry=packed", "--arg=shape=4x4:bf16:ones", "--arg=[0,4]"}, 1,
       "entry 'packed': argument 'x' expects element type f32, but got bf16"},
      {{library, "--entry=packed", "--arg=shape=4x4:f32:ones", "--arg=[0,5]"}, 1,
       "entry 'packed': argument 'cu' expects cumulative lengths of at most 4 (dim 0 of 'x'), but element [1] is 5"},
      {{library, "--entry=level", "--compare=missing.npy"}, 1, "missing.npy: cannot open: No such file or directory"},
  };
  for (const auto &row : rows) {
    Outcome outcome = run(row.words);
    EXPECT_EQ(outcome.code, row.code) << row.message;
    EXPECT_NE(outcome.err.find("attn-exec: "), std::string::npos);
    EXPECT_NE(outcome.err.find(row.message), std::string::npos) << outcome.err;
  }
}

TEST(Exec, RefusedCallsWriteNoFile) {
  std::string file = testing::TempDir() + "attn-exec-refused.npy";
  Outcome outcome = run({ATTN_CTS_LIBRARY, "--entry=packed", "--arg=shape=4x4:f32:ones", "--arg=[0,5]", "--out", file});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_NE(access(file.c_str(), F_OK), 0);
}

TEST(Exec, Help) {
  Outcome outcome = run({"--help"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.out, helpText());
}

} // namespace
