// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs a region on one pair after another.
#include "lib/Reference/Masks.h"

using namespace attn::reference;

PairProgram::PairProgram(mlir::Region &region, std::vector<TensorRef> captures, bool rounds, FirstError &errors)
    : program(region.front(), rounds, errors), captures(std::move(captures)) {
  cells.resize(5);
  for (const TensorRef &tensor : this->captures)
    cells.push_back(Cell::ofTensor(*tensor));
}

Cell PairProgram::run(Cell x, const Place &at, int64_t j, unsigned skipped) {
  cells[0] = x;
  cells[1] = Cell::ofInteger(at.b);
  cells[2] = Cell::ofInteger(at.head);
  cells[3] = Cell::ofInteger(at.i);
  cells[4] = Cell::ofInteger(j);
  llvm::ArrayRef<Cell> results = program.run(llvm::ArrayRef(cells).drop_front(skipped), at.site(j));
  return results.empty() ? Cell() : results[0];
}
