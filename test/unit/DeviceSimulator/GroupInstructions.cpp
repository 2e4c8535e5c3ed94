// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Copies of boxes, barriers and products of four warps against answers computed by hand from the PTX ISA.
#include "test/unit/DeviceSimulator/Harness.h"

using namespace attn::cuda::simulator;

namespace {

constexpr int64_t kCols = 128;

/// A tensor of bf16 small integers, 128 columns: its own rows and columns are recognised.
int valueAt(int64_t row, int64_t col) { return int((row * 7 + col * 3) % 31) - 15; }
uint16_t bf16(int value) {
  float number = value;
  uint32_t word;
  memcpy(&word, &number, 4);
  return word >> 16;
}
std::vector<uint8_t> tensor(int64_t rows) {
  std::vector<uint8_t> bytes(rows * kCols * 2);
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t col = 0; col < kCols; ++col) {
      uint16_t bits = bf16(valueAt(row, col));
      memcpy(&bytes[2 * (row * kCols + col)], &bits, 2);
    }
  return bytes;
}
Operand operand(int64_t rows) {
  Operand made;
  made.isTensor = true;
  made.sizes = {rows, kCols};
  made.strides = {kCols, 1};
  return made;
}

/// A statement of the lanes whose flag is set.
std::string chosen(const std::string &flag, const std::string &statement, const std::string &constraints) {
  return "llvm.inline_asm has_side_effects \"{.reg .pred chosen; setp.ne.b32 chosen, " + flag + ", 0; @chosen " +
         statement + "}\", \"" + constraints + "\"";
}

/// A box lands at byte 1024, and everyone waits for it.
std::string copyBox(int64_t col, int64_t row, int64_t rows, int64_t announced = -1) {
  auto constant = [](const char *name, int64_t value) {
    return std::string("%") + name + " = arith.constant " + std::to_string(value) + " : i32\n";
  };
  return constant("zero", 0) + constant("one", 1) + constant("k1024", 1024) + constant("col", col) +
         constant("row", row) + constant("bytes", announced < 0 ? rows * 128 : announced) + constant("ticks", 1000) +
         R"(
%first = arith.cmpi eq, %tid, %zero : i32
%flag = arith.extui %first : i1 to i32
scf.if %first {
  nvvm.mbarrier.init %shared, %one : !llvm.ptr<3>, i32
}
nvvm.barrier0
%tile = arith.addi %base, %k1024 : i32
)" + chosen("$1", "mbarrier.arrive.expect_tx.shared::cta.b64 _, [$0], $2;", "r,r,r") +
         R"( %base, %flag, %bytes : (i32, i32, i32) -> ()
)" +
         chosen("$0",
                "cp.async.bulk.tensor.2d.shared::cta.global.tile.mbarrier::complete_tx::bytes [$1], [$2, {$4, $5}], "
                "[$3];",
                "r,r,l,r,r,r") +
         R"( %flag, %tile, %map, %base, %col, %row : (i32, i32, !llvm.ptr, i32, i32, i32) -> ()
nvvm.mbarrier.try_wait.parity %shared, %zero, %ticks : !llvm.ptr<3>, i32, i32
)";
}

/// Sixteen words of the box for each of 128 threads.
std::string readBack() {
  std::string body =
      "%c64 = arith.constant 64 : i32\n%c1 = arith.constant 1024 : i32\n%mine = arith.muli %tid, %c64 : i32\n"
      "%start = arith.addi %mine, %c1 : i32\n";
  for (int n = 0; n < 16; ++n) {
    std::string s = std::to_string(n);
    body += "%o" + s + " = arith.constant " + std::to_string(4 * n) + " : i32\n%s" + s + " = arith.addi %start, %o" +
            s + " : i32\n%p" + s + " = llvm.getelementptr %shared[%s" + s +
            "] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i8\n%y" + s + " = llvm.load %p" + s +
            " : !llvm.ptr<3> -> i32\n";
  }
  return body;
}

TEST(BulkCopy, PermutesChunksAndFillsOutsideWithZeros) {
  for (uint64_t seed = 0; seed < 5; ++seed) {
    Snippet snippet{copyBox(64, 5, 64) + readBack(), 0, 16, 128, 16384, 64};
    auto [words, error] = run(snippet, {}, nullptr, tensor(40), operand(40), seed);
    ASSERT_EQ(error, "");
    for (int row = 0; row < 64; ++row)
      for (int col = 0; col < 64; ++col) {
        // Chunk c of row r lies at chunk c xor r mod 8.
        int at = row * 64 + ((col / 8) ^ (row % 8)) * 8 + col % 8;
        uint32_t word = words[at / 2] >> 16 * (at % 2) & 0xffff;
        ASSERT_EQ(word, row + 5 < 40 ? bf16(valueAt(row + 5, col + 64)) : 0) << row << " " << col;
      }
  }
}

TEST(BulkCopy, WrongBytesNeverEndAPhase) {
  Snippet snippet{copyBox(0, 0, 64, 64 * 128 + 16) + readBack(), 0, 16, 128, 16384, 64};
  EXPECT_NE(run(snippet, {}, nullptr, tensor(64), operand(64)).second.find("waits without end"), std::string::npos);
}

TEST(BulkCopy, WhoDoesNotWaitReadsWhatIsInFlightOrUnknown) {
  std::string body = copyBox(0, 0, 64) + readBack();
  size_t at = body.find("nvvm.mbarrier.try_wait");
  body.erase(at, body.find('\n', at) - at);
  for (uint64_t seed = 0; seed < 5; ++seed) {
    std::string error = run({body, 0, 16, 128, 16384, 64}, {}, nullptr, tensor(64), operand(64), seed).second;
    bool isFound = false;
    for (const char *reason : {"in flight", "without a barrier since", "nobody wrote"})
      isFound |= error.find(reason) != std::string::npos;
    EXPECT_TRUE(isFound) << error;
  }
}

TEST(Barrier, WhoForgetsItIsFound) {
  std::string store = "%four = arith.constant 4 : i32\n%at = arith.muli %tid, %four : i32\n"
                      "%to = llvm.getelementptr %shared[%at] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i8\n"
                      "llvm.store %tid, %to : i32, !llvm.ptr<3>\n";
  std::string load = "%far = arith.constant 252 : i32\n%back = arith.subi %far, %at : i32\n"
                     "%from = llvm.getelementptr %shared[%back] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i8\n"
                     "%y0 = llvm.load %from : !llvm.ptr<3> -> i32\n";
  auto [words, error] = run({store + "nvvm.barrier0\n" + load, 0, 1, 64}, {});
  ASSERT_EQ(error, "");
  EXPECT_EQ(words[0], 63u);
  EXPECT_EQ(words[40], 23u);
  std::string without = run({store + load, 0, 1, 64}, {}).second;
  EXPECT_TRUE(without.find("nobody wrote") != std::string::npos ||
              without.find("without a barrier since") != std::string::npos)
      << without;
}

//===- products -------------------------------------------------------------------------------------------------===//

/// 64 x 16 by 16 x 64 with the left operand in registers, two elements a word; one lane of one warp has a 1.
std::string product(bool turned, const std::string &wait) {
  // Rows of the box run along k, or along the columns.
  std::string results, constraints, record;
  for (int n = 0; n < 32; ++n) {
    results += (n ? ", $" : "$") + std::to_string(n);
    constraints += "=f,";
    record += n ? ", f32" : "f32";
  }
  std::string body =
      copyBox(0, 0, 64) +
      "%four = arith.constant 4 : i32\n%a14 = arith.shrui %tile, %four : i32\n%lead = arith.constant " +
      std::to_string(1 << 16) +
      " : i32\n%low = arith.ori %a14, %lead : i32\n%wide = arith.extui %low : i32 to i64\n" +
      "%high = arith.constant " + std::to_string(int64_t(uint64_t(64) << 32 | uint64_t(1) << 62)) +
      " : i64\n%matrix = arith.ori %wide, %high : i64\n" +
      "%r = llvm.inline_asm has_side_effects \"{.reg .pred none; setp.ne.b32 none, 0, 0; "
      "wgmma.fence.sync.aligned; wgmma.mma_async.sync.aligned.m64n64k16.f32.bf16.bf16 {" +
      results + "}, {$32, $33, $34, $35}, $36, none, 1, 1, " + (turned ? "1" : "0") +
      "; wgmma.commit_group.sync.aligned;}\", \"" + constraints +
      "r,r,r,r,l\" %x0, %x1, %x2, %x3, %matrix : (i32, i32, i32, i32, i64) -> !llvm.struct<(" + record + ")>\n" +
      wait;
  for (int n = 0; n < 32; ++n) {
    std::string s = std::to_string(n);
    body += "%f" + s + " = llvm.extractvalue %r[" + s + "] : !llvm.struct<(" + record + ")>\n%y" + s +
            " = arith.bitcast %f" + s + " : f32 to i32\n";
  }
  return body;
}
const char *kWait = "nvvm.wgmma.wait.group.sync.aligned 0\n";

TEST(GroupProduct, OperandsLieAsTheISASays) {
  struct {
    int thread, reg, half, row, k;
  } table[] = {{0, 0, 0, 0, 0}, {5, 2, 0, 1, 10}, {33, 1, 1, 24, 3}, {127, 3, 1, 63, 15}};
  for (bool turned : {false, true})
    for (auto &at : table) {
      Words words(128 * 4, 0);
      words[4 * at.thread + at.reg] = uint32_t(bf16(1)) << 16 * at.half;
      Snippet snippet{product(turned, kWait), 4, 32, 128, 16384, 64};
      auto [sums, error] = run(snippet, words, nullptr, tensor(64), operand(64));
      ASSERT_EQ(error, "");
      for (int thread = 0; thread < 128; ++thread)
        for (int reg = 0; reg < 32; ++reg) {
          int lane = thread % 32;
          int row = thread / 32 * 16 + lane / 4 + (reg / 2 % 2) * 8, col = reg / 4 * 8 + 2 * (lane % 4) + reg % 2;
          // B's element (k, column): row `column` of the tensor, or row k where it is turned.
          int value = turned ? valueAt(at.k, col) : valueAt(col, at.k);
          float sum;
          memcpy(&sum, &sums[32 * thread + reg], 4);
          ASSERT_EQ(sum, row == at.row ? value : 0) << at.thread << " " << at.reg << " " << thread << " " << reg;
        }
    }
}

TEST(GroupProduct, ResultsAreWaitedFor) {
  Snippet snippet{product(false, ""), 4, 32, 128, 16384, 64};
  EXPECT_NE(
      run(snippet, Words(512), nullptr, tensor(64), operand(64)).second.find("a register that a product in flight"),
      std::string::npos);
}

} // namespace
