// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Every op of the dialect, family by family.
#ifndef ATTN_DIALECTS_ATTN_ATTNOPS_TD
#define ATTN_DIALECTS_ATTN_ATTNOPS_TD

include "dialects/Attn/Scalars.td"
include "dialects/Attn/Masks.td"
include "dialects/Attn/Planes.td"
include "dialects/Attn/Normalizers.td"
include "dialects/Attn/Attend.td"

#endif
