// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The x86 rows that a product can be lowered to, as attributes that `select-instructions` puts on `tile.mma`.
#ifndef ATTN_TARGET_CPU_X86ATTRS
#define ATTN_TARGET_CPU_X86ATTRS

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/DialectBase.td"

def X86_Dialect : Dialect {
  let name = "x86";
  let cppNamespace = "::attn::x86";
  let summary = "Products of x86 CPUs, named by the block of accumulators that stays in registers.";
  let useDefaultAttributePrinterParser = 1;
}

def X86_FmaAttr : AttrDef<X86_Dialect, "Fma"> {
  let mnemonic = "fma";
  let summary = "A block of rows × columns of f32 or f64 accumulators, fed by a broadcast and a vector load.";
  let description = [{
    The left operand is read one element at a time (a broadcast from memory), the right operand as vectors along its
    columns; each step of the contracted dimension is `rows * columns / lanes` fused multiply-adds.

    Example: `#x86.fma<6x64>` is 24 accumulators of 16 lanes.
  }];
  let parameters = (ins "int64_t":$rows, "int64_t":$cols);
  let hasCustomAssemblyFormat = 1;
}

#endif // ATTN_TARGET_CPU_X86ATTRS
