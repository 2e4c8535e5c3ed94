// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What attn.mask_region refuses.
// RUN: attn-opt %s --split-input-file --verify-diagnostics

func.func @mask_region_c1_empty() {
  // expected-error @below {{'attn.mask_region' op region #0 ('body') failed to verify constraint: region with 1 blocks}}
  %m = attn.mask_region {}
  return
}

// -----

func.func @mask_region_c1_missing() {
  // expected-error @below {{'attn.mask_region' op requires one region}}
  %m = "attn.mask_region"() : () -> !attn.mask
  return
}

// -----

func.func @mask_region_c1_two_blocks() {
  // expected-error @below {{'attn.mask_region' op region #0 ('body') failed to verify constraint: region with 1 blocks}}
  %m = attn.mask_region {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    %true = arith.constant true
    attn.yield %true : i1
  ^bb1:
    attn.yield
  }
  return
}

// -----

func.func @mask_region_c2_count() {
  // expected-error @below {{'attn.mask_region' op expects region 'body' to take 4 arguments, but got 2}}
  %m = attn.mask_region {
  ^bb0(%i: index, %j: index):
    %in = arith.cmpi sle, %j, %i : index
    attn.yield %in : i1
  }
  return
}

// -----

func.func @mask_region_c2_position() {
  // expected-error @below {{'attn.mask_region' op expects argument #2 of region 'body' to be 'index', but got 'i32'}}
  %m = attn.mask_region {
  ^bb0(%b: index, %h: index, %i: i32, %j: i32):
    %in = arith.cmpi sle, %j, %i : i32
    attn.yield %in : i1
  }
  return
}

// -----

func.func @mask_region_c2_capture(%t: tensor<8xf32>) {
  // expected-error @below {{'attn.mask_region' op expects argument #4 of region 'body' to be '!attn.captured<8xf32>', but got 'tensor<8xf32>'}}
  %m = attn.mask_region(%t : tensor<8xf32>) {
  ^bb0(%b: index, %h: index, %i: index, %j: index, %c: tensor<8xf32>):
    %in = arith.cmpi sle, %j, %i : index
    attn.yield %in : i1
  }
  return
}

// -----

func.func @mask_region_c3(%t: tensor<8xi1>) {
  %m = attn.mask_region {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    // expected-error @below {{'attn.causal' op is not on the list of scalar ops that region 'body' of attn.mask_region may hold}}
    %d = attn.causal
    %true = arith.constant true
    attn.yield %true : i1
  }
  return
}

// -----

func.func private @side() -> i1
func.func @mask_region_c3_call() {
  %m = attn.mask_region {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    // expected-error @below {{'func.call' op is not on the list of scalar ops that region 'body' of attn.mask_region may hold}}
    %in = func.call @side() : () -> i1
    attn.yield %in : i1
  }
  return
}

// -----

func.func @mask_region_c4_type() {
  // expected-error @below {{'attn.mask_region' op expects region 'body' to yield ('i1'), but got ('index')}}
  %m = attn.mask_region {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    attn.yield %j : index
  }
  return
}

// -----

func.func @mask_region_c4_nothing() {
  // expected-error @below {{'attn.mask_region' op expects region 'body' to yield ('i1'), but got ()}}
  %m = attn.mask_region {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    attn.yield
  }
  return
}

// -----

func.func @mask_region_c4_terminator() {
  // expected-error @below {{'attn.mask_region' op expects region 'body' to end with attn.yield}}
  %m = attn.mask_region {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    llvm.unreachable
  }
  return
}

// -----

func.func @mask_region_reads_outside(%n: index) {
  // expected-note @below {{required by region isolation constraints}}
  %m = attn.mask_region {
  ^bb0(%b: index, %h: index, %i: index, %j: index):
    // expected-error @below {{'arith.cmpi' op using value defined outside the region}}
    %in = arith.cmpi sle, %j, %n : index
    attn.yield %in : i1
  }
  return
}

// -----

func.func @mask_region_captures_scalar(%n: index) {
  // expected-error @below {{'attn.mask_region' op operand #0 must be variadic of ranked tensor of 16-bit float or bfloat16 type or 32-bit float or 64-bit float or 1-bit signless integer or 8-bit signless integer or 16-bit signless integer or 32-bit signless integer or 64-bit signless integer values, but got 'index'}}
  %m = attn.mask_region(%n : index) {
  ^bb0(%b: index, %h: index, %i: index, %j: index, %c: index):
    %in = arith.cmpi sle, %j, %c : index
    attn.yield %in : i1
  }
  return
}
