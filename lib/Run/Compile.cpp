// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The command line and the order of work of attn-compile.
#include "lib/Run/Compile.h"

#include "lib/JIT/DiagnosticKeeper.h"
#include "lib/Pipelines/Registration.h"
#include "lib/Run/Program.h"
#include "lib/Run/Words.h"
#include "lib/Target/Common/Target.h"

namespace attn {
namespace {

struct Command {
  std::string input, output, variant, emit;
  CompileOptions compile;
  int64_t deadline = 0;
  bool help = false;
};

constexpr const char *kHelp = R"(usage: attn-compile FILE.mlir | --variant=NAME [options] -o OUT
Compiles every public function of a file to an entry of a library.

  -o OUT                where the result goes, whole or not at all; - is standard output
  --emit=KIND           attn, tile, launch, llvm, obj or so; may be left out where OUT ends in .mlir (tile), .ll (llvm),
                        .o or .so
)";

constexpr const char *kMoreHelp = R"(  --specialise=SIZES    "D=128 Dv=64 type=bf16": entries for these, called NAME.D128.Dv64.bf16; repeatable
  --variant=NAME        a file of the catalogue, lib/Variants/NAME.mlir
  --dump-schedule       which schedule was chosen and why
  --strict              an assembler's warning about speed is an error
  --deadline=SECONDS    how long compiling may take
  --allow-llvm          takes a file with ops of the LLVM dialect; only for files trusted like a program

Exit code: 0 ok, 1 refused or failed.
)";

/// Kinds that every target emits, with the suffix that stands for them.
constexpr target::EmitKind kTexts[] = {
    {"attn", "", Emit::attn}, {"tile", "mlir", Emit::tile}, {"launch", "", Emit::launch}, {"llvm", "ll", Emit::llvm}};

llvm::Expected<Emit> chooseEmit(llvm::StringRef asked, llvm::StringRef output, llvm::StringRef targetName) {
  llvm::Expected<target::Selection> selected = target::selectTarget(targetName);
  if (!selected)
    return selected.takeError();
  llvm::SmallVector<target::EmitKind> kinds(std::begin(kTexts), std::end(kTexts));
  llvm::append_range(kinds, selected->target->emitKinds());
  llvm::StringRef suffix = output.contains('.') ? output.rsplit('.').second : "";
  llvm::SmallVector<llvm::StringRef> names;
  for (const target::EmitKind &kind : kinds) {
    if (asked.empty() ? !suffix.empty() && kind.suffix == suffix : kind.name == asked)
      return kind.emit;
    names.push_back(kind.name);
  }
  if (asked.empty())
    return Emit::library;
  return llvm::createStringError("--emit expects " + target::joinWithOr(names) + ", but got '" + asked + "'");
}

llvm::Expected<Command> parseCommand(int argc, char **argv) {
  Command command;
  llvm::SmallVector<WordOption> options = {{"-o", true, setText(command.output)},
                          {"--emit", true, setText(command.emit)},
                          {"--target", true, setText(command.compile.target)},
                          {"--cpu", true, setText(command.compile.cpu)},
                          {"--specialise", true, addText(command.compile.specialise)},
                          {"--variant", true, setText(command.variant)},
                          {"--dump-schedule", false, setFlag(command.compile.dumpSchedule)},
                          {"--deadline", true, setInteger("--deadline", command.deadline, 1, 86400)},
                          {"--allow-llvm", false, setFlag(command.compile.lowLevelInput)},
                          {"--strict", false, setFlag(command.compile.strict)},
                          {"--help", false, setFlag(command.help)},
                          {"-h", false, setFlag(command.help)}};
  std::vector<std::string> assemblers;
  for (const target::Target *target : target::allTargets())
    if (!target->assembler().empty())
      assemblers.push_back("--" + target->assembler().str());
  for (const std::string &name : assemblers)
    options.push_back({name, true, setText(command.compile.assembler)});
  llvm::Expected<std::string> input = parseWords(argc, argv, options);
  if (!input)
    return input.takeError();
  command.input = *input;
  if (command.help)
    return command;
  if (llvm::Error error = checkSource(command.input, command.variant))
    return std::move(error);
  if (command.output.empty())
    return llvm::createStringError("expects -o OUT");
  llvm::Expected<Emit> emit = chooseEmit(command.emit, command.output, command.compile.target);
  if (!emit)
    return emit.takeError();
  command.compile.emit = *emit;
  if (command.deadline)
    command.compile.deadline = std::chrono::seconds(command.deadline);
  return command;
}

void printHelp(FILE *out) {
  fprintf(out, "%s", kHelp);
  for (const target::Target *target : target::allTargets())
    fprintf(out, "%s", target->help().str().c_str());
  fprintf(out, "%s", kMoreHelp);
}

llvm::Error run(const Command &command, FILE *out, FILE *err) {
  auto program = Program::load(command.input, command.variant, command.compile);
  if (!program)
    return program.takeError();
  (*program)->compiler().setDiagnosticSink([&](mlir::Diagnostic &diagnostic) {
    bool isRemark = diagnostic.getSeverity() == mlir::DiagnosticSeverity::Remark;
    bool isWarning = diagnostic.getSeverity() == mlir::DiagnosticSeverity::Warning;
    if (isWarning || (isRemark && command.compile.dumpSchedule))
      fprintf(err, "%s\n", describe(diagnostic).c_str());
  });
  llvm::Expected<Executable> made = (*program)->compiler().compile((*program)->module(), command.compile);
  if (!made)
    return made.takeError();
  return writeWhole(command.output, made->bytes(), out);
}

} // namespace

int compileMain(int argc, char **argv, FILE *out, FILE *err) {
  registerAttnTargets();
  llvm::Expected<Command> command = parseCommand(argc, argv);
  llvm::Error error = command ? llvm::Error::success() : command.takeError();
  if (!error && command->help)
    return printHelp(out), 0;
  if (!error)
    error = run(*command, out, err);
  if (!error)
    return 0;
  fprintf(err, "attn-compile: %s\n", llvm::toString(std::move(error)).c_str());
  return 1;
}

} // namespace attn
