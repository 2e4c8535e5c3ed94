// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Host code of an entry: tensors become memrefs, launches become calls of the context's table.
#include "lib/Conversion/LaunchToLLVM/Buffers.h"
#include "lib/Conversion/LaunchToLLVM/HostCode.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace attn::launch;

namespace attn {
namespace {

/// Parameters of attn_entry_fn.
enum Parameter : unsigned { contextParameter = 0, argsParameter = 1, resultsParameter = 3, workspaceParameter = 5,
                            streamParameter = 7 };

class EntryLowering {
public:
  EntryLowering(EntryOp entry, const AbiTypes &types, const SymbolTable &symbols, const DeviceRows &devices)
      : entry(entry), types(types), symbols(symbols), devices(devices), builder(entry->getContext()),
        buffers(builder, types) {}

  FailureOr<LLVM::LLVMFuncOp> run() {
    if (failed(verifyLaunches()))
      return failure();
    startFunction();
    SmallVector<Value> values = readTensors();
    Block &body = entry.getBody().front();
    for (auto [argument, value] : llvm::zip(body.getArguments(), values))
      argument.replaceAllUsesWith(value);
    function.getBody().front().getOperations().splice(builder.getInsertionPoint(), body.getOperations());
    lowerOps();
    entry.erase();
    return function;
  }

private:
  LogicalResult verifyLaunches() {
    WalkResult walk = entry.getBody().walk([&](Operation *op) -> WalkResult {
      if (auto workspace = dyn_cast<WorkspaceOp>(op); workspace && !workspace.getOffset())
        return workspace.emitOpError("expects an offset, which --launch-plan-workspace gives");
      auto launch = dyn_cast<KernelOp>(op);
      if (!launch)
        return WalkResult::advance();
      if (launch.getGrid().empty())
        return launch.emitOpError("expects a grid, which --launch-inline-grids gives");
      auto kernel = symbols.lookup<func::FuncOp>(launch.getCallee());
      if (!devices.rows.contains(launch.getCallee()) && (!kernel || !kernel->hasAttr(kernelAttr)))
        return launch.emitOpError() << "expects '" << launch.getCallee() << "' to be a function with 'launch.kernel'";
      int64_t count = 0;
      for (Type type : launch.getArguments().getTypes())
        count += BufferCode::countSlots(type);
      slots = std::max(slots, count);
      return WalkResult::advance();
    });
    return failure(walk.wasInterrupted());
  }

  void startFunction() {
    Location loc = entry.getLoc();
    builder.setInsertionPoint(entry);
    function = LLVM::LLVMFuncOp::create(builder, loc, entry.getSymName(), types.entryFunction, LLVM::Linkage::Internal);
    builder.setInsertionPointToStart(function.addEntryBlock(builder));
    // The block is copied by a launch that returns before its kernel ends, so one serves all.
    if (slots)
      block = LLVM::AllocaOp::create(builder, loc, types.pointer, types.i64, buffers.constant(loc, slots));
    status = LLVM::AllocaOp::create(builder, loc, types.pointer, types.i32, buffers.constant(loc, 1));
    LLVM::StoreOp::create(builder, loc, statusConstant(loc, ATTN_OK), status);
  }

  Value statusConstant(Location loc, int32_t value) {
    return LLVM::ConstantOp::create(builder, loc, types.i32, builder.getI32IntegerAttr(value));
  }

  Value parameter(Parameter number) { return function.getBody().front().getArgument(number); }

  Value loadField(Location loc, Type record, Type type, Value address, int32_t field) {
    Value place =
        LLVM::GEPOp::create(builder, loc, types.pointer, record, address, ArrayRef<LLVM::GEPArg>{0, field});
    return LLVM::LoadOp::create(builder, loc, type, place);
  }

  /// Arguments, then results, as the body sees them. The runtime hands over tensors with strides.
  SmallVector<Value> readTensors() {
    SmallVector<Value> values;
    unsigned arguments = entry.getNumArguments();
    for (BlockArgument value : entry.getBody().getArguments()) {
      unsigned number = value.getArgNumber();
      bool isResult = number >= arguments;
      Location loc = value.getLoc();
      Value tensor = buffers.loadWord(loc, types.pointer, parameter(isResult ? resultsParameter : argsParameter),
                                      isResult ? number - arguments : number);
      Value data = loadField(loc, types.tensor, types.pointer, tensor, dataField);
      Value offset = loadField(loc, types.tensor, types.i64, tensor, byteOffsetField);
      Value base = LLVM::GEPOp::create(builder, loc, types.pointer, types.i8, data, ArrayRef<LLVM::GEPArg>{offset});
      values.push_back(readValue(loc, value.getType(), tensor, base));
    }
    return values;
  }

  Value readValue(Location loc, Type type, Value tensor, Value base) {
    auto memref = dyn_cast<MemRefType>(type);
    if (!memref)
      return buffers.loadScalar(loc, type, base);
    SmallVector<Value> sizes, strides;
    for (auto [field, list] : {std::pair{shapeField, &sizes}, std::pair{stridesField, &strides}}) {
      if (memref.getRank() == 0)
        continue;
      Value array = loadField(loc, types.tensor, types.pointer, tensor, field);
      for (int64_t d = 0; d < memref.getRank(); ++d)
        list->push_back(buffers.loadWord(loc, types.i64, array, d));
    }
    return buffers.assemble(loc, memref, base, sizes, strides);
  }

  void lowerOps() {
    SmallVector<Operation *> ops;
    function.walk([&](Operation *op) {
      if (isa<LaunchDialect>(op->getDialect()))
        ops.push_back(op);
    });
    for (Operation *op : ops) {
      builder.setInsertionPoint(op);
      if (auto kernel = dyn_cast<KernelOp>(op))
        lowerKernel(kernel);
      else if (auto fill = dyn_cast<FillOp>(op))
        lowerFill(fill);
      else if (auto workspace = dyn_cast<WorkspaceOp>(op))
        workspace.replaceAllUsesWith(lowerWorkspace(workspace));
      else
        LLVM::ReturnOp::create(builder, op->getLoc(),
                               LLVM::LoadOp::create(builder, op->getLoc(), types.i32, status).getResult());
      op->erase();
    }
  }

  /// Calls a function of the context's table, unless an earlier one failed; keeps its status.
  void callApi(Location loc, ApiField field, LLVM::LLVMFunctionType type,
               function_ref<SmallVector<Value>()> arguments) {
    Value before = LLVM::LoadOp::create(builder, loc, types.i32, status);
    Value good = LLVM::ICmpOp::create(builder, loc, LLVM::ICmpPredicate::eq, before, statusConstant(loc, ATTN_OK));
    auto guarded = scf::IfOp::create(builder, loc, good, /*withElseRegion=*/false);
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(guarded.thenBlock());
    Value context = parameter(contextParameter);
    Value api = LLVM::LoadOp::create(builder, loc, types.pointer, context);
    SmallVector<Value> operands = {loadField(loc, types.api, types.pointer, api, field), context};
    llvm::append_range(operands, arguments());
    operands.push_back(parameter(streamParameter));
    auto call = LLVM::CallOp::create(builder, loc, type, operands);
    LLVM::StoreOp::create(builder, loc, call.getResult(), status);
  }

  /// What the launch passes to name its kernel: the host's function, or the row of a device's.
  Value kernelKey(KernelOp launch) {
    Location loc = launch.getLoc();
    auto row = devices.rows.find(launch.getCallee());
    if (row == devices.rows.end())
      return LLVM::AddressOfOp::create(builder, loc, types.pointer, wrapperName(launch.getCallee()));
    Value table = LLVM::AddressOfOp::create(builder, loc, types.pointer, kernelTableName);
    return LLVM::GEPOp::create(builder, loc, types.pointer, LLVM::LLVMArrayType::get(types.kernel, devices.size),
                               table, ArrayRef<LLVM::GEPArg>{0, int32_t(row->second)});
  }

  void lowerKernel(KernelOp launch) {
    Location loc = launch.getLoc();
    callApi(loc, launchField, types.launchFunction, [&] {
      int64_t slot = 0;
      for (Value operand : launch.getArguments())
        slot = buffers.store(loc, operand, block, slot);
      Value none = block ? block : Value(LLVM::ZeroOp::create(builder, loc, types.pointer));
      SmallVector<Value> arguments = {kernelKey(launch), none, buffers.constant(loc, slot * 8)};
      for (Value extent : launch.getGrid())
        arguments.push_back(buffers.fromIndex(loc, extent));
      auto kernel = symbols.lookup<func::FuncOp>(launch.getCallee());
      arguments.push_back(buffers.constant(loc, kernel ? scratchBytes(kernel) : 0));
      return arguments;
    });
  }

  void lowerFill(FillOp fill) {
    Location loc = fill.getLoc();
    callApi(loc, fillField, types.fillFunction, [&] {
      MemRefType type = fill.getTarget().getType();
      SmallVector<Value> words = buffers.takeApart(loc, fill.getTarget());
      Value count = buffers.constant(loc, 1);
      for (Value size : ArrayRef(words).slice(1, type.getRank()))
        count = LLVM::MulOp::create(builder, loc, count, size);
      Value data = LLVM::IntToPtrOp::create(builder, loc, types.pointer, words.front());
      return SmallVector<Value>{data, count, buffers.constant(loc, elementBytes(type.getElementType())),
                                bitsOf(loc, fill.getValue())};
    });
  }

  /// A number's bits in the low bytes of an i64.
  Value bitsOf(Location loc, Value value) {
    Type type = value.getType();
    if (type.isIndex())
      return buffers.fromIndex(loc, value);
    unsigned width = type.getIntOrFloatBitWidth();
    if (isa<FloatType>(type))
      value = arith::BitcastOp::create(builder, loc, builder.getIntegerType(width), value);
    return width == 64 ? value : Value(arith::ExtUIOp::create(builder, loc, types.i64, value));
  }

  Value lowerWorkspace(WorkspaceOp workspace) {
    Location loc = workspace.getLoc();
    MemRefType type = workspace.getMemref().getType();
    Value base = LLVM::GEPOp::create(builder, loc, types.pointer, types.i8, parameter(workspaceParameter),
                                     ArrayRef<LLVM::GEPArg>{buffers.fromIndex(loc, workspace.getOffset())});
    SmallVector<Value> sizes, strides(type.getRank());
    auto size = workspace.getSizes().begin();
    for (int64_t extent : type.getShape())
      sizes.push_back(ShapedType::isDynamic(extent) ? buffers.fromIndex(loc, *size++) : buffers.constant(loc, extent));
    Value stride = buffers.constant(loc, 1);
    for (int64_t d = type.getRank() - 1; d >= 0; --d) {
      strides[d] = stride;
      stride = LLVM::MulOp::create(builder, loc, stride, sizes[d]);
    }
    return buffers.assemble(loc, type, base, sizes, strides);
  }

  EntryOp entry;
  const AbiTypes &types;
  const SymbolTable &symbols;
  const DeviceRows &devices;
  OpBuilder builder;
  BufferCode buffers;
  LLVM::LLVMFuncOp function;
  /// The argument block, null where no launch has an operand, and where the status lies.
  Value block, status;
  int64_t slots = 0;
};

} // namespace

FailureOr<LLVM::LLVMFuncOp> lowerEntry(EntryOp entry, const AbiTypes &types, const SymbolTable &symbols,
                                       const DeviceRows &devices) {
  return EntryLowering(entry, types, symbols, devices).run();
}

} // namespace attn
