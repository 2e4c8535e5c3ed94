// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The cuda driver: launches are enqueued on the caller's stream, and nothing waits for the device.
#ifndef ATTN_RUNTIME_DRIVERS_CUDA_CUDADRIVER_H
#define ATTN_RUNTIME_DRIVERS_CUDA_CUDADRIVER_H

#include "runtime/drivers/cuda/KnownMemory.h"
#include "runtime/drivers/cuda/Modules.h"
#include "runtime/drivers/cuda/TensorMaps.h"
#include "runtime/src/Driver.h"

#include <atomic>

namespace attn::rt::cuda {

class CudaDriver final : public Driver {
public:
  /// Takes the primary context of a device. A failure leaves nothing behind.
  static attn_status create(int64_t ordinal, std::unique_ptr<Driver> &driver);
  ~CudaDriver() override;

  DLDevice device() const override { return {kDLCUDA, facts.ordinal}; }
  const char *deviceName() const override { return facts.name; }
  int64_t capability() const override { return facts.capability; }
  bool readsTensorsOnHost() const override { return false; }
  attn_status checkPlace(const attn_entry_desc &entry, const char *what, const char *name, const DLTensor &tensor,
                         const View &view) override;
  attn_status prepare(const std::shared_ptr<Library> &library) override;
  attn_status enter(Entered &entered) override;
  void leave(const Entered &entered) override;
  attn_status launch(const Launch &launch) override;
  attn_status fill(const Fill &fill) override;
  attn_status takeWorkspace(size_t bytes, attn_stream stream, WorkspacePiece &piece) override;
  void giveBackWorkspace(WorkspacePiece piece, attn_stream stream) override;

  attn_status allocate(size_t bytes, void **data) override;
  attn_status release(void *data) override;
  attn_status copyIn(void *to, const void *from, size_t bytes, attn_stream stream) override;
  attn_status copyOut(void *to, const void *from, size_t bytes, attn_stream stream) override;
  attn_status synchronize(attn_stream stream) override;
  attn_status mark(int64_t number, attn_stream stream) override;
  attn_status elapsed(int64_t from, int64_t to, double &seconds) override;

private:
  explicit CudaDriver(const Api &api) : api(api), modules(api, facts), maps(api) {}
  attn_status readFacts(int64_t ordinal);
  attn_status readAttributes();
  attn_status retain();
  attn_status check(int code, const char *what);
  attn_status checkAddress(const attn_entry_desc &entry, const char *what, const char *name, uintptr_t address);
  attn_status wrongPlace(const attn_entry_desc &entry, const char *what, const char *name, const char *got);
  attn_status launchForm(const Launch &launch, const LoadedForm &form);
  int startEarly(const Launch &launch, const LoadedForm &form, const unsigned *grid, void **parameters);
  attn_status lost();

  const Api &api;
  DeviceFacts facts;
  Context context = nullptr;
  Pool pool = nullptr;
  Modules modules;
  TensorMaps maps;
  KnownMemory memory;
  std::atomic<int> sticky{0}; ///< the code after which every call fails
  std::mutex marking;
  std::vector<Event> marks;
};

} // namespace attn::rt::cuda

#endif
