// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --cuda-select-instructions: every product gets the instruction that computes it, the first row of the chip's tables
// that fits.
#include "dialects/Tile/TileOps.h"
#include "lib/Target/CUDA/Chips.h"
#include "lib/Target/CUDA/InstructionTables.h"
#include "lib/Target/CUDA/Instructions.h"
#include "lib/Target/CUDA/Passes.h"
#include "lib/Target/Common/Target.h"
#include "lib/Transforms/Tile/Options.h"

using namespace mlir;
using namespace attn::tile;

namespace attn::cuda {
namespace {

using Tables = SmallVector<const target::InstructionTable *>;

struct SelectInstructions : PassWrapper<SelectInstructions, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(SelectInstructions)
  SelectInstructions() = default;
  SelectInstructions(const SelectInstructions &other) : PassWrapper(other) {
    chip = other.chip, names = other.names, waiting = other.waiting;
  }
  explicit SelectInstructions(const InstructionOptions &options) {
    chip = options.chip.str(), waiting = options.waiting;
    for (StringRef table : options.tables)
      names.push_back(table.str());
  }

  StringRef getArgument() const override { return "cuda-select-instructions"; }
  StringRef getDescription() const override { return "Give every product the instruction that computes it"; }
  void getDependentDialects(DialectRegistry &registry) const override { registry.insert<CUDADialect, TileDialect>(); }

  void runOnOperation() override {
    if (failed(verifyOption(getOperation(), "waiting", waiting, 0)) || failed(findTables()))
      return signalPassFailure();
    WalkResult walk = getOperation()->walk([&](Operation *op) {
      LogicalResult done = success();
      if (auto mma = dyn_cast<MmaOp>(op))
        done = select(mma, wanted);
      else if (auto issue = dyn_cast<IssueOp>(op))
        done = select(issue, ofChip);
      return failed(done) ? WalkResult::interrupt() : WalkResult::advance();
    });
    if (walk.wasInterrupted())
      signalPassFailure();
  }

  LogicalResult findTables();
  template <typename OpT> LogicalResult select(OpT op, ArrayRef<const target::InstructionTable *> tables);
  LogicalResult choose(Operation *op, const Product &product, ArrayRef<const target::InstructionTable *> tables,
                       SmallVector<std::string> reasons);

  Option<std::string> chip{*this, "chip", llvm::cl::desc("whose instructions; left out: any chip's")};
  ListOption<std::string> names{*this, "tables",
                                llvm::cl::desc("tables for products that are not begun, best first; left out: all")};
  Option<int64_t> waiting{*this, "waiting",
                          llvm::cl::desc("most rows of a product that is waited for; 0: any number"),
                          llvm::cl::init(0)};
  Tables ofChip, wanted;
};

LogicalResult SelectInstructions::findTables() {
  ArrayRef<const target::InstructionTable *> known = allInstructionTables();
  if (!chip.empty()) {
    llvm::Expected<Chip> described = describeChip(chip);
    if (!described)
      return getOperation()->emitError() << llvm::toString(described.takeError());
    known = described->instructionTables();
  }
  ofChip = wanted = llvm::to_vector(known);
  if (names.empty())
    return success();
  wanted.clear();
  for (StringRef name : names) {
    const auto *found = llvm::find_if(known, [&](const auto *table) { return table->name() == name; });
    if (found == known.end())
      return getOperation()->emitError()
             << "expects tables to be "
             << target::joinWithOr(llvm::map_to_vector(known, [](const auto *table) { return table->name(); }))
             << ", but got '" << name << "'";
    wanted.push_back(*found);
  }
  return success();
}

/// A pin holds where its table is asked for. What is begun already has no other choice.
template <typename OpT>
LogicalResult SelectInstructions::select(OpT op, ArrayRef<const target::InstructionTable *> tables) {
  Product product = describeProduct(op);
  InstructionAttrInterface pin = op.getInstructionAttr();
  if (!pin)
    return choose(op, product, tables, {});
  if (llvm::any_of(tables, [&](const auto *table) { return table->holds(pin); })) {
    emitRemark(op.getLoc()) << "[cuda-select-instructions] instruction = " << pin << ": pinned";
    return success();
  }
  if (product.begun)
    return op.emitError() << "expects an instruction of " << (chip.empty() ? StringRef("this target") : StringRef(chip))
                          << ", but got " << pin;
  std::string reason;
  llvm::raw_string_ostream(reason) << pin << " is of another table";
  return choose(op, product, tables, {reason});
}

LogicalResult SelectInstructions::choose(Operation *op, const Product &product,
                                         ArrayRef<const target::InstructionTable *> tables,
                                         SmallVector<std::string> reasons) {
  InstructionAttrInterface chosen;
  for (const target::InstructionTable *table : tables) {
    llvm::Expected<InstructionAttrInterface> row = table->choose(product);
    if (row && !row->isAsync() && waiting && product.result.getDimSize(0) > waiting) {
      reasons.push_back(("'" + table->name() + "' waits for more than " + llvm::Twine(waiting) + " rows").str());
      continue;
    }
    if (row) {
      chosen = *row;
      if (reasons.empty())
        reasons.push_back(("the first row of '" + table->name() + "' that fits").str());
      break;
    }
    reasons.push_back(llvm::toString(row.takeError()));
  }
  std::string reason = llvm::join(reasons, "; ");
  if (!chosen)
    return op->emitError() << "expects a product that an instruction computes, but " << reason;
  op->setAttr("instruction", chosen);
  emitRemark(op->getLoc()) << "[cuda-select-instructions] instruction = " << chosen << ": " << reason;
  return success();
}

} // namespace

std::unique_ptr<Pass> createSelectInstructionsPass(const InstructionOptions &options) {
  return std::make_unique<SelectInstructions>(options);
}

void registerSelectInstructionsPass() { PassRegistration<SelectInstructions>(); }

} // namespace attn::cuda
