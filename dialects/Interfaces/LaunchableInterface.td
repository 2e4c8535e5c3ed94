// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The interface through which host code starts a kernel of any dialect.
#ifndef ATTN_INTERFACES_LAUNCHABLEINTERFACE_TD
#define ATTN_INTERFACES_LAUNCHABLEINTERFACE_TD

include "mlir/IR/OpBase.td"
include "mlir/IR/Interfaces.td"

def LaunchableOpInterface : OpInterface<"LaunchableOpInterface"> {
  let cppNamespace = "::attn";
  let description = [{
    A symbol that `launch.kernel` can name before code generation: it knows its own grid.
  }];
  let methods = [
    InterfaceMethod<"The types of the operands that a launch hands over, in order.",
    "::llvm::SmallVector<::mlir::Type>", "getLaunchArgumentTypes", (ins)>,

    InterfaceMethod<[{
      Emits host arithmetic at `builder` that computes the grid for these operands; returns the extents (x, y, z) as
      index values.
    }], "::llvm::SmallVector<::mlir::Value>", "emitGrid",
    (ins "::mlir::OpBuilder &":$builder, "::mlir::Location":$loc, "::mlir::ValueRange":$operands)>
  ];
}

#endif
