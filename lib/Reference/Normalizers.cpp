// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The formulas of the built-in normalizers.
#include "lib/Reference/Normalizers.h"
#include "dialects/Attn/AttnOps.h"
#include <cmath>

using namespace mlir;
using namespace attn::reference;

static constexpr double infinity = std::numeric_limits<double>::infinity();

/// The larger number; NaN where one is NaN.
static double maximum(double a, double b) { return std::isnan(a) || a > b ? a : b; }

/// exp(value - reference); 0 for -inf under any reference, itself -inf in an empty row.
static double expBelow(double value, double reference) {
  return value == -infinity ? 0.0 : std::exp(value - reference);
}

/// A parameter with one number, or one per head.
static double perHead(const HostTensor &parameter, const Place &at) {
  return parameter.values[parameter.size() == 1 ? 0 : at.head];
}

namespace {
/// w_j = exp(s_j - r) with r = max s; the row's sum is sum w_j, and exp(sink - r) where there is a sink.
struct Softmax {
  Precision precision;
  attn::Sink kind = attn::Sink::None;
  bool sinkIncluded = false;
  TensorRef learned;

  double sink(const Place &at) const {
    if (kind == attn::Sink::Learnable)
      return perHead(*learned, at);
    return kind == attn::Sink::OffByOne ? 0.0 : -infinity;
  }

  RowState weigh(Row &row) const {
    RowState state{-infinity, {0.0}};
    row.forEach([&](int64_t, double &score) { state.reference = maximum(score, state.reference); });
    row.forEach([&](int64_t, double &value) {
      value = precision.score(expBelow(value, state.reference));
      state.sums[0] = precision.score(state.sums[0] + value);
    });
    return state;
  }

  RowState join(llvm::ArrayRef<RowState> parts, llvm::SmallVectorImpl<double> &factors) const {
    RowState state{-infinity, {0.0}};
    for (const RowState &part : parts)
      state.reference = maximum(part.reference, state.reference);
    for (const RowState &part : parts) {
      factors.push_back(precision.score(expBelow(part.reference, state.reference)));
      state.sums[0] = precision.score(state.sums[0] + factors.back() * part.sums[0]);
    }
    return state;
  }

  /// 1 / (l + exp(sink - r)), or exp(r - sink) / (l exp(r - sink) + 1) where the sink is the larger; 0 in an empty row.
  double scale(const Place &at, const RowState &state) const {
    double joint = maximum(sink(at), state.reference), factor = expBelow(state.reference, joint);
    double total = state.sums[0] * factor + expBelow(sink(at), joint);
    return total == 0 ? 0.0 : precision.score(factor / total);
  }

  /// ln(sum exp s), with the sink's exp(sink) if it is included.
  double lse(const Place &at, const RowState &state) const {
    double extra = sinkIncluded ? sink(at) : -infinity, joint = maximum(extra, state.reference);
    double total = state.sums[0] * expBelow(state.reference, joint) + expBelow(extra, joint);
    return total == 0 ? -infinity : precision.score(joint + std::log(total));
  }
};
} // namespace

static RowNormalizer bind(Softmax softmax) {
  RowNormalizer normalizer;
  normalizer.hasReference = true;
  normalizer.numSums = 1;
  normalizer.weigh = [softmax](Row &row) { return softmax.weigh(row); };
  normalizer.join = [softmax](const Place &, llvm::ArrayRef<RowState> parts, llvm::SmallVectorImpl<double> &factors) {
    return softmax.join(parts, factors);
  };
  normalizer.scale = [softmax](const Place &at, const RowState &state) { return softmax.scale(at, state); };
  normalizer.lse = [softmax](const Place &at, const RowState &state) { return softmax.lse(at, state); };
  return normalizer;
}

/// Weights that stand alone: no reference, no sums.
static RowNormalizer elementwise(Precision precision, std::function<double(const Place &, double)> weight) {
  RowNormalizer normalizer;
  normalizer.weigh = [precision, weight](Row &row) {
    row.forEach([&](int64_t, double &value) { value = precision.score(weight(row.at, value)); });
    return RowState();
  };
  normalizer.join = [](const Place &, llvm::ArrayRef<RowState> parts, llvm::SmallVectorImpl<double> &factors) {
    factors.assign(parts.size(), 1.0);
    return RowState();
  };
  normalizer.scale = [](const Place &, const RowState &) { return 1.0; };
  return normalizer;
}

/// A sink or bias: one number, or one per head.
static bool checkParameter(llvm::ArrayRef<TensorRef> captures, bool expected, int64_t heads, Operation *user,
                           Scope &scope) {
  if (captures.size() != (expected ? 1u : 0u))
    scope.errors.report(user, "expects " + Twine(expected ? 1 : 0) + " captured tensors for its normalizer, but got " +
                                  Twine(captures.size()));
  else if (expected && (captures[0]->rank() > 1 || (captures[0]->size() != 1 && captures[0]->size() != heads)))
    scope.errors.report(user, "expects a sink or bias with one element or one per head (" + Twine(heads) +
                                  "), but got " + describe(*captures[0]));
  return !scope.errors.any();
}

RowNormalizer attn::reference::makeNormalizer(NormalizerUse use, int64_t heads, Precision precision, Scope &scope) {
  auto softmax = dyn_cast<attn::SoftmaxAttr>(use.normalizer);
  auto sigmoid = dyn_cast<attn::SigmoidAttr>(use.normalizer);
  bool isRelu = isa<attn::ReluAttr>(use.normalizer);
  if (!softmax && !sigmoid && !isRelu && !isa<attn::NoNormalizerAttr>(use.normalizer))
    return makeProgramNormalizer(use, precision, scope);
  bool isCapturing = softmax ? softmax.getSink() == attn::Sink::Learnable : sigmoid && sigmoid.getBias();
  std::vector<TensorRef> captures = scope.tensors(use.captures, use.user);
  if (!checkParameter(captures, isCapturing, heads, use.user, scope))
    return elementwise(precision, {});
  TensorRef parameter = isCapturing ? captures[0] : TensorRef();
  if (softmax)
    return bind(Softmax{precision, softmax.getSink(), use.sinkIncluded, parameter});
  if (sigmoid)
    return elementwise(precision, [parameter](const Place &at, double score) {
      double bias = parameter ? perHead(*parameter, at) : 0.0;
      return 1.0 / (1.0 + std::exp(-(score + bias)));
    });
  if (isRelu)
    return elementwise(precision, [](const Place &, double score) { return maximum(score, 0.0); });
  return elementwise(precision, [](const Place &, double score) { return score; });
}
