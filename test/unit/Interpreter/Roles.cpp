// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Program (a) in roles: its numbers, the protocol of its rings under random schedules, and faults that must be found.
#include "test/unit/Interpreter/Execute.h"

using namespace attn;
using namespace attn::interpreter;
using programs::Case;
using programs::Program;
using programs::Tensors;

namespace {

const Program &program() {
  static const Program program = programs::attentionInRoles();
  return program;
}

constexpr int kSeeds = 200;

/// A case's arguments, and results of the right shapes.
struct Inputs {
  explicit Inputs(const Case &point) : arguments(point.arguments()), results(program().reference(arguments)) {}
  Tensors arguments, results;
};

/// Follows the states of a case; empty, or what was found.
std::string follow(mlir::ModuleOp module, const Inputs &inputs, uint64_t seed,
                   const mlir::Operation *ignored = nullptr) {
  Options options;
  options.protocol = true;
  options.seed = seed;
  options.ignored = ignored;
  auto done = interpret(module, program(), inputs.arguments, inputs.results, options);
  return done ? "" : llvm::toString(done.takeError());
}

TEST(AttentionInRoles, AgreesInFloat64) {
  auto module = parseProgram(program());
  ASSERT_TRUE(module);
  for (const Case &point : program().cases) {
    auto executor = [&](const Program &program, const Tensors &arguments, const Tensors &results) {
      return interpret(*module, program, arguments, results);
    };
    EXPECT_EQ(programs::check(program(), point, executor, 1e-6), "") << point.name;
  }
}

TEST(AttentionInRoles, AgreesInStoredTypesAndBackwards) {
  auto module = parseProgram(program());
  ASSERT_TRUE(module);
  for (const Case &point : program().cases) {
    auto executor = [&](const Program &program, const Tensors &arguments, const Tensors &results) {
      return interpret(*module, program, arguments, results, {NumberMode::stored, GridOrder::backward});
    };
    EXPECT_EQ(programs::check(program(), point, executor, program().tolerance), "") << point.name;
  }
}

TEST(AttentionInRoles, KeepsItsProtocol) {
  auto module = parseProgram(program());
  ASSERT_TRUE(module);
  for (const Case &point : program().cases) {
    Inputs inputs(point);
    for (int seed = 0; seed < kSeeds; ++seed)
      ASSERT_EQ(follow(*module, inputs, seed), "") << point.name << ", seed " << seed;
  }
}

/// Every op that waits or ends something, dropped, is found under every schedule, where it runs at all.
TEST(AttentionInRoles, EveryDroppedOpIsFound) {
  auto module = parseProgram(program());
  ASSERT_TRUE(module);
  Inputs longest(program().cases.back());
  int count = 0;
  module->walk([&](mlir::Operation *op) {
    if (!llvm::isa<tile::AcquireOp, tile::WaitOp, tile::CommitOp, tile::ReleaseOp, tile::AwaitOp>(op))
      return;
    ++count;
    for (int seed = 0; seed < 10; ++seed)
      EXPECT_NE(follow(*module, longest, seed, op), "")
          << op->getName().getStringRef().str() << " number " << count << ", seed " << seed;
  });
  EXPECT_EQ(count, 24);
}

/// What one of the faults is called.
std::string fault(llvm::StringRef name, int number) {
  auto module = parseProgram(program());
  std::string found = "'no such op'";
  Inputs longest(program().cases.back());
  if (module)
    module->walk([&](mlir::Operation *op) {
      if (op->getName().getStringRef() == name && number-- == 0)
        found = follow(*module, longest, 0, op);
    });
  return found.substr(found.find('\''));
}

TEST(AttentionInRoles, FaultsAreNamed) {
  EXPECT_EQ(fault("tile.acquire", 0), "'tile.copy' writes a slot that its team does not hold");
  EXPECT_EQ(fault("tile.wait", 0), "'tile.issue' reads a slot that its team does not hold");
  EXPECT_EQ(fault("tile.await", 0), "'tile.release' frees a slot that 'tile.issue' may read, which nobody has awaited");
  EXPECT_EQ(fault("tile.commit", 0),
            "'tile.acquire' waits for ever: load 0 at tile.acquire, math 0 at tile.wait, math 1 at tile.wait");
  EXPECT_EQ(fault("tile.release", 4), "'tile.ring' ends with payload 0 released 0 times of 2");
}

std::string body(const std::string &load, const std::string &math) {
  return "%n = arith.constant 2 : index\n%r = tile.ring : !tile.ring<1, tensor<2x2xf32>>\ntile.roles\n"
         "role @load (%team) {\n" + load + "tile.yield\n}\nrole @math teams = 2 (%team) {\n" + math + "tile.yield\n}";
}

const std::string kFill = "%f = tile.acquire %r : !tile.ring<1, tensor<2x2xf32>>\n"
                          "tile.copy %f, %x[%c0, %c0] dims = [0, 1] : !tile.slot<fill, tensor<2x2xf32>>, memref<?x?xf32>\n"
                          "tile.commit %f : !tile.slot<fill, tensor<2x2xf32>>\n";
const std::string kRead = "%s = tile.wait %r : !tile.ring<1, tensor<2x2xf32>>\n"
                          "%t = tile.read %s : !tile.slot<read, tensor<2x2xf32>> -> tensor<2x2xf32>\n"
                          "tile.release %s : !tile.slot<read, tensor<2x2xf32>>\n";

std::string loop(const std::string &name, const std::string &text) {
  return "scf.for %" + name + " = %c0 to %n step %c1 {\n" + text + "}\n";
}

TEST(Roles, DeadlockIsFoundInBothModes) {
  Snippet snippet{"%x: memref<?x?xf32>", body(loop("i", kFill), kRead)};
  Buffer x = make(Element::f32, {2, 2}, {1, 2, 3, 4});
  for (bool protocol : {false, true}) {
    Options options;
    options.protocol = protocol;
    std::string found = run(snippet, {x}, options);
    EXPECT_NE(found.find("payload 1 released 0 times of 2"), std::string::npos) << found;
  }
  snippet.body = body(kFill, loop("i", kRead));
  for (bool protocol : {false, true}) {
    Options options;
    options.protocol = protocol;
    std::string found = run(snippet, {x}, options);
    EXPECT_NE(found.find("waits for ever: math 0 at tile.wait, math 1 at tile.wait"), std::string::npos) << found;
  }
}

TEST(Roles, TeamsSeePayloadsInOrder) {
  std::string store = "%row = arith.muli %team, %c2 : index\n"
                      "tile.store %t, %y[%row, %c0] dims = [0, 1] : tensor<2x2xf32>, memref<?x?xf32>\n";
  Snippet snippet{"%x: memref<?x?xf32>, %y: memref<?x?xf32>", body(loop("i", kFill), loop("i", kRead + store))};
  Buffer x = make(Element::f32, {2, 2}, {1, 2, 3, 4}), y = empty(Element::f32, {4, 2});
  EXPECT_EQ(run(snippet, {x, y}), "");
  EXPECT_EQ(numbers(y), (std::vector<double>{1, 2, 3, 4, 1, 2, 3, 4}));
}

TEST(Roles, RingInsideOneProgram) {
  Snippet snippet{"%x: memref<?x?xf32>, %y: memref<?x?xf32>",
                  "%r = tile.ring : !tile.ring<1, tensor<2x2xf32>>\n" + kFill +
                      "%s = tile.wait %r : !tile.ring<1, tensor<2x2xf32>>\n"
                      "%v = tile.view %s[%c1, %c0] : !tile.slot<read, tensor<2x2xf32>> -> !tile.slot<read, tensor<1x2xf32>>\n"
                      "%p = tile.copy_out %v, %y[%c0, %c0] dims = [0, 1] "
                      ": !tile.slot<read, tensor<1x2xf32>>, memref<?x?xf32> -> !tile.pending\n"
                      "tile.await %p : !tile.pending\n"
                      "tile.release %s : !tile.slot<read, tensor<2x2xf32>>\n"};
  Buffer x = make(Element::f32, {2, 2}, {1, 2, 3, 4}), y = empty(Element::f32, {1, 2});
  EXPECT_EQ(run(snippet, {x, y}), "");
  EXPECT_EQ(numbers(y), (std::vector<double>{3, 4}));
  for (int seed = 0; seed < kSeeds; ++seed) {
    Options options;
    options.protocol = true;
    options.seed = seed;
    EXPECT_EQ(run(snippet, {x, y}, options), "");
  }
}

TEST(Roles, ViewsLieInside) {
  Snippet snippet{"%x: memref<?x?xf32>",
                  "%r = tile.ring : !tile.ring<1, tensor<2x2xf32>>\n" + kFill +
                      "%s = tile.wait %r : !tile.ring<1, tensor<2x2xf32>>\n"
                      "%v = tile.view %s[%c2, %c0] : !tile.slot<read, tensor<2x2xf32>> -> !tile.slot<read, tensor<1x2xf32>>\n"
                      "tile.release %s : !tile.slot<read, tensor<2x2xf32>>\n"};
  std::string found = run(snippet, {make(Element::f32, {2, 2}, {1, 2, 3, 4})});
  EXPECT_NE(found.find("expects a view inside the 2 elements of dim 0, but got offset 2 and size 1"), std::string::npos)
      << found;
}

TEST(Roles, ClaimCounts) {
  Snippet snippet{"%c: memref<?xi32>, %y: memref<?xi32>",
                  "%a = tile.claim %c[%c0] : memref<?xi32>\n%b = tile.claim %c[%c0] : memref<?xi32>\n"
                  "%s = arith.addi %a, %b : index\n%t = arith.index_cast %s : index to i32\n"
                  "memref.store %t, %y[%c0] : memref<?xi32>\n"};
  Buffer counter = make(Element::i32, {1}, {5}), y = empty(Element::i32, {1});
  EXPECT_EQ(run(snippet, {counter, y}), "");
  EXPECT_EQ(numbers(counter), std::vector<double>{7});
  EXPECT_EQ(numbers(y), std::vector<double>{11});
}

} // namespace
