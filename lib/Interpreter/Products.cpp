// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Products in flight, and what ops on tiles do where only states are followed.
#include "lib/Interpreter/Elementwise.h"

using namespace mlir;
using namespace attn;
using namespace attn::interpreter;

/// A tile's use before its product has landed: only where its await is ignored, or waits for too little.
static LogicalResult checkLanded(Machine &machine, Operation *op) {
  for (Value operand : op->getOperands())
    if (tile::isTile(operand.getType()))
      if (auto transfer = machine.transfer(operand); transfer && !transfer->known)
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
    if (isa<tile::SlotType>(operand.getType()) &&
        failed(beginReading(machine, op, machine.slot(operand), product.get())))
      return failure();
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

/// A team's products end in order: those before the awaited one have ended too. Without it, the earliest are awaited.
std::vector<std::shared_ptr<Transfer>> attn::interpreter::endedBy(Machine &machine, tile::AwaitOp await) {
  std::shared_ptr<Transfer> awaited = machine.transfer(await.getPending());
  if (!awaited->isProduct)
    return {awaited};
  std::vector<std::shared_ptr<Transfer>> products;
  for (const std::shared_ptr<Transfer> &transfer : machine.flow->open)
    if (transfer->isProduct && transfer->actor == machine.actor)
      products.push_back(transfer);
  if (std::optional<uint64_t> outstanding = await.getOutstanding()) {
    products.resize(products.size() - std::min<uint64_t>(*outstanding, products.size()));
    return products;
  }
  auto place = llvm::find(products, awaited);
  if (place != products.end())
    products.erase(place + 1, products.end());
  else
    products = {awaited}; // known already, with a later one
  return products;
}

static LogicalResult runAwait(Machine &machine, Operation *op) {
  auto await = cast<tile::AwaitOp>(op);
  std::shared_ptr<Transfer> awaited = machine.transfer(await.getPending());
  if (op != machine.options.ignored)
    for (const std::shared_ptr<Transfer> &transfer : endedBy(machine, await)) {
      transfer->known = true;
      for (size_t access : transfer->accesses)
        machine.knowledge.add(access);
      llvm::erase(machine.flow->open, transfer);
    }
  if (!await.getTile())
    return success();
  if (!machine.options.protocol)
    machine.bind(await.getTile(), awaited->result);
  else if (!awaited->known)
    machine.bindDatum(await.getTile(), awaited);
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
