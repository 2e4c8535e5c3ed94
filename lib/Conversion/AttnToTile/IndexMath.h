// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Index arithmetic at one place, folded as it is written.
#pragma once

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace attn {

/// Emits index arithmetic; constants fold. Divisions are of numbers that are not negative.
struct IndexMath {
  mlir::OpBuilder &builder;
  mlir::Location loc;

  mlir::Value constant(int64_t value) { return mlir::arith::ConstantIndexOp::create(builder, loc, value); }
  mlir::Value add(mlir::Value left, mlir::Value right) { return fold<mlir::arith::AddIOp>(left, right); }
  mlir::Value add(mlir::Value left, int64_t right) { return add(left, constant(right)); }
  mlir::Value sub(mlir::Value left, mlir::Value right) { return fold<mlir::arith::SubIOp>(left, right); }
  mlir::Value mul(mlir::Value left, int64_t right) { return fold<mlir::arith::MulIOp>(left, constant(right)); }
  mlir::Value mul(mlir::Value left, mlir::Value right) { return fold<mlir::arith::MulIOp>(left, right); }
  mlir::Value div(mlir::Value left, mlir::Value right) { return fold<mlir::arith::DivUIOp>(left, right); }
  mlir::Value div(mlir::Value left, int64_t right) { return div(left, constant(right)); }
  mlir::Value ceilDiv(mlir::Value left, int64_t right) {
    return fold<mlir::arith::CeilDivUIOp>(left, constant(right));
  }
  mlir::Value min(mlir::Value left, mlir::Value right) { return fold<mlir::arith::MinSIOp>(left, right); }
  mlir::Value max(mlir::Value left, mlir::Value right) { return fold<mlir::arith::MaxSIOp>(left, right); }
  mlir::Value clamp(mlir::Value value, mlir::Value low, mlir::Value high) { return min(max(value, low), high); }
  mlir::Value select(mlir::Value condition, mlir::Value yes, mlir::Value no) {
    return builder.createOrFold<mlir::arith::SelectOp>(loc, condition, yes, no);
  }
  mlir::Value compare(mlir::arith::CmpIPredicate predicate, mlir::Value left, mlir::Value right) {
    return builder.createOrFold<mlir::arith::CmpIOp>(loc, predicate, left, right);
  }
  mlir::Value less(mlir::Value left, mlir::Value right) {
    return compare(mlir::arith::CmpIPredicate::slt, left, right);
  }
  mlir::Value both(mlir::Value left, mlir::Value right) { return fold<mlir::arith::AndIOp>(left, right); }
  mlir::Value either(mlir::Value left, mlir::Value right) { return fold<mlir::arith::OrIOp>(left, right); }
  /// An extent of a memref: a constant where it is static.
  mlir::Value extent(mlir::Value memref, int64_t dim) {
    int64_t size = mlir::cast<mlir::MemRefType>(memref.getType()).getDimSize(dim);
    if (!mlir::ShapedType::isDynamic(size))
      return constant(size);
    return mlir::memref::DimOp::create(builder, loc, memref, dim);
  }
  /// An integer element of a memref, as an index.
  mlir::Value load(mlir::Value memref, mlir::ValueRange indices) {
    mlir::Value number = mlir::memref::LoadOp::create(builder, loc, memref, indices);
    return mlir::arith::IndexCastOp::create(builder, loc, builder.getIndexType(), number);
  }

private:
  template <typename Op> mlir::Value fold(mlir::Value left, mlir::Value right) {
    return builder.createOrFold<Op>(loc, left, right);
  }
};

} // namespace attn
