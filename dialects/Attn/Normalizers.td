// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// User-defined normalizers and the merge of partial rows.
#ifndef ATTN_DIALECTS_ATTN_NORMALIZERS_TD
#define ATTN_DIALECTS_ATTN_NORMALIZERS_TD

include "dialects/Attn/AttnAttributes.td"
include "dialects/Attn/AttnTypes.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def NormalizerOp : Attn_Op<"normalizer", [Symbol, IsolatedFromAbove]> {
  let summary = "A user-defined normalizer: the row monoid as regions";
  let description = [{
    Regions: reference(s), combine(r, r), identity(), rescale(from, to): all four or none; weight(s, r) or weight(s);
    sums(w), default the weight itself; finalize(r, sums...), default 1; lse(r, sums...). Without a reference r falls
    away. A region that reads the row or a captured tensor takes b, h, i: index and every captured value after its own
    arguments. `absorbing` states weight(-inf, r) = 0.
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, OptionalAttr<StrAttr>:$sym_visibility, TypeAttrOf<Attn_Float>:$compute,
                       DefaultValuedAttr<TypeArrayAttr, "{}">:$captures, UnitAttr:$absorbing);
  let regions = (region AnyRegion:$reference, AnyRegion:$combine, AnyRegion:$identity, AnyRegion:$weight,
                        AnyRegion:$rescale, AnyRegion:$sums, AnyRegion:$finalize, AnyRegion:$lse);
  let hasCustomAssemblyFormat = 1;
  let hasRegionVerifier = 1;
}

def NormalizeOp : Attn_Op<"normalize", [Pure, DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "Weights of a plane of scores, and optionally each row's log-sum-exp";
  let description = [{
    Example: `%w, %lse = attn.normalize %s softmax sink(%sink) lse(base = e, sink_included) : (...) -> (...)`.
  }];
  let arguments = (ins Attn_Scores:$scores, Variadic<Attn_CapturedTensor>:$captures, AnyAttr:$normalizer,
                       DefaultValuedAttr<Attn_LseBaseAttr, "::attn::LseBase::E">:$lse_base,
                       OptionalAttr<BoolAttr>:$sink_included);
  let results = (outs Attn_Weights:$weights, Optional<TensorRankOf<[F32, F64], [3]>>:$lse);
  let assemblyFormat = [{
    $scores custom<NormalizerUse>($normalizer, $captures) `` custom<LseClause>($lse_base, $sink_included) attr-dict
    `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
  let hasCanonicalizer = 1;
}

def MergeOp : Attn_Op<"merge", [Pure, AttrSizedOperandSegments, DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "The finished rows of several partial ones";
  let description = [{
    Each part is (accumulator, r, sums...) as `apply partial` returns it, or (O, LSE) where the normalizer accepts that.
    Example: `%o = attn.merge softmax (%a0, %r0, %l0), (%a1, %r1, %l1) : (...) -> (...)`.
  }];
  let arguments = (ins Variadic<Attn_FloatTensor>:$parts, Variadic<Attn_CapturedTensor>:$captures, AnyAttr:$normalizer,
                       I64Attr:$arity, DefaultValuedAttr<Attn_LseBaseAttr, "::attn::LseBase::E">:$lse_base,
                       OptionalAttr<BoolAttr>:$sink_included);
  let results = (outs Attn_TokenTensor:$output, Optional<TensorRankOf<[F32, F64], [3]>>:$lse);
  let assemblyFormat = [{
    custom<NormalizerUse>($normalizer, $captures) custom<Parts>($parts, $arity, ref($captures))
    `` custom<LseClause>($lse_base, $sink_included) attr-dict `:` functional-type(operands, results)
  }];
  let extraClassDeclaration = [{
    /// Whether the parts are (O, LSE) pairs rather than states.
    bool hasPairs();
    /// How many parts there are.
    unsigned numParts() { return getArity() > 0 ? getParts().size() / getArity() : 0; }
    /// The operands of one part.
    ::mlir::OperandRange part(unsigned n) { return getParts().slice(n * getArity(), getArity()); }
  }];
  let hasVerifier = 1;
}

#endif
