// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// (j) Column and diagonal sums of the weights of causal attention: two passes over the scores, no plane in memory.

!plane = memref<?x?x?x64xf32, strided<[?, ?, ?, 1], offset: ?>>
!rows = memref<?x?x?xf32, strided<[?, ?, 1], offset: ?>>
!bands = memref<?x?x?x128xf32, strided<[?, ?, ?, 1], offset: ?>>

// Log-sum-exp of every row; the last row sees the last column.
tile.kernel @stats(%Q: !plane, %K: !plane, %L: !rows)
grid {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c64 = arith.constant 64 : index
  %B = memref.dim %Q, %c0 : !plane
  %H = memref.dim %Q, %c1 : !plane
  %M = memref.dim %Q, %c2 : !plane
  %x = arith.ceildivui %M, %c64 : index
  tile.yield %x, %H, %B : index, index, index
} body(%mt, %h, %b) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c64 = arith.constant 64 : index
  %c128 = arith.constant 128 : index
  %scale = arith.constant dense<0.125> : tensor<64x128xf32>
  %lowest = arith.constant dense<0xFF800000> : tensor<64x128xf32>
  %m0 = arith.constant dense<0xFF800000> : tensor<64x1xf32>
  %l0 = arith.constant dense<0.0> : tensor<64x1xf32>
  %M = memref.dim %Q, %c2 : !plane
  %N = memref.dim %K, %c2 : !plane
  %H = memref.dim %Q, %c1 : !plane
  %Hk = memref.dim %K, %c1 : !plane
  %ratio = arith.divui %H, %Hk : index
  %hk = arith.divui %h, %ratio : index
  %row = arith.muli %mt, %c64 : index
  %rowEnd0 = arith.addi %row, %c64 : index
  %rowEnd = arith.minsi %rowEnd0, %M : index
  %off = arith.subi %N, %M : index
  %r0 = arith.addi %row, %off : index
  %r1 = arith.addi %rowEnd, %off : index
  %r0n = arith.addi %r0, %c1 : index
  %diagonal = arith.minsi %r0n, %N : index
  %diagonalBlock = arith.floordivsi %diagonal, %c128 : index
  %c = arith.maxsi %diagonalBlock, %c0 : index
  %r1n = arith.minsi %r1, %N : index
  %w = arith.ceildivsi %r1n, %c128 : index
  %list = tile.list (%c, %w, partial), (%c0, %c, full) : !tile.list<ranges>
  %np, %n = tile.length %list : !tile.list<ranges>
  %q = tile.load %Q[%b, %h, %row, %c0] dims = [2, 3] : !plane -> tensor<64x64xf32>
  %i1 = tile.iota %r0 dim 0 : tensor<64x1xi32>
  %i = tile.broadcast %i1 : tensor<64x1xi32> -> tensor<64x128xi32>

  %m, %l = scf.for %t = %c0 to %n step %c1 iter_args(%mOld = %m0, %lOld = %l0)
      -> (tensor<64x1xf32>, tensor<64x1xf32>) {
    %blk, %part = tile.entry %list, %t : !tile.list<ranges>
    %col = arith.muli %blk, %c128 : index
    %k = tile.load %K[%b, %hk, %col, %c0] dims = [2, 3] : !plane -> tensor<128x64xf32>
    %dot = tile.mma %q, %k {transB} : tensor<64x64xf32>, tensor<128x64xf32> -> tensor<64x128xf32>
    %s1 = arith.mulf %dot, %scale : tensor<64x128xf32>
    %s = scf.if %part -> (tensor<64x128xf32>) {
      %j1 = tile.iota %col dim 1 : tensor<1x128xi32>
      %j = tile.broadcast %j1 : tensor<1x128xi32> -> tensor<64x128xi32>
      %n32 = arith.index_cast %N : index to i32
      %ns = tensor.splat %n32 : tensor<64x128xi32>
      %causal = arith.cmpi sle, %j, %i : tensor<64x128xi32>
      %inside = arith.cmpi slt, %j, %ns : tensor<64x128xi32>
      %keep = arith.andi %causal, %inside : tensor<64x128xi1>
      %masked = arith.select %keep, %s1, %lowest : tensor<64x128xi1>, tensor<64x128xf32>
      scf.yield %masked : tensor<64x128xf32>
    } else {
      scf.yield %s1 : tensor<64x128xf32>
    }
    %ms = tile.reduce max %s dim 1 : tensor<64x128xf32> -> tensor<64x1xf32>
    %mNew = arith.maximumf %mOld, %ms : tensor<64x1xf32>
    %none = arith.cmpf oeq, %mNew, %m0 : tensor<64x1xf32>
    %mu = arith.select %none, %l0, %mNew : tensor<64x1xi1>, tensor<64x1xf32>
    %fall = arith.subf %mOld, %mu : tensor<64x1xf32>
    %al = math.exp %fall : tensor<64x1xf32>
    %mub = tile.broadcast %mu : tensor<64x1xf32> -> tensor<64x128xf32>
    %sm = arith.subf %s, %mub : tensor<64x128xf32>
    %p = math.exp %sm : tensor<64x128xf32>
    %ps = tile.reduce add %p dim 1 : tensor<64x128xf32> -> tensor<64x1xf32>
    %ls = arith.mulf %lOld, %al : tensor<64x1xf32>
    %lNew = arith.addf %ls, %ps : tensor<64x1xf32>
    scf.yield %mNew, %lNew : tensor<64x1xf32>, tensor<64x1xf32>
  }
  %logl = math.log %l : tensor<64x1xf32>
  %lse = arith.addf %m, %logl : tensor<64x1xf32>
  tile.store %lse, %L[%b, %h, %row] dims = [2, -1] : tensor<64x1xf32>, !rows
  tile.yield
}

// Sums of the weights over the rows. Columns of this program are listed against query blocks: the transposed list.
tile.kernel @colsum(%Q: !plane, %K: !plane, %L: !rows, %C: !rows)
grid {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c128 = arith.constant 128 : index
  %B = memref.dim %Q, %c0 : !plane
  %H = memref.dim %Q, %c1 : !plane
  %N = memref.dim %K, %c2 : !plane
  %x = arith.ceildivui %N, %c128 : index
  tile.yield %x, %H, %B : index, index, index
} body(%nt, %h, %b) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c64 = arith.constant 64 : index
  %c128 = arith.constant 128 : index
  %scale = arith.constant dense<0.125> : tensor<64x128xf32>
  %lowest = arith.constant dense<0xFF800000> : tensor<64x128xf32>
  %noRow = arith.constant dense<0xFF800000> : tensor<64x1xf32>
  %zeroRow = arith.constant dense<0.0> : tensor<64x1xf32>
  %sum0 = arith.constant dense<0.0> : tensor<1x128xf32>
  %M = memref.dim %Q, %c2 : !plane
  %N = memref.dim %K, %c2 : !plane
  %H = memref.dim %Q, %c1 : !plane
  %Hk = memref.dim %K, %c1 : !plane
  %ratio = arith.divui %H, %Hk : index
  %hk = arith.divui %h, %ratio : index
  %col = arith.muli %nt, %c128 : index
  %off = arith.subi %N, %M : index

  // Blocks of 64 queries: [lo, f) cross the diagonal, or hold rows past the last one; [f, nb) see every column.
  %j0 = arith.subi %col, %off : index
  %last0 = arith.addi %j0, %c128 : index
  %last = arith.subi %last0, %c1 : index
  %nb = arith.ceildivsi %M, %c64 : index
  %whole = arith.floordivsi %M, %c64 : index
  %first = arith.maxsi %j0, %c0 : index
  %lo0 = arith.floordivsi %first, %c64 : index
  %lo = arith.minsi %lo0, %nb : index
  %lastRow = arith.maxsi %last, %c0 : index
  %f0 = arith.ceildivsi %lastRow, %c64 : index
  %f1 = arith.minsi %f0, %whole : index
  %f = arith.maxsi %f1, %lo : index
  %g = arith.maxsi %whole, %f : index
  %list = tile.list (%lo, %f, partial), (%g, %nb, partial), (%f, %g, full) : !tile.list<ranges>
  %np, %n = tile.length %list : !tile.list<ranges>

  %k = tile.load %K[%b, %hk, %col, %c0] dims = [2, 3] : !plane -> tensor<128x64xf32>
  %jv = tile.iota %j0 dim 1 : tensor<1x128xi32>
  %j = tile.broadcast %jv : tensor<1x128xi32> -> tensor<64x128xi32>
  %m32 = arith.index_cast %M : index to i32
  %sum = scf.for %t = %c0 to %n step %c1 iter_args(%sumOld = %sum0) -> (tensor<1x128xf32>) {
    %blk, %part = tile.entry %list, %t : !tile.list<ranges>
    %row = arith.muli %blk, %c64 : index
    %q = tile.load %Q[%b, %h, %row, %c0] dims = [2, 3] : !plane -> tensor<64x64xf32>
    %lse0 = tile.load %L[%b, %h, %row] dims = [2, -1] : !rows -> tensor<64x1xf32>
    %emptyRow = arith.cmpf oeq, %lse0, %noRow : tensor<64x1xf32>
    %lse1 = arith.select %emptyRow, %zeroRow, %lse0 : tensor<64x1xi1>, tensor<64x1xf32>
    %lse = tile.broadcast %lse1 : tensor<64x1xf32> -> tensor<64x128xf32>
    %dot = tile.mma %q, %k {transB} : tensor<64x64xf32>, tensor<128x64xf32> -> tensor<64x128xf32>
    %s1 = arith.mulf %dot, %scale : tensor<64x128xf32>
    %s = scf.if %part -> (tensor<64x128xf32>) {
      %iv = tile.iota %row dim 0 : tensor<64x1xi32>
      %i = tile.broadcast %iv : tensor<64x1xi32> -> tensor<64x128xi32>
      %ms = tensor.splat %m32 : tensor<64x128xi32>
      %causal = arith.cmpi sle, %j, %i : tensor<64x128xi32>
      %inside = arith.cmpi slt, %i, %ms : tensor<64x128xi32>
      %keep = arith.andi %causal, %inside : tensor<64x128xi1>
      %masked = arith.select %keep, %s1, %lowest : tensor<64x128xi1>, tensor<64x128xf32>
      scf.yield %masked : tensor<64x128xf32>
    } else {
      scf.yield %s1 : tensor<64x128xf32>
    }
    %sl = arith.subf %s, %lse : tensor<64x128xf32>
    %p = math.exp %sl : tensor<64x128xf32>
    %ps = tile.reduce add %p dim 0 : tensor<64x128xf32> -> tensor<1x128xf32>
    %sumNew = arith.addf %sumOld, %ps : tensor<1x128xf32>
    scf.yield %sumNew : tensor<1x128xf32>
  }
  tile.store %sum, %C[%b, %h, %col] dims = [-1, 2] : tensor<1x128xf32>, !rows
  tile.yield
}

// A band is the 64x64 tiles whose column block minus row block is one number; its 127 diagonals lie in columns 1..127
// of Part[., ., band + 1, .]. Column 0, the first and the last row of Part are 0.
tile.kernel @diagsum(%Q: !plane, %K: !plane, %L: !rows, %Part: !bands)
grid {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %B = memref.dim %Q, %c0 : !plane
  %H = memref.dim %Q, %c1 : !plane
  %all = memref.dim %Part, %c2 : !bands
  %x = arith.subi %all, %c2 : index
  tile.yield %x, %H, %B : index, index, index
} body(%band, %h, %b) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c64 = arith.constant 64 : index
  %scale = arith.constant dense<0.125> : tensor<64x64xf32>
  %lowest = arith.constant dense<0xFF800000> : tensor<64x64xf32>
  %noRow = arith.constant dense<0xFF800000> : tensor<64x1xf32>
  %zeroRow = arith.constant dense<0.0> : tensor<64x1xf32>
  %sum0 = arith.constant dense<0.0> : tensor<1x127xf32>
  %zero = arith.constant 0.0 : f32
  %M = memref.dim %Q, %c2 : !plane
  %N = memref.dim %K, %c2 : !plane
  %H = memref.dim %Q, %c1 : !plane
  %Hk = memref.dim %K, %c1 : !plane
  %ratio = arith.divui %H, %Hk : index
  %hk = arith.divui %h, %ratio : index
  %off = arith.subi %N, %M : index
  %mb = arith.ceildivsi %M, %c64 : index
  %nb = arith.ceildivsi %N, %c64 : index

  // Column block minus row block; the row blocks whose column block exists.
  %mbLess = arith.subi %mb, %c1 : index
  %shift = arith.subi %band, %mbLess : index
  %negative = arith.subi %c0, %shift : index
  %lo = arith.maxsi %negative, %c0 : index
  %fit = arith.subi %nb, %shift : index
  %hi = arith.minsi %fit, %mb : index
  %m32 = arith.index_cast %M : index to i32
  %n32 = arith.index_cast %N : index to i32
  %ms = tensor.splat %m32 : tensor<64x64xi32>
  %ns = tensor.splat %n32 : tensor<64x64xi32>
  %off32 = arith.index_cast %off : index to i32
  %offs = tensor.splat %off32 : tensor<64x64xi32>

  %sum = scf.for %rb = %lo to %hi step %c1 iter_args(%sumOld = %sum0) -> (tensor<1x127xf32>) {
    %row = arith.muli %rb, %c64 : index
    %cb = arith.addi %rb, %shift : index
    %col = arith.muli %cb, %c64 : index
    %q = tile.load %Q[%b, %h, %row, %c0] dims = [2, 3] : !plane -> tensor<64x64xf32>
    %k = tile.load %K[%b, %hk, %col, %c0] dims = [2, 3] : !plane -> tensor<64x64xf32>
    %lse0 = tile.load %L[%b, %h, %row] dims = [2, -1] : !rows -> tensor<64x1xf32>
    %emptyRow = arith.cmpf oeq, %lse0, %noRow : tensor<64x1xf32>
    %lse1 = arith.select %emptyRow, %zeroRow, %lse0 : tensor<64x1xi1>, tensor<64x1xf32>
    %lse = tile.broadcast %lse1 : tensor<64x1xf32> -> tensor<64x64xf32>
    %dot = tile.mma %q, %k {transB} : tensor<64x64xf32>, tensor<64x64xf32> -> tensor<64x64xf32>
    %s1 = arith.mulf %dot, %scale : tensor<64x64xf32>
    %iv = tile.iota %row dim 0 : tensor<64x1xi32>
    %i = tile.broadcast %iv : tensor<64x1xi32> -> tensor<64x64xi32>
    %jv = tile.iota %col dim 1 : tensor<1x64xi32>
    %j = tile.broadcast %jv : tensor<1x64xi32> -> tensor<64x64xi32>
    %position = arith.addi %i, %offs : tensor<64x64xi32>
    %causal = arith.cmpi sle, %j, %position : tensor<64x64xi32>
    %rowInside = arith.cmpi slt, %i, %ms : tensor<64x64xi32>
    %colInside = arith.cmpi slt, %j, %ns : tensor<64x64xi32>
    %inside = arith.andi %rowInside, %colInside : tensor<64x64xi1>
    %keep = arith.andi %causal, %inside : tensor<64x64xi1>
    %s = arith.select %keep, %s1, %lowest : tensor<64x64xi1>, tensor<64x64xf32>
    %sl = arith.subf %s, %lse : tensor<64x64xf32>
    %p = math.exp %sl : tensor<64x64xf32>
    %sheared = tile.shear %p, %zero : f32 : tensor<64x64xf32> -> tensor<64x127xf32>
    %ps = tile.reduce add %sheared dim 0 : tensor<64x127xf32> -> tensor<1x127xf32>
    %sumNew = arith.addf %sumOld, %ps : tensor<1x127xf32>
    scf.yield %sumNew : tensor<1x127xf32>
  }
  %slot = arith.addi %band, %c1 : index
  tile.store %sum, %Part[%b, %h, %slot, %c1] dims = [-1, 3] : tensor<1x127xf32>, !bands
  tile.yield
}

// Every diagonal lies in two neighbouring bands, which are added in order.
tile.kernel @diagmerge(%Part: !bands, %rowCount: index, %G: !rows)
grid {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %B = memref.dim %G, %c0 : !rows
  %H = memref.dim %G, %c1 : !rows
  %all = memref.dim %Part, %c2 : !bands
  %x = arith.subi %all, %c1 : index
  tile.yield %x, %H, %B : index, index, index
} body(%y, %h, %b) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  %slot = arith.addi %y, %c1 : index
  %own = tile.load %Part[%b, %h, %y, %c64] dims = [-1, 3] : !bands -> tensor<1x64xf32>
  %next = tile.load %Part[%b, %h, %slot, %c0] dims = [-1, 3] : !bands -> tensor<1x64xf32>
  %sum = arith.addf %own, %next : tensor<1x64xf32>

  // The diagonal's number, j - i + M - 1, of the first of these 64, which may lie below 0.
  %mb = arith.ceildivsi %rowCount, %c64 : index
  %shift = arith.subi %y, %mb : index
  %first0 = arith.muli %shift, %c64 : index
  %first1 = arith.addi %first0, %rowCount : index
  %first = arith.subi %first1, %c1 : index
  %place = tile.iota %first dim 1 : tensor<1x64xi32>
  tile.store %sum, %G[%b, %h, %c0] dims = [-1, -1] index [2](%place : tensor<1x64xi32>) : tensor<1x64xf32>, !rows
  tile.yield
}

launch.entry @weight_sums(%Q: !plane, %K: !plane) results(%C: !rows, %G: !rows)
contract {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %B = memref.dim %Q, %c0 : !plane
  %H = memref.dim %Q, %c1 : !plane
  %M = memref.dim %Q, %c2 : !plane
  %Bk = memref.dim %K, %c0 : !plane
  %Hk = memref.dim %K, %c1 : !plane
  %N = memref.dim %K, %c2 : !plane
  launch.check eq %Bk, %B, "expected 'K' and 'Q' to have one batch size"
  launch.check multiple_of %H, %Hk, "expected the heads of 'Q' to be a multiple of the heads of 'K'"
  launch.check le %c1, %M, "expected at least one row"
  launch.check le %c1, %N, "expected at least one column"
  %both = arith.addi %M, %N : index
  %diagonals = arith.subi %both, %c1 : index
  launch.yield shapes(%B, %H, %N, %B, %H, %diagonals)
} body {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c64 = arith.constant 64 : index
  %zero = arith.constant 0.0 : f32
  %B = memref.dim %Q, %c0 : !plane
  %H = memref.dim %Q, %c1 : !plane
  %M = memref.dim %Q, %c2 : !plane
  %N = memref.dim %K, %c2 : !plane
  %mb = arith.ceildivui %M, %c64 : index
  %nb = arith.ceildivui %N, %c64 : index
  %sum = arith.addi %mb, %nb : index
  %bands = arith.addi %sum, %c1 : index
  %lseW = launch.workspace(%B, %H, %M) : memref<?x?x?xf32>
  %partW = launch.workspace(%B, %H, %bands) : memref<?x?x?x128xf32>
  launch.fill %partW, %zero : memref<?x?x?x128xf32>, f32
  %lse = memref.cast %lseW : memref<?x?x?xf32> to !rows
  %part = memref.cast %partW : memref<?x?x?x128xf32> to !bands
  launch.kernel @stats(%Q, %K, %lse) : !plane, !plane, !rows
  launch.kernel @colsum(%Q, %K, %lse, %C) : !plane, !plane, !rows, !rows
  launch.kernel @diagsum(%Q, %K, %lse, %part) : !plane, !plane, !rows, !bands
  launch.kernel @diagmerge(%part, %M, %G) : !bands, index, !rows
  launch.return
}
