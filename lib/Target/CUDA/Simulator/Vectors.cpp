// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Constants, and parts of vectors and records: other names for registers.
#include "lib/Target/CUDA/Simulator/Lanes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace attn::cuda::simulator;

namespace {

/// What nobody defined: a NaN, or a number that no address has.
constexpr uint64_t kUndefined = 0x7ff8dead7fc0dead;

bool decodeConstant(Decoder &d, Operation *op) {
  auto value = op->getAttr("value");
  Type type = getElementTypeOrSelf(op->getResult(0).getType());
  Registers made;
  auto add = [&](const APInt &bits) { made.push_back(d.constant(bits.getZExtValue(), isWide(type))); };
  if (auto integer = dyn_cast<IntegerAttr>(value))
    add(integer.getValue());
  else if (auto number = dyn_cast<FloatAttr>(value))
    add(number.getValue().bitcastToAPInt());
  else if (auto dense = dyn_cast<DenseIntElementsAttr>(value))
    llvm::for_each(dense.getValues<APInt>(), add);
  else if (auto dense = dyn_cast<DenseFPElementsAttr>(value))
    for (const APFloat &number : dense.getValues<APFloat>())
      add(number.bitcastToAPInt());
  else
    return d.fail(op, "expects numbers");
  return d.alias(op->getResult(0), made), true;
}

bool decodeUndefined(Decoder &d, Operation *op) {
  Type type = op->getResult(0).getType();
  Registers made;
  if (auto record = dyn_cast<LLVM::LLVMStructType>(type))
    for (Type part : record.getBody())
      made.push_back(d.constant(isWide(part) ? kUndefined : uint32_t(kUndefined), isWide(part)));
  else {
    Type element = getElementTypeOrSelf(type);
    bool wide = isWide(element);
    auto vector = dyn_cast<VectorType>(type);
    made.assign(vector ? vector.getNumElements() : 1, d.constant(wide ? kUndefined : uint32_t(kUndefined), wide));
  }
  return d.alias(op->getResult(0), made), true;
}

std::optional<int64_t> knownPlace(Value position) {
  APInt number;
  if (!matchPattern(position, m_ConstantInt(&number)))
    return std::nullopt;
  return number.getZExtValue();
}

bool decodeExtractElement(Decoder &d, Operation *op) {
  auto extract = cast<LLVM::ExtractElementOp>(op);
  std::optional<int64_t> place = knownPlace(extract.getPosition());
  Registers all = d.of(extract.getVector());
  if (!place || *place >= int64_t(all.size()))
    return d.fail(op, "expects a known position");
  return d.alias(extract.getResult(), all[*place]), true;
}

bool decodeInsertElement(Decoder &d, Operation *op) {
  auto insert = cast<LLVM::InsertElementOp>(op);
  std::optional<int64_t> place = knownPlace(insert.getPosition());
  Registers all = d.of(insert.getVector());
  if (!place || *place >= int64_t(all.size()))
    return d.fail(op, "expects a known position");
  all[*place] = d.one(insert.getValue());
  return d.alias(insert.getResult(), all), true;
}

bool decodeExtractValue(Decoder &d, Operation *op) {
  auto extract = cast<LLVM::ExtractValueOp>(op);
  if (extract.getPosition().size() != 1)
    return d.fail(op, "expects a member of a flat record");
  return d.alias(extract.getResult(), d.of(extract.getContainer())[extract.getPosition()[0]]), true;
}

bool decodeInsertValue(Decoder &d, Operation *op) {
  auto insert = cast<LLVM::InsertValueOp>(op);
  if (insert.getPosition().size() != 1)
    return d.fail(op, "expects a member of a flat record");
  Registers all = d.of(insert.getContainer());
  all[insert.getPosition()[0]] = d.one(insert.getValue());
  return d.alias(insert.getResult(), all), true;
}

} // namespace

void attn::cuda::simulator::addVectorOps(OpTable &table) {
  table["arith.constant"] = table["llvm.mlir.constant"] = decodeConstant;
  table["llvm.mlir.undef"] = table["llvm.mlir.poison"] = table["ub.poison"] = decodeUndefined;
  table["llvm.extractelement"] = decodeExtractElement;
  table["llvm.insertelement"] = decodeInsertElement;
  table["llvm.extractvalue"] = decodeExtractValue;
  table["llvm.insertvalue"] = decodeInsertValue;
}
