// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The class of a box against every pair in it, over thousands of random boxes for each mask.
#include "lib/Analysis/TileClasses.h"
#include "dialects/Attn/AttnOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Parser/Parser.h"
#include "test/unit/Analysis/ScalarEvaluator.h"
#include <gtest/gtest.h>
#include <random>

using namespace mlir;
using namespace attn;
using namespace attn::test;

namespace {

constexpr int64_t kRows = 20, kCols = 28, kHeads = 4, kBoxes = 2000;

struct Case {
  const char *name;
  /// Whether the class must be the best one, not only a true one.
  bool isExact;
  const char *source;
  /// One per argument: shape, and elements below the limit; `ascending` sorts them.
  struct Argument {
    std::vector<int64_t> shape;
    int64_t limit;
    bool ascending = false;
  };
  std::vector<Argument> arguments;
  /// The first two arguments are the counts and indices of a block table.
  bool isBlockTable = false;
};

constexpr int64_t kBlock = 4, kBlockRows = kRows / kBlock, kBlockCols = kCols / kBlock;
#define BLOCKS "%t = attn.blocks %a, %d block(4, 4) : tensor<2x2x5xi32>, tensor<2x2x5x7xi32> "

void PrintTo(const Case &value, std::ostream *stream) { *stream << value.name; }

/// A region of b, h, i, j and tables %t0, %t1.
#define REGION(captures, types, body)                                                                                  \
  "%m = attn.mask_region " captures " { ^bb0(%b: index, %h: index, %i: index, %j: index" types "): " body " }"
#define TABLE_I32(n) ", %t" #n ": !attn.captured<?xi32>"
#define CONSTANT(n) "%c" #n " = arith.constant " #n " : index "

std::vector<Case> cases() {
  return {
      {"Causal", true, "(){ %m = attn.causal", {}},
      {"Window", true, "(){ %m = attn.window left = 3 right = 2", {}},
      {"LeftWindow", true, "(){ %m = attn.window left = 5", {}},
      {"Sink", true, "(){ %m = attn.sink 4", {}},
      {"Prefix", true, "(%a: tensor<2xi32>){ %m = attn.prefix %a : tensor<2xi32>", {{{2}, kCols + 1}}},
      {"Padding", true, "(%a: tensor<2x1x1x28xi1>){ %m = attn.dense %a : tensor<2x1x1x28xi1>", {{{2, 1, 1, kCols}, 2}}},
      {"RowsOnly", true, "(%a: tensor<1x4x20x1xi8>){ %m = attn.dense %a : tensor<1x4x20x1xi8>",
       {{{1, 4, kRows, 1}, 2}}},
      {"Dense", false, "(%a: tensor<1x1x20x28xi1>){ %m = attn.dense %a : tensor<1x1x20x28xi1>",
       {{{1, 1, kRows, kCols}, 2}}},
      {"AndNot", false,
       "(){ %c = attn.causal %w = attn.window left = 3 %n = attn.not %w %m = attn.and %c, %n", {}},
      {"OrOfThree", false,
       "(%a: tensor<2xi32>){ %c = attn.causal %s = attn.sink 2 %p = attn.prefix %a : tensor<2xi32> "
       "%m = attn.or %c, %s, %p",
       {{{2}, kCols + 1}}},
      {"OwnCaptures", false,
       "(%a: tensor<2xi32>, %d: tensor<2x1x1x28xi1>){ %p = attn.prefix %a : tensor<2xi32> %k = attn.dense %d : "
       "tensor<2x1x1x28xi1> %n = attn.not %k %m = attn.or %n, %p",
       {{{2}, kCols + 1}, {{2, 1, 1, kCols}, 2}}},
      {"Blocks", true, "(%a: tensor<2x2x5xi32>, %d: tensor<2x2x5x7xi32>){" BLOCKS "%m = attn.and %t",
       {{{2, 2, kBlockRows}, 1}, {{2, 2, kBlockRows, kBlockCols}, 1}}, true},
      {"BlocksOrCausal", false,
       "(%a: tensor<2x2x5xi32>, %d: tensor<2x2x5x7xi32>){ %c = attn.causal %s = attn.not %c " BLOCKS
       "%m = attn.or %s, %t", {{{2, 2, kBlockRows}, 1}, {{2, 2, kBlockRows, kBlockCols}, 1}}, true},
      {"Documents", true,
       "(%a: tensor<?xi32>, %d: tensor<?xi32>){" REGION(
           "(%a, %d : tensor<?xi32>, tensor<?xi32>)", TABLE_I32(0) TABLE_I32(1),
           "%x = attn.query_index %p = attn.lookup %t0[%x] : !attn.captured<?xi32> %y = attn.key_index "
           "%q = attn.lookup %t1[%y] : !attn.captured<?xi32> %r = arith.cmpi eq, %p, %q : i32 attn.yield %r : i1"),
       {{{kRows}, 4, true}, {{kCols}, 4, true}}},
      {"UnsortedIds", false,
       "(%a: tensor<?xi32>, %d: tensor<?xi32>){" REGION(
           "(%a, %d : tensor<?xi32>, tensor<?xi32>)", TABLE_I32(0) TABLE_I32(1),
           "%x = attn.query_index %p = attn.lookup %t0[%x] : !attn.captured<?xi32> %y = attn.key_index "
           "%q = attn.lookup %t1[%y] : !attn.captured<?xi32> %r = arith.cmpi ne, %p, %q : i32 attn.yield %r : i1"),
       {{{kRows}, 3}, {{kCols}, 3}}},
      {"PerHeadWindow", true,
       "(%a: tensor<?xi32>){" REGION(
           "(%a : tensor<?xi32>)", TABLE_I32(0),
           "%p = attn.lookup %t0[%h] : !attn.captured<?xi32> %q = arith.index_cast %p : i32 to index "
           "%d = arith.subi %i, %j : index %r = arith.cmpi sle, %d, %q : index attn.yield %r : i1"),
       {{{kHeads}, 9}}},
      {"Chunks", true,
       "(){" REGION("", "", CONSTANT(8) "%p = arith.floordivsi %i, %c8 : index %q = arith.floordivsi %j, %c8 : index "
                    "%r = arith.cmpi eq, %p, %q : index attn.yield %r : i1"), {}},
      {"Dilated", false,
       "(){" REGION("", "", CONSTANT(3) CONSTANT(0) "%d = arith.subi %i, %j : index %p = arith.remsi %d, %c3 : index "
                    "%r = arith.cmpi eq, %p, %c0 : index attn.yield %r : i1"), {}},
      {"ColumnRemainder", false,
       "(){" REGION("", "", CONSTANT(8) CONSTANT(3) "%p = arith.remsi %j, %c8 : index "
                    "%r = arith.cmpi slt, %p, %c3 : index attn.yield %r : i1"), {}},
      {"NegativeDivisor", false,
       "(){" REGION("", "", "%n = arith.constant -3 : index %p = arith.divsi %i, %n : index %q = arith.remsi "
                    "%i, %n : index "
                    "%s = arith.addi %p, %q : index %r = arith.cmpi sge, %s, %n : index attn.yield %r : i1"), {}},
      {"CeilAndShift", false,
       "(){" REGION("", "", CONSTANT(4) CONSTANT(2) "%p = arith.ceildivsi %i, %c4 : index %q = arith.shrsi "
                    "%j, %c2 : index "
                    "%r = arith.cmpi sgt, %p, %q : index attn.yield %r : i1"), {}},
      {"LowBits", false,
       "(){" REGION("", "", CONSTANT(7) CONSTANT(4) CONSTANT(5) "%p = arith.andi %i, %c7 : index "
                    "%q = arith.andi %j, %c5 : index "
                    "%x = arith.cmpi ult, %p, %c4 : index %y = arith.cmpi ugt, %q, %c4 : index "
                    "%r = arith.ori %x, %y : i1 attn.yield %r : i1"), {}},
      {"UnsignedOfNegative", false,
       "(){" REGION("", "", CONSTANT(6) "%d = arith.subi %i, %j : index %r = arith.cmpi ule, %d, %c6 : index "
                    "attn.yield %r : i1"), {}},
      {"SelectByRow", false,
       "(){" REGION("", "", CONSTANT(10) CONSTANT(2) CONSTANT(6) "%x = arith.cmpi slt, %i, %c10 : index "
                    "%w = arith.select %x, %c2, %c6 : index %s = arith.addi %j, %w : index "
                    "%y = arith.cmpi sge, %s, %i : index %z = arith.cmpi sle, %j, %i : index "
                    "%n = arith.select %x, %y, %z : i1 attn.yield %n : i1"), {}},
      {"Products", false,
       "(){" REGION("", "", CONSTANT(40) "%o = arith.constant -2 : index %d = arith.subi %i, %j : index "
                    "%p = arith.muli %d, %j : index %q = arith.muli %d, %o : index %s = arith.addi %p, %q : index "
                    "%a = math.absi %s : index %r = arith.cmpi slt, %a, %c40 : index attn.yield %r : i1"), {}},
      {"Clamped", false,
       "(%a: tensor<9xi32>){" REGION(
           "(%a : tensor<9xi32>)", ", %t: !attn.captured<9xi32>",
           CONSTANT(0) CONSTANT(4) CONSTANT(8) "%d = arith.subi %j, %i : index %e = arith.addi %d, %c4 : index "
           "%f = arith.maxsi %e, %c0 : index %g = arith.minsi %f, %c8 : index "
           "%p = attn.lookup %t[%g] : !attn.captured<9xi32> %one = arith.constant 1 : i32 "
           "%r = arith.cmpi sge, %p, %one : i32 attn.yield %r : i1"),
       {{{9}, 3}}},
      {"NarrowWraps", false,
       "(){" REGION("", "", "%x = arith.index_cast %i : index to i8 %f = arith.constant 9 : i8 "
                    "%y = arith.muli %x, %f : i8 "
                    "%z = arith.index_cast %j : index to i8 %s = arith.subi %y, %z : i8 %w = arith.extui "
                    "%s : i8 to i32 "
                    "%l = arith.constant 90 : i32 %r = arith.cmpi slt, %w, %l : i32 attn.yield %r : i1"), {}},
      {"Booleans", false,
       "(){" REGION("", "", CONSTANT(9) "%x = arith.cmpi slt, %i, %c9 : index %y = arith.cmpi sgt, %j, %c9 : index "
                    "%z = arith.xori %x, %y : i1 %w = arith.cmpi eq, %x, %z : i1 %v = arith.cmpi ne, %w, %y : i1 "
                    "%u = arith.extui %v : i1 to i32 %t = arith.extsi %z : i1 to i32 %s = arith.addi %u, %t : i32 "
                    "%o = arith.constant 0 : i32 %r = arith.cmpi sge, %s, %o : i32 attn.yield %r : i1"), {}},
      {"FloatDistance", false,
       "(){" REGION("", "", "%d = attn.distance %i, %j : f32 %a = math.absf %d : f32 %h2 = arith.constant 2.5 : f32 "
                    "%p = arith.mulf %d, %h2 : f32 %q = arith.subf %p, %a : f32 %n = arith.negf %q : f32 "
                    "%x = arith.cmpf ole, %a, %h2 : f32 %y = arith.cmpf ult, %n, %a : f32 "
                    "%r = arith.andi %x, %y : i1 attn.yield %r : i1"), {}},
      {"FloatPerHead", false,
       "(%a: tensor<?xi32>){" REGION(
           "(%a : tensor<?xi32>)", TABLE_I32(0),
           "%p = attn.lookup %t0[%h] : !attn.captured<?xi32> %q = arith.sitofp %p : i32 to f32 "
           "%k = arith.index_cast %j : index to i64 %d = arith.sitofp %k : i64 to f32 "
           "%x = arith.cmpf ogt, %d, %q : f32 %y = arith.cmpf une, %d, %q : f32 "
           "%r = arith.andi %x, %y : i1 attn.yield %r : i1"),
       {{{kHeads}, 20}}},
      {"Extents", true,
       "(){" REGION("", "", "%m2 = attn.extent query %n = attn.extent key %d = arith.subi %n, %m2 : index "
                    "%s = arith.addi %i, %d : index %r = arith.cmpi sle, %j, %s : index attn.yield %r : i1"), {}},
      {"NestedLookup", false,
       "(%a: tensor<?xi32>, %d: tensor<?xi32>){" REGION(
           "(%a, %d : tensor<?xi32>, tensor<?xi32>)", TABLE_I32(0) TABLE_I32(1),
           "%y = attn.key_index %p = attn.lookup %t0[%y] : !attn.captured<?xi32> "
           "%q = arith.index_cast %p : i32 to index %s = attn.lookup %t1[%q] : !attn.captured<?xi32> "
           "%o = arith.constant 1 : i32 %r = arith.cmpi slt, %s, %o : i32 attn.yield %r : i1"),
       {{{kCols}, 4}, {{4}, 2}}},
      {"Always", true, "(){" REGION("", "", "%r = arith.constant true attn.yield %r : i1"), {}},
  };
}

class TileClasses : public testing::TestWithParam<Case> {
protected:
  TileClasses() {
    context.loadDialect<AttnDialect, arith::ArithDialect, func::FuncDialect, math::MathDialect, scf::SCFDialect>();
  }
  MLIRContext context;
};

/// A mask with tables, and the coordinates that turn storage into positions.
struct Frame {
  int64_t b, h, queryOffset, keyOffset;
};

Attribute number(MLIRContext &context, int64_t value) { return IntegerAttr::get(IndexType::get(&context), value); }

/// Which pairs of the plane exist, by evaluating every one.
std::vector<bool> truthOf(MLIRContext &context, MaskOpInterface mask, ArrayRef<const Table *> tables,
                          const Frame &frame) {
  Block block;
  Location loc = UnknownLoc::get(&context);
  Type index = IndexType::get(&context);
  SmallVector<Value> numbers;
  for (int n = 0; n < 9; ++n)
    numbers.push_back(block.addArgument(index, loc));
  MaskCoordinates at{numbers[0], numbers[1], numbers[2], numbers[3], numbers[4],
                     numbers[5], numbers[6], numbers[7], numbers[8], {}};
  SmallVector<Value> captured;
  mask.collectCaptures(captured);
  for (Value capture : captured)
    at.captures.push_back(block.addArgument(getCapturedType(cast<RankedTensorType>(capture.getType())), loc));
  OpBuilder builder(&context);
  builder.setInsertionPointToEnd(&block);
  Value contains = mask.emitContains(builder, loc, at);
  std::vector<bool> pairs;
  for (int64_t row = 0; row < kRows; ++row)
    for (int64_t col = 0; col < kCols; ++col) {
      ScalarEvaluator evaluator;
      int64_t values[] = {frame.b, frame.h, row - frame.queryOffset, col - frame.keyOffset, kRows, kCols, row,
                          col, kHeads};
      for (auto [argument, value] : llvm::zip_equal(numbers, values))
        evaluator.bind(argument, number(context, value));
      for (auto [argument, table] : llvm::zip_equal(at.captures, tables))
        evaluator.bindTable(argument, table);
      EXPECT_TRUE(evaluator.run(block)) << evaluator.error;
      pairs.push_back(evaluator.boolean(contains));
    }
  return pairs;
}

/// Lists every block with even chance, and in one row of two all of them.
void listBlocks(Table &counts, Table &indices, llvm::function_ref<int64_t(int64_t)> below) {
  indices.elements.assign(indices.elements.size(), -1);
  for (size_t list = 0; list < counts.elements.size(); ++list) {
    int64_t count = 0, wanted = 1 + below(2);
    for (int64_t block = 0; block < kBlockCols; ++block)
      if (below(2) < wanted)
        indices.elements[list * kBlockCols + count++] = block;
    counts.elements[list] = count;
  }
}

TEST_P(TileClasses, HoldsForEveryPair) {
  const Case &test = GetParam();
  std::string source = "func.func @f" + std::string(test.source) + " return %m : !attn.mask }";
  size_t brace = source.find("){");
  source.replace(brace, 2, ") -> !attn.mask { ");
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(source, &context);
  ASSERT_TRUE(module) << source;
  auto func = *module->getOps<func::FuncOp>().begin();
  Value mask = func.getBody().front().getTerminator()->getOperand(0);
  auto op = mask.getDefiningOp<MaskOpInterface>();

  std::mt19937 random(7);
  auto below = [&](int64_t limit) { return static_cast<int64_t>(random() % limit); };
  int64_t empty = 0, full = 0, sharp = 0, boxes = 0;
  for (int64_t round = 0; round < 4; ++round) {
    std::vector<Table> tables;
    for (const Case::Argument &argument : test.arguments) {
      Table &table = tables.emplace_back();
      table.shape = argument.shape;
      int64_t size = std::accumulate(table.shape.begin(), table.shape.end(), int64_t(1), std::multiplies<>());
      for (int64_t n = 0; n < size; ++n)
        table.elements.push_back(below(argument.limit));
      if (argument.ascending)
        std::sort(table.elements.begin(), table.elements.end());
    }
    if (test.isBlockTable)
      listBlocks(tables[0], tables[1], below);
    SmallVector<Value> captured;
    op.collectCaptures(captured);
    SmallVector<const Table *> captures;
    for (Value capture : captured)
      captures.push_back(&tables[cast<BlockArgument>(capture).getArgNumber()]);
    Frame frame{below(2), below(kHeads), round % 2 ? kRows - kCols : 0, round == 2 ? 5 : 0};
    std::vector<bool> pairs = truthOf(context, op, captures, frame);

    Block block;
    Location loc = UnknownLoc::get(&context);
    SmallVector<Value> numbers;
    for (int n = 0; n < 11; ++n)
      numbers.push_back(block.addArgument(IndexType::get(&context), loc));
    MaskBox box{numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5],
                numbers[6], numbers[7], numbers[8], numbers[9], numbers[10], {}};
    for (Value capture : captured)
      box.captures.push_back(block.addArgument(getCapturedType(cast<RankedTensorType>(capture.getType())), loc));
    OpBuilder builder(&context);
    builder.setInsertionPointToEnd(&block);
    TileClass known = emitTileClass(builder, loc, mask, box);

    for (int64_t n = 0; n < kBoxes / 4; ++n) {
      int64_t top = below(kRows), bottom = top + 1 + below(std::min<int64_t>(8, kRows - top));
      int64_t left = below(kCols), right = left + 1 + below(std::min<int64_t>(8, kCols - left));
      int64_t values[] = {frame.b, frame.h, kHeads, top - frame.queryOffset, bottom - frame.queryOffset,
                          left - frame.keyOffset, right - frame.keyOffset, frame.queryOffset, frame.keyOffset, kRows, kCols};
      ScalarEvaluator evaluator;
      for (auto [argument, value] : llvm::zip_equal(numbers, values))
        evaluator.bind(argument, number(context, value));
      for (auto [argument, table] : llvm::zip_equal(box.captures, captures))
        evaluator.bindTable(argument, table);
      ASSERT_TRUE(evaluator.run(block)) << evaluator.error;
      bool some = false, every = true;
      for (int64_t row = top; row < bottom; ++row)
        for (int64_t col = left; col < right; ++col) {
          some |= pairs[row * kCols + col];
          every &= pairs[row * kCols + col];
        }
      bool maybe = evaluator.boolean(known.maybe), all = evaluator.boolean(known.all);
      std::string where = "rows " + std::to_string(top) + ".." + std::to_string(bottom) + ", columns " +
                          std::to_string(left) + ".." + std::to_string(right);
      ASSERT_TRUE(maybe || !some) << where << ": called empty, has pairs";
      ASSERT_TRUE(every || !all) << where << ": called full, lacks pairs";
      if (test.isExact) {
        ASSERT_EQ(maybe, some) << where;
        ASSERT_EQ(all, every) << where;
      }
      ++boxes;
      empty += !maybe;
      full += all;
      sharp += maybe == some && all == every;
    }
  }
  RecordProperty("empty", static_cast<int>(empty));
  RecordProperty("full", static_cast<int>(full));
  std::cout << test.name << ": " << boxes << " boxes, " << empty << " empty, " << full << " full, " << sharp
            << " best possible\n";
}

INSTANTIATE_TEST_SUITE_P(Masks, TileClasses, testing::ValuesIn(cases()),
                         [](const testing::TestParamInfo<Case> &info) { return info.param.name; });

} // namespace
