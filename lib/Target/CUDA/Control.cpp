// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Blocks, loops and branches, and which op is lowered where.
#include "lib/Target/CUDA/KernelLowering.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace attn::tile;

namespace attn::cuda {

LogicalResult KernelLowering::lowerBlock(Block &block) {
  int64_t top = sharedTop;
  const SmallVector<int64_t> before = copies;
  for (BlockArgument argument : block.getArguments())
    if (wantsShared.contains(argument) && failed(share(argument)))
      return failure();
  for (Operation &op : block.without_terminator()) {
    loc = op.getLoc();
    if (failed(verifySizes(op)) || failed(lowerOp(op)))
      return failure();
    for (Value result : op.getResults())
      if (wantsShared.contains(result) && failed(share(result)))
        return failure();
  }
  settleCopies(before);
  sharedTop = top;
  return success();
}

/// What no thread holds is not worth the time to write it down.
LogicalResult KernelLowering::verifySizes(Operation &op) {
  constexpr int64_t mostExtent = 65536, mostPerThread = 2048;
  for (Value result : op.getResults()) {
    if (!isTile(result.getType()))
      continue;
    bool isLong = llvm::any_of(cast<ShapedType>(result.getType()).getShape(),
                               [](int64_t extent) { return extent > mostExtent; });
    if (isLong || layoutOf(result).size() > mostPerThread)
      return op.emitError("expects tiles of which a thread holds at most ")
             << mostPerThread << " elements, but got " << result.getType() << " for " << warps << " warps";
  }
  return success();
}

LogicalResult KernelLowering::lowerOp(Operation &op) {
  beforeGlobal(&op);
  if (auto loop = dyn_cast<scf::ForOp>(op))
    return lowerFor(loop);
  if (auto branch = dyn_cast<scf::IfOp>(op))
    return lowerIf(branch);
  if (auto roles = dyn_cast<RolesOp>(op))
    return lowerRoles(roles);
  if (lists.lower(b, &op, [&](Value from, Value to) { map.map(from, to); }))
    return success();
  std::optional<LogicalResult> queued =
      TypeSwitch<Operation &, std::optional<LogicalResult>>(op)
          .Case<SlotsOp, BarriersOp>([&](Operation *) { return success(); })
          .Case([&](SlotOp op) { return lowerSlot(op); })
          .Case([&](PassOp op) { return lowerPass(op); })
          .Case([&](ArriveOp op) { return lowerArrive(op); })
          .Case([&](FenceOp op) { return lowerFence(op); })
          .Case([&](ClearOp op) { return lowerClear(op); })
          .Case([&](BlocksOp op) { return lowerBlocks(op); })
          .Case([&](ExtentsOp op) { return lowerExtents(op); })
          .Case([&](ViewOp op) { return lowerView(op); })
          .Case([&](CopyOp op) { return lowerCopy(op); })
          .Case([&](CopyOutOp op) { return lowerCopyOut(op); })
          .Case([&](PutOp op) { return lowerPut(op); })
          .Case([&](ReadOp op) { return lowerRead(op); })
          .Case([&](IssueOp op) { return lowerIssue(op); })
          .Case([&](AwaitOp op) { return lowerAwait(op); })
          .Case([&](ClaimOp op) { return lowerClaim(op); })
          .Default([](Operation &) { return std::nullopt; });
  if (queued)
    return *queued;
  auto touchesTiles = [](TypeRange types) { return llvm::any_of(types, isTile); };
  if (touchesTiles(op.getOperandTypes()) || touchesTiles(op.getResultTypes()))
    return lowerTile(op);
  if (op.getNumRegions() != 0)
    return op.emitError("expects scf.for or scf.if around tile ops, but got '") << op.getName() << "'";
  return lowerScalar(op);
}

LogicalResult KernelLowering::lowerTile(Operation &op) {
  auto keep = [&](Registers values) {
    tiles[op.getResult(0)] = std::move(values);
    return success();
  };
  return TypeSwitch<Operation &, LogicalResult>(op)
      .Case([&](MmaOp op) { return lowerProduct(op); })
      .Case([&](StoreOp op) { return lowerStore(op); })
      .Case([&](LoadOp load) {
        return isCopied(load) ? success() : keep(lowerLoad(load));
      })
      .Case([&](ReduceOp reduce) { return keep(lowerReduce(reduce)); })
      .Case([&](BroadcastOp spread) { return keep(lowerBroadcast(spread)); })
      .Case([&](IotaOp iota) { return keep(lowerIota(iota)); })
      .Case([&](ConvertOp convert) { return keep(tiles[convert.getSource()]); })
      .Case([&](TransposeOp transpose) { return keep(lowerTranspose(transpose)); })
      .Case([&](ScanOp scan) { return keep(lowerScan(scan)); })
      .Case([&](SolveOp solve) { return keep(lowerSolve(solve)); })
      .Case([&](ShearOp shear) { return keep(lowerShear(shear)); })
      .Case([&](tensor::ExtractSliceOp slice) { return lowerExtract(slice); })
      .Case([&](tensor::InsertSliceOp slice) { return lowerInsert(slice); })
      .Case([&](tensor::SplatOp splat) {
        return keep(Registers(layoutOf(splat.getResult()).size(), scalar(splat.getInput())));
      })
      .Case([&](tensor::EmptyOp empty) {
        return keep(Registers(layoutOf(empty.getResult()).size(), constant(elementOf(empty.getResult()), 0.0)));
      })
      .Case([&](arith::ConstantOp constant) { return keep(lowerConstant(constant)); })
      .Default([&](Operation &op) -> LogicalResult {
        if (op.hasTrait<OpTrait::Elementwise>() && op.getNumResults() == 1)
          return keep(lowerElementwise(op));
        return op.emitError("expects an op that this target lowers, but got '") << op.getName() << "'";
      });
}

LogicalResult KernelLowering::lowerScalar(Operation &op) {
  if (isa<RingOp>(op))
    return op.emitError("expects slots and barriers, but got a ring; run --cuda-materialise-sync before");
  if (isa<TileDialect>(op.getDialect()))
    return op.emitError("expects an op that this target lowers, but got '") << op.getName() << "'";
  auto pointer = [&](Value memref, ValueRange places) {
    SmallVector<Value> indices;
    for (Value place : places)
      indices.push_back(scalar(place));
    return elementPointer(globals[memref], cast<MemRefType>(memref.getType()).getElementType(), indices);
  };
  if (auto dim = dyn_cast<memref::DimOp>(op)) {
    std::optional<int64_t> number = dim.getConstantIndex();
    auto &sizes = globals[dim.getSource()].sizes;
    if (!number || *number >= int64_t(sizes.size()))
      return op.emitError("expects a dim that is known and below the rank");
    map.map(dim.getResult(), sizes[*number]);
    return success();
  }
  if (auto load = dyn_cast<memref::LoadOp>(op)) {
    map.map(load.getResult(), LLVM::LoadOp::create(b, loc, load.getType(), pointer(load.getMemref(), load.getIndices())));
    return success();
  }
  if (auto store = dyn_cast<memref::StoreOp>(op)) {
    // One thread writes; the team sees it.
    Value inTeam = arith::AddIOp::create(b, loc, arith::MulIOp::create(b, loc, warp, index(32)), lane);
    Value first = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, inTeam, index(0));
    auto branch = scf::IfOp::create(b, loc, first, /*withElseRegion=*/false);
    {
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(branch.thenBlock());
      LLVM::StoreOp::create(b, loc, scalar(store.getValueToStore()), pointer(store.getMemref(), store.getIndices()));
    }
    barrier();
    return success();
  }
  if (auto cast = dyn_cast<memref::CastOp>(op)) {
    globals[cast.getResult()] = globals[cast.getSource()];
    return success();
  }
  if (llvm::any_of(op.getOperandTypes(), [](Type type) { return isa<MemRefType>(type); }) ||
      llvm::any_of(op.getResultTypes(), [](Type type) { return isa<MemRefType>(type); }))
    return op.emitError("expects an op that this target lowers, but got '") << op.getName() << "'";
  b.clone(op, map);
  return success();
}

/// Whether pairs of the tile's elements share a register where a loop or branch passes it on.
bool KernelLowering::isPacked(Value tile) const {
  return isa<FloatType>(elementOf(tile)) && elementOf(tile).getIntOrFloatBitWidth() == 16 && layoutOf(tile).pairs() == 2;
}

/// What a loop or branch passes on: scalars as they are, tiles register by register.
SmallVector<Value> KernelLowering::flatten(ValueRange values) {
  SmallVector<Value> flat;
  for (Value value : values) {
    if (!isTile(value.getType())) {
      flat.push_back(scalar(value));
      continue;
    }
    const Registers registers = tiles[value];
    if (!isPacked(value))
      flat.append(registers);
    else
      for (size_t n = 0; n < registers.size(); n += 2)
        flat.push_back(packPair(registers[n], registers[n + 1]));
  }
  return flat;
}

SmallVector<Type> KernelLowering::flatTypes(ValueRange values) {
  SmallVector<Type> types;
  for (Value value : values)
    if (!isTile(value.getType()))
      types.push_back(value.getType());
    else if (isPacked(value))
      types.append(layoutOf(value).size() / 2, b.getI32Type());
    else
      types.append(layoutOf(value).size(), elementOf(value));
  return types;
}

void KernelLowering::bind(ValueRange values, ValueRange flat) {
  auto next = flat.begin();
  for (Value value : values) {
    if (!isTile(value.getType())) {
      map.map(value, *next++);
      continue;
    }
    Registers registers;
    int64_t size = layoutOf(value).size();
    if (isPacked(value))
      for (int64_t n = 0; n < size; n += 2) {
        auto [low, high] = unpackPair(*next++, elementOf(value));
        registers.append({low, high});
      }
    else
      for (int64_t n = 0; n < size; ++n)
        registers.push_back(*next++);
    tiles[value] = registers;
  }
}

LogicalResult KernelLowering::lowerFor(scf::ForOp op) {
  auto loop = scf::ForOp::create(b, loc, scalar(op.getLowerBound()), scalar(op.getUpperBound()), scalar(op.getStep()),
                                 flatten(op.getInits()));
  map.map(op.getInductionVar(), loop.getInductionVar());
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    bind(op.getRegionIterArgs(), loop.getRegionIterArgs());
    forgetBarriers(); // the last iteration may have read or written anything
    if (failed(lowerBlock(*op.getBody())))
      return failure();
    SmallVector<Value> values = flatten(op.getBody()->getTerminator()->getOperands());
    if (!values.empty())
      scf::YieldOp::create(b, loc, values);
  }
  forgetBarriers();
  bind(op.getResults(), loop.getResults());
  return success();
}

LogicalResult KernelLowering::lowerIf(scf::IfOp op) {
  bool hasElse = op.elseBlock() != nullptr;
  auto branch = scf::IfOp::create(b, loc, flatTypes(op.getResults()), scalar(op.getCondition()), hasElse);
  auto lowerBranch = [&](Block *from, Block *to) -> LogicalResult {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(to);
    forgetBarriers();
    if (failed(lowerBlock(*from)))
      return failure();
    SmallVector<Value> values = flatten(from->getTerminator()->getOperands());
    if (!values.empty())
      scf::YieldOp::create(b, loc, values);
    return success();
  };
  if (failed(lowerBranch(op.thenBlock(), branch.thenBlock())) ||
      (hasElse && failed(lowerBranch(op.elseBlock(), branch.elseBlock()))))
    return failure();
  forgetBarriers();
  bind(op.getResults(), branch.getResults());
  return success();
}

} // namespace attn::cuda
