// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Matrix loads, stores and products of one warp. Which lane holds which element follows the PTX ISA (ldmatrix, stmatrix,
// movmatrix, mma.m16n8k16, mma.m16n8k8) and nothing of the lowering.
#include "lib/Target/CUDA/Simulator/Lanes.h"
#include <cstring>

using namespace mlir;
using namespace attn::cuda::simulator;

namespace {

/// An 8 x 8 matrix of 16-bit elements.
using Matrix = uint16_t[8][8];

/// Lane l holds elements 2 (l mod 4) and the next of row l / 4, or of column l / 4 where the load transposes.
uint32_t partOf(const Matrix &matrix, unsigned lane, bool transposes) {
  unsigned line = lane / 4, first = 2 * (lane % 4);
  uint32_t low = transposes ? matrix[first][line] : matrix[line][first];
  uint32_t high = transposes ? matrix[first + 1][line] : matrix[line][first + 1];
  return low | high << 16;
}

/// Counts a matrix, of which eight addresses are the rows.
void count(Warp &w, const uint32_t *rows) {
  uint32_t banks[8] = {0};
  for (unsigned row = 0; row < 8; ++row)
    ++banks[rows[row] / 16 % 8];
  ++w.block.counts.matrices;
  w.block.counts.conflicts += *std::max_element(banks, banks + 8) - 1;
}

/// a: addresses of rows, eight lanes a matrix; registers: one for each matrix; number: whether it transposes.
Step runLoadMatrix(Warp &w, const Instruction &i) {
  if (!w.isWhole())
    return w.fail(i, "expects all lanes of a warp");
  const uint32_t *address = w.at<uint32_t>(i.a);
  Matrix loaded[4];
  Accessor who = w.accessor();
  for (size_t matrix = 0; matrix < i.registers.size(); ++matrix) {
    for (unsigned row = 0; row < 8; ++row) {
      std::string reason;
      const uint8_t *from = w.block.shared.read(who, address[8 * matrix + row], 16, reason);
      if (!from)
        return w.fail(i, "reads " + reason + " (lane " + Twine(8 * matrix + row) + ")");
      memcpy(loaded[matrix][row], from, 16);
    }
    count(w, address + 8 * matrix);
  }
  for (auto [matrix, reg] : llvm::enumerate(i.registers))
    for (unsigned lane = 0; lane < kLanes; ++lane)
      w.at<uint32_t>(reg)[lane] = partOf(loaded[matrix], lane, i.number);
  return Step::next;
}

bool decodeLoadMatrix(StatementContext &context, const Statement &statement) {
  if (statement.operands.size() != 2 || statement.operands[1].parts.size() != 1)
    return context.fail(statement, "expects registers and an address");
  uint32_t address = context.reg(statement.operands[1]);
  Registers targets = context.targets(statement.operands[0]);
  if (targets.size() != 4)
    return context.fail(statement, "expects four registers");
  Instruction &i = context.decoder.emit(runLoadMatrix, context.op, 0, address);
  i.registers = context.decoder.keep(targets);
  i.number = llvm::is_contained(statement.modifiers(), "trans");
  return true;
}

/// a: addresses of rows, eight lanes a matrix; registers: one for each matrix.
Step runStoreMatrix(Warp &w, const Instruction &i) {
  if (!w.isWhole())
    return w.fail(i, "expects all lanes of a warp");
  const uint32_t *address = w.at<uint32_t>(i.a);
  for (size_t matrix = 0; matrix < i.registers.size(); ++matrix) {
    for (unsigned row = 0; row < 8; ++row) {
      // Lanes 4 row to 4 row + 3 hold the row, two elements each.
      const uint32_t *words = w.at<uint32_t>(i.registers[matrix]) + 4 * row;
      std::string reason;
      if (!w.block.shared.write(w.accessor(), address[8 * matrix + row], reinterpret_cast<const uint8_t *>(words), 16,
                                reason))
        return w.fail(i, "writes " + reason + " (lane " + Twine(8 * matrix + row) + ")");
    }
    count(w, address + 8 * matrix);
  }
  return Step::next;
}

bool decodeStoreMatrix(StatementContext &context, const Statement &statement) {
  if (statement.operands.size() != 2 || statement.operands[0].parts.size() != 1)
    return context.fail(statement, "expects an address and registers");
  uint32_t address = context.reg(statement.operands[0]);
  Registers from = context.list(statement.operands[1]);
  if (from.size() != 4)
    return context.fail(statement, "expects four registers");
  context.decoder.emit(runStoreMatrix, context.op, 0, address).registers = context.decoder.keep(from);
  return true;
}

Step runMoveMatrix(Warp &w, const Instruction &i) {
  if (!w.isWhole())
    return w.fail(i, "expects all lanes of a warp");
  Matrix matrix;
  for (unsigned lane = 0; lane < kLanes; ++lane) {
    uint32_t word = w.at<uint32_t>(i.a)[lane];
    matrix[lane / 4][2 * (lane % 4)] = word;
    matrix[lane / 4][2 * (lane % 4) + 1] = word >> 16;
  }
  for (unsigned lane = 0; lane < kLanes; ++lane)
    w.at<uint32_t>(i.result)[lane] = partOf(matrix, lane, /*transposes=*/true);
  return Step::next;
}

bool decodeMoveMatrix(StatementContext &context, const Statement &statement) {
  if (statement.operands.size() != 2)
    return context.fail(statement, "expects two registers");
  uint32_t from = context.reg(statement.operands[1]);
  context.decoder.emit(runMoveMatrix, context.op, context.target(statement.operands[0]), from);
  return true;
}

//===- products -------------------------------------------------------------------------------------------------===//

float tf32(uint32_t bits) {
  bits &= ~0x1fffu; // the instruction does not see the rest
  float value;
  memcpy(&value, &bits, 4);
  return value;
}

/// The operands of a product of 16 rows and 8 columns.
struct Operands {
  float a[16][16], b[16][8];
};

/// 16-bit elements, two a register: rows l / 4 and l / 4 + 8, columns 2 (l mod 4) and 8 further; B alike by columns.
template <float (*from)(uint32_t)>
void readNarrow(Warp &w, ArrayRef<uint32_t> a, ArrayRef<uint32_t> b, Operands &all) {
  for (unsigned lane = 0; lane < kLanes; ++lane) {
    unsigned group = lane / 4, first = 2 * (lane % 4);
    for (unsigned number = 0; number < 4; ++number)
      for (unsigned half = 0; half < 2; ++half)
        all.a[group + 8 * (number % 2)][first + half + 8 * (number / 2)] =
            from(w.at<uint32_t>(a[number])[lane] >> 16 * half & 0xffff);
    for (unsigned number = 0; number < 2; ++number)
      for (unsigned half = 0; half < 2; ++half)
        all.b[first + half + 8 * number][group] = from(w.at<uint32_t>(b[number])[lane] >> 16 * half & 0xffff);
  }
}

/// tf32: rows l / 4 and l / 4 + 8, columns l mod 4 and 4 further; B alike by columns.
void readWide(Warp &w, ArrayRef<uint32_t> a, ArrayRef<uint32_t> b, Operands &all) {
  for (unsigned lane = 0; lane < kLanes; ++lane) {
    unsigned group = lane / 4, first = lane % 4;
    for (unsigned number = 0; number < 4; ++number)
      all.a[group + 8 * (number % 2)][first + 4 * (number / 2)] = tf32(w.at<uint32_t>(a[number])[lane]);
    for (unsigned number = 0; number < 2; ++number)
      all.b[first + 4 * number][group] = tf32(w.at<uint32_t>(b[number])[lane]);
  }
}

enum class Element { bf16, f16, tf32 };

/// registers: four of the result, four of A, two of B, four of C; number: the element.
Step runProduct(Warp &w, const Instruction &i) {
  if (!w.isWhole())
    return w.fail(i, "expects all lanes of a warp");
  Operands all;
  ArrayRef<uint32_t> d = i.registers.take_front(4), a = i.registers.slice(4, 4), b = i.registers.slice(8, 2),
                     c = i.registers.slice(10, 4);
  auto element = Element(i.number);
  unsigned depth = element == Element::tf32 ? 8 : 16;
  if (element == Element::bf16)
    readNarrow<fromBF16>(w, a, b, all);
  else if (element == Element::f16)
    readNarrow<fromF16>(w, a, b, all);
  else
    readWide(w, a, b, all);
  float sums[16][8] = {};
  for (unsigned row = 0; row < 16; ++row)
    for (unsigned k = 0; k < depth; ++k)
      for (unsigned col = 0; col < 8; ++col)
        sums[row][col] += all.a[row][k] * all.b[k][col];
  // Rows l / 4 and l / 4 + 8, columns 2 (l mod 4) and the next.
  for (unsigned lane = 0; lane < kLanes; ++lane)
    for (unsigned number = 0; number < 4; ++number)
      w.at<float>(d[number])[lane] =
          w.at<float>(c[number])[lane] + sums[lane / 4 + 8 * (number / 2)][2 * (lane % 4) + number % 2];
  ++w.block.counts.products;
  return Step::next;
}

bool decodeProduct(StatementContext &context, const Statement &statement) {
  std::optional<Element> element = llvm::StringSwitch<std::optional<Element>>(statement.opcode)
                                       .Case("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32", Element::bf16)
                                       .Case("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32", Element::f16)
                                       .Case("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32", Element::tf32)
                                       .Default(std::nullopt);
  if (!element || statement.operands.size() != 4)
    return context.fail(statement, "expects a shape and types that the simulator knows, and four operands");
  Registers a = context.list(statement.operands[1]), b = context.list(statement.operands[2]);
  Registers c = context.list(statement.operands[3]), all = context.targets(statement.operands[0]);
  if (all.size() != 4 || a.size() != 4 || b.size() != 2 || c.size() != 4)
    return context.fail(statement, "expects 4, 4, 2 and 4 registers");
  all.append(a);
  all.append(b);
  all.append(c);
  Instruction &i = context.decoder.emit(runProduct, context.op);
  i.registers = context.decoder.keep(all);
  i.number = int64_t(*element);
  return true;
}

} // namespace

void attn::cuda::simulator::addMatrixStatements(StatementTable &table) {
  table["stmatrix.sync.aligned.m8n8.x4.shared.b16"] = decodeStoreMatrix;
  table["ldmatrix.sync.aligned.m8n8.x4.shared.b16"] = decodeLoadMatrix;
  table["ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16"] = decodeLoadMatrix;
  table["movmatrix.sync.aligned.m8n8.trans.b16"] = decodeMoveMatrix;
  table["mma.sync.aligned.m#n#k#.row.col.f#.bf#.bf#.f#"] = decodeProduct;
  table["mma.sync.aligned.m#n#k#.row.col.f#.f#.f#.f#"] = decodeProduct;
  table["mma.sync.aligned.m#n#k#.row.col.f#.tf#.tf#.f#"] = decodeProduct;
}
