// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The tile programs as device functions, in value form: thread by thread they compute what their formulas say.
#include "lib/Target/CUDA/Instructions.h"
#include "lib/Transforms/Launch/Passes.h"
#include "test/unit/DeviceSimulator/Execute.h"

using namespace attn;
using namespace attn::cuda::simulator;

namespace {

/// Some cases of a program, the first and the last among them, under several seeds; a persistent kernel in few and in
/// more blocks. `gaps`: of rows in memory, in turn: 8 allows wide accesses, 3 does not.
void runCases(const Program &program, mlir::ModuleOp module, llvm::ArrayRef<int64_t> gaps, uint64_t seeds,
              Counts *counts = nullptr) {
  constexpr size_t most = 5;
  Device device;
  size_t last = program.cases.size() - 1, step = std::max<size_t>(1, last / (most - 1));
  for (size_t number = 0; number <= last; number = number < last && number + step > last ? last : number + step)
    for (uint64_t seed = 0; seed < seeds; ++seed) {
      int64_t gap = gaps[(number / step + seed) % gaps.size()];
      auto executor = [&](const Program &program, const Tensors &arguments, const Tensors &results) {
        Options options;
        options.seed = number + seed;
        options.blocks = 1 + 2 * seed;
        return simulate(device, module, program.entry, arguments, results, gap, options, counts);
      };
      EXPECT_EQ(check(program, program.cases[number], executor, program.tolerance), "")
          << program.cases[number].name << ", gap " << gap << ", seed " << seed;
    }
}

class ValueForm : public testing::TestWithParam<size_t> {};

TEST_P(ValueForm, Agrees) {
  const Program &program = programs::programs()[GetParam()];
  auto module = parseProgram(program);
  ASSERT_TRUE(module);
  mlir::PassManager passes(&testContext());
  cuda::buildValuePipeline(passes);
  cuda::buildTileToDevicePipeline(passes);
  addCleanup(passes);
  ASSERT_TRUE(mlir::succeeded(passes.run(*module)));
  runCases(program, *module, {3, 8}, 1);
}

/// Has products of a warp read both operands from shared memory.
void homeInSlots(mlir::ModuleOp module) {
  module.walk([](tile::MmaOp op) {
    if (auto row = mlir::dyn_cast_if_present<cuda::MmaAttr>(op.getInstructionAttr()))
      op.setInstructionAttr(cuda::MmaAttr::get(op.getContext(), row.getM(), row.getN(), row.getK(), row.getType(),
                                               row.getProducts(), tile::Home::slot));
  });
}

TEST_P(ValueForm, AgreesWithOperandsInSlots) {
  const Program &program = programs::programs()[GetParam()];
  auto module = parseProgram(program);
  ASSERT_TRUE(module);
  mlir::PassManager values(&testContext()), passes(&testContext());
  cuda::buildValuePipeline(values);
  ASSERT_TRUE(mlir::succeeded(values.run(*module)));
  homeInSlots(*module);
  cuda::buildTileToDevicePipeline(passes);
  addCleanup(passes);
  ASSERT_TRUE(mlir::succeeded(passes.run(*module)));
  runCases(program, *module, {3, 8}, 1);
}

INSTANTIATE_TEST_SUITE_P(DeviceSimulator, ValueForm, testing::Range(size_t(0), programs::programs().size()),
                         [](const testing::TestParamInfo<size_t> &info) {
                           return programs::programs()[info.param].entry;
                         });

/// A program, and whether groups of four warps compute its products; those of few rows are a warp's.
struct Overlapped {
  Program program;
  bool byGroups = true;
};
std::ostream &operator<<(std::ostream &os, const Overlapped &overlapped) { return os << overlapped.program.entry; }

class OverlappedForm : public testing::TestWithParam<Overlapped> {};

TEST_P(OverlappedForm, Agrees) {
  const auto &[program, byGroups] = GetParam();
  auto module = parseProgram(program);
  ASSERT_TRUE(module);
  mlir::PassManager passes(&testContext());
  cuda::buildOverlapPipeline(passes);
  cuda::buildTileToDevicePipeline(passes);
  addCleanup(passes);
  ASSERT_TRUE(mlir::succeeded(passes.run(*module)));
  Counts counts;
  runCases(program, *module, {8}, 3, &counts);
  EXPECT_EQ(counts.groupProducts > 0, byGroups);
  EXPECT_GT(counts.bulkCopies, 0);
}

INSTANTIATE_TEST_SUITE_P(DeviceSimulator, OverlappedForm,
                         testing::Values(Overlapped{programs::attentionInRoles()},
                                         Overlapped{programs::gatedDeltaPrepared()}, Overlapped{programs::decode()},
                                         Overlapped{programs::decodeBF16(), /*byGroups=*/false},
                                         Overlapped{programs::scalarDecay()}),
                         [](const testing::TestParamInfo<Overlapped> &info) { return info.param.program.entry; });

} // namespace
