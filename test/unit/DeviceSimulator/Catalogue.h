// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The cases that a device is judged by (test/GPU/cases.txt), at hand for tests without one.
#pragma once

#include "lib/JIT/DiagnosticKeeper.h"
#include "lib/JIT/Versions.h"
#include "lib/Pipelines/AttnPipeline.h"
#include "test/unit/DeviceSimulator/Execute.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/LineIterator.h"
#include "llvm/Support/MemoryBuffer.h"

namespace attn::cuda::simulator {

/// A line of the table.
struct CatalogueCase {
  std::string variant, name;
  llvm::SmallVector<std::string> words;
  std::string heads; ///< "D=72,24" where a score has several terms

  /// The extents of a word like 1x3x67x64 or 8:f32*holes; none for numbers in brackets.
  std::vector<int64_t> extents(size_t number) const {
    std::vector<int64_t> shape;
    llvm::SmallVector<llvm::StringRef> parts;
    llvm::StringRef(words[number]).take_while([](char c) { return c == 'x' || llvm::isDigit(c); }).split(parts, 'x');
    for (llvm::StringRef part : parts)
      if (int64_t extent; !part.getAsInteger(10, extent))
        shape.push_back(extent);
    return shape;
  }
  std::string sizes(llvm::StringRef type) const {
    if (!heads.empty())
      return heads + " type=" + type.str();
    int64_t d = extents(0).back(), dv = extents(2).back();
    return "D=" + std::to_string(d) + (dv != d ? " Dv=" + std::to_string(dv) : "") + " type=" + type.str();
  }
};

inline std::vector<CatalogueCase> catalogueCases() {
  std::vector<CatalogueCase> cases;
  auto buffer = llvm::MemoryBuffer::getFile(ATTN_SOURCE_DIR "/test/GPU/cases.txt");
  if (!buffer)
    return cases;
  for (llvm::line_iterator line(**buffer, /*SkipBlanks=*/true, '#'); !line.is_at_eof(); ++line) {
    auto [head, tail] = line->split(": ");
    CatalogueCase made{head.split(' ').first.str(), head.split(' ').second.str(), {}, {}};
    llvm::SmallVector<llvm::StringRef> words;
    tail.split(words, ' ', -1, /*KeepEmpty=*/false);
    if (words.front().starts_with("D="))
      made.heads = words.front().str();
    for (llvm::StringRef word : llvm::drop_begin(words, made.heads.empty() ? 0 : 1))
      made.words.push_back(word == "same" ? made.words.back() : word.str());
    cases.push_back(made);
  }
  return cases;
}

/// Numbers in brackets, with their shape.
inline void addNumbers(const llvm::json::Value &value, Tensor &tensor, size_t depth = 0) {
  const llvm::json::Array *list = value.getAsArray();
  if (!list) {
    tensor.values.push_back(*value.getAsNumber());
    return;
  }
  if (tensor.shape.size() == depth)
    tensor.shape.push_back(list->size());
  for (const llvm::json::Value &item : *list)
    addNumbers(item, tensor, depth + 1);
}

inline std::optional<programs::Element> elementOfType(mlir::Type type) {
  if (type.isBF16())
    return programs::Element::bf16;
  if (type.isF16())
    return programs::Element::f16;
  if (type.isF32())
    return programs::Element::f32;
  if (type.isInteger(32))
    return programs::Element::i32;
  return std::nullopt;
}

inline std::optional<Tensors> argumentsOf(const CatalogueCase &point, launch::EntryOp entry) {
  Tensors tensors;
  for (auto [number, value] : llvm::enumerate(entry.getContractArguments())) {
    auto memref = llvm::dyn_cast<mlir::MemRefType>(value.getType());
    auto element = memref ? elementOfType(memref.getElementType()) : std::nullopt;
    if (!element || number >= point.words.size())
      return std::nullopt;
    llvm::StringRef word = point.words[number];
    if (word.starts_with("[")) {
      auto numbers = llvm::json::parse(word.take_front(word.rfind(']') + 1));
      if (!numbers)
        return llvm::consumeError(numbers.takeError()), std::nullopt;
      Tensor tensor(*element, {});
      tensor.values.clear();
      addNumbers(*numbers, tensor);
      tensors.push_back(tensor);
      continue;
    }
    Tensor tensor = programs::randomTensor(*element, point.extents(number), number + 1);
    double factor;
    if (word.ends_with("*holes"))
      for (int64_t i = 0; i < tensor.size(); i += 3)
        tensor.values[i] = -INFINITY;
    else if (word.contains('*') && !word.split('*').second.getAsDouble(factor))
      for (double &number : tensor.values)
        number *= factor;
    tensor.round();
    tensors.push_back(tensor);
  }
  return tensors;
}

/// The case as a tile program, with tile sizes for a form of the target.
inline mlir::OwningOpRef<mlir::ModuleOp> tileProgram(const CatalogueCase &point, llvm::StringRef type,
                                                     llvm::StringRef form) {
  std::string path = ATTN_SOURCE_DIR "/lib/Variants/" + point.variant + ".mlir";
  auto module = mlir::parseSourceFile<mlir::ModuleOp>(path, &testContext());
  if (!module)
    return nullptr;
  DiagnosticKeeper keeper(
      testContext(), [](mlir::Diagnostic &) {}, /*consume=*/true);
  if (llvm::Error error = makeVersions(*module, {point.sizes(type)}, keeper)) {
    llvm::consumeError(std::move(error));
    return nullptr;
  }
  mlir::PassManager passes(&testContext());
  buildAttnPipeline(passes);
  buildAttnToTilePipeline(passes, form);
  return mlir::succeeded(passes.run(*module)) ? std::move(module) : nullptr;
}

} // namespace attn::cuda::simulator
