// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One call of the hand-written library whose every part a test may spoil before making it.
#ifndef ATTN_RUNTIME_CTS_CALL_H
#define ATTN_RUNTIME_CTS_CALL_H

#include "attn-rt/runtime.h"
#include "runtime/cts/Library.h"
#include "runtime/support/Array.h"

#include <deque>

namespace attn::rt::cts {

/// A tensor view whose shape and strides are its own.
struct View {
  std::vector<int64_t> shape, strides;
  DLTensor tensor;
  explicit View(Array &array);
};

/// A context of a driver with the hand-written library open in memory.
class Fixture {
public:
  explicit Fixture(const char *driver);
  ~Fixture();
  Fixture(const Fixture &) = delete;
  Fixture &operator=(const Fixture &) = delete;

  attn_context *context = nullptr;
  attn_library *library = nullptr;
  attn_entry *find(const char *name);
};

/// Arguments and results of a valid call, in plain sight.
class Call {
public:
  Call(Fixture &fixture, const char *entry);

  /// Adds a dense argument or result. `values` may be shorter than the array: the rest is 0.
  Array &arg(Element element, std::vector<int64_t> shape, std::vector<double> values = {});
  Array &result(Element element, std::vector<int64_t> shape);

  attn_status run();
  attn_status shape(size_t index, std::vector<int64_t> &shape);
  std::string message() const { return attn_last_message(context); }
  /// Whether results and all margins are as they were made, and arguments as they were before `run`.
  bool untouched() const;
  /// Whether arguments and margins are.
  bool inputsUntouched() const;

  attn_context *context;
  const attn_entry *entry;
  std::deque<Array> args, results; ///< deque: references stay good
  std::deque<View> argViews, resultViews;
  std::vector<const DLTensor *> argPointers;
  std::vector<DLTensor *> resultPointers;
  size_t nargs = 0, nresults = 0;
  bool nullArgs = false, nullResults = false;
  void *workspace = nullptr;
  size_t workspaceBytes = 0;

private:
  DLDevice device() const;

  std::vector<std::string> before;
};

/// attend with B = 2, H = 4, M = 3, G = 2, N = 5, lengths {5, 2}.
Call attendCall(Fixture &fixture);
/// packed with T = 6, documents of 2, 0 and 4 rows.
Call packedCall(Fixture &fixture);
/// listed with N = 40 (3 blocks of 16), H = 1, R = 2, L = 3, lists {2, 0} and {1}.
Call listedCall(Fixture &fixture);

} // namespace attn::rt::cts

#endif
