// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Scalar IR made ready to be evaluated many times: regions of attn ops, bodies of linalg ops, emitted masks.
#pragma once

#include "lib/Reference/FirstError.h"
#include "lib/Reference/HostTensor.h"
#include "mlir/IR/Block.h"
#include <limits>
#include <memory>
#include <optional>

namespace attn::reference {

/// One scalar value, or a captured tensor. Its IR type says which member counts: `real` for floats, `integer` for
/// integers (sign-extended; i1 is 0 or 1) and index, `tensor` for !attn.captured. Of an unspecified one none does.
struct Cell {
  double real = 0;
  int64_t integer = 0;
  const HostTensor *tensor = nullptr;
  bool unspecified = false;

  static Cell ofReal(double value) { return {value, 0, nullptr}; }
  static Cell ofInteger(int64_t value) { return {0, value, nullptr}; }
  static Cell ofTensor(const HostTensor &tensor) { return {0, 0, &tensor}; }
  /// What an op gives where its operands leave it open, a division by 0 for one, and what is made of that.
  static Cell ofNothing() { return {std::numeric_limits<double>::quiet_NaN(), 0, nullptr, true}; }
};

/// What ops read from their surroundings: the pair's storage index and extents, or the indices of a linalg loop.
struct Site {
  int64_t queryIndex = 0;
  int64_t keyIndex = 0;
  int64_t queryExtent = 0;
  int64_t keyExtent = 0;
  llvm::ArrayRef<int64_t> loop;
};

struct Step;
/// The formula of an op, for operands that are specified; nothing where there is none for these.
using Formula = std::optional<Cell> (*)(const Step &step, llvm::ArrayRef<Cell> operands, const Site &site);

/// A block: its steps in order, and the cells of its arguments and of what its terminator passes on.
struct Body {
  std::vector<Step> steps;
  llvm::SmallVector<unsigned> arguments;
  llvm::SmallVector<unsigned> yields;
};

/// One op with everything looked up that does not depend on values.
struct Step {
  mlir::Operation *op = nullptr;
  Formula formula = nullptr;
  llvm::SmallVector<unsigned, 3> operands;
  llvm::SmallVector<unsigned, 1> results;
  /// Bits of the first operand and of the result where they are integers (64 for index).
  unsigned operandBits = 0, resultBits = 0;
  /// The result's type.
  Element result = Element::f64;
  /// A constant's value, a predicate's number, a cap, an axis.
  Cell constant;
  /// scf.if: then and else; scf.for: the body.
  std::vector<Body> nested;
};

/// Fills in everything but the cells. False where the op is not one that can be evaluated.
bool prepareStep(mlir::Operation *op, Step &step);
/// Evaluates one op without regions; rounds a float result to its type if asked.
Cell runStep(const Step &step, llvm::ArrayRef<Cell> operands, const Site &site, bool rounds, FirstError &errors);

/// A copy is independent of the original, so that each thread may run its own.
class ScalarProgram {
public:
  /// `rounds`: every float is rounded to its type. Ops that cannot be evaluated are reported.
  ScalarProgram(mlir::Block &block, bool rounds, FirstError &errors);

  /// Values that the block reads from outside, after which `run` asks for their cells.
  llvm::ArrayRef<mlir::Value> outerValues() const { return outer; }
  /// `arguments`: one cell per block argument, then one per outer value. Returns what the terminator passes on, valid
  /// until the next run.
  llvm::ArrayRef<Cell> run(llvm::ArrayRef<Cell> arguments, const Site &site);

private:
  unsigned cellOf(mlir::Value value);
  void build(mlir::Block &block, Body &body);
  void runBody(const Body &body, const Site &site);
  void runIf(const Step &step, const Site &site);
  void runFor(const Step &step, const Site &site);
  void forget(const Step &step);
  void move(llvm::ArrayRef<unsigned> from, llvm::ArrayRef<unsigned> to);

  bool rounds;
  FirstError *errors;
  llvm::DenseMap<mlir::Value, unsigned> numbers;
  llvm::SmallVector<mlir::Value> outer;
  Body main;
  std::vector<Cell> cells;
  llvm::SmallVector<Cell> results;
};

/// The element type of a scalar or tensor type; nothing where it is none of ours.
std::optional<Element> elementOf(mlir::Type type);

/// The formulas, one table a dialect.
Formula findArithFormula(llvm::StringRef op);
Formula findMathFormula(llvm::StringRef op);
Formula findAttnFormula(llvm::StringRef op);

} // namespace attn::reference
