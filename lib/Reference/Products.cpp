// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What is computed from a plane: the product with values, log-sum-exps and statistics.
#include "lib/Reference/Stages.h"
#include "dialects/Attn/AttnOps.h"
#include "llvm/ADT/TypeSwitch.h"
#include <cmath>

using namespace mlir;
using namespace attn::reference;

double attn::reference::inBase(double lse, bool base2) { return base2 ? lse / std::log(2.0) : lse; }

//===-- rows of a result ----------------------------------------------------------------------------------------===//

namespace {
/// Which rows of a plane's results have a value that the oracle vouches for. Threads write to different rows.
class RowMarks {
public:
  explicit RowMarks(const Plane &plane)
      : domain(plane.domain), all(plane.unspecified),
        marks(domain.batch * domain.heads * domain.queries, 1) {}

  int64_t number(const Place &at) const { return (at.batch * domain.heads + at.head) * domain.queries + at.row; }
  void set(const Place &at, bool unspecified) { marks[number(at)] = unspecified; }
  /// Marks what was not set, or was set to unspecified, in a tensor that holds `width` elements for each row.
  void apply(HostTensor &tensor) const {
    int64_t width = marks.empty() ? 0 : tensor.size() / static_cast<int64_t>(marks.size());
    for (size_t row = 0; row < marks.size(); ++row)
      for (int64_t n = 0; n < width && (all || marks[row]); ++n)
        tensor.markUnspecified(static_cast<int64_t>(row) * width + n);
  }

private:
  const Domain &domain;
  bool all;
  std::vector<char> marks;
};
} // namespace

static std::vector<int64_t> rowShape(const Domain &domain) { return {domain.batch, domain.heads, domain.queries}; }

/// A tensor of one number per row.
static HostTensor perRow(ProductUse use, Type type, double (*number)(Row &)) {
  HostTensor result = makeTensor(use.user, type, rowShape(use.plane.domain), use.scope);
  if (use.scope.errors.any())
    return result;
  RowMarks marks(use.plane);
  forEachRow(use.plane, use.scope.sampledRows(use.plane.domain.queries), Unit::row, [&](Row &row) {
    result.values[marks.number(row.at)] = number(row);
    marks.set(row.at, row.unspecified);
  });
  marks.apply(result);
  return result;
}

HostTensor attn::reference::makeLse(ProductUse use, bool base2, Type type) {
  if (base2)
    return perRow(use, type, [](Row &row) { return inBase(row.lse, true); });
  return perRow(use, type, [](Row &row) { return row.lse; });
}

//===-- product with values -------------------------------------------------------------------------------------===//

namespace {
/// Values and where they are not finite.
struct Values {
  TensorRef tensor;
  /// For each batch entry and head: numbers of the rows that hold NaN or an infinity.
  std::vector<std::vector<int64_t>> notFinite;

  explicit Values(TensorRef values) : tensor(std::move(values)) {
    int64_t keys = tensor->shape[2], size = tensor->shape[3];
    notFinite.resize(tensor->shape[0] * tensor->shape[1]);
    for (size_t head = 0; head < notFinite.size(); ++head)
      for (int64_t key = 0; key < keys; ++key) {
        const double *row = tensor->values.data() + (static_cast<int64_t>(head) * keys + key) * size;
        if (!std::all_of(row, row + size, [](double value) { return std::isfinite(value); }))
          notFinite[head].push_back(key);
      }
  }

  /// Whether a value row that is not finite may or may not reach this row: its pair was removed, but lies in the
  /// domain, or has a weight so small that it is 0 in f32.
  bool mayReach(const Row &row) const {
    const Place &at = row.at;
    constexpr double least = 1e-30;
    for (int64_t key : notFinite[at.batch * tensor->shape[1] + at.sharedHead(tensor->shape[1])]) {
      int64_t j = key - at.firstKey;
      if (j >= 0 && j < at.keyExtent && !(row.exists[j] && !(std::fabs(row.values[j] * row.scale) < least)))
        return true;
    }
    return false;
  }

  /// o[b, h, i] = sum over j of w[b, h, i, j] v[b, h floordiv (H / Hv), j]
  template <typename Real> void addProduct(Row &row, double *output) const {
    const Place &at = row.at;
    int64_t size = tensor->shape[3], head = at.sharedHead(tensor->shape[1]);
    std::vector<Real> sums(size, Real(0));
    row.forEach([&](int64_t j, double &weight) {
      const double *value = tensor->values.data() + tensor->offset({at.batch, head, at.firstKey + j, 0});
      Real factor = static_cast<Real>(weight);
      for (int64_t d = 0; d < size; ++d)
        sums[d] += factor * static_cast<Real>(value[d]);
    });
    std::copy(sums.begin(), sums.end(), output);
  }
};
} // namespace

static bool checkValues(const HostTensor &values, ProductUse use) {
  const Domain &domain = use.plane.domain;
  bool fits = values.rank() == 4 && values.shape[0] == domain.batch && values.shape[2] == domain.keys;
  if (!fits)
    use.scope.errors.report(use.user, "expects values of " + Twine(domain.batch) + " batch entries and " +
                                          Twine(domain.keys) + " keys, but got " + describe(values));
  else if (!Place::mayShare(domain.heads, values.shape[1]))
    use.scope.errors.report(use.user, "expects the " + Twine(domain.heads) +
                                          " query heads to be a multiple of the value heads, but got " +
                                          Twine(values.shape[1]));
  return !use.scope.errors.any();
}

/// Writes the product of every sampled row; `before` sees the row first.
static void multiply(ProductUse use, const Values &values, RowMarks &marks, HostTensor &output,
                     const std::function<void(Row &)> &before) {
  int64_t size = values.tensor->shape[3];
  bool single = use.plane.precision.singleSums();
  forEachRow(use.plane, use.scope.sampledRows(use.plane.domain.queries), Unit::row, [&](Row &row) {
    marks.set(row.at, row.unspecified || values.mayReach(row));
    before(row);
    double *to = output.values.data() + marks.number(row.at) * size;
    if (single)
      values.addProduct<float>(row, to);
    else
      values.addProduct<double>(row, to);
  });
  if (anyUnspecified(values.tensor))
    markAll(output);
  else
    marks.apply(output);
}

HostTensor attn::reference::makeOutput(ProductUse use, Value operand, Type type) {
  TensorRef tensor = use.scope.tensor(operand, use.user);
  if (!checkValues(*tensor, use))
    return HostTensor();
  std::vector<int64_t> shape = rowShape(use.plane.domain);
  shape.push_back(tensor->shape[3]);
  HostTensor output = makeTensor(use.user, type, shape, use.scope);
  if (use.scope.errors.any())
    return output;
  RowMarks marks(use.plane);
  multiply(use, Values(tensor), marks, output, [&](Row &row) { use.plane.settle(row); });
  return output;
}

std::vector<HostTensor> attn::reference::makePartial(ProductUse use, Value operand, TypeRange types) {
  TensorRef tensor = use.scope.tensor(operand, use.user);
  std::vector<HostTensor> results(types.size());
  if (!checkValues(*tensor, use))
    return results;
  std::vector<int64_t> shape = rowShape(use.plane.domain);
  for (size_t n = results.size(); n-- > 1;)
    results[n] = makeTensor(use.user, types[n], shape, use.scope);
  shape.push_back(tensor->shape[3]);
  results[0] = makeTensor(use.user, types[0], shape, use.scope);
  if (use.scope.errors.any())
    return results;
  RowMarks marks(use.plane);
  multiply(use, Values(tensor), marks, results[0], [&](Row &row) {
    row.scale = 1; // the accumulator is not finalized
    use.plane.settle(row);
    size_t references = results.size() - 1 - row.state.sums.size(), number = marks.number(row.at);
    if (references)
      results[1].values[number] = row.state.reference;
    for (size_t n = 0; n < row.state.sums.size(); ++n)
      results[1 + references + n].values[number] = row.state.sums[n];
  });
  for (size_t n = 1; n < results.size(); ++n) {
    RowMarks own = marks;
    own.apply(results[n]);
  }
  return results;
}

//===-- statistics ----------------------------------------------------------------------------------------------===//

HostTensor attn::reference::makeRowMax(ProductUse use, Type type) {
  // Of an empty row: -inf. NaN stays.
  return perRow(use, type, [](Row &row) {
    double largest = -std::numeric_limits<double>::infinity();
    row.forEach([&](int64_t, double &value) {
      double own = value * row.scale;
      largest = std::isnan(largest) || largest > own ? largest : own;
    });
    return largest;
  });
}

/// Sums over the rows of each head, in order: `place` gives the number of the sum that a pair adds to.
static HostTensor sumOverRows(ProductUse use, Type type, int64_t extent,
                              const std::function<int64_t(const Place &, int64_t j)> &place) {
  const Domain &domain = use.plane.domain;
  HostTensor result = makeTensor(use.user, type, {domain.batch, domain.heads, extent}, use.scope);
  if (use.scope.errors.any())
    return result;
  std::vector<int64_t> rows = use.scope.sampledRows(domain.queries);
  if (use.plane.unspecified || static_cast<int64_t>(rows.size()) < domain.queries) {
    markAll(result);
    return result;
  }
  const Precision &precision = use.plane.precision;
  std::vector<char> marks(domain.batch * domain.heads, 0);
  forEachRow(use.plane, rows, Unit::head, [&](Row &row) {
    use.plane.settle(row);
    int64_t head = row.at.batch * domain.heads + row.at.head;
    marks[head] |= row.unspecified;
    double *sums = result.values.data() + head * extent;
    row.forEach([&](int64_t j, double &value) {
      double &sum = sums[place(row.at, j)];
      sum = precision.score(sum + value);
    });
  });
  for (int64_t number = 0; number < result.size(); ++number)
    if (marks[number / extent])
      result.markUnspecified(number);
  return result;
}

HostTensor attn::reference::makeColumnSum(ProductUse use, Type type) {
  return sumOverRows(use, type, use.plane.domain.keys, [](const Place &at, int64_t j) { return at.firstKey + j; });
}

/// In storage order: index j - i + (M - 1).
HostTensor attn::reference::makeDiagonalSum(ProductUse use, Type type) {
  int64_t queries = use.plane.domain.queries;
  int64_t extent = std::max<int64_t>(queries + use.plane.domain.keys - 1, 0);
  return sumOverRows(use, type, extent,
                     [queries](const Place &at, int64_t j) { return at.firstKey + j - at.row + queries - 1; });
}

//===-- the ops -------------------------------------------------------------------------------------------------===//

static void evaluateOp(attn::ApplyOp op, Scope &scope) {
  ProductUse use{scope.plane(op.getWeights(), op), op, scope};
  if (scope.errors.any())
    return;
  if (!op.getPartial())
    return scope.set(op.getOutputs()[0], makeOutput(use, op.getValues(), op.getOutputs()[0].getType()));
  std::vector<HostTensor> results = makePartial(use, op.getValues(), op.getOutputs().getTypes());
  for (auto [value, result] : llvm::zip(op.getOutputs(), results))
    scope.set(value, std::move(result));
}

static void evaluateOp(attn::ReduceOp op, Scope &scope) {
  ProductUse use{scope.plane(op.getPlane(), op), op, scope};
  if (scope.errors.any())
    return;
  Type type = op.getResult().getType();
  switch (op.getKind()) {
  case attn::ReduceKind::RowMax: return scope.set(op.getResult(), makeRowMax(use, type));
  case attn::ReduceKind::ColumnSum: return scope.set(op.getResult(), makeColumnSum(use, type));
  case attn::ReduceKind::DiagonalSum: return scope.set(op.getResult(), makeDiagonalSum(use, type));
  }
}

bool attn::reference::evaluateProductOp(Operation *op, Scope &scope) {
  return TypeSwitch<Operation *, bool>(op)
      .Case<attn::ApplyOp, attn::ReduceOp>([&](auto op) {
        evaluateOp(op, scope);
        return true;
      })
      .Default([](Operation *) { return false; });
}
