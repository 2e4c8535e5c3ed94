// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A library with one entry, scaled(x: MxNx64xbf16) -> (o: MxNx64xbf16), whose kernel has tensor maps.
#ifndef ATTN_TEST_UNIT_RUNTIMECUDA_TILELIBRARY_H
#define ATTN_TEST_UNIT_RUNTIMECUDA_TILELIBRARY_H

#include "runtime/cts/Call.h"
#include "runtime/cts/FakeCuda.h"

/// Everything of the manifest, to be changed before it is opened. It must outlive the library.
struct TileLibrary {
  TileLibrary();
  TileLibrary(const TileLibrary &) = delete;

  int64_t dims[3] = {-1, -2, 64};
  int64_t extents[3][3] = {{ATTN_EXPR_DIM, 0, 0}, {ATTN_EXPR_DIM, 0, 1}, {ATTN_EXPR_DIM, 0, 2}};
  int64_t bytes[2] = {ATTN_EXPR_CONST, 4096};
  attn_arg_desc args[1];
  attn_expr resultDims[3];
  attn_result_desc results[1];
  attn_entry_desc entry;
  /// Dim 2 in panels of 32, dim 1 in blocks of 16.
  int64_t axes[4] = {2, 1, 2, 0}, box[4] = {32, 16, 2, 1};
  attn_descriptor_desc maps[2];
  attn_device_variant variants[2]; ///< one with maps, one without; the second is not listed at first
  attn_kernel_desc kernel;
  attn_image images[2]; ///< the second is not listed at first
  attn_manifest manifest;
};

/// The fake device, a context on it and the library; a call with M = 3, N = 20.
struct TileFixture {
  explicit TileFixture(TileLibrary &tiles, const char *driver = "cuda");
  ~TileFixture();
  TileFixture(const TileFixture &) = delete;

  attn_status open();
  attn_status run();
  std::string message() const { return attn_last_message(context); }

  attn::rt::cts::FakeCuda &fake;
  TileLibrary &tiles;
  attn_context *context = nullptr;
  attn_library *library = nullptr;
  attn_entry *entry = nullptr;
  attn_status created;
  alignas(64) uint16_t x[3 * 20 * 64 + 64], o[3 * 20 * 64 + 64];
  int64_t shape[3] = {3, 20, 64}, strides[3] = {1280, 64, 1};
  DLTensor in, out;
  attn_stream stream = nullptr;
};

#endif
