// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A kernel of a device is launched by its row in the manifest; its code is a constant of the library.
// RUN: attn-opt %s --launch-to-llvm="producer=test targets=cuda" | FileCheck %s

// Declarations of the device's functions go, a host kernel stays.
// CHECK-NOT: llvm.func @attend
// CHECK-NOT: launch.images
module attributes {launch.images = [
    {target = "cuda", chip = "new", capability = 90 : i64, exact = true, binary = "\7FELF\00", portable = "text"},
    {target = "cuda", chip = "old", capability = 80 : i64, portable = "text"}]} {

func.func @host(%o: memref<?x8xf32, strided<[?, 1], offset: ?>>, %x: index, %y: index, %z: index,
                %scratch: memref<?xi8>) attributes {launch.kernel} {
  return
}
llvm.func @attend(!llvm.ptr) attributes {launch.kernel, launch.device_variants = [
    {image = 0 : i64, function = "attend", threads = 384 : i64, shared = 100000 : i64, persistent = true,
     starts_early = true, descriptors = [
      {argument = 1 : i64, dims = [1, 0, 1], box = [4, 64, 2], swizzle = 128 : i64, element = "f32"}]},
    {image = 0 : i64, function = "attend_plain", threads = 128 : i64},
    {image = 1 : i64, function = "attend", threads = 128 : i64}]}
// Never launched: not in the manifest.
llvm.func @unused(!llvm.ptr) attributes {launch.kernel}

// CHECK-LABEL: llvm.func internal @entry
// CHECK-DAG: %[[TABLE:.*]] = llvm.mlir.addressof @attn.kernels : !llvm.ptr
// CHECK-DAG: %[[BYTES:.*]] = llvm.mlir.constant(88 : i64)
// CHECK-DAG: %[[HOST:.*]] = llvm.mlir.addressof @host.abi
// CHECK: %[[ROW:.*]] = llvm.getelementptr %[[TABLE]][0, 1] : (!llvm.ptr) -> !llvm.ptr, !llvm.array<2 x struct<(ptr, ptr, i64, ptr, i64, ptr)>>
// CHECK: llvm.call %{{.*}}(%{{.*}}, %[[ROW]], %{{.*}}, %[[BYTES]],
// CHECK: llvm.call %{{.*}}(%{{.*}}, %[[HOST]],
launch.entry @entry(%q: memref<?x8xf32, strided<[?, 1], offset: ?>>, %by: f32)
    results(%o: memref<?x8xf32, strided<[?, 1], offset: ?>>)
contract {
  %c0 = arith.constant 0 : index
  %c8 = arith.constant 8 : index
  %m = memref.dim %q, %c0 : memref<?x8xf32, strided<[?, 1], offset: ?>>
  launch.yield shapes(%m, %c8)
} body {
  %c1 = arith.constant 1 : index
  launch.kernel @attend grid(%c1, %c1, %c1) (%by, %q, %o)
      : f32, memref<?x8xf32, strided<[?, 1], offset: ?>>, memref<?x8xf32, strided<[?, 1], offset: ?>>
  launch.kernel @host grid(%c1, %c1, %c1) (%o) : memref<?x8xf32, strided<[?, 1], offset: ?>>
  launch.return
}

// CHECK: @attn.attend.device() {{.*}} : !llvm.array<3 x struct<(i64, ptr, i64, i64, ptr, i64, i64)>>
// CHECK: llvm.mlir.constant(384 : i64)
// CHECK: llvm.mlir.constant(100000 : i64)
// CHECK: llvm.mlir.constant(1 : i64)
// Persistent, and starts early.
// CHECK-NEXT: %[[FLAGS:.*]] = llvm.mlir.constant(3 : i64)
// CHECK: llvm.insertvalue %[[FLAGS]], %{{.*}}[6]
// The operand lies behind one slot for the scalar.
// CHECK: @attn.attend.maps() {{.*}} : !llvm.array<1 x struct<(i64, i64, struct<(i8, i8, i16)>, i64, ptr, ptr, i64)>>
// CHECK-DAG: llvm.mlir.constant(8 : i64)
// CHECK-DAG: llvm.mlir.constant(2 : i64)
// CHECK: @attn.{{.*}}(dense<[1, 0, 1]> : tensor<3xi64>)
// CHECK: @attn.{{.*}}(dense<[4, 64, 2]> : tensor<3xi64>)
// CHECK: @attn.{{.*}}("attend_plain\00")
// CHECK: @attn.images()
// CHECK-DAG: llvm.mlir.constant(90 : i64)
// CHECK: @attn.{{.*}}("new\00")
// CHECK: @attn.{{.*}}("\7FELF\00"){{.*}}alignment = 64
// CHECK: @attn.{{.*}}("text\00")
}
