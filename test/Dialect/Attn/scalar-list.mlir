// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Every op on the list of docs/spec/attn/scalars.md may stand in a region.
// RUN: attn-opt %s -o /dev/null

func.func @every_scalar_op(%s: !attn.scores<1x8x16x16xf32>, %t: tensor<8xf32>) -> !attn.scores<1x8x16x16xf32> {
  %r = attn.modify %s, %t : (!attn.scores<1x8x16x16xf32>, tensor<8xf32>) -> !attn.scores<1x8x16x16xf32> {
  ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index, %c: !attn.captured<8xf32>):
    %two = arith.constant 2 : index
    %n = arith.index_cast %i : index to i32
    %q = attn.query_index
    %k = attn.key_index
    %e = attn.extent key
    %y = attn.lookup %c[%h] : !attn.captured<8xf32>
    %d = attn.distance %j, %i : f32
    %cap = attn.softcap %x, 3.0 : f32
    %0 = arith.addf %x, %y : f32
    %1 = arith.subf %0, %d : f32
    %2 = arith.mulf %1, %cap : f32
    %3 = arith.divf %2, %x : f32
    %4 = arith.negf %3 : f32
    %5 = arith.maximumf %4, %x : f32
    %6 = arith.minimumf %5, %x : f32
    %7 = arith.maxnumf %6, %x : f32
    %8 = arith.minnumf %7, %x : f32
    %9 = arith.addi %q, %k : index
    %10 = arith.subi %9, %e : index
    %11 = arith.muli %10, %i : index
    %12 = arith.divsi %11, %two : index
    %13 = arith.floordivsi %12, %two : index
    %14 = arith.ceildivsi %13, %two : index
    %15 = arith.remsi %14, %two : index
    %16 = arith.maxsi %15, %i : index
    %17 = arith.minsi %16, %i : index
    %18 = arith.andi %17, %i : index
    %19 = arith.ori %18, %i : index
    %20 = arith.xori %19, %i : index
    %21 = arith.shli %20, %two : index
    %22 = arith.shrsi %21, %two : index
    %23 = arith.shrui %22, %two : index
    %24 = arith.cmpi slt, %23, %i : index
    %25 = arith.cmpf olt, %8, %x : f32
    %26 = arith.andi %24, %25 : i1
    %27 = arith.select %26, %8, %x : f32
    %28 = arith.sitofp %n : i32 to f32
    %29 = arith.uitofp %n : i32 to f32
    %30 = arith.fptosi %29 : f32 to i32
    %31 = arith.extf %28 : f32 to f64
    %32 = arith.truncf %31 : f64 to f32
    %33 = arith.extsi %30 : i32 to i64
    %34 = arith.trunci %33 : i64 to i8
    %35 = arith.extui %34 : i8 to i32
    %36 = math.absi %35 : i32
    %37 = math.exp %32 : f32
    %38 = math.exp2 %37 : f32
    %39 = math.expm1 %38 : f32
    %40 = math.log %39 : f32
    %41 = math.log2 %40 : f32
    %42 = math.log1p %41 : f32
    %43 = math.tanh %42 : f32
    %44 = math.sqrt %43 : f32
    %45 = math.rsqrt %44 : f32
    %46 = math.absf %45 : f32
    %47 = math.sin %46 : f32
    %48 = math.cos %47 : f32
    %49 = math.erf %48 : f32
    %50 = math.powf %49, %x : f32
    %51 = math.fma %50, %x, %27 : f32
    %52 = math.floor %51 : f32
    %53 = math.ceil %52 : f32
    attn.yield %53 : f32
  }
  return %r : !attn.scores<1x8x16x16xf32>
}
