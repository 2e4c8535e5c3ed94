// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tables of instructions that multiply tiles, out of which a target's pass gives each product one.
#pragma once

#include "dialects/Tile/InstructionInterface.h"
#include "llvm/Support/Error.h"

namespace attn::target {

/// Instructions of one kind, best first. Stateless.
class InstructionTable {
public:
  virtual ~InstructionTable() = default;

  /// What options and remarks call it.
  virtual llvm::StringRef name() const = 0;
  /// Its rows in order of preference. What a row leaves open, as its columns, is the product's as far as it can be.
  virtual llvm::SmallVector<tile::InstructionAttrInterface> rows(const tile::Product &product) const = 0;
  /// Whether an instruction is of this table's kind.
  virtual bool holds(tile::InstructionAttrInterface instruction) const = 0;

  /// The first row that computes a product. The error says why none does, beginning with the table's name.
  llvm::Expected<tile::InstructionAttrInterface> choose(const tile::Product &product) const;
};

} // namespace attn::target
