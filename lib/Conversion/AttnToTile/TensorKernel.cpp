// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The one kernel of elementwise ops, copies and reductions: a tile of the two innermost dims a program.
#include "lib/Conversion/AttnToTile/TensorKernel.h"
#include "lib/Conversion/AttnToTile/Elements.h"
#include "lib/Conversion/AttnToTile/Emitter.h"
#include "lib/Conversion/AttnToTile/HostNumbers.h"
#include "lib/Conversion/AttnToTile/Kernel.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace attn;
using namespace attn::totile;

namespace {

/// Builds the kernel of one op. Loops are the op's iteration dims: those of its result, or those of a generic.
class TensorKernel {
public:
  TensorKernel(EntryBuilder &entry, Operation *op)
      : op(op), entry(entry), generic(dyn_cast<linalg::GenericOp>(op)), elements(op->getLoc()),
        kernel(entry, op->getName().stripDialect(), op->getLoc()) {}

  LogicalResult emit();

private:
  LogicalResult findLoops();
  LogicalResult collect();
  void setPlace();
  FailureOr<SmallVector<TileValue>> values();
  SmallVector<Value> emitScalars(OpBuilder &builder, ArrayRef<Value> inputs, const MaskCoordinates &at);
  SmallVector<Value> emitReduction(OpBuilder &builder, MutableArrayRef<Value> places, ArrayRef<Value> carried,
                                   ArrayRef<unsigned> loops);
  SmallVector<Value> emitBody(OpBuilder &builder, ArrayRef<Value> places, ArrayRef<Value> carried);
  SmallVector<Value> indicesOf(OpBuilder &builder, AffineMap map, ArrayRef<Value> places);
  void store(unsigned number, const TileValue &value);
  /// The map of a result, from loops to its dims.
  AffineMap resultMap(unsigned number);
  Type resultType(unsigned number) { return op->getResult(number).getType(); }

  static constexpr int64_t mostRows = 16, mostCols = 256;

  Operation *op;
  EntryBuilder &entry;
  linalg::GenericOp generic;
  ElementEmitter elements;
  KernelBuilder kernel;
  /// Extents on the host; the loops that are parallel, in the order of the first result's dims; those that are not.
  SmallVector<Value> extents;
  SmallVector<unsigned> parallel, reductions;
  std::optional<TileEmitter> emitter;
  /// Where the program stands in each loop: a start for the two innermost parallel ones.
  SmallVector<TileValue> places;
  SmallVector<Value> starts;
};
} // namespace

AffineMap TensorKernel::resultMap(unsigned number) {
  if (generic)
    return generic.getIndexingMapsArray()[generic.getNumDpsInputs() + number];
  return AffineMap::getMultiDimIdentityMap(cast<RankedTensorType>(resultType(number)).getRank(), op->getContext());
}

LogicalResult TensorKernel::findLoops() {
  unsigned count = resultMap(0).getNumDims();
  extents.resize(count);
  if (!generic) {
    for (unsigned loop = 0; loop < count; ++loop)
      extents[loop] = entry.extent(entry.body, op->getResult(0), loop);
  } else {
    for (auto [operand, map] : llvm::zip_equal(op->getOperands(), generic.getIndexingMapsArray()))
      for (auto [dim, expression] : llvm::enumerate(map.getResults()))
        if (auto loop = dyn_cast<AffineDimExpr>(expression); loop && !extents[loop.getPosition()])
          extents[loop.getPosition()] = entry.extent(entry.body, operand, dim);
    for (auto [loop, iterator] : llvm::enumerate(generic.getIteratorTypesArray()))
      if (iterator == utils::IteratorType::reduction)
        reductions.push_back(loop);
  }
  for (AffineExpr expression : resultMap(0).getResults())
    if (auto loop = dyn_cast<AffineDimExpr>(expression))
      parallel.push_back(loop.getPosition());
  bool isWhole = parallel.size() + reductions.size() == count && resultMap(0).getNumResults() == parallel.size();
  for (unsigned number = 0; number < op->getNumResults(); ++number) {
    llvm::SmallDenseSet<unsigned> loops;
    for (AffineExpr expression : resultMap(number).getResults())
      if (auto loop = dyn_cast<AffineDimExpr>(expression); loop && llvm::is_contained(parallel, loop.getPosition()))
        loops.insert(loop.getPosition());
    isWhole &= loops.size() == parallel.size() && resultMap(number).getNumResults() == parallel.size();
  }
  if (!isWhole || llvm::is_contained(extents, Value()))
    return op->emitError() << "expects results that run over every parallel loop once";
  return success();
}

LogicalResult TensorKernel::collect() {
  if (!generic)
    return elements.collect(op->getResult(0), /*whole=*/true);
  for (Value operand : op->getOperands())
    if (!isa<RankedTensorType>(operand.getType()))
      elements.collectScalar(operand);
    else if (failed(elements.collect(operand)))
      return failure();
  for (Operation &inner : generic.getRegion().front())
    for (Value operand : inner.getOperands())
      if (operand.getParentRegion() != &generic.getRegion())
        elements.collectScalar(operand);
  return success();
}

/// Sets grid, tile and what each loop's index is.
void TensorKernel::setPlace() {
  auto size = [&](size_t fromEnd, int64_t most) -> int64_t {
    APInt extent;
    if (parallel.size() < fromEnd)
      return 1;
    bool isStatic = matchPattern(extents[parallel[parallel.size() - fromEnd]], m_ConstantInt(&extent));
    return isStatic ? std::clamp<int64_t>(extent.getSExtValue(), 1, most) : most;
  };
  TileSizes sizes{size(2, mostRows), size(1, mostCols)};
  IndexMath grid = kernel.gridMath();
  SmallVector<Value> counts(3, grid.constant(1));
  for (auto [number, loop] : llvm::enumerate(llvm::reverse(parallel))) {
    Value extent = kernel.gridArgument(extents[loop]);
    Value count = number == 0   ? grid.ceilDiv(extent, sizes.cols)
                  : number == 1 ? grid.ceilDiv(extent, sizes.rows)
                                : extent;
    Value &all = counts[std::min<size_t>(number, 2)];
    all = number > 2 ? grid.mul(all, count) : count;
  }
  kernel.setGrid(counts[0], counts[1], counts[2]);

  emitter.emplace(kernel.body, kernel.loc, sizes, [this](Value tensor) { return kernel.tensor(tensor); });
  places.resize(extents.size());
  starts.resize(extents.size());
  IndexMath math{emitter->outside, kernel.loc};
  Value rest = kernel.z();
  for (auto [number, loop] : llvm::enumerate(llvm::reverse(parallel))) {
    if (number == 0) {
      starts[loop] = math.mul(kernel.x(), sizes.cols);
      places[loop] = emitter->positions(starts[loop], false, false, true, sizes.cols);
    } else if (number == 1) {
      starts[loop] = math.mul(kernel.y(), sizes.rows);
      places[loop] = emitter->positions(starts[loop], true, false, true, sizes.rows);
    } else {
      Value extent = kernel.argument(extents[loop]);
      bool isLast = number + 1 == parallel.size();
      Value whole = isLast ? Value() : math.div(rest, extent);
      starts[loop] = isLast ? rest : math.sub(rest, math.mul(whole, extent));
      places[loop] = uniform(starts[loop]);
      rest = whole;
    }
  }
}

//===-- scalar IR -----------------------------------------------------------------------------------------------===//

FailureOr<SmallVector<TileValue>> TensorKernel::values() {
  SmallVector<TileValue> inputs;
  for (unsigned loop : parallel)
    inputs.push_back(places[loop]);
  for (unsigned loop : reductions)
    inputs.push_back(uniform(kernel.argument(extents[loop])));
  for (Value scalar : elements.scalars)
    inputs.push_back(uniform(kernel.argument(hostScalar(entry, entry.body, scalar))));
  for (auto [tensor, dim] : elements.extents)
    inputs.push_back(uniform(kernel.argument(entry.extent(entry.body, tensor, dim))));
  return emitter->convert(
      elements.stored.getArrayRef(), inputs,
      [&](OpBuilder &builder, ArrayRef<Value> in, const MaskCoordinates &at) { return emitScalars(builder, in, at); });
}

SmallVector<Value> TensorKernel::emitScalars(OpBuilder &builder, ArrayRef<Value> inputs, const MaskCoordinates &at) {
  SmallVector<Value> where(extents.size());
  auto take = [&] {
    Value next = inputs.front();
    inputs = inputs.drop_front();
    return next;
  };
  for (unsigned loop : parallel)
    where[loop] = take();
  SmallVector<Value> bounds;
  for (size_t n = 0; n < reductions.size(); ++n)
    bounds.push_back(take());
  for (Value scalar : elements.scalars)
    elements.scalarInputs[scalar] = take();
  for (auto extent : elements.extents)
    elements.extentInputs[extent] = take();
  for (auto [tensor, captured] : llvm::zip_equal(elements.stored, at.captures))
    elements.captured[tensor] = captured;
  if (!generic)
    return {elements.element(builder, op->getResult(0), where)};
  for (auto [loop, bound] : llvm::zip_equal(reductions, bounds))
    where[loop] = bound; // the bound, until emitReduction opens the loop
  SmallVector<Value> carried;
  for (auto [number, init] : llvm::enumerate(generic.getDpsInits()))
    carried.push_back(elements.element(builder, init, indicesOf(builder, resultMap(number), where)));
  return emitReduction(builder, where, carried, reductions);
}

SmallVector<Value> TensorKernel::indicesOf(OpBuilder &builder, AffineMap map, ArrayRef<Value> where) {
  SmallVector<Value> indices;
  for (AffineExpr expression : map.getResults())
    if (auto loop = dyn_cast<AffineDimExpr>(expression))
      indices.push_back(where[loop.getPosition()]);
    else
      indices.push_back(arith::ConstantIndexOp::create(builder, kernel.loc, 0));
  return indices;
}

SmallVector<Value> TensorKernel::emitReduction(OpBuilder &builder, MutableArrayRef<Value> where,
                                               ArrayRef<Value> carried, ArrayRef<unsigned> loops) {
  if (loops.empty())
    return emitBody(builder, where, carried);
  IndexMath math{builder, kernel.loc};
  auto loop =
      scf::ForOp::create(builder, kernel.loc, math.constant(0), where[loops.front()], math.constant(1), carried);
  OpBuilder inner(builder.getContext());
  inner.setInsertionPointToEnd(loop.getBody());
  where[loops.front()] = loop.getInductionVar();
  SmallVector<Value> seen(loop.getRegionIterArgs());
  SmallVector<Value> next = emitReduction(inner, where, seen, loops.drop_front());
  scf::YieldOp::create(inner, kernel.loc, next);
  return SmallVector<Value>(loop.getResults());
}

SmallVector<Value> TensorKernel::emitBody(OpBuilder &builder, ArrayRef<Value> where, ArrayRef<Value> carried) {
  Block &block = generic.getRegion().front();
  IRMapping mapping;
  unsigned inputs = generic.getNumDpsInputs();
  for (auto [number, argument] : llvm::enumerate(block.getArguments())) {
    Value operand = op->getOperand(number);
    if (number >= inputs)
      mapping.map(argument, carried[number - inputs]);
    else if (!isa<RankedTensorType>(operand.getType()))
      mapping.map(argument, elements.scalar(builder, operand));
    else
      mapping.map(argument, elements.element(builder, operand,
                                             indicesOf(builder, generic.getIndexingMapsArray()[number], where)));
  }
  for (Operation &inner : block.without_terminator()) {
    if (auto index = dyn_cast<linalg::IndexOp>(inner)) {
      mapping.map(index.getResult(), where[index.getDim()]);
      continue;
    }
    for (Value operand : inner.getOperands())
      if (!mapping.contains(operand))
        mapping.map(operand, elements.scalar(builder, operand));
    builder.clone(inner, mapping);
  }
  SmallVector<Value> results;
  for (Value value : block.getTerminator()->getOperands())
    results.push_back(mapping.contains(value) ? mapping.lookup(value) : elements.scalar(builder, value));
  return results;
}

//===-- results -------------------------------------------------------------------------------------------------===//

void TensorKernel::store(unsigned number, const TileValue &value) {
  OpBuilder &builder = emitter->outside;
  Location loc = kernel.loc;
  Value memref = kernel.tensor(op->getResult(number));
  Type element = cast<MemRefType>(memref.getType()).getElementType();
  bool isBoolean = getElementTypeOrSelf(value.value.getType()).isInteger(1); // stored as bytes
  if (parallel.empty()) {
    Value scalar = isBoolean ? arith::ExtUIOp::create(builder, loc, element, value.value).getResult() : value.value;
    memref::StoreOp::create(builder, loc, scalar, memref, ValueRange());
    return;
  }
  Value tile = emitter->asTile(value, true, true, false);
  if (isBoolean)
    tile = arith::ExtUIOp::create(builder, loc, emitter->tileType(element, true, true), tile);
  SmallVector<Value> offsets;
  int64_t dims[2] = {-1, -1};
  for (auto [dim, expression] : llvm::enumerate(resultMap(number).getResults())) {
    unsigned loop = cast<AffineDimExpr>(expression).getPosition();
    offsets.push_back(starts[loop]);
    if (loop == parallel.back())
      dims[1] = dim;
    else if (parallel.size() > 1 && loop == parallel[parallel.size() - 2])
      dims[0] = dim;
  }
  tile::StoreOp::create(builder, loc, tile, memref, offsets, dims);
}

LogicalResult TensorKernel::emit() {
  if (failed(findLoops()) || failed(collect()))
    return failure();
  setPlace();
  FailureOr<SmallVector<TileValue>> results = values();
  if (failed(results))
    return failure();
  for (auto [number, value] : llvm::enumerate(*results))
    store(number, value);
  kernel.body.setInsertionPointToEnd(&kernel.kernel.getBody().front());
  kernel.finish();
  return success();
}

/// Whether something reads the op's results from a buffer.
static bool isReadFromBuffer(Operation *op) {
  return llvm::any_of(op->getResults(), [](Value result) {
    if (!isa<RankedTensorType>(result.getType()))
      return false;
    bool isAskedFor = llvm::any_of(result.getUsers(), [](Operation *user) { return !isTensorOp(user); });
    return isAskedFor || (isStored(result) && !result.use_empty());
  });
}

LogicalResult totile::lowerTensorOp(EntryBuilder &entry, Operation *op) {
  return isReadFromBuffer(op) ? TensorKernel(entry, op).emit() : success();
}
