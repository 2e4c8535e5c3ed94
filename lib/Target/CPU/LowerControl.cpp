// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Blocks, loops and branches: tiles that they carry lie in scratch, everything else is carried as before.
#include "lib/Target/CPU/TileLowering.h"

using namespace mlir;
using namespace attn::tile;

namespace attn::cpu {

LogicalResult TileLowering::lowerNode(const BlockPlan &plan, const BlockNode &node, unsigned number) {
  Operation *op = node.ops.front();
  loc = op->getLoc();
  switch (node.kind) {
  case BlockNode::plain:
    return lowerPlain(op);
  case BlockNode::sweep:
    return lowerSweep(plan, node, number);
  case BlockNode::product:
    return lowerProduct(plan, cast<MmaOp>(op), number);
  case BlockNode::whole:
    return lowerWhole(plan, op, number);
  case BlockNode::control:
    if (auto loop = dyn_cast<scf::ForOp>(op))
      return lowerFor(plan, number, loop);
    if (auto branch = dyn_cast<scf::IfOp>(op))
      return lowerIf(plan, branch);
    return op->emitError("expects scf.for or scf.if around tile ops, but got '") << op->getName() << "'";
  }
  return failure();
}

LogicalResult TileLowering::lowerPlain(Operation *op) {
  if (!lists.lower(b, op, [&](Value from, Value to) { map.map(from, to); }))
    b.clone(*op, map);
  return success();
}

/// Whether a slice is read where an insertion writes.
static bool sameSlice(tensor::ExtractSliceOp read, tensor::InsertSliceOp written) {
  return read && read.getMixedOffsets() == written.getMixedOffsets() &&
         read.getMixedSizes() == written.getMixedSizes() && read.getMixedStrides() == written.getMixedStrides();
}

/// Lets the producer of a yielded tile write where the tile will be carried, unless the carried tile `root` is still
/// read there afterwards.
void TileLowering::wantResult(const BlockPlan &plan, Value yielded, const Home &target, Value root) {
  auto here = [&](Value value) {
    Operation *def = value.getDefiningOp();
    return def && def->getBlock() == &plan.getBlock() && plan.contains(def) ? def : nullptr;
  };
  Operation *def = here(yielded);
  if (!def)
    return;
  Value value = yielded;
  auto insert = dyn_cast<tensor::InsertSliceOp>(def);
  if (insert) {
    if (!root || insert.getDest() != root)
      return;
    for (const BlockPlan::Read &read : plan.readsOf(root))
      if (read.node > plan.nodeOf(insert))
        return;
    inPlaceInserts[insert] = target;
    value = insert.getSource();
    def = here(value);
    if (!def || llvm::any_of(insert.getOffsets(), here))
      return;
  }
  unsigned node = plan.nodeOf(def);
  BlockNode::Kind kind = plan.getNodes()[node].kind;
  if ((kind != BlockNode::sweep && kind != BlockNode::product) || wanted.contains(value))
    return;
  if (root)
    for (const BlockPlan::Read &read : plan.readsOf(root)) {
      if (read.node < node || read.op == insert)
        continue;
      bool same = insert ? sameSlice(read.access.slice, insert) : !read.access.slice;
      if (read.node > node || !read.access.pointwise || !same)
        return;
    }
  wanted[value] = {target, insert};
}

/// Copies what is carried on and does not lie there yet.
LogicalResult TileLowering::yieldTiles(Operation *terminator, ArrayRef<Home> targets) {
  struct Move {
    Home from, to;
    Value tile;
  };
  SmallVector<Move> moves;
  const Home *target = targets.begin();
  for (Value tile : terminator->getOperands()) {
    if (!isTile(tile.getType()))
      continue;
    const Home &to = *target++;
    const Home *from = findHome(tile);
    if (!from)
      return terminator->emitError("expects every yielded tile to have a home");
    if (from->memref != to.memref || from->rowOffset != to.rowOffset || from->colOffset != to.colOffset)
      moves.push_back({*from, to, tile});
  }
  // All are read before any is written: two carried tiles may change places.
  for (Move &move : moves) {
    bool overwritten = llvm::any_of(moves, [&](const Move &other) { return other.to.memref == move.from.memref; });
    if (!overwritten)
      continue;
    Home kept = newHome(move.tile);
    copyHome(move.from, kept, move.tile);
    move.from = kept;
  }
  for (const Move &move : moves)
    copyHome(move.from, move.to, move.tile);
  return success();
}

LogicalResult TileLowering::lowerBlock(Block &block, ArrayRef<Home> targets, ValueRange roots) {
  BlockPlan plan(block, uses);
  allocations.emplace_back();
  unsigned carried = 0;
  for (Value tile : block.getTerminator()->getOperands())
    if (isTile(tile.getType())) {
      wantResult(plan, tile, targets[carried], roots.empty() ? Value() : roots[carried]);
      ++carried;
    }
  for (BlockArgument argument : block.getArguments())
    afterDefinition(argument);
  for (auto [number, node] : llvm::enumerate(plan.getNodes())) {
    if (failed(lowerNode(plan, node, number)))
      return failure();
    for (Operation *op : node.ops)
      for (Value result : op->getResults())
        afterDefinition(result);
    release(plan, number);
  }
  if (failed(yieldTiles(block.getTerminator(), targets)))
    return failure();
  for (const Allocation &allocation : allocations.back())
    scratch.giveBack(allocation.piece);
  allocations.pop_back();
  return success();
}

/// Whether the loop may carry a tile where its initial value lies.
bool TileLowering::canTakeOver(const BlockPlan &plan, unsigned node, scf::ForOp op, OpOperand &init) {
  Value tile = init.get();
  if (uses.isLazy(tile) || !homes.contains(tile) || plan.lastUse(tile) != node ||
      llvm::count(op->getOperands(), tile) != 1)
    return false;
  if (llvm::any_of(tile.getUsers(), [&](Operation *user) { return op->isProperAncestor(user); }))
    return false;
  if (auto argument = dyn_cast<BlockArgument>(tile))
    return argument.getOwner() == &plan.getBlock() && isa<scf::ForOp>(plan.getBlock().getParentOp());
  return llvm::any_of(allocations.back(), [&](const Allocation &allocation) {
    return llvm::is_contained(allocation.tiles, tile) &&
           llvm::all_of(allocation.tiles, [&](Value other) { return plan.lastUse(other) <= node; });
  });
}

LogicalResult TileLowering::lowerFor(const BlockPlan &plan, unsigned node, scf::ForOp op) {
  SmallVector<Home> targets;
  SmallVector<Value> roots, inits;
  for (auto [init, argument, result] :
       llvm::zip(op.getInitsMutable(), op.getRegionIterArgs(), op.getResults())) {
    if (!isTile(result.getType())) {
      inits.push_back(scalar(init.get()));
      continue;
    }
    Home home;
    if (canTakeOver(plan, node, op, init)) {
      home = *findHome(init.get());
      adopt(result, init.get());
    } else {
      home = newHome(result);
      if (!init.get().getDefiningOp<tensor::EmptyOp>())
        copyTile(init.get(), home);
    }
    homes[argument] = home;
    homes[result] = home;
    targets.push_back(home);
    roots.push_back(argument);
  }
  auto loop = scf::ForOp::create(b, op.getLoc(), scalar(op.getLowerBound()), scalar(op.getUpperBound()),
                                 scalar(op.getStep()), inits);
  map.map(op.getInductionVar(), loop.getInductionVar());
  auto arguments = loop.getRegionIterArgs().begin();
  auto results = loop.getResults().begin();
  for (auto [argument, result] : llvm::zip(op.getRegionIterArgs(), op.getResults()))
    if (!isTile(result.getType())) {
      map.map(argument, *arguments++);
      map.map(result, *results++);
    }
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  if (failed(lowerBlock(*op.getBody(), targets, roots)))
    return failure();
  SmallVector<Value> yields;
  for (Value value : op.getBody()->getTerminator()->getOperands())
    if (!isTile(value.getType()))
      yields.push_back(scalar(value));
  if (!yields.empty())
    scf::YieldOp::create(b, op.getLoc(), yields);
  return success();
}

LogicalResult TileLowering::lowerIf(const BlockPlan &plan, scf::IfOp op) {
  SmallVector<Home> targets;
  SmallVector<Type> types;
  for (Value result : op.getResults()) {
    if (!isTile(result.getType())) {
      types.push_back(result.getType());
      continue;
    }
    targets.push_back(homes[result] = newHome(result));
  }
  bool hasElse = op.elseBlock() != nullptr;
  auto branch = scf::IfOp::create(b, op.getLoc(), types, scalar(op.getCondition()), hasElse);
  auto lowerBranch = [&](Block *from, Block *to) -> LogicalResult {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(to);
    if (failed(lowerBlock(*from, targets, {})))
      return failure();
    SmallVector<Value> yields;
    for (Value value : from->getTerminator()->getOperands())
      if (!isTile(value.getType()))
        yields.push_back(scalar(value));
    if (!yields.empty())
      scf::YieldOp::create(b, op.getLoc(), yields);
    return success();
  };
  if (failed(lowerBranch(op.thenBlock(), branch.thenBlock())) ||
      (hasElse && failed(lowerBranch(op.elseBlock(), branch.elseBlock()))))
    return failure();
  auto results = branch.getResults().begin();
  for (Value result : op.getResults())
    if (!isTile(result.getType()))
      map.map(result, *results++);
  return success();
}

} // namespace attn::cpu
