// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Every scalar op that a region may hold, on every float type; precise and approximate.
llvm.func @floats(%args: !llvm.ptr {llvm.byval = !llvm.array<8 x i8>, llvm.align = 8 : i64, nvvm.grid_constant,
                                    llvm.readonly})
    attributes {nvvm.kernel, nvvm.maxntid = array<i32: 64, 1, 1>, launch.kernel, launch.threads = 64 : i64,
                launch.shared = 0 : i64} {
  %p = llvm.load %args : !llvm.ptr -> !llvm.ptr
  %t = nvvm.read.ptx.sreg.tid.x : i32
  %g = llvm.getelementptr %p[%t] : (!llvm.ptr, i32) -> !llvm.ptr, f32
  %x = llvm.load %g : !llvm.ptr -> f32
  %two = arith.constant 2.0 : f32
  %a0 = arith.addf %x, %two : f32
  %a1 = arith.subf %a0, %x : f32
  %a2 = arith.mulf %a1, %x : f32
  %a3 = arith.divf %a2, %two : f32
  %a4 = arith.negf %a3 : f32
  %a5 = arith.maximumf %a4, %x : f32
  %a6 = arith.minimumf %a5, %two : f32
  %a7 = arith.maxnumf %a6, %x : f32
  %a8 = arith.minnumf %a7, %x : f32
  %m0 = math.exp %a8 : f32
  %m1 = math.exp2 %m0 : f32
  %m2 = math.expm1 %m1 : f32
  %m3 = math.log %m2 : f32
  %m4 = math.log2 %m3 : f32
  %m5 = math.log1p %m4 : f32
  %m6 = math.tanh %m5 : f32
  %m7 = math.sqrt %m6 : f32
  %m8 = math.rsqrt %m7 : f32
  %m9 = math.absf %m8 : f32
  %ma = math.sin %m9 : f32
  %mb = math.cos %ma : f32
  %mc = math.erf %mb : f32
  %md = math.powf %mc, %x : f32
  %me = math.fma %md, %x, %two : f32
  %mf = math.floor %me : f32
  %mg = math.ceil %mf : f32
  %n0 = math.exp %mg fastmath<afn> : f32
  %n1 = math.exp2 %n0 fastmath<afn> : f32
  %n2 = math.log %n1 fastmath<afn> : f32
  %n3 = math.log2 %n2 fastmath<afn> : f32
  %n4 = math.tanh %n3 fastmath<afn> : f32
  %n5 = math.rsqrt %n4 fastmath<afn> : f32
  %n6 = math.sqrt %n5 fastmath<afn> : f32
  %n7 = math.sin %n6 fastmath<afn> : f32
  %n8 = math.cos %n7 fastmath<afn> : f32
  %n9 = math.powf %n8, %x fastmath<afn> : f32
  %na = math.log1p %n9 fastmath<afn> : f32
  %nb = arith.divf %na, %x fastmath<fast> : f32
  %b0 = arith.truncf %nb : f32 to bf16
  %b1 = math.exp %b0 : bf16
  %b2 = math.tanh %b1 : bf16
  %b3 = arith.maximumf %b2, %b0 : bf16
  %b4 = arith.minimumf %b3, %b0 : bf16
  %b5 = arith.addf %b4, %b0 : bf16
  %b6 = arith.subf %b5, %b0 : bf16
  %b7 = arith.mulf %b6, %b0 : bf16
  %b8 = arith.divf %b7, %b0 : bf16
  %b9 = arith.negf %b8 : bf16
  %ba = math.absf %b9 : bf16
  %bb = math.sqrt %ba : bf16
  %bc = math.floor %bb : bf16
  %bd = math.fma %bc, %b0, %b1 : bf16
  %be = arith.cmpf olt, %bd, %b0 : bf16
  %bf = arith.select %be, %bd, %b0 : bf16
  %f = arith.extf %bf : bf16 to f32
  %h0 = arith.truncf %f : f32 to f16
  %h1 = math.exp2 %h0 : f16
  %h2 = math.log %h1 : f16
  %h3 = arith.maximumf %h2, %h0 : f16
  %h4 = arith.minimumf %h3, %h0 : f16
  %h5 = arith.addf %h4, %h0 : f16
  %h6 = arith.divf %h5, %h0 : f16
  %h7 = math.powf %h6, %h0 : f16
  %h8 = math.fma %h7, %h0, %h1 : f16
  %h9 = arith.fptosi %h8 : f16 to i32
  %ha = arith.sitofp %h9 : i32 to f16
  %hf = arith.extf %ha : f16 to f32
  %d0 = arith.extf %hf : f32 to f64
  %d1 = math.exp %d0 : f64
  %d2 = math.exp2 %d1 : f64
  %d3 = math.expm1 %d2 : f64
  %d4 = math.log %d3 : f64
  %d5 = math.log2 %d4 : f64
  %d6 = math.log1p %d5 : f64
  %d7 = math.tanh %d6 : f64
  %d8 = math.sin %d7 : f64
  %d9 = math.cos %d8 : f64
  %da = math.sqrt %d9 : f64
  %db = math.rsqrt %da : f64
  %dc = arith.maximumf %db, %d0 : f64
  %dd = arith.minimumf %dc, %d1 : f64
  %de = arith.maxnumf %dd, %d0 : f64
  %df = math.floor %de : f64
  %dg = math.ceil %df : f64
  %dh = math.absf %dg : f64
  %di = math.fma %dh, %d0, %d1 : f64
  %dj = arith.divf %di, %d0 : f64
  %r = arith.truncf %dj : f64 to f32
  llvm.store %r, %g : f32, !llvm.ptr
  llvm.return
}

llvm.func @integers(%args: !llvm.ptr {llvm.byval = !llvm.array<8 x i8>, llvm.align = 8 : i64, nvvm.grid_constant,
                                      llvm.readonly})
    attributes {nvvm.kernel, nvvm.maxntid = array<i32: 64, 1, 1>, launch.kernel, launch.threads = 64 : i64,
                launch.shared = 1024 : i64} {
  %p = llvm.load %args : !llvm.ptr -> !llvm.ptr
  %t = nvvm.read.ptx.sreg.tid.x : i32
  %g = llvm.getelementptr %p[%t] : (!llvm.ptr, i32) -> !llvm.ptr, i64
  %x = llvm.load %g : !llvm.ptr -> i64
  %i = arith.index_cast %x : i64 to index
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c7 = arith.constant 7 : index
  %a = arith.floordivsi %i, %c7 : index
  %b = arith.ceildivsi %a, %c7 : index
  %c = arith.remsi %b, %c7 : index
  %d = arith.divsi %c, %c7 : index
  %e = arith.maxsi %d, %i : index
  %f = arith.minsi %e, %c7 : index
  %sum = scf.for %k = %c0 to %f step %c1 iter_args(%s = %c0) -> index {
    %even = arith.andi %k, %c1 : index
    %is = arith.cmpi eq, %even, %c0 : index
    %next = scf.if %is -> index {
      %more = arith.addi %s, %k : index
      scf.yield %more : index
    } else {
      scf.yield %s : index
    }
    scf.yield %next : index
  }
  %w = arith.index_cast %sum : index to i64
  %u = arith.xori %w, %x : i64
  %v = arith.shli %u, %x : i64
  %s = arith.shrsi %v, %x : i64
  %r = arith.shrui %s, %x : i64
  %o = arith.ori %r, %x : i64
  %z = arith.trunci %o : i64 to i32
  %q = math.absi %z : i32
  %n = arith.extui %q : i32 to i64
  %fl = arith.uitofp %n : i64 to f32
  %back = arith.fptosi %fl : f32 to i64
  %sl = memref.alloca() : memref<4xi64, 5>
  memref.store %back, %sl[%c1] : memref<4xi64, 5>
  %l = memref.load %sl[%c1] : memref<4xi64, 5>
  llvm.store %l, %g : i64, !llvm.ptr
  llvm.return
}
