// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A plane as the oracle holds it: a function from one query row to the pairs of that row.
#pragma once

#include "lib/Reference/ScalarProgram.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <functional>
#include <memory>

namespace attn::reference {

using TensorRef = std::shared_ptr<const HostTensor>;

/// How numbers of a plane are rounded: not at all, or scores and sums to the compute type and weights to storage.
struct Precision {
  bool rounds = false;
  Element storage = Element::f64;

  Element compute() const { return computeElement(storage); }
  double score(double value) const { return rounds ? roundTo(compute(), value) : value; }
  double weight(double value) const { return rounds ? roundTo(storage, value) : value; }
  /// Whether sums are to be carried in f32.
  bool singleSums() const { return rounds && compute() == Element::f32; }
};

/// One query row: where it lies in storage, and how the domain counts it.
struct Place {
  int64_t batch = 0, head = 0, row = 0;
  int64_t heads = 0;
  /// What regions see as b: the batch, or the number of the segment.
  int64_t b = 0;
  /// The query's position. The key at position j lies at firstKey + j.
  int64_t i = 0, firstKey = 0;
  /// Queries and keys of the segment, the length or the plane. No keys where the row is outside the domain.
  int64_t queryExtent = 0, keyExtent = 0;

  /// The head of a tensor with fewer heads that this row reads.
  int64_t sharedHead(int64_t count) const { return head / (heads / count); }
  /// Whether so many heads can share the heads of a tensor. No heads share any number of them.
  static bool mayShare(int64_t heads, int64_t count) { return count > 0 ? heads % count == 0 : heads == 0; }
  Site site(int64_t j) const { return {row, firstKey + j, queryExtent, keyExtent, {}}; }
};

/// Which pairs a plane has before masks, and the position of each: alignment, segments, lengths.
struct Domain {
  int64_t batch = 0, heads = 0, queries = 0, keys = 0;
  bool bottomRight = false;
  /// Cumulative lengths of the segments; empty without segments.
  std::vector<int64_t> cuQ, cuK;
  /// Lengths per batch entry; empty without lengths.
  std::vector<int64_t> lenQ, lenK;

  Place place(int64_t batch, int64_t head, int64_t row) const;
};

/// A row's reference (where its normalizer has one) and sums.
struct RowState {
  double reference = 0;
  llvm::SmallVector<double, 2> sums;
};

/// The pairs of one row. Vectors have at.keyExtent entries, one per key position.
struct Row {
  Place at;
  std::vector<char> exists;
  /// Score or weight of each pair that exists.
  std::vector<double> values;
  /// Sum of the log gates that are not yet multiplied in; empty where there is none.
  std::vector<double> logs;
  /// Whether a pair exists, or the value of one, is not specified.
  bool unspecified = false;
  /// What the normalizer left: weights are values * scale.
  RowState state;
  double scale = 1, lse = 0;

  /// Calls `change` with each existing pair's position and value.
  void forEach(llvm::function_ref<void(int64_t j, double &value)> change) {
    for (int64_t j = 0; j < at.keyExtent; ++j)
      if (exists[j])
        change(j, values[j]);
  }
  void multiplyLogGates();
};

/// Whether a pair is in a mask.
enum Membership : char { absent, present, open };
/// Sets `has[j]`, a Membership, for each key position of a row. `has` comes filled with 0.
using Mask = std::function<void(const Place &, std::vector<char> &has)>;
/// Changes the existing pairs of a row. Every worker copies its own, so a stage may keep scratch.
using Stage = std::function<void(Row &)>;

struct Plane {
  Domain domain;
  Precision precision;
  /// An input had unspecified elements, so everything made from the plane is.
  bool unspecified = false;
  /// Values are weights, not scores.
  bool normalized = false;
  std::vector<Mask> masks;
  /// Scores first. They see only pairs that exist, so masks come before all of them.
  std::vector<Stage> stages;

  /// Finds the pairs of a row, of each a Membership.
  void findPairs(const Place &at, std::vector<char> &exists) const;
  /// Evaluates a row up to the last stage; weights are then values * scale.
  void evaluate(int64_t batch, int64_t head, int64_t row, Row &out);
  /// Turns the values of a row of weights into the weights themselves, rounded. Scores stay as they are.
  void settle(Row &row) const;
};

/// What one worker does in order, so that sums over it always come out alike.
enum class Unit { row, head };

/// In both masks, and in one of them at least.
char inBoth(char left, char right);
char inEither(char left, char right);

/// Visits rows `rows` of every head of the plane; several threads, each row once.
void forEachRow(const Plane &plane, llvm::ArrayRef<int64_t> rows, Unit unit, const std::function<void(Row &)> &visit);

} // namespace attn::reference
