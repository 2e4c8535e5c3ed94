// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The registry of targets.
#include "lib/Target/Common/Target.h"

#include <mutex>

namespace attn::target {
namespace {

struct Registry {
  std::mutex mutex;
  std::vector<std::unique_ptr<const Target>> targets;
};

Registry &registry() {
  static Registry registry;
  return registry;
}

} // namespace

llvm::Expected<DeviceCode> Target::compileDevice(mlir::ModuleOp, llvm::StringRef, const DeviceOptions &) const {
  return llvm::createStringError("target " + name() + " has no device code");
}

void registerTarget(std::unique_ptr<const Target> target) {
  std::lock_guard<std::mutex> lock(registry().mutex);
  for (const auto &known : registry().targets)
    if (known->name() == target->name())
      return;
  registry().targets.push_back(std::move(target));
}

std::vector<const Target *> allTargets() {
  std::lock_guard<std::mutex> lock(registry().mutex);
  std::vector<const Target *> all;
  for (const auto &target : registry().targets)
    all.push_back(target.get());
  return all;
}

llvm::Expected<Selection> selectTarget(llvm::StringRef text) {
  auto [name, chips] = text.split(':');
  std::vector<llvm::StringRef> spellings;
  for (const Target *target : allTargets()) {
    spellings.push_back(target->spelling());
    if (target->name() != name)
      continue;
    llvm::Expected<std::vector<std::string>> parsed = target->parseChips(chips);
    if (!parsed)
      return parsed.takeError();
    return Selection{target, std::move(*parsed)};
  }
  return llvm::createStringError("expects target " + joinWithOr(spellings) + ", but got '" + text + "'");
}

std::string joinWithOr(llvm::ArrayRef<llvm::StringRef> words) {
  std::string text;
  for (size_t i = 0; i < words.size(); ++i)
    text += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + words[i].str();
  return text;
}

} // namespace attn::target
