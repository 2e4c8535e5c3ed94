// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs the pipelines between the levels, one after another.
#include "lib/JIT/Lowering.h"

#include "dialects/Launch/LaunchOps.h"
#include "lib/JIT/FitKernels.h"
#include "lib/JIT/KernelReports.h"
#include "lib/JIT/KernelVariants.h"
#include "lib/JIT/SplitEntries.h"
#include "lib/JIT/Versions.h"
#include "lib/Pipelines/AttnPipeline.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/TypeUtilities.h"

#include <set>

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

std::optional<Lowering::Refusal> Lowering::refused(ModuleOp source, llvm::function_ref<llvm::Error()> work) {
  // What has no such form says so by an error, and goes without.
  std::optional<Refusal> refusal;
  auto keepFirst = [&](Diagnostic &diagnostic) {
    if (!refusal && diagnostic.getSeverity() == DiagnosticSeverity::Error)
      refusal = Refusal{diagnostic.getLocation(), diagnostic.str()};
  };
  DiagnosticKeeper quiet(*source.getContext(), keepFirst, /*consume=*/true);
  llvm::Error error = work();
  if (error && refusal)
    return llvm::consumeError(std::move(error)), refusal;
  if (error)
    return Refusal{source.getLoc(), llvm::toString(std::move(error))};
  return std::nullopt;
}

std::optional<Lowering::Refusal> Lowering::addForm(ModuleOp module, ModuleOp source, llvm::StringRef chip,
                                                   const Form &form) {
  OwningOpRef<ModuleOp> other = source.clone();
  if (auto refusal = refused(source, [&] { return lowerToForm(*other, chip, form.name); }))
    return refusal;
  // The other form may have fewer entries.
  if (launch::EntryOp entry = findDifference(*other, module))
    return Refusal{entry.getLoc(), ("the host code of '" + entry.getSymName() + "' differs").str()};
  if (auto refusal = refused(source, [&] { return findSlow(*other, chip, form.slow); }))
    return refusal;
  addKernelForms(module, *other, form.name, form.slow, form.settled);
  return std::nullopt;
}

/// Whether the kernels of every entry whose source this is have the form that they will have beside their own.
static bool areSettled(ModuleOp module, ModuleOp source, const llvm::StringSet<> &settled) {
  return llvm::all_of(module.getOps<launch::EntryOp>(), [&](launch::EntryOp entry) {
    return !source.lookupSymbol(entry.getSymName()) || llvm::all_of(kernelsOf(entry), [&](const auto &name) {
             return settled.contains(name.getKey());
           });
  });
}

void Lowering::addForms(ModuleOp module, ModuleOp source, llvm::StringRef chip) {
  llvm::StringSet<> settled;
  std::set<std::pair<const void *, std::string>> told;
  std::vector<OwningOpRef<ModuleOp>> parts;
  for (llvm::StringRef name : chosen.target->forms(chip)) {
    llvm::StringMap<std::string> slow;
    Form form{name, slow, settled};
    auto tell = [&](const std::optional<Refusal> &refusal) {
      if (refusal && told.insert({refusal->place.getAsOpaquePointer(), refusal->reason}).second)
        emitRemark(refusal->place) << "[variants] " << name << " = none: " << refusal->reason;
    };
    // An entry without the form keeps it from no other.
    if (parts.empty() && !areSettled(module, source, settled)) {
      std::optional<Refusal> refusal = addForm(module, source, chip, form);
      if (refusal)
        parts = splitEntries(source);
      if (parts.empty())
        tell(refusal);
    }
    for (const OwningOpRef<ModuleOp> &part : parts)
      if (!areSettled(module, *part, settled))
        tell(addForm(module, *part, chip, form));
  }
}

llvm::Error Lowering::lowerToForm(ModuleOp module, llvm::StringRef chip, llvm::StringRef form) {
  if (levelOf(module) == Level::attn)
    if (llvm::Error error = lowerToTile(module, (chosen.target->name() + "." + form.split('.').first).str()))
      return error;
  return lowerToKernels(module, chip, form);
}

llvm::Error Lowering::findSlow(ModuleOp module, llvm::StringRef chip, llvm::StringMap<std::string> &slow) {
  llvm::Expected<target::DeviceCode> code = compileDevice(module, chip, target::DeviceOptions::Image::optional);
  if (!code)
    return code.takeError();
  for (const target::KernelReport &report : code->reports)
    if (std::string text = complaint(report); !text.empty())
      for (const target::DeviceFunction &function : code->functions)
        if (report.name.empty() || report.name == function.function) // without a name: any of them
          slow[function.kernel] = text;
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
  target::DeviceOptions device{options.assembler, image, secondsLeft()};
  llvm::Expected<target::DeviceCode> code = chosen.target->compileDevice(module, chip, device);
  return code ? std::move(code) : keeper.take(llvm::toString(code.takeError()));
}

target::DeviceOptions::Image Lowering::wantedImage(bool isWatched) const {
  using Image = target::DeviceOptions::Image;
  if (options.emit == Emit::assembly)
    return isWatched ? Image::optional : Image::none;
  return options.emit == Emit::image || options.strict ? Image::required : Image::optional;
}

llvm::Expected<target::DeviceCode> Lowering::compileFitted(ModuleOp module, ModuleOp source, llvm::StringRef chip) {
  const target::Target &target = *chosen.target;
  target::DeviceOptions::Image image = wantedImage(source != nullptr);
  auto lower = [&](ModuleOp part, llvm::StringRef step) -> llvm::Expected<OwningOpRef<ModuleOp>> {
    OwningOpRef<ModuleOp> smaller = part.clone();
    if (llvm::Error error = lowerToTile(*smaller, (target.name() + "." + step).str()))
      return error;
    if (llvm::Error error = lowerToKernels(*smaller, chip))
      return error;
    return smaller;
  };
  auto assemble = [&](ModuleOp part) { return compileDevice(part, chip, image); };
  llvm::Expected<target::DeviceCode> code = assemble(module);
  if (code && source &&
      fitKernels(module, source, *code, {target.smallerTiles(), lower, assemble, chosen.chips.size() > 1}))
    code = assemble(module);
  if (llvm::Error error = code ? checkTime() : llvm::Error::success()) // which ends the ladder like a step that fails
    return error;
  if (code && failed(tellReports(code->reports, target.assembler(), options.strict)))
    return keeper.take("assembling failed");
  return code;
}

llvm::Expected<target::DeviceCode> Lowering::deviceCode(ModuleOp module) {
  return made ? llvm::Expected<target::DeviceCode>(std::move(*made))
              : compileFitted(module, /*source=*/nullptr, chosen.chips.front());
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
    if (options.emit == Emit::launch)
      continue;
    llvm::Expected<target::DeviceCode> code =
        compileFitted(form, level == Level::attn ? source : ModuleOp(), chosen.chips[i]);
    if (!code)
      return code.takeError();
    if (isOneChip)
      made = std::move(*code);
    else
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
