// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Adds attn-run's options to those of attn-exec.
#include "lib/Run/RunOptions.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"

namespace attn {

using rt::Error;
using rt::makeError;

bool RunOptions::isLibrary() const { return llvm::StringRef(library).ends_with(".so"); }

static std::optional<Error> setSeed(uint64_t &seed, const std::string &value) {
  if (llvm::StringRef(value).getAsInteger(10, seed))
    return makeError("--seed expects an integer from 0 to 2^64 - 1, but got '%s'", value.c_str());
  return std::nullopt;
}

static std::optional<Error> checkCombination(RunOptions &options) {
  if (options.help || options.listVariants)
    return std::nullopt;
  if (options.library.empty() == options.variant.empty())
    return makeError(options.library.empty() ? "expects a file (.mlir or .so) or --variant; --help shows the options"
                                             : "expects a file or --variant, but got both");
  static const char *const backends[] = {"reference", "interpret", "cpu", "null", "cuda"};
  bool isNumbered = options.backendName() != options.backend && options.backendName() != "cuda";
  if (isNumbered || !llvm::is_contained(backends, options.backendName()))
    return makeError("--backend expects cpu, cuda, cuda:N, reference, interpret or null, but got '%s'",
                     options.backend.c_str());
  auto isReference = [](const std::string &text) { return text == "reference"; };
  options.compareReference = llvm::any_of(options.compares, isReference);
  if (options.compareReference && options.compares.size() > 1)
    return makeError("--compare=reference compares every result, but got %zu more --compare",
                     options.compares.size() - 1);
  if (options.compareReference)
    options.compares.clear();
  if (options.compareReference && options.backend == "reference")
    return makeError("--compare=reference expects another backend than reference");
  return std::nullopt;
}

rt::Result<RunOptions> parseRunOptions(int argc, char **argv) {
  RunOptions options;
  auto setFlag = [](bool &flag) {
    return [&flag](const std::string &) -> std::optional<Error> { return flag = true, std::nullopt; };
  };
  auto setText = [](std::string &place) {
    return [&place](const std::string &value) -> std::optional<Error> { return place = value, std::nullopt; };
  };
  std::vector<rt::ExtraOption> extras = {
      {"--variant", true, setText(options.variant)},
      {"--cpu", true, setText(options.cpu)},
      {"--target", true, setText(options.target)},
      {"--seed", true, [&](const std::string &value) { return setSeed(options.seed, value); }},
      {"--deadline", true,
       [&](const std::string &value) { return rt::setCount("--deadline", options.deadline, value, 86400); }},
      {"--sample", true,
       [&](const std::string &value) { return rt::setCount("--sample", options.sample, value, int64_t(1) << 40); }},
      {"--list-variants", false, setFlag(options.listVariants)},
      {"--dump-schedule", false, setFlag(options.dumpSchedule)},
      {"--allow-llvm", false, setFlag(options.lowLevel)},
  };
  if (std::optional<Error> error = rt::parseWords(argc, argv, extras, options))
    return *error;
  if (std::optional<Error> error = checkCombination(options))
    return *error;
  return options;
}

const char *runHelp() {
  return R"(usage: attn-run FILE.mlir | FILE.so | --variant=NAME [options]
Compiles a function for this machine, or takes a compiled library, and runs it.

  --entry=NAME          the function; may be left out where there is one
  --variant=NAME        a file of the catalogue, lib/Variants/NAME.mlir
  --list-variants       the catalogue
  --backend=cpu|cuda|cuda:N|reference|interpret|null
                        cuda: on a device; reference: the oracle in float64; interpret: the tile programs, without code;
                        null: validates, prints the launches and runs nothing
  --arg SPEC            an argument, in order:
                          q.npy[:TYPE][:bnhd]
                          shape=1x8x64x128:TYPE:normal|uniform|zeros|ones|ramp[:SEED][:bnhd]
                          3:index   0.5:f32   '[[1,2],[3,4]]:i32'
                        head sizes and storage types of query, key and value come from here
  --seed N              the seed of generated arguments without one of their own
  --out FILE.npy        where the results go, in order
  --compare=reference   compares every result with the oracle
  --sample N            the oracle evaluates about N query rows of each head; column and diagonal sums are left out
  --compare FILE.npy    what the results should be, in order
  --tolerance ABS[,RMS] largest difference (relative to max(1, largest wanted)) and ratio of root mean squares
  --time                median time of 10 calls or --repeat, rates and their share of this machine's peak
  --repeat N            calls; the results must be the same bit for bit
  --print               results as dense attributes
  --threads N           threads of a launch
  --target=TARGET       as attn-compile's; left out: the backend's machine
  --cpu=LEVEL           native, x86-64-v3, x86-64-v4 or x86-64-v4-bf16
  --dump-schedule       which schedule was chosen and why
  --deadline SECONDS    how long compiling may take
  --allow-llvm          takes a file with ops of the LLVM dialect; only for files trusted like a program
  --list                the entries with their arguments and results

Exit code: 0 ok, 1 refused or failed, 2 out of tolerance, 3 no such device.
)";
}

} // namespace attn
