// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Text forms of the masks.
// RUN: attn-opt %s | attn-opt | FileCheck %s
// RUN: attn-opt %s --emit-bytecode | attn-opt | FileCheck %s
// RUN: attn-opt %s --mlir-print-op-generic | attn-opt | FileCheck %s

// CHECK-LABEL: func @masks_by_position
func.func @masks_by_position() {
  // CHECK: attn.causal{{$}}
  %causal = attn.causal
  // CHECK: attn.causal {mine}
  %named = attn.causal {mine}
  // CHECK: attn.window left = 127 right = 0
  %both = attn.window left = 127 right = 0
  // CHECK: attn.window left = 2147483647
  %left = attn.window left = 2147483647
  // CHECK: attn.window right = 0 {mine}
  %right = attn.window right = 0 {mine}
  // CHECK: attn.sink 4{{$}}
  %sink = attn.sink 4
  // CHECK: attn.sink 2147483647 {mine}
  %all = attn.sink 2147483647 {mine}
  return
}

// CHECK-LABEL: func @masks_of_tensors
func.func @masks_of_tensors(%l: tensor<?xi32>, %t: tensor<1x?x16x16xi1>, %u: tensor<?x1x1x?xi8>, %c: tensor<?x2x?xi32>,
                            %i: tensor<?x2x?x?xi32>) {
  // CHECK: attn.prefix %{{.*}} : tensor<?xi32>
  %prefix = attn.prefix %l : tensor<?xi32>
  // CHECK: attn.dense %{{.*}} : tensor<1x?x16x16xi1>
  %bits = attn.dense %t : tensor<1x?x16x16xi1>
  // CHECK: attn.dense %{{.*}} {mine} : tensor<?x1x1x?xi8>
  %bytes = attn.dense %u {mine} : tensor<?x1x1x?xi8>
  // CHECK: attn.blocks %{{.*}}, %{{.*}} block(16, 32) : tensor<?x2x?xi32>, tensor<?x2x?x?xi32>
  %blocks = attn.blocks %c, %i block(16, 32) : tensor<?x2x?xi32>, tensor<?x2x?x?xi32>
  return
}

// CHECK-LABEL: func @mask_region
func.func @mask_region(%ids: tensor<?xi32>) {
  // CHECK: attn.mask_region {
  // CHECK-NEXT: ^bb0(%{{.*}}: index, %{{.*}}: index, %[[I:.*]]: index, %[[J:.*]]: index):
  // CHECK-NEXT: %[[IN:.*]] = arith.cmpi sle, %[[J]], %[[I]] : index
  // CHECK-NEXT: attn.yield %[[IN]] : i1
  %m = attn.mask_region {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %in = arith.cmpi sle, %j, %i : index
    attn.yield %in : i1
  }
  // CHECK: attn.mask_region(%{{.*}} : tensor<?xi32>) attributes {mine} {
  // CHECK-NEXT: ^bb0(%{{.*}}: index, %{{.*}}: index, %{{.*}}: index, %{{.*}}: index, %{{.*}}: !attn.captured<?xi32>):
  %same = attn.mask_region(%ids : tensor<?xi32>) attributes {mine} {
  ^bb0(%b: index, %h: index, %i: index, %j: index, %documents: !attn.captured<?xi32>):
    %q = attn.query_index
    %k = attn.key_index
    %mine = attn.lookup %documents[%q] : !attn.captured<?xi32>
    %theirs = attn.lookup %documents[%k] : !attn.captured<?xi32>
    %in = arith.cmpi eq, %mine, %theirs : i32
    attn.yield %in : i1
  }
  return
}

// CHECK-LABEL: func @combinations
func.func @combinations() {
  // CHECK: %[[A:.*]] = attn.causal
  // CHECK: %[[B:.*]] = attn.sink 4
  %a = attn.causal
  %b = attn.sink 4
  // CHECK: attn.and %[[A]], %[[B]]{{$}}
  %and = attn.and %a, %b
  // CHECK: attn.or %[[A]], %[[B]], %[[A]] {mine}
  %or = attn.or %a, %b, %a {mine}
  // CHECK: attn.or %[[A]]{{$}}
  %one = attn.or %a
  // CHECK: attn.not %[[A]]{{$}}
  %not = attn.not %a
  return
}
