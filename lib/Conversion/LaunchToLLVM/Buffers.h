// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Between memrefs and what the ABI passes: an address, sizes, strides; scalars in 8-byte slots.
#pragma once

#include "lib/Conversion/LaunchToLLVM/AbiTypes.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace attn {

/// Emits conversions at a builder. All sizes and strides are i64; strides count elements.
class BufferCode {
public:
  BufferCode(mlir::OpBuilder &builder, const AbiTypes &types) : builder(builder), types(types) {}

  /// A memref whose element 0 lies at `base`. It is a cast of a descriptor, which the upstream lowering looks through.
  mlir::Value assemble(mlir::Location loc, mlir::MemRefType type, mlir::Value base, mlir::ValueRange sizes,
                       mlir::ValueRange strides);

  /// Address of element 0 (i64), sizes, strides.
  llvm::SmallVector<mlir::Value> takeApart(mlir::Location loc, mlir::Value memref);

  /// How many 8-byte slots a kernel operand takes in an argument block.
  static int64_t countSlots(mlir::Type type);
  /// Writes an operand to the slots from `slot` on; returns the next free one.
  int64_t store(mlir::Location loc, mlir::Value operand, mlir::Value block, int64_t slot);
  /// Reads an operand back; advances `slot`.
  mlir::Value load(mlir::Location loc, mlir::Type type, mlir::Value block, int64_t &slot);

  /// Reads a scalar at its address.
  mlir::Value loadScalar(mlir::Location loc, mlir::Type type, mlir::Value address);

  /// Words of an array of i64 or pointers.
  mlir::Value loadWord(mlir::Location loc, mlir::Type type, mlir::Value array, int64_t number);
  mlir::Value constant(mlir::Location loc, int64_t value);
  mlir::Value toIndex(mlir::Location loc, mlir::Value value);
  mlir::Value fromIndex(mlir::Location loc, mlir::Value value);

private:
  mlir::Value slotAddress(mlir::Location loc, mlir::Value block, int64_t slot);

  mlir::OpBuilder &builder;
  const AbiTypes &types;
};

/// Bytes of one element in memory.
int64_t elementBytes(mlir::Type type);

} // namespace attn
