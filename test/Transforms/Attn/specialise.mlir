// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --split-input-file --attn-specialise="D=128 type=bf16" | FileCheck %s
// RUN: attn-opt %s --split-input-file --attn-specialise="D=128 type=bf16 keep=true" | FileCheck %s --check-prefix=KEEP
// RUN: attn-opt %s --split-input-file --attn-specialise="D=64 Dv=32 B=2 H=8 Hkv=2 M=16 N=48" \
// RUN:   | FileCheck %s --check-prefix=SIZES
// RUN: attn-opt %s --split-input-file --attn-specialise="type=f64" | FileCheck %s --check-prefix=F64
// RUN: attn-opt %s --split-input-file --attn-fuse --attn-specialise="D=128 type=f64" 2> /dev/null \
// RUN:   | FileCheck %s --check-prefix=FUSED

!tokens = tensor<?x?x?x?xf32>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>

// The roles come from the ops: the third argument is the query.
// CHECK-LABEL: func.func @chain.D128.bf16(
// CHECK-SAME: %[[V:[a-z0-9]+]]: tensor<?x?x?x128xbf16>, %[[SLOPES:[a-z0-9]+]]: tensor<?xf32>, %[[Q:[a-z0-9]+]]: tensor<?x?x?x128xbf16>, %[[K:[a-z0-9]+]]: tensor<?x?x?x128xbf16>)
// CHECK-SAME: -> (tensor<?x?x?x128xbf16>, tensor<?x?x?xf32>, tensor<?x?x?xf32>)
// CHECK: attn.score %[[Q]], %[[K]] {{.*}} -> !attn.scores<?x?x?x?xf32>
// CHECK: attn.apply {{.*}} : (!attn.weights<?x?x?x?xf32>, tensor<?x?x?x128xbf16>) -> tensor<?x?x?x128xbf16>

// KEEP: func.func @chain(
// KEEP: func.func @chain.D128.bf16(

// SIZES-LABEL: func.func @chain.D64.Dv32.B2.H8.Hkv2.M16.N48(
// SIZES-SAME: tensor<2x2x48x32xf32>, %{{[a-z0-9]+}}: tensor<?xf32>, %{{[a-z0-9]+}}: tensor<2x8x16x64xf32>, %{{[a-z0-9]+}}: tensor<2x2x48x64xf32>)
// SIZES-SAME: -> (tensor<2x8x16x32xf32>, tensor<2x8x16xf32>, tensor<2x8x48xf32>)
// SIZES: attn.modify {{.*}} : (!attn.scores<2x8x16x48xf32>, tensor<?xf32>) -> !attn.scores<2x8x16x48xf32>

// The compute type of f64 is f64: regions are rewritten, captured tensors stay.
// F64-LABEL: func.func @chain.f64(
// F64-SAME: tensor<?x?x?x?xf64>, %{{[a-z0-9]+}}: tensor<?xf32>
// F64: ^bb0(%[[X:[a-z0-9]+]]: f64, {{.*}}: !attn.captured<?xf32>):
// F64-NEXT: %[[L:[a-z0-9]+]] = attn.lookup
// F64-NEXT: %[[M:[a-z0-9]+]] = arith.extf %[[L]] : f32 to f64
// F64-NEXT: %[[D:[a-z0-9]+]] = attn.distance %{{.*}} : f64
// F64-NEXT: %[[A:[a-z0-9]+]] = arith.mulf %[[M]], %[[D]] : f64
// F64-NEXT: %[[HALF:[a-z0-9]+]] = arith.constant 5.000000e-01 : f64
// F64: attn.yield %{{.*}} : f64

// FUSED-LABEL: func.func @chain.D128.f64(
// FUSED: attn.attend {{.*}} -> (tensor<?x?x?x128xf64>, tensor<?x?x?xf64>, tensor<?x?x?xf64>) score {
// FUSED-NEXT: ^bb0(%{{.*}}: f64, {{.*}}: !attn.captured<?xf32>):
func.func @chain(%v: !tokens, %slopes: tensor<?xf32>, %q: !tokens, %k: !tokens)
    -> (!tokens, tensor<?x?x?xf32>, tensor<?x?x?xf32>) {
  %s = attn.score %q, %k domain(align = bottom_right) : (!tokens, !tokens) -> !scores
  %b = attn.modify %s, %slopes : (!scores, tensor<?xf32>) -> !scores {
  ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index, %m: !attn.captured<?xf32>):
    %slope = attn.lookup %m[%h] : !attn.captured<?xf32>
    %d = attn.distance %j, %i : f32
    %bias = arith.mulf %slope, %d : f32
    %half = arith.constant 0.5 : f32
    %small = arith.mulf %bias, %half : f32
    %y = arith.addf %x, %small : f32
    attn.yield %y : f32
  }
  %causal = attn.causal
  %m = attn.mask %b, %causal : !scores
  %w, %lse = attn.normalize %m softmax : (!scores) -> (!weights, tensor<?x?x?xf32>)
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  %sums = attn.reduce %w column_sum : (!weights) -> tensor<?x?x?xf32>
  return %o, %lse, %sums : !tokens, tensor<?x?x?xf32>, tensor<?x?x?xf32>
}

// -----

!tokens = tensor<?x?x?x?xf32>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>

// A normalizer of the file is copied in the compute type.
// CHECK-LABEL: func.func @own_normalizer.D128.bf16
// CHECK: attn.normalize %{{.*}} @halved :
// F64: attn.normalizer @halved : f32
// F64: attn.normalizer @halved.f64 : f64
// F64: ^bb0(%{{.*}}: f64):
// F64-LABEL: func.func @own_normalizer.f64
// F64: attn.normalize %{{.*}} @halved.f64 :
attn.normalizer @halved : f32 {
  weight {
  ^bb0(%s: f32):
    %half = arith.constant 0.5 : f32
    %w = arith.mulf %s, %half : f32
    attn.yield %w : f32
  }
}
func.func @own_normalizer(%q: !tokens, %k: !tokens, %v: !tokens) -> !tokens {
  %s = attn.score %q, %k domain(align = bottom_right) : (!tokens, !tokens) -> !scores
  %w = attn.normalize %s @halved : (!scores) -> !weights
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  return %o : !tokens
}

// -----

!tokens = tensor<?x?x?x?xf32>
!row = tensor<?x?x?xf32>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>

// Accumulators stay in the compute type, the merged output is storage.
// CHECK-LABEL: func.func @parts.D128.bf16
// CHECK: attn.apply {{.*}} partial : (!attn.weights<?x?x?x?xf32>, tensor<?x?x?x128xbf16>) -> (tensor<?x?x?x128xf32>, tensor<?x?x?xf32>, tensor<?x?x?xf32>)
// CHECK: attn.merge {{.*}} -> tensor<?x?x?x128xbf16>
// CHECK: return %{{.*}} : tensor<?x?x?x128xbf16>
func.func @parts(%q: !tokens, %k: !tokens, %v: !tokens) -> !tokens {
  %s = attn.score %q, %k domain(align = bottom_right) : (!tokens, !tokens) -> !scores
  %w = attn.normalize %s softmax : (!scores) -> !weights
  %a, %r, %l = attn.apply %w, %v partial : (!weights, !tokens) -> (!tokens, !row, !row)
  %o = attn.merge softmax (%a, %r, %l), (%a, %r, %l) : (!tokens, !row, !row, !tokens, !row, !row) -> !tokens
  return %o : !tokens
}

// -----

!tokens = tensor<?x?x?x?xf32>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>

// Captured tensors of mask regions keep their types, and gates pass a role on.
// CHECK-LABEL: func.func @gated_query.D128.bf16(%{{.*}}: tensor<?x?x?x128xbf16>, %{{.*}}: tensor<?x?x?x128xbf16>, %{{.*}}: tensor<?x?x?x128xbf16>, %{{.*}}: tensor<?x?x?xf32>, %{{.*}}: tensor<?xi32>)
// CHECK: attn.gate %{{.*}} : (tensor<?x?x?x128xbf16>, tensor<?x?x?xf32>) -> tensor<?x?x?x128xbf16>
func.func @gated_query(%q: !tokens, %k: !tokens, %v: !tokens, %g: tensor<?x?x?xf32>, %ids: tensor<?xi32>) -> !tokens {
  %qg = attn.gate %q, %g dims(b, h, i) domain = log : (!tokens, tensor<?x?x?xf32>) -> !tokens
  %s = attn.score %qg, %k domain(align = bottom_right) : (!tokens, !tokens) -> !scores
  %same = attn.mask_region (%ids : tensor<?xi32>) {
  ^bb0(%b: index, %h: index, %i: index, %j: index, %t: !attn.captured<?xi32>):
    %a = attn.lookup %t[%i] : !attn.captured<?xi32>
    %c = attn.lookup %t[%j] : !attn.captured<?xi32>
    %y = arith.cmpi eq, %a, %c : i32
    attn.yield %y : i1
  }
  %m = attn.mask %s, %same : !scores
  %w = attn.normalize %m softmax : (!scores) -> !weights
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  return %o : !tokens
}

// -----

!tokens = tensor<?x?x?x?xf32>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>

// Ops outside follow where they can; others read through a cast that forgets extents.
// SIZES-LABEL: func.func @ops_outside
// SIZES: %[[SUM:.*]] = arith.addf %{{.*}}, %{{.*}} : tensor<2x8x16x32xf32>
// F64-LABEL: func.func @ops_outside
// F64: tensor.extract_slice %{{.*}} : tensor<?x?x?x?xf64> to tensor<1x1x1x1xf64>
// SIZES: tensor.cast %[[SUM]] : tensor<2x8x16x32xf32> to tensor<?x?x?x?xf32>
func.func @ops_outside(%q: !tokens, %k: !tokens, %v: !tokens) -> (!tokens, index, tensor<1x1x1x1xf32>) {
  %s = attn.score %q, %k domain(align = bottom_right) : (!tokens, !tokens) -> !scores
  %w = attn.normalize %s softmax : (!scores) -> !weights
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  %twice = arith.addf %o, %o : !tokens
  %c0 = arith.constant 0 : index
  %dim = tensor.dim %twice, %c0 : !tokens
  %first = tensor.extract_slice %twice[0, 0, 0, 0] [1, 1, 1, 1] [1, 1, 1, 1] : !tokens to tensor<1x1x1x1xf32>
  return %twice, %dim, %first : !tokens, index, tensor<1x1x1x1xf32>
}
