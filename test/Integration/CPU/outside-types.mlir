// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Integers, booleans, index arithmetic and constants of loops; sums of integers; several results of one op.
// DEFINE: %{t} = --arg shape=2x3x%{m}x32:f32:normal
// DEFINE: %{run} = attn-run %s --backend=cpu --compare=reference %{t} %{t} %{t} --arg shape=%{m}:i32:ramp \
// DEFINE:   --arg shape=%{m}:i1:uniform
// DEFINE: %{m} = 37
// RUN: %{run}
// REDEFINE: %{m} = 0
// RUN: %{run}

#all = affine_map<(b, h, i, d) -> (b, h, i, d)>
#row = affine_map<(b, h, i, d) -> (i)>
#i = affine_map<(i) -> (i)>
#none = affine_map<(i) -> ()>
!t = tensor<?x?x?x32xf32>
func.func private @att(%q: !t, %k: !t, %v: !t) -> !t {
  %s = attn.score %q, %k domain(align = bottom_right) : (!t, !t) -> !attn.scores<?x?x?x?xf32>
  %w = attn.normalize %s softmax : (!attn.scores<?x?x?x?xf32>) -> !attn.weights<?x?x?x?xf32>
  %o = attn.apply %w, %v : (!attn.weights<?x?x?x?xf32>, !t) -> !t
  return %o : !t
}
func.func @ints(%q: !t, %k: !t, %v: !t, %ids: tensor<?xi32>, %flags: tensor<?xi1>)
    -> (!t, tensor<i64>, tensor<?xi1>, tensor<?xi64>) {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %b = tensor.dim %q, %c0 : !t
  %c1 = arith.constant 1 : index
  %h = tensor.dim %q, %c1 : !t
  %m = tensor.dim %q, %c2 : !t
  %e = tensor.empty(%b, %h, %m) : !t
  %q2 = linalg.generic {
    indexing_maps = [#all, #row, #row, #all],
    iterator_types = ["parallel", "parallel", "parallel", "parallel"]
  } ins(%q, %ids, %flags : !t, tensor<?xi32>, tensor<?xi1>) outs(%e : !t) {
  ^bb0(%a: f32, %id: i32, %fl: i1, %out: f32):
    %d = linalg.index 3 : index
    %di = arith.index_cast %d : index to i32
    %dd = arith.addi %di, %id : i32
    %f = arith.sitofp %dd : i32 to f32
    %c = arith.constant 0.01 : f32
    %g = arith.mulf %f, %c : f32
    %cos = math.cos %g : f32
    %r = arith.mulf %a, %cos : f32
    %s = arith.select %fl, %r, %a : f32
    linalg.yield %s : f32
  } -> !t
  %o = call @att(%q2, %k, %v) : (!t, !t, !t) -> !t
  %i0 = arith.constant 0 : i64
  %se = tensor.empty() : tensor<i64>
  %sz = linalg.fill ins(%i0 : i64) outs(%se : tensor<i64>) -> tensor<i64>
  %sum = linalg.generic {indexing_maps = [#i, #none], iterator_types = ["reduction"]}
    ins(%ids : tensor<?xi32>) outs(%sz : tensor<i64>) {
  ^bb0(%a: i32, %acc: i64):
    %x = arith.extsi %a : i32 to i64
    %y = arith.addi %x, %acc : i64
    linalg.yield %y : i64
  } -> tensor<i64>
  %be = tensor.empty(%m) : tensor<?xi1>
  %le = tensor.empty(%m) : tensor<?xi64>
  %nb, %nl = linalg.generic {indexing_maps = [#i, #i, #i, #i], iterator_types = ["parallel"]}
    ins(%ids, %flags : tensor<?xi32>, tensor<?xi1>) outs(%be, %le : tensor<?xi1>, tensor<?xi64>) {
  ^bb0(%a: i32, %f: i1, %x: i1, %y: i64):
    %z = arith.constant 3 : i32
    %t = arith.cmpi sgt, %a, %z : i32
    %u = arith.xori %t, %f : i1
    %l = arith.extsi %a : i32 to i64
    %l2 = arith.muli %l, %l : i64
    linalg.yield %u, %l2 : i1, i64
  } -> (tensor<?xi1>, tensor<?xi64>)
  return %o, %sum, %nb, %nl : !t, tensor<i64>, tensor<?xi1>, tensor<?xi64>
}
