// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// (b) Decode of one token over a paged bf16 cache, the keys split in runs of 512, merged in split order. The heads that
// share a head of the cache are the rows.

!tokens = memref<?x?x128xf32, strided<[?, ?, 1], offset: ?>>
!queries = memref<?x?x128xbf16, strided<[?, ?, 1], offset: ?>>
!cache = memref<?x?x64x128xbf16, strided<[?, ?, ?, 1], offset: ?>>
!table = memref<?x?xi32, strided<[?, 1], offset: ?>>
!lengths = memref<?xi32, strided<[1], offset: ?>>
!rows = memref<?x?xf32, strided<[?, 1], offset: ?>>
!parts = memref<?x?x?x128xf32, strided<[?, ?, ?, 1], offset: ?>>
!partRows = memref<?x?x?xf32, strided<[?, ?, 1], offset: ?>>

// Q is [B, H, 128]; the cache is [pages, Hk, 64 tokens, 128]; page t of a sequence is Table[b, t].
tile.kernel @decode(%Q: !queries, %Kp: !cache, %Vp: !cache, %Table: !table, %Len: !lengths, %PO: !parts,
                    %PM: !partRows, %PL: !partRows)
grid {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %B = memref.dim %PO, %c0 : !parts
  %splits = memref.dim %PO, %c2 : !parts
  %Hk = memref.dim %Kp, %c1 : !cache
  tile.yield %splits, %Hk, %B : index, index, index
} body(%sp, %hk, %b) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %c64 = arith.constant 64 : index
  %c128 = arith.constant 128 : index
  %scale = arith.constant dense<0.0883883476> : tensor<16x64xf32>
  %lowest = arith.constant dense<0xFF800000> : tensor<16x64xf32>
  %m0 = arith.constant dense<0xFF800000> : tensor<16x1xf32>
  %l0 = arith.constant dense<0.0> : tensor<16x1xf32>
  %o0 = arith.constant dense<0.0> : tensor<16x128xf32>
  %H = memref.dim %Q, %c1 : !queries
  %Hk = memref.dim %Kp, %c1 : !cache
  %group = arith.divui %H, %Hk : index
  %h0 = arith.muli %hk, %group : index
  %h1 = arith.addi %h0, %group : index
  %q = tile.load %Q[%b, %h0, %c0] dims = [1, 2] bounds(%h1, %c128) : !queries -> tensor<16x128xbf16>

  // The pages of this split, from the length alone.
  %len32 = memref.load %Len[%b] : !lengths
  %len = arith.index_cast %len32 : i32 to index
  %pages = arith.ceildivui %len, %c64 : index
  %lo = arith.muli %sp, %c8 : index
  %end = arith.addi %lo, %c8 : index
  %hi = arith.minui %end, %pages : index

  %o, %m, %l = scf.for %t = %lo to %hi step %c1 iter_args(%acc = %o0, %mOld = %m0, %lOld = %l0)
      -> (tensor<16x128xf32>, tensor<16x1xf32>, tensor<16x1xf32>) {
    %page32 = memref.load %Table[%b, %t] : !table
    %page = arith.index_cast %page32 : i32 to index
    %row = arith.muli %t, %c64 : index
    %left = arith.subi %len, %row : index
    %bound = arith.minui %left, %c64 : index
    %k = tile.load %Kp[%page, %hk, %c0, %c0] dims = [2, 3] bounds(%bound, %c128) : !cache -> tensor<64x128xbf16>
    %v = tile.load %Vp[%page, %hk, %c0, %c0] dims = [2, 3] bounds(%bound, %c128) : !cache -> tensor<64x128xbf16>
    %dot = tile.mma %q, %k {transB} : tensor<16x128xbf16>, tensor<64x128xbf16> -> tensor<16x64xf32>
    %s1 = arith.mulf %dot, %scale : tensor<16x64xf32>
    %j1 = tile.iota %row dim 1 : tensor<1x64xi32>
    %ends = tensor.splat %len32 : tensor<1x64xi32>
    %keep1 = arith.cmpi slt, %j1, %ends : tensor<1x64xi32>
    %keep = tile.broadcast %keep1 : tensor<1x64xi1> -> tensor<16x64xi1>
    %s = arith.select %keep, %s1, %lowest : tensor<16x64xi1>, tensor<16x64xf32>

    %ms = tile.reduce max %s dim 1 : tensor<16x64xf32> -> tensor<16x1xf32>
    %mNew = arith.maximumf %mOld, %ms : tensor<16x1xf32>
    %none = arith.cmpf oeq, %mNew, %m0 : tensor<16x1xf32>
    %mu = arith.select %none, %l0, %mNew : tensor<16x1xi1>, tensor<16x1xf32>
    %fall = arith.subf %mOld, %mu : tensor<16x1xf32>
    %al = math.exp %fall : tensor<16x1xf32>
    %mub = tile.broadcast %mu : tensor<16x1xf32> -> tensor<16x64xf32>
    %sm = arith.subf %s, %mub : tensor<16x64xf32>
    %p = math.exp %sm : tensor<16x64xf32>
    %pb = arith.truncf %p : tensor<16x64xf32> to tensor<16x64xbf16>
    %alb = tile.broadcast %al : tensor<16x1xf32> -> tensor<16x128xf32>
    %accs = arith.mulf %acc, %alb : tensor<16x128xf32>
    %oNew = tile.mma %pb, %v, %accs
        : tensor<16x64xbf16>, tensor<64x128xbf16>, tensor<16x128xf32> -> tensor<16x128xf32>
    %ps = tile.reduce add %p dim 1 : tensor<16x64xf32> -> tensor<16x1xf32>
    %ls = arith.mulf %lOld, %al : tensor<16x1xf32>
    %lNew = arith.addf %ls, %ps : tensor<16x1xf32>
    scf.yield %oNew, %mNew, %lNew : tensor<16x128xf32>, tensor<16x1xf32>, tensor<16x1xf32>
  }
  tile.store %o, %PO[%b, %h0, %sp, %c0] dims = [1, 3] bounds(%h1, %c128) : tensor<16x128xf32>, !parts
  tile.store %m, %PM[%b, %h0, %sp] dims = [1, -1] bounds(%h1) : tensor<16x1xf32>, !partRows
  tile.store %l, %PL[%b, %h0, %sp] dims = [1, -1] bounds(%h1) : tensor<16x1xf32>, !partRows
  tile.yield
}

tile.kernel @merge(%PO: !parts, %PM: !partRows, %PL: !partRows, %O: !tokens, %L: !rows)
grid {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %B = memref.dim %O, %c0 : !tokens
  %H = memref.dim %O, %c1 : !tokens
  tile.yield %H, %B, %c1 : index, index, index
} body(%h, %b, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %m0 = arith.constant dense<0xFF800000> : tensor<1x1xf32>
  %l0 = arith.constant dense<0.0> : tensor<1x1xf32>
  %o0 = arith.constant dense<0.0> : tensor<1x128xf32>
  %splits = memref.dim %PO, %c2 : !parts
  %o, %m, %l = scf.for %sp = %c0 to %splits step %c1 iter_args(%acc = %o0, %mOld = %m0, %lOld = %l0)
      -> (tensor<1x128xf32>, tensor<1x1xf32>, tensor<1x1xf32>) {
    %oPart = tile.load %PO[%b, %h, %sp, %c0] dims = [-1, 3] : !parts -> tensor<1x128xf32>
    %mPart = tile.load %PM[%b, %h, %sp] dims = [-1, -1] : !partRows -> tensor<1x1xf32>
    %lPart = tile.load %PL[%b, %h, %sp] dims = [-1, -1] : !partRows -> tensor<1x1xf32>
    %mNew = arith.maximumf %mOld, %mPart : tensor<1x1xf32>
    %none = arith.cmpf oeq, %mNew, %m0 : tensor<1x1xf32>
    %mu = arith.select %none, %l0, %mNew : tensor<1x1xi1>, tensor<1x1xf32>
    %fall = arith.subf %mOld, %mu : tensor<1x1xf32>
    %al = math.exp %fall : tensor<1x1xf32>
    %fallPart = arith.subf %mPart, %mu : tensor<1x1xf32>
    %alPart = math.exp %fallPart : tensor<1x1xf32>
    %alb = tile.broadcast %al : tensor<1x1xf32> -> tensor<1x128xf32>
    %alPartb = tile.broadcast %alPart : tensor<1x1xf32> -> tensor<1x128xf32>
    %o1 = arith.mulf %acc, %alb : tensor<1x128xf32>
    %o2 = arith.mulf %oPart, %alPartb : tensor<1x128xf32>
    %oNew = arith.addf %o1, %o2 : tensor<1x128xf32>
    %l1 = arith.mulf %lOld, %al : tensor<1x1xf32>
    %l2 = arith.mulf %lPart, %alPart : tensor<1x1xf32>
    %lNew = arith.addf %l1, %l2 : tensor<1x1xf32>
    scf.yield %oNew, %mNew, %lNew : tensor<1x128xf32>, tensor<1x1xf32>, tensor<1x1xf32>
  }
  %empty = arith.cmpf oeq, %l, %l0 : tensor<1x1xf32>
  %emptyb = tile.broadcast %empty : tensor<1x1xi1> -> tensor<1x128xi1>
  %lb = tile.broadcast %l : tensor<1x1xf32> -> tensor<1x128xf32>
  %quotient = arith.divf %o, %lb : tensor<1x128xf32>
  %result = arith.select %emptyb, %o0, %quotient : tensor<1x128xi1>, tensor<1x128xf32>
  tile.store %result, %O[%b, %h, %c0] dims = [-1, 2] : tensor<1x128xf32>, !tokens
  %logl = math.log %l : tensor<1x1xf32>
  %lse = arith.addf %m, %logl : tensor<1x1xf32>
  tile.store %lse, %L[%b, %h] dims = [-1, -1] : tensor<1x1xf32>, !rows
  tile.yield
}

launch.entry @paged_decode_bf16(%Q: !queries, %Kp: !cache, %Vp: !cache, %Table: !table, %Len: !lengths)
    results(%O: !tokens, %L: !rows)
contract {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c16 = arith.constant 16 : index
  %c64 = arith.constant 64 : index
  %c128 = arith.constant 128 : index
  %B = memref.dim %Q, %c0 : !queries
  %H = memref.dim %Q, %c1 : !queries
  %pages = memref.dim %Kp, %c0 : !cache
  %Hk = memref.dim %Kp, %c1 : !cache
  %pagesV = memref.dim %Vp, %c0 : !cache
  %Hv = memref.dim %Vp, %c1 : !cache
  %Bt = memref.dim %Table, %c0 : !table
  %width = memref.dim %Table, %c1 : !table
  %Bl = memref.dim %Len, %c0 : !lengths
  launch.check multiple_of %H, %Hk, "expected the heads of 'Q' to be a multiple of the heads of 'Kp'"
  %group = arith.divui %H, %Hk : index
  launch.check le %group, %c16, "expected at most 16 heads of 'Q' for one of 'Kp'"
  launch.check eq %Hv, %Hk, "expected 'Vp' and 'Kp' to have as many heads"
  launch.check eq %pagesV, %pages, "expected 'Vp' and 'Kp' to have as many pages"
  launch.check eq %Bt, %B, "expected one row of 'Table' for each batch"
  launch.check eq %Bl, %B, "expected one length for each batch"
  %capacity = arith.muli %width, %c64 : index
  launch.expect %Len lengths bound(%capacity) : !lengths
  launch.yield shapes(%B, %H, %c128, %B, %H)
} body {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %B = memref.dim %Q, %c0 : !queries
  %H = memref.dim %Q, %c1 : !queries
  %width = memref.dim %Table, %c1 : !table
  %splits = arith.ceildivui %width, %c8 : index
  %oW = launch.workspace(%B, %H, %splits) : memref<?x?x?x128xf32>
  %mW = launch.workspace(%B, %H, %splits) : memref<?x?x?xf32>
  %lW = launch.workspace(%B, %H, %splits) : memref<?x?x?xf32>
  %o = memref.cast %oW : memref<?x?x?x128xf32> to !parts
  %m = memref.cast %mW : memref<?x?x?xf32> to !partRows
  %l = memref.cast %lW : memref<?x?x?xf32> to !partRows
  launch.kernel @decode(%Q, %Kp, %Vp, %Table, %Len, %o, %m, %l)
      : !queries, !cache, !cache, !table, !lengths, !parts, !partRows, !partRows
  launch.kernel @merge(%o, %m, %l, %O, %L) : !parts, !partRows, !partRows, !tokens, !rows
  launch.return
}
