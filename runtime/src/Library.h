// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An open compiled library: its checked manifest, its entries' handles, its kernels by address.
#ifndef ATTN_RUNTIME_SRC_LIBRARY_H
#define ATTN_RUNTIME_SRC_LIBRARY_H

#include "attn-rt/runtime.h"

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

struct attn_entry {
  const attn_entry_desc *description;
};

namespace attn::rt {

/// A kernel as this machine runs it.
struct ResolvedKernel {
  const attn_kernel_desc *description;
  attn_kernel_fn function; ///< null where the CPU has none
  int64_t scratchBytes;
};

class Library {
public:
  /// `module` is a dlopen handle or null; it is closed with the library.
  Library(const attn_manifest &manifest, void *module, int64_t cpuLevel);
  ~Library();
  Library(const Library &) = delete;
  Library &operator=(const Library &) = delete;

  const attn_manifest &manifest() const { return table; }
  /// No two libraries of a process have the same, whenever they are open.
  uint64_t number() const { return serial; }
  const std::vector<attn_entry> &entries() const { return handles; }
  /// In the manifest's order.
  const std::vector<ResolvedKernel> &kernels() const { return resolved; }
  /// The kernel that entries name by this address, of its description or of its first variant, or null.
  const ResolvedKernel *findKernel(const void *listed) const;

private:
  const attn_manifest &table;
  void *module;
  uint64_t serial;
  std::vector<attn_entry> handles;
  std::vector<ResolvedKernel> resolved;
  std::vector<std::pair<uintptr_t, size_t>> byAddress; ///< sorted; two for a kernel that the CPU runs
};

/// Checks a manifest as far as it can be: version, CPU level, counts, names, ranks, symbols, expressions.
attn_status checkManifest(const attn_manifest *manifest, int64_t cpuLevel);

/// Checks the images of a manifest and its kernels' forms for them.
attn_status checkImages(const attn_manifest &manifest);

/// Checks one entry of a manifest.
attn_status checkEntry(const attn_entry_desc &entry);

/// The highest attn_cpu_level this machine offers. ATTN_CPU_LEVEL may lower it, never raise it; anything but a level
/// there is refused.
attn_status cpuLevel(int64_t &level);

/// "x86-64-v3", for messages.
const char *cpuLevelName(int64_t level);

} // namespace attn::rt

#endif
