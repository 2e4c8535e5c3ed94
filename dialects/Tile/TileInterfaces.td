// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a pass that splits, interchanges or fuses may ask of a tile op.
#ifndef TILE_INTERFACES_TD
#define TILE_INTERFACES_TD

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

#endif
