// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --launch-to-llvm: wrappers, host code and the manifest of a module of kernels and entries.
#include "lib/Conversion/LaunchToLLVM/LaunchToLLVM.h"

#include "lib/Conversion/LaunchToLLVM/HostCode.h"
#include "lib/Conversion/LaunchToLLVM/Manifest.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace attn {
namespace {

/// Kernels by name, in the module's order, each with its variants.
class KernelTable {
public:
  KernelTable(ModuleOp module, int64_t defaultLevel) : symbols(module), defaultLevel(defaultLevel) {
    for (auto function : module.getOps<func::FuncOp>())
      if (function->hasAttr(launch::kernelAttr))
        kernels.push_back(function);
  }

  ArrayRef<func::FuncOp> all() const { return kernels; }

  FailureOr<std::vector<KernelForms>> group() {
    std::vector<KernelForms> forms;
    llvm::StringMap<size_t> numbers;
    for (func::FuncOp kernel : kernels) {
      if (failed(verifyKernel(kernel)))
        return failure();
      if (kernel->hasAttr(launch::variantOfAttr))
        continue;
      numbers[kernel.getSymName()] = forms.size();
      forms.push_back({kernel.getSymName().str(), describeLocation(kernel.getLoc()), {describe(kernel)}, {}});
    }
    for (func::FuncOp kernel : kernels) {
      auto base = kernel->getAttrOfType<FlatSymbolRefAttr>(launch::variantOfAttr);
      if (!base)
        continue;
      auto known = numbers.find(base.getValue());
      if (known == numbers.end())
        return kernel.emitError() << "expects '" << base.getValue() << "' to be a kernel and no variant itself";
      auto other = symbols.lookup<func::FuncOp>(base.getValue());
      if (other.getFunctionType() != kernel.getFunctionType())
        return kernel.emitError() << "expects a variant to have the type of '" << base.getValue() << "', "
                                  << other.getFunctionType() << ", but got " << kernel.getFunctionType();
      if (!kernel->hasAttr(launch::cpuLevelAttr))
        return kernel.emitError("expects a variant to have 'launch.cpu_level'");
      forms[known->second].variants.push_back(describe(kernel));
    }
    return forms;
  }

private:
  KernelVariant describe(func::FuncOp kernel) {
    auto level = kernel->getAttrOfType<IntegerAttr>(launch::cpuLevelAttr);
    return {wrapperName(kernel.getSymName()), level ? level.getInt() : defaultLevel, scratchBytes(kernel)};
  }

  SymbolTable symbols;
  int64_t defaultLevel;
  SmallVector<func::FuncOp> kernels;
};

/// Appends the device kernels that entries launch to `forms` and notes their rows.
LogicalResult addDeviceKernels(ModuleOp module, size_t images, std::vector<KernelForms> &forms, DeviceRows &devices) {
  llvm::StringMap<launch::KernelOp> launches;
  WalkResult walk = module.walk([&](launch::KernelOp op) -> WalkResult {
    auto [known, fresh] = launches.try_emplace(op.getCallee(), op);
    launch::KernelOp first = known->second;
    if (fresh || first.getArguments().getTypes() == op.getArguments().getTypes())
      return WalkResult::advance();
    return op.emitOpError() << "expects the operands of another launch of '" << op.getCallee() << "', "
                            << first.getArguments().getTypes();
  });
  if (walk.wasInterrupted())
    return failure();
  for (auto kernel : module.getOps<LLVM::LLVMFuncOp>()) {
    auto launch = launches.find(kernel.getSymName());
    if (!isDeviceKernel(kernel) || launch == launches.end())
      continue;
    FailureOr<std::vector<DeviceVariant>> variants =
        readDeviceVariants(kernel, launch->second.getArguments().getTypes(), images);
    if (failed(variants))
      return failure();
    devices.rows[kernel.getSymName()] = forms.size();
    forms.push_back({kernel.getSymName().str(), describeLocation(kernel.getLoc()), {}, std::move(*variants)});
  }
  devices.size = forms.size();
  if (module.lookupSymbol(kernelTableName))
    return module.emitError() << "expects no symbol of its own to be called '" << kernelTableName << "'";
  return success();
}

struct LaunchToLLVM : PassWrapper<LaunchToLLVM, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(LaunchToLLVM)
  LaunchToLLVM() = default;
  explicit LaunchToLLVM(const LaunchToLLVMOptions &options) {
    producer = options.producer;
    targets = options.targets;
    cpuLevel = options.cpuLevel;
    source = options.source;
  }
  LaunchToLLVM(const LaunchToLLVM &other) : PassWrapper(other) {}

  StringRef getArgument() const override { return "launch-to-llvm"; }
  StringRef getDescription() const override { return "Make host code, kernel wrappers and the manifest"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, func::FuncDialect, LLVM::LLVMDialect, memref::MemRefDialect,
                    scf::SCFDialect>();
  }

  void runOnOperation() override {
    if (failed(lower()))
      signalPassFailure();
  }

private:
  LogicalResult lower() {
    ModuleOp module = getOperation();
    KernelTable kernels(module, cpuLevel);
    FailureOr<std::vector<KernelForms>> forms = kernels.group();
    FailureOr<std::vector<DeviceImage>> images = readImages(module);
    DeviceRows devices;
    if (failed(forms) || failed(images) || failed(addDeviceKernels(module, images->size(), *forms, devices)))
      return failure();
    AbiTypes types(&getContext());
    for (func::FuncOp kernel : kernels.all())
      wrapKernel(kernel, types);

    std::vector<EntryContract> contracts;
    SymbolTable symbols(module);
    for (auto entry : llvm::make_early_inc_range(module.getOps<launch::EntryOp>())) {
      FailureOr<EntryContract> contract = compileContract(entry);
      if (failed(contract))
        return failure();
      FailureOr<LLVM::LLVMFuncOp> function = lowerEntry(entry, types, symbols, devices);
      if (failed(function) || failed(expandDivisions(*function)))
        return failure();
      contracts.push_back(std::move(*contract));
    }
    writeManifest(module, types, contracts, *forms, *images, {producer, targets, cpuLevel, source});
    module->removeAttr(launch::imagesAttr);
    for (auto kernel : llvm::make_early_inc_range(module.getOps<LLVM::LLVMFuncOp>()))
      if (isDeviceKernel(kernel))
        kernel.erase();
    return success();
  }

  /// Divisions that round up or down have no lowering of their own.
  LogicalResult expandDivisions(LLVM::LLVMFuncOp function) {
    RewritePatternSet patterns(&getContext());
    arith::populateCeilFloorDivExpandOpsPatterns(patterns);
    if (failed(applyPatternsGreedily(function, std::move(patterns))))
      return function.emitError() << "expanding divisions does not come to an end";
    return success();
  }

  Option<std::string> producer{*this, "producer", llvm::cl::desc("Name and version of the compiler"),
                               llvm::cl::init("attn")};
  Option<std::string> targets{*this, "targets", llvm::cl::desc("Targets, comma separated"), llvm::cl::init("cpu")};
  Option<int64_t> cpuLevel{*this, "cpu-level", llvm::cl::desc("CPU level of host code and kernels"),
                           llvm::cl::init(0)};
  Option<std::string> source{*this, "source", llvm::cl::desc("IR to embed")};
};

} // namespace

std::unique_ptr<Pass> createLaunchToLLVMPass(const LaunchToLLVMOptions &options) {
  return std::make_unique<LaunchToLLVM>(options);
}

void registerLaunchToLLVMPass() { PassRegistration<LaunchToLLVM>(); }

} // namespace attn
