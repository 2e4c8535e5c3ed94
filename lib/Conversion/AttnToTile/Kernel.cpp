// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Builds a tile.kernel with arguments on demand, and launches it.
#include "lib/Conversion/AttnToTile/Kernel.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace attn;
using namespace attn::totile;

KernelBuilder::KernelBuilder(EntryBuilder &entry, StringRef suffix, Location loc)
    : entry(entry), loc(loc), kernel(entry.addKernel(suffix, loc)),
      body(OpBuilder::atBlockEnd(&kernel.getBody().front())), grid(OpBuilder::atBlockEnd(&kernel.getGrid().front())) {}

Value KernelBuilder::argument(Value buffer) {
  auto [known, isNew] = numbers.try_emplace(buffer, operands.size());
  if (isNew) {
    operands.push_back(buffer);
    return kernel.addArgument(buffer.getType(), loc);
  }
  return kernel.getBodyArguments()[known->second];
}

Value KernelBuilder::gridArgument(Value buffer) {
  argument(buffer);
  return kernel.getGridArguments()[numbers.lookup(buffer)];
}

void KernelBuilder::setGrid(Value x, Value y, Value z) { tile::YieldOp::create(grid, loc, ValueRange{x, y, z}); }

/// Removes ops without a use and without an effect, users first.
static void eraseDead(Region &region) {
  SmallVector<Operation *> ops;
  region.walk<WalkOrder::PreOrder>([&](Operation *op) { ops.push_back(op); });
  for (Operation *op : llvm::reverse(ops))
    if (isOpTriviallyDead(op))
      op->erase();
}

void KernelBuilder::finish() {
  tile::YieldOp::create(body, loc, ValueRange());
  eraseDead(kernel.getBody());
  eraseDead(kernel.getGrid());
  launch::KernelOp::create(entry.body, loc, kernel.getSymName(), ValueRange(), operands);
}
