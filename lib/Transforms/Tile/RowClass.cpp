// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds parallel rows by joining the dims that ops relate.
#include "lib/Transforms/Tile/RowClass.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/EquivalenceClasses.h"

using namespace mlir;

namespace attn::tile {
namespace {

using TileDim = std::pair<void *, int>;

class Relations {
public:
  explicit Relations(KernelOp kernel) {
    kernel.getBody().walk([&](Operation *op) { relate(op); });
  }

  llvm::EquivalenceClasses<TileDim> classes;
  SmallVector<TileDim> fixed; ///< dims that cannot be cut
  llvm::DenseMap<void *, Value> values;

private:
  TileDim at(Value tile, int dim) {
    values[tile.getAsOpaquePointer()] = tile;
    TileDim key{tile.getAsOpaquePointer(), dim};
    classes.insert(key);
    return key;
  }
  void same(Value left, Value right) {
    if (!isTile(left.getType()))
      return;
    for (int dim : {0, 1})
      classes.unionSets(at(left, dim), at(right, dim));
  }
  void fix(Value tile) {
    if (isTile(tile.getType()))
      for (int dim : {0, 1})
        fixed.push_back(at(tile, dim));
  }

  void relate(Operation *op) {
    if (auto loop = dyn_cast<scf::ForOp>(op)) {
      auto yields = loop.getBody()->getTerminator()->getOperands();
      for (auto [init, argument, yielded, result] :
           llvm::zip(loop.getInits(), loop.getRegionIterArgs(), yields, loop.getResults())) {
        same(init, argument);
        same(argument, yielded);
        same(yielded, result);
      }
      return;
    }
    if (auto branch = dyn_cast<scf::IfOp>(op)) {
      for (Region *region : {&branch.getThenRegion(), &branch.getElseRegion()})
        if (!region->empty())
          for (auto [yielded, result] : llvm::zip(region->front().getTerminator()->getOperands(), branch.getResults()))
            same(yielded, result);
      return;
    }
    if (isa<scf::YieldOp, YieldOp>(op))
      return;
    std::optional<TileDims> dims = describeTileDims(op);
    if (auto constant = dyn_cast<arith::ConstantOp>(op); constant && !isa<SplatElementsAttr>(constant.getValue()))
      dims = std::nullopt;
    if (auto splat = dyn_cast<tensor::SplatOp>(op); splat && isTile(splat.getType()))
      dims = TileDims{{DimKind::parallel, DimKind::parallel}, {}, {{0, 1}}};
    if (!dims) {
      for (Value value : op->getOperands())
        fix(value);
      for (Value value : op->getResults())
        fix(value);
      return;
    }
    SmallVector<std::optional<TileDim>> seen(dims->kinds.size());
    auto place = [&](Value tile, TileDimPair pair) {
      for (int dim : {0, 1}) {
        TileDim key = at(tile, dim);
        if (pair[dim] == noDim)
          continue;
        if (dims->kinds[pair[dim]] != DimKind::parallel)
          fixed.push_back(key);
        if (seen[pair[dim]])
          classes.unionSets(*seen[pair[dim]], key);
        else
          seen[pair[dim]] = key;
      }
    };
    unsigned operand = 0, result = 0;
    for (Value value : op->getOperands())
      if (isTile(value.getType()) && operand < dims->operands.size())
        place(value, dims->operands[operand++]);
    for (Value value : op->getResults())
      if (isTile(value.getType()) && result < dims->results.size())
        place(value, dims->results[result++]);
  }
};

} // namespace

std::optional<RowClass> RowClass::find(KernelOp kernel) {
  Relations relations(kernel);
  auto &classes = relations.classes;
  llvm::DenseSet<TileDim> blocked;
  for (TileDim dim : relations.fixed)
    blocked.insert(classes.getLeaderValue(dim));
  llvm::DenseMap<TileDim, unsigned> products;
  SmallVector<TileDim> order;
  kernel.getBody().walk([&](MmaOp op) {
    TileDim key = classes.getLeaderValue({op.getResult().getAsOpaquePointer(), 0});
    if (products[key]++ == 0)
      order.push_back(key);
  });
  std::optional<TileDim> best;
  for (TileDim key : order)
    if (!blocked.contains(key) && (!best || products[key] > products[*best]))
      best = key;
  if (!best)
    return std::nullopt;
  RowClass found;
  for (auto member = classes.findLeader(*best); member != classes.member_end(); ++member) {
    Value tile = relations.values[member->first];
    int64_t size = cast<ShapedType>(tile.getType()).getDimSize(member->second);
    if (found.dims.contains(tile) || (found.extent != 0 && found.extent != size))
      return std::nullopt; // both dims of a tile, or a dim of another size
    found.extent = size;
    found.dims[tile] = member->second;
  }
  return found;
}

SmallVector<Value> RowClass::StoredRows::sources() const {
  SmallVector<Value> values;
  for (const Store &store : stores)
    values.append({store.offset, store.bound ? store.bound : store.memref});
  return values;
}

Value RowClass::StoredRows::count(OpBuilder &b, Location loc) const {
  Value most;
  for (const Store &store : stores) {
    Value end = store.bound ? store.bound : Value(memref::DimOp::create(b, loc, store.memref, store.dim));
    Value count = arith::SubIOp::create(b, loc, end, store.offset);
    most = most ? Value(arith::MaxSIOp::create(b, loc, most, count)) : count;
  }
  return most;
}

std::optional<RowClass::StoredRows> RowClass::storedRows(KernelOp kernel) const {
  StoredRows stored;
  bool known = true;
  kernel.getBody().walk([&](StoreOp store) {
    int dim = dimOf(store.getValue());
    if (dim < 0)
      return;
    int64_t along = store.getDims()[dim];
    if (along < 0) {
      known = false;
      return;
    }
    stored.stores.push_back({store.getOffsets()[along], store.getBoundOf(along), store.getDest(), along});
  });
  if (!known || stored.stores.empty())
    return std::nullopt;
  return stored;
}

} // namespace attn::tile
