// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Checks arrays against a function's types before anything is compiled, and names the argument that does not fit.
#include "lib/Run/Arguments.h"

#include "lib/Run/Program.h"
#include "lib/Transforms/Attn/Roles.h"
#include "mlir/IR/BuiltinTypes.h"
#include "runtime/support/ArgSpec.h"

using namespace mlir;

namespace attn {

std::optional<rt::Element> arrayElement(Type type) {
  Type element = getElementTypeOrSelf(type);
  if (element.isF64())
    return rt::Element::F64;
  if (element.isF32())
    return rt::Element::F32;
  if (element.isF16())
    return rt::Element::F16;
  if (element.isBF16())
    return rt::Element::BF16;
  if (element.isIndex() || element.isInteger(64))
    return rt::Element::I64;
  if (element.isInteger(32))
    return rt::Element::I32;
  if (element.isUnsignedInteger(8))
    return rt::Element::U8;
  if (element.isInteger(8))
    return rt::Element::I8;
  if (element.isInteger(1))
    return rt::Element::Bool;
  return std::nullopt;
}

Type elementType(rt::Element element, Type like) {
  Builder builder(like.getContext());
  switch (element) {
  case rt::Element::F64: return builder.getF64Type();
  case rt::Element::F32: return builder.getF32Type();
  case rt::Element::F16: return builder.getF16Type();
  case rt::Element::BF16: return builder.getBF16Type();
  case rt::Element::I64: return like.isIndex() ? Type(builder.getIndexType()) : Type(builder.getI64Type());
  case rt::Element::I32: return builder.getI32Type();
  case rt::Element::I8: return builder.getI8Type();
  case rt::Element::U8: return builder.getIntegerType(8, false);
  case rt::Element::Bool: return builder.getI1Type();
  }
  return like;
}

/// "1x?x64"; "scalar" for rank 0.
static std::string shapeOf(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor || tensor.getRank() == 0)
    return "scalar";
  std::string text;
  for (int64_t extent : tensor.getShape())
    text += (text.empty() ? "" : "x") + (ShapedType::isDynamic(extent) ? "?" : std::to_string(extent));
  return text;
}

static bool fits(Type type, const rt::Array &array) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor)
    return array.size() == 1;
  if (tensor.getRank() != array.rank())
    return false;
  for (auto [expected, got] : llvm::zip(tensor.getShape(), array.shape()))
    if (!ShapedType::isDynamic(expected) && expected != got)
      return false;
  return true;
}

static llvm::Expected<rt::Array> readOne(func::FuncOp function, unsigned number, const RunOptions &options) {
  const std::string &text = options.args[number];
  std::string where = "--arg " + text + ": argument '" + nameOf(function, number) + "' ";
  Type type = function.getArgumentTypes()[number];
  std::optional<rt::Element> element = arrayElement(type);
  if (!element)
    return llvm::createStringError(where + "has a type that arrays cannot have");
  rt::Result<rt::ArgSpec> spec = rt::parseArgSpec(text);
  if (!spec)
    return llvm::createStringError(where + spec.error().message);
  if (!spec->hasSeed)
    spec->seed = options.seed;
  rt::Result<rt::Array> array = rt::makeArgument(*spec, number, element);
  if (!array)
    return llvm::createStringError(where + array.error().message);
  bool otherStorage = rt::isFloat(*element) && rt::isFloat(array->element()) && isa<RankedTensorType>(type);
  if (array->element() != *element && !otherStorage)
    return llvm::createStringError(where + "expects " + rt::elementName(*element) + ", but got " +
                                   rt::elementName(array->element()));
  if (!fits(type, *array))
    return llvm::createStringError(where + "expects shape " + shapeOf(type) + ", but got " +
                                   rt::shapeText(array->shape()));
  return std::move(*array);
}

llvm::Expected<std::vector<rt::Array>> readArguments(func::FuncOp function, const RunOptions &options) {
  if (options.args.size() != function.getNumArguments()) {
    std::string names;
    for (unsigned i = 0; i < function.getNumArguments(); ++i)
      names += (i ? ", " : "") + nameOf(function, i);
    return llvm::createStringError("entry '" + function.getSymName() + "': expects " +
                                   llvm::Twine(function.getNumArguments()) + " arguments (" + names + "), but got " +
                                   llvm::Twine(options.args.size()));
  }
  std::vector<rt::Array> arrays;
  for (unsigned i = 0; i < function.getNumArguments(); ++i) {
    llvm::Expected<rt::Array> array = readOne(function, i, options);
    if (!array)
      return array.takeError();
    arrays.push_back(std::move(*array));
  }
  return arrays;
}

llvm::SmallVector<Type> preciseTypes(func::FuncOp function, llvm::ArrayRef<rt::Array> arrays) {
  llvm::SmallVector<llvm::SmallVector<int64_t>> shapes;
  for (Type type : function.getArgumentTypes()) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    shapes.emplace_back(tensor ? llvm::to_vector(tensor.getShape()) : llvm::SmallVector<int64_t>());
  }
  for (const TokenUse &use : findTokenUses(function)) {
    unsigned number = use.argument.getArgNumber();
    for (auto [dim, role] : llvm::enumerate(use.roles))
      if (role == Role::headSize || role == Role::valueSize)
        shapes[number][dim] = arrays[number].shape()[dim];
  }
  llvm::SmallVector<Type> types;
  for (auto [type, shape, array] : llvm::zip(function.getArgumentTypes(), shapes, arrays)) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    types.push_back(tensor ? Type(RankedTensorType::get(shape, elementType(array.element(), tensor.getElementType())))
                           : type);
  }
  return types;
}

} // namespace attn
