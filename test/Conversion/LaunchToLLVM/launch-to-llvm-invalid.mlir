// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --split-input-file --verify-diagnostics --launch-to-llvm

launch.entry @float_size(%x: f32)
contract {
  // expected-error @+1 {{expects a contract to compute with sizes and integer scalars, but got 'arith.fptosi'}}
  %i = arith.fptosi %x : f32 to i64
  %n = arith.index_cast %i : i64 to index
  launch.check eq %n, %n, "a"
  launch.yield shapes()
} body { launch.return }

// -----
// expected-error @+1 {{but got the value of an argument of type 'i8'}}
launch.entry @byte(%x: i8)
contract {
  %n = arith.index_cast %x : i8 to index
  launch.check eq %n, %n, "a"
  launch.yield shapes()
} body { launch.return }

// -----
launch.entry @variable_dim(%x: memref<?xf32, strided<[1], offset: ?>>, %d: index)
contract {
  // expected-error @+1 {{but got a 'memref.dim' of no argument or with no constant dim}}
  %n = memref.dim %x, %d : memref<?xf32, strided<[1], offset: ?>>
  launch.yield shapes() workspace(%n)
} body { launch.return }

// -----
launch.entry @region(%n: index, %f: i1)
contract {
  // expected-error @+1 {{but got 'scf.if'}}
  %m = scf.if %f -> index {
    scf.yield %n : index
  } else {
    scf.yield %n : index
  }
  launch.yield shapes() workspace(%m)
} body { launch.return }

// -----
launch.entry @shift(%n: index)
contract {
  // expected-error @+1 {{but got 'arith.shli'}}
  %m = arith.shli %n, %n : index
  launch.yield shapes() workspace(%m)
} body { launch.return }

// -----
launch.entry @narrow(%n: index)
contract {
  // expected-error @+1 {{but got 'arith.index_cast'}}
  %i = arith.index_cast %n : index to i32
  %m = arith.index_cast %i : i32 to index
  launch.yield shapes() workspace(%m)
} body { launch.return }

// -----
launch.entry @explosion(%n: index)
contract {
  %0 = arith.muli %n, %n : index
  %1 = arith.muli %0, %0 : index
  %2 = arith.muli %1, %1 : index
  %3 = arith.muli %2, %2 : index
  %4 = arith.muli %3, %3 : index
  %5 = arith.muli %4, %4 : index
  %6 = arith.muli %5, %5 : index
  %7 = arith.muli %6, %6 : index
  %8 = arith.muli %7, %7 : index
  %9 = arith.muli %8, %8 : index
  // expected-error @+1 {{expects at most 4096 words of arithmetic in a contract, but got 6143}}
  %10 = arith.muli %9, %9 : index
  launch.yield shapes() workspace(%10)
} body { launch.return }

// -----
// expected-error @+1 {{expects 'x' to have run-time strides but for an inner one of 1, but got 'memref<?x8xf32>'}}
launch.entry @entry_c4_dense(%x: memref<?x8xf32>)
contract { launch.yield shapes() } body { launch.return }

// -----
// expected-error @+1 {{expects 'x' to have a type that callers know, but got 'memref<?xi7, strided<[1], offset: ?>>'}}
launch.entry @odd(%x: memref<?xi7, strided<[1], offset: ?>>)
contract { launch.yield shapes() } body { launch.return }

// -----
// expected-error @+1 {{expects 'x' to be strided, but got}}
launch.entry @layout(%x: memref<?xf32, affine_map<(d0) -> (d0 floordiv 2)>>)
contract { launch.yield shapes() } body { launch.return }

// -----
launch.entry @inner_stride(%x: memref<?xf32, strided<[1], offset: ?>>)
contract {
  // expected-error @+1 {{expects a type with a run-time inner stride, but got}}
  launch.expect %x any_inner_stride : memref<?xf32, strided<[1], offset: ?>>
  launch.yield shapes()
} body { launch.return }

// -----
launch.entry @twice(%x: memref<?xi32, strided<[1], offset: ?>>, %n: index)
contract {
  launch.expect %x lengths bound(%n) : memref<?xi32, strided<[1], offset: ?>>
  // expected-error @+1 {{expects one promise about the values of 'x'}}
  launch.expect %x cumulative bound(%n) : memref<?xi32, strided<[1], offset: ?>>
  launch.yield shapes()
} body { launch.return }

// -----
launch.entry @counts(%c: memref<2xi32, strided<[1], offset: ?>>, %i: memref<3x?xi32, strided<[?, 1], offset: ?>>,
                     %n: index)
contract {
  launch.expect %c lengths bound(%n) : memref<2xi32, strided<[1], offset: ?>>
  // expected-error @+1 {{expects counts and indices to agree on leading extents, but got 2 and 3}}
  launch.expect %i indices(%c) bound(%n) : memref<3x?xi32, strided<[?, 1], offset: ?>>,
      memref<2xi32, strided<[1], offset: ?>>
  launch.yield shapes()
} body { launch.return }

// -----
launch.entry @unplanned(%n: index)
contract { launch.yield shapes() } body {
  // expected-error @+1 {{expects an offset, which --launch-plan-workspace gives}}
  %w = launch.workspace(%n) : memref<?xf32>
  launch.return
}

// -----
tile.kernel @k()
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) { tile.yield }
launch.entry @no_grid()
contract { launch.yield shapes() } body {
  // expected-error @+1 {{expects a grid, which --launch-inline-grids gives}}
  launch.kernel @k()
  launch.return
}

// -----
func.func private @k(index, index, index, memref<?xi8>)
launch.entry @no_kernel(%n: index)
contract { launch.yield shapes() } body {
  // expected-error @+1 {{expects 'k' to be a function with 'launch.kernel'}}
  launch.kernel @k grid(%n, %n, %n) ()
  launch.return
}

// -----
// expected-error @+1 {{expects a kernel to end in (index, index, index, memref<?xi8>) and return nothing, but got '(index) -> ()'}}
func.func @signature(%x: index) attributes {launch.kernel} { return }

// -----
// expected-error @+1 {{expects argument 0 to be a memref or scalar, but got 'tensor<4xf32>'}}
func.func @tensor(%t: tensor<4xf32>, %x: index, %y: index, %z: index, %scratch: memref<?xi8>)
    attributes {launch.kernel} { return }

// -----
// expected-error @+1 {{expects argument 0 to have offset 0 or ?, but got 'memref<4xf32, strided<[1], offset: 3>>'}}
func.func @offset(%t: memref<4xf32, strided<[1], offset: 3>>, %x: index, %y: index, %z: index,
                  %scratch: memref<?xi8>) attributes {launch.kernel} { return }

// -----
// expected-error @+1 {{expects 'other' to be a kernel and no variant itself}}
func.func @orphan(%x: index, %y: index, %z: index, %scratch: memref<?xi8>)
    attributes {launch.kernel, launch.variant_of = @other, launch.cpu_level = 4 : i64} { return }

// -----
func.func @k(%x: index, %y: index, %z: index, %scratch: memref<?xi8>) attributes {launch.kernel} { return }
// expected-error @+1 {{expects a variant to have 'launch.cpu_level'}}
func.func @no_level(%x: index, %y: index, %z: index, %scratch: memref<?xi8>)
    attributes {launch.kernel, launch.variant_of = @k} { return }

// -----
func.func @k(%x: index, %y: index, %z: index, %scratch: memref<?xi8>) attributes {launch.kernel} { return }
// expected-error @+1 {{expects a variant to have the type of 'k'}}
func.func @other_type(%a: f32, %x: index, %y: index, %z: index, %scratch: memref<?xi8>)
    attributes {launch.kernel, launch.variant_of = @k, launch.cpu_level = 4 : i64} { return }
