// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The tile programs of test/Dialect/Tile/programs as a table: inputs, sequential references, and a comparison for
// whatever runs them.
#pragma once

#include "lib/Reference/HostTensor.h"
#include "llvm/Support/Error.h"
#include <functional>

namespace attn::programs {

using reference::Element;
using Tensor = reference::HostTensor;
using Tensors = std::vector<Tensor>;

/// One call of a program. Arguments come in the entry's order; scalars have rank 0.
struct Case {
  /// Letters, digits and underscores: "M65_N65".
  std::string name;
  std::function<Tensors()> arguments;
};

struct Program {
  /// The file's path and the entry's name.
  std::string file, entry;
  std::vector<Case> cases;
  /// The results in the entry's order, in double, by the formulas and not by the program's algorithm.
  std::function<Tensors(const Tensors &arguments)> reference;
  /// Largest error, relative to the largest number of a result or 1, of code that rounds every op to the program's
  /// types.
  double tolerance;
};

/// Every program of the table.
const std::vector<Program> &programs();

/// Runs an entry of a file; `results` say the results' types and shapes and hold NaN or a large integer.
using Executor = std::function<llvm::Expected<Tensors>(const Program &program, const Tensors &arguments,
                                                       const Tensors &results)>;

/// Runs a case and compares. An empty string, or what went wrong. NaN never passes; infinities must agree; integers
/// must be equal.
std::string check(const Program &program, const Case &point, const Executor &executor, double tolerance);

/// A program and one of its cases, for parametrised tests.
struct Run {
  const Program *program;
  const Case *point;
  std::string name() const { return program->entry + "_" + point->name; }
};
inline std::ostream &operator<<(std::ostream &os, const Run &run) { return os << run.name(); }
std::vector<Run> allRuns();

//===- for the programs' files --------------------------------------------===//

/// The path of a program's file.
std::string programPath(const char *name);

/// Normal numbers rounded to the element type; another seed, other numbers.
Tensor randomTensor(Element element, std::vector<int64_t> shape, unsigned seed, double scale = 1.0);
/// Uniform numbers of [low, high), rounded.
Tensor uniformTensor(Element element, std::vector<int64_t> shape, unsigned seed, double low, double high);
Tensor scalar(Element element, double value);

/// The weights of a row of scores. Scores of -inf are removed; an empty row has weights 0 and lse -inf.
struct WeightRow {
  std::vector<double> weights;
  double lse;
};
WeightRow softmax(const std::vector<double> &scores);

/// Sum over the last dim of the products of two rows, given by the indices before it.
double dot(const Tensor &a, std::initializer_list<int64_t> rowA, const Tensor &b, std::initializer_list<int64_t> rowB);

// One file each.
Program attention();
Program decode();
Program decodeBF16();
Program gatedDelta();
Program gatedDeltaPrepared();
Program scalarDecay();
Program selected();
Program testTimeTraining();
Program topBlocks();
Program backward();
Program twoTerms();
Program sums();

/// (a) after every pass on rings, products and roles; no CPU runs it.
Program attentionInRoles();

} // namespace attn::programs
