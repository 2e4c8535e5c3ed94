// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// More of what launch.entry and launch.return refuse.
// RUN: attn-opt %s --split-input-file --verify-diagnostics

launch.entry @entry_without_body()
contract { launch.yield shapes() }
// expected-error @below {{custom op 'launch.entry' expected 'body'}}
func.func private @after()

// -----

// expected-error @below {{'launch.entry' op region #0 ('contract') failed to verify constraint: region with 1 blocks}}
launch.entry @entry_empty_contract()
contract {} body { launch.return }

// -----

// expected-error @below {{region entry argument '%x' is already in use}}
// expected-note @below {{previously referenced here}}
launch.entry @entry_argument_twice(%x: index, %x: index)
contract { launch.yield shapes() } body { launch.return }

// -----

// expected-error @below {{custom op 'launch.entry' attribute 'arg_names' failed to satisfy constraint: string array attribute}}
launch.entry @entry_names_numbers(%x: index) attributes {arg_names = [4]}
contract { launch.yield shapes() } body { launch.return }

// -----

// expected-error @below {{custom op 'launch.entry' expects no 'sym_name' in the attribute dictionary}}
launch.entry @entry_own_attribute_in_dictionary() attributes {sym_name = "other"}
contract { launch.yield shapes() } body { launch.return }

// -----

// expected-error @below {{custom op 'launch.entry' attribute 'arg_names' failed to satisfy constraint: string array attribute}}
launch.entry @entry_names_number(%x: index) attributes {arg_names = 4}
contract { launch.yield shapes() } body { launch.return }

// -----

// expected-error @below {{'launch.entry' op expects argument 'x' to be a ranked memref, index, integer or float, but got 'memref<*xf32>'}}
launch.entry @entry_unranked(%x: memref<*xf32>)
contract { launch.yield shapes() } body { launch.return }

// -----

// Regions are missing: @entry_regions.
// expected-error @below {{'launch.entry' op expected 2 regions}}
"launch.entry"() <{sym_name = "e"}> : () -> ()

// -----

// expected-error @below {{'launch.entry' op expects the contract to end in launch.yield}}
launch.entry @return_in_contract()
contract { launch.return } body { launch.return }

// -----

func.func @return_in_function() {
  // expected-error @below {{'launch.return' op expects parent op 'launch.entry'}}
  launch.return
}

// -----

launch.entry @return_value(%n: index)
// expected-error @below {{expected integer number of results}}
contract { launch.yield shapes() } body { launch.return %n : index }

// -----

launch.entry @return_operand(%n: index)
// expected-error @below {{'launch.return' op requires zero operands}}
contract { launch.yield shapes() } body { "launch.return"(%n) : (index) -> () }

// -----

launch.entry @return_not_last()
contract { launch.yield shapes() } body {
  // expected-error @below {{'launch.return' op must be the last operation in the parent block}}
  launch.return
  launch.return
}

// -----

launch.entry @return_result()
// expected-error @below {{cannot name an operation with no results}}
contract { launch.yield shapes() } body { %r = launch.return }

// -----

launch.entry @return_in_loop(%n: index)
contract { launch.yield shapes() } body {
  scf.for %i = %n to %n step %n {
    // expected-error @below {{'launch.return' op expects parent op 'launch.entry'}}
    launch.return
  }
  launch.return
}

// -----

// expected-error @below {{'launch.entry' op region #1 ('body') failed to verify constraint: region with 1 blocks}}
launch.entry @return_successor()
contract { launch.yield shapes() } body {
  "launch.return"()[^bb1] : () -> ()
^bb1:
  launch.return
}

// -----

// expected-error @below {{expects 'launch.descriptors' to be an array, but got 4 : i64}}
func.func private @descriptors() attributes {launch.descriptors = 4 : i64}
