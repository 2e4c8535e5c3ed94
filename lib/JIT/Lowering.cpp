// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs the pipelines between the levels, one after another.
#include "lib/JIT/Lowering.h"

#include "dialects/Launch/LaunchOps.h"
#include "dialects/Tile/TileOps.h"
#include "lib/JIT/KernelVariants.h"
#include "lib/JIT/Versions.h"
#include "lib/Pipelines/AttnPipeline.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace attn {

Level levelOf(ModuleOp module) {
  bool hasEntries = !module.getOps<launch::EntryOp>().empty();
  Level level = Level::attn;
  for (Operation &op : *module.getBody()) {
    llvm::StringRef dialect = op.getName().getDialectNamespace();
    if (dialect == "llvm")
      return hasEntries ? Level::kernels : Level::llvm;
    if (dialect == "tile" || dialect == "launch")
      level = Level::tile;
  }
  return level;
}

Lowering::Lowering(const CompileOptions &options, DiagnosticKeeper &keeper) : options(options), keeper(keeper) {}

llvm::Error Lowering::checkTime() const {
  if (options.cancelled && options.cancelled->load())
    return llvm::createStringError("the compile was cancelled");
  if (options.deadline && std::chrono::steady_clock::now() - start > *options.deadline)
    return llvm::createStringError("the compile took longer than its deadline of " +
                                   llvm::Twine(options.deadline->count()) + " ms");
  return llvm::Error::success();
}

unsigned Lowering::secondsLeft() const {
  if (!options.deadline)
    return 0;
  auto left = start + *options.deadline - std::chrono::steady_clock::now();
  return std::max<int64_t>(1, std::chrono::ceil<std::chrono::seconds>(left).count());
}

llvm::Error Lowering::chooseTargets() {
  llvm::Expected<target::Selection> selected = target::selectTarget(options.target);
  if (!selected)
    return selected.takeError();
  chosen = std::move(*selected);
  bool isDeviceCode = options.emit == Emit::assembly || options.emit == Emit::image;
  if (isDeviceCode && !chosen.target->isDevice())
    return llvm::createStringError("expects a target with device code, but got '" + options.target + "'");
  if (isDeviceCode && chosen.chips.size() != 1)
    return llvm::createStringError("expects one chip where device code is emitted, but got '" + options.target + "'");
  return chooseLevels();
}

llvm::Error Lowering::chooseLevels() {
  bool isForHere = options.emit == Emit::jit;
  llvm::Expected<cpu::CPUTarget> described =
      cpu::describeTarget(!options.cpu.empty() ? options.cpu : isForHere ? "native" : "x86-64-v3");
  if (!described)
    return described.takeError();
  base = *described;
  if (!options.cpu.empty() || isForHere || chosen.target->isDevice())
    return llvm::Error::success();
  for (llvm::StringRef name : {"x86-64-v4", "x86-64-v4-bf16"}) {
    described = cpu::describeTarget(name);
    if (!described)
      return described.takeError();
    others.push_back(*described);
  }
  return llvm::Error::success();
}

llvm::Error Lowering::runPasses(ModuleOp module, llvm::StringRef what,
                                llvm::function_ref<llvm::Error(OpPassManager &)> build) {
  if (llvm::Error error = checkTime())
    return error;
  PassManager passes(module->getContext());
  if (llvm::Error error = build(passes))
    return error;
  if (failed(passes.run(module)))
    return keeper.take(what + " failed");
  return llvm::Error::success();
}

llvm::Error Lowering::lowerToTile(ModuleOp module, llvm::StringRef costModel) {
  if (llvm::Error error = runPasses(module, "lowering to tile programs", [&](OpPassManager &pm) {
        buildAttnToTilePipeline(pm, costModel);
        return llvm::Error::success();
      }))
    return error;
  for (auto function : module.getOps<func::FuncOp>()) {
    function.emitError() << "expects attention to compile in '" << function.getSymName() << "', but it has none";
    return keeper.take("a function without attention");
  }
  return llvm::Error::success();
}

/// Whether any value is a bf16 or made of them.
static bool usesBF16(ModuleOp module) {
  auto isSmall = [](Type type) { return getElementTypeOrSelf(type).isBF16(); };
  return module
      .walk([&](Operation *op) {
        return llvm::any_of(op->getOperandTypes(), isSmall) ? WalkResult::interrupt() : WalkResult::advance();
      })
      .wasInterrupted();
}

llvm::Error Lowering::lowerToKernels(ModuleOp module, llvm::StringRef chip, llvm::StringRef form) {
  return runPasses(module, "lowering to kernels",
                   [&](OpPassManager &pm) { return chosen.target->buildKernels(pm, chip, form); });
}

/// The source with one of its entries, a function or what was made of one, and the kernels that it launches; none where
/// there is but one.
static std::vector<OwningOpRef<ModuleOp>> splitEntries(ModuleOp source) {
  SmallVector<StringRef> names;
  auto isEntry = [](Operation &op) { return isa<func::FuncOp, launch::EntryOp>(op); };
  for (Operation &op : *source.getBody())
    if (isEntry(op))
      names.push_back(SymbolTable::getSymbolName(&op).getValue());
  std::vector<OwningOpRef<ModuleOp>> parts;
  for (size_t i = 0; i < names.size() && names.size() > 1; ++i) {
    OwningOpRef<ModuleOp> part = source.clone();
    for (Operation &op : llvm::make_early_inc_range(*part->getBody()))
      if (isEntry(op) && SymbolTable::getSymbolName(&op).getValue() != names[i])
        op.erase();
    for (auto kernel : llvm::make_early_inc_range(part->getOps<tile::KernelOp>()))
      if (SymbolTable::symbolKnownUseEmpty(kernel, *part))
        kernel.erase();
    parts.push_back(std::move(part));
  }
  return parts;
}

std::optional<Lowering::Refusal> Lowering::addForm(ModuleOp module, ModuleOp source, llvm::StringRef chip,
                                                   const Form &form) {
  OwningOpRef<ModuleOp> other = source.clone();
  std::optional<Refusal> refusal;
  {
    // What has no such form says so by an error, and goes without.
    auto keepFirst = [&](Diagnostic &diagnostic) {
      if (!refusal && diagnostic.getSeverity() == DiagnosticSeverity::Error)
        refusal = Refusal{diagnostic.getLocation(), diagnostic.str()};
    };
    DiagnosticKeeper quiet(*module.getContext(), keepFirst, /*consume=*/true);
    llvm::Error error = lowerToForm(*other, chip, form);
    if (error && refusal)
      return llvm::consumeError(std::move(error)), refusal;
    if (error)
      return Refusal{source.getLoc(), llvm::toString(std::move(error))};
  }
  // The other form may have fewer entries.
  if (launch::EntryOp entry = findDifference(*other, module))
    return Refusal{entry.getLoc(), ("the host code of '" + entry.getSymName() + "' differs").str()};
  addKernelForms(module, *other, form.name, form.slow, form.settled);
  return std::nullopt;
}

void Lowering::addForms(ModuleOp module, ModuleOp source, llvm::StringRef chip) {
  llvm::StringSet<> settled;
  for (llvm::StringRef name : chosen.target->forms(chip)) {
    llvm::StringMap<std::string> slow;
    Form form{name, slow, settled};
    auto tell = [&](const std::optional<Refusal> &refusal) {
      if (refusal)
        emitRemark(refusal->place) << "[variants] " << name << " = none: " << refusal->reason;
    };
    // An entry without the form keeps it from no other.
    std::optional<Refusal> refusal = addForm(module, source, chip, form);
    std::vector<OwningOpRef<ModuleOp>> parts = refusal ? splitEntries(source) : std::vector<OwningOpRef<ModuleOp>>();
    for (const OwningOpRef<ModuleOp> &part : parts)
      tell(addForm(module, *part, chip, form));
    if (parts.empty())
      tell(refusal);
    if (slow.empty())
      break;
  }
}

/// What an assembler says against a kernel; empty: nothing.
static std::string complaint(const target::KernelReport &report) {
  std::string text = report.spilledBytes ? std::to_string(report.spilledBytes) + " bytes spilled" : "";
  for (const std::string &loss : report.losses)
    text += (text.empty() ? "" : ", ") + loss;
  return text;
}

llvm::Error Lowering::lowerToForm(ModuleOp module, llvm::StringRef chip, const Form &form) {
  if (levelOf(module) == Level::attn)
    if (llvm::Error error = lowerToTile(module, (chosen.target->name() + "." + form.name.split('.').first).str()))
      return error;
  if (llvm::Error error = lowerToKernels(module, chip, form.name))
    return error;
  target::DeviceOptions device{options.assembler, /*strict=*/false, target::DeviceOptions::Image::optional, secondsLeft()};
  llvm::Expected<target::DeviceCode> code = chosen.target->compileDevice(module, chip, device);
  if (!code)
    return code.takeError();
  for (const target::KernelReport &report : code->reports)
    if (std::string text = complaint(report); !text.empty())
      for (const target::DeviceFunction &function : code->functions)
        if (report.name.empty() || report.name == function.function) // without a name: any of them
          form.slow[function.kernel] = text;
  return llvm::Error::success();
}

llvm::Error Lowering::lowerToVariants(ModuleOp module) {
  // A level whose only merit is arithmetic that the module lacks would be bytes for nothing.
  if (!usesBF16(module))
    llvm::erase_if(others, [](const cpu::CPUTarget &target) { return target.bf16; });
  std::vector<OwningOpRef<ModuleOp>> copies;
  for (size_t i = 0; i < others.size(); ++i)
    copies.emplace_back(module.clone());
  if (llvm::Error error = lowerToKernels(module, base.name))
    return error;
  for (auto [copy, target] : llvm::zip(copies, others)) {
    if (llvm::Error error = lowerToKernels(*copy, target.name))
      return error;
    addKernelVariants(module, *copy, target);
  }
  return llvm::Error::success();
}

llvm::Expected<target::DeviceCode> Lowering::compileDevice(ModuleOp module, llvm::StringRef chip,
                                                           target::DeviceOptions::Image image) const {
  if (llvm::Error error = checkTime())
    return error;
  target::DeviceOptions device{options.assembler, options.strict, image, secondsLeft()};
  llvm::Expected<target::DeviceCode> code = chosen.target->compileDevice(module, chip, device);
  return code ? std::move(code) : keeper.take(llvm::toString(code.takeError()));
}

llvm::Error Lowering::lowerToDevice(ModuleOp module, ModuleOp source, Level level) {
  bool isLowered = level >= Level::kernels;
  bool isOneChip = options.emit == Emit::launch || options.emit == Emit::assembly || options.emit == Emit::image;
  std::vector<OwningOpRef<ModuleOp>> copies;
  for (size_t i = 1; i < chosen.chips.size() && !isOneChip; ++i)
    copies.emplace_back(module.clone());
  for (size_t i = 0; i <= copies.size(); ++i) {
    ModuleOp form = i == 0 ? module : *copies[i - 1];
    if (!isLowered) {
      if (llvm::Error error = lowerToKernels(form, chosen.chips[i]))
        return error;
      addForms(form, source, chosen.chips[i]);
    }
    if (isOneChip)
      continue;
    llvm::Expected<target::DeviceCode> code = compileDevice(form, chosen.chips[i], target::DeviceOptions::Image::optional);
    if (!code)
      return code.takeError();
    addDeviceCode(module, form, *code, chosen.target->name());
  }
  if (!isOneChip)
    dropDeviceBodies(module);
  return llvm::Error::success();
}

llvm::Error Lowering::lowerToLLVM(ModuleOp module, std::string source) {
  LaunchToLLVMOptions launch;
  launch.producer = "attn " ATTN_VERSION;
  launch.targets = options.target;
  launch.cpuLevel = base.level();
  launch.source = std::move(source);
  return runPasses(module, "lowering to the LLVM dialect", [&](OpPassManager &pm) {
    buildKernelsToLLVMPipeline(pm, {base}, launch);
    return llvm::Error::success();
  });
}

static std::string sourceOf(ModuleOp module) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  module.print(stream);
  return text;
}

llvm::Expected<OwningOpRef<ModuleOp>> Lowering::run(ModuleOp module) {
  if (llvm::Error error = chooseTargets())
    return error;
  OwningOpRef<ModuleOp> work = module.clone();
  Level level = levelOf(module);
  if (!options.specialise.empty() && level != Level::attn)
    return llvm::createStringError("expects functions of the attn dialect to specialise, but the input is below them");
  bool isBelow = options.emit < Emit::launch ? level >= Level::kernels
                                             : options.emit == Emit::launch && level == Level::llvm;
  if (isBelow || (options.emit == Emit::attn && level != Level::attn))
    return llvm::createStringError("expects input at or above the level to emit, but it is below");
  bool isDevice = chosen.target->isDevice();
  if (level == Level::llvm || (level == Level::kernels && !isDevice))
    return work;
  if (level == Level::attn) {
    if (llvm::Error error = makeVersions(*work, options.specialise, keeper))
      return error;
    if (llvm::Error error = runPasses(*work, "fusing", [](OpPassManager &pm) {
          buildAttnPipeline(pm);
          return llvm::Error::success();
        }))
      return error;
    if (options.emit == Emit::attn)
      return work;
  }
  OwningOpRef<ModuleOp> source = isDevice ? work->clone() : nullptr;
  if (level == Level::attn)
    if (llvm::Error error = lowerToTile(*work, chosen.target->name()))
      return error;
  if (options.emit == Emit::tile)
    return work;
  if (llvm::Error error = isDevice ? lowerToDevice(*work, *source, level) : lowerToVariants(*work))
    return error;
  if (options.emit == Emit::launch || options.emit > Emit::jit)
    return work;
  if (work->getOps<launch::EntryOp>().empty())
    return llvm::createStringError("expects an entry, a public function with attention, but the module has none");
  // Binaries that outlive the process carry what they were made from.
  if (llvm::Error error = lowerToLLVM(*work, options.emit == Emit::jit ? "" : sourceOf(module)))
    return error;
  return work;
}

} // namespace attn
