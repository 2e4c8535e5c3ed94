// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The ops of the launch dialect. One family a file.
#ifndef LAUNCH_OPS_TD
#define LAUNCH_OPS_TD

include "dialects/Launch/LaunchDialect.td"
include "mlir/IR/OpAsmInterface.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

class Launch_Op<string name, list<Trait> traits = []> : Op<Launch_Dialect, name, traits>;

include "dialects/Launch/ContractOps.td"
include "dialects/Launch/EntryOps.td"
include "dialects/Launch/KernelOps.td"

#endif
