// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Closed lists of ops and intrinsics that NVPTX selects.
#include "lib/Target/CUDA/CheckSelectable.h"

#include "dialects/Tile/TileOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "llvm/IR/Intrinsics.h"

using namespace mlir;

namespace attn::cuda {
namespace {

bool isApproximate(Operation *op) {
  auto flags = dyn_cast<LLVM::FastmathFlagsInterface>(op);
  return flags && bitEnumContainsAll(flags.getFastmathAttr().getValue(), LLVM::FastmathFlags::afn);
}

/// Names behind "llvm.intr.".
bool isKnownIntrinsic(Operation *op, StringRef name) {
  static const StringRef known[] = {
      "abs", "assume", "bitreverse", "bswap", "ceil", "copysign", "ctlz", "ctpop", "cttz", "expect", "fabs", "floor",
      "fma", "fmuladd", "fshl", "fshr", "invariant.end", "invariant.start", "is.fpclass", "lifetime.end",
      "lifetime.start", "maximum", "maxnum", "memcpy", "memcpy.inline", "memset", "memset.inline", "minimum", "minnum",
      "nearbyint", "ptrmask", "rint", "round", "roundeven", "sadd.sat", "sadd.with.overflow", "smax", "smin",
      "smul.with.overflow", "sqrt", "ssub.sat", "ssub.with.overflow", "trunc", "uadd.sat", "uadd.with.overflow", "umax",
      "umin", "umul.with.overflow", "usub.sat", "usub.with.overflow", "vector.extract", "vector.insert"};
  if (llvm::is_contained(known, name) || name.starts_with("dbg.") || name.starts_with("vector.reduce."))
    return true;
  Type element = op->getNumResults() ? getElementTypeOrSelf(op->getResult(0).getType()) : Type();
  if (name == "exp2")
    return element.isF32() || element.isF16();
  bool isApproximated = name == "sin" || name == "cos" || name == "tanh";
  return isApproximated && element.isF32() && isApproximate(op);
}

LogicalResult checkCall(Operation *op) {
  if (auto call = dyn_cast<LLVM::CallIntrinsicOp>(op)) {
    StringRef name = call.getIntrin();
    if (!name.starts_with("llvm.nvvm.") || llvm::Intrinsic::lookupIntrinsicID(name) == llvm::Intrinsic::not_intrinsic)
      return op->emitError() << "expects an intrinsic of the device, but got '" << name << "'";
    return success();
  }
  auto call = dyn_cast<LLVM::CallOp>(op);
  if (!call || !call.getCallee())
    return success();
  auto callee = SymbolTable::lookupNearestSymbolFrom<LLVM::LLVMFuncOp>(op, call.getCalleeAttr().getAttr());
  if (!callee || callee.isExternal())
    return op->emitError() << "expects no call out of device code, but '" << *call.getCallee() << "' is called";
  return success();
}

LogicalResult checkOp(Operation *op) {
  StringRef name = op->getName().getStringRef();
  if (!isa<ModuleOp>(op) && !isa_and_present<LLVM::LLVMDialect, NVVM::NVVMDialect>(op->getDialect()))
    return op->emitError() << "expects device code to be lowered to the LLVM dialect, but got " << name;
  if (name.consume_front("llvm.intr.") && !isKnownIntrinsic(op, name))
    return op->emitError() << "expects an instruction of the device, but there is none for llvm.intr." << name;
  static const StringRef refused[] = {"llvm.invoke", "llvm.landingpad", "llvm.resume", "llvm.va_arg", "llvm.blockaddress",
                                      "llvm.indirectbr"};
  if (llvm::is_contained(refused, name))
    return op->emitError() << "expects device code without " << name;
  for (Type type : op->getResultTypes()) {
    Type element = getElementTypeOrSelf(type);
    if (element.isF128() || element.isF80() || isa<LLVM::LLVMX86AMXType, LLVM::LLVMPPCFP128Type>(element))
      return op->emitError() << "expects types that the device has, but got " << type;
  }
  return checkCall(op);
}

} // namespace

LogicalResult checkPrograms(ModuleOp module, const Chip &chip) {
  auto lacks = [&](Operation *op) -> StringRef {
    bool isOfRing = isa<tile::RingOp, tile::SlotsOp, tile::BarriersOp, tile::CopyOp, tile::CopyOutOp>(op);
    if (isOfRing && !chip.hasBulkCopies())
      return "bulk copies";
    if (isa<tile::IssueOp>(op) && !chip.hasWarpgroups())
      return "products of four warps";
    auto roles = dyn_cast<tile::RolesOp>(op);
    if (roles && !chip.movesRegisters() && llvm::any_of(roles.getRegisters(), [](int64_t count) { return count > 0; }))
      return "registers that roles hand on";
    return "";
  };
  WalkResult result = module.walk<WalkOrder::PreOrder>([&](Operation *op) -> WalkResult {
    if (StringRef what = lacks(op); !what.empty())
      return op->emitError() << "expects a chip with " << what << " for '" << op->getName() << "', but " << chip.name
                             << " has none";
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

LogicalResult checkInstructions(ModuleOp kernels, const Chip &chip) {
  auto own = NVVM::NVVMCheckSMVersion::getTargetSMVersionFromStr(chip.name);
  WalkResult result = kernels.walk([&](NVVM::RequiresSMInterface op) {
    if (op.getRequiredMinSMVersion().isCompatibleWith(own))
      return WalkResult::advance();
    op->emitError() << "expects an instruction of " << chip.name << ", but it has no " << op->getName();
    return WalkResult::interrupt();
  });
  return failure(result.wasInterrupted());
}

LogicalResult checkSelectable(ModuleOp kernels) {
  // A cast remains where another op was not lowered; that one is worth naming.
  Operation *cast = nullptr;
  WalkResult result = kernels->walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (isa<UnrealizedConversionCastOp>(op)) {
      cast = op;
      return WalkResult::advance();
    }
    return failed(checkOp(op)) ? WalkResult::interrupt() : WalkResult::advance();
  });
  return failure(result.wasInterrupted() || (cast && failed(checkOp(cast))));
}

} // namespace attn::cuda
