// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The cost models of tile sizes: what fits the caches of a CPU or the registers of a device's block of threads, and
// what a table or a pinned schedule demands.
#include "lib/Conversion/AttnToTile/Attend.h"
#include <numeric>

using namespace mlir;
using namespace attn;
using namespace attn::totile;

/// The largest divisor of `size` up to `most`.
static int64_t largestDivisor(int64_t size, int64_t most) {
  for (int64_t candidate = std::min(size, most); candidate > 1; --candidate)
    if (size % candidate == 0)
      return candidate;
  return 1;
}

/// The widest head of all products.
static int64_t widestHead(AttendOp attend) {
  int64_t widest = 0;
  auto widen = [&](Value tensor) {
    if (tensor)
      widest = std::max(widest, cast<RankedTensorType>(tensor.getType()).getDimSize(3));
  };
  for (Value term : attend.getTerms())
    widen(term);
  widen(attend.getValues());
  return widest;
}

int64_t totile::widthOfValues(AttendOp attend) {
  return wantsProduct(attend) ? cast<RankedTensorType>(attend.getValues().getType()).getDimSize(3) : 0;
}

/// Columns of the values for each of so many programs of the same rows, as even as blocks of columns allow.
static int64_t sliceOf(int64_t width, int64_t slices) {
  constexpr int64_t block = 16;
  return llvm::alignTo(llvm::divideCeil(width, slices), block);
}

/// Rows of few queries are as many as there are, else `few` where the keys are split; nothing changes for many.
static void fewerRows(AttendOp attend, int64_t few, ChosenSizes &chosen) {
  int64_t queries = attend.planeType().getShape()[2];
  if (!ShapedType::isDynamic(queries) && queries > 0 && queries < chosen.sizes.rows) {
    chosen.sizes.rows = queries;
    chosen.reason = "the plane has " + std::to_string(queries) + " rows";
  }
  if (ShapedType::isDynamic(queries) && attend.getSplit()) {
    chosen.sizes.rows = few;
    chosen.reason = "few queries";
  }
}

static ChosenSizes chooseForCaches(AttendOp attend) {
  constexpr int64_t rows = 96, cols = 512, fewRows = 4;
  ChosenSizes chosen;
  int64_t head = widestHead(attend);
  chosen.sizes.rows = rows;
  chosen.sizes.cols = head <= 128 ? cols : head <= 256 ? cols / 2 : cols / 4;
  chosen.reason = "keys and values of a block stay in the second-level cache at head size " + std::to_string(head);
  // Half a block is computed for nothing where the edge of a mask crosses it.
  if (attend.getMask()) {
    chosen.sizes.cols /= 2;
    chosen.reason += ", half of them because a mask's edge crosses blocks";
  }
  fewerRows(attend, fewRows, chosen);
  return chosen;
}

/// The head sizes of all terms together.
static int64_t depthOfScores(AttendOp attend) {
  int64_t depth = 0;
  for (unsigned term = 0; term < attend.numTerms(); ++term)
    depth += cast<RankedTensorType>(attend.query(term).getType()).getDimSize(3);
  return depth;
}

/// Up to this depth, two blocks of keys and of values lie in shared memory beside 128 rows of queries.
constexpr int64_t wideDepth = 256;

/// Rows of narrow types: three groups of 64 where heads are so small that they have registers enough, one where keys
/// beside the queries of two would not fit shared memory.
static int64_t narrowRows(AttendOp attend) {
  return depthOfScores(attend) > wideDepth ? 64 : widestHead(attend) <= 64 ? 192 : 128;
}

/// Whether programs go by blocks of keys, so that both forms have the same ones: they share a grid.
static bool sumsColumns(AttendOp attend) { return llvm::is_contained(attend.requested(), AttendResult::ColumnSum); }

/// A thread of a warp, which has 16 rows, holds half a row of the accumulator and of the scores; wide types are
/// multiplied in parts, which take registers too.
static ChosenSizes chooseForRegisters(AttendOp attend) {
  constexpr int64_t rows = 128, warpRows = 16, widestAccumulator = 256, narrowAccumulator = 128;
  constexpr int64_t mergedCols = 32; // a merge waits for memory: many short ones wait beside each other
  ChosenSizes chosen;
  int64_t head = widestHead(attend);
  bool isWide = getElementTypeOrSelf(attend.query(0).getType()).getIntOrFloatBitWidth() > 16;
  // Narrow types have the rows that the overlapped form has: both share a grid.
  chosen.sizes.rows = !isWide ? narrowRows(attend) : head > 128 ? rows / 2 : rows;
  chosen.sizes.cols = isWide ? 32 : head > 128 ? 16 : 64;
  chosen.reason = "accumulator and scores stay in registers at head size " + std::to_string(head);
  if (sumsColumns(attend))
    chosen.sizes.rows = std::min(chosen.sizes.rows, rows); // more of them, and 64 columns' sums, are too many registers
  fewerRows(attend, warpRows, chosen);
  if (chosen.sizes.rows > rows)
    chosen.sizes.cols = 32; // more rows have fewer registers each
  chosen.sharesRows = true;
  chosen.mergedParts = warpRows; // a block of parts has the lanes that a block of rows would have
  chosen.mergedCols = mergedCols;
  chosen.sizes.rows = llvm::alignTo(chosen.sizes.rows, warpRows);
  if (int64_t width = widthOfValues(attend); width > widestAccumulator) {
    chosen.sizes.valueCols = sliceOf(width, llvm::divideCeil(width, narrowAccumulator));
    chosen.reason += ", where each of several programs has some columns of the values";
  }
  return chosen;
}

/// Groups of four warps have 64 rows each, two of them or, of small heads, three; blocks of keys are as large as two of
/// them and of values, beside the queries, fit shared memory, and as scores of three groups fit registers. Few rows are a
/// warp's: four of such programs share a multiprocessor's shared memory and registers where blocks of keys are small.
static ChosenSizes chooseForOverlap(AttendOp attend) {
  constexpr int64_t blockElements = 32 * 128, mostElements = 112 * 1024;
  ChosenSizes chosen = chooseForRegisters(attend);
  int64_t head = widestHead(attend);
  if (sumsColumns(attend))
    return chosen;
  if (chosen.sizes.rows < 64) {
    int64_t cols = blockElements / std::max<int64_t>(head, 1) / 16 * 16;
    chosen.sizes.cols = std::clamp<int64_t>(cols, 16, chosen.sizes.cols);
    return chosen;
  }
  chosen.sizes.rows = narrowRows(attend);
  if (int64_t depth = depthOfScores(attend); depth > wideDepth) {
    int64_t values = chosen.sizes.valueCols ? chosen.sizes.valueCols : widthOfValues(attend);
    int64_t keys = (mostElements - chosen.sizes.rows * depth) / (2 * (depth + values)) / 16 * 16;
    chosen.sizes.cols = std::clamp<int64_t>(keys, 16, 80);
    chosen.reason = "two blocks of keys and of values lie in shared memory beside queries of " + std::to_string(depth);
    return chosen;
  }
  chosen.sizes.cols = head <= 64 ? 112 : head <= 128 ? 128 : 80;
  chosen.reason = head <= 64 ? "three groups of rows have registers enough at head size "
                             : "two blocks of keys and of values lie in shared memory at head size ";
  chosen.reason += std::to_string(head);
  return chosen;
}

/// The same for kernels that keep so much for each score that they spill.
static ChosenSizes chooseFewerKeys(AttendOp attend) {
  ChosenSizes chosen = chooseForOverlap(attend);
  if (chosen.sizes.rows < 64 || sumsColumns(attend))
    return chosen;
  chosen.sizes.cols = std::max<int64_t>(16, chosen.sizes.cols * 3 / 4 / 16 * 16);
  chosen.reason += ", with a quarter fewer keys";
  return chosen;
}

namespace {
/// A step to smaller tiles of the form that waits for its products: by how much there are fewer keys, whether there are
/// no more rows than warps with all the registers that a thread can name, and in how many passes over the keys the values'
/// columns are accumulated.
struct Smaller {
  StringLiteral name;
  int64_t keys;
  bool fewerRows;
  int64_t values;
};
} // namespace
constexpr Smaller smallerTiles[] = {
    {"cuda.fewer-keys", 2, false, 1}, {"cuda.fewest-keys", 4, false, 1}, {"cuda.fewer-rows", 4, true, 1},
    {"cuda.fewer-values", 4, false, 2}, {"cuda.fewest-values", 4, false, 4}};

std::string totile::smallerTargets() {
  std::string text = "'cuda.overlapped_fewer_keys', ";
  for (auto [number, step] : llvm::enumerate(smallerTiles)) {
    text += number == 0 ? "" : number + 1 < std::size(smallerTiles) ? ", " : " or ";
    text += ("'" + step.name + "'").str();
  }
  return text;
}

/// Scores are half as wide with half the keys. A block of up to 8 warps has 255 registers a thread; blocks of 16 rows
/// that are no power of two leave warps with more than one. Last come the values, since every pass computes the scores.
static ChosenSizes chooseSmaller(AttendOp attend, const Smaller &step) {
  constexpr int64_t mostRows = 128, fewestKeys = 16, fewestValues = 32;
  ChosenSizes chosen = chooseForRegisters(attend);
  int64_t &rows = chosen.sizes.rows, &cols = chosen.sizes.cols;
  cols = std::max(std::min(cols, fewestKeys), cols / step.keys / fewestKeys * fewestKeys);
  if (step.fewerRows)
    rows = std::min<int64_t>(mostRows, llvm::bit_floor(static_cast<uint64_t>(rows)));
  int64_t width = chosen.sizes.valueCols ? chosen.sizes.valueCols : widthOfValues(attend);
  if (step.values > 1 && width > fewestValues) {
    chosen.sizes.valueCols = std::max(fewestValues, sliceOf(width, step.values));
    chosen.sizes.passes = llvm::divideCeil(width, chosen.sizes.valueCols);
  }
  chosen.reason = "larger ones spill";
  return chosen;
}

std::optional<ChosenSizes> totile::chooseTileSizes(AttendOp attend, TileSizes requested, StringRef target) {
  constexpr int64_t mostRows = 128;
  ChosenSizes chosen;
  if (target == "cpu")
    chosen = chooseForCaches(attend);
  else if (target == "cuda")
    chosen = chooseForRegisters(attend);
  else if (target == "cuda.overlapped")
    chosen = chooseForOverlap(attend);
  else if (target == "cuda.overlapped_fewer_keys")
    chosen = chooseFewerKeys(attend);
  else if (const Smaller *step = llvm::find_if(smallerTiles, [&](const Smaller &step) { return step.name == target; });
           step != std::end(smallerTiles))
    chosen = chooseSmaller(attend, *step);
  else
    return std::nullopt;

  auto pinned = attend->getAttrOfType<tile::ScheduleAttr>("tile.schedule");
  if (!pinned)
    if (auto function = attend->getParentOfType<func::FuncOp>())
      pinned = function->getAttrOfType<tile::ScheduleAttr>("tile.schedule");
  auto pin = [&](int64_t &size, int64_t value) {
    if (value > 0) {
      size = value;
      chosen.reason = "pinned";
    }
  };
  if (pinned) {
    pin(chosen.sizes.rows, pinned.getRows());
    pin(chosen.sizes.cols, pinned.getCols());
    pin(chosen.sizes.valueCols, pinned.getValueCols());
  }
  pin(chosen.sizes.rows, requested.rows);
  pin(chosen.sizes.cols, requested.cols);
  pin(chosen.sizes.valueCols, requested.valueCols);
  if (std::max(requested.valueCols, pinned ? pinned.getValueCols() : 0) || !chosen.sizes.valueCols)
    chosen.sizes.passes = 1;
  if (requested.valueCols > 0 || (pinned && pinned.getValueCols() > 0))
    chosen.mergedCols = 0; // merges have them too
  if (chosen.sizes.valueCols >= widthOfValues(attend))
    chosen.sizes.valueCols = 0;

  if (std::optional<uint64_t> split = attend.getSplit()) {
    chosen.sizes.cols = largestDivisor(*split, chosen.sizes.cols);
    chosen.reason += ", and blocks divide the split of " + std::to_string(*split) + " keys";
  }
  // A table's row of blocks serves whole tiles of rows, and of several tables each does; the entries of the first are
  // the tiles' columns.
  SmallVector<BlockTable> tables;
  collectTables(attend.getMask(), tables);
  if (!tables.empty()) {
    int64_t common = 0;
    for (const BlockTable &table : tables)
      common = std::gcd(common, table.rows);
    chosen.sizes.rows = largestDivisor(common, std::max(mostRows, chosen.sizes.rows));
    chosen.sizes.cols = tables.front().cols;
    chosen.reason = "the mask's table has blocks of " + std::to_string(tables.front().rows) + " x " +
                    std::to_string(tables.front().cols);
    if (tables.size() > 1)
      chosen.reason += ", and the rows divide those of " + std::to_string(tables.size() - 1) + " more";
  }
  return chosen;
}
