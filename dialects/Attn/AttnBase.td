// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The attn dialect itself: what a variant computes, on virtual planes and masks.
#ifndef ATTN_DIALECTS_ATTN_ATTNBASE_TD
#define ATTN_DIALECTS_ATTN_ATTNBASE_TD

include "mlir/IR/OpBase.td"

def AttnDialect : Dialect {
  let name = "attn";
  let cppNamespace = "::attn";
  let summary = "What an attention variant computes";
  let description = [{
    Ordinary tensors go in and come out. Between them are virtual values, which are verified, printed and transformed
    but never stored: planes (`!attn.scores`, `!attn.weights`) and masks (`!attn.mask`). Regions are isolated from
    above: what they read is an operand and a block argument.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::math::MathDialect", "::mlir::scf::SCFDialect"
  ];
  let useDefaultTypePrinterParser = 1;
  let useDefaultAttributePrinterParser = 1;
  let hasConstantMaterializer = 1;
  let extraClassDeclaration = [{
    void registerTypes();
    void registerAttributes();
  }];
}

class Attn_Op<string mnemonic, list<Trait> traits = []> : Op<AttnDialect, mnemonic, traits>;

#endif
