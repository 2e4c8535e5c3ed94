// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Products of a group of four warps that run beside other work: their operands lie in slots of rings or in registers,
// their results are in flight until awaited.
#include "lib/Target/CUDA/KernelLowering.h"
#include "lib/Target/CUDA/Turns.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace attn::tile;

namespace attn::cuda {

/// The descriptor of a matrix in shared memory: where it starts and how its 8-row atoms follow each other. `contiguous`:
/// the contracted dim runs along rows.
Value KernelLowering::matrixDescriptor(Value address, PanelsAttr panels, bool contiguous) {
  // Its lower word has the address and the distance of columns of atoms, its upper one the distance of rows and the kind
  // of swizzle: 128 bytes.
  int64_t leadingBytes = contiguous ? 16 : panels.getPanelBytes();
  Value word = arith::ShRUIOp::create(b, loc, address, i32(4));
  word = arith::AndIOp::create(b, loc, word, i32(0x3fff));
  word = arith::OrIOp::create(b, loc, word, i32(leadingBytes / 16 << 16));
  Value wide = arith::ExtUIOp::create(b, loc, b.getI64Type(), word);
  uint64_t upper = uint64_t(panels.getAlignment() / 16) << 32 | uint64_t(1) << 62;
  Value rest = arith::ConstantOp::create(b, loc, b.getI64Type(), b.getI64IntegerAttr(int64_t(upper)));
  return arith::OrIOp::create(b, loc, wide, rest);
}

/// The assembly of one product: every step of the contracted dim, between a fence and a commit.
static std::string productText(int64_t registers, WgmmaAttr instruction, int64_t steps, bool leftInRegisters,
                               bool accumulates, bool transA, bool transB, ArrayRef<int64_t> leftSteps,
                               ArrayRef<int64_t> rightSteps) {
  std::string text;
  llvm::raw_string_ostream os(text);
  int64_t left = registers, right = leftInRegisters ? registers + 4 * steps : registers + 1;
  os << "{\n.reg .pred first, more;\n.reg .b64 left, right;\n"
     << "setp.ne.b32 first, " << (accumulates ? 1 : 0) << ", 0;\nsetp.ne.b32 more, 1, 0;\n"
     << "wgmma.fence.sync.aligned;\n";
  for (int64_t step = 0; step < steps; ++step) {
    if (!leftInRegisters)
      os << "add.s64 left, $" << left << ", " << leftSteps[step] << ";\n";
    os << "add.s64 right, $" << right << ", " << rightSteps[step] << ";\n"
       << "wgmma.mma_async.sync.aligned.m" << instruction.getM() << "n" << instruction.getN() << "k"
       << instruction.getK() << ".f32." << instruction.getType() << "." << instruction.getType() << " {";
    for (int64_t i = 0; i < registers; ++i)
      os << (i ? ", $" : "$") << i;
    os << "}, ";
    if (leftInRegisters) {
      os << "{";
      for (int64_t i = 0; i < 4; ++i)
        os << (i ? ", $" : "$") << left + 4 * step + i;
      os << "}";
    } else {
      os << "left";
    }
    os << ", right, " << (step == 0 ? "first" : "more") << ", 1, 1";
    if (!leftInRegisters)
      os << ", " << int(transA);
    os << ", " << int(transB) << ";\n";
  }
  os << "wgmma.commit_group.sync.aligned;\n}";
  return text;
}

/// How far into an operand each step starts, in units of 16 bytes. `contiguous`: the contracted dim runs along rows.
static SmallVector<int64_t> stepOffsets(const SharedTile &tile, int64_t steps, int64_t stepDepth, bool contiguous) {
  SmallVector<int64_t> offsets;
  for (int64_t step = 0; step < steps; ++step) {
    int64_t element = step * stepDepth, panelCols = tile.panels.getPanelCols(tile.element);
    int64_t bytes = contiguous ? element / panelCols * tile.panels.getPanelBytes() + element % panelCols * 2
                               : element * tile.panels.getSwizzle();
    offsets.push_back(bytes / 16);
  }
  return offsets;
}

LogicalResult KernelLowering::lowerIssue(IssueOp op) {
  auto instruction = dyn_cast_if_present<WgmmaAttr>(op.getInstructionAttr());
  if (!instruction)
    return op.emitError("expects a product with its instruction; run --cuda-select-instructions before");
  Product product = describeProduct(op);
  int64_t groupWarps = instruction.getWarps(), groupRows = instruction.getM(), groups = warps / groupWarps;
  if (warps % groupWarps != 0 || product.result.getDimSize(0) != groupRows * groups)
    return op.emitError("expects ") << groupRows << " rows for each " << groupWarps << " warps of a team, but got "
                                    << product.result << " for " << warps << " warps";
  bool leftInSlot = slots.contains(op.getA());
  const SharedTile right = slots[op.getB()].tile;
  int64_t steps = product.depth() / instruction.getK(), registers = instruction.getN() / 2;

  SmallVector<Value> operands;
  std::string constraints;
  for (int64_t i = 0; i < registers; ++i)
    constraints += i ? ",=f" : "=f";
  SmallVector<int64_t> leftSteps;
  if (leftInSlot) {
    const SharedTile left = slots[op.getA()].tile;
    bool contiguous = !op.getTransA();
    leftSteps = stepOffsets(left, steps, instruction.getK(), contiguous);
    Value address = slotAddress(op.getA());
    if (groups > 1) {
      Value group = arith::DivUIOp::create(b, loc, warp, index(4));
      int64_t bytes = contiguous ? groupRows * left.panels.getSwizzle() : left.panels.getPanelBytes();
      Value shift = arith::MulIOp::create(b, loc, group, index(bytes));
      address = arith::AddIOp::create(b, loc, address, arith::IndexCastOp::create(b, loc, b.getI32Type(), shift));
    }
    operands.push_back(matrixDescriptor(address, left.panels, contiguous));
    constraints += ",l";
  } else {
    FragmentLayout layout = layoutOf(op.getA());
    const Registers &values = tiles[op.getA()];
    for (int64_t step = 0; step < steps; ++step)
      for (int64_t col : {2 * step, 2 * step + 1})
        for (int64_t half : {0, 1}) {
          operands.push_back(packPair(values[layout.index({0, col, half, 0})], values[layout.index({0, col, half, 1})]));
          constraints += ",r";
        }
  }
  bool contiguous = op.getTransB();
  operands.push_back(matrixDescriptor(slotAddress(op.getB()), right.panels, contiguous));
  constraints += ",l";
  bool accumulates = static_cast<bool>(op.getC());
  if (accumulates) {
    const Registers &start = tiles[op.getC()];
    for (int64_t i = 0; i < registers; ++i) {
      operands.push_back(start[i]);
      constraints += "," + std::to_string(i);
    }
  }
  std::string text = productText(registers, instruction, steps, !leftInSlot, accumulates, op.getTransA(),
                                 !op.getTransB(), leftSteps, stepOffsets(right, steps, instruction.getK(), contiguous));
  if ((op->hasAttr(kBeginsTurn) || op->hasAttr(kEndsTurn)) && !inTurn)
    return op.emitError("expects turns to be taken in a role");
  if (op->hasAttr(kBeginsTurn))
    awaitTurn();
  tiles[op.getPending()] = assembleMany(text, constraints, operands, registers);
  if (op->hasAttr(kEndsTurn))
    passTurn();
  return success();
}

/// The first register of what arithmetic made last, of the largest tiles, since the team last began or awaited a product;
/// null if nothing.
Value KernelLowering::madeSince(AwaitOp op) {
  const Registers *made = nullptr;
  for (Operation *before = op->getPrevNode(); before && !isa<AwaitOp, IssueOp>(before); before = before->getPrevNode()) {
    if (!isa_and_present<arith::ArithDialect, math::MathDialect>(before->getDialect()))
      continue;
    for (Value result : before->getResults()) {
      auto known = tiles.find(result);
      if (known != tiles.end() && isTile(result.getType()) && elementOf(result).isF32() &&
          (!made || known->second.size() > made->size()))
        made = &known->second;
    }
  }
  return made ? made->front() : Value();
}

/// ptxas moves a wait up over the arithmetic that it stands behind, where it holds up what would run beside the product.
/// It was not seen to move one over a store, even over one that never happens, since no address is negative.
void KernelLowering::holdWait(AwaitOp op) {
  Value made = madeSince(op);
  auto arguments = kernel.getBody().getArguments();
  auto memory = llvm::find_if(arguments, [&](Value argument) { return globals.contains(argument); });
  if (!made || memory == arguments.end())
    return;
  Value address = LLVM::PtrToIntOp::create(b, loc, b.getI64Type(), globals[*memory].base);
  assembly("{\n.reg .pred never;\nsetp.lt.s64 never, $0, 0;\n@never st.volatile.shared.f32 [attn_shared], $1;\n}", "l,f",
           Type(), {address, made}, /*sideEffects=*/true);
}

LogicalResult KernelLowering::lowerAwait(AwaitOp op) {
  if (!op.getTile())
    return awaitCopiesOut(), success();
  std::optional<uint64_t> outstanding = op.getOutstanding();
  if (!outstanding)
    return op.emitError("expects to know how many products may stay in flight; run --cuda-materialise-sync before");
  holdWait(op);
  NVVM::WgmmaWaitGroupSyncOp::create(b, loc, *outstanding);
  // Nothing that reads the result may move above the wait.
  const Registers values = tiles[op.getPending()];
  std::string constraints;
  for (size_t i = 0; i < values.size(); ++i)
    constraints += i ? ",=f" : "=f";
  for (size_t i = 0; i < values.size(); ++i)
    constraints += "," + std::to_string(i);
  tiles[op.getTile()] = assembleMany("", constraints, values, values.size());
  return success();
}

/// Side-effecting assembly with many f32 results.
Registers KernelLowering::assembleMany(StringRef text, StringRef constraints, ValueRange operands, int64_t results) {
  auto type = LLVM::LLVMStructType::getLiteral(b.getContext(), SmallVector<Type>(results, b.getF32Type()));
  Value all = assembly(text, constraints, type, operands, /*sideEffects=*/true);
  Registers values;
  for (int64_t i = 0; i < results; ++i)
    values.push_back(LLVM::ExtractValueOp::create(b, loc, all, i));
  return values;
}

} // namespace attn::cuda
