// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Faults that somebody could put into the lowering are found, each by a check that the table in
// docs/rationale/tile.md names.
#include "test/unit/DeviceSimulator/Chain.h"
#include "test/unit/Interpreter/GPUSteps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/Matchers.h"

#include <map>

using namespace attn;
using namespace attn::cuda::simulator;
using mlir::Operation;

namespace {

//===- changes --------------------------------------------------------------------------------------------------===//

/// On ops that ran: a fault in another one is none.
constexpr llvm::StringLiteral kRan = "ran";

/// All ops of a kind that ran and fit, in program order.
template <typename OpT> std::vector<OpT> all(mlir::ModuleOp module, llvm::function_ref<bool(OpT)> fits = nullptr) {
  std::vector<OpT> found;
  module.walk([&](OpT op) {
    if (op->hasAttr(kRan) && (!fits || fits(op)))
      found.push_back(op);
  });
  return found;
}

/// Assembly that holds a text.
std::vector<mlir::LLVM::InlineAsmOp> assembly(mlir::ModuleOp module, llvm::StringRef text) {
  return all<mlir::LLVM::InlineAsmOp>(module, [&](auto op) { return op.getAsmString().contains(text); });
}

/// Replaces the first or last occurrence of a text.
void rewrite(mlir::LLVM::InlineAsmOp op, const std::string &from, const std::string &to, bool last = false) {
  std::string text = op.getAsmString().str();
  size_t at = last ? text.rfind(from) : text.find(from);
  text.replace(at, from.size(), to);
  op.setAsmString(text);
}

void swapOperands(Operation *op, unsigned first, unsigned second) {
  mlir::Value kept = op->getOperand(first);
  op->setOperand(first, op->getOperand(second));
  op->setOperand(second, kept);
}

void setConstant(mlir::OpOperand &operand, int64_t value) {
  mlir::OpBuilder b(operand.getOwner());
  operand.set(mlir::arith::ConstantOp::create(b, operand.getOwner()->getLoc(),
                                              b.getIntegerAttr(operand.get().getType(), value)));
}

int64_t constantOf(mlir::Value value) {
  llvm::APInt number;
  return mlir::matchPattern(value, mlir::m_ConstantInt(&number)) ? number.getSExtValue() : -1;
}

/// Which lowered program is broken.
enum class Form { value, overlapped, roles };

/// A way to break the n-th place of its kind; false: there is none.
struct Fault {
  const char *what;
  Form form;
  /// Every how many places one is broken.
  size_t every;
  std::function<bool(mlir::ModuleOp, size_t)> apply;
  /// Whether a place may be one that nobody waits for: a slot that is not taken again.
  bool mayNotMatter = false;
};

template <typename OpsT, typename FnT> bool changeOne(const OpsT &ops, size_t n, FnT change) {
  if (n >= ops.size())
    return false;
  change(ops[n]);
  return true;
}

template <typename FnT> std::function<bool(mlir::ModuleOp, size_t)> inAssembly(const char *text, FnT change) {
  return [=](mlir::ModuleOp module, size_t n) { return changeOne(assembly(module, text), n, change); };
}

template <typename OpT, typename FnT> std::function<bool(mlir::ModuleOp, size_t)> inOps(FnT change) {
  return [=](mlir::ModuleOp module, size_t n) { return changeOne(all<OpT>(module), n, change); };
}

using Asm = mlir::LLVM::InlineAsmOp;

/// The permutation of chunks: an exclusive or of a chunk's number and a row's.
std::vector<mlir::arith::XOrIOp> permutations(mlir::ModuleOp module) {
  return all<mlir::arith::XOrIOp>(module, [](auto op) { return op.getType().isIndex(); });
}

/// Boxes as the tensor maps of a kernel have them.
bool changeBox(mlir::ModuleOp module, size_t n, size_t axis, int64_t by) {
  for (auto function : module.getOps<mlir::LLVM::LLVMFuncOp>()) {
    auto maps = function->getAttrOfType<mlir::ArrayAttr>(launch::descriptorsAttr);
    if (!maps || n >= maps.size())
      return false;
    llvm::SmallVector<mlir::Attribute> changed(maps.getValue());
    auto map = llvm::cast<mlir::DictionaryAttr>(changed[n]);
    mlir::Builder b(module.getContext());
    mlir::NamedAttrList fields(map);
    auto box = llvm::to_vector(map.getAs<mlir::DenseI64ArrayAttr>("box").asArrayRef());
    box[axis] += by;
    fields.set("box", b.getDenseI64ArrayAttr(box));
    changed[n] = fields.getDictionary(module.getContext());
    function->setAttr(launch::descriptorsAttr, b.getArrayAttr(changed));
    return true;
  }
  return false;
}

const Fault kFaults[] = {
    {"registers of a left operand swapped", Form::value, 7,
     inAssembly("mma.sync", [](Asm op) { swapOperands(op, 1, 2); })},
    {"registers of a right operand swapped", Form::value, 7,
     inAssembly("mma.sync", [](Asm op) { swapOperands(op, 4, 5); })},
    {"registers of a sum swapped", Form::value, 7,
     inAssembly("mma.sync", [](Asm op) { rewrite(op, "$0, $1", "$1, $0"); })},
    {"a matrix load transposes or not", Form::value, 3,
     inAssembly("ldmatrix",
                [](Asm op) {
                  bool transposes = op.getAsmString().contains(".trans");
                  rewrite(op, transposes ? ".x4.trans" : ".x4", transposes ? ".x4" : ".x4.trans");
                })},
    {"chunks not permuted", Form::value, 1,
     [](mlir::ModuleOp module, size_t n) {
       return changeOne(permutations(module), n, [](auto op) { op.replaceAllUsesWith(op.getLhs()); });
     }},
    {"chunks permuted nowhere", Form::value, 1,
     [](mlir::ModuleOp module, size_t n) {
       for (auto op : permutations(module))
         op.replaceAllUsesWith(op.getLhs());
       return n == 0;
     }},
    {"a barrier dropped", Form::value, 1,
     inOps<mlir::NVVM::Barrier0Op>([](mlir::NVVM::Barrier0Op op) { op.erase(); })},
    {"a descriptor shifted", Form::overlapped, 1,
     inAssembly("wgmma.mma",
                [](Asm op) {
                  std::string text = op.getAsmString().str();
                  size_t at = text.rfind("add.s64 right, ");
                  size_t comma = text.find(", ", text.find(", ", at) + 2), end = text.find(';', comma);
                  int64_t offset = std::stoll(text.substr(comma + 2, end - comma - 2));
                  op.setAsmString(text.substr(0, comma + 2) + std::to_string(offset + 1) + text.substr(end));
                })},
    {"a right operand turned", Form::overlapped, 1,
     inAssembly("wgmma.mma",
                [](Asm op) {
                  std::string text = op.getAsmString().str();
                  char &flag = text[text.rfind("wgmma.commit") - 3];
                  flag = flag == '0' ? '1' : '0';
                  op.setAsmString(text);
                })},
    {"registers of a group's left operand swapped", Form::overlapped, 1,
     inAssembly("wgmma.mma",
                [](Asm op) {
                  if (llvm::StringRef(op.getConstraints()).contains(",r,r,r,r"))
                    swapOperands(op, 1, 2);
                  else
                    swapOperands(op, 0, 1); // both descriptors
                })},
    {"registers' fence dropped", Form::overlapped, 1,
     inAssembly("wgmma.mma", [](Asm op) { rewrite(op, "wgmma.fence.sync.aligned;\n", ""); })},
    {"a group never committed", Form::overlapped, 1,
     inAssembly("wgmma.mma", [](Asm op) { rewrite(op, "wgmma.commit_group.sync.aligned;\n", ""); })},
    {"an await leaves one product more in flight", Form::overlapped, 1,
     inOps<mlir::NVVM::WgmmaWaitGroupSyncOp>(
         [](mlir::NVVM::WgmmaWaitGroupSyncOp op) { op.setGroup(op.getGroup() + 1); })},
    {"a parity changed", Form::overlapped, 1, inOps<mlir::NVVM::MBarrierTryWaitParityOp>([](auto op) {
       mlir::OpBuilder b(op);
       mlir::Value one = mlir::arith::ConstantOp::create(b, op.getLoc(), b.getI32IntegerAttr(1));
       op.getPhaseMutable().assign(mlir::arith::XOrIOp::create(b, op.getLoc(), op.getPhase(), one));
     })},
    {"arrivals of a barrier changed", Form::overlapped, 1, inOps<mlir::NVVM::MBarrierInitOp>([](auto op) {
       setConstant(op.getCountMutable(), constantOf(op.getCount()) + 1);
     })},
    {"bytes of an arrival changed", Form::overlapped, 1,
     inAssembly("expect_tx", [](Asm op) { setConstant(op->getOpOperand(2), constantOf(op->getOperand(2)) - 128); })},
    {"an arrival dropped", Form::overlapped, 1, inAssembly("mbarrier.arrive.shared", [](Asm op) { op.erase(); }),
     true},
    {"a copy dropped", Form::overlapped, 1, inAssembly("cp.async.bulk", [](Asm op) { op.erase(); })},
    {"a copy's coordinate changed", Form::overlapped, 1,
     inAssembly("cp.async.bulk",
                [](Asm op) {
                  mlir::OpBuilder b(op);
                  mlir::Value far = mlir::arith::ConstantOp::create(b, op.getLoc(), b.getI32IntegerAttr(8));
                  op.setOperand(5, mlir::arith::AddIOp::create(b, op.getLoc(), op.getOperand(5), far));
                })},
    {"a box with a row less", Form::overlapped, 1,
     [](mlir::ModuleOp module, size_t n) { return changeBox(module, n, 1, -1); }},
    {"a box with a row more", Form::overlapped, 1,
     [](mlir::ModuleOp module, size_t n) { return changeBox(module, n, 1, 1); }},
    {"a shuffle hears another lane", Form::roles, 1,
     [](mlir::ModuleOp module, size_t n) {
       auto exchanges =
           all<mlir::NVVM::ShflOp>(module, [](auto op) { return op.getKind() == mlir::NVVM::ShflKind::bfly; });
       return changeOne(exchanges, n,
                        [](auto op) { setConstant(op.getOffsetMutable(), constantOf(op.getOffset()) + 4); });
     }},
    {"a fence dropped", Form::roles, 1, inAssembly("fence.proxy", [](Asm op) { op.erase(); })},
    {"an early arrival", Form::roles, 1,
     inAssembly("mbarrier.arrive.shared",
                [](Asm op) {
                  mlir::OpBuilder b(op);
                  b.clone(*op);
                }),
     true},
};

//===- runs -----------------------------------------------------------------------------------------------------===//

/// By which check a run was found to be wrong; empty: by none.
std::string checkOf(const std::string &message, const Counts &counts) {
  const std::pair<const char *, const char *> table[] = {
      {": expects ", "bits"},        {"without a barrier", "order"},   {"may still read", "order"},
      {"nobody wrote", "unwritten"}, {"in flight", "in flight"},       {"without a fence", "fence"},
      {"without end", "deadlock"},   {"missing", "barrier's end"},     {"have arrived", "arrivals"},
      {"begins products", "fence"},  {"uses a register", "in flight"}, {"where a barrier", "place"},
      {"of shared memory", "place"}};
  for (auto [text, check] : table)
    if (message.find(text) != std::string::npos)
      return check;
  return message.empty() && counts.conflicts ? "banks" : message;
}

/// A lowered module, its call, and what it should leave.
struct Subject {
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::string entry;
  Tensors arguments, results, expected;

  /// By which check it is found that a module is another one; empty: it is not.
  std::string judge(mlir::ModuleOp other, llvm::DenseSet<Operation *> *ran = nullptr) const {
    Device device;
    for (uint64_t seed = 0; seed < 3; ++seed) {
      Counts counts;
      Options options;
      options.seed = seed;
      options.maxInstructions = 3000000;
      options.ran = ran;
      auto got = simulate(device, other, entry, arguments, results, 8, options, &counts);
      std::string message = got ? interpreter::findDifference(*got, expected) : llvm::toString(got.takeError());
      if (std::string check = checkOf(message, counts); !check.empty())
        return check;
    }
    return "";
  }
};

Subject makeChain(bool overlapped) {
  Subject subject;
  Kernel kernel = Chain{64, 64, 64, 128, false, false, "bf16"}.kernel(5 * 64 + 24);
  subject.module = mlir::parseSourceString<mlir::ModuleOp>(kernel.text(), &testContext());
  subject.entry = "e";
  subject.arguments = kernel.arguments;
  subject.results = kernel.results;
  std::vector<interpreter::Buffer> in(kernel.arguments.begin(), kernel.arguments.end());
  std::vector<interpreter::Buffer> out(kernel.results.begin(), kernel.results.end());
  interpreter::Options stored;
  stored.mode = interpreter::NumberMode::stored;
  llvm::Error error = interpreter::runEntry(subject.module->lookupSymbol<launch::EntryOp>("e"), in, out, stored);
  EXPECT_FALSE(bool(error)) << llvm::toString(std::move(error));
  for (const interpreter::Buffer &buffer : out)
    subject.expected.push_back(buffer.toHost());
  mlir::PassManager passes(&testContext());
  (overlapped ? addOverlapped : addValueForm)(passes);
  EXPECT_TRUE(mlir::succeeded(passes.run(*subject.module)));
  return subject;
}

/// A program whose copies may end before their tensors do, so that threads write to slots too.
Subject makeRoles() {
  static const Program program = programs::attentionInRoles();
  Subject subject;
  subject.module = parseProgram(program);
  subject.entry = program.entry;
  subject.arguments = program.cases.back().arguments();
  subject.results = program.reference(subject.arguments);
  mlir::PassManager passes(&testContext());
  addOverlapped(passes);
  EXPECT_TRUE(mlir::succeeded(passes.run(*subject.module)));
  Device device;
  auto got = simulate(device, *subject.module, subject.entry, subject.arguments, subject.results, 8);
  if (got)
    subject.expected = *got;
  else
    ADD_FAILURE() << llvm::toString(got.takeError());
  return subject;
}

class Faults : public testing::TestWithParam<Form> {};

TEST_P(Faults, AreFound) {
  Subject subject = GetParam() == Form::roles ? makeRoles() : makeChain(GetParam() == Form::overlapped);
  llvm::DenseSet<Operation *> ran;
  ASSERT_EQ(subject.judge(*subject.module, &ran), "");
  for (Operation *op : ran)
    op->setAttr(kRan, mlir::UnitAttr::get(&testContext()));
  for (const Fault &fault : kFaults) {
    if (fault.form != GetParam())
      continue;
    std::map<std::string, int> found;
    size_t places = 0;
    for (size_t n = 0;; n += fault.every, ++places) {
      mlir::OwningOpRef<mlir::ModuleOp> broken = subject.module->clone();
      if (!fault.apply(*broken, n))
        break;
      std::string check = subject.judge(*broken);
      EXPECT_TRUE(!check.empty() || fault.mayNotMatter) << fault.what << ", place " << n;
      ++found[check];
    }
    EXPECT_GT(places, found.count("") ? size_t(found.at("")) : 0) << fault.what;
    for (auto &[check, times] : found)
      std::cout << "  " << fault.what << ": " << check << " (" << times << ")\n";
  }
}

std::string nameOf(const testing::TestParamInfo<Form> &info) {
  return info.param == Form::value ? "value" : info.param == Form::overlapped ? "overlapped" : "roles";
}

INSTANTIATE_TEST_SUITE_P(DeviceSimulator, Faults, testing::Values(Form::value, Form::overlapped, Form::roles),
                         nameOf);

} // namespace
