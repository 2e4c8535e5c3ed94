// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// (c) Gated delta rule by chunks of 64 tokens, as two kernels: what a chunk's tokens alone decide is prepared for all
// chunks at once; the state then goes through them in order. Everything that the state meets is transposed, so that the
// state is always a left operand: it never leaves the registers.

!keys = memref<?x?x?x128xbf16, strided<[?, ?, ?, 1], offset: ?>>
!values = memref<?x?x?x128xbf16, strided<[?, ?, ?, 1], offset: ?>>
!tokens = memref<?x?x?xf32, strided<[?, ?, ?], offset: ?>>
!state = memref<?x?x128x128xf32, strided<[?, ?, ?, 1], offset: ?>>
!pairs = memref<?x?x?x64xbf16, strided<[?, ?, 64, 1], offset: ?>>
!decays = memref<?x?x?x128xf32, strided<[?, ?, 128, 1], offset: ?>>

// With g the sums of log decays inside the chunk and Dᵢⱼ = exp(gᵢ - gⱼ): A = -tril(β (k kᵀ) D, -1) and
//   solved = (I - A)⁻¹ diag(β), so that the writes of the chunk are u = solved (v - exp(g) k S),
//   weights = tril((q kᵀ) D), so that o = exp(g) q S + weights u.
// Of each chunk 64 numbers exp(g) are kept, and then 64 numbers exp(g₆₄ - g).
tile.kernel @prepare(%Q: !keys, %K: !keys, %Beta: !tokens, %La: !tokens, %Solved: !pairs, %Weights: !pairs, %Decays: !decays)
grid {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c64 = arith.constant 64 : index
  %B = memref.dim %Q, %c0 : !keys
  %H = memref.dim %Q, %c1 : !keys
  %T = memref.dim %Q, %c2 : !keys
  %chunks = arith.ceildivui %T, %c64 : index
  tile.yield %chunks, %H, %B : index, index, index
} body(%c, %h, %b) {
  %c0 = arith.constant 0 : index
  %c64 = arith.constant 64 : index
  %zero = arith.constant dense<0.0> : tensor<64x64xf32>
  %row = arith.muli %c, %c64 : index
  %i1 = tile.iota %c0 dim 0 : tensor<64x1xi32>
  %i = tile.broadcast %i1 : tensor<64x1xi32> -> tensor<64x64xi32>
  %j1 = tile.iota %c0 dim 1 : tensor<1x64xi32>
  %j = tile.broadcast %j1 : tensor<1x64xi32> -> tensor<64x64xi32>
  %below = arith.cmpi sgt, %i, %j : tensor<64x64xi32>
  %on = arith.cmpi eq, %i, %j : tensor<64x64xi32>

  // Past the last token k, beta and the log decay are 0: nothing is written and the state does not decay.
  %q = tile.load %Q[%b, %h, %row, %c0] dims = [2, 3] : !keys -> tensor<64x128xbf16>
  %k = tile.load %K[%b, %h, %row, %c0] dims = [2, 3] : !keys -> tensor<64x128xbf16>
  %beta1 = tile.load %Beta[%b, %h, %row] dims = [2, -1] : !tokens -> tensor<64x1xf32>
  %la = tile.load %La[%b, %h, %row] dims = [2, -1] : !tokens -> tensor<64x1xf32>
  %beta = tile.broadcast %beta1 : tensor<64x1xf32> -> tensor<64x64xf32>

  // Only differences of sums that are not positive are exponentiated.
  %g = tile.scan add %la dim 0 : tensor<64x1xf32>
  %decay = math.exp %g : tensor<64x1xf32>
  tile.store %decay, %Decays[%b, %h, %c, %c0] dims = [3, -1] : tensor<64x1xf32>, !decays
  %end = tile.reduce add %la dim 0 : tensor<64x1xf32> -> tensor<1x1xf32>
  %ends = tile.broadcast %end : tensor<1x1xf32> -> tensor<64x1xf32>
  %rest = arith.subf %ends, %g : tensor<64x1xf32>
  %toEnd = math.exp %rest : tensor<64x1xf32>
  tile.store %toEnd, %Decays[%b, %h, %c, %c64] dims = [3, -1] : tensor<64x1xf32>, !decays
  %gT = tile.transpose %g : tensor<64x1xf32> -> tensor<1x64xf32>
  %gi = tile.broadcast %g : tensor<64x1xf32> -> tensor<64x64xf32>
  %gj = tile.broadcast %gT : tensor<1x64xf32> -> tensor<64x64xf32>
  %difference = arith.subf %gi, %gj : tensor<64x64xf32>
  %fall = arith.minimumf %difference, %zero : tensor<64x64xf32>
  %D = math.exp %fall : tensor<64x64xf32>

  %qk = tile.mma %q, %k {transB} : tensor<64x128xbf16>, tensor<64x128xbf16> -> tensor<64x64xf32>
  %qkD = arith.mulf %qk, %D : tensor<64x64xf32>
  %upTo = arith.cmpi sge, %i, %j : tensor<64x64xi32>
  %weights = arith.select %upTo, %qkD, %zero : tensor<64x64xi1>, tensor<64x64xf32>
  %weightsN = arith.truncf %weights : tensor<64x64xf32> to tensor<64x64xbf16>
  tile.store %weightsN, %Weights[%b, %h, %row, %c0] dims = [2, 3] : tensor<64x64xbf16>, !pairs

  %kk = tile.mma %k, %k {transB} : tensor<64x128xbf16>, tensor<64x128xbf16> -> tensor<64x64xf32>
  %kkD = arith.mulf %kk, %D : tensor<64x64xf32>
  %kkDb = arith.mulf %beta, %kkD : tensor<64x64xf32>
  %negative = arith.negf %kkDb : tensor<64x64xf32>
  %A = arith.select %below, %negative, %zero : tensor<64x64xi1>, tensor<64x64xf32>
  %rhs = arith.select %on, %beta, %zero : tensor<64x64xi1>, tensor<64x64xf32>
  %solved = tile.solve %A, %rhs : tensor<64x64xf32>, tensor<64x64xf32>
  %solvedN = arith.truncf %solved : tensor<64x64xf32> to tensor<64x64xbf16>
  tile.store %solvedN, %Solved[%b, %h, %row, %c0] dims = [2, 3] : tensor<64x64xbf16>, !pairs
  tile.yield
}

// A program holds the state of 64 value columns: S = exp(g₆₄) S + (exp(g₆₄ - g) k)ᵀ u.
tile.kernel @chain(%Q: !keys, %K: !keys, %V: !values, %Solved: !pairs, %Weights: !pairs, %Decays: !decays, %S0: !state,
                   %O: !values, %ST: !state)
grid {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %B = memref.dim %Q, %c0 : !keys
  %H = memref.dim %Q, %c1 : !keys
  tile.yield %c2, %H, %B : index, index, index
} body(%vb, %h, %b) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c64 = arith.constant 64 : index
  %T = memref.dim %Q, %c2 : !keys
  %column = arith.muli %vb, %c64 : index
  %chunks = arith.ceildivui %T, %c64 : index
  %s0 = tile.load %S0[%b, %h, %c0, %column] dims = [3, 2] : !state -> tensor<64x128xf32>

  %sT = scf.for %c = %c0 to %chunks step %c1 iter_args(%S = %s0) -> (tensor<64x128xf32>) {
    %row = arith.muli %c, %c64 : index
    %decay1 = tile.load %Decays[%b, %h, %c, %c0] dims = [-1, 3] : !decays -> tensor<1x64xf32>
    %k = tile.load %K[%b, %h, %row, %c0] dims = [2, 3] : !keys -> tensor<64x128xbf16>
    %q = tile.load %Q[%b, %h, %row, %c0] dims = [2, 3] : !keys -> tensor<64x128xbf16>
    %v = tile.load %V[%b, %h, %row, %column] dims = [2, 3] : !values -> tensor<64x64xbf16>
    %solved = tile.load %Solved[%b, %h, %row, %c0] dims = [2, 3] : !pairs -> tensor<64x64xbf16>
    %weights = tile.load %Weights[%b, %h, %row, %c0] dims = [2, 3] : !pairs -> tensor<64x64xbf16>

    %whole1 = tensor.extract_slice %decay1[0, 63] [1, 1] [1, 1] : tensor<1x64xf32> to tensor<1x1xf32>
    %minus1 = arith.negf %decay1 : tensor<1x64xf32>
    %decay = tile.broadcast %decay1 : tensor<1x64xf32> -> tensor<64x64xf32>
    %minus = tile.broadcast %minus1 : tensor<1x64xf32> -> tensor<64x64xf32>
    %whole = tile.broadcast %whole1 : tensor<1x1xf32> -> tensor<64x128xf32>

    %Sn = arith.truncf %S : tensor<64x128xf32> to tensor<64x128xbf16>
    %Sd = arith.mulf %S, %whole : tensor<64x128xf32>
    %kS = tile.mma %Sn, %k {transB} : tensor<64x128xbf16>, tensor<64x128xbf16> -> tensor<64x64xf32>
    %written = tile.mma %v, %solved {transA, transB} : tensor<64x64xbf16>, tensor<64x64xbf16> -> tensor<64x64xf32>
    %held = arith.mulf %kS, %minus : tensor<64x64xf32>
    %heldN = arith.truncf %held : tensor<64x64xf32> to tensor<64x64xbf16>
    %u = tile.mma %heldN, %solved, %written {transB}
        : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32> -> tensor<64x64xf32>
    %qS = tile.mma %Sn, %q {transB} : tensor<64x128xbf16>, tensor<64x128xbf16> -> tensor<64x64xf32>
    %toEnd1 = tile.load %Decays[%b, %h, %c, %c64] dims = [-1, 3] : !decays -> tensor<1x64xf32>
    %toEnd = tile.broadcast %toEnd1 : tensor<1x64xf32> -> tensor<64x64xf32>
    %uEnd = arith.mulf %u, %toEnd : tensor<64x64xf32>
    %uEndN = arith.truncf %uEnd : tensor<64x64xf32> to tensor<64x64xbf16>
    %SNew = tile.mma %uEndN, %k, %Sd
        : tensor<64x64xbf16>, tensor<64x128xbf16>, tensor<64x128xf32> -> tensor<64x128xf32>

    %uN = arith.truncf %u : tensor<64x64xf32> to tensor<64x64xbf16>
    %qSd = arith.mulf %qS, %decay : tensor<64x64xf32>
    %o = tile.mma %uN, %weights, %qSd {transB}
        : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32> -> tensor<64x64xf32>
    %oN = arith.truncf %o : tensor<64x64xf32> to tensor<64x64xbf16>
    tile.store %oN, %O[%b, %h, %row, %column] dims = [3, 2] : tensor<64x64xbf16>, !values
    scf.yield %SNew : tensor<64x128xf32>
  }
  tile.store %sT, %ST[%b, %h, %c0, %column] dims = [3, 2] : tensor<64x128xf32>, !state
  tile.yield
}

launch.entry @gated_delta_prepared(%Q: !keys, %K: !keys, %V: !values, %Beta: !tokens, %La: !tokens, %S0: !state)
    results(%O: !values, %ST: !state)
contract {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c64 = arith.constant 64 : index
  %c128 = arith.constant 128 : index
  %B = memref.dim %Q, %c0 : !keys
  %H = memref.dim %Q, %c1 : !keys
  %T = memref.dim %Q, %c2 : !keys
  %Bk = memref.dim %K, %c0 : !keys
  %Hk = memref.dim %K, %c1 : !keys
  %Tk = memref.dim %K, %c2 : !keys
  %Bv = memref.dim %V, %c0 : !values
  %Hv = memref.dim %V, %c1 : !values
  %Tv = memref.dim %V, %c2 : !values
  %Bb = memref.dim %Beta, %c0 : !tokens
  %Hb = memref.dim %Beta, %c1 : !tokens
  %Tb = memref.dim %Beta, %c2 : !tokens
  %Bl = memref.dim %La, %c0 : !tokens
  %Hl = memref.dim %La, %c1 : !tokens
  %Tl = memref.dim %La, %c2 : !tokens
  %Bs = memref.dim %S0, %c0 : !state
  %Hs = memref.dim %S0, %c1 : !state
  launch.check eq %Bk, %B, "expected 'K' and 'Q' to have one batch size"
  launch.check eq %Hk, %H, "expected 'K' and 'Q' to have as many heads"
  launch.check eq %Tk, %T, "expected 'K' and 'Q' to have as many tokens"
  launch.check eq %Bv, %B, "expected 'V' and 'Q' to have one batch size"
  launch.check eq %Hv, %H, "expected 'V' and 'Q' to have as many heads"
  launch.check eq %Tv, %T, "expected 'V' and 'Q' to have as many tokens"
  launch.check eq %Bb, %B, "expected 'Beta' and 'Q' to have one batch size"
  launch.check eq %Hb, %H, "expected 'Beta' and 'Q' to have as many heads"
  launch.check eq %Tb, %T, "expected one 'Beta' for each token"
  launch.check eq %Bl, %B, "expected 'La' and 'Q' to have one batch size"
  launch.check eq %Hl, %H, "expected 'La' and 'Q' to have as many heads"
  launch.check eq %Tl, %T, "expected one 'La' for each token"
  launch.check eq %Bs, %B, "expected one state for each batch"
  launch.check eq %Hs, %H, "expected one state for each head"
  launch.yield shapes(%B, %H, %T, %c128, %B, %H, %c128, %c128)
} body {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c63 = arith.constant 63 : index
  %c64 = arith.constant 64 : index
  %B = memref.dim %Q, %c0 : !keys
  %H = memref.dim %Q, %c1 : !keys
  %T = memref.dim %Q, %c2 : !keys
  %chunks = arith.ceildivui %T, %c64 : index
  %rows = arith.muli %chunks, %c64 : index
  %solvedW = launch.workspace(%B, %H, %rows) : memref<?x?x?x64xbf16>
  %weightsW = launch.workspace(%B, %H, %rows) : memref<?x?x?x64xbf16>
  %decaysW = launch.workspace(%B, %H, %chunks) : memref<?x?x?x128xf32>
  %solved = memref.cast %solvedW : memref<?x?x?x64xbf16> to !pairs
  %weights = memref.cast %weightsW : memref<?x?x?x64xbf16> to !pairs
  %decays = memref.cast %decaysW : memref<?x?x?x128xf32> to !decays
  launch.kernel @prepare(%Q, %K, %Beta, %La, %solved, %weights, %decays) : !keys, !keys, !tokens, !tokens, !pairs, !pairs, !decays
  launch.kernel @chain(%Q, %K, %V, %solved, %weights, %decays, %S0, %O, %ST)
      : !keys, !keys, !values, !pairs, !pairs, !decays, !state, !values, !state
  launch.return
}
