// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The manifest of the hand-written library.
#include "runtime/cts/Library.h"

#include "runtime/cts/LibraryKernels.h"

using namespace attn::rt::cts;

namespace {

constexpr DLDataType f32 = {kDLFloat, 32, 1}, bf16 = {kDLBfloat, 16, 1}, i64 = {kDLInt, 64, 1}, i32 = {kDLInt, 32, 1},
                     i16 = {kDLInt, 16, 1};
constexpr attn_expr none = {nullptr, 0};

#define EXPR(name) attn_expr{name, int64_t(sizeof(name) / sizeof(int64_t))}

// ---- attend: symbols B = −1, H = −2, M = −3, G = −4, N = −5
const int64_t dimsQ[] = {-1, -2, -3, 8}, dimsK[] = {-1, -4, -5, 8}, dimsB[] = {-1};
const int64_t batch[] = {ATTN_EXPR_DIM, 0, 0}, heads[] = {ATTN_EXPR_DIM, 0, 1}, queries[] = {ATTN_EXPR_DIM, 0, 2},
              width[] = {ATTN_EXPR_DIM, 0, 3}, keyHeads[] = {ATTN_EXPR_DIM, 1, 1}, keys[] = {ATTN_EXPR_DIM, 1, 2};
const int64_t rowsOfFloats[] = {ATTN_EXPR_DIM, 0, 0, ATTN_EXPR_DIM, 0, 1, ATTN_EXPR_MUL, ATTN_EXPR_DIM, 0, 2,
                                ATTN_EXPR_MUL, ATTN_EXPR_CONST, 4, ATTN_EXPR_MUL};
const attn_arg_desc attendArgs[] = {
    {"q", f32, 4, dimsQ, 0, -1, none},
    {"k", f32, 4, dimsK, 0, -1, none},
    {"v", f32, 4, dimsK, 0, -1, none},
    {"lengths", i32, 1, dimsB, ATTN_ARG_LENGTHS | ATTN_ARG_ANY_INNER_STRIDE, -1, EXPR(keys)},
    {"scale", f32, 0, nullptr, ATTN_ARG_SCALAR, -1, none},
};
const attn_expr attendO[] = {EXPR(batch), EXPR(heads), EXPR(queries), EXPR(width)};
const attn_result_desc attendResults[] = {{"o", f32, 4, attendO, 0}, {"lse", f32, 3, attendO, 0}};
const attn_check_desc attendChecks[] = {{"expected the heads of 'q' to be a multiple of the heads of 'k'",
                                         ATTN_CHECK_MULTIPLE_OF, EXPR(heads), EXPR(keyHeads)}};

// ---- packed, listed
const int64_t dimsT4[] = {-1, 4}, dimsS[] = {-2}, dimsHR[] = {-2, -3}, dimsHRL[] = {-2, -3, -4};
const int64_t rows[] = {ATTN_EXPR_DIM, 0, 0}, four[] = {ATTN_EXPR_CONST, 4}, lists[] = {ATTN_EXPR_DIM, 2, 2};
const int64_t blocks[] = {ATTN_EXPR_DIM, 0, 0, ATTN_EXPR_CONST, 16, ATTN_EXPR_CEILDIV};
const attn_arg_desc packedArgs[] = {{"x", f32, 2, dimsT4, 0, -1, none},
                                    {"cu", i64, 1, dimsS, ATTN_ARG_CUMULATIVE, -1, EXPR(rows)}};
const attn_expr packedO[] = {EXPR(rows), EXPR(four)};
const attn_result_desc packedResults[] = {{"o", f32, 2, packedO, 0}};
const int64_t countHeads[] = {ATTN_EXPR_DIM, 1, 0}, countRows[] = {ATTN_EXPR_DIM, 1, 1};
const attn_arg_desc listedArgs[] = {{"x", f32, 2, dimsT4, 0, -1, none},
                                    {"counts", i32, 2, dimsHR, ATTN_ARG_LENGTHS, -1, EXPR(lists)},
                                    {"indices", i32, 3, dimsHRL, ATTN_ARG_INDICES, 1, EXPR(blocks)}};
const attn_expr listedO[] = {EXPR(countHeads), EXPR(countRows)};
const attn_result_desc listedResults[] = {{"o", f32, 2, listedO, 0}};

// ---- points, level, copy, filled, broken
const int64_t value0[] = {ATTN_EXPR_VALUE, 0}, value1[] = {ATTN_EXPR_VALUE, 1}, value2[] = {ATTN_EXPR_VALUE, 2};
const int64_t one[] = {ATTN_EXPR_CONST, 1}, million[] = {ATTN_EXPR_CONST, 1000000};
const attn_arg_desc pointsArgs[] = {{"gx", i64, 0, nullptr, ATTN_ARG_SCALAR, -1, none},
                                    {"gy", i64, 0, nullptr, ATTN_ARG_SCALAR, -1, none},
                                    {"gz", i64, 0, nullptr, ATTN_ARG_SCALAR, -1, none}};
const attn_expr pointsO[] = {EXPR(value2), EXPR(value1), EXPR(value0)};
const attn_result_desc pointsResults[] = {{"o", i64, 3, pointsO, 0}};
const attn_expr levelO[] = {EXPR(one)};
const attn_result_desc levelResults[] = {{"o", i32, 1, levelO, 0}};
const int64_t dimsMN[] = {-1, -2}, columns[] = {ATTN_EXPR_DIM, 0, 1};
const attn_arg_desc copyArgs[] = {
    {"x", bf16, 2, dimsMN, ATTN_ARG_MAY_ALIAS | ATTN_ARG_ANY_INNER_STRIDE, -1, none}};
const attn_expr copyO[] = {EXPR(rows), EXPR(columns)};
const attn_result_desc copyResults[] = {{"o", bf16, 2, copyO, ATTN_ARG_ANY_INNER_STRIDE}};
const attn_arg_desc filledArgs[] = {{"n", i64, 0, nullptr, ATTN_ARG_SCALAR, -1, none}};
const attn_expr filledO[] = {EXPR(value0)};
const attn_result_desc filledResults[] = {{"o", i16, 1, filledO, 0}};
const attn_check_desc filledChecks[] = {
    {"expected 'n' to be at most a million", ATTN_CHECK_LE, EXPR(value0), EXPR(million)}};
const attn_arg_desc brokenArgs[] = {{"how", i32, 0, nullptr, ATTN_ARG_SCALAR, -1, none}};

const attn_entry_desc entries[] = {
    {"attend", attend, attendArgs, 5, attendResults, 2, attendChecks, 1, EXPR(rowsOfFloats), "library.mlir:3:1"},
    {"packed", packed, packedArgs, 2, packedResults, 1, nullptr, 0, none, nullptr},
    {"listed", listed, listedArgs, 3, listedResults, 1, nullptr, 0, none, nullptr},
    {"points", points, pointsArgs, 3, pointsResults, 1, nullptr, 0, none, nullptr},
    {"level", level, nullptr, 0, levelResults, 1, nullptr, 0, none, nullptr},
    {"copy", copy, copyArgs, 1, copyResults, 1, nullptr, 0, none, nullptr},
    {"filled", filled, filledArgs, 1, filledResults, 1, filledChecks, 1, none, nullptr},
    {"broken", broken, brokenArgs, 1, nullptr, 0, nullptr, 0, none, nullptr},
};

const attn_kernel_variant attendVariants[] = {{attendKernel, ATTN_CPU_ANY, kAttendScratch}};
const attn_kernel_variant pointsVariants[] = {{pointsKernel, ATTN_CPU_ANY, 192}};
const attn_kernel_variant levelVariants[] = {
    {levelAny, ATTN_CPU_ANY, 0}, {levelTooHigh, 99, 0}, {levelV2, ATTN_CPU_X86_64_V2, 0}};
// Code for a device of capability 9.0 that runs on the host (FakeCuda.h).
const attn_image images[] = {{"cuda", "fake", 90, 0, "fake 90", 8, "fake portable", 14}};
const attn_device_variant attendDevice[] = {{0, "attend_rows", 128, 65536, nullptr, 0, 0}};
const attn_device_variant pointsDevice[] = {{0, "number_points", 32, 0, nullptr, 0, 0}};
const attn_device_variant levelDevice[] = {{0, "tell_level", 32, 0, nullptr, 0, 0}};
const attn_kernel_desc kernels[] = {{"attend_rows", attendVariants, 1, attendDevice, 1, "library.mlir:5:3"},
                                    {"number_points", pointsVariants, 1, pointsDevice, 1, nullptr},
                                    {"tell_level", levelVariants, 3, levelDevice, 1, nullptr}};

} // namespace

extern "C" __attribute__((visibility("default"))) const attn_manifest attn_manifest_v1 = {
    ATTN_ABI_VERSION, sizeof(attn_manifest), "written by hand", "cpu", ATTN_CPU_ANY, entries,
    sizeof entries / sizeof *entries, kernels, sizeof kernels / sizeof *kernels, images, 1,
    nullptr, 0};
