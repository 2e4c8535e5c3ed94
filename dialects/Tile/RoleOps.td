// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Roles: parts of a program that run beside each other, and the work they take.

def Tile_RolesOp : Tile_Op<"roles", [RecursiveMemoryEffects]> {
  let summary = "Parts of a program that run beside each other";
  let description = [{
    Every region is a role and runs once in each of its teams; it sees the number of the team. A team has `warps` warps;
    `registers` is what a thread of the role may use, 0 to leave it open. Roles meet in rings alone: no tile, slot or
    product in flight crosses from one to another.

    Example:
    ```mlir
    tile.roles
    role @load warps = 1 registers = 24 (%team) {
      %f = tile.acquire %ring : !tile.ring<2, tensor<128x64xbf16>>
      tile.copy %f, %K[%c0, %c0] dims = [0, 1] : !tile.slot<fill, tensor<128x64xbf16>>, memref<?x64xbf16>
      tile.commit %f : !tile.slot<fill, tensor<128x64xbf16>>
      tile.yield
    }
    role @math teams = 2 registers = 240 (%team) {
      %s = tile.wait %ring : !tile.ring<2, tensor<128x64xbf16>>
      tile.release %s : !tile.slot<read, tensor<128x64xbf16>>
      tile.yield
    }
    ```
  }];
  let arguments = (ins StrArrayAttr:$names, DenseI64ArrayAttr:$warps, DenseI64ArrayAttr:$teams,
                       DenseI64ArrayAttr:$registers);
  let regions = (region VariadicRegion<SizedRegion<1>>:$bodies);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// Warps of a team that says nothing else.
    static constexpr int64_t defaultWarps = 4;
    ::llvm::StringRef getRoleName(unsigned role) {
      return ::llvm::cast<::mlir::StringAttr>(getNames()[role]).getValue();
    }
  }];
}

def Tile_ClaimOp : Tile_Op<"claim"> {
  let summary = "The next number of a counter";
  let description = [{
    Adds 1 to the counter, atomically among all programs, and returns what it was.

    Example: `%next = tile.claim %counter[%c0] : memref<?xi32>`
  }];
  let arguments = (ins Arg<MemRefOf<[I32]>, "", [MemRead, MemWrite]>:$counter, Variadic<Index>:$indices);
  let results = (outs Index:$number);
  let assemblyFormat = "$counter `[` $indices `]` attr-dict `:` type($counter)";
  let hasVerifier = 1;
}

def Tile_BlocksOp : Tile_Op<"blocks", [MemoryEffects<[MemRead]>]> {
  let summary = "Who runs programs in turn: its number, and how many there are";
  let description = [{
    In a kernel whose programs run in turn, which is `persistent`, a *block* runs several of them, one after another.

    Example: `%block, %blocks = tile.blocks : i32, i32`
  }];
  let results = (outs I32:$block, I32:$blocks);
  let assemblyFormat = "attr-dict `:` type($block) `,` type($blocks)";
  let hasVerifier = 1;
}

def Tile_ExtentsOp : Tile_Op<"extents", [MemoryEffects<[MemRead]>]> {
  let summary = "The extents of the grid whose programs run in turn";
  let description = [{
    Example: `%nx, %ny, %nz = tile.extents : i32, i32, i32`
  }];
  let results = (outs I32:$x, I32:$y, I32:$z);
  let assemblyFormat = "attr-dict `:` type($x) `,` type($y) `,` type($z)";
  let hasVerifier = 1;
}
