// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Orders the ops of a block: what is ready runs in program order, and a sweep takes along all later ops that fit it.
#include "lib/Target/CPU/BlockPlan.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace attn::tile;

namespace attn::cpu {

static bool touchesTiles(Operation *op) {
  auto any = [](TypeRange types) { return llvm::any_of(types, isTile); };
  return any(op->getOperandTypes()) || any(op->getResultTypes());
}

/// The rows and columns a sweep over this op visits.
static ArrayRef<int64_t> sweepShape(Operation *op) {
  if (auto reduce = dyn_cast<ReduceOp>(op))
    return tileShape(reduce.getSource());
  if (auto store = dyn_cast<StoreOp>(op))
    return tileShape(store.getValue());
  return tileShape(op->getResult(0));
}

/// The dim that a sweep combines along, or -1.
static int reducedDim(const BlockNode &sweep) {
  for (Operation *op : sweep.ops)
    if (auto reduce = dyn_cast<ReduceOp>(op))
      return reduce.getDim();
  return -1;
}

/// Whether vectors of the store lie contiguously in memory.
static bool storesVectors(StoreOp op) {
  int64_t dim = op.getDims()[vectorDim(op.getValue())];
  if (dim < 0)
    return tileShape(op.getValue())[vectorDim(op.getValue())] == 1;
  return isContiguous(op.getDest().getType(), dim);
}

BlockNode::Kind BlockPlan::kindOf(Operation *op) const {
  if (isa<ReduceOp>(op))
    return cast<ReduceOp>(op).getKind() ? BlockNode::sweep : BlockNode::whole;
  if (op->getNumRegions() != 0)
    return BlockNode::control;
  if (!touchesTiles(op))
    return BlockNode::plain;
  if (isa<MmaOp>(op))
    return BlockNode::product;
  if (auto store = dyn_cast<StoreOp>(op))
    return store.getIndices().empty() && storesVectors(store) ? BlockNode::sweep : BlockNode::whole;
  bool line = op->getNumResults() == 1 && isa<TransposeOp>(op) &&
              (tileShape(op->getOperand(0))[0] == 1 || tileShape(op->getOperand(0))[1] == 1);
  if (line || isa<arith::ConstantOp, tensor::SplatOp, BroadcastOp, IotaOp>(op))
    return BlockNode::sweep;
  if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op))
    return isColumnTile(slice.getResult()) && !isColumnTile(slice.getSource()) ? BlockNode::whole : BlockNode::sweep;
  if (op->hasTrait<OpTrait::Elementwise>() && op->getNumResults() == 1)
    return BlockNode::sweep;
  return BlockNode::whole;
}

bool BlockPlan::isOrdered(Operation *op) const {
  for (const KernelMemory::Access &access : KernelMemory::accessesOf(op))
    if (access.writes || uses.isWritten(access.memref))
      return true;
  bool found = false;
  for (Region &region : op->getRegions())
    region.walk([&](Operation *inner) { found |= inner->getNumRegions() == 0 && isOrdered(inner); });
  return found;
}

void BlockPlan::forEachRead(Operation *op, llvm::function_ref<void(Value, Access)> callback) const {
  Access elsewhere;
  elsewhere.pointwise = false;
  bool pointwise = kindOf(op) == BlockNode::sweep;
  for (OpOperand &operand : op->getOpOperands()) {
    bool here = pointwise || (isa<MmaOp>(op) && operand.getOperandNumber() == 2);
    // A stored lazy op reads as it would where it is computed again.
    Access access = here && (isa<MmaOp, ReduceOp, StoreOp>(op) || op->hasTrait<OpTrait::Elementwise>()) ? Access{}
                                                                                                        : elsewhere;
    uses.forEachSource(operand.get(), callback, access);
  }
  for (Region &region : op->getRegions())
    region.walk([&](Operation *inner) {
      for (Value operand : inner->getOperands())
        if (!region.isAncestor(operand.getParentRegion()))
          uses.forEachSource(operand, callback, elsewhere);
    });
}

llvm::SmallSetVector<Operation *, 8> BlockPlan::dependencies(Operation *op) const {
  llvm::SmallSetVector<Operation *, 8> found;
  llvm::SmallPtrSet<Operation *, 8> seen; // lazy tiles share sources: every path would be too many
  llvm::function_ref<void(Value)> visit;
  auto visitValue = [&](Value value) {
    Operation *def = value.getDefiningOp();
    if (!def || def->getBlock() != &block || def == op)
      return;
    if (isTile(value.getType()) && uses.isLazy(value)) {
      if (seen.insert(def).second)
        for (Value operand : def->getOperands())
          visit(operand);
      return;
    }
    found.insert(def);
  };
  visit = visitValue;
  op->walk([&](Operation *inner) {
    for (Value operand : inner->getOperands())
      visit(operand);
  });
  if (isOrdered(op))
    for (Operation &before : block) {
      if (&before == op)
        break;
      if (isOrdered(&before))
        found.insert(&before);
    }
  return found;
}

bool BlockPlan::joins(Operation *op, const BlockNode &sweep, const DenseSet<Operation *> &done) const {
  if (kindOf(op) != BlockNode::sweep || sweepShape(op) != sweepShape(sweep.ops.front()))
    return false;
  if (auto reduce = dyn_cast<ReduceOp>(op)) {
    int dim = reducedDim(sweep);
    if (dim >= 0 && dim != int(reduce.getDim()))
      return false;
  }
  for (Operation *needed : dependencies(op)) {
    if (done.contains(needed))
      continue;
    if (!llvm::is_contained(sweep.ops, needed) || isa<ReduceOp>(needed))
      return false;
    auto store = dyn_cast<StoreOp>(op), before = dyn_cast<StoreOp>(needed);
    if (store && before && uses.memory().mayOverlap(store.getDest(), before.getDest()))
      return false;
  }
  bool fits = true;
  forEachRead(op, [&](Value source, Access access) {
    Operation *def = source.getDefiningOp();
    if (def && llvm::is_contained(sweep.ops, def))
      fits &= access.pointwise && !access.slice;
  });
  return fits;
}

void BlockPlan::schedule() {
  nodes.clear();
  number.clear();
  SmallVector<Operation *> waiting;
  DenseSet<Operation *> done;
  for (Operation &op : block.without_terminator())
    if (op.getNumResults() != 1 || !isTile(op.getResult(0).getType()) || !uses.isLazy(op.getResult(0)))
      waiting.push_back(&op);
  auto finish = [&](BlockNode node) {
    for (Operation *op : node.ops) {
      done.insert(op);
      number[op] = nodes.size();
      llvm::erase(waiting, op);
    }
    nodes.push_back(std::move(node));
  };
  auto ready = [&](Operation *op) {
    return llvm::all_of(dependencies(op), [&](Operation *needed) { return done.contains(needed); });
  };
  while (!waiting.empty()) {
    // Scalars first: they let more ops join a sweep.
    auto *next = llvm::find_if(waiting, [&](Operation *op) { return kindOf(op) == BlockNode::plain && ready(op); });
    if (next == waiting.end())
      next = llvm::find_if(waiting, ready);
    assert(next != waiting.end() && "a block without a cycle has a ready op");
    BlockNode node{kindOf(*next), {*next}};
    if (node.kind == BlockNode::sweep)
      for (Operation *op : waiting)
        if (op != *next && joins(op, node, done))
          node.ops.push_back(op);
    finish(std::move(node));
  }
}

void BlockPlan::recordReads() {
  reads.clear();
  auto record = [&](Operation *op, unsigned node) {
    forEachRead(op, [&](Value source, Access access) { reads[source].push_back({node, access, op}); });
  };
  for (auto [n, node] : llvm::enumerate(nodes))
    for (Operation *op : node.ops)
      record(op, n);
  record(block.getTerminator(), nodes.size());
}

/// Keeps lazy tiles that several nodes would compute at some cost. Whether it kept one.
bool BlockPlan::storeRepeated() {
  llvm::MapVector<Value, llvm::SmallSetVector<unsigned, 2>> readers;
  std::function<void(Value, unsigned)> visit = [&](Value tile, unsigned node) {
    Operation *def = tile.getDefiningOp();
    if (!isTile(tile.getType()) || !def || def->getBlock() != &block || !uses.isLazy(tile))
      return;
    if (!readers[tile].insert(node))
      return;
    for (Value operand : def->getOperands())
      visit(operand, node);
  };
  for (auto [n, node] : llvm::enumerate(nodes))
    for (Operation *op : node.ops)
      for (Value operand : op->getOperands())
        visit(operand, n);
  // The last of a chain: its sources then have one reader.
  Value best;
  for (auto &[tile, inNodes] : readers)
    if (inNodes.size() > 1 && uses.cost(tile) > 3 && (!best || uses.cost(tile) > uses.cost(best)))
      best = tile;
  if (best)
    uses.store(best);
  return static_cast<bool>(best);
}

BlockPlan::BlockPlan(Block &block, TileUses &uses) : block(block), uses(uses) {
  do
    schedule();
  while (storeRepeated());
  recordReads();
}

ArrayRef<BlockPlan::Read> BlockPlan::readsOf(Value tile) const {
  auto found = reads.find(tile);
  return found == reads.end() ? ArrayRef<Read>() : ArrayRef<Read>(found->second);
}

unsigned BlockPlan::lastUse(Value tile) const {
  unsigned last = 0;
  for (const Read &read : readsOf(tile))
    last = std::max(last, read.node);
  return last;
}

} // namespace attn::cpu
