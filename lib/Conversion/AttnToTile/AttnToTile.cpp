// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --attn-to-tile: functions of fused chains become entries of tile kernels.
#include "lib/Conversion/AttnToTile/Attend.h"
#include "lib/Conversion/AttnToTile/Elements.h"
#include "lib/Conversion/AttnToTile/Merge.h"
#include "lib/Conversion/AttnToTile/Passes.h"
#include "lib/Conversion/AttnToTile/TensorKernel.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace attn;
using namespace attn::totile;

namespace {

/// That a head size is known, or else the option that makes it so.
LogicalResult verifyHeadSize(EntryBuilder &entry, Operation *op, Value tensor, StringRef symbol) {
  if (!tensor || !cast<RankedTensorType>(tensor.getType()).isDynamicDim(3))
    return success();
  return op->emitError() << "expects the head size of '" << entry.nameOf(tensor)
                         << "' to be known when it is compiled; add --specialise=\"" << symbol
                         << "=64\" with the head size in place of 64";
}

/// Whether a region only ever multiplies its first argument, so that it commutes with a row's scale.
bool isProportional(Region &region) {
  llvm::SmallDenseSet<Value> proportional = {region.getArgument(0)};
  for (Operation &op : region.front()) {
    auto count = llvm::count_if(op.getOperands(), [&](Value value) { return proportional.contains(value); });
    if (count == 0 || op.hasTrait<OpTrait::IsTerminator>())
      continue;
    if (!isa<arith::MulFOp, arith::NegFOp>(op) || count != 1)
      return false;
    proportional.insert(op.getResult(0));
  }
  return proportional.contains(region.front().getTerminator()->getOperand(0));
}

/// That the caller passes block tables, which are then checked before anything runs.
LogicalResult verifyTables(EntryBuilder &entry, AttendOp attend) {
  SmallVector<BlockTable> tables;
  collectTables(attend.getMask(), tables);
  for (const BlockTable &table : tables)
    for (Value tensor : {table.counts, table.indices})
      if (!isArgument(tensor))
        return attend.emitError() << "expects its block table to be an argument of the entry, but got '"
                                  << entry.nameOf(tensor) << "'";
  return success();
}

LogicalResult verifyAttend(EntryBuilder &entry, AttendOp attend) {
  for (Value term : attend.getTerms())
    if (failed(verifyHeadSize(entry, attend, term, "D")))
      return failure();
  if (failed(verifyHeadSize(entry, attend, attend.getValues(), "Dv")))
    return failure();
  if (failed(verifyTables(entry, attend)))
    return failure();
  if (!Normalizer::get(attend))
    return attend.emitError() << "expects a normalizer that is defined";
  if (Value values = attend.getValues())
    if (getComputeType(cast<RankedTensorType>(values.getType()).getElementType()) !=
        attend.planeType().getElementType())
      return attend.emitError() << "expects values and terms of one compute type, but got " << values.getType()
                                << " for scores of " << attend.planeType().getElementType();
  if (!attend.getWeight().empty() && !isProportional(attend.getWeight()))
    return attend.emitError() << "expects the weight region to multiply the weight and nothing else";
  return success();
}

class AttnToTilePass : public PassWrapper<AttnToTilePass, OperationPass<ModuleOp>> {
public:
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(AttnToTilePass)

  AttnToTilePass(const AttnToTileOptions &options) {
    rows = options.rows;
    cols = options.cols;
    valueCols = options.valueCols;
    target = options.target;
  }
  AttnToTilePass(const AttnToTilePass &other) : PassWrapper(other) {}

  StringRef getArgument() const override { return "attn-to-tile"; }
  StringRef getDescription() const override { return "Lower fused chains to tile kernels and entries"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<AttnDialect, tile::TileDialect, launch::LaunchDialect, scf::SCFDialect, tensor::TensorDialect,
                    memref::MemRefDialect>();
  }
  void runOnOperation() override;

private:
  LogicalResult lower(func::FuncOp function);
  LogicalResult lower(EntryBuilder &entry, AttendOp attend);

  Option<int64_t> rows{*this, "rows", llvm::cl::desc("tile size along queries; 0: the cost model's"),
                       llvm::cl::init(0)};
  Option<int64_t> cols{*this, "cols", llvm::cl::desc("tile size along keys; 0: the cost model's"), llvm::cl::init(0)};
  Option<int64_t> valueCols{*this, "value-cols",
                            llvm::cl::desc("columns of the values in a program; 0: the cost model's"), llvm::cl::init(0)};
  Option<std::string> target{*this, "target", llvm::cl::desc("whose cost model"), llvm::cl::init("cpu")};
};
} // namespace

LogicalResult AttnToTilePass::lower(EntryBuilder &entry, AttendOp attend) {
  if (failed(verifyAttend(entry, attend)))
    return failure();
  std::optional<ChosenSizes> found = chooseTileSizes(attend, {rows, cols, valueCols}, target);
  if (!found)
    return attend.emitError() << "expects target 'cpu', 'cuda', 'cuda.overlapped' or a step to smaller tiles, " << smallerTargets()
                              << ", but got '" << target << "'";
  const ChosenSizes &chosen = *found;
  {
    InFlightDiagnostic remark = emitRemark(attend.getLoc());
    remark << "[attn-to-tile] rows = " << chosen.sizes.rows << ", cols = " << chosen.sizes.cols;
    if (chosen.sizes.valueCols)
      remark << ", value cols = " << chosen.sizes.valueCols;
    if (chosen.sizes.passes > 1)
      remark << ", passes = " << chosen.sizes.passes;
    remark << ": " << chosen.reason;
  }
  emitAttendContract(entry, attend);
  return lowerAttend(entry, attend, chosen);
}

/// Results have buffers of their own: an argument, or what is returned already, is copied.
static void copyReturned(func::FuncOp function) {
  Operation *end = function.front().getTerminator();
  OpBuilder builder(end);
  llvm::SmallDenseSet<Value> seen;
  for (OpOperand &operand : end->getOpOperands())
    if (isa<RankedTensorType>(operand.get().getType()) &&
        (isArgument(operand.get()) || !seen.insert(operand.get()).second))
      operand.set(tensor::CastOp::create(builder, end->getLoc(), operand.get().getType(), operand.get()));
}

LogicalResult AttnToTilePass::lower(func::FuncOp function) {
  if (!function.isExternal() && function.getBody().hasOneBlock())
    copyReturned(function);
  FailureOr<EntryBuilder> entry = EntryBuilder::create(function);
  if (failed(entry))
    return failure();
  for (Operation &op : function.front()) {
    if (auto attend = dyn_cast<AttendOp>(op)) {
      if (failed(lower(*entry, attend)))
        return failure();
    } else if (auto merge = dyn_cast<MergeOp>(op)) {
      if (failed(verifyHeadSize(*entry, merge, merge.getParts().front(), "Dv")) || failed(lowerMerge(*entry, merge)))
        return failure();
    } else if (isTensorOp(&op)) {
      if (failed(emitTensorContract(*entry, &op)) || failed(lowerTensorOp(*entry, &op)))
        return failure();
    } else if (!isa<MaskOpInterface, func::ReturnOp>(op) && !isOpTriviallyDead(&op)) {
      return op.emitError() << "is not supported in the entry '" << function.getSymName() << "': got " << op.getName();
    }
  }
  entry->finish();
  return success();
}

void AttnToTilePass::runOnOperation() {
  for (const Option<int64_t> *option : {&rows, &cols, &valueCols})
    if (int64_t size = option->getValue(); size < 0 || size > tile::mostPinned) {
      getOperation().emitError() << "expects the option " << option->getArgStr() << " in [0, " << tile::mostPinned
                                 << "], but got " << size;
      return signalPassFailure();
    }
  SmallVector<func::FuncOp> functions;
  for (auto function : getOperation().getOps<func::FuncOp>()) {
    auto isTensor = [](Type type) { return isa<RankedTensorType>(type); };
    if (!function.isExternal() &&
        (llvm::any_of(function.getArgumentTypes(), isTensor) || llvm::any_of(function.getResultTypes(), isTensor)))
      functions.push_back(function);
  }
  for (func::FuncOp function : functions) {
    if (failed(lower(function)))
      return signalPassFailure();
    function.erase();
  }
  for (NormalizerOp normalizer : llvm::make_early_inc_range(getOperation().getOps<NormalizerOp>()))
    if (SymbolTable::symbolKnownUseEmpty(normalizer, getOperation()))
      normalizer.erase();
}

std::unique_ptr<Pass> attn::createAttnToTilePass(const AttnToTileOptions &options) {
  return std::make_unique<AttnToTilePass>(options);
}

void attn::registerAttnConversionPasses() {
  registerPass([] { return createAttnToTilePass(); });
}
