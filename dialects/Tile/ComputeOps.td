// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tiles from tiles.

class Tile_ComputeOp<string name, list<Trait> traits = []> :
    Tile_Op<name, !listconcat(traits, [Pure, DeclareOpInterfaceMethods<TileOpInterface>])>;

def Tile_MmaOp : Tile_ComputeOp<"mma"> {
  let summary = "Product of two tiles, added to a third";
  let description = [{
    result = c + a · b, with a transposed first if `transA`, b if `transB`, and c = 0 if absent.
    `instruction` is the target's that computes it.

    | a, b | c, result |
    |---|---|
    | f16, bf16, f32 | f32 |
    | f64 | f64 |

    Example:
    ```mlir
    %s = tile.mma %q, %k {transB} : tensor<96x64xf32>, tensor<512x64xf32> -> tensor<96x512xf32>
    %o = tile.mma %p, %v, %acc : tensor<96x512xf32>, tensor<512x64xf32>, tensor<96x64xf32> -> tensor<96x64xf32>
    ```
  }];
  let arguments = (ins Tile_FloatTile:$a, Tile_FloatTile:$b, Optional<Tile_WideTile>:$c, UnitAttr:$transA,
                       UnitAttr:$transB, OptionalAttr<InstructionAttrInterface>:$instruction);
  let results = (outs Tile_WideTile:$result);
  let assemblyFormat = [{
    $a `,` $b (`,` $c^)? (`by` `(` $instruction^ `)`)? attr-dict `:` type($a) `,` type($b) (`,` type($c)^)?
    `->` type($result)
  }];
  let builders = [OpBuilder<(ins "::mlir::Value":$a, "::mlir::Value":$b, "::mlir::Value":$c, "bool":$transA,
                                 "bool":$transB)>];
  let hasVerifier = 1;
  let hasCanonicalizeMethod = 1;
}

def Tile_ReduceOp : Tile_Op<"reduce", [RecursivelySpeculatable, RecursiveMemoryEffects,
    DeclareOpInterfaceMethods<TileOpInterface>, SingleBlock]> {
  let summary = "Combines the elements along a dim, in a fixed order";
  let description = [{
    The reduced dim stays, with size 1. The combination is a kind or, with `kind` absent, a region of two scalars. `max`
    and `min` of floats return NaN where an element is NaN.

    Example:
    ```mlir
    %m = tile.reduce max %s dim 1 : tensor<96x512xf32> -> tensor<96x1xf32>
    %r = tile.reduce %s dim 1 : tensor<96x512xf32> -> tensor<96x1xf32> {
    ^bb0(%x: f32, %y: f32):
      %z = arith.addf %x, %y : f32
      tile.yield %z : f32
    }
    ```
  }];
  let arguments = (ins Tile_NumberTile:$source, OptionalAttr<Tile_CombineKindAttr>:$kind, I64Attr:$dim);
  let results = (outs Tile_NumberTile:$result);
  let regions = (region MaxSizedRegion<1>:$combine);
  let builders = [OpBuilder<(ins "::attn::tile::CombineKind":$kind, "::mlir::Value":$source, "int64_t":$dim)>];
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Tile_ScanOp : Tile_ComputeOp<"scan", [SameOperandsAndResultType]> {
  let summary = "Running combination along a dim, in a fixed order";
  let description = [{
    result[i] combines the elements 0..i along `dim`; with `exclusive` 0..i-1 (element 0: the kind's identity); with
    `reverse` it runs from the end.

    Example: `%g = tile.scan add %a dim 0 {exclusive} : tensor<64x1xf32>`
  }];
  let arguments = (ins Tile_NumberTile:$source, Tile_CombineKindAttr:$kind, I64Attr:$dim, UnitAttr:$exclusive,
                       UnitAttr:$reverse);
  let results = (outs Tile_NumberTile:$result);
  let assemblyFormat = "$kind $source `dim` $dim attr-dict `:` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Tile_BroadcastOp : Tile_ComputeOp<"broadcast"> {
  let summary = "Repeats a dim of size 1";
  let description = [{
    Each dim of the source is the result's or 1.

    Example: `%b = tile.broadcast %m : tensor<96x1xf32> -> tensor<96x512xf32>`
  }];
  let arguments = (ins Tile_Tile:$source);
  let results = (outs Tile_Tile:$result);
  let assemblyFormat = "$source attr-dict `:` type($source) `->` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Tile_IotaOp : Tile_ComputeOp<"iota"> {
  let summary = "Positions along a dim";
  let description = [{
    result[i0, i1] = start + i_dim, as i32.

    Example: `%j = tile.iota %first dim 1 : tensor<1x512xi32>`
  }];
  let arguments = (ins Index:$start, I64Attr:$dim);
  let results = (outs Tile_IndexTile:$result);
  let assemblyFormat = "$start `dim` $dim attr-dict `:` type($result)";
  let hasVerifier = 1;
}

def Tile_TransposeOp : Tile_ComputeOp<"transpose"> {
  let summary = "Swaps rows and columns";
  let description = [{
    Example: `%t = tile.transpose %g : tensor<64x1xf32> -> tensor<1x64xf32>`
  }];
  let arguments = (ins Tile_Tile:$source);
  let results = (outs Tile_Tile:$result);
  let assemblyFormat = "$source attr-dict `:` type($source) `->` type($result)";
  let builders = [OpBuilder<(ins "::mlir::Value":$source)>];
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Tile_ShearOp : Tile_ComputeOp<"shear"> {
  let summary = "Turns diagonals into columns";
  let description = [{
    Row i of the M x N source moves right by M - 1 - i: result[i, j + M - 1 - i] = source[i, j] in M x (M + N - 1), and
    `fill` elsewhere, so that column k holds the diagonal j - i = k - (M - 1). With `inverse` the source is
    M x (M + N - 1) and result[i, j] = source[i, j + M - 1 - i]; there is no fill.

    Example:
    ```mlir
    %d = tile.shear %p, %zero : tensor<64x128xf32> -> tensor<64x191xf32>
    %p = tile.shear %d {inverse} : tensor<64x191xf32> -> tensor<64x128xf32>
    ```
  }];
  let arguments = (ins Tile_Tile:$source, Optional<AnyType>:$fill, UnitAttr:$inverse);
  let results = (outs Tile_Tile:$result);
  let assemblyFormat = "$source (`,` $fill^ `:` type($fill))? attr-dict `:` type($source) `->` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Tile_SolveOp : Tile_ComputeOp<"solve", [AllTypesMatch<["b", "result"]>]> {
  let summary = "Solves a unit triangular system";
  let description = [{
    (I - A) X = B, or with `trans` (I - A)ᵀ X = B, where A is what `a` holds strictly below its diagonal; the rest of `a`
    is not read.

    Example: `%x = tile.solve %a, %b : tensor<64x64xf32>, tensor<64x128xf32>`
  }];
  let arguments = (ins Tile_WideTile:$a, Tile_WideTile:$b, UnitAttr:$trans);
  let results = (outs Tile_WideTile:$result);
  let assemblyFormat = "$a `,` $b attr-dict `:` type($a) `,` type($b)";
  let hasVerifier = 1;
}
