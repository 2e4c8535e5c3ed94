// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A driver library whose devices are the host: what tests set and see of it.
#ifndef ATTN_RUNTIME_CTS_FAKECUDA_H
#define ATTN_RUNTIME_CTS_FAKECUDA_H

#include "attn-rt/abi.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace attn::rt::cts {

/// A function that an image of the fake holds. It runs on the host, a grid point a call.
struct FakeFunction {
  attn_kernel_fn run;
  int64_t argsBytes; ///< of its argument block
  int64_t maps = 0;  ///< how many tensor maps follow
  bool persistent = false; ///< is told the grid's extents before them; runs all points, whatever is launched
};

/// Everything about the fake. Not for several threads. Code for the fake reads "fake CAPABILITY" as machine code, "fake
/// portable" as portable code. Code of a compiler is taken too, and does nothing.
struct FakeCuda {
  // What tests set.
  int version = 13000, devices = 2, capability = 90, sharedLimit = 232448, maxThreads = 1024, multiprocessors = 132;
  bool pools = true;
  std::map<std::string, FakeFunction> functions;
  int64_t failAt = 0;    ///< the number of the call that fails, from 1; 0: none
  int failCode = 719;    ///< with this
  std::string failIn;    ///< every call of this function fails
  size_t memory = 1 << 28; ///< bytes that can be allocated
  bool capturing = false; ///< work is kept for `replay`, and what a capture forbids fails
  std::map<uintptr_t, int> places; ///< memory from here on: −1 the host, otherwise the device; at first device 0

  // What tests see.
  std::vector<std::string> calls;
  std::vector<std::vector<uint64_t>> maps; ///< words of the tensor maps of each launch, in order
  std::vector<std::vector<unsigned>> grids; ///< of each launch, in order
  std::vector<bool> early; ///< whether each launch may start while what is before it on the stream ends
  int64_t contexts = 0, modules = 0, events = 0, poolCount = 0, current = 0;
  std::map<uintptr_t, size_t> allocations;
  std::vector<std::function<void()>> captured;

  int64_t count(const std::string &name) const;
  void replay() const;
};

/// The fake that `ATTN_CUDA_LIBRARY` names from now on; everything as above. `path` is the fake's library.
FakeCuda &resetFakeCuda(const char *path);

/// Makes a device's primary context this thread's, as a framework does, until the next reset.
void useFakeContext(const char *path, int ordinal);

/// The functions of the hand-written library.
void addLibraryFunctions(FakeCuda &fake);

} // namespace attn::rt::cts

#endif
