// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Verifiers of kernel, workspace and fill.
#include "dialects/Interfaces/LaunchableInterface.h"
#include "dialects/Launch/LaunchOps.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

using namespace mlir;
using namespace attn::launch;

//===- kernel -------------------------------------------------------------===//

LogicalResult KernelOp::verify() {
  if (!getGrid().empty() && getGrid().size() != gridRank)
    return emitOpError() << "expects a grid of " << gridRank << " extents, but got " << getGrid().size();
  for (auto [number, type] : llvm::enumerate(getArguments().getTypes()))
    if (!isa<MemRefType, IndexType, IntegerType, FloatType>(type))
      return emitOpError() << "expects operand " << number
                           << " to be a ranked memref, index, integer or float, but got " << type;
  return success();
}

/// Reports the first operand whose type is not the callee's.
static LogicalResult verifyOperands(KernelOp op, TypeRange expected) {
  TypeRange got = op.getArguments().getTypes();
  if (got.size() != expected.size())
    return op.emitOpError() << "expects the " << expected.size() << " operands of '" << op.getCallee() << "', but got "
                            << got.size();
  for (auto [number, types] : llvm::enumerate(llvm::zip(expected, got)))
    if (std::get<0>(types) != std::get<1>(types))
      return op.emitOpError() << "expects operand " << number << " to be " << std::get<0>(types)
                              << " as in '" << op.getCallee() << "', but got " << std::get<1>(types);
  return success();
}

/// A function takes the operands, the point of the grid and its scratch.
static LogicalResult verifyFunction(KernelOp op, FunctionOpInterface function) {
  if (op.getGrid().empty())
    return op.emitOpError() << "expects a grid, because the function '" << op.getCallee() << "' has none of its own";
  constexpr unsigned tail = KernelOp::gridRank + 1;
  ArrayRef<Type> types = function.getArgumentTypes();
  // Code that was lowered already takes its buffers in pieces.
  if (function->getDialect() && function->getDialect()->getNamespace() == "llvm")
    return success();
  auto isScratch = [](Type type) {
    auto memref = dyn_cast<MemRefType>(type);
    return memref && memref.getRank() == 1 && memref.getElementType().isInteger(8);
  };
  if (types.size() < tail || !isScratch(types.back()) ||
      !llvm::all_of(types.take_back(tail).drop_back(), [](Type type) { return type.isIndex(); }))
    return op.emitOpError() << "expects the function '" << op.getCallee()
                            << "' to end in (index, index, index, memref<?xi8>), but got "
                            << function.getFunctionType();
  return verifyOperands(op, types.drop_back(tail));
}

LogicalResult KernelOp::verifySymbolUses(SymbolTableCollection &symbols) {
  Operation *callee = symbols.lookupNearestSymbolFrom(*this, getCalleeAttr());
  if (!callee)
    return emitOpError() << "expects a kernel, but '" << getCallee() << "' is not defined";
  if (auto launchable = dyn_cast<attn::LaunchableOpInterface>(callee))
    return verifyOperands(*this, launchable.getLaunchArgumentTypes());
  if (auto function = dyn_cast<FunctionOpInterface>(callee))
    return verifyFunction(*this, function);
  return emitOpError() << "expects a kernel, but '" << getCallee() << "' is a '" << callee->getName() << "'";
}

//===- workspace, fill ----------------------------------------------------===//

LogicalResult WorkspaceOp::verify() {
  MemRefType type = getMemref().getType();
  if (!type.getLayout().isIdentity() || type.getMemorySpace())
    return emitOpError() << "expects a dense row-major memref, but got " << type;
  if (getSizes().size() != size_t(type.getNumDynamicDims()))
    return emitOpError() << "expects " << type.getNumDynamicDims() << " sizes for " << type << ", but got "
                         << getSizes().size();
  return success();
}

LogicalResult FillOp::verify() {
  MemRefType type = getTarget().getType();
  if (!type.getLayout().isIdentity())
    return emitOpError() << "expects a dense row-major memref, but got " << type;
  if (type.getElementType() != getValue().getType())
    return emitOpError() << "expects a value of type " << type.getElementType() << ", but got " << getValue().getType();
  if (!type.getElementType().isIntOrIndexOrFloat())
    return emitOpError() << "expects numbers, but got " << type;
  return success();
}
