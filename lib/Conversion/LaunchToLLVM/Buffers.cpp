// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Emits descriptors and argument blocks.
#include "lib/Conversion/LaunchToLLVM/Buffers.h"

#include "mlir/Conversion/LLVMCommon/MemRefBuilder.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace attn {

int64_t elementBytes(Type type) { return type.isIndex() ? 8 : (type.getIntOrFloatBitWidth() + 7) / 8; }

Value BufferCode::constant(Location loc, int64_t value) {
  return LLVM::ConstantOp::create(builder, loc, types.i64, builder.getI64IntegerAttr(value));
}

Value BufferCode::toIndex(Location loc, Value value) {
  return arith::IndexCastOp::create(builder, loc, builder.getIndexType(), value);
}

Value BufferCode::fromIndex(Location loc, Value value) {
  return arith::IndexCastOp::create(builder, loc, types.i64, value);
}

Value BufferCode::assemble(Location loc, MemRefType type, Value base, ValueRange sizes, ValueRange strides) {
  LLVMTypeConverter converter(builder.getContext());
  SmallVector<Value> fields = {base, base, constant(loc, 0)};
  llvm::append_range(fields, sizes);
  llvm::append_range(fields, strides);
  Value descriptor = MemRefDescriptor::pack(builder, loc, converter, type, fields);
  return UnrealizedConversionCastOp::create(builder, loc, type, descriptor).getResult(0);
}

SmallVector<Value> BufferCode::takeApart(Location loc, Value memref) {
  auto type = cast<MemRefType>(memref.getType());
  auto metadata = memref::ExtractStridedMetadataOp::create(builder, loc, memref);
  Value start = memref::ExtractAlignedPointerAsIndexOp::create(builder, loc, metadata.getBaseBuffer());
  Value bytes = arith::ConstantIndexOp::create(builder, loc, elementBytes(type.getElementType()));
  Value offset = arith::MulIOp::create(builder, loc, metadata.getOffset(), bytes);
  SmallVector<Value> words = {fromIndex(loc, arith::AddIOp::create(builder, loc, start, offset))};
  for (ValueRange numbers : {ValueRange(metadata.getSizes()), ValueRange(metadata.getStrides())})
    for (Value number : numbers)
      words.push_back(fromIndex(loc, number));
  return words;
}

int64_t BufferCode::countSlots(Type type) {
  auto memref = dyn_cast<MemRefType>(type);
  return memref ? 1 + 2 * memref.getRank() : 1;
}

Value BufferCode::slotAddress(Location loc, Value block, int64_t slot) {
  return LLVM::GEPOp::create(builder, loc, types.pointer, types.i64, block,
                             ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(slot)});
}

int64_t BufferCode::store(Location loc, Value operand, Value block, int64_t slot) {
  SmallVector<Value> words = {operand};
  Type type = operand.getType();
  if (isa<MemRefType>(type))
    words = takeApart(loc, operand);
  else if (type.isIndex())
    words = {fromIndex(loc, operand)};
  else if (type.isInteger(1))
    words = {arith::ExtUIOp::create(builder, loc, types.i8, operand)};
  for (Value word : words)
    LLVM::StoreOp::create(builder, loc, word, slotAddress(loc, block, slot++));
  return slot;
}

Value BufferCode::loadWord(Location loc, Type type, Value array, int64_t number) {
  return LLVM::LoadOp::create(builder, loc, type, slotAddress(loc, array, number));
}

Value BufferCode::loadScalar(Location loc, Type type, Value address) {
  if (type.isIndex())
    return toIndex(loc, LLVM::LoadOp::create(builder, loc, types.i64, address));
  if (!type.isInteger(1))
    return LLVM::LoadOp::create(builder, loc, type, address);
  Value byte = LLVM::LoadOp::create(builder, loc, types.i8, address);
  Value zero = LLVM::ConstantOp::create(builder, loc, types.i8, builder.getI8IntegerAttr(0));
  return LLVM::ICmpOp::create(builder, loc, LLVM::ICmpPredicate::ne, byte, zero);
}

Value BufferCode::load(Location loc, Type type, Value block, int64_t &slot) {
  auto memref = dyn_cast<MemRefType>(type);
  if (!memref)
    return loadScalar(loc, type, slotAddress(loc, block, slot++));
  Value base = loadWord(loc, types.pointer, block, slot++);
  SmallVector<Value> sizes, strides;
  for (SmallVector<Value> *list : {&sizes, &strides})
    for (int64_t d = 0; d < memref.getRank(); ++d)
      list->push_back(loadWord(loc, types.i64, block, slot++));
  return assemble(loc, memref, base, sizes, strides);
}

} // namespace attn
