// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Functions of one lane as instructions of a warp.
#pragma once

#include "lib/Target/CUDA/Simulator/Decoder.h"

namespace attn::cuda::simulator {

template <typename R, typename A, R (*fn)(A)> Step runUnary(Warp &w, const Instruction &i) {
  R *result = w.at<R>(i.result);
  const A *a = w.at<A>(i.a);
  for (unsigned lane = 0; lane < kLanes; ++lane)
    result[lane] = fn(a[lane]);
  return Step::next;
}

template <typename R, typename A, R (*fn)(A, A)> Step runBinary(Warp &w, const Instruction &i) {
  R *result = w.at<R>(i.result);
  const A *a = w.at<A>(i.a), *b = w.at<A>(i.b);
  for (unsigned lane = 0; lane < kLanes; ++lane)
    result[lane] = fn(a[lane], b[lane]);
  return Step::next;
}

template <typename T, T (*fn)(T, T, T)> Step runTernary(Warp &w, const Instruction &i) {
  T *result = w.at<T>(i.result);
  const T *a = w.at<T>(i.a), *b = w.at<T>(i.b), *c = w.at<T>(i.c);
  for (unsigned lane = 0; lane < kLanes; ++lane)
    result[lane] = fn(a[lane], b[lane], c[lane]);
  return Step::next;
}

/// The same instruction for every element of a result: operands are scalars or vectors alike.
inline bool emitEach(Decoder &d, mlir::Operation *op, Handler handler, int64_t number = 0) {
  Registers results = d.define(op->getResult(0));
  for (auto [element, result] : llvm::enumerate(results)) {
    uint32_t operands[3] = {0, 0, 0};
    for (auto [n, operand] : llvm::enumerate(op->getOperands())) {
      Registers all = d.of(operand);
      operands[n] = all[all.size() == 1 ? 0 : element];
    }
    d.emit(handler, op, result, operands[0], operands[1], operands[2]).number = number;
  }
  return true;
}

/// Copies of what is there.
Step runCopy32(Warp &w, const Instruction &i);
Step runCopy64(Warp &w, const Instruction &i);

/// 16-bit floats.
float fromBF16(uint32_t bits);
float fromF16(uint32_t bits);
uint32_t toBF16(float value);
uint32_t toF16(float value);

} // namespace attn::cuda::simulator
