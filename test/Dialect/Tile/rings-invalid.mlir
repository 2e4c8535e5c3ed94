// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What rings, slots and their ops refuse.
// RUN: attn-opt %s --split-input-file --verify-diagnostics

// expected-error @below {{expects from 1 to 1024 slots of a ring, but got 0}}
func.func @ring_c1(%r: !tile.ring<0, tensor<4x4xf32>>)

// -----

// expected-error @below {{expects a payload of tiles, but got 'f32'}}
func.func @ring_c2(%r: !tile.ring<1, f32>)

// -----

// expected-error @below {{expects a payload of tiles, but got 'tensor<?x4xf32>'}}
func.func @ring_c2_slot(%r: !tile.slot<fill, tensor<?x4xf32>>)

// -----

func.func @acquire_c1(%r: !tile.ring<1, tensor<4x4xf32>>) {
  // expected-error @below {{'tile.acquire' op failed to verify that slot is one of the ring's}}
  %f = "tile.acquire"(%r) : (!tile.ring<1, tensor<4x4xf32>>) -> !tile.slot<fill, tensor<4x8xf32>>
  return
}

// -----

func.func @wait_c1(%r: !tile.ring<1, tensor<4x4xf32>>) {
  // expected-error @below {{'tile.wait' op failed to verify that slot is one of the ring's}}
  %f = "tile.wait"(%r) : (!tile.ring<1, tensor<4x4xf32>>) -> !tile.slot<read>
  return
}

// -----

func.func @commit_c1(%f: !tile.slot<fill, tensor<4x4xf32>>) {
  %v = tile.view %f : !tile.slot<fill, tensor<4x4xf32>> -> !tile.slot<fill, tensor<4x4xf32>>
  // expected-error @below {{'tile.commit' op expects the slot itself, but got a view of it}}
  tile.commit %v : !tile.slot<fill, tensor<4x4xf32>>
  return
}

// -----

func.func @release_c1(%f: !tile.slot<read, tensor<4x4xf32>>) {
  %v = tile.view %f : !tile.slot<read, tensor<4x4xf32>> -> !tile.slot<read, tensor<4x4xf32>>
  // expected-error @below {{'tile.release' op expects the slot itself, but got a view of it}}
  tile.release %v : !tile.slot<read, tensor<4x4xf32>>
  return
}

// -----

func.func @view_c1(%f: !tile.slot<read, tensor<4x4xf32>>) {
  // expected-error @below {{'tile.view' op expects a view to be held as its slot is, but got '!tile.slot<fill, tensor<4x4xf32>>' of '!tile.slot<read, tensor<4x4xf32>>'}}
  %v = tile.view %f : !tile.slot<read, tensor<4x4xf32>> -> !tile.slot<fill, tensor<4x4xf32>>
  return
}

// -----

func.func @view_c2(%f: !tile.slot<read, tensor<4x4xf32>>) {
  // expected-error @below {{'tile.view' op expects a part in [0, 1), but got 1}}
  %v = tile.view %f {part = 1} : !tile.slot<read, tensor<4x4xf32>> -> !tile.slot<read, tensor<4x4xf32>>
  return
}

// -----

func.func @view_c3(%f: !tile.slot<read, tensor<4x4xf32>, tensor<4x4xf32>>) {
  // expected-error @below {{'tile.view' op expects a slot of one tile, but got one of 2}}
  %v = tile.view %f : !tile.slot<read, tensor<4x4xf32>, tensor<4x4xf32>> -> !tile.slot<read, tensor<4x4xf32>, tensor<4x4xf32>>
  return
}

// -----

func.func @view_c4(%f: !tile.slot<read, tensor<4x4xf32>>) {
  // expected-error @below {{'tile.view' op expects view and slot to have one element type, but got 'bf16' and 'f32'}}
  %v = tile.view %f : !tile.slot<read, tensor<4x4xf32>> -> !tile.slot<read, tensor<4x4xbf16>>
  return
}

// -----

func.func @view_c5(%f: !tile.slot<read, tensor<4x4xf32>>, %i: index) {
  // expected-error @below {{'tile.view' op expects two offsets or none, but got 1}}
  %v = tile.view %f[%i] : !tile.slot<read, tensor<4x4xf32>> -> !tile.slot<read, tensor<4x4xf32>>
  return
}

// -----

func.func @view_c6(%f: !tile.slot<read, tensor<4x4xf32>>, %i: index) {
  // expected-error @below {{'tile.view' op expects a view inside the slot's 'tensor<4x4xf32>', but got 'tensor<8x4xf32>'}}
  %v = tile.view %f[%i, %i] : !tile.slot<read, tensor<4x4xf32>> -> !tile.slot<read, tensor<8x4xf32>>
  return
}

// -----

func.func @view_c6_without_offsets(%f: !tile.slot<read, tensor<4x4xf32>>) {
  // expected-error @below {{'tile.view' op expects a view inside the slot's 'tensor<4x4xf32>', but got 'tensor<2x4xf32>'}}
  %v = tile.view %f : !tile.slot<read, tensor<4x4xf32>> -> !tile.slot<read, tensor<2x4xf32>>
  return
}

// -----

func.func @copy_c1(%f: !tile.slot<fill>, %m: memref<?x?xf32>, %i: index) {
  // expected-error @below {{'tile.copy' op expects a slot of one tile, but got one of 0}}
  tile.copy %f, %m[%i, %i] dims = [0, 1] : !tile.slot<fill>, memref<?x?xf32>
  return
}

// -----

func.func @copy_c2(%f: !tile.slot<fill, tensor<4x4xf32>>, %m: memref<?x?xf32>, %i: index) {
  // expected-error @below {{'tile.copy' op expects one offset for each of the memref's 2 dims, but got 1}}
  tile.copy %f, %m[%i] dims = [0, 1] : !tile.slot<fill, tensor<4x4xf32>>, memref<?x?xf32>
  return
}

// -----

func.func @copy_c2_element(%f: !tile.slot<fill, tensor<4x4xf32>>, %m: memref<?x?xbf16>, %i: index) {
  // expected-error @below {{'tile.copy' op expects memref and tile to have one element type, but got 'bf16' and 'f32'}}
  tile.copy %f, %m[%i, %i] dims = [0, 1] : !tile.slot<fill, tensor<4x4xf32>>, memref<?x?xbf16>
  return
}

// -----

func.func @copy_out_c1(%f: !tile.slot<read>, %m: memref<?x?xf32>, %i: index) {
  // expected-error @below {{'tile.copy_out' op expects a slot of one tile, but got one of 0}}
  %p = tile.copy_out %f, %m[%i, %i] dims = [0, 1] : !tile.slot<read>, memref<?x?xf32> -> !tile.pending
  return
}

// -----

func.func @copy_out_c2(%f: !tile.slot<read, tensor<4x4xf32>>, %m: memref<?x?xf32>, %i: index) {
  // expected-error @below {{'tile.copy_out' op expects rows and columns to be different memref dims, but both are 0}}
  %p = tile.copy_out %f, %m[%i, %i] dims = [0, 0] : !tile.slot<read, tensor<4x4xf32>>, memref<?x?xf32> -> !tile.pending
  return
}

// -----

func.func @copy_out_c3(%f: !tile.slot<read, tensor<4x4xf32>>, %m: memref<?x?xf32>, %i: index) {
  // expected-error @below {{'tile.copy_out' op expects a result without a tile, but got one of 'tensor<4x4xf32>'}}
  %p = tile.copy_out %f, %m[%i, %i] dims = [0, 1] : !tile.slot<read, tensor<4x4xf32>>, memref<?x?xf32>
    -> !tile.pending<tensor<4x4xf32>>
  return
}

// -----

func.func @put_c1(%f: !tile.slot<fill>, %t: tensor<4x4xf32>) {
  // expected-error @below {{'tile.put' op expects a slot of one tile, but got one of 0}}
  tile.put %t, %f : tensor<4x4xf32>, !tile.slot<fill>
  return
}

// -----

func.func @put_c2(%f: !tile.slot<fill, tensor<4x8xf32>>, %t: tensor<4x4xf32>) {
  // expected-error @below {{'tile.put' op expects the slot's 'tensor<4x8xf32>', but got 'tensor<4x4xf32>'}}
  tile.put %t, %f : tensor<4x4xf32>, !tile.slot<fill, tensor<4x8xf32>>
  return
}

// -----

func.func @read_c1(%f: !tile.slot<read>) {
  // expected-error @below {{'tile.read' op expects a slot of one tile, but got one of 0}}
  %t = tile.read %f : !tile.slot<read> -> tensor<4x4xf32>
  return
}

// -----

func.func @read_c2(%f: !tile.slot<read, tensor<4x8xf32>>) {
  // expected-error @below {{'tile.read' op expects the slot's 'tensor<4x8xf32>', but got 'tensor<4x8xbf16>'}}
  %t = tile.read %f : !tile.slot<read, tensor<4x8xf32>> -> tensor<4x8xbf16>
  return
}

// -----

// expected-error @below {{expects from 1 to 1024 slots of a ring, but got 9223372036854775807}}
func.func private @ring_c1_most(!tile.ring<9223372036854775807, tensor<4x4xf32>>)
