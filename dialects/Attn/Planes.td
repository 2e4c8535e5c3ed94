// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Ops on planes: make one, change it, weigh it, take its product with the values.
#ifndef ATTN_DIALECTS_ATTN_PLANES_TD
#define ATTN_DIALECTS_ATTN_PLANES_TD

include "dialects/Attn/AttnAttributes.td"
include "dialects/Attn/AttnTypes.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def ScoreOp : Attn_Op<"score", [Pure, AttrSizedOperandSegments, DeclareOpInterfaceMethods<InferTypeOpInterface>]> {
  let summary = "The plane of scaled inner products, and its domain";
  let description = [{
    s[b, h, i, j] = sum over terms t of scale_t <q_t[b, h, i], k_t[b, h floordiv (H / Hk_t), j]>. The terms are
    query, key, query, key, ... Without a scale, it is 1 / sqrt(D), D the sum of the terms' head sizes. Example:
    `%s = attn.score %q, %k domain(align = bottom_right) {scale = 1.250000e-01 : f32} : (...) -> !attn.scores<...>`.
  }];
  let arguments = (ins Variadic<Attn_TokenTensor>:$terms, Optional<Attn_Lengths>:$cu_q, Optional<Attn_Lengths>:$cu_k,
                       Optional<Attn_Lengths>:$len_q, Optional<Attn_Lengths>:$len_k,
                       OptionalAttr<Attn_AlignAttr>:$align, DefaultValuedAttr<DenseF64ArrayAttr, "{}">:$scales);
  let results = (outs Attn_Scores:$result);
  let assemblyFormat = [{
    $terms `` custom<Domain>($align, $cu_q, $cu_k, $len_q, $len_k) `` custom<ScaleDict>($scales, attr-dict)
    `:` functional-type(operands, results)
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
  }];
  let hasVerifier = 1;
}

def ModifyOp : Attn_Op<"modify", [Pure, IsolatedFromAbove, AllTypesMatch<["scores", "result"]>]> {
  let summary = "Scores changed one by one by a region";
  let description = "The region sees x, b, h, i, j and the captured tensors, and yields the new score.";
  let arguments = (ins Attn_Scores:$scores, Variadic<Attn_CapturedTensor>:$captures);
  let results = (outs Attn_Scores:$result);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $scores (`,` $captures^)? attr-dict `:` functional-type(operands, results) $body
  }];
  let hasRegionVerifier = 1;
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

def MaskOp : Attn_Op<"mask", [Pure, AllTypesMatch<["scores", "result"]>]> {
  let summary = "The scores of the pairs that the mask has; the others no longer exist";
  let arguments = (ins Attn_Scores:$scores, Attn_Mask:$mask);
  let results = (outs Attn_Scores:$result);
  let assemblyFormat = "$scores `,` $mask attr-dict `:` qualified(type($scores))";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def GateOp : Attn_Op<"gate", [Pure, AllTypesMatch<["source", "result"]>]> {
  let summary = "A plane or tensor times a factor broadcast along the axes it lacks";
  let description = [{
    Axes are b, h, i, j of a plane and b, h, t, d of a tensor, in storage order. `domain = log` multiplies by the
    exponential; only differences of log gates are ever exponentiated.
    Example: `attn.gate %w, %g dims(b, h, i) domain = log : (...) -> ...`.
  }];
  let arguments = (ins AnyTypeOf<[Attn_Scores, Attn_Weights, Attn_TokenTensor]>:$source, Attn_FloatTensor:$factor,
                       DenseI64ArrayAttr:$dims, Attn_GateDomainAttr:$domain);
  let results = (outs AnyTypeOf<[Attn_Scores, Attn_Weights, Attn_TokenTensor]>:$result);
  let assemblyFormat = [{
    $source `,` $factor custom<GateDims>($dims) `domain` `=` custom<Keyword>($domain) attr-dict
    `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
}

def ApplyOp : Attn_Op<"apply", [Pure, DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "Weights times values";
  let description = [{
    o[b, h, i] = sum over j of w[b, h, i, j] v[b, h floordiv (H / Hv), j]. With `partial` it returns the accumulator, the
    row's reference (if the normalizer has one) and its sums, not finalized.
  }];
  let arguments = (ins Attn_Weights:$weights, Attn_TokenTensor:$values, UnitAttr:$partial);
  let results = (outs Variadic<Attn_FloatTensor>:$outputs);
  let assemblyFormat = [{
    $weights `,` $values (`partial` $partial^)? attr-dict `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
}

def ReduceOp : Attn_Op<"reduce", [Pure]> {
  let summary = "A statistic of a plane along rows, columns or diagonals";
  let description = "Pairs that do not exist count for nothing. Example: `attn.reduce %w column_sum : (...) -> ...`.";
  let arguments = (ins Attn_Plane:$plane, Attn_ReduceKindAttr:$kind);
  let results = (outs TensorRankOf<[F32, F64], [3]>:$result);
  let assemblyFormat = "$plane custom<Keyword>($kind) attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

#endif
