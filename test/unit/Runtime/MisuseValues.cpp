// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Wrong lengths, cumulative lengths, block lists and scalars.
#include "MisuseTable.h"

using namespace attn::rt;
using namespace attn::rt::cts;

#define ROW(name, make, spoil, message) {name, make, [](Call &c) { spoil; }, message}

static void set(Call &call, size_t arg, int64_t element, int64_t value) {
  call.args[arg].set(element, Number::ofInteger(value));
}

static Call filledCall(Fixture &fixture) {
  Call call(fixture, "filled");
  call.arg(Element::I64, {}, {8});
  call.result(Element::U8, {16});
  call.resultViews[0].shape[0] = 8;
  call.resultViews[0].tensor.dtype = {kDLInt, 16, 1};
  return call;
}

static Call pointsCall(Fixture &fixture) {
  Call call(fixture, "points");
  for (double extent : {2.0, 2.0, 2.0})
    call.arg(Element::I64, {}, {extent});
  call.result(Element::I64, {2, 2, 2});
  return call;
}

const std::vector<Misuse> valueMisuses = {
    ROW("length_negative", attendCall, set(c, 3, 0, -1),
        "argument 'lengths' expects lengths from 0 to 5 (dim 2 of 'k'), but element [0] is -1"),
    ROW("length_too_long", attendCall, set(c, 3, 1, 6),
        "argument 'lengths' expects lengths from 0 to 5 (dim 2 of 'k'), but element [1] is 6"),
    ROW("length_most", attendCall, set(c, 3, 1, INT32_MAX),
        "argument 'lengths' expects lengths from 0 to 5 (dim 2 of 'k'), but element [1] is 2147483647"),
    ROW("length_least", attendCall, set(c, 3, 0, INT32_MIN),
        "argument 'lengths' expects lengths from 0 to 5 (dim 2 of 'k'), but element [0] is -2147483648"),
    ROW("length_strided", attendCall, c.argViews[3].strides[0] = 0; set(c, 3, 0, 7),
        "argument 'lengths' expects lengths from 0 to 5 (dim 2 of 'k'), but element [0] is 7"),

    ROW("cu_start", packedCall, set(c, 1, 0, 1),
        "argument 'cu' expects cumulative lengths that start at 0, but element [0] is 1"),
    ROW("cu_start_negative", packedCall, set(c, 1, 0, -1),
        "argument 'cu' expects cumulative lengths that start at 0, but element [0] is -1"),
    ROW("cu_decreases", packedCall, set(c, 1, 2, 1),
        "argument 'cu' expects cumulative lengths that never decrease, but element [2] is 1 after 2"),
    ROW("cu_negative", packedCall, set(c, 1, 1, -4),
        "argument 'cu' expects cumulative lengths that never decrease, but element [1] is -4 after 0"),
    ROW("cu_beyond", packedCall, set(c, 1, 3, 7),
        "argument 'cu' expects cumulative lengths of at most 6 (dim 0 of 'x'), but element [3] is 7"),
    ROW("cu_middle_beyond", packedCall, set(c, 1, 1, INT64_MAX),
        "argument 'cu' expects cumulative lengths of at most 6 (dim 0 of 'x'), but element [1] is 9223372036854775807"),
    ROW("cu_empty", packedCall, c.argViews[1].shape[0] = 0,
        "argument 'cu' expects at least one cumulative length, but got none"),

    ROW("count_negative", listedCall, set(c, 1, 0, -1),
        "argument 'counts' expects lengths from 0 to 3 (dim 2 of 'indices'), but element [0, 0] is -1"),
    ROW("count_beyond_list", listedCall, set(c, 1, 1, 4),
        "argument 'counts' expects lengths from 0 to 3 (dim 2 of 'indices'), but element [0, 1] is 4"),
    ROW("index_negative", listedCall, set(c, 2, 0, -1),
        "argument 'indices' expects block indices from 0 to 2, but element [0, 0, 0] is -1"),
    ROW("index_beyond", listedCall, set(c, 2, 3, 3),
        "argument 'indices' expects block indices from 0 to 2, but element [0, 1, 0] is 3"),
    ROW("index_most", listedCall, set(c, 2, 1, INT32_MAX),
        "argument 'indices' expects block indices from 0 to 2, but element [0, 0, 1] is 2147483647"),
    ROW("index_twice", listedCall, set(c, 2, 1, 2),
        "argument 'indices' expects no block twice in a row, but element [0, 0, 1] repeats 2"),
    ROW("padding_counted", listedCall, set(c, 1, 1, 2),
        "argument 'indices' expects block indices from 0 to 2, but element [0, 1, 1] is -1"),

    ROW("scalar_limit", filledCall, set(c, 0, 0, 1000001),
        "expected 'n' to be at most a million, but got 1000001 and 1000000"),
    ROW("scalar_negative", filledCall, set(c, 0, 0, -1),
        "dim 0 of result 'o' expects an extent of 0 or more, but these arguments give -1"),
    ROW("scalar_other_shape", filledCall, set(c, 0, 0, 7), "result 'o' expects shape 7, but got 8 (dim 0)"),
    ROW("points_negative", pointsCall, set(c, 2, 0, -5),
        "dim 0 of result 'o' expects an extent of 0 or more, but these arguments give -5"),
    ROW("points_other_shape", pointsCall, set(c, 1, 0, 3), "result 'o' expects shape 2x3x2, but got 2x2x2 (dim 1)"),
};
