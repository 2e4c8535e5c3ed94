// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Libraries that cannot be opened: other versions, other CPUs, broken tables, files that are none.
#include "runtime/cts/Call.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <unistd.h>

using namespace attn::rt::cts;

namespace {

constexpr DLDataType f32 = {kDLFloat, 32, 1}, i32 = {kDLInt, 32, 1}, bf16 = {kDLBfloat, 16, 1};

int32_t nothing(attn_context *, const DLTensor *const *, size_t, DLTensor *const *, size_t, void *, size_t,
                attn_stream) {
  return ATTN_OK;
}

void noKernel(const void *, int64_t, int64_t, int64_t, void *) {}

/// A small valid manifest, all of it writable.
struct Draft {
  int64_t dims[3] = {-1, 4, -2};
  int64_t bound[3] = {ATTN_EXPR_DIM, 0, 0};
  int64_t extent[3] = {ATTN_EXPR_DIM, 0, 1};
  attn_arg_desc args[3] = {{"x", f32, 2, dims, 0, -1, {nullptr, 0}},
                           {"lengths", i32, 1, dims, ATTN_ARG_LENGTHS, -1, {bound, 3}},
                           {"indices", i32, 2, dims, ATTN_ARG_INDICES, 1, {bound, 3}}};
  attn_expr resultDims[1] = {{extent, 3}};
  attn_result_desc results[1] = {{"o", f32, 1, resultDims, 0}};
  attn_check_desc checks[1] = {{"expected something", ATTN_CHECK_EQ, {bound, 3}, {bound, 3}}};
  attn_entry_desc entry = {"f", nothing, args, 3, results, 1, checks, 1, {extent, 3}, nullptr};
  attn_kernel_variant variants[2] = {{noKernel, ATTN_CPU_ANY, 0}, {noKernel, ATTN_CPU_X86_64_V3, 64}};
  int64_t axes[3] = {2, 1, 2};
  int64_t box[3] = {64, 128, 1};
  attn_descriptor_desc maps[1] = {{8, 3, bf16, 3, axes, box, 128}};
  attn_device_variant deviceVariants[1] = {{0, "k", 128, 65536, maps, 1, 0}};
  attn_kernel_desc kernel = {"k", variants, 2, deviceVariants, 1, nullptr};
  attn_image image = {"cuda", "chip", 90, 0, "code", 4, "text", 5};
  attn_manifest manifest = {ATTN_ABI_VERSION, sizeof(attn_manifest), "test", "cpu", ATTN_CPU_ANY, &entry, 1, &kernel, 1,
                            &image, 1, nullptr, 0};
};

struct Row {
  const char *name;
  void (*spoil)(Draft &);
  attn_status status;
  const char *message;
};

#define ROW(name, spoil, status, message) {name, [](Draft &d) { spoil; }, status, message}
#define MALFORMED(name, spoil, message) ROW(name, spoil, ATTN_INVALID_ARGUMENT, "malformed manifest: " message)

const Row rows[] = {
    ROW("newer_version", d.manifest.abi_version = 5, ATTN_VERSION_MISMATCH,
        "the library was compiled for ABI version 5, but this runtime has version 4; compile it again"),
    ROW("older_version", d.manifest.abi_version = 1, ATTN_VERSION_MISMATCH,
        "the library was compiled for ABI version 1, but this runtime has version 4; compile it again"),
    ROW("other_size", d.manifest.manifest_bytes = 80, ATTN_VERSION_MISMATCH,
        "the library's manifest has 80 bytes, but this runtime expects 104"),
    MALFORMED("entries_missing", d.manifest.entries = nullptr, "a table is missing or too long"),
    MALFORMED("entries_negative", d.manifest.nentries = -1, "a table is missing or too long"),
    MALFORMED("kernels_huge", d.manifest.nkernels = INT64_MAX, "a table is missing or too long"),
    MALFORMED("entry_without_name", d.entry.name = nullptr, "an entry has no name or no function"),
    MALFORMED("entry_without_function", d.entry.function = nullptr, "an entry has no name or no function"),
    MALFORMED("args_missing", d.entry.args = nullptr, "entry 'f': a table is missing or too long"),
    MALFORMED("args_many", d.entry.nargs = 65, "entry 'f': a table is missing or too long"),
    MALFORMED("results_negative", d.entry.nresults = -2, "entry 'f': a table is missing or too long"),
    MALFORMED("arg_without_name", d.args[0].name = nullptr, "entry 'f': argument '?': it has no name"),
    MALFORMED("arg_rank", d.args[0].rank = 9, "entry 'f': argument 'x': its rank is out of range"),
    MALFORMED("arg_type", d.args[0].dtype.bits = 3, "entry 'f': argument 'x': its element type is unknown"),
    MALFORMED("arg_dims", d.args[0].dims = nullptr, "entry 'f': argument 'x': it has no dims"),
    MALFORMED("symbol", d.dims[0] = -513, "entry 'f': argument 'x': a symbol number is out of range"),
    MALFORMED("symbol_least", d.dims[0] = INT64_MIN, "entry 'f': argument 'x': a symbol number is out of range"),
    MALFORMED("two_kinds", d.args[1].flags = ATTN_ARG_LENGTHS | ATTN_ARG_CUMULATIVE,
              "entry 'f': argument 'lengths': its flags contradict each other"),
    MALFORMED("float_lengths", d.args[1].dtype = f32,
              "entry 'f': argument 'lengths': its values are checked, so it must be i32 or i64"),
    MALFORMED("cumulative_rank", d.args[2].flags = ATTN_ARG_CUMULATIVE,
              "entry 'f': argument 'indices': cumulative lengths have rank 1"),
    MALFORMED("no_bound", d.args[1].bound.size = 0, "entry 'f': argument 'lengths': it is empty"),
    MALFORMED("no_counts", d.args[2].related = 3, "entry 'f': argument 'indices': its counts argument does not exist"),
    MALFORMED("counts_no_lengths", d.args[2].related = 0,
              "entry 'f': argument 'indices': its counts argument must be lengths of one rank less"),
    MALFORMED("counts_dims", d.args[2].dims = d.dims + 1,
              "entry 'f': argument 'indices': its counts argument has other leading dims"),
    MALFORMED("result_without_name", d.results[0].name = nullptr, "entry 'f': result '?': it has no name"),
    MALFORMED("result_rank", d.results[0].rank = -1, "entry 'f': result 'o': its rank is out of range"),
    MALFORMED("result_type", d.results[0].dtype.bits = 0, "entry 'f': result 'o': its element type is unknown"),
    MALFORMED("result_dims", d.results[0].dims = nullptr, "entry 'f': result 'o': it has no dims"),
    MALFORMED("opcode", d.extent[0] = 15, "entry 'f': result 'o': it has an unknown opcode"),
    MALFORMED("opcode_negative", d.extent[0] = -1, "entry 'f': result 'o': it has an unknown opcode"),
    MALFORMED("dim_of_no_argument", d.extent[1] = 3,
              "entry 'f': result 'o': it reads an argument that does not exist"),
    MALFORMED("no_such_dim", d.extent[2] = 2, "entry 'f': result 'o': it reads a dim that does not exist"),
    MALFORMED("value_of_tensor", d.extent[0] = ATTN_EXPR_VALUE; d.resultDims[0].size = 2; d.extent[1] = 0,
              "entry 'f': result 'o': it reads the value of what is no integer scalar"),
    MALFORMED("program_cut", d.resultDims[0].size = 2, "entry 'f': result 'o': it ends inside an instruction"),
    MALFORMED("stack_empty", d.extent[0] = ATTN_EXPR_ADD, "entry 'f': result 'o': it pops an empty stack"),
    MALFORMED("check_without_text", d.checks[0].message = nullptr, "entry 'f': check '?': it has no message"),
    MALFORMED("check_relation", d.checks[0].relation = 4,
              "entry 'f': check 'expected something': its relation is unknown"),
    MALFORMED("check_side", d.checks[0].right.size = 0, "entry 'f': check 'expected something': it is empty"),
    MALFORMED("kernel_without_name", d.kernel.name = nullptr, "a kernel has no name or no variants"),
    MALFORMED("kernel_without_variants", d.kernel.nvariants = d.kernel.ndevice_variants = 0, "a kernel has no name or no variants"),
    MALFORMED("variant_without_function", d.variants[1].function = nullptr,
              "kernel 'k': variant 1 has no function or a negative scratch size"),
    MALFORMED("images_missing", d.manifest.images = nullptr, "a table is missing or too long"),
    MALFORMED("image_without_chip", d.image.chip = nullptr, "image 0: it has no target or no chip"),
    MALFORMED("image_without_code", d.image.binary = d.image.portable = nullptr, "image 0: it has no code"),
    MALFORMED("image_size", d.image.binary_bytes = 0, "image 0: its size is not that of its code"),
    MALFORMED("image_text", d.image.portable_bytes = 4, "image 0: its portable code does not end in a zero"),
    MALFORMED("device_variants_missing", d.kernel.device_variants = nullptr, "a table is missing or too long"),
    MALFORMED("no_such_image", d.deviceVariants[0].image = 1,
              "kernel 'k': device variant 0: it names an image that does not exist"),
    MALFORMED("device_function", d.deviceVariants[0].function = nullptr,
              "kernel 'k': device variant 0: it has no function"),
    MALFORMED("device_threads", d.deviceVariants[0].threads = 1025,
              "kernel 'k': device variant 0: its threads or its shared memory are out of range"),
    MALFORMED("device_shared", d.deviceVariants[0].shared_bytes = -1,
              "kernel 'k': device variant 0: its threads or its shared memory are out of range"),
    MALFORMED("maps_missing", d.deviceVariants[0].descriptors = nullptr,
              "kernel 'k': device variant 0: its tensor maps are missing or too many"),
    MALFORMED("map_operand", d.maps[0].offset = 4, "kernel 'k': device variant 0: a tensor map names no operand"),
    MALFORMED("map_axes", d.maps[0].rank = 6,
              "kernel 'k': device variant 0: a tensor map has no axes or too many"),
    MALFORMED("map_type", d.maps[0].dtype.bits = 4,
              "kernel 'k': device variant 0: a tensor map's element type is unknown"),
    MALFORMED("map_swizzle", d.maps[0].swizzle = 16,
              "kernel 'k': device variant 0: a tensor map's swizzle is not 0, 32, 64 or 128"),
    MALFORMED("map_dim", d.axes[1] = 3,
              "kernel 'k': device variant 0: a tensor map names a dim that its operand lacks"),
    MALFORMED("map_box", d.box[0] = 257, "kernel 'k': device variant 0: a tensor map's box is not from 1 to 256"),
    MALFORMED("map_split", d.axes[1] = 2,
              "kernel 'k': device variant 0: a tensor map splits a dim in more than two"),
    MALFORMED("scratch_negative", d.variants[0].scratch_bytes = -1,
              "kernel 'k': variant 0 has no function or a negative scratch size"),
};

class ManifestTest : public testing::TestWithParam<Row> {};

TEST_P(ManifestTest, IsRefused) {
  Fixture fixture("null");
  Draft draft;
  GetParam().spoil(draft);
  attn_library *library = nullptr;
  EXPECT_EQ(attn_library_open_manifest(fixture.context, &draft.manifest, &library), GetParam().status);
  EXPECT_STREQ(attn_last_message(fixture.context), GetParam().message);
  EXPECT_EQ(library, nullptr);
}

INSTANTIATE_TEST_SUITE_P(All, ManifestTest, testing::ValuesIn(rows),
                         [](const auto &info) { return info.param.name; });

TEST(Manifests, DraftIsValid) {
  Fixture fixture("null");
  Draft draft;
  attn_library *library = nullptr;
  ASSERT_EQ(attn_library_open_manifest(fixture.context, &draft.manifest, &library), ATTN_OK);
  attn_entry *entry = nullptr;
  EXPECT_EQ(attn_library_find(fixture.context, library, nullptr, &entry), ATTN_OK);
  EXPECT_EQ(attn_entry_describe(entry), &draft.entry);
  EXPECT_EQ(attn_library_close(library), ATTN_OK);
}

TEST(Manifests, TooNewACpuIsUnsupported) {
  Fixture fixture("cpu");
  Draft draft;
  attn_library *library = nullptr;
  draft.manifest.cpu_level = 99;
  EXPECT_EQ(attn_library_open_manifest(fixture.context, &draft.manifest, &library), ATTN_UNSUPPORTED);
  EXPECT_EQ(std::string(attn_last_message(fixture.context)).substr(0, 61),
            "the library expects a CPU of level an unknown CPU level, but ");
  setenv("ATTN_CPU_LEVEL", "0", 1);
  draft.manifest.cpu_level = ATTN_CPU_X86_64_V3;
  EXPECT_EQ(attn_library_open_manifest(fixture.context, &draft.manifest, &library), ATTN_UNSUPPORTED);
  EXPECT_STREQ(attn_last_message(fixture.context),
               "the library expects a CPU of level x86-64-v3, but this one has any");
  draft.manifest.cpu_level = ATTN_CPU_ANY;
  draft.variants[0].cpu_level = ATTN_CPU_X86_64_V4;
  EXPECT_EQ(attn_library_open_manifest(fixture.context, &draft.manifest, &library), ATTN_UNSUPPORTED);
  EXPECT_STREQ(attn_last_message(fixture.context),
               "kernel 'k' expects a CPU of level x86-64-v4, but this one has any");
  unsetenv("ATTN_CPU_LEVEL");
}

TEST(Manifests, AWrongCpuLevelIsRefused) {
  Fixture fixture("cpu");
  Draft draft;
  attn_library *library = nullptr;
  for (const char *text : {"abc", "-1", "6", "3x", "99999999999999999999"}) {
    setenv("ATTN_CPU_LEVEL", text, 1);
    EXPECT_EQ(attn_library_open_manifest(fixture.context, &draft.manifest, &library), ATTN_INVALID_ARGUMENT);
    EXPECT_EQ(std::string(attn_last_message(fixture.context)),
              std::string("expects ATTN_CPU_LEVEL to be an integer from 0 to 5, but got '") + text + "'");
    EXPECT_EQ(library, nullptr);
  }
  unsetenv("ATTN_CPU_LEVEL");
}

TEST(Manifests, NullsAreRefused) {
  Fixture fixture("cpu");
  attn_library *library = nullptr;
  EXPECT_EQ(attn_library_open_manifest(fixture.context, nullptr, &library), ATTN_INVALID_ARGUMENT);
  EXPECT_STREQ(attn_last_message(fixture.context), "expects a manifest, but got null");
  EXPECT_EQ(attn_library_open_manifest(fixture.context, &attn_manifest_v1, nullptr), ATTN_INVALID_ARGUMENT);
  EXPECT_STREQ(attn_last_message(fixture.context), "expects a place for the library, but got null");
  EXPECT_EQ(attn_library_open(fixture.context, nullptr, &library), ATTN_INVALID_ARGUMENT);
  EXPECT_STREQ(attn_last_message(fixture.context), "expects the path of a library, but got null");
  EXPECT_EQ(attn_library_open(fixture.context, "", &library), ATTN_INVALID_ARGUMENT);
  EXPECT_STREQ(attn_last_message(fixture.context), "expects the path of a library, but got an empty one");
}

void expectCannotOpen(const std::string &path) {
  Fixture fixture("cpu");
  attn_library *library = nullptr;
  EXPECT_EQ(attn_library_open(fixture.context, path.c_str(), &library), ATTN_INVALID_ARGUMENT);
  EXPECT_EQ(std::string(attn_last_message(fixture.context)).find("cannot open the library '" + path + "': "), 0u);
  EXPECT_EQ(library, nullptr);
}

TEST(Manifests, FilesThatAreNoLibrary) {
  expectCannotOpen("no-such-file.so");
  expectCannotOpen("/");
  std::string path = testing::TempDir() + "attn-test-XXXXXX";
  int file = mkstemp(path.data());
  ASSERT_GE(file, 0);
  expectCannotOpen(path);
  ASSERT_EQ(write(file, "\x7f" "ELF and then nothing", 21), 21);
  expectCannotOpen(path);
  close(file);
  unlink(path.c_str());
}

TEST(Manifests, LibraryWithoutManifest) {
  Fixture fixture("cpu");
  attn_library *library = nullptr;
  EXPECT_EQ(attn_library_open(fixture.context, ATTN_RT_LIBRARY, &library), ATTN_INVALID_ARGUMENT);
  EXPECT_EQ(std::string(attn_last_message(fixture.context)),
            "'" ATTN_RT_LIBRARY "' is no compiled attention library: it does not export attn_manifest_v1");
}

TEST(Manifests, OpensFromAFile) {
  Fixture fixture("cpu");
  attn_library *library = nullptr;
  ASSERT_EQ(attn_library_open(fixture.context, ATTN_CTS_LIBRARY, &library), ATTN_OK)
      << attn_last_message(fixture.context);
  EXPECT_NE(attn_library_manifest(library), &attn_manifest_v1);
  Call call = attendCall(fixture);
  attn_entry *entry = nullptr;
  ASSERT_EQ(attn_library_find(fixture.context, library, "attend", &entry), ATTN_OK);
  call.entry = entry;
  EXPECT_EQ(call.run(), ATTN_OK);
  EXPECT_EQ(attn_library_close(library), ATTN_OK);
}

} // namespace
