// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The instructions of CUDA devices that multiply tiles, as attributes of products, and how tiles lie in shared memory.
#pragma once

#include "dialects/Tile/InstructionInterface.h"
#include "mlir/IR/Dialect.h"

#include "lib/Target/CUDA/CUDADialect.h.inc"

#define GET_ATTRDEF_CLASSES
#include "lib/Target/CUDA/CUDAAttrs.h.inc"
