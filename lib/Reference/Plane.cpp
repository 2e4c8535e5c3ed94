// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Places rows in a domain and evaluates them, several at a time.
#include "lib/Reference/Plane.h"
#include "lib/Reference/Threads.h"
#include <cmath>

using namespace attn::reference;

Place Domain::place(int64_t batch, int64_t head, int64_t row) const {
  Place at;
  at.batch = batch;
  at.head = head;
  at.row = row;
  at.heads = heads;
  int64_t firstQuery = 0, queryCount = queries, keyCount = keys;
  at.b = batch;
  if (!cuQ.empty()) {
    // The segment s with cuQ[s] <= row < cuQ[s + 1]; the last one where empty segments share a start.
    int64_t segment = std::upper_bound(cuQ.begin(), cuQ.end(), row) - cuQ.begin() - 1;
    if (segment < 0 || segment + 1 >= static_cast<int64_t>(cuQ.size()))
      return at;
    at.b = segment;
    firstQuery = cuQ[segment];
    queryCount = cuQ[segment + 1] - firstQuery;
    at.firstKey = cuK[segment];
    keyCount = cuK[segment + 1] - at.firstKey;
  } else if (!lenQ.empty()) {
    queryCount = lenQ[batch];
    keyCount = lenK[batch];
  }
  at.i = row - firstQuery + (bottomRight ? keyCount - queryCount : 0);
  if (row - firstQuery >= queryCount)
    return at;
  at.queryExtent = queryCount;
  at.keyExtent = keyCount;
  return at;
}

/// Only the sum of log gates is exponentiated: large gates of opposite sign cancel first.
void Row::multiplyLogGates() {
  if (logs.empty())
    return;
  forEach([&](int64_t j, double &value) { value *= std::exp(logs[j]); });
  logs.clear();
}

char attn::reference::inBoth(char left, char right) {
  if (left == absent || right == absent)
    return absent;
  return left == open || right == open ? open : present;
}

char attn::reference::inEither(char left, char right) {
  if (left == present || right == present)
    return present;
  return left == open || right == open ? open : absent;
}

void Plane::findPairs(const Place &at, std::vector<char> &exists) const {
  exists.assign(at.keyExtent, present);
  std::vector<char> has;
  for (const Mask &mask : masks) {
    has.assign(at.keyExtent, absent);
    mask(at, has);
    for (int64_t j = 0; j < at.keyExtent; ++j)
      exists[j] = inBoth(exists[j], has[j]);
  }
}

void Plane::evaluate(int64_t batch, int64_t head, int64_t row, Row &out) {
  out.at = domain.place(batch, head, row);
  findPairs(out.at, out.exists);
  out.unspecified = llvm::is_contained(out.exists, open);
  for (char &pair : out.exists)
    pair = pair == present;
  out.values.assign(out.at.keyExtent, 0.0);
  out.logs.clear();
  out.state = RowState();
  out.scale = 1;
  out.lse = 0;
  for (Stage &stage : stages)
    stage(out);
  out.multiplyLogGates();
}

void Plane::settle(Row &row) const {
  if (normalized)
    row.forEach([&](int64_t, double &value) { value = precision.weight(value * row.scale); });
  row.scale = 1;
}

void attn::reference::forEachRow(const Plane &plane, llvm::ArrayRef<int64_t> rows, Unit unit,
                                 const std::function<void(Row &)> &visit) {
  const Domain &domain = plane.domain;
  int64_t heads = domain.batch * domain.heads, count = static_cast<int64_t>(rows.size());
  int64_t tasks = unit == Unit::head ? heads : heads * count;
  bool isSmall = heads * count * domain.keys < (1 << 14);
  parallel(tasks, isSmall ? 1 : 0, [&] {
    return [&, own = plane, row = Row()](int64_t task) mutable {
      int64_t head = unit == Unit::head ? task : task / count;
      llvm::ArrayRef<int64_t> mine = unit == Unit::head ? rows : rows.slice(task % count, 1);
      for (int64_t number : mine) {
        own.evaluate(head / domain.heads, head % domain.heads, number, row);
        visit(row);
      }
    };
  });
}
