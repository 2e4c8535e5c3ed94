// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Corners of the language that were once wrong, compared with the oracle.
// DEFINE: %{run} = attn-run %s --compare=reference --arg shape=1x2x70x16:f32:normal --arg shape=1x1x90x16:f32:normal

// RUN: %{run} --entry=far_window
// RUN: %{run} --entry=two_tables --arg '[[[1,0,2,1,2]]]:i32' --arg '[[[[3,-1],[-1,-1],[0,8],[2,-1],[4,5]]]]:i32' \
// RUN:   --arg '[[[2,1,2]]]:i32' --arg '[[[[0,2],[1,-1],[0,1]]]]:i32'
// RUN: %{run} --entry=one_sink --arg 0.5:f32 --arg '[0.25]:f32'
// RUN: %{run} --entry=short_rows --arg '[52]:i32' --arg '[90]:i32' --arg '[[[4,3,0]]]:i32' \
// RUN:   --arg '[[[[1,2,4,5],[0,3,5,-1],[-1,-1,-1,-1]]]]:i32'
// RUN: %{run} --entry=far_angles
// RUN: attn-run %s --compare=reference --entry=double --arg shape=1x1x5x8:f64:normal --arg shape=1x1x9x8:f64:normal

!q = tensor<?x?x?x?xf32>
!scores = !attn.scores<?x?x?x?xf32>
!weights = !attn.weights<?x?x?x?xf32>

// A side of a window does not carry a position out of 32 bits, in a tile of rows that is partial for another reason.
func.func @far_window(%q: !q, %k: !q) -> !q {
  %s = attn.score %q, %k domain(align = bottom_right) : (!q, !q) -> !scores
  %right = attn.window left = 3 right = 2147483647
  %left = attn.window left = 2147483647 right = 5
  %both = attn.and %right, %left
  %t = attn.mask %s, %both : !scores
  %w = attn.normalize %t softmax : (!scores) -> !weights
  %o = attn.apply %w, %k : (!weights, !q) -> !q
  return %o : !q
}

// A tile of rows lies in one row of blocks of every table, also where diagonals are summed.
func.func @two_tables(%q: !q, %k: !q, %c0: tensor<1x1x?xi32>, %i0: tensor<1x1x?x?xi32>, %c1: tensor<1x1x?xi32>,
                      %i1: tensor<1x1x?x?xi32>) -> (!q, tensor<?x?x?xf32>) {
  %s = attn.score %q, %k domain(align = top_left) : (!q, !q) -> !scores
  %fine = attn.blocks %c0, %i0 block(16, 10) : tensor<1x1x?xi32>, tensor<1x1x?x?xi32>
  %coarse = attn.blocks %c1, %i1 block(24, 32) : tensor<1x1x?xi32>, tensor<1x1x?x?xi32>
  %some = attn.or %fine, %coarse
  %t = attn.mask %s, %some : !scores
  %w = attn.normalize %t softmax : (!scores) -> !weights
  %o = attn.apply %w, %k : (!weights, !q) -> !q
  %d = attn.reduce %w diagonal_sum : (!weights) -> tensor<?x?x?xf32>
  return %o, %d : !q, tensor<?x?x?xf32>
}

// A parameter of one element serves every head, whether its type says so or not. A gated tensor lies in workspace, and
// lists have as many rows as it has.
func.func @one_sink(%q: !q, %k: !q, %g: tensor<f32>, %sink: tensor<?xf32>) -> !q {
  %gated = attn.gate %q, %g dims() domain = linear : (!q, tensor<f32>) -> !q
  %s = attn.score %gated, %k domain(align = bottom_right) : (!q, !q) -> !scores
  %even = attn.mask_region {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %two = arith.constant 2 : index
    %zero = arith.constant 0 : index
    %rest = arith.remsi %j, %two : index
    %is = arith.cmpi eq, %rest, %zero : index
    attn.yield %is : i1
  }
  %t = attn.mask %s, %even : !scores
  %w = attn.normalize %t softmax sink(%sink) : (!scores, tensor<?xf32>) -> !weights
  %o = attn.apply %w, %k : (!weights, !q) -> !q
  return %o : !q
}

// Functions that the CPU has only in f32, or only approximately.
func.func @double(%q: tensor<?x?x?x?xf64>, %k: tensor<?x?x?x?xf64>) -> tensor<?x?x?x?xf64> {
  %s = attn.score %q, %k domain(align = bottom_right)
    : (tensor<?x?x?x?xf64>, tensor<?x?x?x?xf64>) -> !attn.scores<?x?x?x?xf64>
  %t = attn.modify %s : (!attn.scores<?x?x?x?xf64>) -> !attn.scores<?x?x?x?xf64> {
  ^bb0(%x: f64, %b: index, %h: index, %i: index, %j: index):
    %tiny = arith.constant 1.0e-12 : f64
    %huge = arith.constant 1.0e12 : f64
    %y = arith.mulf %x, %tiny : f64
    %m = math.expm1 %y : f64
    %z = arith.mulf %m, %huge : f64
    %e = math.erf %z : f64
    attn.yield %e : f64
  }
  %w = attn.normalize %t none : (!attn.scores<?x?x?x?xf64>) -> !attn.weights<?x?x?x?xf64>
  %o = attn.apply %w, %k : (!attn.weights<?x?x?x?xf64>, tensor<?x?x?x?xf64>) -> tensor<?x?x?x?xf64>
  return %o : tensor<?x?x?x?xf64>
}

// Rows behind a length belong to nobody, also in a block of rows that its table lists whole.
func.func @short_rows(%q: !q, %k: !q, %lq: tensor<?xi32>, %lk: tensor<?xi32>, %c: tensor<1x1x?xi32>,
                      %i: tensor<1x1x?x?xi32>) -> tensor<?x?x?xf32> {
  %s = attn.score %q, %k domain(align = top_left, lengths(%lq, %lk)) : (!q, !q, tensor<?xi32>, tensor<?xi32>) -> !scores
  %listed = attn.blocks %c, %i block(32, 16) : tensor<1x1x?xi32>, tensor<1x1x?x?xi32>
  %t = attn.mask %s, %listed : !scores
  %sums = attn.reduce %t column_sum : (!scores) -> tensor<?x?x?xf32>
  return %sums : tensor<?x?x?xf32>
}

// Sine and cosine keep their precision at any angle.
func.func @far_angles(%q: !q, %k: !q) -> !q {
  %s = attn.score %q, %k domain(align = bottom_right) : (!q, !q) -> !scores
  %t = attn.modify %s : (!scores) -> !scores {
  ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index):
    %d = attn.distance %j, %i : f32
    %far = arith.constant 123456.0 : f32
    %angle = arith.mulf %d, %far : f32
    %sine = math.sin %angle : f32
    %cosine = math.cos %angle : f32
    %both = arith.addf %sine, %cosine : f32
    attn.yield %both : f32
  }
  %w = attn.normalize %t softmax : (!scores) -> !weights
  %o = attn.apply %w, %k : (!weights, !q) -> !q
  return %o : !q
}
