// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The generated dispatch of the normalizer interface.
#include "dialects/Interfaces/NormalizerInterface.h"

#include "dialects/Interfaces/NormalizerInterface.cpp.inc"
