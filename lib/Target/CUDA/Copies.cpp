// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Copies by the bulk engine, from global memory to a slot.
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

/// One box for each panel, by a tensor map that the driver makes from the argument's sizes and strides.
LogicalResult KernelLowering::lowerCopy(CopyOp op) {
  std::optional<uint64_t> number = op.getDescriptor();
  if (!op.getBarriers() || !number || *number >= descriptors().size())
    return op.emitError("expects a copy with a tensor map that signals a barrier; run --cuda-form-descriptors and "
                        "--cuda-materialise-sync before");
  auto descriptor = cast<DictionaryAttr>(descriptors()[*number]);
  auto source = dyn_cast<BlockArgument>(op.getSource());
  int64_t argument = descriptor.getAs<IntegerAttr>("argument").getInt();
  if (!source || source != kernel.getBodyArguments()[argument])
    return op.emitError("expects a tensor map of what is copied, but got one of argument ") << argument;
  ArrayRef<int64_t> dims = descriptor.getAs<DenseI64ArrayAttr>("dims").asArrayRef();
  int64_t perPanel = descriptor.getAs<DenseI64ArrayAttr>("box")[0];
  const SlotState &slot = slots[op.getSlot()];
  int64_t colDim = op.getDims()[1];
  Value map = descriptorParameter(*number), target = slotAddress(op.getSlot());
  Value barrier = barrierOf(op.getBarriers(), op.getStage());
  Value first = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, lane, index(0));
  Value flag = arith::ExtUIOp::create(b, loc, b.getI32Type(), first);
  for (int64_t panel = 0; panel < static_cast<int64_t>(llvm::divideCeil(slot.shape[1], perPanel)); ++panel) {
    Value to = arith::AddIOp::create(b, loc, target, i32(panel * slot.tile.panels.getPanelBytes()));
    SmallVector<Value> operands{flag, to, map, barrier};
    std::string text = "{\n.reg .pred chosen;\nsetp.ne.b32 chosen, $0, 0;\n@chosen cp.async.bulk.tensor." +
                       std::to_string(dims.size()) +
                       "d.shared::cta.global.tile.mbarrier::complete_tx::bytes [$1], [$2, {";
    std::string constraints = "r,r,l,r";
    for (auto [i, dim] : llvm::enumerate(dims)) {
      Value place = scalar(op.getOffsets()[dim]);
      if (dim == colDim && panel)
        place = arith::AddIOp::create(b, loc, place, index(panel * perPanel));
      operands.push_back(arith::IndexCastOp::create(b, loc, b.getI32Type(), place));
      text += (i ? ", $" : "$") + std::to_string(4 + i);
      constraints += ",r";
    }
    text += "}], [$3];\n}";
    assembly(text, constraints + ",~{memory}", Type(), operands, /*sideEffects=*/true);
  }
  return success();
}

} // namespace attn::cuda
