// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The scalar ops that stand inside regions, and the terminator.
#ifndef ATTN_DIALECTS_ATTN_SCALARS_TD
#define ATTN_DIALECTS_ATTN_SCALARS_TD

include "dialects/Attn/AttnAttributes.td"
include "dialects/Attn/AttnTypes.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def YieldOp : Attn_Op<"yield", [Pure, Terminator]> {
  let summary = "Ends a region";
  let arguments = (ins Variadic<AnyType>:$values);
  let assemblyFormat = "attr-dict ($values^ `:` type($values))?";
  let builders = [OpBuilder<(ins), [{ build($_builder, $_state, ::mlir::ValueRange{}); }]>];
  let hasVerifier = 1;
}

def SoftcapOp : Attn_Op<"softcap", [Pure, SameOperandsAndResultType]> {
  let summary = "cap * tanh(value / cap)";
  let description = "Example: `%t = attn.softcap %x, 5.000000e+01 : f32`.";
  let arguments = (ins Attn_Float:$value, F64Attr:$cap);
  let results = (outs Attn_Float:$result);
  let assemblyFormat = "$value `,` $cap attr-dict `:` type($result)";
  let hasVerifier = 1;
}

def LookupOp : Attn_Op<"lookup", [Pure, DeclareOpInterfaceMethods<InferTypeOpInterface>]> {
  let summary = "Element of a captured tensor";
  let description = "Example: `%m = attn.lookup %slopes[%h] : !attn.captured<32xf32>`.";
  let arguments = (ins Attn_Captured:$tensor, Variadic<Index>:$indices);
  let results = (outs AnyType:$result);
  let assemblyFormat = "$tensor `[` $indices `]` attr-dict `:` qualified(type($tensor))";
  let hasVerifier = 1;
}

def DistanceOp : Attn_Op<"distance", [Pure]> {
  let summary = "to - from, as a float";
  let description = "Example: `%d = attn.distance %j, %i : f32` is float(j - i).";
  let arguments = (ins Index:$to, Index:$from);
  let results = (outs Attn_Float:$result);
  let assemblyFormat = "$to `,` $from attr-dict `:` type($result)";
  let hasFolder = 1;
}

class Attn_PairValue<string mnemonic> : Attn_Op<mnemonic, [Pure]> {
  let results = (outs Index:$result);
  let assemblyFormat = "attr-dict";
  let hasVerifier = 1;
}
def QueryIndexOp : Attn_PairValue<"query_index"> {
  let summary = "Where the query lies in storage";
}
def KeyIndexOp : Attn_PairValue<"key_index"> {
  let summary = "Where the key lies in storage";
}
def ExtentOp : Attn_Op<"extent", [Pure]> {
  let summary = "How many queries or keys this pair's segment (or length) has";
  let description = "Example: `%n = attn.extent key`.";
  let arguments = (ins Attn_AxisAttr:$axis);
  let results = (outs Index:$result);
  let assemblyFormat = "custom<Keyword>($axis) attr-dict";
  let hasVerifier = 1;
}

#endif
