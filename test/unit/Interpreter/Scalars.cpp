// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// arith, math and casts on tiles and scalars, against values computed by hand.
#include "test/unit/Interpreter/Harness.h"

#include <cmath>

using namespace attn::interpreter;

namespace {

const double kInfinity = std::numeric_limits<double>::infinity();

using Row = std::vector<double>;

/// Runs an op on 1xN tiles of the two elements and returns the result's row; `op` reads %x and %y.
Row elementwise(const std::string &op, Element element, Row x, Row y, Element resultElement, Options options = {},
                std::string *error = nullptr) {
  std::string in = attn::reference::elementName(element), out = attn::reference::elementName(resultElement);
  std::string n = std::to_string(x.size());
  int64_t count = x.size();
  Snippet snippet;
  snippet.arguments = "%a: memref<?x?x" + in + ">, %b: memref<?x?x" + in + ">, %r: memref<?x?x" + out + ">";
  snippet.body = "%x = tile.load %a[%c0, %c0] dims = [0, 1] : memref<?x?x" + in + "> -> tensor<1x" + n + "x" + in +
                 ">\n%y = tile.load %b[%c0, %c0] dims = [0, 1] : memref<?x?x" + in + "> -> tensor<1x" + n + "x" + in +
                 ">\n" + op + "\ntile.store %z, %r[%c0, %c0] dims = [0, 1] : tensor<1x" + n + "x" + out +
                 ">, memref<?x?x" + out + ">";
  Buffer result = empty(resultElement, {1, count});
  std::string message = run(snippet, {make(element, {1, count}, x), make(element, {1, count}, y), result}, options);
  if (error)
    *error = message;
  else
    EXPECT_EQ(message, "") << snippet.text();
  return numbers(result);
}

Row floats(const std::string &name, Row x, Row y) {
  std::string type = " : tensor<1x" + std::to_string(x.size()) + "xf64>";
  return elementwise("%z = " + name + " %x, %y" + type, Element::f64, x, y, Element::f64);
}

Row floats(const std::string &name, Row x) {
  std::string type = " : tensor<1x" + std::to_string(x.size()) + "xf64>";
  return elementwise("%z = " + name + " %x" + type, Element::f64, x, x, Element::f64);
}

Row integers(const std::string &name, Row x, Row y, Element element = Element::i32) {
  std::string type = " : tensor<1x" + std::to_string(x.size()) + "x" + attn::reference::elementName(element) + ">";
  return elementwise("%z = " + name + " %x, %y" + type, element, x, y, element);
}

std::string integerError(const std::string &name, double x, double y) {
  std::string error;
  elementwise("%z = " + name + " %x, %y : tensor<1x1xi32>", Element::i32, {x}, {y}, Element::i32, {}, &error);
  return error;
}

TEST(InterpretArith, FloatsCombine) {
  EXPECT_EQ(floats("arith.addf", {1, -2}, {3, 5}), (Row{4, 3}));
  EXPECT_EQ(floats("arith.subf", {1, -2}, {3, 5}), (Row{-2, -7}));
  EXPECT_EQ(floats("arith.mulf", {1, -2}, {3, 5}), (Row{3, -10}));
  EXPECT_EQ(floats("arith.divf", {1, -2}, {4, 0}), (Row{0.25, -kInfinity}));
  EXPECT_EQ(floats("arith.remf", {7, -7}, {4, 4}), (Row{3, -3}));
  EXPECT_EQ(floats("arith.negf", {1, -2}), (Row{-1, 2}));
}

TEST(InterpretArith, ExtremesTreatNaNAsTheirNamesSay) {
  double nan = std::nan("");
  EXPECT_TRUE(std::isnan(floats("arith.maximumf", {nan}, {1})[0]));
  EXPECT_TRUE(std::isnan(floats("arith.minimumf", {1}, {nan})[0]));
  EXPECT_EQ(floats("arith.maxnumf", {nan, 2}, {1, 3}), (Row{1, 3}));
  EXPECT_EQ(floats("arith.minnumf", {1, 2}, {nan, 3}), (Row{1, 2}));
  EXPECT_FALSE(std::signbit(floats("arith.maximumf", {-0.0}, {0.0})[0]));
  EXPECT_TRUE(std::signbit(floats("arith.minimumf", {0.0}, {-0.0})[0]));
}

TEST(InterpretArith, IntegersWrap) {
  EXPECT_EQ(integers("arith.addi", {2147483647, 5}, {1, -7}), (Row{-2147483648.0, -2}));
  EXPECT_EQ(integers("arith.subi", {-128, 5}, {1, 7}, Element::i8), (Row{127, -2}));
  EXPECT_EQ(integers("arith.muli", {65536, -3}, {65536, 7}), (Row{0, -21}));
  EXPECT_EQ(integers("arith.addi", {1, 0}, {1, 1}, Element::i1), (Row{0, 1}));
}

TEST(InterpretArith, Divisions) {
  EXPECT_EQ(integers("arith.divsi", {7, -7}, {2, 2}), (Row{3, -3}));
  EXPECT_EQ(integers("arith.remsi", {7, -7}, {2, 2}), (Row{1, -1}));
  EXPECT_EQ(integers("arith.floordivsi", {7, -7, 6, -6}, {2, 2, -4, -4}), (Row{3, -4, -2, 1}));
  EXPECT_EQ(integers("arith.ceildivsi", {7, -7, 6, -6}, {2, 2, -4, -4}), (Row{4, -3, -1, 2}));
  EXPECT_EQ(integers("arith.divui", {-1}, {2}), (Row{2147483647}));
  EXPECT_EQ(integers("arith.remui", {-1}, {16}), (Row{15}));
  EXPECT_EQ(integers("arith.ceildivui", {7, 8}, {4, 4}), (Row{2, 2}));
}

TEST(InterpretArith, UndefinedIsAnErrorWithItsPlace) {
  EXPECT_EQ(integerError("arith.divsi", 1, 0), "snippet:11:6: 'arith.divsi' is undefined for 1 and 0");
  EXPECT_NE(integerError("arith.divsi", -2147483648.0, -1), "");
  EXPECT_NE(integerError("arith.remui", 1, 0), "");
  EXPECT_NE(integerError("arith.shli", 1, 32), "");
  EXPECT_EQ(integerError("arith.shli", 1, 31), "");
}

TEST(InterpretArith, Bits) {
  EXPECT_EQ(integers("arith.andi", {12, -1}, {10, 5}), (Row{8, 5}));
  EXPECT_EQ(integers("arith.ori", {12, 0}, {10, 5}), (Row{14, 5}));
  EXPECT_EQ(integers("arith.xori", {12, -1}, {10, 0}), (Row{6, -1}));
  EXPECT_EQ(integers("arith.shli", {1, 3}, {31, 2}), (Row{-2147483648.0, 12}));
  EXPECT_EQ(integers("arith.shrui", {-1}, {28}), (Row{15}));
  EXPECT_EQ(integers("arith.shrsi", {-16}, {2}), (Row{-4}));
}

TEST(InterpretArith, IntegerExtremes) {
  EXPECT_EQ(integers("arith.maxsi", {-1, 3}, {2, 1}), (Row{2, 3}));
  EXPECT_EQ(integers("arith.minsi", {-1, 3}, {2, 1}), (Row{-1, 1}));
  EXPECT_EQ(integers("arith.maxui", {-1, 3}, {2, 1}), (Row{-1, 3}));
  EXPECT_EQ(integers("arith.minui", {-1, 3}, {2, 1}), (Row{2, 1}));
}

TEST(InterpretArith, ExtendedProductsAndSums) {
  std::string type = " : tensor<1x2xi32>";
  EXPECT_EQ(elementwise("%l, %z = arith.mului_extended %x, %y" + type, Element::i32, {-1, 3}, {-1, 5}, Element::i32),
            (Row{-2, 0}));
  EXPECT_EQ(elementwise("%l, %z = arith.mulsi_extended %x, %y" + type, Element::i32, {-1, 65536}, {1, 65536},
                        Element::i32),
            (Row{-1, 1}));
  EXPECT_EQ(elementwise("%s, %c = arith.addui_extended %x, %y : tensor<1x2xi32>, tensor<1x2xi1>\n"
                        "%z = arith.extui %c : tensor<1x2xi1> to tensor<1x2xi32>",
                        Element::i32, {-1, 3}, {1, 5}, Element::i32),
            (Row{1, 0}));
}

TEST(InterpretArith, Comparisons) {
  auto compare = [](const std::string &op, Element element, Row x, Row y) {
    std::string in = attn::reference::elementName(element), n = std::to_string(x.size());
    return elementwise("%m = " + op + ", %x, %y : tensor<1x" + n + "x" + in + ">\n%z = arith.extui %m : tensor<1x" + n +
                           "xi1> to tensor<1x" + n + "xi8>",
                       element, x, y, Element::i8);
  };
  double nan = std::nan("");
  Row x{1, 2, 3, nan}, y{2, 2, 2, 2};
  EXPECT_EQ(compare("arith.cmpf oeq", Element::f64, x, y), (Row{0, 1, 0, 0}));
  EXPECT_EQ(compare("arith.cmpf ogt", Element::f64, x, y), (Row{0, 0, 1, 0}));
  EXPECT_EQ(compare("arith.cmpf oge", Element::f64, x, y), (Row{0, 1, 1, 0}));
  EXPECT_EQ(compare("arith.cmpf olt", Element::f64, x, y), (Row{1, 0, 0, 0}));
  EXPECT_EQ(compare("arith.cmpf ole", Element::f64, x, y), (Row{1, 1, 0, 0}));
  EXPECT_EQ(compare("arith.cmpf one", Element::f64, x, y), (Row{1, 0, 1, 0}));
  EXPECT_EQ(compare("arith.cmpf ord", Element::f64, x, y), (Row{1, 1, 1, 0}));
  EXPECT_EQ(compare("arith.cmpf ueq", Element::f64, x, y), (Row{0, 1, 0, 1}));
  EXPECT_EQ(compare("arith.cmpf ugt", Element::f64, x, y), (Row{0, 0, 1, 1}));
  EXPECT_EQ(compare("arith.cmpf uge", Element::f64, x, y), (Row{0, 1, 1, 1}));
  EXPECT_EQ(compare("arith.cmpf ult", Element::f64, x, y), (Row{1, 0, 0, 1}));
  EXPECT_EQ(compare("arith.cmpf ule", Element::f64, x, y), (Row{1, 1, 0, 1}));
  EXPECT_EQ(compare("arith.cmpf une", Element::f64, x, y), (Row{1, 0, 1, 1}));
  EXPECT_EQ(compare("arith.cmpf uno", Element::f64, x, y), (Row{0, 0, 0, 1}));
  Row a{-1, 2}, b{1, 2};
  EXPECT_EQ(compare("arith.cmpi eq", Element::i32, a, b), (Row{0, 1}));
  EXPECT_EQ(compare("arith.cmpi ne", Element::i32, a, b), (Row{1, 0}));
  EXPECT_EQ(compare("arith.cmpi slt", Element::i32, a, b), (Row{1, 0}));
  EXPECT_EQ(compare("arith.cmpi sge", Element::i32, a, b), (Row{0, 1}));
  EXPECT_EQ(compare("arith.cmpi ult", Element::i32, a, b), (Row{0, 0}));
  EXPECT_EQ(compare("arith.cmpi ugt", Element::i32, a, b), (Row{1, 0}));
}

TEST(InterpretArith, SelectByTileAndByScalar) {
  EXPECT_EQ(elementwise("%m = arith.constant dense<[[true, false]]> : tensor<1x2xi1>\n"
                        "%z = arith.select %m, %x, %y : tensor<1x2xi1>, tensor<1x2xf32>",
                        Element::f32, {1, 2}, {3, 4}, Element::f32),
            (Row{1, 4}));
  EXPECT_EQ(elementwise("%m = arith.constant false\n%z = arith.select %m, %x, %y : tensor<1x2xf32>", Element::f32,
                        {1, 2}, {3, 4}, Element::f32),
            (Row{3, 4}));
}

TEST(InterpretCasts, BetweenIntegersAndFloats) {
  auto cast = [](const std::string &op, Element from, Row x, Element to) {
    std::string n = std::to_string(x.size());
    return elementwise("%z = " + op + " %x : tensor<1x" + n + "x" + attn::reference::elementName(from) +
                           "> to tensor<1x" + n + "x" + attn::reference::elementName(to) + ">",
                       from, x, x, to);
  };
  EXPECT_EQ(cast("arith.extsi", Element::i8, {-3, 5}, Element::i32), (Row{-3, 5}));
  EXPECT_EQ(cast("arith.extui", Element::i8, {-3, 5}, Element::i32), (Row{253, 5}));
  EXPECT_EQ(cast("arith.extsi", Element::i1, {1, 0}, Element::i32), (Row{-1, 0}));
  EXPECT_EQ(cast("arith.trunci", Element::i32, {300, -129}, Element::i8), (Row{44, 127}));
  EXPECT_EQ(cast("arith.sitofp", Element::i8, {-3}, Element::f32), (Row{-3}));
  EXPECT_EQ(cast("arith.uitofp", Element::i8, {-3}, Element::f32), (Row{253}));
  EXPECT_EQ(cast("arith.fptosi", Element::f32, {-3.7, 3.7}, Element::i32), (Row{-3, 3}));
  EXPECT_EQ(cast("arith.fptoui", Element::f32, {3.7}, Element::i8), (Row{3}));
  EXPECT_EQ(cast("arith.bitcast", Element::f32, {1.0, -2.0}, Element::i32), (Row{0x3F800000, -0x40000000}));
  EXPECT_EQ(cast("arith.bitcast", Element::i32, {0x3F800000}, Element::f32), (Row{1.0}));
  EXPECT_EQ(cast("arith.bitcast", Element::bf16, {1.0}, Element::i16), (Row{0x3F80}));
}

TEST(InterpretCasts, StoredModeRoundsAndFloat64ModeDoesNot) {
  std::string op = "%w = arith.truncf %x : tensor<1x1xf32> to tensor<1x1xbf16>\n"
                   "%z = arith.extf %w : tensor<1x1xbf16> to tensor<1x1xf32>";
  double third = double(1.0f / 3.0f);
  EXPECT_EQ(elementwise(op, Element::f32, {third}, {0}, Element::f32), (Row{third}));
  EXPECT_EQ(elementwise(op, Element::f32, {third}, {0}, Element::f32, {NumberMode::stored}), (Row{0.333984375}));
  std::string sum = "%z = arith.addf %x, %y : tensor<1x1xf32>";
  EXPECT_EQ(elementwise(sum, Element::f32, {16777216}, {1}, Element::f32), (Row{16777217}));
  EXPECT_EQ(elementwise(sum, Element::f32, {16777216}, {1}, Element::f32, {NumberMode::stored}), (Row{16777216}));
  EXPECT_EQ(roundReal(Element::f16, 65520), kInfinity);
  EXPECT_EQ(roundReal(Element::f16, 65519), 65504);
  EXPECT_EQ(roundReal(Element::bf16, 1.00390625), 1.0);  // a tie goes to even
}

TEST(InterpretMath, Functions) {
  auto near = [](const std::string &name, double x, double expected) {
    EXPECT_NEAR(floats(name, {x})[0], expected, 1e-12) << name;
  };
  near("math.exp", 1, 2.718281828459045);
  near("math.exp2", 3, 8);
  near("math.expm1", 1, 1.718281828459045);
  near("math.log", 2.718281828459045, 1);
  near("math.log2", 8, 3);
  near("math.log10", 1000, 3);
  near("math.log1p", 1.718281828459045, 1);
  near("math.sqrt", 9, 3);
  near("math.rsqrt", 4, 0.5);
  near("math.cbrt", 27, 3);
  near("math.sin", 0.5235987755982989, 0.5);
  near("math.cos", 0.5235987755982989, 0.8660254037844386);
  near("math.tan", 0.7853981633974483, 1);
  near("math.atan", 1, 0.7853981633974483);
  near("math.tanh", 0.5493061443340548, 0.5);
  near("math.erf", 1, 0.8427007929497149);
  near("math.absf", -2.5, 2.5);
  near("math.floor", -2.5, -3);
  near("math.ceil", -2.5, -2);
  near("math.trunc", -2.5, -2);
  near("math.round", 2.5, 3);
  near("math.roundeven", 2.5, 2);
  EXPECT_EQ(floats("math.powf", {2}, {10}), (Row{1024}));
  near("math.asin", 0.5, 0.5235987755982989);
  near("math.acos", 0.5, 1.0471975511965979);
  near("math.sinh", 0.6931471805599453, 0.75);
  near("math.cosh", 0.6931471805599453, 1.25);
  near("math.erfc", 1, 0.1572992070502851);
  EXPECT_EQ(floats("math.copysign", {2}, {-1}), (Row{-2}));
  EXPECT_NEAR(floats("math.atan2", {1}, {-1})[0], 2.356194490192345, 1e-12);
  EXPECT_EQ(elementwise("%n = arith.constant dense<3> : tensor<1x1xi32>\n"
                        "%z = math.fpowi %x, %n : tensor<1x1xf64>, tensor<1x1xi32>",
                        Element::f64, {2}, {0}, Element::f64),
            (Row{8}));
  EXPECT_EQ(elementwise("%o = arith.constant dense<1.0> : tensor<1x3xf64>\n"
                        "%z = math.clampf %x to [%y, %o] : tensor<1x3xf64>",
                        Element::f64, {-2, 0.5, 3}, {0, 0, 0}, Element::f64),
            (Row{0, 0.5, 1}));
  EXPECT_EQ(elementwise("%z = math.fma %x, %y, %x : tensor<1x1xf64>", Element::f64, {2}, {3}, Element::f64), (Row{8}));
}

TEST(InterpretMath, Tests) {
  double nan = std::nan("");
  auto test = [&](const std::string &name) {
    return elementwise("%m = " + name + " %x : tensor<1x3xf64>\n%z = arith.extui %m : tensor<1x3xi1> to tensor<1x3xi8>",
                       Element::f64, {1, kInfinity, nan}, {0, 0, 0}, Element::i8);
  };
  EXPECT_EQ(test("math.isfinite"), (Row{1, 0, 0}));
  EXPECT_EQ(test("math.isinf"), (Row{0, 1, 0}));
  EXPECT_EQ(test("math.isnan"), (Row{0, 0, 1}));
}

TEST(InterpretMath, Integers) {
  auto unary = [](const std::string &name, Row x) {
    return elementwise("%z = " + name + " %x : tensor<1x" + std::to_string(x.size()) + "xi32>", Element::i32, x, x,
                       Element::i32);
  };
  EXPECT_EQ(unary("math.absi", {-3, 4}), (Row{3, 4}));
  EXPECT_EQ(unary("math.ctpop", {-1, 6}), (Row{32, 2}));
  EXPECT_EQ(unary("math.ctlz", {1, 0}), (Row{31, 32}));
  EXPECT_EQ(unary("math.cttz", {8, 0}), (Row{3, 32}));
}

} // namespace
