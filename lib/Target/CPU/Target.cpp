// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The CPU as a target: kernels are host code, and chips are feature levels.
#include "lib/Target/CPU/Target.h"

#include "lib/Target/CPU/Features.h"
#include "lib/Target/CPU/Passes.h"
#include "lib/Target/CPU/Pipeline.h"
#include "lib/Target/Common/Target.h"
#include "mlir/Dialect/X86Vector/X86VectorDialect.h"

namespace attn::cpu {
namespace {

class HostTarget final : public target::Target {
public:
  llvm::StringRef name() const override { return "cpu"; }
  llvm::StringRef spelling() const override { return "cpu"; }

  llvm::StringRef help() const override {
    return R"(  --target=cpu
  --cpu=LEVEL           native, x86-64-v3, x86-64-v4 or x86-64-v4-bf16; left out: x86-64-v3, beside kernels for the
                        others, chosen when the library is opened
)";
  }

  llvm::ArrayRef<target::EmitKind> emitKinds() const override {
    static const target::EmitKind kinds[] = {{"obj", "o", Emit::object}, {"so", "so", Emit::library}};
    return kinds;
  }

  llvm::Expected<std::vector<std::string>> parseChips(llvm::StringRef text) const override {
    if (!text.empty())
      return llvm::createStringError("expects target cpu alone, and its level as an option of its own, but got 'cpu:" +
                                     text + "'");
    return std::vector<std::string>();
  }

  void registerDialects(mlir::DialectRegistry &registry) const override {
    registry.insert<mlir::x86vector::X86VectorDialect>();
  }

  llvm::Error buildKernels(mlir::OpPassManager &pm, llvm::StringRef chip, llvm::StringRef form) const override {
    llvm::Expected<CPUTarget> described = describeTarget(chip);
    if (!described)
      return described.takeError();
    buildTileToKernelsPipeline(pm, {*described});
    pm.addPass(createExpandMathPass(*described)); // knows one CPU at a time
    return llvm::Error::success();
  }
};

} // namespace

void registerCPUTarget() { target::registerTarget(std::make_unique<HostTarget>()); }

} // namespace attn::cpu
