// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A library as the compiler would make it, written by hand: its entries exercise every rule of the ABI.
#ifndef ATTN_RUNTIME_CTS_LIBRARY_H
#define ATTN_RUNTIME_CTS_LIBRARY_H

#include "attn-rt/abi.h"

/// Entries (all extents are symbols unless given):
///   attend(q: BxHxMx8xf32, k: BxGxNx8xf32, v: BxGxNx8xf32, lengths: Bxi32, scale: f32) -> (o: BxHxMx8, lse: BxHxM)
///   packed(x: Tx4xf32, cu: Sxi64) -> (o: Tx4xf32)           each row divided by its document's length
///   listed(x: Nx4xf32, counts: HxRxi32, indices: HxRxLxi32) -> (o: HxRxf32)   sums of blocks of 16 rows
///   points(gx, gy, gz: index) -> (o: gz x gy x gx x i64)     a number of each grid point
///   level() -> (o: 1xi32)                                    which kernel variant ran
///   copy(x: MxNxbf16, any strides) -> (o: MxNxbf16)          may alias
///   filled(n: index) -> (o: nxi16)                           api->fill, no kernel
///   broken(how: i32) -> ()                                   fails from host code
extern "C" const attn_manifest attn_manifest_v1;

/// How many grid points of any kernel ran in this process.
extern "C" int64_t attn_cts_points(void);

#endif
