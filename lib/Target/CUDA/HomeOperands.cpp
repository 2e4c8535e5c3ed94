// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --cuda-home-operands: left operands that a loop reads again and again lie in registers as long as a thread holds little
// over the loop, else in shared memory. Changes no result.
#include "dialects/Tile/TileOps.h"
#include "lib/Target/CUDA/Chips.h"
#include "lib/Target/CUDA/FragmentLayout.h"
#include "lib/Target/CUDA/Instructions.h"
#include "lib/Target/CUDA/Passes.h"
#include "lib/Target/CUDA/RolePlaces.h"
#include "lib/Target/CUDA/SharedLayout.h"
#include "lib/Transforms/Tile/ProductLoads.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;
using namespace attn::tile;

namespace attn::cuda {
namespace {

/// Bytes of a thread's registers that values may take over a loop: half of them. The rest is what an iteration makes.
constexpr int64_t mostHeld = 512;

MmaAttr instructionOf(Operation *op) {
  auto mma = dyn_cast<MmaOp>(op);
  return mma ? dyn_cast_if_present<MmaAttr>(mma.getInstructionAttr()) : nullptr;
}

/// Whether a use is a product's left operand, as it stands in memory.
bool isLeft(OpOperand &use) {
  return instructionOf(use.getOwner()) && use.getOperandNumber() == 0 && !cast<MmaOp>(use.getOwner()).getTransA();
}

/// What a loop holds of a value from outside it or of one that it passes on.
struct HeldOperand {
  Value tile;
  int64_t parts = 1;            ///< that it is multiplied as: the same in every iteration, so that they are held, not itself
  SmallVector<MmaOp> undecided; ///< products of the loop whose left operand it is
  Operation *reader = nullptr;  ///< something that reads it from registers all the same

  int64_t bytes(int64_t warps) const {
    auto type = cast<RankedTensorType>(tile.getType());
    int64_t bits = std::max(16u, type.getElementTypeBitWidth());
    return FragmentLayout(type.getShape(), warps).size() * parts * bits / 8;
  }
};

/// The tiles that an innermost loop holds in registers, those of most bytes first.
SmallVector<HeldOperand> heldOperands(LoopLikeOpInterface loop, int64_t warps) {
  llvm::MapVector<Value, HeldOperand> held;
  for (Value carried : loop.getRegionIterArgs())
    if (isTile(carried.getType()))
      held[carried].tile = carried;
  loop->walk([&](Operation *op) {
    for (OpOperand &use : op->getOpOperands()) {
      Value tile = use.get();
      if (op == loop || !isTile(tile.getType()) || !loop.isDefinedOutsideOfLoop(tile) || isReadFromSlot(use) ||
          matchPattern(tile, m_Constant()))
        continue;
      HeldOperand &operand = held[tile];
      operand.tile = tile;
      if (isLeft(use))
        operand.parts = std::max<int64_t>(operand.parts, instructionOf(op).getProducts() == 1 ? 1 : 2);
      if (isLeft(use) && instructionOf(op).getA() == Home::either)
        operand.undecided.push_back(cast<MmaOp>(op));
      else
        operand.reader = op;
    }
  });
  SmallVector<HeldOperand> operands;
  for (auto &[tile, operand] : held) {
    auto larger = [&, bytes = operand.bytes(warps)](const HeldOperand &other) { return other.bytes(warps) >= bytes; };
    operands.insert(llvm::find_if_not(operands, larger), operand);
  }
  return operands;
}

/// Shared memory of the operands of a region, as the lowering lays them out: those of inner blocks behind what is live
/// around them. `more` is one that is not there yet.
int64_t operandBytes(Region &region, Value more) {
  int64_t most = 0;
  for (Block &block : region) {
    int64_t own = 0;
    auto add = [&](ValueRange values) {
      for (Value value : values)
        if (isTile(value.getType()) && (value == more || llvm::any_of(value.getUses(), isReadFromSlot)))
          own += PanelsAttr::of(cast<RankedTensorType>(value.getType())).getBytes();
      most = std::max(most, own);
    };
    add(block.getArguments());
    for (Operation &op : block) {
      for (Region &inner : op.getRegions())
        most = std::max(most, own + operandBytes(inner, more));
      add(op.getResults());
    }
  }
  return most;
}

/// At most so many bytes of shared memory take elements that move between threads.
int64_t exchangedBytes(KernelOp kernel) {
  constexpr int64_t padding = 8, leastBytes = 4;
  int64_t most = 0;
  kernel.getBody().walk([&](Operation *op) {
    auto slice = dyn_cast<tensor::ExtractSliceOp>(op);
    auto reduce = dyn_cast<ReduceOp>(op);
    bool moves = isa<TransposeOp, ScanOp, ShearOp, SolveOp, tensor::InsertSliceOp>(op) ||
                 (slice && !slice.getOffsets().empty()) || (reduce && reduce.getDim() == 0);
    int64_t bytes = 0;
    for (Value operand : op->getOperands())
      if (auto tile = dyn_cast<RankedTensorType>(operand.getType()); moves && tile)
        bytes += (tile.getDimSize(0) + padding) * (tile.getDimSize(1) + padding) *
                 std::max<int64_t>(leastBytes, tile.getElementTypeBitWidth() / 8);
    most = std::max(most, bytes);
  });
  return most;
}

struct HomeOperands : PassWrapper<HomeOperands, OperationPass<KernelOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(HomeOperands)
  HomeOperands() = default;
  HomeOperands(const HomeOperands &other) : PassWrapper(other) { chip = other.chip; }
  explicit HomeOperands(llvm::StringRef name) { chip = name.str(); }

  StringRef getArgument() const override { return "cuda-home-operands"; }
  StringRef getDescription() const override { return "Choose where products of a warp read their left operands"; }
  void getDependentDialects(DialectRegistry &registry) const override { registry.insert<CUDADialect>(); }

  void runOnOperation() override {
    FailureOr<int64_t> limit = findLimit();
    if (failed(limit))
      return signalPassFailure();
    getOperation().getBody().walk([&](MmaOp op) {
      MmaAttr instruction = instructionOf(op);
      if (instruction && instruction.getA() != Home::either)
        tell(op, instruction.getA(), "pinned");
    });
    getOperation().getBody().walk([&](LoopLikeOpInterface loop) { choose(loop, *limit); });
  }

  FailureOr<int64_t> findLimit();
  void choose(LoopLikeOpInterface loop, int64_t limit);

  void tell(MmaOp op, Home home, llvm::StringRef reason) {
    emitRemark(op.getLoc()) << "[cuda-home-operands] a = " << stringifyHome(home) << ": " << reason;
  }

  Option<std::string> chip{*this, "chip", llvm::cl::desc("whose shared memory; left out: the least of all chips")};
};

FailureOr<int64_t> HomeOperands::findLimit() {
  if (chip.empty())
    return llvm::min_element(allChips(), [](auto &x, auto &y) { return x.sharedBytes < y.sharedBytes; })->sharedBytes;
  llvm::Expected<Chip> described = describeChip(chip);
  if (!described)
    return getOperation()->emitError() << llvm::toString(described.takeError());
  return described->sharedBytes;
}

/// The largest operands leave the registers, as many as it takes.
void HomeOperands::choose(LoopLikeOpInterface loop, int64_t limit) {
  int64_t warps = warpsOf(getOperation()), held = 0;
  SmallVector<HeldOperand> operands = heldOperands(loop, warps);
  for (const HeldOperand &operand : operands)
    held += operand.bytes(warps);
  for (const HeldOperand &operand : operands) {
    int64_t bytes = operand.bytes(warps);
    std::string reason;
    llvm::raw_string_ostream text(reason);
    text << bytes << " of " << held << " bytes that a thread holds over the loop";
    Home home = Home::registers;
    if (held > mostHeld && !operand.undecided.empty()) {
      int64_t shared = operandBytes(getOperation().getBody(), operand.tile) + exchangedBytes(getOperation());
      if (operand.reader)
        text << ", where '" << operand.reader->getName() << "' reads registers";
      else if (shared > limit)
        text << ", but " << shared << " bytes of shared memory are more than " << limit;
      else
        home = Home::slot, held -= bytes;
    }
    for (MmaOp op : operand.undecided) {
      MmaAttr row = instructionOf(op);
      op.setInstructionAttr(
          MmaAttr::get(&getContext(), row.getM(), row.getN(), row.getK(), row.getType(), row.getProducts(), home));
      tell(op, home, reason);
    }
  }
}

} // namespace

std::unique_ptr<Pass> createHomeOperandsPass(llvm::StringRef chip) { return std::make_unique<HomeOperands>(chip); }

void registerHomeOperandsPass() { PassRegistration<HomeOperands>(); }

} // namespace attn::cuda
