// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a kernel refuses of roles and rings, and what claim refuses.
// RUN: attn-opt %s --split-input-file --verify-diagnostics

!tile = tensor<4x4xf32>
!ring = !tile.ring<2, !tile>
!fill = !tile.slot<fill, !tile>
!read = !tile.slot<read, !tile>

tile.kernel @roles_c7(%K: memref<?x4xf32>, %n: index, %t: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = arith.constant dense<1.0> : !tile
  %one = arith.constant 1.0 : f32
  %b = tensor.splat %one : !tile
  tile.roles
  role @math (%team) {
    // expected-error @below {{'tile.store' op expects no 'tensor<4x4xf32>' to cross into a role but in a ring}}
    tile.store %b, %K[%c0, %c0] dims = [0, 1] : !tile, memref<?x4xf32>
    tile.yield
  }
  tile.yield
}

// -----

!tile = tensor<4x4xf32>
!ring = !tile.ring<2, !tile>
!fill = !tile.slot<fill, !tile>
!read = !tile.slot<read, !tile>

tile.kernel @roles_c7_slot(%K: memref<?x4xf32>, %n: index, %t: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = arith.constant dense<1.0> : !tile
  %r = tile.ring : !ring
  %f = tile.acquire %r : !ring
  tile.roles
  role @math (%team) {
    // expected-error @below {{'tile.put' op expects no '!tile.slot<fill, tensor<4x4xf32>>' to cross into a role but in a ring}}
    tile.put %a, %f : !tile, !fill
    tile.yield
  }
  tile.commit %f : !fill
  %s = tile.wait %r : !ring
  tile.release %s : !read
  tile.yield
}

// -----

!tile = tensor<4x4xf32>
!ring = !tile.ring<2, !tile>
!fill = !tile.slot<fill, !tile>
!read = !tile.slot<read, !tile>

tile.kernel @roles_c6(%K: memref<?x4xf32>, %n: index, %t: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = arith.constant dense<1.0> : !tile
  // expected-error @below {{'tile.roles' op expects role 'math' to end with a tile.yield of nothing}}
  tile.roles
  role @math (%team) {
    tile.yield %team : index
  }
  tile.yield
}

// -----

!tile = tensor<4x4xf32>
!ring = !tile.ring<2, !tile>
!fill = !tile.slot<fill, !tile>
!read = !tile.slot<read, !tile>

tile.kernel @roles_c3(%K: memref<?x4xf32>, %n: index, %t: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = arith.constant dense<1.0> : !tile
  // expected-error @below {{'tile.roles' op expects roles of different names, but got two 'math'}}
  tile.roles
  role @math (%team) {
    tile.yield
  }
  role @math (%team) {
    tile.yield
  }
  tile.yield
}

// -----

!tile = tensor<4x4xf32>
!ring = !tile.ring<2, !tile>
!fill = !tile.slot<fill, !tile>
!read = !tile.slot<read, !tile>

tile.kernel @roles_c4(%K: memref<?x4xf32>, %n: index, %t: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = arith.constant dense<1.0> : !tile
  // expected-error @below {{'tile.roles' op expects warps and teams of role 'math' in [1, 1024], but got 0 and 1}}
  tile.roles
  role @math warps = 0 (%team) {
    tile.yield
  }
  tile.yield
}

// -----

!tile = tensor<4x4xf32>
!ring = !tile.ring<2, !tile>
!fill = !tile.slot<fill, !tile>
!read = !tile.slot<read, !tile>

tile.kernel @roles_c4_registers(%K: memref<?x4xf32>, %n: index, %t: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = arith.constant dense<1.0> : !tile
  // expected-error @below {{'tile.roles' op expects registers of role 'math' not to be negative, but got -8}}
  tile.roles
  role @math registers = -8 (%team) {
    tile.yield
  }
  tile.yield
}

// -----

!tile = tensor<4x4xf32>
!ring = !tile.ring<2, !tile>
!fill = !tile.slot<fill, !tile>
!read = !tile.slot<read, !tile>

tile.kernel @roles_c1(%K: memref<?x4xf32>, %n: index, %t: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = arith.constant dense<1.0> : !tile
  // expected-error @below {{'tile.roles' op expects a role or more, but got none}}
  tile.roles
  tile.yield
}

// -----

!tile = tensor<4x4xf32>
!ring = !tile.ring<2, !tile>
!fill = !tile.slot<fill, !tile>
!read = !tile.slot<read, !tile>

tile.kernel @roles_c2(%K: memref<?x4xf32>, %n: index, %t: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = arith.constant dense<1.0> : !tile
  // expected-error @below {{'tile.roles' op expects a name, warps, teams and registers for each of its 1 roles}}
  "tile.roles"() <{names = ["math"], warps = array<i64>, teams = array<i64: 1>, registers = array<i64: 0>}> ({
  ^bb0(%team: index):
    tile.yield
  }) : () -> ()
  tile.yield
}

// -----

!tile = tensor<4x4xf32>
!ring = !tile.ring<2, !tile>
!fill = !tile.slot<fill, !tile>
!read = !tile.slot<read, !tile>

tile.kernel @roles_c5(%K: memref<?x4xf32>, %n: index, %t: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = arith.constant dense<1.0> : !tile
  // expected-error @below {{'tile.roles' op expects role 'math' to take the number of a team, but got ()}}
  "tile.roles"() <{names = ["math"], warps = array<i64: 1>, teams = array<i64: 1>, registers = array<i64: 0>}> ({
    tile.yield
  }) : () -> ()
  tile.yield
}

// -----

!tile = tensor<4x4xf32>
!ring = !tile.ring<2, !tile>
!fill = !tile.slot<fill, !tile>
!read = !tile.slot<read, !tile>

tile.kernel @roles_c8(%K: memref<?x4xf32>, %n: index, %t: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = arith.constant dense<1.0> : !tile
  tile.roles
  role @outer (%team) {
    // expected-error @below {{'tile.roles' op expects not to be inside another role}}
    tile.roles
    role @inner (%other) {
      tile.yield
    }
    tile.yield
  }
  tile.yield
}

// -----

!tile = tensor<4x4xf32>
!ring = !tile.ring<2, !tile>
!fill = !tile.slot<fill, !tile>
!read = !tile.slot<read, !tile>

tile.kernel @roles_c9(%K: memref<?x4xf32>, %n: index, %t: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = arith.constant dense<1.0> : !tile
  // expected-error @below {{custom op 'tile.roles' expects no 'teams' in the attribute dictionary}}
  tile.roles attributes {teams = 1}
  tile.yield
}

// -----

!tile = tensor<4x4xf32>
!ring = !tile.ring<2, !tile>
!fill = !tile.slot<fill, !tile>
!read = !tile.slot<read, !tile>

tile.kernel @ring_c3(%K: memref<?x4xf32>, %n: index, %t: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = arith.constant dense<1.0> : !tile
  %r = tile.ring : !ring
  %f = tile.acquire %r : !ring
  tile.commit %f : !fill
  %s = tile.wait %r : !ring
  tile.release %s : !read
  // expected-error @below {{'scf.for' op expects a ring to be used by acquire and wait alone}}
  %u = scf.for %i = %c0 to %n step %c1 iter_args(%w = %r) -> !ring {
    scf.yield %w : !ring
  }
  tile.yield
}

// -----

!tile = tensor<4x4xf32>
!ring = !tile.ring<2, !tile>
!fill = !tile.slot<fill, !tile>
!read = !tile.slot<read, !tile>

tile.kernel @ring_c4_filled(%K: memref<?x4xf32>, %n: index, %t: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = arith.constant dense<1.0> : !tile
  // expected-error @below {{'tile.ring' op expects a ring to be filled and read, but it is only filled}}
  %r = tile.ring : !ring
  %f = tile.acquire %r : !ring
  tile.commit %f : !fill
  tile.yield
}

// -----

!tile = tensor<4x4xf32>
!ring = !tile.ring<2, !tile>
!fill = !tile.slot<fill, !tile>
!read = !tile.slot<read, !tile>

tile.kernel @ring_c4_read(%K: memref<?x4xf32>, %n: index, %t: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = arith.constant dense<1.0> : !tile
  // expected-error @below {{'tile.ring' op expects a ring to be filled and read, but it is only read}}
  %r = tile.ring : !ring
  %s = tile.wait %r : !ring
  tile.release %s : !read
  tile.yield
}

// -----

!tile = tensor<4x4xf32>
!ring = !tile.ring<2, !tile>
!fill = !tile.slot<fill, !tile>
!read = !tile.slot<read, !tile>

tile.kernel @ring_c5(%K: memref<?x4xf32>, %n: index, %t: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = arith.constant dense<1.0> : !tile
  // expected-error @below {{'tile.ring' op expects as many commits as waits in every loop}}
  %r = tile.ring : !ring
  tile.roles
  role @load (%team) {
    scf.for %i = %c0 to %n step %c1 {
      %f = tile.acquire %r : !ring
      tile.commit %f : !fill
      %g = tile.acquire %r : !ring
      tile.commit %g : !fill
    }
    tile.yield
  }
  role @math (%team) {
    scf.for %i = %c0 to %n step %c1 {
      %s = tile.wait %r : !ring
      tile.release %s : !read
    }
    tile.yield
  }
  tile.yield
}

// -----

!tile = tensor<4x4xf32>
!ring = !tile.ring<2, !tile>
!fill = !tile.slot<fill, !tile>
!read = !tile.slot<read, !tile>

tile.kernel @ring_c6(%K: memref<?x4xf32>, %n: index, %t: index)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%x, %y, %z) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = arith.constant dense<1.0> : !tile
  // expected-error @below {{'tile.ring' op expects every role to use an end of the ring as often}}
  %r = tile.ring : !ring
  tile.roles
  role @load (%team) {
      %f = tile.acquire %r : !ring
      tile.commit %f : !fill
    tile.yield
  }
  role @gates (%team) {
      %f = tile.acquire %r : !ring
      tile.commit %f : !fill
      %g = tile.acquire %r : !ring
      tile.commit %g : !fill
    tile.yield
  }
  role @math (%team) {
      %s = tile.wait %r : !ring
      tile.release %s : !read
    tile.yield
  }
  tile.yield
}

// -----

func.func @claim_c1(%m: memref<?xi32>) {
  // expected-error @below {{'tile.claim' op expects one index for each of the counter's 1 dims, but got 0}}
  %n = tile.claim %m[] : memref<?xi32>
  return
}
