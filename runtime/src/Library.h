// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An open compiled library: its checked manifest, its entries' handles, its kernels by address.
#ifndef ATTN_RUNTIME_SRC_LIBRARY_H
#define ATTN_RUNTIME_SRC_LIBRARY_H

#include "attn-rt/runtime.h"

#include <memory>
#include <vector>

struct attn_entry {
  const attn_entry_desc *description;
};

namespace attn::rt {

/// A kernel as this machine runs it.
struct ResolvedKernel {
  attn_kernel_fn listed; ///< what entries pass to launch
  attn_kernel_fn function;
  int64_t scratchBytes;
  const char *name;
};

class Library {
public:
  /// `module` is a dlopen handle or null; it is closed with the library.
  Library(const attn_manifest &manifest, void *module);
  ~Library();
  Library(const Library &) = delete;
  Library &operator=(const Library &) = delete;

  const attn_manifest &manifest() const { return table; }
  const std::vector<attn_entry> &entries() const { return handles; }
  /// The kernel that entries name by this address, or null.
  const ResolvedKernel *findKernel(attn_kernel_fn listed) const;

private:
  const attn_manifest &table;
  void *module;
  std::vector<attn_entry> handles;
  std::vector<ResolvedKernel> kernels; ///< sorted by address
};

/// Checks a manifest as far as it can be: version, CPU level, counts, names, ranks, symbols, expressions.
attn_status checkManifest(const attn_manifest *manifest);

/// Checks one entry of a manifest.
attn_status checkEntry(const attn_entry_desc &entry);

/// The highest attn_cpu_level this machine offers. ATTN_CPU_LEVEL may lower it, never raise it.
int64_t cpuLevel();

/// "x86-64-v3", for messages.
const char *cpuLevelName(int64_t level);

} // namespace attn::rt

#endif
