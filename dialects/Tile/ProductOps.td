// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Products that run beside other work, and tiles that change their layout.

def Tile_IssueOp : Tile_Op<"issue", [MemoryEffects<[MemRead<Tile_RingResource>, MemRead<Tile_ProductResource>,
                                                    MemWrite<Tile_ProductResource>]>]> {
  let summary = "Begins a product";
  let description = [{
    `tile.mma` whose operands may be slots and whose result is in flight until its await. Products of a team end in the
    order of their issue. `c` may be a product of this team in flight: a chain is awaited once, at its end. `instruction`
    is the target's that computes it.

    Example:
    ```mlir
    %p = tile.issue %q, %k {transB} : !tile.slot<read, tensor<64x128xbf16>>, !tile.slot<read, tensor<128x128xbf16>>
        -> !tile.pending<tensor<64x128xf32>>
    ```
  }];
  let arguments = (ins AnyTypeOf<[Tile_FloatTile, Tile_ReadSlot]>:$a, AnyTypeOf<[Tile_FloatTile, Tile_ReadSlot]>:$b,
                       Optional<AnyTypeOf<[Tile_WideTile, Tile_Pending]>>:$c, UnitAttr:$transA, UnitAttr:$transB,
                       OptionalAttr<InstructionAttrInterface>:$instruction);
  let results = (outs Tile_Pending:$pending);
  let assemblyFormat = [{
    $a `,` $b (`,` $c^)? (`by` `(` $instruction^ `)`)? attr-dict `:` type($a) `,` type($b) (`,` type($c)^)?
    `->` qualified(type($pending))
  }];
  let hasVerifier = 1;
}

def Tile_AwaitOp : Tile_Op<"await", [MemoryEffects<[MemRead<Tile_ProductResource>, MemWrite<Tile_ProductResource>]>]> {
  let summary = "Waits for what is in flight";
  let description = [{
    The tile of a product; nothing for a copy. With `outstanding` it waits until no more than that many of the team's
    products are in flight, the latest ones.

    Example: `%s = tile.await %p : !tile.pending<tensor<64x128xf32>> -> tensor<64x128xf32>`
  }];
  let arguments = (ins Tile_Pending:$pending, OptionalAttr<I64Attr>:$outstanding);
  let results = (outs Optional<Tile_Tile>:$tile);
  let assemblyFormat = "$pending attr-dict `:` qualified(type($pending)) (`->` type($tile)^)?";
  let hasVerifier = 1;
}

def Tile_ConvertOp : Tile_Op<"convert", [Pure, DeclareOpInterfaceMethods<TileOpInterface>]> {
  let summary = "The same tile in another layout";
  let description = [{
    Example: `%a = tile.convert %p : tensor<64x128xbf16> -> tensor<64x128xbf16>`
  }];
  let arguments = (ins Tile_Tile:$source);
  let results = (outs Tile_Tile:$result);
  let assemblyFormat = "$source attr-dict `:` type($source) `->` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}
