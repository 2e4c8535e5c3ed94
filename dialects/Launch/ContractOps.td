// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What stands in a contract: check, expect, yield.

def Launch_CheckOp : Launch_Op<"check", [HasParent<"EntryOp">]> {
  let summary = "A condition over sizes that the caller must meet";
  let description = [{
    Relations: `eq`, `le`, `lt`, `multiple_of` (left of right). A call that does not meet it is refused before anything
    is launched, with `<message>, but got <left> and <right>`.

    Example:
    ```mlir
    launch.check multiple_of %h, %hk, "expected the heads of 'q' to be a multiple of the heads of 'k'"
    ```
  }];
  let arguments = (ins Launch_RelationAttr:$relation, Index:$left, Index:$right, StrAttr:$message);
  let assemblyFormat = "`` $relation $left `,` $right `,` $message attr-dict";
  let hasVerifier = 1;
}

def Launch_ExpectOp : Launch_Op<"expect", [HasParent<"EntryOp">, AttrSizedOperandSegments]> {
  let summary = "What an argument's values or memory promise beyond its type";
  let description = [{
    - `lengths bound(%n)`: i32 or i64, each in [0, n].
    - `cumulative bound(%n)`: rank 1, starts at 0, never decreases, ends at most at n.
    - `indices(%counts) bound(%n)`: along the last dim the first `counts` entries lie in [0, n), none twice; counts is
      another argument of one rank less, itself `lengths`.
    - `may_alias`: results may overlap the argument.
    - `any_inner_stride`: the last dim's stride need not be 1.
    - `boolean`: the bytes are truth values; the caller passes a boolean tensor.

    Several promises about one argument are several ops.

    Example:
    ```mlir
    launch.expect %cu cumulative bound(%tokens) : memref<?xi32>
    launch.expect %idx indices(%counts) bound(%blocks) : memref<?x?x?x?xi32>, memref<?x?x?xi32>
    ```
  }];
  let arguments = (ins AnyMemRef:$argument, Launch_PromiseAttr:$promise, Optional<AnyMemRef>:$counts,
                       Optional<Index>:$bound);
  let assemblyFormat = [{
    $argument `` $promise (`(` $counts^ `)`)? (`bound` `(` $bound^ `)`)? attr-dict
    `:` type($argument) (`,` type($counts)^)?
  }];
  let hasVerifier = 1;
}

def Launch_YieldOp : Launch_Op<"yield", [Terminator, ReturnLike, HasParent<"EntryOp">, AttrSizedOperandSegments]> {
  let summary = "Ends a contract: extents of all results one after another, bytes of workspace";
  let description = [{
    Example:
    ```mlir
    launch.yield shapes(%b, %h, %m, %d, %b, %h, %m) workspace(%bytes)
    ```
  }];
  let arguments = (ins Variadic<Index>:$shapes, Optional<Index>:$workspace);
  let assemblyFormat = "`shapes` `(` $shapes `)` (`workspace` `(` $workspace^ `)`)? attr-dict";
  let hasVerifier = 1;
}
