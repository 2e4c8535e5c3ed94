// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs ld.lld on temporary files.
#include "lib/JIT/LinkLibrary.h"

#include "lib/Target/Common/RunTool.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Program.h"

namespace attn {
namespace {

llvm::Expected<std::string> findLinker() {
  llvm::StringRef own = ATTN_LLVM_BIN;
  llvm::ErrorOr<std::string> found = llvm::sys::findProgramByName("ld.lld", own);
  if (!found)
    found = llvm::sys::findProgramByName("ld.lld");
  if (found)
    return *found;
  return llvm::createStringError("expects the linker ld.lld in " ATTN_LLVM_BIN
                                 " or on PATH to make a shared library, but found none");
}

/// The C library's math functions as a file, for code that still calls one.
std::string findMathLibrary() {
  for (const char *path : {"/lib/x86_64-linux-gnu/libm.so.6", "/lib64/libm.so.6", "/usr/lib64/libm.so.6",
                           "/usr/lib/libm.so.6"})
    if (llvm::sys::fs::exists(path))
      return path;
  return "";
}

} // namespace

llvm::Expected<std::string> linkLibrary(llvm::ArrayRef<char> object, unsigned seconds) {
  llvm::Expected<std::string> linker = findLinker();
  if (!linker)
    return linker.takeError();
  target::TemporaryFile input, output;
  for (auto [file, suffix] : {std::pair(&input, "o"), std::pair(&output, "so")})
    if (llvm::Error error = file->create(suffix))
      return error;
  if (llvm::Error error = input.write(object))
    return error;

  std::string math = findMathLibrary();
  llvm::SmallVector<llvm::StringRef> arguments = {"-shared", "--gc-sections", "--as-needed", "-z", "noexecstack",
                                                "-z", "now", "-z", "relro", "--build-id=none", "-soname", "attn", "-o",
                                                output.path, input.path};
  if (!math.empty())
    arguments.push_back(math);
  llvm::Expected<target::ToolResult> result = target::runTool(*linker, arguments, seconds);
  if (!result)
    return result.takeError();
  if (result->code)
    return llvm::createStringError("linking failed with code " + llvm::Twine(result->code) + ": " + result->messages);
  return output.read();
}

} // namespace attn
