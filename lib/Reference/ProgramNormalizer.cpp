// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Normalizers given as IR: the regions of a symbol, or what the attribute of another dialect emits.
#include "dialects/Attn/AttnOps.h"
#include "lib/Reference/Normalizers.h"

using namespace mlir;
using namespace attn::reference;
using Numbers = llvm::ArrayRef<double>;
using Results = llvm::SmallVector<double, 2>;

namespace {
/// One function of the contract: its own numbers, then b, h, i and the captured tensors if it takes them.
class Function {
public:
  Function(Region &region, const std::vector<TensorRef> &captures, bool rounds, FirstError &errors)
      : program(region.front(), rounds, errors), captures(captures), arguments(region.getNumArguments()) {}

  Results operator()(const Place &at, Numbers numbers) {
    SmallVector<Cell> cells;
    for (double number : numbers)
      cells.push_back(Cell::ofReal(number));
    if (arguments > numbers.size()) {
      for (int64_t number : {at.b, at.head, at.i})
        cells.push_back(Cell::ofInteger(number));
      for (const TensorRef &tensor : captures)
        cells.push_back(Cell::ofTensor(*tensor));
    }
    Results results;
    for (const Cell &cell : program.run(cells, Site()))
      results.push_back(cell.real);
    return results;
  }

private:
  ScalarProgram program;
  std::vector<TensorRef> captures;
  size_t arguments;
};

/// All functions of the contract, some absent. `owner` keeps emitted IR alive.
struct Contract {
  std::shared_ptr<void> owner;
  Precision precision;
  unsigned numSums = 1;
  std::optional<Function> reference, combine, identity, weight, rescale, sums, finalize, lse;

  Results contributions(const Place &at, double weight) {
    return sums ? (*sums)(at, weight) : Results(numSums, weight);
  }
  Results numbers(const RowState &state) const {
    Results all;
    if (reference)
      all.push_back(state.reference);
    all.append(state.sums.begin(), state.sums.end());
    return all;
  }
  RowState start(const Place &at) {
    RowState state;
    state.sums.assign(numSums, 0.0);
    if (reference)
      state.reference = (*identity)(at, {})[0];
    return state;
  }

  RowState weigh(Row &row) {
    RowState state = start(row.at);
    if (reference)
      row.forEach([&](int64_t, double &score) {
        double own = (*reference)(row.at, score)[0];
        state.reference = (*combine)(row.at, {state.reference, own})[0];
      });
    row.forEach([&](int64_t, double &value) {
      value = reference ? (*weight)(row.at, {value, state.reference})[0] : (*weight)(row.at, value)[0];
      for (auto [sum, more] : llvm::zip(state.sums, contributions(row.at, value)))
        sum = precision.score(sum + more);
    });
    return state;
  }

  RowState join(const Place &at, llvm::ArrayRef<RowState> parts, llvm::SmallVectorImpl<double> &factors) {
    RowState state = start(at);
    if (reference)
      for (const RowState &part : parts)
        state.reference = (*combine)(at, {state.reference, part.reference})[0];
    for (const RowState &part : parts) {
      factors.push_back(reference ? (*rescale)(at, {part.reference, state.reference})[0] : 1.0);
      for (auto [sum, more] : llvm::zip(state.sums, part.sums))
        sum = precision.score(sum + factors.back() * more);
    }
    return state;
  }
};

/// Emits the functions of an attribute, each into a region of its own.
class Emitter {
public:
  Emitter(attn::NormalizerAttrInterface normalizer, TypeRange captures, Type compute, Location loc)
      : normalizer(normalizer), captures(captures), compute(compute), loc(loc) {}

  using Emit = llvm::function_ref<void(OpBuilder &, const attn::NormalizerContext &, ValueRange, SmallVector<Value> &)>;
  Region &emit(unsigned numbers, Emit emit) {
    Block &block = regions->emplace_back(std::make_unique<Region>())->emplaceBlock();
    for (unsigned n = 0; n < numbers; ++n)
      block.addArgument(compute, loc);
    OpBuilder builder(compute.getContext());
    builder.setInsertionPointToStart(&block);
    attn::NormalizerContext at;
    for (Value *value : {&at.b, &at.h, &at.i})
      *value = block.addArgument(builder.getIndexType(), loc);
    for (Type type : captures)
      at.captures.push_back(block.addArgument(attn::getCapturedType(cast<RankedTensorType>(type)), loc));
    at.type = compute;
    SmallVector<Value> results;
    emit(builder, at, block.getArguments().take_front(numbers), results);
    attn::YieldOp::create(builder, loc, results);
    return *block.getParent();
  }

  using Regions = std::vector<std::unique_ptr<Region>>;
  attn::NormalizerAttrInterface normalizer;
  std::shared_ptr<Regions> regions = std::make_shared<Regions>();

private:
  SmallVector<Type> captures;
  Type compute;
  Location loc;
};
} // namespace

/// The contract of a symbol: its regions as they are.
static Contract ofSymbol(attn::NormalizerOp op, const std::vector<TensorRef> &captures, Precision precision,
                         Scope &scope) {
  Contract contract;
  contract.precision = precision;
  auto function = [&](Region &region) -> std::optional<Function> {
    if (region.empty())
      return std::nullopt;
    return Function(region, captures, scope.rounds(), scope.errors);
  };
  contract.reference = function(op.getReference());
  contract.combine = function(op.getCombine());
  contract.identity = function(op.getIdentity());
  contract.weight = function(op.getWeight());
  contract.rescale = function(op.getRescale());
  contract.sums = function(op.getSums());
  contract.finalize = function(op.getFinalize());
  contract.lse = function(op.getLse());
  if (!op.getSums().empty())
    contract.numSums = op.getSums().front().getTerminator()->getNumOperands();
  return contract;
}

/// The contract of an attribute: what it emits.
static Contract ofAttribute(Emitter emitter, const std::vector<TensorRef> &captures, bool sinkIncluded,
                            Precision precision, Location loc, Scope &scope) {
  using At = const attn::NormalizerContext &;
  using Out = SmallVector<Value> &;
  attn::NormalizerAttrInterface it = emitter.normalizer;
  Contract contract;
  contract.owner = emitter.regions;
  contract.precision = precision;
  contract.numSums = it.numSums();
  auto function = [&](unsigned numbers, Emitter::Emit emit) {
    return Function(emitter.emit(numbers, emit), captures, scope.rounds(), scope.errors);
  };
  bool hasReference = it.hasReference();
  auto reference = [&](ValueRange x) { return hasReference ? x[0] : Value(); };
  unsigned state = it.numSums() + (hasReference ? 1 : 0);
  if (hasReference) {
    contract.reference = function(
        1, [&](OpBuilder &b, At at, ValueRange x, Out out) { out.push_back(it.emitReference(b, loc, x[0], at)); });
    contract.combine = function(
        2, [&](OpBuilder &b, At at, ValueRange x, Out out) { out.push_back(it.emitCombine(b, loc, x[0], x[1], at)); });
    contract.identity =
        function(0, [&](OpBuilder &b, At at, ValueRange, Out out) { out.push_back(it.emitIdentity(b, loc, at)); });
    contract.rescale = function(
        2, [&](OpBuilder &b, At at, ValueRange x, Out out) { out.push_back(it.emitRescale(b, loc, x[0], x[1], at)); });
  }
  contract.weight = function(hasReference ? 2 : 1, [&](OpBuilder &b, At at, ValueRange x, Out out) {
    out.push_back(it.emitWeight(b, loc, x[0], hasReference ? x[1] : Value(), at));
  });
  contract.sums =
      function(1, [&](OpBuilder &b, At at, ValueRange x, Out out) { it.emitSums(b, loc, x[0], at, out); });
  if (it.hasFinalize())
    contract.finalize = function(state, [&](OpBuilder &b, At at, ValueRange x, Out out) {
      out.push_back(it.emitFinalize(b, loc, reference(x), x.drop_front(hasReference), at));
    });
  if (it.hasLse())
    contract.lse = function(state, [&](OpBuilder &b, At at, ValueRange x, Out out) {
      out.push_back(it.emitLse(b, loc, reference(x), x.drop_front(hasReference), at, {false, sinkIncluded}));
    });
  return contract;
}

static RowNormalizer bind(Contract contract) {
  RowNormalizer normalizer;
  normalizer.hasReference = contract.reference.has_value();
  normalizer.numSums = contract.numSums;
  normalizer.weigh = [contract](Row &row) mutable { return contract.weigh(row); };
  normalizer.join = [contract](const Place &at, llvm::ArrayRef<RowState> parts,
                               llvm::SmallVectorImpl<double> &factors) mutable {
    return contract.join(at, parts, factors);
  };
  normalizer.scale = [contract](const Place &at, const RowState &state) mutable {
    return contract.finalize ? (*contract.finalize)(at, contract.numbers(state))[0] : 1.0;
  };
  if (contract.lse)
    normalizer.lse = [contract](const Place &at, const RowState &state) mutable {
      return (*contract.lse)(at, contract.numbers(state))[0];
    };
  return normalizer;
}

RowNormalizer attn::reference::makeProgramNormalizer(NormalizerUse use, Precision precision, Scope &scope) {
  std::vector<TensorRef> captures = scope.tensors(use.captures, use.user);
  if (auto name = dyn_cast<SymbolRefAttr>(use.normalizer))
    if (auto symbol = SymbolTable::lookupNearestSymbolFrom<attn::NormalizerOp>(use.user, name))
      return bind(ofSymbol(symbol, captures, precision, scope));
  if (auto attribute = dyn_cast<attn::NormalizerAttrInterface>(use.normalizer)) {
    Builder builder(use.user->getContext());
    Type compute = precision.compute() == Element::f64 ? Type(builder.getF64Type()) : Type(builder.getF32Type());
    Location loc = use.user->getLoc();
    return bind(ofAttribute(Emitter(attribute, use.captures.getTypes(), compute, loc), captures, use.sinkIncluded,
                            precision, loc, scope));
  }
  scope.errors.report(use.user, "names a normalizer that the reference cannot find");
  return RowNormalizer();
}
