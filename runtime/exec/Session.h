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
  /// Calls the entry once.
  Failure call();
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

  attn_context *context = nullptr;
  attn_library *library = nullptr;
  attn_entry *entry = nullptr;
  std::vector<Array> argArrays, resultArrays;
  std::vector<uint64_t> argHashes;
};

} // namespace attn::rt

#endif
