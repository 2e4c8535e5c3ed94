// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --tile-version-rows: where only a run-time number of the rows of a small tile is stored, copies of the program with
// smaller tiles run when that number is small.
#include "dialects/Tile/TileOps.h"
#include "lib/Transforms/Tile/KernelMemory.h"
#include "lib/Transforms/Tile/Options.h"
#include "lib/Transforms/Tile/Passes.h"
#include "lib/Transforms/Tile/RowClass.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;

namespace attn::tile {
namespace {

class Versions {
public:
  Versions(KernelOp kernel, const RowClass &rows, RowClass::StoredRows stored, ArrayRef<int64_t> sizes)
      : body(kernel.getBody().front()), rows(rows), stored(stored), sizes(sizes) {}

  void run() {
    SmallVector<Operation *> choice;
    if (!findVersioned(choice))
      return;
    OpBuilder b(body.getTerminator());
    Location loc = body.getTerminator()->getLoc();
    auto remark = emitRemark(loc) << "[tile-version-rows] sizes = ";
    llvm::interleaveComma(sizes, remark);
    remark << ": as many of " << rows.size() << " rows as are stored are known when running";
    Value count = stored.count(b, loc);
    scf::IfOp branch = moreThan(b, loc, count, sizes.front());
    for (Operation *op : choice)
      op->moveBefore(branch.thenBlock()->getTerminator());
    for (auto [n, size] : llvm::enumerate(sizes)) {
      b.setInsertionPointToStart(branch.elseBlock());
      if (n + 1 < sizes.size()) {
        branch = moreThan(b, loc, count, sizes[n + 1]);
        b.setInsertionPointToStart(branch.thenBlock());
      }
      IRMapping copies;
      for (Operation *op : choice)
        b.clone(*op, copies);
      for (auto [tile, dim] : rows.tiles())
        narrow(copies.lookupOrNull(tile), dim, size);
    }
  }

private:
  static scf::IfOp moreThan(OpBuilder &b, Location loc, Value count, int64_t size) {
    Value limit = arith::ConstantIndexOp::create(b, loc, size);
    Value more = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sgt, count, limit);
    return scf::IfOp::create(b, loc, more, /*withElseRegion=*/true);
  }

  /// The ops that there will be copies of: all after the number of rows is known, and before it those that hold rows.
  bool findVersioned(SmallVector<Operation *> &versioned) {
    Operation *last = nullptr;
    for (Value value : stored.sources()) {
      Operation *def = value.getDefiningOp();
      if (value.getParentBlock() != &body)
        return false;
      if (def && (!last || last->isBeforeInBlock(def)))
        last = def;
    }
    bool known = !last, wrote = false;
    for (Operation &op : body.without_terminator()) {
      if (known || holdsRows(&op))
        versioned.push_back(&op);
      else if (!isMemoryEffectFree(&op) && (wrote || !hasSingleEffect<MemoryEffects::Read>(&op)))
        return false; // a read would move past a write
      wrote |= writesMemory(&op);
      known |= &op == last;
    }
    return llvm::all_of(versioned, [&](Operation *op) {
      return llvm::all_of(op->getUsers(), [&](Operation *user) {
        return llvm::is_contained(versioned, body.findAncestorOpInBlock(*user));
      });
    });
  }

  static bool writesMemory(Operation *op) {
    return op
        ->walk([](Operation *inner) {
          auto writes = [](const KernelMemory::Access &access) { return access.writes; };
          return llvm::any_of(KernelMemory::accessesOf(inner), writes) ? WalkResult::interrupt() : WalkResult::advance();
        })
        .wasInterrupted();
  }

  bool holdsRows(Operation *op) {
    return op->walk([&](Operation *inner) {
               auto holds = [&](Value value) { return isTile(value.getType()) && rows.dimOf(value) >= 0; };
               return llvm::any_of(inner->getOperands(), holds) || llvm::any_of(inner->getResults(), holds)
                          ? WalkResult::interrupt()
                          : WalkResult::advance();
             })
        .wasInterrupted();
  }

  void narrow(Value copy, int dim, int64_t size) {
    if (!copy)
      return;
    auto type = cast<RankedTensorType>(copy.getType());
    SmallVector<int64_t> shape(type.getShape());
    shape[dim] = size;
    if (auto constant = copy.getDefiningOp<arith::ConstantOp>())
      constant.setValueAttr(cast<SplatElementsAttr>(constant.getValue()).resizeSplat(type.clone(shape)));
    copy.setType(type.clone(shape));
  }

  Block &body;
  const RowClass &rows;
  RowClass::StoredRows stored;
  ArrayRef<int64_t> sizes; ///< falling
};

struct VersionRows : PassWrapper<VersionRows, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(VersionRows)
  VersionRows() = default;
  VersionRows(const VersionRows &other) : PassWrapper(other) {
    sizes = other.sizes;
    most = other.most;
  }

  StringRef getArgument() const override { return "tile-version-rows"; }
  StringRef getDescription() const override { return "Run few stored rows through small tiles"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, memref::MemRefDialect, scf::SCFDialect>();
  }

  void runOnOperation() override {
    if (failed(verifyOption(getOperation(), "most", most, /*least=*/0)))
      return signalPassFailure();
    for (int64_t size : sizes)
      if (failed(verifyOption(getOperation(), "sizes", size)))
        return signalPassFailure();
    SmallVector<int64_t> falling(sizes.begin(), sizes.end());
    llvm::sort(falling, std::greater<>());
    getOperation()->walk([&](KernelOp kernel) {
      std::optional<RowClass> rows = RowClass::find(kernel);
      if (!rows || rows->size() > most)
        return;
      auto smaller = ArrayRef<int64_t>(falling).drop_while([&](int64_t size) { return size >= rows->size(); });
      std::optional<RowClass::StoredRows> stored = rows->storedRows(kernel);
      if (stored && !smaller.empty())
        Versions(kernel, *rows, *stored, smaller).run();
    });
  }

  ListOption<int64_t> sizes{*this, "sizes", llvm::cl::desc("rows of the smaller tiles"),
                            llvm::cl::list_init<int64_t>({8, 4})};
  Option<int64_t> most{*this, "most", llvm::cl::desc("rows above which a program stays as it is"),
                       llvm::cl::init(16)};
};

} // namespace

std::unique_ptr<Pass> createVersionRowsPass() { return std::make_unique<VersionRows>(); }

} // namespace attn::tile
