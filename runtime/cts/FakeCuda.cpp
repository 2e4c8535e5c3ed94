// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The functions of libcuda.so that the cuda driver calls, on host memory.
#include "runtime/cts/FakeCuda.h"

#include "runtime/drivers/cuda/CudaApi.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>

using attn::rt::cts::FakeCuda;
using attn::rt::cts::FakeFunction;
using namespace attn::rt::cuda;

namespace {

FakeCuda state;

// CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED.
constexpr int kCaptureForbids = 900;

/// Devices count from here, and a context is its device's number.
constexpr int kFirstDevice = 100;

thread_local std::vector<Context> stack;
int captureMode = 0;

struct FakeModule {
  bool isCompiled = false; ///< code for a device: its functions do nothing here
  std::vector<std::unique_ptr<struct FakeHandle>> functions;
};

struct FakeHandle {
  FakeFunction function;
  int shared = 48 * 1024;
};

/// The modules that were not unloaded.
std::map<Module, std::unique_ptr<FakeModule>> loadedModules;

/// Notes a call; its result where a test wants it to fail.
int enter(const char *name) {
  state.calls.push_back(name);
  bool chosen = state.failAt == int64_t(state.calls.size()) || state.failIn == name;
  return chosen ? state.failCode : kSuccess;
}

int needsContext() { return stack.empty() ? 201 : kSuccess; }

int enqueue(std::function<void()> work) {
  if (state.capturing)
    state.captured.push_back(std::move(work));
  else
    work();
  return kSuccess;
}

/// What is no work of a stream, and may be done in a capture only where the thread says so.
int besideStreams() { return state.capturing && captureMode != kCaptureRelaxed ? kCaptureForbids : needsContext(); }

int allocate(DevicePointer *data, size_t bytes) {
  size_t used = 0;
  for (auto &allocation : state.allocations)
    used += allocation.second;
  if (bytes > state.memory - std::min(used, state.memory))
    return kOutOfMemory;
  void *memory = aligned_alloc(256, (bytes + 255) / 256 * 256);
  memset(memory, 0xAB, bytes);
  state.allocations[uintptr_t(memory)] = bytes;
  *data = DevicePointer(uintptr_t(memory));
  return kSuccess;
}

int release(DevicePointer data) {
  if (!state.allocations.erase(uintptr_t(data)))
    return kInvalidValue;
  free(reinterpret_cast<void *>(uintptr_t(data)));
  return kSuccess;
}

template <typename T> int fill(DevicePointer data, T value, size_t count, size_t pitch) {
  return enqueue([=] {
    for (size_t i = 0; i < count; ++i)
      memcpy(reinterpret_cast<char *>(uintptr_t(data)) + i * pitch, &value, sizeof value);
  });
}

void run(const FakeHandle &handle, const std::string &block, const unsigned *grid) {
  std::unique_ptr<char, void (*)(void *)> scratch(static_cast<char *>(aligned_alloc(64, 1 << 16)), free);
  for (unsigned z = 0; z < grid[2]; ++z)
    for (unsigned y = 0; y < grid[1]; ++y)
      for (unsigned x = 0; x < grid[0]; ++x)
        handle.function.run(block.data(), x, y, z, scratch.get());
}

} // namespace

#define FAKE(name, parameters)                                                                                         \
  extern "C" __attribute__((visibility("default"))) int name parameters {                                              \
    if (int code = enter(#name))                                                                                       \
      return code;
#define END }

extern "C" __attribute__((visibility("default"))) FakeCuda *attn_fake_cuda() { return &state; }
extern "C" __attribute__((visibility("default"))) void attn_fake_cuda_reset() {
  for (auto &allocation : state.allocations)
    free(reinterpret_cast<void *>(allocation.first));
  state = FakeCuda();
  loadedModules.clear();
  stack.clear();
  captureMode = 0;
}

extern "C" __attribute__((visibility("default"))) void attn_fake_cuda_use(int ordinal) {
  stack.push_back(reinterpret_cast<Context>(uintptr_t(kFirstDevice + ordinal)));
}

FAKE(cuInit, (unsigned)) return state.devices ? kSuccess : kNoDevice; END
FAKE(cuDriverGetVersion, (int *version)) return *version = state.version, kSuccess; END
FAKE(cuDeviceGetCount, (int *count)) return *count = state.devices, kSuccess; END
FAKE(cuDeviceGet, (Device * device, int ordinal)) return *device = kFirstDevice + ordinal, kSuccess; END
FAKE(cuDeviceGetName, (char *name, int length, Device)) return strncpy(name, "Fake", size_t(length)), kSuccess; END

extern "C" __attribute__((visibility("default"))) int cuGetErrorName(int code, const char **name) {
  static std::string text;
  text = "CUDA_ERROR_" + std::to_string(code);
  return *name = text.c_str(), kSuccess;
}
extern "C" __attribute__((visibility("default"))) int cuGetErrorString(int, const char **text) {
  return *text = "as the test wants", kSuccess;
}

FAKE(cuDeviceGetAttribute, (int *value, int attribute, Device))
  switch (attribute) {
  case kMultiprocessors: return *value = state.multiprocessors, kSuccess;
  case kMaxGridX: return *value = INT32_MAX, kSuccess;
  case kMaxGridY:
  case kMaxGridZ: return *value = 65535, kSuccess;
  case kCapabilityMajor: return *value = state.capability / 10, kSuccess;
  case kCapabilityMinor: return *value = state.capability % 10, kSuccess;
  case kMaxSharedOptin: return *value = state.sharedLimit, kSuccess;
  case kPoolsSupported: return *value = state.pools, kSuccess;
  }
  return kInvalidValue;
END

FAKE(cuDevicePrimaryCtxRetain, (Context * context, Device device))
  ++state.contexts;
  return *context = reinterpret_cast<Context>(uintptr_t(device)), kSuccess;
END
FAKE(cuDevicePrimaryCtxRelease_v2, (Device)) return --state.contexts, kSuccess; END
FAKE(cuCtxGetCurrent, (Context * context)) return *context = stack.empty() ? nullptr : stack.back(), kSuccess; END
FAKE(cuCtxPushCurrent_v2, (Context context))
  stack.push_back(context);
  return state.current = int64_t(stack.size()), kSuccess;
END
// Popping and what else gives back cannot be refused: a fault there has no remedy.
extern "C" __attribute__((visibility("default"))) int cuCtxPopCurrent_v2(Context *context) {
  *context = stack.back();
  stack.pop_back();
  return state.current = int64_t(stack.size()), kSuccess;
}
FAKE(cuCtxSynchronize, ()) return state.capturing ? kCaptureForbids : needsContext(); END
FAKE(cuThreadExchangeStreamCaptureMode, (int *mode)) return std::swap(*mode, captureMode), kSuccess; END

FAKE(cuModuleLoadDataEx, (Module * module, const void *image, unsigned options, int *names, void **values))
  if (int code = besideStreams())
    return code;
  const char *text = static_cast<const char *>(image);
  bool isCompiled = !strncmp(text, "\x7f" "ELF", 4) || (options && strstr(text, ".version"));
  if (!isCompiled && strncmp(text, "fake ", 5)) {
    for (unsigned i = 0; i < options; ++i)
      if (names[i] == kJitErrorLog)
        strcpy(static_cast<char *>(values[i]), "line 1: what is this\n");
    return options ? kInvalidPtx : kInvalidImage;
  }
  if (!isCompiled && strcmp(text + 5, "portable") && atoi(text + 5) / 10 != state.capability / 10)
    return kNoBinaryForGpu;
  ++state.modules;
  auto made = std::make_unique<FakeModule>();
  made->isCompiled = isCompiled;
  *module = reinterpret_cast<Module>(made.get());
  loadedModules[*module] = std::move(made);
  return kSuccess;
END
FAKE(cuModuleUnload, (Module module))
  if (int code = besideStreams())
    return code;
  loadedModules.erase(module);
  return --state.modules, kSuccess;
END
FAKE(cuModuleGetFunction, (Function * function, Module module, const char *name))
  auto &loaded = *reinterpret_cast<FakeModule *>(module);
  FakeFunction known = {[](const void *, int64_t, int64_t, int64_t, void *) {}, 0, 0};
  if (!loaded.isCompiled) {
    auto found = state.functions.find(name);
    if (found == state.functions.end())
      return kNotFound;
    known = found->second;
  }
  loaded.functions.push_back(std::make_unique<FakeHandle>(FakeHandle{known}));
  return *function = reinterpret_cast<Function>(loaded.functions.back().get()), kSuccess;
END
FAKE(cuFuncGetAttribute, (int *value, int attribute, Function))
  return *value = attribute == kFunctionMaxThreads ? state.maxThreads : 0, kSuccess;
END
FAKE(cuFuncSetAttribute, (Function function, int attribute, int value))
  if (attribute != kFunctionMaxDynamicShared || value > state.sharedLimit)
    return kInvalidValue;
  return reinterpret_cast<FakeHandle *>(function)->shared = value, kSuccess;
END

FAKE(cuOccupancyMaxActiveBlocksPerMultiprocessor, (int *count, Function, int, size_t))
  return *count = 2, kSuccess;
END
static int launch(Function function, unsigned gx, unsigned gy, unsigned gz, unsigned threads, unsigned shared,
                  void **parameters, bool early) {
  const FakeHandle &handle = *reinterpret_cast<FakeHandle *>(function);
  if (int code = needsContext())
    return code;
  if (!gx || !gy || !gz || !threads || threads > unsigned(state.maxThreads) || shared > unsigned(handle.shared))
    return kInvalidValue;
  // A launch reads its parameters before it returns.
  std::string block;
  if (handle.function.argsBytes)
    block.assign(static_cast<const char *>(*parameters++), size_t(handle.function.argsBytes));
  std::vector<unsigned> points = {gx, gy, gz};
  state.grids.push_back(points);
  state.early.push_back(early);
  if (handle.function.persistent) {
    auto *extents = static_cast<const int64_t *>(*parameters++);
    points = {unsigned(extents[0]), unsigned(extents[1]), unsigned(extents[2])};
  }
  std::vector<uint64_t> words;
  for (int64_t i = 0; i < handle.function.maps; ++i) {
    auto *map = static_cast<const TensorMap *>(*parameters++);
    if (uintptr_t(map) % 64)
      return kInvalidValue;
    words.insert(words.end(), map->opaque, map->opaque + 16);
  }
  state.maps.push_back(words);
  return enqueue([=] {
    run(handle, block, points.data());
  });
}

FAKE(cuLaunchKernel, (Function function, unsigned gx, unsigned gy, unsigned gz, unsigned threads, unsigned, unsigned,
                      unsigned shared, Stream, void **parameters, void **))
  return launch(function, gx, gy, gz, threads, shared, parameters, false);
END
FAKE(cuLaunchKernelEx, (const LaunchConfig *config, Function function, void **parameters, void **))
  if (config->count != 1 || config->attributes->id != kProgrammaticSerialization)
    return kInvalidValue;
  return launch(function, config->gx, config->gy, config->gz, config->bx, config->shared, parameters,
                config->attributes->value == 1);
END

FAKE(cuMemAlloc_v2, (DevicePointer * data, size_t bytes))
  int code = besideStreams();
  return code ? code : allocate(data, bytes);
END
FAKE(cuMemFree_v2, (DevicePointer data))
  int code = besideStreams();
  return code ? code : release(data);
END
FAKE(cuMemcpyHtoDAsync_v2, (DevicePointer to, const void *from, size_t bytes, Stream))
  return enqueue([=] { memcpy(reinterpret_cast<void *>(uintptr_t(to)), from, bytes); });
END
FAKE(cuMemcpyDtoHAsync_v2, (void *to, DevicePointer from, size_t bytes, Stream))
  return enqueue([=] { memcpy(to, reinterpret_cast<void *>(uintptr_t(from)), bytes); });
END
FAKE(cuMemsetD8Async, (DevicePointer data, unsigned char value, size_t count, Stream))
  return fill(data, value, count, 1);
END
FAKE(cuMemsetD16Async, (DevicePointer data, unsigned short value, size_t count, Stream))
  return fill(data, value, count, 2);
END
FAKE(cuMemsetD32Async, (DevicePointer data, unsigned value, size_t count, Stream))
  return fill(data, value, count, 4);
END
FAKE(cuMemsetD2D32Async, (DevicePointer data, size_t pitch, unsigned value, size_t width, size_t height, Stream))
  return width == 1 ? fill(data, value, height, pitch) : kInvalidValue;
END

FAKE(cuMemPoolCreate, (Pool * pool, const PoolProperties *properties))
  if (properties->allocationType != 1 || properties->locationType != 1)
    return kInvalidValue;
  ++state.poolCount;
  return *pool = reinterpret_cast<Pool>(uintptr_t(1)), kSuccess;
END
FAKE(cuMemPoolDestroy, (Pool)) return --state.poolCount, kSuccess; END
FAKE(cuMemPoolSetAttribute, (Pool, int attribute, void *))
  return attribute == kPoolReleaseThreshold ? kSuccess : kInvalidValue;
END
FAKE(cuMemAllocFromPoolAsync, (DevicePointer * data, size_t bytes, Pool, Stream))
  int code = needsContext();
  return code ? code : allocate(data, bytes);
END
// In a capture the graph owns what was allocated: it stays for the replays.
FAKE(cuMemFreeAsync, (DevicePointer data, Stream)) return state.capturing ? kSuccess : release(data); END

// Of memory that the driver does not know everything is 0.
FAKE(cuPointerGetAttributes, (unsigned count, int *attributes, void **values, DevicePointer data))
  auto next = state.places.upper_bound(uintptr_t(data));
  int place = next == state.places.begin() ? 0 : std::prev(next)->second;
  for (unsigned i = 0; i < count; ++i)
    if (attributes[i] == kPointerMemoryType)
      *static_cast<unsigned *>(values[i]) = place < 0 ? 0 : kDeviceMemory;
    else
      *static_cast<int *>(values[i]) = place < 0 ? 0 : place;
  return kSuccess;
END

FAKE(cuStreamSynchronize, (Stream)) return state.capturing ? kCaptureForbids : kSuccess; END
FAKE(cuEventCreate, (Event * event, unsigned))
  ++state.events;
  return *event = reinterpret_cast<Event>(uintptr_t(1)), kSuccess;
END
FAKE(cuEventDestroy_v2, (Event)) return --state.events, kSuccess; END
FAKE(cuEventRecord, (Event, Stream)) return kSuccess; END
FAKE(cuEventSynchronize, (Event)) return state.capturing ? kCaptureForbids : kSuccess; END
FAKE(cuEventElapsedTime, (float *milliseconds, Event, Event)) return *milliseconds = 2.5f, kSuccess; END

FAKE(cuTensorMapEncodeTiled, (TensorMap * map, int type, unsigned rank, void *base, const uint64_t *extents,
                              const uint64_t *strides, const unsigned *box, const unsigned *, int, int swizzle, int,
                              int))
  if (uintptr_t(map) % 64 || uintptr_t(base) % 16 || rank > 5)
    return kInvalidValue;
  memset(map, 0, sizeof *map);
  map->opaque[0] = uintptr_t(base);
  map->opaque[1] = uint64_t(type) | uint64_t(rank) << 8 | uint64_t(swizzle) << 16;
  for (unsigned a = 0; a < rank; ++a) {
    if (!extents[a] || !box[a] || (a && (strides[a - 1] % 16 || strides[a - 1] >> 40)))
      return kInvalidValue;
    map->opaque[2 + a] = extents[a];
    map->opaque[11 + a] = box[a];
    if (a)
      map->opaque[6 + a] = strides[a - 1];
  }
  return kSuccess;
END
FAKE(cuTensorMapReplaceAddress, (TensorMap * map, void *base)) return map->opaque[0] = uintptr_t(base), kSuccess; END
