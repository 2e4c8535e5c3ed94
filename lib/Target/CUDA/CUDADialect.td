// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The attributes that tile programs carry for CUDA devices: decisions of the target's passes.
#ifndef CUDA_DIALECT_TD
#define CUDA_DIALECT_TD

include "mlir/IR/OpBase.td"

def CUDA_Dialect : Dialect {
  let name = "cuda";
  let cppNamespace = "::attn::cuda";
  let summary = "What tile programs carry for CUDA devices";
  let description = [{
    Attributes alone: the decisions of the CUDA target's passes about ops of the tile dialect.
  }];
  let dependentDialects = ["::attn::tile::TileDialect"];
  let useDefaultAttributePrinterParser = 1;
}

#endif
