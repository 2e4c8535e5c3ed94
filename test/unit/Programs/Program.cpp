// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The table of programs, the comparison, and what their references share.
#include "test/unit/Programs/Program.h"
#include <cmath>
#include <limits>
#include <random>
#include <sstream>

using namespace attn;
using namespace attn::programs;

const std::vector<Program> &attn::programs::programs() {
  static const std::vector<Program> table = {attention(),          decode(),      decodeBF16(), gatedDelta(),
                                             gatedDeltaPrepared(), scalarDecay(), selected(),   testTimeTraining(),
                                             topBlocks(),          backward(),    twoTerms(),   sums()};
  return table;
}

std::vector<Run> attn::programs::allRuns() {
  std::vector<Run> runs;
  for (const Program &program : programs())
    for (const Case &point : program.cases)
      runs.push_back({&program, &point});
  return runs;
}

std::string attn::programs::programPath(const char *name) {
  return std::string(ATTN_SOURCE_DIR) + "/test/Dialect/Tile/programs/" + name;
}

//===- comparison ---------------------------------------------------------===//

static bool agree(double got, double expected, double allowed) {
  if (std::isinf(expected) || std::isinf(got))
    return got == expected;
  return std::fabs(got - expected) <= allowed; // false for NaN
}

static std::string compare(const Tensor &got, const Tensor &expected, double tolerance) {
  if (got.shape != expected.shape || got.element != expected.element)
    return "expects " + describe(expected) + ", but got " + describe(got);
  double largest = 1;
  for (double value : expected.values)
    if (std::isfinite(value))
      largest = std::max(largest, std::fabs(value));
  double allowed = reference::isFloat(expected.element) ? tolerance * largest : 0.0;
  for (int64_t i = 0; i < expected.size(); ++i)
    if (!agree(got.values[i], expected.values[i], allowed)) {
      std::ostringstream text;
      text << "element " << i << " of " << describe(expected) << ": expects " << expected.values[i] << " within "
           << allowed << ", but got " << got.values[i];
      return text.str();
    }
  return "";
}

std::string attn::programs::check(const Program &program, const Case &point, const Executor &executor,
                                  double tolerance) {
  Tensors arguments = point.arguments();
  Tensors expected = program.reference(arguments), results;
  for (const Tensor &result : expected)
    results.emplace_back(result.element, result.shape,
                         reference::isFloat(result.element) ? std::numeric_limits<double>::quiet_NaN() : double(0x5A));
  llvm::Expected<Tensors> got = executor(program, arguments, results);
  if (!got)
    return llvm::toString(got.takeError());
  if (got->size() != expected.size())
    return "expects " + std::to_string(expected.size()) + " results, but got " + std::to_string(got->size());
  for (size_t i = 0; i < expected.size(); ++i) {
    std::string difference = compare((*got)[i], expected[i], tolerance);
    if (!difference.empty())
      return "result " + std::to_string(i) + ": " + difference;
  }
  return "";
}

//===- inputs and formulas ------------------------------------------------===//

template <typename DistributionT>
static Tensor draw(Element element, std::vector<int64_t> shape, unsigned seed, DistributionT distribution) {
  std::mt19937_64 engine(seed);
  Tensor tensor(element, std::move(shape));
  for (double &value : tensor.values)
    value = distribution(engine);
  tensor.round();
  return tensor;
}

Tensor attn::programs::randomTensor(Element element, std::vector<int64_t> shape, unsigned seed, double scale) {
  return draw(element, std::move(shape), seed, std::normal_distribution<double>(0.0, scale));
}

Tensor attn::programs::uniformTensor(Element element, std::vector<int64_t> shape, unsigned seed, double low,
                                     double high) {
  return draw(element, std::move(shape), seed, std::uniform_real_distribution<double>(low, high));
}

Tensor attn::programs::scalar(Element element, double value) { return Tensor(element, {}, std::vector<double>{value}); }

WeightRow attn::programs::softmax(const std::vector<double> &scores) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  double largest = -infinity, sum = 0;
  for (double score : scores)
    largest = std::max(largest, score);
  WeightRow row{std::vector<double>(scores.size(), 0.0), -infinity};
  if (largest == -infinity)
    return row;
  for (double score : scores)
    sum += std::exp(score - largest);
  for (size_t j = 0; j < scores.size(); ++j)
    row.weights[j] = std::exp(scores[j] - largest) / sum;
  row.lse = largest + std::log(sum);
  return row;
}

double attn::programs::dot(const Tensor &a, std::initializer_list<int64_t> rowA, const Tensor &b,
                           std::initializer_list<int64_t> rowB) {
  auto first = [](const Tensor &tensor, std::initializer_list<int64_t> row) {
    std::vector<int64_t> indices(row);
    indices.push_back(0);
    return tensor.values.data() + tensor.offset(indices.data());
  };
  const double *x = first(a, rowA), *y = first(b, rowB);
  double sum = 0;
  for (int64_t d = 0; d < a.shape.back(); ++d)
    sum += x[d] * y[d];
  return sum;
}
