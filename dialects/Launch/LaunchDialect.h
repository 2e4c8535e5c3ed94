// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The launch dialect and its enums.
#pragma once

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/DialectImplementation.h"

#include "dialects/Launch/LaunchDialect.h.inc"
#include "dialects/Launch/LaunchEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/Launch/LaunchAttrs.h.inc"

namespace attn::launch {

/// Discardable attributes of a function that is a kernel: the marker, the bytes of scratch per thread (i64), the
/// kernel that it is a faster form of (symbol) and the CPU level that it needs (i64, attn_cpu_level of the ABI).
inline constexpr llvm::StringLiteral kernelAttr = "launch.kernel";
inline constexpr llvm::StringLiteral scratchAttr = "launch.scratch";
inline constexpr llvm::StringLiteral variantOfAttr = "launch.variant_of";
inline constexpr llvm::StringLiteral cpuLevelAttr = "launch.cpu_level";

/// The same of a function that runs on a device: threads of a block and bytes of dynamic shared memory (i64), and the
/// descriptors of tensors that follow the block of arguments (an array of dictionaries).
inline constexpr llvm::StringLiteral threadsAttr = "launch.threads";
inline constexpr llvm::StringLiteral sharedAttr = "launch.shared";
inline constexpr llvm::StringLiteral persistentAttr = "launch.persistent";
inline constexpr llvm::StringLiteral descriptorsAttr = "launch.descriptors";

/// Bools of a kernel that a device runs: whether it waits itself for the launch before it, and so may start while that
/// one ends; and whether it lets the launch behind it start so.
inline constexpr llvm::StringLiteral startsEarlyAttr = "launch.starts_early";
inline constexpr llvm::StringLiteral startsNextAttr = "launch.starts_next";

/// After it is compiled: a kernel's forms in the images (array), and the images, which the module has (array).
inline constexpr llvm::StringLiteral deviceVariantsAttr = "launch.device_variants";
inline constexpr llvm::StringLiteral imagesAttr = "launch.images";

} // namespace attn::launch
