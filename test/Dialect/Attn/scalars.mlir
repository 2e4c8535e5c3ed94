// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Text forms of the ops that stand inside regions.
// RUN: attn-opt %s | attn-opt | FileCheck %s
// RUN: attn-opt %s --emit-bytecode | attn-opt | FileCheck %s
// RUN: attn-opt %s --mlir-print-op-generic | attn-opt | FileCheck %s

// CHECK-LABEL: func @scalars
func.func @scalars(%x: f32, %y: f64, %i: index, %j: index, %t: !attn.captured<f32>, %u: !attn.captured<?x4xi8>) {
  // CHECK: attn.softcap %{{.*}}, 5.000000e+01 : f32
  %0 = attn.softcap %x, 50.0 : f32
  // CHECK: attn.softcap %{{.*}}, 1.000000e+300 {mine} : f64
  %1 = attn.softcap %y, 1.0e300 {mine} : f64
  // CHECK: attn.distance %{{.*}}, %{{.*}} : f32
  %2 = attn.distance %j, %i : f32
  // CHECK: attn.distance %{{.*}}, %{{.*}} {mine} : f64
  %3 = attn.distance %j, %i {mine} : f64
  // CHECK: attn.lookup %{{.*}}[] : !attn.captured<f32>
  %4 = attn.lookup %t[] : !attn.captured<f32>
  // CHECK: attn.lookup %{{.*}}[%{{.*}}, %{{.*}}] {mine} : !attn.captured<?x4xi8>
  %5 = attn.lookup %u[%i, %j] {mine} : !attn.captured<?x4xi8>
  // CHECK: arith.addi %{{.*}}, %{{.*}} : i8
  %6 = arith.addi %5, %5 : i8
  return
}

// CHECK-LABEL: func @pair_values
func.func @pair_values(%s: !attn.scores<1x1x8x8xf64>) {
  %r = attn.modify %s : (!attn.scores<1x1x8x8xf64>) -> !attn.scores<1x1x8x8xf64> {
  ^bb0(%x: f64, %b: index, %h: index, %i: index, %j: index):
    // CHECK: attn.query_index{{$}}
    %0 = attn.query_index
    // CHECK: attn.query_index {mine}
    %1 = attn.query_index {mine}
    // CHECK: attn.key_index{{$}}
    %2 = attn.key_index
    // CHECK: attn.extent query{{$}}
    %3 = attn.extent query
    // CHECK: attn.extent key {mine}
    %4 = attn.extent key {mine}
    // CHECK: attn.yield %{{.*}} : f64
    attn.yield %x : f64
  }
  return
}
