// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --split-input-file --verify-diagnostics

launch.entry @undefined()
contract { launch.yield shapes() } body {
  // expected-error @+1 {{expects a kernel, but 'k' is not defined}}
  launch.kernel @k()
  launch.return
}

// -----
launch.entry @not_a_kernel()
contract { launch.yield shapes() } body {
  // expected-error @+1 {{expects a kernel, but 'not_a_kernel' is a 'launch.entry'}}
  launch.kernel @not_a_kernel()
  launch.return
}

// -----
func.func private @k(index, index, index, memref<?xi8>)
launch.entry @kernel_c2_grid_rank(%n: index)
contract { launch.yield shapes() } body {
  // expected-error @+1 {{expects a grid of 3 extents, but got 2}}
  launch.kernel @k grid(%n, %n) ()
  launch.return
}

// -----
func.func private @k(index, index, index, memref<?xi8>)
launch.entry @no_grid(%n: index)
contract { launch.yield shapes() } body {
  // expected-error @+1 {{expects a grid, because the function 'k' has none of its own}}
  launch.kernel @k()
  launch.return
}

// -----
func.func private @k(index, index)
launch.entry @kernel_c1_signature(%n: index)
contract { launch.yield shapes() } body {
  // expected-error @+1 {{expects the function 'k' to end in (index, index, index, memref<?xi8>), but got '(index, index) -> ()'}}
  launch.kernel @k grid(%n, %n, %n) ()
  launch.return
}

// -----
func.func private @k(f32, index, index, index, memref<?xi8>)
launch.entry @function_operand(%n: index)
contract { launch.yield shapes() } body {
  // expected-error @+1 {{expects operand 0 to be 'f32' as in 'k', but got 'index'}}
  launch.kernel @k grid(%n, %n, %n) (%n) : index
  launch.return
}

// -----
tile.kernel @k(%src: memref<?xf32>)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) { tile.yield }
launch.entry @tile_operand(%x: memref<4xf32>)
contract { launch.yield shapes() } body {
  // expected-error @+1 {{expects operand 0 to be 'memref<?xf32>' as in 'k', but got 'memref<4xf32>'}}
  launch.kernel @k(%x) : memref<4xf32>
  launch.return
}

// -----
tile.kernel @k()
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) { tile.yield }
launch.entry @operand_count(%x: memref<4xf32>)
contract { launch.yield shapes() } body {
  // expected-error @+1 {{expects the 0 operands of 'k', but got 1}}
  launch.kernel @k(%x) : memref<4xf32>
  launch.return
}

// -----
launch.entry @operand_type(%x: memref<4xf32>)
contract { launch.yield shapes() } body {
  %t = arith.constant dense<0.0> : tensor<4xf32>
  // expected-error @+1 {{expects operand 0 to be a ranked memref, index, integer or float, but got 'tensor<4xf32>'}}
  launch.kernel @k(%t) : tensor<4xf32>
  launch.return
}

// -----
launch.entry @sizes(%n: index)
contract { launch.yield shapes() } body {
  // expected-error @+1 {{expects 2 sizes for 'memref<?x?xf32>', but got 1}}
  %w = launch.workspace(%n) : memref<?x?xf32>
  launch.return
}

// -----
launch.entry @layout(%n: index)
contract { launch.yield shapes() } body {
  // expected-error @+1 {{expects a dense row-major memref, but got 'memref<?xf32, strided<[2]>>'}}
  %w = launch.workspace(%n) : memref<?xf32, strided<[2]>>
  launch.return
}

// -----
launch.entry @fill_layout(%x: memref<?xf32, strided<[?], offset: ?>>, %v: f32)
contract { launch.yield shapes() } body {
  // expected-error @+1 {{expects a dense row-major memref, but got}}
  launch.fill %x, %v : memref<?xf32, strided<[?], offset: ?>>, f32
  launch.return
}

// -----
launch.entry @fill_value(%x: memref<?xf32>, %v: i32)
contract { launch.yield shapes() } body {
  // expected-error @+1 {{expects a value of type 'f32', but got 'i32'}}
  launch.fill %x, %v : memref<?xf32>, i32
  launch.return
}

// -----
launch.entry @fill_vectors(%x: memref<?xvector<2xf32>>)
contract { launch.yield shapes() } body {
  %v = arith.constant dense<0.0> : vector<2xf32>
  // expected-error @+1 {{expects numbers, but got 'memref<?xvector<2xf32>>'}}
  launch.fill %x, %v : memref<?xvector<2xf32>>, vector<2xf32>
  launch.return
}
