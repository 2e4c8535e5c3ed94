// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// (d) Scalar decay, parallel over the sequence: segments of 256 tokens, chunks of 64, bf16 storage.

!keys = memref<?x?x?x64xbf16, strided<[?, ?, ?, 1], offset: ?>>
!values = memref<?x?x?x64xf32, strided<[?, ?, ?, 1], offset: ?>>
!tokens = memref<?x?x?xf32, strided<[?, ?, 1], offset: ?>>
!state = memref<?x?x64x64xf32, strided<[?, ?, ?, 1], offset: ?>>
!states = memref<?x?x?x64x64xf32, strided<[?, ?, ?, ?, 1], offset: ?>>

// Token by token: S = exp(la) S + k vᵀ; o = Sᵀ q. @states: what each segment adds from an empty state, and its decay.
tile.kernel @states(%K: !keys, %V: !keys, %La: !tokens, %Local: !states, %Decay: !tokens)
grid {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %B = memref.dim %Local, %c0 : !states
  %H = memref.dim %Local, %c1 : !states
  %segments = memref.dim %Local, %c2 : !states
  tile.yield %segments, %H, %B : index, index, index
} body(%sg, %h, %b) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %c64 = arith.constant 64 : index
  %S0 = arith.constant dense<0.0> : tensor<64x64xf32>
  %d0 = arith.constant dense<0.0> : tensor<1x1xf32>
  %chunk0 = arith.muli %sg, %c4 : index
  %chunk1 = arith.addi %chunk0, %c4 : index

  %S, %d = scf.for %c = %chunk0 to %chunk1 step %c1 iter_args(%SOld = %S0, %dOld = %d0)
      -> (tensor<64x64xf32>, tensor<1x1xf32>) {
    %row = arith.muli %c, %c64 : index
    %k = tile.load %K[%b, %h, %row, %c0] dims = [2, 3] : !keys -> tensor<64x64xbf16>
    %v = tile.load %V[%b, %h, %row, %c0] dims = [2, 3] : !keys -> tensor<64x64xbf16>
    %la = tile.load %La[%b, %h, %row] dims = [2, -1] : !tokens -> tensor<64x1xf32>
    %g = tile.scan add %la dim 0 : tensor<64x1xf32>
    %last = tensor.extract_slice %g[63, 0] [1, 1] [1, 1] : tensor<64x1xf32> to tensor<1x1xf32>
    %lasts1 = tile.broadcast %last : tensor<1x1xf32> -> tensor<64x1xf32>
    %toEnd1 = arith.subf %lasts1, %g : tensor<64x1xf32>
    %toEndE1 = math.exp %toEnd1 : tensor<64x1xf32>
    %toEndE = tile.broadcast %toEndE1 : tensor<64x1xf32> -> tensor<64x64xf32>
    %kf = arith.extf %k : tensor<64x64xbf16> to tensor<64x64xf32>
    %kEndF = arith.mulf %kf, %toEndE : tensor<64x64xf32>
    %kEnd = arith.truncf %kEndF : tensor<64x64xf32> to tensor<64x64xbf16>
    %whole1 = math.exp %last : tensor<1x1xf32>
    %whole = tile.broadcast %whole1 : tensor<1x1xf32> -> tensor<64x64xf32>
    %Sd = arith.mulf %whole, %SOld : tensor<64x64xf32>
    %SNew = tile.mma %kEnd, %v, %Sd {transA}
        : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32> -> tensor<64x64xf32>
    %dNew = arith.addf %dOld, %last : tensor<1x1xf32>
    scf.yield %SNew, %dNew : tensor<64x64xf32>, tensor<1x1xf32>
  }
  tile.store %S, %Local[%b, %h, %sg, %c0, %c0] dims = [3, 4] : tensor<64x64xf32>, !states
  tile.store %d, %Decay[%b, %h, %sg] dims = [-1, -1] : tensor<1x1xf32>, !tokens
  tile.yield
}

// The state at the start of every segment, one segment after the other; a program holds 16 rows of the state.
tile.kernel @carry(%S0: !state, %Local: !states, %Decay: !tokens, %In: !states, %ST: !state)
grid {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %B = memref.dim %S0, %c0 : !state
  %H = memref.dim %S0, %c1 : !state
  tile.yield %c4, %H, %B : index, index, index
} body(%part, %h, %b) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c16 = arith.constant 16 : index
  %row = arith.muli %part, %c16 : index
  %segments = memref.dim %Local, %c2 : !states
  %s0 = tile.load %S0[%b, %h, %row, %c0] dims = [2, 3] : !state -> tensor<16x64xf32>
  %sT = scf.for %sg = %c0 to %segments step %c1 iter_args(%S = %s0) -> (tensor<16x64xf32>) {
    tile.store %S, %In[%b, %h, %sg, %row, %c0] dims = [3, 4] : tensor<16x64xf32>, !states
    %d1 = tile.load %Decay[%b, %h, %sg] dims = [-1, -1] : !tokens -> tensor<1x1xf32>
    %e1 = math.exp %d1 : tensor<1x1xf32>
    %e = tile.broadcast %e1 : tensor<1x1xf32> -> tensor<16x64xf32>
    %local = tile.load %Local[%b, %h, %sg, %row, %c0] dims = [3, 4] : !states -> tensor<16x64xf32>
    %Sd = arith.mulf %e, %S : tensor<16x64xf32>
    %SNew = arith.addf %Sd, %local : tensor<16x64xf32>
    scf.yield %SNew : tensor<16x64xf32>
  }
  tile.store %sT, %ST[%b, %h, %row, %c0] dims = [2, 3] : tensor<16x64xf32>, !state
  tile.yield
}

// The outputs of a segment from the state at its start.
tile.kernel @outputs(%Q: !keys, %K: !keys, %V: !keys, %La: !tokens, %In: !states, %O: !values)
grid {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %B = memref.dim %In, %c0 : !states
  %H = memref.dim %In, %c1 : !states
  %segments = memref.dim %In, %c2 : !states
  tile.yield %segments, %H, %B : index, index, index
} body(%sg, %h, %b) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c4 = arith.constant 4 : index
  %c64 = arith.constant 64 : index
  %zero = arith.constant dense<0.0> : tensor<64x64xf32>
  %T = memref.dim %Q, %c2 : !keys
  %chunks = arith.ceildivui %T, %c64 : index
  %chunk0 = arith.muli %sg, %c4 : index
  %chunkEnd = arith.addi %chunk0, %c4 : index
  %chunk1 = arith.minui %chunkEnd, %chunks : index
  %i1 = tile.iota %c0 dim 0 : tensor<64x1xi32>
  %i = tile.broadcast %i1 : tensor<64x1xi32> -> tensor<64x64xi32>
  %j1 = tile.iota %c0 dim 1 : tensor<1x64xi32>
  %j = tile.broadcast %j1 : tensor<1x64xi32> -> tensor<64x64xi32>
  %belowOrOn = arith.cmpi sge, %i, %j : tensor<64x64xi32>
  %s0 = tile.load %In[%b, %h, %sg, %c0, %c0] dims = [3, 4] : !states -> tensor<64x64xf32>

  %sT = scf.for %c = %chunk0 to %chunk1 step %c1 iter_args(%S = %s0) -> (tensor<64x64xf32>) {
    %row = arith.muli %c, %c64 : index
    %q = tile.load %Q[%b, %h, %row, %c0] dims = [2, 3] : !keys -> tensor<64x64xbf16>
    %k = tile.load %K[%b, %h, %row, %c0] dims = [2, 3] : !keys -> tensor<64x64xbf16>
    %v = tile.load %V[%b, %h, %row, %c0] dims = [2, 3] : !keys -> tensor<64x64xbf16>
    %la = tile.load %La[%b, %h, %row] dims = [2, -1] : !tokens -> tensor<64x1xf32>
    %g = tile.scan add %la dim 0 : tensor<64x1xf32>
    %gT = tile.transpose %g : tensor<64x1xf32> -> tensor<1x64xf32>
    %gi = tile.broadcast %g : tensor<64x1xf32> -> tensor<64x64xf32>
    %gj = tile.broadcast %gT : tensor<1x64xf32> -> tensor<64x64xf32>
    %difference = arith.subf %gi, %gj : tensor<64x64xf32>
    %fall = arith.minimumf %difference, %zero : tensor<64x64xf32>
    %D = math.exp %fall : tensor<64x64xf32>
    %eg = math.exp %gi : tensor<64x64xf32>
    %qk = tile.mma %q, %k {transB} : tensor<64x64xbf16>, tensor<64x64xbf16> -> tensor<64x64xf32>
    %qkD = arith.mulf %qk, %D : tensor<64x64xf32>
    %Pf = arith.select %belowOrOn, %qkD, %zero : tensor<64x64xi1>, tensor<64x64xf32>
    %P = arith.truncf %Pf : tensor<64x64xf32> to tensor<64x64xbf16>
    %Sb = arith.truncf %S : tensor<64x64xf32> to tensor<64x64xbf16>
    %qS = tile.mma %q, %Sb : tensor<64x64xbf16>, tensor<64x64xbf16> -> tensor<64x64xf32>
    %qSd = arith.mulf %eg, %qS : tensor<64x64xf32>
    %o = tile.mma %P, %v, %qSd : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32> -> tensor<64x64xf32>
    tile.store %o, %O[%b, %h, %row, %c0] dims = [2, 3] : tensor<64x64xf32>, !values

    %last = tensor.extract_slice %g[63, 0] [1, 1] [1, 1] : tensor<64x1xf32> to tensor<1x1xf32>
    %lasts = tile.broadcast %last : tensor<1x1xf32> -> tensor<64x64xf32>
    %toEnd = arith.subf %lasts, %gi : tensor<64x64xf32>
    %toEndE = math.exp %toEnd : tensor<64x64xf32>
    %kf = arith.extf %k : tensor<64x64xbf16> to tensor<64x64xf32>
    %kEndF = arith.mulf %kf, %toEndE : tensor<64x64xf32>
    %kEnd = arith.truncf %kEndF : tensor<64x64xf32> to tensor<64x64xbf16>
    %whole = math.exp %lasts : tensor<64x64xf32>
    %Sd = arith.mulf %whole, %S : tensor<64x64xf32>
    %SNew = tile.mma %kEnd, %v, %Sd {transA}
        : tensor<64x64xbf16>, tensor<64x64xbf16>, tensor<64x64xf32> -> tensor<64x64xf32>
    scf.yield %SNew : tensor<64x64xf32>
  }
  tile.yield
}

launch.entry @scalar_decay(%Q: !keys, %K: !keys, %V: !keys, %La: !tokens, %S0: !state)
    results(%O: !values, %ST: !state)
contract {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c64 = arith.constant 64 : index
  %B = memref.dim %Q, %c0 : !keys
  %H = memref.dim %Q, %c1 : !keys
  %T = memref.dim %Q, %c2 : !keys
  %Hk = memref.dim %K, %c1 : !keys
  %Tk = memref.dim %K, %c2 : !keys
  %Hv = memref.dim %V, %c1 : !keys
  %Tv = memref.dim %V, %c2 : !keys
  %Tl = memref.dim %La, %c2 : !tokens
  %Bs = memref.dim %S0, %c0 : !state
  %Hs = memref.dim %S0, %c1 : !state
  launch.check eq %Hk, %H, "expected 'K' and 'Q' to have as many heads"
  launch.check eq %Tk, %T, "expected 'K' and 'Q' to have as many tokens"
  launch.check eq %Hv, %H, "expected 'V' and 'Q' to have as many heads"
  launch.check eq %Tv, %T, "expected 'V' and 'Q' to have as many tokens"
  launch.check eq %Tl, %T, "expected one 'La' for each token"
  launch.check eq %Bs, %B, "expected one state for each batch"
  launch.check eq %Hs, %H, "expected one state for each head"
  launch.yield shapes(%B, %H, %T, %c64, %B, %H, %c64, %c64)
} body {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c256 = arith.constant 256 : index
  %B = memref.dim %Q, %c0 : !keys
  %H = memref.dim %Q, %c1 : !keys
  %T = memref.dim %Q, %c2 : !keys
  %segments = arith.ceildivui %T, %c256 : index
  %localW = launch.workspace(%B, %H, %segments) : memref<?x?x?x64x64xf32>
  %inW = launch.workspace(%B, %H, %segments) : memref<?x?x?x64x64xf32>
  %decayW = launch.workspace(%B, %H, %segments) : memref<?x?x?xf32>
  %local = memref.cast %localW : memref<?x?x?x64x64xf32> to !states
  %in = memref.cast %inW : memref<?x?x?x64x64xf32> to !states
  %decay = memref.cast %decayW : memref<?x?x?xf32> to !tokens
  launch.kernel @states(%K, %V, %La, %local, %decay) : !keys, !keys, !tokens, !states, !tokens
  launch.kernel @carry(%S0, %local, %decay, %in, %ST) : !state, !states, !tokens, !states, !state
  launch.kernel @outputs(%Q, %K, %V, %La, %in, %O) : !keys, !keys, !keys, !tokens, !states, !values
  launch.return
}
