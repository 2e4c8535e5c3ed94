// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Text forms of issue, await and convert.
// RUN: attn-opt %s | attn-opt | FileCheck %s
// RUN: attn-opt %s --emit-bytecode | attn-opt | FileCheck %s
// RUN: attn-opt %s --mlir-print-op-generic | attn-opt | FileCheck %s
// RUN: attn-opt %s --canonicalize --cse | FileCheck %s --check-prefixes=CHECK,CANON

!read = !tile.slot<read, tensor<128x64xbf16>>

// A chain of two products, whose end alone is awaited.
// CHECK-LABEL: func @products
func.func @products(%q: tensor<64x64xbf16>, %k: !read, %c: tensor<64x128xf32>) -> tensor<64x128xf32> {
  // CHECK: %[[A:.*]] = tile.issue %{{.*}}, %{{.*}}, %{{.*}} {transB} : tensor<64x64xbf16>, !tile.slot<read, tensor<128x64xbf16>>, tensor<64x128xf32> -> !tile.pending<tensor<64x128xf32>>
  %a = tile.issue %q, %k, %c {transB} : tensor<64x64xbf16>, !read, tensor<64x128xf32> -> !tile.pending<tensor<64x128xf32>>
  // CHECK: %[[B:.*]] = tile.issue %{{.*}}, %{{.*}}, %[[A]] {transB} : {{.*}}, !tile.pending<tensor<64x128xf32>> ->
  %b = tile.issue %q, %k, %a {transB} : tensor<64x64xbf16>, !read, !tile.pending<tensor<64x128xf32>> -> !tile.pending<tensor<64x128xf32>>
  // CHECK: tile.await %[[B]] : !tile.pending<tensor<64x128xf32>> -> tensor<64x128xf32>
  %t = tile.await %b : !tile.pending<tensor<64x128xf32>> -> tensor<64x128xf32>
  return %t : tensor<64x128xf32>
}

// The instruction that computes a product, begun or whole. A transposition is not absorbed where it reads one form alone.
// CHECK-LABEL: func @by_an_instruction
func.func @by_an_instruction(%q: tensor<64x64xbf16>, %k: !read) -> (tensor<64x128xf32>, tensor<64x64xf32>) {
  // CHECK: tile.issue %{{.*}}, %{{.*}} by(#cuda.wgmma<m64n128k16, bf16, a = registers>) {transB} : tensor<64x64xbf16>,
  %a = tile.issue %q, %k by(#cuda.wgmma<m64n128k16, bf16, a = registers>) {transB} : tensor<64x64xbf16>, !read -> !tile.pending<tensor<64x128xf32>>
  %t = tile.await %a : !tile.pending<tensor<64x128xf32>> -> tensor<64x128xf32>
  %turned = tile.transpose %q : tensor<64x64xbf16> -> tensor<64x64xbf16>
  // CHECK: tile.mma %{{.*}}, %{{.*}} by(#cuda.mma<m16n8k16, bf16>)
  // CANON-SAME: {transA} :
  %u = tile.mma %turned, %q by(#cuda.mma<m16n8k16, bf16>) : tensor<64x64xbf16>, tensor<64x64xbf16> -> tensor<64x64xf32>
  // CHECK: tile.mma %{{.*}}, %{{.*}}, %{{.*}} by(#cuda.wgmma<m64n64k16, bf16, a = registers>) :
  %v = tile.mma %turned, %q, %u by(#cuda.wgmma<m64n64k16, bf16, a = registers>) : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32> -> tensor<64x64xf32>
  return %t, %v : tensor<64x128xf32>, tensor<64x64xf32>
}

// CHECK-LABEL: func @converted
// CANON-NOT: tile.convert %{{.*}} : tensor<4x4xf32> -> tensor<4x4xf32>
func.func @converted(%t: tensor<4x4xf32>) -> (tensor<4x4xf32>, tensor<4x4xf32, "other">) {
  %same = tile.convert %t : tensor<4x4xf32> -> tensor<4x4xf32>
  // CHECK: tile.convert %{{.*}} : tensor<4x4xf32> -> tensor<4x4xf32, "other">
  %u = tile.convert %t : tensor<4x4xf32> -> tensor<4x4xf32, "other">
  return %same, %u : tensor<4x4xf32>, tensor<4x4xf32, "other">
}
