// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A dialect that somebody else could have written: two masks and two normalizers of its own.
#ifndef CONSUMER_TD
#define CONSUMER_TD

include "dialects/Attn/AttnTypes.td"
include "dialects/Interfaces/MaskInterface.td"
include "dialects/Interfaces/NormalizerInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def ConsumerDialect : Dialect {
  let name = "consumer";
  let cppNamespace = "::consumer";
  let dependentDialects = ["::attn::AttnDialect", "::mlir::arith::ArithDialect", "::mlir::math::MathDialect"];
  let useDefaultAttributePrinterParser = 1;
}

class Consumer_Mask<string mnemonic, list<string> methods> : Op<ConsumerDialect, mnemonic, [
    Pure, DeclareOpInterfaceMethods<MaskOpInterface, methods>]> {
  let results = (outs Attn_Mask:$result);
}

def ChunkOp : Consumer_Mask<"chunk", ["hasRanges", "emitRanges"]> {
  let summary = "Pairs of one chunk: floor(i / size) = floor(j / size)";
  let arguments = (ins I64Attr:$size);
  let assemblyFormat = "$size attr-dict";
  let hasVerifier = 1;
}

def SameDocumentOp : Consumer_Mask<"same_document", ["verifyPlane"]> {
  let summary = "Pairs with ids[i] = ids[j], i and j storage indices";
  let arguments = (ins TensorRankOf<[I32], [1]>:$ids);
  let assemblyFormat = "$ids attr-dict `:` type($ids)";
}

def Taylor : AttrDef<ConsumerDialect, "Taylor", [DeclareAttrInterfaceMethods<NormalizerAttrInterface, [
    "hasFinalize", "emitFinalize"]>]> {
  let mnemonic = "taylor";
  let summary = "1 + s + s^2 / 2 over the row's sum; no reference";
}

def PowerOfTwo : AttrDef<ConsumerDialect, "PowerOfTwo", [DeclareAttrInterfaceMethods<NormalizerAttrInterface, [
    "absorbing", "hasFinalize", "emitReference", "emitCombine", "emitIdentity", "emitRescale", "emitFinalize"]>]> {
  let mnemonic = "power_of_two";
  let summary = "2^(t_h (s - r)) over the row's sum, r the row's maximum and t a captured temperature per head";
}

#endif
