// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Wrong strides, alignment, devices, overlap and workspaces.
#include "MisuseTable.h"

#include <cstring>

using namespace attn::rt::cts;

#define ROW(name, make, spoil, message) {name, make, [](Call &c) { spoil; }, message}

static Call copyCall(Fixture &fixture) {
  Call call(fixture, "copy");
  call.arg(attn::rt::Element::BF16, {4, 6}, {1, 2, 3});
  call.result(attn::rt::Element::BF16, {4, 6});
  return call;
}

/// A workspace inside the call's own argument, 64-byte aligned.
static void workspaceIn(Call &call, attn::rt::Array &array) {
  call.workspace = array.data();
  call.workspaceBytes = 1 << 20;
}

const std::vector<Misuse> memoryMisuses = {
    ROW("q_data_null", attendCall, c.argViews[0].tensor.data = nullptr,
        "argument 'q' expects data for 192 elements, but its data is null"),
    ROW("k_data_null", attendCall, c.argViews[1].tensor.data = nullptr,
        "argument 'k' expects data for 160 elements, but its data is null"),
    ROW("v_data_null", attendCall, c.argViews[2].tensor.data = nullptr,
        "argument 'v' expects data for 160 elements, but its data is null"),
    ROW("lengths_data_null", attendCall, c.argViews[3].tensor.data = nullptr,
        "argument 'lengths' expects data for 2 elements, but its data is null"),
    ROW("scale_data_null", attendCall, c.argViews[4].tensor.data = nullptr,
        "argument 'scale' expects data for 1 elements, but its data is null"),
    ROW("o_data_null", attendCall, c.resultViews[0].tensor.data = nullptr,
        "result 'o' expects data for 192 elements, but its data is null"),
    ROW("lse_data_null", attendCall, c.resultViews[1].tensor.data = nullptr,
        "result 'lse' expects data for 24 elements, but its data is null"),
    ROW("null_data_with_offset", attendCall, c.argViews[0].tensor.data = nullptr; c.argViews[0].tensor.byte_offset = 64,
        "argument 'q' expects data for 192 elements, but its data is null"),

    ROW("q_inner_stride", attendCall, c.argViews[0].strides[3] = 2,
        "argument 'q' expects inner stride 1, but the stride of dim 3 is 2"),
    ROW("k_inner_stride", attendCall, c.argViews[1].strides[3] = 5,
        "argument 'k' expects inner stride 1, but the stride of dim 3 is 5"),
    ROW("v_inner_stride_zero", attendCall, c.argViews[2].strides[3] = 0,
        "argument 'v' expects inner stride 1, but the stride of dim 3 is 0"),
    ROW("o_inner_stride", attendCall, c.resultViews[0].strides[3] = 3,
        "result 'o' expects inner stride 1, but the stride of dim 3 is 3"),
    ROW("lse_inner_stride", attendCall, c.resultViews[1].strides[2] = 2,
        "result 'lse' expects inner stride 1, but the stride of dim 2 is 2"),
    ROW("q_negative_stride", attendCall, c.argViews[0].strides[2] = -8,
        "argument 'q' expects strides of 0 or more, but the stride of dim 2 is -8"),
    ROW("k_negative_stride", attendCall, c.argViews[1].strides[0] = -1,
        "argument 'k' expects strides of 0 or more, but the stride of dim 0 is -1"),
    ROW("lengths_negative_stride", attendCall, c.argViews[3].strides[0] = -1,
        "argument 'lengths' expects strides of 0 or more, but the stride of dim 0 is -1"),
    ROW("o_negative_stride", attendCall, c.resultViews[0].strides[3] = -1,
        "result 'o' expects strides of 0 or more, but the stride of dim 3 is -1"),
    ROW("stride_least", attendCall, c.argViews[0].strides[1] = INT64_MIN,
        "argument 'q' expects strides of 0 or more, but the stride of dim 1 is -9223372036854775808"),

    ROW("q_alignment", attendCall, c.argViews[0].tensor.byte_offset = 2,
        "argument 'q' expects data aligned to 4 bytes, but it lies 2 past a multiple of that"),
    ROW("k_alignment", attendCall, c.argViews[1].tensor.data = c.args[1].data() + 1,
        "argument 'k' expects data aligned to 4 bytes, but it lies 1 past a multiple of that"),
    ROW("v_alignment", attendCall, c.argViews[2].tensor.byte_offset = 3,
        "argument 'v' expects data aligned to 4 bytes, but it lies 3 past a multiple of that"),
    ROW("lengths_alignment", attendCall, c.argViews[3].tensor.byte_offset = 1,
        "argument 'lengths' expects data aligned to 4 bytes, but it lies 1 past a multiple of that"),
    ROW("scale_alignment", attendCall, c.argViews[4].tensor.byte_offset = 1,
        "argument 'scale' expects data aligned to 4 bytes, but it lies 1 past a multiple of that"),
    ROW("o_alignment", attendCall, c.resultViews[0].tensor.byte_offset = 1,
        "result 'o' expects data aligned to 4 bytes, but it lies 1 past a multiple of that"),
    ROW("cu_alignment", packedCall, c.argViews[1].tensor.byte_offset = 4,
        "argument 'cu' expects data aligned to 8 bytes, but it lies 4 past a multiple of that"),

    ROW("q_device", attendCall, c.argViews[0].tensor.device.device_type = kDLCUDA,
        "argument 'q' expects device cpu, but got cuda"),
    ROW("k_device", attendCall, c.argViews[1].tensor.device.device_type = kDLCUDA,
        "argument 'k' expects device cpu, but got cuda"),
    ROW("lengths_device", attendCall, c.argViews[3].tensor.device.device_type = kDLCUDA,
        "argument 'lengths' expects device cpu, but got cuda"),
    ROW("scale_device", attendCall, c.argViews[4].tensor.device.device_type = kDLCUDA,
        "argument 'scale' expects device cpu, but got cuda"),
    ROW("o_device", attendCall, c.resultViews[0].tensor.device.device_type = DLDeviceType(10),
        "result 'o' expects device cpu, but got rocm"),
    ROW("v_unknown_device", attendCall, memset(&c.argViews[2].tensor.device.device_type, 0x55, 4),
        "argument 'v' expects device cpu, but got device type 1431655765"),

    ROW("o_is_q", attendCall, c.resultViews[0].tensor.data = c.args[0].data(),
        "result 'o' expects memory of its own, but it overlaps argument 'q'"),
    ROW("o_ends_in_k", attendCall, c.resultViews[0].tensor.data = c.args[1].data() - 4 * 191,
        "result 'o' expects memory of its own, but it overlaps argument 'k'"),
    ROW("o_starts_in_v", attendCall, c.resultViews[0].tensor.data = c.args[2].data() + 4 * 159,
        "result 'o' expects memory of its own, but it overlaps argument 'v'"),
    ROW("lse_over_lengths", attendCall, c.resultViews[1].tensor.data = c.args[3].data(),
        "result 'lse' expects memory of its own, but it overlaps argument 'lengths'"),
    ROW("lse_over_scale", attendCall, c.resultViews[1].tensor.data = c.args[4].data() - 8,
        "result 'lse' expects memory of its own, but it overlaps argument 'scale'"),
    ROW("lse_in_o", attendCall, c.resultViews[1].tensor.data = c.results[0].data() + 64,
        "result 'lse' expects memory of its own, but it overlaps result 'o'"),
    ROW("o_stride_zero", attendCall, c.resultViews[0].strides[1] = 0,
        "result 'o' expects each element to lie apart, but its strides let elements overlap"),
    ROW("o_rows_overlap", attendCall, c.resultViews[0].strides[2] = 7,
        "result 'o' expects each element to lie apart, but its strides let elements overlap"),
    ROW("copy_result_overlap", copyCall, c.resultViews[0].strides[0] = 5,
        "result 'o' expects each element to lie apart, but its strides let elements overlap"),
    ROW("copy_alignment", copyCall, c.argViews[0].tensor.byte_offset = 1,
        "argument 'x' expects data aligned to 2 bytes, but it lies 1 past a multiple of that"),

    ROW("workspace_small", attendCall, workspaceIn(c, c.results[0]); c.workspaceBytes = 95,
        "the workspace expects 96 bytes, but got 95"),
    ROW("workspace_unaligned", attendCall, workspaceIn(c, c.results[0]); c.workspace = c.results[0].data() + 8,
        "the workspace expects data aligned to 64 bytes, but it lies 8 past a multiple of that"),
    ROW("workspace_in_argument", attendCall, workspaceIn(c, c.args[1]),
        "the workspace expects memory of its own, but it overlaps argument 'k'"),
    ROW("workspace_in_result", attendCall, workspaceIn(c, c.results[1]),
        "the workspace expects memory of its own, but it overlaps result 'lse'"),
};
