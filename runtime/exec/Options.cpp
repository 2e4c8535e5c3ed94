// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Parses the options of attn-exec against one table.
#include "runtime/exec/Options.h"

#include <cerrno>
#include <cstdlib>

namespace attn::rt {

std::optional<Error> setCount(const char *name, int64_t &place, const std::string &value, int64_t most) {
  char *end;
  errno = 0;
  place = strtoll(value.c_str(), &end, 10);
  if (value.empty() || *end || errno || place < 1 || place > most)
    return makeError("%s expects an integer from 1 to %lld, but got '%s'", name, (long long)most, value.c_str());
  return std::nullopt;
}

namespace {

std::optional<Error> setText(std::string &place, const std::string &value) {
  place = value;
  return std::nullopt;
}

std::optional<Error> addText(std::vector<std::string> &place, const std::string &value) {
  place.push_back(value);
  return std::nullopt;
}

std::optional<Error> setTolerance(ExecOptions &options, const std::string &value) {
  Result<Tolerance> tolerance = parseTolerance(value);
  if (!tolerance)
    return makeError("--tolerance %s", tolerance.error().message.c_str());
  options.tolerance = *tolerance;
  return std::nullopt;
}

struct ValueOption {
  const char *name;
  std::optional<Error> (*set)(ExecOptions &, const std::string &);
};

const ValueOption valueOptions[] = {
    {"--entry", [](ExecOptions &o, const std::string &v) { return setText(o.entry, v); }},
    {"--backend", [](ExecOptions &o, const std::string &v) { return setText(o.backend, v); }},
    {"--arg", [](ExecOptions &o, const std::string &v) { return addText(o.args, v); }},
    {"--out", [](ExecOptions &o, const std::string &v) { return addText(o.outs, v); }},
    {"--compare", [](ExecOptions &o, const std::string &v) { return addText(o.compares, v); }},
    {"--tolerance", setTolerance},
    {"--threads", [](ExecOptions &o, const std::string &v) { return setCount("--threads", o.threads, v, 1024); }},
    {"--repeat", [](ExecOptions &o, const std::string &v) { return setCount("--repeat", o.repeat, v, 1000000); }},
};

struct Flag {
  const char *name;
  bool ExecOptions::*place;
};

const Flag flags[] = {{"--time", &ExecOptions::time},
                      {"--print", &ExecOptions::print},
                      {"--list", &ExecOptions::list},
                      {"--help", &ExecOptions::help},
                      {"-h", &ExecOptions::help}};

std::string quoted(const std::string &word) {
  const char *plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=+./:,%@";
  if (!word.empty() && word.find_first_not_of(plain) == std::string::npos)
    return word;
  std::string text = "'";
  for (char c : word)
    text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

bool setFlag(ExecOptions &options, const std::string &word) {
  for (const Flag &flag : flags)
    if (word == flag.name)
      return options.*flag.place = true;
  return false;
}

} // namespace

std::optional<Error> parseWords(int argc, char **argv, const std::vector<ExtraOption> &extras, ExecOptions &options) {
  for (int i = 0; i < argc; ++i)
    options.commandLine += (i ? " " : "") + quoted(argv[i]);
  for (int i = 1; i < argc; ++i) {
    std::string word = argv[i];
    if (setFlag(options, word))
      continue;
    if (word.empty() || word[0] != '-') {
      if (!options.library.empty())
        return makeError("expects one file, but got '%s' and '%s'", options.library.c_str(), word.c_str());
      options.library = word;
      continue;
    }
    size_t equals = word.find('=');
    std::string name = word.substr(0, equals);
    const ExtraOption *extra = nullptr;
    for (const ExtraOption &option : extras)
      extra = name == option.name ? &option : extra;
    const ValueOption *found = nullptr;
    for (const ValueOption &option : valueOptions)
      found = name == option.name ? &option : found;
    if (!found && !extra)
      return makeError("unknown option '%s'; --help lists them", name.c_str());
    if (extra && !extra->takesValue && equals != std::string::npos)
      return makeError("%s expects no value", name.c_str());
    bool taken = !extra || extra->takesValue;
    if (taken && equals == std::string::npos && i + 1 >= argc)
      return makeError("%s expects a value", name.c_str());
    std::string value = !taken ? "" : equals == std::string::npos ? argv[++i] : word.substr(equals + 1);
    if (std::optional<Error> error = extra ? extra->set(value) : found->set(options, value))
      return error;
  }
  return std::nullopt;
}

Result<ExecOptions> parseOptions(int argc, char **argv) {
  ExecOptions options;
  if (std::optional<Error> error = parseWords(argc, argv, {}, options))
    return *error;
  if (options.library.empty() && !options.help)
    return makeError("expects a compiled library (.so); --help shows the options");
  return options;
}

const char *helpText() {
  return R"(usage: attn-exec LIBRARY.so [options]
Runs an entry of a compiled library. No compiler is needed.

  --entry=NAME          the entry; may be left out where there is one
  --arg SPEC            an argument, in order:
                          q.npy[:TYPE][:bnhd]
                          shape=1x8x64x128:TYPE:normal|uniform|zeros|ones|ramp[:SEED][:bnhd]
                          3:index   0.5:f32   '[[1,2],[3,4]]:i32'
  --out FILE.npy        where the results go, in order
  --compare FILE.npy    what the results should be, in order
  --tolerance ABS[,RMS] largest difference (relative to max(1, largest wanted)) and ratio of root mean squares
  --time                median time of a call and bytes moved a second (10 calls unless --repeat says otherwise);
                        on a device, the device's time between the call's start and end on its stream, and the
                        host's to enqueue it
  --repeat N            calls; the results must be the same bit for bit
  --print               results as dense attributes
  --backend NAME        cpu; cuda or cuda:N, a device; null validates, prints the launches and runs nothing
  --threads N           threads of a launch
  --list                the entries with their arguments and results

Exit code: 0 ok, 1 refused or failed, 2 out of tolerance, 3 no such device.
)";
}

} // namespace attn::rt
