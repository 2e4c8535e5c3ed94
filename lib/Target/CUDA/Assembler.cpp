// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds and runs ptxas, and reads what it prints.
#include "lib/Target/CUDA/Assembler.h"

#include "lib/Target/Common/RunTool.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"

#include <cstdlib>

namespace attn::cuda {

std::string findAssembler(llvm::StringRef given) {
  if (!given.empty())
    return llvm::sys::fs::can_execute(given) ? given.str() : "";
  if (llvm::ErrorOr<std::string> found = llvm::sys::findProgramByName("ptxas"))
    return *found;
  const char *roots[] = {std::getenv("CUDA_HOME"), std::getenv("CUDA_PATH"), "/usr/local/cuda"};
  for (const char *root : roots) {
    llvm::SmallString<128> path(root ? root : "");
    llvm::sys::path::append(path, "bin", "ptxas");
    if (root && llvm::sys::fs::can_execute(path))
      return std::string(path);
  }
  return "";
}

/// The number before a word, as in "12 bytes spill stores".
static int64_t numberBefore(llvm::StringRef line, llvm::StringRef word) {
  size_t at = line.find(word);
  if (at == llvm::StringRef::npos)
    return 0;
  llvm::StringRef number = line.take_front(at).rtrim().rsplit(' ').second;
  int64_t value = 0;
  if (line.take_front(at).rtrim().find(' ') == llvm::StringRef::npos)
    number = line.take_front(at).rtrim();
  return number.getAsInteger(10, value) ? 0 : value;
}

std::vector<target::KernelReport> readReport(llvm::StringRef messages) {
  std::vector<target::KernelReport> reports;
  auto find = [&](llvm::StringRef name) -> target::KernelReport & {
    for (target::KernelReport &report : reports)
      if (report.name == name)
        return report;
    reports.push_back({name.str(), 0, 0, {}, {}});
    return reports.back();
  };
  std::string name;
  llvm::SmallVector<llvm::StringRef> lines;
  messages.split(lines, '\n', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef line : lines) {
    size_t quoted = line.find("entry function '"), about = line.find("Function properties for ");
    if (quoted != llvm::StringRef::npos)
      name = line.substr(quoted + 16).split('\'').first.str();
    else if (about != llvm::StringRef::npos)
      name = line.substr(about + 24).trim().str();
    if (line.contains("spill stores"))
      find(name).spilledBytes += numberBefore(line, "bytes spill stores") + numberBefore(line, "bytes spill loads");
    if (line.contains(" registers"))
      find(name).registers = numberBefore(line, "registers");
    size_t code = line.find("(C75");
    if (code == llvm::StringRef::npos)
      continue;
    size_t in = line.find("function '"); // the line may name another kernel than the one before
    llvm::StringRef meant = in == llvm::StringRef::npos ? name : line.substr(in + 10).split('\'').first;
    find(meant).losses.push_back(line.substr(code).trim().str());
  }
  return reports;
}

llvm::Expected<Assembled> assemble(llvm::StringRef ptx, const Chip &chip, llvm::StringRef assembler, unsigned seconds) {
  target::TemporaryFile input, output;
  if (llvm::Error error = input.create("ptx"))
    return error;
  if (llvm::Error error = output.create("cubin"))
    return error;
  if (llvm::Error error = input.write({ptx.data(), ptx.size()}))
    return error;
  std::string arch = ("-arch=" + chip.name).str();
  llvm::StringRef arguments[] = {"-v", "-O3", arch, input.path, "-o", output.path};
  llvm::Expected<target::ToolResult> result = target::runTool(assembler, arguments, seconds);
  if (!result)
    return result.takeError();
  if (result->code)
    return llvm::createStringError(assembler + " failed with code " + llvm::Twine(result->code) + ": " +
                                   llvm::StringRef(result->messages).trim());
  llvm::Expected<std::string> cubin = output.read();
  if (!cubin)
    return cubin.takeError();
  return Assembled{std::move(*cubin), readReport(result->messages)};
}

} // namespace attn::cuda
