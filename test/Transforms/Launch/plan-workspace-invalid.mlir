// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --split-input-file --verify-diagnostics --launch-plan-workspace

launch.entry @loop_argument(%n: index)
contract { launch.yield shapes() } body {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-note @+1 {{the value is defined here}}
  scf.for %i = %c0 to %n step %c1 {
    // expected-error @+1 {{expects sizes that are arithmetic on the entry's arguments, but one depends on a result or an argument of a loop}}
    %w = launch.workspace(%i) : memref<?xf32>
  }
  launch.return
}

// -----
launch.entry @read(%x: memref<4xindex>)
contract { launch.yield shapes() } body {
  %c0 = arith.constant 0 : index
  // expected-note @+1 {{the value is defined here}}
  %n = memref.load %x[%c0] : memref<4xindex>
  // expected-error @+1 {{but one depends on 'memref.load'}}
  %w = launch.workspace(%n) : memref<?xf32>
  launch.return
}

// -----
// expected-note @+1 {{the value is defined here}}
launch.entry @result_extent() results(%o: memref<?xf32>)
contract {
  %c4 = arith.constant 4 : index
  launch.yield shapes(%c4)
} body {
  %c0 = arith.constant 0 : index
  %n = memref.dim %o, %c0 : memref<?xf32>
  // expected-error @+1 {{but one depends on a result or an argument of a loop}}
  %w = launch.workspace(%n) : memref<?xf32>
  launch.return
}

// -----
launch.entry @variable_dim(%n: index)
contract { launch.yield shapes() } body {
  %w = launch.workspace(%n) : memref<?xf32>
  %m = memref.dim %w, %n : memref<?xf32>
  // expected-error @+1 {{expects extents of other pieces to be read at a constant dim}}
  %v = launch.workspace(%m) : memref<?xf32>
  launch.return
}
