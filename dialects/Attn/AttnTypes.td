// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The virtual types: planes, masks, and tensors as a region sees them.
#ifndef ATTN_DIALECTS_ATTN_ATTNTYPES_TD
#define ATTN_DIALECTS_ATTN_ATTNTYPES_TD

include "dialects/Attn/AttnBase.td"
include "mlir/IR/AttrTypeBase.td"

class Attn_Type<string name, string typeMnemonic> : TypeDef<AttnDialect, name> {
  let mnemonic = typeMnemonic;
}

class Attn_ShapedType<string name, string typeMnemonic> : Attn_Type<name, typeMnemonic> {
  let parameters = (ins ArrayRefParameter<"int64_t">:$shape, "::mlir::Type":$elementType);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let builders = [TypeBuilderWithInferredContext<(ins "::llvm::ArrayRef<int64_t>":$shape, "::mlir::Type":$elementType), [{
    return $_get(elementType.getContext(), shape, elementType);
  }]>];
}

def Attn_Scores : Attn_ShapedType<"Scores", "scores"> {
  let summary = "plane of scores";
  let description = [{
    Batch x heads x queries x keys, never stored. Four extents, `?` where known at run time; the element is the compute
    type, f32 or f64.
  }];
}

def Attn_Weights : Attn_ShapedType<"Weights", "weights"> {
  let summary = "plane of weights";
  let description = "Normalized scores; as `!attn.scores`, never stored. Pairs that do not exist have no weight.";
}

def Attn_Mask : Attn_Type<"Mask", "mask"> {
  let summary = "mask";
  let description = "A set of (query, key) pairs, never stored.";
}

def Attn_Captured : Attn_ShapedType<"Captured", "captured"> {
  let summary = "captured tensor";
  let description = [{
    A tensor operand as the region of its op sees it: read by attn.lookup only. Shape and element of the tensor; rank 0
    is `!attn.captured<f32>`.
  }];
}

def Attn_Plane : AnyTypeOf<[Attn_Scores, Attn_Weights], "scores or weights plane", "::mlir::Type">;
def Attn_Storage : AnyTypeOf<[F16, BF16, F32, F64], "f16, bf16, f32 or f64">;
def Attn_Float : AnyTypeOf<[F32, F64], "f32 or f64">;
def Attn_Tensor : RankedTensorOf<[AnyType]>;
def Attn_FloatTensor : RankedTensorOf<[F16, BF16, F32, F64]>;
def Attn_TokenTensor : TensorRankOf<[F16, BF16, F32, F64], [4]>;
def Attn_Lengths : TensorRankOf<[I32], [1]>;
def Attn_CapturedTensor : RankedTensorOf<[F16, BF16, F32, F64, I1, I8, I16, I32, I64]>;

#endif
