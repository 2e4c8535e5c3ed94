// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Block lists: which blocks of the other dim a program visits.

def Tile_ListOp : Tile_Op<"list", [Pure, SameVariadicOperandSize]> {
  let summary = "A list of blocks from closed-form segments";
  let description = [{
    Each segment (lo, hi, full|partial) holds the blocks lo, lo + 1, ..., hi - 1; it is empty when hi <= lo. Segments are
    disjoint. Entries: the blocks of the partial segments in the order written, then those of the full ones.

    Example:
    ```mlir
    %list = tile.list (%diagonal, %end, partial), (%zero, %diagonal, full) : !tile.list<ranges>
    ```
  }];
  let arguments = (ins Variadic<Index>:$lower, Variadic<Index>:$upper, DenseBoolArrayAttr:$partial);
  let results = (outs Tile_List:$list);
  let builders = [OpBuilder<(ins "::mlir::ValueRange":$lower, "::mlir::ValueRange":$upper,
                                 "::llvm::ArrayRef<bool>":$partial)>];
  let assemblyFormat = "custom<Segments>($lower, $upper, $partial) attr-dict `:` type($list)";
  let hasVerifier = 1;
  let hasCanonicalizeMethod = 1;
}

def Tile_ListRowsOp : Tile_Op<"list_rows", [Pure, AttrSizedOperandSegments]> {
  let summary = "A list of blocks from a row of tables in memory";
  let description = [{
    Row [i...] of `counts` says how many entries there are, row [i...] of `partials` how many of them are partial (absent:
    none), and row [i...] of `indices` holds the block numbers, partial ones first, padded with -1.

    Example:
    ```mlir
    %list = tile.list_rows %counts, %indices, %partials[%b, %h, %m]
        : memref<?x?x?xi32>, memref<?x?x?x?xi32>, memref<?x?x?xi32> -> !tile.list<rows>
    ```
  }];
  let arguments = (ins MemRefOf<[I32]>:$counts, MemRefOf<[I32]>:$indices, Optional<MemRefOf<[I32]>>:$partials,
                       Variadic<Index>:$row);
  let results = (outs Tile_List:$list);
  let assemblyFormat = [{
    $counts `,` $indices (`,` $partials^)? `[` $row `]` attr-dict
    `:` type($counts) `,` type($indices) (`,` type($partials)^)? `->` type($list)
  }];
  let hasVerifier = 1;
}

def Tile_LengthOp : Tile_Op<"length", [DeclareOpInterfaceMethods<MemoryEffectsOpInterface>]> {
  let summary = "How many entries of a list are partial, and how many there are";
  let description = [{
    Example: `%partial, %all = tile.length %list : !tile.list<ranges>`
  }];
  let arguments = (ins Tile_List:$list);
  let results = (outs Index:$partials, Index:$entries);
  let assemblyFormat = "$list attr-dict `:` type($list)";
  let hasFolder = 1;
}

def Tile_EntryOp : Tile_Op<"entry", [DeclareOpInterfaceMethods<MemoryEffectsOpInterface>]> {
  let summary = "Block number of an entry, and whether the block is partial";
  let description = [{
    `position` is in [0, entries). An entry is partial exactly when its position is below the list's partial count.

    Example: `%block, %partial = tile.entry %list, %t : !tile.list<ranges>`
  }];
  let arguments = (ins Tile_List:$list, Index:$position);
  let results = (outs Index:$block, I1:$partial);
  let assemblyFormat = "$list `,` $position attr-dict `:` type($list)";
  let hasCanonicalizeMethod = 1;
}
