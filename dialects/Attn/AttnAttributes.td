// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Enums and the built-in normalizers.
#ifndef ATTN_DIALECTS_ATTN_ATTNATTRIBUTES_TD
#define ATTN_DIALECTS_ATTN_ATTNATTRIBUTES_TD

include "dialects/Attn/AttnBase.td"
include "dialects/Interfaces/NormalizerInterface.td"
include "mlir/IR/EnumAttr.td"

class Attn_Enum<string name, string enumSummary, list<I32EnumAttrCase> cases> : I32EnumAttr<name, enumSummary, cases> {
  let cppNamespace = "::attn";
  let genSpecializedAttr = 0;
}
class Attn_EnumAttr<EnumAttrInfo info, string attrMnemonic> : EnumAttr<AttnDialect, info, attrMnemonic> {
  let assemblyFormat = "`<` $value `>`";
}

def Attn_Align : Attn_Enum<"Align", "top_left or bottom_right", [
  I32EnumAttrCase<"TopLeft", 0, "top_left">, I32EnumAttrCase<"BottomRight", 1, "bottom_right">]>;
def Attn_AlignAttr : Attn_EnumAttr<Attn_Align, "align">;

def Attn_LseBase : Attn_Enum<"LseBase", "base e or two", [
  I32EnumAttrCase<"E", 0, "e">, I32EnumAttrCase<"Two", 1, "two">]>;
def Attn_LseBaseAttr : Attn_EnumAttr<Attn_LseBase, "lse_base">;

def Attn_GateDomain : Attn_Enum<"GateDomain", "linear or log", [
  I32EnumAttrCase<"Linear", 0, "linear">, I32EnumAttrCase<"Log", 1, "log">]>;
def Attn_GateDomainAttr : Attn_EnumAttr<Attn_GateDomain, "gate_domain">;

def Attn_ReduceKind : Attn_Enum<"ReduceKind", "row_max, column_sum or diagonal_sum", [
  I32EnumAttrCase<"RowMax", 0, "row_max">, I32EnumAttrCase<"ColumnSum", 1, "column_sum">,
  I32EnumAttrCase<"DiagonalSum", 2, "diagonal_sum">]>;
def Attn_ReduceKindAttr : Attn_EnumAttr<Attn_ReduceKind, "reduce_kind">;

def Attn_AttendResult : Attn_Enum<"AttendResult", "output, lse, partial, row_max, column_sum or diagonal_sum", [
  I32EnumAttrCase<"Output", 0, "output">, I32EnumAttrCase<"Lse", 1, "lse">, I32EnumAttrCase<"Partial", 2, "partial">,
  I32EnumAttrCase<"RowMax", 3, "row_max">, I32EnumAttrCase<"ColumnSum", 4, "column_sum">,
  I32EnumAttrCase<"DiagonalSum", 5, "diagonal_sum">]>;
def Attn_AttendResultAttr : Attn_EnumAttr<Attn_AttendResult, "attend_result">;
def Attn_AttendResultArray : TypedArrayAttrBase<Attn_AttendResultAttr, "list of output, lse, partial, row_max, column_sum or diagonal_sum">;

def Attn_Axis : Attn_Enum<"Axis", "query or key", [
  I32EnumAttrCase<"Query", 0, "query">, I32EnumAttrCase<"Key", 1, "key">]>;
def Attn_AxisAttr : Attn_EnumAttr<Attn_Axis, "axis">;

def Attn_Sink : Attn_Enum<"Sink", "none, learnable or off_by_one", [
  I32EnumAttrCase<"None", 0, "none">, I32EnumAttrCase<"Learnable", 1, "learnable">,
  I32EnumAttrCase<"OffByOne", 2, "off_by_one">]>;

class Attn_Normalizer<string name, string attrMnemonic> : AttrDef<AttnDialect, name,
    [DeclareAttrInterfaceMethods<NormalizerAttrInterface, [
      "absorbing", "hasFinalize", "hasLse", "hasSink", "acceptsLsePairs", "emitReference", "emitCombine",
      "emitIdentity", "emitRescale", "emitFinalize", "emitLse", "emitStateFromLse"]>]> {
  let mnemonic = attrMnemonic;
}
class Attn_PlainNormalizer<string name, string attrMnemonic> : AttrDef<AttnDialect, name,
    [DeclareAttrInterfaceMethods<NormalizerAttrInterface>]> {
  let mnemonic = attrMnemonic;
}

def Attn_Softmax : Attn_Normalizer<"Softmax", "softmax"> {
  let summary = "exp(s - r) over the row's sum, with or without a sink";
  let parameters = (ins EnumParameter<Attn_Sink>:$sink);
  let assemblyFormat = "`<` `sink` `=` $sink `>`";
}
def Attn_Sigmoid : Attn_PlainNormalizer<"Sigmoid", "sigmoid"> {
  let summary = "1 / (1 + exp(-(s + bias))); no row state";
  let parameters = (ins "bool":$bias);
  let assemblyFormat = "`<` `bias` `=` $bias `>`";
}
def Attn_Relu : Attn_PlainNormalizer<"Relu", "relu"> {
  let summary = "max(s, 0); no row state";
}
def Attn_NoNormalizer : Attn_PlainNormalizer<"NoNormalizer", "none"> {
  let summary = "the score itself; no row state";
}

#endif
