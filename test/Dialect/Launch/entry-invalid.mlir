// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --split-input-file --verify-diagnostics

// expected-error @+1 {{expects argument 'x' to be a ranked memref, index, integer or float, but got 'tensor<4xf32>'}}
launch.entry @tensor_argument(%x: tensor<4xf32>)
contract { launch.yield shapes() } body { launch.return }

// -----
// expected-error @+1 {{expects result 'o' to be a ranked memref, but got 'index'}}
launch.entry @scalar_result() results(%o: index)
contract { launch.yield shapes() } body { launch.return }

// -----
// expected-error @+1 {{expects 2 names of arguments and results, but got 1}}
launch.entry @entry_c1_names(%x: index) results(%o: memref<f32>) attributes {arg_names = ["x"]}
contract { launch.yield shapes() } body { launch.return }

// -----
// expected-error @+1 {{expects the contract to end in launch.yield}}
launch.entry @entry_c2_end()
contract { launch.return } body { launch.return }

// -----
// expected-error @+1 {{expects the body to end in launch.return}}
launch.entry @entry_c3_end()
contract { launch.yield shapes() } body { llvm.unreachable }

// -----
launch.entry @extents() results(%o: memref<?x?xf32>)
contract {
  %c1 = arith.constant 1 : index
  // expected-error @+1 {{expects 2 extents, one for every dim of every result, but got 1}}
  launch.yield shapes(%c1)
} body { launch.return }

// -----
launch.entry @entry_c2_impure(%x: memref<4xindex>)
contract {
  %c1 = arith.constant 1 : index
  // expected-error @+1 {{expects to be pure host arithmetic where it stands in a contract}}
  %a = memref.load %x[%c1] : memref<4xindex>
  launch.yield shapes()
} body { launch.return }

// -----
// expected-error @+1 {{expects contract and body to agree on argument 0, but got 'index' and 'i32'}}
"launch.entry"() <{sym_name = "disagree"}> ({
^bb0(%a: index):
  "launch.yield"() <{operandSegmentSizes = array<i32: 0, 0>}> : () -> ()
}, {
^bb0(%a: i32):
  "launch.return"() : () -> ()
}) : () -> ()

// -----
// expected-error @+1 {{expects the body to see every argument, but got 0 of 1}}
"launch.entry"() <{sym_name = "unseen"}> ({
^bb0(%a: index):
  "launch.yield"() <{operandSegmentSizes = array<i32: 0, 0>}> : () -> ()
}, {
  "launch.return"() : () -> ()
}) : () -> ()

// -----
// expected-error @+1 {{expects 'launch.kernel' on a function}}
module attributes {launch.kernel} {}

// -----
// expected-error @+1 {{expects 'launch.persistent' to be a bool, but got 1 : i64}}
func.func private @persistent() attributes {launch.kernel, launch.persistent = 1 : i64}

// -----
// expected-error @+1 {{expects 'launch.starts_early' to be a bool, but got 1 : i64}}
func.func private @early() attributes {launch.kernel, launch.starts_early = 1 : i64}

// -----
// expected-error @+1 {{expects 'launch.starts_next' on a function}}
module attributes {launch.starts_next = true} {}

// -----

// expected-error @+1 {{expects 'launch.scratch' to be a non-negative i64, but got -1 : i64}}
func.func private @negative() attributes {launch.scratch = -1 : i64}

// -----
// expected-error @+1 {{expects 'launch.cpu_level' to be a non-negative i64, but got 3 : i32}}
func.func private @level() attributes {launch.cpu_level = 3 : i32}

// -----
// expected-error @+1 {{expects 'launch.variant_of' to be a symbol, but got "k"}}
func.func private @variant() attributes {launch.variant_of = "k"}

// -----
// expected-error @+1 {{expects 'launch.kernel' to have no value}}
func.func private @marker() attributes {launch.kernel = 1 : i64}

// -----
// expected-error @+1 {{expects no attribute 'launch.speed'}}
func.func private @unknown() attributes {launch.speed = 1 : i64}

// -----

// expected-error @+1 {{expects 'launch.images' on a module}}
func.func private @f() attributes {launch.images = []}
