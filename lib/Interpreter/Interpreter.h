// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The tile interpreter: runs tile programs as they are, without generating code.
#pragma once

#include "dialects/Launch/LaunchOps.h"
#include "dialects/Tile/TileOps.h"
#include "lib/Interpreter/Buffer.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/Support/Error.h"
#include <functional>

namespace attn::interpreter {

/// Grid points may run in any order, so a program's results must not depend on it.
enum class GridOrder { forward, backward };

struct Options {
  NumberMode mode = NumberMode::float64;
  GridOrder order = GridOrder::forward;
  /// Stop with an error after this many ops; 0 for no limit.
  int64_t maxOps = 0;
  /// Follow the states of slots and of what is in flight instead of the elements of tiles: the teams of roles take
  /// turns at random, by the seed, and copies and products land at random. Finds slots that are written or read by who
  /// does not hold them or freed under a reader, what is never committed, released or awaited, and waits without end.
  bool protocol = false;
  uint64_t seed = 0;
  /// How many blocks there are where programs run in turn.
  int64_t blocks = 2;
  /// Run without its effect, as a fault: this acquire or wait takes its slot without waiting and without holding it,
  /// this commit, release, await, arrive or fence does nothing, this pass lets its team pass.
  const mlir::Operation *ignored = nullptr;
  /// Where not null: gets every op that ran; of those that wait for a phase, those that a team learned something from.
  llvm::DenseSet<const mlir::Operation *> *ran = nullptr;
  /// Runs a kernel that has become a function, over its grid; scalars are buffers of rank 0. Where empty, a kernel is a
  /// `tile.kernel`.
  std::function<llvm::Error(mlir::Operation *function, llvm::ArrayRef<int64_t> grid, llvm::ArrayRef<Buffer> arguments)>
      runFunction = nullptr;
};

/// Runs a kernel over its whole grid, one program after the other. A memref argument is a buffer of its shape and
/// element type, a scalar argument a buffer of rank 0. The error names the op and its location; what was written
/// before it stays.
llvm::Error runKernel(tile::KernelOp kernel, llvm::ArrayRef<Buffer> arguments, const Options &options = {});

/// The extents of an entry's results, by its contract. An argument that the contract refuses gives its message.
llvm::Expected<std::vector<std::vector<int64_t>>> resultShapes(launch::EntryOp entry, llvm::ArrayRef<Buffer> arguments,
                                                               const Options &options = {});

/// Runs an entry: checks its contract, then runs the kernels that its body starts, in program order. Results are
/// written into the buffers given, which have the extents of `resultShapes`. Kernels are found in the entry's module.
llvm::Error runEntry(launch::EntryOp entry, llvm::ArrayRef<Buffer> arguments, llvm::ArrayRef<Buffer> results,
                     const Options &options = {});

} // namespace attn::interpreter
