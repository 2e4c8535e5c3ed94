// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Each instruction of the simulator against answers computed by hand from the PTX ISA.
#include "test/unit/DeviceSimulator/Harness.h"

#include <cstring>

using namespace attn::cuda::simulator;

namespace {

uint32_t bits(float value) {
  uint32_t word;
  memcpy(&word, &value, 4);
  return word;
}
float real(uint32_t word) {
  float value;
  memcpy(&value, &word, 4);
  return value;
}
/// Small integers are exact in bf16: the upper half of their f32.
uint32_t bf16(float value) { return bits(value) >> 16; }
uint32_t f16Of(int value) { // 0 to 3
  const uint32_t table[] = {0, 0x3c00, 0x4000, 0x4200};
  return table[value];
}

/// A piece of assembly on `%x0`... with results `%y0`...
std::string assembly(const std::string &text, int outputs, int inputs, const std::string &extra = "") {
  std::string constraints, types, names;
  for (int n = 0; n < outputs; ++n)
    constraints += "=r,";
  for (int n = 0; n < inputs; ++n) {
    constraints += "r,";
    types += n ? ", i32" : "i32";
    names += (n ? ", %x" : "%x") + std::to_string(n);
  }
  constraints += extra + "~{memory}";
  std::string record = "!llvm.struct<(", body;
  for (int n = 0; n < outputs; ++n) {
    record += n ? ", i32" : "i32";
    body += "%y" + std::to_string(n) + " = llvm.extractvalue %r[" + std::to_string(n) + "] : RECORD\n";
  }
  record += ")>";
  std::string all = "%r = llvm.inline_asm has_side_effects \"" + text + "\", \"" + constraints + "\" " + names +
                    " : (" + types + ") -> RECORD\n" + body;
  for (size_t at; (at = all.find("RECORD")) != std::string::npos;)
    all.replace(at, 6, record);
  return all;
}

//===- lanes ----------------------------------------------------------------------------------------------------===//

std::string shuffle(const std::string &kind, int by, int clamp) {
  return "%all = arith.constant -1 : i32\n%by = arith.constant " + std::to_string(by) +
         " : i32\n%clamp = arith.constant " + std::to_string(clamp) + " : i32\n%y0 = nvvm.shfl.sync " + kind +
         " %all, %tid, %by, %clamp : i32 -> i32\n";
}

TEST(Shuffle, MovesBetweenLanes) {
  struct {
    const char *kind;
    int by, clamp;
    std::vector<std::pair<int, uint32_t>> expected; // lane, what it hears
  } table[] = {{"bfly", 1, 31, {{0, 1}, {1, 0}, {30, 31}}},
               {"idx", 7, 31, {{0, 7}, {31, 7}}},
               {"up", 4, 0, {{0, 0}, {3, 3}, {4, 0}, {31, 27}}},
               {"down", 4, 31, {{0, 4}, {27, 31}, {28, 28}, {31, 31}}},
               {"idx", 3, 0x1c03, {{0, 3}, {5, 7}, {31, 31}}}}; // in groups of four lanes
  for (auto &row : table) {
    auto [words, error] = run({shuffle(row.kind, row.by, row.clamp)}, Words(32));
    ASSERT_EQ(error, "") << row.kind;
    for (auto [lane, heard] : row.expected)
      EXPECT_EQ(words[lane], heard) << row.kind << " " << lane;
  }
}

TEST(Shuffle, WaitsForLanesThatAreNotThere) {
  std::string body =
      "%c8 = arith.constant 8 : i32\n%few = arith.cmpi ult, %lane, %c8 : i32\n%y0 = scf.if %few -> i32 {\n" +
      shuffle("bfly", 1, 31) + "scf.yield %y0 : i32\n} else {\nscf.yield %tid : i32\n}\n";
  body.replace(body.find("%y0 = nvvm"), 3, "%s0");
  body.replace(body.find("scf.yield %y0"), 13, "scf.yield %s0");
  EXPECT_NE(run({body}, Words(32)).second.find("waits for lanes that do not take part"), std::string::npos);
}

TEST(MoveMatrix, Transposes) {
  // Row l / 4, columns 2 (l mod 4) and the next: 10 row + column.
  Words words(32);
  for (int lane = 0; lane < 32; ++lane)
    words[lane] = (10 * (lane / 4) + 2 * (lane % 4)) | (10 * (lane / 4) + 2 * (lane % 4) + 1) << 16;
  auto [moved, error] = run({assembly("movmatrix.sync.aligned.m8n8.trans.b16 $0, $1;", 1, 1)}, words);
  ASSERT_EQ(error, "");
  EXPECT_EQ(moved[0], 0u | 10 << 16);  // elements (0, 0) and (1, 0)
  EXPECT_EQ(moved[1], 20u | 30 << 16); // (2, 0) and (3, 0)
  EXPECT_EQ(moved[4], 1u | 11 << 16);
  EXPECT_EQ(moved[31], 67u | 77 << 16);
}

TEST(Convert, RoundsToTF32AwayFromZero) {
  Words words(32, 0);
  words[0] = 0x3f801000; // half of the last place: away from zero
  words[1] = 0x3f800fff;
  words[2] = 0xbf801000;
  words[3] = 0x7f800000;
  auto [rounded, error] = run({assembly("cvt.rna.tf32.f32 $0, $1;", 1, 1)}, words);
  ASSERT_EQ(error, "");
  EXPECT_EQ(rounded[0], 0x3f802000u);
  EXPECT_EQ(rounded[1], 0x3f800000u);
  EXPECT_EQ(rounded[2], 0xbf802000u);
  EXPECT_EQ(rounded[3], 0x7f800000u);
}

TEST(Assembly, UnknownInstructionsAreNamed) {
  auto [words, error] = run({assembly("prmt.b32 $0, $1, 0, 0;", 1, 1)}, Words(32));
  EXPECT_NE(error.find("'prmt.b32', which the simulator does not know"), std::string::npos) << error;
}

//===- matrix loads ---------------------------------------------------------------------------------------------===//

/// Each lane writes 16 bytes, of 16-bit numbers 100 lane / 8 + 10 (lane mod 8) + column, and loads from there.
std::string loadMatrices(const std::string &modifier, int pitch) {
  std::string body = "%pitch = arith.constant " + std::to_string(pitch) + " : i32\n" + R"(
%offset = arith.muli %lane, %pitch : i32
%row = llvm.getelementptr %shared[%offset] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, i8
%u = llvm.mlir.undef : vector<4xi32>
)";
  std::string before = "%u";
  for (int n = 0; n < 4; ++n) {
    std::string s = std::to_string(n);
    body += "%p" + s + " = llvm.mlir.constant(" + s + " : i32) : i32\n%v" + s + " = llvm.insertelement %x" + s +
            ", " + before + "[%p" + s + " : i32] : vector<4xi32>\n";
    before = "%v" + s;
  }
  body += "llvm.store %v3, %row {alignment = 16 : i64} : vector<4xi32>, !llvm.ptr<3>\n"
          "%address = llvm.ptrtoint %row : !llvm.ptr<3> to i32\n";
  std::string load =
      assembly("ldmatrix.sync.aligned.m8n8.x4" + modifier + ".shared.b16 {$0, $1, $2, $3}, [$4];", 4, 1);
  load.replace(load.find("%x0"), 3, "%address");
  return body + load;
}

Words matrixRows() {
  Words words;
  for (uint32_t lane = 0; lane < 32; ++lane)
    for (uint32_t n = 0; n < 4; ++n) {
      uint32_t first = 100 * (lane / 8) + 10 * (lane % 8) + 2 * n;
      words.push_back(first | (first + 1) << 16);
    }
  return words;
}

TEST(LoadMatrix, GivesEachLaneTwoElementsOfARow) {
  Counts counts;
  auto [words, error] = run({loadMatrices("", 16), 4, 4}, matrixRows(), &counts);
  ASSERT_EQ(error, "");
  EXPECT_EQ(words[4 * 0 + 0], 0u | 1 << 16);
  EXPECT_EQ(words[4 * 5 + 0], 12u | 13 << 16);   // row 1, columns 2 and 3
  EXPECT_EQ(words[4 * 5 + 2], 212u | 213 << 16); // of the third matrix
  EXPECT_EQ(words[4 * 31 + 3], 376u | 377 << 16);
  EXPECT_EQ(counts.matrices, 4);
  EXPECT_EQ(counts.conflicts, 0);
}

TEST(LoadMatrix, Transposes) {
  auto [words, error] = run({loadMatrices(".trans", 16), 4, 4}, matrixRows());
  ASSERT_EQ(error, "");
  EXPECT_EQ(words[4 * 0 + 0], 0u | 10 << 16);
  EXPECT_EQ(words[4 * 5 + 0], 21u | 31 << 16); // column 1, rows 2 and 3
  EXPECT_EQ(words[4 * 31 + 3], 367u | 377 << 16);
}

TEST(LoadMatrix, CountsConflicts) {
  Counts counts;
  EXPECT_EQ(run({loadMatrices("", 128), 4, 4}, matrixRows(), &counts).second, "");
  // All eight rows of a matrix in the same banks: 7 more turns each, for the loads and for the four stores of eight
  // lanes.
  EXPECT_EQ(counts.conflicts, 4 * 7 + 4 * 7);
}

//===- products of a warp ---------------------------------------------------------------------------------------===//

std::string product(const std::string &shape, const std::string &type) {
  return assembly("mma.sync.aligned." + shape + ".row.col.f32." + type + "." + type +
                      ".f32 {$0, $1, $2, $3}, {$4, $5, $6, $7}, {$8, $9}, {$10, $11, $12, $13};",
                  4, 10);
}

/// One element of A is 1: which row of B the product shows, and in which row. B is 8 k + column, C is 0.
TEST(Product, NarrowOperandsLieAsTheISASays) {
  struct {
    int lane, reg, half, row, k;
  } table[] = {{0, 0, 0, 0, 0},  {0, 0, 1, 0, 1},  {5, 0, 0, 1, 2},    {5, 1, 0, 9, 2},
               {5, 2, 0, 1, 10}, {5, 3, 1, 9, 11}, {31, 3, 1, 15, 15}, {28, 2, 0, 7, 8}};
  for (auto &at : table) {
    Words words(32 * 10, 0);
    for (int lane = 0; lane < 32; ++lane)
      for (int reg = 0; reg < 2; ++reg) {
        int k = 2 * (lane % 4) + 8 * reg, col = lane / 4;
        words[lane * 10 + 4 + reg] = bf16(8 * k + col) | bf16(8 * (k + 1) + col) << 16;
      }
    words[at.lane * 10 + at.reg] = bf16(1) << 16 * at.half;
    auto [sums, error] = run({product("m16n8k16", "bf16"), 10, 4}, words);
    ASSERT_EQ(error, "");
    for (int lane = 0; lane < 32; ++lane)
      for (int reg = 0; reg < 4; ++reg) {
        int row = lane / 4 + (reg >= 2 ? 8 : 0), col = 2 * (lane % 4) + reg % 2;
        EXPECT_EQ(real(sums[lane * 4 + reg]), row == at.row ? 8 * at.k + col : 0) << at.lane << " " << at.reg;
      }
  }
}

TEST(Product, WideOperandsLieAsTheISASays) {
  struct {
    int lane, reg, row, k;
  } table[] = {{0, 0, 0, 0}, {5, 0, 1, 1}, {5, 1, 9, 1}, {5, 2, 1, 5}, {5, 3, 9, 5}, {31, 3, 15, 7}};
  for (auto &at : table) {
    Words words(32 * 10, 0);
    for (int lane = 0; lane < 32; ++lane)
      for (int reg = 0; reg < 2; ++reg)
        words[lane * 10 + 4 + reg] = bits(8 * (lane % 4 + 4 * reg) + lane / 4);
    words[at.lane * 10 + at.reg] = bits(1) | 0x1fff; // what lies below tf32 is not seen
    auto [sums, error] = run({product("m16n8k8", "tf32"), 10, 4}, words);
    ASSERT_EQ(error, "");
    for (int lane = 0; lane < 32; ++lane)
      for (int reg = 0; reg < 4; ++reg) {
        int row = lane / 4 + (reg >= 2 ? 8 : 0), col = 2 * (lane % 4) + reg % 2;
        EXPECT_EQ(real(sums[lane * 4 + reg]), row == at.row ? 8 * at.k + col : 0) << at.lane << " " << at.reg;
      }
  }
}

TEST(Product, AddsInF16) {
  Words words(32 * 10, 0);
  for (int lane = 0; lane < 32; ++lane) {
    for (int reg = 0; reg < 4; ++reg)
      words[lane * 10 + reg] = f16Of(2) | f16Of(3) << 16;
    for (int reg = 4; reg < 6; ++reg)
      words[lane * 10 + reg] = f16Of(1) | f16Of(2) << 16;
    for (int reg = 6; reg < 10; ++reg)
      words[lane * 10 + reg] = bits(0.5f);
  }
  auto [sums, error] = run({product("m16n8k16", "f16"), 10, 4}, words);
  ASSERT_EQ(error, "");
  for (uint32_t sum : sums)
    EXPECT_EQ(real(sum), 8 * (2 * 1 + 3 * 2) + 0.5f);
}

} // namespace
