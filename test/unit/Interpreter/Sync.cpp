// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Slots, barriers and programs in turn, by hand: what they mean, and what each fault is called.
#include "lib/Target/CUDA/Passes.h"
#include "lib/Transforms/Tile/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "test/unit/Interpreter/Harness.h"

using namespace attn;
using namespace attn::interpreter;

namespace {

const std::string kSetUp = "%s0 = arith.constant 0 : i32\n%s1 = arith.constant 1 : i32\n"
                           "%m = tile.slots : !tile.slots<1, tensor<2x2xf32>>\n"
                           "%full = tile.barriers {arrivals = 1 : i64} : !tile.barriers<1>\n"
                           "%empty = tile.barriers {arrivals = 1 : i64} : !tile.barriers<1>\n";

std::string fillSlot(const std::string &parity) {
  return "tile.pass %empty[%s0], " + parity + " : !tile.barriers<1>\n"
         "%f = tile.slot %m[%s0] : !tile.slots<1, tensor<2x2xf32>> -> !tile.slot<fill, tensor<2x2xf32>>\n"
         "tile.arrive %full[%s0] {bytes = 16 : i64} : !tile.barriers<1>\n"
         "tile.copy %f, %x[%c0, %c0] dims = [0, 1] signals %full[%s0] {bytes = 16 : i64} "
         ": !tile.slot<fill, tensor<2x2xf32>>, memref<?x?xf32>, !tile.barriers<1>\n";
}

const std::string kPass = "tile.pass %full[%s0], %s0 : !tile.barriers<1>\n";
const std::string kRead = "%s = tile.slot %m[%s0] : !tile.slots<1, tensor<2x2xf32>> -> !tile.slot<read, tensor<2x2xf32>>\n"
                          "%t = tile.read %s : !tile.slot<read, tensor<2x2xf32>> -> tensor<2x2xf32>\n"
                          "tile.store %t, %y[%c0, %c0] dims = [0, 1] : tensor<2x2xf32>, memref<?x?xf32>\n";
const std::string kArrive = "tile.arrive %empty[%s0] : !tile.barriers<1>\n";

Snippet inRoles(const std::string &load, const std::string &math) {
  return {"%x: memref<?x?xf32>, %y: memref<?x?xf32>", kSetUp + "tile.roles\nrole @load warps = 1 (%team) {\n" + load +
                                                          "tile.yield\n}\nrole @math warps = 1 (%team2) {\n" + math +
                                                          "tile.yield\n}"};
}

/// What the first of many schedules finds.
std::string follow(const Snippet &snippet, std::vector<Buffer> arguments) {
  for (uint64_t seed = 0; seed < 40; ++seed) {
    Options options;
    options.protocol = true;
    options.seed = seed;
    if (std::string found = run(snippet, arguments, options); !found.empty())
      return found.substr(found.find('\''));
  }
  return "";
}

std::vector<Buffer> twoByTwo() { return {make(Element::f32, {2, 2}, {1, 2, 3, 4}), empty(Element::f32, {2, 2})}; }

TEST(Sync, SlotsCarryTiles) {
  Snippet snippet = inRoles(fillSlot("%s1"), kPass + kRead + kArrive);
  auto buffers = twoByTwo();
  EXPECT_EQ(run(snippet, buffers), "");
  EXPECT_EQ(numbers(buffers[1]), (std::vector<double>{1, 2, 3, 4}));
  EXPECT_EQ(follow(snippet, twoByTwo()), "");
}

TEST(Sync, FaultsAreNamed) {
  auto found = [](const std::string &load, const std::string &math) { return follow(inRoles(load, math), twoByTwo()); };
  EXPECT_EQ(found(fillSlot("%s1"), kRead + kArrive), "'tile.read' reads a slot that nobody has filled");
  std::string again = "%g = tile.slot %m[%s0] : !tile.slots<1, tensor<2x2xf32>> -> !tile.slot<fill, tensor<2x2xf32>>\n"
                      "tile.clear %g from %c0 : !tile.slot<fill, tensor<2x2xf32>>\n";
  EXPECT_EQ(found(fillSlot("%s1") + again, kPass + kRead),
            "'tile.clear' writes a slot while 'tile.copy' may not have ended there");
  EXPECT_EQ(found(fillSlot("%s1"), "tile.arrive %empty[%s0] {bytes = 8 : i64} : !tile.barriers<1>\n" + kPass + kRead),
            "'tile.barriers' ends in the middle of a phase of stage 0: 0 of 1 arrivals and 8 bytes are missing");
  EXPECT_EQ(found(fillSlot("%s0"), kPass + kRead + kArrive), "'tile.pass' waits for ever: load 0 at tile.pass, math 0 at tile.pass");
  EXPECT_EQ(found(fillSlot("%s1"), kPass + kRead + kArrive + kArrive), "");
  std::string twice = "tile.arrive %empty[%s0] {count = 2 : i64} : !tile.barriers<1>\n";
  EXPECT_EQ(found(fillSlot("%s1"), kPass + kRead + twice), "'tile.arrive' arrives 1 times more than the phase expects");
  std::string outside = "tile.pass %full[%s1], %s0 : !tile.barriers<1>\n";
  EXPECT_EQ(found(fillSlot("%s1"), outside + kRead + kArrive), "'tile.pass' expects a stage in [0, 1), but got 1");
}

/// What threads wrote, a product sees behind a fence alone.
TEST(Sync, ProductsNeedFences) {
  auto snippet = [](const std::string &fence) {
    return Snippet{"%x: memref<?x?xf32>",
                   "%s0 = arith.constant 0 : i32\n%m = tile.slots : !tile.slots<1, tensor<2x2xf32>>\n"
                   "%w = tile.load %x[%c0, %c0] dims = [0, 1] : memref<?x?xf32> -> tensor<2x2xf32>\n"
                   "%f = tile.slot %m[%s0] : !tile.slots<1, tensor<2x2xf32>> -> !tile.slot<fill, tensor<2x2xf32>>\n"
                   "tile.put %w, %f : tensor<2x2xf32>, !tile.slot<fill, tensor<2x2xf32>>\n" + fence +
                   "%r = tile.slot %m[%s0] : !tile.slots<1, tensor<2x2xf32>> -> !tile.slot<read, tensor<2x2xf32>>\n"
                   "%p = tile.issue %w, %r : tensor<2x2xf32>, !tile.slot<read, tensor<2x2xf32>> -> !tile.pending<tensor<2x2xf32>>\n"
                   "%o = tile.await %p {outstanding = 0 : i64} : !tile.pending<tensor<2x2xf32>> -> tensor<2x2xf32>\n"};
  };
  std::vector<Buffer> x{make(Element::f32, {2, 2}, {1, 2, 3, 4})};
  EXPECT_EQ(follow(snippet("tile.fence\n"), x), "");
  EXPECT_EQ(follow(snippet(""), x), "'tile.issue' reads what threads wrote by 'tile.put' without a fence after it");
}

mlir::OwningOpRef<mlir::ModuleOp> parse(const std::string &text) {
  return mlir::parseSourceString<mlir::ModuleOp>(text, &testContext(), "snippet");
}

/// The engine stops where the tensor ends: rows behind a bound before that are cleared.
TEST(Sync, RowsBehindABoundAreCleared) {
  std::string text = R"(
    tile.kernel @sums(%K: memref<?x64xf32>, %O: memref<?x64xf32>, %n: index)
    grid {
      %c1 = arith.constant 1 : index
      tile.yield %c1, %c1, %c1 : index, index, index
    } body(%x, %y, %z) {
      %c0 = arith.constant 0 : index
      %c64 = arith.constant 64 : index
      %ones = arith.constant dense<1.0> : tensor<16x16xf32>
      %k = tile.load %K[%c0, %c0] dims = [0, 1] bounds(%n, %c64) : memref<?x64xf32> -> tensor<16x64xf32>
      %s = tile.mma %ones, %k : tensor<16x16xf32>, tensor<16x64xf32> -> tensor<16x64xf32>
      tile.store %s, %O[%c0, %c0] dims = [0, 1] : tensor<16x64xf32>, memref<?x64xf32>
      tile.yield
    })";
  auto module = parse(text);
  ASSERT_TRUE(module);
  mlir::PassManager passes(&testContext());
  auto &kernels = passes.nest<tile::KernelOp>();
  kernels.addPass(tile::createInsertRingsPass(/*depth=*/2, /*made=*/false));
  kernels.addPass(tile::createSpecialisePass());
  kernels.addPass(cuda::createAssignLayoutsPass());
  kernels.addPass(cuda::createMaterialiseSyncPass());
  ASSERT_TRUE(mlir::succeeded(passes.run(*module)));
  tile::ClearOp clear;
  module->walk([&](tile::ClearOp op) { clear = op; });
  ASSERT_TRUE(clear);
  auto sum = [&](int64_t rows, mlir::Operation *ignored) {
    std::vector<double> ones(16 * 64, 1.0);
    Buffer keys = make(Element::f32, {16, 64}, ones), out = empty(Element::f32, {16, 64});
    Options options;
    options.ignored = ignored;
    auto kernel = *module->getOps<tile::KernelOp>().begin();
    std::string error =
        llvm::toString(runKernel(kernel, {keys, out, make(Element::index, {}, {double(rows)})}, options));
    EXPECT_EQ(error, "");
    return numbers(out)[5];
  };
  EXPECT_EQ(sum(16, nullptr), 16);
  EXPECT_EQ(sum(5, nullptr), 5);
  EXPECT_EQ(sum(0, nullptr), 0);
  EXPECT_EQ(sum(5, clear), 16) << "without it, they are not";
}

/// In turn, whatever the extents and however many blocks, every program runs once.
TEST(Persist, EveryPointIsTakenOnce) {
  std::string text = R"(
    tile.kernel @count(%C: memref<?x?x?xi32>, %K: memref<?x4xf32>) attributes {persistent = true}
    grid {
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %c2 = arith.constant 2 : index
      %x = memref.dim %C, %c2 : memref<?x?x?xi32>
      %y = memref.dim %C, %c1 : memref<?x?x?xi32>
      %z = memref.dim %C, %c0 : memref<?x?x?xi32>
      tile.yield %x, %y, %z : index, index, index
    } body(%x, %y, %z) {
      %c0 = arith.constant 0 : index
      %r = tile.ring : !tile.ring<2, tensor<4x4xf32>>
      tile.roles
      role @load warps = 1 (%t) {
        %f = tile.acquire %r : !tile.ring<2, tensor<4x4xf32>>
        tile.copy %f, %K[%c0, %c0] dims = [0, 1] : !tile.slot<fill, tensor<4x4xf32>>, memref<?x4xf32>
        tile.commit %f : !tile.slot<fill, tensor<4x4xf32>>
        tile.yield
      }
      role @math warps = 1 (%t) {
        %s = tile.wait %r : !tile.ring<2, tensor<4x4xf32>>
        tile.release %s : !tile.slot<read, tensor<4x4xf32>>
        %n = tile.claim %C[%z, %y, %x] : memref<?x?x?xi32>
        tile.yield
      }
      tile.yield
    })";
  auto module = parse(text);
  mlir::PassManager passes(&testContext());
  passes.nest<tile::KernelOp>().addPass(tile::createPersistPass());
  passes.nest<tile::KernelOp>().addPass(cuda::createAssignLayoutsPass());
  passes.nest<tile::KernelOp>().addPass(cuda::createMaterialiseSyncPass());
  ASSERT_TRUE(module && mlir::succeeded(passes.run(*module)));
  auto kernel = *module->getOps<tile::KernelOp>().begin();
  for (int64_t x : {1, 2, 3, 7, 16})
    for (int64_t y : {1, 3})
      for (int64_t z : {1, 2})
        for (int64_t blocks : {1, 2, 3, 5, 8, 13, 100}) {
          Buffer counts = make(Element::i32, {z, y, x}, std::vector<double>(x * y * z));
          Options options;
          options.blocks = blocks;
          std::string error = llvm::toString(runKernel(
              kernel, {counts, make(Element::f32, {4, 4}, std::vector<double>(16))}, options));
          ASSERT_EQ(error, "");
          ASSERT_EQ(numbers(counts), std::vector<double>(x * y * z, 1.0))
              << x << " x " << y << " x " << z << " in " << blocks << " blocks";
        }
}

} // namespace
