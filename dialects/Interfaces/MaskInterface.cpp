// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The generated dispatch of the mask interface.
#include "dialects/Interfaces/MaskInterface.h"

#include "dialects/Interfaces/MaskInterface.cpp.inc"
