// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// memref: sizes, scalar loads and stores, casts.
#include "lib/Interpreter/Elementwise.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace attn::interpreter;

static LogicalResult checkInside(Machine &machine, Operation *op, const Buffer &buffer, ArrayRef<int64_t> indices) {
  for (auto [dim, index] : llvm::enumerate(indices))
    if (index < 0 || index >= buffer.shape[dim])
      return machine.fail(op, "expects index " + Twine(dim) + " in [0, " + Twine(buffer.shape[dim]) + "), but got " +
                                  Twine(index));
  return success();
}

static LogicalResult runDim(Machine &machine, Operation *op) {
  auto dim = cast<memref::DimOp>(op);
  Buffer buffer = machine.buffer(dim.getSource());
  int64_t index = machine.integer(dim.getIndex());
  if (index < 0 || index >= buffer.rank())
    return machine.fail(op, "expects a dim in [0, " + Twine(buffer.rank()) + "), but got " + Twine(index));
  machine.bindInteger(dim, buffer.shape[index]);
  return success();
}

static LogicalResult runLoad(Machine &machine, Operation *op) {
  auto load = cast<memref::LoadOp>(op);
  Buffer buffer = machine.buffer(load.getMemRef());
  SmallVector<int64_t, 4> indices = machine.integers(load.getIndices());
  if (failed(checkInside(machine, op, buffer, indices)))
    return failure();
  Tile result = makeResult(op);
  result.copy(0, *buffer.memory, buffer.address(indices));
  machine.bind(load, std::move(result));
  return success();
}

static LogicalResult runStore(Machine &machine, Operation *op) {
  auto store = cast<memref::StoreOp>(op);
  Buffer buffer = machine.buffer(store.getMemRef());
  SmallVector<int64_t, 4> indices = machine.integers(store.getIndices());
  if (failed(checkInside(machine, op, buffer, indices)))
    return failure();
  buffer.memory->copy(buffer.address(indices), machine.tile(store.getValue()), 0);
  return success();
}

/// A hint, which may name elements past the end.
static LogicalResult runPrefetch(Machine &, Operation *) { return success(); }

/// The view stays; what the result's type promises must hold.
static LogicalResult runCast(Machine &machine, Operation *op) {
  return machine.bindArgument(op, op->getResult(0), machine.buffer(op->getOperand(0)), "operand");
}

void attn::interpreter::addMemRefOps(HandlerTable &table) {
  table["memref.dim"] = runDim;
  table["memref.load"] = runLoad;
  table["memref.store"] = runStore;
  table["memref.cast"] = runCast;
  table["memref.prefetch"] = runPrefetch;
}
