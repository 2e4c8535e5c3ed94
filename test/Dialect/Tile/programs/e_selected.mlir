// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// (e) Selected branch of native sparse attention: one query token, its group of heads as columns, listed key blocks.

!tokens = memref<?x?x?x64xf32, strided<[?, ?, ?, 1], offset: ?>>
!plane = memref<?x?x?x64xf32, strided<[?, ?, ?, 1], offset: ?>>
!counts = memref<?x?x?xi32, strided<[?, ?, 1], offset: ?>>
!indices = memref<?x?x?x?xi32, strided<[?, ?, ?, 1], offset: ?>>

// Q and O are [B, T, H, 64], K and V [B, Hk, T, 64]; a group has at most 16 heads. Blocks hold 64 keys.
tile.kernel @selected(%Q: !tokens, %K: !plane, %V: !plane, %counts: !counts, %partials: !counts, %indices: !indices,
                      %O: !tokens)
grid {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %B = memref.dim %Q, %c0 : !tokens
  %T = memref.dim %Q, %c1 : !tokens
  %Hk = memref.dim %K, %c1 : !plane
  tile.yield %T, %Hk, %B : index, index, index
} body(%t, %hk, %b) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c64 = arith.constant 64 : index
  %scale = arith.constant dense<0.125> : tensor<64x16xf32>
  %lowest = arith.constant dense<0xFF800000> : tensor<64x16xf32>
  %m0 = arith.constant dense<0xFF800000> : tensor<1x16xf32>
  %l0 = arith.constant dense<0.0> : tensor<1x16xf32>
  %o0 = arith.constant dense<0.0> : tensor<64x16xf32>
  %N = memref.dim %K, %c2 : !plane
  %H = memref.dim %Q, %c2 : !tokens
  %Hk = memref.dim %K, %c1 : !plane
  %group = arith.divui %H, %Hk : index
  %h0 = arith.muli %hk, %group : index
  %h1 = arith.addi %h0, %group : index
  %q = tile.load %Q[%b, %t, %h0, %c0] dims = [2, 3] bounds(%h1, %c64) : !tokens -> tensor<16x64xf32>
  %list = tile.list_rows %counts, %indices, %partials[%b, %hk, %t] : !counts, !indices, !counts -> !tile.list<rows>
  %np, %n = tile.length %list : !tile.list<rows>

  %o, %m, %l = scf.for %e = %c0 to %n step %c1 iter_args(%acc = %o0, %mOld = %m0, %lOld = %l0)
      -> (tensor<64x16xf32>, tensor<1x16xf32>, tensor<1x16xf32>) {
    %blk, %part = tile.entry %list, %e : !tile.list<rows>
    %row = arith.muli %blk, %c64 : index
    %k = tile.load %K[%b, %hk, %row, %c0] dims = [2, 3] : !plane -> tensor<64x64xf32>
    %v = tile.load %V[%b, %hk, %row, %c0] dims = [2, 3] bounds(%N, %c64) : !plane -> tensor<64x64xf32>
    %dot = tile.mma %k, %q {transB} : tensor<64x64xf32>, tensor<16x64xf32> -> tensor<64x16xf32>
    %s1 = arith.mulf %dot, %scale : tensor<64x16xf32>
    %s = scf.if %part -> (tensor<64x16xf32>) {
      %j1 = tile.iota %row dim 0 : tensor<64x1xi32>
      %t32 = arith.index_cast %t : index to i32
      %ts = tensor.splat %t32 : tensor<64x1xi32>
      %keep1 = arith.cmpi sle, %j1, %ts : tensor<64x1xi32>
      %keep = tile.broadcast %keep1 : tensor<64x1xi1> -> tensor<64x16xi1>
      %masked = arith.select %keep, %s1, %lowest : tensor<64x16xi1>, tensor<64x16xf32>
      scf.yield %masked : tensor<64x16xf32>
    } else {
      scf.yield %s1 : tensor<64x16xf32>
    }
    %ms = tile.reduce max %s dim 0 : tensor<64x16xf32> -> tensor<1x16xf32>
    %mNew = arith.maximumf %mOld, %ms : tensor<1x16xf32>
    %none = arith.cmpf oeq, %mNew, %m0 : tensor<1x16xf32>
    %mu = arith.select %none, %l0, %mNew : tensor<1x16xi1>, tensor<1x16xf32>
    %fall = arith.subf %mOld, %mu : tensor<1x16xf32>
    %al = math.exp %fall : tensor<1x16xf32>
    %mub = tile.broadcast %mu : tensor<1x16xf32> -> tensor<64x16xf32>
    %sm = arith.subf %s, %mub : tensor<64x16xf32>
    %p = math.exp %sm : tensor<64x16xf32>
    %alb = tile.broadcast %al : tensor<1x16xf32> -> tensor<64x16xf32>
    %accs = arith.mulf %acc, %alb : tensor<64x16xf32>
    %oNew = tile.mma %v, %p, %accs {transA}
        : tensor<64x64xf32>, tensor<64x16xf32>, tensor<64x16xf32> -> tensor<64x16xf32>
    %ps = tile.reduce add %p dim 0 : tensor<64x16xf32> -> tensor<1x16xf32>
    %ls = arith.mulf %lOld, %al : tensor<1x16xf32>
    %lNew = arith.addf %ls, %ps : tensor<1x16xf32>
    scf.yield %oNew, %mNew, %lNew : tensor<64x16xf32>, tensor<1x16xf32>, tensor<1x16xf32>
  }

  %empty = arith.cmpf oeq, %l, %l0 : tensor<1x16xf32>
  %emptyb = tile.broadcast %empty : tensor<1x16xi1> -> tensor<64x16xi1>
  %lb = tile.broadcast %l : tensor<1x16xf32> -> tensor<64x16xf32>
  %quotient = arith.divf %o, %lb : tensor<64x16xf32>
  %result = arith.select %emptyb, %o0, %quotient : tensor<64x16xi1>, tensor<64x16xf32>
  tile.store %result, %O[%b, %t, %h0, %c0] dims = [3, 2] bounds(%c64, %h1) : tensor<64x16xf32>, !tokens
  tile.yield
}

launch.entry @selected_attention(%Q: !tokens, %K: !plane, %V: !plane, %counts: !counts, %partials: !counts,
                                 %indices: !indices)
    results(%O: !tokens)
contract {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c16 = arith.constant 16 : index
  %c64 = arith.constant 64 : index
  %B = memref.dim %Q, %c0 : !tokens
  %T = memref.dim %Q, %c1 : !tokens
  %H = memref.dim %Q, %c2 : !tokens
  %Bk = memref.dim %K, %c0 : !plane
  %Hk = memref.dim %K, %c1 : !plane
  %N = memref.dim %K, %c2 : !plane
  %Hv = memref.dim %V, %c1 : !plane
  %Nv = memref.dim %V, %c2 : !plane
  %Hc = memref.dim %counts, %c1 : !counts
  %Tc = memref.dim %counts, %c2 : !counts
  launch.check eq %Bk, %B, "expected 'K' and 'Q' to have one batch size"
  launch.check multiple_of %H, %Hk, "expected the heads of 'Q' to be a multiple of the heads of 'K'"
  %group = arith.divui %H, %Hk : index
  launch.check le %group, %c16, "expected at most 16 heads of 'Q' for one of 'K'"
  launch.check eq %Hv, %Hk, "expected 'V' and 'K' to have as many heads"
  launch.check eq %Nv, %N, "expected 'V' and 'K' to have as many rows"
  launch.check eq %Hc, %Hk, "expected one list for each head of 'K'"
  launch.check eq %Tc, %T, "expected one list for each token"
  %blocks = arith.ceildivui %N, %c64 : index
  %c3 = arith.constant 3 : index
  %listed = memref.dim %indices, %c3 : !indices
  launch.expect %counts lengths bound(%listed) : !counts
  launch.expect %partials lengths bound(%listed) : !counts
  launch.expect %indices indices(%counts) bound(%blocks) : !indices, !counts
  launch.yield shapes(%B, %T, %H, %c64)
} body {
  launch.kernel @selected(%Q, %K, %V, %counts, %partials, %indices, %O)
      : !tokens, !plane, !plane, !counts, !counts, !indices, !tokens
  launch.return
}
