// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --attn-split-keys: decides for each entry whether few queries share many keys, and then splits the keys.
#include "dialects/Attn/AttnOps.h"
#include "lib/Transforms/Attn/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;
using namespace attn;

namespace {

constexpr StringLiteral kQueries = "attn.queries", kSplit = "attn.split";
/// Rows of one key head's block that still count as few.
constexpr int64_t kFewRows = 64;

struct SplitKeysPass : PassWrapper<SplitKeysPass, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(SplitKeysPass)
  SplitKeysPass() = default;
  SplitKeysPass(const SplitKeysPass &other) : PassWrapper(other) {}
  StringRef getArgument() const override { return "attn-split-keys"; }
  StringRef getDescription() const override { return "Split the keys of entries that have few queries"; }
  void runOnOperation() override;

private:
  LogicalResult runOnEntry(func::FuncOp entry);

  Option<int64_t> split{*this, "split", llvm::cl::desc("keys per part"), llvm::cl::init(512)};
};

/// Why an entry is of a class.
struct Decision {
  bool isShort;
  std::string reason;
};

/// How many rows of an attend read the same keys, M * G; nothing where an extent is not static.
std::optional<int64_t> rowsPerKeyHead(AttendOp op) {
  ArrayRef<int64_t> plane = op.planeType().getShape();
  int64_t keyHeads = cast<RankedTensorType>(op.key(0).getType()).getDimSize(1);
  if (ShapedType::isDynamic(plane[2]))
    return std::nullopt;
  if (plane[2] > kFewRows) // whatever the heads
    return plane[2];
  if (ShapedType::isDynamic(plane[1]) || ShapedType::isDynamic(keyHeads) || keyHeads == 0)
    return std::nullopt;
  return plane[2] * (plane[1] / keyHeads);
}

Decision infer(ArrayRef<AttendOp> attends) {
  int64_t most = 0;
  for (AttendOp op : attends) {
    std::optional<int64_t> rows = rowsPerKeyHead(op);
    if (!rows)
      return {false, "the number of queries per key head is not static; attn.queries = \"short\" splits the keys"};
    most = std::max(most, *rows);
  }
  std::string rows = std::to_string(most) + (most == 1 ? " query per key head is" : " queries per key head are");
  if (most <= kFewRows)
    return {true, rows + " at most " + std::to_string(kFewRows)};
  return {false, rows + " more than " + std::to_string(kFewRows) + "; attn.queries = \"short\" splits the keys"};
}

/// Sums over columns need each row's whole sum first, so that their keys stay together.
bool needsFinishedRows(AttendOp op) {
  return llvm::any_of(op.requested(), [](AttendResult request) {
    return request == AttendResult::ColumnSum || request == AttendResult::DiagonalSum;
  });
}

LogicalResult SplitKeysPass::runOnEntry(func::FuncOp entry) {
  SmallVector<AttendOp> attends;
  entry.walk([&](AttendOp op) { attends.push_back(op); });
  Attribute stated = entry->getAttr(kQueries);
  auto name = dyn_cast_or_null<StringAttr>(stated);
  if (stated && (!name || (name.getValue() != "short" && name.getValue() != "long")))
    return entry.emitOpError() << "expects attn.queries to be \"short\" or \"long\", but got " << stated;
  Attribute parts = entry->getAttr(kSplit);
  auto keys = dyn_cast_or_null<IntegerAttr>(parts);
  if (parts && (!keys || !keys.getType().isSignlessInteger() || keys.getValue().getSignificantBits() > 64 ||
                keys.getInt() < 1))
    return entry.emitOpError() << "expects attn.split to be a number of keys, 1 or more, but got " << parts;
  if (attends.empty())
    return success();
  Decision decision = stated ? Decision{name.getValue() == "short", "the entry says so"} : infer(attends);
  StringRef value = decision.isShort ? "short" : "long";
  entry->setAttr(kQueries, StringAttr::get(&getContext(), value));
  emitRemark(entry.getLoc()) << "[attn-split-keys] queries = " << value << ": " << decision.reason;
  if (!decision.isShort && keys)
    emitRemark(entry.getLoc()) << "[attn-split-keys] split = none: the entry's queries are long";
  if (!decision.isShort)
    return success();
  for (AttendOp op : attends) {
    if (op.getSplit())
      continue;
    if (needsFinishedRows(op)) {
      emitRemark(op.getLoc()) << "[attn-split-keys] split = none: sums over columns need finished rows";
      continue;
    }
    op.setSplit(keys ? keys.getInt() : split.getValue());
    emitRemark(op.getLoc()) << "[attn-split-keys] split = " << *op.getSplit() << ": "
                            << (keys ? "the entry says so" : "fixed, so that results do not depend on the machine");
  }
  return success();
}

void SplitKeysPass::runOnOperation() {
  if (split < 1) {
    getOperation()->emitError() << "attn-split-keys expects split to be 1 or more, but got " << split.getValue();
    return signalPassFailure();
  }
  WalkResult result = getOperation()->walk(
      [&](func::FuncOp entry) { return failed(runOnEntry(entry)) ? WalkResult::interrupt() : WalkResult::advance(); });
  if (result.wasInterrupted())
    signalPassFailure();
}

} // namespace

std::unique_ptr<Pass> attn::createSplitKeysPass() { return std::make_unique<SplitKeysPass>(); }
