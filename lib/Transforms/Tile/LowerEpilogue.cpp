// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --tile-lower-epilogue: a tile that a role stores at its end leaves through a slot, by a copy that takes whole rows, or
// from registers, as each thread has its elements.
#include "dialects/Tile/TileOps.h"
#include "lib/Transforms/Tile/Extents.h"
#include "lib/Transforms/Tile/KernelMemory.h"
#include "lib/Transforms/Tile/Options.h"
#include "lib/Transforms/Tile/Passes.h"

using namespace mlir;

namespace attn::tile {
namespace {

/// More shared memory than any device has.
constexpr int64_t mostShared = int64_t(1) << 30;

struct LowerEpilogue : PassWrapper<LowerEpilogue, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(LowerEpilogue)
  LowerEpilogue() = default;
  LowerEpilogue(int64_t ofShared, int64_t ofRows) { shared = ofShared, least = ofRows; }
  LowerEpilogue(const LowerEpilogue &other) : PassWrapper(other) {
    least = other.least;
    shared = other.shared;
  }

  StringRef getArgument() const override { return "tile-lower-epilogue"; }
  StringRef getDescription() const override { return "Let stored tiles leave by copies from slots"; }
  void getDependentDialects(DialectRegistry &registry) const override { registry.insert<TileDialect>(); }

  void runOnOperation() override {
    if (failed(verifyOption(getOperation(), "least", least, /*least=*/0)) ||
        failed(verifyOption(getOperation(), "shared", shared, /*least=*/0, mostShared)))
      return signalPassFailure();
    WalkResult walk = getOperation()->walk([&](KernelOp kernel) {
      return failed(lower(kernel)) ? WalkResult::interrupt() : WalkResult::advance();
    });
    if (walk.wasInterrupted())
      signalPassFailure();
  }

  LogicalResult lower(KernelOp kernel);
  LogicalResult decide(KernelOp kernel, StoreOp store);
  std::string whyNotWorth(KernelOp kernel, RankedTensorType tile);

  Option<int64_t> least{*this, "least", llvm::cl::desc("rows of a tile that is worth a copy; 0: none is"),
                        llvm::cl::init(128)};
  Option<int64_t> shared{*this, "shared", llvm::cl::desc("bytes that rings may take, to the last; 0: any"),
                         llvm::cl::init(0)};
};

/// Whether an op of the kernel but this one may read or write its memory.
bool isUsedElsewhere(KernelOp kernel, StoreOp store) {
  KernelMemory memory(kernel);
  WalkResult walk = kernel.getBody().walk([&](Operation *op) {
    bool meets = op != store && llvm::any_of(KernelMemory::accessesOf(op), [&](const KernelMemory::Access &access) {
      return memory.mayOverlap(access.memref, store.getDest());
    });
    return meets ? WalkResult::interrupt() : WalkResult::advance();
  });
  return walk.wasInterrupted();
}

/// Why no copy can do what a store does; empty: one can.
StringRef whyImpossible(KernelOp kernel, StoreOp store) {
  auto tile = cast<RankedTensorType>(store.getValue().getType());
  auto roles = dyn_cast<RolesOp>(store->getParentOp());
  if (!roles)
    return store->getParentOfType<RolesOp>() ? "it is stored in a loop or branch" : "it is stored in no role";
  if (tile.getDimSize(0) == 1 || tile.getDimSize(1) == 1)
    return "it has one row or column";
  if (roles.getTeams()[store->getParentRegion()->getRegionNumber()] != 1)
    return "several teams store one each";
  auto dest = dyn_cast<BlockArgument>(store.getDest());
  if (!dest || dest.getOwner()->getParentOp() != kernel)
    return "the memory is no argument";
  int64_t rowDim = store.getRowDim(), colDim = store.getColDim();
  if (store.getMask() || !store.getIndices().empty())
    return "elements are chosen one by one";
  if (tile.getElementTypeBitWidth() != 16)
    return "its elements have no 16 bits";
  if (rowDim < 0 || colDim < 0 || !isContiguous(dest.getType(), colDim))
    return "its rows do not lie whole in memory";
  for (int64_t dim : {rowDim, colDim})
    if (!endsWithMemref(dest, store.getBoundOf(dim), dim))
      return "it may end before the memory does";
  return isUsedElsewhere(kernel, store) ? "the program uses the memory elsewhere" : "";
}

/// Why a copy that can be does not pay; empty: it does.
std::string LowerEpilogue::whyNotWorth(KernelOp kernel, RankedTensorType tile) {
  std::string reason;
  llvm::raw_string_ostream text(reason);
  if (least == 0)
    return "copies are taken where they are pinned alone";
  if (tile.getDimSize(0) < least) {
    text << tile.getDimSize(0) << " rows are fewer than " << least;
    return reason;
  }
  int64_t bytes = bytesOf(tile);
  kernel.getBody().walk([&](RingOp ring) {
    for (Type payload : ring.getRing().getType().getTiles())
      bytes += ring.getRing().getType().getDepth() * bytesOf(cast<RankedTensorType>(payload));
  });
  if (shared && bytes > shared)
    text << "with its slot rings would take " << bytes << " bytes, of " << shared;
  return reason;
}

/// A ring of one slot, which its role fills and reads.
void copyOut(StoreOp store) {
  auto tile = cast<RankedTensorType>(store.getValue().getType());
  OpBuilder b(store->getParentOp());
  Location loc = store.getLoc();
  auto ring = RingOp::create(b, loc, RingType::get(b.getContext(), 1, Type(tile)), /*layout=*/ArrayAttr());
  b.setInsertionPoint(store);
  auto filled = AcquireOp::create(b, loc, ring);
  PutOp::create(b, loc, store.getValue(), filled);
  CommitOp::create(b, loc, filled);
  auto read = WaitOp::create(b, loc, ring);
  auto copy = CopyOutOp::create(b, loc, PendingType::get(b.getContext(), Type()), read, store.getDest(),
                                store.getOffsets(), store.getBounds(), store.getIndices(), store.getDimsAttr(),
                                store.getIndexDimsAttr(), /*descriptor=*/IntegerAttr());
  AwaitOp::create(b, loc, Type(), copy, /*outstanding=*/IntegerAttr());
  ReleaseOp::create(b, loc, read);
  store.erase();
}

LogicalResult LowerEpilogue::decide(KernelOp kernel, StoreOp store) {
  std::optional<Epilogue> pinned = store.getEpilogue();
  if (pinned == Epilogue::threads)
    return success();
  auto tile = cast<RankedTensorType>(store.getValue().getType());
  std::string reason = whyImpossible(kernel, store).str();
  if (pinned && !reason.empty())
    return store.emitError("expects 'epilogue' to be threads, but got copy: ") << reason;
  if (!pinned && reason.empty()) {
    reason = whyNotWorth(kernel, tile);
    store.setEpilogue(reason.empty() ? Epilogue::copy : Epilogue::threads);
  }
  if (!reason.empty()) {
    emitRemark(store.getLoc()) << "[tile-lower-epilogue] epilogue = threads: " << reason;
    return success();
  }
  emitRemark(store.getLoc()) << "[tile-lower-epilogue] epilogue = copy: rows leave whole, from a slot of "
                             << bytesOf(tile) << " bytes";
  copyOut(store);
  return success();
}

LogicalResult LowerEpilogue::lower(KernelOp kernel) {
  SmallVector<StoreOp> stores;
  kernel.getBody().walk([&](StoreOp store) {
    auto tile = cast<RankedTensorType>(store.getValue().getType());
    bool mayBe = store->getParentOfType<RolesOp>() && tile.getDimSize(0) > 1 && tile.getDimSize(1) > 1;
    if (mayBe || store.getEpilogue())
      stores.push_back(store);
  });
  for (StoreOp store : stores)
    if (failed(decide(kernel, store)))
      return failure();
  return success();
}

} // namespace

std::unique_ptr<Pass> createLowerEpiloguePass(int64_t shared, int64_t least) {
  return std::make_unique<LowerEpilogue>(shared, least);
}

void registerLowerEpiloguePass() { PassRegistration<LowerEpilogue>(); }

} // namespace attn::tile
