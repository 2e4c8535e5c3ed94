// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a kind of device must offer, and the table of the kinds there are.
#ifndef ATTN_RUNTIME_SRC_DRIVER_H
#define ATTN_RUNTIME_SRC_DRIVER_H

#include "attn-rt/runtime.h"
#include "runtime/src/Workspace.h"

#include <memory>

namespace attn::rt {

class Library;
struct View;

/// One launch, its kernel already resolved to the variant that the CPU runs.
struct Launch {
  const char *name; ///< the manifest's, or ""
  attn_kernel_fn kernel; ///< null where the CPU has none
  const attn_kernel_desc *description; ///< null where the manifest does not list the kernel
  const void *args;
  int64_t argsBytes;
  int64_t grid[3];
  int64_t scratchBytes;
  attn_stream stream;
  bool isBehindLaunch = false; ///< the last thing that the call enqueued is a launch
};

/// One fill of a dense range.
struct Fill {
  void *data;
  int64_t count;
  int64_t elementBytes;
  int64_t bits;
  attn_stream stream;
};

/// Workspace lent to one call; `host` holds it where it is host memory.
struct WorkspacePiece {
  void *data = nullptr;
  AlignedBuffer host;
};

/// What `enter` found on this thread, for `leave`.
struct Entered {
  void *before = nullptr;
  bool pushed = false;
};

/// A device as one context sees it. Calls may come from several threads. Failures leave a message (Status.h).
class Driver {
public:
  virtual ~Driver() = default;

  /// Where results and arguments lie, scalars apart, which lie on the host.
  virtual DLDevice device() const { return {kDLCPU, 0}; }
  virtual const char *deviceName() const { return "cpu"; }
  /// attn_image::capability of the device; 0 where images do not matter.
  virtual int64_t capability() const { return 0; }
  /// Whether the values of arguments that are no scalars can be read before a launch.
  virtual bool readsTensorsOnHost() const { return true; }
  /// Refuses a tensor that lies elsewhere. `what` is "argument" or "result".
  virtual attn_status checkPlace(const attn_entry_desc &entry, const char *what, const char *name,
                                 const DLTensor &tensor, const View &view);
  /// Makes a library's kernels ready. Before the first call of each library; cheap after that.
  virtual attn_status prepare(const std::shared_ptr<Library> &library);

  /// Around all that one call enqueues, on its thread: what the device asks for is done once. A failure needs no leave.
  virtual attn_status enter(Entered &entered);
  virtual void leave(const Entered &entered);

  virtual attn_status launch(const Launch &launch) = 0;
  virtual attn_status fill(const Fill &fill) = 0;
  /// Lends workspace to a call; what follows on the stream may use it after it was given back.
  virtual attn_status takeWorkspace(size_t bytes, attn_stream stream, WorkspacePiece &piece);
  virtual void giveBackWorkspace(WorkspacePiece piece, attn_stream stream);

  virtual attn_status setThreads(int64_t threads);
  virtual attn_status setPool(const attn_host_pool *pool);
  virtual attn_status launchCount(int64_t &count);
  virtual attn_status launchRecord(int64_t index, attn_launch_record &record);

  /// For runners (attn_device_*). Drivers whose memory is the host's refuse them.
  virtual attn_status allocate(size_t bytes, void **data);
  virtual attn_status release(void *data);
  virtual attn_status copyIn(void *to, const void *from, size_t bytes, attn_stream stream);
  virtual attn_status copyOut(void *to, const void *from, size_t bytes, attn_stream stream);
  virtual attn_status synchronize(attn_stream stream);
  virtual attn_status mark(int64_t number, attn_stream stream);
  virtual attn_status elapsed(int64_t from, int64_t to, double &seconds);

private:
  Workspace pool;
};

/// Makes the driver that a name like "cpu" or "cuda:1" calls. Leaves a message where there is none of that name or its
/// device cannot be used.
attn_status createDriver(const char *name, std::unique_ptr<Driver> &driver);

attn_status createCpuDriver(const char *device, std::unique_ptr<Driver> &driver);
attn_status createCudaDriver(const char *device, std::unique_ptr<Driver> &driver);
attn_status createNullDriver(const char *device, std::unique_ptr<Driver> &driver);

} // namespace attn::rt

#endif
