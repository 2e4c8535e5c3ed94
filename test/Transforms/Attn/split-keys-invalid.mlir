// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --attn-split-keys --split-input-file --verify-diagnostics
// RUN: not attn-opt %s --attn-split-keys="split=0" --split-input-file 2>&1 | FileCheck %s
// CHECK: error: attn-split-keys expects split to be 1 or more, but got 0

// expected-error@+1 {{'func.func' op expects attn.queries to be "short" or "long", but got "medium"}}
func.func @unknown_class() attributes {attn.queries = "medium"} {
  return
}

// -----

// expected-error@+1 {{'func.func' op expects attn.queries to be "short" or "long", but got 1 : i64}}
func.func @not_a_string() attributes {attn.queries = 1} {
  return
}

// -----

// expected-error@+1 {{'func.func' op expects attn.split to be a number of keys, 1 or more, but got 0 : i64}}
func.func @no_keys() attributes {attn.queries = "short", attn.split = 0} {
  return
}

// -----

// expected-error@+1 {{'func.func' op expects attn.split to be a number of keys, 1 or more, but got "512"}}
func.func @keys_in_words() attributes {attn.split = "512"} {
  return
}

// -----

// expected-error@+1 {{expects attn.split to be a number of keys, 1 or more, but got 36893488147419103848 : i128}}
func.func @too_many_keys() attributes {attn.queries = "short", attn.split = 36893488147419103848 : i128} {
  return
}
