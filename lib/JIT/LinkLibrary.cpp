// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs ld.lld on temporary files.
#include "lib/JIT/LinkLibrary.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"

namespace attn {
namespace {

/// A file that goes away at the end of the scope.
struct Temporary {
  llvm::SmallString<128> path;
  llvm::FileRemover remover;

  llvm::Error create(llvm::StringRef suffix) {
    if (std::error_code code = llvm::sys::fs::createTemporaryFile("attn", suffix, path))
      return llvm::createStringError("cannot make a temporary file: " + code.message());
    remover.setFile(path);
    return llvm::Error::success();
  }
};

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

llvm::Expected<std::string> readFile(llvm::StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer)
    return llvm::createStringError("cannot read " + path + ": " + buffer.getError().message());
  return (*buffer)->getBuffer().str();
}

llvm::Error writeFile(llvm::StringRef path, llvm::ArrayRef<char> bytes) {
  std::error_code code;
  llvm::raw_fd_ostream stream(path, code);
  stream.write(bytes.data(), bytes.size());
  stream.close();
  code = code ? code : stream.error();
  stream.clear_error();
  return code ? llvm::createStringError("cannot write " + path + ": " + code.message()) : llvm::Error::success();
}

} // namespace

llvm::Expected<std::string> linkLibrary(llvm::ArrayRef<char> object, unsigned seconds) {
  llvm::Expected<std::string> linker = findLinker();
  if (!linker)
    return linker.takeError();
  Temporary input, output, messages;
  for (auto [file, suffix] : {std::pair(&input, "o"), std::pair(&output, "so"), std::pair(&messages, "txt")})
    if (llvm::Error error = file->create(suffix))
      return error;
  if (llvm::Error error = writeFile(input.path, object))
    return error;

  std::string math = findMathLibrary();
  llvm::SmallVector<llvm::StringRef> command = {*linker, "-shared", "--gc-sections", "--as-needed", "-z", "noexecstack",
                                                "-z", "now", "-z", "relro", "--build-id=none", "-soname", "attn", "-o",
                                                output.path, input.path};
  if (!math.empty())
    command.push_back(math);
  std::optional<llvm::StringRef> redirects[] = {llvm::StringRef(""), llvm::StringRef(messages.path),
                                                llvm::StringRef(messages.path)};
  std::string reason;
  int code = llvm::sys::ExecuteAndWait(*linker, command, std::nullopt, redirects, seconds, 0, &reason);
  if (code) {
    llvm::Expected<std::string> text = readFile(messages.path);
    if (!text)
      llvm::consumeError(text.takeError());
    return llvm::createStringError("linking failed with code " + llvm::Twine(code) + ": " + reason +
                                   (text ? *text : ""));
  }
  return readFile(output.path);
}

} // namespace attn
