// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The tile dialect, its types and its attributes.
#ifndef TILE_DIALECT_TD
#define TILE_DIALECT_TD

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/OpBase.td"

def Tile_Dialect : Dialect {
  let name = "tile";
  let cppNamespace = "::attn::tile";
  let summary = "Programs that compute one block of a result on tiles";
  let description = [{
    A tile is a static rank-2 tensor of scalars that is not empty. A `tile.kernel` is one program per grid point, in value form: no memory spaces,
    threads or asynchrony. arith and math work on tiles directly, scf carries them, memrefs are global memory.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
  let useDefaultTypePrinterParser = 1;
  let useDefaultAttributePrinterParser = 1;
  let hasConstantMaterializer = 1;
  let hasOperationAttrVerify = 1;
}

def Tile_ListKind : I32EnumAttr<"ListKind", "how a block list is stored", [
    I32EnumAttrCase<"ranges", 0>, I32EnumAttrCase<"rows", 1>]> {
  let cppNamespace = "::attn::tile";
}

def Tile_CombineKind : I32EnumAttr<"CombineKind", "how two elements are combined", [
    I32EnumAttrCase<"add", 0>, I32EnumAttrCase<"mul", 1>, I32EnumAttrCase<"max", 2>, I32EnumAttrCase<"min", 3>]> {
  let cppNamespace = "::attn::tile";
  let genSpecializedAttr = 0;
}
def Tile_CombineKindAttr : EnumAttr<Tile_Dialect, Tile_CombineKind, "combine">;

def Tile_List : TypeDef<Tile_Dialect, "List"> {
  let mnemonic = "list";
  let summary = "block list";
  let description = [{
    The ordered blocks of one program row, partial ones first.

    `ranges`: closed-form segments, no memory. `rows`: counts and padded indices in memory.
  }];
  let parameters = (ins EnumParameter<Tile_ListKind>:$kind);
  let assemblyFormat = "`<` $kind `>`";
}

def Tile_Access : I32EnumAttr<"Access", "what a slot is held for", [
    I32EnumAttrCase<"fill", 0>, I32EnumAttrCase<"read", 1>]> {
  let cppNamespace = "::attn::tile";
}

def Tile_Epilogue : I32EnumAttr<"Epilogue", "how a stored tile leaves", [
    I32EnumAttrCase<"threads", 0>, I32EnumAttrCase<"copy", 1>]> {
  let cppNamespace = "::attn::tile";
  let genSpecializedAttr = 0;
}
def Tile_EpilogueAttr : EnumAttr<Tile_Dialect, Tile_Epilogue, "epilogue"> {
  let assemblyFormat = "`<` $value `>`";
}

def Tile_Home : I32EnumAttr<"Home", "where an operand of a product lies", [
    I32EnumAttrCase<"registers", 0>, I32EnumAttrCase<"slot", 1>, I32EnumAttrCase<"either", 2>]> {
  let cppNamespace = "::attn::tile";
}

def Tile_Ring : TypeDef<Tile_Dialect, "Ring"> {
  let mnemonic = "ring";
  let summary = "bounded queue of tiles";
  let description = [{
    `depth` slots of on-chip memory, each for one payload of tiles, which may be empty (a baton). The k-th wait gets the
    payload of the k-th commit.

    Example: `!tile.ring<2, tensor<128x128xbf16>>`
  }];
  let parameters = (ins "int64_t":$depth, OptionalArrayRefParameter<"::mlir::Type">:$tiles);
  let assemblyFormat = "`<` $depth (`,` $tiles^)? `>`";
  let genVerifyDecl = 1;
}

def Tile_Slot : TypeDef<Tile_Dialect, "Slot"> {
  let mnemonic = "slot";
  let summary = "slot of a ring";
  let description = [{
    A slot held to be filled, which ends with a commit, or to be read, which ends with a release. It ends once.

    Example: `!tile.slot<fill, tensor<128x128xbf16>>`
  }];
  let parameters = (ins EnumParameter<Tile_Access>:$access, OptionalArrayRefParameter<"::mlir::Type">:$tiles);
  let assemblyFormat = "`<` $access (`,` $tiles^)? `>`";
  let genVerifyDecl = 1;
}

def Tile_Slots : TypeDef<Tile_Dialect, "Slots"> {
  let mnemonic = "slots";
  let summary = "slots in on-chip memory";
  let description = [{
    `depth` slots, each for one payload of tiles.

    Example: `!tile.slots<2, tensor<128x128xbf16>>`
  }];
  let parameters = (ins "int64_t":$depth, ArrayRefParameter<"::mlir::Type">:$tiles);
  let assemblyFormat = "`<` $depth `,` $tiles `>`";
  let genVerifyDecl = 1;
}

def Tile_Barriers : TypeDef<Tile_Dialect, "Barriers"> {
  let mnemonic = "barriers";
  let summary = "barriers in on-chip memory";
  let description = [{
    `depth` barriers, each with phases of its own.

    Example: `!tile.barriers<2>`
  }];
  let parameters = (ins "int64_t":$depth);
  let assemblyFormat = "`<` $depth `>`";
  let genVerifyDecl = 1;
}

def Tile_Pending : TypeDef<Tile_Dialect, "Pending"> {
  let mnemonic = "pending";
  let summary = "what has begun and not ended";
  let description = [{
    A product in flight, which only an await turns into its tile, or without a tile a copy in flight.

    Example: `!tile.pending<tensor<64x128xf32>>`
  }];
  let parameters = (ins OptionalParameter<"::mlir::Type">:$tile);
  let assemblyFormat = "(`<` $tile^ `>`)?";
  let genVerifyDecl = 1;
}

def Tile_FillSlot : Type<CPred<"::attn::tile::isSlot($_self, ::attn::tile::Access::fill)">, "slot to fill",
                         "::attn::tile::SlotType">;
def Tile_ReadSlot : Type<CPred<"::attn::tile::isSlot($_self, ::attn::tile::Access::read)">, "slot to read",
                         "::attn::tile::SlotType">;

def Tile_Schedule : AttrDef<Tile_Dialect, "Schedule"> {
  let mnemonic = "schedule";
  let summary = "schedule";
  let description = [{
    Decisions about a kernel that are pinned; an absent field is the cost model's.
    `rows`, `cols`: tile sizes of a program along queries and keys. `value_cols`: how many columns of the values a program
    has; others of the same rows have the rest, and each computes the scores.

    Example: `#tile.schedule<rows = 96, cols = 512>`
  }];
  let parameters = (ins OptionalParameter<"int64_t">:$rows, OptionalParameter<"int64_t">:$cols,
                        OptionalParameter<"int64_t">:$value_cols);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

def Tile_Tile : Type<CPred<"::attn::tile::isTile($_self)">, "tile (a static rank-2 tensor of scalars, not empty)", "::mlir::RankedTensorType">;
class Tile_TileOf<list<Type> types, string text> :
    Type<And<[Tile_Tile.predicate, Concat<"[](::mlir::Type elementType) { return ", SubstLeaves<"$_self", "elementType",
         AnyTypeOf<types>.predicate>, "; }(::llvm::cast<::mlir::ShapedType>($_self).getElementType())">]>,
         "tile of " # text, "::mlir::RankedTensorType">;
def Tile_FloatTile : Tile_TileOf<[F16, BF16, F32, F64], "f16, bf16, f32 or f64">;
def Tile_WideTile : Tile_TileOf<[F32, F64], "f32 or f64">;
def Tile_NumberTile : Tile_TileOf<[F16, BF16, F32, F64, I8, I32, I64], "numbers">;
def Tile_IndexTile : Tile_TileOf<[I32], "i32">;
def Tile_MaskTile : Tile_TileOf<[I1], "i1">;

#endif
