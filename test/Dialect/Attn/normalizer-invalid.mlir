// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What attn.normalizer refuses.
// RUN: attn-opt %s --split-input-file --verify-diagnostics

// expected-error @below {{'attn.normalizer' op expects captures of type !attn.captured, but got 'tensor<8xf32>'}}
attn.normalizer @normalizer_c1 : f32 captures(tensor<8xf32>) {
  weight {
  ^bb0(%s: f32):
    attn.yield %s : f32
  }
}

// -----

// expected-error @below {{'attn.normalizer' op expects region 'weight'}}
attn.normalizer @normalizer_c2 : f32 {
  sums {
  ^bb0(%w: f32):
    attn.yield %w : f32
  }
}

// -----

// expected-error @below {{'attn.normalizer' op expects region 'weight'}}
attn.normalizer @normalizer_c2_empty : f32 {
}

// -----

// expected-error @below {{'attn.normalizer' op expects regions 'reference', 'combine', 'identity' and 'rescale' all or none, but 'combine' is missing}}
attn.normalizer @normalizer_c3_missing : f32 {
  reference {
  ^bb0(%s: f32):
    attn.yield %s : f32
  }
  weight {
  ^bb0(%s: f32, %r: f32):
    attn.yield %s : f32
  }
}

// -----

// expected-error @below {{'attn.normalizer' op expects regions 'reference', 'combine', 'identity' and 'rescale' all or none, but 'rescale' stands alone}}
attn.normalizer @normalizer_c3_alone : f32 {
  rescale {
  ^bb0(%from: f32, %to: f32):
    attn.yield %from : f32
  }
  weight {
  ^bb0(%s: f32):
    attn.yield %s : f32
  }
}

// -----

// expected-error @below {{'attn.normalizer' op expects a reference where it is absorbing}}
attn.normalizer @normalizer_c4 : f32 absorbing {
  weight {
  ^bb0(%s: f32):
    attn.yield %s : f32
  }
}

// -----

// expected-error @below {{'attn.normalizer' op expects region 'weight' to take 5 arguments, but got 4}}
attn.normalizer @normalizer_c5_count : f32 captures(!attn.captured<8xf32>) {
  weight {
  ^bb0(%s: f32, %b: index, %h: index, %i: index):
    attn.yield %s : f32
  }
}

// -----

// expected-error @below {{'attn.normalizer' op expects argument #0 of region 'weight' to be 'f64', but got 'f32'}}
attn.normalizer @normalizer_c5_type : f64 {
  weight {
  ^bb0(%s: f32):
    attn.yield %s : f32
  }
}

// -----

// expected-error @below {{'attn.normalizer' op expects region 'weight' to take 4 arguments, but got 2}}
attn.normalizer @normalizer_c5_reference_without_one : f32 {
  weight {
  ^bb0(%s: f32, %r: f32):
    attn.yield %s : f32
  }
}

// -----

// expected-error @below {{'attn.normalizer' op expects region 'weight' to have one block, but got 2}}
attn.normalizer @normalizer_c6 : f32 {
  weight {
  ^bb0(%s: f32):
    attn.yield %s : f32
  ^bb1:
    attn.yield
  }
}

// -----

// expected-error @below {{empty block: expect at least a terminator}}
attn.normalizer @normalizer_c6_no_terminator : f32 {
  weight {
  ^bb0(%s: f32):
  }
}

// -----

// expected-error @below {{'attn.normalizer' op expects region 'weight' to end with attn.yield}}
attn.normalizer @normalizer_c6_other_terminator : f32 {
  weight {
  ^bb0(%s: f32):
    llvm.unreachable
  }
}

// -----

attn.normalizer @normalizer_c7 : f32 {
  weight {
  ^bb0(%s: f32):
    // expected-error @below {{'tensor.splat' op is not on the list of scalar ops that region 'weight' of attn.normalizer may hold}}
    %t = tensor.splat %s : tensor<4xf32>
    attn.yield %s : f32
  }
}

// -----

// expected-error @below {{'attn.normalizer' op expects region 'weight' to yield ('f32'), but got ('f32', 'f32')}}
attn.normalizer @normalizer_c8_weight : f32 {
  weight {
  ^bb0(%s: f32):
    attn.yield %s, %s : f32, f32
  }
}

// -----

// expected-error @below {{'attn.normalizer' op expects region 'sums' to yield ('f32'), but got ('i32')}}
attn.normalizer @normalizer_c8_sums : f32 {
  weight {
  ^bb0(%s: f32):
    attn.yield %s : f32
  }
  sums {
  ^bb0(%w: f32):
    %i = arith.fptosi %w : f32 to i32
    attn.yield %i : i32
  }
}

// -----

// expected-error @below {{'attn.normalizer' op expects region 'finalize' to yield ('f32'), but got ()}}
attn.normalizer @normalizer_c8_finalize : f32 {
  weight {
  ^bb0(%s: f32):
    attn.yield %s : f32
  }
  finalize {
  ^bb0(%sum: f32):
    attn.yield
  }
}

// -----

// expected-error @below {{'attn.normalizer' op expects region 'lse' to take 5 arguments, but got 1}}
attn.normalizer @normalizer_c5_lse_of_two_sums : f32 {
  weight {
  ^bb0(%s: f32):
    attn.yield %s : f32
  }
  sums {
  ^bb0(%w: f32):
    attn.yield %w, %w : f32, f32
  }
  lse {
  ^bb0(%sum: f32):
    attn.yield %sum : f32
  }
}

// -----

// expected-error @below {{'attn.normalizer' op attribute 'compute' failed to satisfy constraint: type attribute of f32 or f64}}
attn.normalizer @normalizer_compute : bf16 {
  weight {
  ^bb0(%s: bf16):
    attn.yield %s : bf16
  }
}

// -----

attn.normalizer @normalizer_region_word : f32 {
  // expected-error @below {{custom op 'attn.normalizer' expects reference, combine, identity, weight, rescale, sums, finalize or lse, but got 'weigh'}}
  weigh {
  ^bb0(%s: f32):
    attn.yield %s : f32
  }
}

// -----

attn.normalizer @normalizer_region_twice : f32 {
  weight {
  ^bb0(%s: f32):
    attn.yield %s : f32
  }
  // expected-error @below {{custom op 'attn.normalizer' expects region 'weight' once}}
  weight {
  ^bb0(%s: f32):
    attn.yield %s : f32
  }
}

// -----

// expected-error @below {{custom op 'attn.normalizer' attribute 'compute' occurs more than once in the attribute list}}
attn.normalizer @normalizer_attribute_twice : f32 attributes {compute = f64} {
  weight {
  ^bb0(%s: f32):
    attn.yield %s : f32
  }
}

// -----

// expected-note @below {{see existing symbol definition here}}
attn.normalizer @normalizer_twice : f32 {
  weight {
  ^bb0(%s: f32):
    attn.yield %s : f32
  }
}
// expected-error @below {{redefinition of symbol named 'normalizer_twice'}}
attn.normalizer @normalizer_twice : f32 {
  weight {
  ^bb0(%s: f32):
    attn.yield %s : f32
  }
}

// -----

// The captures are no types: @normalizer_captures_numbers.
// expected-error @below {{'attn.normalizer' op attribute 'captures' failed to satisfy constraint: type array attribute}}
"attn.normalizer"() <{sym_name = "n", compute = f32, captures = [4]}> ({}, {}, {}, {}, {}, {}, {}, {}) : () -> ()

// -----

// Another type than the attribute's own hides the default: @normalizer_c1_own_attribute.
// expected-error @below {{'attn.normalizer' op expects 'captures' to be an array of types}}
"attn.normalizer"() <{sym_name = "n", compute = f32}> ({}, {}, {}, {}, {}, {}, {}, {}) {captures = 4 : i64} : () -> ()

// -----

// Regions are missing: @normalizer_regions.
// expected-error @below {{'attn.normalizer' op expected 8 regions}}
"attn.normalizer"() <{sym_name = "n", compute = f32}> ({}, {}) : () -> ()

// -----

// expected-error @below {{custom op 'attn.normalizer' expected valid '@'-identifier for symbol name}}
attn.normalizer normalizer_without_symbol : f32 {
}
