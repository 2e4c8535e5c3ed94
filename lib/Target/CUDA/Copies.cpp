// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Copies by the bulk engine, from global memory to a slot and back.
#include "lib/Target/CUDA/KernelLowering.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace attn::tile;

namespace attn::cuda {

/// The first copy by a tensor map would wait until it is read from the kernel's parameters, so it is asked for at the
/// start.
void KernelLowering::prefetchDescriptors() {
  for (size_t number = 0; number < descriptors().size(); ++number) {
    Value first = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, thread, index(0));
    Value flag = arith::ExtUIOp::create(b, loc, b.getI32Type(), first);
    assembly("{\n.reg .pred chosen;\nsetp.ne.b32 chosen, $0, 0;\n@chosen prefetch.tensormap [$1];\n}", "r,l", Type(),
             {flag, descriptorParameter(number)}, /*sideEffects=*/true);
  }
}

/// The tensor map of a copy of an argument.
FailureOr<DictionaryAttr> KernelLowering::tensorMapOf(Operation *op, std::optional<uint64_t> number, Value memory) {
  if (!number || *number >= descriptors().size())
    return op->emitError("expects a copy with a tensor map; run --cuda-form-descriptors before");
  auto map = cast<DictionaryAttr>(descriptors()[*number]);
  int64_t argument = map.getAs<IntegerAttr>("argument").getInt();
  if (memory != kernel.getBodyArguments()[argument])
    return op->emitError("expects a tensor map of what is copied, but got one of argument ") << argument;
  return map;
}

/// One box for each panel, by a tensor map that the driver makes from the argument's sizes and strides: the assembly of one,
/// in which `{}` stands for where the box begins. One thread begins them all: that of `flag`.
void KernelLowering::copyBoxes(const BoxCopy &copy, StringRef text, StringRef constraints, ValueRange operands) {
  ArrayRef<int64_t> dims = copy.map.getAs<DenseI64ArrayAttr>("dims").asArrayRef();
  const SlotState &slot = slots[copy.slot];
  Value address = slotAddress(copy.slot);
  int64_t perPanel = slot.tile.panels.getPanelCols(slot.tile.element);
  auto [before, behind] = text.split("{}");
  for (int64_t panel = 0; panel < static_cast<int64_t>(llvm::divideCeil(slot.shape[1], perPanel)); ++panel) {
    SmallVector<Value> all{copy.flag, arith::AddIOp::create(b, loc, address, i32(panel * slot.tile.panels.getPanelBytes())),
                           copy.parameter};
    llvm::append_range(all, operands);
    std::string place, kinds = ("r,r,l" + constraints).str();
    for (auto [i, dim] : llvm::enumerate(dims)) {
      Value first = scalar(copy.offsets[dim]);
      if (dim == copy.colDim && panel)
        first = arith::AddIOp::create(b, loc, first, index(panel * perPanel));
      place += (i ? ", $" : "$") + std::to_string(all.size());
      all.push_back(arith::IndexCastOp::create(b, loc, b.getI32Type(), first));
      kinds += ",r";
    }
    std::string whole = ("{\n.reg .pred chosen;\nsetp.ne.b32 chosen, $0, 0;\n@chosen cp.async.bulk.tensor." +
                         Twine(dims.size()) + "d." + before + "{" + place + "}" + behind + "\n}")
                            .str();
    assembly(whole, kinds + ",~{memory}", Type(), all, /*sideEffects=*/true);
  }
}

LogicalResult KernelLowering::lowerCopy(CopyOp op) {
  if (!op.getBarriers())
    return op.emitError("expects a copy that signals a barrier; run --cuda-materialise-sync before");
  FailureOr<DictionaryAttr> map = tensorMapOf(op, op.getDescriptor(), op.getSource());
  if (failed(map))
    return failure();
  Value barrier = barrierOf(op.getBarriers(), op.getStage());
  Value first = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, lane, index(0));
  Value flag = arith::ExtUIOp::create(b, loc, b.getI32Type(), first);
  copyBoxes({*map, descriptorParameter(*op.getDescriptor()), flag, op.getSlot(), op.getOffsets(), op.getDims()[1]},
            "shared::cta.global.tile.mbarrier::complete_tx::bytes [$1], [$2, {}], [$3];", ",r", {barrier});
  return success();
}

/// One thread of the team begins the copy, so it is the one that its await holds up.
LogicalResult KernelLowering::lowerCopyOut(CopyOutOp op) {
  FailureOr<DictionaryAttr> map = tensorMapOf(op, op.getDescriptor(), op.getDest());
  if (failed(map))
    return failure();
  Value first = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, thread, index(0));
  Value flag = arith::ExtUIOp::create(b, loc, b.getI32Type(), first);
  copyBoxes({*map, descriptorParameter(*op.getDescriptor()), flag, op.getSlot(), op.getOffsets(), op.getDims()[1]},
            "global.shared::cta.tile.bulk_group [$2, {}], [$1];", "", {});
  assembly("cp.async.bulk.commit_group;", "~{memory}", Type(), {}, /*sideEffects=*/true);
  return success();
}

/// Copies to memory have read their slots; memory has what they wrote when the kernel ends.
void KernelLowering::awaitCopiesOut() {
  assembly("cp.async.bulk.wait_group.read 0;", "~{memory}", Type(), {}, /*sideEffects=*/true);
}

} // namespace attn::cuda
