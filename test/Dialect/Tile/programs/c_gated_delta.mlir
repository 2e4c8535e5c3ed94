// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// (c) Gated delta rule by chunks of 64 tokens; a program holds the state of 64 value columns.

!keys = memref<?x?x?x64xf32, strided<[?, ?, ?, 1], offset: ?>>
!values = memref<?x?x?x128xf32, strided<[?, ?, ?, 1], offset: ?>>
!tokens = memref<?x?x?xf32, strided<[?, ?, 1], offset: ?>>
!state = memref<?x?x64x128xf32, strided<[?, ?, ?, 1], offset: ?>>

// Token by token: S = exp(la) S; S = S + k beta (v - Sᵀ k)ᵀ; o = Sᵀ q. The reads Sᵀ k of a chunk are the unknowns of
// a unit triangular system.
tile.kernel @chunks(%Q: !keys, %K: !keys, %V: !values, %Beta: !tokens, %La: !tokens, %S0: !state, %O: !values,
                    %ST: !state)
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
  %zero = arith.constant dense<0.0> : tensor<64x64xf32>
  %T = memref.dim %Q, %c2 : !keys
  %column = arith.muli %vb, %c64 : index
  %chunks = arith.ceildivui %T, %c64 : index
  %i1 = tile.iota %c0 dim 0 : tensor<64x1xi32>
  %i = tile.broadcast %i1 : tensor<64x1xi32> -> tensor<64x64xi32>
  %j1 = tile.iota %c0 dim 1 : tensor<1x64xi32>
  %j = tile.broadcast %j1 : tensor<1x64xi32> -> tensor<64x64xi32>
  %below = arith.cmpi sgt, %i, %j : tensor<64x64xi32>
  %belowOrOn = arith.cmpi sge, %i, %j : tensor<64x64xi32>
  %s0 = tile.load %S0[%b, %h, %c0, %column] dims = [2, 3] : !state -> tensor<64x64xf32>

  %sT = scf.for %c = %c0 to %chunks step %c1 iter_args(%S = %s0) -> (tensor<64x64xf32>) {
    // Past the last token k, beta and the log decay are 0: nothing is written and the state does not decay.
    %row = arith.muli %c, %c64 : index
    %q = tile.load %Q[%b, %h, %row, %c0] dims = [2, 3] : !keys -> tensor<64x64xf32>
    %k = tile.load %K[%b, %h, %row, %c0] dims = [2, 3] : !keys -> tensor<64x64xf32>
    %v = tile.load %V[%b, %h, %row, %column] dims = [2, 3] : !values -> tensor<64x64xf32>
    %beta1 = tile.load %Beta[%b, %h, %row] dims = [2, -1] : !tokens -> tensor<64x1xf32>
    %la = tile.load %La[%b, %h, %row] dims = [2, -1] : !tokens -> tensor<64x1xf32>
    %beta = tile.broadcast %beta1 : tensor<64x1xf32> -> tensor<64x64xf32>

    // Decays between two tokens: only differences of cumulative logs that are not positive are exponentiated.
    %g = tile.scan add %la dim 0 : tensor<64x1xf32>
    %gT = tile.transpose %g : tensor<64x1xf32> -> tensor<1x64xf32>
    %gi = tile.broadcast %g : tensor<64x1xf32> -> tensor<64x64xf32>
    %gj = tile.broadcast %gT : tensor<1x64xf32> -> tensor<64x64xf32>
    %difference = arith.subf %gi, %gj : tensor<64x64xf32>
    %fall = arith.minimumf %difference, %zero : tensor<64x64xf32>
    %D = math.exp %fall : tensor<64x64xf32>
    %eg = math.exp %gi : tensor<64x64xf32>

    // u = beta (v - what the decayed state and the earlier writes of the chunk hold for k)
    %kk = tile.mma %k, %k {transB} : tensor<64x64xf32>, tensor<64x64xf32> -> tensor<64x64xf32>
    %kkD = arith.mulf %kk, %D : tensor<64x64xf32>
    %kkDb = arith.mulf %beta, %kkD : tensor<64x64xf32>
    %negative = arith.negf %kkDb : tensor<64x64xf32>
    %A = arith.select %below, %negative, %zero : tensor<64x64xi1>, tensor<64x64xf32>
    %kS = tile.mma %k, %S : tensor<64x64xf32>, tensor<64x64xf32> -> tensor<64x64xf32>
    %kSd = arith.mulf %eg, %kS : tensor<64x64xf32>
    %rest = arith.subf %v, %kSd : tensor<64x64xf32>
    %rhs = arith.mulf %beta, %rest : tensor<64x64xf32>
    %u = tile.solve %A, %rhs : tensor<64x64xf32>, tensor<64x64xf32>

    %qk = tile.mma %q, %k {transB} : tensor<64x64xf32>, tensor<64x64xf32> -> tensor<64x64xf32>
    %qkD = arith.mulf %qk, %D : tensor<64x64xf32>
    %P = arith.select %belowOrOn, %qkD, %zero : tensor<64x64xi1>, tensor<64x64xf32>
    %qS = tile.mma %q, %S : tensor<64x64xf32>, tensor<64x64xf32> -> tensor<64x64xf32>
    %qSd = arith.mulf %eg, %qS : tensor<64x64xf32>
    %o = tile.mma %P, %u, %qSd : tensor<64x64xf32>, tensor<64x64xf32>, tensor<64x64xf32> -> tensor<64x64xf32>
    tile.store %o, %O[%b, %h, %row, %column] dims = [2, 3] : tensor<64x64xf32>, !values

    %last = tensor.extract_slice %g[63, 0] [1, 1] [1, 1] : tensor<64x1xf32> to tensor<1x1xf32>
    %lasts = tile.broadcast %last : tensor<1x1xf32> -> tensor<64x64xf32>
    %toEnd = arith.subf %lasts, %gi : tensor<64x64xf32>
    %toEndE = math.exp %toEnd : tensor<64x64xf32>
    %kEnd = arith.mulf %k, %toEndE : tensor<64x64xf32>
    %whole = math.exp %lasts : tensor<64x64xf32>
    %Sd = arith.mulf %whole, %S : tensor<64x64xf32>
    %SNew = tile.mma %kEnd, %u, %Sd {transA}
        : tensor<64x64xf32>, tensor<64x64xf32>, tensor<64x64xf32> -> tensor<64x64xf32>
    scf.yield %SNew : tensor<64x64xf32>
  }
  tile.store %sT, %ST[%b, %h, %c0, %column] dims = [2, 3] : tensor<64x64xf32>, !state
  tile.yield
}

launch.entry @gated_delta(%Q: !keys, %K: !keys, %V: !values, %Beta: !tokens, %La: !tokens, %S0: !state)
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
  %Tb = memref.dim %Beta, %c2 : !tokens
  %Tl = memref.dim %La, %c2 : !tokens
  %Bs = memref.dim %S0, %c0 : !state
  %Hs = memref.dim %S0, %c1 : !state
  launch.check eq %Bk, %B, "expected 'K' and 'Q' to have one batch size"
  launch.check eq %Hk, %H, "expected 'K' and 'Q' to have as many heads"
  launch.check eq %Tk, %T, "expected 'K' and 'Q' to have as many tokens"
  launch.check eq %Bv, %B, "expected 'V' and 'Q' to have one batch size"
  launch.check eq %Hv, %H, "expected 'V' and 'Q' to have as many heads"
  launch.check eq %Tv, %T, "expected 'V' and 'Q' to have as many tokens"
  launch.check eq %Tb, %T, "expected one 'Beta' for each token"
  launch.check eq %Tl, %T, "expected one 'La' for each token"
  launch.check eq %Bs, %B, "expected one state for each batch"
  launch.check eq %Hs, %H, "expected one state for each head"
  launch.yield shapes(%B, %H, %T, %c128, %B, %H, %c64, %c128)
} body {
  launch.kernel @chunks(%Q, %K, %V, %Beta, %La, %S0, %O, %ST)
      : !keys, !keys, !values, !tokens, !tokens, !state, !values, !state
  launch.return
}
