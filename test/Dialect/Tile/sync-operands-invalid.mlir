// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What slots, barriers and blocks refuse of their operands, results and attributes.
// RUN: attn-opt %s --split-input-file --verify-diagnostics

func.func @slots_w1() {
  // expected-error @below {{'tile.slots' op result #0 must be slots in on-chip memory, but got '!tile.barriers<2>'}}
  %r = "tile.slots"() : () -> !tile.barriers<2>
  return
}

// -----

func.func @slots_w2() {
  // expected-error @below {{'tile.slots' op requires one result}}
  "tile.slots"() : () -> ()
  return
}

// -----

func.func @slots_w3() {
  // expected-error @below {{'tile.slots' op requires one result}}
  %r:2 = "tile.slots"() : () -> (!tile.slots<2, tensor<4x4xf32>>, !tile.slots<2, tensor<4x4xf32>>)
  return
}

// -----

func.func @slots_w4(%i: i32) {
  // expected-error @below {{'tile.slots' op requires zero operands}}
  %r = "tile.slots"(%i) : (i32) -> !tile.slots<2, tensor<4x4xf32>>
  return
}

// -----

func.func @slots_w5() {
  // expected-error @below {{invalid properties {offset = "a"} for op tile.slots: Invalid attribute `offset` in property conversion: "a"}}
  %r = "tile.slots"() <{offset = "a"}> : () -> !tile.slots<2, tensor<4x4xf32>>
  return
}

// -----

func.func @slots_w6() {
  // expected-error @below {{'tile.slots' op attribute 'offset' failed to satisfy constraint: 64-bit signless integer attribute}}
  %r = "tile.slots"() <{offset = 4 : i32}> : () -> !tile.slots<2, tensor<4x4xf32>>
  return
}

// -----

func.func @slots_w7() {
  // expected-error @below {{'tile.slots' op result #0 must be slots in on-chip memory, but got '!tile.slot<fill, tensor<4x4xf32>>'}}
  %r = tile.slots : !tile.slot<fill, tensor<4x4xf32>>
  return
}

// -----

func.func @slot_w1(%b: !tile.barriers<2>, %i: i32) {
  // expected-error @below {{'tile.slot' op operand #0 must be slots in on-chip memory, but got '!tile.barriers<2>'}}
  %r = "tile.slot"(%b, %i) : (!tile.barriers<2>, i32) -> !tile.slot<fill, tensor<4x4xf32>>
  return
}

// -----

func.func @slot_w2(%s: !tile.slots<2, tensor<4x4xf32>>, %x: index) {
  // expected-error @below {{'tile.slot' op operand #1 must be 32-bit signless integer, but got 'index'}}
  %r = "tile.slot"(%s, %x) : (!tile.slots<2, tensor<4x4xf32>>, index) -> !tile.slot<fill, tensor<4x4xf32>>
  return
}

// -----

func.func @slot_w3(%s: !tile.slots<2, tensor<4x4xf32>>) {
  // expected-error @below {{'tile.slot' op expected 2 operands, but found 1}}
  %r = "tile.slot"(%s) : (!tile.slots<2, tensor<4x4xf32>>) -> !tile.slot<fill, tensor<4x4xf32>>
  return
}

// -----

func.func @slot_w4(%s: !tile.slots<2, tensor<4x4xf32>>, %i: i32) {
  // expected-error @below {{'tile.slot' op expected 2 operands, but found 3}}
  %r = "tile.slot"(%s, %i, %i) : (!tile.slots<2, tensor<4x4xf32>>, i32, i32) -> !tile.slot<fill, tensor<4x4xf32>>
  return
}

// -----

func.func @slot_w5(%s: !tile.slots<2, tensor<4x4xf32>>, %i: i32) {
  // expected-error @below {{'tile.slot' op result #0 must be slot of a ring, but got 'tensor<4x4xf32>'}}
  %r = "tile.slot"(%s, %i) : (!tile.slots<2, tensor<4x4xf32>>, i32) -> tensor<4x4xf32>
  return
}

// -----

func.func @slot_w6(%s: !tile.slots<2, tensor<4x4xf32>>, %i: i32) {
  // expected-error @below {{'tile.slot' op requires one result}}
  "tile.slot"(%s, %i) : (!tile.slots<2, tensor<4x4xf32>>, i32) -> ()
  return
}

// -----

func.func @slot_w7(%s: !tile.slots<2, tensor<4x4xf32>>, %i: i32) {
  // expected-error @below {{'tile.slot' op expects a slot of '!tile.slots<2, tensor<4x4xf32>>', but got '!tile.slot<read, tensor<4x4xbf16>>'}}
  %r = tile.slot %s[%i] : !tile.slots<2, tensor<4x4xf32>> -> !tile.slot<read, tensor<4x4xbf16>>
  return
}

// -----

func.func @slot_w8(%s: !tile.slots<2, tensor<4x4xf32>>, %i: i32) {
  // expected-error @below {{'tile.slot' op expects a slot of '!tile.slots<2, tensor<4x4xf32>>', but got '!tile.slot<read>'}}
  %r = tile.slot %s[%i] : !tile.slots<2, tensor<4x4xf32>> -> !tile.slot<read>
  return
}

// -----

func.func @barriers_w1() {
  // expected-error @below {{'tile.barriers' op requires attribute 'arrivals'}}
  %r = "tile.barriers"() : () -> !tile.barriers<2>
  return
}

// -----

func.func @barriers_w2() {
  // expected-error @below {{'tile.barriers' op attribute 'arrivals' failed to satisfy constraint: 64-bit signless integer attribute}}
  %r = "tile.barriers"() <{arrivals = 1 : i32}> : () -> !tile.barriers<2>
  return
}

// -----

func.func @barriers_w3() {
  // expected-error @below {{'tile.barriers' op result #0 must be barriers in on-chip memory, but got '!tile.slots<2, tensor<4x4xf32>>'}}
  %r = "tile.barriers"() <{arrivals = 1 : i64}> : () -> !tile.slots<2, tensor<4x4xf32>>
  return
}

// -----

func.func @barriers_w4() {
  // expected-error @below {{'tile.barriers' op requires one result}}
  "tile.barriers"() <{arrivals = 1 : i64}> : () -> ()
  return
}

// -----

func.func @barriers_w5(%i: i32) {
  // expected-error @below {{'tile.barriers' op requires zero operands}}
  %r = "tile.barriers"(%i) <{arrivals = 1 : i64}> : (i32) -> !tile.barriers<2>
  return
}

// -----

func.func @barriers_w6() {
  // expected-error @below {{'tile.barriers' op expects one arrival or more, but got -1}}
  %r = tile.barriers {arrivals = -1 : i64} : !tile.barriers<2>
  return
}

// -----

func.func @arrive_w1(%s: !tile.slots<2, tensor<4x4xf32>>, %i: i32) {
  // expected-error @below {{'tile.arrive' op operand #0 must be barriers in on-chip memory, but got '!tile.slots<2, tensor<4x4xf32>>'}}
  "tile.arrive"(%s, %i) : (!tile.slots<2, tensor<4x4xf32>>, i32) -> ()
  return
}

// -----

func.func @arrive_w2(%b: !tile.barriers<2>, %x: index) {
  // expected-error @below {{'tile.arrive' op operand #1 must be 32-bit signless integer, but got 'index'}}
  "tile.arrive"(%b, %x) : (!tile.barriers<2>, index) -> ()
  return
}

// -----

func.func @arrive_w3(%b: !tile.barriers<2>) {
  // expected-error @below {{'tile.arrive' op expected 2 operands, but found 1}}
  "tile.arrive"(%b) : (!tile.barriers<2>) -> ()
  return
}

// -----

func.func @arrive_w4(%b: !tile.barriers<2>, %i: i32) {
  // expected-error @below {{'tile.arrive' op expected 2 operands, but found 3}}
  "tile.arrive"(%b, %i, %i) : (!tile.barriers<2>, i32, i32) -> ()
  return
}

// -----

func.func @arrive_w5(%b: !tile.barriers<2>, %i: i32) {
  // expected-error @below {{'tile.arrive' op requires zero results}}
  %r = "tile.arrive"(%b, %i) : (!tile.barriers<2>, i32) -> i32
  return
}

// -----

func.func @arrive_w6(%b: !tile.barriers<2>, %i: i32) {
  // expected-error @below {{'tile.arrive' op attribute 'count' failed to satisfy constraint: 64-bit signless integer attribute}}
  "tile.arrive"(%b, %i) <{count = 1 : i32}> : (!tile.barriers<2>, i32) -> ()
  return
}

// -----

func.func @arrive_w7(%b: !tile.barriers<2>, %i: i32) {
  // expected-error @below {{invalid properties {bytes = "a"} for op tile.arrive: Invalid attribute `bytes` in property conversion: "a"}}
  "tile.arrive"(%b, %i) <{bytes = "a"}> : (!tile.barriers<2>, i32) -> ()
  return
}

// -----

func.func @pass_w1(%s: !tile.slots<2, tensor<4x4xf32>>, %i: i32) {
  // expected-error @below {{'tile.pass' op operand #0 must be barriers in on-chip memory, but got '!tile.slots<2, tensor<4x4xf32>>'}}
  "tile.pass"(%s, %i, %i) : (!tile.slots<2, tensor<4x4xf32>>, i32, i32) -> ()
  return
}

// -----

func.func @pass_w2(%b: !tile.barriers<2>, %i: i32, %x: index) {
  // expected-error @below {{'tile.pass' op operand #1 must be 32-bit signless integer, but got 'index'}}
  "tile.pass"(%b, %x, %i) : (!tile.barriers<2>, index, i32) -> ()
  return
}

// -----

func.func @pass_w3(%b: !tile.barriers<2>, %i: i32, %x: index) {
  // expected-error @below {{'tile.pass' op operand #2 must be 32-bit signless integer, but got 'index'}}
  "tile.pass"(%b, %i, %x) : (!tile.barriers<2>, i32, index) -> ()
  return
}

// -----

func.func @pass_w4(%b: !tile.barriers<2>, %i: i32) {
  // expected-error @below {{'tile.pass' op expected 3 operands, but found 2}}
  "tile.pass"(%b, %i) : (!tile.barriers<2>, i32) -> ()
  return
}

// -----

func.func @pass_w5(%b: !tile.barriers<2>, %i: i32) {
  // expected-error @below {{'tile.pass' op expected 3 operands, but found 4}}
  "tile.pass"(%b, %i, %i, %i) : (!tile.barriers<2>, i32, i32, i32) -> ()
  return
}

// -----

func.func @pass_w6(%b: !tile.barriers<2>, %i: i32) {
  // expected-error @below {{'tile.pass' op requires zero results}}
  %r = "tile.pass"(%b, %i, %i) : (!tile.barriers<2>, i32, i32) -> i32
  return
}

// -----

func.func @pass_w7(%b: !tile.barriers<2>, %i: i32) {
  // expected-error @below {{expected ','}}
  tile.pass %b[%i] : !tile.barriers<2>
  return
}

// -----

func.func @pass_w8(%b: !tile.barriers<2>, %i: i32) {
  // expected-error @below {{expected '['}}
  tile.pass %b, %i : !tile.barriers<2>
  return
}

// -----

func.func @fence_w1(%i: i32) {
  // expected-error @below {{'tile.fence' op requires zero operands}}
  "tile.fence"(%i) : (i32) -> ()
  return
}

// -----

func.func @fence_w2() {
  // expected-error @below {{'tile.fence' op requires zero results}}
  %r = "tile.fence"() : () -> i32
  return
}

// -----

func.func @fence_w3(%b: !tile.barriers<2>) {
  // expected-error @below {{'tile.fence' op requires zero operands}}
  "tile.fence"(%b) : (!tile.barriers<2>) -> ()
  return
}

// -----

func.func @fence_w4(%s: !tile.slots<2, tensor<4x4xf32>>) {
  // expected-error @below {{'tile.fence' op requires zero operands}}
  "tile.fence"(%s) : (!tile.slots<2, tensor<4x4xf32>>) -> ()
  return
}

// -----

func.func @fence_w5() {
  // expected-error @below {{'tile.fence' op requires zero results}}
  %r = "tile.fence"() : () -> !tile.barriers<2>
  return
}

// -----

func.func @fence_w6(%b: !tile.barriers<2>) {
  // expected-error @below {{expected '=' after SSA name}}
  tile.fence %b
  return
}

// -----

func.func @fence_w7() {
  // expected-error @below {{expected operation name in quotes}}
  tile.fence : i32
  return
}

// -----

func.func @fence_w8() {
  // expected-error @below {{'tile.fence' op requires zero regions}}
  "tile.fence"() ({}) : () -> ()
  return
}

// -----

func.func @clear_w1(%t: tensor<4x4xf32>, %x: index) {
  // expected-error @below {{'tile.clear' op operand #0 must be slot to fill, but got 'tensor<4x4xf32>'}}
  "tile.clear"(%t, %x) : (tensor<4x4xf32>, index) -> ()
  return
}

// -----

func.func @clear_w2(%f: !tile.slot<fill, tensor<4x4xf32>>, %i: i32) {
  // expected-error @below {{'tile.clear' op operand #1 must be index, but got 'i32'}}
  "tile.clear"(%f, %i) : (!tile.slot<fill, tensor<4x4xf32>>, i32) -> ()
  return
}

// -----

func.func @clear_w3(%f: !tile.slot<fill, tensor<4x4xf32>>) {
  // expected-error @below {{'tile.clear' op expected 2 operands, but found 1}}
  "tile.clear"(%f) : (!tile.slot<fill, tensor<4x4xf32>>) -> ()
  return
}

// -----

func.func @clear_w4(%f: !tile.slot<fill, tensor<4x4xf32>>, %x: index) {
  // expected-error @below {{'tile.clear' op expected 2 operands, but found 3}}
  "tile.clear"(%f, %x, %x) : (!tile.slot<fill, tensor<4x4xf32>>, index, index) -> ()
  return
}

// -----

func.func @clear_w5(%f: !tile.slot<fill, tensor<4x4xf32>>, %x: index) {
  // expected-error @below {{'tile.clear' op requires zero results}}
  %r = "tile.clear"(%f, %x) : (!tile.slot<fill, tensor<4x4xf32>>, index) -> !tile.slot<fill, tensor<4x4xf32>>
  return
}

// -----

func.func @clear_w6(%q: !tile.slot<read, tensor<4x4xf32>>, %x: index) {
  // expected-error @below {{'tile.clear' op operand #0 must be slot to fill, but got '!tile.slot<read, tensor<4x4xf32>>'}}
  "tile.clear"(%q, %x) : (!tile.slot<read, tensor<4x4xf32>>, index) -> ()
  return
}

// -----

func.func @clear_w7(%f: !tile.slot<fill, tensor<4x4xf32>>) {
  // expected-error @below {{custom op 'tile.clear' expected 'from'}}
  tile.clear %f : !tile.slot<fill, tensor<4x4xf32>>
  return
}

// -----

func.func @blocks_w1() {
  // expected-error @below {{'tile.blocks' op expected 2 results}}
  %r = "tile.blocks"() : () -> i32
  return
}

// -----

func.func @blocks_w2() {
  // expected-error @below {{'tile.blocks' op expected 2 results}}
  %r:3 = "tile.blocks"() : () -> (i32, i32, i32)
  return
}

// -----

func.func @blocks_w3() {
  // expected-error @below {{'tile.blocks' op result #0 must be 32-bit signless integer, but got 'index'}}
  %r:2 = "tile.blocks"() : () -> (index, i32)
  return
}

// -----

func.func @blocks_w4() {
  // expected-error @below {{'tile.blocks' op result #1 must be 32-bit signless integer, but got 'i64'}}
  %r:2 = "tile.blocks"() : () -> (i32, i64)
  return
}

// -----

func.func @blocks_w5(%i: i32) {
  // expected-error @below {{'tile.blocks' op requires zero operands}}
  %r:2 = "tile.blocks"(%i) : (i32) -> (i32, i32)
  return
}

// -----

func.func @blocks_w6() {
  // expected-error @below {{'tile.blocks' op expects to be in a kernel that is persistent}}
  %r:2 = "tile.blocks"() : () -> (i32, i32)
  return
}

// -----

func.func @blocks_w7() {
  // expected-error @below {{expected ','}}
  %r:2 = tile.blocks : i32
  return
}

// -----

func.func @extents_w1() {
  // expected-error @below {{'tile.extents' op expected 3 results}}
  %r:2 = "tile.extents"() : () -> (i32, i32)
  return
}

// -----

func.func @extents_w2() {
  // expected-error @below {{'tile.extents' op expected 3 results}}
  %r:4 = "tile.extents"() : () -> (i32, i32, i32, i32)
  return
}

// -----

func.func @extents_w3() {
  // expected-error @below {{'tile.extents' op result #0 must be 32-bit signless integer, but got 'index'}}
  %r:3 = "tile.extents"() : () -> (index, i32, i32)
  return
}

// -----

func.func @extents_w4() {
  // expected-error @below {{'tile.extents' op result #1 must be 32-bit signless integer, but got 'i64'}}
  %r:3 = "tile.extents"() : () -> (i32, i64, i32)
  return
}

// -----

func.func @extents_w5(%i: i32) {
  // expected-error @below {{'tile.extents' op requires zero operands}}
  %r:3 = "tile.extents"(%i) : (i32) -> (i32, i32, i32)
  return
}

// -----

func.func @extents_w6() {
  // expected-error @below {{'tile.extents' op expects to be in a kernel that is persistent}}
  %r:3 = "tile.extents"() : () -> (i32, i32, i32)
  return
}

// -----

func.func @extents_w7() {
  // expected-error @below {{expected ','}}
  %r:3 = tile.extents : i32, i32
  return
}

// -----

func.func @slots_c3() {
  // expected-error @below {{'tile.slots' op expects a layout that fits, but #cuda.panels<swizzle = 128, rows = 16, panels = 1> has 32 columns of f32, but the tile has 64}}
  %r = tile.slots {layout = [#cuda.panels<swizzle = 128, rows = 16, panels = 1>]} : !tile.slots<2, tensor<4x64xf32>>
  return
}
