// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One entry of one open library with its arguments and results as arrays.
#ifndef ATTN_RUNTIME_EXEC_SESSION_H
#define ATTN_RUNTIME_EXEC_SESSION_H

#include "attn-rt/runtime.h"
#include "runtime/exec/Options.h"

namespace attn::rt {

/// A failure with the status that caused it.
struct Failure {
  attn_status status = ATTN_OK;
  std::string message;
  explicit operator bool() const { return status != ATTN_OK; }
};

/// Whether a failure means that there is no such device here.
bool isAboutDevice(attn_status status, bool hasContext);

/// Tells what code a backend's device runs (attn_context_capability).
Failure findCapability(const std::string &backend, int64_t &capability);

/// Owns the context and the library, and calls through the C API only.
class Session {
public:
  Session() = default;
  Session(const Session &) = delete;
  Session &operator=(const Session &) = delete;
  ~Session();

  /// Makes the context and opens the library.
  Failure open(const ExecOptions &options);
  /// The same with a manifest in memory, which must outlive the session.
  Failure open(const ExecOptions &options, const attn_manifest *manifest);
  const attn_manifest *manifest() const { return attn_library_manifest(library); }
  /// Finds the entry.
  Failure find(const ExecOptions &options);
  const attn_entry_desc &description() const { return *attn_entry_describe(entry); }

  /// Reads the arguments and allocates the results. Generated arguments without a seed of their own get this one.
  Failure prepare(const std::vector<std::string> &specs, uint64_t seed = 0);
  /// Takes the arguments and allocates the results.
  Failure prepare(std::vector<Array> arguments);
  /// Calls the entry once. On a device the call is enqueued and the results are there after `fetch`.
  Failure call();
  /// Whether arguments and results lie on a device during calls.
  bool onDevice() const { return device.device_type != kDLCPU; }
  /// Waits for the device and copies everything back, margins included. Nothing to do on the host.
  Failure fetch();
  /// On a device: enqueues calls one after another and tells the device's time of each, and the host's.
  Failure timeCalls(int64_t calls, std::vector<double> &seconds, std::vector<double> &host);
  /// The device's name and number. "cpu" on the host.
  std::string deviceText() const;
  /// Whether the context was made; failures before that are about the device.
  bool hasContext() const { return context; }
  /// Fails where the last call changed an argument or wrote outside a buffer.
  Failure checkMemory() const;

  const std::vector<Array> &arguments() const { return argArrays; }
  std::vector<Array> &results() { return resultArrays; }
  /// Bytes of all arguments and results.
  int64_t bytes() const;
  /// The entries with their arguments and results, a line each.
  std::string listEntries() const;
  /// What the null backend recorded, a line each.
  std::string launches();

private:
  Failure failure(attn_status status) const;
  Failure makeContext(const ExecOptions &options);
  Failure checkCount(size_t count) const;
  Failure allocateResults();
  Failure copyToDevice();

  attn_context *context = nullptr;
  attn_library *library = nullptr;
  attn_entry *entry = nullptr;
  std::vector<Array> argArrays, resultArrays;
  DLDevice device = {kDLCPU, 0};
  /// With margins, one an array; null for scalars and on the host.
  std::vector<void *> argMemory, resultMemory;
  std::vector<uint64_t> argHashes;
};

} // namespace attn::rt

#endif
