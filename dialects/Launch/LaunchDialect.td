// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The launch dialect and its enums.
#ifndef LAUNCH_DIALECT_TD
#define LAUNCH_DIALECT_TD

include "mlir/IR/EnumAttr.td"
include "mlir/IR/OpBase.td"

def Launch_Dialect : Dialect {
  let name = "launch";
  let cppNamespace = "::attn::launch";
  let summary = "What the host starts: kernels, grids, workspace, and what a caller must know";
  let description = [{
    A `launch.entry` is one callable function of a compiled library. Its contract says which arguments are accepted and
    how large results and workspace are; its body starts kernels in program order. Everything in both is host
    arithmetic: no element of a tensor is read.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect"];
  let useDefaultAttributePrinterParser = 1;
  let hasOperationAttrVerify = 1;
}

def Launch_Relation : I32EnumAttr<"Relation", "how the two sides of a check relate", [
    I32EnumAttrCase<"eq", 0>, I32EnumAttrCase<"le", 1>, I32EnumAttrCase<"lt", 2>, I32EnumAttrCase<"multiple_of", 3>]> {
  let cppNamespace = "::attn::launch";
  let genSpecializedAttr = 0;
}
def Launch_RelationAttr : EnumAttr<Launch_Dialect, Launch_Relation, "relation">;

def Launch_Promise : I32EnumAttr<"Promise", "what an argument's values or memory promise", [
    I32EnumAttrCase<"lengths", 0>, I32EnumAttrCase<"cumulative", 1>, I32EnumAttrCase<"indices", 2>,
    I32EnumAttrCase<"may_alias", 3>, I32EnumAttrCase<"any_inner_stride", 4>, I32EnumAttrCase<"boolean", 5>]> {
  let cppNamespace = "::attn::launch";
  let genSpecializedAttr = 0;
}
def Launch_PromiseAttr : EnumAttr<Launch_Dialect, Launch_Promise, "promise">;

#endif
