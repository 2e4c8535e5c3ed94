// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The instructions of CUDA devices that multiply tiles, as attributes of products.
#ifndef CUDA_INSTRUCTIONS_TD
#define CUDA_INSTRUCTIONS_TD

include "dialects/Tile/TileDialect.td"
include "dialects/Tile/TileInterfaces.td"
include "lib/Target/CUDA/CUDADialect.td"
include "mlir/IR/AttrTypeBase.td"

class CUDA_Instruction<string name, string keyword>
    : AttrDef<CUDA_Dialect, name, [DeclareAttrInterfaceMethods<InstructionAttrInterface>]> {
  let mnemonic = keyword;
  let genVerifyDecl = 1;
}

/// Where an operand is read; either, unless it is said.
def CUDA_Home : EnumParameter<Tile_Home> {
  let defaultValue = "::attn::tile::Home::either";
}

def CUDA_Wgmma : CUDA_Instruction<"Wgmma", "wgmma"> {
  let summary = "A product of four warps, begun and awaited";
  let description = [{
    Each four warps of a team take 64 rows of all columns, in steps of 16 contracted elements. b lies in a slot, and so
    does a where it is transposed; else a may lie in registers too, and `a` pins where.

    Examples: `#cuda.wgmma<m64n128k16, bf16>`, `#cuda.wgmma<m64n64k16, f16, a = registers>`
  }];
  let parameters = (ins "int64_t":$m, "int64_t":$n, "int64_t":$k, "::mlir::Type":$type, CUDA_Home:$a);
  let assemblyFormat = "`<` custom<Shape>($m, $n, $k) `,` $type (`,` `a` `=` $a^)? `>`";
}

def CUDA_Mma : CUDA_Instruction<"Mma", "mma"> {
  let summary = "A product of one warp, which waits for it";
  let description = [{
    Each warp of a team takes 16 rows, eight columns at a time, and b from shared memory, wherever it lay; so a where it is
    transposed, and where `a` says so. Else a lies in registers. tf32 multiplies f32: as three products of the parts of
    two numbers, within twice the error of f32, or as one of the numbers rounded to tf32.

    Examples: `#cuda.mma<m16n8k16, bf16>`, `#cuda.mma<m16n8k16, bf16, a = slot>`,
    `#cuda.mma<m16n8k8, tf32, products = 3>`
  }];
  let parameters = (ins "int64_t":$m, "int64_t":$n, "int64_t":$k, "::mlir::Type":$type,
                        DefaultValuedParameter<"int64_t", "1">:$products, CUDA_Home:$a);
  let assemblyFormat = "`<` custom<Shape>($m, $n, $k) `,` custom<Factors>($type, $products, $a) `>`";
}

#endif
