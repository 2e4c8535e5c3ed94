// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The callable function and the end of its body.

def Launch_EntryOp : Launch_Op<"entry", [Symbol, IsolatedFromAbove,
    DeclareOpInterfaceMethods<OpAsmOpInterface, ["getAsmBlockArgumentNames"]>]> {
  let summary = "One callable function of a compiled library";
  let description = [{
    Destination passing: the caller hands over arguments and results. `contract` sees the arguments and is pure host
    arithmetic; it ends in `launch.yield` with the extents of every result and the bytes of workspace. `body` sees
    arguments and results and starts kernels in program order; arith, memref.dim, memref.cast and scf may stand around
    them. Arguments are memrefs, index, integer and float scalars. `arg_names` are the names in messages, arguments then
    results; they default to the SSA names.

    Example:
    ```mlir
    launch.entry @twice(%x: memref<?x64xf32, strided<[?, 1], offset: ?>>)
        results(%o: memref<?x64xf32, strided<[?, 1], offset: ?>>)
    contract {
      %c0 = arith.constant 0 : index
      %c64 = arith.constant 64 : index
      %m = memref.dim %x, %c0 : memref<?x64xf32, strided<[?, 1], offset: ?>>
      launch.yield shapes(%m, %c64)
    } body {
      launch.kernel @double(%x, %o) : memref<?x64xf32, strided<[?, 1], offset: ?>>,
                                      memref<?x64xf32, strided<[?, 1], offset: ?>>
      launch.return
    }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, OptionalAttr<StrArrayAttr>:$arg_names);
  let regions = (region SizedRegion<1>:$contract, SizedRegion<1>:$body);
  let builders = [OpBuilder<(ins "::llvm::StringRef":$name, "::mlir::TypeRange":$arguments,
                                 "::mlir::TypeRange":$results,
                                 CArg<"::llvm::ArrayRef<::llvm::StringRef>", "{}">:$names)>];
  let skipDefaultBuilders = 1;
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    unsigned getNumArguments() { return getContract().getNumArguments(); }
    unsigned getNumEntryResults() { return getBody().getNumArguments() - getNumArguments(); }
    /// The arguments as the contract sees them.
    ::mlir::Block::BlockArgListType getContractArguments() { return getContract().getArguments(); }
    /// The arguments and the results as the body sees them.
    ::mlir::Block::BlockArgListType getBodyArguments() {
      return getBody().getArguments().take_front(getNumArguments());
    }
    ::mlir::Block::BlockArgListType getBodyResults() { return getBody().getArguments().drop_front(getNumArguments()); }
    /// The name in messages of an argument or, counted on, of a result.
    ::std::string getArgumentName(unsigned number);
  }];
}

def Launch_ReturnOp : Launch_Op<"return", [Terminator, ReturnLike, HasParent<"EntryOp">]> {
  let summary = "Ends the body of an entry";
  let assemblyFormat = "attr-dict";
}
