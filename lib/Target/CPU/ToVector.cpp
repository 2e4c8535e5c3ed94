// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --tile-to-vector: every tile.kernel becomes a function over vector, scf, memref and arith that computes one grid point.
#include "dialects/Launch/LaunchDialect.h"
#include "lib/Target/CPU/Passes.h"
#include "lib/Target/CPU/TileLowering.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/BuiltinOps.h"

using namespace mlir;
using namespace attn::tile;

namespace attn::cpu {

TileLowering::TileLowering(KernelOp kernel, const CPUTarget &target, OpBuilder &builder)
    : kernel(kernel), target(target), b(builder), loc(kernel.getLoc()), uses(kernel, target.fewRows()),
      lists({[this](Value value) { return scalar(value); },
             [this](OpBuilder &at, Location loc, Value memref, ValueRange place) -> Value {
               Value number = memref::LoadOp::create(at, loc, scalar(memref), place);
               return arith::IndexCastOp::create(at, loc, at.getIndexType(), number);
             }}) {}

FailureOr<func::FuncOp> TileLowering::run() {
  SmallVector<Type> types = kernel.getArgumentTypes();
  types.append(KernelOp::gridRank, b.getIndexType());
  types.push_back(MemRefType::get({ShapedType::kDynamic}, b.getI8Type()));
  b.setInsertionPoint(kernel);
  func = func::FuncOp::create(b, kernel.getLoc(), kernel.getSymName(), b.getFunctionType(types, {}));
  Block *entry = func.addEntryBlock();
  map.map(kernel.getBody().getArguments(), entry->getArguments().drop_back());
  scratch.start(func);
  b.setInsertionPointToEnd(entry);
  if (failed(lowerBlock(kernel.getBody().front(), {}, {}))) {
    func.erase();
    return failure();
  }
  func::ReturnOp::create(b, kernel.getLoc());
  func->setAttr(launch::kernelAttr, b.getUnitAttr());
  func->setAttr(launch::scratchAttr, b.getI64IntegerAttr(scratch.size()));
  return func;
}

namespace {

struct ToVector : PassWrapper<ToVector, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(ToVector)
  ToVector() = default;
  explicit ToVector(const CPUTarget &target) : target(target) {}
  ToVector(const ToVector &other) : PassWrapper(other), target(other.target) {}

  StringRef getArgument() const override { return "tile-to-vector"; }
  StringRef getDescription() const override { return "Lower tile programs to loops over vectors"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, func::FuncDialect, memref::MemRefDialect, scf::SCFDialect,
                    vector::VectorDialect>();
  }

  void runOnOperation() override {
    if (!cpuName.empty()) {
      llvm::Expected<CPUTarget> named = describeTarget(cpuName);
      if (!named) {
        getOperation()->emitError(llvm::toString(named.takeError()));
        return signalPassFailure();
      }
      target = *named;
    }
    OpBuilder builder(&getContext());
    for (KernelOp kernel : llvm::make_early_inc_range(getOperation().getOps<KernelOp>())) {
      if (failed(TileLowering(kernel, target, builder).run()))
        return signalPassFailure();
      kernel.erase();
    }
  }

  Option<std::string> cpuName{*this, "cpu", llvm::cl::desc("x86-64-v3, x86-64-v4 or native")};
  CPUTarget target;
};

} // namespace

std::unique_ptr<Pass> createToVectorPass(const CPUTarget &target) { return std::make_unique<ToVector>(target); }

void registerToVectorPass() { PassRegistration<ToVector>(); }

} // namespace attn::cpu
