// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One run of scalar IR through the rules of its ops.
#pragma once

#include "dialects/Attn/AttnOps.h"
#include "lib/Conversion/AttnToTile/Emitter.h"
#include "mlir/IR/IRMapping.h"

namespace attn::totile {

/// Emits scalar IR into a block that is in no program, then converts it op by op on the lattice of shapes uniform,
/// row, column, pair. A value is broadcast only where it meets one of another shape.
class ScalarConversion {
public:
  explicit ScalarConversion(TileEmitter &emitter) : emitter(emitter) {}

  llvm::FailureOr<llvm::SmallVector<TileValue>> run(llvm::ArrayRef<mlir::Value> captures,
                                                    llvm::ArrayRef<TileValue> inputs, ScalarEmitter emit);

private:
  llvm::LogicalResult convert(mlir::Operation &op);
  llvm::LogicalResult convertBlock(mlir::Block &block);
  llvm::LogicalResult convertElementwise(mlir::Operation &op);
  llvm::LogicalResult convertLookup(LookupOp op);
  llvm::LogicalResult convertDistance(DistanceOp op);
  llvm::LogicalResult convertSoftcap(SoftcapOp op);
  llvm::LogicalResult convertIndexCast(mlir::Operation &op);
  llvm::LogicalResult convertIf(mlir::scf::IfOp op);
  llvm::LogicalResult convertFor(mlir::scf::ForOp op);
  /// With what it carries as scalars or as tiles of all pairs; null where the body yields tiles and not scalars.
  llvm::FailureOr<mlir::scf::ForOp> convertLoop(mlir::scf::ForOp op, TileValue bound, bool asScalars);
  TileValue boundByLookup(mlir::scf::ForOp op);
  /// The quotient of positions by a multiple of the tile, which is the same for the whole tile; null elsewhere.
  TileValue uniformQuotient(mlir::Operation &op);
  TileValue select(const TileValue &condition, const TileValue &yes, const TileValue &no);
  TileValue loadScalar(mlir::Value memref, llvm::ArrayRef<TileValue> indices);
  TileValue loadTile(mlir::Value memref, llvm::ArrayRef<TileValue> indices);
  /// A uniform index as an index that lies inside dim `dim` of the memref.
  mlir::Value clamped(mlir::Value memref, unsigned dim, const TileValue &index);

  void bind(mlir::Value scalar, const TileValue &value) { values[scalar] = value; }
  TileValue get(mlir::Value scalar) { return values.lookup(scalar); }
  /// The values of an op's operands; failure, reported, where one is unknown at this place.
  llvm::FailureOr<llvm::SmallVector<TileValue>> operands(mlir::Operation &op);

  /// Tells the emitter which dims a lookup indexes by coordinates.
  void reportIndexed(LookupOp op);

  TileEmitter &emitter;
  llvm::DenseMap<mlir::Value, TileValue> values;
  /// Captured values, the tensors and the memrefs they stand for.
  mlir::IRMapping tensors, memrefs;
  llvm::DenseMap<mlir::Value, Coordinate> coordinates;
};

} // namespace attn::totile
