// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Mask ops: sets of (query, key) pairs as SSA values.
#ifndef ATTN_DIALECTS_ATTN_MASKS_TD
#define ATTN_DIALECTS_ATTN_MASKS_TD

include "dialects/Attn/AttnAttributes.td"
include "dialects/Attn/AttnTypes.td"
include "dialects/Interfaces/MaskInterface.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

class Attn_MaskOp<string mnemonic, list<string> methods = [], list<Trait> traits = []>
    : Attn_Op<mnemonic, !listconcat([Pure,
        DeclareOpInterfaceMethods<MaskOpInterface, methods>], traits)> {
  let results = (outs Attn_Mask:$result);
}

def CausalOp : Attn_MaskOp<"causal", ["hasRanges", "emitRanges"]> {
  let summary = "Pairs with j <= i";
  let assemblyFormat = "attr-dict";
}

def WindowOp : Attn_MaskOp<"window", ["hasRanges", "emitRanges"]> {
  let summary = "Pairs with i - left <= j <= i + right";
  let description = "Inclusive distances; an absent side is unbounded. Example: `attn.window left = 127 right = 0`.";
  let arguments = (ins OptionalAttr<I64Attr>:$left, OptionalAttr<I64Attr>:$right);
  let assemblyFormat = "(`left` `=` $left^)? (`right` `=` $right^)? attr-dict";
  let hasVerifier = 1;
}

def SinkOp : Attn_MaskOp<"sink", ["hasRanges", "hasLeadingRange", "emitRanges"]> {
  let summary = "Pairs with j < tokens";
  let description = "Example: `attn.sink 4`.";
  let arguments = (ins I64Attr:$tokens);
  let assemblyFormat = "$tokens attr-dict";
  let hasVerifier = 1;
}

def PrefixOp : Attn_MaskOp<"prefix", ["hasRanges", "hasLeadingRange", "emitRanges", "verifyPlane"]> {
  let summary = "Pairs with j < lengths[b]";
  let arguments = (ins Attn_Lengths:$lengths);
  let assemblyFormat = "$lengths attr-dict `:` type($lengths)";
}

def DenseOp : Attn_MaskOp<"dense", ["verifyPlane"]> {
  let summary = "Pairs whose element of a boolean tensor is not 0";
  let description = "The tensor is batch x heads x queries x keys in storage order; an extent of 1 is shared.";
  let arguments = (ins TensorRankOf<[I1, I8], [4]>:$table);
  let assemblyFormat = "$table attr-dict `:` type($table)";
}

def BlocksOp : Attn_MaskOp<"blocks", ["getBlockTable", "verifyPlane"]> {
  let summary = "Pairs in the listed blocks";
  let description = [{
    counts [B, Hs, Mb] and indices [B, Hs, Mb, max]: the first counts[b, h', r] entries of row r of blocks, ascending,
    each once, padded with -1. Hs is the heads, a divisor of them, or 1.
  }];
  let arguments = (ins TensorRankOf<[I32], [3]>:$counts, TensorRankOf<[I32], [4]>:$indices, I64Attr:$rows, I64Attr:$cols);
  let assemblyFormat = [{
    $counts `,` $indices `block` `(` $rows `,` $cols `)` attr-dict `:` type($counts) `,` type($indices)
  }];
  let hasVerifier = 1;
}

def MaskRegionOp : Attn_MaskOp<"mask_region", [], [IsolatedFromAbove]> {
  let summary = "Pairs for which a region yields true";
  let description = "The region sees b, h, i, j and the captured tensors.";
  let arguments = (ins Variadic<Attn_CapturedTensor>:$captures);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "(`(` $captures^ `:` type($captures) `)`)? attr-dict-with-keyword $body";
  let hasRegionVerifier = 1;
  let hasCanonicalizer = 1;
}

class Attn_MaskCombination<string mnemonic> : Attn_MaskOp<mnemonic, [
    "hasRanges", "hasLeadingRange", "emitRanges", "collectCaptures"]> {
  let arguments = (ins Variadic<Attn_Mask>:$masks);
  let assemblyFormat = "$masks attr-dict";
  let hasVerifier = 1;
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}
def AndOp : Attn_MaskCombination<"and"> {
  let summary = "Pairs that every operand has";
}
def OrOp : Attn_MaskCombination<"or"> {
  let summary = "Pairs that some operand has";
}
def NotOp : Attn_MaskOp<"not", ["hasRanges", "emitRanges", "collectCaptures"]> {
  let summary = "Pairs of the domain that the operand lacks";
  let arguments = (ins Attn_Mask:$mask);
  let assemblyFormat = "$mask attr-dict";
  let hasVerifier = 1;
  let hasFolder = 1;
}

#endif
