// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --tile-prefetch: a loop whose tiles are read from memory for few rows each asks for the tiles of its next iteration.
#include "dialects/Tile/TileOps.h"
#include "lib/Transforms/Tile/Options.h"
#include "lib/Transforms/Tile/Passes.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace attn::tile {
namespace {

/// What a cache brings at once.
constexpr int64_t lineBytes = 64;
/// Into the second level: the first one is full of this iteration.
constexpr unsigned locality = 2;

/// A matrix in memory, and the ops of the loop that say where it lies.
struct Stream {
  LoadOp load;
  SetVector<Operation *> address;
};

class Prefetcher {
public:
  Prefetcher(scf::ForOp loop, int64_t rows) : loop(loop), rows(rows) {}

  void run() {
    SmallVector<Stream> streams;
    for (LoadOp load : loop.getBody()->getOps<LoadOp>())
      if (Stream stream{load, {}}; isStream(load) && findAddress(load.getOffsets(), stream.address))
        streams.push_back(std::move(stream));
    if (streams.empty())
      return;
    emitRemark(loop.getLoc()) << "[tile-prefetch] tiles = " << streams.size() << ": products of few rows read them once";
    OpBuilder b(loop.getBody(), loop.getBody()->begin());
    Location loc = loop.getLoc();
    Value next = arith::AddIOp::create(b, loc, loop.getInductionVar(), loop.getStep());
    Value more = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, next, loop.getUpperBound());
    auto branch = scf::IfOp::create(b, loc, more, /*withElseRegion=*/false);
    b.setInsertionPointToStart(branch.thenBlock());
    IRMapping map;
    map.map(loop.getInductionVar(), next);
    for (Operation &op : llvm::make_early_inc_range(*loop.getBody()))
      if (llvm::any_of(streams, [&](Stream &stream) { return stream.address.contains(&op); }))
        b.clone(op, map);
    for (Stream &stream : streams)
      ask(b, stream.load, map);
  }

private:
  /// Whether the load is of a matrix, row by row, that products of few rows read.
  bool isStream(LoadOp load) {
    ArrayRef<int64_t> shape = load.getType().getShape();
    if (shape[0] == 1 || shape[1] == 1 || !load.getIndices().empty() || load.getRowDim() < 0 || load.getColDim() < 0)
      return false;
    if (!isContiguous(load.getSource().getType(), load.getColDim()))
      return false;
    unsigned products = 0;
    // Through conversions and scales to the products.
    SmallVector<Operation *> left(load->getUsers());
    DenseSet<Operation *> seen;
    while (!left.empty()) {
      Operation *user = left.pop_back_val();
      if (!seen.insert(user).second)
        continue;
      if (auto product = dyn_cast<MmaOp>(user)) {
        if (product.getType().getDimSize(0) > rows)
          return false;
        ++products;
      } else if (user->hasTrait<OpTrait::Elementwise>()) {
        left.append(user->user_begin(), user->user_end());
      }
    }
    return products > 0;
  }

  /// Collects what the offsets are computed from inside the loop; false if that is more than the loop's variable.
  bool findAddress(ValueRange offsets, SetVector<Operation *> &address) {
    for (Value value : offsets) {
      if (value == loop.getInductionVar() || loop.isDefinedOutsideOfLoop(value))
        continue;
      Operation *def = value.getDefiningOp();
      if (!def || def->getBlock() != loop.getBody() || def->getNumRegions() != 0 ||
          (!isMemoryEffectFree(def) && !hasSingleEffect<MemoryEffects::Read>(def)) ||
          !findAddress(def->getOperands(), address))
        return false;
      address.insert(def);
    }
    return true;
  }

  void ask(OpBuilder &b, LoadOp load, IRMapping &map) {
    Location loc = load.getLoc();
    auto constant = [&](int64_t value) { return arith::ConstantIndexOp::create(b, loc, value); };
    int64_t bits = cast<MemRefType>(load.getSource().getType()).getElementTypeBitWidth();
    int64_t elements = std::max<int64_t>(lineBytes * 8 / bits, 1);
    auto each = scf::ForOp::create(b, loc, constant(0), constant(load.getType().getDimSize(0)), constant(1));
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(each.getBody());
    for (int64_t column = 0; column < load.getType().getDimSize(1); column += elements) {
      SmallVector<Value> place;
      for (Value offset : load.getOffsets())
        place.push_back(map.lookupOrDefault(offset));
      Value &row = place[load.getRowDim()], &col = place[load.getColDim()];
      row = arith::AddIOp::create(b, loc, row, each.getInductionVar());
      col = arith::AddIOp::create(b, loc, col, constant(column));
      memref::PrefetchOp::create(b, loc, load.getSource(), place, /*isWrite=*/false, locality, /*isDataCache=*/true);
    }
  }

  scf::ForOp loop;
  int64_t rows;
};

struct Prefetch : PassWrapper<Prefetch, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(Prefetch)
  Prefetch() = default;
  explicit Prefetch(int64_t rows) { this->rows = rows; }
  Prefetch(const Prefetch &other) : PassWrapper(other) { rows = other.rows; }

  StringRef getArgument() const override { return "tile-prefetch"; }
  StringRef getDescription() const override { return "Ask for what the next iteration reads"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, memref::MemRefDialect, scf::SCFDialect>();
  }

  void runOnOperation() override {
    if (failed(verifyOption(getOperation(), "rows", rows, /*least=*/0)))
      return signalPassFailure();
    SmallVector<scf::ForOp> loops;
    getOperation()->walk([&](scf::ForOp loop) { loops.push_back(loop); });
    for (scf::ForOp loop : loops)
      Prefetcher(loop, rows).run();
  }

  Option<int64_t> rows{*this, "rows", llvm::cl::desc("as many rows are few"), llvm::cl::init(8)};
};

} // namespace

std::unique_ptr<Pass> createPrefetchPass(int64_t rows) { return std::make_unique<Prefetch>(rows); }

void registerPrefetchPass() { PassRegistration<Prefetch>(); }

} // namespace attn::tile
