// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Products whose operands copies bring into slots, at many shapes: a product reads each element where the copy's box
// and pattern put it. On small integers both are exact.
#include "test/unit/DeviceSimulator/Chain.h"

using namespace attn;
using namespace attn::cuda::simulator;

namespace {

struct PinCopies : mlir::PassWrapper<PinCopies, mlir::OperationPass<mlir::ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(PinCopies)
  void runOnOperation() override {
    getOperation().walk([](tile::StoreOp store) { store.setEpilogue(tile::Epilogue::copy); });
  }
};

/// Erases the last assembly that holds a text.
struct DropAssembly : mlir::PassWrapper<DropAssembly, mlir::OperationPass<mlir::ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(DropAssembly)
  explicit DropAssembly(llvm::StringRef text) : text(text) {}
  void runOnOperation() override {
    mlir::LLVM::InlineAsmOp last;
    getOperation().walk([&](mlir::LLVM::InlineAsmOp op) {
      if (op.getAsmString().contains(text))
        last = op;
    });
    if (!last)
      return signalPassFailure();
    last.erase();
  }
  llvm::StringRef text;
};

TEST(Slots, ProductsReadWhereCopiesWrite) {
  const int64_t sizes[][4] = {{64, 16, 64, 64},    {64, 64, 64, 64},   {64, 80, 64, 128}, {64, 128, 128, 64},
                              {128, 64, 128, 128}, {128, 128, 64, 64}, {64, 176, 64, 64}, {64, 256, 64, 64},
                              {64, 32, 192, 192},  {64, 32, 256, 256}, {64, 48, 64, 192}, {192, 64, 64, 64}};
  for (auto &[rows, cols, depth, width] : sizes)
    for (int turned = 0; turned < 4; ++turned) {
      Chain chain{rows, cols, depth, width, bool(turned & 1), bool(turned & 2), turned % 2 ? "f16" : "bf16"};
      Counts counts;
      EXPECT_EQ(compare(chain.kernel(3 * cols - 8), addOverlapped, {8, 24}, &counts), "") << chain.name();
      EXPECT_GT(counts.bulkCopies, 0) << chain.name();
      EXPECT_GT(counts.groupProducts, 0) << chain.name();
    }
}

TEST(Slots, ProductsOfAWarpReadThemToo) {
  for (int64_t rows : {16, 32})
    for (int turned = 0; turned < 4; ++turned) {
      Chain chain{rows, 64, 128, 64, bool(turned & 1), bool(turned & 2), "bf16"};
      Counts counts;
      EXPECT_EQ(compare(chain.kernel(184), addOverlapped, {8, 24}, &counts), "") << chain.name();
      EXPECT_GT(counts.bulkCopies, 0) << chain.name();
      EXPECT_EQ(counts.groupProducts, 0) << chain.name();
      EXPECT_EQ(counts.conflicts, 0) << chain.name();
    }
}

/// Stored tiles leave by copies.
void addCopiesOut(mlir::OpPassManager &passes) {
  passes.addPass(std::make_unique<PinCopies>());
  addOverlapped(passes);
}

/// Results of 16 bits, of which memory may have fewer rows.
TEST(Slots, ResultsLeaveThroughThem) {
  const int64_t sizes[][3] = {{128, 64, 128}, {128, 128, 100}, {128, 64, 64}, {192, 64, 192}, {64, 64, 1}};
  for (auto &[rows, width, stored] : sizes)
    for (const char *type : {"bf16", "f16"}) {
      Chain chain{rows, 64, 64, width, false, false, type, type, stored};
      Counts counts;
      EXPECT_EQ(compare(chain.kernel(3 * 64 - 8), addCopiesOut, {8, 24}, &counts), "") << chain.name();
      EXPECT_GT(counts.bulkCopiesOut, 0) << chain.name();
    }
}

/// The rest of a panel would be written as well, into memory whose rows may be longer.
TEST(Slots, PartsOfPanelsDoNotLeave) {
  Chain chain{128, 64, 64, 80, false, false, "bf16", "bf16"};
  EXPECT_EQ(compare(chain.kernel(128), addCopiesOut, {8}), "does not lower");
}

TEST(Slots, ThreadsStoreWhereNothingIsPinned) {
  Counts counts;
  Chain chain{128, 64, 64, 64, false, false, "bf16", "bf16"};
  EXPECT_EQ(compare(chain.kernel(128), addOverlapped, {8}, &counts), "");
  EXPECT_EQ(counts.bulkCopiesOut, 0);
}

/// What must not be left out of a copy to memory.
TEST(Slots, FaultsOfCopiesOutAreFound) {
  const std::pair<const char *, const char *> faults[] = {
      {"fence.proxy.async", "without a fence since"},
      {"cp.async.bulk.wait_group.read", "ends with a copy to memory that it has not waited for"},
      {"cp.async.bulk.commit_group", "ends with a copy to memory that it has not waited for"},
      {"cp.async.bulk.tensor.2d.global", "expects "},
      {"stmatrix", "nobody wrote"}};
  Kernel kernel = Chain{128, 64, 64, 64, false, false, "bf16", "bf16"}.kernel(128);
  for (auto [dropped, message] : faults) {
    auto addPasses = [text = dropped](mlir::OpPassManager &passes) {
      addCopiesOut(passes);
      passes.addPass(std::make_unique<DropAssembly>(text));
    };
    std::string found = compare(kernel, addPasses, {8});
    EXPECT_NE(found.find(message), std::string::npos) << "without " << dropped << ": " << found;
  }
}

} // namespace
