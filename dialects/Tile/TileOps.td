// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The ops of the tile dialect. One family a file.
#ifndef TILE_OPS_TD
#define TILE_OPS_TD

include "dialects/Interfaces/LaunchableInterface.td"
include "dialects/Tile/TileDialect.td"
include "dialects/Tile/TileInterfaces.td"
include "mlir/IR/BuiltinAttributeInterfaces.td"
include "mlir/IR/OpAsmInterface.td"
include "mlir/IR/RegionKindInterface.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Tile_RingResource : Resource<"::attn::tile::RingResource">;
def Tile_ProductResource : Resource<"::attn::tile::ProductResource">;

/// How each tile of a slot lies.
def Tile_Layouts : TypedArrayAttrBase<LayoutAttrInterface, "layouts of tiles">;

class Tile_Op<string name, list<Trait> traits = []> : Op<Tile_Dialect, name, traits>;

include "dialects/Tile/KernelOps.td"
include "dialects/Tile/ListOps.td"
include "dialects/Tile/MemoryOps.td"
include "dialects/Tile/ComputeOps.td"
include "dialects/Tile/RingOps.td"
include "dialects/Tile/SyncOps.td"
include "dialects/Tile/ProductOps.td"
include "dialects/Tile/RoleOps.td"

#endif
