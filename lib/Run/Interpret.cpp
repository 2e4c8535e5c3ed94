// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Converts between the runtime's arrays and the interpreter's buffers.
#include "lib/Run/Interpret.h"

#include "lib/Interpreter/Interpreter.h"
#include "lib/Run/Oracle.h"

using namespace mlir;

namespace attn {

llvm::Expected<std::vector<rt::Array>> interpretArrays(ModuleOp module, llvm::ArrayRef<rt::Array> arguments) {
  auto entries = module.getOps<launch::EntryOp>();
  if (!llvm::hasSingleElement(entries))
    return llvm::createStringError("expects one entry to interpret");
  launch::EntryOp entry = *entries.begin();
  if (arguments.size() != entry.getNumArguments())
    return llvm::createStringError("expects " + llvm::Twine(entry.getNumArguments()) + " arguments, but got " +
                                   llvm::Twine(arguments.size()));
  std::vector<interpreter::Buffer> buffers, results;
  for (auto [array, argument] : llvm::zip(arguments, entry.getContractArguments())) {
    reference::HostTensor tensor = toHostTensor(array, argument.getType());
    tensor.element = interpreter::elementOf(argument.getType()).value_or(tensor.element);
    buffers.emplace_back(tensor);
  }
  auto shapes = interpreter::resultShapes(entry, buffers);
  if (!shapes)
    return shapes.takeError();
  for (auto [shape, result] : llvm::zip(*shapes, entry.getBodyResults())) {
    std::optional<reference::Element> element = interpreter::elementOf(result.getType());
    if (!element)
      return llvm::createStringError("a result has a type that the interpreter does not know");
    results.emplace_back(*element, shape);
  }
  if (llvm::Error error = interpreter::runEntry(entry, buffers, results))
    return error;
  std::vector<reference::HostTensor> tensors;
  for (const interpreter::Buffer &result : results)
    tensors.push_back(result.toHost());
  return toArrays(tensors);
}

} // namespace attn
