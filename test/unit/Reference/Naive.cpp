// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Plain loops over heads, rows, blocks of keys and keys; each fault is one condition.
#include "test/unit/Reference/Naive.h"

#include <algorithm>
#include <cmath>

using namespace attn::reference;
using namespace attn::reference::test;

const char *const attn::reference::test::kNaiveProgram = R"(
  !tokens = tensor<?x?x?x?xf32>
  !rows = tensor<?x?x?xf32>
  !scores = !attn.scores<?x?x?x?xf32>
  !weights = !attn.weights<?x?x?x?xf32>
  func.func @f(%q: !tokens, %k: !tokens, %v: !tokens, %slopes: tensor<?xf32>, %sinks: tensor<?xf32>,
               %cu_q: tensor<?xi32>, %cu_k: tensor<?xi32>) -> (!tokens, !rows) {
    %s = attn.score %q, %k domain(align = bottom_right, segments(%cu_q, %cu_k))
      : (!tokens, !tokens, tensor<?xi32>, tensor<?xi32>) -> !scores
    %sb = attn.modify %s, %slopes : (!scores, tensor<?xf32>) -> !scores {
    ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index, %c: !attn.captured<?xf32>):
      %t = attn.softcap %x, 4.000000e+00 : f32
      %slope = attn.lookup %c[%h] : !attn.captured<?xf32>
      %d = attn.distance %j, %i : f32
      %bias = arith.mulf %slope, %d : f32
      %y = arith.addf %t, %bias : f32
      attn.yield %y : f32
    }
    %causal = attn.causal
    %first = attn.sink 1
    %old = attn.and %causal, %first
    %near = attn.window left = 3 right = 1
    %mask = attn.or %old, %near
    %sm = attn.mask %sb, %mask : !scores
    %w, %lse = attn.normalize %sm softmax sink(%sinks) lse(base = e, sink_included)
      : (!scores, tensor<?xf32>) -> (!weights, !rows)
    %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens
    return %o, %lse : !tokens, !rows
  })";

namespace {
/// One row of one head.
class NaiveRow {
public:
  NaiveRow(const NaiveInputs &in, Fault fault, int64_t h, int64_t row) : in(in), fault(fault), h(h), row(row) {
    const std::vector<double> &cuQ = in.cuQ.values;
    const std::vector<double> &cuK = is(Fault::segmentOfKeysForQueries) ? cuQ : in.cuK.values;
    int64_t segment = std::upper_bound(cuQ.begin(), cuQ.end(), double(row)) - cuQ.begin() - 1;
    firstQuery = int64_t(cuQ[segment]);
    firstKey = int64_t(cuK[segment]);
    queries = int64_t(cuQ[segment + 1]) - firstQuery;
    keys = std::min(int64_t(cuK[segment + 1]), in.key.shape[2]) - firstKey;
    if (fault == Fault::segmentsIgnored) {
      firstQuery = firstKey = 0;
      queries = in.query.shape[2];
      keys = in.key.shape[2];
    }
    if (fault == Fault::segmentLeaks && firstKey > 0) {
      --firstKey;
      ++keys;
    }
    int64_t shift = keys - queries + is(Fault::alignOffByOne);
    i = row - firstQuery + (is(Fault::alignTopLeft) ? 0 : shift);
  }

  /// Online softmax; writes Dv numbers and returns the LSE.
  double run(double *output);

private:
  bool is(Fault which) const { return fault == which; }
  double score(int64_t j) const;
  bool exists(int64_t j) const;
  double sink() const;
  void addBlock(int64_t begin, int64_t end);

  const NaiveInputs &in;
  Fault fault;
  int64_t h, row, firstQuery, firstKey, queries, keys, i;
  double maximum = -INFINITY, sum = 0;
  std::vector<double> accumulator;
};
} // namespace

double NaiveRow::score(int64_t j) const {
  int64_t heads = in.query.shape[1], shared = in.key.shape[1], size = in.query.shape[3], total = in.key.shape[2];
  int64_t head = h / (heads / shared);
  if (is(Fault::keyHeadModulo))
    head = h % shared;
  if (is(Fault::keyHeadOfHead))
    head = std::min(h / shared, shared - 1);
  double product = 0;
  for (int64_t d = 0; d < size - is(Fault::lastFeatureDropped); ++d) {
    int64_t place = is(Fault::keyTransposed) ? d * total + firstKey + j : (firstKey + j) * size + d;
    product += in.query.at({0, h, row, d}) * in.key.values[head * total * size + place];
  }
  double scale = 1 / std::sqrt(double(is(Fault::scaleOfValueSize) ? in.value.shape[3] : size));
  if (is(Fault::scaleMissing))
    scale = 1;
  if (is(Fault::scaleTwice))
    scale *= scale;
  if (is(Fault::scaleInverted))
    scale = 1 / scale;
  double slope = in.slopes.values[is(Fault::biasOfNextHead) ? (h + 1) % heads : h];
  double distance = double(j - (is(Fault::biasByStorage) ? row : i)) * (is(Fault::biasSign) ? -1 : 1);
  double bias = is(Fault::biasUnscaled) ? distance : slope * distance, cap = is(Fault::capTimesScale) ? 4 * scale : 4;
  double s = scale * product;
  if (is(Fault::capMissing))
    return s + bias;
  if (is(Fault::capOutside))
    return cap * std::tanh((s + bias) / cap);
  return cap * std::tanh(s / cap) + bias;
}

bool NaiveRow::exists(int64_t j) const {
  if (is(Fault::maskIgnored))
    return true;
  int64_t left = is(Fault::windowSwapped) ? 1 : 3, right = is(Fault::windowSwapped) ? 3 : 1;
  bool near = j >= i - left + is(Fault::windowStartExclusive) && j <= i + right - is(Fault::windowEndExclusive);
  bool causal = is(Fault::causalIgnored) || j <= i;
  bool old = causal && j < 1 + is(Fault::sinkTokenTwo) - is(Fault::sinkTokenMissing);
  return is(Fault::orBecomesAnd) ? near && old : near || old;
}

double NaiveRow::sink() const {
  return in.sinks.values[is(Fault::sinkOfNextHead) ? (h + 1) % in.query.shape[1] : h];
}

void NaiveRow::addBlock(int64_t begin, int64_t end) {
  std::vector<double> scores;
  double largest = maximum, previous = maximum;
  bool replaces = is(Fault::maskedScoreIsZero) || is(Fault::maskedScoreIsFinite);
  for (int64_t j = begin; j < end; ++j) {
    double removed = replaces ? (is(Fault::maskedScoreIsZero) ? 0.0 : -3.0) : -INFINITY;
    scores.push_back(exists(j) ? score(j) : removed);
    largest = std::max(largest, scores.back());
  }
  if (largest == -INFINITY)
    return;
  double factor = std::exp(is(Fault::rescaleInverted) ? largest - maximum : maximum - largest);
  if (maximum == -INFINITY)
    factor = 0;
  sum *= is(Fault::sumNotRescaled) ? 1 : factor;
  for (double &number : accumulator)
    number *= is(Fault::accumulatorNotRescaled) ? 1 : factor;
  maximum = largest;
  int64_t heads = in.query.shape[1], shared = in.value.shape[1], total = in.value.shape[2];
  int64_t head = is(Fault::valueHeadModulo) ? h % shared : h / (heads / shared);
  double reference = is(Fault::staleMaximum) && previous != -INFINITY ? previous : maximum;
  for (int64_t j = begin; j < end; ++j) {
    double weight = std::exp(scores[j - begin] - reference) * (is(Fault::firstKeyTwice) && j == 0 ? 2 : 1);
    sum += weight;
    if (is(Fault::weightsRounded))
      weight = roundTo(Element::bf16, weight);
    int64_t key = std::min(firstKey + j + is(Fault::valuesShifted), total - 1);
    for (size_t d = 0; d < accumulator.size(); ++d)
      accumulator[d] += weight * in.value.at({0, head, key, int64_t(d)});
  }
}

double NaiveRow::run(double *output) {
  accumulator.assign(in.value.shape[3], 0);
  int64_t end = is(Fault::lastKeyDropped) ? keys - 1 : is(Fault::lastBlockDropped) ? keys / 4 * 4 : keys;
  for (int64_t begin = 0; begin < end; begin += 4)
    addBlock(begin, std::min(begin + 4, end));
  double reference = maximum == -INFINITY ? 0 : maximum;
  double extra = is(Fault::sinkMissing) ? 0 : is(Fault::sinkLinear) ? sink() : std::exp(sink() - reference);
  double total = sum + extra * (is(Fault::sinkTwice) ? 2 : 1);
  for (size_t d = 0; d < accumulator.size(); ++d) {
    output[d] = is(Fault::notNormalized) ? accumulator[d] : accumulator[d] / total;
    if (is(Fault::normalizedTwice))
      output[d] /= total;
    if (sum == 0 && is(Fault::emptyRowIsNaN))
      output[d] = NAN;
    if (sum == 0 && is(Fault::emptyRowIsMean))
      output[d] = in.value.at({0, 0, firstKey, int64_t(d)});
  }
  if (is(Fault::lseWithoutSink))
    return sum == 0 ? -INFINITY : reference + std::log(sum);
  if (is(Fault::lseIsSum))
    return total * std::exp(reference);
  double lse = std::log(total) + (is(Fault::lseWithoutMaximum) ? 0 : reference);
  return is(Fault::lseBase2) ? lse / std::log(2.0) : lse;
}

NaiveResults attn::reference::test::naive(const NaiveInputs &in, Fault fault) {
  int64_t heads = in.query.shape[1], rows = in.query.shape[2], size = in.value.shape[3];
  NaiveResults results{HostTensor(Element::f32, {1, heads, rows, size}), HostTensor(Element::f32, {1, heads, rows})};
  for (int64_t h = 0; h < heads; ++h)
    for (int64_t row = 0; row < rows; ++row) {
      int64_t place = h * rows + row;
      if (fault == Fault::headsSwapped)
        place = (h ^ 1) * rows + row;
      if (fault == Fault::rowsReversed)
        place = h * rows + rows - 1 - row;
      std::vector<double> output(size);
      results.lse.values[place] = NaiveRow(in, fault, h, row).run(output.data());
      for (int64_t d = 0; d < size; ++d) {
        bool transposed = fault == Fault::outputTransposed;
        results.output.values[transposed ? (h * size + d) * rows + row : place * size + d] = output[d];
      }
    }
  return results;
}
