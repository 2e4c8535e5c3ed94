// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Evaluates the manifest's postfix expressions over the arguments of a call.
#ifndef ATTN_RUNTIME_SRC_EXPRESSION_H
#define ATTN_RUNTIME_SRC_EXPRESSION_H

#include "runtime/src/Tensor.h"

namespace attn::rt {

/// What an expression may read: the argument tensors of a call, already checked for rank and extents.
struct Operands {
  const attn_entry_desc *entry;
  const View *views;
};

/// Checks that an expression is well formed for an entry: known opcodes, arguments and dims that exist, one value left.
/// Returns null, or what is wrong with it.
const char *checkExpression(const attn_expr &expression, const attn_entry_desc &entry);

/// Evaluates a checked expression. Returns null, or why it has no value (overflow, division by zero).
const char *evaluate(const attn_expr &expression, const Operands &operands, int64_t &value);

/// Reads an integer of 1, 4 or 8 bytes.
int64_t readInteger(const char *address, DLDataType type);

} // namespace attn::rt

#endif
