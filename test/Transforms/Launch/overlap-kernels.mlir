// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which kernels have launches before and behind them in an entry.
// RUN: attn-opt %s --launch-overlap-kernels | FileCheck %s

// CHECK: tile.kernel @alone(
// CHECK-NOT: launch.starts
tile.kernel @alone(%n: index)
grid {
  tile.yield %n, %n, %n : index, index, index
} body(%x, %y, %z) {
  tile.yield
}

// CHECK: tile.kernel @first({{.*}} attributes {launch.starts_next = true}
tile.kernel @first(%n: index)
grid {
  tile.yield %n, %n, %n : index, index, index
} body(%x, %y, %z) {
  tile.yield
}

// CHECK: tile.kernel @middle({{.*}} attributes {launch.starts_early = true, launch.starts_next = true}
tile.kernel @middle(%n: index)
grid {
  tile.yield %n, %n, %n : index, index, index
} body(%x, %y, %z) {
  tile.yield
}

// CHECK: tile.kernel @last({{.*}} attributes {launch.starts_early = true}
tile.kernel @last(%n: index)
grid {
  tile.yield %n, %n, %n : index, index, index
} body(%x, %y, %z) {
  tile.yield
}

// The only launch in the text stands before and behind itself.
// CHECK: tile.kernel @repeated({{.*}} attributes {launch.starts_early = true, launch.starts_next = true}
tile.kernel @repeated(%n: index)
grid {
  tile.yield %n, %n, %n : index, index, index
} body(%x, %y, %z) {
  tile.yield
}

// What one of its entries asks for.
// CHECK: tile.kernel @shared({{.*}} attributes {launch.starts_next = true}
tile.kernel @shared(%n: index)
grid {
  tile.yield %n, %n, %n : index, index, index
} body(%x, %y, %z) {
  tile.yield
}

func.func @host(%n: index, %x: index, %y: index, %z: index, %scratch: memref<?xi8>) attributes {launch.kernel} {
  return
}

launch.entry @one(%n: index)
contract {
  launch.yield shapes()
} body {
  launch.kernel @alone(%n) : index
  launch.return
}

launch.entry @two(%n: index)
contract {
  launch.yield shapes()
} body {
  launch.kernel @shared(%n) : index
  launch.return
}

launch.entry @some(%n: index)
contract {
  launch.yield shapes()
} body {
  launch.kernel @first(%n) : index
  %c1 = arith.constant 1 : index
  %any = arith.cmpi ne, %n, %c1 : index
  scf.if %any {
    launch.kernel @middle(%n) : index
  }
  launch.kernel @last(%n) : index
  launch.return
}

launch.entry @loop(%n: index)
contract {
  launch.yield shapes()
} body {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    launch.kernel @repeated(%n) : index
  }
  launch.return
}

// A kernel of the host has nothing to say. CHECK: launch.entry @mixed
launch.entry @mixed(%n: index)
contract {
  launch.yield shapes()
} body {
  launch.kernel @shared(%n) : index
  launch.kernel @host grid(%n, %n, %n) (%n) : index
  launch.return
}
