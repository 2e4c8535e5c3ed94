// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// .npy files: what is written is read again, and every malformed one has its message.
#include "runtime/support/Npy.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <sstream>

using namespace attn::rt;

namespace {

std::string file(std::string header, std::string data, int version = 1) {
  std::string bytes = "\x93NUMPY";
  bytes += char(version);
  bytes += '\0';
  bytes += char(header.size() & 0xFF);
  bytes += char(header.size() >> 8);
  if (version > 1)
    bytes += std::string(2, '\0');
  return bytes + header + data;
}

std::string header(std::string descr, std::string shape, std::string order = "False") {
  return "{'descr': '" + descr + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }\n";
}

std::string errorOf(const std::string &bytes) {
  Result<Array> array = parseNpy(bytes);
  return array ? "no error" : array.error().message;
}

template <typename T> std::string bytesOf(std::vector<T> values) {
  return std::string(reinterpret_cast<const char *>(values.data()), values.size() * sizeof(T));
}

TEST(Npy, ReadsEveryType) {
  const struct {
    const char *descr;
    Element element;
    std::string data;
    double value;
  } rows[] = {{"<f8", Element::F64, bytesOf<double>({1.5}), 1.5},   {"<f4", Element::F32, bytesOf<float>({-2.5}), -2.5},
              {"<f2", Element::F16, bytesOf<uint16_t>({0x3C00}), 1},
              {"|V2", Element::BF16, bytesOf<uint16_t>({0x4000}), 2},
              {"<V2", Element::BF16, bytesOf<uint16_t>({0x4000}), 2}, {"<i8", Element::I64, bytesOf<int64_t>({-7}), -7},
              {"<i4", Element::I32, bytesOf<int32_t>({-8}), -8},     {"|i1", Element::I8, bytesOf<int8_t>({-9}), -9},
              {"|u1", Element::U8, bytesOf<uint8_t>({200}), 200},    {"|b1", Element::Bool, bytesOf<uint8_t>({1}), 1}};
  for (const auto &row : rows) {
    Result<Array> array = parseNpy(file(header(row.descr, "(1,)"), row.data));
    ASSERT_TRUE(array) << row.descr << array.error().message;
    EXPECT_EQ(array->element(), row.element);
    EXPECT_EQ(array->real(0), row.value);
  }
}

TEST(Npy, ReadsShapesVersionsAndOrders) {
  std::string six = bytesOf<float>({0, 1, 2, 3, 4, 5});
  for (int version : {1, 2, 3}) {
    Result<Array> array = parseNpy(file(header("<f4", "(2, 3)"), six, version));
    ASSERT_TRUE(array) << array.error().message;
    EXPECT_EQ(array->shape(), (std::vector<int64_t>{2, 3}));
    EXPECT_EQ(array->real(4), 4);
  }
  Result<Array> columns = parseNpy(file(header("<f4", "(2, 3)", "True"), six));
  ASSERT_TRUE(columns);
  const double expected[] = {0, 2, 4, 1, 3, 5};
  for (int64_t i = 0; i < 6; ++i)
    EXPECT_EQ(columns->real(i), expected[i]);
  EXPECT_TRUE(bool(parseNpy(file(header("<f4", "()"), bytesOf<float>({3})))));
  EXPECT_TRUE(bool(parseNpy(file(header("<f4", "(0, 7)"), ""))));
  EXPECT_TRUE(bool(parseNpy(file(header("<f4", "(0, 7)", "True"), ""))));
  EXPECT_TRUE(bool(parseNpy(file("{\"shape\":(1,),\"fortran_order\":False,\"descr\":\"<f4\"}", bytesOf<float>({3})))));
}

TEST(Npy, RefusesMalformedFiles) {
  const std::string one = bytesOf<float>({1}), good = header("<f4", "(1,)");
  const std::pair<std::string, std::string> rows[] = {
      {"", "expects a .npy file, but its first bytes are not \\x93NUMPY"},
      {"hello, world", "expects a .npy file, but its first bytes are not \\x93NUMPY"},
      {std::string("\x93NUMPY\x01", 7), "expects a .npy file, but its first bytes are not \\x93NUMPY"},
      {file(good, one, 4), "expects .npy version 1, 2 or 3, but got 4"},
      {file(good, one, 0), "expects .npy version 1, 2 or 3, but got 0"},
      {std::string("\x93NUMPY\x02\0\x10\0", 10), "expects a header, but the file ends after 10 bytes"},
      {std::string("\x93NUMPY\x02\0\xff\xff\xff\x7f", 12),
       "expects a header of at most 65536 bytes, but got 2147483647"},
      {std::string("\x93NUMPY\x01\0\x80\0{'descr'", 18), "expects a header of 128 bytes, but the file ends after 8"},
      {file(header(">f4", "(1,)"), one), "expects little-endian elements, but got '>f4'"},
      {file(header("<f3", "(1,)"), one), "expects elements f8, f4, f2, i8, i4, i1, u1, b1 or V2 (bf16), but got '<f3'"},
      {file(header("<c8", "(1,)"), one + one),
       "expects elements f8, f4, f2, i8, i4, i1, u1, b1 or V2 (bf16), but got '<c8'"},
      {file(header("|O", "(1,)"), one), "expects elements f8, f4, f2, i8, i4, i1, u1, b1 or V2 (bf16), but got '|O'"},
      {file(header("", "(1,)"), one), "expects elements f8, f4, f2, i8, i4, i1, u1, b1 or V2 (bf16), but got ''"},
      {file(header("<f4", "(2,)"), one), "expects 8 bytes of data for shape 2 of f32, but the file has 4"},
      {file(header("<f4", "(1,)"), one + "x"), "expects 4 bytes of data for shape 1 of f32, but the file has 5"},
      {file(header("<f4", "(0,)"), one), "expects 0 bytes of data for shape 0 of f32, but the file has 4"},
      {file(header("<f4", "(4611686018427387904,)"), one),
       "expects less than 2^63 bytes, but got shape 4611686018427387904"},
      {file(header("<f4", "(9223372036854775807, 9)"), one),
       "expects less than 2^63 bytes, but got shape 9223372036854775807x9"},
      {file(header("<f4", "(9223372036854775808,)"), one),
       "malformed header: expects an extent below 2^63, but got \"8,), }?\""},
      {file(header("<f4", "(-1,)"), one), "malformed header: expects an extent of 0 or more, but got \"-1,), }?\""},
      {file(header("<f4", "(1 2)"), one), "malformed header: expects ',', but got \"2), }?\""},
      {file(header("<f4", "[1]"), one), "malformed header: expects '(', but got \"[1], }?\""},
      {file(header("<f4", "(1,"), one), "malformed header: expects an extent of 0 or more, but got \", }?\""},
      {file(header("<f4", "(1,)", "Maybe"), one),
       "malformed header: expects True or False, but got \"Maybe, 'shape': \""},
      {file("", one), "malformed header: expects '{', but got its end"},
      {file("{", one), "malformed header: expects a string in quotes, but got its end"},
      {file("{'descr", one), "malformed header: expects a closing quote, but got \"'descr\""},
      {file("{'descr' '<f4'}", one), "malformed header: expects ':', but got \"'<f4'}\""},
      {file("{'descr': [('a', '<f4')]}", one),
       "malformed header: expects a plain element type (structured arrays are not supported), but got "
       "\"[('a', '<f4')]}\""},
      {file("{'descr': '<f4', 'shape': (1,)}", one),
       "malformed header: expects the keys 'descr', 'fortran_order' and 'shape', but got its end"},
      {file("{'descr': '<f4', 'descr': '<f4'}", one),
       "malformed header: expects each of the keys 'descr', 'fortran_order' and 'shape' once, but got \" '<f4'}\""},
      {file("{'nonsense': '<f4'}", one),
       "malformed header: expects each of the keys 'descr', 'fortran_order' and 'shape' once, but got \" '<f4'}\""},
      {file(good + "junk", one), "malformed header: expects the end of the header, but got \"junk\""},
  };
  for (const auto &[bytes, message] : rows)
    EXPECT_EQ(errorOf(bytes), message);
  std::string many = "(";
  for (int i = 0; i < 40; ++i)
    many += "1,";
  EXPECT_NE(errorOf(file(header("<f4", many + ")"), one)).find("expects at most 32 dims"), std::string::npos);
}

// Whatever single byte is damaged, and wherever the file ends: an array or a message, never a crash.
TEST(Npy, SurvivesDamage) {
  std::string good = file(header("<f4", "(2, 3)", "True"), bytesOf<float>({0, 1, 2, 3, 4, 5}));
  for (size_t at = 0; at < good.size(); ++at) {
    EXPECT_FALSE(bool(parseNpy(std::string_view(good).substr(0, at))));
    for (int value = 0; value < 256; ++value) {
      std::string damaged = good;
      damaged[at] = char(value);
      Result<Array> array = parseNpy(damaged);
      if (!array)
        EXPECT_NE(array.error().message, "");
    }
  }
}

TEST(Npy, WritesWhatItReads) {
  std::string path = testing::TempDir() + "attn-npy-test.npy";
  for (Element element : {Element::F64, Element::F32, Element::F16, Element::BF16, Element::I64, Element::I32,
                          Element::I8, Element::U8, Element::Bool}) {
    Array array = std::move(*Array::make(element, {2, 3, 2, 1}));
    for (int64_t i = 0; i < 12; ++i)
      array.set(i, Number::ofInteger(element == Element::Bool ? i % 2 : i));
    for (bool moved : {false, true}) {
      Array source = std::move(moved ? *array.reorder({0, 2, 1, 3}) : *array.clone());
      ASSERT_FALSE(writeNpy(path, source).has_value());
      Result<Array> back = readNpy(path);
      ASSERT_TRUE(back) << back.error().message;
      EXPECT_EQ(back->element(), element == Element::BF16 ? Element::F32 : element);
      EXPECT_EQ(back->shape(), array.shape());
      for (int64_t i = 0; i < 12; ++i)
        EXPECT_EQ(back->real(i), array.real(i));
    }
  }
  std::ifstream stream(path, std::ios::binary);
  std::stringstream text;
  text << stream.rdbuf();
  EXPECT_EQ((text.str().size() - 12) % 64, 0u); // data starts at a multiple of 64
  remove(path.c_str());
}

TEST(Npy, NamesTheFile) {
  EXPECT_EQ(readNpy("no/such.npy").error().message, "no/such.npy: cannot open: No such file or directory");
  EXPECT_EQ(readNpy("/").error().message, "/: expects a regular file");
  Array array = std::move(*Array::make(Element::F32, {1}));
  EXPECT_EQ(writeNpy("no/such.npy", array)->message, "no/such.npy: cannot write: No such file or directory");
  std::string path = testing::TempDir() + "attn-npy-bad.npy";
  std::ofstream(path) << "something else";
  EXPECT_EQ(readNpy(path).error().message, path + ": expects a .npy file, but its first bytes are not \\x93NUMPY");
  remove(path.c_str());
}

} // namespace
