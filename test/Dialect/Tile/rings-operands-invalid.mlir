// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What rings and the ops on their slots refuse of their operands and results.
// RUN: attn-opt %s --split-input-file --verify-diagnostics

func.func @ring_w1() {
  // expected-error @below {{'tile.ring' op result #0 must be bounded queue of tiles, but got 'tensor<4x4xf32>'}}
  %r = "tile.ring"() : () -> tensor<4x4xf32>
  return
}

// -----

func.func @ring_w2() {
  // expected-error @below {{'tile.ring' op requires one result}}
  "tile.ring"() : () -> ()
  return
}

// -----

func.func @ring_w3(%x: index) {
  // expected-error @below {{'tile.ring' op requires zero operands}}
  %r = "tile.ring"(%x) : (index) -> !tile.ring<2, tensor<4x4xf32>>
  return
}

// -----

func.func @ring_w4() {
  // expected-error @below {{'tile.ring' op requires one result}}
  %r:2 = "tile.ring"() : () -> (!tile.ring<2, tensor<4x4xf32>>, !tile.ring<2, tensor<4x4xf32>>)
  return
}

// -----

func.func @ring_w5() {
  // expected-error @below {{expects from 1 to 1024 slots of a ring, but got -1}}
  %r = "tile.ring"() : () -> !tile.ring<-1, tensor<4x4xf32>>
  return
}

// -----

func.func @acquire_w1(%r: !tile.ring<2, tensor<4x4xf32>>) {
  // expected-error @below {{'tile.acquire' op result #0 must be slot to fill, but got '!tile.slot<read, tensor<4x4xf32>>'}}
  %f = "tile.acquire"(%r) : (!tile.ring<2, tensor<4x4xf32>>) -> !tile.slot<read, tensor<4x4xf32>>
  return
}

// -----

func.func @acquire_w2(%r: tensor<4x4xf32>) {
  // expected-error @below {{'tile.acquire' op operand #0 must be bounded queue of tiles, but got 'tensor<4x4xf32>'}}
  %f = "tile.acquire"(%r) : (tensor<4x4xf32>) -> !tile.slot<fill, tensor<4x4xf32>>
  return
}

// -----

func.func @acquire_w3(%r: !tile.ring<2, tensor<4x4xf32>>) {
  // expected-error @below {{'tile.acquire' op result #0 must be slot to fill, but got 'tensor<4x4xf32>'}}
  %f = "tile.acquire"(%r) : (!tile.ring<2, tensor<4x4xf32>>) -> tensor<4x4xf32>
  return
}

// -----

func.func @acquire_w4(%r: !tile.ring<2, tensor<4x4xf32>>) {
  // expected-error @below {{'tile.acquire' op requires one result}}
  "tile.acquire"(%r) : (!tile.ring<2, tensor<4x4xf32>>) -> ()
  return
}

// -----

func.func @acquire_w5(%r: !tile.ring<2, tensor<4x4xf32>>) {
  // expected-error @below {{'tile.acquire' op requires a single operand}}
  %f = "tile.acquire"(%r, %r) : (!tile.ring<2, tensor<4x4xf32>>, !tile.ring<2, tensor<4x4xf32>>) -> !tile.slot<fill, tensor<4x4xf32>>
  return
}

// -----

func.func @acquire_w6() {
  // expected-error @below {{'tile.acquire' op requires a single operand}}
  %f = "tile.acquire"() : () -> !tile.slot<fill, tensor<4x4xf32>>
  return
}

// -----

func.func @wait_w1(%r: !tile.ring<2, tensor<4x4xf32>>) {
  // expected-error @below {{'tile.wait' op result #0 must be slot to read, but got '!tile.slot<fill, tensor<4x4xf32>>'}}
  %f = "tile.wait"(%r) : (!tile.ring<2, tensor<4x4xf32>>) -> !tile.slot<fill, tensor<4x4xf32>>
  return
}

// -----

func.func @wait_w2(%r: tensor<4x4xf32>) {
  // expected-error @below {{'tile.wait' op operand #0 must be bounded queue of tiles, but got 'tensor<4x4xf32>'}}
  %f = "tile.wait"(%r) : (tensor<4x4xf32>) -> !tile.slot<read, tensor<4x4xf32>>
  return
}

// -----

func.func @wait_w3(%r: !tile.ring<2, tensor<4x4xf32>>) {
  // expected-error @below {{'tile.wait' op result #0 must be slot to read, but got 'tensor<4x4xf32>'}}
  %f = "tile.wait"(%r) : (!tile.ring<2, tensor<4x4xf32>>) -> tensor<4x4xf32>
  return
}

// -----

func.func @wait_w4(%r: !tile.ring<2, tensor<4x4xf32>>) {
  // expected-error @below {{'tile.wait' op requires one result}}
  "tile.wait"(%r) : (!tile.ring<2, tensor<4x4xf32>>) -> ()
  return
}

// -----

func.func @wait_w5(%r: !tile.ring<2, tensor<4x4xf32>>) {
  // expected-error @below {{'tile.wait' op requires a single operand}}
  %f = "tile.wait"(%r, %r) : (!tile.ring<2, tensor<4x4xf32>>, !tile.ring<2, tensor<4x4xf32>>) -> !tile.slot<read, tensor<4x4xf32>>
  return
}

// -----

func.func @wait_w6() {
  // expected-error @below {{'tile.wait' op requires a single operand}}
  %f = "tile.wait"() : () -> !tile.slot<read, tensor<4x4xf32>>
  return
}

// -----

func.func @commit_w1(%f: !tile.slot<read, tensor<4x4xf32>>) {
  // expected-error @below {{'tile.commit' op operand #0 must be slot to fill, but got '!tile.slot<read, tensor<4x4xf32>>'}}
  "tile.commit"(%f) : (!tile.slot<read, tensor<4x4xf32>>) -> ()
  return
}

// -----

func.func @commit_w2(%f: tensor<4x4xf32>) {
  // expected-error @below {{'tile.commit' op operand #0 must be slot to fill, but got 'tensor<4x4xf32>'}}
  "tile.commit"(%f) : (tensor<4x4xf32>) -> ()
  return
}

// -----

func.func @commit_w3(%f: !tile.ring<2, tensor<4x4xf32>>) {
  // expected-error @below {{'tile.commit' op operand #0 must be slot to fill, but got '!tile.ring<2, tensor<4x4xf32>>'}}
  "tile.commit"(%f) : (!tile.ring<2, tensor<4x4xf32>>) -> ()
  return
}

// -----

func.func @commit_w4() {
  // expected-error @below {{'tile.commit' op requires a single operand}}
  "tile.commit"() : () -> ()
  return
}

// -----

func.func @commit_w5(%f: !tile.slot<fill, tensor<4x4xf32>>) {
  // expected-error @below {{'tile.commit' op requires a single operand}}
  "tile.commit"(%f, %f) : (!tile.slot<fill, tensor<4x4xf32>>, !tile.slot<fill, tensor<4x4xf32>>) -> ()
  return
}

// -----

func.func @commit_w6(%f: !tile.slot<fill, tensor<4x4xf32>>) {
  // expected-error @below {{'tile.commit' op requires zero results}}
  %x = "tile.commit"(%f) : (!tile.slot<fill, tensor<4x4xf32>>) -> tensor<4x4xf32>
  return
}

// -----

func.func @commit_w7(%f: !tile.pending<tensor<4x4xf32>>) {
  // expected-error @below {{'tile.commit' op operand #0 must be slot to fill, but got '!tile.pending<tensor<4x4xf32>>'}}
  "tile.commit"(%f) : (!tile.pending<tensor<4x4xf32>>) -> ()
  return
}

// -----

func.func @release_w1(%f: !tile.slot<fill, tensor<4x4xf32>>) {
  // expected-error @below {{'tile.release' op operand #0 must be slot to read, but got '!tile.slot<fill, tensor<4x4xf32>>'}}
  "tile.release"(%f) : (!tile.slot<fill, tensor<4x4xf32>>) -> ()
  return
}

// -----

func.func @release_w2(%f: tensor<4x4xf32>) {
  // expected-error @below {{'tile.release' op operand #0 must be slot to read, but got 'tensor<4x4xf32>'}}
  "tile.release"(%f) : (tensor<4x4xf32>) -> ()
  return
}

// -----

func.func @release_w3(%f: !tile.ring<2, tensor<4x4xf32>>) {
  // expected-error @below {{'tile.release' op operand #0 must be slot to read, but got '!tile.ring<2, tensor<4x4xf32>>'}}
  "tile.release"(%f) : (!tile.ring<2, tensor<4x4xf32>>) -> ()
  return
}

// -----

func.func @release_w4() {
  // expected-error @below {{'tile.release' op requires a single operand}}
  "tile.release"() : () -> ()
  return
}

// -----

func.func @release_w5(%f: !tile.slot<read, tensor<4x4xf32>>) {
  // expected-error @below {{'tile.release' op requires a single operand}}
  "tile.release"(%f, %f) : (!tile.slot<read, tensor<4x4xf32>>, !tile.slot<read, tensor<4x4xf32>>) -> ()
  return
}

// -----

func.func @release_w6(%f: !tile.slot<read, tensor<4x4xf32>>) {
  // expected-error @below {{'tile.release' op requires zero results}}
  %x = "tile.release"(%f) : (!tile.slot<read, tensor<4x4xf32>>) -> tensor<4x4xf32>
  return
}

// -----

func.func @release_w7(%f: !tile.pending<tensor<4x4xf32>>) {
  // expected-error @below {{'tile.release' op operand #0 must be slot to read, but got '!tile.pending<tensor<4x4xf32>>'}}
  "tile.release"(%f) : (!tile.pending<tensor<4x4xf32>>) -> ()
  return
}

// -----

func.func @view_w1(%f: tensor<4x4xf32>) {
  // expected-error @below {{'tile.view' op operand #0 must be slot of a ring, but got 'tensor<4x4xf32>'}}
  %v = "tile.view"(%f) : (tensor<4x4xf32>) -> !tile.slot<read, tensor<4x4xf32>>
  return
}

// -----

func.func @view_w2(%f: !tile.slot<read, tensor<4x4xf32>>) {
  // expected-error @below {{'tile.view' op result #0 must be slot of a ring, but got 'tensor<4x4xf32>'}}
  %v = "tile.view"(%f) : (!tile.slot<read, tensor<4x4xf32>>) -> tensor<4x4xf32>
  return
}

// -----

func.func @view_w3(%f: !tile.slot<read, tensor<4x4xf32>>, %i: i32) {
  // expected-error @below {{'tile.view' op operand #1 must be variadic of index, but got 'i32'}}
  %v = "tile.view"(%f, %i, %i) : (!tile.slot<read, tensor<4x4xf32>>, i32, i32) -> !tile.slot<read, tensor<4x4xf32>>
  return
}

// -----

func.func @put_w1(%t: tensor<4x4xf32>, %f: !tile.slot<read, tensor<4x4xf32>>) {
  // expected-error @below {{'tile.put' op operand #1 must be slot to fill, but got '!tile.slot<read, tensor<4x4xf32>>'}}
  "tile.put"(%t, %f) : (tensor<4x4xf32>, !tile.slot<read, tensor<4x4xf32>>) -> ()
  return
}

// -----

func.func @put_w2(%t: tensor<4x4xf32>, %f: tensor<4x4xf32>) {
  // expected-error @below {{'tile.put' op operand #1 must be slot to fill, but got 'tensor<4x4xf32>'}}
  "tile.put"(%t, %f) : (tensor<4x4xf32>, tensor<4x4xf32>) -> ()
  return
}

// -----

func.func @put_w3(%t: f32, %f: !tile.slot<fill, tensor<4x4xf32>>) {
  // expected-error @below {{'tile.put' op operand #0 must be tile (a static rank-2 tensor of scalars, not empty), but got 'f32'}}
  "tile.put"(%t, %f) : (f32, !tile.slot<fill, tensor<4x4xf32>>) -> ()
  return
}

// -----

func.func @put_w4(%t: tensor<4x4xf32>) {
  // expected-error @below {{'tile.put' op expected 2 operands, but found 1}}
  "tile.put"(%t) : (tensor<4x4xf32>) -> ()
  return
}

// -----

func.func @put_w5(%t: tensor<4x4xf32>, %f: !tile.slot<fill, tensor<4x4xf32>>) {
  // expected-error @below {{'tile.put' op requires zero results}}
  %x = "tile.put"(%t, %f) : (tensor<4x4xf32>, !tile.slot<fill, tensor<4x4xf32>>) -> tensor<4x4xf32>
  return
}

// -----

func.func @put_w6(%t: tensor<4x4xbf16>, %f: !tile.slot<fill, tensor<4x4xf32>>) {
  // expected-error @below {{'tile.put' op expects the slot's 'tensor<4x4xf32>', but got 'tensor<4x4xbf16>'}}
  "tile.put"(%t, %f) : (tensor<4x4xbf16>, !tile.slot<fill, tensor<4x4xf32>>) -> ()
  return
}

// -----

func.func @read_w1(%f: !tile.slot<fill, tensor<4x4xf32>>) {
  // expected-error @below {{'tile.read' op operand #0 must be slot to read, but got '!tile.slot<fill, tensor<4x4xf32>>'}}
  %t = "tile.read"(%f) : (!tile.slot<fill, tensor<4x4xf32>>) -> tensor<4x4xf32>
  return
}

// -----

func.func @read_w2(%f: tensor<4x4xf32>) {
  // expected-error @below {{'tile.read' op operand #0 must be slot to read, but got 'tensor<4x4xf32>'}}
  %t = "tile.read"(%f) : (tensor<4x4xf32>) -> tensor<4x4xf32>
  return
}

// -----

func.func @read_w3(%f: !tile.slot<read, tensor<4x4xf32>>) {
  // expected-error @below {{'tile.read' op result #0 must be tile (a static rank-2 tensor of scalars, not empty), but got 'f32'}}
  %t = "tile.read"(%f) : (!tile.slot<read, tensor<4x4xf32>>) -> f32
  return
}

// -----

func.func @read_w4(%f: !tile.slot<read, tensor<4x4xf32>>) {
  // expected-error @below {{'tile.read' op requires one result}}
  "tile.read"(%f) : (!tile.slot<read, tensor<4x4xf32>>) -> ()
  return
}

// -----

func.func @read_w5() {
  // expected-error @below {{'tile.read' op requires a single operand}}
  %t = "tile.read"() : () -> tensor<4x4xf32>
  return
}

// -----

func.func @read_w6(%f: !tile.slot<read, tensor<4x4xf32>>) {
  // expected-error @below {{'tile.read' op expects the slot's 'tensor<4x4xf32>', but got 'tensor<8x4xf32>'}}
  %t = "tile.read"(%f) : (!tile.slot<read, tensor<4x4xf32>>) -> tensor<8x4xf32>
  return
}

// -----

func.func @ring_c7() {
  // expected-error @below {{'tile.ring' op expects a layout that fits, but #cuda.panels<swizzle = 128, rows = 16, panels = 1> has 16 rows, but the tile has 32}}
  %r = tile.ring {layout = [#cuda.panels<swizzle = 128, rows = 16, panels = 1>]} : !tile.ring<2, tensor<32x4xf32>>
  return
}

// -----

func.func @ring_c7_count() {
  // expected-error @below {{'tile.ring' op expects a layout for each of its tiles, 1, but got 2}}
  %r = tile.ring {layout = [#cuda.panels<swizzle = 128, rows = 16, panels = 1>, #cuda.panels<swizzle = 128, rows = 16, panels = 1>]} : !tile.ring<2, tensor<4x4xf32>>
  return
}

// -----

func.func @ring_c7_other() {
  // expected-error @below {{'tile.ring' op attribute 'layout' failed to satisfy constraint: layouts of tiles}}
  %r = "tile.ring"() {layout = [64]} : () -> !tile.ring<2, tensor<4x4xf32>>
  return
}
