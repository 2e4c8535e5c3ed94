// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Makes a context on a device and starts kernels and fills on streams.
#include "runtime/drivers/cuda/CudaDriver.h"
#include "runtime/drivers/cuda/Current.h"
#include "runtime/src/Validate.h"

#include <cerrno>
#include <cstdlib>

namespace attn::rt::cuda {

attn_status CudaDriver::readAttributes() {
  int major = 0, minor = 0, pools = 0;
  const std::pair<int, int *> wanted[] = {{kCapabilityMajor, &major},         {kCapabilityMinor, &minor},
                                          {kMaxSharedOptin, &facts.sharedLimit}, {kMaxGridX, &facts.gridLimit[0]},
                                          {kMaxGridY, &facts.gridLimit[1]},   {kMaxGridZ, &facts.gridLimit[2]},
                                          {kPoolsSupported, &pools},
                                          {kMultiprocessors, &facts.multiprocessors}};
  for (auto [attribute, place] : wanted)
    if (int code = api.deviceAttribute(place, attribute, facts.device))
      return failWith(api, code, "cannot ask cuda:%d for its limits", facts.ordinal);
  facts.capability = 10 * major + minor;
  facts.pools = pools;
  return ATTN_OK;
}

/// From CUDA 12.3 on a capture keeps launches that overlap as they are.
constexpr int kOverlapsInGraphs = 12030;

attn_status CudaDriver::readFacts(int64_t ordinal) {
  int count = 0;
  if (int code = api.deviceCount(&count))
    return failWith(api, code, "cannot count the cuda devices");
  if (count == 0)
    return fail(ATTN_NO_DEVICE, "the driver finds no cuda device");
  if (ordinal >= count)
    return fail(ATTN_NO_DEVICE, "expects a cuda device from 0 to %d, but got %lld", count - 1, (long long)ordinal);
  facts.ordinal = int(ordinal);
  int version = 0, code = api.deviceGet(&facts.device, facts.ordinal);
  if (!code)
    code = api.deviceName(facts.name, sizeof facts.name, facts.device);
  if (!code)
    code = api.driverVersion(&version);
  if (code)
    return failWith(api, code, "cannot use cuda:%d", facts.ordinal);
  facts.overlaps = api.launchKernelEx && version >= kOverlapsInGraphs;
  return readAttributes();
}

attn_status CudaDriver::retain() {
  if (int code = api.primaryRetain(&context, facts.device)) {
    context = nullptr;
    return failWith(api, code, "cannot make a context on cuda:%d", facts.ordinal);
  }
  if (!facts.pools)
    return ATTN_OK;
  Current current(api, context);
  PoolProperties properties = {};
  properties.allocationType = properties.locationType = 1;
  properties.locationId = facts.ordinal;
  uint64_t keepAll = UINT64_MAX;
  int code = current.code();
  if (!code && (code = api.poolCreate(&pool, &properties)))
    pool = nullptr;
  if (!code)
    code = api.poolSet(pool, kPoolReleaseThreshold, &keepAll);
  return code ? failWith(api, code, "cannot make a memory pool on cuda:%d", facts.ordinal) : ATTN_OK;
}

attn_status CudaDriver::create(int64_t ordinal, std::unique_ptr<Driver> &driver) {
  attn_status status;
  const Api *api = openApi(status);
  if (!api)
    return status;
  std::unique_ptr<CudaDriver> made(new CudaDriver(*api));
  status = made->readFacts(ordinal);
  if (!status)
    status = made->retain();
  if (!status)
    driver = std::move(made);
  return status;
}

CudaDriver::~CudaDriver() {
  if (!context)
    return;
  {
    Current current(api, context);
    // What was enqueued may still run code and use memory that end here.
    api.synchronizeContext();
    for (Event event : marks)
      if (event)
        api.eventDestroy(event);
    modules.clear();
    if (pool)
      api.poolDestroy(pool);
  }
  api.primaryRelease(facts.device);
}

attn_status CudaDriver::lost() {
  int code = sticky.load(std::memory_order_relaxed);
  return code ? failWith(api, code, "cuda:%d failed in an earlier call, and its context is lost", facts.ordinal)
              : ATTN_OK;
}

attn_status CudaDriver::check(int code, const char *what) {
  if (!code)
    return ATTN_OK;
  memory.forget();
  if (isSticky(code))
    sticky.store(code, std::memory_order_relaxed);
  return failWith(api, code, "cannot %s on cuda:%d", what, facts.ordinal);
}

attn_status CudaDriver::wrongPlace(const attn_entry_desc &entry, const char *what, const char *name,
                                   const char *got) {
  memory.forget();
  refuse(entry, "%s '%s' expects memory of cuda:%d, but got %s", what, name, facts.ordinal, got);
  return ATTN_WRONG_DEVICE;
}

attn_status CudaDriver::checkAddress(const attn_entry_desc &entry, const char *what, const char *name,
                                     uintptr_t address) {
  // Both at once. Memory that the driver does not know has kind 0.
  unsigned kind = kDeviceMemory;
  int ordinal = facts.ordinal;
  int attributes[] = {kPointerMemoryType, kPointerOrdinal};
  void *values[] = {&kind, &ordinal};
  int code = api.pointerAttributes(2, attributes, values, address);
  if (code == kInvalidValue || (!code && (kind == 0 || kind == kHostMemory)))
    return wrongPlace(entry, what, name, "a tensor of cuda whose data lies on the host");
  if (code)
    return check(code, "tell where memory lies");
  if (ordinal != facts.ordinal) {
    char text[64];
    snprintf(text, sizeof text, "one whose data lies on cuda:%d", ordinal);
    return wrongPlace(entry, what, name, text);
  }
  memory.add(address);
  return ATTN_OK;
}

attn_status CudaDriver::checkPlace(const attn_entry_desc &entry, const char *what, const char *name,
                                   const DLTensor &tensor, const View &view) {
  int32_t type = deviceType(tensor.device);
  // The device reads pinned and managed memory as its own.
  if (type == kDLCUDAHost || type == kDLCUDAManaged)
    return ATTN_OK;
  if (type != kDLCUDA)
    return wrongPlace(entry, what, name, rt::deviceName(tensor.device).text);
  if (tensor.device.device_id != facts.ordinal) {
    char text[64];
    snprintf(text, sizeof text, "cuda:%d", tensor.device.device_id);
    return wrongPlace(entry, what, name, text);
  }
  if (!view.elements || !view.base || memory.has(view.base))
    return ATTN_OK;
  return checkAddress(entry, what, name, view.base);
}

attn_status CudaDriver::prepare(const std::shared_ptr<Library> &library) {
  if (attn_status status = lost())
    return status;
  if (modules.has(*library))
    return ATTN_OK;
  Current current(api, context);
  return current.code() ? check(current.code(), "use the context") : modules.prepare(library);
}

attn_status CudaDriver::enter(Entered &entered) {
  return check(enterContext(api, context, entered), "use the context");
}

void CudaDriver::leave(const Entered &entered) { leaveContext(api, entered); }

/// What lies before the call on the stream is not ours, and could say too early that it has ended: this is for a launch
/// behind another one of the call, which is known to say nothing before it has waited itself.
int CudaDriver::startEarly(const Launch &launch, const LoadedForm &form, const unsigned *grid, void **parameters) {
  LaunchAttribute attribute = {};
  attribute.id = kProgrammaticSerialization;
  attribute.value = 1;
  const attn_device_variant &variant = *form.variant;
  LaunchConfig config = {grid[0], grid[1], grid[2], unsigned(variant.threads), 1, 1, unsigned(variant.shared_bytes),
                         static_cast<Stream>(launch.stream), &attribute, 1};
  return api.launchKernelEx(&config, form.function, parameters, nullptr);
}

attn_status CudaDriver::launchForm(const Launch &launch, const LoadedForm &form) {
  const attn_device_variant &variant = *form.variant;
  constexpr int64_t kMostMaps = 64;
  TensorMap made[kMostMaps];
  void *parameters[2 + kMostMaps];
  int64_t count = 0, extents[] = {launch.grid[0], launch.grid[1], launch.grid[2]};
  unsigned grid[] = {unsigned(extents[0]), unsigned(extents[1]), unsigned(extents[2])};
  if (launch.argsBytes)
    parameters[count++] = const_cast<void *>(launch.args);
  if (form.blocks) {
    int64_t points = extents[0] * extents[1] * extents[2]; // each is below 2^31, and the last two below 2^16
    if (points + form.blocks > INT32_MAX) // blocks count in 32 bits; another form may take it
      return fail(ATTN_UNALIGNED, "kernel '%s' goes through fewer than 2^31 points in turn, but got %lld", launch.name,
                  (long long)points);
    grid[0] = unsigned(points < form.blocks ? points : form.blocks);
    grid[1] = grid[2] = 1;
    parameters[count++] = extents;
  }
  for (int64_t i = 0; i < variant.ndescriptors; ++i) {
    const attn_descriptor_desc &map = variant.descriptors[i];
    if (map.offset + 8 * (1 + 2 * map.memref_rank) > launch.argsBytes)
      return fail(ATTN_INTERNAL, "kernel '%s': a tensor map names bytes beyond its %lld of arguments", launch.name,
                  (long long)launch.argsBytes);
    parameters[count++] = &made[i];
  }
  if (attn_status status = maps.make(variant, form.firstMap, launch.args, launch.name, made))
    return status;
  bool early = launch.isBehindLaunch && variant.flags & ATTN_DEVICE_STARTS_EARLY && facts.overlaps;
  int code = early ? startEarly(launch, form, grid, parameters)
                   : api.launchKernel(form.function, grid[0], grid[1], grid[2], unsigned(variant.threads), 1, 1,
                                      unsigned(variant.shared_bytes), static_cast<Stream>(launch.stream), parameters,
                                      nullptr);
  if (!code)
    return ATTN_OK;
  check(code, "launch");
  return failWith(api, code, "kernel '%s': cannot launch it on cuda:%d", launch.name, facts.ordinal);
}

attn_status CudaDriver::launch(const Launch &launch) {
  if (attn_status status = lost())
    return status;
  const LoadedKernel *forms = launch.description ? modules.find(launch.description) : nullptr;
  if (!forms)
    return fail(ATTN_WRONG_CHIP, "kernel '%s' has no code for cuda:%d (compute capability %d.%d)", launch.name,
                facts.ordinal, facts.capability / 10, facts.capability % 10);
  if (!launch.grid[0] || !launch.grid[1] || !launch.grid[2])
    return ATTN_OK;
  for (int d = 0; d < 3; ++d)
    if (launch.grid[d] > facts.gridLimit[d])
      return fail(ATTN_UNSUPPORTED, "kernel '%s' expects a grid of at most %d in dim %d, but got %lld", launch.name,
                  facts.gridLimit[d], d, (long long)launch.grid[d]);
  Current current(api, context);
  if (current.code())
    return check(current.code(), "use the context");
  attn_status status = ATTN_OK;
  for (const LoadedForm &form : *forms)
    if ((status = launchForm(launch, form)) != ATTN_UNALIGNED)
      return status;
  return status;
}

attn_status CudaDriver::fill(const Fill &fill) {
  if (attn_status status = lost())
    return status;
  if (!fill.count)
    return ATTN_OK;
  Current current(api, context);
  auto data = DevicePointer(reinterpret_cast<uintptr_t>(fill.data));
  auto count = size_t(fill.count);
  auto stream = static_cast<Stream>(fill.stream);
  uint32_t low = uint32_t(fill.bits), high = uint32_t(uint64_t(fill.bits) >> 32);
  int code = current.code();
  if (code)
    return check(code, "use the context");
  switch (fill.elementBytes) {
  case 1: code = api.set8(data, static_cast<unsigned char>(low), count, stream); break;
  case 2: code = api.set16(data, static_cast<unsigned short>(low), count, stream); break;
  case 4: code = api.set32(data, low, count, stream); break;
  case 8:
    if (low == high) {
      code = api.set32(data, low, 2 * count, stream);
      break;
    }
    // One word of each element at a time: rows of one word, 8 bytes apart.
    code = api.set32Rows(data, 8, low, 1, count, stream);
    if (!code)
      code = api.set32Rows(data + 4, 8, high, 1, count, stream);
    break;
  }
  return check(code, "fill memory");
}

} // namespace attn::rt::cuda

namespace attn::rt {

attn_status createCudaDriver(const char *device, std::unique_ptr<Driver> &driver) {
  int64_t ordinal = 0;
  if (*device) {
    char *end;
    errno = 0;
    ordinal = strtoll(device, &end, 10);
    if (*end || errno || ordinal < 0 || ordinal > INT32_MAX)
      return fail(ATTN_INVALID_ARGUMENT, "expects 'cuda' or 'cuda:N' with a device number, but got 'cuda:%.32s'",
                  device);
  }
  return cuda::CudaDriver::create(ordinal, driver);
}

} // namespace attn::rt
