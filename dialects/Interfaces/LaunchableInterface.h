// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What host code asks a kernel that it starts: argument types and grid.
#pragma once

#include "mlir/IR/Builders.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/ValueRange.h"

#include "dialects/Interfaces/LaunchableInterface.h.inc"
