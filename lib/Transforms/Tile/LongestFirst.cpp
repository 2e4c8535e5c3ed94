// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --tile-longest-first: programs whose list of blocks grows along the grid run in the opposite order, so that short ones
// fill the gaps at the end. Programs run in any order, so results stay the same.
#include "dialects/Tile/TileOps.h"
#include "lib/Transforms/Tile/Options.h"
#include "lib/Transforms/Tile/Passes.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace attn::tile {
namespace {

/// On a kernel: in which order of the grid's first dim its programs start. "rising" keeps it as it is.
constexpr StringLiteral kOrder = "order";

/// Whether a value is computed from another one.
bool dependsOn(Value value, Value source, llvm::SmallPtrSetImpl<Operation *> &seen) {
  if (value == source)
    return true;
  Operation *def = value.getDefiningOp();
  return def && seen.insert(def).second &&
         llvm::any_of(def->getOperands(), [&](Value operand) { return dependsOn(operand, source, seen); });
}

bool dependsOn(Value value, Value source) {
  llvm::SmallPtrSet<Operation *, 16> seen;
  return dependsOn(value, source, seen);
}

/// Whether a list gets longer along the first dim of the grid: its segments follow each other, and only where they end
/// depends on the program.
bool grows(ListOp list, Value point) {
  llvm::SmallDenseSet<Value> ends(list.getUpper().begin(), list.getUpper().end());
  llvm::SmallDenseSet<Value> starts(list.getLower().begin(), list.getLower().end());
  bool endMoves = llvm::any_of(ends, [&](Value end) { return !starts.contains(end) && dependsOn(end, point); });
  bool startMoves = llvm::any_of(starts, [&](Value start) { return !ends.contains(start) && dependsOn(start, point); });
  return endMoves && !startMoves;
}

struct LongestFirst : PassWrapper<LongestFirst, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(LongestFirst)

  StringRef getArgument() const override { return "tile-longest-first"; }
  StringRef getDescription() const override { return "Run programs with long lists of blocks first"; }
  void getDependentDialects(DialectRegistry &registry) const override { registry.insert<arith::ArithDialect>(); }

  void runOnOperation() override {
    WalkResult walk = getOperation()->walk([&](KernelOp kernel) -> WalkResult {
      FailureOr<StringRef> pinned = readPinnedWord(kernel, kOrder, {"rising", "falling"});
      if (failed(pinned))
        return failure();
      if (pinned->empty()) // else done before
        turn(kernel);
      return WalkResult::advance();
    });
    if (walk.wasInterrupted())
      signalPassFailure();
  }

  void turn(KernelOp kernel) {
    Value point = kernel.getPoint().front();
    bool longer = false;
    kernel.getBody().walk([&](ListOp list) { longer |= grows(list, point); });
    if (!longer)
      return;
    // The extent of the grid, computed once more on the device.
    OpBuilder b(&kernel.getBody().front(), kernel.getBody().front().begin());
    IRMapping map;
    map.map(kernel.getGridArguments(), kernel.getBodyArguments());
    Block &grid = kernel.getGrid().front();
    for (Operation &op : grid.without_terminator())
      b.clone(op, map);
    Value extent = map.lookupOrDefault(grid.getTerminator()->getOperand(0));
    Value one = arith::ConstantIndexOp::create(b, kernel.getLoc(), 1);
    Value last = arith::SubIOp::create(b, kernel.getLoc(), extent, one);
    Value opposite = arith::SubIOp::create(b, kernel.getLoc(), last, point);
    point.replaceAllUsesExcept(opposite, opposite.getDefiningOp());
    kernel->setAttr(kOrder, b.getStringAttr("falling"));
    emitRemark(kernel.getLoc()) << "[tile-longest-first] order = falling: lists of blocks grow along the grid";
  }
};

} // namespace

std::unique_ptr<Pass> createLongestFirstPass() { return std::make_unique<LongestFirst>(); }

} // namespace attn::tile
