// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What tensor ops expect of sizes, in the contract; what is seen to hold is not stated.
// RUN: attn-opt --attn-to-tile --canonicalize --cse --split-input-file %s | FileCheck %s

#id = affine_map<(i, j) -> (i, j)>
#col = affine_map<(i, j) -> (j)>

// CHECK-LABEL: launch.entry @broadcast(
// CHECK: contract
// CHECK: launch.check eq {{.*}}"expected dimension 0 of '{{.*}}' to equal dimension 1 of '{{.*}}' in 'linalg.generic'{{.*}}"
// CHECK-NOT: launch.check eq
// CHECK: launch.yield
func.func @broadcast(%x: tensor<?x?xf32>, %b: tensor<?xf32>) -> tensor<?x?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %x, %c0 : tensor<?x?xf32>
  %n = tensor.dim %x, %c1 : tensor<?x?xf32>
  %e = tensor.empty(%m, %n) : tensor<?x?xf32>
  %y = linalg.generic {indexing_maps = [#id, #col, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %b : tensor<?x?xf32>, tensor<?xf32>) outs(%e : tensor<?x?xf32>) {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %s = arith.addf %p, %q : f32
    linalg.yield %s : f32
  } -> tensor<?x?xf32>
  return %y : tensor<?x?xf32>
}

// -----

// CHECK-LABEL: launch.entry @sliced(
// CHECK-DAG: launch.check le %c0, %{{.*}}, "expected offset 0 in 'tensor.extract_slice' at {{.*}} to be at least 0"
// CHECK-DAG: launch.check le %c0, %{{.*}}, "expected size 0 in 'tensor.extract_slice' at {{.*}} to be at least 0"
// CHECK-DAG: launch.check le {{.*}}"expected the slice to end inside dimension 0 of '{{.*}}' in 'tensor.extract_slice'{{.*}}"
// CHECK: launch.yield
func.func @sliced(%x: tensor<?x4xf32>, %at: index, %n: index) -> tensor<?x4xf32> {
  %y = tensor.extract_slice %x[%at, 0] [%n, 4] [1, 1] : tensor<?x4xf32> to tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

// CHECK-LABEL: launch.entry @known(
// CHECK-NOT: launch.check {{eq|le}}
// CHECK: launch.yield
func.func @known(%x: tensor<?x8xf32>) -> tensor<?x4xf32> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x8xf32>
  %y = tensor.extract_slice %x[0, 2] [%m, 4] [1, 1] : tensor<?x8xf32> to tensor<?x4xf32>
  %z = arith.addf %y, %y : tensor<?x4xf32>
  return %z : tensor<?x4xf32>
}

// -----

// CHECK-LABEL: launch.entry @cast(
// CHECK: launch.check eq %{{.*}}, %c4, "expected dimension 0 of '{{.*}}' to be 4 in 'tensor.cast' at {{.*}}"
func.func @cast(%x: tensor<?xf32>) -> tensor<4xf32> {
  %y = tensor.cast %x : tensor<?xf32> to tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

// The intermediate tensor and the argument meet in an attend.
// CHECK-LABEL: launch.entry @joined(
// CHECK: launch.check eq {{.*}}"expected the batch of '{{.*}}' to equal the batch of 'math.tanh at {{.*}}'"
// CHECK: launch.check multiple_of {{.*}}"expected the heads of 'math.tanh at {{.*}}' to be a multiple of the heads of
func.func @joined(%q: tensor<?x?x8x16xf32>, %k: tensor<?x?x8x16xf32>) -> tensor<?x?x8x16xf32> {
  %t = math.tanh %q : tensor<?x?x8x16xf32>
  %o = attn.attend terms(%t, %k) values(%k) normalize softmax results(output)
    : (tensor<?x?x8x16xf32>, tensor<?x?x8x16xf32>, tensor<?x?x8x16xf32>) -> tensor<?x?x8x16xf32>
  return %o : tensor<?x?x8x16xf32>
}
