// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Products of four warps. Descriptors and which lane holds which element follow the PTX ISA (wgmma.mma_async) and
// nothing of the lowering.
#include "lib/Target/CUDA/Simulator/Lanes.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include <cstring>

using namespace mlir;
using namespace attn::cuda::simulator;

namespace {

constexpr unsigned kRows = 16; // of one warp
constexpr unsigned kDepth = 16;

/// A matrix of 16-bit elements in shared memory, as its 64-bit descriptor says.
class SharedMatrix {
public:
  SharedMatrix(uint64_t bits, bool isTransposed)
      : start((bits & 0x3fff) << 4), leading((bits >> 16 & 0x3fff) << 4), stride((bits >> 32 & 0x3fff) << 4),
        baseOffset(bits >> 49 & 7), mode(bits >> 62), isTransposed(isTransposed) {}

  /// What the simulator does not know of it; empty: nothing.
  std::string complaint() const {
    if (mode != 1)
      return ("expects a matrix with 128-byte swizzling, but got mode " + Twine(mode)).str();
    return baseOffset ? "expects a base offset of 0" : "";
  }

  /// The address of an element: `line` along M or N, `k` along the contracted dim.
  uint32_t at(unsigned line, unsigned k) const {
    // Atoms are 8 rows of 128 bytes. Rows run along k, and atoms follow each other at the stride along the lines; or
    // rows run along the lines, 64 of them, atoms follow at the stride along k, and at the leading offset along the
    // lines.
    uint32_t offset = isTransposed ? line % 64 * 2 + line / 64 * leading + k % 8 * 128 + k / 8 * stride
                                   : k * 2 + line % 8 * 128 + line / 8 * stride;
    return swizzle128(start + offset);
  }

private:
  uint32_t start, leading, stride;
  unsigned baseOffset, mode;
  bool isTransposed;
};

/// What one warp multiplies.
struct Operands {
  float a[kRows][kDepth];
  std::vector<float> b; ///< [k][column]
};

float read16(const uint8_t *from, bool isBF16) {
  uint16_t bits;
  memcpy(&bits, from, 2);
  return isBF16 ? fromBF16(bits) : fromF16(bits);
}

/// The product's operands in its instruction: number: columns; other: flags.
enum Flag { bf16 = 1, leftInRegisters = 2, transA = 4, transB = 8, keepsStarts = 16 };

class Product {
public:
  Product(Warp &w, const Instruction &i) : w(w), i(i), columns(i.number), flags(i.other), who(w.accessor()) {}

  Step run() {
    if (Step step = check(); step != Step::next)
      return step;
    if (Step step = meet(); step != Step::next)
      return step;
    operands.b.resize(kDepth * columns);
    if (!readLeft() || !readMatrix(i.c, flags & transB, columns, 0, &operands.b[0], 1, columns))
      return Step::failed;
    multiply();
    ++w.block.counts.groupProducts;
    return Step::next;
  }

private:
  /// The four warps of a group begin the same products, with the same descriptors.
  Step meet() {
    auto place = std::make_pair(w.number / 4, w.productCount++);
    uint64_t left = flags & leftInRegisters ? 0 : w.at<uint64_t>(i.b)[0], right = w.at<uint64_t>(i.c)[0];
    GroupProduct &product = w.block.products.try_emplace(place, GroupProduct{&i, left, right}).first->second;
    if (product.instruction != &i || product.left != left || product.right != right)
      return w.fail(i, "expects the product and the descriptors of the group's other warps");
    if (++product.warps == 4)
      w.block.products.erase(place);
    return Step::next;
  }

  ArrayRef<uint32_t> results() const { return i.registers.take_front(columns / 2); }
  ArrayRef<uint32_t> starts() const { return i.registers.slice(columns / 2, columns / 2); }
  ArrayRef<uint32_t> left() const { return i.registers.drop_front(columns); }

  Step check() {
    if (!w.isWhole())
      return w.fail(i, "expects all lanes of a warp");
    if (!w.productsFenced)
      return w.fail(i, "begins products without a fence for their registers");
    for (uint32_t reg : left())
      if (w.isInFlight(reg))
        return w.fail(i, "uses a register that a product in flight writes");
    // Products that add to the same registers follow each other; a value needed elsewhere would be moved.
    for (uint32_t start : starts())
      if ((flags & keepsStarts) && w.isInFlight(start))
        return w.fail(i, "moves an accumulator that a product in flight writes");
    return Step::next;
  }

  /// Reads lines x 16 elements into to[line * byLine + k * byK].
  bool readMatrix(uint32_t descriptor, bool isTransposed, unsigned lines, unsigned firstLine, float *to,
                  unsigned byLine, unsigned byK) {
    const uint64_t *bits = w.at<uint64_t>(descriptor);
    for (unsigned lane = 1; lane < kLanes; ++lane)
      if (bits[lane] != bits[0])
        return w.fail(i, "expects one descriptor for all lanes"), false;
    SharedMatrix matrix(bits[0], isTransposed);
    if (std::string complaint = matrix.complaint(); !complaint.empty())
      return w.fail(i, complaint), false;
    ByteRange range = {UINT32_MAX, 0};
    for (unsigned line = 0; line < lines; ++line)
      for (unsigned k = 0; k < kDepth; ++k) {
        uint32_t address = matrix.at(firstLine + line, k);
        std::string reason;
        const uint8_t *from = w.block.shared.readAsync(who, address, 2, reason);
        if (!from)
          return w.fail(i, "reads " + reason + " (element " + Twine(firstLine + line) + ", " + Twine(k) + ")"), false;
        to[line * byLine + k * byK] = read16(from, flags & bf16);
        range = {std::min(range.begin, address), std::max(range.end, address + 2)};
      }
    w.block.shared.beginProduct(range);
    w.open.reads.push_back(range);
    return true;
  }

  bool readLeft() {
    if (!(flags & leftInRegisters))
      return readMatrix(i.b, flags & transA, kRows, kRows * (w.number % 4), &operands.a[0][0], kDepth, 1);
    for (unsigned lane = 0; lane < kLanes; ++lane)
      for (auto [number, reg] : llvm::enumerate(left()))
        for (unsigned half = 0; half < 2; ++half) {
          uint32_t bits = w.at<uint32_t>(reg)[lane] >> 16 * half & 0xffff;
          operands.a[lane / 4 + 8 * (number % 2)][2 * (lane % 4) + half + 8 * (number / 2)] =
              flags & bf16 ? fromBF16(bits) : fromF16(bits);
        }
    return true;
  }

  /// Register n of lane l holds row l / 4 (and 8 further for the second of every two pairs) and a column of the n /
  /// 4-th eight.
  void multiply() {
    std::vector<float> sums(kRows * columns);
    for (unsigned row = 0; row < kRows; ++row)
      for (unsigned k = 0; k < kDepth; ++k)
        for (unsigned col = 0; col < columns; ++col)
          sums[row * columns + col] += operands.a[row][k] * operands.b[k * columns + col];
    bool adds = w.at<uint32_t>(i.a)[0] & 1;
    for (auto [number, result] : llvm::enumerate(results()))
      for (unsigned lane = 0; lane < kLanes; ++lane) {
        unsigned row = lane / 4 + 8 * (number / 2 % 2), col = number / 4 * 8 + 2 * (lane % 4) + number % 2;
        float start = adds ? w.at<float>(starts()[number])[lane] : 0.0f;
        w.at<float>(result)[lane] = start + sums[row * columns + col];
      }
    // A sum that goes on goes on in its new registers.
    for (auto [start, result] : llvm::zip(starts(), results())) {
      if (start != result)
        llvm::erase(w.inFlight, start);
      if (!w.isInFlight(result))
        w.inFlight.push_back(result);
      w.open.registers.push_back(result);
    }
  }

  Warp &w;
  const Instruction &i;
  unsigned columns;
  int64_t flags;
  Accessor who;
  Operands operands;
};

Step runProduct(Warp &w, const Instruction &i) { return Product(w, i).run(); }

bool decodeProduct(StatementContext &context, const Statement &statement) {
  auto shape = statement.modifiers()[4];
  int64_t rows = statement.numberAfter(shape, 'm'), columns = statement.numberAfter(shape, 'n');
  int64_t depth = statement.numberAfter(shape, 'k');
  ArrayRef<AsmOperand> operands = statement.operands;
  bool inRegisters = operands.size() > 1 && operands[1].kind == AsmOperand::list;
  if (rows != 64 || depth != kDepth || columns % 8 || columns < 8 || columns > 256 ||
      operands.size() != (inRegisters ? 7 : 8) || operands[4].value != 1 || operands[5].value != 1)
    return context.fail(statement, "expects m64nNk16 with N of 8 to 256, and scales of 1");
  Registers starts, left;
  for (const AsmOperand &part : operands[0].parts) {
    // A product that starts anew reads nothing: where no value is known, the register itself stands for it.
    auto known = context.reads.find(part.text);
    starts.push_back(known != context.reads.end() ? known->second : context.writes.lookup(part.text));
  }
  uint32_t leftMatrix = 0;
  if (inRegisters)
    left = context.list(operands[1]);
  else
    leftMatrix = context.reg(operands[1], /*isWide=*/true);
  uint32_t right = context.reg(operands[2], /*isWide=*/true), adds = context.reg(operands[3]);
  Registers all = context.targets(operands[0]);
  if (int64_t(all.size()) != columns / 2 || (inRegisters && left.size() != 4))
    return context.fail(statement, "expects half as many registers as columns, and four of the left operand");
  all.append(starts);
  all.append(left);
  Instruction &i = context.decoder.emit(runProduct, context.op, 0, adds, leftMatrix, right);
  i.registers = context.decoder.keep(all);
  i.number = columns;
  i.other = (StringRef(statement.opcode).contains(".bf16") ? bf16 : 0) | (inRegisters ? leftInRegisters : 0) |
            (!inRegisters && operands[6].value ? transA : 0) | (operands.back().value ? transB : 0) |
            (context.keepsStarts ? keepsStarts : 0);
  i.isProduct = true;
  return true;
}

//===- fences and groups ----------------------------------------------------------------------------------------===//

Step runFence(Warp &w, const Instruction &i) {
  w.productsFenced = true;
  return w.isWhole() ? Step::next : w.fail(i, "expects all lanes of a warp");
}

Step runCommit(Warp &w, const Instruction &i) {
  w.groups.push_back(std::move(w.open));
  w.open = ProductGroup();
  w.productsFenced = false;
  return w.isWhole() ? Step::next : w.fail(i, "expects all lanes of a warp");
}

/// number: how many groups may stay in flight.
Step runWaitGroup(Warp &w, const Instruction &i) {
  if (!w.isWhole())
    return w.fail(i, "expects all lanes of a warp");
  while (int64_t(w.groups.size()) > i.number) {
    for (uint32_t reg : w.groups.front().registers)
      llvm::erase(w.inFlight, reg);
    for (ByteRange range : w.groups.front().reads)
      w.block.shared.endProduct(range);
    w.groups.pop_front();
  }
  return Step::next;
}

template <Handler handler> bool decodePlain(StatementContext &context, const Statement &) {
  context.decoder.emit(handler, context.op).isProduct = true;
  return true;
}

bool decodeWaitGroup(Decoder &d, Operation *op) {
  d.emit(runWaitGroup, op).number = cast<NVVM::WgmmaWaitGroupSyncOp>(op).getGroup();
  return true;
}

} // namespace

void attn::cuda::simulator::addGroupProductStatements(StatementTable &table) {
  table["wgmma.mma_async.sync.aligned.m#n#k#.f#.bf#.bf#"] = decodeProduct;
  table["wgmma.mma_async.sync.aligned.m#n#k#.f#.f#.f#"] = decodeProduct;
  table["wgmma.fence.sync.aligned"] = decodePlain<runFence>;
  table["wgmma.commit_group.sync.aligned"] = decodePlain<runCommit>;
}

void attn::cuda::simulator::addGroupProductOps(OpTable &table) {
  table["nvvm.wgmma.wait.group.sync.aligned"] = decodeWaitGroup;
}
