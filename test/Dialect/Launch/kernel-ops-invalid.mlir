// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// More of what launch.kernel, launch.workspace and launch.fill refuse.
// RUN: attn-opt %s --split-input-file --verify-diagnostics

func.func private @k(index, index, index, memref<?xi8>)
// expected-note @below {{prior use here}}
launch.entry @kernel_grid_i32(%n: i32)
contract { launch.yield shapes() } body {
  // expected-error @below {{use of value '%n' expects different type than prior uses: 'index' vs 'i32'}}
  launch.kernel @k grid(%n, %n, %n) ()
  launch.return
}

// -----

func.func private @k(index, index, index, memref<?xi8>)
launch.entry @kernel_operand_count(%n: index)
contract { launch.yield shapes() } body {
  // expected-error @below {{'launch.kernel' op expects the 0 operands of 'k', but got 1}}
  launch.kernel @k grid(%n, %n, %n) (%n) : index
  launch.return
}

// -----

launch.entry @kernel_undefined(%n: index)
contract { launch.yield shapes() } body {
  // expected-error @below {{'launch.kernel' op expects a kernel, but 'nothing' is not defined}}
  launch.kernel @nothing grid(%n, %n, %n) ()
  launch.return
}

// -----

launch.entry @kernel_of_tensor(%n: index)
contract { launch.yield shapes() } body {
  %t = arith.constant dense<0.0> : tensor<4xf32>
  // expected-error @below {{'launch.kernel' op expects operand 0 to be a ranked memref, index, integer or float, but got 'tensor<4xf32>'}}
  launch.kernel @k grid(%n, %n, %n) (%t) : tensor<4xf32>
  launch.return
}

// -----

launch.entry @kernel_without_symbol(%n: index)
contract { launch.yield shapes() } body {
  // expected-error @below {{expected attribute value}}
  launch.kernel grid(%n, %n, %n) ()
  launch.return
}

// -----

launch.entry @kernel_segment_sizes(%n: index)
contract { launch.yield shapes() } body {
  // expected-error @below {{'launch.kernel' op operand count (1) does not match with the total size (4) specified in attribute 'operandSegmentSizes'}}
  "launch.kernel"(%n) <{callee = @k, operandSegmentSizes = array<i32: 3, 1>}> : (index) -> ()
  launch.return
}

// -----

launch.entry @workspace_sizes(%n: index)
contract { launch.yield shapes() } body {
  // expected-error @below {{'launch.workspace' op expects 2 sizes for 'memref<?x?xf32>', but got 1}}
  %w = launch.workspace(%n) : memref<?x?xf32>
  launch.return
}

// -----

launch.entry @workspace_too_many_sizes(%n: index)
contract { launch.yield shapes() } body {
  // expected-error @below {{'launch.workspace' op expects 0 sizes for 'memref<4xf32>', but got 1}}
  %w = launch.workspace(%n) : memref<4xf32>
  launch.return
}

// -----

launch.entry @workspace_layout(%n: index)
contract { launch.yield shapes() } body {
  // expected-error @below {{'launch.workspace' op expects a dense row-major memref, but got 'memref<?xf32, strided<[?], offset: ?>>'}}
  %w = launch.workspace(%n) : memref<?xf32, strided<[?], offset: ?>>
  launch.return
}

// -----

launch.entry @workspace_memory_space(%n: index)
contract { launch.yield shapes() } body {
  // expected-error @below {{'launch.workspace' op expects a dense row-major memref, but got 'memref<?xf32, 3>'}}
  %w = launch.workspace(%n) : memref<?xf32, 3>
  launch.return
}

// -----

launch.entry @workspace_tensor(%n: index)
contract { launch.yield shapes() } body {
  // expected-error @below {{custom op 'launch.workspace' invalid kind of type specified: expected builtin.memref, but found 'tensor<?xf32>'}}
  %w = launch.workspace(%n) : tensor<?xf32>
  launch.return
}

// -----

launch.entry @workspace_unranked(%n: index)
contract { launch.yield shapes() } body {
  // expected-error @below {{custom op 'launch.workspace' invalid kind of type specified: expected builtin.memref, but found 'memref<*xf32>'}}
  %w = launch.workspace(%n) : memref<*xf32>
  launch.return
}

// -----

// expected-note @below {{prior use here}}
launch.entry @workspace_size_i32(%n: i32)
contract { launch.yield shapes() } body {
  // expected-error @below {{use of value '%n' expects different type than prior uses: 'index' vs 'i32'}}
  %w = launch.workspace(%n) : memref<?xf32>
  launch.return
}

// -----

launch.entry @workspace_two_offsets(%n: index)
contract { launch.yield shapes() } body {
  // expected-error @below {{expected ')'}}
  %w = launch.workspace(%n) offset(%n, %n) : memref<?xf32>
  launch.return
}

// -----

launch.entry @fill_of_tensor(%v: f32)
contract { launch.yield shapes() } body {
  %t = arith.constant dense<0.0> : tensor<4xf32>
  // expected-error @below {{custom op 'launch.fill' invalid kind of type specified: expected builtin.memref, but found 'tensor<4xf32>'}}
  launch.fill %t, %v : tensor<4xf32>, f32
  launch.return
}

// -----

launch.entry @fill_unranked(%x: memref<?xf32>, %v: f32)
contract { launch.yield shapes() } body {
  %u = memref.cast %x : memref<?xf32> to memref<*xf32>
  // expected-error @below {{custom op 'launch.fill' invalid kind of type specified: expected builtin.memref, but found 'memref<*xf32>'}}
  launch.fill %u, %v : memref<*xf32>, f32
  launch.return
}

// -----

launch.entry @fill_f64(%x: memref<?xf32>, %v: f64)
contract { launch.yield shapes() } body {
  // expected-error @below {{'launch.fill' op expects a value of type 'f32', but got 'f64'}}
  launch.fill %x, %v : memref<?xf32>, f64
  launch.return
}

// -----

launch.entry @fill_without_value(%x: memref<?xf32>)
contract { launch.yield shapes() } body {
  // expected-error @below {{expected ','}}
  launch.fill %x : memref<?xf32>
  launch.return
}

// -----

launch.entry @fill_result(%x: memref<?xf32>, %v: f32)
contract { launch.yield shapes() } body {
  // expected-error @below {{cannot name an operation with no results}}
  %r = launch.fill %x, %v : memref<?xf32>, f32
  launch.return
}

// -----

launch.entry @fill_untyped(%x: memref<?xf32>, %v: f32)
contract { launch.yield shapes() } body {
  // expected-error @below {{expected ','}}
  launch.fill %x, %v : memref<?xf32>
  launch.return
}
