// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Named barriers, copies of chunks, and launches that overlap.
#include "test/unit/DeviceSimulator/Harness.h"

using namespace attn::cuda::simulator;

namespace {

bool contains(const std::string &text, const char *part) { return text.find(part) != std::string::npos; }

/// Warp 0 writes and arrives, warp 1 waits and reads.
std::string passOn(const std::string &arrive, const std::string &wait) {
  return R"(
%c32 = arith.constant 32 : i32
%c4 = arith.constant 4 : i32
%one = arith.constant 1 : i32
%zero = arith.constant 0 : i32
%offset = arith.muli %lane, %c4 : i32
%place = llvm.getelementptr %shared[%offset] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i8
%isFirst = arith.cmpi ult, %tid, %c32 : i32
%y0 = scf.if %isFirst -> i32 {
  llvm.store %tid, %place : i32, !llvm.ptr<3>
  )" + arrive +
         R"(
  scf.yield %zero : i32
} else {
  )" + wait +
         R"(
  %read = llvm.load %place : !llvm.ptr<3> -> i32
  scf.yield %read : i32
}
)";
}
std::string barrier(const std::string &kind, int threads) {
  return "llvm.inline_asm has_side_effects \"" + kind + " $0, " + std::to_string(threads) +
         ";\", \"r\" %one : (i32) -> ()";
}

TEST(NamedBarrier, TellsWhoWaitsOfWhoArrived) {
  for (uint64_t seed = 0; seed < 5; ++seed) {
    auto [words, error] =
        run({passOn(barrier("bar.arrive", 64), barrier("bar.sync", 64)), 0, 1, 64}, {}, nullptr, {}, {}, seed);
    ASSERT_EQ(error, "");
    for (uint32_t lane = 0; lane < 32; ++lane)
      EXPECT_EQ(words[32 + lane], lane);
  }
}

TEST(NamedBarrier, WrongNumbersAreFound) {
  EXPECT_TRUE(
      contains(run({passOn(barrier("bar.arrive", 64), barrier("bar.sync", 96)), 0, 1, 96}, {}).second, "as others"));
  EXPECT_TRUE(contains(run({passOn("", barrier("bar.sync", 64)), 0, 1, 64}, {}).second, "waits without end"));
  EXPECT_TRUE(contains(run({passOn(barrier("bar.arrive", 48), ""), 0, 1, 64}, {}).second, "whole warps"));
  std::string twice = barrier("bar.arrive", 64) + "\n" + barrier("bar.arrive", 64);
  std::string error = run({passOn(twice, barrier("bar.sync", 64)), 0, 1, 64}, {}).second;
  EXPECT_TRUE(contains(error, "waits without end") || contains(error, "threads waiting")) << error;
}

/// Lanes copy 16 bytes each of 128 words, `bytes` of them read, and each gives one word.
std::string copyChunks(const std::string &bytes, const std::string &wait) {
  return R"(
%c16 = arith.constant 16 : i32
%offset = arith.muli %tid, %c16 : i32
%from = llvm.getelementptr %in[%offset] : (!llvm.ptr<1>, i32) -> !llvm.ptr<1>, i8
%to = arith.addi %base, %offset : i32
%bytes = arith.constant )" +
         bytes + R"( : i32
llvm.inline_asm has_side_effects "cp.async.cg.shared.global [$0], [$1], 16, $2;", "r,l,r"
    %to, %from, %bytes : (i32, !llvm.ptr<1>, i32) -> ()
llvm.inline_asm has_side_effects "cp.async.commit_group;", "" : () -> ()
)" + wait +
         R"(
%c508 = arith.constant 508 : i32
%c4 = arith.constant 4 : i32
%forward = arith.muli %tid, %c4 : i32
%back = arith.subi %c508, %forward : i32
%place = llvm.getelementptr %shared[%back] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i8
%y0 = llvm.load %place : !llvm.ptr<3> -> i32
)";
}
const char *kWait = "llvm.inline_asm has_side_effects \"cp.async.wait_group 0;\", \"\" : () -> ()\nnvvm.barrier0\n";

TEST(ChunkCopy, FillsWithZerosWhatIsNotRead) {
  Words inputs(128);
  for (uint32_t n = 0; n < 128; ++n)
    inputs[n] = 1000 + n;
  for (int bytes : {0, 8, 16}) {
    auto [words, error] = run({copyChunks(std::to_string(bytes), kWait), 0, 1, 32}, inputs);
    ASSERT_EQ(error, "");
    for (int lane = 0; lane < 32; ++lane) {
      int word = 127 - lane;
      EXPECT_EQ(words[lane], word % 4 * 4 < bytes ? 1000u + word : 0u) << bytes << " " << lane;
    }
  }
}

TEST(ChunkCopy, IsWaitedFor) {
  EXPECT_TRUE(
      contains(run({copyChunks("16", "nvvm.barrier0\n"), 0, 1, 32}, Words(128)).second, "a copy is in flight"));
}

TEST(LaunchWait, NothingIsTouchedBefore) {
  std::string wait = "llvm.inline_asm has_side_effects \"griddepcontrol.wait;\", \"~{memory}\" : () -> ()\n";
  EXPECT_EQ(run({wait + "%y0 = arith.addi %tid, %tid : i32", 0, 1, 32}, {}).second, "");
  EXPECT_TRUE(contains(run({wait + "%y0 = arith.addi %x0, %tid : i32", 1, 1, 32}, Words(32)).second,
                       "before it waits for the launch before it"));
}

} // namespace
