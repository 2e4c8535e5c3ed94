// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Parameters of a device function as the runtime passes them, and its grid, block after block.
#include "dialects/Launch/LaunchDialect.h"
#include "lib/Target/CUDA/Simulator/Decoder.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include <cstring>

using namespace mlir;
using namespace attn::cuda::simulator;

namespace {

constexpr int64_t kMapBytes = 128;

llvm::Error failure(const Twine &message) { return llvm::createStringError(message.str()); }

void push(std::vector<uint8_t> &bytes, uint64_t word) {
  for (unsigned byte = 0; byte < 8; ++byte)
    bytes.push_back(uint8_t(word >> 8 * byte));
}

/// Bases, sizes and strides of tensors and scalars, 8 bytes each.
std::vector<uint8_t> makeBlock(ArrayRef<Operand> operands) {
  std::vector<uint8_t> bytes;
  for (const Operand &operand : operands) {
    push(bytes, operand.word);
    for (const auto &numbers : {operand.sizes, operand.strides})
      for (int64_t number : numbers)
        push(bytes, number);
  }
  if (bytes.empty())
    push(bytes, 0);
  return bytes;
}

int64_t elementBytes(StringRef name) {
  unsigned bits = 0;
  name.drop_while([](char c) { return !llvm::isDigit(c); }).consumeInteger(10, bits);
  return bits / 8;
}

/// The map that the driver makes of an operand, or why it refuses.
llvm::Expected<TensorMap> makeMap(DictionaryAttr wanted, ArrayRef<Operand> operands) {
  auto numbers = [&](StringRef name) { return wanted.getAs<DenseI64ArrayAttr>(name).asArrayRef(); };
  size_t argument = wanted.getAs<IntegerAttr>("argument").getInt();
  if (argument >= operands.size() || !operands[argument].isTensor)
    return failure("expects a tensor map of a tensor");
  const Operand &operand = operands[argument];
  TensorMap map;
  map.base = operand.word;
  map.elementBytes = elementBytes(wanted.getAs<StringAttr>("element"));
  map.swizzle = wanted.getAs<IntegerAttr>("swizzle").getInt();
  map.box.append(numbers("box").begin(), numbers("box").end());
  if (map.base % 16)
    return failure("expects the data of argument " + Twine(argument) + " aligned to 16 bytes");
  for (auto [axis, dim] : llvm::enumerate(numbers("dims"))) {
    if (llvm::is_contained(numbers("dims").take_front(axis), dim))
      return failure("expects a tensor map that names each dim once");
    int64_t stride = operand.strides[dim] * map.elementBytes;
    map.extents.push_back(operand.sizes[dim]);
    map.strides.push_back(stride);
    bool counts = operand.sizes[dim] > 1;
    if (axis == 0 ? counts && stride != map.elementBytes : counts && (stride % 16 || stride <= 0))
      return failure("expects strides of argument " + Twine(argument) +
                     " that are multiples of 16 bytes, and 1 inside");
    if (map.box[axis] < 1 || map.box[axis] > 256)
      return failure("expects boxes of at most 256, but got " + Twine(map.box[axis]));
  }
  if (map.swizzle != 128 || map.box[0] * map.elementBytes != 128)
    return failure("expects rows of 128 bytes with a pattern as wide");
  return map;
}

llvm::Error readShape(LLVM::LLVMFuncOp function, DecodedFunction &program) {
  auto threads = function->getAttrOfType<IntegerAttr>(attn::launch::threadsAttr);
  auto shared = function->getAttrOfType<IntegerAttr>(attn::launch::sharedAttr);
  if (!threads || !shared || threads.getInt() % kLanes)
    return failure("expects @" + function.getName() + " to say its threads, whole warps, and its shared memory");
  program.warps = threads.getInt() / kLanes;
  program.sharedBytes = shared.getInt();
  auto persistent = function->getAttrOfType<BoolAttr>(attn::launch::persistentAttr);
  program.isPersistent = persistent && persistent.getValue();
  program.descriptors = function->getAttrOfType<ArrayAttr>(attn::launch::descriptorsAttr);
  auto declared = function.getArgAttrOfType<TypeAttr>(0, LLVM::LLVMDialect::getByValAttrName());
  auto array = declared ? dyn_cast<LLVM::LLVMArrayType>(declared.getValue()) : nullptr;
  program.argumentBytes = array ? array.getNumElements() : 0;
  size_t parameters = 1 + program.isPersistent + (program.descriptors ? program.descriptors.size() : 0);
  if (function.getNumArguments() != parameters)
    return failure("expects @" + function.getName() + " to have " + Twine(parameters) + " parameters");
  return llvm::Error::success();
}

/// One launch: memory for its parameters, and its blocks.
class Launch {
public:
  Launch(const DecodedFunction &program, GlobalMemory &memory, std::array<int64_t, 3> points)
      : program(program), memory(memory), points(points), image(program.image) {}

  llvm::Error run(ArrayRef<Operand> operands, const Options &options, Counts &counts) {
    if (llvm::Error error = makeParameters(operands))
      return error;
    for (const Patch &patch : program.zeros)
      set(patch, memory.add(patch.bytes, /*isConstant=*/true));
    memory.beginLaunch();
    ThreadBlock block(program, std::move(image), memory, maps, options, counts);
    std::array<int64_t, 3> grid = points;
    if (program.isPersistent)
      grid = {points[0] * points[1] * points[2] ? std::max<int64_t>(1, options.blocks) : 0, 1, 1};
    uint32_t number = 0;
    for (int64_t z = 0; z < grid[2]; ++z)
      for (int64_t y = 0; y < grid[1]; ++y)
        for (int64_t x = 0; x < grid[0]; ++x)
          if (!block.run(number++, {x, y, z}, grid))
            return failure(block.error);
    return llvm::Error::success();
  }

private:
  void set(const Patch &patch, uint64_t address) {
    for (unsigned lane = 0; lane < kLanes; ++lane)
      memcpy(image.data() + patch.place + 8 * lane, &address, 8);
  }
  uint64_t addParameter(const std::vector<uint8_t> &bytes) {
    uint64_t address = memory.add(bytes.size(), /*isConstant=*/true);
    memory.bytes(address) = bytes;
    set(program.parameters[nextParameter++], address);
    return address;
  }

  /// The block of arguments, the extents of the grid where programs run in turn, tensor maps.
  llvm::Error makeParameters(ArrayRef<Operand> operands) {
    std::vector<uint8_t> block = makeBlock(operands), extents;
    if (program.argumentBytes != int64_t(block.size()))
      return failure("expects arguments of " + Twine(program.argumentBytes) + " bytes, but got " +
                     Twine(block.size()));
    addParameter(block);
    for (int64_t extent : points)
      push(extents, extent);
    if (program.isPersistent)
      addParameter(extents);
    for (Attribute wanted : program.descriptors ? program.descriptors.getValue() : ArrayRef<Attribute>()) {
      llvm::Expected<TensorMap> map = makeMap(cast<DictionaryAttr>(wanted), operands);
      if (!map)
        return map.takeError();
      map->parameter = addParameter(std::vector<uint8_t>(kMapBytes));
      maps.push_back(std::move(*map));
    }
    return llvm::Error::success();
  }

  const DecodedFunction &program;
  GlobalMemory &memory;
  std::array<int64_t, 3> points;
  std::vector<uint8_t> image;
  SmallVector<TensorMap> maps;
  size_t nextParameter = 0;
};

} // namespace

Device::Device() = default;
Device::~Device() = default;

llvm::Error Device::run(LLVM::LLVMFuncOp function, ArrayRef<int64_t> grid, ArrayRef<Operand> operands,
                        GlobalMemory &memory, const Options &options, Counts *counts) {
  std::unique_ptr<DecodedFunction> &program = programs[function];
  if (!program) {
    auto made = std::make_unique<DecodedFunction>();
    if (llvm::Error error = readShape(function, *made))
      return error;
    Decoder decoder(*made);
    if (!decoder.decode(function))
      return failure(decoder.message());
    program = std::move(made);
  }
  if (grid.size() != 3)
    return failure("expects a grid of three extents, but got " + Twine(grid.size()));
  Counts own;
  Launch launch(*program, memory, {grid[0], grid[1], grid[2]});
  if (llvm::Error error = launch.run(operands, options, counts ? *counts : own))
    return failure("@" + function.getName() + ": " + llvm::toString(std::move(error)));
  return llvm::Error::success();
}
