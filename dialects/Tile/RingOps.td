// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Rings: bounded queues of tiles in on-chip memory, between roles or inside one.

class Tile_QueueOp<string name, list<Trait> traits = []> :
    Tile_Op<name, !listconcat(traits, [MemoryEffects<[MemRead<Tile_RingResource>, MemWrite<Tile_RingResource>]>])>;

def Tile_RingOp : Tile_Op<"ring"> {
  let summary = "A ring, empty";
  let description = [{
    The k-th wait gets what the k-th commit has filled. Inside a role every team has a ring of its own; outside, the
    ring is shared: a payload is full when every role that fills it has committed it, in each of its teams, and free
    when every one that reads it has released it. `layout`: how each tile of a slot lies.

    Example: `%keys = tile.ring : !tile.ring<2, tensor<128x128xbf16>>`
  }];
  let arguments = (ins OptionalAttr<Tile_Layouts>:$layout);
  let results = (outs Res<Tile_Ring, "", [MemAlloc]>:$ring);
  let assemblyFormat = "attr-dict `:` qualified(type($ring))";
  let hasVerifier = 1;
}

def Tile_AcquireOp : Tile_QueueOp<"acquire", [
    TypesMatchWith<"slot is one of the ring's", "ring", "slot", "::attn::tile::slotOf($_self, ::attn::tile::Access::fill)">]> {
  let summary = "The next slot, to be filled";
  let description = [{
    Waits until the slot is free.

    Example: `%f = tile.acquire %keys : !tile.ring<2, tensor<128x128xbf16>>`
  }];
  let arguments = (ins Tile_Ring:$ring);
  let results = (outs Tile_FillSlot:$slot);
  let builders = [OpBuilder<(ins "::mlir::Value":$ring)>];
  let assemblyFormat = "$ring attr-dict `:` qualified(type($ring))";
}

def Tile_WaitOp : Tile_QueueOp<"wait", [
    TypesMatchWith<"slot is one of the ring's", "ring", "slot", "::attn::tile::slotOf($_self, ::attn::tile::Access::read)">]> {
  let summary = "The next slot, to be read";
  let description = [{
    Waits until the slot is full.

    Example: `%s = tile.wait %keys : !tile.ring<2, tensor<128x128xbf16>>`
  }];
  let arguments = (ins Tile_Ring:$ring);
  let results = (outs Tile_ReadSlot:$slot);
  let builders = [OpBuilder<(ins "::mlir::Value":$ring)>];
  let assemblyFormat = "$ring attr-dict `:` qualified(type($ring))";
}

def Tile_CommitOp : Tile_QueueOp<"commit"> {
  let summary = "Ends the filling of a slot";
  let description = [{
    The slot is full once its copies and puts have landed, for every reader.

    Example: `tile.commit %f : !tile.slot<fill, tensor<128x128xbf16>>`
  }];
  let arguments = (ins Tile_FillSlot:$slot);
  let assemblyFormat = "$slot attr-dict `:` qualified(type($slot))";
  let hasVerifier = 1;
}

def Tile_ReleaseOp : Tile_QueueOp<"release"> {
  let summary = "Ends the reading of a slot";
  let description = [{
    Every product and copy that reads the slot has been awaited.

    Example: `tile.release %s : !tile.slot<read, tensor<128x128xbf16>>`
  }];
  let arguments = (ins Tile_ReadSlot:$slot);
  let assemblyFormat = "$slot attr-dict `:` qualified(type($slot))";
  let hasVerifier = 1;
}

def Tile_ViewOp : Tile_Op<"view", [Pure]> {
  let summary = "A part of a slot";
  let description = [{
    Tile number `part` of the payload; with offsets the rows and columns from there on that the result's shape says.
    A view ends with its slot.

    Example:
    ```mlir
    %half = tile.view %q[%row, %c0] : !tile.slot<read, tensor<128x64xbf16>> -> !tile.slot<read, tensor<64x64xbf16>>
    ```
  }];
  let arguments = (ins Tile_Slot:$slot, Variadic<Index>:$offsets, DefaultValuedAttr<I64Attr, "0">:$part);
  let results = (outs Tile_Slot:$view);
  let assemblyFormat = "$slot (`[` $offsets^ `]`)? attr-dict `:` qualified(type($slot)) `->` qualified(type($view))";
  let hasVerifier = 1;
}

def Tile_CopyOp : Tile_Op<"copy", [AttrSizedOperandSegments, MemoryEffects<[MemWrite<Tile_RingResource>]>]> {
  let summary = "Begins a copy of global memory into a slot";
  let description = [{
    Which element goes where is as of `tile.load`, with 0 outside. The slot's commit ends the copy; in a slot that is not of
    a ring, `bytes` land at the barrier that it signals. `descriptor` is the number of the tensor map that it uses.

    Example:
    ```mlir
    tile.copy %f, %K[%b, %h, %j, %c0] dims = [2, 3] bounds(%n, %c128)
        : !tile.slot<fill, tensor<128x128xbf16>>, memref<?x?x?x128xbf16>
    ```
  }];
  let arguments = (ins Tile_FillSlot:$slot, Arg<AnyMemRef, "", [MemRead]>:$source, Variadic<Index>:$offsets,
                       Variadic<Index>:$bounds, Variadic<Tile_IndexTile>:$indices, Optional<Tile_Barriers>:$barriers,
                       Optional<I32>:$stage, DenseI64ArrayAttr:$dims, OptionalAttr<DenseI64ArrayAttr>:$indexDims,
                       DefaultValuedAttr<I64Attr, "0">:$bytes, OptionalAttr<I64Attr>:$descriptor);
  let builders = [OpBuilder<(ins "::mlir::Value":$slot, "::mlir::Value":$source, "::mlir::ValueRange":$offsets,
                                 "::mlir::ValueRange":$bounds, "::mlir::ValueRange":$indices,
                                 "::llvm::ArrayRef<int64_t>":$dims, "::mlir::DenseI64ArrayAttr":$indexDims)>];
  let assemblyFormat = [{
    $slot `,` $source `[` $offsets `]` `dims` `=` $dims (`bounds` `(` $bounds^ `)`)?
    (`index` $indexDims^ `(` $indices `:` type($indices) `)`)? (`signals` $barriers^ `[` $stage `]`)? attr-dict
    `:` qualified(type($slot)) `,` type($source) (`,` qualified(type($barriers))^)?
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::llvm::ArrayRef<int64_t> getIndexedDims() {
      return getIndexDims() ? *getIndexDims() : ::llvm::ArrayRef<int64_t>{};
    }
    /// The bound given for a tiled memref dim, or null: the memref's size.
    ::mlir::Value getBoundOf(int64_t dim);
  }];
}

def Tile_CopyOutOp : Tile_Op<"copy_out", [AttrSizedOperandSegments,
    MemoryEffects<[MemRead<Tile_RingResource>, MemWrite<Tile_RingResource>]>]> {
  let summary = "Begins a copy of a slot to global memory";
  let description = [{
    Which element goes where is as of `tile.store`; what lies outside is dropped. The await of its result ends it.
    `descriptor` is the number of the tensor map that it uses.

    Example:
    ```mlir
    %p = tile.copy_out %s, %O[%b, %h, %i, %c0] dims = [2, 3]
        : !tile.slot<read, tensor<64x128xbf16>>, memref<?x?x?x128xbf16>
    ```
  }];
  let arguments = (ins Tile_ReadSlot:$slot, Arg<AnyMemRef, "", [MemWrite]>:$dest, Variadic<Index>:$offsets,
                       Variadic<Index>:$bounds, Variadic<Tile_IndexTile>:$indices, DenseI64ArrayAttr:$dims,
                       OptionalAttr<DenseI64ArrayAttr>:$indexDims, OptionalAttr<I64Attr>:$descriptor);
  let results = (outs Tile_Pending:$pending);
  let assemblyFormat = [{
    $slot `,` $dest `[` $offsets `]` `dims` `=` $dims (`bounds` `(` $bounds^ `)`)?
    (`index` $indexDims^ `(` $indices `:` type($indices) `)`)? attr-dict `:` qualified(type($slot)) `,` type($dest)
    `->` qualified(type($pending))
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::llvm::ArrayRef<int64_t> getIndexedDims() {
      return getIndexDims() ? *getIndexDims() : ::llvm::ArrayRef<int64_t>{};
    }
    /// The bound given for a tiled memref dim, or null: the memref's size.
    ::mlir::Value getBoundOf(int64_t dim);
  }];
}

def Tile_PutOp : Tile_Op<"put", [MemoryEffects<[MemWrite<Tile_RingResource>]>]> {
  let summary = "Writes a tile into a slot";
  let description = [{
    Example: `tile.put %p, %f : tensor<64x128xbf16>, !tile.slot<fill, tensor<64x128xbf16>>`
  }];
  let arguments = (ins Tile_Tile:$tile, Tile_FillSlot:$slot);
  let assemblyFormat = "$tile `,` $slot attr-dict `:` type($tile) `,` qualified(type($slot))";
  let hasVerifier = 1;
}

def Tile_ReadOp : Tile_Op<"read", [MemoryEffects<[MemRead<Tile_RingResource>]>]> {
  let summary = "The tile of a slot, in registers";
  let description = [{
    Example: `%g = tile.read %s : !tile.slot<read, tensor<64x1xf32>> -> tensor<64x1xf32>`
  }];
  let arguments = (ins Tile_ReadSlot:$slot);
  let results = (outs Tile_Tile:$tile);
  let assemblyFormat = "$slot attr-dict `:` qualified(type($slot)) `->` type($tile)";
  let hasVerifier = 1;
}
