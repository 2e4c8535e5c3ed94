// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Arguments written on a command line, dense attributes, comparisons.
#include "runtime/support/ArgSpec.h"
#include "runtime/support/Compare.h"
#include "runtime/support/DenseText.h"
#include "runtime/support/Npy.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>

using namespace attn::rt;

namespace {

std::string printed(const std::string &spec, std::optional<Element> expected = {}) {
  Result<Array> array = readArgument(spec, 0, expected);
  return array ? printDense(*array) : array.error().message;
}

TEST(ArgSpec, Values) {
  EXPECT_EQ(printed("3:index"), "dense<3> : tensor<i64>");
  EXPECT_EQ(printed("-3:i32"), "dense<-3> : tensor<i32>");
  EXPECT_EQ(printed("0.5:f32"), "dense<5.000000e-01> : tensor<f32>");
  EXPECT_EQ(printed("true:i1"), "dense<true> : tensor<i1>");
  EXPECT_EQ(printed("[[1,2],[3,4]]:i32"), "dense<[[1, 2], [3, 4]]> : tensor<2x2xi32>");
  EXPECT_EQ(printed(" [ [1.5, -2e3] ]", Element::F64), "--arg  [ [1.5, -2e3] ]: expects FILE.npy, "
            "shape=1x2x3x4:TYPE:GENERATOR[:SEED], or a value such as 3:index or [[1,2],[3,4]]:i32");
  EXPECT_EQ(printed("[ [1.5, -2e3] ]", Element::F64), "dense<[[1.500000e+00, -2.000000e+03]]> : tensor<1x2xf64>");
  EXPECT_EQ(printed("[inf,-inf,nan]:f32"), "dense<[0x7F800000, 0xFF800000, 0x7FC00000]> : tensor<3xf32>");
  EXPECT_EQ(printed("[true,false]:bool"), "dense<[true, false]> : tensor<2xi1>");
  EXPECT_EQ(printed("[]:f32"), "dense<> : tensor<0xf32>");
  EXPECT_EQ(printed("[[],[]]:f32"), "dense<> : tensor<2x0xf32>");
  EXPECT_EQ(printed("7", Element::F16), "dense<7.000000e+00> : tensor<f16>");
  EXPECT_EQ(printed("9007199254740993:i64"), "dense<9007199254740993> : tensor<i64>");
}

TEST(ArgSpec, WrongValues) {
  const std::pair<const char *, const char *> rows[] = {
      {"3", "expects a type after the value, for example 3:f32"},
      {"3:f8", "expects element type f64, f32, f16, bf16, i64, i32, i8, ui8, i1 or index, but got 'f8'"},
      {"300:i8", "expects numbers that i8 holds exactly, but element 0 is 300"},
      {"[1,2.5]:i32", "expects numbers that i32 holds exactly, but element 1 is 2.5"},
      {"[[1,2],[3]]:i32", "expects lists of equal lengths, but got ']'"},
      {"[1,[2]]:i32", "expects lists of equal depth, but got '2]]'"},
      {"[[1],2]:i32", "expects lists of equal depth, but got '2]'"},
      {"[1,2:i32", "expects ',' or ']', but got ''"},
      {"[1,,2]:i32", "expects a number, but got ',2]'"},
      {"[1]]:i32", "expects the end of the value, but got ']'"},
      {"[1 2]:i32", "expects ',' or ']', but got '2]'"},
      {"[a]:i32", "expects a number, but got 'a]'"},
      {"1x2:f32", "expects a number, but got '1x2'"},
      {"[[[[[[[[[1]]]]]]]]]:f32", "expects at most 8 levels of lists, but got '1]]]]]]]]]'"},
      {"", "expects FILE.npy, shape=1x2x3x4:TYPE:GENERATOR[:SEED], or a value such as 3:index or [[1,2],[3,4]]:i32"},
      {"q.txt",
       "expects FILE.npy, shape=1x2x3x4:TYPE:GENERATOR[:SEED], or a value such as 3:index or [[1,2],[3,4]]:i32"},
      {"missing.npy", "missing.npy: cannot open: No such file or directory"},
  };
  for (const auto &[spec, message] : rows)
    EXPECT_EQ(printed(spec), std::string("--arg ") + spec + ": " + message);
}

TEST(ArgSpec, Generated) {
  EXPECT_EQ(printed("shape=2x2:f32:zeros"), "dense<0.000000e+00> : tensor<2x2xf32>");
  EXPECT_EQ(printed("shape=2:bf16:ones:7"), "dense<1.000000e+00> : tensor<2xbf16>");
  EXPECT_EQ(printed("shape=3:i32:ramp"), "dense<[0, 1, 2]> : tensor<3xi32>");
  EXPECT_EQ(printed("shape=0x4:f32:normal:1"), "dense<> : tensor<0x4xf32>");
  Array dense = std::move(*readArgument("shape=2x3x4x5:f16:normal:9", 1, {}));
  Array moved = std::move(*readArgument("shape=2x3x4x5:f16:normal:9:bnhd", 1, {}));
  Array other = std::move(*readArgument("shape=2x3x4x5:f16:normal:9", 2, {}));
  EXPECT_EQ(moved.tensor().strides[1], 5);
  EXPECT_EQ(moved.tensor().strides[2], 15);
  int same = 0;
  for (int64_t i = 0; i < 120; ++i) {
    EXPECT_EQ(dense.real(i), moved.real(i));
    same += dense.real(i) == other.real(i);
  }
  EXPECT_LT(same, 5);
  Array mask = std::move(*readArgument("shape=1000:i1:uniform:4", 0, {}));
  int64_t ones = 0;
  for (int64_t i = 0; i < 1000; ++i)
    ones += mask.get(i).integer;
  EXPECT_NEAR(double(ones), 500, 60);
}

TEST(ArgSpec, WrongGenerated) {
  const std::pair<const char *, const char *> rows[] = {
      {"shape=", "expects shape=1x2x3x4:TYPE:GENERATOR[:SEED][:bnhd]"},
      {"shape=2x2", "expects shape=1x2x3x4:TYPE:GENERATOR[:SEED][:bnhd]"},
      {"shape=2:f32:normal:1:2:3", "expects shape=1x2x3x4:TYPE:GENERATOR[:SEED][:bnhd]"},
      {"shape=2x:f32:normal", "expects extents like 1x8x64x128, but got '2x'"},
      {"shape=-2:f32:normal", "expects extents like 1x8x64x128, but got '-2'"},
      {"shape=99999999999999999999:f32:normal", "expects extents like 1x8x64x128, but got '99999999999999999999'"},
      {"shape=1x1x1x1x1x1x1x1x1:f32:normal", "expects at most 8 dims, but got 9"},
      {"shape=2:f31:normal",
       "expects element type f64, f32, f16, bf16, i64, i32, i8, ui8, i1 or index, but got 'f31'"},
      {"shape=2:f32:gauss", "expects generator normal, uniform, zeros, ones or ramp, but got 'gauss'"},
      {"shape=2:f32:normal:x", "expects a seed from 0 to 2^64 - 1, but got 'x'"},
      {"shape=2:f32:normal:18446744073709551616",
       "expects a seed from 0 to 2^64 - 1, but got '18446744073709551616'"},
      {"shape=2:i32:normal", "expects zeros, ones or ramp for i32: random numbers are floats"},
      {"shape=2x2:f32:normal:1:bnhd", "expects 4 dims for bnhd, but got shape 2x2"},
      {"shape=300:i8:ramp", "expects numbers that i8 holds, but element 128 does not fit"},
      {"shape=9000000000000000000:f32:zeros",
       "expects extents of 0 or more and at most 2^62 elements, but got shape 9000000000000000000"},
  };
  for (const auto &[spec, message] : rows)
    EXPECT_EQ(printed(spec), std::string("--arg ") + spec + ": " + message);
}

TEST(ArgSpec, FilesAreConverted) {
  std::string path = testing::TempDir() + "attn-spec.npy";
  Array array = std::move(*Array::make(Element::F32, {3}));
  for (int64_t i = 0; i < 3; ++i)
    array.set(i, Number::ofReal(1 + double(i) * 0x1p-8));
  ASSERT_FALSE(writeNpy(path, array).has_value());
  EXPECT_EQ(readArgument(path, 0, Element::BF16)->real(1), 1);
  EXPECT_EQ(readArgument(path, 0, {})->element(), Element::F32);
  EXPECT_EQ(readArgument(path + ":f64", 0, Element::BF16)->element(), Element::F64);
  EXPECT_EQ(printed(path, Element::I32),
            "--arg " + path + ": expects numbers that i32 holds exactly, but element 1 is 1.00391");
  remove(path.c_str());
}

TEST(Dense, FloatsReadBack) {
  EXPECT_EQ(printed("[0.1,1]:f64"), "dense<[1.000000e-01, 1.000000e+00]> : tensor<2xf64>");
  EXPECT_EQ(printed("[0.333333343,1]:f32"), "dense<[3.33333343e-01, 1.000000e+00]> : tensor<2xf32>");
  EXPECT_EQ(printed("[-0.0,0.0]:f32"), "dense<[-0.000000e+00, 0.000000e+00]> : tensor<2xf32>");
}

Array values(std::vector<double> numbers) {
  Array array = std::move(*Array::make(Element::F64, {int64_t(numbers.size())}));
  for (size_t i = 0; i < numbers.size(); ++i)
    array.set(int64_t(i), Number::ofReal(numbers[i]));
  return array;
}

TEST(Compare, MeasuresAndJudges) {
  Comparison c = compareArrays(values({1, 2, 3.5}), values({1, 2, 3}), {0.2, 0.2});
  EXPECT_TRUE(c.passed);
  EXPECT_EQ(c.maxAbs, 0.5);
  EXPECT_EQ(c.worst, 2);
  EXPECT_NEAR(c.rmsRatio, 0.5 / std::sqrt(14.0), 1e-15);
  EXPECT_FALSE(compareArrays(values({1, 2, 3.5}), values({1, 2, 3}), {0.1, 0.2}).passed);
  EXPECT_FALSE(compareArrays(values({1, 2, 3.5}), values({1, 2, 3}), {0.2, 0.1}).passed);
  EXPECT_TRUE(compareArrays(values({}), values({}), {0, 0}).passed);
  EXPECT_TRUE(compareArrays(values({1e-9}), values({0}), {1e-8, 1e-8}).passed);
}

TEST(Compare, NaNNeverPassesAlone) {
  const double nan = NAN, inf = INFINITY;
  EXPECT_FALSE(compareArrays(values({nan}), values({1}), {1e9, 1e9}).passed);
  EXPECT_FALSE(compareArrays(values({1}), values({nan}), {1e9, 1e9}).passed);
  EXPECT_FALSE(compareArrays(values({nan}), values({inf}), {1e9, 1e9}).passed);
  EXPECT_FALSE(compareArrays(values({inf}), values({-inf}), {1e9, 1e9}).passed);
  EXPECT_FALSE(compareArrays(values({inf}), values({1}), {inf, inf}).passed);
  EXPECT_FALSE(compareArrays(values({1}), values({2}), {nan, nan}).passed);
  Comparison both = compareArrays(values({nan, -inf, 1}), values({nan, -inf, 1}), {0, 0});
  EXPECT_TRUE(both.passed);
  EXPECT_EQ(both.nanPairs, 1);
  EXPECT_NE(both.text.find("1 NaN on both sides"), std::string::npos);
  Comparison one = compareArrays(values({1, nan}), values({1, 2}), {1, 1});
  EXPECT_EQ(one.text, "max abs 0.000e+00, rms ratio 0.000e+00, 1 NaN or infinities that differ, first at element 1: "
                      "got nan, wanted 2");
}

TEST(Compare, ShapesMustMatch) {
  Comparison c = compareArrays(values({1, 2}), values({1}), {1, 1});
  EXPECT_FALSE(c.passed);
  EXPECT_EQ(c.text, "expects shape 1, but got 2");
}

TEST(Compare, Tolerances) {
  EXPECT_EQ(parseTolerance("1e-5")->rms, 1e-5);
  EXPECT_EQ(parseTolerance("1e-5,2")->rms, 2);
  for (const char *text : {"", "x", "-1", "nan", "inf", "1,", "1,x", ","})
    EXPECT_FALSE(bool(parseTolerance(text))) << text;
}

} // namespace
