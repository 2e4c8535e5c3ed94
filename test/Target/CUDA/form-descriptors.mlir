// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --cuda-assign-layouts --cuda-form-descriptors 2> %t.remarks | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK --input-file=%t.remarks

!plane = memref<?x?x128xbf16>

// Copies of one argument in boxes of one shape share a tensor map; the box is 128 bytes wide.
// REMARK: [cuda-form-descriptors] descriptors = 2: copies go by as many tensor maps
// CHECK-LABEL: tile.kernel @two
// CHECK-SAME: descriptors = [{argument = 0 : i64, box = array<i64: 64, 32, 1>, dims = array<i64: 2, 1, 0>, element = "bf16", swizzle = 128 : i64}
// CHECK-SAME: {argument = 0 : i64, box = array<i64: 64, 16, 1>
// CHECK: tile.copy {{.*}} {descriptor = 0 : i64}
// CHECK: tile.copy {{.*}} {descriptor = 0 : i64}
// CHECK: tile.copy {{.*}} {descriptor = 1 : i64}
tile.kernel @two(%K: !plane)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %long = tile.ring : !tile.ring<2, tensor<32x128xbf16>>
  %short = tile.ring : !tile.ring<1, tensor<16x128xbf16>>
  tile.roles
  role @load warps = 1 (%t) {
    %a = tile.acquire %long : !tile.ring<2, tensor<32x128xbf16>>
    tile.copy %a, %K[%x, %c0, %c0] dims = [1, 2] : !tile.slot<fill, tensor<32x128xbf16>>, !plane
    tile.commit %a : !tile.slot<fill, tensor<32x128xbf16>>
    %b = tile.acquire %long : !tile.ring<2, tensor<32x128xbf16>>
    tile.copy %b, %K[%y, %c0, %c0] dims = [1, 2] : !tile.slot<fill, tensor<32x128xbf16>>, !plane
    tile.commit %b : !tile.slot<fill, tensor<32x128xbf16>>
    %c = tile.acquire %short : !tile.ring<1, tensor<16x128xbf16>>
    tile.copy %c, %K[%z, %c0, %c0] dims = [1, 2] : !tile.slot<fill, tensor<16x128xbf16>>, !plane
    tile.commit %c : !tile.slot<fill, tensor<16x128xbf16>>
    tile.yield
  }
  role @math warps = 1 (%t) {
    %a = tile.wait %long : !tile.ring<2, tensor<32x128xbf16>>
    tile.release %a : !tile.slot<read, tensor<32x128xbf16>>
    %b = tile.wait %long : !tile.ring<2, tensor<32x128xbf16>>
    tile.release %b : !tile.slot<read, tensor<32x128xbf16>>
    %c = tile.wait %short : !tile.ring<1, tensor<16x128xbf16>>
    tile.release %c : !tile.slot<read, tensor<16x128xbf16>>
    tile.yield
  }
  tile.yield
}
