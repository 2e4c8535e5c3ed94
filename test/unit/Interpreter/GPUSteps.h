// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The steps on the road to a device, each the passes up to one boundary.
#pragma once

#include "lib/Target/CUDA/Passes.h"
#include "lib/Transforms/Tile/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"
#include "test/unit/Interpreter/Execute.h"

namespace attn::interpreter {

enum Boundary { rings = 1, issued, skewed, specialised, persistent, materialised };

struct Step {
  const char *name;
  Boundary last;
  bool made = false, classes = false, exact = false, lateClasses = false, instructions = false;

  /// In how many blocks to run it: where programs run in turn, in few and in more than there are.
  std::vector<int64_t> blocks() const { return last < persistent ? std::vector<int64_t>{1} : std::vector<int64_t>{1, 3, 64}; }
};

inline const Step kSteps[] = {{"rings", rings},
                              {"issued", issued},
                              {"skewed", skewed},
                              {"specialised", specialised},
                              {"persistent", persistent},
                              {"materialised", materialised},
                              {"made_operands", specialised, true},
                              {"made_materialised", materialised, true},
                              {"split_classes", specialised, false, true},
                              {"exact_arithmetic", specialised, false, false, true},
                              {"late_classes", specialised, false, false, true, true},
                              {"late_materialised", materialised, false, false, true, true},
                              {"instructions", materialised, true, false, false, false, true}};

/// Kernels in roles run their programs in turn, whether they differ in length or not.
inline void pinPersistent(mlir::ModuleOp module) {
  module.walk([](tile::RolesOp roles) {
    bool hasOwn = false;
    for (mlir::Region &role : roles.getBodies())
      hasOwn |= !role.front().getOps<tile::RingOp>().empty();
    if (roles.getBodies().size() > 1 && !hasOwn)
      roles->getParentOfType<tile::KernelOp>()->setAttr(tile::kPersistent,
                                                        mlir::BoolAttr::get(roles->getContext(), true));
  });
}

inline mlir::LogicalResult apply(mlir::ModuleOp module, const Step &step) {
  mlir::PassManager passes(&testContext());
  auto &kernel = passes.nest<tile::KernelOp>();
  if (step.exact) {
    kernel.addPass(tile::createLongestFirstPass());
    kernel.addPass(tile::createHoistScalesPass());
  }
  if (step.classes)
    kernel.addPass(tile::createSplitClassesPass());
  if (step.instructions)
    kernel.addPass(cuda::createSelectInstructionsPass());
  kernel.addPass(tile::createInsertRingsPass(/*depth=*/2, step.made));
  if (step.last >= issued)
    kernel.addPass(tile::createIssueProductsPass());
  if (step.last >= skewed)
    kernel.addPass(tile::createSkewPass());
  if (step.lateClasses)
    kernel.addPass(tile::createSplitClassesPass());
  if (step.last >= specialised)
    kernel.addPass(tile::createSpecialisePass());
  passes.addPass(mlir::createCanonicalizerPass());
  passes.addPass(mlir::createCSEPass());
  if (mlir::failed(passes.run(module)))
    return mlir::failure();
  if (step.last < persistent)
    return mlir::success();
  pinPersistent(module);
  mlir::PassManager turns(&testContext());
  turns.nest<tile::KernelOp>().addPass(tile::createLowerEpiloguePass(/*shared=*/0, /*least=*/1));
  turns.nest<tile::KernelOp>().addPass(tile::createPersistPass());
  if (step.last >= materialised) {
    turns.nest<tile::KernelOp>().addPass(cuda::createAssignLayoutsPass());
    turns.nest<tile::KernelOp>().addPass(cuda::createMaterialiseSyncPass());
  }
  turns.addPass(mlir::createCanonicalizerPass());
  turns.addPass(mlir::createCSEPass());
  return turns.run(module);
}

/// Where results differ from what is expected; empty: nowhere.
inline std::string findDifference(const programs::Tensors &got, const programs::Tensors &expected) {
  for (size_t r = 0; r < expected.size(); ++r)
    for (int64_t i = 0; i < expected[r].size(); ++i)
      if (!sameBits(got[r].values[i], expected[r].values[i]))
        return "element " + std::to_string(i) + " of result " + std::to_string(r) + ": expects " +
               std::to_string(expected[r].values[i]) + ", but got " + std::to_string(got[r].values[i]);
  return "";
}

} // namespace attn::interpreter
