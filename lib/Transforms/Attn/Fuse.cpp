// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --attn-fuse: makes one attn.attend of each chain score, modify, mask, normalize, gate, apply, reduce.
#include "lib/Transforms/Attn/Chain.h"
#include "lib/Transforms/Attn/Passes.h"
#include "mlir/IR/Dominance.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include <map>

using namespace mlir;
using namespace attn;

namespace {

/// What one attend will return.
struct Group {
  Chain chain;
  /// The plane that products and statistics are of.
  Value plane;
  Value values;
  /// Where the attend will stand.
  Operation *anchor;
  /// The results that each request stands for; several ops may ask for the same.
  std::map<AttendResult, SmallVector<SmallVector<Value>>> requests;

  void add(AttendResult request, ValueRange results) { requests[request].emplace_back(results); }
};

class Fuser {
public:
  explicit Fuser(Operation *root) : root(root), dominance(root) {}

  LogicalResult run() {
    if (failed(checkUses()) || failed(collect()))
      return failure();
    for (Group &group : groups)
      emit(group);
    eraseDead();
    return success();
  }

private:
  LogicalResult checkUses();
  LogicalResult collect();
  LogicalResult collectApply(ApplyOp op);
  LogicalResult collectReduce(ReduceOp op);
  LogicalResult collectLse(NormalizeOp op);
  bool join(Group &group, AttendResult request, ValueRange results, Operation *anchor);
  LogicalResult start(Value plane, Value values, AttendResult request, ValueRange results, Operation *anchor);
  void emit(Group &group);
  void eraseDead();

  Operation *root;
  DominanceInfo dominance;
  std::vector<Group> groups;
};

bool isPlane(Type type) { return isa<PlaneType>(type); }

/// The op that stands in `block` and holds `op`; null where it is not in there.
Operation *ancestorIn(Block *block, Operation *op) { return block->findAncestorOpInBlock(*op); }

/// The op in the block of `value` before which whatever replaces it must stand: the first that uses it.
Operation *firstUser(Value value, Block *block) {
  Operation *first = nullptr;
  for (Operation *user : value.getUsers()) {
    Operation *op = ancestorIn(block, user);
    if (!op)
      return nullptr;
    if (!first || op->isBeforeInBlock(first))
      first = op;
  }
  return first;
}

//===-- what is asked of which plane ----------------------------------------------------------------------------===//

LogicalResult Fuser::checkUses() {
  WalkResult result = root->walk([](Operation *op) {
    if (isa<ScoreOp, ModifyOp, MaskOp, NormalizeOp, GateOp, ApplyOp, ReduceOp>(op))
      return WalkResult::advance();
    if (!llvm::any_of(op->getOperandTypes(), isPlane))
      return WalkResult::advance();
    op->emitOpError() << "cannot be fused: it uses a plane, which exists between attn ops only";
    return WalkResult::interrupt();
  });
  return failure(result.wasInterrupted());
}

LogicalResult Fuser::collect() {
  SmallVector<ApplyOp> applies;
  SmallVector<ReduceOp> reductions;
  SmallVector<NormalizeOp> normalized;
  root->walk([&](Operation *op) {
    if (auto apply = dyn_cast<ApplyOp>(op))
      applies.push_back(apply);
    else if (auto reduce = dyn_cast<ReduceOp>(op))
      reductions.push_back(reduce);
    else if (auto normalize = dyn_cast<NormalizeOp>(op); normalize && normalize.getLse())
      normalized.push_back(normalize);
  });
  // Products first: statistics join them.
  return failure(llvm::any_of(applies, [&](ApplyOp op) { return failed(collectApply(op)); }) ||
                 llvm::any_of(normalized, [&](NormalizeOp op) { return failed(collectLse(op)); }) ||
                 llvm::any_of(reductions, [&](ReduceOp op) { return failed(collectReduce(op)); }));
}

/// Adds a request to a group if one attend can stand before everything that uses it and behind everything it reads.
bool Fuser::join(Group &group, AttendResult request, ValueRange results, Operation *anchor) {
  if (!anchor || anchor->getBlock() != group.anchor->getBlock())
    return false;
  Operation *first = anchor->isBeforeInBlock(group.anchor) ? anchor : group.anchor;
  SmallVector<Value> operands = group.chain.operands();
  if (group.values)
    operands.push_back(group.values);
  if (!llvm::all_of(operands, [&](Value value) { return dominance.properlyDominates(value, first); }))
    return false;
  group.anchor = first;
  group.add(request, results);
  return true;
}

LogicalResult Fuser::start(Value plane, Value values, AttendResult request, ValueRange results, Operation *anchor) {
  FailureOr<Chain> chain = readChain(plane, anchor);
  if (failed(chain))
    return failure();
  Group &group = groups.emplace_back();
  group.chain = std::move(*chain);
  group.plane = plane;
  group.values = values;
  group.anchor = anchor;
  group.add(request, results);
  return success();
}

LogicalResult Fuser::collectApply(ApplyOp op) {
  if (op->use_empty())
    return success();
  AttendResult request = op.getPartial() ? AttendResult::Partial : AttendResult::Output;
  for (Group &group : groups)
    if (group.plane == op.getWeights() && group.values == op.getValues() &&
        join(group, request, op.getOutputs(), op))
      return success();
  return start(op.getWeights(), op.getValues(), request, op.getOutputs(), op);
}

LogicalResult Fuser::collectLse(NormalizeOp op) {
  if (op.getLse().use_empty())
    return success();
  for (Group &group : groups)
    if (group.chain.normalize == op &&
        join(group, AttendResult::Lse, op.getLse(), firstUser(op.getLse(), group.anchor->getBlock())))
      return success();
  return start(op.getWeights(), Value(), AttendResult::Lse, op.getLse(), op);
}

static AttendResult requestOf(ReduceKind kind) {
  switch (kind) {
  case ReduceKind::RowMax:
    return AttendResult::RowMax;
  case ReduceKind::ColumnSum:
    return AttendResult::ColumnSum;
  case ReduceKind::DiagonalSum:
    return AttendResult::DiagonalSum;
  }
  return AttendResult::RowMax;
}

LogicalResult Fuser::collectReduce(ReduceOp op) {
  if (op->use_empty())
    return success();
  AttendResult request = requestOf(op.getKind());
  bool isMaximum = request == AttendResult::RowMax, isOfScores = isa<ScoresType>(op.getPlane().getType());
  if (isMaximum && !isOfScores)
    return op.emitOpError() << "cannot be fused: the maximum of a row is known of scores, not of weights";
  for (Group &group : groups) {
    NormalizeOp normalize = group.chain.normalize;
    bool isInput = isMaximum && normalize && normalize.getScores() == op.getPlane();
    if ((isInput || group.plane == op.getPlane()) && join(group, request, op.getResult(), op))
      return success();
  }
  return start(op.getPlane(), Value(), request, op.getResult(), op);
}

//===-- the attend ----------------------------------------------------------------------------------------------===//

Value combineMasks(OpBuilder &builder, Location loc, ArrayRef<Value> masks) {
  if (masks.size() < 2)
    return masks.empty() ? Value() : masks.front();
  return AndOp::create(builder, loc, MaskType::get(builder.getContext()), masks);
}

void remark(AttendOp attend, const Chain &chain) {
  std::string what;
  llvm::raw_string_ostream stream(what);
  llvm::interleaveComma(attend.requested(), stream, [&](AttendResult result) { stream << stringifyEnum(result); });
  auto count = [](size_t number, StringRef noun) {
    return (Twine(number) + " " + noun + (number == 1 ? "" : "s")).str();
  };
  size_t modifies = llvm::count_if(chain.scoreSteps, [](Operation *op) { return isa<ModifyOp>(op); });
  size_t gates = chain.scoreSteps.size() + chain.weightSteps.size() - modifies;
  emitRemark(attend.getLoc()) << "[attn-fuse] attend = " << what << ": " << count(attend.numTerms(), "term") << ", "
                      << modifies << (modifies == 1 ? " modify, " : " modifies, ")
                      << count(chain.masks.size(), "mask") << ", " << count(gates, "gate");
}

void Fuser::emit(Group &group) {
  OpBuilder builder(group.anchor);
  Location loc = group.anchor->getLoc();
  ScoreOp score = group.chain.score;
  NormalizeOp normalize = group.chain.normalize;
  llvm::SetVector<Value> captures = group.chain.captures();
  SmallVector<Attribute> requests;
  SmallVector<Type> types;
  for (auto &[request, asked] : group.requests) {
    requests.push_back(AttendResultAttr::get(builder.getContext(), request));
    llvm::append_range(types, ValueRange(asked.front()).getTypes());
  }
  Value mask = combineMasks(builder, loc, group.chain.masks.getArrayRef());
  auto attend = AttendOp::create(
      builder, loc, types, score.getTerms(), group.values, mask, captures.getArrayRef(),
      normalize ? ValueRange(normalize.getCaptures()) : ValueRange(), score.getCuQ(), score.getCuK(), score.getLenQ(),
      score.getLenK(), score.getAlignAttr(), score.getScalesAttr(),
      normalize ? normalize.getNormalizer() : NoNormalizerAttr::get(builder.getContext()),
      normalize ? normalize.getLseBaseAttr() : LseBaseAttr::get(builder.getContext(), LseBase::E),
      normalize ? normalize.getSinkIncludedAttr() : BoolAttr(), builder.getArrayAttr(requests), IntegerAttr());
  if (!group.chain.scoreSteps.empty())
    composeSteps(builder, attend.getScore(), group.chain.scoreSteps, captures, score);
  if (!group.chain.weightSteps.empty())
    composeSteps(builder, attend.getWeight(), group.chain.weightSteps, captures, score);
  size_t first = 0;
  for (auto &[request, asked] : group.requests) {
    size_t size = asked.front().size();
    for (ArrayRef<Value> results : asked)
      for (size_t n = 0; n < size; ++n)
        Value(results[n]).replaceAllUsesWith(attend.getOutputs()[first + n]);
    first += size;
  }
  remark(attend, group.chain);
}

/// Later ops first, so that a chain goes as a whole.
void Fuser::eraseDead() {
  SmallVector<Operation *> ops;
  root->walk([&](Operation *op) {
    if (isa<ScoreOp, ModifyOp, MaskOp, NormalizeOp, GateOp, ApplyOp, ReduceOp, MaskOpInterface>(op))
      ops.push_back(op);
  });
  for (Operation *op : llvm::reverse(ops))
    if (isOpTriviallyDead(op))
      op->erase();
}

//===-- the pass ------------------------------------------------------------------------------------------------===//

struct FusePass : PassWrapper<FusePass, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(FusePass)
  StringRef getArgument() const override { return "attn-fuse"; }
  StringRef getDescription() const override { return "Make one attn.attend of each chain of a plane"; }
  void runOnOperation() override {
    if (failed(Fuser(getOperation()).run()))
      signalPassFailure();
  }
};

} // namespace

std::unique_ptr<Pass> attn::createFusePass() { return std::make_unique<FusePass>(); }
