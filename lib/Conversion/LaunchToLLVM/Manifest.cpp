// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writes the manifest from its leaves up. Symbols start with "attn." but for the exported one.
#include "lib/Conversion/LaunchToLLVM/Manifest.h"

#include "lib/Conversion/LaunchToLLVM/HostCode.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/StringMap.h"

using namespace mlir;

namespace attn {
namespace {

/// Makes globals at the module's end; inside a global's initializer, the values that it is built of.
class ConstantData {
public:
  ConstantData(ModuleOp module, const AbiTypes &types)
      : module(module), types(types), symbols(module), builder(module.getContext()), loc(module.getLoc()) {}

  Value number(int64_t value, IntegerType type) {
    return LLVM::ConstantOp::create(builder, loc, type, builder.getIntegerAttr(type, value));
  }
  Value number(int64_t value) { return number(value, types.i64); }
  Value null() { return LLVM::ZeroOp::create(builder, loc, types.pointer); }
  Value symbol(StringRef name) {
    return name.empty() ? null() : Value(LLVM::AddressOfOp::create(builder, loc, types.pointer, name));
  }

  /// A zero-terminated text; null where it is empty and `orNull`.
  Value text(StringRef value, bool orNull = false) {
    if (value.empty() && orNull)
      return null();
    std::string &name = texts[value];
    if (name.empty())
      name = addGlobal("attn.text", LLVM::LLVMArrayType::get(types.i8, value.size() + 1), nullptr,
                       builder.getStringAttr((value + Twine('\0')).str()));
    return symbol(name);
  }

  /// An array of i64; null where it is empty.
  Value words(ArrayRef<int64_t> values) {
    if (values.empty())
      return null();
    // Equal arrays share a global.
    std::string &name = arrays[StringRef(reinterpret_cast<const char *>(values.data()), values.size() * 8)];
    if (name.empty()) {
      auto shape = RankedTensorType::get(int64_t(values.size()), types.i64);
      name = addGlobal("attn.words", LLVM::LLVMArrayType::get(types.i64, values.size()), nullptr,
                       DenseElementsAttr::get(shape, values));
    }
    return symbol(name);
  }

  /// Bytes that loaders may read as words; null where there are none.
  Value code(StringRef bytes) {
    if (bytes.empty())
      return null();
    Type type = LLVM::LLVMArrayType::get(types.i8, bytes.size());
    return symbol(addGlobal("attn.code", type, nullptr, builder.getStringAttr(bytes), LLVM::Linkage::Internal,
                            /*alignment=*/64));
  }

  Value expression(ArrayRef<int64_t> code) {
    return record(types.expression, [&] { return SmallVector<Value>{words(code), number(code.size())}; });
  }

  Value dataType(DLDataType type) {
    return record(types.dataType, [&] {
      return SmallVector<Value>{number(type.code, types.i8), number(type.bits, types.i8),
                                number(type.lanes, types.i16)};
    });
  }

  Value record(LLVM::LLVMStructType type, function_ref<SmallVector<Value>()> fields) {
    return aggregate(type, fields());
  }

  /// A constant array of records; null where it is empty.
  Value table(StringRef name, LLVM::LLVMStructType type, int64_t count, function_ref<SmallVector<Value>(int64_t)> row) {
    if (count == 0)
      return null();
    Type array = LLVM::LLVMArrayType::get(type, count);
    return symbol(addGlobal(name, array, [&] {
      SmallVector<Value> rows;
      for (int64_t n = 0; n < count; ++n)
        rows.push_back(aggregate(type, row(n)));
      return aggregate(array, rows);
    }));
  }

  /// Adds the one exported global.
  void exportRecord(StringRef name, LLVM::LLVMStructType type, function_ref<SmallVector<Value>()> fields) {
    auto init = [&] { return aggregate(type, fields()); };
    addGlobal(name, type, init, {}, LLVM::Linkage::External);
  }

private:
  Value aggregate(Type type, ArrayRef<Value> fields) {
    Value value = LLVM::UndefOp::create(builder, loc, type);
    for (auto [position, field] : llvm::enumerate(fields))
      value = LLVM::InsertValueOp::create(builder, loc, value, field, int64_t(position));
    return value;
  }

  /// Returns the symbol, which may get a number behind its name.
  std::string addGlobal(StringRef name, Type type, function_ref<Value()> init, Attribute value = {},
                        LLVM::Linkage linkage = LLVM::Linkage::Internal, uint64_t alignment = 0) {
    OpBuilder::InsertionGuard guard(builder);
    builder.clearInsertionPoint();
    auto global = LLVM::GlobalOp::create(builder, loc, type, /*isConstant=*/true, linkage, name, value, alignment);
    symbols.insert(global);
    if (init) {
      builder.setInsertionPointToStart(&global.getInitializerRegion().emplaceBlock());
      LLVM::ReturnOp::create(builder, loc, init());
    }
    return global.getSymName().str();
  }

  ModuleOp module;
  const AbiTypes &types;
  SymbolTable symbols;
  OpBuilder builder;
  Location loc;
  llvm::StringMap<std::string> texts, arrays;
};

class ManifestWriter {
public:
  ManifestWriter(ModuleOp module, const AbiTypes &types) : types(types), data(module, types) {}

  void write(ArrayRef<EntryContract> entries, ArrayRef<KernelForms> kernels, ArrayRef<DeviceImage> images,
             const LaunchToLLVMOptions &options) {
    data.exportRecord(ATTN_MANIFEST_SYMBOL, types.manifest, [&] {
      return SmallVector<Value>{data.number(ATTN_ABI_VERSION),
                                data.number(sizeof(attn_manifest)),
                                data.text(options.producer),
                                data.text(options.targets),
                                data.number(options.cpuLevel),
                                data.table("attn.entries", types.entry, entries.size(),
                                           [&](int64_t n) { return entryRow(entries[n]); }),
                                data.number(entries.size()),
                                data.table(kernelTableName, types.kernel, kernels.size(),
                                           [&](int64_t n) { return kernelRow(kernels[n]); }),
                                data.number(kernels.size()),
                                data.table("attn.images", types.image, images.size(),
                                           [&](int64_t n) { return imageRow(images[n]); }),
                                data.number(images.size()),
                                data.text(options.source, /*orNull=*/true),
                                data.number(options.source.size())};
    });
  }

private:
  SmallVector<Value> entryRow(const EntryContract &entry) {
    std::string prefix = "attn." + entry.name;
    return {data.text(entry.name),
            data.symbol(entry.name),
            data.table(prefix + ".args", types.argument, entry.arguments.size(),
                       [&](int64_t n) { return argumentRow(entry.arguments[n]); }),
            data.number(entry.arguments.size()),
            data.table(prefix + ".results", types.result, entry.results.size(),
                       [&](int64_t n) { return resultRow(entry, entry.results[n]); }),
            data.number(entry.results.size()),
            data.table(prefix + ".checks", types.check, entry.checks.size(),
                       [&](int64_t n) { return checkRow(entry.checks[n]); }),
            data.number(entry.checks.size()),
            data.expression(entry.workspace),
            data.text(entry.location, /*orNull=*/true)};
  }

  SmallVector<Value> argumentRow(const ArgumentContract &argument) {
    return {data.text(argument.name),
            data.dataType(argument.type),
            data.number(argument.dims.size(), types.i32),
            data.words(argument.dims),
            data.number(argument.flags),
            data.number(argument.related),
            data.expression(argument.bound)};
  }

  SmallVector<Value> resultRow(const EntryContract &entry, const ResultContract &result) {
    Value dims = data.table("attn." + entry.name + "." + result.name, types.expression, result.dims.size(),
                            [&](int64_t n) {
                              return SmallVector<Value>{data.words(result.dims[n]),
                                                        data.number(result.dims[n].size())};
                            });
    return {data.text(result.name), data.dataType(result.type), data.number(result.dims.size(), types.i32), dims,
            data.number(result.flags)};
  }

  SmallVector<Value> checkRow(const CheckContract &check) {
    return {data.text(check.message), data.number(check.relation), data.expression(check.left),
            data.expression(check.right)};
  }

  SmallVector<Value> kernelRow(const KernelForms &kernel) {
    return {data.text(kernel.name),
            data.table("attn." + kernel.name + ".variants", types.variant, kernel.variants.size(),
                       [&](int64_t n) {
                         const KernelVariant &variant = kernel.variants[n];
                         return SmallVector<Value>{data.symbol(variant.wrapper), data.number(variant.cpuLevel),
                                                   data.number(variant.scratchBytes)};
                       }),
            data.number(kernel.variants.size()),
            data.table("attn." + kernel.name + ".device", types.deviceVariant, kernel.deviceVariants.size(),
                       [&](int64_t n) { return deviceRow(kernel.name, kernel.deviceVariants[n]); }),
            data.number(kernel.deviceVariants.size()),
            data.text(kernel.location, /*orNull=*/true)};
  }

  SmallVector<Value> imageRow(const DeviceImage &image) {
    // Portable code ends in a zero, which counts.
    std::string portable = image.portable.empty() ? "" : image.portable.str() + '\0';
    return {data.text(image.target),
            data.text(image.chip),
            data.number(image.capability),
            data.number(image.exact ? ATTN_IMAGE_EXACT : 0),
            data.code(image.binary),
            data.number(image.binary.size()),
            data.code(portable),
            data.number(portable.size())};
  }

  SmallVector<Value> deviceRow(StringRef kernel, const DeviceVariant &variant) {
    std::string prefix = ("attn." + kernel + ".maps").str();
    return {data.number(variant.image),
            data.text(variant.function),
            data.number(variant.threads),
            data.number(variant.sharedBytes),
            data.table(prefix, types.descriptor, variant.descriptors.size(),
                       [&](int64_t n) { return descriptorRow(variant.descriptors[n]); }),
            data.number(variant.descriptors.size()),
            data.number((variant.persistent ? ATTN_DEVICE_PERSISTENT : 0) |
                        (variant.startsEarly ? ATTN_DEVICE_STARTS_EARLY : 0))};
  }

  SmallVector<Value> descriptorRow(const DeviceDescriptor &map) {
    return {data.number(map.offset),      data.number(map.memrefRank), data.dataType(map.type),
            data.number(map.dims.size()), data.words(map.dims),        data.words(map.box),
            data.number(map.swizzle)};
  }

  const AbiTypes &types;
  ConstantData data;
};

} // namespace

void writeManifest(ModuleOp module, const AbiTypes &types, ArrayRef<EntryContract> entries,
                   ArrayRef<KernelForms> kernels, ArrayRef<DeviceImage> images, const LaunchToLLVMOptions &options) {
  ManifestWriter(module, types).write(entries, kernels, images, options);
}

} // namespace attn
