// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The command line and the order of work of attn-compile.
#include "lib/Run/Compile.h"

#include "lib/JIT/DiagnosticKeeper.h"
#include "lib/Run/Program.h"
#include "lib/Run/Words.h"
#include "llvm/ADT/StringSwitch.h"

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
  --target=cpu
  --cpu=LEVEL           native, x86-64-v3, x86-64-v4 or x86-64-v4-bf16; left out: x86-64-v3, beside kernels for the
                        others, chosen when the library is opened
  --specialise=SIZES    "D=128 Dv=64 type=bf16": entries for these, called NAME.D128.Dv64.bf16; repeatable
  --variant=NAME        a file of the catalogue, lib/Variants/NAME.mlir
  --dump-schedule       which schedule was chosen and why
  --deadline=SECONDS    how long compiling may take
  --allow-llvm          takes a file with ops of the LLVM dialect; only for files trusted like a program

Exit code: 0 ok, 1 refused or failed.
)";

llvm::Expected<Emit> chooseEmit(llvm::StringRef asked, llvm::StringRef output) {
  llvm::StringRef kind = asked;
  if (kind.empty())
    kind = llvm::StringSwitch<llvm::StringRef>(output.rsplit('.').second)
               .Case("mlir", "tile")
               .Case("ll", "llvm")
               .Case("o", "obj")
               .Default("so");
  auto emit = llvm::StringSwitch<std::optional<Emit>>(kind)
                  .Case("attn", Emit::attn)
                  .Case("tile", Emit::tile)
                  .Case("launch", Emit::launch)
                  .Case("llvm", Emit::llvm)
                  .Case("obj", Emit::object)
                  .Case("so", Emit::library)
                  .Default(std::nullopt);
  if (!emit)
    return llvm::createStringError("--emit expects attn, tile, launch, llvm, obj or so, but got '" + kind + "'");
  return *emit;
}

llvm::Expected<Command> parseCommand(int argc, char **argv) {
  Command command;
  WordOption options[] = {{"-o", true, setText(command.output)},
                          {"--emit", true, setText(command.emit)},
                          {"--target", true, setText(command.compile.target)},
                          {"--cpu", true, setText(command.compile.cpu)},
                          {"--specialise", true, addText(command.compile.specialise)},
                          {"--variant", true, setText(command.variant)},
                          {"--dump-schedule", false, setFlag(command.compile.dumpSchedule)},
                          {"--deadline", true, setInteger("--deadline", command.deadline, 1, 86400)},
                          {"--allow-llvm", false, setFlag(command.compile.lowLevelInput)},
                          {"--help", false, setFlag(command.help)},
                          {"-h", false, setFlag(command.help)}};
  llvm::Expected<std::string> input = parseWords(argc, argv, options);
  if (!input)
    return input.takeError();
  command.input = *input;
  if (command.help)
    return command;
  if (command.input.empty() == command.variant.empty())
    return llvm::createStringError(command.input.empty()
                                       ? "expects a file (.mlir) or --variant; --help shows the options"
                                       : "expects a file or --variant, but got both");
  if (command.output.empty())
    return llvm::createStringError("expects -o OUT");
  llvm::Expected<Emit> emit = chooseEmit(command.emit, command.output);
  if (!emit)
    return emit.takeError();
  command.compile.emit = *emit;
  if (command.deadline)
    command.compile.deadline = std::chrono::seconds(command.deadline);
  return command;
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
  llvm::Expected<Command> command = parseCommand(argc, argv);
  llvm::Error error = command ? llvm::Error::success() : command.takeError();
  if (!error && command->help)
    return fprintf(out, "%s", kHelp), 0;
  if (!error)
    error = run(*command, out, err);
  if (!error)
    return 0;
  fprintf(err, "attn-compile: %s\n", llvm::toString(std::move(error)).c_str());
  return 1;
}

} // namespace attn
