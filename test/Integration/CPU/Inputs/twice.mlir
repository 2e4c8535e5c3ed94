// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A library written by hand in the LLVM dialect: the entry `twice` doubles a vector of f32, one grid point an element.

!expr = !llvm.struct<(ptr, i64)>
!dtype = !llvm.struct<(i8, i8, i16)>
!arg = !llvm.struct<(ptr, struct<(i8, i8, i16)>, i32, ptr, i64, i64, struct<(ptr, i64)>)>
!result = !llvm.struct<(ptr, struct<(i8, i8, i16)>, i32, ptr, i64)>
!entry = !llvm.struct<(ptr, ptr, ptr, i64, ptr, i64, ptr, i64, struct<(ptr, i64)>, ptr)>
!manifest = !llvm.struct<(i64, i64, ptr, ptr, i64, ptr, i64, ptr, i64, ptr, i64, ptr, i64)>

llvm.mlir.global internal constant @twice_name("twice\00")
llvm.mlir.global internal constant @x_name("x\00")
llvm.mlir.global internal constant @y_name("y\00")
llvm.mlir.global internal constant @producer("by hand\00")
llvm.mlir.global internal constant @targets("cpu\00")
llvm.mlir.global internal constant @dims(dense<-1> : tensor<1xi64>) : !llvm.array<1 x i64>
llvm.mlir.global internal constant @extent(dense<[1, 0, 0]> : tensor<3xi64>) : !llvm.array<3 x i64>

llvm.mlir.global internal constant @result_dims() : !expr {
  %s0 = llvm.mlir.zero : !expr
  %v0 = llvm.mlir.addressof @extent : !llvm.ptr
  %s1 = llvm.insertvalue %v0, %s0[0] : !expr
  %v1 = llvm.mlir.constant(3 : i64) : i64
  %s2 = llvm.insertvalue %v1, %s1[1] : !expr
  llvm.return %s2 : !expr
}
llvm.mlir.global internal constant @args() : !arg {
  %s0 = llvm.mlir.zero : !arg
  %v0 = llvm.mlir.addressof @x_name : !llvm.ptr
  %s1 = llvm.insertvalue %v0, %s0[0] : !arg
  %v1 = llvm.mlir.constant(2 : i8) : i8
  %s2 = llvm.insertvalue %v1, %s1[1, 0] : !arg
  %v2 = llvm.mlir.constant(32 : i8) : i8
  %s3 = llvm.insertvalue %v2, %s2[1, 1] : !arg
  %v3 = llvm.mlir.constant(1 : i16) : i16
  %s4 = llvm.insertvalue %v3, %s3[1, 2] : !arg
  %v4 = llvm.mlir.constant(1 : i32) : i32
  %s5 = llvm.insertvalue %v4, %s4[2] : !arg
  %v5 = llvm.mlir.addressof @dims : !llvm.ptr
  %s6 = llvm.insertvalue %v5, %s5[3] : !arg
  %v6 = llvm.mlir.constant(-1 : i64) : i64
  %s7 = llvm.insertvalue %v6, %s6[5] : !arg
  llvm.return %s7 : !arg
}
llvm.mlir.global internal constant @results() : !result {
  %s0 = llvm.mlir.zero : !result
  %v0 = llvm.mlir.addressof @y_name : !llvm.ptr
  %s1 = llvm.insertvalue %v0, %s0[0] : !result
  %v1 = llvm.mlir.constant(2 : i8) : i8
  %s2 = llvm.insertvalue %v1, %s1[1, 0] : !result
  %v2 = llvm.mlir.constant(32 : i8) : i8
  %s3 = llvm.insertvalue %v2, %s2[1, 1] : !result
  %v3 = llvm.mlir.constant(1 : i16) : i16
  %s4 = llvm.insertvalue %v3, %s3[1, 2] : !result
  %v4 = llvm.mlir.constant(1 : i32) : i32
  %s5 = llvm.insertvalue %v4, %s4[2] : !result
  %v5 = llvm.mlir.addressof @result_dims : !llvm.ptr
  %s6 = llvm.insertvalue %v5, %s5[3] : !result
  llvm.return %s6 : !result
}
llvm.mlir.global internal constant @entries() : !entry {
  %s0 = llvm.mlir.zero : !entry
  %v0 = llvm.mlir.addressof @twice_name : !llvm.ptr
  %s1 = llvm.insertvalue %v0, %s0[0] : !entry
  %v1 = llvm.mlir.addressof @twice : !llvm.ptr
  %s2 = llvm.insertvalue %v1, %s1[1] : !entry
  %v2 = llvm.mlir.addressof @args : !llvm.ptr
  %s3 = llvm.insertvalue %v2, %s2[2] : !entry
  %v3 = llvm.mlir.constant(1 : i64) : i64
  %s4 = llvm.insertvalue %v3, %s3[3] : !entry
  %v4 = llvm.mlir.addressof @results : !llvm.ptr
  %s5 = llvm.insertvalue %v4, %s4[4] : !entry
  %v5 = llvm.mlir.constant(1 : i64) : i64
  %s6 = llvm.insertvalue %v5, %s5[5] : !entry
  llvm.return %s6 : !entry
}
llvm.mlir.global constant @attn_manifest_v1() : !manifest {
  %s0 = llvm.mlir.zero : !manifest
  %v0 = llvm.mlir.constant(4 : i64) : i64
  %s1 = llvm.insertvalue %v0, %s0[0] : !manifest
  %v1 = llvm.mlir.constant(104 : i64) : i64
  %s2 = llvm.insertvalue %v1, %s1[1] : !manifest
  %v2 = llvm.mlir.addressof @producer : !llvm.ptr
  %s3 = llvm.insertvalue %v2, %s2[2] : !manifest
  %v3 = llvm.mlir.addressof @targets : !llvm.ptr
  %s4 = llvm.insertvalue %v3, %s3[3] : !manifest
  %v4 = llvm.mlir.constant(3 : i64) : i64
  %s5 = llvm.insertvalue %v4, %s4[4] : !manifest
  %v5 = llvm.mlir.addressof @entries : !llvm.ptr
  %s6 = llvm.insertvalue %v5, %s5[5] : !manifest
  %v6 = llvm.mlir.constant(1 : i64) : i64
  %s7 = llvm.insertvalue %v6, %s6[6] : !manifest
  llvm.return %s7 : !manifest
}

llvm.func @double_one(%args: !llvm.ptr, %i: i64, %y: i64, %z: i64, %scratch: !llvm.ptr) {
  %from = llvm.load %args : !llvm.ptr -> !llvm.ptr
  %to_place = llvm.getelementptr %args[3] : (!llvm.ptr) -> !llvm.ptr, i64
  %to = llvm.load %to_place : !llvm.ptr -> !llvm.ptr
  %source = llvm.getelementptr %from[%i] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %target = llvm.getelementptr %to[%i] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %value = llvm.load %source : !llvm.ptr -> f32
  %double = llvm.fadd %value, %value : f32
  llvm.store %double, %target : f32, !llvm.ptr
  llvm.return
}

// Context, arguments, their number, results, their number, workspace, its bytes, stream.
llvm.func @twice(%context: !llvm.ptr, %args: !llvm.ptr, %nargs: i64, %results: !llvm.ptr, %nresults: i64,
                 %workspace: !llvm.ptr, %bytes: i64, %stream: !llvm.ptr) -> i32 {
  %zero = llvm.mlir.constant(0 : i64) : i64
  %one = llvm.mlir.constant(1 : i64) : i64
  %words = llvm.mlir.constant(6 : i64) : i64
  %size = llvm.mlir.constant(48 : i64) : i64
  %x = llvm.load %args : !llvm.ptr -> !llvm.ptr
  %y = llvm.load %results : !llvm.ptr -> !llvm.ptr
  %x_data = llvm.load %x : !llvm.ptr -> !llvm.ptr
  %y_data = llvm.load %y : !llvm.ptr -> !llvm.ptr
  %shape_place = llvm.getelementptr %x[24] : (!llvm.ptr) -> !llvm.ptr, i8
  %shape = llvm.load %shape_place : !llvm.ptr -> !llvm.ptr
  %n = llvm.load %shape : !llvm.ptr -> i64
  %block = llvm.alloca %words x i64 : (i64) -> !llvm.ptr
  %second = llvm.getelementptr %block[3] : (!llvm.ptr) -> !llvm.ptr, i64
  llvm.store %x_data, %block : !llvm.ptr, !llvm.ptr
  llvm.store %y_data, %second : !llvm.ptr, !llvm.ptr
  %api = llvm.load %context : !llvm.ptr -> !llvm.ptr
  %launch_place = llvm.getelementptr %api[1] : (!llvm.ptr) -> !llvm.ptr, i64
  %launch = llvm.load %launch_place : !llvm.ptr -> !llvm.ptr
  %kernel = llvm.mlir.addressof @double_one : !llvm.ptr
  %status = llvm.call %launch(%context, %kernel, %block, %size, %n, %one, %one, %zero, %stream)
    : !llvm.ptr, (!llvm.ptr, !llvm.ptr, !llvm.ptr, i64, i64, i64, i64, i64, !llvm.ptr) -> i32
  llvm.return %status : i32
}
