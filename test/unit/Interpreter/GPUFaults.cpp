// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Every fault that somebody could put into the rings, roles, barriers and phases that the passes make is found, without a
// device: by a random schedule that follows states, or by elements that differ.
#include "test/unit/Interpreter/GPUSteps.h"

#include <map>

using namespace attn;
using namespace attn::interpreter;
using programs::Program;
using programs::Tensors;

namespace {

/// A program, and how many keys a case must have so that every slot is used again.
struct Subject {
  const char *entry;
  int64_t keys;
  size_t longest; ///< the argument whose dim 2 is the number of keys
};

const Subject kSubjects[] = {{"attention", 2600, 1}, {"latent_attention", 1100, 1}};

class Runner {
public:
  Runner(const Subject &subject, const Step &step) {
    auto found = llvm::find_if(programs::programs(), [&](const Program &other) { return other.entry == subject.entry; });
    if (found == programs::programs().end())
      return;
    program = &*found;
    module = parseProgram(*program);
    if (!module || mlir::failed(apply(*module, step)))
      module = nullptr;
    auto point = llvm::find_if(program->cases, [&](const programs::Case &other) {
      return other.arguments()[subject.longest].shape[2] >= subject.keys;
    });
    if (point == program->cases.end())
      return;
    arguments = point->arguments();
    results = program->reference(arguments);
    if (!module)
      return;
    Options options;
    options.mode = NumberMode::stored;
    options.blocks = 1;
    options.ran = &ran;
    auto got = interpret(*module, *program, arguments, results, options);
    if (got)
      expected = std::move(*got);
    else
      llvm::consumeError(got.takeError());
  }

  bool isReady() const { return module && !expected.empty(); }

  /// What a random schedule finds; empty: nothing.
  std::string follow(uint64_t seed, mlir::Operation *ignored = nullptr) {
    Options options;
    options.protocol = true;
    options.blocks = 1; // every slot is used again
    options.seed = seed;
    options.ignored = ignored;
    options.ran = ignored ? nullptr : &ran;
    auto followed = interpret(*module, *program, arguments, results, options);
    return followed ? std::string() : llvm::toString(followed.takeError());
  }
  /// What the elements tell.
  std::string compare(mlir::Operation *ignored = nullptr) {
    Options options;
    options.mode = NumberMode::stored;
    options.blocks = 1;
    options.ignored = ignored;
    auto got = interpret(*module, *program, arguments, results, options);
    return got ? findDifference(*got, expected) : llvm::toString(got.takeError());
  }
  /// Whether one of the modes finds what is wrong with the module now; which, for the table.
  std::string findFault(mlir::Operation *ignored = nullptr) {
    for (uint64_t seed = 0; seed < 10; ++seed)
      if (!follow(seed, ignored).empty())
        return "protocol";
    return compare(ignored).empty() ? "" : "value";
  }

  const Program *program = nullptr;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  llvm::DenseSet<const mlir::Operation *> ran; ///< and mattered: others stand in branches not taken, or wait for what is known

private:
  Tensors arguments, results, expected;
};

/// Dropping any op that waits or ends something is found under every schedule.
TEST(GPUPassFaults, DroppedOpsAreFound) {
  for (const Subject &subject : kSubjects) {
    Runner runner(subject, {"specialised", specialised});
    ASSERT_TRUE(runner.isReady()) << subject.entry;
    for (uint64_t seed = 0; seed < 50; ++seed)
      ASSERT_EQ(runner.follow(seed), "") << subject.entry << ", seed " << seed;
    int count = 0;
    runner.module->walk([&](mlir::Operation *op) {
      if (!llvm::isa<tile::AcquireOp, tile::WaitOp, tile::CommitOp, tile::ReleaseOp, tile::AwaitOp>(op))
        return;
      ++count;
      for (uint64_t seed = 0; seed < 5; ++seed)
        EXPECT_NE(runner.follow(seed, op), "")
            << subject.entry << ": " << op->getName().getStringRef().str() << " number " << count;
    });
    EXPECT_GT(count, 20) << subject.entry;
  }
}

/// One thing made wrong, in one way or several of which one must be found.
struct Change {
  std::string what;
  std::vector<std::function<void()>> ways;
  std::function<void()> undo;
};
using Changes = std::vector<Change>;

/// A number of an op, one more or less.
void addNumber(Changes &changes, mlir::Operation *op, llvm::StringRef name, int64_t by) {
  auto attribute = op->getAttrOfType<mlir::IntegerAttr>(name);
  if (!attribute || attribute.getInt() + by < 0)
    return;
  auto changed = mlir::IntegerAttr::get(attribute.getType(), attribute.getInt() + by);
  changes.push_back({op->getName().getStringRef().str() + " " + name.str(),
                     {[=] { op->setAttr(name, changed); }},
                     [=] { op->setAttr(name, attribute); }});
}

mlir::Value i32(mlir::OpBuilder &b, mlir::Location loc, int64_t value) {
  return mlir::arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(value));
}

/// An operand that is 0 or 1, made the other one. Of a stage where a team arrives, always 0 or always 1: the other stage would
/// only hold back who fills, since it arrives one turn late at every one.
void addOperand(Changes &changes, mlir::OpOperand &operand, const std::string &name, bool isFixed = false) {
  mlir::Operation *op = operand.getOwner();
  mlir::OpBuilder b(op);
  mlir::Value before = operand.get(), one = i32(b, op->getLoc(), 1);
  unsigned number = operand.getOperandNumber();
  std::vector<mlir::Value> values{one, i32(b, op->getLoc(), 0)};
  if (!isFixed)
    values = {mlir::arith::XOrIOp::create(b, op->getLoc(), before, one)};
  Change change{op->getName().getStringRef().str() + " " + name, {}, [=] { op->setOperand(number, before); }};
  for (mlir::Value value : values)
    change.ways.push_back([=] { op->setOperand(number, value); });
  changes.push_back(std::move(change));
}

/// All that can be wrong in a count, a stage or a parity.
Changes collectChanges(mlir::ModuleOp module, const llvm::DenseSet<const mlir::Operation *> &ran) {
  Changes changes;
  std::vector<mlir::Operation *> ops;
  module.walk([&](mlir::Operation *op) {
    if (ran.contains(op))
      ops.push_back(op);
  });
  for (mlir::Operation *op : ops) {
    if (llvm::isa<tile::BarriersOp>(op)) {
      addNumber(changes, op, "arrivals", 1);
    } else if (auto arrive = llvm::dyn_cast<tile::ArriveOp>(op)) {
      addNumber(changes, op, "count", 1);
      addNumber(changes, op, "bytes", 16);
      if (arrive.getBarriers().getType().getDepth() == 2)
        addOperand(changes, arrive.getStageMutable(), "stage", /*isFixed=*/true);
    } else if (auto pass = llvm::dyn_cast<tile::PassOp>(op)) {
      addOperand(changes, pass.getParityMutable(), "parity");
      if (pass.getBarriers().getType().getDepth() == 2)
        addOperand(changes, pass.getStageMutable(), "stage");
    } else if (auto slot = llvm::dyn_cast<tile::SlotOp>(op)) {
      if (slot.getSlots().getType().getDepth() == 2)
        addOperand(changes, slot.getStageMutable(), "stage");
    } else if (auto copy = llvm::dyn_cast<tile::CopyOp>(op)) {
      addNumber(changes, op, "bytes", 16);
      if (copy.getBarriers().getType().getDepth() == 2)
        addOperand(changes, *copy.getStageMutable().begin(), "stage");
    } else if (llvm::isa<tile::AwaitOp>(op)) {
      addNumber(changes, op, "outstanding", 1);
    }
  }
  return changes;
}

/// The same once barriers and phases stand in the program: dropping any op that waits, arrives or fences, and changing
/// any count, stage or parity.
TEST(GPUPassFaults, FaultsOfBarriersAreFound) {
  std::map<std::string, std::map<std::string, int>> table; // what: mode: how often
  for (const Subject &subject : kSubjects)
    for (bool made : {false, true}) {
      Runner runner(subject, {"materialised", materialised, made});
      ASSERT_TRUE(runner.isReady()) << subject.entry;
      for (uint64_t seed = 0; seed < 50; ++seed)
        ASSERT_EQ(runner.follow(seed), "") << subject.entry << ", seed " << seed;
      std::vector<mlir::Operation *> dropped;
      runner.module->walk([&](mlir::Operation *op) {
        if (runner.ran.contains(op) &&
            llvm::isa<tile::ArriveOp, tile::PassOp, tile::FenceOp, tile::AwaitOp>(op))
          dropped.push_back(op);
      });
      EXPECT_GT(dropped.size(), 20u) << subject.entry;
      for (mlir::Operation *op : dropped) {
        std::string what = "drop " + op->getName().getStringRef().str(), mode = runner.findFault(op);
        ++table[what][mode];
        EXPECT_NE(mode, "") << subject.entry << ": " << what << " in line "
                            << llvm::cast<mlir::FileLineColLoc>(op->getLoc()).getLine();
      }
      for (Change &change : collectChanges(*runner.module, runner.ran)) {
        std::string mode;
        for (auto &apply : change.ways)
          if (mode.empty()) {
            apply();
            mode = runner.findFault();
            change.undo();
          }
        ++table["change " + change.what][mode];
        EXPECT_NE(mode, "") << subject.entry << ": " << change.what;
      }
      ASSERT_EQ(runner.follow(0), "") << "every change is undone";
    }
  for (auto &[what, modes] : table) {
    std::string counts;
    for (auto &[mode, count] : modes)
      counts += " " + mode + " " + std::to_string(count);
    RecordProperty(what, counts);
  }
}

/// A partial block taken for a full one shows in the elements.
TEST(GPUPassFaults, WrongClassesAreFound) {
  Runner runner(kSubjects[0], {"late_classes", specialised, false, false, true, true});
  ASSERT_TRUE(runner.isReady());
  std::vector<tile::LengthOp> lengths;
  runner.module->walk([&](tile::LengthOp op) {
    if (runner.ran.contains(op) && !op.getPartials().use_empty())
      lengths.push_back(op);
  });
  ASSERT_FALSE(lengths.empty());
  for (tile::LengthOp length : lengths) {
    mlir::OpBuilder b(length->getContext());
    b.setInsertionPointAfter(length);
    auto one = mlir::arith::ConstantIndexOp::create(b, length.getLoc(), 1);
    auto fewer = mlir::arith::SubIOp::create(b, length.getLoc(), length.getPartials(), one);
    length.getPartials().replaceAllUsesExcept(fewer, fewer);
  }
  EXPECT_NE(runner.compare(), "");
}

} // namespace
