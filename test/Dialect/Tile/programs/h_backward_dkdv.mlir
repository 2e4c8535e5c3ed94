// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// (h) Gradients of keys and values of causal, soft-capped attention. Rows are keys, the list holds query blocks.

!plane = memref<?x?x?x64xf32, strided<[?, ?, ?, 1], offset: ?>>
!rows = memref<?x?x?xf32, strided<[?, ?, 1], offset: ?>>

// %L: log-sum-exp of each query row (-inf: an empty row). %Dl: sum over the head dim of O * dO.
tile.kernel @dkdv(%Q: !plane, %K: !plane, %V: !plane, %dO: !plane, %L: !rows, %Dl: !rows, %dK: !plane, %dV: !plane)
grid {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c96 = arith.constant 96 : index
  %B = memref.dim %K, %c0 : !plane
  %Hk = memref.dim %K, %c1 : !plane
  %N = memref.dim %K, %c2 : !plane
  %x = arith.ceildivui %N, %c96 : index
  tile.yield %x, %Hk, %B : index, index, index
} body(%nt, %hk, %b) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c64 = arith.constant 64 : index
  %c96 = arith.constant 96 : index
  %c128 = arith.constant 128 : index
  %scale = arith.constant dense<0.125> : tensor<96x128xf32>
  %scaleK = arith.constant dense<0.125> : tensor<96x64xf32>
  %cap = arith.constant dense<30.0> : tensor<96x128xf32>
  %uncap = arith.constant dense<0.0333333333> : tensor<96x128xf32>
  %one = arith.constant dense<1.0> : tensor<96x128xf32>
  %lowest = arith.constant dense<0xFF800000> : tensor<96x128xf32>
  %noRow = arith.constant dense<0xFF800000> : tensor<1x128xf32>
  %zeroRow = arith.constant dense<0.0> : tensor<1x128xf32>
  %g0 = arith.constant dense<0.0> : tensor<96x64xf32>
  %M = memref.dim %Q, %c2 : !plane
  %N = memref.dim %K, %c2 : !plane
  %H = memref.dim %Q, %c1 : !plane
  %Hk = memref.dim %K, %c1 : !plane
  %group = arith.divui %H, %Hk : index
  %h0 = arith.muli %hk, %group : index
  %h1 = arith.addi %h0, %group : index

  // Keys [j0, j1) as query rows; blocks of 128 queries: [lo, f) cross the diagonal, [f, nb) see every key.
  %key = arith.muli %nt, %c96 : index
  %keyEnd0 = arith.addi %key, %c96 : index
  %keyEnd = arith.minsi %keyEnd0, %N : index
  %off = arith.subi %N, %M : index
  %j0 = arith.subi %key, %off : index
  %j1 = arith.subi %keyEnd, %off : index
  %nb = arith.ceildivsi %M, %c128 : index
  %first = arith.maxsi %j0, %c0 : index
  %lo0 = arith.floordivsi %first, %c128 : index
  %lo = arith.minsi %lo0, %nb : index
  %lastKey = arith.subi %j1, %c1 : index
  %lastKey0 = arith.maxsi %lastKey, %c0 : index
  %f0 = arith.ceildivsi %lastKey0, %c128 : index
  %f = arith.minsi %f0, %nb : index
  %list = tile.list (%lo, %f, partial), (%f, %nb, full) : !tile.list<ranges>
  %np, %n = tile.length %list : !tile.list<ranges>

  %k = tile.load %K[%b, %hk, %key, %c0] dims = [2, 3] : !plane -> tensor<96x64xf32>
  %v = tile.load %V[%b, %hk, %key, %c0] dims = [2, 3] : !plane -> tensor<96x64xf32>
  %j1d = tile.iota %j0 dim 0 : tensor<96x1xi32>
  %j = tile.broadcast %j1d : tensor<96x1xi32> -> tensor<96x128xi32>

  %dk, %dv = scf.for %h = %h0 to %h1 step %c1 iter_args(%dkH = %g0, %dvH = %g0)
      -> (tensor<96x64xf32>, tensor<96x64xf32>) {
    %dkB, %dvB = scf.for %t = %c0 to %n step %c1 iter_args(%dkOld = %dkH, %dvOld = %dvH)
        -> (tensor<96x64xf32>, tensor<96x64xf32>) {
      %blk, %part = tile.entry %list, %t : !tile.list<ranges>
      %row = arith.muli %blk, %c128 : index
      %q = tile.load %Q[%b, %h, %row, %c0] dims = [2, 3] : !plane -> tensor<128x64xf32>
      %do = tile.load %dO[%b, %h, %row, %c0] dims = [2, 3] : !plane -> tensor<128x64xf32>
      %L0 = tile.load %L[%b, %h, %row] dims = [-1, 2] : !rows -> tensor<1x128xf32>
      %d = tile.load %Dl[%b, %h, %row] dims = [-1, 2] : !rows -> tensor<1x128xf32>
      %emptyRow = arith.cmpf oeq, %L0, %noRow : tensor<1x128xf32>
      %L1 = arith.select %emptyRow, %zeroRow, %L0 : tensor<1x128xi1>, tensor<1x128xf32>
      %lse = tile.broadcast %L1 : tensor<1x128xf32> -> tensor<96x128xf32>
      %db = tile.broadcast %d : tensor<1x128xf32> -> tensor<96x128xf32>

      %dot = tile.mma %k, %q {transB} : tensor<96x64xf32>, tensor<128x64xf32> -> tensor<96x128xf32>
      %scaled = arith.mulf %dot, %scale : tensor<96x128xf32>
      %inner = arith.mulf %scaled, %uncap : tensor<96x128xf32>
      %tanh = math.tanh %inner : tensor<96x128xf32>
      %s1 = arith.mulf %tanh, %cap : tensor<96x128xf32>
      %s = scf.if %part -> (tensor<96x128xf32>) {
        %i1 = tile.iota %row dim 1 : tensor<1x128xi32>
        %i = tile.broadcast %i1 : tensor<1x128xi32> -> tensor<96x128xi32>
        %keep = arith.cmpi sle, %j, %i : tensor<96x128xi32>
        %masked = arith.select %keep, %s1, %lowest : tensor<96x128xi1>, tensor<96x128xf32>
        scf.yield %masked : tensor<96x128xf32>
      } else {
        scf.yield %s1 : tensor<96x128xf32>
      }
      %sl = arith.subf %s, %lse : tensor<96x128xf32>
      %p = math.exp %sl : tensor<96x128xf32>
      %dp = tile.mma %v, %do {transB} : tensor<96x64xf32>, tensor<128x64xf32> -> tensor<96x128xf32>
      %dpd = arith.subf %dp, %db : tensor<96x128xf32>
      %tanh2 = arith.mulf %tanh, %tanh : tensor<96x128xf32>
      %dscore = arith.subf %one, %tanh2 : tensor<96x128xf32>
      %pd = arith.mulf %p, %dpd : tensor<96x128xf32>
      %ds = arith.mulf %pd, %dscore : tensor<96x128xf32>
      %dkNew = tile.mma %ds, %q, %dkOld
          : tensor<96x128xf32>, tensor<128x64xf32>, tensor<96x64xf32> -> tensor<96x64xf32>
      %dvNew = tile.mma %p, %do, %dvOld
          : tensor<96x128xf32>, tensor<128x64xf32>, tensor<96x64xf32> -> tensor<96x64xf32>
      scf.yield %dkNew, %dvNew : tensor<96x64xf32>, tensor<96x64xf32>
    }
    scf.yield %dkB, %dvB : tensor<96x64xf32>, tensor<96x64xf32>
  }
  %dks = arith.mulf %dk, %scaleK : tensor<96x64xf32>
  tile.store %dks, %dK[%b, %hk, %key, %c0] dims = [2, 3] : tensor<96x64xf32>, !plane
  tile.store %dv, %dV[%b, %hk, %key, %c0] dims = [2, 3] : tensor<96x64xf32>, !plane
  tile.yield
}

launch.entry @attention_backward(%Q: !plane, %K: !plane, %V: !plane, %dO: !plane, %L: !rows, %Dl: !rows)
    results(%dK: !plane, %dV: !plane)
contract {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c64 = arith.constant 64 : index
  %B = memref.dim %K, %c0 : !plane
  %Hk = memref.dim %K, %c1 : !plane
  %N = memref.dim %K, %c2 : !plane
  %Bq = memref.dim %Q, %c0 : !plane
  %H = memref.dim %Q, %c1 : !plane
  %M = memref.dim %Q, %c2 : !plane
  %Mo = memref.dim %dO, %c2 : !plane
  %Ml = memref.dim %L, %c2 : !rows
  %Md = memref.dim %Dl, %c2 : !rows
  %Nv = memref.dim %V, %c2 : !plane
  launch.check eq %Bq, %B, "expected 'Q' and 'K' to have one batch size"
  launch.check multiple_of %H, %Hk, "expected the heads of 'Q' to be a multiple of the heads of 'K'"
  launch.check eq %Nv, %N, "expected 'V' and 'K' to have as many rows"
  launch.check eq %Mo, %M, "expected 'dO' and 'Q' to have as many rows"
  launch.check eq %Ml, %M, "expected 'L' and 'Q' to have as many rows"
  launch.check eq %Md, %M, "expected 'Dl' and 'Q' to have as many rows"
  launch.yield shapes(%B, %Hk, %N, %c64, %B, %Hk, %N, %c64)
} body {
  launch.kernel @dkdv(%Q, %K, %V, %dO, %L, %Dl, %dK, %dV)
      : !plane, !plane, !plane, !plane, !rows, !rows, !plane, !plane
  launch.return
}
