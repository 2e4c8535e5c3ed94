// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// (a) in roles: the program of a_attention.mlir with 128 rows and 128 columns of bf16, one role that loads and two teams
// of 64 rows that compute. The product of a block's scores runs beside the product of the weights of the block before.

!plane = memref<?x?x?x128xbf16, strided<[?, ?, ?, 1], offset: ?>>
!rows = memref<?x?x?xf32, strided<[?, ?, 1], offset: ?>>
!perhead = memref<?xf32, strided<[1], offset: ?>>
!tile = tensor<128x128xbf16>
!half = tensor<64x128xbf16>
!score = tensor<64x128xf32>
!index = tensor<64x128xi32>
!flags = tensor<64x128xi1>
!column = tensor<64x1xf32>
!fill = !tile.slot<fill, !tile>
!read = !tile.slot<read, !tile>
!pending = !tile.pending<!score>

// Keeps the pairs j <= i with i - j <= window or j < sink; i is shifted so that the last row sees the last column.
tile.kernel @attend(%Q: !plane, %K: !plane, %V: !plane, %slope: !perhead, %O: !plane, %L: !rows,
                    %window: index, %sink: index) attributes {schedule = #tile.schedule<rows = 128, cols = 128>}
grid {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c128 = arith.constant 128 : index
  %B = memref.dim %Q, %c0 : !plane
  %H = memref.dim %Q, %c1 : !plane
  %M = memref.dim %Q, %c2 : !plane
  %x = arith.ceildivui %M, %c128 : index
  tile.yield %x, %H, %B : index, index, index
} body(%mt, %h, %b) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c64 = arith.constant 64 : index
  %c128 = arith.constant 128 : index
  %M = memref.dim %Q, %c2 : !plane
  %N = memref.dim %K, %c2 : !plane
  %H = memref.dim %Q, %c1 : !plane
  %Hk = memref.dim %K, %c1 : !plane
  %ratio = arith.divui %H, %Hk : index
  %hk = arith.divui %h, %ratio : index

  // Rows of this program, in storage and as positions [r0, r1).
  %row = arith.muli %mt, %c128 : index
  %rowEnd0 = arith.addi %row, %c128 : index
  %rowEnd = arith.minsi %rowEnd0, %M : index
  %off = arith.subi %N, %M : index
  %r0 = arith.addi %row, %off : index
  %r1 = arith.addi %rowEnd, %off : index

  // Blocks of 128 columns. [0, w1): causal; [0, s1): sink; [w0, w1): window after the sink; below c0: under the
  // diagonal; [a, c): inside the last row's window.
  %nb = arith.ceildivsi %N, %c128 : index
  %rb = arith.ceildivsi %r1, %c128 : index
  %w1 = arith.minsi %nb, %rb : index
  %sb = arith.ceildivsi %sink, %c128 : index
  %s1 = arith.minsi %sb, %w1 : index
  %wlo = arith.subi %r0, %window : index
  %wlob = arith.floordivsi %wlo, %c128 : index
  %w0a = arith.maxsi %s1, %wlob : index
  %w0 = arith.minsi %w1, %w0a : index
  %r0n = arith.addi %r0, %c1 : index
  %diagonal = arith.minsi %r0n, %N : index
  %diagonalBlock = arith.floordivsi %diagonal, %c128 : index
  %cc = arith.maxsi %diagonalBlock, %c0 : index
  %sf = arith.floordivsi %sink, %c128 : index
  %f = arith.minsi %sf, %cc : index
  %last = arith.subi %r1, %c1 : index
  %lastLo = arith.subi %last, %window : index
  %lastLoBlock = arith.ceildivsi %lastLo, %c128 : index
  %a0 = arith.maxsi %w0, %lastLoBlock : index
  %a = arith.minsi %w1, %a0 : index
  %cw = arith.minsi %cc, %w1 : index
  %c = arith.maxsi %a, %cw : index
  %list = tile.list (%c0, %f, full), (%f, %s1, partial), (%w0, %a, partial), (%a, %c, full), (%c, %w1, partial)
      : !tile.list<ranges>
  %np, %n = tile.length %list : !tile.list<ranges>
  %some = arith.cmpi sgt, %n, %c0 : index

  %queries = tile.ring : !tile.ring<1, !tile>
  %keys = tile.ring : !tile.ring<2, !tile>
  %values = tile.ring : !tile.ring<2, !tile>
  tile.roles
  role @load warps = 1 registers = 24 (%team) {
    scf.if %some {
      %fq = tile.acquire %queries : !tile.ring<1, !tile>
      tile.copy %fq, %Q[%b, %h, %row, %c0] dims = [2, 3] : !fill, !plane
      tile.commit %fq : !fill
      %blk0, %part0 = tile.entry %list, %c0 : !tile.list<ranges>
      %col0 = arith.muli %blk0, %c128 : index
      %fk0 = tile.acquire %keys : !tile.ring<2, !tile>
      tile.copy %fk0, %K[%b, %hk, %col0, %c0] dims = [2, 3] : !fill, !plane
      tile.commit %fk0 : !fill
      %colLast = scf.for %t = %c1 to %n step %c1 iter_args(%before = %col0) -> index {
        %blk, %part = tile.entry %list, %t : !tile.list<ranges>
        %col = arith.muli %blk, %c128 : index
        %fk = tile.acquire %keys : !tile.ring<2, !tile>
        tile.copy %fk, %K[%b, %hk, %col, %c0] dims = [2, 3] : !fill, !plane
        tile.commit %fk : !fill
        %fv = tile.acquire %values : !tile.ring<2, !tile>
        tile.copy %fv, %V[%b, %hk, %before, %c0] dims = [2, 3] bounds(%N, %c128) : !fill, !plane
        tile.commit %fv : !fill
        scf.yield %col : index
      }
      %fv1 = tile.acquire %values : !tile.ring<2, !tile>
      tile.copy %fv1, %V[%b, %hk, %colLast, %c0] dims = [2, 3] bounds(%N, %c128) : !fill, !plane
      tile.commit %fv1 : !fill
    }
    tile.yield
  }
  role @math teams = 2 registers = 240 (%team) {
    %scale = arith.constant dense<0.0883883461> : !score
    %cap = arith.constant dense<30.0> : !score
    %uncap = arith.constant dense<0.0333333333> : !score
    %lowest = arith.constant dense<0xFF800000> : !score
    %m0 = arith.constant dense<0xFF800000> : !column
    %l0 = arith.constant dense<0.0> : !column
    %o0 = arith.constant dense<0.0> : !score
    %rest = arith.muli %team, %c64 : index
    %myRow = arith.addi %row, %rest : index
    %myR0 = arith.addi %r0, %rest : index
    %i1 = tile.iota %myR0 dim 0 : tensor<64x1xi32>
    %i = tile.broadcast %i1 : tensor<64x1xi32> -> !index
    %slopeh = memref.load %slope[%h] : !perhead
    %slopes = tensor.splat %slopeh : !score
    %window32 = arith.index_cast %window : index to i32
    %windows = tensor.splat %window32 : !index
    %sink32 = arith.index_cast %sink : index to i32
    %sinks = tensor.splat %sink32 : !index
    %n32 = arith.index_cast %N : index to i32
    %ends = tensor.splat %n32 : !index
    %o, %m, %l = scf.if %some -> (!score, !column, !column) {
      %sq = tile.wait %queries : !tile.ring<1, !tile>
      %q = tile.view %sq[%rest, %c0] : !read -> !tile.slot<read, !half>
      %blk0, %part0 = tile.entry %list, %c0 : !tile.list<ranges>
      %sk0 = tile.wait %keys : !tile.ring<2, !tile>
      %pd0 = tile.issue %q, %sk0 {transB} : !tile.slot<read, !half>, !read -> !pending
      %dot0 = tile.await %pd0 : !pending -> !score
      tile.release %sk0 : !read
      // The score region, in the natural domain.
      %col0 = arith.muli %blk0, %c128 : index
      %scaled0 = arith.mulf %dot0, %scale : !score
      %inner0 = arith.mulf %scaled0, %uncap : !score
      %tanh0 = math.tanh %inner0 : !score
      %capped0 = arith.mulf %tanh0, %cap : !score
      %j10 = tile.iota %col0 dim 1 : tensor<1x128xi32>
      %j0 = tile.broadcast %j10 : tensor<1x128xi32> -> !index
      %distance0 = arith.subi %j0, %i : !index
      %distancef0 = arith.sitofp %distance0 : !index to !score
      %bias0 = arith.mulf %slopes, %distancef0 : !score
      %full0 = arith.addf %capped0, %bias0 : !score
      %s0 = scf.if %part0 -> !score {
        %causal = arith.cmpi sle, %j0, %i : !index
        %back = arith.subi %i, %j0 : !index
        %near = arith.cmpi sle, %back, %windows : !index
        %first = arith.cmpi slt, %j0, %sinks : !index
        %either = arith.ori %near, %first : !flags
        %visible = arith.andi %causal, %either : !flags
        %inside = arith.cmpi slt, %j0, %ends : !index
        %keep = arith.andi %visible, %inside : !flags
        %masked = arith.select %keep, %full0, %lowest : !flags, !score
        scf.yield %masked : !score
      } else {
        scf.yield %full0 : !score
      }
      // The normalizer's lift and merge.
      %ms0 = tile.reduce max %s0 dim 1 : !score -> !column
      %mNew0 = arith.maximumf %m0, %ms0 : !column
      %none0 = arith.cmpf oeq, %mNew0, %m0 : !column
      %mu0 = arith.select %none0, %l0, %mNew0 : tensor<64x1xi1>, !column
      %fall0 = arith.subf %m0, %mu0 : !column
      %al0 = math.exp %fall0 : !column
      %mub0 = tile.broadcast %mu0 : !column -> !score
      %sm0 = arith.subf %s0, %mub0 : !score
      %p0 = math.exp %sm0 : !score
      %ps0 = tile.reduce add %p0 dim 1 : !score -> !column
      %ls0 = arith.mulf %l0, %al0 : !column
      %lNew0 = arith.addf %ls0, %ps0 : !column
      %pb0 = arith.truncf %p0 : !score to !half
      %acc, %mLast, %lLast, %pbLast = scf.for %t = %c1 to %n step %c1
          iter_args(%oOld = %o0, %mOld = %mNew0, %lOld = %lNew0, %pbOld = %pb0) -> (!score, !column, !column, !half) {
        %blk, %part = tile.entry %list, %t : !tile.list<ranges>
        %sk = tile.wait %keys : !tile.ring<2, !tile>
        %pd = tile.issue %q, %sk {transB} : !tile.slot<read, !half>, !read -> !pending
        %sv = tile.wait %values : !tile.ring<2, !tile>
        %po = tile.issue %pbOld, %sv, %oOld : !half, !read, !score -> !pending
        %dot = tile.await %pd : !pending -> !score
        tile.release %sk : !read
        // The score region, in the natural domain.
        %col = arith.muli %blk, %c128 : index
        %scaled = arith.mulf %dot, %scale : !score
        %inner = arith.mulf %scaled, %uncap : !score
        %tanh = math.tanh %inner : !score
        %capped = arith.mulf %tanh, %cap : !score
        %j1 = tile.iota %col dim 1 : tensor<1x128xi32>
        %j = tile.broadcast %j1 : tensor<1x128xi32> -> !index
        %distance = arith.subi %j, %i : !index
        %distancef = arith.sitofp %distance : !index to !score
        %bias = arith.mulf %slopes, %distancef : !score
        %full = arith.addf %capped, %bias : !score
        %s = scf.if %part -> !score {
          %causal = arith.cmpi sle, %j, %i : !index
          %back = arith.subi %i, %j : !index
          %near = arith.cmpi sle, %back, %windows : !index
          %first = arith.cmpi slt, %j, %sinks : !index
          %either = arith.ori %near, %first : !flags
          %visible = arith.andi %causal, %either : !flags
          %inside = arith.cmpi slt, %j, %ends : !index
          %keep = arith.andi %visible, %inside : !flags
          %masked = arith.select %keep, %full, %lowest : !flags, !score
          scf.yield %masked : !score
        } else {
          scf.yield %full : !score
        }
        // The normalizer's lift and merge.
        %ms = tile.reduce max %s dim 1 : !score -> !column
        %mNew = arith.maximumf %mOld, %ms : !column
        %none = arith.cmpf oeq, %mNew, %m0 : !column
        %mu = arith.select %none, %l0, %mNew : tensor<64x1xi1>, !column
        %fall = arith.subf %mOld, %mu : !column
        %al = math.exp %fall : !column
        %mub = tile.broadcast %mu : !column -> !score
        %sm = arith.subf %s, %mub : !score
        %p = math.exp %sm : !score
        %ps = tile.reduce add %p dim 1 : !score -> !column
        %ls = arith.mulf %lOld, %al : !column
        %lNew = arith.addf %ls, %ps : !column
        %oSum = tile.await %po : !pending -> !score
        tile.release %sv : !read
        %pb = arith.truncf %p : !score to !half
        %alb = tile.broadcast %al : !column -> !score
        %oNew = arith.mulf %oSum, %alb : !score
        scf.yield %oNew, %mNew, %lNew, %pb : !score, !column, !column, !half
      }
      %sv1 = tile.wait %values : !tile.ring<2, !tile>
      %po1 = tile.issue %pbLast, %sv1, %acc : !half, !read, !score -> !pending
      %oLast = tile.await %po1 : !pending -> !score
      tile.release %sv1 : !read
      tile.release %sq : !read
      scf.yield %oLast, %mLast, %lLast : !score, !column, !column
    } else {
      scf.yield %o0, %m0, %l0 : !score, !column, !column
    }
    %empty = arith.cmpf oeq, %l, %l0 : !column
    %emptyb = tile.broadcast %empty : tensor<64x1xi1> -> !flags
    %lb = tile.broadcast %l : !column -> !score
    %quotient = arith.divf %o, %lb : !score
    %result = arith.select %emptyb, %o0, %quotient : !flags, !score
    %stored = arith.truncf %result : !score to !half
    tile.store %stored, %O[%b, %h, %myRow, %c0] dims = [2, 3] : !half, !plane
    %logl = math.log %l : !column
    %lse = arith.addf %m, %logl : !column
    tile.store %lse, %L[%b, %h, %myRow] dims = [2, -1] : !column, !rows
    tile.yield
  }
  tile.yield
}

launch.entry @attention(%Q: !plane, %K: !plane, %V: !plane, %slope: !perhead, %window: index, %sink: index)
    results(%O: !plane, %L: !rows)
contract {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c128 = arith.constant 128 : index
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
  launch.yield shapes(%B, %H, %M, %c128, %B, %H, %M)
} body {
  launch.kernel @attend(%Q, %K, %V, %slope, %O, %L, %window, %sink)
      : !plane, !plane, !plane, !perhead, !plane, !rows, index, index
  launch.return
}
