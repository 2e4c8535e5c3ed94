// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The variants of the catalogue as device functions of both forms: near what the interpreter computes from their tile
// programs in f64.
#include "test/unit/DeviceSimulator/Catalogue.h"

using namespace attn;
using namespace attn::cuda::simulator;

namespace {

/// The first case of each variant, and some more.
std::vector<CatalogueCase> chosenCases() {
  std::vector<CatalogueCase> chosen;
  for (CatalogueCase &point : catalogueCases())
    if (chosen.empty() || chosen.back().variant != point.variant || point.name == "no-keys" ||
        point.name == "values-narrow" || point.name == "whole")
      chosen.push_back(point);
  return chosen;
}

/// Errors of 16-bit weights and results, relative to the largest number.
constexpr double kTolerance = 1.5e-2;

std::string findLargeError(const Tensors &got, const Tensors &expected) {
  for (size_t r = 0; r < expected.size(); ++r) {
    double largest = 1;
    for (double value : expected[r].values)
      if (std::isfinite(value))
        largest = std::max(largest, std::abs(value));
    for (int64_t i = 0; i < expected[r].size(); ++i) {
      double have = got[r].values[i], want = expected[r].values[i];
      if (have != want && !(std::abs(have - want) <= kTolerance * largest))
        return "element " + std::to_string(i) + " of result " + std::to_string(r) + ": expects " +
               std::to_string(want) + ", but got " + std::to_string(have);
    }
  }
  return "";
}

class Variants : public testing::TestWithParam<CatalogueCase> {
protected:
  void run(const char *type, const char *costModel) {
    const CatalogueCase &point = GetParam();
    auto module = tileProgram(point, type, costModel);
    bool overlapped = llvm::StringRef(costModel) == "cuda.overlapped";
    ASSERT_TRUE(module);
    launch::EntryOp entry = *module->getOps<launch::EntryOp>().begin();
    std::optional<Tensors> arguments = argumentsOf(point, entry);
    ASSERT_TRUE(arguments);
    std::vector<interpreter::Buffer> in(arguments->begin(), arguments->end()), out;
    auto shapes = interpreter::resultShapes(entry, in);
    ASSERT_TRUE(bool(shapes)) << llvm::toString(shapes.takeError());
    Tensors results, expected;
    for (auto [shape, value] : llvm::zip(*shapes, entry.getBodyResults())) {
      auto element = elementOfType(llvm::cast<mlir::MemRefType>(value.getType()).getElementType());
      ASSERT_TRUE(element);
      results.emplace_back(*element, shape, NAN);
      out.emplace_back(results.back());
    }
    llvm::Error error = interpreter::runEntry(entry, in, out);
    ASSERT_FALSE(bool(error)) << llvm::toString(std::move(error));
    for (const interpreter::Buffer &buffer : out)
      expected.push_back(buffer.toHost());
    std::string name = entry.getSymName().str();
    mlir::PassManager passes(&testContext());
    if (overlapped)
      cuda::buildOverlapPipeline(passes);
    else
      cuda::buildValuePipeline(passes);
    cuda::buildTileToDevicePipeline(passes);
    addCleanup(passes);
    if (mlir::failed(passes.run(*module))) {
      ASSERT_TRUE(overlapped) << "does not lower";
      GTEST_SKIP() << "has no overlapped form";
    }
    Counts counts;
    Device device;
    auto got = simulate(device, *module, name, *arguments, results, 8, {}, &counts);
    ASSERT_TRUE(bool(got)) << llvm::toString(got.takeError());
    EXPECT_EQ(findLargeError(*got, expected), "");
    EXPECT_EQ(counts.conflicts, 0);
  }
};

TEST_P(Variants, ValueForm) { run("bf16", "cuda"); }
TEST_P(Variants, OverlappedForm) { run("f16", "cuda.overlapped"); }

/// The last step of the ladder, which has passes over the keys.
class SmallestTiles : public Variants {};
TEST_P(SmallestTiles, ValueForm) { run("bf16", "cuda.fewest-values"); }

std::vector<CatalogueCase> casesOfPasses() {
  std::vector<CatalogueCase> chosen = chosenCases();
  llvm::erase_if(chosen, [](const CatalogueCase &point) {
    return !llvm::is_contained({"flash_decoding", "gqa", "mla", "packed_documents"}, point.variant);
  });
  return chosen;
}

std::string nameOf(const testing::TestParamInfo<CatalogueCase> &info) {
  std::string name = info.param.variant + "_" + info.param.name;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(DeviceSimulator, Variants, testing::ValuesIn(chosenCases()), nameOf);
INSTANTIATE_TEST_SUITE_P(DeviceSimulator, SmallestTiles, testing::ValuesIn(casesOfPasses()), nameOf);

} // namespace
