// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Replaces calls by the bodies of their callees.
#include "lib/Transforms/Attn/CallInlining.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace attn;

namespace {

/// More ops than anyone writes; calls that double at each level reach it soon.
constexpr size_t kMostOps = 1 << 16;
constexpr size_t kMostLevels = 64;

class Inliner {
public:
  explicit Inliner(func::FuncOp func) : func(func) {}
  LogicalResult run();

private:
  FailureOr<func::FuncOp> findCallee(func::CallOp call);
  void replace(func::CallOp call, func::FuncOp callee);

  func::FuncOp func;
  size_t size = 0;
  /// The functions whose inlined bodies a call came from, outermost first.
  llvm::DenseMap<Operation *, SmallVector<Operation *>> origin;
  SmallVector<func::CallOp> pending;
};

FailureOr<func::FuncOp> Inliner::findCallee(func::CallOp call) {
  auto refuse = [&]() -> InFlightDiagnostic {
    return call.emitOpError() << "cannot be inlined: '" << call.getCallee() << "' ";
  };
  auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(func, call.getCalleeAttr());
  if (!callee)
    return refuse() << "is not a function";
  if (callee.isDeclaration())
    return refuse() << "has no body";
  if (!callee.getBody().hasOneBlock())
    return refuse() << "has several blocks";
  if (callee == func || llvm::is_contained(origin[call], callee))
    return refuse() << "calls itself";
  if (origin[call].size() >= kMostLevels)
    return refuse() << "lies more than " << kMostLevels << " calls deep";
  return callee;
}

void Inliner::replace(func::CallOp call, func::FuncOp callee) {
  SmallVector<Operation *> path = origin[call];
  path.push_back(callee);
  OpBuilder builder(call);
  IRMapping mapping;
  mapping.map(callee.getArguments(), call.getOperands());
  Block &body = callee.getBody().front();
  for (Operation &op : body.without_terminator()) {
    Operation *copy = builder.clone(op, mapping);
    copy->walk([&](Operation *inner) {
      inner->setLoc(CallSiteLoc::get(inner->getLoc(), call.getLoc()));
      ++size;
      if (auto next = dyn_cast<func::CallOp>(inner)) {
        origin[next] = path;
        pending.push_back(next);
      }
    });
  }
  for (auto [result, value] : llvm::zip_equal(call.getResults(), body.getTerminator()->getOperands()))
    result.replaceAllUsesWith(mapping.lookupOrDefault(value));
  origin.erase(call);
  call.erase();
}

LogicalResult Inliner::run() {
  func.walk([&](Operation *op) {
    ++size;
    if (auto call = dyn_cast<func::CallOp>(op))
      pending.push_back(call);
  });
  while (!pending.empty()) {
    func::CallOp call = pending.pop_back_val();
    FailureOr<func::FuncOp> callee = findCallee(call);
    if (failed(callee))
      return failure();
    if (size > kMostOps)
      return call.emitOpError() << "cannot be inlined: '" << func.getSymName() << "' grows beyond " << kMostOps
                                << " ops";
    replace(call, *callee);
  }
  return success();
}

} // namespace

LogicalResult attn::inlineCalls(func::FuncOp func) { return Inliner(func).run(); }
