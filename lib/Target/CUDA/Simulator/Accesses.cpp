// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loads, stores and addresses.
#include "lib/Target/CUDA/Simulator/Lanes.h"
#include <cstring>

using namespace mlir;
using namespace attn::cuda::simulator;

namespace {

/// Base and places in elements. number: the bytes of an element.
template <typename T, typename N> Step runPlace(Warp &w, const Instruction &i) {
  T *result = w.at<T>(i.result);
  const T *base = w.at<T>(i.a);
  const N *place = w.at<N>(i.b);
  for (unsigned lane = 0; lane < kLanes; ++lane)
    result[lane] = base[lane] + T(int64_t(place[lane]) * i.number);
  return Step::next;
}

template <typename T> Step runFixedPlace(Warp &w, const Instruction &i) {
  T *result = w.at<T>(i.result);
  const T *base = w.at<T>(i.a);
  for (unsigned lane = 0; lane < kLanes; ++lane)
    result[lane] = base[lane] + T(i.number);
  return Step::next;
}

bool decodePlace(Decoder &d, Operation *op) {
  auto gep = cast<LLVM::GEPOp>(op);
  if (gep.getRawConstantIndices().size() != 1)
    return d.fail(op, "expects one index");
  uint32_t base = d.one(gep.getBase());
  int64_t bytes = storedBytes(gep.getElemType());
  bool wide = isWide(gep.getType());
  int32_t fixed = gep.getRawConstantIndices()[0];
  uint32_t result = d.define(gep.getResult())[0];
  if (fixed != LLVM::GEPOp::kDynamicIndex) {
    d.emit(wide ? runFixedPlace<uint64_t> : runFixedPlace<uint32_t>, op, result, base).number = fixed * bytes;
    return true;
  }
  Value place = gep.getDynamicIndices()[0];
  bool wideIndex = isWide(place.getType());
  Handler handler = wide ? (wideIndex ? runPlace<uint64_t, int64_t> : runPlace<uint64_t, int32_t>)
                         : (wideIndex ? runPlace<uint32_t, int64_t> : runPlace<uint32_t, int32_t>);
  d.emit(handler, op, result, base, d.one(place)).number = bytes;
  return true;
}

/// All globals of shared memory are the one array that dynamic memory begins with.
bool decodeGlobal(Decoder &d, Operation *op) {
  auto address = cast<LLVM::AddressOfOp>(op);
  bool isShared = cast<LLVM::LLVMPointerType>(address.getType()).getAddressSpace() == 3;
  uint32_t place =
      isShared ? d.constant(SharedMemory::kBase, /*isWide=*/false) : d.zerosAddress(op, address.getGlobalName());
  return d.alias(address.getResult(), place), true;
}

/// The eight threads that an access of 16 bytes serves at a time want different banks.
void countConflicts(Warp &w, const uint32_t *address, uint32_t lanes) {
  for (unsigned first = 0; first < kLanes; first += 8) {
    unsigned most = 0;
    for (unsigned bank = 0; bank < 8; ++bank) {
      llvm::SmallVector<uint32_t, 8> chunks;
      forEachLane(lanes & 0xffu << first, [&](unsigned lane) {
        if (address[lane] / 16 % 8 == bank && !llvm::is_contained(chunks, address[lane] / 16))
          chunks.push_back(address[lane] / 16);
      });
      most = std::max<unsigned>(most, chunks.size());
    }
    w.block.counts.conflicts += most > 1 ? most - 1 : 0;
  }
}

template <bool isShared> const uint8_t *readAt(Warp &w, const Instruction &i, unsigned lane, std::string &reason) {
  if (isShared)
    return w.block.shared.read(w.accessor(), w.at<uint32_t>(i.a)[lane], i.number, reason);
  return w.block.global.read(w.accessor(), w.at<uint64_t>(i.a)[lane], i.number, reason);
}

template <bool isShared>
bool writeAt(Warp &w, const Instruction &i, unsigned lane, const uint8_t *from, std::string &reason) {
  if (isShared)
    return w.block.shared.write(w.accessor(), w.at<uint32_t>(i.a)[lane], from, i.number, reason);
  uint8_t *to = w.block.global.write(w.accessor(), w.at<uint64_t>(i.a)[lane], i.number, reason);
  if (to)
    memcpy(to, from, i.number);
  return to;
}

/// a: address; number: the bytes of the access; registers: one for each element.
template <typename T, bool isShared, bool isStore> Step runAccess(Warp &w, const Instruction &i) {
  uint32_t each = i.number / i.registers.size();
  if (isShared && i.number == 16)
    countConflicts(w, w.at<uint32_t>(i.a), w.mask);
  uint32_t lanes = w.lanes(i);
  for (unsigned lane = 0; lane < kLanes; ++lane) {
    if (!(lanes >> lane & 1))
      continue;
    std::string reason;
    uint8_t bytes[16];
    if (isStore) {
      for (size_t n = 0; n < i.registers.size(); ++n)
        memcpy(bytes + n * each, &w.at<T>(i.registers[n])[lane], each);
      if (!writeAt<isShared>(w, i, lane, bytes, reason))
        return w.fail(i, "writes " + reason + " (lane " + Twine(lane) + ")");
      continue;
    }
    const uint8_t *from = readAt<isShared>(w, i, lane, reason);
    if (!from)
      return w.fail(i, "reads " + reason + " (lane " + Twine(lane) + ")");
    for (size_t n = 0; n < i.registers.size(); ++n) {
      T &value = w.at<T>(i.registers[n])[lane];
      value = 0;
      memcpy(&value, from + n * each, each);
    }
  }
  return Step::next;
}

template <bool isStore> bool decodeAccess(Decoder &d, Operation *op) {
  Value address = op->getOperand(isStore ? 1 : 0);
  Value value = isStore ? op->getOperand(0) : op->getResult(0);
  uint32_t base = d.one(address);
  Registers values = isStore ? d.of(value) : d.define(value);
  Type element = getElementTypeOrSelf(value.getType());
  if (element.isInteger(1))
    return d.fail(op, "expects whole bytes");
  bool isShared = !isWide(address.getType()), wide = isWide(element);
  Handler handler = wide ? (isShared ? runAccess<uint64_t, true, isStore> : runAccess<uint64_t, false, isStore>)
                         : (isShared ? runAccess<uint32_t, true, isStore> : runAccess<uint32_t, false, isStore>);
  Instruction &i = d.emit(handler, op, 0, base);
  i.number = storedBytes(element) * values.size();
  if (i.number > 16)
    return d.fail(op, "expects an access of at most 16 bytes");
  i.registers = d.keep(values);
  return true;
}

bool decodeStoreStatement(StatementContext &context, const Statement &statement) {
  if (statement.operands.size() != 2)
    return context.fail(statement, "expects an address and a register");
  uint32_t address = context.reg(statement.operands[0]), value = context.reg(statement.operands[1]);
  Instruction &i = context.decoder.emit(runAccess<uint32_t, true, true>, context.op, 0, address);
  i.registers = context.decoder.keep(value);
  i.number = 4;
  i.guard = context.guard(statement);
  return true;
}

/// result: what was there; a: address; b: what is added. Lanes one after another.
Step runAtomicAdd(Warp &w, const Instruction &i) {
  Step step = Step::next;
  forEachLane(w.mask, [&](unsigned lane) {
    std::string reason;
    uint8_t *place = w.block.global.find(w.at<uint64_t>(i.a)[lane], 4, reason);
    if (!place) {
      step = w.fail(i, "changes " + reason);
      return;
    }
    uint32_t value;
    memcpy(&value, place, 4);
    w.at<uint32_t>(i.result)[lane] = value;
    value += w.at<uint32_t>(i.b)[lane];
    memcpy(place, &value, 4);
  });
  return step;
}

bool decodeAtomic(Decoder &d, Operation *op) {
  auto atomic = cast<LLVM::AtomicRMWOp>(op);
  if (atomic.getBinOp() != LLVM::AtomicBinOp::add || !atomic.getType().isInteger(32) ||
      !isWide(atomic.getPtr().getType()))
    return d.fail(op, "expects an addition of i32 in global memory");
  uint32_t address = d.one(atomic.getPtr()), value = d.one(atomic.getVal());
  d.emit(runAtomicAdd, op, d.define(atomic.getRes())[0], address, value);
  return true;
}

} // namespace

void attn::cuda::simulator::addMemoryOps(OpTable &table) {
  table["llvm.getelementptr"] = decodePlace;
  table["llvm.mlir.addressof"] = decodeGlobal;
  table["llvm.load"] = decodeAccess<false>;
  table["llvm.store"] = decodeAccess<true>;
  table["llvm.atomicrmw"] = decodeAtomic;
}

void attn::cuda::simulator::addMemoryStatements(StatementTable &table) {
  table["st.volatile.shared.f32"] = decodeStoreStatement;
}
