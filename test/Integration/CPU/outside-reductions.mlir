// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Results in another order than the loops, maxima over two axes, a sum of everything that each element reads.
// DEFINE: %{t} = --arg shape=%{shape}:f32:normal
// DEFINE: %{run} = attn-run %s --backend=cpu --compare=reference %{t} %{t} %{t}
// DEFINE: %{shape} = 2x3x37x32
// RUN: %{run}
// REDEFINE: %{shape} = 2x3x0x32
// RUN: %{run}
// REDEFINE: %{shape} = 1x1x200x32
// RUN: %{run}

!t = tensor<?x?x?x32xf32>
func.func private @att(%q: !t, %k: !t, %v: !t) -> !t {
  %s = attn.score %q, %k domain(align = bottom_right) : (!t, !t) -> !attn.scores<?x?x?x?xf32>
  %w = attn.normalize %s softmax : (!attn.scores<?x?x?x?xf32>) -> !attn.weights<?x?x?x?xf32>
  %o = attn.apply %w, %v : (!attn.weights<?x?x?x?xf32>, !t) -> !t
  return %o : !t
}
func.func @perm(%q: !t, %k: !t, %v: !t) -> (tensor<?x32x?x?xf32>, tensor<?x?xf32>, tensor<f32>, !t) {
  %o = call @att(%q, %k, %v) : (!t, !t, !t) -> !t
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %b = tensor.dim %o, %c0 : !t
  %h = tensor.dim %o, %c1 : !t
  %m = tensor.dim %o, %c2 : !t
  %e = tensor.empty(%m, %b, %h) : tensor<?x32x?x?xf32>
  %p = linalg.generic {
    indexing_maps = [affine_map<(b, h, i, d) -> (b, h, i, d)>, affine_map<(b, h, i, d) -> (i, d, b, h)>],
    iterator_types = ["parallel", "parallel", "parallel", "parallel"]
  } ins(%o : !t) outs(%e : tensor<?x32x?x?xf32>) {
  ^bb0(%a: f32, %out: f32):
    linalg.yield %a : f32
  } -> tensor<?x32x?x?xf32>
  %ninf = arith.constant 0xFF800000 : f32
  %e2 = tensor.empty(%h, %b) : tensor<?x?xf32>
  %z2 = linalg.fill ins(%ninf : f32) outs(%e2 : tensor<?x?xf32>) -> tensor<?x?xf32>
  %mx = linalg.generic {
    indexing_maps = [affine_map<(b, h, i, d) -> (b, h, i, d)>, affine_map<(b, h, i, d) -> (h, b)>],
    iterator_types = ["parallel", "parallel", "reduction", "reduction"]
  } ins(%o : !t) outs(%z2 : tensor<?x?xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %x = arith.maximumf %a, %acc : f32
    linalg.yield %x : f32
  } -> tensor<?x?xf32>
  %e3 = tensor.empty() : tensor<f32>
  %zero = arith.constant 0.0 : f32
  %z3 = linalg.fill ins(%zero : f32) outs(%e3 : tensor<f32>) -> tensor<f32>
  %all = linalg.generic {
    indexing_maps = [affine_map<(b, h, i, d) -> (b, h, i, d)>, affine_map<(b, h, i, d) -> ()>],
    iterator_types = ["reduction", "reduction", "reduction", "reduction"]
  } ins(%o : !t) outs(%z3 : tensor<f32>) {
  ^bb0(%a: f32, %acc: f32):
    %x = arith.addf %a, %acc : f32
    linalg.yield %x : f32
  } -> tensor<f32>
  %e4 = tensor.empty(%b, %h, %m) : !t
  %norm = linalg.generic {
    indexing_maps = [affine_map<(b, h, i, d) -> (b, h, i, d)>, affine_map<(b, h, i, d) -> ()>,
                     affine_map<(b, h, i, d) -> (h, b)>, affine_map<(b, h, i, d) -> (b, h, i, d)>],
    iterator_types = ["parallel", "parallel", "parallel", "parallel"]
  } ins(%o, %all, %mx : !t, tensor<f32>, tensor<?x?xf32>) outs(%e4 : !t) {
  ^bb0(%a: f32, %s: f32, %mm: f32, %out: f32):
    %x = arith.mulf %a, %mm : f32
    %y = arith.addf %x, %s : f32
    linalg.yield %y : f32
  } -> !t
  return %p, %mx, %all, %norm : tensor<?x32x?x?xf32>, tensor<?x?xf32>, tensor<f32>, !t
}
