// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --tile-to-nvvm: every tile.kernel becomes a device function in which each thread holds its part of every tile.
#include "dialects/Launch/LaunchDialect.h"
#include "lib/Target/CUDA/FormDescriptors.h"
#include "lib/Target/CUDA/Instructions.h"
#include "lib/Target/CUDA/KernelLowering.h"
#include "lib/Target/CUDA/RolePlaces.h"
#include "lib/Transforms/Tile/NarrowProducts.h"
#include "lib/Transforms/Tile/ProductLoads.h"
#include "lib/Target/CUDA/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/BuiltinOps.h"

using namespace mlir;
using namespace attn::tile;

namespace attn::cuda {

KernelLowering::KernelLowering(KernelOp kernel, OpBuilder &builder)
    : kernel(kernel), memory(kernel), b(builder), loc(kernel.getLoc()), narrowProducts(hasNarrowProducts(kernel)),
      lists({[this](Value value) { return scalar(value); },
             [this](OpBuilder &, Location, Value memref, ValueRange place) -> Value {
               Type element = cast<MemRefType>(memref.getType()).getElementType();
               Value number = LLVM::LoadOp::create(b, loc, element, elementPointer(globals[memref], element, place));
               return arith::IndexCastOp::create(b, loc, b.getIndexType(), number);
             }}) {}

static int64_t argumentBytes(KernelOp kernel) {
  int64_t bytes = 0;
  for (Type type : kernel.getArgumentTypes())
    bytes += isa<MemRefType>(type) ? 8 + 16 * cast<MemRefType>(type).getRank() : 8;
  return std::max<int64_t>(8, bytes);
}

FailureOr<LLVM::LLVMFuncOp> KernelLowering::run() {
  if (isPersistent(kernel) && !runsInTurn(kernel))
    return kernel.emitError("expects a persistent kernel to go through programs; run --tile-persist before");
  if (failed(verifyDescriptors(kernel)) || failed(verifyOrder()))
    return failure();
  MLIRContext *context = b.getContext();
  b.setInsertionPoint(kernel);
  auto pointer = LLVM::LLVMPointerType::get(context);
  auto type = LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(context), {pointer});
  func = LLVM::LLVMFuncOp::create(b, loc, kernel.getSymName(), type);
  warps = warpsOf(kernel);
  Block *entry = func.addEntryBlock(b);
  b.setInsertionPointToStart(entry);
  func.setArgAttr(0, LLVM::LLVMDialect::getByValAttrName(),
                  TypeAttr::get(LLVM::LLVMArrayType::get(b.getI8Type(), argumentBytes(kernel))));
  func.setArgAttr(0, LLVM::LLVMDialect::getAlignAttrName(), b.getI64IntegerAttr(8));
  func.setArgAttr(0, NVVM::NVVMDialect::getGridConstantAttrName(), b.getUnitAttr());
  func.setArgAttr(0, LLVM::LLVMDialect::getReadonlyAttrName(), b.getUnitAttr());

  exchangeBase = arith::ConstantOp::create(b, loc, b.getIndexAttr(0));
  exchangePitch = arith::ConstantOp::create(b, loc, b.getIndexAttr(0));
  startThreads();
  padding = LLVM::AddressOfOp::create(b, loc, LLVM::LLVMPointerType::get(context, 1), "attn_padding");
  int64_t offset = 0;
  for (BlockArgument argument : kernel.getBodyArguments()) {
    if (auto memref = dyn_cast<MemRefType>(argument.getType())) {
      globals[argument] = readArgument(entry->getArgument(0), offset, memref);
      continue;
    }
    Type stored = argument.getType().isIndex() ? b.getI64Type() : argument.getType();
    if (stored.isInteger(1))
      stored = b.getI8Type();
    Value place =
        LLVM::GEPOp::create(b, loc, pointer, b.getI8Type(), entry->getArgument(0), ArrayRef<LLVM::GEPArg>{int32_t(offset)});
    Value value = LLVM::LoadOp::create(b, loc, stored, place);
    if (argument.getType().isIndex())
      value = arith::IndexCastOp::create(b, loc, b.getIndexType(), value);
    else if (argument.getType().isInteger(1))
      value = arith::TruncIOp::create(b, loc, b.getI1Type(), value);
    map.map(argument, value);
    offset += 8;
  }
  if (isPersistent(kernel))
    readExtents();
  else
    mapPoint();

  kernel.getBody().walk([&](MmaOp op) {
    for (OpOperand &use : op->getOpOperands())
      if (isReadFromSlot(use))
        wantsShared.insert(use.get());
  });
  Block &body = kernel.getBody().front();
  prefetchDescriptors();
  auto lower = [&] {
    if (failed(placeShared()))
      return failure();
    waitForLaunches();
    return lowerBlock(body);
  };
  if (failed(lower())) {
    func.erase();
    return failure();
  }
  LLVM::ReturnOp::create(b, kernel.getLoc(), ValueRange());
  // Slots and barriers, then operands, then the exchange areas.
  int64_t exchange = llvm::alignTo(exchangeBytes, 16);
  exchangeBase.setValueAttr(b.getIndexAttr(sharedHigh - exchange * firstExchanging));
  exchangePitch.setValueAttr(b.getIndexAttr(exchange));
  finishParameters();
  func->setAttr(NVVM::NVVMDialect::getKernelFuncAttrName(), b.getUnitAttr());
  func->setAttr(NVVM::NVVMDialect::getMaxntidAttrName(), b.getDenseI32ArrayAttr({int32_t(warps * 32), 1, 1}));
  func->setAttr(launch::kernelAttr, b.getUnitAttr());
  if (isPersistent(kernel))
    func->setAttr(launch::persistentAttr, b.getBoolAttr(true));
  if (startsEarly())
    func->setAttr(launch::startsEarlyAttr, b.getBoolAttr(true));
  func->setAttr(launch::threadsAttr, b.getI64IntegerAttr(warps * 32));
  func->setAttr(launch::sharedAttr, b.getI64IntegerAttr(sharedHigh + exchange * (teams - firstExchanging)));
  return func;
}

ArrayAttr KernelLowering::descriptors() const {
  auto formed = kernel->getAttrOfType<ArrayAttr>(kDescriptors);
  return formed ? formed : b.getArrayAttr({});
}

Value KernelLowering::descriptorParameter(int64_t number) {
  while (int64_t(descriptorParameters.size()) <= number)
    descriptorParameters.push_back(
        func.getBody().front().addArgument(LLVM::LLVMPointerType::get(b.getContext()), kernel.getLoc()));
  return descriptorParameters[number];
}

/// What a persistent kernel is told of its grid, and then descriptors, each 128 bytes, follow the block of arguments by
/// value.
void KernelLowering::finishParameters() {
  auto pointer = LLVM::LLVMPointerType::get(b.getContext());
  auto blockAttrs = cast<DictionaryAttr>(func.getArgAttrsAttr()[0]);
  SmallVector<Attribute> attributes{blockAttrs};
  auto byValue = [&](int64_t words, int64_t alignment) {
    attributes.push_back(b.getDictionaryAttr({
        b.getNamedAttr(LLVM::LLVMDialect::getByValAttrName(),
                       TypeAttr::get(LLVM::LLVMArrayType::get(b.getI64Type(), words))),
        b.getNamedAttr(LLVM::LLVMDialect::getAlignAttrName(), b.getI64IntegerAttr(alignment)),
        b.getNamedAttr(NVVM::NVVMDialect::getGridConstantAttrName(), b.getUnitAttr()),
        b.getNamedAttr(LLVM::LLVMDialect::getReadonlyAttrName(), b.getUnitAttr()),
    }));
  };
  if (isPersistent(kernel))
    byValue(3, 8);
  for (size_t i = 0; i < descriptors().size(); ++i)
    byValue(16, 64);
  SmallVector<Type> types(attributes.size(), pointer);
  func.setFunctionType(LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(b.getContext()), types));
  func.setArgAttrsAttr(b.getArrayAttr(attributes));
  if (!descriptors().empty())
    func->setAttr(launch::descriptorsAttr, descriptors());
}

namespace {

struct ToNVVM : PassWrapper<ToNVVM, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(ToNVVM)

  StringRef getArgument() const override { return "tile-to-nvvm"; }
  StringRef getDescription() const override { return "Lower tile programs to device functions"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<CUDADialect, arith::ArithDialect, LLVM::LLVMDialect, math::MathDialect, NVVM::NVVMDialect,
                    scf::SCFDialect>();
  }

  void runOnOperation() override {
    ModuleOp module = getOperation();
    OpBuilder builder(&getContext());
    auto kernels = llvm::to_vector(module.getOps<KernelOp>());
    if (kernels.empty())
      return;
    declareMemory(builder, module);
    for (KernelOp kernel : kernels) {
      if (failed(KernelLowering(kernel, builder).run()))
        return signalPassFailure();
      kernel.erase();
    }
  }

  /// Dynamic shared memory, and zeros that guarded loads read.
  void declareMemory(OpBuilder &builder, ModuleOp module) {
    Location loc = module.getLoc();
    builder.setInsertionPointToStart(module.getBody());
    if (!module.lookupSymbol("attn_shared"))
      LLVM::GlobalOp::create(builder, loc, LLVM::LLVMArrayType::get(builder.getI8Type(), 0), /*isConstant=*/false,
                             LLVM::Linkage::External, "attn_shared", Attribute(), /*alignment=*/1024, /*addrSpace=*/3);
    if (!module.lookupSymbol("attn_padding")) {
      auto type = LLVM::LLVMArrayType::get(builder.getI64Type(), paddingBytes / 8);
      auto zeros = RankedTensorType::get({paddingBytes / 8}, builder.getI64Type());
      LLVM::GlobalOp::create(builder, loc, type, /*isConstant=*/true, LLVM::Linkage::Internal, "attn_padding",
                             DenseElementsAttr::get(zeros, int64_t(0)), /*alignment=*/16, /*addrSpace=*/1);
    }
  }
};

} // namespace

std::unique_ptr<Pass> createToNVVMPass() { return std::make_unique<ToNVVM>(); }

void registerDeviceDialects(DialectRegistry &registry) { registry.insert<CUDADialect, LLVM::LLVMDialect, NVVM::NVVMDialect>(); }

void registerToNVVMPass() { PassRegistration<ToNVVM>(); }

} // namespace attn::cuda
