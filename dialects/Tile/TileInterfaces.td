// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What passes may ask of a tile op, of the instruction that computes a product, and of how a tile lies.
#ifndef TILE_INTERFACES_TD
#define TILE_INTERFACES_TD

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/Interfaces.td"
include "mlir/IR/OpBase.td"

def TileOpInterface : OpInterface<"TileOpInterface"> {
  let cppNamespace = "::attn::tile";
  let description = [{
    An op with tile operands or results says how their dims relate: it has a list of iteration dims, each parallel,
    contracted or coupled, and names for every tile the iteration dim that its rows and its columns run over.
  }];
  let methods = [
    InterfaceMethod<"The iteration dims and, per tile operand and tile result in order, the dims they run over.",
                    "::attn::tile::TileDims", "getTileDims">
  ];
}

def InstructionAttrInterface : AttrInterface<"InstructionAttrInterface"> {
  let cppNamespace = "::attn::tile";
  let description = [{
    An instruction that multiplies tiles, as far as a pass that knows no target asks: when the product ends, where its
    operands lie, and who shares it. A product carries the one that computes it as `instruction`.
  }];
  let methods = [
    InterfaceMethod<"Whether a product is begun and awaited; else who begins it waits for its end.",
                    "bool", "isAsync">,
    InterfaceMethod<"Where operand 0 (a) or 1 (b) is read, transposed or not.",
                    "::attn::tile::Home", "getHome", (ins "unsigned":$operand, "bool":$transposed)>,
    InterfaceMethod<"The type of the operands' elements.", "::mlir::Type", "getElement">,
    InterfaceMethod<"Rows of the result that one instruction computes.", "int64_t", "getRows">,
    InterfaceMethod<"Warps that share one instruction.", "int64_t", "getWarps">,
    InterfaceMethod<[{Why it does not compute a product of operands of its element type, as in "computes 64 rows at a
                      time, but the result has 16"; empty: it does.}],
                    "::std::string", "findMisfit", (ins "const ::attn::tile::Product &":$product)>
  ];
}

def LayoutAttrInterface : AttrInterface<"LayoutAttrInterface"> {
  let cppNamespace = "::attn::tile";
  let description = [{
    How a tile lies in a slot, as far as an op asks that knows no target. Rings and slots carry one for each of their
    tiles, as `layout`.
  }];
  let methods = [
    InterfaceMethod<[{Why a tile does not lie so, as in "has 64 rows, but the tile has 128"; empty: it does.}],
                    "::std::string", "findMisfit", (ins "::mlir::RankedTensorType":$tile)>
  ];
}

#endif
