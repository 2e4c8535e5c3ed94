// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where a block stands: in a grid of a block for each program, or among the blocks that run programs in turn.
#include "lib/Target/CUDA/KernelLowering.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;
using namespace attn::tile;

namespace attn::cuda {

void KernelLowering::mapPoint() {
  Value point[] = {NVVM::BlockIdXOp::create(b, loc, b.getI32Type()), NVVM::BlockIdYOp::create(b, loc, b.getI32Type()),
                   NVVM::BlockIdZOp::create(b, loc, b.getI32Type())};
  for (auto [argument, value] : llvm::zip(kernel.getPoint(), point))
    map.map(argument, arith::IndexCastOp::create(b, loc, b.getIndexType(), value));
}

/// The grid's extents are the second parameter. Their product is below 2^31, or the form is not launched.
void KernelLowering::readExtents() {
  auto pointer = LLVM::LLVMPointerType::get(b.getContext());
  Value extents = func.getBody().front().addArgument(pointer, kernel.getLoc());
  for (int32_t d = 0; d < 3; ++d) {
    Value place = LLVM::GEPOp::create(b, loc, pointer, b.getI64Type(), extents, ArrayRef<LLVM::GEPArg>{d});
    Value extent = LLVM::LoadOp::create(b, loc, b.getI64Type(), place);
    gridExtents.push_back(arith::TruncIOp::create(b, loc, b.getI32Type(), extent));
  }
}

/// Made again where it stands: what lives through a program takes registers from it.
Value KernelLowering::again(Value value) {
  return assembly("mov.b32 $0, $1;", "=r,r", b.getI32Type(), {value}, /*sideEffects=*/true);
}

LogicalResult KernelLowering::lowerBlocks(BlocksOp op) {
  map.map(op.getBlock(), again(NVVM::BlockIdXOp::create(b, loc, b.getI32Type())));
  map.map(op.getBlocks(), again(NVVM::GridDimXOp::create(b, loc, b.getI32Type())));
  return success();
}

LogicalResult KernelLowering::lowerExtents(ExtentsOp op) {
  for (auto [result, extent] : llvm::zip(op->getResults(), gridExtents))
    map.map(result, again(extent));
  return success();
}

} // namespace attn::cuda
