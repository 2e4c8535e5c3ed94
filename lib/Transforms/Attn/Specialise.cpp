// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --attn-specialise: gives an entry the sizes and the storage type it is compiled for.
#include "lib/Transforms/Attn/Specialise.h"
#include "dialects/Attn/AttnDialect.h"
#include "lib/Transforms/Attn/CallInlining.h"
#include "lib/Transforms/Attn/Passes.h"
#include "lib/Transforms/Attn/RefineTypes.h"
#include "lib/Transforms/Attn/Roles.h"
#include "mlir/AsmParser/AsmParser.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace attn;

//===-- by role -------------------------------------------------------------------------------------------------===//

std::string SpecialiseOptions::nameOf(StringRef entry) const {
  std::string name = entry.str();
  llvm::raw_string_ostream stream(name);
  for (auto [number, size] : llvm::enumerate(headSizes))
    stream << (number == 0 ? ".D" : "x") << size;
  bool impliesValues = headSizes.size() == 1 && valueSize == headSizes.front();
  if (valueSize && !impliesValues)
    stream << ".Dv" << *valueSize;
  for (auto [role, extent] : {std::pair(Role::batch, batch), {Role::queryHeads, queryHeads}, {Role::keyHeads, keyHeads},
                              {Role::queries, queries}, {Role::keys, keys}})
    if (extent)
      stream << "." << attn::nameOf(role) << *extent;
  if (storage)
    stream << "." << storage;
  return name;
}

namespace {
/// The argument types that the options ask for.
class RoleTypes {
public:
  RoleTypes(func::FuncOp entry, const SpecialiseOptions &options) : entry(entry), options(options) {}

  FailureOr<SmallVector<Type>> get();

private:
  std::optional<int64_t> extentOf(const TokenUse &use, Role role) const;
  LogicalResult assign(const TokenUse &use);
  LogicalResult checkRoles(ArrayRef<TokenUse> uses);

  func::FuncOp entry;
  const SpecialiseOptions &options;
  SmallVector<Type> types;
  /// The role that fixed an argument's extent.
  llvm::DenseMap<std::pair<unsigned, unsigned>, Role> fixedBy;
};

std::optional<int64_t> RoleTypes::extentOf(const TokenUse &use, Role role) const {
  switch (role) {
  case Role::batch:
    return options.batch;
  case Role::queryHeads:
    return options.queryHeads;
  case Role::keyHeads:
    return options.keyHeads;
  case Role::queries:
    return options.queries;
  case Role::keys:
    return options.keys;
  case Role::headSize:
    if (options.headSizes.size() == 1)
      return options.headSizes.front();
    return use.term < options.headSizes.size() ? std::optional<int64_t>(options.headSizes[use.term]) : std::nullopt;
  case Role::valueSize:
    return options.valueSize;
  }
  return std::nullopt;
}

LogicalResult RoleTypes::assign(const TokenUse &use) {
  unsigned number = use.argument.getArgNumber();
  auto type = cast<RankedTensorType>(types[number]);
  SmallVector<int64_t> shape(type.getShape());
  for (auto [dimension, role] : llvm::enumerate(use.roles)) {
    std::optional<int64_t> extent = extentOf(use, role);
    auto fixed = fixedBy.find({number, dimension});
    // Values are as wide as keys where nothing else is said.
    bool isImplied = role == Role::valueSize && !extent && options.headSizes.size() == 1;
    if (isImplied && ShapedType::isDynamic(shape[dimension]))
      extent = options.headSizes.front();
    if (!extent || shape[dimension] == *extent)
      continue;
    if (fixed != fixedBy.end() && fixed->second != role)
      return emitError(use.argument.getLoc())
             << "expects " << nameOf(fixed->second) << " and " << nameOf(role) << " to be equal, because argument #"
             << number << " of '" << entry.getSymName() << "' has both roles, but got " << shape[dimension] << " and "
             << *extent;
    if (!ShapedType::isDynamic(shape[dimension]))
      return emitError(use.argument.getLoc()) << "expects " << nameOf(role) << " = " << shape[dimension]
                                              << ", as argument #" << number << " of '" << entry.getSymName()
                                              << "' has it, but got " << *extent;
    shape[dimension] = *extent;
    fixedBy[{number, static_cast<unsigned>(dimension)}] = role;
  }
  types[number] = RankedTensorType::get(shape, options.storage ? options.storage : type.getElementType());
  return success();
}

/// A size that nothing has is a mistake in the options.
LogicalResult RoleTypes::checkRoles(ArrayRef<TokenUse> uses) {
  for (auto [role, isNamed] :
       {std::pair(Role::headSize, !options.headSizes.empty()), {Role::valueSize, options.valueSize.has_value()},
        {Role::batch, options.batch.has_value()}, {Role::queryHeads, options.queryHeads.has_value()},
        {Role::keyHeads, options.keyHeads.has_value()}, {Role::queries, options.queries.has_value()},
        {Role::keys, options.keys.has_value()}}) {
    auto hasRole = [role = role](const TokenUse &use) { return llvm::is_contained(use.roles, role); };
    bool isFound = llvm::any_of(uses, hasRole);
    if (isNamed && !isFound)
      return entry.emitOpError() << "cannot be specialised: no argument has an extent " << nameOf(role);
  }
  if (options.storage && uses.empty())
    return entry.emitOpError() << "cannot be specialised: no argument is a query, key or value";
  return success();
}

FailureOr<SmallVector<Type>> RoleTypes::get() {
  types.assign(entry.getArgumentTypes().begin(), entry.getArgumentTypes().end());
  SmallVector<TokenUse> uses = findTokenUses(entry);
  if (failed(checkRoles(uses)) || llvm::any_of(uses, [&](const TokenUse &use) { return failed(assign(use)); }))
    return failure();
  return types;
}
} // namespace

LogicalResult attn::specialise(func::FuncOp entry, TypeRange argumentTypes) {
  if (!SymbolTable::symbolKnownUseEmpty(entry.getSymNameAttr(), entry->getParentOp()))
    return entry.emitOpError() << "cannot be specialised: it is called; inline it first (--attn-inline)";
  if (failed(inlineCalls(entry))) // callees keep the types that others call them with
    return failure();
  return refineTypes(entry, argumentTypes);
}

/// Reports where the specialised entry's name belongs to another symbol.
static LogicalResult checkName(func::FuncOp entry, StringRef name) {
  Operation *taken = SymbolTable::lookupSymbolIn(entry->getParentOp(), name);
  if (taken && taken != entry)
    return entry.emitOpError() << "cannot be specialised: '" << name << "' exists already";
  return success();
}

LogicalResult attn::specialise(func::FuncOp entry, const SpecialiseOptions &options) {
  if (failed(inlineCalls(entry)))
    return failure();
  std::string name = options.nameOf(entry.getSymName());
  FailureOr<SmallVector<Type>> types = RoleTypes(entry, options).get();
  if (failed(types) || failed(checkName(entry, name)) || failed(specialise(entry, *types)))
    return failure();
  entry.setSymName(name);
  return success();
}

FailureOr<func::FuncOp> attn::specialiseCopy(func::FuncOp entry, const SpecialiseOptions &options) {
  if (failed(inlineCalls(entry)))
    return failure();
  std::string name = options.nameOf(entry.getSymName());
  FailureOr<SmallVector<Type>> types = RoleTypes(entry, options).get();
  if (failed(types) || failed(checkName(entry, name)))
    return failure();
  if (name == entry.getSymName())
    return entry.emitOpError() << "cannot be specialised: nothing tells the copy from it";
  OpBuilder builder(entry->getContext());
  builder.setInsertionPointAfter(entry);
  auto copy = cast<func::FuncOp>(entry->clone());
  copy.setSymName(name);
  builder.insert(copy);
  if (failed(specialise(copy, *types)))
    return failure();
  return copy;
}

//===-- the pass ------------------------------------------------------------------------------------------------===//

namespace {
struct SpecialisePass : PassWrapper<SpecialisePass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(SpecialisePass)
  SpecialisePass() = default;
  SpecialisePass(const SpecialisePass &other) : PassWrapper(other) {}
  StringRef getArgument() const override { return "attn-specialise"; }
  StringRef getDescription() const override { return "Give entries the sizes and storage type they are compiled for"; }
  void getDependentDialects(DialectRegistry &registry) const override { registry.insert<tensor::TensorDialect>(); }
  void runOnOperation() override;

private:
  FailureOr<SpecialiseOptions> parse();
  LogicalResult specialiseOne(func::FuncOp func, const SpecialiseOptions &options);

  ListOption<int64_t> headSizes{*this, "D", llvm::cl::desc("head size, one for all terms or one per term")};
  Option<int64_t> valueSize{*this, "Dv", llvm::cl::desc("head size of values; D where it is not given")};
  Option<int64_t> batch{*this, "B", llvm::cl::desc("batch size")};
  Option<int64_t> queryHeads{*this, "H", llvm::cl::desc("query heads")};
  Option<int64_t> keyHeads{*this, "Hkv", llvm::cl::desc("key and value heads")};
  Option<int64_t> queries{*this, "M", llvm::cl::desc("queries")};
  Option<int64_t> keys{*this, "N", llvm::cl::desc("keys")};
  Option<std::string> type{*this, "type", llvm::cl::desc("f16, bf16, f32 or f64")};
  Option<std::string> entry{*this, "entry", llvm::cl::desc("the function; every public one where it is not given")};
  Option<bool> keep{*this, "keep", llvm::cl::desc("keep the general function beside the specialised one")};
};

FailureOr<SpecialiseOptions> SpecialisePass::parse() {
  SpecialiseOptions options;
  options.headSizes.assign(headSizes.begin(), headSizes.end());
  for (auto [option, extent] :
       {std::pair(&valueSize, &options.valueSize), {&batch, &options.batch}, {&queryHeads, &options.queryHeads},
        {&keyHeads, &options.keyHeads}, {&queries, &options.queries}, {&keys, &options.keys}})
    if (option->hasValue())
      *extent = option->getValue();
  SmallVector<int64_t> extents(options.headSizes);
  for (std::optional<int64_t> extent : {options.valueSize, options.batch, options.queryHeads, options.keyHeads,
                                        options.queries, options.keys})
    extents.push_back(extent.value_or(1));
  for (int64_t extent : extents)
    if (extent < 1)
      return emitError(getOperation().getLoc()) << "attn-specialise expects sizes of 1 or more, but got " << extent;
  if (type.empty())
    return options;
  Builder builder(&getContext());
  options.storage = llvm::StringSwitch<Type>(type)
                        .Case("f16", builder.getF16Type())
                        .Case("bf16", builder.getBF16Type())
                        .Case("f32", builder.getF32Type())
                        .Case("f64", builder.getF64Type())
                        .Default(Type());
  if (!options.storage)
    return emitError(getOperation().getLoc())
           << "attn-specialise expects type to be f16, bf16, f32 or f64, but got '" << type << "'";
  return options;
}

LogicalResult SpecialisePass::specialiseOne(func::FuncOp func, const SpecialiseOptions &options) {
  return keep ? LogicalResult(specialiseCopy(func, options)) : specialise(func, options);
}

void SpecialisePass::runOnOperation() {
  FailureOr<SpecialiseOptions> options = parse();
  if (failed(options))
    return signalPassFailure();
  SmallVector<func::FuncOp> functions;
  for (auto func : getOperation().getOps<func::FuncOp>())
    if (entry.empty() ? func.isPublic() && !func.isDeclaration() : func.getSymName() == entry)
      functions.push_back(func);
  if (functions.empty()) {
    InFlightDiagnostic error = emitError(getOperation().getLoc()) << "attn-specialise finds no ";
    if (entry.empty())
      error << "public function";
    else
      error << "function '" << entry << "'";
    return signalPassFailure();
  }
  for (func::FuncOp func : functions)
    if (failed(specialiseOne(func, *options)))
      return signalPassFailure();
}
} // namespace

std::unique_ptr<Pass> attn::createSpecialisePass() { return std::make_unique<SpecialisePass>(); }
