// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A library for a chip with products of four warps holds two forms of a kernel, the fast one first; the driver launches
// the first that its tensors allow. Products of f32 have one form, and so have other chips.
// DEFINE: %{ptx} = attn-compile %s --target=cuda:sm_90a --emit=ptx -o %t.ptx
// RUN: %{ptx} --specialise="D=64 type=bf16" && FileCheck %s --input-file=%t.ptx
// RUN: %{ptx} --specialise="D=256 type=f16" && FileCheck %s --input-file=%t.ptx
// RUN: %{ptx} --specialise="D=64 type=f32" && FileCheck %s --input-file=%t.ptx --check-prefix=ONE
// RUN: attn-compile %s --target=cuda:sm_80 --emit=ptx -o %t.ptx --specialise="D=64 type=bf16"
// RUN: FileCheck %s --input-file=%t.ptx --check-prefix=ONE
// CHECK: .entry {{.*}}_attend$overlapped{{.*}}(
// CHECK-DAG: cp.async.bulk.tensor
// CHECK-DAG: wgmma.mma_async
// CHECK: .entry {{.*}}_attend(
// CHECK-NOT: wgmma
// CHECK: mma.sync
// ONE-NOT: $overlapped
// ONE: .entry {{.*}}_attend(

// An entry without the fast form keeps it from no other.
// RUN: %{ptx} --specialise="D=64 type=f32" --specialise="D=64 type=bf16"
// RUN: FileCheck %s --input-file=%t.ptx --check-prefix=TWO
// TWO-DAG: .entry {{.*}}f32_attend(
// TWO-DAG: .entry {{.*}}bf16_attend$overlapped{{.*}}(
// TWO-DAG: .entry {{.*}}bf16_attend(

// RUN: attn-compile %s --target=cuda:sm_90a -o %t.so --specialise="D=64 type=bf16"
// RUN: attn-exec %t.so --list | FileCheck %s --check-prefix=LIST
// LIST: attention
func.func @attention(%q: tensor<?x?x?x?xf32>, %k: tensor<?x?x?x?xf32>, %v: tensor<?x?x?x?xf32>) -> tensor<?x?x?x?xf32> {
  %s = attn.score %q, %k domain(align = bottom_right) : (tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>) -> !attn.scores<?x?x?x?xf32>
  %w = attn.normalize %s softmax : (!attn.scores<?x?x?x?xf32>) -> !attn.weights<?x?x?x?xf32>
  %o = attn.apply %w, %v : (!attn.weights<?x?x?x?xf32>, tensor<?x?x?x?xf32>) -> tensor<?x?x?x?xf32>
  return %o : tensor<?x?x?x?xf32>
}
