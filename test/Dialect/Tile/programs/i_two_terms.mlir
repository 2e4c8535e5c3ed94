// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// (i) A score of two terms whose value has another head size: latent attention's prefill, causal.

!wide = memref<?x?x?x128xf32, strided<[?, ?, ?, 1], offset: ?>>
!plane = memref<?x?x?x64xf32, strided<[?, ?, ?, 1], offset: ?>>
!rows = memref<?x?x?xf32, strided<[?, ?, 1], offset: ?>>

// Score: (qn . kn + qr . kr) * scale. The second key has its own, smaller, number of heads.
tile.kernel @attend(%Qn: !wide, %Kn: !wide, %Qr: !plane, %Kr: !plane, %V: !wide, %O: !wide, %L: !rows)
grid {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c96 = arith.constant 96 : index
  %B = memref.dim %Qn, %c0 : !wide
  %H = memref.dim %Qn, %c1 : !wide
  %M = memref.dim %Qn, %c2 : !wide
  %x = arith.ceildivui %M, %c96 : index
  tile.yield %x, %H, %B : index, index, index
} body(%mt, %h, %b) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c96 = arith.constant 96 : index
  %c128 = arith.constant 128 : index
  %c256 = arith.constant 256 : index
  %scale = arith.constant dense<0.0721687824> : tensor<96x256xf32>
  %lowest = arith.constant dense<0xFF800000> : tensor<96x256xf32>
  %m0 = arith.constant dense<0xFF800000> : tensor<96x1xf32>
  %l0 = arith.constant dense<0.0> : tensor<96x1xf32>
  %o0 = arith.constant dense<0.0> : tensor<96x128xf32>
  %M = memref.dim %Qn, %c2 : !wide
  %N = memref.dim %Kn, %c2 : !wide
  %H = memref.dim %Qn, %c1 : !wide
  %Hn = memref.dim %Kn, %c1 : !wide
  %Hr = memref.dim %Kr, %c1 : !plane
  %ratioN = arith.divui %H, %Hn : index
  %hn = arith.divui %h, %ratioN : index
  %ratioR = arith.divui %H, %Hr : index
  %hr = arith.divui %h, %ratioR : index

  // Rows as positions [r0, r1); blocks of 256 columns: [0, c) under the diagonal, [c, w) across it.
  %row = arith.muli %mt, %c96 : index
  %rowEnd0 = arith.addi %row, %c96 : index
  %rowEnd = arith.minsi %rowEnd0, %M : index
  %off = arith.subi %N, %M : index
  %r0 = arith.addi %row, %off : index
  %r1 = arith.addi %rowEnd, %off : index
  %r0n = arith.addi %r0, %c1 : index
  %diagonal = arith.minsi %r0n, %N : index
  %diagonalBlock = arith.floordivsi %diagonal, %c256 : index
  %c = arith.maxsi %diagonalBlock, %c0 : index
  %r1n = arith.minsi %r1, %N : index
  %w = arith.ceildivsi %r1n, %c256 : index
  %list = tile.list (%c, %w, partial), (%c0, %c, full) : !tile.list<ranges>
  %np, %n = tile.length %list : !tile.list<ranges>

  %qn = tile.load %Qn[%b, %h, %row, %c0] dims = [2, 3] : !wide -> tensor<96x128xf32>
  %qr = tile.load %Qr[%b, %h, %row, %c0] dims = [2, 3] : !plane -> tensor<96x64xf32>
  %i1 = tile.iota %r0 dim 0 : tensor<96x1xi32>
  %i = tile.broadcast %i1 : tensor<96x1xi32> -> tensor<96x256xi32>

  %o, %m, %l = scf.for %t = %c0 to %n step %c1 iter_args(%acc = %o0, %mOld = %m0, %lOld = %l0)
      -> (tensor<96x128xf32>, tensor<96x1xf32>, tensor<96x1xf32>) {
    %blk, %part = tile.entry %list, %t : !tile.list<ranges>
    %col = arith.muli %blk, %c256 : index
    %kn = tile.load %Kn[%b, %hn, %col, %c0] dims = [2, 3] : !wide -> tensor<256x128xf32>
    %kr = tile.load %Kr[%b, %hr, %col, %c0] dims = [2, 3] : !plane -> tensor<256x64xf32>
    %v = tile.load %V[%b, %hn, %col, %c0] dims = [2, 3] bounds(%N, %c128) : !wide -> tensor<256x128xf32>
    %dotN = tile.mma %qn, %kn {transB} : tensor<96x128xf32>, tensor<256x128xf32> -> tensor<96x256xf32>
    %dot = tile.mma %qr, %kr, %dotN {transB}
        : tensor<96x64xf32>, tensor<256x64xf32>, tensor<96x256xf32> -> tensor<96x256xf32>
    %s1 = arith.mulf %dot, %scale : tensor<96x256xf32>
    %s = scf.if %part -> (tensor<96x256xf32>) {
      %j1 = tile.iota %col dim 1 : tensor<1x256xi32>
      %j = tile.broadcast %j1 : tensor<1x256xi32> -> tensor<96x256xi32>
      %n32 = arith.index_cast %N : index to i32
      %ns = tensor.splat %n32 : tensor<96x256xi32>
      %causal = arith.cmpi sle, %j, %i : tensor<96x256xi32>
      %inside = arith.cmpi slt, %j, %ns : tensor<96x256xi32>
      %keep = arith.andi %causal, %inside : tensor<96x256xi1>
      %masked = arith.select %keep, %s1, %lowest : tensor<96x256xi1>, tensor<96x256xf32>
      scf.yield %masked : tensor<96x256xf32>
    } else {
      scf.yield %s1 : tensor<96x256xf32>
    }
    %ms = tile.reduce max %s dim 1 : tensor<96x256xf32> -> tensor<96x1xf32>
    %mNew = arith.maximumf %mOld, %ms : tensor<96x1xf32>
    %none = arith.cmpf oeq, %mNew, %m0 : tensor<96x1xf32>
    %mu = arith.select %none, %l0, %mNew : tensor<96x1xi1>, tensor<96x1xf32>
    %fall = arith.subf %mOld, %mu : tensor<96x1xf32>
    %al = math.exp %fall : tensor<96x1xf32>
    %mub = tile.broadcast %mu : tensor<96x1xf32> -> tensor<96x256xf32>
    %sm = arith.subf %s, %mub : tensor<96x256xf32>
    %p = math.exp %sm : tensor<96x256xf32>
    %alb = tile.broadcast %al : tensor<96x1xf32> -> tensor<96x128xf32>
    %accs = arith.mulf %acc, %alb : tensor<96x128xf32>
    %oNew = tile.mma %p, %v, %accs
        : tensor<96x256xf32>, tensor<256x128xf32>, tensor<96x128xf32> -> tensor<96x128xf32>
    %ps = tile.reduce add %p dim 1 : tensor<96x256xf32> -> tensor<96x1xf32>
    %ls = arith.mulf %lOld, %al : tensor<96x1xf32>
    %lNew = arith.addf %ls, %ps : tensor<96x1xf32>
    scf.yield %oNew, %mNew, %lNew : tensor<96x128xf32>, tensor<96x1xf32>, tensor<96x1xf32>
  }

  %empty = arith.cmpf oeq, %l, %l0 : tensor<96x1xf32>
  %emptyb = tile.broadcast %empty : tensor<96x1xi1> -> tensor<96x128xi1>
  %lb = tile.broadcast %l : tensor<96x1xf32> -> tensor<96x128xf32>
  %quotient = arith.divf %o, %lb : tensor<96x128xf32>
  %result = arith.select %emptyb, %o0, %quotient : tensor<96x128xi1>, tensor<96x128xf32>
  tile.store %result, %O[%b, %h, %row, %c0] dims = [2, 3] : tensor<96x128xf32>, !wide
  %logl = math.log %l : tensor<96x1xf32>
  %lse = arith.addf %m, %logl : tensor<96x1xf32>
  tile.store %lse, %L[%b, %h, %row] dims = [2, -1] : tensor<96x1xf32>, !rows
  tile.yield
}

launch.entry @latent_attention(%Qn: !wide, %Kn: !wide, %Qr: !plane, %Kr: !plane, %V: !wide)
    results(%O: !wide, %L: !rows)
contract {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c128 = arith.constant 128 : index
  %B = memref.dim %Qn, %c0 : !wide
  %H = memref.dim %Qn, %c1 : !wide
  %M = memref.dim %Qn, %c2 : !wide
  %Hn = memref.dim %Kn, %c1 : !wide
  %N = memref.dim %Kn, %c2 : !wide
  %Hqr = memref.dim %Qr, %c1 : !plane
  %Mr = memref.dim %Qr, %c2 : !plane
  %Hr = memref.dim %Kr, %c1 : !plane
  %Nr = memref.dim %Kr, %c2 : !plane
  %Hv = memref.dim %V, %c1 : !wide
  %Nv = memref.dim %V, %c2 : !wide
  launch.check multiple_of %H, %Hn, "expected the heads of 'Qn' to be a multiple of the heads of 'Kn'"
  launch.check multiple_of %H, %Hr, "expected the heads of 'Qr' to be a multiple of the heads of 'Kr'"
  launch.check eq %Hqr, %H, "expected 'Qr' and 'Qn' to have as many heads"
  launch.check eq %Mr, %M, "expected 'Qr' and 'Qn' to have as many rows"
  launch.check eq %Nr, %N, "expected 'Kr' and 'Kn' to have as many rows"
  launch.check eq %Hv, %Hn, "expected 'V' and 'Kn' to have as many heads"
  launch.check eq %Nv, %N, "expected 'V' and 'Kn' to have as many rows"
  launch.yield shapes(%B, %H, %M, %c128, %B, %H, %M)
} body {
  launch.kernel @attend(%Qn, %Kn, %Qr, %Kr, %V, %O, %L) : !wide, !wide, !plane, !plane, !wide, !wide, !rows
  launch.return
}
