// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The program itself: kernel and its terminator.

def Tile_KernelOp : Tile_Op<"kernel", [Symbol, IsolatedFromAbove, OpAsmOpInterface,
    DeclareOpInterfaceMethods<LaunchableOpInterface>]> {
  let summary = "One program per point of a grid";
  let description = [{
    `grid` is host arithmetic on the arguments and yields the extents (x, y, z). `body` runs once for each point of the
    grid, in any order; it sees the arguments and the point. Arguments are memrefs (global memory), index, integer and
    float scalars. Inside the body every tensor is a tile.

    Example:
    ```mlir
    tile.kernel @twice(%src: memref<?x64xf32>, %dst: memref<?x64xf32>)
    grid {
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %c32 = arith.constant 32 : index
      %m = memref.dim %src, %c0 : memref<?x64xf32>
      %x = arith.ceildivui %m, %c32 : index
      tile.yield %x, %c1, %c1 : index, index, index
    } body(%x, %y, %z) {
      %c0 = arith.constant 0 : index
      %c32 = arith.constant 32 : index
      %r = arith.muli %x, %c32 : index
      %a = tile.load %src[%r, %c0] dims = [0, 1] : memref<?x64xf32> -> tensor<32x64xf32>
      %b = arith.addf %a, %a : tensor<32x64xf32>
      tile.store %b, %dst[%r, %c0] dims = [0, 1] : tensor<32x64xf32>, memref<?x64xf32>
      tile.yield
    }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, OptionalAttr<StrAttr>:$sym_visibility,
                       OptionalAttr<Tile_Schedule>:$schedule);
  let regions = (region SizedRegion<1>:$grid, SizedRegion<1>:$body);
  let builders = [OpBuilder<(ins "::llvm::StringRef":$name, "::mlir::TypeRange":$arguments)>];
  let skipDefaultBuilders = 1;
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    /// How many dims a grid has.
    static constexpr unsigned gridRank = 3;
    /// The arguments as the body and as the grid region see them.
    ::mlir::Block::BlockArgListType getBodyArguments();
    ::mlir::Block::BlockArgListType getGridArguments();
    /// The point (x, y, z) of the grid.
    ::mlir::Block::BlockArgListType getPoint();
    unsigned getNumKernelArguments() { return getGridArguments().size(); }
    ::llvm::SmallVector<::mlir::Type> getArgumentTypes();
    /// Appends an argument to both regions; returns what the body sees.
    ::mlir::BlockArgument addArgument(::mlir::Type type, ::mlir::Location loc);
  }];
}

def Tile_YieldOp : Tile_Op<"yield", [Pure, Terminator, ReturnLike,
    ParentOneOf<["KernelOp", "ReduceOp", "RolesOp"]>]> {
  let summary = "Ends a grid (three extents), a body or a role (nothing) or a combination (one value)";
  let arguments = (ins Variadic<AnyType>:$values);
  let assemblyFormat = "attr-dict ($values^ `:` type($values))?";
}
