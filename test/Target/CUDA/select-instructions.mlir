// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Either table on the same programs, and what is chosen of both: a product gets the first row that fits.
// RUN: attn-opt %s --cuda-select-instructions=chip=sm_90a 2>%t.remarks | FileCheck %s --check-prefixes=CHECK,BOTH
// RUN: FileCheck %s --check-prefix=REMARK --input-file=%t.remarks
// RUN: attn-opt %s --cuda-select-instructions=tables=warp 2>%t.warp | FileCheck %s --check-prefixes=CHECK,WARP
// RUN: FileCheck %s --check-prefix=OTHER --input-file=%t.warp
// RUN: attn-opt %s --cuda-select-instructions=tables=warp | attn-opt --cuda-select-instructions=chip=sm_90a 2>&1 \
// RUN:   | FileCheck %s --check-prefix=AGAIN
// AGAIN-COUNT-11: instruction = #cuda.{{.*}}: pinned

!read = !tile.slot<read, tensor<128x64xbf16>>

// Rows for four warps at a time go to the table of products that run beside other work.
// CHECK-LABEL: func @many_rows
// BOTH: tile.mma %{{.*}}, %{{.*}} by(#cuda.wgmma<m64n128k16, bf16>) {transB} :
// WARP: tile.mma %{{.*}}, %{{.*}} by(#cuda.mma<m16n8k16, bf16>) {transB} :
// BOTH: tile.mma %{{.*}}, %{{.*}} by(#cuda.wgmma<m64n64k16, f16>) :
// WARP: tile.mma %{{.*}}, %{{.*}} by(#cuda.mma<m16n8k16, f16>) :
// REMARK: remark: [cuda-select-instructions] instruction = #cuda.wgmma<m64n128k16, bf16>: the first row of 'warpgroup' that fits
// REMARK: instruction = #cuda.wgmma<m64n64k16, f16>:
func.func @many_rows(%a: tensor<128x64xbf16>, %b: tensor<128x64xbf16>, %c: tensor<64x64xf16>)
    -> (tensor<128x128xf32>, tensor<64x64xf32>) {
  %s = tile.mma %a, %b {transB} : tensor<128x64xbf16>, tensor<128x64xbf16> -> tensor<128x128xf32>
  %t = tile.mma %c, %c : tensor<64x64xf16>, tensor<64x64xf16> -> tensor<64x64xf32>
  return %s, %t : tensor<128x128xf32>, tensor<64x64xf32>
}

// What does not fit goes to the table of products of one warp: few rows, too many columns, a depth between steps, f32.
// CHECK-LABEL: func @left_to_a_warp
// CHECK: by(#cuda.mma<m16n8k16, bf16>)
// REMARK: instruction = #cuda.mma<m16n8k16, bf16>: 'warpgroup' computes 64 rows at a time, but the result has 16
// CHECK: by(#cuda.mma<m16n8k16, bf16>)
// REMARK: instruction = #cuda.mma<m16n8k16, bf16>: 'warpgroup' computes 256 columns, but the result has 320
// CHECK: by(#cuda.mma<m16n8k16, bf16>)
// REMARK: instruction = #cuda.mma<m16n8k16, bf16>: 'warpgroup' contracts 16 elements at a time, but the operands have 24
// CHECK: by(#cuda.mma<m16n8k8, tf32, products = 3>)
// REMARK: instruction = #cuda.mma<m16n8k8, tf32, products = 3>: 'warpgroup' multiplies bf16 or f16, but the operands are of f32
func.func @left_to_a_warp(%a: tensor<16x64xbf16>, %b: tensor<64x64xbf16>, %wide: tensor<64x320xbf16>,
    %c: tensor<64x24xbf16>, %d: tensor<64x64xf32>) {
  %0 = tile.mma %a, %b : tensor<16x64xbf16>, tensor<64x64xbf16> -> tensor<16x64xf32>
  %1 = tile.mma %b, %wide : tensor<64x64xbf16>, tensor<64x320xbf16> -> tensor<64x320xf32>
  %2 = tile.mma %c, %c {transB} : tensor<64x24xbf16>, tensor<64x24xbf16> -> tensor<64x64xf32>
  %3 = tile.mma %d, %d : tensor<64x64xf32>, tensor<64x64xf32> -> tensor<64x64xf32>
  return
}

// An attribute that is there stays; one of a table that is not asked for does not.
// CHECK-LABEL: func @pinned
// CHECK: by(#cuda.mma<m16n8k16, bf16>)
// REMARK: instruction = #cuda.mma<m16n8k16, bf16>: pinned
// CHECK: by(#cuda.mma<m16n8k8, tf32>) :
// BOTH: by(#cuda.wgmma<m64n64k16, bf16, a = registers>)
// REMARK: instruction = #cuda.wgmma<m64n64k16, bf16, a = registers>: pinned
// WARP: by(#cuda.mma<m16n8k16, bf16>)
// OTHER: instruction = #cuda.mma<m16n8k16, bf16>: #cuda.wgmma<m64n64k16, bf16, a = registers> is of another table
func.func @pinned(%b: tensor<64x64xbf16>, %d: tensor<64x64xf32>) {
  %0 = tile.mma %b, %b by(#cuda.mma<m16n8k16, bf16>) : tensor<64x64xbf16>, tensor<64x64xbf16> -> tensor<64x64xf32>
  %1 = tile.mma %d, %d by(#cuda.mma<m16n8k8, tf32>) : tensor<64x64xf32>, tensor<64x64xf32> -> tensor<64x64xf32>
  %2 = tile.mma %b, %b by(#cuda.wgmma<m64n64k16, bf16, a = registers>) : tensor<64x64xbf16>, tensor<64x64xbf16> -> tensor<64x64xf32>
  return
}

// What is begun takes an instruction that is begun, whatever tables are asked for.
// CHECK-LABEL: func @begun
// CHECK: tile.issue %{{.*}}, %{{.*}} by(#cuda.wgmma<m64n128k16, bf16>) {transB} :
// CHECK: tile.issue {{.*}} by(#cuda.wgmma<m64n128k16, bf16, a = registers>) {transB} :
// AGAIN: func @begun
func.func @begun(%q: tensor<64x64xbf16>, %k: !read) -> tensor<64x128xf32> {
  %0 = tile.issue %q, %k {transB} : tensor<64x64xbf16>, !read -> !tile.pending<tensor<64x128xf32>>
  %1 = tile.issue %q, %k, %0 by(#cuda.wgmma<m64n128k16, bf16, a = registers>) {transB} : tensor<64x64xbf16>, !read, !tile.pending<tensor<64x128xf32>> -> !tile.pending<tensor<64x128xf32>>
  %t = tile.await %1 : !tile.pending<tensor<64x128xf32>> -> tensor<64x128xf32>
  return %t : tensor<64x128xf32>
}
