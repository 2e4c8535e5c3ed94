// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds the fake driver library where the cuda driver finds it.
#include "runtime/cts/FakeCuda.h"
#include "runtime/cts/LibraryKernels.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>

namespace attn::rt::cts {

int64_t FakeCuda::count(const std::string &name) const { return std::count(calls.begin(), calls.end(), name); }

void FakeCuda::replay() const {
  for (const auto &work : captured)
    work();
}

FakeCuda &resetFakeCuda(const char *path) {
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  auto *state = library ? reinterpret_cast<FakeCuda *(*)()>(dlsym(library, "attn_fake_cuda")) : nullptr;
  auto *reset = library ? reinterpret_cast<void (*)()>(dlsym(library, "attn_fake_cuda_reset")) : nullptr;
  if (!state || !reset) {
    fprintf(stderr, "cannot open the fake driver library: %s\n", dlerror());
    abort();
  }
  reset();
  setenv("ATTN_CUDA_LIBRARY", path, 1);
  return *state();
}

void useFakeContext(const char *path, int ordinal) {
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  reinterpret_cast<void (*)(int)>(dlsym(library, "attn_fake_cuda_use"))(ordinal);
}

void addLibraryFunctions(FakeCuda &fake) {
  fake.functions["attend_rows"] = {attendKernel, kAttendBytes, 0};
  fake.functions["number_points"] = {pointsKernel, kPointsBytes, 0};
  fake.functions["tell_level"] = {levelAny, kLevelBytes, 0};
}

} // namespace attn::rt::cts
