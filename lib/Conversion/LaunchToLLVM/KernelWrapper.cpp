// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The ABI wrapper of a kernel: unpacks the argument block and calls the kernel at one grid point.
#include "lib/Conversion/LaunchToLLVM/Buffers.h"
#include "lib/Conversion/LaunchToLLVM/HostCode.h"

using namespace mlir;

namespace attn {

/// Operands that every kernel has after its own: x, y, z, scratch.
static constexpr unsigned tail = 4;

std::string wrapperName(StringRef kernel) { return (kernel + ".abi").str(); }

LogicalResult verifyKernel(func::FuncOp kernel) {
  ArrayRef<Type> types = kernel.getArgumentTypes();
  auto isScratch = [](Type type) {
    auto memref = dyn_cast<MemRefType>(type);
    return memref && memref.getRank() == 1 && memref.getElementType().isInteger(8) && memref.getLayout().isIdentity();
  };
  if (types.size() < tail || !isScratch(types.back()) || kernel.getNumResults() ||
      !llvm::all_of(types.take_back(tail).drop_back(), [](Type type) { return type.isIndex(); }))
    return kernel.emitError() << "expects a kernel to end in (index, index, index, memref<?xi8>) and return nothing, "
                                 "but got "
                              << kernel.getFunctionType();
  for (auto [number, type] : llvm::enumerate(types.drop_back(tail))) {
    auto memref = dyn_cast<MemRefType>(type);
    SmallVector<int64_t> strides;
    int64_t offset = 0;
    if (memref && failed(memref.getStridesAndOffset(strides, offset)))
      return kernel.emitError() << "expects argument " << number << " to be strided, but got " << memref;
    if (!ShapedType::isDynamic(offset) && offset != 0)
      return kernel.emitError() << "expects argument " << number << " to have offset 0 or ?, but got " << memref;
    if (!memref && !LLVM::isCompatibleType(type) && !type.isIndex())
      return kernel.emitError() << "expects argument " << number << " to be a memref or scalar, but got " << type;
  }
  return success();
}

int64_t scratchBytes(func::FuncOp kernel) {
  auto bytes = kernel->getAttrOfType<IntegerAttr>(launch::scratchAttr);
  return bytes ? bytes.getInt() : 0;
}

/// A wrapper runs on what its kernel runs on, or the kernel could not be inlined into it.
static void copyTarget(func::FuncOp kernel, LLVM::LLVMFuncOp wrapper) {
  for (StringRef name : {"passthrough", "target_cpu", "tune_cpu", "target_features", "prefer_vector_width"})
    if (Attribute value = kernel->getAttr(name))
      wrapper->setAttr(name, value);
}

LLVM::LLVMFuncOp wrapKernel(func::FuncOp kernel, const AbiTypes &types) {
  Location loc = kernel.getLoc();
  OpBuilder builder(kernel->getContext());
  builder.setInsertionPointAfter(kernel);
  auto wrapper = LLVM::LLVMFuncOp::create(builder, loc, wrapperName(kernel.getSymName()), types.kernelFunction,
                                          LLVM::Linkage::Internal);
  copyTarget(kernel, wrapper);
  Block *block = wrapper.addEntryBlock(builder);
  builder.setInsertionPointToStart(block);
  BufferCode buffers(builder, types);

  SmallVector<Value> operands;
  int64_t slot = 0;
  for (Type type : kernel.getArgumentTypes().drop_back(tail))
    operands.push_back(buffers.load(loc, type, block->getArgument(0), slot));
  for (Value coordinate : block->getArguments().slice(1, launch::KernelOp::gridRank))
    operands.push_back(buffers.toIndex(loc, coordinate));
  auto scratch = cast<MemRefType>(kernel.getArgumentTypes().back());
  operands.push_back(buffers.assemble(loc, scratch, block->getArguments().back(),
                                      {buffers.constant(loc, scratchBytes(kernel))}, {buffers.constant(loc, 1)}));
  func::CallOp::create(builder, loc, kernel, operands);
  LLVM::ReturnOp::create(builder, loc, ValueRange());

  kernel.setPrivate();
  kernel->setAttr("llvm.linkage", LLVM::LinkageAttr::get(kernel->getContext(), LLVM::Linkage::Internal));
  kernel->setAttr("always_inline", builder.getUnitAttr());
  return wrapper;
}

} // namespace attn
