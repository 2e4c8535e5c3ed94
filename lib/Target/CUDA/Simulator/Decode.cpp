// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Registers for values, blocks, and what an op's name is decoded by.
#include "lib/Target/CUDA/Simulator/Decoder.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;
using namespace attn::cuda::simulator;

constexpr uint32_t kNarrowBytes = 4 * kLanes, kWideBytes = 8 * kLanes;

bool attn::cuda::simulator::isWide(Type type) {
  if (auto pointer = dyn_cast<LLVM::LLVMPointerType>(type))
    return pointer.getAddressSpace() != 3;
  return type.isIndex() || type.getIntOrFloatBitWidth() > 32;
}

unsigned attn::cuda::simulator::storedBytes(Type type) {
  if (isa<LLVM::LLVMPointerType, IndexType>(type))
    return 8;
  return std::max(1u, type.getIntOrFloatBitWidth() / 8);
}

/// The scalar types that a type is made of.
static SmallVector<Type> partsOf(Type type) {
  if (auto vector = dyn_cast<VectorType>(type))
    return SmallVector<Type>(vector.getNumElements(), vector.getElementType());
  if (auto record = dyn_cast<LLVM::LLVMStructType>(type))
    return SmallVector<Type>(record.getBody());
  return {type};
}

//===- registers ------------------------------------------------------------------------------------------------===//

uint32_t Decoder::allocate(bool isWide) {
  SmallVector<uint32_t> &free = isWide ? freeWide : freeNarrow;
  if (!free.empty())
    return free.pop_back_val();
  uint32_t reg = top;
  top += isWide ? kWideBytes : kNarrowBytes;
  widths[reg] = isWide;
  return reg;
}

void Decoder::release(uint32_t reg) {
  auto found = users.find(reg);
  if (found == users.end() || --found->second)
    return;
  users.erase(found);
  (widths[reg] ? freeWide : freeNarrow).push_back(reg);
}

Registers Decoder::define(Value value) {
  Registers made;
  for (Type part : partsOf(value.getType())) {
    made.push_back(allocate(isWide(part)));
    users[made.back()] = 1;
  }
  return registers[value] = made;
}

void Decoder::alias(Value value, ArrayRef<uint32_t> same) {
  for (uint32_t reg : same)
    if (auto found = users.find(reg); found != users.end())
      ++found->second;
  registers[value] = Registers(same);
}

uint32_t Decoder::temporary(bool isWide) {
  temporaries.push_back(allocate(isWide));
  return temporaries.back();
}

void Decoder::forget(Value value) {
  auto found = registers.find(value);
  if (found == registers.end())
    return;
  for (uint32_t reg : found->second)
    release(reg);
  registers.erase(found);
}

/// Constants lie behind all other registers, whose number is known at the end alone: until then theirs start at a
/// mark.
uint32_t Decoder::constant(uint64_t bits, bool isWide) {
  uint32_t &reg = constants[{bits, isWide}];
  if (reg)
    return reg;
  reg = kConstants + uint32_t(program.image.size());
  for (unsigned lane = 0; lane < kLanes; ++lane)
    for (unsigned byte = 0; byte < (isWide ? 8 : 4); ++byte)
      program.image.push_back(uint8_t(bits >> 8 * byte));
  return reg;
}

uint32_t Decoder::addPatch(std::vector<Patch> &patches, int64_t bytes) {
  uint32_t reg = kConstants + uint32_t(program.image.size());
  program.image.resize(program.image.size() + kWideBytes);
  patches.push_back({reg, bytes});
  return reg;
}

Instruction &Decoder::emit(Handler handler, Operation *op, uint32_t result, uint32_t a, uint32_t b, uint32_t c) {
  Instruction made;
  made.handler = handler;
  made.result = result;
  made.a = a;
  made.b = b;
  made.c = c;
  made.op = op;
  program.code.push_back(made);
  return program.code.back();
}

ArrayRef<uint32_t> Decoder::keep(ArrayRef<uint32_t> list) { return list.copy(program.memory); }

bool Decoder::fail(Operation *op, const Twine &message) {
  if (!error.empty())
    return false;
  llvm::raw_string_ostream os(error);
  op->getLoc().print(os);
  os << ": '" << op->getName() << "' " << message;
  return false;
}

/// After which op of its block a value is not needed. What a loop carries lives as long as the loop.
void Decoder::findLastUses(LLVM::LLVMFuncOp function) {
  function.walk([&](mlir::Block *block) {
    auto add = [&](Value value, Operation *otherwise) {
      Operation *last = otherwise;
      for (Operation *user : value.getUsers()) {
        Operation *here = block->findAncestorOpInBlock(*user);
        if (last == otherwise || last->isBeforeInBlock(here))
          last = here;
      }
      if (last)
        dying[last].push_back(value);
    };
    Operation *parent = block->getParentOp();
    if (isa<scf::ForOp>(parent))
      for (Value argument : block->getArguments())
        dying[parent].push_back(argument);
    for (Operation &op : *block)
      for (Value result : op.getResults())
        add(result, &op);
  });
}

//===- ops ------------------------------------------------------------------------------------------------------===//

static const OpTable &opTable() {
  static const OpTable table = [] {
    OpTable table;
    addIntegerOps(table);
    addFloatOps(table);
    addCastOps(table);
    addVectorOps(table);
    addMemoryOps(table);
    addThreadOps(table);
    addBarrierOps(table);
    addCopyOps(table);
    addGroupProductOps(table);
    addAssemblyOps(table);
    return table;
  }();
  return table;
}

bool Decoder::decodeOp(Operation *op) {
  if (auto loop = dyn_cast<scf::ForOp>(op))
    return decodeFor(loop);
  if (auto branch = dyn_cast<scf::IfOp>(op))
    return decodeIf(branch);
  auto found = opTable().find(op->getName().getStringRef());
  if (found == opTable().end())
    return fail(op, "is no op that the simulator runs");
  return found->second(*this, op) && (error.empty() || fail(op, "cannot be decoded"));
}

bool Decoder::decodeBlock(mlir::Block &block) {
  for (Operation &op : block) {
    // What a loop or branch yields is moved by it.
    if (!isa<scf::YieldOp>(op) && !decodeOp(&op))
      return false;
    for (uint32_t reg : temporaries)
      (widths[reg] ? freeWide : freeNarrow).push_back(reg);
    temporaries.clear();
    if (isa<scf::YieldOp>(op))
      continue;
    for (Value value : dying.lookup(&op))
      forget(value);
  }
  return true;
}

const std::vector<Statement> *Decoder::parse(LLVM::InlineAsmOp op) {
  auto found = parsed.find(op.getAsmString());
  if (found != parsed.end())
    return &found->second;
  llvm::Expected<std::vector<Statement>> statements = parseAssembly(op.getAsmString());
  if (!statements)
    return fail(op, llvm::toString(statements.takeError())), nullptr;
  return &(parsed[op.getAsmString()] = std::move(*statements));
}

uint32_t Decoder::zerosAddress(Operation *op, StringRef name) {
  auto known = globals.find(name);
  if (known != globals.end())
    return known->second;
  auto global = SymbolTable::lookupNearestSymbolFrom<LLVM::GlobalOp>(op, StringAttr::get(op->getContext(), name));
  auto array = global ? dyn_cast<LLVM::LLVMArrayType>(global.getType()) : nullptr;
  auto zeros = global ? dyn_cast_or_null<DenseElementsAttr>(global.getValueOrNull()) : nullptr;
  if (!array || !zeros || !zeros.isSplat() || !zeros.getSplatValue<APInt>().isZero())
    return fail(op, "expects a global array of zeros"), 0;
  int64_t bytes = array.getNumElements() * storedBytes(array.getElementType());
  return globals[name] = addPatch(program.zeros, bytes);
}

bool Decoder::decode(LLVM::LLVMFuncOp function) {
  if (!function.getBody().hasOneBlock())
    return fail(function, "expects structured control flow");
  top = kNarrowBytes; // 0 is none
  widths[0] = false;
  findLastUses(function);
  for (Value argument : function.getArguments())
    registers[argument] = {addPatch(program.parameters, 0)};
  if (!decodeBlock(function.getBody().front()))
    return false;
  // Constants come behind the registers.
  for (std::vector<Patch> *patches : {&program.parameters, &program.zeros})
    for (Patch &patch : *patches)
      patch.place = patch.place - kConstants + top;
  auto move = [&](uint32_t reg) { return reg >= kConstants ? reg - kConstants + top : reg; };
  for (Instruction &i : program.code) {
    for (uint32_t *reg : {&i.result, &i.a, &i.b, &i.c, &i.guard})
      *reg = move(*reg);
    for (uint32_t &reg : MutableArrayRef<uint32_t>(const_cast<uint32_t *>(i.registers.data()), i.registers.size()))
      reg = move(reg);
  }
  program.image.insert(program.image.begin(), top, 0);
  return true;
}
