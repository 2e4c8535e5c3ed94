// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Checks the arguments of a function and evaluates its ops one after another.
#include "lib/Reference/Scope.h"

using namespace mlir;
using namespace attn::reference;

static constexpr unsigned deepestCall = 64;

std::vector<TensorRef> attn::reference::evaluateFunction(func::FuncOp function, std::vector<TensorRef> arguments,
                                                         const Options &options, FirstError &errors, unsigned depth) {
  if (!function.getBody().hasOneBlock()) {
    errors.report(function, "expects a body of one block");
    return {};
  }
  if (depth > deepestCall) {
    errors.report(function, "calls itself, or is more than " + Twine(deepestCall) + " calls deep");
    return {};
  }
  Scope scope(options, errors, depth);
  Block &body = function.getBody().front();
  for (auto [value, argument] : llvm::zip(body.getArguments(), arguments))
    scope.set(value, argument);
  for (Operation &op : body.without_terminator()) {
    bool known = false;
    for (auto evaluate : {evaluatePlaneOp, evaluateProductOp, evaluateAttend, evaluateMerge, evaluateCall,
                          evaluateTensorOp, evaluateLinalgOp, evaluateElementwise})
      if (!known && !errors.any())
        known = evaluate(&op, scope);
    if (!known)
      errors.report(&op, "is not an op that the reference evaluates");
    if (errors.any())
      return {};
  }
  return scope.tensors(body.getTerminator()->getOperands(), body.getTerminator());
}

bool attn::reference::evaluateCall(Operation *op, Scope &scope) {
  auto call = dyn_cast<func::CallOp>(op);
  if (!call)
    return false;
  auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(op, call.getCalleeAttr());
  if (!callee) {
    scope.errors.report(op, "names a function that is not there");
    return true;
  }
  std::vector<TensorRef> results = evaluateFunction(callee, scope.tensors(call.getOperands(), op), scope.options,
                                                    scope.errors, scope.depth + 1);
  for (auto [value, result] : llvm::zip(call.getResults(), results))
    scope.set(value, result);
  return true;
}

/// Whether a tensor is what the type says: element, rank, static extents.
static bool fits(const HostTensor &tensor, Type type) {
  std::optional<Element> element = elementOf(type);
  auto shaped = dyn_cast<RankedTensorType>(type);
  int64_t rank = shaped ? shaped.getRank() : 0;
  if (!element || tensor.element != *element || tensor.rank() != rank)
    return false;
  for (int64_t dim = 0; dim < rank; ++dim)
    if (!shaped.isDynamicDim(dim) && shaped.getDimSize(dim) != tensor.shape[dim])
      return false;
  return countElements(tensor.shape, std::numeric_limits<int64_t>::max()) == tensor.size();
}

llvm::Expected<std::vector<HostTensor>> attn::reference::evaluate(func::FuncOp function,
                                                                  llvm::ArrayRef<HostTensor> arguments,
                                                                  const Options &options) {
  FirstError errors;
  ArrayRef<Type> types = function.getArgumentTypes();
  if (types.size() != arguments.size()) {
    errors.report(function, "expects " + Twine(types.size()) + " arguments, but got " + Twine(arguments.size()));
    return errors.take();
  }
  std::vector<TensorRef> tensors;
  for (auto [number, type, argument] : llvm::enumerate(types, arguments)) {
    if (!fits(argument, type)) {
      std::string expected;
      llvm::raw_string_ostream(expected) << type;
      errors.report(function, "expects argument #" + Twine(number) + " to be " + expected + ", but got " +
                                  describe(argument));
      break;
    }
    HostTensor rounded = argument;
    rounded.round();
    tensors.push_back(std::make_shared<HostTensor>(std::move(rounded)));
  }
  std::vector<TensorRef> results;
  if (!errors.any())
    results = evaluateFunction(function, std::move(tensors), options, errors, 0);
  if (llvm::Error error = errors.take())
    return std::move(error);
  std::vector<HostTensor> values;
  for (const TensorRef &result : results)
    values.push_back(*result);
  return values;
}
