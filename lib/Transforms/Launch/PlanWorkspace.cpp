// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --launch-plan-workspace: pieces of workspace lie one after another; the contract says how much a call needs.
#include "dialects/Launch/LaunchOps.h"
#include "lib/Transforms/Launch/Passes.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;

namespace attn::launch {
namespace {

/// Bytes at which pieces start: a cache line, and what the ABI promises of the workspace itself.
constexpr int64_t alignment = 64;

int64_t elementBytes(MemRefType type) {
  Type element = type.getElementType();
  return element.isIndex() ? 8 : (element.getIntOrFloatBitWidth() + 7) / 8;
}

/// Writes host arithmetic of the body again at another place: at its top, or in the contract.
class SizeWriter {
public:
  SizeWriter(Block::BlockArgListType from, ValueRange to, OpBuilder builder) : builder(builder) {
    mapping.map(ValueRange(from), to);
  }

  /// The offsets of the pieces and, last, the total. Fails with a diagnostic at the piece whose size is unknown there.
  LogicalResult plan(MutableArrayRef<WorkspaceOp> pieces, SmallVectorImpl<Value> &offsets) {
    Location loc = pieces.front().getLoc();
    offsets.push_back(constant(0, loc));
    for (WorkspaceOp piece : pieces) {
      Value bytes = writeBytes(piece);
      if (!bytes)
        return failure();
      offsets.push_back(builder.createOrFold<arith::AddIOp>(piece.getLoc(), offsets.back(), bytes));
    }
    return success();
  }

private:
  Value constant(int64_t value, Location loc) { return arith::ConstantIndexOp::create(builder, loc, value); }

  /// The piece's bytes, rounded up to the alignment.
  Value writeBytes(WorkspaceOp piece) {
    Location loc = piece.getLoc();
    MemRefType type = piece.getMemref().getType();
    int64_t fixed = elementBytes(type);
    for (int64_t extent : type.getShape())
      fixed *= ShapedType::isDynamic(extent) ? 1 : extent;
    Value bytes = constant(fixed, loc);
    for (Value size : piece.getSizes()) {
      Value extent = write(size, piece);
      if (!extent)
        return {};
      bytes = builder.createOrFold<arith::MulIOp>(loc, bytes, extent);
    }
    Value line = constant(alignment, loc);
    Value lines = builder.createOrFold<arith::CeilDivUIOp>(loc, bytes, line);
    return builder.createOrFold<arith::MulIOp>(loc, lines, line);
  }

  /// `value` at the new place, or null after a diagnostic.
  Value write(Value value, WorkspaceOp piece) {
    if (Value known = mapping.lookupOrNull(value))
      return known;
    Operation *op = value.getDefiningOp();
    if (auto dim = dyn_cast_or_null<memref::DimOp>(op))
      if (auto other = dim.getSource().getDefiningOp<WorkspaceOp>()) {
        Value extent = writeDim(dim, other, piece);
        if (extent)
          mapping.map(value, extent);
        return extent;
      }
    if (!op || op->getNumRegions() || !isMemoryEffectFree(op)) {
      InFlightDiagnostic diagnostic =
          piece.emitOpError("expects sizes that are arithmetic on the entry's arguments, but one depends on ");
      if (op)
        diagnostic << "'" << op->getName() << "'";
      else
        diagnostic << "a result or an argument of a loop";
      diagnostic.attachNote(value.getLoc()) << "the value is defined here";
      return {};
    }
    for (Value operand : op->getOperands())
      if (!write(operand, piece))
        return {};
    builder.clone(*op, mapping);
    return mapping.lookup(value);
  }

  /// An extent of another piece is what that piece was given.
  Value writeDim(memref::DimOp dim, WorkspaceOp other, WorkspaceOp piece) {
    MemRefType type = other.getMemref().getType();
    std::optional<int64_t> number = dim.getConstantIndex();
    if (!number || *number < 0 || *number >= type.getRank()) {
      piece.emitOpError("expects extents of other pieces to be read at a constant dim");
      return {};
    }
    if (!type.isDynamicDim(*number))
      return constant(type.getDimSize(*number), dim.getLoc());
    return write(other.getSizes()[type.getDynamicDimIndex(*number)], piece);
  }

  IRMapping mapping;
  OpBuilder builder;
};

LogicalResult planEntry(EntryOp entry) {
  SmallVector<WorkspaceOp> pieces;
  entry.getBody().walk([&](WorkspaceOp piece) { pieces.push_back(piece); });
  if (llvm::all_of(pieces, [](WorkspaceOp piece) { return bool(piece.getOffset()); }))
    return success();

  SmallVector<Value> offsets, bounds;
  SizeWriter body(entry.getBodyArguments(), entry.getBodyArguments(),
                  OpBuilder::atBlockBegin(&entry.getBody().front()));
  auto yield = cast<YieldOp>(entry.getContract().front().getTerminator());
  SizeWriter contract(entry.getBodyArguments(), entry.getContractArguments(), OpBuilder(yield));
  if (failed(body.plan(pieces, offsets)) || failed(contract.plan(pieces, bounds)))
    return failure();
  for (auto [piece, offset] : llvm::zip(pieces, offsets))
    piece.getOffsetMutable().assign(offset);
  yield.getWorkspaceMutable().assign(bounds.back());
  return success();
}

struct PlanWorkspace : PassWrapper<PlanWorkspace, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(PlanWorkspace)

  StringRef getArgument() const override { return "launch-plan-workspace"; }
  StringRef getDescription() const override { return "Place the pieces of workspace and total them"; }

  void runOnOperation() override {
    WalkResult walk =
        getOperation()->walk([](EntryOp entry) -> WalkResult { return planEntry(entry); });
    if (walk.wasInterrupted())
      signalPassFailure();
  }
};

} // namespace

std::unique_ptr<Pass> createPlanWorkspacePass() { return std::make_unique<PlanWorkspace>(); }

} // namespace attn::launch
