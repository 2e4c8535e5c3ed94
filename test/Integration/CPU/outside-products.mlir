// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A function without attention: a product of bf16 tensors, a choice by booleans, slices with strides put into others.
// DEFINE: %{args} = --arg shape=2x5x7:bf16:normal --arg shape=2x7x%{n}:bf16:normal --arg shape=2x5x%{n}:i1:uniform
// DEFINE: %{n} = 300
// RUN: attn-run %s --backend=cpu --compare=reference %{args}
// REDEFINE: %{n} = 4
// RUN: attn-run %s --backend=cpu --compare=reference %{args}
// RUN: attn-run %s --backend=interpret --compare=reference %{args}
// REDEFINE: %{n} = 3
// RUN: not attn-run %s --backend=cpu %{args} 2>&1 | FileCheck %s
// CHECK: 'mm' at {{.*}}: expected the slice to end inside dimension 2 of 'tensor.insert_slice at {{[^']*}}' in
// CHECK-SAME: 'tensor.extract_slice' at {{.*}}, but got 4 and 3

!t = tensor<?x?x?xf32>
!h = tensor<?x?x?xbf16>
func.func @mm(%x: !h, %y: !h, %m: tensor<?x?x?xi1>) -> (!t, !t) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %b = tensor.dim %x, %c0 : !h
  %i = tensor.dim %x, %c1 : !h
  %j = tensor.dim %y, %c2 : !h
  %e = tensor.empty(%b, %i, %j) : !t
  %zero = arith.constant 0.0 : f32
  %z = linalg.fill ins(%zero : f32) outs(%e : !t) -> !t
  %r = linalg.batch_matmul ins(%x, %y : !h, !h) outs(%z : !t) -> !t
  %n = arith.negf %r : !t
  %s = arith.select %m, %r, %n : tensor<?x?x?xi1>, !t
  %t = tensor.insert_slice %s into %r[0, 0, 0][%b, %i, %j][1, 1, 1] : !t into !t
  %h = tensor.extract_slice %t[0, 0, 1][%b, %i, 2][1, 1, 2] : !t to tensor<?x?x2xf32>
  %u = tensor.insert_slice %h into %t[0, 0, 0][%b, %i, 2][1, 1, 3] : tensor<?x?x2xf32> into !t
  return %s, %u : !t, !t
}
