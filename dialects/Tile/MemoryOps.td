// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tiles from and to global memory.

def Tile_LoadOp : Tile_Op<"load", [AttrSizedOperandSegments, DeclareOpInterfaceMethods<TileOpInterface>,
    DeclareOpInterfaceMethods<MemoryEffectsOpInterface>]> {
  let summary = "A tile of a memref";
  let description = [{
    `offsets` has one index per memref dim. `dims = [r, c]` names the memref dims that run along the tile's rows and
    columns; -1 where there is none. `index [d...](%t...)` adds the i32 tile %t to the index of dim d; its dims are the
    result's or 1.

    result[i, j] = source[x], x_k = offsets_k + (i if k = r) + (j if k = c) + (t[i, j] if k is indexed by t)

    A dim is tiled if it is in `dims`, indexed if it is in `index`, not both. `bounds` gives for each tiled dim, rows
    first, the exclusive end; default: the memref's size. At or past a bound, and outside the memref in an indexed dim,
    the element is `pad` (default 0). Offsets of tiled dims are not negative, bounds do not exceed the memref's sizes,
    and every other index is inside the memref.

    Example:
    ```mlir
    %k = tile.load %keys[%b, %h, %j, %c0] dims = [2, 3] bounds(%end, %c64)
        : memref<?x?x?x64xf32> -> tensor<512x64xf32>
    %bias = tile.load %table[%h, %c0] dims = [-1, -1] index [1](%distance : tensor<96x512xi32>)
        : memref<?x?xf32> -> tensor<96x512xf32>
    ```
  }];
  let arguments = (ins AnyMemRef:$source, Variadic<Index>:$offsets, Variadic<Index>:$bounds,
                       Variadic<Tile_IndexTile>:$indices, DenseI64ArrayAttr:$dims,
                       OptionalAttr<DenseI64ArrayAttr>:$indexDims, OptionalAttr<TypedAttrInterface>:$pad);
  let results = (outs Tile_Tile:$result);
  let builders = [OpBuilder<(ins "::mlir::Type":$result, "::mlir::Value":$source, "::mlir::ValueRange":$offsets,
                                 "::llvm::ArrayRef<int64_t>":$dims, CArg<"::mlir::ValueRange", "{}">:$bounds)>];
  let assemblyFormat = [{
    $source `[` $offsets `]` `dims` `=` $dims (`bounds` `(` $bounds^ `)`)?
    (`index` $indexDims^ `(` $indices `:` type($indices) `)`)? (`pad` $pad^)?
    attr-dict `:` type($source) `->` type($result)
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// The memref dims along rows and columns; -1 where there is none.
    int64_t getRowDim() { return getDims()[0]; }
    int64_t getColDim() { return getDims()[1]; }
    ::llvm::ArrayRef<int64_t> getIndexedDims() {
      return getIndexDims() ? *getIndexDims() : ::llvm::ArrayRef<int64_t>{};
    }
    /// The bound given for a tiled memref dim, or null: the memref's size.
    ::mlir::Value getBoundOf(int64_t dim);
    /// What lies outside: `pad`, or zero of the element type.
    ::mlir::TypedAttr getPadValue();
  }];
}

def Tile_StoreOp : Tile_Op<"store", [AttrSizedOperandSegments, DeclareOpInterfaceMethods<TileOpInterface>,
    DeclareOpInterfaceMethods<MemoryEffectsOpInterface>]> {
  let summary = "A tile to a memref";
  let description = [{
    `tile.load` reversed: dest[x] = value[i, j] where x is inside the bounds and, if there is a mask, mask[i, j] is 1; the
    rest is dropped. Swapped `dims` store the transpose. An element that two (i, j) address has one of their values.
    `epilogue`: whether threads store what they hold, or a copy what they have put in a slot.

    Example:
    ```mlir
    tile.store %o, %out[%b, %h, %i, %c0] dims = [2, 3] : tensor<96x64xf32>, memref<?x?x?x64xf32>
    tile.store %j, %list[%row, %c0] dims = [-1, -1] index [1](%position : tensor<1x64xi32>) mask(%take : tensor<1x64xi1>)
        : tensor<1x64xi32>, memref<?x?xi32>
    ```
  }];
  let arguments = (ins Tile_Tile:$value, AnyMemRef:$dest, Variadic<Index>:$offsets, Variadic<Index>:$bounds,
                       Variadic<Tile_IndexTile>:$indices, Optional<Tile_MaskTile>:$mask, DenseI64ArrayAttr:$dims,
                       OptionalAttr<DenseI64ArrayAttr>:$indexDims, OptionalAttr<Tile_EpilogueAttr>:$epilogue);
  let builders = [OpBuilder<(ins "::mlir::Value":$value, "::mlir::Value":$dest, "::mlir::ValueRange":$offsets,
                                 "::llvm::ArrayRef<int64_t>":$dims, CArg<"::mlir::ValueRange", "{}">:$bounds)>];
  let assemblyFormat = [{
    $value `,` $dest `[` $offsets `]` `dims` `=` $dims (`bounds` `(` $bounds^ `)`)?
    (`index` $indexDims^ `(` $indices `:` type($indices) `)`)? (`mask` `(` $mask^ `:` type($mask) `)`)?
    attr-dict `:` type($value) `,` type($dest)
  }];
  let hasVerifier = 1;
  let hasCanonicalizeMethod = 1;
  let extraClassDeclaration = [{
    int64_t getRowDim() { return getDims()[0]; }
    int64_t getColDim() { return getDims()[1]; }
    ::llvm::ArrayRef<int64_t> getIndexedDims() {
      return getIndexDims() ? *getIndexDims() : ::llvm::ArrayRef<int64_t>{};
    }
    /// The bound given for a tiled memref dim, or null: the memref's size.
    ::mlir::Value getBoundOf(int64_t dim);
  }];
}
