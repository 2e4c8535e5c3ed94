// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reads the attributes that record device code, and reports what is missing by name.
#include "lib/Conversion/LaunchToLLVM/DeviceKernels.h"

#include "lib/Conversion/LaunchToLLVM/AbiTypes.h"
#include "lib/Conversion/LaunchToLLVM/Buffers.h"
#include "mlir/AsmParser/AsmParser.h"

using namespace mlir;

namespace attn {
namespace {

/// Fields of one dictionary. A wrong one is reported once, at the operation that holds the dictionary.
class Fields {
public:
  Fields(Operation *op, StringRef what, Attribute attribute)
      : op(op), what(what), dictionary(dyn_cast<DictionaryAttr>(attribute)) {
    if (!dictionary)
      report() << "to be a dictionary, but got " << attribute;
  }

  bool failed() const { return wrong; }

  int64_t number(StringRef name, std::optional<int64_t> otherwise = std::nullopt) {
    auto value = find<IntegerAttr>(name, "an integer", otherwise.has_value());
    return value ? value.getInt() : otherwise.value_or(0);
  }
  bool flag(StringRef name) {
    auto value = find<BoolAttr>(name, "true or false", /*optional=*/true);
    return value && value.getValue();
  }
  StringRef text(StringRef name, bool optional = false) {
    auto value = find<StringAttr>(name, "a string", optional);
    return value ? value.getValue() : StringRef();
  }
  SmallVector<int64_t> numbers(StringRef name) {
    SmallVector<int64_t> values;
    if (Attribute attribute = dictionary ? dictionary.get(name) : Attribute())
      if (auto dense = dyn_cast<DenseI64ArrayAttr>(attribute))
        return llvm::to_vector(dense.asArrayRef());
    if (auto array = find<ArrayAttr>(name, "an array of integers", /*optional=*/false))
      for (Attribute element : array) {
        if (auto value = dyn_cast<IntegerAttr>(element))
          values.push_back(value.getInt());
        else if (!wrong)
          report() << "to have integers in '" << name << "', but got " << element;
      }
    return values;
  }
  ArrayAttr list(StringRef name) { return find<ArrayAttr>(name, "an array", /*optional=*/true); }

  InFlightDiagnostic report() {
    wrong = true;
    return op->emitError() << "expects " << what << ' ';
  }

private:
  template <typename T> T find(StringRef name, StringRef kind, bool optional) {
    Attribute attribute = dictionary ? dictionary.get(name) : Attribute();
    auto value = dyn_cast_or_null<T>(attribute);
    if (value || wrong || (optional && !attribute))
      return value;
    InFlightDiagnostic error = report() << "to have " << kind << " in '" << name << "'";
    if (attribute)
      error << ", but got " << attribute;
    return nullptr;
  }

  Operation *op;
  StringRef what;
  DictionaryAttr dictionary;
  bool wrong = false;
};

FailureOr<DeviceDescriptor> readDescriptor(LLVM::LLVMFuncOp kernel, TypeRange operands, Attribute attribute) {
  Fields fields(kernel, "a descriptor", attribute);
  int64_t argument = fields.number("argument");
  DeviceDescriptor map;
  map.dims = fields.numbers("dims");
  map.box = fields.numbers("box");
  map.swizzle = fields.number("swizzle", 0);
  StringRef element = fields.text("element", /*optional=*/true);
  if (fields.failed())
    return failure();
  auto memref = argument < 0 || argument >= int64_t(operands.size()) ? MemRefType()
                                                                     : dyn_cast<MemRefType>(operands[argument]);
  if (!memref)
    return kernel.emitError() << "expects a descriptor's argument " << argument
                              << " to be a memref among the operands of its launch";
  std::optional<DLDataType> type = dlpackType(memref.getElementType());
  if (!type || (!element.empty() && parseType(element, kernel.getContext()) != memref.getElementType()))
    return kernel.emitError() << "expects a descriptor of argument " << argument << " to have element type "
                              << memref.getElementType() << ", but got \"" << element << '"';
  map.type = *type;
  map.memrefRank = memref.getRank();
  map.offset = 0;
  for (Type before : operands.take_front(argument))
    map.offset += 8 * BufferCode::countSlots(before);
  if (map.dims.empty() || map.dims.size() != map.box.size())
    return kernel.emitError() << "expects a descriptor of argument " << argument
                              << " to have as many dims as box extents, but got " << map.dims.size() << " and "
                              << map.box.size();
  for (int64_t dim : map.dims)
    if (dim < 0 || dim >= map.memrefRank)
      return kernel.emitError() << "expects a descriptor's dims to be below " << map.memrefRank << ", but got " << dim;
  return map;
}

FailureOr<DeviceVariant> readVariant(LLVM::LLVMFuncOp kernel, TypeRange operands, size_t images, Attribute attribute) {
  Fields fields(kernel, "a device variant", attribute);
  DeviceVariant variant;
  variant.image = fields.number("image");
  variant.threads = fields.number("threads");
  variant.sharedBytes = fields.number("shared", 0);
  variant.persistent = fields.flag("persistent");
  variant.startsEarly = fields.flag("starts_early");
  variant.function = fields.text("function").str();
  ArrayAttr descriptors = fields.list("descriptors");
  if (fields.failed())
    return failure();
  if (variant.image < 0 || size_t(variant.image) >= images)
    return kernel.emitError() << "expects an image below " << images << ", but got " << variant.image;
  for (Attribute descriptor : descriptors ? descriptors.getValue() : ArrayRef<Attribute>()) {
    FailureOr<DeviceDescriptor> map = readDescriptor(kernel, operands, descriptor);
    if (failed(map))
      return failure();
    variant.descriptors.push_back(std::move(*map));
  }
  return variant;
}

} // namespace

bool isDeviceKernel(Operation *op) {
  return isa_and_nonnull<LLVM::LLVMFuncOp>(op) && op->hasAttr(launch::kernelAttr);
}

FailureOr<std::vector<DeviceImage>> readImages(ModuleOp module) {
  std::vector<DeviceImage> images;
  auto list = module->getAttrOfType<ArrayAttr>(launch::imagesAttr);
  for (Attribute element : list ? list.getValue() : ArrayRef<Attribute>()) {
    Fields fields(module, "an image", element);
    DeviceImage image;
    image.target = fields.text("target");
    image.chip = fields.text("chip");
    image.capability = fields.number("capability");
    image.exact = fields.flag("exact");
    image.binary = fields.text("binary", /*optional=*/true);
    image.portable = fields.text("portable", /*optional=*/true);
    if (!fields.failed() && image.binary.empty() && image.portable.empty())
      fields.report() << "to have code";
    if (fields.failed())
      return failure();
    images.push_back(image);
  }
  return images;
}

FailureOr<std::vector<DeviceVariant>> readDeviceVariants(LLVM::LLVMFuncOp kernel, TypeRange operands, size_t images) {
  auto list = kernel->getAttrOfType<ArrayAttr>(launch::deviceVariantsAttr);
  if (!list || list.empty())
    return kernel.emitError() << "expects a kernel for a device to have '" << launch::deviceVariantsAttr << "'";
  std::vector<DeviceVariant> variants;
  for (Attribute element : list) {
    FailureOr<DeviceVariant> variant = readVariant(kernel, operands, images, element);
    if (failed(variant))
      return failure();
    variants.push_back(std::move(*variant));
  }
  return variants;
}

} // namespace attn
