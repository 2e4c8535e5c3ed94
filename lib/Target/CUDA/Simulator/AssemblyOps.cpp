// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Pieces of assembly: their operands by number, their statements one after another.
#include "lib/Target/CUDA/Simulator/Lanes.h"
#include <cstring>

using namespace mlir;
using namespace attn::cuda::simulator;

//===- operands -------------------------------------------------------------------------------------------------===//

uint32_t StatementContext::reg(const AsmOperand &operand, bool isWide) {
  if (operand.kind == AsmOperand::number)
    return decoder.constant(isWide ? uint64_t(operand.value) : uint32_t(operand.value), isWide);
  if (operand.kind == AsmOperand::address && !operand.parts.empty())
    return reg(operand.parts.front(), isWide);
  auto found = reads.find(operand.text);
  if (found != reads.end())
    return found->second;
  // A name of the module's: shared memory begins with all of them.
  if (auto global =
          SymbolTable::lookupNearestSymbolFrom<LLVM::GlobalOp>(op, StringAttr::get(op->getContext(), operand.text));
      global && global.getAddrSpace() == 3)
    return decoder.constant(SharedMemory::kBase, /*isWide=*/false);
  decoder.fail(op, "reads '" + operand.text + "', which has no value");
  return 0;
}

Registers StatementContext::list(const AsmOperand &operand) {
  Registers all;
  if (operand.kind != AsmOperand::list)
    return {reg(operand)};
  for (const AsmOperand &part : operand.parts)
    all.push_back(reg(part));
  return all;
}

uint32_t StatementContext::target(const AsmOperand &operand, bool isWide) {
  auto found = writes.find(operand.text);
  uint32_t to = found != writes.end() ? found->second : decoder.temporary(isWide);
  writes[operand.text] = reads[operand.text] = to;
  return to;
}

Registers StatementContext::targets(const AsmOperand &operand) {
  Registers all;
  if (operand.kind != AsmOperand::list)
    return {target(operand)};
  for (const AsmOperand &part : operand.parts)
    all.push_back(target(part));
  return all;
}

uint32_t StatementContext::guard(const Statement &statement) {
  if (statement.guard.empty())
    return 0;
  AsmOperand operand;
  operand.kind = AsmOperand::name;
  operand.text = statement.guard;
  return reg(operand);
}

bool StatementContext::fail(const Statement &statement, const Twine &message) {
  return decoder.fail(op, "of '" + statement.opcode + "' " + message);
}

//===- simple statements ----------------------------------------------------------------------------------------===//

Step attn::cuda::simulator::runCopy32(Warp &w, const Instruction &i) {
  std::copy(w.at<uint32_t>(i.a), w.at<uint32_t>(i.a) + kLanes, w.at<uint32_t>(i.result));
  return Step::next;
}

Step attn::cuda::simulator::runCopy64(Warp &w, const Instruction &i) {
  std::copy(w.at<uint64_t>(i.a), w.at<uint64_t>(i.a) + kLanes, w.at<uint64_t>(i.result));
  return Step::next;
}

namespace {

uint32_t isUnequal(uint32_t a, uint32_t b) { return a != b; }
uint64_t sum(uint64_t a, uint64_t b) { return a + b; }
uint32_t isLess(uint64_t a, uint64_t b) { return int64_t(a) < int64_t(b); }

bool decodeLess(StatementContext &context, const Statement &statement) {
  if (statement.operands.size() != 3)
    return context.fail(statement, "expects three operands");
  uint32_t a = context.reg(statement.operands[1], /*isWide=*/true), b = context.reg(statement.operands[2], true);
  context.decoder.emit(runBinary<uint32_t, uint64_t, isLess>, context.op, context.target(statement.operands[0]), a,
                       b);
  return true;
}

/// To the nearest of 10 bits behind the point, ties away from zero.
uint32_t toTF32(uint32_t bits) {
  bool isFinite = (bits & 0x7f800000) != 0x7f800000;
  return isFinite ? (bits + 0x1000) & ~0x1fffu : bits;
}

template <Handler handler> bool decodeTwo(StatementContext &context, const Statement &statement) {
  if (statement.operands.size() != 2)
    return context.fail(statement, "expects two operands");
  uint32_t from = context.reg(statement.operands[1]);
  context.decoder.emit(handler, context.op, context.target(statement.operands[0]), from);
  return true;
}

template <Handler handler, bool wide> bool decodeThree(StatementContext &context, const Statement &statement) {
  if (statement.operands.size() != 3)
    return context.fail(statement, "expects three operands");
  uint32_t a = context.reg(statement.operands[1], wide), b = context.reg(statement.operands[2], wide);
  context.decoder.emit(handler, context.op, context.target(statement.operands[0], wide), a, b);
  return true;
}

const StatementTable &statementTable() {
  static const StatementTable table = [] {
    StatementTable table;
    table["mov.b32"] = decodeTwo<runCopy32>;
    table["cvt.rna.tf32.f32"] = decodeTwo<runUnary<uint32_t, uint32_t, toTF32>>;
    table["setp.ne.b32"] = decodeThree<runBinary<uint32_t, uint32_t, isUnequal>, false>;
    table["setp.lt.s64"] = decodeLess;
    table["add.s64"] = decodeThree<runBinary<uint64_t, uint64_t, sum>, true>;
    addMatrixStatements(table);
    addGroupProductStatements(table);
    addBarrierStatements(table);
    addThreadStatements(table);
    addMemoryStatements(table);
    addCopyStatements(table);
    return table;
  }();
  return table;
}

/// The decoder of an opcode in which numbers stand for any.
StatementDecoder findStatement(StringRef opcode) {
  auto found = statementTable().find(opcode);
  if (found != statementTable().end())
    return found->second;
  std::string general;
  for (size_t n = 0; n < opcode.size(); ++n)
    if (!llvm::isDigit(opcode[n]))
      general += opcode[n];
    else if (general.empty() || general.back() != '#')
      general += '#';
  found = statementTable().find(general);
  return found != statementTable().end() ? found->second : nullptr;
}

/// Names of operands: outputs, then inputs, of which some are outputs' first values.
bool bindOperands(Decoder &d, LLVM::InlineAsmOp op, StatementContext &context,
                  SmallVectorImpl<std::string> &outputs) {
  SmallVector<StringRef> constraints;
  op.getConstraints().split(constraints, ',', -1, /*KeepEmpty=*/false);
  Registers results;
  size_t nextInput = 0;
  for (StringRef constraint : constraints)
    if (constraint.starts_with("="))
      outputs.push_back("$" + std::to_string(outputs.size()));
  Registers inputs;
  for (Value operand : op.getOperands())
    inputs.append(d.of(operand));
  if (op.getNumResults())
    results = d.define(op.getResult(0));
  if (results.size() != outputs.size())
    return d.fail(op, "expects a result for each output");
  for (auto [name, result] : llvm::zip(outputs, results))
    context.writes[name] = result;
  size_t number = outputs.size();
  for (StringRef constraint : constraints) {
    if (constraint.starts_with("=") || constraint.starts_with("~"))
      continue;
    if (nextInput == inputs.size())
      return d.fail(op, "expects an operand for each input");
    uint32_t input = inputs[nextInput];
    unsigned tied;
    bool isTied = !constraint.getAsInteger(10, tied);
    context.keepsStarts |= isTied && inputs.size() == op.getNumOperands() && !op.getOperand(nextInput).hasOneUse();
    ++nextInput;
    if (isTied)
      context.reads["$" + std::to_string(tied)] = input;
    context.reads["$" + std::to_string(number++)] = input;
  }
  return nextInput == inputs.size() || d.fail(op, "expects an input for each operand");
}

bool decodeAssembly(Decoder &d, Operation *op) {
  auto assembly = cast<LLVM::InlineAsmOp>(op);
  const std::vector<Statement> *statements = d.parse(assembly);
  StatementContext context{d, assembly, {}, {}};
  SmallVector<std::string> outputs;
  if (!statements || !bindOperands(d, assembly, context, outputs))
    return false;
  llvm::StringMap<uint32_t> results = context.writes;
  for (const Statement &statement : *statements) {
    StatementDecoder decode = findStatement(statement.opcode);
    if (!decode)
      return d.fail(op, "holds '" + statement.opcode + "', which the simulator does not know");
    if (!decode(context, statement) || !d.message().empty())
      return false;
  }
  // What no statement wrote keeps its first value.
  for (const std::string &name : outputs) {
    auto value = context.reads.find(name);
    if (value == context.reads.end())
      return d.fail(op, "leaves output '" + name + "' without a value");
    uint32_t to = results[name];
    if (value->second != to)
      d.emit(d.isWideRegister(to) ? runCopy64 : runCopy32, op, to, value->second);
  }
  return true;
}

} // namespace

void attn::cuda::simulator::addAssemblyOps(OpTable &table) { table["llvm.inline_asm"] = decodeAssembly; }
