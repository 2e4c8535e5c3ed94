// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Products in flight, and what ops on tiles do where only states are followed.
#include "lib/Interpreter/Elementwise.h"

using namespace mlir;
using namespace attn;
using namespace attn::interpreter;

/// A tile's use before its product has landed: only where its await is ignored.
static LogicalResult checkLanded(Machine &machine, Operation *op) {
  for (Value operand : op->getOperands())
    if (tile::isTile(operand.getType()))
      if (auto transfer = machine.transfer(operand); transfer && !transfer->landed)
        return machine.fail(op, "uses a tile of a product in flight");
  return success();
}

LogicalResult attn::interpreter::skipTiles(Machine &machine, Operation *op) {
  if (failed(checkLanded(machine, op)))
    return failure();
  for (Value result : op->getResults()) {
    if (!tile::isTile(result.getType()))
      return machine.fail(op, "has a result that depends on the elements of a tile, which are not followed here");
    machine.bindDatum(result, std::monostate());
  }
  return success();
}

static LogicalResult runIssue(Machine &machine, Operation *op) {
  auto issue = cast<tile::IssueOp>(op);
  auto product = std::make_shared<Transfer>(op, machine.actor, /*isProduct=*/true);
  for (Value operand : {issue.getA(), issue.getB()})
    if (isa<tile::SlotType>(operand.getType())) {
      const SlotView &slot = machine.slot(operand);
      if (failed(checkReading(machine, op, slot)))
        return failure();
      product->reads.push_back({slot.ring.get(), slot.number});
    }
  if (failed(checkLanded(machine, op)))
    return failure();
  if (!machine.options.protocol) {
    auto tileOf = [&](Value value) {
      return isa<tile::SlotType>(value.getType()) ? readSlot(machine, value) : machine.tile(value);
    };
    Tile a = tileOf(issue.getA()), b = tileOf(issue.getB());
    const Tile *c = nullptr;
    if (issue.getC())
      c = isa<tile::PendingType>(issue.getC().getType()) ? &machine.transfer(issue.getC())->result
                                                         : &machine.tile(issue.getC());
    product->result = multiply(machine, a, b, c, issue.getTransA(), issue.getTransB());
  }
  machine.flow->open.push_back(product);
  beginTransfer(machine, product);
  machine.bindDatum(issue.getPending(), product);
  return success();
}

/// A team's products end in order, so the earlier ones have ended too.
static void markKnown(Flow &flow, const Transfer &awaited) {
  bool earlier = true;
  llvm::erase_if(flow.open, [&](const std::shared_ptr<Transfer> &transfer) {
    bool isIt = transfer.get() == &awaited;
    bool ended = isIt || (earlier && awaited.isProduct && transfer->isProduct && transfer->actor == awaited.actor);
    if (isIt)
      earlier = false;
    transfer->known |= ended;
    return ended;
  });
}

static LogicalResult runAwait(Machine &machine, Operation *op) {
  auto await = cast<tile::AwaitOp>(op);
  std::shared_ptr<Transfer> transfer = machine.transfer(await.getPending());
  if (op != machine.options.ignored)
    markKnown(*machine.flow, *transfer);
  if (!await.getTile())
    return success();
  if (!machine.options.protocol)
    machine.bind(await.getTile(), transfer->result);
  else if (op == machine.options.ignored)
    machine.bindDatum(await.getTile(), transfer);
  else
    machine.bindDatum(await.getTile(), std::monostate());
  return success();
}

static LogicalResult runConvert(Machine &machine, Operation *op) {
  machine.bind(op->getResult(0), machine.tile(op->getOperand(0)));
  return success();
}

void attn::interpreter::addProductOps(HandlerTable &table) {
  table["tile.issue"] = runIssue;
  table["tile.await"] = runAwait;
  table["tile.convert"] = runConvert;
}
