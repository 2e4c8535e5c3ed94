// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What attn.modify refuses.
// RUN: attn-opt %s --split-input-file --verify-diagnostics

func.func @modify_c1(%s: !attn.scores<1x8x16x16xf32>) {
  // expected-error @below {{'attn.modify' op failed to verify that all of {scores, result} have same type}}
  %r = attn.modify %s : (!attn.scores<1x8x16x16xf32>) -> !attn.scores<1x8x16x15xf32> {
  ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index):
    attn.yield %x : f32
  }
  return
}

// -----

func.func @modify_c2_no_block(%s: !attn.scores<1x8x16x16xf32>) {
  // expected-error @below {{'attn.modify' op region #0 ('body') failed to verify constraint: region with 1 blocks}}
  %r = attn.modify %s : (!attn.scores<1x8x16x16xf32>) -> !attn.scores<1x8x16x16xf32> {}
  return
}

// -----

func.func @modify_c2_two_blocks(%s: !attn.scores<1x8x16x16xf32>) {
  // expected-error @below {{'attn.modify' op region #0 ('body') failed to verify constraint: region with 1 blocks}}
  %r = attn.modify %s : (!attn.scores<1x8x16x16xf32>) -> !attn.scores<1x8x16x16xf32> {
  ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index):
    attn.yield %x : f32
  ^bb1:
    attn.yield
  }
  return
}

// -----

func.func @modify_c2_no_region(%s: !attn.scores<1x8x16x16xf32>) {
  // expected-error @below {{'attn.modify' op requires one region}}
  %r = "attn.modify"(%s) : (!attn.scores<1x8x16x16xf32>) -> !attn.scores<1x8x16x16xf32>
  return
}

// -----

func.func @modify_c3_count(%s: !attn.scores<1x8x16x16xf32>) {
  // expected-error @below {{'attn.modify' op expects region 'body' to take 5 arguments, but got 4}}
  %r = attn.modify %s : (!attn.scores<1x8x16x16xf32>) -> !attn.scores<1x8x16x16xf32> {
  ^bb0(%x: f32, %b: index, %h: index, %i: index):
    attn.yield %x : f32
  }
  return
}

// -----

func.func @modify_c3_score_type(%s: !attn.scores<1x8x16x16xf32>) {
  // expected-error @below {{'attn.modify' op expects argument #0 of region 'body' to be 'f32', but got 'f64'}}
  %r = attn.modify %s : (!attn.scores<1x8x16x16xf32>) -> !attn.scores<1x8x16x16xf32> {
  ^bb0(%x: f64, %b: index, %h: index, %i: index, %j: index):
    attn.yield %x : f64
  }
  return
}

// -----

func.func @modify_c3_capture_type(%s: !attn.scores<1x8x16x16xf32>, %t: tensor<8xf32>) {
  // expected-error @below {{'attn.modify' op expects argument #5 of region 'body' to be '!attn.captured<8xf32>', but got '!attn.captured<7xf32>'}}
  %r = attn.modify %s, %t : (!attn.scores<1x8x16x16xf32>, tensor<8xf32>) -> !attn.scores<1x8x16x16xf32> {
  ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index, %c: !attn.captured<7xf32>):
    attn.yield %x : f32
  }
  return
}

// -----

func.func @modify_c4_effect(%s: !attn.scores<1x8x16x16xf32>) {
  %r = attn.modify %s : (!attn.scores<1x8x16x16xf32>) -> !attn.scores<1x8x16x16xf32> {
  ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index):
    // expected-error @below {{'memref.alloc' op is not on the list of scalar ops that region 'body' of attn.modify may hold}}
    %m = memref.alloc() : memref<4xf32>
    attn.yield %x : f32
  }
  return
}

// -----

func.func @modify_c4_vector(%s: !attn.scores<1x8x16x16xf32>) {
  %r = attn.modify %s : (!attn.scores<1x8x16x16xf32>) -> !attn.scores<1x8x16x16xf32> {
  ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index):
    // expected-error @below {{'arith.constant' op expects a scalar in region 'body' of attn.modify, but got 'vector<4xf32>'}}
    %v = arith.constant dense<1.0> : vector<4xf32>
    attn.yield %x : f32
  }
  return
}

// -----

func.func @modify_c5_yields_two(%s: !attn.scores<1x8x16x16xf32>) {
  // expected-error @below {{'attn.modify' op expects region 'body' to yield ('f32'), but got ('f32', 'f32')}}
  %r = attn.modify %s : (!attn.scores<1x8x16x16xf32>) -> !attn.scores<1x8x16x16xf32> {
  ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index):
    attn.yield %x, %x : f32, f32
  }
  return
}

// -----

func.func @modify_c5_yields_index(%s: !attn.scores<1x8x16x16xf32>) {
  // expected-error @below {{'attn.modify' op expects region 'body' to yield ('f32'), but got ('index')}}
  %r = attn.modify %s : (!attn.scores<1x8x16x16xf32>) -> !attn.scores<1x8x16x16xf32> {
  ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index):
    attn.yield %i : index
  }
  return
}

// -----

func.func @modify_c5_other_terminator(%s: !attn.scores<1x8x16x16xf32>) {
  // expected-error @below {{'attn.modify' op expects region 'body' to end with attn.yield}}
  %r = attn.modify %s : (!attn.scores<1x8x16x16xf32>) -> !attn.scores<1x8x16x16xf32> {
  ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index):
    llvm.unreachable
  }
  return
}

// -----

func.func @modify_c5_no_terminator(%s: !attn.scores<1x8x16x16xf32>) {
  // expected-error @below {{empty block: expect at least a terminator}}
  %r = attn.modify %s : (!attn.scores<1x8x16x16xf32>) -> !attn.scores<1x8x16x16xf32> {
  ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index):
  }
  return
}

// -----

func.func @modify_c6() {
  // expected-error @below {{'attn.modify' op expects no plane that depends on itself}}
  %a = "attn.modify"(%b) ({
  ^bb0(%x: f32, %b0: index, %h: index, %i: index, %j: index):
    attn.yield %x : f32
  }) : (!attn.scores<1x8x16x16xf32>) -> !attn.scores<1x8x16x16xf32>
  // expected-error @below {{'attn.modify' op expects no plane that depends on itself}}
  %b = "attn.modify"(%a) ({
  ^bb0(%x: f32, %b0: index, %h: index, %i: index, %j: index):
    attn.yield %x : f32
  }) : (!attn.scores<1x8x16x16xf32>) -> !attn.scores<1x8x16x16xf32>
  return
}

// -----

func.func @modify_reads_outside(%s: !attn.scores<1x8x16x16xf32>, %y: f32) {
  // expected-note @below {{required by region isolation constraints}}
  %r = attn.modify %s : (!attn.scores<1x8x16x16xf32>) -> !attn.scores<1x8x16x16xf32> {
  ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index):
    // expected-error @below {{'attn.yield' op using value defined outside the region}}
    attn.yield %y : f32
  }
  return
}

// -----

func.func @modify_weights(%s: !attn.weights<1x8x16x16xf32>) {
  // expected-error @below {{'attn.modify' op operand #0 must be plane of scores, but got '!attn.weights<1x8x16x16xf32>'}}
  %r = attn.modify %s : (!attn.weights<1x8x16x16xf32>) -> !attn.weights<1x8x16x16xf32> {
  ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index):
    attn.yield %x : f32
  }
  return
}

// -----

func.func @modify_captures_scalar(%s: !attn.scores<1x8x16x16xf32>, %y: f32) {
  // expected-error @below {{'attn.modify' op operand #1 must be variadic of ranked tensor of 16-bit float or bfloat16 type or 32-bit float or 64-bit float or 1-bit signless integer or 8-bit signless integer or 16-bit signless integer or 32-bit signless integer or 64-bit signless integer values, but got 'f32'}}
  %r = attn.modify %s, %y : (!attn.scores<1x8x16x16xf32>, f32) -> !attn.scores<1x8x16x16xf32> {
  ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index, %z: f32):
    attn.yield %x : f32
  }
  return
}
