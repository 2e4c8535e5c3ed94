// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The interface of a built-in normalizer: an attribute that emits the row monoid of semantics "normalizer contract".
#ifndef ATTN_INTERFACES_NORMALIZERINTERFACE_TD
#define ATTN_INTERFACES_NORMALIZERINTERFACE_TD

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/Interfaces.td"

class NormalizerMethod<string summary, string result, string name, dag arguments, string body = "">
    : InterfaceMethod<summary, result, name, arguments, "", body>;

def NormalizerAttrInterface : AttrInterface<"NormalizerAttrInterface"> {
  let cppNamespace = "::attn";
  let description = [{
    A row's state is one reference r and a list of sums. Each method emits scalar IR in the context's compute type.
    Laws: rescale(a,b) rescale(b,c) = rescale(a,c); weight(s,b) = weight(s,a) rescale(a,b); weight(s, identity) = 0;
    rescale(identity, r) = 0. Nobody asks which normalizer it is: ask `attn::Normalizer`, which answers for these
    attributes and for `attn.normalizer` symbols alike.
  }];
  let methods = [
    NormalizerMethod<"Whether a row has a reference.", "bool", "hasReference", (ins)>,
    NormalizerMethod<"Whether weight(-inf, r) = 0 for every r: removing a pair may be one select on its score.",
      "bool", "absorbing", (ins), "return false;">,
    NormalizerMethod<"How many sums a row carries.", "unsigned", "numSums", (ins)>,
    NormalizerMethod<"How references combine.", "::attn::CombineKind", "combineKind", (ins),
      "return ::attn::CombineKind::maximum;">,
    NormalizerMethod<"Whether finalize is anything but 1.", "bool", "hasFinalize", (ins), "return false;">,
    NormalizerMethod<"Whether the row has a log-sum-exp.", "bool", "hasLse", (ins), "return false;">,
    NormalizerMethod<"Whether the row's sum holds a sink that the LSE may include.", "bool", "hasSink", (ins),
      "return false;">,
    NormalizerMethod<"Whether (O, LSE) is enough to continue a row.", "bool", "acceptsLsePairs", (ins),
      "return false;">,
    NormalizerMethod<"Checks the captured tensors' types against a plane of `heads` heads.", "::llvm::LogicalResult",
      "verifyCaptures", (ins "::mlir::TypeRange":$captures, "int64_t":$heads,
                             "::llvm::function_ref<::mlir::InFlightDiagnostic()>":$emitError)>,
    NormalizerMethod<"r of one score.", "::mlir::Value", "emitReference",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::Location":$loc, "::mlir::Value":$score,
           "const ::attn::NormalizerContext &":$at), "return {};">,
    NormalizerMethod<"r of two disjoint parts of a row.", "::mlir::Value", "emitCombine",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::Location":$loc, "::mlir::Value":$left, "::mlir::Value":$right,
           "const ::attn::NormalizerContext &":$at), "return {};">,
    NormalizerMethod<"r of an empty row.", "::mlir::Value", "emitIdentity",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::Location":$loc, "const ::attn::NormalizerContext &":$at),
      "return {};">,
    NormalizerMethod<"Weight of a score under r (null without a reference).", "::mlir::Value", "emitWeight",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::Location":$loc, "::mlir::Value":$score,
           "::mlir::Value":$reference, "const ::attn::NormalizerContext &":$at)>,
    NormalizerMethod<"Factor that takes sums and accumulator from one reference to another.", "::mlir::Value",
      "emitRescale",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::Location":$loc, "::mlir::Value":$from, "::mlir::Value":$to,
           "const ::attn::NormalizerContext &":$at), "return {};">,
    NormalizerMethod<"What one weight adds to each sum.", "void", "emitSums",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::Location":$loc, "::mlir::Value":$weight,
           "const ::attn::NormalizerContext &":$at, "::llvm::SmallVectorImpl<::mlir::Value> &":$sums)>,
    NormalizerMethod<"Output scale: O = accumulator * scale.", "::mlir::Value", "emitFinalize",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::Location":$loc, "::mlir::Value":$reference,
           "::mlir::ValueRange":$sums, "const ::attn::NormalizerContext &":$at), "return {};">,
    NormalizerMethod<"The row's log-sum-exp.", "::mlir::Value", "emitLse",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::Location":$loc, "::mlir::Value":$reference,
           "::mlir::ValueRange":$sums, "const ::attn::NormalizerContext &":$at, "::attn::LseForm":$form),
      "return {};">,
    NormalizerMethod<"The state (r, sums) of a row known by its log-sum-exp; its accumulator is then O.",
      "::mlir::Value", "emitStateFromLse",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::Location":$loc, "::mlir::Value":$lse, "::attn::LseForm":$form,
           "const ::attn::NormalizerContext &":$at, "::llvm::SmallVectorImpl<::mlir::Value> &":$sums),
      "return {};">
  ];
}

#endif
