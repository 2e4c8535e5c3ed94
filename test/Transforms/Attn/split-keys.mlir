// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --attn-split-keys 2> %t | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK --input-file=%t
// RUN: attn-opt %s --attn-split-keys="split=256" 2> /dev/null | FileCheck %s --check-prefix=SIZE

// REMARK: remark: [attn-split-keys] queries = short: 8 queries per key head are at most 64
// REMARK: remark: [attn-split-keys] split = 512: fixed, so that results do not depend on the machine
// CHECK: func.func @few_static_queries({{.*}} attributes {attn.queries = "short"}
// CHECK: attn.attend {{.*}} results(output) split = 512
// SIZE: attn.attend {{.*}} split = 256
func.func @few_static_queries(%q: tensor<1x16x2x64xf32>, %k: tensor<1x4x?x64xf32>) -> tensor<1x16x2x64xf32> {
  %o = attn.attend terms(%q, %k) values(%k) normalize softmax domain(align = bottom_right) results(output)
    : (tensor<1x16x2x64xf32>, tensor<1x4x?x64xf32>, tensor<1x4x?x64xf32>) -> tensor<1x16x2x64xf32>
  return %o : tensor<1x16x2x64xf32>
}

// REMARK: remark: [attn-split-keys] queries = long: 128 queries per key head are more than 64; attn.queries = "short" splits the keys
// CHECK: func.func @many_rows_per_key_head({{.*}} attributes {attn.queries = "long"}
// CHECK-NOT: split
func.func @many_rows_per_key_head(%q: tensor<1x16x32x64xf32>, %k: tensor<1x4x?x64xf32>) -> tensor<1x16x32x64xf32> {
  %o = attn.attend terms(%q, %k) values(%k) normalize softmax domain(align = bottom_right) results(output)
    : (tensor<1x16x32x64xf32>, tensor<1x4x?x64xf32>, tensor<1x4x?x64xf32>) -> tensor<1x16x32x64xf32>
  return %o : tensor<1x16x32x64xf32>
}

// REMARK: remark: [attn-split-keys] queries = long: the number of queries per key head is not static; attn.queries = "short" splits the keys
// CHECK: func.func @dynamic_queries({{.*}} attributes {attn.queries = "long"}
// CHECK-NOT: split
func.func @dynamic_queries(%q: tensor<1x16x?x64xf32>) -> tensor<1x16x?x64xf32> {
  %o = attn.attend terms(%q, %q) values(%q) normalize softmax domain(align = bottom_right) results(output)
    : (tensor<1x16x?x64xf32>, tensor<1x16x?x64xf32>, tensor<1x16x?x64xf32>) -> tensor<1x16x?x64xf32>
  return %o : tensor<1x16x?x64xf32>
}

// REMARK: remark: [attn-split-keys] queries = long: the number of queries per key head is not static
// CHECK: func.func @dynamic_heads({{.*}} attributes {attn.queries = "long"}
func.func @dynamic_heads(%q: tensor<1x?x1x64xf32>, %k: tensor<1x?x?x64xf32>) -> tensor<1x?x1x64xf32> {
  %o = attn.attend terms(%q, %k) values(%k) normalize softmax domain(align = bottom_right) results(output)
    : (tensor<1x?x1x64xf32>, tensor<1x?x?x64xf32>, tensor<1x?x?x64xf32>) -> tensor<1x?x1x64xf32>
  return %o : tensor<1x?x1x64xf32>
}

// REMARK: remark: [attn-split-keys] queries = short: the entry says so
// CHECK: func.func @stated
// CHECK: attn.attend {{.*}} split = 512
// CHECK: attn.attend {{.*}} split = 128
func.func @stated(%q: tensor<1x16x?x64xf32>) -> (tensor<1x16x?x64xf32>, tensor<1x16x?x64xf32>) attributes {attn.queries = "short"} {
  %o = attn.attend terms(%q, %q) values(%q) normalize softmax domain(align = bottom_right) results(output)
    : (tensor<1x16x?x64xf32>, tensor<1x16x?x64xf32>, tensor<1x16x?x64xf32>) -> tensor<1x16x?x64xf32>
  %p = attn.attend terms(%q, %q) values(%o) normalize softmax domain(align = bottom_right) results(output) split = 128
    : (tensor<1x16x?x64xf32>, tensor<1x16x?x64xf32>, tensor<1x16x?x64xf32>) -> tensor<1x16x?x64xf32>
  return %o, %p : tensor<1x16x?x64xf32>, tensor<1x16x?x64xf32>
}

// REMARK: remark: [attn-split-keys] queries = long: the entry says so
// CHECK: func.func @stated_long
// CHECK-NOT: split
func.func @stated_long(%q: tensor<1x1x1x64xf32>) -> tensor<1x1x1x64xf32> attributes {attn.queries = "long"} {
  %o = attn.attend terms(%q, %q) values(%q) normalize softmax results(output)
    : (tensor<1x1x1x64xf32>, tensor<1x1x1x64xf32>, tensor<1x1x1x64xf32>) -> tensor<1x1x1x64xf32>
  return %o : tensor<1x1x1x64xf32>
}

// REMARK: remark: [attn-split-keys] queries = short: 1 query per key head is at most 64
// REMARK: remark: [attn-split-keys] split = none: sums over columns need finished rows
// CHECK: func.func @column_sums_stay_whole
// CHECK-NOT: split
func.func @column_sums_stay_whole(%q: tensor<1x1x1x64xf32>) -> tensor<1x1x1xf32> {
  %o = attn.attend terms(%q, %q) normalize softmax results(column_sum)
    : (tensor<1x1x1x64xf32>, tensor<1x1x1x64xf32>) -> tensor<1x1x1xf32>
  return %o : tensor<1x1x1xf32>
}

// An entry may state its parts; what an attend states goes before.
// REMARK: remark: [attn-split-keys] queries = short: the entry says so
// REMARK: remark: [attn-split-keys] split = 1024: the entry says so
// CHECK: func.func @stated_parts
// CHECK: attn.attend {{.*}} split = 1024
// CHECK: attn.attend {{.*}} split = 128
func.func @stated_parts(%q: tensor<1x16x?x64xf32>) -> (tensor<1x16x?x64xf32>, tensor<1x16x?x64xf32>) attributes {attn.queries = "short", attn.split = 1024} {
  %o = attn.attend terms(%q, %q) values(%q) normalize softmax domain(align = bottom_right) results(output)
    : (tensor<1x16x?x64xf32>, tensor<1x16x?x64xf32>, tensor<1x16x?x64xf32>) -> tensor<1x16x?x64xf32>
  %p = attn.attend terms(%q, %q) values(%o) normalize softmax domain(align = bottom_right) results(output) split = 128
    : (tensor<1x16x?x64xf32>, tensor<1x16x?x64xf32>, tensor<1x16x?x64xf32>) -> tensor<1x16x?x64xf32>
  return %o, %p : tensor<1x16x?x64xf32>, tensor<1x16x?x64xf32>
}
