// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What tile.kernel and tile.yield refuse.
// RUN: attn-opt %s --split-input-file --verify-diagnostics

// expected-error @below {{'tile.kernel' op expects argument 0 to be a memref, index, integer or float, but got 'tensor<4x4xf32>'}}
tile.kernel @kernel_c1(%x: tensor<4x4xf32>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %k) {
  tile.yield
}

// -----

// expected-error @below {{'tile.kernel' op expects argument 0 to be a memref, index, integer or float, but got 'memref<*xf32>'}}
tile.kernel @kernel_c1_unranked(%x: memref<*xf32>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %k) {
  tile.yield
}

// -----

// The body lacks a grid dim: @kernel_c2.
// expected-error @below {{'tile.kernel' op expects body to have 3 arguments, but got 2}}
"tile.kernel"() <{sym_name = "k"}> ({
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
}, {
^bb0(%i: index, %j: index):
  tile.yield
}) : () -> ()

// -----

// Nothing at all: @kernel_c2_empty.
// expected-error @below {{'tile.kernel' op expects body to have 3 arguments, but got 0}}
"tile.kernel"() <{sym_name = "k"}> ({
^bb0:
}, {
^bb0:
}) : () -> ()

// -----

// The regions disagree: @kernel_c3.
// expected-error @below {{'tile.kernel' op expects grid and body to agree on argument 0, but got 'index' and 'f32'}}
"tile.kernel"() <{sym_name = "k"}> ({
^bb0(%a: index):
  tile.yield %a, %a, %a : index, index, index
}, {
^bb0(%a: f32, %i: index, %j: index, %k: index):
  tile.yield
}) : () -> ()

// -----

// A grid dim that is no index: @kernel_c4.
// expected-error @below {{'tile.kernel' op expects the body's last 3 arguments to be index, but got 'i32'}}
"tile.kernel"() <{sym_name = "k"}> ({
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
}, {
^bb0(%i: index, %j: index, %k: i32):
  tile.yield
}) : () -> ()

// -----

// expected-error @below {{'tile.kernel' op expects grid and body to end with tile.yield, but got llvm.unreachable}}
tile.kernel @kernel_c5_grid()
grid {
  llvm.unreachable
} body(%i, %j, %k) {
  tile.yield
}

// -----

// expected-error @below {{'tile.kernel' op expects grid and body to end with tile.yield, but got llvm.unreachable}}
tile.kernel @kernel_c5_body()
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %k) {
  llvm.unreachable
}

// -----

tile.kernel @kernel_c5_no_terminator()
grid {
  // expected-error @below {{block with no terminator, has %0 = "arith.constant"() <{value = 1 : index}> : () -> index}}
  %c1 = arith.constant 1 : index
} body(%i, %j, %k) {
  tile.yield
}

// -----

tile.kernel @kernel_c6_two()
grid {
  %c1 = arith.constant 1 : index
  // expected-error @below {{'tile.yield' op expects the grid to yield 3 index values, but got ('index', 'index')}}
  tile.yield %c1, %c1 : index, index
} body(%i, %j, %k) {
  tile.yield
}

// -----

tile.kernel @kernel_c6_i32()
grid {
  %c1 = arith.constant 1 : index
  %d1 = arith.constant 1 : i32
  // expected-error @below {{'tile.yield' op expects the grid to yield 3 index values, but got ('index', 'index', 'i32')}}
  tile.yield %c1, %c1, %d1 : index, index, i32
} body(%i, %j, %k) {
  tile.yield
}

// -----

tile.kernel @kernel_c7()
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %k) {
  // expected-error @below {{'tile.yield' op expects the body to yield nothing, but got 1 values}}
  tile.yield %i : index
}

// -----

tile.kernel @kernel_c8_rank()
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %k) {
  // expected-error @below {{expects every tensor in a tile.kernel to be a static rank-2 tile, but got 'tensor<4xf32>'}}
  %t = arith.constant dense<0.0> : tensor<4xf32>
  tile.yield
}

// -----

tile.kernel @kernel_c8_dynamic()
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %k) {
  // expected-error @below {{expects every tensor in a tile.kernel to be a static rank-2 tile, but got 'tensor<?x4xf32>'}}
  %t = tensor.empty(%i) : tensor<?x4xf32>
  tile.yield
}

// -----

tile.kernel @kernel_c8_empty()
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %k) {
  // expected-error @below {{expects every tensor in a tile.kernel to be a static rank-2 tile, but got 'tensor<0x4xf32>'}}
  %t = tensor.empty() : tensor<0x4xf32>
  tile.yield
}

// -----

tile.kernel @kernel_c8_region_argument()
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %k) {
  // expected-error @below {{expects every tensor in a tile.kernel to be a static rank-2 tile, but got 'tensor<*xf32>'}}
  "scf.execute_region"() ({
    "scf.yield"() : () -> ()
  ^bb1(%t: tensor<*xf32>):
    "scf.yield"() : () -> ()
  }) : () -> ()
  tile.yield
}

// -----

tile.kernel @kernel_c9()
grid {
  %c1 = arith.constant 1 : index
  // expected-error @below {{expects no tensor in the grid of a tile.kernel, but got 'tensor<4x4xf32>'}}
  %t = arith.constant dense<0.0> : tensor<4x4xf32>
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %k) {
  tile.yield
}

// -----

tile.kernel @kernel_c10()
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
// expected-error @below {{custom op 'tile.kernel' expects body to name 3 grid dims, but got 2}}
} body(%i, %j) {
  tile.yield
}

// -----

// expected-error @below {{region entry argument '%a' is already in use}}
// expected-note @below {{previously referenced here}}
tile.kernel @kernel_name_twice(%a: index, %a: index)
grid {
  tile.yield %a, %a, %a : index, index, index
} body(%i, %j, %k) {
  tile.yield
}

// -----

tile.kernel @kernel_reads_body_in_grid()
grid {
  // expected-error @below {{use of undeclared SSA value name}}
  tile.yield %i, %i, %i : index, index, index
} body(%i, %j, %k) {
  tile.yield
}

// -----

// expected-error @below {{'tile.kernel' op region #0 ('grid') failed to verify constraint: region with 1 blocks}}
tile.kernel @kernel_empty_regions()
grid {
} body(%i, %j, %k) {
}

// -----

tile.kernel @kernel_without_body()
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
}
// expected-error @below {{custom op 'tile.kernel' expected 'body'}}
func.func private @after()

// -----

// Regions are missing: @kernel_regions.
// expected-error @below {{'tile.kernel' op expected 2 regions}}
"tile.kernel"() <{sym_name = "k"}> : () -> ()

// -----

// expected-error @below {{expects rows in [1, 4096], but got -1}}
tile.kernel @schedule_c1() attributes {schedule = #tile.schedule<rows = -1>}
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %k) {
  tile.yield
}

// -----

// expected-error @below {{expects cols in [1, 4096], but got -9223372036854775808}}
tile.kernel @schedule_c2() attributes {schedule = #tile.schedule<cols = -9223372036854775808>}
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %k) {
  tile.yield
}

// -----

// expected-error @below {{custom op 'tile.kernel' attribute 'schedule' failed to satisfy constraint: schedule}}
tile.kernel @schedule_number() attributes {schedule = 4 : i64}
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %k) {
  tile.yield
}

// -----

// expected-error @below {{custom op 'tile.kernel' expects no 'sym_name' in the attribute dictionary}}
tile.kernel @kernel_own_attribute_in_dictionary() attributes {sym_name = "other"}
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %k) {
  tile.yield
}

// -----

func.func @yield_c1() {
  // expected-error @below {{'tile.yield' op expects parent op to be one of 'tile.kernel, tile.reduce, tile.roles'}}
  tile.yield
}

// -----

func.func @yield_c1_in_loop(%n: index) {
  scf.for %i = %n to %n step %n {
    // expected-error @below {{'tile.yield' op expects parent op to be one of 'tile.kernel, tile.reduce, tile.roles'}}
    tile.yield
  }
  return
}

// -----

// expected-error @below {{'tile.yield' op expects parent op to be one of 'tile.kernel, tile.reduce, tile.roles'}}
tile.yield
func.func private @yield_c1_module()

// -----

tile.kernel @yield_not_last()
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%i, %j, %k) {
  // expected-error @below {{'tile.yield' op must be the last operation in the parent block}}
  tile.yield
  tile.yield
}

// -----

func.func @yield_types(%x: index) {
  // expected-error @below {{custom op 'tile.yield' number of operands and types do not match: got 1 operands and 2 types}}
  tile.yield %x : index, index
}

// -----

func.func @yield_untyped(%x: index) {
  // expected-error @below {{expected ':'}}
  tile.yield %x
}

// -----

func.func @yield_result(%x: index) {
  // expected-error @below {{cannot name an operation with no results}}
  %y = tile.yield %x : index
}

// -----

func.func @yield_successor() {
  // expected-error @below {{'tile.yield' op requires 0 successors but found 1}}
  "tile.yield"()[^bb1] : () -> ()
^bb1:
  return
}

// -----

func.func @yield_undefined() {
  // expected-error @below {{use of undeclared SSA value name}}
  tile.yield %nothing : index
}

// -----

// expected-error @below {{'tile.kernel' op expects 'persistent' to be true or false, but got 3 : i32}}
tile.kernel @kernel_c11() attributes {persistent = 3 : i32}
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  tile.yield
}

// -----

// expected-error @below {{expects 'tile.schedule' to be a #tile.schedule, but got 96 : i64}}
func.func private @schedule_c3() attributes {tile.schedule = 96 : i64}

// -----

// expected-error @below {{expects no attribute 'tile.schedul'}}
func.func private @schedule_c3_name() attributes {tile.schedul = #tile.schedule<rows = 96>}

// -----

// expected-error @below {{expects rows in [1, 4096], but got 100000}}
func.func private @schedule_c1_most() attributes {tile.schedule = #tile.schedule<rows = 100000>}

// -----

// expected-error @below {{expects cols in [1, 4096], but got 4097}}
func.func private @schedule_c2_most() attributes {tile.schedule = #tile.schedule<cols = 4097>}

// -----

// expected-error @below {{expects value_cols in [1, 4096], but got -16}}
func.func private @schedule_c4() attributes {tile.schedule = #tile.schedule<value_cols = -16>}
