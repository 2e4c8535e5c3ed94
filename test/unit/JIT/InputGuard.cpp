// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Texts that the guard must refuse, and texts that look alike and are fine.
#include "lib/JIT/InputGuard.h"

#include "gtest/gtest.h"

using namespace attn;

static std::string check(const std::string &text, InputLimits limits = {}) {
  llvm::Error error = checkText(text, limits);
  return error ? llvm::toString(std::move(error)) : "";
}

static std::string repeat(const std::string &part, size_t times) {
  std::string text;
  for (size_t i = 0; i < times; ++i)
    text += part;
  return text;
}

TEST(InputGuard, ordinary_text_passes) {
  EXPECT_EQ(check(""), "");
  EXPECT_EQ(check("func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> { return %x : tensor<4xf32> }"), "");
  EXPECT_EQ(check(repeat("func.func private @f() -> (tensor<?x4xf32>)\n", 1000)), "");
}

TEST(InputGuard, size_is_limited) {
  EXPECT_EQ(check("1234567", {6, 256, 1024}), "expects at most 6 bytes, but got 7");
  EXPECT_EQ(check("123456", {6, 256, 1024}), "");
}

TEST(InputGuard, numbers_are_limited) {
  EXPECT_EQ(check("\n" + repeat("9", 1025)), "line 2: expects numbers of at most 1024 digits, but got 1025");
  EXPECT_NE(check("0x" + repeat("f", 2000)), "");
  EXPECT_EQ(check(repeat("1234 ", 2000)), "");
  EXPECT_EQ(check("\"0x" + repeat("f", 2000) + "\""), "") << "a dense tensor in hexadecimal digits";
  EXPECT_EQ(check("%x" + repeat("9", 2000)), "") << "a name";
}

TEST(InputGuard, bytecode_and_zero_bytes_are_refused) {
  EXPECT_EQ(check("ML\xefR more"), "expects MLIR as text, but got bytecode");
  EXPECT_EQ(check(std::string("ab\0c", 4)), "expects MLIR as text, but got a zero byte at 2");
}

TEST(InputGuard, every_bracket_is_counted) {
  for (const char *bracket : {"(", "[", "{", "<"}) {
    EXPECT_EQ(check(repeat(bracket, 256)), "") << bracket;
    EXPECT_NE(check(repeat(bracket, 257)), "") << bracket;
  }
}

TEST(InputGuard, another_kind_of_bracket_closes_nothing) {
  EXPECT_NE(check(repeat("(>", 257)), "");
  EXPECT_NE(check(repeat("[)}", 257)), "");
  EXPECT_NE(check(repeat("<->", 257)), "") << "an arrow closes no angle bracket";
  EXPECT_NE(check(repeat("<>=", 257)), "");
}

TEST(InputGuard, closed_brackets_do_not_count) {
  EXPECT_EQ(check(repeat("([{<>}])", 10000)), "");
  EXPECT_EQ(check(repeat("<", 200) + repeat(">", 200) + repeat("(", 200)), "");
}

TEST(InputGuard, the_message_names_the_line) {
  EXPECT_EQ(check("\n\n" + repeat("(", 257)), "line 3: expects at most 256 levels of nesting, but got more");
}

TEST(InputGuard, strings_and_comments_do_not_count) {
  EXPECT_EQ(check("\"" + repeat("(", 1000) + "\""), "");
  EXPECT_EQ(check("// " + repeat("(", 1000) + "\n"), "");
  EXPECT_EQ(check("\"\\\"" + repeat("(", 1000) + "\""), "");
  EXPECT_NE(check("\"\"" + repeat("(", 1000)), "") << "after the string";
  EXPECT_NE(check("// \n" + repeat("(", 1000)), "") << "after the comment";
  EXPECT_NE(check("\"open\n" + repeat("(", 1000)), "") << "a line break ends a string that was never closed";
}

TEST(InputGuard, an_open_string_at_the_end_is_no_overrun) {
  EXPECT_EQ(check("\""), "");
  EXPECT_EQ(check("\"\\"), "");
  EXPECT_EQ(check("\"abc\\"), "");
}

TEST(InputGuard, minus_signs_in_a_row_are_limited) {
  EXPECT_NE(check("affine_map<(d0) -> (" + repeat("- ", 300) + "d0)>"), "");
  EXPECT_EQ(check(repeat("-1, ", 1000)), "");
}

TEST(InputGuard, callsites_are_limited_across_aliases) {
  EXPECT_NE(check(repeat("#a = loc(callsite(#b at #c))\n", 257)), "");
  EXPECT_EQ(check(repeat("#a = loc(callsites)\n", 1000)), "");
}
