// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Entries: contracts, kernels in order, workspace.
#include "test/unit/Interpreter/Harness.h"

using namespace attn::interpreter;

namespace {

using Row = std::vector<double>;

// y = 2 * (x + 1), with x + 1 in workspace.
const char *const kText = R"(
!v = memref<?xf32, strided<[1], offset: ?>>
tile.kernel @add(%a: !v, %b: !v, %s: f32)
grid {
  %c1 = arith.constant 1 : index
  tile.yield %c1, %c1, %c1 : index, index, index
} body(%gx, %gy, %gz) {
  %c0 = arith.constant 0 : index
  %x = tile.load %a[%c0] dims = [-1, 0] : !v -> tensor<1x8xf32>
  %t = tensor.splat %s : tensor<1x8xf32>
  %y = arith.addf %x, %t : tensor<1x8xf32>
  tile.store %y, %b[%c0] dims = [-1, 0] : tensor<1x8xf32>, !v
  tile.yield
}
tile.kernel @twice(%a: !v, %b: !v)
grid {
  %c0 = arith.constant 0 : index
  tile.yield %c0, %c0, %c0 : index, index, index
} body(%i, %gy, %gz) {
  %x = memref.load %a[%i] : !v
  %y = arith.addf %x, %x : f32
  memref.store %y, %b[%i] : !v
  tile.yield
}
launch.entry @run(%x: !v, %s: f32) results(%y: !v)
contract {
  %c0 = arith.constant 0 : index
  %c8 = arith.constant 8 : index
  %n = memref.dim %x, %c0 : !v
  launch.check le %n, %c8, "expected at most 8 elements"
  launch.yield shapes(%n)
} body {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = memref.dim %x, %c0 : !v
  %w = launch.workspace(%n) : memref<?xf32>
  %zero = arith.constant 0.0 : f32
  launch.fill %w, %zero : memref<?xf32>, f32
  %v = memref.cast %w : memref<?xf32> to !v
  launch.kernel @add(%x, %v, %s) : !v, !v, f32
  launch.kernel @twice grid(%n, %c1, %c1) (%v, %y) : !v, !v
  launch.return
})";

/// Keeps the module of an entry alive.
struct Parsed {
  mlir::OwningOpRef<mlir::ModuleOp> module =
      mlir::parseSourceString<mlir::ModuleOp>(std::string(kText), &testContext(), "entry");
  attn::launch::EntryOp entry = *module->getOps<attn::launch::EntryOp>().begin();
};

TEST(InterpretEntry, KernelsRunInOrderOnWorkspace) {
  Parsed parsed;
  Buffer result = empty(Element::f32, {3});
  EXPECT_EQ(llvm::toString(runEntry(parsed.entry, {make(Element::f32, {3}, {1, 2, 3}), Buffer::scalar(Element::f32, 1)},
                                    {result})),
            "");
  EXPECT_EQ(numbers(result), (Row{4, 6, 8}));
}

TEST(InterpretEntry, ContractGivesShapes) {
  Parsed parsed;
  auto shapes = resultShapes(parsed.entry, {empty(Element::f32, {5}), Buffer::scalar(Element::f32, 1)});
  ASSERT_TRUE(bool(shapes)) << llvm::toString(shapes.takeError());
  EXPECT_EQ(*shapes, (std::vector<std::vector<int64_t>>{{5}}));
}

TEST(InterpretEntry, RefusalsNameTheArgument) {
  Parsed parsed;
  Buffer scale = Buffer::scalar(Element::f32, 1);
  auto run = [&](std::vector<Buffer> arguments, std::vector<Buffer> results) {
    return llvm::toString(runEntry(parsed.entry, arguments, results));
  };
  EXPECT_EQ(run({empty(Element::f32, {9}), scale}, {empty(Element::f32, {9})}),
            "entry:30:3: 'launch.check' expected at most 8 elements, but got 9 and 8");
  EXPECT_EQ(run({empty(Element::f32, {5}), scale}, {empty(Element::f32, {4})}),
            "entry:25:1: 'launch.entry' result 'y' expects dim 0 to be 5, but got 4");
  EXPECT_EQ(run({empty(Element::f64, {5}), scale}, {empty(Element::f32, {5})}),
            "entry:25:1: 'launch.entry' argument 'x' expects elements of type f32, but got f64");
  EXPECT_EQ(run({empty(Element::f32, {5})}, {empty(Element::f32, {5})}),
            "entry:25:1: 'launch.entry' expects 2 arguments, but got 1");
}

TEST(InterpretEntry, PlannedPiecesLieApartAndInside) {
  auto run = [](const std::string &first, const std::string &second, const std::string &bytes) {
    std::string text = "launch.entry @run(%n: index) results(%y: memref<?xf32>)\ncontract {\n"
                       "%b = arith.constant " + bytes + " : index\nlaunch.yield shapes(%n) workspace(%b)\n} body {\n"
                       "%o = arith.constant " + first + " : index\n%p = arith.constant " + second + " : index\n"
                       "%u = launch.workspace(%n) offset(%o) : memref<?xf32>\n"
                       "%v = launch.workspace(%n) offset(%p) : memref<?xi8>\nlaunch.return\n}";
    auto module = mlir::parseSourceString<mlir::ModuleOp>(text, &testContext(), "planned");
    auto entry = *module->getOps<attn::launch::EntryOp>().begin();
    return llvm::toString(runEntry(entry, {Buffer::scalar(Element::index, 16)}, {empty(Element::f32, {16})}));
  };
  EXPECT_EQ(run("0", "64", "128"), "");
  EXPECT_EQ(run("64", "0", "128"), "");
  EXPECT_EQ(run("64", "64", "128"),
            "planned:9:6: 'launch.workspace' expects a piece apart from the others, but [64, 80) meets [64, 128)");
  EXPECT_EQ(run("0", "64", "79"), "planned:9:6: 'launch.workspace' expects 16 bytes at a multiple of 64 inside the "
                                  "workspace's 79, but got offset 64");
  EXPECT_EQ(run("8", "128", "256"), "planned:8:6: 'launch.workspace' expects 64 bytes at a multiple of 64 inside the "
                                    "workspace's 256, but got offset 8");
}

} // namespace
