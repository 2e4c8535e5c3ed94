// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The ops of the tile dialect.
#pragma once

#include "dialects/Interfaces/LaunchableInterface.h"
#include "dialects/Tile/InstructionInterface.h"
#include "dialects/Tile/TileDialect.h"
#include "dialects/Tile/TileInterfaces.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace attn::tile {

/// Whether elements along a dim of a memref are neighbours in memory, as far as its type says; false of dim -1.
bool isContiguous(mlir::Type memref, int64_t dim);

/// The slot that a view is a part of, through other views; of a slot itself, it.
mlir::Value getRootOfSlot(mlir::Value slot);

/// On a kernel, a bool: a device runs its programs in turn, as many at once as fit, and not a block for each.
inline constexpr llvm::StringLiteral kPersistent = "persistent";

/// What the ops on rings act on, so that they keep their order.
struct RingResource : mlir::SideEffects::Resource::Base<RingResource> {
  llvm::StringRef getName() final { return "tile rings"; }
};
/// What products in flight act on, so that they keep their order.
struct ProductResource : mlir::SideEffects::Resource::Base<ProductResource> {
  llvm::StringRef getName() final { return "tile products"; }
};

} // namespace attn::tile

#define GET_OP_CLASSES
#include "dialects/Tile/TileOps.h.inc"

namespace attn::tile {

/// The product that a tile.mma or tile.issue computes.
Product describeProduct(MmaOp op);
Product describeProduct(IssueOp op);

/// Whether a kernel is marked for its programs to run in turn, and whether its body goes through them.
bool isPersistent(KernelOp kernel);
bool runsInTurn(KernelOp kernel);

} // namespace attn::tile
