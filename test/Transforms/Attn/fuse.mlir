// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --attn-fuse --split-input-file 2> %t | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK --input-file=%t

!tokens = tensor<1x8x?x64xbf16>
!shared = tensor<1x2x?x64xbf16>
!scores = !attn.scores<1x8x?x?xf32>
!weights = !attn.weights<1x8x?x?xf32>

// REMARK: remark: [attn-fuse] attend = output: 1 term, 0 modifies, 0 masks, 0 gates
// CHECK-LABEL: @plain_chain
// CHECK-SAME: (%[[Q:[a-z0-9_]+]]: tensor<1x8x?x64xbf16>, %[[K:[a-z0-9_]+]]: tensor<1x2x?x64xbf16>, %[[V:[a-z0-9_]+]]: tensor<1x2x?x64xbf16>)
// CHECK-NEXT: %[[O:[a-z0-9_]+]] = attn.attend terms(%[[Q]], %[[K]]) values(%[[V]]) normalize softmax
// CHECK-SAME: domain(align = bottom_right) results(output) {scale = 1.250000e-01 : f32}
// CHECK-SAME: : (tensor<1x8x?x64xbf16>, tensor<1x2x?x64xbf16>, tensor<1x2x?x64xbf16>) -> tensor<1x8x?x64xbf16>
// CHECK-NEXT: return %[[O]]
func.func @plain_chain(%q: !tokens, %k: !shared, %v: !shared) -> !tokens {
  %s = attn.score %q, %k domain(align = bottom_right) {scale = 0.125 : f32} : (!tokens, !shared) -> !scores
  %w = attn.normalize %s softmax : (!scores) -> !weights
  %o = attn.apply %w, %v : (!weights, !shared) -> !tokens
  return %o : !tokens
}

// -----

!tokens = tensor<1x8x?x64xf32>
!scores = !attn.scores<1x8x?x?xf32>
!weights = !attn.weights<1x8x?x?xf32>

// Steps and masks compose in any order; a captured tensor is passed once.
// REMARK: remark: [attn-fuse] attend = output: 1 term, 2 modifies, 2 masks, 0 gates
// CHECK-LABEL: @modify_after_mask
// CHECK-SAME: %[[T:[a-z0-9_]+]]: tensor<8xf32>)
// CHECK-DAG: %[[CAUSAL:[a-z0-9_]+]] = attn.causal
// CHECK-DAG: %[[SINK:[a-z0-9_]+]] = attn.sink 4
// CHECK: %[[BOTH:[a-z0-9_]+]] = attn.and %[[CAUSAL]], %[[SINK]]
// CHECK: attn.attend {{.*}} mask(%[[BOTH]]) captures(%[[T]]) normalize softmax
// CHECK-SAME: score {
// CHECK-NEXT: ^bb0(%[[X:[a-z0-9_]+]]: f32, %{{.*}}: index, %[[H:[a-z0-9_]+]]: index, %{{.*}}: index, %{{.*}}: index, %[[C:[a-z0-9_]+]]: !attn.captured<8xf32>):
// CHECK-NEXT:   %[[A:[a-z0-9_]+]] = attn.lookup %[[C]][%[[H]]]
// CHECK-NEXT:   %[[Y:[a-z0-9_]+]] = arith.addf %[[X]], %[[A]]
// CHECK-NEXT:   %[[B:[a-z0-9_]+]] = attn.lookup %[[C]][%[[H]]]
// CHECK-NEXT:   %[[Z:[a-z0-9_]+]] = arith.mulf %[[Y]], %[[B]]
// CHECK-NEXT:   attn.yield %[[Z]]
// CHECK-NEXT: }
// CHECK-NEXT: return
func.func @modify_after_mask(%q: !tokens, %k: !tokens, %v: !tokens, %t: tensor<8xf32>) -> !tokens {
  %s = attn.score %q, %k domain(align = top_left) : (!tokens, !tokens) -> !scores
  %causal = attn.causal
  %m = attn.mask %s, %causal : !scores
  %x = attn.modify %m, %t : (!scores, tensor<8xf32>) -> !scores {
  ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index, %c: !attn.captured<8xf32>):
    %a = attn.lookup %c[%h] : !attn.captured<8xf32>
    %y = arith.addf %x, %a : f32
    attn.yield %y : f32
  }
  %sink = attn.sink 4
  %n = attn.mask %x, %sink : !scores
  %y = attn.modify %n, %t : (!scores, tensor<8xf32>) -> !scores {
  ^bb0(%x1: f32, %b: index, %h: index, %i: index, %j: index, %c: !attn.captured<8xf32>):
    %a = attn.lookup %c[%h] : !attn.captured<8xf32>
    %z = arith.mulf %x1, %a : f32
    attn.yield %z : f32
  }
  %w = attn.normalize %y softmax : (!scores) -> !weights
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  return %o : !tokens
}

// -----

!tokens = tensor<1x8x?x64xf32>
!scores = !attn.scores<1x8x?x?xf32>
!weights = !attn.weights<1x8x?x?xf32>
!row = tensor<1x8x?xf32>

// REMARK: remark: [attn-fuse] attend = output, lse, row_max, column_sum, diagonal_sum: 1 term, 0 modifies, 1 mask, 0 gates
// CHECK-LABEL: @statistics_join_the_product
// CHECK: %[[R:[a-z0-9_]+]]:5 = attn.attend {{.*}} normalize softmax lse(base = 2){{.*}}results(output, lse, row_max, column_sum, diagonal_sum)
// CHECK-NEXT: return %[[R]]#0, %[[R]]#1, %[[R]]#3, %[[R]]#4, %[[R]]#2
func.func @statistics_join_the_product(%q: !tokens, %k: !tokens, %v: !tokens) -> (!tokens, !row, !row, !row, !row) {
  %s = attn.score %q, %k domain(align = top_left) : (!tokens, !tokens) -> !scores
  %causal = attn.causal
  %m = attn.mask %s, %causal : !scores
  %max = attn.reduce %m row_max : (!scores) -> !row
  %w, %lse = attn.normalize %m softmax lse(base = 2) : (!scores) -> (!weights, !row)
  %columns = attn.reduce %w column_sum : (!weights) -> !row
  %diagonals = attn.reduce %w diagonal_sum : (!weights) -> !row
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  return %o, %lse, %columns, %diagonals, %max : !tokens, !row, !row, !row, !row
}

// -----

!tokens = tensor<1x8x?x64xf32>
!scores = !attn.scores<1x8x?x?xf32>
!weights = !attn.weights<1x8x?x?xf32>
!row = tensor<1x8x?xf32>

// REMARK: remark: [attn-fuse] attend = output, partial
// REMARK: remark: [attn-fuse] attend = output: {{.*}}
// CHECK-LABEL: @different_values_are_two_attends
// CHECK-SAME: %[[V:[a-z0-9_]+]]: tensor<1x8x?x64xf32>, %[[U:[a-z0-9_]+]]: tensor<1x8x?x64xf32>)
// CHECK: %[[A:[a-z0-9_]+]]:4 = attn.attend {{.*}} values(%[[V]]) {{.*}} results(output, partial)
// CHECK: %[[B:[a-z0-9_]+]] = attn.attend {{.*}} values(%[[U]]) {{.*}} results(output)
// CHECK: return %[[A]]#0, %[[A]]#0, %[[B]], %[[A]]#1, %[[A]]#2, %[[A]]#3
func.func @different_values_are_two_attends(%q: !tokens, %k: !tokens, %v: !tokens, %u: !tokens)
    -> (!tokens, !tokens, !tokens, !tokens, !row, !row) {
  %s = attn.score %q, %k domain(align = top_left) : (!tokens, !tokens) -> !scores
  %w = attn.normalize %s softmax : (!scores) -> !weights
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  %again = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  %other = attn.apply %w, %u : (!weights, !tokens) -> !tokens
  %acc, %r, %l = attn.apply %w, %v partial : (!weights, !tokens) -> (!tokens, !row, !row)
  return %o, %again, %other, %acc, %r, %l : !tokens, !tokens, !tokens, !tokens, !row, !row
}

// -----

!tokens = tensor<1x8x?x64xf32>
!scores = !attn.scores<1x8x?x?xf32>
!weights = !attn.weights<1x8x?x?xf32>

// Only the sum of neighbouring log gates is exponentiated; gates read storage positions.
// REMARK: remark: [attn-fuse] attend = output: 1 term, 0 modifies, 1 mask, 4 gates
// CHECK-LABEL: @gates
// CHECK-SAME: %[[GI:[a-z0-9_]+]]: tensor<1x8x?xf32>, %[[GJ:[a-z0-9_]+]]: tensor<1x8x?xbf16>, %[[LIN:[a-z0-9_]+]]: tensor<8xf32>, %[[WG:[a-z0-9_]+]]: tensor<1x8x?xf32>)
// CHECK: attn.attend {{.*}} captures(%[[GI]], %[[LIN]], %[[GJ]], %[[WG]]) normalize none
// CHECK-SAME: score {
// CHECK-NEXT: ^bb0(%[[X:[a-z0-9_]+]]: f32, %[[B:[a-z0-9_]+]]: index, %[[H:[a-z0-9_]+]]: index, %{{.*}}: index, %{{.*}}: index, %[[CGI:[a-z0-9_]+]]: !attn.captured<1x8x?xf32>, %[[CL:[a-z0-9_]+]]: !attn.captured<8xf32>, %[[CGJ:[a-z0-9_]+]]: !attn.captured<1x8x?xbf16>, %{{.*}}: !attn.captured<1x8x?xf32>):
// CHECK-NEXT: %[[I:[a-z0-9_]+]] = attn.query_index
// CHECK-NEXT: %[[L1:[a-z0-9_]+]] = attn.lookup %[[CGI]][%[[B]], %[[H]], %[[I]]]
// CHECK-NEXT: %[[F:[a-z0-9_]+]] = attn.lookup %[[CL]][%[[H]]]
// CHECK-NEXT: %[[XF:[a-z0-9_]+]] = arith.mulf %[[X]], %[[F]]
// CHECK-NEXT: %[[J:[a-z0-9_]+]] = attn.key_index
// CHECK-NEXT: %[[L2:[a-z0-9_]+]] = attn.lookup %[[CGJ]][%[[B]], %[[H]], %[[J]]]
// CHECK-NEXT: %[[L3:[a-z0-9_]+]] = arith.extf %[[L2]]
// CHECK-NEXT: %[[SUM:[a-z0-9_]+]] = arith.addf %[[L1]], %[[L3]]
// CHECK-NEXT: %[[E:[a-z0-9_]+]] = math.exp %[[SUM]]
// CHECK-NEXT: %[[Y:[a-z0-9_]+]] = arith.mulf %[[XF]], %[[E]]
// CHECK-NEXT: attn.yield %[[Y]]
// CHECK: weight {
// CHECK: attn.query_index
// CHECK: arith.mulf
func.func @gates(%q: !tokens, %k: !tokens, %v: !tokens, %gi: tensor<1x8x?xf32>, %gj: tensor<1x8x?xbf16>,
                 %linear: tensor<8xf32>, %wg: tensor<1x8x?xf32>) -> !tokens {
  %s = attn.score %q, %k domain(align = top_left) : (!tokens, !tokens) -> !scores
  %a = attn.gate %s, %gi dims(b, h, i) domain = log : (!scores, tensor<1x8x?xf32>) -> !scores
  %causal = attn.causal
  %m = attn.mask %a, %causal : !scores
  %l = attn.gate %m, %linear dims(h) domain = linear : (!scores, tensor<8xf32>) -> !scores
  %b = attn.gate %l, %gj dims(b, h, j) domain = log : (!scores, tensor<1x8x?xbf16>) -> !scores
  %w = attn.normalize %b none : (!scores) -> !weights
  %g = attn.gate %w, %wg dims(b, h, i) domain = linear : (!weights, tensor<1x8x?xf32>) -> !weights
  %o = attn.apply %g, %v : (!weights, !tokens) -> !tokens
  return %o : !tokens
}

// -----

!tokens = tensor<1x8x?x64xf32>
!scores = !attn.scores<1x8x?x?xf32>
!weights = !attn.weights<1x8x?x?xf32>
!row = tensor<1x8x?xf32>

// In a packed domain b counts segments; the batch of a gate's factor is 0.
// CHECK-LABEL: @packed_gate
// CHECK: attn.attend
// CHECK: %[[ZERO:[a-z0-9_]+]] = arith.constant 0 : index
// CHECK: attn.lookup %{{.*}}[%[[ZERO]], %{{.*}}, %{{.*}}]
func.func @packed_gate(%q: !tokens, %k: !tokens, %v: !tokens, %cu: tensor<?xi32>, %g: !row) -> !tokens {
  %s = attn.score %q, %k domain(align = top_left, segments(%cu, %cu)) : (!tokens, !tokens, tensor<?xi32>, tensor<?xi32>) -> !scores
  %a = attn.gate %s, %g dims(b, h, j) domain = linear : (!scores, !row) -> !scores
  %w = attn.normalize %a softmax : (!scores) -> !weights
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  return %o : !tokens
}

// -----

!tokens = tensor<1x8x?x64xf32>
!scores = !attn.scores<1x8x?x?xf32>
!weights = !attn.weights<1x8x?x?xf32>
!row = tensor<1x8x?xf32>

// The values are made from the column sums, so that one attend cannot return both.
// CHECK-LABEL: @values_made_from_a_statistic
// CHECK: %[[SUMS:[a-z0-9_]+]] = attn.attend {{.*}} results(column_sum)
// CHECK: %[[G:[a-z0-9_]+]] = attn.gate %{{.*}}, %[[SUMS]]
// CHECK: %[[O:[a-z0-9_]+]]:2 = attn.attend {{.*}} values(%[[G]]) {{.*}} results(output, lse)
func.func @values_made_from_a_statistic(%q: !tokens, %k: !tokens, %v: !tokens) -> (!tokens, !row) {
  %s = attn.score %q, %k domain(align = top_left) : (!tokens, !tokens) -> !scores
  %w, %lse = attn.normalize %s softmax : (!scores) -> (!weights, !row)
  %sums = attn.reduce %w column_sum : (!weights) -> !row
  %g = attn.gate %v, %sums dims(b, h, i) domain = linear : (!tokens, !row) -> !tokens
  %o = attn.apply %w, %g : (!weights, !tokens) -> !tokens
  return %o, %lse : !tokens, !row
}

// -----

!tokens = tensor<1x8x?x64xf32>
!scores = !attn.scores<1x8x?x?xf32>
!row = tensor<1x8x?xf32>

// Statistics of scores need no normalizer.
// CHECK-LABEL: @statistics_of_scores
// CHECK: %[[R:[a-z0-9_]+]]:2 = attn.attend terms({{.*}}) normalize none {{.*}} results(row_max, column_sum)
// CHECK-NEXT: return %[[R]]#0, %[[R]]#1
func.func @statistics_of_scores(%q: !tokens, %k: !tokens) -> (!row, !row) {
  %s = attn.score %q, %k domain(align = top_left) : (!tokens, !tokens) -> !scores
  %max = attn.reduce %s row_max : (!scores) -> !row
  %sums = attn.reduce %s column_sum : (!scores) -> !row
  return %max, %sums : !row, !row
}

// -----

!tokens = tensor<1x8x?x64xf32>
!scores = !attn.scores<1x8x?x?xf32>
!weights = !attn.weights<1x8x?x?xf32>
!row = tensor<1x8x?xf32>

// The lse alone; a product of gated weights is another plane's, but may return it too.
// CHECK-LABEL: @lse_alone
// CHECK: %[[L:[a-z0-9_]+]] = attn.attend {{.*}} results(lse)
// CHECK-NEXT: return %[[L]]
func.func @lse_alone(%q: !tokens, %k: !tokens) -> !row {
  %s = attn.score %q, %k domain(align = top_left) : (!tokens, !tokens) -> !scores
  %w, %lse = attn.normalize %s softmax : (!scores) -> (!weights, !row)
  return %lse : !row
}

// CHECK-LABEL: @two_terms
// CHECK-SAME: (%[[A:[a-z0-9_]+]]: tensor<1x8x?x64xf32>, %[[B:[a-z0-9_]+]]: tensor<1x8x?x64xf32>, %[[C:[a-z0-9_]+]]: tensor<1x8x?x64xf32>, %[[D:[a-z0-9_]+]]: tensor<1x8x?x64xf32>, %[[V:[a-z0-9_]+]]: tensor<1x8x?x64xf32>)
// CHECK: attn.attend terms(%[[A]], %[[B]], %[[C]], %[[D]]) values(%[[V]]) {{.*}}{scales = [1.000000e+00 : f32, 5.000000e-01 : f32]}
func.func @two_terms(%a: !tokens, %b: !tokens, %c: !tokens, %d: !tokens, %v: !tokens) -> !tokens {
  %s = attn.score %a, %b, %c, %d domain(align = top_left) {scales = [1.0, 0.5]} : (!tokens, !tokens, !tokens, !tokens) -> !scores
  %w = attn.normalize %s softmax : (!scores) -> !weights
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  return %o : !tokens
}

// -----

!tokens = tensor<1x8x?x64xf32>
!scores = !attn.scores<1x8x?x?xf32>
!weights = !attn.weights<1x8x?x?xf32>

// What nobody reads goes.
// CHECK-LABEL: @unused_chain
// CHECK-NEXT: return
func.func @unused_chain(%q: !tokens, %k: !tokens, %v: !tokens) {
  %s = attn.score %q, %k domain(align = top_left) : (!tokens, !tokens) -> !scores
  %causal = attn.causal
  %m = attn.mask %s, %causal : !scores
  %w = attn.normalize %m softmax : (!scores) -> !weights
  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
  return
}
