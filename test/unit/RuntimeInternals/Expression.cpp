// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The postfix expressions of a manifest: every opcode, and every way to have no value.
#include "runtime/src/Expression.h"

#include <gtest/gtest.h>

#include <vector>

using namespace attn::rt;

namespace {

/// Evaluates over x: 7x-free, with extents 7 and 3, and the scalar n = -5.
struct Machine {
  int64_t dims[2] = {-1, -2};
  int64_t n = -5;
  attn_arg_desc args[2] = {{"x", {kDLFloat, 32, 1}, 2, dims, 0, -1, {nullptr, 0}},
                           {"n", {kDLInt, 64, 1}, 0, nullptr, ATTN_ARG_SCALAR, -1, {nullptr, 0}}};
  attn_entry_desc entry = {"f", nullptr, args, 2, nullptr, 0, nullptr, 0, {nullptr, 0}, nullptr};
  View views[2];

  Machine() {
    views[0].rank = 2;
    views[0].shape[0] = 7;
    views[0].shape[1] = 3;
    views[1].base = reinterpret_cast<uintptr_t>(&n);
  }

  std::string run(std::vector<int64_t> code) {
    attn_expr expression = {code.data(), int64_t(code.size())};
    if (const char *why = checkExpression(expression, entry))
      return std::string("malformed: ") + why;
    int64_t value;
    const char *why = evaluate(expression, {&entry, views}, value);
    return why ? std::string("no value: ") + why : std::to_string(value);
  }

  std::string binary(int64_t opcode, int64_t a, int64_t b) {
    return run({ATTN_EXPR_CONST, a, ATTN_EXPR_CONST, b, opcode});
  }
};

TEST(Expression, Leaves) {
  Machine m;
  EXPECT_EQ(m.run({ATTN_EXPR_CONST, 42}), "42");
  EXPECT_EQ(m.run({ATTN_EXPR_DIM, 0, 0}), "7");
  EXPECT_EQ(m.run({ATTN_EXPR_DIM, 0, 1}), "3");
  EXPECT_EQ(m.run({ATTN_EXPR_VALUE, 1}), "-5");
  m.views[1].base = 0;
  EXPECT_EQ(m.run({ATTN_EXPR_VALUE, 1}), "no value: it reads an argument without data");
}

TEST(Expression, Arithmetic) {
  Machine m;
  EXPECT_EQ(m.binary(ATTN_EXPR_ADD, 5, -8), "-3");
  EXPECT_EQ(m.binary(ATTN_EXPR_SUB, 5, 8), "-3");
  EXPECT_EQ(m.binary(ATTN_EXPR_MUL, -5, 8), "-40");
  EXPECT_EQ(m.binary(ATTN_EXPR_MIN, -5, 8), "-5");
  EXPECT_EQ(m.binary(ATTN_EXPR_MAX, -5, 8), "8");
  EXPECT_EQ(m.binary(ATTN_EXPR_EQ, 8, 8), "1");
  EXPECT_EQ(m.binary(ATTN_EXPR_LT, 8, 8), "0");
  EXPECT_EQ(m.binary(ATTN_EXPR_LE, 8, 8), "1");
  EXPECT_EQ(m.run({ATTN_EXPR_CONST, 0, ATTN_EXPR_CONST, 2, ATTN_EXPR_CONST, 3, ATTN_EXPR_SELECT}), "3");
  EXPECT_EQ(m.run({ATTN_EXPR_CONST, 9, ATTN_EXPR_CONST, 2, ATTN_EXPR_CONST, 3, ATTN_EXPR_SELECT}), "2");
}

TEST(Expression, DivisionRoundsDownAndUp) {
  Machine m;
  const int64_t rows[][5] = {{7, 2, 3, 4, 1},   {-7, 2, -4, -3, 1}, {7, -2, -4, -3, -1}, {-7, -2, 3, 4, -1},
                             {6, 2, 3, 3, 0},   {-6, 2, -3, -3, 0}, {0, 5, 0, 0, 0},     {1, 128, 0, 1, 1},
                             {INT64_MIN, 1, INT64_MIN, INT64_MIN, 0}};
  for (const auto &row : rows) {
    EXPECT_EQ(m.binary(ATTN_EXPR_FLOORDIV, row[0], row[1]), std::to_string(row[2]));
    EXPECT_EQ(m.binary(ATTN_EXPR_CEILDIV, row[0], row[1]), std::to_string(row[3]));
    EXPECT_EQ(m.binary(ATTN_EXPR_MOD, row[0], row[1]), std::to_string(row[4]));
  }
}

TEST(Expression, NoValue) {
  Machine m;
  for (int64_t opcode : {ATTN_EXPR_FLOORDIV, ATTN_EXPR_CEILDIV, ATTN_EXPR_MOD}) {
    EXPECT_EQ(m.binary(opcode, 1, 0), "no value: it divides by zero");
    EXPECT_EQ(m.binary(opcode, INT64_MIN, -1), "no value: it overflows 64 bits");
  }
  EXPECT_EQ(m.binary(ATTN_EXPR_ADD, INT64_MAX, 1), "no value: it overflows 64 bits");
  EXPECT_EQ(m.binary(ATTN_EXPR_SUB, INT64_MIN, 1), "no value: it overflows 64 bits");
  EXPECT_EQ(m.binary(ATTN_EXPR_MUL, INT64_MAX, 2), "no value: it overflows 64 bits");
}

TEST(Expression, Malformed) {
  Machine m;
  EXPECT_EQ(m.run({}), "malformed: it is empty");
  EXPECT_EQ(m.run({99}), "malformed: it has an unknown opcode");
  EXPECT_EQ(m.run({ATTN_EXPR_CONST}), "malformed: it ends inside an instruction");
  EXPECT_EQ(m.run({ATTN_EXPR_DIM, 0}), "malformed: it ends inside an instruction");
  EXPECT_EQ(m.run({ATTN_EXPR_DIM, -1, 0}), "malformed: it reads an argument that does not exist");
  EXPECT_EQ(m.run({ATTN_EXPR_DIM, 1, 0}), "malformed: it reads a dim that does not exist");
  EXPECT_EQ(m.run({ATTN_EXPR_VALUE, 0}), "malformed: it reads the value of what is no integer scalar");
  EXPECT_EQ(m.run({ATTN_EXPR_CONST, 1, ATTN_EXPR_ADD}), "malformed: it pops an empty stack");
  EXPECT_EQ(m.run({ATTN_EXPR_CONST, 1, ATTN_EXPR_CONST, 1}), "malformed: it leaves more than one value");
  std::vector<int64_t> deep;
  for (int i = 0; i < 100; ++i)
    deep.insert(deep.end(), {ATTN_EXPR_CONST, 1});
  EXPECT_EQ(m.run(deep), "malformed: it needs too deep a stack");
}

} // namespace
