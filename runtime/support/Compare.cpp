// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sums differences in double; everything that is not finite must match exactly.
#include "runtime/support/Compare.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace attn::rt {

Tolerance defaultTolerance(Element element) {
  switch (element) {
  case Element::F64: return {1e-11, 1e-11};
  case Element::F32: return {1e-5, 1e-5};
  case Element::F16: return {2e-3, 2e-3};
  case Element::BF16: return {1.6e-2, 1e-2};
  default: return {0, 0};
  }
}

static void addPair(Comparison &comparison, double got, double wanted, int64_t number, double &difference,
                    double &square) {
  if (std::isnan(got) && std::isnan(wanted)) {
    ++comparison.nanPairs;
    return;
  }
  if (!std::isfinite(got) || !std::isfinite(wanted)) {
    if (got != wanted && comparison.mismatched++ == 0)
      comparison.firstMismatch = number;
    return;
  }
  double error = std::fabs(got - wanted);
  difference += error * error;
  square += wanted * wanted;
  comparison.largest = std::max(comparison.largest, std::fabs(wanted));
  if (comparison.worst < 0 || error > comparison.maxAbs) {
    comparison.maxAbs = error;
    comparison.worst = number;
  }
}

static std::string describe(const Comparison &comparison, const Array &got, const Array &wanted) {
  std::string text = formatText("max abs %.3e, rms ratio %.3e", comparison.maxAbs, comparison.rmsRatio);
  if (comparison.nanPairs)
    text += formatText(", %lld NaN on both sides", (long long)comparison.nanPairs);
  if (comparison.mismatched)
    text += formatText(", %lld NaN or infinities that differ, first at element %lld: got %g, wanted %g",
                       (long long)comparison.mismatched, (long long)comparison.firstMismatch,
                       got.real(comparison.firstMismatch), wanted.real(comparison.firstMismatch));
  else if (!comparison.passed)
    text += formatText(", worst at element %lld: got %.9g, wanted %.9g", (long long)comparison.worst,
                       got.real(comparison.worst), wanted.real(comparison.worst));
  return text;
}

Comparison compareArrays(const Array &got, const Array &wanted, Tolerance tolerance) {
  Comparison comparison;
  if (got.shape() != wanted.shape()) {
    comparison.text = formatText("expects shape %s, but got %s", shapeText(wanted.shape()).c_str(),
                                 shapeText(got.shape()).c_str());
    return comparison;
  }
  double difference = 0, square = 0;
  for (int64_t i = 0; i < got.size(); ++i)
    addPair(comparison, got.real(i), wanted.real(i), i, difference, square);
  comparison.rmsRatio = difference == 0 ? 0 : square == 0 ? HUGE_VAL : std::sqrt(difference / square);
  // Written so that a NaN anywhere in the figures does not pass.
  comparison.passed = comparison.mismatched == 0 &&
                      comparison.maxAbs <= tolerance.maxAbs * std::max(1.0, comparison.largest) &&
                      (square == 0 || comparison.rmsRatio <= tolerance.rms);
  comparison.text = describe(comparison, got, wanted);
  return comparison;
}

static bool parsePositive(const std::string &text, double &value) {
  char *end;
  value = strtod(text.c_str(), &end);
  return !text.empty() && !*end && value >= 0 && std::isfinite(value);
}

Result<Tolerance> parseTolerance(std::string_view text) {
  size_t comma = text.find(',');
  std::string first(text.substr(0, comma)), second(comma == text.npos ? first : std::string(text.substr(comma + 1)));
  Tolerance tolerance;
  if (!parsePositive(first, tolerance.maxAbs) || !parsePositive(second, tolerance.rms))
    return makeError("expects a tolerance like 1e-5 or 1e-5,1e-6, but got '%s'", std::string(text).c_str());
  return tolerance;
}

} // namespace attn::rt
