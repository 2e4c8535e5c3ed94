// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// (g) The k best blocks of each row of scores as a block list, without a sort: a search over ordered bits.

!plane = memref<?x?x?x?xf32, strided<[?, ?, ?, 1], offset: ?>>
!counts = memref<?x?x?xi32, strided<[?, ?, 1], offset: ?>>
!indices = memref<?x?x?x?xi32, strided<[?, ?, ?, 1], offset: ?>>

// Row m sees the blocks j <= m of at most 1024; block m is partial; blocks 0 and m are taken whatever their score.
// Ties take the low index. Partial blocks are written first, then full ones, each ascending, then -1.
tile.kernel @select(%S: !plane, %k: index, %counts: !counts, %partials: !counts, %indices: !indices)
grid {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %B = memref.dim %S, %c0 : !plane
  %H = memref.dim %S, %c1 : !plane
  %M = memref.dim %S, %c2 : !plane
  tile.yield %M, %H, %B : index, index, index
} body(%m, %h, %b) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c32 = arith.constant 32 : index
  %i31 = arith.constant 31 : i32
  %i1 = arith.constant 1 : i32
  %sign = arith.constant dense<31> : tensor<1x1024xi32>
  %top = arith.constant dense<0x80000000> : tensor<1x1024xi32>
  %all = arith.constant dense<-1> : tensor<1x1024xi32>
  %none = arith.constant dense<0> : tensor<1x1024xi32>
  %noBits = arith.constant dense<0> : tensor<1x1xi32>
  %N = memref.dim %S, %c3 : !plane
  %s = tile.load %S[%b, %h, %m, %c0] dims = [-1, 3] : !plane -> tensor<1x1024xf32>
  %j = tile.iota %c0 dim 1 : tensor<1x1024xi32>
  %m32 = arith.index_cast %m : index to i32
  %ms = tensor.splat %m32 : tensor<1x1024xi32>
  %n32 = arith.index_cast %N : index to i32
  %ns = tensor.splat %n32 : tensor<1x1024xi32>
  %k32 = arith.index_cast %k : index to i32
  %ks = tensor.splat %k32 : tensor<1x1xi32>

  // Bits whose unsigned order is the order of the scores: forced blocks are the greatest, invisible ones 0.
  %bits = arith.bitcast %s : tensor<1x1024xf32> to tensor<1x1024xi32>
  %signs = arith.shrsi %bits, %sign : tensor<1x1024xi32>
  %flip = arith.ori %signs, %top : tensor<1x1024xi32>
  %ordered = arith.xori %bits, %flip : tensor<1x1024xi32>
  %before = arith.cmpi sle, %j, %ms : tensor<1x1024xi32>
  %inside = arith.cmpi slt, %j, %ns : tensor<1x1024xi32>
  %visible = arith.andi %before, %inside : tensor<1x1024xi1>
  %partial = arith.cmpi eq, %j, %ms : tensor<1x1024xi32>
  %isFirst = arith.cmpi eq, %j, %none : tensor<1x1024xi32>
  %forced = arith.ori %partial, %isFirst : tensor<1x1024xi1>
  %u0 = arith.select %forced, %all, %ordered : tensor<1x1024xi1>, tensor<1x1024xi32>
  %u = arith.select %visible, %u0, %none : tensor<1x1024xi1>, tensor<1x1024xi32>

  // The greatest threshold that k blocks reach, bit by bit.
  %T = scf.for %step = %c0 to %c32 step %c1 iter_args(%found = %noBits) -> (tensor<1x1xi32>) {
    %step32 = arith.index_cast %step : index to i32
    %position = arith.subi %i31, %step32 : i32
    %bit = arith.shli %i1, %position : i32
    %bitTile = tensor.splat %bit : tensor<1x1xi32>
    %candidate = arith.ori %found, %bitTile : tensor<1x1xi32>
    %candidates = tile.broadcast %candidate : tensor<1x1xi32> -> tensor<1x1024xi32>
    %reach = arith.cmpi uge, %u, %candidates : tensor<1x1024xi32>
    %reach32 = arith.extui %reach : tensor<1x1024xi1> to tensor<1x1024xi32>
    %count = tile.reduce add %reach32 dim 1 : tensor<1x1024xi32> -> tensor<1x1xi32>
    %enough = arith.cmpi sge, %count, %ks : tensor<1x1xi32>
    %next = arith.select %enough, %candidate, %found : tensor<1x1xi1>, tensor<1x1xi32>
    scf.yield %next : tensor<1x1xi32>
  }

  // All above the threshold, and the first of those on it while there is room.
  %Ts = tile.broadcast %T : tensor<1x1xi32> -> tensor<1x1024xi32>
  %above = arith.cmpi ugt, %u, %Ts : tensor<1x1024xi32>
  %above32 = arith.extui %above : tensor<1x1024xi1> to tensor<1x1024xi32>
  %aboveCount = tile.reduce add %above32 dim 1 : tensor<1x1024xi32> -> tensor<1x1xi32>
  %room1 = arith.subi %ks, %aboveCount : tensor<1x1xi32>
  %room = tile.broadcast %room1 : tensor<1x1xi32> -> tensor<1x1024xi32>
  %on = arith.cmpi eq, %u, %Ts : tensor<1x1024xi32>
  %on32 = arith.extui %on : tensor<1x1024xi1> to tensor<1x1024xi32>
  %rank = tile.scan add %on32 dim 1 {exclusive} : tensor<1x1024xi32>
  %fits = arith.cmpi slt, %rank, %room : tensor<1x1024xi32>
  %onAndFits = arith.andi %on, %fits : tensor<1x1024xi1>
  %either = arith.ori %above, %onAndFits : tensor<1x1024xi1>
  %take = arith.andi %either, %visible : tensor<1x1024xi1>

  // Positions: the partial ones first.
  %takePartial = arith.andi %take, %partial : tensor<1x1024xi1>
  %takeFull = arith.xori %take, %takePartial : tensor<1x1024xi1>
  %partial32 = arith.extui %takePartial : tensor<1x1024xi1> to tensor<1x1024xi32>
  %full32 = arith.extui %takeFull : tensor<1x1024xi1> to tensor<1x1024xi32>
  %partialCount = tile.reduce add %partial32 dim 1 : tensor<1x1024xi32> -> tensor<1x1xi32>
  %fullCount = tile.reduce add %full32 dim 1 : tensor<1x1024xi32> -> tensor<1x1xi32>
  %partialPlace = tile.scan add %partial32 dim 1 {exclusive} : tensor<1x1024xi32>
  %fullPlace0 = tile.scan add %full32 dim 1 {exclusive} : tensor<1x1024xi32>
  %partialCounts = tile.broadcast %partialCount : tensor<1x1xi32> -> tensor<1x1024xi32>
  %fullPlace = arith.addi %fullPlace0, %partialCounts : tensor<1x1024xi32>
  %place = arith.select %partial, %partialPlace, %fullPlace : tensor<1x1024xi1>, tensor<1x1024xi32>
  tile.store %j, %indices[%b, %h, %m, %c0] dims = [-1, -1] index [3](%place : tensor<1x1024xi32>)
      mask(%take : tensor<1x1024xi1>) : tensor<1x1024xi32>, !indices

  // -1 in the places that are left.
  %taken = arith.addi %partialCount, %fullCount : tensor<1x1xi32>
  %takens = tile.broadcast %taken : tensor<1x1xi32> -> tensor<1x1024xi32>
  %left = arith.cmpi sge, %j, %takens : tensor<1x1024xi32>
  tile.store %all, %indices[%b, %h, %m, %c0] dims = [-1, 3] mask(%left : tensor<1x1024xi1>)
      : tensor<1x1024xi32>, !indices
  tile.store %taken, %counts[%b, %h, %m] dims = [-1, -1] : tensor<1x1xi32>, !counts
  tile.store %partialCount, %partials[%b, %h, %m] dims = [-1, -1] : tensor<1x1xi32>, !counts
  tile.yield
}

launch.entry @top_blocks(%S: !plane, %k: index) results(%counts: !counts, %partials: !counts, %indices: !indices)
contract {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c1024 = arith.constant 1024 : index
  %B = memref.dim %S, %c0 : !plane
  %H = memref.dim %S, %c1 : !plane
  %M = memref.dim %S, %c2 : !plane
  %N = memref.dim %S, %c3 : !plane
  launch.check le %N, %c1024, "expected at most 1024 blocks"
  launch.check le %c1, %k, "expected at least one block to be taken"
  launch.check le %k, %c1024, "expected at most 1024 blocks to be taken"
  launch.yield shapes(%B, %H, %M, %B, %H, %M, %B, %H, %M, %k)
} body {
  launch.kernel @select(%S, %k, %counts, %partials, %indices) : !plane, index, !counts, !counts, !indices
  launch.return
}
