// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loads, stores and block lists: bounds, padding, strides, gathers, masks, tables.
#include "test/unit/Interpreter/Harness.h"

#include <numeric>

using namespace attn::interpreter;

namespace {

using Row = std::vector<double>;

/// 0, 1, 2, ... in the shape.
Buffer counting(std::vector<int64_t> shape) {
  attn::reference::HostTensor tensor(Element::f32, shape);
  std::iota(tensor.values.begin(), tensor.values.end(), 0.0);
  return Buffer(tensor);
}

const std::string kTo = "tile.store %z, %r[%c0, %c0] dims = [0, 1] : tensor<2x3xf32>, memref<?x?xf32>";

Row load(const std::string &body, const Buffer &source, const std::string &memref) {
  Buffer result = empty(Element::f32, {2, 3});
  EXPECT_EQ(run({"%x: " + memref + ", %r: memref<?x?xf32>", body + "\n" + kTo}, {source, result}), "") << body;
  return numbers(result);
}

TEST(InterpretLoad, OutsideIsPad) {
  Buffer source = counting({3, 4});
  EXPECT_EQ(load("%z = tile.load %x[%c1, %c1] dims = [0, 1] : memref<?x?xf32> -> tensor<2x3xf32>", source,
                 "memref<?x?xf32>"),
            (Row{5, 6, 7, 9, 10, 11}));
  EXPECT_EQ(load("%z = tile.load %x[%c2, %c2] dims = [0, 1] : memref<?x?xf32> -> tensor<2x3xf32>", source,
                 "memref<?x?xf32>"),
            (Row{10, 11, 0, 0, 0, 0}));
  EXPECT_EQ(load("%z = tile.load %x[%c0, %c0] dims = [0, 1] bounds(%c1, %c2) pad -1.0 : f32 : memref<?x?xf32> -> "
                 "tensor<2x3xf32>",
                 source, "memref<?x?xf32>"),
            (Row{0, 1, -1, -1, -1, -1}));
}

TEST(InterpretLoad, DimsMayBeSwapped) {
  EXPECT_EQ(load("%z = tile.load %x[%c0, %c1] dims = [1, 0] : memref<?x?xf32> -> tensor<2x3xf32>", counting({3, 4}),
                 "memref<?x?xf32>"),
            (Row{1, 5, 9, 2, 6, 10}));
}

TEST(InterpretLoad, StridesOfTheBuffer) {
  attn::reference::HostTensor tensor(Element::f32, {2, 3}, Row{1, 2, 3, 4, 5, 6});
  EXPECT_EQ(load("%z = tile.load %x[%c0, %c0] dims = [0, 1] : memref<?x?xf32, strided<[?, 1], offset: ?>> -> "
                 "tensor<2x3xf32>",
                 Buffer(tensor, {7, 1}), "memref<?x?xf32, strided<[?, 1], offset: ?>>"),
            tensor.values);
}

TEST(InterpretLoad, IndexTilesPickElementsAndSlices) {
  // An index tile of the tile's shape picks elements; index -5 lies outside.
  EXPECT_EQ(load("%i = arith.constant dense<[[0, 2, 4], [1, 9, -5]]> : tensor<2x3xi32>\n"
                 "%z = tile.load %x[%c1, %c1] dims = [-1, -1] index [1](%i : tensor<2x3xi32>) pad -1.0 : f32 : "
                 "memref<?x?xf32> -> tensor<2x3xf32>",
                 counting({2, 8}), "memref<?x?xf32>"),
            (Row{9, 11, 13, 10, -1, -1}));
  // A column of indices picks a row for each row of the tile.
  EXPECT_EQ(load("%i = arith.constant dense<[[2], [0]]> : tensor<2x1xi32>\n"
                 "%z = tile.load %x[%c0, %c1] dims = [-1, 1] index [0](%i : tensor<2x1xi32>) : memref<?x?xf32> -> "
                 "tensor<2x3xf32>",
                 counting({3, 4}), "memref<?x?xf32>"),
            (Row{9, 10, 11, 1, 2, 3}));
}

TEST(InterpretStore, OutsideAndMaskedIsDropped) {
  auto store = [](const std::string &op) {
    Buffer result = make(Element::f32, {3, 3}, Row(9, -1.0));
    EXPECT_EQ(run({"%r: memref<?x?xf32>",
                   "%z = arith.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>\n"
                   "%m = arith.constant dense<[[true, false], [true, true]]> : tensor<2x2xi1>\n"
                   "%i = arith.constant dense<[[2, 0], [1, 7]]> : tensor<2x2xi32>\n" +
                       op + " tensor<2x2xf32>, memref<?x?xf32>"},
                  {result}),
              "");
    return numbers(result);
  };
  EXPECT_EQ(store("tile.store %z, %r[%c2, %c1] dims = [0, 1] :"), (Row{-1, -1, -1, -1, -1, -1, -1, 1, 2}));
  EXPECT_EQ(store("tile.store %z, %r[%c0, %c0] dims = [1, 0] :"), (Row{1, 3, -1, 2, 4, -1, -1, -1, -1}));
  EXPECT_EQ(store("tile.store %z, %r[%c0, %c0] dims = [0, 1] bounds(%c2, %c1) :"),
            (Row{1, -1, -1, 3, -1, -1, -1, -1, -1}));
  EXPECT_EQ(store("tile.store %z, %r[%c0, %c0] dims = [0, 1] mask(%m : tensor<2x2xi1>) :"),
            (Row{1, -1, -1, 3, 4, -1, -1, -1, -1}));
  EXPECT_EQ(store("tile.store %z, %r[%c1, %c0] dims = [-1, -1] index [1](%i : tensor<2x2xi32>) mask(%m : "
                  "tensor<2x2xi1>) :"),
            (Row{-1, -1, -1, -1, 3, 1, -1, -1, -1}));
}

TEST(InterpretMemRef, ScalarsAndSizes) {
  Buffer memory = counting({2, 5});
  EXPECT_EQ(run({"%x: memref<?x?xf32>", "%n = memref.dim %x, %c1 : memref<?x?xf32>\n"
                                        "%last = arith.subi %n, %c1 : index\n"
                                        "%v = memref.load %x[%c1, %last] : memref<?x?xf32>\n"
                                        "memref.store %v, %x[%c0, %c0] : memref<?x?xf32>"},
                {memory}),
            "");
  EXPECT_EQ(numbers(memory)[0], 9);
}

//===- lists --------------------------------------------------------------===//

/// The entries of a list as (block, partial) pairs, behind the two counts.
Row entries(const std::string &list, const std::string &kind, const std::string &arguments = "",
            std::vector<Buffer> buffers = {}, std::string *error = nullptr) {
  Buffer result = make(Element::i32, {16}, Row(16, -1.0));
  buffers.push_back(result);
  std::string message =
      run({arguments + "%r: memref<?xi32>",
           list + "\n%np, %n = tile.length %list : " + kind +
               "\n%np32 = arith.index_cast %np : index to i32\nmemref.store %np32, %r[%c0] : memref<?xi32>\n"
               "%n32 = arith.index_cast %n : index to i32\nmemref.store %n32, %r[%c1] : memref<?xi32>\n"
               "scf.for %t = %c0 to %n step %c1 {\n%b, %p = tile.entry %list, %t : " +
               kind +
               "\n%u = arith.muli %t, %c2 : index\n%v = arith.addi %u, %c2 : index\n%w = arith.addi %v, %c1 : index\n"
               "%b32 = arith.index_cast %b : index to i32\nmemref.store %b32, %r[%v] : memref<?xi32>\n"
               "%p32 = arith.extui %p : i1 to i32\nmemref.store %p32, %r[%w] : memref<?xi32>\n}"},
          buffers);
  if (error)
    *error = message;
  else
    EXPECT_EQ(message, "");
  Row all = numbers(result);
  all.resize(2 + 2 * std::max(0, int(all[1])));
  return all;
}

TEST(InterpretList, PartialSegmentsComeFirst) {
  EXPECT_EQ(entries("%c5 = arith.constant 5 : index\n%c4 = arith.constant 4 : index\n"
                    "%list = tile.list (%c0, %c2, full), (%c4, %c5, partial), (%c2, %c1, full) : !tile.list<ranges>",
                    "!tile.list<ranges>"),
            (Row{1, 3, 4, 1, 0, 0, 1, 0}));
}

TEST(InterpretList, RowsOfTables) {
  std::string arguments = "%counts: memref<?xi32>, %partials: memref<?xi32>, %indices: memref<?x?xi32>, ";
  std::string list = "%list = tile.list_rows %counts, %indices, %partials[%c1] : memref<?xi32>, memref<?x?xi32>, "
                     "memref<?xi32> -> !tile.list<rows>";
  auto buffers = [](Row counts, Row partials) {
    return std::vector<Buffer>{make(Element::i32, {2}, counts), make(Element::i32, {2}, partials),
                               make(Element::i32, {2, 3}, {0, -1, -1, 4, 2, -1})};
  };
  EXPECT_EQ(entries(list, "!tile.list<rows>", arguments, buffers({1, 2}, {0, 1})), (Row{1, 2, 4, 1, 2, 0}));
  std::string error;
  entries(list, "!tile.list<rows>", arguments, buffers({1, 4}, {0, 1}), &error);
  EXPECT_NE(error.find("'tile.length' expects 0 <= partials <= entries <= 3, but got 1 partials and 4 entries"),
            std::string::npos)
      << error;
  entries(list, "!tile.list<rows>", arguments, buffers({1, 3}, {0, 1}), &error);
  EXPECT_NE(error.find("'tile.entry' expects block numbers that are not negative, but got -1 at position 2"),
            std::string::npos)
      << error;
}

TEST(InterpretList, OverlapIsAnError) {
  std::string error;
  entries("%list = tile.list (%c0, %c2, full), (%c1, %c2, partial) : !tile.list<ranges>", "!tile.list<ranges>", "", {},
          &error);
  EXPECT_NE(error.find("expects disjoint segments, but got [1, 2) and [0, 2)"), std::string::npos) << error;
}

} // namespace
