// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// (a) Flash attention forward: soft-cap, ALiBi, and a causal window with a sink, as block ranges in closed form.

!plane = memref<?x?x?x64xf32, strided<[?, ?, ?, 1], offset: ?>>
!rows = memref<?x?x?xf32, strided<[?, ?, 1], offset: ?>>
!perhead = memref<?xf32, strided<[1], offset: ?>>

// Keeps the pairs j <= i with i - j <= window or j < sink; i is shifted so that the last row sees the last column.
tile.kernel @attend(%Q: !plane, %K: !plane, %V: !plane, %slope: !perhead, %O: !plane, %L: !rows,
                    %window: index, %sink: index)
grid {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c96 = arith.constant 96 : index
  %B = memref.dim %Q, %c0 : !plane
  %H = memref.dim %Q, %c1 : !plane
  %M = memref.dim %Q, %c2 : !plane
  %x = arith.ceildivui %M, %c96 : index
  tile.yield %x, %H, %B : index, index, index
} body(%mt, %h, %b) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c64 = arith.constant 64 : index
  %c96 = arith.constant 96 : index
  %c512 = arith.constant 512 : index
  %scale = arith.constant dense<0.125> : tensor<96x512xf32>
  %cap = arith.constant dense<30.0> : tensor<96x512xf32>
  %uncap = arith.constant dense<0.0333333333> : tensor<96x512xf32>
  %lowest = arith.constant dense<0xFF800000> : tensor<96x512xf32>
  %m0 = arith.constant dense<0xFF800000> : tensor<96x1xf32>
  %l0 = arith.constant dense<0.0> : tensor<96x1xf32>
  %o0 = arith.constant dense<0.0> : tensor<96x64xf32>
  %M = memref.dim %Q, %c2 : !plane
  %N = memref.dim %K, %c2 : !plane
  %H = memref.dim %Q, %c1 : !plane
  %Hk = memref.dim %K, %c1 : !plane
  %ratio = arith.divui %H, %Hk : index
  %hk = arith.divui %h, %ratio : index

  // Rows of this program, in storage and as positions [r0, r1).
  %row = arith.muli %mt, %c96 : index
  %rowEnd0 = arith.addi %row, %c96 : index
  %rowEnd = arith.minsi %rowEnd0, %M : index
  %off = arith.subi %N, %M : index
  %r0 = arith.addi %row, %off : index
  %r1 = arith.addi %rowEnd, %off : index

  // Blocks of 512 columns. [0, w1): causal; [0, s1): sink; [w0, w1): window after the sink; below c0: under the
  // diagonal; [a, c): inside the last row's window.
  %nb = arith.ceildivsi %N, %c512 : index
  %rb = arith.ceildivsi %r1, %c512 : index
  %w1 = arith.minsi %nb, %rb : index
  %sb = arith.ceildivsi %sink, %c512 : index
  %s1 = arith.minsi %sb, %w1 : index
  %wlo = arith.subi %r0, %window : index
  %wlob = arith.floordivsi %wlo, %c512 : index
  %w0a = arith.maxsi %s1, %wlob : index
  %w0 = arith.minsi %w1, %w0a : index
  %r0n = arith.addi %r0, %c1 : index
  %diagonal = arith.minsi %r0n, %N : index
  %diagonalBlock = arith.floordivsi %diagonal, %c512 : index
  %cc = arith.maxsi %diagonalBlock, %c0 : index
  %sf = arith.floordivsi %sink, %c512 : index
  %f = arith.minsi %sf, %cc : index
  %last = arith.subi %r1, %c1 : index
  %lastLo = arith.subi %last, %window : index
  %lastLoBlock = arith.ceildivsi %lastLo, %c512 : index
  %a0 = arith.maxsi %w0, %lastLoBlock : index
  %a = arith.minsi %w1, %a0 : index
  %cw = arith.minsi %cc, %w1 : index
  %c = arith.maxsi %a, %cw : index
  %list = tile.list (%c0, %f, full), (%f, %s1, partial), (%w0, %a, partial), (%a, %c, full), (%c, %w1, partial)
      : !tile.list<ranges>
  %np, %n = tile.length %list : !tile.list<ranges>

  %q = tile.load %Q[%b, %h, %row, %c0] dims = [2, 3] : !plane -> tensor<96x64xf32>
  %slopeh = memref.load %slope[%h] : !perhead
  %slopes = tensor.splat %slopeh : tensor<96x512xf32>
  %i1 = tile.iota %r0 dim 0 : tensor<96x1xi32>
  %i = tile.broadcast %i1 : tensor<96x1xi32> -> tensor<96x512xi32>

  %o, %m, %l = scf.for %t = %c0 to %n step %c1 iter_args(%acc = %o0, %mOld = %m0, %lOld = %l0)
      -> (tensor<96x64xf32>, tensor<96x1xf32>, tensor<96x1xf32>) {
    %blk, %part = tile.entry %list, %t : !tile.list<ranges>
    %col = arith.muli %blk, %c512 : index
    %k = tile.load %K[%b, %hk, %col, %c0] dims = [2, 3] : !plane -> tensor<512x64xf32>
    %v = tile.load %V[%b, %hk, %col, %c0] dims = [2, 3] bounds(%N, %c64) : !plane -> tensor<512x64xf32>

    // The score region, in the natural domain.
    %dot = tile.mma %q, %k {transB} : tensor<96x64xf32>, tensor<512x64xf32> -> tensor<96x512xf32>
    %scaled = arith.mulf %dot, %scale : tensor<96x512xf32>
    %inner = arith.mulf %scaled, %uncap : tensor<96x512xf32>
    %tanh = math.tanh %inner : tensor<96x512xf32>
    %capped = arith.mulf %tanh, %cap : tensor<96x512xf32>
    %j1 = tile.iota %col dim 1 : tensor<1x512xi32>
    %j = tile.broadcast %j1 : tensor<1x512xi32> -> tensor<96x512xi32>
    %distance = arith.subi %j, %i : tensor<96x512xi32>
    %distancef = arith.sitofp %distance : tensor<96x512xi32> to tensor<96x512xf32>
    %bias = arith.mulf %slopes, %distancef : tensor<96x512xf32>
    %s1f = arith.addf %capped, %bias : tensor<96x512xf32>

    %s = scf.if %part -> (tensor<96x512xf32>) {
      %n32 = arith.index_cast %N : index to i32
      %ns = tensor.splat %n32 : tensor<96x512xi32>
      %w32 = arith.index_cast %window : index to i32
      %ws = tensor.splat %w32 : tensor<96x512xi32>
      %sink32 = arith.index_cast %sink : index to i32
      %sinks = tensor.splat %sink32 : tensor<96x512xi32>
      %causal = arith.cmpi sle, %j, %i : tensor<96x512xi32>
      %back = arith.subi %i, %j : tensor<96x512xi32>
      %near = arith.cmpi sle, %back, %ws : tensor<96x512xi32>
      %first = arith.cmpi slt, %j, %sinks : tensor<96x512xi32>
      %either = arith.ori %near, %first : tensor<96x512xi1>
      %visible = arith.andi %causal, %either : tensor<96x512xi1>
      %inside = arith.cmpi slt, %j, %ns : tensor<96x512xi32>
      %keep = arith.andi %visible, %inside : tensor<96x512xi1>
      %masked = arith.select %keep, %s1f, %lowest : tensor<96x512xi1>, tensor<96x512xf32>
      scf.yield %masked : tensor<96x512xf32>
    } else {
      scf.yield %s1f : tensor<96x512xf32>
    }

    // The normalizer's lift and merge; a row that has seen no score keeps its reference at -inf and lifts from 0.
    %ms = tile.reduce max %s dim 1 : tensor<96x512xf32> -> tensor<96x1xf32>
    %mNew = arith.maximumf %mOld, %ms : tensor<96x1xf32>
    %none = arith.cmpf oeq, %mNew, %m0 : tensor<96x1xf32>
    %mu = arith.select %none, %l0, %mNew : tensor<96x1xi1>, tensor<96x1xf32>
    %fall = arith.subf %mOld, %mu : tensor<96x1xf32>
    %al = math.exp %fall : tensor<96x1xf32>
    %mub = tile.broadcast %mu : tensor<96x1xf32> -> tensor<96x512xf32>
    %sm = arith.subf %s, %mub : tensor<96x512xf32>
    %p = math.exp %sm : tensor<96x512xf32>
    %alb = tile.broadcast %al : tensor<96x1xf32> -> tensor<96x64xf32>
    %accs = arith.mulf %acc, %alb : tensor<96x64xf32>
    %oNew = tile.mma %p, %v, %accs : tensor<96x512xf32>, tensor<512x64xf32>, tensor<96x64xf32> -> tensor<96x64xf32>
    %ps = tile.reduce add %p dim 1 : tensor<96x512xf32> -> tensor<96x1xf32>
    %ls = arith.mulf %lOld, %al : tensor<96x1xf32>
    %lNew = arith.addf %ls, %ps : tensor<96x1xf32>
    scf.yield %oNew, %mNew, %lNew : tensor<96x64xf32>, tensor<96x1xf32>, tensor<96x1xf32>
  }

  %empty = arith.cmpf oeq, %l, %l0 : tensor<96x1xf32>
  %emptyb = tile.broadcast %empty : tensor<96x1xi1> -> tensor<96x64xi1>
  %lb = tile.broadcast %l : tensor<96x1xf32> -> tensor<96x64xf32>
  %ratioO = arith.divf %o, %lb : tensor<96x64xf32>
  %result = arith.select %emptyb, %o0, %ratioO : tensor<96x64xi1>, tensor<96x64xf32>
  tile.store %result, %O[%b, %h, %row, %c0] dims = [2, 3] : tensor<96x64xf32>, !plane
  %logl = math.log %l : tensor<96x1xf32>
  %lse = arith.addf %m, %logl : tensor<96x1xf32>
  tile.store %lse, %L[%b, %h, %row] dims = [2, -1] : tensor<96x1xf32>, !rows
  tile.yield
}

launch.entry @attention(%Q: !plane, %K: !plane, %V: !plane, %slope: !perhead, %window: index, %sink: index)
    results(%O: !plane, %L: !rows)
contract {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c64 = arith.constant 64 : index
  %B = memref.dim %Q, %c0 : !plane
  %H = memref.dim %Q, %c1 : !plane
  %M = memref.dim %Q, %c2 : !plane
  %Bk = memref.dim %K, %c0 : !plane
  %Hk = memref.dim %K, %c1 : !plane
  %N = memref.dim %K, %c2 : !plane
  %Bv = memref.dim %V, %c0 : !plane
  %Hv = memref.dim %V, %c1 : !plane
  %Nv = memref.dim %V, %c2 : !plane
  %Hs = memref.dim %slope, %c0 : !perhead
  launch.check eq %Bk, %B, "expected 'K' and 'Q' to have one batch size"
  launch.check eq %Bv, %B, "expected 'V' and 'Q' to have one batch size"
  launch.check multiple_of %H, %Hk, "expected the heads of 'Q' to be a multiple of the heads of 'K'"
  launch.check eq %Hv, %Hk, "expected 'V' and 'K' to have as many heads"
  launch.check eq %Nv, %N, "expected 'V' and 'K' to have as many rows"
  launch.check eq %Hs, %H, "expected one slope for each head of 'Q'"
  launch.yield shapes(%B, %H, %M, %c64, %B, %H, %M)
} body {
  launch.kernel @attend(%Q, %K, %V, %slope, %O, %L, %window, %sink)
      : !plane, !plane, !plane, !perhead, !plane, !rows, index, index
  launch.return
}
