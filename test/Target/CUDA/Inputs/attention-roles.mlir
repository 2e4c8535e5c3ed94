// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// (a) Flash attention forward in the form that a device with bulk copies and asynchronous products runs: one role loads,
// two teams multiply 64 rows each. The loop is rotated by one, so that the scores of a block are multiplied while the
// weights of the one before are applied. Rows and columns are multiples of 128; exponentials are of base 2.

!plane = memref<?x?x?x128xbf16, strided<[?, ?, ?, 1], offset: ?>>
!in = tensor<128x128xbf16>
!fill = !tile.slot<fill, tensor<128x128xbf16>>
!read = !tile.slot<read, tensor<128x128xbf16>>
!half = !tile.slot<read, tensor<64x128xbf16>>
!s = tensor<64x128xf32>
!row = tensor<64x1xf32>
!ps = !tile.pending<tensor<64x128xf32>>

tile.kernel @attend(%Q: !plane, %K: !plane, %V: !plane, %O: !plane)
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
  %N = memref.dim %K, %c2 : !plane
  %H = memref.dim %Q, %c1 : !plane
  %Hk = memref.dim %K, %c1 : !plane
  %ratio = arith.divui %H, %Hk : index
  %hk = arith.divui %h, %ratio : index
  %row = arith.muli %mt, %c128 : index
  %n = arith.divui %N, %c128 : index
  %rq = tile.ring : !tile.ring<1, tensor<128x128xbf16>>
  %rk = tile.ring : !tile.ring<2, tensor<128x128xbf16>>
  %rv = tile.ring : !tile.ring<2, tensor<128x128xbf16>>
  tile.roles
  role @load warps = 1 registers = 24 (%lt) {
    %fq = tile.acquire %rq : !tile.ring<1, tensor<128x128xbf16>>
    tile.copy %fq, %Q[%b, %h, %row, %c0] dims = [2, 3] : !fill, !plane
    tile.commit %fq : !fill
    %fk0 = tile.acquire %rk : !tile.ring<2, tensor<128x128xbf16>>
      tile.copy %fk0, %K[%b, %hk, %c0, %c0] dims = [2, 3] : !fill, !plane
      tile.commit %fk0 : !fill
    scf.for %t = %c1 to %n step %c1 {
      %col = arith.muli %t, %c128 : index
      %before = arith.subi %col, %c128 : index
      %fk1 = tile.acquire %rk : !tile.ring<2, tensor<128x128xbf16>>
      tile.copy %fk1, %K[%b, %hk, %col, %c0] dims = [2, 3] : !fill, !plane
      tile.commit %fk1 : !fill
      %fv1 = tile.acquire %rv : !tile.ring<2, tensor<128x128xbf16>>
      tile.copy %fv1, %V[%b, %hk, %before, %c0] dims = [2, 3] : !fill, !plane
      tile.commit %fv1 : !fill
    }
    %lastb = arith.subi %n, %c1 : index
    %last = arith.muli %lastb, %c128 : index
    %fv2 = tile.acquire %rv : !tile.ring<2, tensor<128x128xbf16>>
      tile.copy %fv2, %V[%b, %hk, %last, %c0] dims = [2, 3] : !fill, !plane
      tile.commit %fv2 : !fill
    tile.yield
  }
  role @math teams = 2 registers = 240 (%team) {
    %scale = arith.constant dense<0.12751743> : !s
    %scale1 = arith.constant dense<0.12751743> : !row
    %zero = arith.constant dense<0.0> : !s
    %one = arith.constant dense<1.0> : !row
    %tr = arith.muli %team, %c64 : index
    %sq = tile.wait %rq : !tile.ring<1, tensor<128x128xbf16>>
    %q = tile.view %sq[%tr, %c0] : !read -> !half
    %k0 = tile.wait %rk : !tile.ring<2, tensor<128x128xbf16>>
    %i0 = tile.issue %q, %k0 {transB} : !half, !read -> !ps
    %s0 = tile.await %i0 : !ps -> !s
    tile.release %k0 : !read
    %m0 = tile.reduce max %s0 dim 1 : !s -> !row
    %mc0 = arith.mulf %m0, %scale1 : !row
    %neg0 = arith.negf %mc0 : !row
    %negb0 = tile.broadcast %neg0 : !row -> !s
    %x0 = math.fma %s0, %scale, %negb0 : !s
    %p0 = math.exp2 %x0 fastmath<afn> : !s
    %l0 = tile.reduce add %p0 dim 1 : !s -> !row
    %pb0 = arith.truncf %p0 : !s to tensor<64x128xbf16>
    %acc, %m, %l, %pb = scf.for %t = %c1 to %n step %c1 iter_args(%o0 = %zero, %mo = %m0, %lo = %l0, %pbo = %pb0)
        -> (!s, !row, !row, tensor<64x128xbf16>) {
      %k = tile.wait %rk : !tile.ring<2, tensor<128x128xbf16>>
      %is = tile.issue %q, %k {transB} : !half, !read -> !ps
      %v = tile.wait %rv : !tile.ring<2, tensor<128x128xbf16>>
      %io = tile.issue %pbo, %v, %o0 : tensor<64x128xbf16>, !read, !s -> !ps
      %s = tile.await %is : !ps -> !s
      tile.release %k : !read
      %ms = tile.reduce max %s dim 1 : !s -> !row
      %m1 = arith.maximumf %mo, %ms : !row
      %mc = arith.mulf %m1, %scale1 : !row
      %neg = arith.negf %mc : !row
      %xa = math.fma %mo, %scale1, %neg : !row
      %al = math.exp2 %xa fastmath<afn> : !row
      %negb = tile.broadcast %neg : !row -> !s
      %x = math.fma %s, %scale, %negb : !s
      %p = math.exp2 %x fastmath<afn> : !s
      %ps = tile.reduce add %p dim 1 : !s -> !row
      %l1 = math.fma %lo, %al, %ps : !row
      %o1 = tile.await %io : !ps -> !s
      tile.release %v : !read
      %pb1 = arith.truncf %p : !s to tensor<64x128xbf16>
      %alb = tile.broadcast %al : !row -> !s
      %o2 = arith.mulf %o1, %alb : !s
      scf.yield %o2, %m1, %l1, %pb1 : !s, !row, !row, tensor<64x128xbf16>
    }
    %v = tile.wait %rv : !tile.ring<2, tensor<128x128xbf16>>
    %io = tile.issue %pb, %v, %acc : tensor<64x128xbf16>, !read, !s -> !ps
    %o = tile.await %io : !ps -> !s
    tile.release %v : !read
    tile.release %sq : !read
    %inv = arith.divf %one, %l : !row
    %invb = tile.broadcast %inv : !row -> !s
    %on = arith.mulf %o, %invb : !s
    %ob = arith.truncf %on : !s to tensor<64x128xbf16>
    %orow = arith.addi %row, %tr : index
    tile.store %ob, %O[%b, %h, %orow, %c0] dims = [2, 3] : tensor<64x128xbf16>, !plane
    tile.yield
  }
  tile.yield
}
