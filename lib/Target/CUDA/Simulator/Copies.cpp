// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Copies that run beside the threads: boxes by tensor maps, and chunks of 16 bytes and less.
#include "lib/Target/CUDA/Simulator/Lanes.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include <cstring>

using namespace mlir;
using namespace attn::cuda::simulator;

namespace {

//===- boxes ----------------------------------------------------------------------------------------------------===//

/// a: target; b: map; c: barrier; registers: where the box begins, along each axis.
Step runBulkCopy(Warp &w, const Instruction &i) {
  Step step = Step::next;
  forEachLane(w.lanes(i), [&](unsigned lane) {
    if (step != Step::next)
      return;
    const TensorMap *map = w.block.mapAt(w.at<uint64_t>(i.b)[lane]);
    uint32_t target = w.at<uint32_t>(i.a)[lane], barrier = w.at<uint32_t>(i.c)[lane];
    if (!map || map->box.size() != i.registers.size()) {
      step = w.fail(i, "expects the address of a tensor map of rank " + Twine(i.registers.size()));
      return;
    }
    // The pattern of a swizzled box begins where its first row lies.
    uint32_t alignment = map->swizzle ? 8 * map->swizzle : 128;
    if (target % alignment) {
      step = w.fail(i, "copies to byte " + Twine(int64_t(target) - SharedMemory::kBase) +
                           ", which is no multiple of " + Twine(alignment));
      return;
    }
    if (!w.block.barriers.count(barrier)) {
      step =
          w.fail(i, "signals byte " + Twine(int64_t(barrier) - SharedMemory::kBase) + ", where no barrier was made");
      return;
    }
    if (!w.isBehindLaunch) {
      step = w.fail(i, "reads memory before it waits for the launch before it");
      return;
    }
    std::string reason;
    if (!w.block.shared.beginCopy(w.accessor(), {target, target + uint32_t(map->boxBytes())}, /*byEngine=*/true,
                                  reason)) {
      step = w.fail(i, "copies to " + reason);
      return;
    }
    BulkCopy copy{map, {}, target, barrier, w.known};
    for (uint32_t reg : i.registers)
      copy.start.push_back(w.at<int32_t>(reg)[lane]);
    w.block.copies.push_back(std::move(copy));
    w.tick();
    ++w.block.counts.bulkCopies;
  });
  return step;
}

bool decodeBulkCopy(StatementContext &context, const Statement &statement) {
  ArrayRef<AsmOperand> operands = statement.operands;
  if (operands.size() != 3 || operands[0].parts.size() != 1 || operands[1].parts.size() != 2 ||
      operands[2].parts.size() != 1)
    return context.fail(statement, "expects a target, a map with coordinates, and a barrier");
  Registers start = context.list(operands[1].parts[1]);
  if (statement.modifiers()[4] != std::to_string(start.size()) + "d")
    return context.fail(statement, "expects a coordinate for each dim");
  Instruction &i = context.decoder.emit(runBulkCopy, context.op, 0, context.reg(operands[0]),
                                        context.reg(operands[1], /*isWide=*/true), context.reg(operands[2]));
  i.registers = context.decoder.keep(start);
  i.guard = context.guard(statement);
  return true;
}

/// a: source; b: map; registers: where the box begins, along each axis. What is outside of the tensor is not read.
Step runBulkCopyOut(Warp &w, const Instruction &i) {
  Step step = Step::next;
  forEachLane(w.lanes(i), [&](unsigned lane) {
    if (step != Step::next)
      return;
    const TensorMap *map = w.block.mapAt(w.at<uint64_t>(i.b)[lane]);
    uint32_t source = w.at<uint32_t>(i.a)[lane];
    if (!map || map->box.size() != i.registers.size()) {
      step = w.fail(i, "expects the address of a tensor map of rank " + Twine(i.registers.size()));
      return;
    }
    if (uint32_t alignment = map->swizzle ? 8 * map->swizzle : 128; source % alignment) {
      step = w.fail(i, "copies byte " + Twine(int64_t(source) - SharedMemory::kBase) + ", which is no multiple of " +
                           Twine(alignment));
      return;
    }
    BulkCopyOut copy{map, {}, source};
    for (uint32_t reg : i.registers)
      copy.start.push_back(w.at<int32_t>(reg)[lane]);
    std::string reason;
    if (!map->forEachElement(copy.start, source, [&](std::optional<uint64_t> address, uint32_t at) {
          return !address || w.block.shared.readAsync(w.accessor(), at, map->elementBytes, reason);
        })) {
      step = w.fail(i, "copies " + reason);
      return;
    }
    w.block.shared.beginCopyOut(copy.range());
    w.openCopiesOut.push_back(std::move(copy));
    ++w.block.counts.bulkCopiesOut;
  });
  return step;
}

bool decodeBulkCopyOut(StatementContext &context, const Statement &statement) {
  ArrayRef<AsmOperand> operands = statement.operands;
  if (operands.size() != 2 || operands[0].parts.size() != 2 || operands[1].parts.size() != 1)
    return context.fail(statement, "expects a map with coordinates, and a source");
  Registers start = context.list(operands[0].parts[1]);
  if (statement.modifiers()[4] != std::to_string(start.size()) + "d")
    return context.fail(statement, "expects a coordinate for each dim");
  uint32_t source = context.reg(operands[1]), map = context.reg(operands[0], /*isWide=*/true);
  Instruction &i = context.decoder.emit(runBulkCopyOut, context.op, 0, source, map);
  i.registers = context.decoder.keep(start);
  i.guard = context.guard(statement);
  return true;
}

Step runCommitOut(Warp &w, const Instruction &) {
  if (!w.openCopiesOut.empty())
    w.copyOutGroups.push_back(std::move(w.openCopiesOut));
  w.openCopiesOut.clear();
  return Step::next;
}

/// Copies read, and here write too, when who began them waits: nobody may have touched the slot meanwhile.
Step runWaitOut(Warp &w, const Instruction &i) {
  for (; int64_t(w.copyOutGroups.size()) > i.number; w.copyOutGroups.pop_front())
    for (const BulkCopyOut &copy : w.copyOutGroups.front()) {
      std::string reason;
      bool isDone =
          copy.map->forEachElement(copy.start, copy.source, [&](std::optional<uint64_t> address, uint32_t at) {
            if (!address)
              return true;
            const uint8_t *from = w.block.shared.read(w.accessor(), at, copy.map->elementBytes, reason);
            uint8_t *to = w.block.global.write(w.accessor(), *address, copy.map->elementBytes, reason);
            if (from && to)
              memcpy(to, from, copy.map->elementBytes);
            return from && to;
          });
      w.block.shared.endCopyOut(copy.range());
      if (!isDone)
        return w.fail(i, "ends a copy that uses " + reason);
    }
  return Step::next;
}

bool decodeCommitOut(StatementContext &context, const Statement &) {
  context.decoder.emit(runCommitOut, context.op);
  return true;
}

bool decodeWaitOut(StatementContext &context, const Statement &statement) {
  if (statement.operands.size() != 1 || statement.operands[0].kind != AsmOperand::number)
    return context.fail(statement, "expects a known number");
  context.decoder.emit(runWaitOut, context.op).number = statement.operands[0].value;
  return true;
}

//===- chunks ---------------------------------------------------------------------------------------------------===//

/// a: target; b: source; c: the bytes that are read, or none: all; number: the bytes that are written.
Step runChunk(Warp &w, const Instruction &i) {
  Step step = Step::next;
  forEachLane(w.lanes(i), [&](unsigned lane) {
    if (step != Step::next)
      return;
    ChunkCopy copy{w.at<uint64_t>(i.b)[lane], w.at<uint32_t>(i.a)[lane], uint32_t(i.number), uint32_t(i.number)};
    if (i.c)
      copy.bytes = std::min(copy.size, w.at<uint32_t>(i.c)[lane]);
    std::string reason;
    if (copy.bytes && !w.block.global.read(w.accessor(), copy.source, copy.size, reason))
      step = w.fail(i, "reads " + reason + " (lane " + Twine(lane) + ")");
    else if (copy.target % copy.size)
      step = w.fail(i, "copies to an address that is no multiple of " + Twine(copy.size));
    else if (!w.block.shared.beginCopy(w.accessor(), {copy.target, copy.target + copy.size}, /*byEngine=*/false,
                                       reason))
      step = w.fail(i, "copies to " + reason + " (lane " + Twine(lane) + ")");
    else
      w.openCopies.push_back(copy);
  });
  return step;
}

Step runCommit(Warp &w, const Instruction &) {
  w.copyGroups.push_back(std::move(w.openCopies));
  w.openCopies.clear();
  return Step::next;
}

/// number: how many groups may stay in flight.
Step runWaitGroup(Warp &w, const Instruction &i) {
  for (; int64_t(w.copyGroups.size()) > i.number; w.copyGroups.pop_front())
    for (const ChunkCopy &copy : w.copyGroups.front()) {
      uint8_t *to = w.block.shared.land({copy.target, copy.target + copy.size});
      std::string reason;
      memset(to, 0, copy.size);
      if (copy.bytes)
        memcpy(to, w.block.global.find(copy.source, copy.size, reason), copy.bytes);
    }
  return Step::next;
}

bool decodeChunk(Decoder &d, Operation *op) {
  auto copy = cast<NVVM::CpAsyncOp>(op);
  Instruction &i = d.emit(runChunk, op, 0, d.one(copy.getDst()), d.one(copy.getSrc()),
                          copy.getCpSize() ? d.one(copy.getCpSize()) : 0);
  i.number = copy.getSize();
  return true;
}

bool decodeChunkStatement(StatementContext &context, const Statement &statement) {
  ArrayRef<AsmOperand> operands = statement.operands;
  if ((operands.size() != 3 && operands.size() != 4) || operands[2].kind != AsmOperand::number)
    return context.fail(statement, "expects a target, a source, a known number of bytes, and how many are read");
  Instruction &i = context.decoder.emit(runChunk, context.op, 0, context.reg(operands[0]),
                                        context.reg(operands[1], /*isWide=*/true),
                                        operands.size() == 4 ? context.reg(operands[3]) : 0);
  i.number = operands[2].value;
  i.guard = context.guard(statement);
  return true;
}

bool decodeCommit(Decoder &d, Operation *op) { return d.emit(runCommit, op), true; }
bool decodeCommitStatement(StatementContext &context, const Statement &) {
  return context.decoder.emit(runCommit, context.op), true;
}

bool decodeWaitGroup(Decoder &d, Operation *op) {
  d.emit(runWaitGroup, op).number = cast<NVVM::CpAsyncWaitGroupOp>(op).getN();
  return true;
}
bool decodeWaitStatement(StatementContext &context, const Statement &statement) {
  if (statement.operands.size() != 1 || statement.operands[0].kind != AsmOperand::number)
    return context.fail(statement, "expects a known number");
  context.decoder.emit(runWaitGroup, context.op).number = statement.operands[0].value;
  return true;
}

} // namespace

void attn::cuda::simulator::addCopyOps(OpTable &table) {
  table["nvvm.cp.async.shared.global"] = decodeChunk;
  table["nvvm.cp.async.commit.group"] = decodeCommit;
  table["nvvm.cp.async.wait.group"] = decodeWaitGroup;
}

void attn::cuda::simulator::addCopyStatements(StatementTable &table) {
  table["cp.async.bulk.tensor.#d.shared::cta.global.tile.mbarrier::complete_tx::bytes"] = decodeBulkCopy;
  table["cp.async.bulk.tensor.#d.global.shared::cta.tile.bulk_group"] = decodeBulkCopyOut;
  table["cp.async.bulk.commit_group"] = decodeCommitOut;
  table["cp.async.bulk.wait_group.read"] = decodeWaitOut;
  table["cp.async.cg.shared.global"] = table["cp.async.ca.shared.global"] = decodeChunkStatement;
  table["cp.async.commit_group"] = decodeCommitStatement;
  table["cp.async.wait_group"] = decodeWaitStatement;
}
