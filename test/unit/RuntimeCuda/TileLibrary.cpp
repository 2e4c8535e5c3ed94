// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Host code and kernels as a compiler makes them: launched by description, run on the host by the fake.
#include "TileLibrary.h"

#include <cstring>

using namespace attn::rt::cts;

namespace {

constexpr DLDataType bf16 = {kDLBfloat, 16, 1};
const attn_kernel_desc *launched;

struct Ref {
  uint16_t *base;
  int64_t size[3], stride[3];
};
struct Block {
  Ref x, o;
};

/// o = 2 x, as integers; one row of dim 0 a grid point.
void scaledKernel(const void *args, int64_t row, int64_t, int64_t, void *) {
  const auto &block = *static_cast<const Block *>(args);
  for (int64_t j = 0; j < block.x.size[1]; ++j)
    for (int64_t c = 0; c < block.x.size[2]; ++c)
      block.o.base[row * block.o.stride[0] + j * block.o.stride[1] + c] =
          uint16_t(2 * block.x.base[row * block.x.stride[0] + j * block.x.stride[1] + c]);
}

int32_t scaled(attn_context *context, const DLTensor *const *args, size_t, DLTensor *const *results, size_t,
               void *workspace, size_t bytes, attn_stream stream) {
  auto ref = [](const DLTensor &tensor) {
    Ref made = {static_cast<uint16_t *>(tensor.data), {}, {}};
    memcpy(made.size, tensor.shape, sizeof made.size);
    memcpy(made.stride, tensor.strides, sizeof made.stride);
    return made;
  };
  // The counters of a scheduler, reset on the stream.
  if (int32_t status = context->api->fill(context, workspace, int64_t(bytes / 8), 8, 0x100000002, stream))
    return status;
  Block block = {ref(*args[0]), ref(*results[0])};
  int32_t status =
      context->api->launch(context, launched, &block, sizeof block, block.x.size[0], 1, 1, 0, stream);
  memset(&block, 0xEE, sizeof block); // a launch has read it
  return status;
}

} // namespace

TileLibrary::TileLibrary() {
  args[0] = {"x", bf16, 3, dims, 0, -1, {nullptr, 0}};
  for (int d = 0; d < 3; ++d)
    resultDims[d] = {extents[d], 3};
  results[0] = {"o", bf16, 3, resultDims, 0};
  entry = {"scaled", scaled, args, 1, results, 1, nullptr, 0, {bytes, 2}, "tiles.mlir:1:1"};
  maps[0] = {0, 3, bf16, 4, axes, box, 64};
  maps[1] = {56, 3, bf16, 4, axes, box, 64};
  variants[0] = {0, "scaled_by_tiles", 128, 100000, maps, 2, 0};
  variants[1] = {0, "scaled", 64, 0, nullptr, 0, 0};
  kernel = {"scaled", nullptr, 0, variants, 1, nullptr};
  images[0] = {"cuda", "sm_90a", 90, ATTN_IMAGE_EXACT, "fake 90", 8, nullptr, 0};
  images[1] = {"cuda", "sm_80", 80, 0, "fake 80", 8, "fake portable", 14};
  manifest = {ATTN_ABI_VERSION, sizeof manifest, "test", "cuda", ATTN_CPU_ANY, &entry, 1, &kernel, 1, images, 1,
              nullptr, 0};
  launched = &kernel;
}

TileFixture::TileFixture(TileLibrary &tiles, const char *driver) : fake(resetFakeCuda(ATTN_FAKE_CUDA)), tiles(tiles) {
  fake.functions["scaled_by_tiles"] = {scaledKernel, sizeof(Block), 2};
  fake.functions["scaled"] = {scaledKernel, sizeof(Block), 0};
  for (size_t i = 0; i < sizeof x / 2; ++i) {
    x[i] = uint16_t(i);
    o[i] = 0xFFFF;
  }
  in = {x, {kDLCUDA, 0}, 3, bf16, shape, strides, 0};
  out = {o, {kDLCUDA, 0}, 3, bf16, shape, strides, 0};
  created = attn_context_create(driver, &context);
}

TileFixture::~TileFixture() {
  attn_library_close(library);
  attn_context_destroy(context);
}

attn_status TileFixture::open() {
  attn_status status = attn_library_open_manifest(context, &tiles.manifest, &library);
  return status ? status : attn_library_find(context, library, nullptr, &entry);
}

attn_status TileFixture::run() {
  const DLTensor *args[] = {&in};
  DLTensor *results[] = {&out};
  return attn_call(context, entry, args, 1, results, 1, nullptr, 0, stream);
}
