// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Implements Philox, and a logarithm and a cosine from +, ·, / alone: those of C libraries differ in the last bit.
#include "runtime/support/Philox.h"

#include <cmath>

namespace attn::rt {

std::array<uint32_t, 4> philox(std::array<uint32_t, 4> x, std::array<uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    uint64_t a = uint64_t(0xD2511F53) * x[0], b = uint64_t(0xCD9E8D57) * x[2];
    x = {uint32_t(b >> 32) ^ x[1] ^ key[0], uint32_t(b), uint32_t(a >> 32) ^ x[3] ^ key[1], uint32_t(a)};
    key[0] += 0x9E3779B9;
    key[1] += 0xBB67AE85;
  }
  return x;
}

/// ln of a number in (0, 1]: 2 atanh((m − 1) / (m + 1)) for a mantissa m near 1.
static double portableLog(double value) {
  int exponent;
  double m = std::frexp(value, &exponent);
  if (m < 0.70710678118654752) {
    m *= 2;
    exponent -= 1;
  }
  double t = (m - 1) / (m + 1), square = t * t, sum = 0;
  for (int k = 23; k >= 1; k -= 2)
    sum = sum * square + 1.0 / k;
  return 2 * t * sum + exponent * 0.69314718055994531;
}

/// cos(2π turns) for turns in [0, 1).
static double portableCos(double turns) {
  int quadrant = int(std::floor(turns * 4 + 0.5));
  double x = (turns - quadrant * 0.25) * 6.2831853071795865, square = x * x, cosine = 1, sine = 1;
  for (int k = 20; k >= 2; k -= 2) {
    cosine = 1 - cosine * square / (k * (k - 1));
    sine = 1 - sine * square / (k * (k + 1));
  }
  sine *= x;
  switch (quadrant & 3) {
  case 0: return cosine;
  case 1: return -sine;
  case 2: return -cosine;
  default: return sine;
  }
}

std::array<uint32_t, 4> InputStream::words(uint64_t element) const {
  return philox({uint32_t(element), uint32_t(element >> 32), uint32_t(seed >> 32), 0}, {uint32_t(seed), argument});
}

double InputStream::uniform(uint64_t element) const { return double(words(element)[0] >> 8) * 0x1p-24; }

double InputStream::normal(uint64_t element) const {
  std::array<uint32_t, 4> w = words(element);
  return std::sqrt(-2 * portableLog((double(w[0]) + 1) * 0x1p-32)) * portableCos(double(w[1]) * 0x1p-32);
}

} // namespace attn::rt
