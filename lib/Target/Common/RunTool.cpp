// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Temporary files and child processes.
#include "lib/Target/Common/RunTool.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"

namespace attn::target {

llvm::Error TemporaryFile::create(llvm::StringRef suffix) {
  if (std::error_code code = llvm::sys::fs::createTemporaryFile("attn", suffix, path))
    return llvm::createStringError("cannot make a temporary file: " + code.message());
  remover.setFile(path);
  return llvm::Error::success();
}

llvm::Error TemporaryFile::write(llvm::ArrayRef<char> bytes) const {
  std::error_code code;
  llvm::raw_fd_ostream stream(path, code);
  stream.write(bytes.data(), bytes.size());
  stream.close();
  code = code ? code : stream.error();
  stream.clear_error();
  return code ? llvm::createStringError("cannot write " + path + ": " + code.message()) : llvm::Error::success();
}

llvm::Expected<std::string> TemporaryFile::read() const {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer)
    return llvm::createStringError("cannot read " + path + ": " + buffer.getError().message());
  return (*buffer)->getBuffer().str();
}

llvm::Expected<ToolResult> runTool(llvm::StringRef program, llvm::ArrayRef<llvm::StringRef> arguments,
                                   unsigned seconds) {
  TemporaryFile messages;
  if (llvm::Error error = messages.create("txt"))
    return error;
  llvm::SmallVector<llvm::StringRef> command = {program};
  command.append(arguments.begin(), arguments.end());
  std::optional<llvm::StringRef> redirects[] = {llvm::StringRef(""), llvm::StringRef(messages.path),
                                                llvm::StringRef(messages.path)};
  ToolResult result;
  result.code = llvm::sys::ExecuteAndWait(program, command, std::nullopt, redirects, seconds, 0, &result.messages);
  llvm::Expected<std::string> text = messages.read();
  if (!text)
    return text.takeError();
  result.messages += *text;
  return result;
}

} // namespace attn::target
