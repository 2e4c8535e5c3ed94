// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What stands in a body: kernel, workspace, fill.

def Launch_KernelOp : Launch_Op<"kernel", [AttrSizedOperandSegments,
    DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "Runs a kernel once for every point of a grid";
  let description = [{
    Ordered after everything before it. The callee is a kernel that knows its grid (LaunchableOpInterface), or a
    function over the same operands, then x, y, z: index and scratch: memref<?xi8>. Without a grid the callee's own is
    meant; `--launch-inline-grids` writes it here.

    Example:
    ```mlir
    launch.kernel @attend grid(%gx, %gy, %gz) (%q, %o) : memref<?x64xf32>, memref<?x64xf32>
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$callee, Variadic<Index>:$grid, Variadic<AnyType>:$arguments);
  let assemblyFormat = [{
    $callee (`grid` `(` $grid^ `)` ` `) : (``)? `(` $arguments `)` attr-dict (`:` type($arguments)^)?
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// How many dims a grid has.
    static constexpr unsigned gridRank = 3;
  }];
}

def Launch_WorkspaceOp : Launch_Op<"workspace", [AttrSizedOperandSegments]> {
  let summary = "A dense row-major piece of the call's one workspace";
  let description = [{
    `sizes` are the dynamic extents of the result. Contents are undefined at first; the piece lives until the body ends.
    `--launch-plan-workspace` gives it its byte offset and the contract the total.

    Example:
    ```mlir
    %part = launch.workspace(%splits, %m) : memref<?x?xf32>
    ```
  }];
  let arguments = (ins Variadic<Index>:$sizes, Optional<Index>:$offset);
  let results = (outs Res<AnyMemRef, "the piece", [MemAlloc]>:$memref);
  let assemblyFormat = "`` `(` $sizes `)` (`offset` `(` $offset^ `)`)? attr-dict `:` type($memref)";
  let hasVerifier = 1;
}

def Launch_FillOp : Launch_Op<"fill"> {
  let summary = "Sets every element of a dense buffer";
  let description = [{
    Example:
    ```mlir
    launch.fill %part, %zero : memref<?x?xf32>, f32
    ```
  }];
  let arguments = (ins Arg<AnyMemRef, "the buffer", [MemWrite]>:$target, AnyType:$value);
  let assemblyFormat = "$target `,` $value attr-dict `:` type($target) `,` type($value)";
  let hasVerifier = 1;
}
