// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Converts between the runtime's arrays and the oracle's tensors.
#include "lib/Run/Oracle.h"

#include "lib/Reference/ScalarProgram.h"
#include "mlir/IR/BuiltinTypes.h"

using namespace mlir;

namespace attn {

reference::HostTensor toHostTensor(const rt::Array &array, Type type) {
  std::optional<reference::Element> element = reference::elementOf(type);
  bool isScalar = !isa<ShapedType>(type);
  reference::HostTensor tensor(element.value_or(reference::Element::f64),
                               isScalar ? std::vector<int64_t>() : array.shape());
  for (int64_t i = 0; i < tensor.size(); ++i)
    tensor.values[i] = array.real(i);
  return tensor;
}

static rt::Element elementFor(reference::Element element) {
  switch (element) {
  case reference::Element::i1: return rt::Element::Bool;
  case reference::Element::i8: return rt::Element::I8;
  case reference::Element::i32: return rt::Element::I32;
  case reference::Element::i16:
  case reference::Element::i64:
  case reference::Element::index: return rt::Element::I64;
  default: return rt::Element::F64;
  }
}

llvm::Expected<rt::Array> toArray(const reference::HostTensor &tensor) {
  rt::Result<rt::Array> array = rt::Array::make(elementFor(tensor.element), tensor.shape);
  if (!array)
    return llvm::createStringError(array.error().message);
  for (int64_t i = 0; i < tensor.size(); ++i) {
    bool isReal = reference::isFloat(tensor.element);
    array->set(i, isReal ? rt::Number::ofReal(tensor.values[i]) : rt::Number::ofInteger(int64_t(tensor.values[i])));
  }
  return std::move(*array);
}

llvm::Expected<std::vector<rt::Array>> toArrays(llvm::ArrayRef<reference::HostTensor> tensors) {
  std::vector<rt::Array> arrays;
  for (const reference::HostTensor &tensor : tensors) {
    llvm::Expected<rt::Array> array = toArray(tensor);
    if (!array)
      return array.takeError();
    arrays.push_back(std::move(*array));
  }
  return arrays;
}

llvm::Expected<std::vector<reference::HostTensor>> evaluateArrays(func::FuncOp function,
                                                                  llvm::ArrayRef<rt::Array> arguments,
                                                                  const reference::Options &options) {
  std::vector<reference::HostTensor> tensors;
  for (auto [array, type] : llvm::zip(arguments, function.getArgumentTypes()))
    tensors.push_back(toHostTensor(array, type));
  return reference::evaluate(function, tensors, options);
}

} // namespace attn
