// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --cuda-allocate-shared: slots and barriers get their places in shared memory.
#include "lib/Target/CUDA/Passes.h"
#include "lib/Target/CUDA/SharedLayout.h"

using namespace mlir;
using namespace attn::tile;

namespace attn::cuda {
namespace {

struct Span {
  int64_t begin, end;
  Operation *op;
};

int64_t alignmentOf(Operation *op) { return isa<SlotsOp>(op) ? slotAlignment : barrierBytes; }

std::optional<int64_t> offsetOf(Operation *op) {
  auto offset = op->getAttrOfType<IntegerAttr>("offset");
  return offset ? std::optional<int64_t>(offset.getInt()) : std::nullopt;
}

struct AllocateShared : PassWrapper<AllocateShared, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(AllocateShared)
  AllocateShared() = default;
  AllocateShared(const AllocateShared &other) : PassWrapper(other) { limit = other.limit; }

  StringRef getArgument() const override { return "cuda-allocate-shared"; }
  StringRef getDescription() const override { return "Place slots and barriers in shared memory"; }

  void runOnOperation() override {
    WalkResult walk = getOperation()->walk([&](KernelOp kernel) {
      return failed(allocate(kernel)) ? WalkResult::interrupt() : WalkResult::advance();
    });
    if (walk.wasInterrupted())
      signalPassFailure();
  }

  LogicalResult allocate(KernelOp kernel);

  Option<int64_t> limit{*this, "limit", llvm::cl::desc("bytes of shared memory that a block may have"),
                        llvm::cl::init(largestShared)};
};

LogicalResult verifyPinned(Operation *op, ArrayRef<Span> taken) {
  int64_t begin = *offsetOf(op), end = begin + sharedBytes(op);
  if (begin % alignmentOf(op))
    return op->emitError("expects an offset that is a multiple of ") << alignmentOf(op) << ", but got " << begin;
  for (const Span &span : taken)
    if (begin < span.end && span.begin < end) {
      InFlightDiagnostic error = op->emitError("expects places that do not overlap, but got bytes [")
                                 << begin << ", " << end << ")";
      error.attachNote(span.op->getLoc()) << "and here [" << span.begin << ", " << span.end << ")";
      return error;
    }
  return success();
}

/// All live as long as the program, so each has bytes of its own; those pinned first, then slots, then barriers, which need
/// no alignment.
LogicalResult AllocateShared::allocate(KernelOp kernel) {
  SmallVector<Operation *> slots, barriers;
  SmallVector<Span> taken;
  WalkResult walk = kernel.getBody().walk([&](Operation *op) -> WalkResult {
    if (!isa<SlotsOp, BarriersOp>(op))
      return WalkResult::advance();
    if (isa<SlotsOp>(op) && failed(verifyLayout(op)))
      return failure();
    if (!offsetOf(op)) {
      (isa<SlotsOp>(op) ? slots : barriers).push_back(op);
      return WalkResult::advance();
    }
    if (failed(verifyPinned(op, taken)))
      return failure();
    taken.push_back({*offsetOf(op), *offsetOf(op) + sharedBytes(op), op});
    return WalkResult::advance();
  });
  if (walk.wasInterrupted())
    return failure();
  slots.append(barriers);
  if (slots.empty() && taken.empty())
    return success();
  Builder b(&getContext());
  int64_t top = 0;
  for (const Span &span : taken)
    top = std::max(top, span.end);
  for (Operation *op : slots) {
    int64_t begin = llvm::alignTo(top, alignmentOf(op));
    top = begin + sharedBytes(op);
    op->setAttr("offset", b.getI64IntegerAttr(begin));
    taken.push_back({begin, top, op});
  }
  if (top > limit) {
    InFlightDiagnostic error = kernel.emitError("expects slots and barriers of at most ")
                               << static_cast<int64_t>(limit) << " bytes of shared memory, but got " << top;
    for (const Span &span : taken)
      if (auto op = dyn_cast<SlotsOp>(span.op))
        error.attachNote(op.getLoc()) << op.getSlots().getType() << " takes " << span.end - span.begin << " bytes";
    return error;
  }
  emitRemark(kernel.getLoc()) << "[cuda-allocate-shared] shared = " << top << ": bytes of slots and barriers";
  return success();
}

} // namespace

std::unique_ptr<Pass> createAllocateSharedPass() { return std::make_unique<AllocateShared>(); }

} // namespace attn::cuda
