// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// (f) Test-time training by its definition: for every token the weights that it sees, then its output.
#include "test/unit/Programs/TestTimeTraining.h"
#include <cmath>

using namespace attn::programs;

using Vector = std::vector<double>;

static constexpr int64_t kWidth = 64, kMiniBatch = 64;

static Vector normalise(const Vector &z, double *inverse) {
  double mean = 0, variance = 0;
  for (double value : z)
    mean += value / kWidth;
  for (double value : z)
    variance += (value - mean) * (value - mean) / kWidth;
  *inverse = 1 / std::sqrt(variance + 1e-6);
  Vector x;
  for (double value : z)
    x.push_back((value - mean) * *inverse);
  return x;
}

double attn::programs::innerLoss(const Vector &z, const Vector &target, const Vector &gamma, const Vector &beta) {
  double inverse, sum = 0;
  Vector x = normalise(z, &inverse);
  for (int64_t d = 0; d < kWidth; ++d)
    sum += 0.5 * std::pow(gamma[d] * x[d] + beta[d] - target[d], 2);
  return sum;
}

Vector attn::programs::innerGradient(const Vector &z, const Vector &target, const Vector &gamma, const Vector &beta) {
  double inverse, mean = 0, along = 0;
  Vector x = normalise(z, &inverse), dx(kWidth);
  for (int64_t d = 0; d < kWidth; ++d) {
    dx[d] = gamma[d] * (gamma[d] * x[d] + beta[d] - target[d]);
    mean += dx[d] / kWidth;
    along += dx[d] * x[d] / kWidth;
  }
  for (int64_t d = 0; d < kWidth; ++d)
    dx[d] = (dx[d] - mean - x[d] * along) * inverse;
  return dx;
}

static Vector rowOf(const Tensor &tensor, std::initializer_list<int64_t> index) {
  std::vector<int64_t> first(index);
  first.push_back(0);
  auto begin = tensor.values.begin() + tensor.offset(first.data());
  return Vector(begin, begin + kWidth);
}

/// x W + b
static Vector apply(const Vector &x, const Vector &w, const Vector &b) {
  Vector z = b;
  for (int64_t i = 0; i < kWidth; ++i)
    for (int64_t d = 0; d < kWidth; ++d)
      z[d] += x[i] * w[i * kWidth + d];
  return z;
}

static void runHead(const Tensors &in, int64_t b, int64_t h, Tensor &o, Vector &w, Vector &bias) {
  const Tensor &q = in[0], &k = in[1], &v = in[2], &rate = in[3], &tok = in[4];
  Vector gamma = rowOf(in[5], {h}), beta = rowOf(in[6], {h});
  int64_t tokens = q.shape[2];
  for (int64_t start = 0; start < tokens; start += kMiniBatch) {
    // Sums of rate_j k_j G_jᵀ and rate_j G_j, with every G_j at the weights of the start.
    Vector sumW(kWidth * kWidth, 0.0), sumB(kWidth, 0.0), nextW = w, nextB = bias;
    for (int64_t t = start; t < std::min(start + kMiniBatch, tokens); ++t) {
      Vector key = rowOf(k, {b, h, t}), target = rowOf(v, {b, h, t});
      for (int64_t d = 0; d < kWidth; ++d)
        target[d] -= key[d];
      Vector gradient = innerGradient(apply(key, w, bias), target, gamma, beta);
      for (int64_t d = 0; d < kWidth; ++d) {
        sumB[d] += rate.at({b, h, t}) * gradient[d];
        for (int64_t i = 0; i < kWidth; ++i)
          sumW[i * kWidth + d] += rate.at({b, h, t}) * key[i] * gradient[d];
      }
      for (int64_t d = 0; d < kWidth; ++d) {
        nextB[d] = bias[d] - tok.at({t - start}) * sumB[d];
        for (int64_t i = 0; i < kWidth; ++i)
          nextW[i * kWidth + d] = w[i * kWidth + d] - tok.at({t - start}) * sumW[i * kWidth + d];
      }
      double inverse;
      Vector query = rowOf(q, {b, h, t}), x = normalise(apply(query, nextW, nextB), &inverse);
      for (int64_t d = 0; d < kWidth; ++d)
        o.at({b, h, t, d}) = query[d] + gamma[d] * x[d] + beta[d];
    }
    w = nextW;
    bias = nextB;
  }
}

static Tensors sequential(const Tensors &in) {
  Tensor o(Element::f32, in[0].shape), w = in[7], bias = in[8];
  for (int64_t b = 0; b < w.shape[0]; ++b)
    for (int64_t h = 0; h < w.shape[1]; ++h) {
      auto wBegin = w.values.begin() + w.offset({b, h, 0, 0}), bBegin = bias.values.begin() + bias.offset({b, h, 0});
      Vector wHead(wBegin, wBegin + kWidth * kWidth), bHead(bBegin, bBegin + kWidth);
      runHead(in, b, h, o, wHead, bHead);
      std::copy(wHead.begin(), wHead.end(), wBegin);
      std::copy(bHead.begin(), bHead.end(), bBegin);
    }
  return {o, w, bias};
}

Program attn::programs::testTimeTraining() {
  Program program{programPath("f_test_time_training.mlir"), "test_time_training", {}, sequential, 1e-4};
  for (int64_t tokens : {1, 63, 64, 65, 150})
    program.cases.push_back({"T" + std::to_string(tokens), [=]() -> Tensors {
                               return {randomTensor(Element::f32, {1, 2, tokens, 64}, 1, 0.5),
                                       randomTensor(Element::f32, {1, 2, tokens, 64}, 2, 0.5),
                                       randomTensor(Element::f32, {1, 2, tokens, 64}, 3),
                                       uniformTensor(Element::f32, {1, 2, tokens}, 4, 0, 0.02),
                                       uniformTensor(Element::f32, {64}, 5, 0.5, 1.5),
                                       uniformTensor(Element::f32, {2, 64}, 6, 0.5, 1.5),
                                       randomTensor(Element::f32, {2, 64}, 7, 0.1),
                                       randomTensor(Element::f32, {1, 2, 64, 64}, 8, 0.2),
                                       randomTensor(Element::f32, {1, 2, 64}, 9, 0.2)};
                             }});
  return program;
}
