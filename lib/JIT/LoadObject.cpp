// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Hands an object to ORC and owns what comes of it.
#include "lib/JIT/LoadObject.h"

#include "lib/JIT/CodeGen.h"
#include "lib/JIT/Externals.h"
#include "llvm/ExecutionEngine/Orc/ExecutionUtils.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"

namespace attn {

struct Executable::Code {
  std::unique_ptr<llvm::orc::LLJIT> jit;
  const attn_manifest *manifest = nullptr;
};

Executable::Executable(std::string bytes) : contents(std::move(bytes)) {}
Executable::Executable(std::unique_ptr<Code> code) : code(std::move(code)) {}
Executable::Executable(Executable &&) = default;
Executable &Executable::operator=(Executable &&) = default;
Executable::~Executable() = default;

const attn_manifest *Executable::manifest() const { return code ? code->manifest : nullptr; }

llvm::Expected<Executable> loadObject(llvm::ArrayRef<char> object) {
  using namespace llvm::orc;
  initializeCodeGen();
  llvm::Expected<std::unique_ptr<LLJIT>> jit =
      LLJITBuilder().setPlatformSetUp(setUpInactivePlatform).setLinkProcessSymbolsByDefault(false).create();
  if (!jit)
    return jit.takeError();
  // Failures come back from the calls below; by default they are printed too.
  (*jit)->getExecutionSession().setErrorReporter([](llvm::Error error) { llvm::consumeError(std::move(error)); });
  // Nothing of the process is visible to the code but the C library's functions of a closed list.
  auto allowed = [](const SymbolStringPtr &name) { return isKnownExternal(*name); };
  char prefix = (*jit)->getDataLayout().getGlobalPrefix();
  auto process = DynamicLibrarySearchGenerator::GetForCurrentProcess(prefix, allowed);
  if (!process)
    return process.takeError();
  (*jit)->getMainJITDylib().addGenerator(std::move(*process));
  auto buffer = llvm::MemoryBuffer::getMemBufferCopy(llvm::StringRef(object.data(), object.size()), "attn");
  if (llvm::Error error = (*jit)->addObjectFile(std::move(buffer)))
    return error;
  llvm::Expected<ExecutorAddr> address = (*jit)->lookup(ATTN_MANIFEST_SYMBOL);
  if (!address)
    return address.takeError();
  auto code = std::make_unique<Executable::Code>();
  code->manifest = address->toPtr<const attn_manifest *>();
  code->jit = std::move(*jit);
  return Executable(std::move(code));
}

} // namespace attn
