// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Looks values up, reports the ones that are missing, and makes tensors of a bounded size.
#include "lib/Reference/Scope.h"

using namespace mlir;
using namespace attn::reference;

TensorRef Scope::tensor(Value value, Operation *user) const {
  if (TensorRef found = tensorOf.lookup(value))
    return found;
  errors.report(user, "expects a tensor or a scalar as operand");
  return std::make_shared<HostTensor>();
}

const Plane &Scope::plane(Value value, Operation *user) const {
  static const Plane none;
  auto found = planeOf.find(value);
  if (found != planeOf.end())
    return found->second;
  errors.report(user, "expects a plane that was made in the same function");
  return none;
}

int64_t Scope::integer(Value value, Operation *user) const {
  TensorRef scalar = tensor(value, user);
  if (scalar->values.size() == 1)
    return static_cast<int64_t>(scalar->values[0]);
  errors.report(user, "expects a scalar as operand");
  return 0;
}

std::vector<TensorRef> Scope::tensors(ValueRange values, Operation *user) const {
  std::vector<TensorRef> found;
  for (Value value : values)
    found.push_back(tensor(value, user));
  return found;
}

void Scope::set(Value value, HostTensor tensor) {
  if (rounds())
    tensor.round();
  tensorOf[value] = std::make_shared<HostTensor>(std::move(tensor));
}

void Scope::setInteger(Value value, int64_t number) {
  set(value, HostTensor(elementOf(value.getType()).value_or(Element::index), {}, static_cast<double>(number)));
}

std::vector<int64_t> Scope::sampledRows(int64_t count) const {
  int64_t wanted = options.sampledRows <= 0 ? count : std::min(count, std::max<int64_t>(options.sampledRows, 2));
  std::vector<int64_t> rows;
  for (int64_t n = 0; n < wanted; ++n)
    rows.push_back(wanted == 1 ? 0 : static_cast<int64_t>(static_cast<__int128>(n) * (count - 1) / (wanted - 1)));
  return rows;
}

HostTensor attn::reference::makeTensor(Operation *op, Type type, std::vector<int64_t> shape, Scope &scope,
                                       double fill) {
  std::optional<Element> element = elementOf(type);
  constexpr int64_t limit = int64_t(1) << 32;
  if (!element)
    scope.errors.report(op, "has an element type that the reference does not know");
  else if (countElements(shape, limit) < 0)
    scope.errors.report(op, "makes a tensor of more than 2^32 elements, or of a negative extent");
  else
    return HostTensor(*element, std::move(shape), fill);
  return HostTensor();
}

bool attn::reference::anyUnspecified(llvm::ArrayRef<TensorRef> tensors) {
  return llvm::any_of(tensors, [](const TensorRef &tensor) {
    return std::find(tensor->unspecified.begin(), tensor->unspecified.end(), true) != tensor->unspecified.end();
  });
}

void attn::reference::markAll(HostTensor &tensor) { tensor.unspecified.assign(tensor.values.size(), true); }
