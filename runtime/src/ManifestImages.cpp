// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Checks the device code of a library: its images, and each kernel's forms in them.
#include "runtime/src/Library.h"
#include "runtime/src/Status.h"
#include "runtime/src/Tensor.h"

#include <algorithm>

namespace attn::rt {
namespace {

const char *checkImage(const attn_image &image) {
  if (!image.target || !image.chip)
    return "it has no target or no chip";
  if (!image.binary && !image.portable)
    return "it has no code";
  if (image.binary_bytes < 0 || image.portable_bytes < 0 || !image.binary != !image.binary_bytes ||
      !image.portable != !image.portable_bytes)
    return "its size is not that of its code";
  if (image.portable && image.portable[image.portable_bytes - 1])
    return "its portable code does not end in a zero";
  return nullptr;
}

const char *checkDescriptor(const attn_descriptor_desc &map) {
  if (map.offset < 0 || map.offset % 8 || map.memref_rank < 1 || map.memref_rank > kMaxRank)
    return "a tensor map names no operand";
  if (map.rank < 1 || map.rank > 5 || !map.dims || !map.box)
    return "a tensor map has no axes or too many";
  if (!typeBytes(map.dtype))
    return "a tensor map's element type is unknown";
  if (map.swizzle != 0 && map.swizzle != 32 && map.swizzle != 64 && map.swizzle != 128)
    return "a tensor map's swizzle is not 0, 32, 64 or 128";
  for (int64_t a = 0; a < map.rank; ++a) {
    if (map.dims[a] < 0 || map.dims[a] >= map.memref_rank)
      return "a tensor map names a dim that its operand lacks";
    if (map.box[a] < 1 || map.box[a] > 256)
      return "a tensor map's box is not from 1 to 256";
    if (std::count(map.dims, map.dims + a + 1, map.dims[a]) > 2)
      return "a tensor map splits a dim in more than two";
  }
  return nullptr;
}

const char *checkVariant(const attn_device_variant &variant, const attn_manifest &manifest) {
  if (variant.image < 0 || variant.image >= manifest.nimages)
    return "it names an image that does not exist";
  if (!variant.function)
    return "it has no function";
  if (variant.threads < 1 || variant.threads > 1024 || variant.shared_bytes < 0 || variant.shared_bytes > INT32_MAX)
    return "its threads or its shared memory are out of range";
  if (variant.flags & ~int64_t(ATTN_DEVICE_PERSISTENT | ATTN_DEVICE_STARTS_EARLY))
    return "it has flags that nobody knows";
  if (variant.ndescriptors < 0 || variant.ndescriptors > 64 || (variant.ndescriptors && !variant.descriptors))
    return "its tensor maps are missing or too many";
  for (int64_t i = 0; i < variant.ndescriptors; ++i)
    if (const char *why = checkDescriptor(variant.descriptors[i]))
      return why;
  return nullptr;
}

} // namespace

attn_status checkImages(const attn_manifest &manifest) {
  if (manifest.nimages < 0 || manifest.nimages > 1024 || (manifest.nimages && !manifest.images))
    return fail(ATTN_INVALID_ARGUMENT, "malformed manifest: a table is missing or too long");
  for (int64_t i = 0; i < manifest.nimages; ++i)
    if (const char *why = checkImage(manifest.images[i]))
      return fail(ATTN_INVALID_ARGUMENT, "malformed manifest: image %lld: %s", (long long)i, why);
  for (int64_t k = 0; k < manifest.nkernels; ++k) {
    const attn_kernel_desc &kernel = manifest.kernels[k];
    if (kernel.ndevice_variants > 1024 || (kernel.ndevice_variants && !kernel.device_variants))
      return fail(ATTN_INVALID_ARGUMENT, "malformed manifest: a table is missing or too long");
    for (int64_t i = 0; i < kernel.ndevice_variants; ++i)
      if (const char *why = checkVariant(kernel.device_variants[i], manifest))
        return fail(ATTN_INVALID_ARGUMENT, "malformed manifest: kernel '%s': device variant %lld: %s", kernel.name,
                    (long long)i, why);
  }
  return ATTN_OK;
}

} // namespace attn::rt
