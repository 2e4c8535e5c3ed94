// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The 16-bit conversions that compiled code carries, against exact rounding.
#include "lib/JIT/CodeGen.h"
#include "runtime/support/Element.h"
#include "attn/Compiler.h"

#include "llvm/ADT/bit.h"
#include "gtest/gtest.h"

#include <cmath>

using namespace attn;

namespace {

/// Compiles a manifest whose `source` member is a function from a float type to bits of a 16-bit float, on a CPU level
/// without instructions for bf16.
template <typename From> class Conversion {
public:
  Conversion(const std::string &from, const std::string &to) {
    std::string text = "llvm.func @convert(%x: " + from + ") -> i16 {\n  %y = llvm.fptrunc %x : " + from + " to " + to +
                       "\n  %z = llvm.bitcast %y : " + to +
                       " to i16\n  llvm.return %z : i16\n}\n"
                       "llvm.mlir.global constant @attn_manifest_v1() : !llvm.ptr {\n"
                       "  %f = llvm.mlir.addressof @convert : !llvm.ptr\n  llvm.return %f : !llvm.ptr\n}\n";
    CompileOptions options;
    options.lowLevelInput = true;
    options.cpu = "x86-64-v3";
    llvm::Expected<Executable> compiled = compiler.compile(text, "convert.mlir", options);
    if (!compiled) {
      ADD_FAILURE() << llvm::toString(compiled.takeError());
      return;
    }
    executable.emplace(std::move(*compiled));
    function = *reinterpret_cast<uint16_t (*const *)(From)>(executable->manifest());
  }

  uint16_t operator()(From value) const { return function ? function(value) : 0xdead; }

private:
  Compiler compiler;
  std::optional<Executable> executable;
  uint16_t (*function)(From) = nullptr;
};

template <typename From> void expectExact(const Conversion<From> &conversion, From value, int exponent, int mantissa) {
  uint16_t wanted = rt::packSmallFloat(value, exponent, mantissa);
  EXPECT_EQ(conversion(value), wanted) << value;
  EXPECT_EQ(conversion(-value), rt::packSmallFloat(-value, exponent, mantissa)) << -value;
}

/// Halves, ties, neighbours of ties, the ends of the range.
template <typename From> std::vector<From> interesting() {
  std::vector<From> values = {0, 1, From(65504), From(65519.99), From(65520), From(3.3895314e38), From(1e-40),
                              INFINITY};
  for (int exponent : {-24, -14, -3, 0, 5, 15, 100})
    for (int step = 0; step < 64; ++step)
      for (double bump : {0.0, 1e-15, -1e-15, 1e-7, -1e-7})
        values.push_back(From(std::ldexp((1 + step / 512.0) * (1 + bump), exponent)));
  return values;
}

} // namespace

TEST(CompilerRoutines, f32_to_bf16) {
  Conversion<float> conversion("f32", "bf16");
  for (float value : interesting<float>())
    expectExact(conversion, value, 8, 7);
  EXPECT_GT(conversion(NAN) & 0x7fff, 0x7f80);
  EXPECT_GT(conversion(llvm::bit_cast<float>(0x7f800001u)) & 0x7fff, 0x7f80) << "a NaN with low bits only stays one";
}

TEST(CompilerRoutines, f64_to_bf16_rounds_once) {
  Conversion<double> conversion("f64", "bf16");
  for (double value : interesting<double>())
    expectExact(conversion, value, 8, 7);
  EXPECT_GT(conversion(NAN) & 0x7fff, 0x7f80);
}

TEST(CompilerRoutines, f64_to_f16_rounds_once) {
  Conversion<double> conversion("f64", "f16");
  for (double value : interesting<double>())
    expectExact(conversion, value, 5, 10);
  EXPECT_GT(conversion(NAN) & 0x7fff, 0x7c00);
}
