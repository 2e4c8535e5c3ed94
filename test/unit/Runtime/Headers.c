// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The public headers are C, and the structs that compilers write lie as the ABI says.
#include "attn-rt/runtime.h"

#define LIES_AT(type, member, offset) _Static_assert(offsetof(type, member) == offset, #type "." #member)

_Static_assert(sizeof(DLTensor) == 48, "DLPack's DLTensor");
LIES_AT(DLTensor, device, 8);
LIES_AT(DLTensor, ndim, 16);
LIES_AT(DLTensor, dtype, 20);
LIES_AT(DLTensor, shape, 24);
LIES_AT(DLTensor, strides, 32);
LIES_AT(DLTensor, byte_offset, 40);

LIES_AT(attn_context, api, 0);
LIES_AT(attn_api, launch, 8);
LIES_AT(attn_api, fill, 16);
LIES_AT(attn_api, fail, 24);
_Static_assert(sizeof(attn_expr) == 16, "attn_expr");
_Static_assert(sizeof(attn_arg_desc) == 56, "attn_arg_desc");
LIES_AT(attn_arg_desc, bound, 40);
_Static_assert(sizeof(attn_result_desc) == 32, "attn_result_desc");
_Static_assert(sizeof(attn_check_desc) == 48, "attn_check_desc");
_Static_assert(sizeof(attn_entry_desc) == 88, "attn_entry_desc");
LIES_AT(attn_entry_desc, workspace, 64);
_Static_assert(sizeof(attn_kernel_variant) == 24, "attn_kernel_variant");
_Static_assert(sizeof(attn_image) == 64, "attn_image");
LIES_AT(attn_image, binary, 32);
_Static_assert(sizeof(attn_descriptor_desc) == 56, "attn_descriptor_desc");
LIES_AT(attn_descriptor_desc, rank, 24);
_Static_assert(sizeof(attn_device_variant) == 56, "attn_device_variant");
LIES_AT(attn_device_variant, descriptors, 32);
_Static_assert(sizeof(attn_kernel_desc) == 48, "attn_kernel_desc");
LIES_AT(attn_kernel_desc, device_variants, 24);
_Static_assert(sizeof(attn_manifest) == 104, "attn_manifest");
LIES_AT(attn_manifest, images, 72);
LIES_AT(attn_manifest, abi_version, 0);
