// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The passes that keep the order of every sum: each program gives the same bits before and after them.
#include "lib/Target/CPU/Pipeline.h"
#include "lib/Transforms/Launch/Passes.h"
#include "lib/Transforms/Tile/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"
#include "test/unit/Interpreter/Execute.h"


using namespace attn;
using namespace attn::interpreter;
using programs::Program;
using programs::Tensor;
using programs::Tensors;

namespace {

/// A run of passes by its name.
struct Step {
  const char *name;
  void (*add)(mlir::OpPassManager &passes);
};

void addCanonicalize(mlir::OpPassManager &passes) {
  passes.addPass(mlir::createCanonicalizerPass());
  passes.addPass(mlir::createCSEPass());
}

void addLaunch(mlir::OpPassManager &passes) {
  passes.addPass(launch::createInlineGridsPass());
  passes.addPass(launch::createPlanWorkspacePass());
  addCanonicalize(passes);
}

void addTurnNarrow(mlir::OpPassManager &passes) {
  passes.nest<tile::KernelOp>().addPass(tile::createTurnNarrowPass(16));
}

void addVersionRows(mlir::OpPassManager &passes) {
  addTurnNarrow(passes);
  passes.nest<tile::KernelOp>().addPass(tile::createVersionRowsPass());
}

void addPrefetch(mlir::OpPassManager &passes) {
  addVersionRows(passes);
  passes.nest<tile::KernelOp>().addPass(tile::createPrefetchPass(8));
}

void addSplitClasses(mlir::OpPassManager &passes) {
  passes.nest<tile::KernelOp>().addPass(tile::createSplitClassesPass());
}

void addAdvanceLoads(mlir::OpPassManager &passes) {
  passes.nest<tile::KernelOp>().addPass(tile::createAdvanceLoadsPass());
}

void addSplitRows(mlir::OpPassManager &passes) {
  addSplitClasses(passes);
  passes.nest<tile::KernelOp>().addPass(tile::createSplitRowsPass(6));
}

void addSchedule(mlir::OpPassManager &passes) {
  if (auto target = cpu::describeTarget("x86-64-v4"))
    buildTileSchedulePipeline(passes, {*target});
  else
    ADD_FAILURE() << llvm::toString(target.takeError());
}

const Step kSteps[] = {{"canonicalize", addCanonicalize},
                       {"launch", addLaunch},
                       {"turn_narrow", addTurnNarrow},
                       {"version_rows", addVersionRows},
                       {"prefetch", addPrefetch},
                       {"split_classes", addSplitClasses},
                       {"advance_loads", addAdvanceLoads},
                       {"split_rows", addSplitRows},
                       {"schedule", addSchedule}};

using Parameter = std::tuple<size_t, Step>;

class PassBoundaries : public testing::TestWithParam<Parameter> {};

TEST_P(PassBoundaries, SameBits) {
  const Program &program = programs::programs()[std::get<0>(GetParam())];
  mlir::OwningOpRef<mlir::ModuleOp> before = parseProgram(program), after = parseProgram(program);
  ASSERT_TRUE(before && after);
  mlir::PassManager passes(&testContext());
  std::get<1>(GetParam()).add(passes);
  ASSERT_TRUE(mlir::succeeded(passes.run(*after)));
  // A short, an uneven and a long case.
  for (size_t number : {size_t(0), program.cases.size() / 2, program.cases.size() - 1}) {
    Tensors arguments = program.cases[number].arguments(), results = program.reference(arguments);
    for (Tensor &result : results)
      std::fill(result.values.begin(), result.values.end(), 77.0);
    auto expected = interpret(*before, program, arguments, results, {NumberMode::stored});
    auto got = interpret(*after, program, arguments, results, {NumberMode::stored});
    ASSERT_TRUE(bool(expected)) << llvm::toString(expected.takeError());
    ASSERT_TRUE(bool(got)) << llvm::toString(got.takeError());
    for (size_t r = 0; r < results.size(); ++r)
      for (int64_t i = 0; i < results[r].size(); ++i)
        ASSERT_TRUE(sameBits((*got)[r].values[i], (*expected)[r].values[i]))
            << program.cases[number].name << ": element " << i << " of result " << r << ": expects "
            << (*expected)[r].values[i] << ", but got " << (*got)[r].values[i];
  }
}

INSTANTIATE_TEST_SUITE_P(Interpreter, PassBoundaries,
                         testing::Combine(testing::Range(size_t(0), programs::programs().size()),
                                          testing::ValuesIn(kSteps)),
                         [](const testing::TestParamInfo<Parameter> &info) {
                           return programs::programs()[std::get<0>(info.param)].entry + "_" +
                                  std::get<1>(info.param).name;
                         });

} // namespace
