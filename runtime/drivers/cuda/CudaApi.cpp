// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds the driver library by dlopen and translates its errors.
#include "runtime/drivers/cuda/CudaApi.h"

#include "runtime/src/Status.h"

#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <map>
#include <mutex>
#include <string>

namespace attn::rt::cuda {
namespace {

// Stream-ordered pools, tensor maps and the versioned symbols are all there.
constexpr int kOldest = 12000;

attn_status lookUp(void *library, const char *name, Api &api) {
#define ATTN_CUDA_LOOKUP(member, symbol, parameters)                                                                   \
  if (!(api.member = reinterpret_cast<decltype(api.member)>(dlsym(library, symbol))))                                  \
    return fail(ATTN_VERSION_MISMATCH, "the driver library '%s' is too old: it lacks %s", name, symbol);
  ATTN_CUDA_FUNCTIONS(ATTN_CUDA_LOOKUP)
#undef ATTN_CUDA_LOOKUP
#define ATTN_CUDA_LOOKUP(member, symbol, parameters)                                                                   \
  api.member = reinterpret_cast<decltype(api.member)>(dlsym(library, symbol));
  ATTN_CUDA_OPTIONAL_FUNCTIONS(ATTN_CUDA_LOOKUP)
#undef ATTN_CUDA_LOOKUP
  return ATTN_OK;
}

attn_status load(const char *name, Api &api) {
  void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    const char *why = dlerror();
    return fail(ATTN_NO_DRIVER, "cannot open the driver library '%s': %s", name, why ? why : "no reason given");
  }
  // Never closed: the driver does not survive it.
  return lookUp(library, name, api);
}

attn_status initialise(const Api &api) {
  int code = api.init(0), version = 0;
  if (code == kNoDevice)
    return fail(ATTN_NO_DEVICE, "the driver finds no cuda device");
  if (code)
    return failWith(api, code, "cannot initialise the cuda driver");
  if ((code = api.driverVersion(&version)))
    return failWith(api, code, "cannot tell the driver's version");
  if (version < kOldest)
    return fail(ATTN_VERSION_MISMATCH, "expects a driver of CUDA %d.%d or later, but it has %d.%d", kOldest / 1000,
                kOldest % 1000 / 10, version / 1000, version % 1000 / 10);
  return ATTN_OK;
}

attn_status statusOfCode(int code) {
  switch (code) {
  case kOutOfMemory: return ATTN_OUT_OF_MEMORY;
  case kNoDevice:
  case kInvalidDevice: return ATTN_NO_DEVICE;
  case kStubLibrary:
  case kDriverMismatch: return ATTN_NO_DRIVER;
  case kNoBinaryForGpu:
  case kUnsupportedPtxVersion: return ATTN_WRONG_CHIP;
  default: return ATTN_DEVICE_ERROR;
  }
}

} // namespace

bool isSticky(int code) {
  return code == kUncorrectableMemory || code == kIllegalAddress || code == kLaunchTimeout || code == kAssert ||
         (code >= kHardwareStack && code <= kLaunchFailed);
}

attn_status failWith(const Api &api, int code, const char *what, ...) {
  char text[1024];
  va_list list;
  va_start(list, what);
  vsnprintf(text, sizeof text, what, list);
  va_end(list);
  const char *name = nullptr, *reason = nullptr;
  if (api.errorName(code, &name) || !name)
    name = "an unknown error";
  if (api.errorText(code, &reason) || !reason)
    reason = "no text";
  return fail(statusOfCode(code), "%s: %s (%s)", text, name, reason);
}

const Api *openApi(attn_status &status) {
  // Never destroyed: contexts may end while the process does.
  static std::mutex *mutex = new std::mutex;
  static auto *opened = new std::map<std::string, Api>;
  const char *named = getenv("ATTN_CUDA_LIBRARY");
  std::string name = named && *named ? named : "libcuda.so.1";
  std::lock_guard<std::mutex> lock(*mutex);
  auto known = opened->find(name);
  if (known == opened->end()) {
    Api api;
    if ((status = load(name.c_str(), api)))
      return nullptr;
    known = opened->emplace(name, api).first;
  }
  status = initialise(known->second);
  return status ? nullptr : &known->second;
}

} // namespace attn::rt::cuda
