// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One answer for every normalizer: asks the attribute, or emits the symbol's regions.
#include "dialects/Attn/Normalizer.h"
#include "dialects/Attn/ScalarRegion.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace attn;

std::optional<Normalizer> Normalizer::get(Attribute normalizer, Operation *from) {
  if (auto builtin = dyn_cast<NormalizerAttrInterface>(normalizer))
    return Normalizer(builtin);
  if (auto name = dyn_cast<SymbolRefAttr>(normalizer))
    if (auto symbol = SymbolTable::lookupNearestSymbolFrom<NormalizerOp>(from, name))
      return Normalizer(symbol);
  return std::nullopt;
}

bool Normalizer::hasReference() const { return builtin ? builtin.hasReference() : !symbol.getReference().empty(); }
bool Normalizer::absorbing() const { return builtin ? builtin.absorbing() : symbol.getAbsorbing(); }
bool Normalizer::hasFinalize() const { return builtin ? builtin.hasFinalize() : !symbol.getFinalize().empty(); }
bool Normalizer::hasLse() const { return builtin ? builtin.hasLse() : !symbol.getLse().empty(); }
bool Normalizer::hasSink() const { return builtin && builtin.hasSink(); }
bool Normalizer::acceptsLsePairs() const { return builtin && builtin.acceptsLsePairs(); }

unsigned Normalizer::numSums() const {
  if (builtin)
    return builtin.numSums();
  Region &sums = symbol.getSums();
  return sums.empty() || sums.front().empty() ? 1 : sums.front().back().getNumOperands();
}

CombineKind Normalizer::combineKind() const {
  if (builtin)
    return builtin.combineKind();
  Region &combine = symbol.getCombine();
  if (combine.empty() || !llvm::hasNItems(combine.front(), 2))
    return CombineKind::other;
  Block &block = combine.front();
  Operation &op = block.front();
  bool joins = op.getNumOperands() == 2 && llvm::is_contained(op.getOperands(), block.getArgument(0)) &&
               llvm::is_contained(op.getOperands(), block.getArgument(1)) &&
               block.back().getOperands() == op.getResults();
  if (!joins)
    return CombineKind::other;
  if (isa<arith::MaximumFOp, arith::MaxNumFOp>(op))
    return CombineKind::maximum;
  if (isa<arith::MinimumFOp, arith::MinNumFOp>(op))
    return CombineKind::minimum;
  return isa<arith::AddFOp>(op) ? CombineKind::add : CombineKind::other;
}

LogicalResult Normalizer::verifyCaptures(TypeRange captures, int64_t heads, Type compute,
                                         llvm::function_ref<InFlightDiagnostic()> emitError) const {
  if (builtin)
    return builtin.verifyCaptures(captures, heads, emitError);
  if (symbol.getCompute() != compute)
    return emitError() << "expects normalizer @" << symbol.getSymName() << " to compute in " << compute << ", but got "
                       << symbol.getCompute();
  ArrayAttr expected = symbol.getCaptures();
  if (captures.size() != expected.size())
    return emitError() << "expects " << expected.size() << " captured tensors for normalizer @" << symbol.getSymName()
                       << ", but got " << captures.size();
  for (auto [number, got, type] : llvm::enumerate(captures, expected.getAsValueRange<TypeAttr>())) {
    auto tensor = cast<RankedTensorType>(got);
    auto captured = cast<CapturedType>(type);
    if (tensor.getElementType() != captured.getElementType() || !shapesMatch(tensor.getShape(), captured.getShape()))
      return emitError() << "expects captured tensor #" << number << " of normalizer @" << symbol.getSymName()
                         << " to fit " << captured << ", but got " << tensor;
  }
  return success();
}

SmallVector<Value> Normalizer::inlineRegion(OpBuilder &builder, Region &region, ValueRange values,
                                            const NormalizerContext &at) const {
  SmallVector<Value> arguments(values);
  if (region.getNumArguments() > values.size()) {
    arguments.append({at.b, at.h, at.i});
    // The tensors may be known more precisely where the symbol is used than where it is defined.
    arguments.append(at.captures);
  }
  return inlineScalarRegion(builder, region, arguments, nullptr, /*guardDivisions=*/true);
}

Value Normalizer::emitReference(OpBuilder &builder, Location loc, Value score, const NormalizerContext &at) const {
  return builtin ? builtin.emitReference(builder, loc, score, at)
                 : inlineRegion(builder, symbol.getReference(), score, at).front();
}
Value Normalizer::emitCombine(OpBuilder &builder, Location loc, Value left, Value right,
                              const NormalizerContext &at) const {
  return builtin ? builtin.emitCombine(builder, loc, left, right, at)
                 : inlineRegion(builder, symbol.getCombine(), {left, right}, at).front();
}
Value Normalizer::emitIdentity(OpBuilder &builder, Location loc, const NormalizerContext &at) const {
  return builtin ? builtin.emitIdentity(builder, loc, at)
                 : inlineRegion(builder, symbol.getIdentity(), {}, at).front();
}

/// The reference, where there is one, and then the sums.
static SmallVector<Value> state(Value reference, ValueRange sums) {
  SmallVector<Value> values;
  if (reference)
    values.push_back(reference);
  values.append(sums.begin(), sums.end());
  return values;
}

Value Normalizer::emitWeight(OpBuilder &builder, Location loc, Value score, Value reference,
                             const NormalizerContext &at) const {
  if (builtin)
    return builtin.emitWeight(builder, loc, score, reference, at);
  SmallVector<Value> values = {score};
  if (reference)
    values.push_back(reference);
  return inlineRegion(builder, symbol.getWeight(), values, at).front();
}
Value Normalizer::emitRescale(OpBuilder &builder, Location loc, Value from, Value to,
                              const NormalizerContext &at) const {
  return builtin ? builtin.emitRescale(builder, loc, from, to, at)
                 : inlineRegion(builder, symbol.getRescale(), {from, to}, at).front();
}
void Normalizer::emitSums(OpBuilder &builder, Location loc, Value weight, const NormalizerContext &at,
                          SmallVectorImpl<Value> &sums) const {
  if (builtin)
    return builtin.emitSums(builder, loc, weight, at, sums);
  if (symbol.getSums().empty())
    sums.push_back(weight);
  else
    sums.append(inlineRegion(builder, symbol.getSums(), weight, at));
}
Value Normalizer::emitFinalize(OpBuilder &builder, Location loc, Value reference, ValueRange sums,
                               const NormalizerContext &at) const {
  if (builtin)
    return builtin.emitFinalize(builder, loc, reference, sums, at);
  if (symbol.getFinalize().empty())
    return {};
  return inlineRegion(builder, symbol.getFinalize(), state(reference, sums), at).front();
}
Value Normalizer::emitLse(OpBuilder &builder, Location loc, Value reference, ValueRange sums,
                          const NormalizerContext &at, LseForm form) const {
  if (builtin)
    return builtin.emitLse(builder, loc, reference, sums, at, form);
  Value lse = inlineRegion(builder, symbol.getLse(), state(reference, sums), at).front();
  if (!form.base2)
    return lse;
  constexpr double log2e = 1.4426950408889634074;
  Value factor = arith::ConstantOp::create(builder, loc, builder.getFloatAttr(at.type, log2e));
  return arith::MulFOp::create(builder, loc, lse, factor);
}
Value Normalizer::emitStateFromLse(OpBuilder &builder, Location loc, Value lse, LseForm form,
                                   const NormalizerContext &at, SmallVectorImpl<Value> &sums) const {
  return builtin ? builtin.emitStateFromLse(builder, loc, lse, form, at, sums) : Value();
}

LogicalResult attn::verifyLseBase(Operation *op) {
  if (!isa_and_nonnull<LseBaseAttr>(op->getInherentAttr("lse_base").value_or(Attribute())))
    return op->emitOpError() << "expects 'lse_base' to be e or two";
  return success();
}

LogicalResult attn::verifyNormalizerUse(Operation *op, Attribute attribute, TypeRange captures, int64_t heads,
                                        Type compute, bool wantsLse, LseBase base, std::optional<bool> sinkIncluded) {
  if (!isa<NormalizerAttrInterface, FlatSymbolRefAttr>(attribute))
    return op->emitOpError() << "expects normalizer to be a symbol or to implement NormalizerAttrInterface, but got "
                             << attribute;
  std::optional<Normalizer> normalizer = Normalizer::get(attribute, op);
  if (!normalizer)
    return op->emitOpError() << "expects " << attribute << " to name an attn.normalizer";
  if (failed(normalizer->verifyCaptures(captures, heads, compute, [&] { return op->emitOpError(); })))
    return failure();
  if (wantsLse && !normalizer->hasLse())
    return op->emitOpError() << "expects no lse result, because the normalizer has none";
  if (!wantsLse && (base != LseBase::E || sinkIncluded))
    return op->emitOpError() << "expects no lse clause without an lse result";
  if (wantsLse && normalizer->hasSink() && !sinkIncluded)
    return op->emitOpError() << "expects lse(base = ..., sink_included) or lse(base = ..., sink_excluded), because the "
                                "normalizer has a sink";
  if (!normalizer->hasSink() && sinkIncluded)
    return op->emitOpError() << "expects neither sink_included nor sink_excluded, because the normalizer has no sink";
  return success();
}
