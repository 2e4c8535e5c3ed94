// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The interface through which any dialect's mask op joins the compiler.
#ifndef ATTN_INTERFACES_MASKINTERFACE_TD
#define ATTN_INTERFACES_MASKINTERFACE_TD

include "mlir/IR/OpBase.td"
include "mlir/IR/Interfaces.td"

def MaskOpInterface : OpInterface<"MaskOpInterface"> {
  let cppNamespace = "::attn";
  let description = [{
    A pure op with one `!attn.mask` result: a set of (query, key) pairs, never stored. It says which pairs exist by
    scalar IR, and may say in closed form which keys a range of rows needs.
  }];
  let methods = [
    InterfaceMethod<[{
      Emits scalar IR (arith, math, scf and `attn.lookup`) at `builder` whose i1 result says whether the pair exists.
    }], "::mlir::Value", "emitContains",
    (ins "::mlir::OpBuilder &":$builder, "::mlir::Location":$loc, "const ::attn::MaskCoordinates &":$at)>,

    InterfaceMethod<"Whether emitRanges has a closed form for this op.", "bool", "hasRanges", (ins), "", [{
      return false;
    }]>,

    InterfaceMethod<"Whether the closed form is one full segment that starts at 0, so that it unites with any other.",
    "bool", "hasLeadingRange", (ins), "", [{
      return false;
    }]>,

    InterfaceMethod<[{
      Emits the key positions that rows [rowLo, rowHi) need: sorted, disjoint, clamped to [0, keyExtent] segments, empty
      ones allowed. Outside them no pair exists; in a segment that is not partial every pair exists. Fails, emitting
      nothing that has an effect, where there is no closed form.
    }], "::llvm::LogicalResult", "emitRanges",
    (ins "::mlir::OpBuilder &":$builder, "::mlir::Location":$loc, "const ::attn::RangeQuery &":$query,
         "::llvm::SmallVectorImpl<::attn::KeyRange> &":$ranges), "", [{
      return ::mlir::failure();
    }]>,

    InterfaceMethod<[{
      Appends the tensors that the mask reads, in the order in which `MaskCoordinates::captures` holds them. Default:
      the op's tensor operands. A combination concatenates those of its operand masks.
    }], "void", "collectCaptures", (ins "::llvm::SmallVectorImpl<::mlir::Value> &":$captures), "", [{
      for (::mlir::Value operand : $_op->getOperands())
        if (::llvm::isa<::mlir::TensorType>(operand.getType()))
          captures.push_back(operand);
    }]>,

    InterfaceMethod<[{
      The block table that *is* this mask, if it is one: a pair exists exactly when its block is listed. Lets the
      compiler walk the table instead of deriving one.
    }], "::std::optional<::attn::BlockTable>", "getBlockTable", (ins), "", [{
      return ::std::nullopt;
    }]>,

    InterfaceMethod<[{
      Checks that the mask fits a plane of this shape (batch, heads, rows, columns; `?` is ShapedType::kDynamic) and, when
      `packed`, a plane whose domain has segments. Reports through `emitError`. The masks that an op combines are asked
      one by one, so a combination does not ask them.
    }], "::llvm::LogicalResult", "verifyPlane",
    (ins "::llvm::ArrayRef<int64_t>":$shape, "bool":$packed,
         "::llvm::function_ref<::mlir::InFlightDiagnostic()>":$emitError), "", [{
      return ::mlir::success();
    }]>
  ];
}

#endif
