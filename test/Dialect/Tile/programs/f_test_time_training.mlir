// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// (f) Test-time training with a linear inner model: mini-batches of 64 tokens, gradients frozen at their start.

!tokens = memref<?x?x?x64xf32, strided<[?, ?, ?, 1], offset: ?>>
!rates = memref<?x?x?xf32, strided<[?, ?, 1], offset: ?>>
!perhead = memref<?x64xf32, strided<[?, 1], offset: ?>>
!perrow = memref<64xf32, strided<[1], offset: ?>>
!weights = memref<?x?x64x64xf32, strided<[?, ?, ?, 1], offset: ?>>
!biases = memref<?x?x64xf32, strided<[?, ?, 1], offset: ?>>

// Inner loss of token j: half the square of LN(k_j W + b) - (v_j - k_j); G_j its gradient by the product. Row i of a
// mini-batch sees W_i = W - sum of E_ij k_j G_jᵀ and b_i = b - sum of E_ij G_j over j <= i, with E_ij = tok_i rate_j.
tile.kernel @chunks(%Q: !tokens, %K: !tokens, %V: !tokens, %Rate: !rates, %Tok: !perrow, %Gamma: !perhead,
                    %Beta: !perhead, %W0: !weights, %B0: !biases, %O: !tokens, %WT: !weights, %BT: !biases)
grid {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %B = memref.dim %Q, %c0 : !tokens
  %H = memref.dim %Q, %c1 : !tokens
  tile.yield %H, %B, %c1 : index, index, index
} body(%h, %b, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c64 = arith.constant 64 : index
  %zero = arith.constant dense<0.0> : tensor<64x64xf32>
  %mean = arith.constant dense<0.015625> : tensor<64x1xf32>
  %eps = arith.constant dense<1.0e-6> : tensor<64x1xf32>
  %T = memref.dim %Q, %c2 : !tokens
  %chunks = arith.ceildivui %T, %c64 : index
  %i1 = tile.iota %c0 dim 0 : tensor<64x1xi32>
  %i = tile.broadcast %i1 : tensor<64x1xi32> -> tensor<64x64xi32>
  %j1 = tile.iota %c0 dim 1 : tensor<1x64xi32>
  %j = tile.broadcast %j1 : tensor<1x64xi32> -> tensor<64x64xi32>
  %belowOrOn = arith.cmpi sge, %i, %j : tensor<64x64xi32>
  %tok1 = tile.load %Tok[%c0] dims = [0, -1] : !perrow -> tensor<64x1xf32>
  %tok = tile.broadcast %tok1 : tensor<64x1xf32> -> tensor<64x64xf32>
  %gamma1 = tile.load %Gamma[%h, %c0] dims = [-1, 1] : !perhead -> tensor<1x64xf32>
  %gamma = tile.broadcast %gamma1 : tensor<1x64xf32> -> tensor<64x64xf32>
  %beta1 = tile.load %Beta[%h, %c0] dims = [-1, 1] : !perhead -> tensor<1x64xf32>
  %beta = tile.broadcast %beta1 : tensor<1x64xf32> -> tensor<64x64xf32>
  %w0 = tile.load %W0[%b, %h, %c0, %c0] dims = [2, 3] : !weights -> tensor<64x64xf32>
  %b0 = tile.load %B0[%b, %h, %c0] dims = [-1, 2] : !biases -> tensor<1x64xf32>

  %wT, %bT = scf.for %c = %c0 to %chunks step %c1 iter_args(%W = %w0, %bias1 = %b0)
      -> (tensor<64x64xf32>, tensor<1x64xf32>) {
    // Past the last token the rate is 0, so that such a token moves nothing.
    %row = arith.muli %c, %c64 : index
    %q = tile.load %Q[%b, %h, %row, %c0] dims = [2, 3] : !tokens -> tensor<64x64xf32>
    %k = tile.load %K[%b, %h, %row, %c0] dims = [2, 3] : !tokens -> tensor<64x64xf32>
    %v = tile.load %V[%b, %h, %row, %c0] dims = [2, 3] : !tokens -> tensor<64x64xf32>
    %rate1 = tile.load %Rate[%b, %h, %row] dims = [-1, 2] : !rates -> tensor<1x64xf32>
    %rate = tile.broadcast %rate1 : tensor<1x64xf32> -> tensor<64x64xf32>
    %bias = tile.broadcast %bias1 : tensor<1x64xf32> -> tensor<64x64xf32>

    // x = (z - mean z) / sigma; y = gamma x + beta; G = (dx - mean dx - x mean (dx x)) / sigma with dx = gamma (y - t).
    %zz = tile.mma %k, %W, %bias : tensor<64x64xf32>, tensor<64x64xf32>, tensor<64x64xf32> -> tensor<64x64xf32>
    %zSum = tile.reduce add %zz dim 1 : tensor<64x64xf32> -> tensor<64x1xf32>
    %zMean1 = arith.mulf %zSum, %mean : tensor<64x1xf32>
    %zMean = tile.broadcast %zMean1 : tensor<64x1xf32> -> tensor<64x64xf32>
    %zc = arith.subf %zz, %zMean : tensor<64x64xf32>
    %zc2 = arith.mulf %zc, %zc : tensor<64x64xf32>
    %zVar1 = tile.reduce add %zc2 dim 1 : tensor<64x64xf32> -> tensor<64x1xf32>
    %zVar2 = arith.mulf %zVar1, %mean : tensor<64x1xf32>
    %zVar = arith.addf %zVar2, %eps : tensor<64x1xf32>
    %zInv1 = math.rsqrt %zVar : tensor<64x1xf32>
    %zInv = tile.broadcast %zInv1 : tensor<64x1xf32> -> tensor<64x64xf32>
    %x = arith.mulf %zc, %zInv : tensor<64x64xf32>
    %gx = arith.mulf %gamma, %x : tensor<64x64xf32>
    %y = arith.addf %gx, %beta : tensor<64x64xf32>
    %target = arith.subf %v, %k : tensor<64x64xf32>
    %dy = arith.subf %y, %target : tensor<64x64xf32>
    %dx = arith.mulf %gamma, %dy : tensor<64x64xf32>
    %dxSum = tile.reduce add %dx dim 1 : tensor<64x64xf32> -> tensor<64x1xf32>
    %dxMean1 = arith.mulf %dxSum, %mean : tensor<64x1xf32>
    %dxMean = tile.broadcast %dxMean1 : tensor<64x1xf32> -> tensor<64x64xf32>
    %dxx = arith.mulf %dx, %x : tensor<64x64xf32>
    %dxxSum = tile.reduce add %dxx dim 1 : tensor<64x64xf32> -> tensor<64x1xf32>
    %dxxMean1 = arith.mulf %dxxSum, %mean : tensor<64x1xf32>
    %dxxMean = tile.broadcast %dxxMean1 : tensor<64x1xf32> -> tensor<64x64xf32>
    %along = arith.mulf %x, %dxxMean : tensor<64x64xf32>
    %dxc = arith.subf %dx, %dxMean : tensor<64x64xf32>
    %dxr = arith.subf %dxc, %along : tensor<64x64xf32>
    %G = arith.mulf %dxr, %zInv : tensor<64x64xf32>

    // q W_i + b_i = q W + b - (A + E) G, with A = (q kᵀ) E.
    %tr = arith.mulf %tok, %rate : tensor<64x64xf32>
    %E = arith.select %belowOrOn, %tr, %zero : tensor<64x64xi1>, tensor<64x64xf32>
    %qk = tile.mma %q, %k {transB} : tensor<64x64xf32>, tensor<64x64xf32> -> tensor<64x64xf32>
    %A = arith.mulf %qk, %E : tensor<64x64xf32>
    %AE = arith.addf %A, %E : tensor<64x64xf32>
    %moved = tile.mma %AE, %G : tensor<64x64xf32>, tensor<64x64xf32> -> tensor<64x64xf32>
    %qW = tile.mma %q, %W, %bias : tensor<64x64xf32>, tensor<64x64xf32>, tensor<64x64xf32> -> tensor<64x64xf32>
    %out = arith.subf %qW, %moved : tensor<64x64xf32>
    %oSum = tile.reduce add %out dim 1 : tensor<64x64xf32> -> tensor<64x1xf32>
    %oMean1 = arith.mulf %oSum, %mean : tensor<64x1xf32>
    %oMean = tile.broadcast %oMean1 : tensor<64x1xf32> -> tensor<64x64xf32>
    %oc = arith.subf %out, %oMean : tensor<64x64xf32>
    %oc2 = arith.mulf %oc, %oc : tensor<64x64xf32>
    %oVar1 = tile.reduce add %oc2 dim 1 : tensor<64x64xf32> -> tensor<64x1xf32>
    %oVar2 = arith.mulf %oVar1, %mean : tensor<64x1xf32>
    %oVar = arith.addf %oVar2, %eps : tensor<64x1xf32>
    %oInv1 = math.rsqrt %oVar : tensor<64x1xf32>
    %oInv = tile.broadcast %oInv1 : tensor<64x1xf32> -> tensor<64x64xf32>
    %ox = arith.mulf %oc, %oInv : tensor<64x64xf32>
    %ogx = arith.mulf %gamma, %ox : tensor<64x64xf32>
    %oy = arith.addf %ogx, %beta : tensor<64x64xf32>
    %o = arith.addf %q, %oy : tensor<64x64xf32>
    tile.store %o, %O[%b, %h, %row, %c0] dims = [2, 3] : tensor<64x64xf32>, !tokens

    // The state after the last row that is a token.
    %left = arith.subi %T, %row : index
    %valid = arith.minui %left, %c64 : index
    %last = arith.subi %valid, %c1 : index
    %last32 = arith.index_cast %last : index to i32
    %lasts = tensor.splat %last32 : tensor<64x64xi32>
    %isLast = arith.cmpi eq, %i, %lasts : tensor<64x64xi32>
    %ELast = arith.select %isLast, %E, %zero : tensor<64x64xi1>, tensor<64x64xf32>
    %elT = tile.reduce add %ELast dim 0 : tensor<64x64xf32> -> tensor<1x64xf32>
    %el1 = tile.transpose %elT : tensor<1x64xf32> -> tensor<64x1xf32>
    %el = tile.broadcast %el1 : tensor<64x1xf32> -> tensor<64x64xf32>
    %kel = arith.mulf %k, %el : tensor<64x64xf32>
    %dW = tile.mma %kel, %G {transA} : tensor<64x64xf32>, tensor<64x64xf32> -> tensor<64x64xf32>
    %WNew = arith.subf %W, %dW : tensor<64x64xf32>
    %elG = arith.mulf %el, %G : tensor<64x64xf32>
    %dB = tile.reduce add %elG dim 0 : tensor<64x64xf32> -> tensor<1x64xf32>
    %bNew = arith.subf %bias1, %dB : tensor<1x64xf32>
    scf.yield %WNew, %bNew : tensor<64x64xf32>, tensor<1x64xf32>
  }
  tile.store %wT, %WT[%b, %h, %c0, %c0] dims = [2, 3] : tensor<64x64xf32>, !weights
  tile.store %bT, %BT[%b, %h, %c0] dims = [-1, 2] : tensor<1x64xf32>, !biases
  tile.yield
}

launch.entry @test_time_training(%Q: !tokens, %K: !tokens, %V: !tokens, %Rate: !rates, %Tok: !perrow,
                                 %Gamma: !perhead, %Beta: !perhead, %W0: !weights, %B0: !biases)
    results(%O: !tokens, %WT: !weights, %BT: !biases)
contract {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c64 = arith.constant 64 : index
  %B = memref.dim %Q, %c0 : !tokens
  %H = memref.dim %Q, %c1 : !tokens
  %T = memref.dim %Q, %c2 : !tokens
  %Hk = memref.dim %K, %c1 : !tokens
  %Tk = memref.dim %K, %c2 : !tokens
  %Hv = memref.dim %V, %c1 : !tokens
  %Tv = memref.dim %V, %c2 : !tokens
  %Tr = memref.dim %Rate, %c2 : !rates
  %Hg = memref.dim %Gamma, %c0 : !perhead
  %Hb = memref.dim %Beta, %c0 : !perhead
  %Bw = memref.dim %W0, %c0 : !weights
  %Hw = memref.dim %W0, %c1 : !weights
  launch.check eq %Hk, %H, "expected 'K' and 'Q' to have as many heads"
  launch.check eq %Tk, %T, "expected 'K' and 'Q' to have as many tokens"
  launch.check eq %Hv, %H, "expected 'V' and 'Q' to have as many heads"
  launch.check eq %Tv, %T, "expected 'V' and 'Q' to have as many tokens"
  launch.check eq %Tr, %T, "expected one 'Rate' for each token"
  launch.check eq %Hg, %H, "expected one row of 'Gamma' for each head"
  launch.check eq %Hb, %H, "expected one row of 'Beta' for each head"
  launch.check eq %Bw, %B, "expected one 'W0' for each batch"
  launch.check eq %Hw, %H, "expected one 'W0' for each head"
  launch.yield shapes(%B, %H, %T, %c64, %B, %H, %c64, %c64, %B, %H, %c64)
} body {
  launch.kernel @chunks(%Q, %K, %V, %Rate, %Tok, %Gamma, %Beta, %W0, %B0, %O, %WT, %BT)
      : !tokens, !tokens, !tokens, !rates, !perrow, !perhead, !perhead, !weights, !biases, !tokens, !weights, !biases
  launch.return
}
