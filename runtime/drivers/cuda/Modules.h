// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The code of libraries on one device: which image runs there, loaded once, its functions ready to launch.
#ifndef ATTN_RUNTIME_DRIVERS_CUDA_MODULES_H
#define ATTN_RUNTIME_DRIVERS_CUDA_MODULES_H

#include "runtime/drivers/cuda/CudaApi.h"
#include "runtime/src/Library.h"

#include <atomic>
#include <mutex>
#include <unordered_map>

namespace attn::rt::cuda {

/// What is known of a device.
struct DeviceFacts {
  int ordinal = 0;
  Device device = 0;
  int capability = 0; ///< 10 · major + minor
  int sharedLimit = 0; ///< bytes of shared memory that a kernel may ask for
  int gridLimit[3] = {};
  int multiprocessors = 0;
  bool pools = false;
  bool overlaps = false; ///< a launch may start while the one before it ends
  char name[128] = "";
};

/// Whether an image's machine code, or its portable code, runs on a device.
bool binaryRuns(const attn_image &image, int capability);
bool portableRuns(const attn_image &image, int capability);

/// The images that a device can run, best first: machine code by falling capability, then portable code. A row is the
/// image's index and whether its machine code is meant.
std::vector<std::pair<int64_t, bool>> rankImages(const attn_manifest &manifest, int capability);

/// One form of a kernel, ready to launch.
struct LoadedForm {
  const attn_device_variant *variant;
  Function function;
  int64_t blocks; ///< that run at once; 0: not asked, because the form has a block for each point
  int64_t firstMap; ///< a number for each tensor map, given once in a context
};

/// The forms of a kernel in the image that was taken, best first.
using LoadedKernel = std::vector<LoadedForm>;

/// The modules of one context, which is current wherever something is loaded or unloaded.
class Modules {
public:
  Modules(const Api &api, const DeviceFacts &facts) : api(api), facts(facts) {}

  /// Loads what a library has for the device, the first time that it is seen. Fails (wrong_chip) where it has kernels
  /// and none for this device. Modules of libraries that were closed meanwhile are unloaded then.
  attn_status prepare(const std::shared_ptr<Library> &library);

  /// Whether a library, which the caller keeps open, was prepared already.
  bool has(const Library &library);

  /// The forms of a kernel of a prepared library, or null where it has none.
  const LoadedKernel *find(const attn_kernel_desc *kernel);

  /// Unloads everything.
  void clear();

private:
  struct Loaded {
    std::weak_ptr<Library> owner;
    Module module = nullptr;
    std::unordered_map<const attn_kernel_desc *, LoadedKernel> kernels;
  };

  void dropClosed();
  attn_status load(const attn_manifest &manifest, Loaded &loaded);
  attn_status loadImage(const attn_image &image, bool binary, Module &module, bool &tryNext);
  attn_status loadKernels(const attn_manifest &manifest, int64_t image, Loaded &loaded);
  attn_status loadForm(const attn_kernel_desc &kernel, const attn_device_variant &variant, Module module,
                       Function &function);
  /// How many blocks of a persistent form the device runs at once.
  attn_status countBlocks(const attn_kernel_desc &kernel, const attn_device_variant &variant, Function function,
                          int64_t &blocks);
  attn_status wrongChip(const attn_manifest &manifest);

  const Api &api;
  const DeviceFacts &facts;
  std::atomic<uint64_t> last{UINT64_MAX}; ///< Library::number of one that was prepared; only its users see it
  std::mutex mutex;
  int64_t mapsSoFar = 0;
  std::unordered_map<uint64_t, Loaded> libraries; ///< by Library::number
  std::unordered_map<const attn_kernel_desc *, const LoadedKernel *> kernels;
};

} // namespace attn::rt::cuda

#endif
