// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One warp: its registers, what it knows of others, its instructions one after another.
#include "lib/Target/CUDA/Simulator/Machine.h"

using namespace attn::cuda::simulator;

Warp::Warp(ThreadBlock &block, unsigned number) : block(block), number(number), file(block.image.size()) {}

void Warp::start() {
  std::copy(block.image.begin(), block.image.end(), file.begin());
  mask = kAllLanes;
  next = 0;
  isDone = productsFenced = false;
  known.assign(block.program.warps, 0);
  known[number] = 1;
  isBehindLaunch = !block.program.waitsForLaunch;
  frames.clear();
  waitsForTurn.reset();
  productCount = 0;
  open = ProductGroup();
  groups.clear();
  inFlight.clear();
  openCopies.clear();
  copyGroups.clear();
  openCopiesOut.clear();
  copyOutGroups.clear();
}

uint32_t Warp::lanes(const Instruction &i) {
  if (!i.guard)
    return mask;
  uint32_t chosen = 0;
  const uint32_t *guard = at<uint32_t>(i.guard);
  for (unsigned lane = 0; lane < kLanes; ++lane)
    chosen |= uint32_t(guard[lane] != 0) << lane;
  return mask & chosen;
}

void Warp::learn(llvm::ArrayRef<uint32_t> other) {
  for (auto [mine, theirs] : llvm::zip(known, other))
    mine = std::max(mine, theirs);
}

Accessor Warp::accessor() const { return {block.number, number, !isBehindLaunch, known}; }

Step Warp::fail(const Instruction &i, const llvm::Twine &message) {
  if (!block.error.empty())
    return Step::failed;
  llvm::raw_string_ostream os(block.error);
  if (auto file = llvm::dyn_cast<mlir::FileLineColLoc>(i.op->getLoc()))
    os << file.getFilename().getValue() << ':' << file.getLine() << ':' << file.getColumn();
  else
    i.op->getLoc().print(os);
  os << ": '" << i.op->getName() << "' " << message << " (block " << block.point[0] << ", " << block.point[1] << ", "
     << block.point[2] << ", warp " << number << ")";
  return Step::failed;
}

bool Warp::usesInFlight(const Instruction &i) const {
  for (uint32_t reg : {i.result, i.a, i.b, i.c})
    if (reg && isInFlight(reg))
      return true;
  return llvm::any_of(i.registers, [&](uint32_t reg) { return isInFlight(reg); });
}

Step Warp::run() {
  const std::vector<Instruction> &code = block.program.code;
  for (;;) {
    const Instruction &i = code[next];
    if (block.options.maxInstructions && block.counts.instructions > block.options.maxInstructions)
      return fail(i, "is past the limit of " + llvm::Twine(block.options.maxInstructions) + " instructions");
    if (!inFlight.empty() && !i.isProduct && usesInFlight(i))
      return fail(i, "uses a register that a product in flight writes");
    ++block.counts.instructions;
    if (block.options.ran)
      block.options.ran->insert(i.op);
    ++next;
    Step step = i.handler(*this, i);
    if (step == Step::next)
      continue;
    if (step == Step::wait)
      --next;
    isDone = step == Step::end;
    return step;
  }
}
