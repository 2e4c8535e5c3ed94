// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The warps of a block take turns; copies land between.
#include "lib/Target/CUDA/Simulator/Machine.h"

using namespace attn::cuda::simulator;
using llvm::Twine;

ThreadBlock::ThreadBlock(const DecodedFunction &program, std::vector<uint8_t> image, GlobalMemory &memory,
                         llvm::ArrayRef<TensorMap> maps, const Options &options, Counts &counts)
    : program(program), image(std::move(image)), global(memory), maps(maps), options(options), counts(counts),
      shared(program.sharedBytes, program.warps), random(options.seed) {
  warps.reserve(program.warps);
  for (unsigned number = 0; number < program.warps; ++number)
    warps.emplace_back(*this, number);
}

const TensorMap *ThreadBlock::mapAt(uint64_t address) const {
  auto found = llvm::find_if(maps, [&](const TensorMap &map) { return map.parameter == address; });
  return found == maps.end() ? nullptr : found;
}

/// Writes a box where the barrier's waiters expect it. What lies outside of the tensor is zero.
bool ThreadBlock::land(size_t index) {
  BulkCopy copy = std::move(copies[index]);
  copies.erase(copies.begin() + index);
  const TensorMap &map = *copy.map;
  uint32_t bytes = map.boxBytes();
  uint8_t *memory = shared.land({copy.target, copy.target + bytes});
  bool isRead = map.forEachElement(copy.start, copy.target, [&](std::optional<uint64_t> address, uint32_t target) {
    uint8_t *to = memory + (target - copy.target);
    std::string reason;
    const uint8_t *from = address ? global.find(*address, map.elementBytes, reason) : nullptr;
    if (address && !from)
      error = "a copy reads " + reason;
    for (int64_t i = 0; i < map.elementBytes; ++i)
      to[i] = from ? from[i] : 0;
    return !address || from;
  });
  if (!isRead)
    return false;
  Barrier &barrier = barriers[copy.barrier];
  barrier.bytes -= bytes;
  for (auto [all, theirs] : llvm::zip(barrier.arriving, copy.known))
    all = std::max(all, theirs);
  settle(barrier);
  return true;
}

void ThreadBlock::settle(Barrier &barrier) {
  if (barrier.pending != 0 || barrier.bytes != 0)
    return;
  ++barrier.phase;
  barrier.pending = barrier.expected;
  barrier.passed = barrier.arriving;
}

void ThreadBlock::reportDeadlock() {
  llvm::raw_string_ostream os(error);
  os << "waits without end in block " << point[0] << ", " << point[1] << ", " << point[2] << ":";
  for (const Warp &warp : warps) {
    if (warp.isDone)
      continue;
    mlir::Operation *op = program.code[warp.next].op;
    os << " warp " << warp.number << " at '" << op->getName() << "' (";
    if (auto file = llvm::dyn_cast<mlir::FileLineColLoc>(op->getLoc()))
      os << file.getLine() << ':' << file.getColumn();
    os << ")";
  }
}

/// Nothing may be left in flight, and no barrier in the middle of a phase.
bool ThreadBlock::checkEnd() {
  if (!copies.empty())
    error = "ends with a copy in flight";
  for (const Warp &warp : warps)
    if (!warp.groups.empty() || !warp.open.registers.empty())
      error = ("warp " + Twine(warp.number) + " ends with a product in flight").str();
    else if (!warp.openCopies.empty() || !warp.copyGroups.empty())
      error = ("warp " + Twine(warp.number) + " ends with a copy of its own in flight").str();
    else if (!warp.openCopiesOut.empty() || !warp.copyOutGroups.empty())
      error = ("warp " + Twine(warp.number) + " ends with a copy to memory that it has not waited for").str();
  if (!products.empty())
    error = ("a product ends with " + Twine(products.begin()->second.warps) + " of the 4 warps of its group").str();
  for (auto &[address, barrier] : barriers)
    if (barrier.pending != barrier.expected || barrier.bytes)
      error = ("the barrier at byte " + Twine(address - SharedMemory::kBase) + " ends with " +
               Twine(barrier.pending) + " arrivals and " + Twine(barrier.bytes) + " bytes missing")
                  .str();
  for (auto &[name, meeting] : rendezvous)
    if (meeting.arrived)
      error =
          ("the named barrier " + Twine(name) + " ends with " + Twine(meeting.arrived) + " threads waiting").str();
  return error.empty();
}

bool ThreadBlock::run(uint32_t ownNumber, std::array<int64_t, 3> ownPoint, std::array<int64_t, 3> ownGrid) {
  number = ownNumber;
  point = ownPoint;
  grid = ownGrid;
  shared.clear();
  barriers.clear();
  rendezvous.clear();
  copies.clear();
  products.clear();
  for (Warp &warp : warps)
    warp.start();
  while (llvm::any_of(warps, [](const Warp &warp) { return !warp.isDone; })) {
    bool goesOn = false;
    uint64_t first = choose(warps.size());
    for (size_t turn = 0; turn < warps.size(); ++turn) {
      Warp &warp = warps[(first + turn) % warps.size()];
      if (warp.isDone)
        continue;
      int64_t before = counts.instructions;
      Step step = warp.run();
      if (step == Step::failed)
        return false;
      // Who only tries again has not gone on.
      goesOn |= counts.instructions > before + 1 || step == Step::end;
      if (!copies.empty() && choose(2)) {
        goesOn = true;
        if (!land(choose(copies.size())))
          return false;
      }
    }
    if (goesOn)
      continue;
    if (copies.empty())
      return reportDeadlock(), false;
    if (!land(choose(copies.size())))
      return false;
  }
  while (!copies.empty() && land(choose(copies.size())))
    ;
  return error.empty() && checkEnd();
}
