// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Takes the best image of a library for a device and makes its functions ready.
#include "runtime/drivers/cuda/Modules.h"

#include "runtime/src/Status.h"

#include <algorithm>
#include <cstring>
#include <string>

namespace attn::rt::cuda {
namespace {

/// What a kernel may ask for at a launch without saying so before.
constexpr int64_t kSharedWithoutAsking = 48 * 1024;

bool isCuda(const attn_image &image) { return !strcmp(image.target, "cuda"); }

} // namespace

bool binaryRuns(const attn_image &image, int capability) {
  if (!image.binary || !isCuda(image))
    return false;
  if (image.flags & ATTN_IMAGE_EXACT)
    return image.capability == capability;
  return image.capability / 10 == capability / 10 && image.capability <= capability;
}

bool portableRuns(const attn_image &image, int capability) {
  if (!image.portable || !isCuda(image))
    return false;
  return image.flags & ATTN_IMAGE_EXACT ? image.capability == capability : image.capability <= capability;
}

std::vector<std::pair<int64_t, bool>> rankImages(const attn_manifest &manifest, int capability) {
  std::vector<std::pair<int64_t, bool>> ranked;
  auto better = [&](const std::pair<int64_t, bool> &a, const std::pair<int64_t, bool> &b) {
    const attn_image &x = manifest.images[a.first], &y = manifest.images[b.first];
    if (x.capability != y.capability)
      return x.capability > y.capability;
    if ((x.flags & ATTN_IMAGE_EXACT) != (y.flags & ATTN_IMAGE_EXACT))
      return (x.flags & ATTN_IMAGE_EXACT) != 0;
    return a.first < b.first;
  };
  for (bool binary : {true, false}) {
    size_t start = ranked.size();
    for (int64_t i = 0; i < manifest.nimages; ++i)
      if (binary ? binaryRuns(manifest.images[i], capability) : portableRuns(manifest.images[i], capability))
        ranked.push_back({i, binary});
    std::sort(ranked.begin() + int64_t(start), ranked.end(), better);
  }
  return ranked;
}

attn_status Modules::wrongChip(const attn_manifest &manifest) {
  std::string chips;
  for (int64_t i = 0; i < manifest.nimages; ++i)
    if (isCuda(manifest.images[i]))
      chips += std::string(chips.empty() ? "" : ", ") + manifest.images[i].chip;
  return fail(ATTN_WRONG_CHIP, "the library holds code for %s, but cuda:%d (%s) has compute capability %d.%d",
              chips.empty() ? "no cuda chip" : chips.c_str(), facts.ordinal, facts.name, facts.capability / 10,
              facts.capability % 10);
}

attn_status Modules::loadImage(const attn_image &image, bool binary, Module &module, bool &tryNext) {
  char log[1024] = "";
  int names[] = {kJitErrorLog, kJitErrorLogBytes};
  void *values[] = {log, reinterpret_cast<void *>(uintptr_t(sizeof log))};
  const void *code = binary ? image.binary : static_cast<const void *>(image.portable);
  int result = api.loadModule(&module, code, binary ? 0 : 2, names, values);
  tryNext = result == kNoBinaryForGpu || result == kInvalidImage || result == kInvalidPtx ||
            result == kUnsupportedPtxVersion || result == kInvalidSource;
  if (!result)
    return ATTN_OK;
  log[sizeof log - 1] = 0;
  for (char *end = log + strlen(log); end > log && (end[-1] == '\n' || end[-1] == ' ');)
    *--end = 0;
  return failWith(api, result, "cannot load the code for %s%s%s", image.chip, *log ? ": " : "", log);
}

attn_status Modules::loadForm(const attn_kernel_desc &kernel, const attn_device_variant &variant, Module module,
                              Function &function) {
  int fixed = 0, threads = 0;
  if (int code = api.getFunction(&function, module, variant.function))
    return failWith(api, code, "kernel '%s': cannot find its function '%s'", kernel.name, variant.function);
  int code = api.functionAttribute(&fixed, kFunctionStaticShared, function);
  if (!code)
    code = api.functionAttribute(&threads, kFunctionMaxThreads, function);
  if (code)
    return failWith(api, code, "kernel '%s': cannot ask for its limits", kernel.name);
  if (fixed + variant.shared_bytes > facts.sharedLimit)
    return fail(ATTN_WRONG_CHIP, "kernel '%s' needs %lld bytes of shared memory, but cuda:%d has %d", kernel.name,
                (long long)(fixed + variant.shared_bytes), facts.ordinal, facts.sharedLimit);
  if (variant.threads > threads)
    return fail(ATTN_WRONG_CHIP, "kernel '%s' needs %lld threads, but its function runs on cuda:%d with %d at most",
                kernel.name, (long long)variant.threads, facts.ordinal, threads);
  if (fixed + variant.shared_bytes <= kSharedWithoutAsking)
    return ATTN_OK;
  code = api.setFunctionAttribute(function, kFunctionMaxDynamicShared, int(variant.shared_bytes));
  return code ? failWith(api, code, "kernel '%s': cannot ask for %lld bytes of shared memory", kernel.name,
                         (long long)variant.shared_bytes)
              : ATTN_OK;
}

attn_status Modules::countBlocks(const attn_kernel_desc &kernel, const attn_device_variant &variant, Function function,
                                 int64_t &blocks) {
  if (!(variant.flags & ATTN_DEVICE_PERSISTENT))
    return ATTN_OK;
  int each = 0;
  if (int code = api.blocksAtOnce(&each, function, int(variant.threads), size_t(variant.shared_bytes)))
    return failWith(api, code, "kernel '%s': cannot ask how many of its blocks run at once", kernel.name);
  blocks = int64_t(each > 0 ? each : 1) * facts.multiprocessors;
  return ATTN_OK;
}

attn_status Modules::loadKernels(const attn_manifest &manifest, int64_t image, Loaded &loaded) {
  for (int64_t k = 0; k < manifest.nkernels; ++k) {
    const attn_kernel_desc &kernel = manifest.kernels[k];
    LoadedKernel forms;
    for (int64_t i = 0; i < kernel.ndevice_variants; ++i) {
      const attn_device_variant &variant = kernel.device_variants[i];
      Function function = nullptr;
      if (variant.image != image)
        continue;
      if (attn_status status = loadForm(kernel, variant, loaded.module, function))
        return status;
      int64_t blocks = 0;
      if (attn_status status = countBlocks(kernel, variant, function, blocks))
        return status;
      forms.push_back({&variant, function, blocks, mapsSoFar});
      mapsSoFar += variant.ndescriptors;
    }
    if (!forms.empty())
      loaded.kernels.emplace(&kernel, std::move(forms));
  }
  return ATTN_OK;
}

attn_status Modules::load(const attn_manifest &manifest, Loaded &loaded) {
  std::vector<std::pair<int64_t, bool>> ranked = rankImages(manifest, facts.capability);
  if (ranked.empty())
    return manifest.nkernels ? wrongChip(manifest) : ATTN_OK;
  attn_status status = ATTN_OK;
  for (auto [image, binary] : ranked) {
    bool tryNext = false;
    status = loadImage(manifest.images[image], binary, loaded.module, tryNext);
    if (!status)
      return loadKernels(manifest, image, loaded);
    loaded.module = nullptr;
    if (!tryNext)
      break;
  }
  return status;
}

void Modules::dropClosed() {
  for (auto loaded = libraries.begin(); loaded != libraries.end();) {
    if (!loaded->second.owner.expired()) {
      ++loaded;
      continue;
    }
    for (const auto &kernel : loaded->second.kernels)
      kernels.erase(kernel.first);
    if (loaded->second.module)
      api.unloadModule(loaded->second.module);
    loaded = libraries.erase(loaded);
  }
}

attn_status Modules::prepare(const std::shared_ptr<Library> &library) {
  std::lock_guard<std::mutex> lock(mutex);
  if (libraries.count(library->number()))
    return ATTN_OK;
  // Loading is no work of a stream: a capture under way on this thread does not forbid it.
  int mode = kCaptureRelaxed;
  if (int code = api.exchangeCaptureMode(&mode))
    return failWith(api, code, "cannot prepare for loading code");
  dropClosed();
  Loaded loaded;
  loaded.owner = library;
  attn_status status = load(library->manifest(), loaded);
  if (status && loaded.module)
    api.unloadModule(loaded.module);
  api.exchangeCaptureMode(&mode);
  if (status)
    return status;
  Loaded &kept = libraries[library->number()] = std::move(loaded);
  for (const auto &kernel : kept.kernels)
    kernels[kernel.first] = &kernel.second;
  return ATTN_OK;
}

bool Modules::has(const Library &library) {
  uint64_t number = library.number();
  if (last.load(std::memory_order_relaxed) == number)
    return true;
  std::lock_guard<std::mutex> lock(mutex);
  if (!libraries.count(number))
    return false;
  last.store(number, std::memory_order_relaxed);
  return true;
}

const LoadedKernel *Modules::find(const attn_kernel_desc *kernel) {
  std::lock_guard<std::mutex> lock(mutex);
  auto found = kernels.find(kernel);
  return found == kernels.end() ? nullptr : found->second;
}

void Modules::clear() {
  for (auto &loaded : libraries)
    if (loaded.second.module)
      api.unloadModule(loaded.second.module);
  libraries.clear();
  kernels.clear();
}

} // namespace attn::rt::cuda
