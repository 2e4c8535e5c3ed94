// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: attn-opt %s --split-input-file --verify-diagnostics --launch-to-llvm

// expected-error @+1 {{expects an image to have a string in 'chip'}}
module attributes {launch.images = [{target = "cuda", capability = 90 : i64, binary = "b"}]} {}

// -----
// expected-error @+1 {{expects an image to have code}}
module attributes {launch.images = [{target = "cuda", chip = "c", capability = 90 : i64}]} {}

// -----
// expected-error @+1 {{expects an image to have an integer in 'capability', but got "90"}}
module attributes {launch.images = [{target = "cuda", chip = "c", capability = "90", binary = "b"}]} {}

// -----
// expected-error @+1 {{expects 'launch.images' to be an array, but got 1 : i64}}
module attributes {launch.images = 1 : i64} {}

// -----
// expected-error @+1 {{expects a kernel for a device to have 'launch.device_variants'}}
llvm.func @k(!llvm.ptr) attributes {launch.kernel}
launch.entry @f() contract { launch.yield shapes() } body {
  %c1 = arith.constant 1 : index
  launch.kernel @k grid(%c1, %c1, %c1) ()
  launch.return
}

// -----
// expected-error @+1 {{expects an image below 0, but got 0}}
llvm.func @k(!llvm.ptr) attributes {launch.kernel, launch.device_variants = [
  {image = 0 : i64, function = "k", threads = 32 : i64}]}
launch.entry @f() contract { launch.yield shapes() } body {
  %c1 = arith.constant 1 : index
  launch.kernel @k grid(%c1, %c1, %c1) ()
  launch.return
}

// -----
module attributes {launch.images = [{target = "cuda", chip = "c", capability = 90 : i64, binary = "b"}]} {
// expected-error @+1 {{expects a descriptor's argument 0 to be a memref among the operands of its launch}}
llvm.func @k(!llvm.ptr) attributes {launch.kernel, launch.device_variants = [
  {image = 0 : i64, function = "k", threads = 32 : i64, descriptors = [{argument = 0 : i64, dims = [0], box = [1]}]}]}
launch.entry @f(%x: f32) contract { launch.yield shapes() } body {
  %c1 = arith.constant 1 : index
  launch.kernel @k grid(%c1, %c1, %c1) (%x) : f32
  launch.return
}
}

// -----
module attributes {launch.images = [{target = "cuda", chip = "c", capability = 90 : i64, binary = "b"}]} {
// expected-error @+1 {{expects a descriptor of argument 0 to have element type 'f32', but got "f16"}}
llvm.func @k(!llvm.ptr) attributes {launch.kernel, launch.device_variants = [
  {image = 0 : i64, function = "k", threads = 32 : i64,
   descriptors = [{argument = 0 : i64, dims = [0], box = [1], element = "f16"}]}]}
launch.entry @f(%x: memref<?xf32, strided<[1], offset: ?>>) contract { launch.yield shapes() } body {
  %c1 = arith.constant 1 : index
  launch.kernel @k grid(%c1, %c1, %c1) (%x) : memref<?xf32, strided<[1], offset: ?>>
  launch.return
}
}

// -----
module attributes {launch.images = [{target = "cuda", chip = "c", capability = 90 : i64, binary = "b"}]} {
// expected-error @+1 {{expects a descriptor's dims to be below 1, but got 1}}
llvm.func @k(!llvm.ptr) attributes {launch.kernel, launch.device_variants = [
  {image = 0 : i64, function = "k", threads = 32 : i64, descriptors = [{argument = 0 : i64, dims = [1], box = [1]}]}]}
launch.entry @f(%x: memref<?xf32, strided<[1], offset: ?>>) contract { launch.yield shapes() } body {
  %c1 = arith.constant 1 : index
  launch.kernel @k grid(%c1, %c1, %c1) (%x) : memref<?xf32, strided<[1], offset: ?>>
  launch.return
}
}

// -----
llvm.func @k(!llvm.ptr) attributes {launch.kernel}
launch.entry @f(%x: f32, %y: index) contract { launch.yield shapes() } body {
  %c1 = arith.constant 1 : index
  launch.kernel @k grid(%c1, %c1, %c1) (%x) : f32
  // expected-error @+1 {{expects the operands of another launch of 'k'}}
  launch.kernel @k grid(%c1, %c1, %c1) (%y) : index
  launch.return
}
