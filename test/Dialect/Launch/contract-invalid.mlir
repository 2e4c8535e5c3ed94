// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --split-input-file --verify-diagnostics

launch.entry @message(%n: index)
contract {
  // expected-error @+1 {{expects a message, but got an empty one}}
  launch.check eq %n, %n, ""
  launch.yield shapes()
} body { launch.return }

// -----
launch.entry @check_in_body(%n: index)
contract { launch.yield shapes() } body {
  // expected-error @+1 {{expects to stand in the contract, but stands in the body}}
  launch.check eq %n, %n, "a"
  launch.return
}

// -----
launch.entry @expect_in_body(%x: memref<?xi32>)
contract { launch.yield shapes() } body {
  // expected-error @+1 {{expects to stand in the contract, but stands in the body}}
  launch.expect %x may_alias : memref<?xi32>
  launch.return
}

// -----
launch.entry @other_value(%x: memref<?xi32>)
contract {
  %y = memref.cast %x : memref<?xi32> to memref<4xi32>
  // expected-error @+1 {{expects an argument of the entry, but got another value}}
  launch.expect %y may_alias : memref<4xi32>
  launch.yield shapes()
} body { launch.return }

// -----
launch.entry @no_bound(%x: memref<?xi32>)
contract {
  // expected-error @+1 {{expects a bound for lengths}}
  launch.expect %x lengths : memref<?xi32>
  launch.yield shapes()
} body { launch.return }

// -----
launch.entry @bound(%x: memref<?xi32>, %n: index)
contract {
  // expected-error @+1 {{expects no bound for may_alias}}
  launch.expect %x may_alias bound(%n) : memref<?xi32>
  launch.yield shapes()
} body { launch.return }

// -----
launch.entry @no_counts(%x: memref<?xi32>, %n: index)
contract {
  // expected-error @+1 {{expects counts for indices}}
  launch.expect %x indices bound(%n) : memref<?xi32>
  launch.yield shapes()
} body { launch.return }

// -----
launch.entry @counts(%x: memref<?xi32>, %n: index)
contract {
  // expected-error @+1 {{expects no counts for lengths}}
  launch.expect %x lengths(%x) bound(%n) : memref<?xi32>, memref<?xi32>
  launch.yield shapes()
} body { launch.return }

// -----
launch.entry @counts_rank(%x: memref<?xi32>, %n: index)
contract {
  // expected-error @+1 {{expects counts of one rank less than indices, but got ranks 1 and 1}}
  launch.expect %x indices(%x) bound(%n) : memref<?xi32>, memref<?xi32>
  launch.yield shapes()
} body { launch.return }

// -----
launch.entry @elements(%x: memref<?xf32>, %n: index)
contract {
  // expected-error @+1 {{expects lengths to be i32 or i64, but got 'memref<?xf32>'}}
  launch.expect %x lengths bound(%n) : memref<?xf32>
  launch.yield shapes()
} body { launch.return }

// -----
launch.entry @cumulative_rank(%x: memref<?x?xi32>, %n: index)
contract {
  // expected-error @+1 {{expects cumulative lengths to have rank 1, but got 'memref<?x?xi32>'}}
  launch.expect %x cumulative bound(%n) : memref<?x?xi32>
  launch.yield shapes()
} body { launch.return }

// -----
launch.entry @boolean(%x: memref<?xi32>)
contract {
  // expected-error @+1 {{expects boolean elements to be i8, but got 'memref<?xi32>'}}
  launch.expect %x boolean : memref<?xi32>
  launch.yield shapes()
} body { launch.return }

// -----
func.func @outside(%n: index) {
  // expected-error @+1 {{expects parent op 'launch.entry'}}
  launch.check eq %n, %n, "a"
  return
}
