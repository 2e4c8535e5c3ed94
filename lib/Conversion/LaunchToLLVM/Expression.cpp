// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Turns a tree of arith ops into postfix code.
#include "lib/Conversion/LaunchToLLVM/Expression.h"

#include "attn-rt/abi.h"
#include "dialects/Launch/LaunchOps.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace attn {
namespace {

/// What the runtime's stack holds, and a bound on shared values that are written again and again.
constexpr int64_t maxDepth = 32, maxWords = 4096;

struct Code {
  ExpressionCode words;
  int64_t depth = 1;
  /// Whether no argument makes it negative.
  bool nonNegative = false;
};

Code leaf(ArrayRef<int64_t> words, bool nonNegative) { return {ExpressionCode(words), 1, nonNegative}; }

Code constant(int64_t value) { return leaf({ATTN_EXPR_CONST, value}, value >= 0); }

void append(Code &code, const Code &next, int64_t below) {
  code.words.append(next.words);
  code.depth = std::max(code.depth, below + next.depth);
}

Code binary(attn_opcode opcode, const Code &a, const Code &b) {
  bool commutes = opcode == ATTN_EXPR_ADD || opcode == ATTN_EXPR_MUL || opcode == ATTN_EXPR_MIN ||
                  opcode == ATTN_EXPR_MAX || opcode == ATTN_EXPR_EQ;
  // The deeper side first keeps the stack low.
  if (commutes && b.depth > a.depth)
    return binary(opcode, b, a);
  Code code = a;
  append(code, b, 1);
  code.words.push_back(opcode);
  code.nonNegative = opcode >= ATTN_EXPR_EQ || (opcode == ATTN_EXPR_MAX && (a.nonNegative || b.nonNegative)) ||
                     (opcode != ATTN_EXPR_SUB && a.nonNegative && b.nonNegative);
  return code;
}

Code select(const Code &condition, const Code &yes, const Code &no) {
  Code code = condition;
  append(code, yes, 1);
  append(code, no, 2);
  code.words.push_back(ATTN_EXPR_SELECT);
  code.nonNegative = yes.nonNegative && no.nonNegative;
  return code;
}

Code negate(const Code &condition) { return binary(ATTN_EXPR_EQ, condition, constant(0)); }

/// Division that rounds towards zero: floor where the signs agree, ceil where they differ.
Code divideToZero(const Code &a, const Code &b) {
  Code floor = binary(ATTN_EXPR_FLOORDIV, a, b);
  if (a.nonNegative && b.nonNegative)
    return floor;
  Code agree = binary(ATTN_EXPR_EQ, binary(ATTN_EXPR_LT, a, constant(0)), binary(ATTN_EXPR_LT, b, constant(0)));
  return select(agree, floor, binary(ATTN_EXPR_CEILDIV, a, b));
}

Code remainder(const Code &a, const Code &b) {
  if (a.nonNegative && b.nonNegative)
    return binary(ATTN_EXPR_MOD, a, b);
  return binary(ATTN_EXPR_SUB, a, binary(ATTN_EXPR_MUL, b, divideToZero(a, b)));
}

Code compare(arith::CmpIPredicate predicate, const Code &a, const Code &b) {
  switch (predicate) {
  case arith::CmpIPredicate::eq: return binary(ATTN_EXPR_EQ, a, b);
  case arith::CmpIPredicate::ne: return negate(binary(ATTN_EXPR_EQ, a, b));
  case arith::CmpIPredicate::slt:
  case arith::CmpIPredicate::ult: return binary(ATTN_EXPR_LT, a, b);
  case arith::CmpIPredicate::sle:
  case arith::CmpIPredicate::ule: return binary(ATTN_EXPR_LE, a, b);
  case arith::CmpIPredicate::sgt:
  case arith::CmpIPredicate::ugt: return binary(ATTN_EXPR_LT, b, a);
  case arith::CmpIPredicate::sge:
  case arith::CmpIPredicate::uge: return binary(ATTN_EXPR_LE, b, a);
  }
  return {};
}

/// The code of an op on two compiled operands, or none.
std::optional<Code> combine(Operation *op, const Code &a, const Code &b) {
  bool truth = op->getResult(0).getType().isInteger(1);
  return TypeSwitch<Operation *, std::optional<Code>>(op)
      .Case<arith::AddIOp>([&](auto) { return binary(ATTN_EXPR_ADD, a, b); })
      .Case<arith::SubIOp>([&](auto) { return binary(ATTN_EXPR_SUB, a, b); })
      .Case<arith::MulIOp>([&](auto) { return binary(ATTN_EXPR_MUL, a, b); })
      .Case<arith::FloorDivSIOp, arith::DivUIOp>([&](auto) { return binary(ATTN_EXPR_FLOORDIV, a, b); })
      .Case<arith::CeilDivSIOp, arith::CeilDivUIOp>([&](auto) { return binary(ATTN_EXPR_CEILDIV, a, b); })
      .Case<arith::RemUIOp>([&](auto) { return binary(ATTN_EXPR_MOD, a, b); })
      .Case<arith::DivSIOp>([&](auto) { return divideToZero(a, b); })
      .Case<arith::RemSIOp>([&](auto) { return remainder(a, b); })
      .Case<arith::MinSIOp, arith::MinUIOp>([&](auto) { return binary(ATTN_EXPR_MIN, a, b); })
      .Case<arith::MaxSIOp, arith::MaxUIOp>([&](auto) { return binary(ATTN_EXPR_MAX, a, b); })
      .Case([&](arith::CmpIOp compared) { return compare(compared.getPredicate(), a, b); })
      .Case<arith::AndIOp>([&](auto) { return truth ? std::optional(binary(ATTN_EXPR_MUL, a, b)) : std::nullopt; })
      .Case<arith::OrIOp>([&](auto) { return truth ? std::optional(binary(ATTN_EXPR_MAX, a, b)) : std::nullopt; })
      .Case<arith::XOrIOp>(
          [&](auto) { return truth ? std::optional(negate(binary(ATTN_EXPR_EQ, a, b))) : std::nullopt; })
      .Default([](Operation *) { return std::nullopt; });
}

FailureOr<Code> compile(Value value);

FailureOr<Code> refuse(Location loc, const Twine &what) {
  return emitError(loc) << "expects a contract to compute with sizes and integer scalars, but got " << what;
}

/// An integer that may be read: the runtime reads i32 and i64 by value.
FailureOr<Code> compileArgument(BlockArgument argument) {
  Type type = argument.getType();
  if (type.isIndex() || type.isInteger(32) || type.isInteger(64))
    return leaf({ATTN_EXPR_VALUE, argument.getArgNumber()}, false);
  std::string text;
  llvm::raw_string_ostream(text) << type;
  return refuse(argument.getLoc(), "the value of an argument of type '" + text + "'");
}

FailureOr<Code> compileDim(memref::DimOp dim) {
  Value source = dim.getSource();
  while (auto cast = source.getDefiningOp<memref::CastOp>())
    source = cast.getSource();
  auto argument = dyn_cast<BlockArgument>(source);
  auto type = dyn_cast<MemRefType>(source.getType());
  std::optional<int64_t> number = dim.getConstantIndex();
  if (!argument || !type || !number || *number < 0 || *number >= type.getRank())
    return refuse(dim.getLoc(), "a 'memref.dim' of no argument or with no constant dim");
  if (!type.isDynamicDim(*number))
    return constant(type.getDimSize(*number));
  return leaf({ATTN_EXPR_DIM, argument.getArgNumber(), *number}, true);
}

/// Whether the op hands its operand on, as far as sizes go.
bool isIdentity(Operation *op) {
  if (isa<arith::ExtSIOp, arith::ExtUIOp>(op))
    return true;
  // A cast of i64 or index to less may drop bits.
  return isa<arith::IndexCastOp, arith::IndexCastUIOp>(op) && !op->getResult(0).getType().isInteger(32);
}

FailureOr<Code> compile(Value value) {
  if (auto argument = dyn_cast<BlockArgument>(value))
    return compileArgument(argument);
  Operation *op = value.getDefiningOp();
  APInt number;
  if (matchPattern(value, m_ConstantInt(&number)))
    return constant(value.getType().isInteger(1) ? number.getZExtValue() : number.getSExtValue());
  if (auto dim = dyn_cast<memref::DimOp>(op))
    return compileDim(dim);
  if (isIdentity(op))
    return compile(op->getOperand(0));

  SmallVector<Code> operands;
  if (isa<arith::ArithDialect>(op->getDialect()) && op->getNumOperands() > 1)
    for (Value operand : op->getOperands()) {
      FailureOr<Code> code = compile(operand);
      if (failed(code))
        return failure();
      operands.push_back(*code);
    }
  std::optional<Code> code;
  if (isa<arith::SelectOp>(op))
    code = select(operands[0], operands[1], operands[2]);
  else if (operands.size() == 2)
    code = combine(op, operands[0], operands[1]);
  if (!code)
    return refuse(op->getLoc(), "'" + op->getName().getStringRef() + "'");
  if (int64_t(code->words.size()) > maxWords)
    return emitError(op->getLoc()) << "expects at most " << maxWords << " words of arithmetic in a contract, but got "
                                   << code->words.size();
  return *code;
}

} // namespace

FailureOr<ExpressionCode> compileExpression(Value value, Location user) {
  FailureOr<Code> code = compile(value);
  if (failed(code))
    return failure();
  if (code->depth > maxDepth)
    return emitError(user) << "expects arithmetic of a stack of at most " << maxDepth << " values, but it needs "
                           << code->depth;
  return code->words;
}

} // namespace attn
