// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The fused chain of a plane, made by --attn-fuse.
#ifndef ATTN_DIALECTS_ATTN_ATTEND_TD
#define ATTN_DIALECTS_ATTN_ATTEND_TD

include "dialects/Attn/AttnAttributes.td"
include "dialects/Attn/AttnTypes.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def AttendOp : Attn_Op<"attend", [Pure, IsolatedFromAbove, AttrSizedOperandSegments,
                                  DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "A whole chain: score, modify, mask, normalize, gate, apply, reduce";
  let description = [{
    Means the chain it was made from: the terms' plane; each existing pair's score through the `score` region (absent:
    unchanged); the mask; the normalizer; each weight through the `weight` region (absent: unchanged); the product with
    the values. `results` lists what is returned, in order. `partial` stands for accumulator, r (if any) and sums.
    row_max is of the masked scores; column_sum and diagonal_sum are of the final weights.
  }];
  let arguments = (ins Variadic<Attn_TokenTensor>:$terms, Optional<Attn_TokenTensor>:$values, Optional<Attn_Mask>:$mask,
                       Variadic<Attn_CapturedTensor>:$captures, Variadic<Attn_CapturedTensor>:$normalizer_captures,
                       Optional<Attn_Lengths>:$cu_q, Optional<Attn_Lengths>:$cu_k,
                       Optional<Attn_Lengths>:$len_q, Optional<Attn_Lengths>:$len_k,
                       OptionalAttr<Attn_AlignAttr>:$align, DefaultValuedAttr<DenseF64ArrayAttr, "{}">:$scales,
                       AnyAttr:$normalizer, DefaultValuedAttr<Attn_LseBaseAttr, "::attn::LseBase::E">:$lse_base,
                       OptionalAttr<BoolAttr>:$sink_included, Attn_AttendResultArray:$requests,
                       OptionalAttr<I64Attr>:$split);
  let results = (outs Variadic<Attn_FloatTensor>:$outputs);
  let regions = (region AnyRegion:$score, AnyRegion:$weight);
  let assemblyFormat = [{
    `terms` `(` $terms `)` (`values` `(` $values^ `)`)? (`mask` `(` $mask^ `)`)? (`captures` `(` $captures^ `)`)?
    `normalize` custom<NormalizerUse>($normalizer, $normalizer_captures)
    `` custom<LseClause>($lse_base, $sink_included)
    `` custom<Domain>($align, $cu_q, $cu_k, $len_q, $len_k) custom<Requests>($requests) (`split` `=` $split^)?
    `` custom<ScaleDict>($scales, attr-dict) `:` functional-type(operands, results)
    (`score` $score^)? (`weight` $weight^)?
  }];
  let extraClassDeclaration = [{
    unsigned numTerms() { return getTerms().size() / 2; }
    ::mlir::Value query(unsigned term) { return getTerms()[2 * term]; }
    ::mlir::Value key(unsigned term) { return getTerms()[2 * term + 1]; }
    /// The scale of a term: 1 / sqrt(sum of all terms' head sizes) where none is given, NaN while one of them is `?`.
    double scale(unsigned term) { return ::attn::scaleOf(getTerms(), getScales(), term); }
    bool isPacked() { return static_cast<bool>(getCuQ()); }
    bool hasLengths() { return static_cast<bool>(getLenQ()); }
    /// The alignment; top left where M = N makes both the same.
    ::attn::Align alignment() { return getAlign().value_or(::attn::Align::TopLeft); }
    /// What is returned, in order.
    ::llvm::SmallVector<::attn::AttendResult> requested();
    /// The plane that the terms make.
    ::attn::ScoresType planeType();
  }];
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
}

#endif
