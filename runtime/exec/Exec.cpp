// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The order of work of attn-exec, and what it tells the user.
#include "runtime/exec/Exec.h"

#include "runtime/exec/Measure.h"
#include "runtime/support/DenseText.h"
#include "runtime/support/Npy.h"

namespace attn::rt {
namespace {

constexpr int kFailed = 1, kOutOfTolerance = 2, kNoDevice = 3;

/// One run of the tool: options, session and where to write.
class Execution {
public:
  Execution(const ExecOptions &options, FILE *out, FILE *err) : options(options), out(out), err(err) {}
  int run();

private:
  int refuse(const Failure &failure);
  int checkCounts();
  int writeResults();
  int compareResults();
  void report();

  const ExecOptions &options;
  FILE *out, *err;
  Session session;
  Timing timing;
};

int Execution::refuse(const Failure &failure) {
  fprintf(err, "attn-exec: %s\n", failure.message.c_str());
  return isAboutDevice(failure.status, session.hasContext()) ? kNoDevice : kFailed;
}

int Execution::checkCounts() {
  const attn_entry_desc &entry = session.description();
  if (options.outs.size() > size_t(entry.nresults) || options.compares.size() > size_t(entry.nresults))
    return refuse({ATTN_INVALID_ARGUMENT,
                   formatText("entry '%s': expects at most %lld --out and --compare, but got %zu and %zu", entry.name,
                              (long long)entry.nresults, options.outs.size(), options.compares.size())});
  return 0;
}

int Execution::writeResults() {
  for (size_t i = 0; i < options.outs.size(); ++i)
    if (std::optional<Error> error = writeNpy(options.outs[i], session.results()[i]))
      return refuse({ATTN_INVALID_ARGUMENT, error->message});
  return 0;
}

int Execution::compareResults() {
  int code = 0;
  for (size_t i = 0; i < options.compares.size(); ++i) {
    Result<Array> wanted = readNpy(options.compares[i]);
    if (!wanted)
      return refuse({ATTN_INVALID_ARGUMENT, wanted.error().message});
    const Array &got = session.results()[i];
    Tolerance tolerance = options.tolerance ? *options.tolerance : defaultTolerance(got.element());
    Comparison comparison = compareArrays(got, *wanted, tolerance);
    fprintf(out, "%s: %s: %s (tolerance %g, %g)\n", session.description().results[i].name, comparison.text.c_str(),
            comparison.passed ? "passed" : "out of tolerance", tolerance.maxAbs, tolerance.rms);
    code = comparison.passed ? code : kOutOfTolerance;
  }
  return code;
}

void Execution::report() {
  const attn_entry_desc &entry = session.description();
  for (int64_t i = 0; i < entry.nresults; ++i) {
    const Array &array = session.results()[size_t(i)];
    fprintf(out, "%s: %s %s\n", entry.results[i].name, shapeText(array.shape()).c_str(), elementName(array.element()));
    if (options.print)
      fprintf(out, "%s = %s\n", entry.results[i].name, printDense(array).c_str());
  }
  if (session.onDevice())
    fprintf(out, "device: %s\n", session.deviceText().c_str());
  if (!options.time)
    return;
  fprintf(out, "time: %s, %.2f GB/s\n", timing.text().c_str(), double(session.bytes()) / timing.median() * 1e-9);
}

int Execution::run() {
  if (Failure failure = session.open(options))
    return refuse(failure);
  if (options.list)
    return fprintf(out, "%s", session.listEntries().c_str()), 0;
  if (Failure failure = session.find(options))
    return refuse(failure);
  if (int code = checkCounts())
    return code;
  if (Failure failure = session.prepare(options.args))
    return refuse(failure);
  if (options.backend == "null") {
    Failure failure = session.call();
    fprintf(out, "%s", session.launches().c_str());
    return failure ? refuse(failure) : 0;
  }
  if (Failure failure = callRepeatedly(session, options, timing))
    return refuse(failure);
  if (int code = writeResults())
    return code;
  report();
  return compareResults();
}

} // namespace

int execMain(int argc, char **argv, FILE *out, FILE *err) {
  Result<ExecOptions> options = parseOptions(argc, argv);
  if (!options) {
    fprintf(err, "attn-exec: %s\n", options.error().message.c_str());
    return kFailed;
  }
  if (options->help) {
    fprintf(out, "%s", helpText());
    return 0;
  }
  int code = Execution(*options, out, err).run();
  if (code)
    fprintf(err, "reproduce: %s\n", options->commandLine.c_str());
  return code;
}

} // namespace attn::rt
