// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Rows of wrong calls: what is spoiled, and the exact message.
#ifndef ATTN_TEST_UNIT_RUNTIME_MISUSETABLE_H
#define ATTN_TEST_UNIT_RUNTIME_MISUSETABLE_H

#include "runtime/cts/Call.h"

/// A valid call, one thing wrong with it, and the message after "entry 'NAME' [at LOCATION]: ".
struct Misuse {
  const char *name;
  attn::rt::cts::Call (*make)(attn::rt::cts::Fixture &);
  void (*spoil)(attn::rt::cts::Call &);
  const char *message;
};

/// Count, null, rank, element type, extents.
extern const std::vector<Misuse> shapeMisuses;
/// Strides, alignment, device, overlap, workspace.
extern const std::vector<Misuse> memoryMisuses;
/// Lengths, cumulative lengths, block lists, scalars.
extern const std::vector<Misuse> valueMisuses;

#endif
