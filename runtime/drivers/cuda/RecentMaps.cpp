// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A small set-associative table: a tag of description and address chooses the set, the words decide.
#include "runtime/drivers/cuda/RecentMaps.h"

#include "runtime/drivers/cuda/Mix.h"

#include <cstring>

namespace attn::rt::cuda {

uint64_t RecentMaps::tagOf(const Operand &operand) {
  uint64_t address;
  memcpy(&address, operand.words, sizeof address);
  return mix(address ^ uint64_t(operand.number) << 48) | 1; // 0 is an empty place
}

const TensorMap *RecentMaps::find(const Operand &operand) const {
  uint64_t tag = tagOf(operand);
  const Set &set = sets[setOf(tag)];
  for (unsigned way = 0; way < kWays; ++way) {
    if (set.tags[way] != tag)
      continue;
    const Kept &found = kept[setOf(tag) * kWays + way];
    if (found.number == operand.number && !memcmp(found.words, operand.words, operand.bytes))
      return &found.map;
  }
  return nullptr;
}

void RecentMaps::add(const Operand &operand, const TensorMap &map) {
  if (operand.bytes > kMostBytes)
    return;
  kept.resize(size_t(kWays) << kSetBits);
  uint64_t tag = tagOf(operand);
  Set &set = sets[setOf(tag)];
  unsigned way = set.next++ % kWays;
  set.tags[way] = tag;
  Kept &place = kept[setOf(tag) * kWays + way];
  place.map = map;
  place.number = operand.number;
  memcpy(place.words, operand.words, operand.bytes);
}

} // namespace attn::rt::cuda
