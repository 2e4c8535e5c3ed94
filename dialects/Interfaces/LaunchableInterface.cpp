// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The generated dispatch of the interface of kernels that host code starts.
#include "dialects/Interfaces/LaunchableInterface.h"

#include "dialects/Interfaces/LaunchableInterface.cpp.inc"
