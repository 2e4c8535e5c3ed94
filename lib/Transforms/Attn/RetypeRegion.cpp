// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Rewrites scalar regions to another compute type.
#include "lib/Transforms/Attn/RetypeRegion.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace attn;

/// The number that a lookup gave in the old type, in the new one.
static void convertResult(LookupOp op, Type to) {
  OpBuilder builder(op->getContext());
  builder.setInsertionPointAfter(op);
  Value found = op.getResult();
  bool widens = found.getType().getIntOrFloatBitWidth() < to.getIntOrFloatBitWidth();
  Operation *cast = widens ? arith::ExtFOp::create(builder, op.getLoc(), to, found).getOperation()
                           : arith::TruncFOp::create(builder, op.getLoc(), to, found).getOperation();
  found.replaceAllUsesExcept(cast->getResult(0), cast);
}

void attn::retypeRegion(Region &region, Type from, Type to) {
  if (from == to || region.empty())
    return;
  for (BlockArgument argument : region.getArguments())
    if (argument.getType() == from)
      argument.setType(to);
  for (Operation &op : llvm::make_early_inc_range(region.front())) {
    if (auto lookup = dyn_cast<LookupOp>(op)) {
      if (lookup.getType() == from)
        convertResult(lookup, to);
      continue;
    }
    if (auto constant = dyn_cast<arith::ConstantOp>(op); constant && constant.getType() == from)
      constant.setValueAttr(FloatAttr::get(to, cast<FloatAttr>(constant.getValue()).getValueAsDouble()));
    for (OpResult result : op.getResults())
      if (result.getType() == from)
        result.setType(to);
  }
}

void attn::retypeCaptures(Region &region, unsigned first, ValueRange captures) {
  if (region.empty())
    return;
  for (auto [number, capture] : llvm::enumerate(captures)) {
    BlockArgument argument = region.getArgument(first + number);
    CapturedType type = getCapturedType(cast<RankedTensorType>(capture.getType()));
    argument.setType(type);
    for (Operation *user : argument.getUsers())
      if (auto lookup = dyn_cast<LookupOp>(user); lookup && lookup.getTensor() == argument)
        lookup.getResult().setType(type.getElementType());
  }
}

NormalizerOp attn::retypeNormalizer(NormalizerOp normalizer, Type to) {
  Type from = normalizer.getCompute();
  if (from == to)
    return normalizer;
  std::string name = (normalizer.getSymName() + (to.isF64() ? ".f64" : ".f32")).str();
  if (auto made = SymbolTable::lookupNearestSymbolFrom<NormalizerOp>(
          normalizer, StringAttr::get(normalizer.getContext(), name)))
    return made;
  OpBuilder builder(normalizer);
  builder.setInsertionPointAfter(normalizer);
  auto copy = cast<NormalizerOp>(builder.clone(*normalizer));
  copy.setSymName(name);
  copy.setCompute(to);
  for (Region &region : copy->getRegions())
    retypeRegion(region, from, to);
  return copy;
}
