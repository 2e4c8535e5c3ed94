// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The table of chips.
#include "lib/Target/CUDA/Chips.h"

#include "lib/Target/CUDA/InstructionTables.h"
#include "lib/Target/Common/Target.h"

namespace attn::cuda {

llvm::ArrayRef<Chip> allChips() {
  constexpr int64_t kb = 1024;
  static const Chip chips[] = {
      {"sm_80", 80, false, 163 * kb, "+ptx86", "A100"},
      {"sm_86", 86, false, 99 * kb, "+ptx86", "GeForce 30, A10"},
      {"sm_89", 89, false, 99 * kb, "+ptx86", "GeForce 40, L4, L40"},
      {"sm_90a", 90, true, 227 * kb, "+ptx86", "H100, H200"},
      {"sm_100a", 100, true, 227 * kb, "+ptx86", "B200"},
      {"sm_120", 120, false, 99 * kb, "+ptx87", "GeForce 50"},
  };
  return chips;
}

llvm::ArrayRef<const target::InstructionTable *> allInstructionTables() {
  static const target::InstructionTable *const tables[] = {&warpgroupTable(), &warpTable()};
  return tables;
}

llvm::ArrayRef<const target::InstructionTable *> Chip::instructionTables() const {
  return hasWarpgroups() ? allInstructionTables() : allInstructionTables().take_back();
}

llvm::Expected<Chip> describeChip(llvm::StringRef name) {
  llvm::SmallVector<llvm::StringRef> names;
  for (const Chip &chip : allChips()) {
    if (chip.name == name)
      return chip;
    names.push_back(chip.name);
  }
  return llvm::createStringError("expects chip to be " + target::joinWithOr(names) + ", but got '" + name + "'");
}

const Chip *chipFor(int64_t capability) {
  const Chip *best = nullptr;
  for (const Chip &chip : allChips()) {
    bool runs = chip.exact ? chip.capability == capability
                           : chip.capability / 10 == capability / 10 && chip.capability <= capability;
    if (runs && (!best || chip.capability >= best->capability))
      best = &chip;
  }
  return best;
}

} // namespace attn::cuda
