// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Products by warp-wide matrix instructions: the left operand in registers or, as the right one, in shared memory.
#include "lib/Target/CUDA/KernelLowering.h"
#include "lib/Transforms/Tile/ProductLoads.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;
using namespace attn::tile;

namespace attn::cuda {

//===- operands -------------------------------------------------------------------------------------------------===//

/// The left operand's registers for a block of 16 rows and one step, from shared memory.
SmallVector<Value> KernelLowering::leftOperandOfSlot(MmaOp op, int64_t block, int64_t step) {
  const SharedTile &place = shared[op.getA()];
  FragmentLayout result = layoutOf(op.getResult());
  Value first = index(0);
  if (result.rows() > 1)
    first = arith::SubIOp::create(b, loc, rowOf(result, {block, 0, 0, 0}), group);
  // A warp's block behind the last one gives no results, but reads what is there.
  if (result.rows() > 1 && !result.replicated() && (block + 1) * warps > result.rowBlocks()) {
    Value exists = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, first, index(result.rows()));
    first = arith::SelectOp::create(b, loc, exists, first, index(0));
  }
  bool transposed = op.getTransA();
  if (!elementOf(op.getA()).isF32()) {
    Value depth = index(step * 16);
    SmallVector<Value> words = loadMatrices(place, transposed ? depth : first, transposed ? first : depth, transposed);
    return {words[0], words[2], words[1], words[3]};
  }
  Value twice = arith::MulIOp::create(b, loc, inGroup, index(2)), row = arith::AddIOp::create(b, loc, first, group);
  if (!transposed) {
    SmallVector<Value> upper = loadStepPair(place, row, twice, 0, step * 8), lower = loadStepPair(place, row, twice, 8, step * 8);
    return {upper[0], lower[0], upper[1], lower[1]};
  }
  Value next = arith::AddIOp::create(b, loc, twice, index(1)), other = arith::AddIOp::create(b, loc, row, index(8));
  SmallVector<Value> values;
  for (auto [depth, m] : {std::pair(twice, row), std::pair(twice, other), std::pair(next, row), std::pair(next, other)})
    values.push_back(loadShared(place, arith::AddIOp::create(b, loc, depth, index(step * 8)), m));
  return values;
}

/// The same, wherever the operand lies. An accumulator's registers are already in place: of 16-bit elements as they are, of
/// f32 with the step's columns renamed (2 t and 2 t + 1 stand for t and t + 4), as `rightOperand` renames its rows.
SmallVector<Value> KernelLowering::leftOperand(MmaOp op, int64_t block, int64_t step) {
  if (isReadFromSlot(op.getAMutable()))
    return leftOperandOfSlot(op, block, step);
  Type element = elementOf(op.getA());
  bool narrow = !element.isF32();
  FragmentLayout layout = layoutOf(op.getA());
  const Registers &values = tiles[op.getA()];
  auto at = [&](int64_t col, int64_t half, int64_t pair) -> Value {
    if (layout.cols() == 1 && (col > 0 || pair > 0))
      return constant(element, 0.0);
    if (col >= layout.colBlocks())
      return constant(element, 0.0);
    FragmentLayout::Place place{layout.rows() == 1 ? 0 : block, col, layout.rows() == 1 ? 0 : half, pair};
    Value value = values[layout.index(place)];
    // Columns past the end are contracted with zeros, but must not be infinite.
    Value inside;
    if (layout.colsMayMiss(col))
      inside = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, colOf(layout, place), index(layout.cols()));
    if (layout.cols() == 1)
      inside = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, inGroup, index(0));
    return inside ? Value(arith::SelectOp::create(b, loc, inside, value, constant(element, 0.0))) : value;
  };
  if (narrow) {
    SmallVector<Value> words;
    for (int64_t col : {2 * step, 2 * step + 1})
      for (int64_t half : {0, 1})
        words.push_back(packPair(at(col, half, 0), at(col, half, 1)));
    return words;
  }
  return {at(step, 0, 0), at(step, 1, 0), at(step, 0, 1), at(step, 1, 1)};
}

/// The right operand's registers for 16 columns (two instructions) and one step of 16-bit elements, or 8 columns of f32.
SmallVector<Value> KernelLowering::rightOperand(MmaOp op, int64_t col, int64_t step) {
  const SharedTile &place = shared[op.getB()];
  if (!elementOf(op.getB()).isF32())
    return op.getTransB() ? loadMatrices(place, index(col * 8), index(step * 16), false)
                          : loadMatrices(place, index(step * 16), index(col * 8), true);
  Value twice = arith::MulIOp::create(b, loc, inGroup, index(2));
  if (op.getTransB())
    return loadStepPair(place, group, twice, col * 8, step * 8);
  Value next = arith::AddIOp::create(b, loc, twice, index(1));
  return {loadStep(place, twice, group, step * 8, col * 8), loadStep(place, next, group, step * 8, col * 8)};
}

//===- the product ----------------------------------------------------------------------------------------------===//

SmallVector<Value> KernelLowering::multiply(MmaAttr instruction, ValueRange a, ValueRange right, ValueRange c) {
  auto result = LLVM::LLVMStructType::getLiteral(b.getContext(), SmallVector<Type>(4, b.getF32Type()));
  auto unpack = [&](Value value) {
    SmallVector<Value> values;
    for (int64_t i = 0; i < 4; ++i)
      values.push_back(LLVM::ExtractValueOp::create(b, loc, value, i));
    return values;
  };
  auto issue = [&](ValueRange x, ValueRange y, ValueRange z) {
    std::string text;
    llvm::raw_string_ostream(text) << "mma.sync.aligned.m" << instruction.getM() << "n" << instruction.getN() << "k"
                                   << instruction.getK() << ".row.col.f32." << instruction.getType() << "."
                                   << instruction.getType()
                                   << ".f32 {$0, $1, $2, $3}, {$4, $5, $6, $7}, {$8, $9}, {$0, $1, $2, $3};";
    SmallVector<Value> operands(x);
    operands.append(y.begin(), y.end());
    operands.append(z.begin(), z.end());
    return unpack(assembly(text, "=f,=f,=f,=f,r,r,r,r,r,r,0,1,2,3", result, operands));
  };
  if (!instruction.getType().isTF32())
    return issue(a, right, c);
  // f32 as a sum of two tf32 numbers, without the product of the two small ones: within twice the error of f32.
  auto large = [&](Value value) { return assembly("cvt.rna.tf32.f32 $0, $1;", "=r,f", b.getI32Type(), {value}); };
  auto small = [&](Value value, Value high) {
    Value rest = arith::SubFOp::create(b, loc, value, arith::BitcastOp::create(b, loc, b.getF32Type(), high));
    return large(rest);
  };
  SmallVector<Value> aLarge, aSmall, bLarge, bSmall;
  auto split = [&](ValueRange values, SmallVector<Value> &highs, SmallVector<Value> &lows) {
    for (Value value : values) {
      highs.push_back(large(value));
      if (instruction.getProducts() == 3)
        lows.push_back(small(value, highs.back()));
    }
  };
  split(a, aLarge, aSmall);
  split(right, bLarge, bSmall);
  if (instruction.getProducts() == 1) // rounds to tf32
    return issue(aLarge, bLarge, c);
  SmallVector<Value> sum = issue(aSmall, bLarge, SmallVector<Value>(4, constant(b.getF32Type(), 0.0)));
  sum = issue(aLarge, bSmall, sum);
  sum = issue(aLarge, bLarge, sum);
  // The instruction cuts off what it adds to; a long sum is rounded step by step.
  for (auto [value, before] : llvm::zip_equal(sum, c))
    value = arith::AddFOp::create(b, loc, before, value);
  return sum;
}

LogicalResult KernelLowering::lowerProduct(MmaOp op) {
  auto instruction = dyn_cast_if_present<MmaAttr>(op.getInstructionAttr());
  if (!instruction && !op.getInstruction())
    return op.emitError("expects a product with its instruction; run --cuda-select-instructions before");
  if (!instruction)
    return op.emitError("expects a product that is begun, as ") << op.getInstructionAttr()
                                                                << " needs; run --tile-issue-products before";
  FragmentLayout layout = layoutOf(op.getResult());
  bool narrow = !instruction.getType().isTF32();
  int64_t steps = llvm::divideCeil(describeProduct(op).depth(), instruction.getK());
  SmallVector<Value> inSlots{op.getB()};
  if (isReadFromSlot(op.getAMutable()))
    inSlots.push_back(op.getA());
  if (!llvm::all_of(inSlots, [&](Value operand) { return shared.contains(operand); }))
    return op.emitError("expects operands in shared memory");
  for (Value operand : inSlots)
    awaitCopy(shared[operand]);
  // What lies in slots of rings has been waited for.
  if (llvm::any_of(inSlots, [&](Value operand) { return !shared[operand].moved; }))
    beforeSharedRead();

  // A tile of one row or column computes whole blocks all the same.
  int64_t blocks = std::max<int64_t>(1, layout.owned()), cols = layout.colBlocks();
  int64_t group16 = narrow ? 2 : 1;
  SmallVector<SmallVector<Value>> sums(blocks * llvm::alignTo(cols, group16));
  for (int64_t block = 0; block < blocks; ++block)
    for (int64_t col = 0; col < int64_t(llvm::alignTo(cols, group16)); ++col)
      for (int64_t half : {0, 1})
        for (int64_t pair : {0, 1}) {
          bool held = col < cols && half < layout.halves() && pair < layout.pairs();
          Value start = held && op.getC() ? tiles[op.getC()][layout.index({block, col, half, pair})]
                                          : constant(b.getF32Type(), 0.0);
          sums[block * llvm::alignTo(cols, group16) + col].push_back(start);
        }
  for (int64_t step = 0; step < steps; ++step) {
    SmallVector<SmallVector<Value>> left;
    for (int64_t block = 0; block < blocks; ++block)
      left.push_back(leftOperand(op, block, step));
    for (int64_t col = 0; col < cols; col += group16) {
      SmallVector<Value> right = rightOperand(op, col, step);
      for (int64_t block = 0; block < blocks; ++block)
        for (int64_t i = 0; i < group16; ++i) {
          auto &sum = sums[block * llvm::alignTo(cols, group16) + col + i];
          if (col + i < cols)
            sum = multiply(instruction, left[block], ValueRange(right).slice(2 * i, 2), sum);
        }
    }
  }
  Registers values(layout.size());
  for (int64_t n = 0; n < layout.size(); ++n) {
    FragmentLayout::Place at = layout.place(n);
    values[n] = sums[at.block * llvm::alignTo(cols, group16) + at.col][at.half * 2 + at.pair];
  }
  // What lies in column 0 alone is spread over the lanes that hold such a tile.
  if (layout.cols() == 1)
    for (Value &value : values)
      value = NVVM::ShflOp::create(
          b, loc, b.getF32Type(), i32(-1), value,
          arith::AndIOp::create(b, loc, arith::IndexCastOp::create(b, loc, b.getI32Type(), lane), i32(28)), i32(31),
          NVVM::ShflKind::idx, UnitAttr());
  if (layout.rows() == 1)
    for (Value &value : values)
      value = NVVM::ShflOp::create(b, loc, b.getF32Type(), i32(-1), value,
                                   arith::IndexCastOp::create(b, loc, b.getI32Type(), inGroup), i32(31),
                                   NVVM::ShflKind::idx, UnitAttr());
  tiles[op.getResult()] = values;
  return success();
}

} // namespace attn::cuda
