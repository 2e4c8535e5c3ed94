// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --tile-hoist-uniform: numbers that hold quotients of a kernel's own arguments are computed once, by the host, and
// passed, not by every program before its first load.
#include "dialects/Launch/LaunchOps.h"
#include "dialects/Tile/TileOps.h"
#include "lib/Transforms/Tile/Options.h"
#include "lib/Transforms/Tile/Passes.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace attn::tile {
namespace {

/// On a kernel: who computes quotients that are the same for all its programs, the "host" or the "device".
constexpr StringLiteral kUniform = "uniform";

/// Quotients that the host can make of any operands but a divisor of 0.
bool isQuotient(Operation *op) { return isa<arith::DivUIOp, arith::RemUIOp, arith::CeilDivUIOp>(op); }

/// What all programs of a kernel compute alike: pure arithmetic on scalar arguments and on extents of memrefs.
class UniformNumbers {
public:
  explicit UniformNumbers(KernelOp kernel) : kernel(kernel) {
    kernel.getBody().walk<WalkOrder::PreOrder>([&](Operation *op) {
      if (!isUniformOp(op))
        return;
      uniform.insert(op);
      bool divides = isQuotient(op) && !matchPattern(op->getOperand(1), m_Constant());
      if (divides || llvm::any_of(op->getOperands(), [&](Value operand) { return costly.contains(operand); }))
        costly.insert(op->getResult(0));
    });
  }

  /// Those that hold a quotient and that the rest of the kernel reads.
  SmallVector<Value> wanted() {
    llvm::SetVector<Value> found;
    for (Value value : costly)
      if (llvm::any_of(value.getUsers(), [&](Operation *user) { return !uniform.contains(user); }))
        want(value, found);
    return found.takeVector();
  }

private:
  bool isUniform(Value value) {
    if (Operation *op = value.getDefiningOp())
      return uniform.contains(op);
    return llvm::is_contained(kernel.getBodyArguments(), value);
  }

  bool isUniformOp(Operation *op) {
    if (op->getNumResults() != 1 || !op->getResult(0).getType().isIntOrIndex())
      return false;
    if (isa<memref::DimOp>(op) || matchPattern(op, m_Constant()))
      return llvm::all_of(op->getOperands(), [&](Value operand) { return isUniform(operand); });
    if (op->getNumRegions() || (!isPure(op) && !isQuotient(op)))
      return false;
    return isa<arith::ArithDialect>(op->getDialect()) &&
           llvm::all_of(op->getOperands(), [&](Value operand) {
             return operand.getType().isIntOrIndex() && isUniform(operand);
           });
  }

  /// A truth is computed again, of the numbers that it compares.
  void want(Value value, llvm::SetVector<Value> &found) {
    if (!seen.insert(value).second)
      return;
    if (!value.getType().isInteger(1))
      found.insert(value);
    else
      for (Value operand : value.getDefiningOp()->getOperands())
        if (costly.contains(operand))
          want(operand, found);
  }

  KernelOp kernel;
  llvm::SmallPtrSet<Operation *, 32> uniform;
  llvm::SetVector<Value> costly;
  llvm::DenseSet<Value> seen;
};

/// Writes numbers of a kernel's body before a launch of it.
class HostWriter {
public:
  HostWriter(KernelOp kernel, launch::KernelOp launch) : builder(launch) {
    map.map(kernel.getBodyArguments(), launch.getArguments());
  }

  Value write(Value value) {
    if (Value known = map.lookupOrNull(value))
      return known;
    Operation *op = value.getDefiningOp();
    for (Value operand : op->getOperands())
      write(operand);
    Operation *written = builder.clone(*op, map);
    if (isQuotient(op))
      avoidZero(written->getOpOperand(1));
    return written->getResult(0);
  }

private:
  /// A program may not reach a quotient whose divisor is 0; the host always does.
  void avoidZero(OpOperand &divisor) {
    Value number = divisor.get();
    if (matchPattern(number, m_NonZero()))
      return;
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPoint(divisor.getOwner());
    Location loc = number.getLoc();
    auto one = arith::ConstantOp::create(builder, loc, builder.getIntegerAttr(number.getType(), 1));
    divisor.set(arith::MaxUIOp::create(builder, loc, number, one));
  }

  OpBuilder builder;
  IRMapping map;
};

struct HoistUniform : PassWrapper<HoistUniform, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(HoistUniform)

  StringRef getArgument() const override { return "tile-hoist-uniform"; }
  StringRef getDescription() const override { return "Compute quotients of arguments once, on the host"; }
  void getDependentDialects(DialectRegistry &registry) const override { registry.insert<arith::ArithDialect>(); }

  void runOnOperation() override {
    SymbolTableCollection symbols;
    llvm::DenseMap<KernelOp, SmallVector<launch::KernelOp>> launches;
    getOperation()->walk([&](launch::KernelOp launch) {
      if (auto kernel = symbols.lookupNearestSymbolFrom<KernelOp>(launch, launch.getCalleeAttr()))
        launches[kernel].push_back(launch);
    });
    for (auto kernel : getOperation().getOps<KernelOp>()) {
      FailureOr<StringRef> pinned = readPinnedWord(kernel, kUniform, {"host", "device"});
      if (failed(pinned))
        return signalPassFailure();
      if (*pinned != "device" && launches.contains(kernel)) // others are started by somebody who passes no more
        hoist(kernel, launches.lookup(kernel));
    }
  }

  void hoist(KernelOp kernel, ArrayRef<launch::KernelOp> launches) {
    SmallVector<Value> wanted = UniformNumbers(kernel).wanted();
    if (wanted.empty())
      return;
    for (launch::KernelOp launch : launches) {
      HostWriter host(kernel, launch);
      for (Value value : wanted)
        launch.getArgumentsMutable().append(host.write(value));
    }
    for (Value value : wanted)
      value.replaceAllUsesWith(kernel.addArgument(value.getType(), value.getLoc()));
    kernel->setAttr(kUniform, StringAttr::get(&getContext(), "host"));
    emitRemark(kernel.getLoc()) << "[tile-hoist-uniform] uniform = host: " << wanted.size()
                                << (wanted.size() == 1 ? " number that holds" : " numbers that hold")
                                << " quotients, the same for all programs";
  }
};

} // namespace

std::unique_ptr<Pass> createHoistUniformPass() { return std::make_unique<HoistUniform>(); }

} // namespace attn::tile
