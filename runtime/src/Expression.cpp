// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A small stack machine over int64 that refuses overflow; programs are checked once, when a library is opened.
#include "runtime/src/Expression.h"

#include <cstring>

namespace attn::rt {
namespace {

constexpr int kMaxDepth = 32;

int immediates(int64_t opcode) { return opcode == ATTN_EXPR_DIM ? 2 : opcode <= ATTN_EXPR_VALUE ? 1 : 0; }

int popped(int64_t opcode) { return opcode <= ATTN_EXPR_VALUE ? 0 : opcode == ATTN_EXPR_SELECT ? 3 : 2; }

int64_t floorDiv(int64_t a, int64_t b) { return a / b - (a % b != 0 && (a < 0) != (b < 0)); }

const char *binary(int64_t opcode, int64_t a, int64_t b, int64_t &value) {
  constexpr const char *overflow = "it overflows 64 bits";
  switch (opcode) {
  case ATTN_EXPR_ADD: return __builtin_add_overflow(a, b, &value) ? overflow : nullptr;
  case ATTN_EXPR_SUB: return __builtin_sub_overflow(a, b, &value) ? overflow : nullptr;
  case ATTN_EXPR_MUL: return __builtin_mul_overflow(a, b, &value) ? overflow : nullptr;
  case ATTN_EXPR_FLOORDIV:
  case ATTN_EXPR_CEILDIV:
  case ATTN_EXPR_MOD: {
    if (b == 0)
      return "it divides by zero";
    if (a == INT64_MIN && b == -1)
      return overflow;
    int64_t floor = floorDiv(a, b);
    value = opcode == ATTN_EXPR_FLOORDIV ? floor : opcode == ATTN_EXPR_CEILDIV ? floor + (a % b != 0) : a - b * floor;
    return nullptr;
  }
  case ATTN_EXPR_MIN: value = a < b ? a : b; return nullptr;
  case ATTN_EXPR_MAX: value = a > b ? a : b; return nullptr;
  case ATTN_EXPR_EQ: value = a == b; return nullptr;
  case ATTN_EXPR_LT: value = a < b; return nullptr;
  case ATTN_EXPR_LE: value = a <= b; return nullptr;
  }
  return "it has an unknown opcode";
}

const char *checkLeaf(const int64_t *code, const attn_entry_desc &entry) {
  if (code[0] == ATTN_EXPR_CONST)
    return nullptr;
  if (code[1] < 0 || code[1] >= entry.nargs)
    return "it reads an argument that does not exist";
  const attn_arg_desc &arg = entry.args[code[1]];
  if (code[0] == ATTN_EXPR_DIM)
    return code[2] < 0 || code[2] >= arg.rank ? "it reads a dim that does not exist" : nullptr;
  bool integer = arg.dtype.code == kDLInt && (arg.dtype.bits == 32 || arg.dtype.bits == 64) && arg.dtype.lanes == 1;
  return (arg.flags & ATTN_ARG_SCALAR) && integer ? nullptr : "it reads the value of what is no integer scalar";
}

} // namespace

const char *checkExpression(const attn_expr &expression, const attn_entry_desc &entry) {
  if (expression.size <= 0 || !expression.code)
    return "it is empty";
  int depth = 0;
  for (int64_t pc = 0; pc < expression.size;) {
    int64_t opcode = expression.code[pc];
    if (opcode < ATTN_EXPR_CONST || opcode > ATTN_EXPR_SELECT)
      return "it has an unknown opcode";
    if (pc + immediates(opcode) >= expression.size)
      return "it ends inside an instruction";
    if (immediates(opcode))
      if (const char *why = checkLeaf(expression.code + pc, entry))
        return why;
    if (depth < popped(opcode))
      return "it pops an empty stack";
    depth += 1 - popped(opcode);
    if (depth > kMaxDepth)
      return "it needs too deep a stack";
    pc += 1 + immediates(opcode);
  }
  return depth == 1 ? nullptr : "it leaves more than one value";
}

const char *evaluate(const attn_expr &expression, const Operands &operands, int64_t &value) {
  int64_t stack[kMaxDepth + 1];
  int depth = 0;
  for (int64_t pc = 0; pc < expression.size;) {
    const int64_t *code = expression.code + pc;
    pc += 1 + immediates(code[0]);
    depth -= popped(code[0]);
    int64_t *top = stack + depth++;
    if (code[0] == ATTN_EXPR_CONST)
      *top = code[1];
    else if (code[0] == ATTN_EXPR_DIM)
      *top = operands.views[code[1]].shape[code[2]];
    else if (code[0] == ATTN_EXPR_VALUE) {
      if (!operands.views[code[1]].base)
        return "it reads an argument without data";
      *top = readInteger(reinterpret_cast<const char *>(operands.views[code[1]].base),
                         operands.entry->args[code[1]].dtype);
    } else if (code[0] == ATTN_EXPR_SELECT)
      *top = top[0] ? top[1] : top[2];
    else if (const char *why = binary(code[0], top[0], top[1], *top))
      return why;
  }
  value = stack[0];
  return nullptr;
}

int64_t readInteger(const char *address, DLDataType type) {
  if (type.bits == 64) {
    int64_t value;
    memcpy(&value, address, sizeof value);
    return value;
  }
  if (type.bits == 32) {
    int32_t value;
    memcpy(&value, address, sizeof value);
    return value;
  }
  return static_cast<signed char>(*address);
}

} // namespace attn::rt
