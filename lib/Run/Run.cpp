// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The order of work of attn-run: load, read arguments, evaluate or compile, call, report, compare.
#include "lib/Run/Run.h"

#include "lib/JIT/DiagnosticKeeper.h"
#include "lib/JIT/Lowering.h"
#include "lib/Pipelines/Registration.h"
#include "lib/Run/Arguments.h"
#include "lib/Run/Interpret.h"
#include "lib/Run/Judge.h"
#include "lib/Run/Oracle.h"
#include "lib/Run/Program.h"
#include "lib/Run/Rates.h"
#include "lib/Run/Variants.h"
#include "lib/Target/Common/Target.h"
#include "lib/Transforms/Attn/Specialise.h"
#include "runtime/exec/Measure.h"
#include "runtime/support/DenseText.h"
#include "runtime/support/Npy.h"

using namespace mlir;

namespace attn {
namespace {

constexpr int kOk = 0, kFailed = 1, kOutOfTolerance = 2, kNoDevice = 3;

/// Ends a step that failed with the reason and the exit code.
struct Refusal {
  int code;
  std::string message;
};
using Outcome = std::optional<Refusal>;

Outcome refuse(llvm::Error error) { return Refusal{kFailed, llvm::toString(std::move(error))}; }
Outcome refuse(const rt::Failure &failure, bool hasContext = true) {
  return Refusal{rt::isAboutDevice(failure.status, hasContext) ? kNoDevice : kFailed, failure.message};
}

/// One run of the tool.
class Run {
public:
  Run(const RunOptions &options, FILE *out) : options(options), targetName(options.target), out(out) {}
  /// What went wrong, or nothing; then `code` is the exit code.
  Outcome run();
  int code = kOk;

private:
  CompileOptions compileOptions() const;
  Outcome chooseTarget();
  Outcome loadProgram();
  Outcome readFunction();
  Outcome evaluateFunction();
  Outcome interpretFunction();
  Outcome reportResults(llvm::ArrayRef<rt::Array> results);
  Outcome makePrecise(llvm::ArrayRef<rt::Array> arrays);
  Outcome compileModule();
  Outcome openSession();
  Outcome callSession();
  Outcome checkCounts(size_t results) const;
  Outcome writeResults(llvm::ArrayRef<rt::Array> results) const;
  Outcome compareWithFiles(llvm::ArrayRef<rt::Array> results);
  Outcome compareWithOracle(llvm::ArrayRef<rt::Array> arguments, llvm::ArrayRef<rt::Array> results);
  void describeResults(llvm::ArrayRef<rt::Array> results) const;
  void describeTime();
  void judge(const std::string &name, const rt::Comparison &comparison, rt::Tolerance tolerance);
  std::string resultName(size_t number);
  Outcome readSource();
  llvm::Expected<func::FuncOp> oracleFunction(llvm::ArrayRef<rt::Array> arrays);

  const RunOptions &options;
  std::string targetName; ///< what is compiled for
  FILE *out;
  std::unique_ptr<Program> program;
  func::FuncOp function; ///< as the user wrote it; null for tile programs and libraries
  std::vector<rt::Array> arguments;
  OwningOpRef<ModuleOp> precise; ///< what is compiled: the function for these arguments
  std::optional<Executable> executable;
  rt::Session session; // closes before the code goes
  rt::Timing timing;
};

/// On a device, the chip that it is; there is nothing to compile for without one.
Outcome Run::chooseTarget() {
  if (targetName.empty())
    targetName = options.backendName() == "cuda" ? "" : "cpu";
  if (!targetName.empty()) {
    llvm::Expected<target::Selection> selected = target::selectTarget(targetName);
    return selected ? std::nullopt : refuse(selected.takeError());
  }
  int64_t capability = 0;
  if (rt::Failure failure = rt::findCapability(options.backend, capability))
    return refuse(failure, /*hasContext=*/false);
  for (const target::Target *target : target::allTargets())
    if (target->isDevice() && target->name() == options.backendName())
      if (llvm::StringRef chip = target->chipFor(capability); !chip.empty()) {
        targetName = (target->name() + ":" + chip).str();
        return std::nullopt;
      }
  return Refusal{kNoDevice, rt::formatText("expects a device that --target knows, but %s has capability %.1f",
                                           options.backend.c_str(), double(capability) / 10)};
}

CompileOptions Run::compileOptions() const {
  CompileOptions compile;
  compile.target = targetName;
  compile.cpu = options.cpu;
  compile.dumpSchedule = options.dumpSchedule;
  compile.lowLevelInput = options.lowLevel;
  if (options.deadline)
    compile.deadline = std::chrono::seconds(options.deadline);
  return compile;
}

Outcome Run::loadProgram() {
  auto loaded = Program::load(options.library, options.variant, compileOptions());
  if (!loaded)
    return refuse(loaded.takeError());
  program = std::move(*loaded);
  program->compiler().setDiagnosticSink([this](Diagnostic &diagnostic) {
    if (options.dumpSchedule && diagnostic.getSeverity() == DiagnosticSeverity::Remark)
      fprintf(out, "%s\n", describe(diagnostic).c_str());
  });
  return std::nullopt;
}

Outcome Run::readFunction() {
  llvm::Expected<func::FuncOp> found = program->find(options.entry);
  if (!found)
    return refuse(found.takeError());
  function = *found;
  if (Outcome refusal = checkCounts(function.getNumResults()))
    return refusal;
  auto read = readArguments(function, options);
  if (!read)
    return refuse(read.takeError());
  arguments = std::move(*read);
  return std::nullopt;
}

std::string Run::resultName(size_t number) {
  return function ? nameOf(function, function.getNumArguments() + unsigned(number))
                  : session.description().results[number].name;
}

Outcome Run::checkCounts(size_t results) const {
  if (options.outs.size() <= results && options.compares.size() <= results)
    return std::nullopt;
  return Refusal{kFailed, rt::formatText("expects at most %zu --out and --compare, one a result, but got %zu and %zu",
                                         results, options.outs.size(), options.compares.size())};
}

/// What the oracle evaluates: the function as it was written, without help of the compiler; but for arguments of f64 in
/// a function of less, which would round them, the function that was made precise.
llvm::Expected<func::FuncOp> Run::oracleFunction(llvm::ArrayRef<rt::Array> arrays) {
  bool isWider = false;
  for (auto [array, type] : llvm::zip(arrays, function.getArgumentTypes()))
    isWider |= array.element() == rt::Element::F64 && arrayElement(type) != rt::Element::F64;
  if (!isWider)
    return function;
  if (!precise)
    if (Outcome refusal = makePrecise(arrays))
      return llvm::createStringError(refusal->message);
  return precise->lookupSymbol<func::FuncOp>(function.getSymName());
}

Outcome Run::evaluateFunction() {
  llvm::Expected<func::FuncOp> evaluated = oracleFunction(arguments);
  if (!evaluated)
    return refuse(evaluated.takeError());
  auto tensors = evaluateArrays(*evaluated, arguments, {reference::Mode::exact, options.sample});
  if (!tensors)
    return refuse(tensors.takeError());
  auto results = toArrays(*tensors);
  return results ? reportResults(*results) : refuse(results.takeError());
}

Outcome Run::interpretFunction() {
  CompileOptions compile = compileOptions();
  compile.emit = Emit::tile;
  DiagnosticKeeper keeper(program->compiler().context(), {}, true);
  auto programs = Lowering(compile, keeper).run(*precise);
  if (!programs)
    return refuse(programs.takeError());
  auto results = interpretArrays(**programs, arguments);
  return results ? reportResults(*results) : refuse(results.takeError());
}

/// Of backends that give their results at once.
Outcome Run::reportResults(llvm::ArrayRef<rt::Array> results) {
  if (Outcome refusal = writeResults(results))
    return refusal;
  describeResults(results);
  return options.compareReference ? compareWithOracle(arguments, results) : compareWithFiles(results);
}

/// Makes the function precise in a copy of the module that has no other entry.
Outcome Run::makePrecise(llvm::ArrayRef<rt::Array> arrays) {
  precise = program->module().clone();
  if (function) {
    auto copy = precise->lookupSymbol<func::FuncOp>(function.getSymName());
    for (auto other : llvm::make_early_inc_range(precise->getOps<func::FuncOp>()))
      if (other != copy && other.isPublic() && SymbolTable::symbolKnownUseEmpty(other, *precise))
        other.erase();
    DiagnosticKeeper keeper(program->compiler().context(), {}, true);
    if (failed(specialise(copy, preciseTypes(function, arrays))))
      return refuse(keeper.take("the function does not fit these arguments"));
  }
  return std::nullopt;
}

Outcome Run::compileModule() {
  auto compiled = program->compiler().compile(*precise, compileOptions());
  if (!compiled)
    return refuse(compiled.takeError());
  executable.emplace(std::move(*compiled));
  return std::nullopt;
}

Outcome Run::openSession() {
  rt::Failure failure = executable ? session.open(options, executable->manifest()) : session.open(options);
  if (failure)
    return refuse(failure, session.hasContext());
  if (options.list) {
    fprintf(out, "%s", session.listEntries().c_str());
    return std::nullopt;
  }
  if (rt::Failure failure = session.find(options))
    return refuse(failure);
  if (Outcome refusal = checkCounts(size_t(session.description().nresults)))
    return refusal;
  failure = function ? session.prepare(std::move(arguments)) : session.prepare(options.args, options.seed);
  return failure ? refuse(failure) : std::nullopt;
}

Outcome Run::callSession() {
  if (options.backend == "null") {
    rt::Failure failure = session.call();
    fprintf(out, "%s", session.launches().c_str());
    return failure ? refuse(failure) : std::nullopt;
  }
  if (rt::Failure failure = rt::callRepeatedly(session, options, timing))
    return refuse(failure);
  if (Outcome refusal = writeResults(session.results()))
    return refusal;
  describeResults(session.results());
  if (session.onDevice())
    fprintf(out, "device: %s\n", session.deviceText().c_str());
  if (options.time)
    describeTime();
  if (options.compareReference)
    return compareWithOracle(session.arguments(), session.results());
  return compareWithFiles(session.results());
}

Outcome Run::writeResults(llvm::ArrayRef<rt::Array> results) const {
  for (auto [path, result] : llvm::zip(options.outs, results))
    if (std::optional<rt::Error> error = rt::writeNpy(path, result))
      return Refusal{kFailed, error->message};
  return std::nullopt;
}

void Run::describeResults(llvm::ArrayRef<rt::Array> results) const {
  for (auto [number, result] : llvm::enumerate(results)) {
    std::string name = const_cast<Run *>(this)->resultName(number);
    fprintf(out, "%s: %s %s\n", name.c_str(), rt::shapeText(result.shape()).c_str(), rt::elementName(result.element()));
    if (options.print)
      fprintf(out, "%s = %s\n", name.c_str(), rt::printDense(result).c_str());
  }
}

void Run::describeTime() {
  std::optional<Work> work;
  if (function || !readSource())
    work = countWork(function, session.arguments());
  fprintf(out, "time: %s%s\n", timing.text().c_str(),
          ratesText(timing.median(), session.bytes(), work,
                    session.onDevice() ? std::nullopt : std::optional<int64_t>(options.threads))
              .c_str());
}

void Run::judge(const std::string &name, const rt::Comparison &comparison, rt::Tolerance tolerance) {
  fprintf(out, "%s: %s: %s (tolerance %.3g, %.3g)\n", name.c_str(), comparison.text.c_str(),
          comparison.passed ? "passed" : "FAILED", tolerance.maxAbs, tolerance.rms);
  code = comparison.passed ? code : kOutOfTolerance;
}

Outcome Run::compareWithFiles(llvm::ArrayRef<rt::Array> results) {
  for (auto [number, path] : llvm::enumerate(options.compares)) {
    rt::Result<rt::Array> wanted = rt::readNpy(path);
    if (!wanted)
      return Refusal{kFailed, wanted.error().message};
    rt::Element element = results[number].element();
    bool isOracle = options.backend == "reference" && rt::isFloat(element); // f64, compared with numbers of less
    rt::Tolerance tolerance =
        options.tolerance ? *options.tolerance : rt::defaultTolerance(isOracle ? wanted->element() : element);
    judge(resultName(number), rt::compareArrays(results[number], *wanted, tolerance), tolerance);
  }
  return std::nullopt;
}

/// The function that a library's entry was made from, from the source in its manifest.
Outcome Run::readSource() {
  if (!options.isLibrary())
    return Refusal{kFailed, "expects a library"};
  const attn_manifest *manifest = session.manifest();
  if (!manifest || !manifest->source)
    return Refusal{kFailed, "--compare=reference expects a library that holds its source"};
  auto parsed = Program::parse(llvm::StringRef(manifest->source, size_t(manifest->source_bytes)), options.library, {});
  if (!parsed)
    return refuse(parsed.takeError());
  program = std::move(*parsed);
  llvm::Expected<func::FuncOp> origin = program->findOrigin(session.description().name);
  if (!origin)
    return refuse(origin.takeError());
  function = *origin;
  return makePrecise(session.arguments());
}

Outcome Run::compareWithOracle(llvm::ArrayRef<rt::Array> arguments, llvm::ArrayRef<rt::Array> results) {
  if (options.isLibrary() && !function)
    if (Outcome refusal = readSource())
      return refusal;
  if (!function)
    return Refusal{kFailed, "--compare=reference expects a function of the attn dialect to evaluate"};
  auto preciseFunction = precise->lookupSymbol<func::FuncOp>(function.getSymName());
  llvm::Expected<func::FuncOp> evaluated = oracleFunction(arguments);
  if (!evaluated)
    return refuse(evaluated.takeError());
  auto judgement =
      judgeResults(*evaluated, preciseFunction, arguments, results, options.tolerance, options.sample);
  if (!judgement)
    return refuse(judgement.takeError());
  for (auto [number, result] : llvm::enumerate(*judgement))
    judge(resultName(number), result.comparison, result.tolerance);
  return std::nullopt;
}

Outcome Run::run() {
  if (!options.isLibrary()) {
    if (Outcome refusal = chooseTarget())
      return refusal;
    if (Outcome refusal = loadProgram())
      return refusal;
    if (program->isAttnLevel() && options.list)
      return fprintf(out, "%s", program->listFunctions().c_str()), std::nullopt;
    if (program->isAttnLevel())
      if (Outcome refusal = readFunction())
        return refusal;
    if (options.backend == "reference")
      return function ? evaluateFunction()
                      : Refusal{kFailed, "--backend=reference expects a function of the attn dialect"};
    if (Outcome refusal = makePrecise(arguments))
      return refusal;
    if (options.backend == "interpret")
      return function ? interpretFunction()
                      : Refusal{kFailed, "--backend=interpret expects a function of the attn dialect"};
    if (Outcome refusal = compileModule())
      return refusal;
  } else if (options.backend == "reference" || options.backend == "interpret") {
    return Refusal{kFailed, "--backend=" + options.backend + " expects an .mlir file or --variant, but got a library"};
  }
  if (Outcome refusal = openSession())
    return refusal;
  return options.list ? std::nullopt : callSession();
}

void listVariants(FILE *out) {
  for (const Variant &variant : allVariants())
    fprintf(out, "%-24s %s\n", variant.name.str().c_str(), variant.summary().str().c_str());
}

} // namespace

int runMain(int argc, char **argv, FILE *out, FILE *err) {
  registerAttnTargets();
  rt::Result<RunOptions> options = parseRunOptions(argc, argv);
  if (!options) {
    fprintf(err, "attn-run: %s\n", options.error().message.c_str());
    return kFailed;
  }
  if (options->help || options->listVariants) {
    options->help ? void(fprintf(out, "%s", runHelp())) : listVariants(out);
    return kOk;
  }
  Run run(*options, out);
  Outcome refusal = run.run();
  if (refusal) {
    fprintf(err, "attn-run: %s\n", refusal->message.c_str());
    run.code = refusal->code;
  }
  if (run.code)
    fprintf(err, "reproduce: %s\n", options->commandLine.c_str());
  return run.code;
}

} // namespace attn
