// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Rings, products in flight, turned loops and roles: every program gives the same bits after each pass, and keeps its
// protocol under random schedules.
#include "test/unit/Interpreter/GPUSteps.h"

#include <map>

using namespace attn;
using namespace attn::interpreter;
using programs::Program;
using programs::Tensors;

namespace {

using Parameter = std::tuple<size_t, Step>;

class GPUPasses : public testing::TestWithParam<Parameter> {};

TEST_P(GPUPasses, KeepBitsAndProtocol) {
  const Program &program = programs::programs()[std::get<0>(GetParam())];
  mlir::OwningOpRef<mlir::ModuleOp> before = parseProgram(program), after = parseProgram(program);
  ASSERT_TRUE(before && after);
  ASSERT_TRUE(mlir::succeeded(apply(*after, std::get<1>(GetParam()))));
  for (size_t number : {size_t(0), program.cases.size() / 2, program.cases.size() - 1}) {
    Tensors arguments = program.cases[number].arguments(), results = program.reference(arguments);
    auto expected = interpret(*before, program, arguments, results, {NumberMode::stored});
    ASSERT_TRUE(bool(expected)) << llvm::toString(expected.takeError());
    for (int64_t blocks : std::get<1>(GetParam()).blocks()) {
      Options options;
      options.mode = NumberMode::stored;
      options.blocks = blocks;
      auto got = interpret(*after, program, arguments, results, options);
      ASSERT_TRUE(bool(got)) << program.cases[number].name << ": " << llvm::toString(got.takeError());
      ASSERT_EQ(findDifference(*got, *expected), "") << program.cases[number].name << ", " << blocks << " blocks";
    }
    if (program.entry == "top_blocks") // it branches on elements of tiles
      continue;
    for (uint64_t seed = 0; seed < 10; ++seed) {
      Options options;
      options.protocol = true;
      options.seed = seed;
      auto followed = interpret(*after, program, arguments, results, options);
      ASSERT_TRUE(bool(followed)) << program.cases[number].name << ", seed " << seed << ": "
                                  << llvm::toString(followed.takeError());
    }
  }
}

mlir::LogicalResult applyRoundingPasses(mlir::ModuleOp module) {
  mlir::PassManager passes(&testContext());
  auto &kernel = passes.nest<tile::KernelOp>();
  kernel.addPass(tile::createRelaxArithmeticPass());
  kernel.addPass(tile::createHoistScalesPass());
  kernel.addPass(tile::createFoldExp2Pass());
  kernel.addPass(tile::createDeferReductionsPass(8));
  return passes.run(module);
}

class RoundingPasses : public testing::TestWithParam<size_t> {};

/// In f64 nothing that rounds matters but constants of f32.
TEST_P(RoundingPasses, KeepNumbers) {
  const Program &program = programs::programs()[GetParam()];
  mlir::OwningOpRef<mlir::ModuleOp> before = parseProgram(program), after = parseProgram(program);
  ASSERT_TRUE(before && after && mlir::succeeded(applyRoundingPasses(*after)));
  for (const programs::Case &point : program.cases) {
    Tensors arguments = point.arguments(), results = program.reference(arguments);
    auto expected = interpret(*before, program, arguments, results, {NumberMode::float64});
    auto got = interpret(*after, program, arguments, results, {NumberMode::float64});
    ASSERT_TRUE(bool(expected)) << llvm::toString(expected.takeError());
    ASSERT_TRUE(bool(got)) << point.name << ": " << llvm::toString(got.takeError());
    for (size_t r = 0; r < results.size(); ++r)
      for (int64_t i = 0; i < results[r].size(); ++i) {
        double want = (*expected)[r].values[i], have = (*got)[r].values[i];
        ASSERT_TRUE(sameBits(have, want) || std::abs(have - want) <= 1e-5 * std::max(1.0, std::abs(want)))
            << point.name << ": element " << i << " of result " << r << ": expects " << want << ", but got " << have;
      }
  }
}

INSTANTIATE_TEST_SUITE_P(Interpreter, RoundingPasses, testing::Range(size_t(0), programs::programs().size()),
                         [](const testing::TestParamInfo<size_t> &info) {
                           return programs::programs()[info.param].entry;
                         });

/// How many loops of a module are turned, and how many kernels are in roles.
std::pair<int, int> countDecisions(mlir::ModuleOp module) {
  int turned = 0, roles = 0;
  module.walk([&](mlir::Operation *op) {
    turned += op->hasAttr("skew");
    roles += llvm::isa<tile::RolesOp>(op);
  });
  return {turned, roles};
}

/// The passes do something: loops of products that need products are turned, in both roles, and kernels that load for
/// products have roles.
TEST(GPUPassDecisions, AreTaken) {
  const std::map<std::string, std::pair<int, int>> expected = {
      {"attention", {2, 1}}, {"latent_attention", {2, 1}}, {"weight_sums", {0, 3}}};
  int seen = 0;
  for (const Program &program : programs::programs()) {
    auto found = expected.find(program.entry);
    if (found == expected.end())
      continue;
    ++seen;
    auto module = parseProgram(program);
    ASSERT_TRUE(module && mlir::succeeded(apply(*module, kSteps[3])));
    EXPECT_EQ(countDecisions(*module), found->second) << program.entry;
  }
  EXPECT_EQ(seen, 3);
}

INSTANTIATE_TEST_SUITE_P(Interpreter, GPUPasses,
                         testing::Combine(testing::Range(size_t(0), programs::programs().size()),
                                          testing::ValuesIn(kSteps)),
                         [](const testing::TestParamInfo<Parameter> &info) {
                           return programs::programs()[std::get<0>(info.param)].entry + "_" +
                                  std::get<1>(info.param).name;
                         });

} // namespace
