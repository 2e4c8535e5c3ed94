// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// All attributes of the CUDA target. One family a file.
include "lib/Target/CUDA/Instructions.td"
include "lib/Target/CUDA/Layouts.td"
