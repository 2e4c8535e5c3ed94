// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which pairs each mask op has.
#include "lib/Reference/Masks.h"
#include "dialects/Attn/AttnOps.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace attn::reference;
using Pairs = std::vector<char>;

/// The mask of a rule on (row, key position).
template <typename Rule> static Mask byRule(Rule rule) {
  return [rule](const Place &at, Pairs &has) mutable {
    for (int64_t j = 0; j < at.keyExtent; ++j)
      has[j] = rule(at, j);
  };
}

/// i - left <= j <= i + right
static Mask window(attn::WindowOp op) {
  std::optional<uint64_t> left = op.getLeft(), right = op.getRight();
  return byRule([left, right](const Place &at, int64_t j) {
    return (!left || at.i - j <= static_cast<int64_t>(*left)) && (!right || j - at.i <= static_cast<int64_t>(*right));
  });
}

/// j < lengths[b]
static Mask prefix(attn::PrefixOp op, const Domain &domain, Operation *user, Scope &scope) {
  TensorRef lengths = scope.tensor(op.getLengths(), user);
  int64_t count = domain.cuQ.empty() ? domain.batch : static_cast<int64_t>(domain.cuQ.size()) - 1;
  if (lengths->size() != count)
    scope.errors.report(op, "expects " + Twine(count) + " prefix lengths, but got " + Twine(lengths->size()));
  return byRule([lengths](const Place &at, int64_t j) { return j < static_cast<int64_t>(lengths->values[at.b]); });
}

/// table[batch, h, query, key] in storage order, extents of 1 shared
static Mask dense(attn::DenseOp op, const Domain &domain, Operation *user, Scope &scope) {
  TensorRef table = scope.tensor(op.getTable(), user);
  int64_t plane[] = {domain.batch, domain.heads, domain.queries, domain.keys};
  for (auto [extent, expected] : llvm::zip(table->shape, plane))
    if (extent != 1 && extent != expected)
      scope.errors.report(op, "expects extents of 1 or " + Twine(expected) + ", but got " + Twine(extent));
  return byRule([table](const Place &at, int64_t j) {
    int64_t indices[] = {at.batch, at.head, at.row, at.firstKey + j};
    for (int64_t dim = 0; dim < 4; ++dim)
      if (table->shape[dim] == 1)
        indices[dim] = 0;
    return table->values[table->offset(indices)] != 0;
  });
}

/// Blocks of rows x cols storage positions; row r of blocks lists its first counts[b, h', r] indices.
static Mask blocks(attn::BlocksOp op, const Domain &domain, Operation *user, Scope &scope) {
  TensorRef counts = scope.tensor(op.getCounts(), user), indices = scope.tensor(op.getIndices(), user);
  int64_t rows = op.getRows(), cols = op.getCols();
  if (counts->rank() != 3 || indices->rank() != 4 ||
      !std::equal(counts->shape.begin(), counts->shape.end(), indices->shape.begin())) {
    scope.errors.report(op, "expects counts [B, Hs, Mb] and indices [B, Hs, Mb, max], but got " + describe(*counts) +
                                " and " + describe(*indices));
    return byRule([](const Place &, int64_t) { return false; });
  }
  int64_t batch = counts->shape[0], heads = counts->shape[1];
  if ((batch != 1 && batch != domain.batch) || !Place::mayShare(domain.heads, heads) ||
      counts->shape[2] != (domain.queries + rows - 1) / rows)
    scope.errors.report(op, "expects a table for " + Twine(domain.batch) + " batch entries, a divisor of " +
                                Twine(domain.heads) + " heads and " + Twine((domain.queries + rows - 1) / rows) +
                                " rows of blocks, but got " + describe(*counts));
  return [=](const Place &at, Pairs &has) {
    int64_t line[] = {batch == 1 ? 0 : at.batch, at.sharedHead(heads), at.row / rows, 0};
    int64_t count = std::min(static_cast<int64_t>(counts->values[counts->offset(line)]), indices->shape[3]);
    for (int64_t entry = 0; entry < count; ++entry) {
      line[3] = entry;
      int64_t first = static_cast<int64_t>(indices->values[indices->offset(line)]) * cols - at.firstKey;
      for (int64_t j = std::max<int64_t>(first, 0); j < std::min(first + cols, at.keyExtent); ++j)
        has[j] = 1;
    }
  };
}

static Mask region(attn::MaskRegionOp op, Operation *user, Scope &scope) {
  PairProgram program(op.getBody(), scope.tensors(op.getCaptures(), user), scope.rounds(), scope.errors);
  return byRule([program](const Place &at, int64_t j) mutable { return program.ofPair(at, j); });
}

/// Joins the operands' pairs by `join`, starting from `start`.
static Mask combination(ValueRange operands, char start, char (*join)(char, char), const Domain &domain,
                        Operation *user, Scope &scope) {
  std::vector<Mask> masks;
  for (Value operand : operands)
    masks.push_back(makeMask(operand, domain, user, scope));
  return [=](const Place &at, Pairs &has) mutable {
    has.assign(at.keyExtent, start);
    for (Mask &mask : masks) {
      Pairs own(at.keyExtent, 0);
      mask(at, own);
      for (int64_t j = 0; j < at.keyExtent; ++j)
        has[j] = join(has[j], own[j]);
    }
  };
}

/// The IR of an op of another dialect, run pair by pair. The region owns what was emitted.
static Mask foreign(attn::MaskOpInterface op, Operation *user, Scope &scope) {
  SmallVector<Value> captured;
  op.collectCaptures(captured);
  std::vector<TensorRef> tensors = scope.tensors(captured, user);
  auto region = std::make_shared<Region>();
  Block &block = region->emplaceBlock();
  OpBuilder builder(op.getContext());
  builder.setInsertionPointToStart(&block);
  auto index = [&] { return block.addArgument(builder.getIndexType(), op.getLoc()); };
  attn::MaskCoordinates at;
  for (Value *value : {&at.b, &at.h, &at.i, &at.j, &at.queryExtent, &at.keyExtent, &at.queryIndex, &at.keyIndex,
                       &at.heads})
    *value = index();
  for (Value value : captured)
    at.captures.push_back(
        block.addArgument(attn::getCapturedType(cast<RankedTensorType>(value.getType())), op.getLoc()));
  Value contains = op.emitContains(builder, op.getLoc(), at);
  attn::YieldOp::create(builder, op.getLoc(), ValueRange{contains});
  ScalarProgram program(block, scope.rounds(), scope.errors);
  return byRule([region, program, tensors](const Place &at, int64_t j) mutable {
    SmallVector<Cell> cells;
    for (int64_t number : {at.b, at.head, at.i, j, at.queryExtent, at.keyExtent, at.row, at.firstKey + j, at.heads})
      cells.push_back(Cell::ofInteger(number));
    for (const TensorRef &tensor : tensors)
      cells.push_back(Cell::ofTensor(*tensor));
    ArrayRef<Cell> results = program.run(cells, at.site(j));
    return results.empty() ? absent : PairProgram::membership(results[0]);
  });
}

Mask attn::reference::makeMask(Value value, const Domain &domain, Operation *user, Scope &scope) {
  Operation *op = value.getDefiningOp();
  if (!op) {
    scope.errors.report(user, "expects a mask that was made in the same function");
    return [](const Place &, Pairs &) {};
  }
  return TypeSwitch<Operation *, Mask>(op)
      .Case([&](attn::CausalOp) { return byRule([](const Place &at, int64_t j) { return j <= at.i; }); })
      .Case([&](attn::WindowOp op) { return window(op); })
      .Case([&](attn::SinkOp op) {
        return byRule([tokens = op.getTokens()](const Place &, int64_t j) { return j < static_cast<int64_t>(tokens); });
      })
      .Case([&](attn::PrefixOp op) { return prefix(op, domain, user, scope); })
      .Case([&](attn::DenseOp op) { return dense(op, domain, user, scope); })
      .Case([&](attn::BlocksOp op) { return blocks(op, domain, user, scope); })
      .Case([&](attn::MaskRegionOp op) { return region(op, user, scope); })
      .Case([&](attn::AndOp op) {
        return combination(op.getMasks(), present, inBoth, domain, user, scope);
      })
      .Case([&](attn::OrOp op) {
        return combination(op.getMasks(), absent, inEither, domain, user, scope);
      })
      .Case([&](attn::NotOp op) {
        auto negate = [](char, char one) -> char { return one == open ? open : one == absent ? present : absent; };
        return combination(op.getMask(), absent, negate, domain, user, scope);
      })
      .Case([&](attn::MaskOpInterface op) { return foreign(op, user, scope); })
      .Default([&](Operation *op) -> Mask {
        scope.errors.report(op, "is not a mask that the reference evaluates");
        return [](const Place &, Pairs &) {};
      });
}
