// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The part of CUDA's driver library that the driver calls, declared by hand: building needs no toolkit.
#ifndef ATTN_RUNTIME_DRIVERS_CUDA_CUDAAPI_H
#define ATTN_RUNTIME_DRIVERS_CUDA_CUDAAPI_H

#include "attn-rt/abi.h"

namespace attn::rt::cuda {

using Device = int;
using DevicePointer = unsigned long long;
using Context = struct ContextTag *;
using Module = struct ModuleTag *;
using Function = struct FunctionTag *;
using Stream = struct StreamTag *;
using Event = struct EventTag *;
using Pool = struct PoolTag *;

/// CUresult, as far as it is told apart.
enum Code : int {
  kSuccess = 0,
  kInvalidValue = 1,
  kOutOfMemory = 2,
  kStubLibrary = 34,
  kNoDevice = 100,
  kInvalidDevice = 101,
  kInvalidImage = 200,
  kNoBinaryForGpu = 209,
  kUncorrectableMemory = 214,
  kInvalidPtx = 218,
  kUnsupportedPtxVersion = 222,
  kInvalidSource = 300,
  kNotFound = 500,
  kIllegalAddress = 700,
  kLaunchOutOfResources = 701,
  kLaunchTimeout = 702,
  kAssert = 710,
  kHardwareStack = 714,
  kLaunchFailed = 719,
  kDriverMismatch = 803
};

/// Attributes that are asked for.
enum DeviceAttribute : int {
  kMultiprocessors = 16,
  kMaxGridX = 5,
  kMaxGridY = 6,
  kMaxGridZ = 7,
  kCapabilityMajor = 75,
  kCapabilityMinor = 76,
  kMaxSharedOptin = 97,
  kPoolsSupported = 115
};
enum FunctionAttribute : int { kFunctionMaxThreads = 0, kFunctionStaticShared = 1, kFunctionMaxDynamicShared = 8 };
enum PointerAttribute : int { kPointerMemoryType = 2, kPointerOrdinal = 9 };
enum MemoryType : unsigned { kHostMemory = 1, kDeviceMemory = 2 };
enum CaptureMode : int { kCaptureRelaxed = 2 };
enum JitOption : int { kJitErrorLog = 5, kJitErrorLogBytes = 6 };
enum PoolAttribute : int { kPoolReleaseThreshold = 4 };

/// CUmemPoolProps.
struct PoolProperties {
  int allocationType; ///< 1: pinned
  int handleTypes;
  int locationType; ///< 1: device
  int locationId;
  void *securityAttributes;
  size_t maxBytes;
  unsigned short usage;
  unsigned char reserved[54];
};
static_assert(sizeof(PoolProperties) == 88, "as the driver reads it");

/// CUtensorMap.
struct alignas(64) TensorMap {
  uint64_t opaque[16];
};

/// CUlaunchAttributeID, as far as it is asked for.
enum LaunchAttributeId : int { kProgrammaticSerialization = 6 };

/// CUlaunchAttribute.
struct LaunchAttribute {
  int id;
  int padding;
  int value; ///< of the driver's union of 64 bytes
  char rest[60];
};
static_assert(sizeof(LaunchAttribute) == 72, "as the driver reads it");

/// CUlaunchConfig.
struct LaunchConfig {
  unsigned gx, gy, gz, bx, by, bz, shared;
  Stream stream;
  LaunchAttribute *attributes;
  unsigned count;
};
static_assert(sizeof(LaunchConfig) == 56, "as the driver reads it");

/// CUtensorMapDataType.
enum TensorMapType : int {
  kMapU8 = 0, kMapU16 = 1, kMapU32 = 2, kMapU64 = 4, kMapF16 = 6, kMapF32 = 7, kMapF64 = 8, kMapBF16 = 9
};
/// CUtensorMapSwizzle, CUtensorMapL2promotion.
enum TensorMapSwizzle : int { kSwizzleNone = 0, kSwizzle32 = 1, kSwizzle64 = 2, kSwizzle128 = 3 };
constexpr int kPromote128 = 2;

// Member, symbol, parameters. Versioned symbols are the ones that today's headers name.
#define ATTN_CUDA_FUNCTIONS(X)                                                                                         \
  X(init, "cuInit", (unsigned flags))                                                                                  \
  X(driverVersion, "cuDriverGetVersion", (int *version))                                                               \
  X(errorName, "cuGetErrorName", (int code, const char **name))                                                        \
  X(errorText, "cuGetErrorString", (int code, const char **text))                                                      \
  X(deviceCount, "cuDeviceGetCount", (int *count))                                                                     \
  X(deviceGet, "cuDeviceGet", (Device * device, int ordinal))                                                          \
  X(deviceName, "cuDeviceGetName", (char *name, int length, Device device))                                            \
  X(deviceAttribute, "cuDeviceGetAttribute", (int *value, int attribute, Device device))                               \
  X(primaryRetain, "cuDevicePrimaryCtxRetain", (Context * context, Device device))                                     \
  X(primaryRelease, "cuDevicePrimaryCtxRelease_v2", (Device device))                                                   \
  X(getCurrent, "cuCtxGetCurrent", (Context * context))                                                                \
  X(pushCurrent, "cuCtxPushCurrent_v2", (Context context))                                                             \
  X(popCurrent, "cuCtxPopCurrent_v2", (Context * context))                                                             \
  X(synchronizeContext, "cuCtxSynchronize", ())                                                                        \
  X(exchangeCaptureMode, "cuThreadExchangeStreamCaptureMode", (int *mode))                                             \
  X(loadModule, "cuModuleLoadDataEx",                                                                                  \
    (Module * module, const void *image, unsigned options, int *names, void **values))                                 \
  X(unloadModule, "cuModuleUnload", (Module module))                                                                   \
  X(getFunction, "cuModuleGetFunction", (Function * function, Module module, const char *name))                        \
  X(functionAttribute, "cuFuncGetAttribute", (int *value, int attribute, Function function))                           \
  X(setFunctionAttribute, "cuFuncSetAttribute", (Function function, int attribute, int value))                         \
  X(blocksAtOnce, "cuOccupancyMaxActiveBlocksPerMultiprocessor",                                                       \
    (int *count, Function function, int threads, size_t shared))                                                       \
  X(launchKernel, "cuLaunchKernel",                                                                                    \
    (Function function, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz,                  \
     unsigned shared, Stream stream, void **parameters, void **extra))                                                 \
  X(allocate, "cuMemAlloc_v2", (DevicePointer * data, size_t bytes))                                                   \
  X(release, "cuMemFree_v2", (DevicePointer data))                                                                     \
  X(copyIn, "cuMemcpyHtoDAsync_v2", (DevicePointer to, const void *from, size_t bytes, Stream stream))                 \
  X(copyOut, "cuMemcpyDtoHAsync_v2", (void *to, DevicePointer from, size_t bytes, Stream stream))                      \
  X(set8, "cuMemsetD8Async", (DevicePointer data, unsigned char value, size_t count, Stream stream))                   \
  X(set16, "cuMemsetD16Async", (DevicePointer data, unsigned short value, size_t count, Stream stream))                \
  X(set32, "cuMemsetD32Async", (DevicePointer data, unsigned value, size_t count, Stream stream))                      \
  X(set32Rows, "cuMemsetD2D32Async",                                                                                   \
    (DevicePointer data, size_t pitch, unsigned value, size_t width, size_t height, Stream stream))                    \
  X(poolCreate, "cuMemPoolCreate", (Pool * pool, const PoolProperties *properties))                                    \
  X(poolDestroy, "cuMemPoolDestroy", (Pool pool))                                                                      \
  X(poolSet, "cuMemPoolSetAttribute", (Pool pool, int attribute, void *value))                                         \
  X(poolAllocate, "cuMemAllocFromPoolAsync", (DevicePointer * data, size_t bytes, Pool pool, Stream stream))           \
  X(poolRelease, "cuMemFreeAsync", (DevicePointer data, Stream stream))                                                \
  X(pointerAttributes, "cuPointerGetAttributes", (unsigned count, int *attributes, void **values, DevicePointer data))   \
  X(synchronize, "cuStreamSynchronize", (Stream stream))                                                               \
  X(eventCreate, "cuEventCreate", (Event * event, unsigned flags))                                                     \
  X(eventDestroy, "cuEventDestroy_v2", (Event event))                                                                  \
  X(eventRecord, "cuEventRecord", (Event event, Stream stream))                                                        \
  X(eventSynchronize, "cuEventSynchronize", (Event event))                                                             \
  X(eventElapsed, "cuEventElapsedTime", (float *milliseconds, Event from, Event to))

// May be missing: kernels without tensor maps do without, and launches do not overlap.
#define ATTN_CUDA_OPTIONAL_FUNCTIONS(X)                                                                                \
  X(encodeMap, "cuTensorMapEncodeTiled",                                                                               \
    (TensorMap * map, int type, unsigned rank, void *base, const uint64_t *extents, const uint64_t *strides,           \
     const unsigned *box, const unsigned *steps, int interleave, int swizzle, int promotion, int outside))             \
  X(replaceAddress, "cuTensorMapReplaceAddress", (TensorMap * map, void *base))                                        \
  X(launchKernelEx, "cuLaunchKernelEx",                                                                                \
    (const LaunchConfig *config, Function function, void **parameters, void **extra))

/// The library's functions, all looked up. Lives as long as the process.
struct Api {
#define ATTN_CUDA_MEMBER(member, symbol, parameters) int(*member) parameters = nullptr;
  ATTN_CUDA_FUNCTIONS(ATTN_CUDA_MEMBER)
  ATTN_CUDA_OPTIONAL_FUNCTIONS(ATTN_CUDA_MEMBER)
#undef ATTN_CUDA_MEMBER
};

/// Opens the driver library once and initialises it: libcuda.so.1, or what ATTN_CUDA_LIBRARY names. Null with a message
/// and `status` where it is not there (no_driver), is too old (version_mismatch) or finds no device (no_device).
const Api *openApi(attn_status &status);

/// The message "WHAT: CUDA_ERROR_NAME (text)" with the status that fits the code.
attn_status failWith(const Api &api, int code, const char *what, ...) __attribute__((format(printf, 3, 4)));

/// Whether a context is lost after this code: every later call fails.
bool isSticky(int code);

} // namespace attn::rt::cuda

#endif
