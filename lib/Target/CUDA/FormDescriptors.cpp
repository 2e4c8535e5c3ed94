// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --cuda-form-descriptors: every copy into a slot, or out of one, gets the tensor map that the copy engine finds memory by,
// and the kernel the list of the maps that the driver makes at a launch.
#include "lib/Target/CUDA/FormDescriptors.h"

#include "lib/Target/CUDA/Passes.h"
#include "lib/Target/CUDA/SharedLayout.h"
#include "lib/Transforms/Tile/Extents.h"

using namespace mlir;
using namespace attn::tile;

namespace attn::cuda {
namespace {

/// Elements of a box along a dim, and dims of a map, that the hardware allows.
constexpr int64_t largestBox = 256, mostDims = 5;

/// Whether a list has as many numbers as wanted, each in [least, most].
bool isListOf(DenseI64ArrayAttr list, int64_t count, int64_t least, int64_t most) {
  return list && list.size() == count &&
         llvm::all_of(list.asArrayRef(), [&](int64_t number) { return number >= least && number <= most; });
}

bool isTensorMap(Attribute attribute, KernelOp kernel) {
  auto map = dyn_cast<DictionaryAttr>(attribute);
  auto argument = map ? map.getAs<IntegerAttr>("argument") : IntegerAttr();
  auto swizzle = map ? map.getAs<IntegerAttr>("swizzle") : IntegerAttr();
  auto dims = map ? map.getAs<DenseI64ArrayAttr>("dims") : DenseI64ArrayAttr();
  if (!argument || !argument.getType().isInteger(64) || !swizzle || !dims || !map.getAs<StringAttr>("element") ||
      argument.getInt() < 0 || argument.getInt() >= int64_t(kernel.getNumKernelArguments()))
    return false;
  auto memref = dyn_cast<MemRefType>(kernel.getArgumentTypes()[argument.getInt()]);
  return memref && dims.size() >= 1 && dims.size() <= mostDims &&
         isListOf(dims, dims.size(), 0, memref.getRank() - 1) &&
         isListOf(map.getAs<DenseI64ArrayAttr>("box"), dims.size(), 1, largestBox);
}

struct FormDescriptors : PassWrapper<FormDescriptors, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(FormDescriptors)

  StringRef getArgument() const override { return "cuda-form-descriptors"; }
  StringRef getDescription() const override { return "Give copies the tensor maps that the copy engine goes by"; }

  void runOnOperation() override {
    WalkResult walk = getOperation()->walk([&](KernelOp kernel) {
      return failed(form(kernel)) ? WalkResult::interrupt() : WalkResult::advance();
    });
    if (walk.wasInterrupted())
      signalPassFailure();
  }

  LogicalResult form(KernelOp kernel);
  template <typename CopyT> FailureOr<DictionaryAttr> describe(CopyT copy, Value memory);
};

/// Whether a panel writes nothing beside its tile: the copy engine knows where a tensor ends, and no tile.
template <typename CopyT> bool leavesWhole(CopyT copy, Value memory, RankedTensorType tile, PanelsAttr panels) {
  int64_t colDim = copy.getDims()[1], cols = tile.getDimSize(1);
  if (getRootOfSlot(copy.getSlot()) != copy.getSlot())
    return false;
  std::optional<int64_t> first = getConstantIntValue(copy.getOffsets()[colDim]);
  int64_t end = cast<MemRefType>(memory.getType()).getDimSize(colDim);
  return cols % panels.getPanelCols(tile.getElementType()) == 0 || (first && *first + cols == end);
}

/// One box of a panel's columns by the tile's rows for each panel, of an argument's sizes and strides.
template <typename CopyT> FailureOr<DictionaryAttr> FormDescriptors::describe(CopyT copy, Value memory) {
  auto argument = dyn_cast<BlockArgument>(memory);
  bool isWhole = argument && isa<KernelOp>(argument.getOwner()->getParentOp());
  if (!isWhole || !copy.getIndices().empty() || copy.getDims()[1] < 0)
    return copy.emitError("expects a copy of whole rows of an argument");
  int64_t rowDim = copy.getDims()[0], colDim = copy.getDims()[1];
  if (!endsWithMemref(memory, copy.getBoundOf(colDim), colDim))
    return copy.emitError("expects a bulk copy's rows to end where its tensor's do");
  if (isa<CopyOutOp>(copy) && rowDim >= 0 && !endsWithMemref(memory, copy.getBoundOf(rowDim), rowDim))
    return copy.emitError("expects a bulk copy to memory to end where its tensor does");
  auto memref = cast<MemRefType>(memory.getType());
  auto tile = cast<RankedTensorType>(copy.getSlot().getType().getTiles().front());
  if (failed(verifyHeld(copy, copy.getSlot())))
    return failure();
  PanelsAttr panels = panelsOf(memoryOf(copy.getSlot()));
  if (isa<CopyOutOp>(copy) && !leavesWhole(copy, memory, tile, panels))
    return copy.emitError("expects a bulk copy to memory of a whole slot, of whole panels of ")
           << panels.getPanelCols(tile.getElementType()) << " columns or up to the end of the tensor's rows, but got " << tile;
  if (tile.getDimSize(0) > largestBox)
    return copy.emitError("expects a bulk copy of at most ") << largestBox << " rows, but got " << tile;
  SmallVector<int64_t> dims{colDim}, box{panels.getPanelCols(tile.getElementType())};
  if (rowDim >= 0) {
    dims.push_back(rowDim);
    box.push_back(tile.getDimSize(0));
  }
  for (int64_t dim = memref.getRank() - 1; dim >= 0; --dim)
    if (dim != rowDim && dim != colDim) {
      dims.push_back(dim);
      box.push_back(1);
    }
  std::string element;
  llvm::raw_string_ostream(element) << memref.getElementType();
  Builder b(&getContext());
  return b.getDictionaryAttr({
      b.getNamedAttr("argument", b.getI64IntegerAttr(argument.getArgNumber())),
      b.getNamedAttr("dims", b.getDenseI64ArrayAttr(dims)),
      b.getNamedAttr("box", b.getDenseI64ArrayAttr(box)),
      b.getNamedAttr("swizzle", b.getI64IntegerAttr(panels.getSwizzle())),
      b.getNamedAttr("element", b.getStringAttr(element)),
  });
}

LogicalResult FormDescriptors::form(KernelOp kernel) {
  if (kernel->hasAttr(kDescriptors)) // pinned, or done before
    return verifyDescriptors(kernel);
  if (failed(verifyLayouts(kernel)))
    return failure();
  SmallVector<Attribute> described;
  auto number = [&](auto copy, Value memory) -> LogicalResult {
    FailureOr<DictionaryAttr> wanted = describe(copy, memory);
    if (failed(wanted))
      return failure();
    auto *known = llvm::find(described, Attribute(*wanted));
    copy.setDescriptor(known - described.begin());
    if (known == described.end())
      described.push_back(*wanted);
    return success();
  };
  WalkResult walk = kernel.getBody().walk([&](Operation *op) -> WalkResult {
    if (auto copy = dyn_cast<CopyOp>(op))
      return number(copy, copy.getSource());
    if (auto copy = dyn_cast<CopyOutOp>(op))
      return number(copy, copy.getDest());
    return WalkResult::advance();
  });
  if (walk.wasInterrupted())
    return failure();
  if (described.empty())
    return success();
  kernel->setAttr(kDescriptors, ArrayAttr::get(&getContext(), described));
  emitRemark(kernel.getLoc()) << "[cuda-form-descriptors] descriptors = " << described.size()
                              << ": copies go by as many tensor maps";
  return success();
}

} // namespace

LogicalResult verifyDescriptors(KernelOp kernel) {
  Attribute pinned = kernel->getAttr(kDescriptors);
  auto list = dyn_cast_or_null<ArrayAttr>(pinned);
  if (pinned && !list)
    return kernel.emitError() << "expects '" << kDescriptors << "' to be a list, but got " << pinned;
  for (Attribute map : list ? list.getValue() : ArrayRef<Attribute>())
    if (!isTensorMap(map, kernel))
      return kernel.emitError() << "expects '" << kDescriptors << "' to be tensor maps {argument, dims, box, swizzle, "
                                << "element} of arguments, of up to " << mostDims << " dims and boxes of up to "
                                << largestBox << ", but got " << map;
  return success();
}

std::unique_ptr<Pass> createFormDescriptorsPass() { return std::make_unique<FormDescriptors>(); }

} // namespace attn::cuda
