// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs a tile.kernel over its grid.
#include "lib/Interpreter/Machine.h"
#include "mlir/IR/Verifier.h"

using namespace mlir;
using namespace attn;
using namespace attn::interpreter;

LogicalResult attn::interpreter::runGrid(Machine &machine, tile::KernelOp kernel, ArrayRef<int64_t> given) {
  SmallVector<int64_t, 4> extents(given);
  if (given.empty()) {
    Block &grid = kernel.getGrid().front();
    if (failed(machine.run(grid)))
      return failure();
    extents = machine.integers(grid.getTerminator()->getOperands());
  }
  int64_t points = 1;
  for (int64_t extent : extents) {
    if (extent < 0)
      return machine.fail(kernel, "expects grid extents that are not negative, but got " + Twine(extent));
    if (llvm::MulOverflow(points, extent, points))
      return machine.fail(kernel, "has a grid of too many points");
  }
  if (tile::runsInTurn(kernel)) {
    if (points > std::numeric_limits<int32_t>::max())
      return machine.fail(kernel, "has a grid of too many points to run in turn");
    machine.extents = extents;
    machine.blocks = std::max<int64_t>(1, machine.options.blocks);
    for (machine.block = 0; machine.block < machine.blocks && points; ++machine.block) {
      for (Value coordinate : kernel.getPoint())
        machine.bindInteger(coordinate, 0);
      if (failed(machine.run(kernel.getBody().front())) || failed(checkEnd(machine)))
        return failure();
    }
    return success();
  }
  for (int64_t number = 0; number < points; ++number) {
    int64_t rest = machine.options.order == GridOrder::backward ? points - 1 - number : number;
    for (auto [coordinate, extent] : llvm::zip(kernel.getPoint(), extents)) {
      machine.bindInteger(coordinate, rest % extent);
      rest /= extent;
    }
    if (failed(machine.run(kernel.getBody().front())) || failed(checkEnd(machine)))
      return failure();
  }
  return success();
}

static LogicalResult runWith(Machine &machine, tile::KernelOp kernel, ArrayRef<Buffer> arguments) {
  // Broken IR would break the interpreter; the verifier reports through the context's handler.
  if (failed(verify(kernel)))
    return machine.fail(kernel, "does not verify");
  if (arguments.size() != kernel.getNumKernelArguments())
    return machine.fail(kernel, "expects " + Twine(kernel.getNumKernelArguments()) + " arguments, but got " +
                                    Twine(arguments.size()));
  for (auto [number, argument] : llvm::enumerate(arguments)) {
    std::string what = ("argument " + Twine(number)).str();
    if (failed(machine.bindArgument(kernel, kernel.getGridArguments()[number], argument, what)) ||
        failed(machine.bindArgument(kernel, kernel.getBodyArguments()[number], argument, what)))
      return failure();
  }
  return runGrid(machine, kernel);
}

llvm::Error attn::interpreter::runKernel(tile::KernelOp kernel, ArrayRef<Buffer> arguments, const Options &options) {
  Machine machine(options);
  if (succeeded(runWith(machine, kernel, arguments)))
    return llvm::Error::success();
  return machine.takeError();
}
