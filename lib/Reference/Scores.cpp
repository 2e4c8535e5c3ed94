// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The plane of scaled inner products, and its domain from run-time shapes and lengths.
#include "lib/Reference/Stages.h"
#include <cmath>

using namespace mlir;
using namespace attn::reference;

namespace {
struct Term {
  TensorRef query, key;
  double scale;
};
} // namespace

//===-- checks --------------------------------------------------------------------------------------------------===//

static bool expect(bool condition, Operation *user, Scope &scope, const Twine &message) {
  if (!condition)
    scope.errors.report(user, message);
  return condition && !scope.errors.any();
}

static bool checkTerm(const HostTensor &query, const HostTensor &key, const Domain &domain, Operation *user,
                      Scope &scope) {
  auto fits = [&](const HostTensor &tensor, int64_t tokens) {
    return tensor.rank() == 4 && tensor.shape[0] == domain.batch && tensor.shape[2] == tokens && tensor.shape[3] > 0;
  };
  bool match = fits(query, domain.queries) && fits(key, domain.keys) && query.shape[1] == domain.heads &&
               query.shape[3] == key.shape[3];
  std::string pair = describe(query) + " and " + describe(key);
  return expect(match, user, scope, "expects query and key of the same batch and head size, each term of the same "
                                    "heads, queries and keys, but got " + pair) &&
         expect(Place::mayShare(domain.heads, key.shape[1]), user, scope,
                "expects query heads to be a multiple of key heads, but got " + pair);
}

static std::vector<int64_t> integers(const HostTensor &tensor) {
  return std::vector<int64_t>(tensor.values.begin(), tensor.values.end());
}

/// Cumulative lengths start at 0, never decrease and end inside the tensor.
static bool checkCumulative(const std::vector<int64_t> &lengths, int64_t bound, Operation *user, Scope &scope) {
  return expect(lengths.size() >= 2 && lengths.front() == 0 && std::is_sorted(lengths.begin(), lengths.end()) &&
                    lengths.back() <= bound,
                user, scope, "expects cumulative lengths that start at 0, never decrease and end at " + Twine(bound) +
                                 " or before");
}

static bool checkLengths(const std::vector<int64_t> &lengths, int64_t batch, int64_t bound, Operation *user,
                         Scope &scope) {
  bool inside = llvm::all_of(lengths, [&](int64_t length) { return length >= 0 && length <= bound; });
  return expect(inside && static_cast<int64_t>(lengths.size()) == batch, user, scope,
                "expects " + Twine(batch) + " lengths from 0 to " + Twine(bound));
}

static bool readDomain(Domain &domain, const ScoreOperands &operands, Operation *user, Scope &scope) {
  domain.bottomRight = operands.bottomRight;
  if (operands.cuQ) {
    domain.cuQ = integers(*scope.tensor(operands.cuQ, user));
    domain.cuK = integers(*scope.tensor(operands.cuK, user));
    return expect(domain.batch == 1 && domain.cuQ.size() == domain.cuK.size(), user, scope,
                  "expects a batch of 1 and as many query as key segments") &&
           checkCumulative(domain.cuQ, domain.queries, user, scope) &&
           checkCumulative(domain.cuK, domain.keys, user, scope);
  }
  if (operands.lenQ) {
    domain.lenQ = integers(*scope.tensor(operands.lenQ, user));
    domain.lenK = integers(*scope.tensor(operands.lenK, user));
    return checkLengths(domain.lenQ, domain.batch, domain.queries, user, scope) &&
           checkLengths(domain.lenK, domain.batch, domain.keys, user, scope);
  }
  return true;
}

//===-- the scores ----------------------------------------------------------------------------------------------===//

/// <x, y>, added up as eight interleaved sums.
template <typename Real> static double dot(const double *x, const double *y, int64_t size) {
  constexpr int lanes = 8;
  Real sums[lanes] = {};
  int64_t n = 0;
  for (; n + lanes <= size; n += lanes)
    for (int lane = 0; lane < lanes; ++lane)
      sums[lane] += static_cast<Real>(x[n + lane]) * static_cast<Real>(y[n + lane]);
  Real total = 0;
  for (int lane = 0; lane < lanes; ++lane)
    total += sums[lane];
  for (; n < size; ++n)
    total += static_cast<Real>(x[n]) * static_cast<Real>(y[n]);
  return total;
}

/// s[b, h, i, j] += scale <q[b, h, i], k[b, h floordiv (H / Hk), j]>
static void addTerm(const Term &term, const Precision &precision, Row &row) {
  int64_t size = term.query->shape[3];
  const Place &at = row.at;
  const double *query = &term.query->values[term.query->offset({at.batch, at.head, at.row, 0})];
  int64_t head = at.sharedHead(term.key->shape[1]);
  row.forEach([&](int64_t j, double &score) {
    const double *key = &term.key->values[term.key->offset({at.batch, head, at.firstKey + j, 0})];
    double product = precision.singleSums() ? dot<float>(query, key, size) : dot<double>(query, key, size);
    score = precision.score(score + precision.score(term.scale * product));
  });
}

Plane attn::reference::makeScores(const ScoreOperands &operands, Operation *user, Scope &scope) {
  std::vector<TensorRef> tensors = scope.tensors(operands.terms, user);
  Plane plane;
  if (!expect(tensors.size() >= 2 && tensors[0]->rank() == 4 && tensors[1]->rank() == 4, user, scope,
              "expects pairs of 4-D query and key tensors"))
    return plane;
  const std::vector<int64_t> &query = tensors[0]->shape;
  plane.precision = {scope.rounds(), tensors[0]->element};
  plane.unspecified = anyUnspecified(tensors);
  plane.domain.batch = query[0];
  plane.domain.heads = query[1];
  plane.domain.queries = query[2];
  plane.domain.keys = tensors[1]->shape[2];
  double headSizes = 0;
  for (size_t n = 0; n + 1 < tensors.size(); n += 2) {
    if (!checkTerm(*tensors[n], *tensors[n + 1], plane.domain, user, scope))
      return plane;
    headSizes += static_cast<double>(tensors[n]->shape[3]);
  }
  std::vector<Term> terms;
  for (size_t n = 0; n + 1 < tensors.size(); n += 2)
    terms.push_back({tensors[n], tensors[n + 1],
                     operands.scales.empty() ? 1.0 / std::sqrt(headSizes) : operands.scales[n / 2]});
  if (!readDomain(plane.domain, operands, user, scope))
    return plane;
  plane.stages.push_back([terms, precision = plane.precision](Row &row) {
    for (const Term &term : terms)
      addTerm(term, precision, row);
  });
  return plane;
}
