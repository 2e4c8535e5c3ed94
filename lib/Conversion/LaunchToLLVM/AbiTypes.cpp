// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writes the ABI's structs as LLVM types; sizes are held against the header's.
#include "lib/Conversion/LaunchToLLVM/AbiTypes.h"

using namespace mlir;

namespace attn {

// A field that is added to the header must be added here and where the table is written.
static_assert(sizeof(DLTensor) == 48 && sizeof(attn_expr) == 16 && sizeof(attn_arg_desc) == 56);
static_assert(sizeof(attn_result_desc) == 32 && sizeof(attn_check_desc) == 48 && sizeof(attn_entry_desc) == 88);
static_assert(sizeof(attn_kernel_variant) == 24 && sizeof(attn_kernel_desc) == 48 && sizeof(attn_manifest) == 104);
static_assert(sizeof(attn_image) == 64 && sizeof(attn_descriptor_desc) == 56 && sizeof(attn_device_variant) == 56);
static_assert(sizeof(attn_api) == 32 && ATTN_ABI_VERSION == 4);

AbiTypes::AbiTypes(MLIRContext *context)
    : pointer(LLVM::LLVMPointerType::get(context)), i8(IntegerType::get(context, 8)),
      i16(IntegerType::get(context, 16)), i32(IntegerType::get(context, 32)), i64(IntegerType::get(context, 64)) {
  auto record = [&](ArrayRef<Type> fields) { return LLVM::LLVMStructType::getLiteral(context, fields); };
  dataType = record({i8, i8, i16});
  tensor = record({pointer, record({i32, i32}), i32, dataType, pointer, pointer, i64});
  expression = record({pointer, i64});
  argument = record({pointer, dataType, i32, pointer, i64, i64, expression});
  result = record({pointer, dataType, i32, pointer, i64});
  check = record({pointer, i64, expression, expression});
  entry = record({pointer, pointer, pointer, i64, pointer, i64, pointer, i64, expression, pointer});
  variant = record({pointer, i64, i64});
  image = record({pointer, pointer, i64, i64, pointer, i64, pointer, i64});
  descriptor = record({i64, i64, dataType, i64, pointer, pointer, i64});
  deviceVariant = record({i64, pointer, i64, i64, pointer, i64, i64});
  kernel = record({pointer, pointer, i64, pointer, i64, pointer});
  manifest = record({i64, i64, pointer, pointer, i64, pointer, i64, pointer, i64, pointer, i64, pointer, i64});
  api = record({i64, pointer, pointer, pointer});
  entryFunction =
      LLVM::LLVMFunctionType::get(i32, {pointer, pointer, i64, pointer, i64, pointer, i64, pointer});
  kernelFunction = LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(context), {pointer, i64, i64, i64, pointer});
  launchFunction =
      LLVM::LLVMFunctionType::get(i32, {pointer, pointer, pointer, i64, i64, i64, i64, i64, pointer});
  fillFunction = LLVM::LLVMFunctionType::get(i32, {pointer, pointer, i64, i64, i64, pointer});
}

std::optional<DLDataType> dlpackType(Type type) {
  auto number = [](uint8_t code, unsigned bits) { return DLDataType{code, uint8_t(bits), 1}; };
  if (type.isIndex())
    return number(kDLInt, 64);
  if (type.isInteger(1))
    return number(kDLBool, 8);
  if (type.isInteger(8) || type.isInteger(16) || type.isInteger(32) || type.isInteger(64))
    return number(kDLInt, type.getIntOrFloatBitWidth());
  if (type.isBF16())
    return number(kDLBfloat, 16);
  if (type.isF16() || type.isF32() || type.isF64())
    return number(kDLFloat, type.getIntOrFloatBitWidth());
  return std::nullopt;
}

} // namespace attn
