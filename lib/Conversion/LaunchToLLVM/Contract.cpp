// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reads an entry's signature and contract region.
#include "lib/Conversion/LaunchToLLVM/Contract.h"

#include "lib/Conversion/LaunchToLLVM/AbiTypes.h"

using namespace mlir;
using namespace attn::launch;

namespace attn {
namespace {

class ContractCompiler {
public:
  explicit ContractCompiler(EntryOp entry) : entry(entry) {}

  FailureOr<EntryContract> run() {
    contract.name = entry.getSymName().str();
    contract.location = describeLocation(entry.getLoc());
    auto yield = cast<YieldOp>(entry.getContract().front().getTerminator());
    if (failed(addArguments()) || failed(addPromises()) || failed(addResults(yield)) ||
        failed(write(yield.getWorkspace(), yield.getLoc(), contract.workspace)))
      return failure();
    return std::move(contract);
  }

private:
  /// Compiles an expression; a null value is none.
  LogicalResult write(Value value, Location user, ExpressionCode &code) {
    if (!value)
      return success();
    FailureOr<ExpressionCode> compiled = compileExpression(value, user);
    if (succeeded(compiled))
      code = std::move(*compiled);
    return compiled;
  }

  /// Type and flags of an argument or result. The caller chooses strides, so the type may fix none but the last.
  LogicalResult describe(BlockArgument value, StringRef name, DLDataType &type, int64_t &flags) {
    auto memref = dyn_cast<MemRefType>(value.getType());
    std::optional<DLDataType> known = dlpackType(memref ? memref.getElementType() : value.getType());
    if (!known)
      return entry.emitOpError() << "expects '" << name << "' to have a type that callers know, but got "
                                 << value.getType();
    type = *known;
    if (!memref)
      return success();
    SmallVector<int64_t> strides;
    int64_t offset;
    if (failed(memref.getStridesAndOffset(strides, offset)))
      return entry.emitOpError() << "expects '" << name << "' to be strided, but got " << memref;
    if (!strides.empty() && ShapedType::isDynamic(strides.back()))
      flags |= ATTN_ARG_ANY_INNER_STRIDE;
    bool runtime = llvm::all_of(ArrayRef(strides).drop_back(!strides.empty()), ShapedType::isDynamic);
    bool inner = strides.empty() || ShapedType::isDynamic(strides.back()) || strides.back() == 1;
    if (!runtime || !inner || (!ShapedType::isDynamic(offset) && offset != 0))
      return entry.emitOpError() << "expects '" << name
                                 << "' to have run-time strides but for an inner one of 1, but got " << memref;
    return success();
  }

  LogicalResult addArguments() {
    for (BlockArgument value : entry.getContractArguments()) {
      ArgumentContract &argument = contract.arguments.emplace_back();
      argument.name = entry.getArgumentName(value.getArgNumber());
      if (failed(describe(value, argument.name, argument.type, argument.flags)))
        return failure();
      auto memref = dyn_cast<MemRefType>(value.getType());
      if (!memref)
        argument.flags |= ATTN_ARG_SCALAR;
      else
        for (int64_t extent : memref.getShape())
          argument.dims.push_back(ShapedType::isDynamic(extent) ? -1 - symbols++ : extent);
    }
    return success();
  }

  LogicalResult addResults(YieldOp yield) {
    auto shapes = yield.getShapes().begin();
    for (BlockArgument value : entry.getBodyResults()) {
      ResultContract &result = contract.results.emplace_back();
      result.name = entry.getArgumentName(value.getArgNumber());
      if (failed(describe(value, result.name, result.type, result.flags)))
        return failure();
      for (int64_t d = 0, rank = cast<MemRefType>(value.getType()).getRank(); d < rank; ++d)
        if (failed(write(*shapes++, yield.getLoc(), result.dims.emplace_back())))
          return failure();
    }
    return success();
  }

  LogicalResult addPromises() {
    for (Operation &op : entry.getContract().front())
      if (auto check = dyn_cast<CheckOp>(op)) {
        CheckContract &added = contract.checks.emplace_back();
        added.message = check.getMessage().str();
        added.relation = relationCode(check.getRelation());
        if (failed(write(check.getLeft(), check.getLoc(), added.left)) ||
            failed(write(check.getRight(), check.getLoc(), added.right)))
          return failure();
      } else if (auto expect = dyn_cast<ExpectOp>(op)) {
        if (failed(addPromise(expect)))
          return failure();
      }
    return success();
  }

  static int64_t relationCode(Relation relation) {
    switch (relation) {
    case Relation::eq: return ATTN_CHECK_EQ;
    case Relation::le: return ATTN_CHECK_LE;
    case Relation::lt: return ATTN_CHECK_LT;
    case Relation::multiple_of: return ATTN_CHECK_MULTIPLE_OF;
    }
    return ATTN_CHECK_EQ;
  }

  static int64_t flag(Promise promise) {
    switch (promise) {
    case Promise::lengths: return ATTN_ARG_LENGTHS;
    case Promise::cumulative: return ATTN_ARG_CUMULATIVE;
    case Promise::indices: return ATTN_ARG_INDICES;
    case Promise::may_alias: return ATTN_ARG_MAY_ALIAS;
    case Promise::any_inner_stride: return ATTN_ARG_ANY_INNER_STRIDE;
    case Promise::boolean: return 0;
    }
    return 0;
  }

  LogicalResult addPromise(ExpectOp expect) {
    ArgumentContract &argument = contract.arguments[cast<BlockArgument>(expect.getArgument()).getArgNumber()];
    if (expect.getPromise() == Promise::boolean) {
      argument.type = {kDLBool, 8, 1};
      return success();
    }
    // The code reads with the stride of the type.
    if (expect.getPromise() == Promise::any_inner_stride && !(argument.flags & ATTN_ARG_ANY_INNER_STRIDE))
      return expect.emitOpError() << "expects a type with a run-time inner stride, but got "
                                  << expect.getArgument().getType();
    constexpr int64_t bounded = ATTN_ARG_LENGTHS | ATTN_ARG_CUMULATIVE | ATTN_ARG_INDICES;
    if (expect.getBound() && (argument.flags & bounded))
      return expect.emitOpError() << "expects one promise about the values of '" << argument.name << "'";
    argument.flags |= flag(expect.getPromise());
    if (Value counts = expect.getCounts()) {
      // The runtime walks both by one index, so their leading extents are the same symbols.
      argument.related = cast<BlockArgument>(counts).getArgNumber();
      ArgumentContract &related = contract.arguments[argument.related];
      for (auto [own, theirs] : llvm::zip(argument.dims, related.dims))
        if (failed(unite(expect, own, theirs)))
          return failure();
    }
    return write(expect.getBound(), expect.getLoc(), argument.bound);
  }

  /// Makes two extents equal, in every argument.
  LogicalResult unite(ExpectOp expect, int64_t a, int64_t b) {
    if (a >= 0 && b >= 0 && a != b)
      return expect.emitOpError() << "expects counts and indices to agree on leading extents, but got " << b << " and "
                                  << a;
    int64_t from = std::min(a, b), to = std::max(a, b);
    for (ArgumentContract &argument : contract.arguments)
      llvm::replace(argument.dims, from, to);
    return success();
  }

  EntryOp entry;
  EntryContract contract;
  int64_t symbols = 0;
};

} // namespace

std::string describeLocation(Location loc) {
  auto place = loc->findInstanceOf<FileLineColLoc>();
  if (!place)
    return "";
  return (place.getFilename().getValue() + ":" + Twine(place.getLine()) + ":" + Twine(place.getColumn())).str();
}

FailureOr<EntryContract> compileContract(EntryOp entry) { return ContractCompiler(entry).run(); }

} // namespace attn
