// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// CUDA as a target: kernels are device code, PTX and cubin, for one chip or several.
#include "lib/Target/CUDA/Target.h"

#include "dialects/Tile/TileOps.h"
#include "lib/Target/CUDA/Assembler.h"
#include "lib/Target/CUDA/CheckSelectable.h"
#include "lib/Target/CUDA/Chips.h"
#include "lib/Target/CUDA/EmitPTX.h"
#include "lib/Target/CUDA/Passes.h"
#include "lib/Target/CUDA/SplitKernels.h"
#include "lib/Target/Common/Target.h"
#include "lib/Transforms/Launch/Passes.h"
#include "lib/Transforms/Tile/Passes.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

namespace attn::cuda {
namespace {

/// One of the checks of what a chip has.
struct CheckChip : PassWrapper<CheckChip, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(CheckChip)
  using Check = LogicalResult (*)(ModuleOp, const Chip &);
  CheckChip(const Chip &chip, Check check) : chip(chip), check(check) {}
  void runOnOperation() override {
    if (mlir::failed(check(getOperation(), chip)))
      signalPassFailure();
  }
  Chip chip;
  Check check;
};

/// The overlapped form with a block for each program, with programs in turn but not their groups of warps, and with
/// neither, and the whole of it at fewer keys: all need fewer registers.
constexpr llvm::StringLiteral overlappedOnce = "overlapped.once", overlappedLoose = "overlapped.loose",
                              overlappedPlain = "overlapped.plain", overlappedFewerKeys = "overlapped_fewer_keys";

class CUDATarget final : public target::Target {
public:
  llvm::StringRef name() const override { return "cuda"; }
  llvm::StringRef spelling() const override { return "cuda:CHIP"; }
  llvm::StringRef assembler() const override { return "ptxas"; }
  bool isDevice() const override { return true; }
  llvm::StringRef chipFor(int64_t capability) const override {
    const Chip *chip = cuda::chipFor(capability);
    return chip ? llvm::StringRef(chip->name) : llvm::StringRef();
  }

  llvm::StringRef help() const override {
    return R"(  --target=cuda:CHIP    one chip or several, with commas: sm_80, sm_86, sm_89, sm_90a, sm_100a, sm_120. Beside the
                        kinds above, emits ptx and cubin for one chip
  --ptxas=PATH          the assembler; left out: on PATH, in CUDA_HOME, CUDA_PATH or /usr/local/cuda
)";
  }

  llvm::ArrayRef<target::EmitKind> emitKinds() const override {
    static const target::EmitKind kinds[] = {{"obj", "o", Emit::object},
                                             {"so", "so", Emit::library},
                                             {"ptx", "ptx", Emit::assembly},
                                             {"cubin", "cubin", Emit::image}};
    return kinds;
  }

  llvm::Expected<std::vector<std::string>> parseChips(llvm::StringRef text) const override {
    std::vector<std::string> chips;
    llvm::SmallVector<llvm::StringRef> names;
    text.split(names, ',');
    for (llvm::StringRef name : names) {
      llvm::Expected<Chip> chip = describeChip(name);
      if (!chip)
        return chip.takeError();
      if (llvm::is_contained(chips, name))
        return llvm::createStringError("expects each chip once, but got '" + text + "'");
      chips.push_back(name.str());
    }
    return chips;
  }

  void registerDialects(DialectRegistry &registry) const override {
    registerDeviceDialects(registry);
    registerTranslations(registry);
  }

  llvm::ArrayRef<llvm::StringRef> forms(llvm::StringRef chipName) const override {
    static const llvm::StringRef overlapped[] = {"overlapped", overlappedOnce, overlappedLoose, overlappedPlain,
                                                 overlappedFewerKeys};
    llvm::Expected<Chip> chip = describeChip(chipName);
    if (!chip)
      return llvm::consumeError(chip.takeError()), llvm::ArrayRef<llvm::StringRef>();
    return chip->hasWarpgroups() ? llvm::ArrayRef<llvm::StringRef>(overlapped) : llvm::ArrayRef<llvm::StringRef>();
  }

  llvm::ArrayRef<llvm::StringRef> smallerTiles() const override {
    static const llvm::StringRef steps[] = {"fewer-keys", "fewest-keys", "fewer-rows", "fewer-values",
                                             "fewest-values"};
    return steps;
  }

  llvm::Error buildKernels(OpPassManager &pm, llvm::StringRef chipName, llvm::StringRef form) const override {
    llvm::Expected<Chip> chip = describeChip(chipName);
    if (!chip)
      return chip.takeError();
    pm.addPass(std::make_unique<CheckChip>(*chip, checkPrograms));
    // Before the forms part ways: they share the host code.
    pm.addNestedPass<tile::KernelOp>(createCanonicalizerPass());
    pm.addNestedPass<tile::KernelOp>(createCSEPass());
    pm.addPass(tile::createHoistUniformPass());
    if (form.empty())
      buildValuePipeline(pm, chip->name);
    else
      buildOverlapPipeline(pm, chip->name, /*persist=*/form != overlappedOnce && form != overlappedPlain,
                           /*turns=*/form != overlappedLoose && form != overlappedPlain);
    if (chip->overlapsLaunches())
      pm.addPass(launch::createOverlapKernelsPass());
    buildTileToDevicePipeline(pm);
    if (!form.empty())
      pm.addPass(std::make_unique<CheckChip>(*chip, checkLimits)); // a form that does not fit is none
    return llvm::Error::success();
  }

  llvm::Expected<target::DeviceCode> compileDevice(ModuleOp module, llvm::StringRef chipName,
                                                   const target::DeviceOptions &options) const override;
};

llvm::Error failed(llvm::StringRef what) { return llvm::createStringError(what + " failed"); }

llvm::Error assembleInto(target::DeviceCode &code, ModuleOp kernels, const Chip &chip,
                         const target::DeviceOptions &options) {
  using Image = target::DeviceOptions::Image;
  std::string assembler = findAssembler(options.assembler);
  if (assembler.empty() && !options.assembler.empty())
    return llvm::createStringError("expects ptxas at '" + options.assembler + "', but cannot run it");
  if (assembler.empty() && options.image == Image::required)
    return llvm::createStringError("expects ptxas as the option --ptxas, on PATH, in CUDA_HOME or CUDA_PATH or in "
                                   "/usr/local/cuda, but found none");
  if (assembler.empty()) {
    emitRemark(kernels.getLoc()) << "[ptxas] image = ptx: found no ptxas; the driver assembles when it loads";
    return llvm::Error::success();
  }
  llvm::Expected<Assembled> assembled = assemble(code.assembly, chip, assembler, options.seconds);
  if (!assembled)
    return assembled.takeError();
  code.image = std::move(assembled->cubin);
  code.reports = std::move(assembled->reports);
  for (target::KernelReport &report : code.reports) {
    auto function = kernels.lookupSymbol<LLVM::LLVMFuncOp>(report.name);
    report.place = function ? function.getLoc() : kernels.getLoc();
  }
  return llvm::Error::success();
}

llvm::Expected<target::DeviceCode> CUDATarget::compileDevice(ModuleOp module, llvm::StringRef chipName,
                                                             const target::DeviceOptions &options) const {
  llvm::Expected<Chip> chip = describeChip(chipName);
  if (!chip)
    return chip.takeError();
  OwningOpRef<ModuleOp> kernels = splitKernels(module);
  if (kernels->getBody()->empty())
    return llvm::createStringError("expects a kernel to compile for target cuda, but found none");
  if (mlir::failed(checkLimits(*kernels, *chip)) || mlir::failed(checkInstructions(*kernels, *chip)))
    return failed("compiling for " + chip->name.str());
  target::DeviceCode code;
  code.functions = renameSymbols(*kernels);
  PassManager passes(module.getContext());
  buildKernelsToLLVMPipeline(passes);
  if (mlir::failed(passes.run(*kernels)) || mlir::failed(checkSelectable(*kernels)))
    return failed("lowering device code");
  llvm::Expected<std::string> ptx = emitPTX(*kernels, *chip);
  if (!ptx)
    return ptx.takeError();
  code.chip = chip->name.str();
  code.capability = chip->capability;
  code.exact = chip->exact;
  code.assembly = std::move(*ptx);
  if (options.image != target::DeviceOptions::Image::none)
    if (llvm::Error error = assembleInto(code, *kernels, *chip, options))
      return error;
  return code;
}

} // namespace

void registerCUDATarget() { target::registerTarget(std::make_unique<CUDATarget>()); }

} // namespace attn::cuda
