// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Compiled entries called through the real runtime: results, shapes, workspace, refusals, what a launch records.
#include "test/unit/LaunchToLLVM/Entries.h"

#include <gtest/gtest.h>

using namespace attn::test;

namespace {

/// One compile serves every test.
Library &cpu() {
  static Library library("cpu");
  return library;
}

class Calls : public ::testing::Test {
protected:
  void SetUp() override { ASSERT_EQ(cpu().error, ""); }
  std::string message() { return attn_last_message(cpu().context); }
};

TEST_F(Calls, StridedTensorsWorkspaceAndScratch) {
  // Rows 10 apart, starting 3 elements into the memory.
  std::vector<float> memory(3 + 10 * 10);
  for (size_t i = 0; i < memory.size(); ++i)
    memory[i] = float(i);
  Tensor<float> x(f32, {10, 8}, memory, {10, 1});
  x.view.byte_offset = 12;
  Tensor<int64_t> n(i64, {}, {6});
  Tensor<float> by(f32, {}, {2.0f});
  Tensor<float> o(f32, {10, 8}, std::vector<float>(10 * 8, -1.0f));
  ASSERT_EQ(call(cpu(), "scaled", {&x.view, &n.view, &by.view}, {&o.view}), ATTN_OK) << message();
  for (int64_t i = 0; i < 10; ++i)
    for (int64_t j = 0; j < 8; ++j)
      EXPECT_EQ(o.values[i * 8 + j], 2.0f * float(3 + 10 * i + j) + 3.0f) << i << ", " << j;

  EXPECT_EQ(shapeOf(cpu(), "scaled", {&x.view, &n.view, &by.view}, 2), (std::vector<int64_t>{10, 8}));
  attn_entry *entry = nullptr;
  ASSERT_EQ(attn_library_find(cpu().context, cpu().library, "scaled", &entry), ATTN_OK);
  const DLTensor *arguments[] = {&x.view, &n.view, &by.view};
  size_t bytes = 0;
  ASSERT_EQ(attn_workspace_size(cpu().context, entry, arguments, 3, &bytes), ATTN_OK);
  EXPECT_EQ(bytes, 128u); // 30 bytes and 6 floats, each from a multiple of 64 on
}

TEST_F(Calls, NoRowsLaunchNothing) {
  Tensor<float> x(f32, {0, 8}, {}), o(f32, {0, 8}, {}), by(f32, {}, {2.0f});
  Tensor<int64_t> n(i64, {}, {0});
  EXPECT_EQ(call(cpu(), "scaled", {&x.view, &n.view, &by.view}, {&o.view}), ATTN_OK) << message();
}

TEST_F(Calls, ChecksReadTheContract) {
  Tensor<float> x(f32, {2, 8}, std::vector<float>(16)), o(f32, {2, 8}, std::vector<float>(16)), by(f32, {}, {2.0f});
  Tensor<int64_t> n(i64, {}, {3});
  EXPECT_EQ(call(cpu(), "scaled", {&x.view, &n.view, &by.view}, {&o.view}), ATTN_INVALID_ARGUMENT);
  EXPECT_NE(message().find("expected 'n' to be at most the rows of 'x', but got 3 and 2"), std::string::npos)
      << message();
  Tensor<float> narrow(f32, {2, 7}, std::vector<float>(14));
  EXPECT_EQ(call(cpu(), "scaled", {&narrow.view, &n.view, &by.view}, {&o.view}), ATTN_INVALID_ARGUMENT);
  EXPECT_NE(message().find("argument 'x'"), std::string::npos) << message();
}

TEST_F(Calls, EveryScalarTypeArrives) {
  Tensor<uint8_t> flag(boolean, {}, {1}), on(boolean, {2}, {0, 1});
  Tensor<uint16_t> b(bf16, {}, {0x3fc0});
  Tensor<int32_t> small(i32, {}, {-7});
  Tensor<double> d(f64, {}, {0.1}), o(f64, {5}, std::vector<double>(5));
  ASSERT_EQ(call(cpu(), "typed", {&flag.view, &b.view, &small.view, &d.view, &on.view}, {&o.view}), ATTN_OK)
      << message();
  EXPECT_EQ(o.values, (std::vector<double>{1, 1.5, -7, 0.1, 1}));
}

TEST_F(Calls, TheBestVariantRuns) {
  Tensor<int32_t> o(i32, {1}, {-1});
  ASSERT_EQ(call(cpu(), "level", {}, {&o.view}), ATTN_OK) << message();
  EXPECT_EQ(o.values[0], 2);
}

TEST_F(Calls, LoopsAndConditionsStandAroundLaunches) {
  Tensor<float> x(f32, {}, {1.5f}), o(f32, {}, {0.0f});
  Tensor<int64_t> n(i64, {}, {4});
  ASSERT_EQ(call(cpu(), "repeated", {&n.view, &x.view}, {&o.view}), ATTN_OK) << message();
  EXPECT_EQ(o.values[0], 24.0f);
  n.values[0] = 0;
  ASSERT_EQ(call(cpu(), "repeated", {&n.view, &x.view}, {&o.view}), ATTN_OK) << message();
  EXPECT_EQ(o.values[0], 4.5f);
}

TEST_F(Calls, NothingIsLaunchedAfterAFailure) {
  Tensor<float> x(f32, {}, {0.0f}), o(f32, {}, {7.0f});
  Tensor<int64_t> n(i64, {}, {1001});
  EXPECT_NE(call(cpu(), "repeated", {&n.view, &x.view}, {&o.view}), ATTN_OK);
  EXPECT_EQ(o.values[0], 0.0f); // the launch behind the refused one would have written 3
}

TEST_F(Calls, PromisesAreChecked) {
  Tensor<int32_t> counts(i32, {1, 2}, {2, 1}), indices(i32, {1, 2, 3}, {4, 0, -1, 2, -1, -1}), cu(i32, {3}, {0, 2, 5});
  Tensor<int64_t> n(i64, {}, {5});
  std::vector<const DLTensor *> arguments = {&counts.view, &indices.view, &cu.view, &n.view};
  EXPECT_EQ(call(cpu(), "listed", arguments, {}), ATTN_OK) << message();
  indices.values[1] = 4;
  EXPECT_EQ(call(cpu(), "listed", arguments, {}), ATTN_INVALID_ARGUMENT);
  EXPECT_NE(message().find("repeats 4"), std::string::npos) << message();
  indices.values[1] = 0;
  cu.values[1] = 6;
  EXPECT_EQ(call(cpu(), "listed", arguments, {}), ATTN_INVALID_ARGUMENT);
  EXPECT_NE(message().find("argument 'cu'"), std::string::npos) << message();
}

/// What the contract's operations come to in C++; a negative one is seen by its absence from all shapes.
TEST_F(Calls, ContractsComputeLikeTheHost) {
  for (auto [a, b] : {std::pair<int64_t, int32_t>{17, 5}, {5, 5}, {3, 2}, {6, 0}, {4, 4}}) {
    Tensor<int64_t> first(i64, {}, {a});
    Tensor<int32_t> second(i32, {}, {b});
    bool greater = a > b, nonzero = a != 3;
    std::vector<int64_t> left = {a / 3, a % 3, a / 3, (a + 2) / 3, std::min<int64_t>(a, b), std::max<int64_t>(a, b),
                                 greater && nonzero ? a : b, greater || nonzero ? a : b};
    std::vector<int64_t> right = {greater != nonzero ? a : b, a - b, a * b, b / 3, b % 3, (b + 2) / 3,
                                  a >= b ? 3 : b, a <= b};
    std::vector<const DLTensor *> arguments = {&first.view, &second.view};
    EXPECT_EQ(shapeOf(cpu(), "formulas", arguments, 8, 0), left) << a << ", " << b << ": " << message();
    EXPECT_EQ(shapeOf(cpu(), "formulas", arguments, 8, 1), right) << a << ", " << b << ": " << message();
  }
}

TEST_F(Calls, TheManifestSaysWhereThingsAreFrom) {
  const attn_manifest *manifest = cpu().manifest();
  EXPECT_STREQ(manifest->producer, "a test");
  EXPECT_STREQ(manifest->targets, "cpu");
  EXPECT_EQ(std::string(manifest->source, size_t(manifest->source_bytes)), entries);
  EXPECT_EQ(std::string(manifest->entries[0].location).substr(0, 13), "entries.mlir:");
  EXPECT_EQ(std::string(manifest->kernels[0].location).substr(0, 13), "entries.mlir:");
}

TEST(NullDriver, RecordsFillAndLaunch) {
  Library library("null");
  ASSERT_EQ(library.error, "");
  Tensor<float> x(f32, {10, 8}, std::vector<float>(80)), o(f32, {10, 8}, std::vector<float>(80, 1.0f)),
      by(f32, {}, {2.0f});
  Tensor<int64_t> n(i64, {}, {6});
  ASSERT_EQ(call(library, "scaled", {&x.view, &n.view, &by.view}, {&o.view}), ATTN_OK)
      << attn_last_message(library.context);
  int64_t count = 0;
  ASSERT_EQ(attn_context_launches(library.context, &count), ATTN_OK);
  ASSERT_EQ(count, 3);
  attn_launch_record record;
  ASSERT_EQ(attn_context_launch(library.context, 0, &record), ATTN_OK);
  EXPECT_STREQ(record.kernel, "fill");
  EXPECT_EQ(record.grid[0], 6);
  EXPECT_EQ(record.grid[1], 4);
  ASSERT_EQ(attn_context_launch(library.context, 2, &record), ATTN_OK);
  EXPECT_STREQ(record.kernel, "scale");
  EXPECT_EQ(record.grid[0], 3);
  EXPECT_EQ(record.args_bytes, (5 + 5 + 3 + 1) * 8);
  EXPECT_EQ(record.scratch_bytes, 256);
  EXPECT_EQ(o.values[0], 1.0f);
}

} // namespace
