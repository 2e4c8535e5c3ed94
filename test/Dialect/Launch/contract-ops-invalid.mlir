// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// More of what launch.check, launch.expect and launch.yield refuse.
// RUN: attn-opt %s --split-input-file --verify-diagnostics

launch.entry @check_message_missing(%n: index)
contract {
  // expected-error @below {{expected ','}}
  launch.check eq %n, %n
  launch.yield shapes()
} body { launch.return }

// -----

launch.entry @check_message_number(%n: index)
contract {
  // expected-error @below {{integer literal not valid for specified type}}
  launch.check eq %n, %n, 4
  launch.yield shapes()
} body { launch.return }

// -----

launch.entry @check_relation_word(%n: index)
contract {
  // expected-error @below {{custom op 'launch.check' expected ::attn::launch::Relation to be one of: eq, le, lt, multiple_of}}
  // expected-error @below {{custom op 'launch.check' failed to parse Launch_RelationAttr parameter 'value' which is to be a `::attn::launch::Relation`}}
  launch.check ne %n, %n, "a"
  launch.yield shapes()
} body { launch.return }

// -----

launch.entry @check_relation_missing(%n: index)
contract {
  // expected-error @below {{'launch.check' op requires attribute 'relation'}}
  "launch.check"(%n, %n) <{message = "a"}> : (index, index) -> ()
  launch.yield shapes()
} body { launch.return }

// -----

// expected-note @below {{prior use here}}
launch.entry @check_i32(%n: i32)
contract {
  // expected-error @below {{use of value '%n' expects different type than prior uses: 'index' vs 'i32'}}
  launch.check eq %n, %n, "a"
  launch.yield shapes()
} body { launch.return }

// -----

launch.entry @check_one_side(%n: index)
contract {
  // expected-error @below {{'launch.check' op expected 2 operands, but found 1}}
  "launch.check"(%n) <{message = "a", relation = #launch<relation eq>}> : (index) -> ()
  launch.yield shapes()
} body { launch.return }

// -----

func.func @check_in_function(%n: index) {
  // expected-error @below {{'launch.check' op expects parent op 'launch.entry'}}
  launch.check eq %n, %n, "a"
  return
}

// -----

launch.entry @check_empty_message(%n: index)
contract {
  // expected-error @below {{'launch.check' op expects a message, but got an empty one}}
  launch.check le %n, %n, ""
  launch.yield shapes()
} body { launch.return }

// -----

launch.entry @expect_promise_word(%x: memref<?xi32>)
contract {
  // expected-error @below {{custom op 'launch.expect' expected ::attn::launch::Promise to be one of: lengths, cumulative, indices, may_alias, any_inner_stride, boolean}}
  // expected-error @below {{custom op 'launch.expect' failed to parse Launch_PromiseAttr parameter 'value' which is to be a `::attn::launch::Promise`}}
  launch.expect %x sorted : memref<?xi32>
  launch.yield shapes()
} body { launch.return }

// -----

launch.entry @expect_float_lengths(%x: memref<?xf32>, %n: index)
contract {
  // expected-error @below {{'launch.expect' op expects lengths to be i32 or i64, but got 'memref<?xf32>'}}
  launch.expect %x lengths bound(%n) : memref<?xf32>
  launch.yield shapes()
} body { launch.return }

// -----

launch.entry @expect_cumulative_rank(%x: memref<?x?xi32>, %n: index)
contract {
  // expected-error @below {{'launch.expect' op expects cumulative lengths to have rank 1, but got 'memref<?x?xi32>'}}
  launch.expect %x cumulative bound(%n) : memref<?x?xi32>
  launch.yield shapes()
} body { launch.return }

// -----

launch.entry @expect_counts_rank(%x: memref<?x?xi32>, %c: memref<?x?xi32>, %n: index)
contract {
  // expected-error @below {{'launch.expect' op expects counts of one rank less than indices, but got ranks 2 and 2}}
  launch.expect %x indices(%c) bound(%n) : memref<?x?xi32>, memref<?x?xi32>
  launch.yield shapes()
} body { launch.return }

// -----

launch.entry @expect_counts_of_lengths(%x: memref<?xi32>, %c: memref<i32>, %n: index)
contract {
  // expected-error @below {{'launch.expect' op expects no counts for lengths}}
  launch.expect %x lengths(%c) bound(%n) : memref<?xi32>, memref<i32>
  launch.yield shapes()
} body { launch.return }

// -----

launch.entry @expect_boolean_i32(%x: memref<?xi32>)
contract {
  // expected-error @below {{'launch.expect' op expects boolean elements to be i8, but got 'memref<?xi32>'}}
  launch.expect %x boolean : memref<?xi32>
  launch.yield shapes()
} body { launch.return }

// -----

launch.entry @expect_of_index(%x: index)
contract {
  // expected-error @below {{custom op 'launch.expect' invalid kind of type specified: expected builtin.memref, but found 'index'}}
  launch.expect %x may_alias : index
  launch.yield shapes()
} body { launch.return }

// -----

func.func @expect_in_function(%x: memref<?xi32>) {
  // expected-error @below {{'launch.expect' op expects parent op 'launch.entry'}}
  launch.expect %x may_alias : memref<?xi32>
  return
}

// -----

launch.entry @expect_segment_sizes(%x: memref<?xi32>)
contract {
  // expected-error @below {{'launch.expect' op operand count (1) does not match with the total size (3) specified in attribute 'operandSegmentSizes'}}
  "launch.expect"(%x) <{promise = #launch<promise may_alias>, operandSegmentSizes = array<i32: 1, 1, 1>}>
    : (memref<?xi32>) -> ()
  launch.yield shapes()
} body { launch.return }

// -----

launch.entry @yield_few() results(%o: memref<?x?xf32>)
contract {
  // expected-error @below {{'launch.yield' op expects 2 extents, one for every dim of every result, but got 0}}
  launch.yield shapes()
} body { launch.return }

// -----

launch.entry @yield_many(%n: index) results(%o: memref<?xf32>)
contract {
  // expected-error @below {{'launch.yield' op expects 1 extents, one for every dim of every result, but got 2}}
  launch.yield shapes(%n, %n)
} body { launch.return }

// -----

// expected-note @below {{prior use here}}
launch.entry @yield_i32(%n: i32) results(%o: memref<?xf32>)
contract {
  // expected-error @below {{use of value '%n' expects different type than prior uses: 'index' vs 'i32'}}
  launch.yield shapes(%n)
} body { launch.return }

// -----

launch.entry @yield_without_shapes(%n: index) results(%o: memref<?xf32>)
contract {
  // expected-error @below {{custom op 'launch.yield' expected 'shapes'}}
  launch.yield %n
} body { launch.return }

// -----

launch.entry @yield_not_last(%n: index)
contract {
  // expected-error @below {{'launch.yield' op must be the last operation in the parent block}}
  launch.yield shapes()
  launch.yield shapes()
} body { launch.return }

// -----

func.func @yield_in_function() {
  // expected-error @below {{'launch.yield' op expects parent op 'launch.entry'}}
  launch.yield shapes()
}

// -----

launch.entry @yield_in_body()
contract {
  launch.yield shapes()
// expected-error @below {{'launch.yield' op expects to stand in the contract, but stands in the body}}
} body { launch.yield shapes() }

// -----

launch.entry @yield_segment_sizes(%n: index)
contract {
  // expected-error @below {{'launch.yield' op operand count (1) does not match with the total size (2) specified in attribute 'operandSegmentSizes'}}
  "launch.yield"(%n) <{operandSegmentSizes = array<i32: 0, 2>}> : (index) -> ()
} body { launch.return }

// -----

launch.entry @yield_result(%n: index)
contract {
  // expected-error @below {{cannot name an operation with no results}}
  %r = launch.yield shapes()
} body { launch.return }
