// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Follows memrefs to arguments of the kernel, and those to what launches pass.
#include "lib/Transforms/Tile/KernelMemory.h"

#include "dialects/Launch/LaunchOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

using namespace mlir;

namespace attn::tile {
namespace {

/// The memref that others are views of.
Value rootOf(Value memref) {
  while (auto view = memref.getDefiningOp<ViewLikeOpInterface>())
    memref = view.getViewSource();
  return memref;
}

/// Whether two operands of launches may be one piece of memory. Pieces of workspace, arguments and results each are
/// memory of their own, unless the entry says that results may overlap an argument.
bool mayBeOnePiece(Value left, Value right) {
  left = rootOf(left), right = rootOf(right);
  if (left == right)
    return true;
  auto isPiece = [](Value root) { return root.getDefiningOp<launch::WorkspaceOp>() != nullptr; };
  auto isOfEntry = [](Value root) {
    auto argument = dyn_cast<BlockArgument>(root);
    return argument && isa<launch::EntryOp>(argument.getOwner()->getParentOp());
  };
  if (isPiece(left) || isPiece(right))
    return !(isPiece(left) || isOfEntry(left)) || !(isPiece(right) || isOfEntry(right));
  if (!isOfEntry(left) || !isOfEntry(right))
    return true;
  auto entry = cast<launch::EntryOp>(cast<BlockArgument>(left).getOwner()->getParentOp());
  unsigned first = cast<BlockArgument>(left).getArgNumber(), second = cast<BlockArgument>(right).getArgNumber();
  if (first > second)
    std::swap(first, second);
  if (first >= entry.getNumArguments() || second < entry.getNumArguments())
    return first < entry.getNumArguments(); // arguments may be one tensor, results are not
  return entry.getContract()
      .walk([&](launch::ExpectOp expect) {
        bool aliases = expect.getPromise() == launch::Promise::may_alias &&
                       expect.getArgument() == entry.getContractArguments()[first];
        return aliases ? WalkResult::interrupt() : WalkResult::advance();
      })
      .wasInterrupted();
}

/// Where a number lies modulo an extent: a constant beside a value that no loop changes. Nothing where it may vary.
class Residues {
public:
  Residues(KernelOp kernel, int64_t extent) : kernel(kernel), extent(extent) {}

  struct Residue {
    Value base;
    int64_t constant = 0;
    bool operator==(const Residue &other) const { return base == other.base && constant == other.constant; }
  };

  std::optional<Residue> of(Value value) {
    if (auto known = assumed.find(value); known != assumed.end())
      return known->second;
    if (std::optional<int64_t> number = getConstantIntValue(value))
      return reduced({{}, *number});
    if (auto argument = dyn_cast<BlockArgument>(value))
      return ofArgument(argument);
    Operation *op = value.getDefiningOp();
    unsigned number = cast<OpResult>(value).getResultNumber();
    if (auto loop = dyn_cast<scf::ForOp>(op))
      return ofArgument(loop.getRegionIterArg(number));
    if (auto branch = dyn_cast<scf::IfOp>(op))
      return common(branch.thenYield().getOperand(number), branch.elseYield().getOperand(number));
    if (isa<arith::MulIOp>(op))
      for (Value factor : op->getOperands())
        if (std::optional<int64_t> number = getConstantIntValue(factor); number && *number % extent == 0)
          return Residue();
    if (isa<arith::AddIOp>(op)) {
      std::optional<Residue> left = of(op->getOperand(0)), right = of(op->getOperand(1));
      if (left && right && !(left->base && right->base))
        return reduced({left->base ? left->base : right->base, left->constant + right->constant});
    }
    return isFixed(op) ? std::optional<Residue>({value, 0}) : std::nullopt;
  }

private:
  Residue reduced(Residue residue) const {
    residue.constant = ((residue.constant % extent) + extent) % extent;
    return residue;
  }

  std::optional<Residue> common(Value left, Value right) {
    std::optional<Residue> one = of(left), other = of(right);
    return one && other && *one == *other ? one : std::nullopt;
  }

  /// Whether an op runs once in a program. The loop of a role over programs in turn is none of a program's.
  bool isFixed(Operation *op) const {
    for (Operation *around = op->getParentOp(); around && around != kernel; around = around->getParentOp())
      if (isa<LoopLikeOpInterface>(around) && !isProgramLoop(around))
        return false;
    return true;
  }

  bool isProgramLoop(Operation *loop) const { return isa<RolesOp>(loop->getParentOp()) && runsInTurn(kernel); }

  std::optional<Residue> ofArgument(BlockArgument argument) {
    auto loop = dyn_cast<scf::ForOp>(argument.getOwner()->getParentOp());
    if (!loop)
      return Residue{argument, 0}; // of the kernel or a role
    if (argument == loop.getInductionVar()) {
      std::optional<int64_t> step = getConstantIntValue(loop.getStep());
      if (isProgramLoop(loop))
        return Residue{argument, 0};
      return step && *step % extent == 0 ? of(loop.getLowerBound()) : std::nullopt;
    }
    unsigned number = argument.getArgNumber() - 1;
    std::optional<Residue> first = of(loop.getInits()[number]);
    if (!first)
      return std::nullopt;
    assumed[argument] = *first;
    std::optional<Residue> next = of(loop.getYieldedValues()[number]);
    assumed.erase(argument);
    return next && *next == *first ? first : std::nullopt;
  }

  KernelOp kernel;
  int64_t extent;
  llvm::DenseMap<Value, Residue> assumed;
};

/// Whether tiles that stores write, in different turns of loops too, are the same or apart. Then each element is one
/// thread's, which keeps its order.
bool writeApart(ArrayRef<StoreOp> stores, KernelOp kernel) {
  StoreOp first = stores.front();
  auto shape = cast<ShapedType>(first.getValue().getType()).getShape();
  for (StoreOp store : stores) {
    bool isLike = store.getValue().getType() == first.getValue().getType() && store.getDims() == first.getDims();
    bool isRepeated = stores.size() > 1 || store->getParentOfType<LoopLikeOpInterface>();
    bool isScattered = !store.getIndices().empty() && isRepeated;
    if (!isLike || isScattered)
      return false;
    for (int tileDim : {0, 1}) {
      int64_t dim = store.getDims()[tileDim];
      if (dim < 0)
        continue;
      Residues residues(kernel, shape[tileDim]);
      auto own = residues.of(store.getOffsets()[dim]), wanted = residues.of(first.getOffsets()[dim]);
      if (!own || !wanted || !(*own == *wanted))
        return false;
    }
  }
  return true;
}

} // namespace

KernelMemory::KernelMemory(KernelOp kernel) : kernel(kernel) {
  if (!kernel) // a test of a few ops
    return;
  kernel.getBody().walk([&](Operation *op) { llvm::append_range(accesses, accessesOf(op)); });
  Operation *symbols = kernel->getParentOp();
  if (!symbols)
    return;
  // Entries alone: kernels beside this one may be changing in other threads.
  auto join = [&](launch::KernelOp call) {
    if (call.getCallee() != kernel.getSymName() || call.getArguments().size() != kernel.getNumKernelArguments())
      return;
    auto isMemory = [](Value value) { return isa<MemRefType>(value.getType()); };
    for (auto [number, left] : llvm::enumerate(call.getArguments()))
      for (auto [before, right] : llvm::enumerate(call.getArguments().take_front(number)))
        if (isMemory(left) && isMemory(right) && mayBeOnePiece(left, right))
          joined.unionSets(before, number);
  };
  for (Region &region : symbols->getRegions())
    for (auto entry : region.getOps<launch::EntryOp>())
      entry.walk(join);
}

SmallVector<KernelMemory::Access> KernelMemory::accessesOf(Operation *op) {
  SmallVector<Access> found;
  if (isa<LengthOp, EntryOp>(op)) {
    if (auto rows = op->getOperand(0).getDefiningOp<ListRowsOp>())
      for (Value operand : rows->getOperands())
        if (isa<MemRefType>(operand.getType()))
          found.push_back({op, operand, /*reads=*/true, /*writes=*/false});
    return found;
  }
  auto effects = dyn_cast<MemoryEffectOpInterface>(op);
  for (Value operand : op->getOperands()) {
    if (!isa<MemRefType>(operand.getType()) || isMemoryEffectFree(op))
      continue;
    bool reads = !effects || effects.getEffectOnValue<MemoryEffects::Read>(operand);
    bool writes = !effects || effects.getEffectOnValue<MemoryEffects::Write>(operand);
    if (reads || writes)
      found.push_back({op, operand, reads, writes});
  }
  return found;
}

bool KernelMemory::mayOverlap(Value left, Value right) const {
  left = rootOf(left), right = rootOf(right);
  if (left == right)
    return true;
  auto first = dyn_cast<BlockArgument>(left), second = dyn_cast<BlockArgument>(right);
  auto isArgument = [](BlockArgument value) { return value && isa<KernelOp>(value.getOwner()->getParentOp()); };
  if (!isArgument(first) || !isArgument(second))
    return true;
  return joined.isEquivalent(first.getArgNumber(), second.getArgNumber());
}

SmallVector<Operation *> KernelMemory::writesTo(Value memref) const {
  SmallVector<Operation *> writes;
  for (const Access &access : accesses)
    if (access.writes && mayOverlap(access.memref, memref))
      writes.push_back(access.op);
  return writes;
}

bool KernelMemory::isContended(Value memref) const {
  SmallVector<StoreOp> stores;
  size_t own = 0;
  bool writes = false;
  for (const Access &access : accesses) {
    if (!mayOverlap(access.memref, memref))
      continue;
    ++own;
    writes |= access.writes;
    if (auto store = dyn_cast<StoreOp>(access.op))
      stores.push_back(store);
  }
  if (!stores.empty() && stores.size() == own)
    return !writeApart(stores, kernel);
  return writes && own > 1;
}

} // namespace attn::tile
