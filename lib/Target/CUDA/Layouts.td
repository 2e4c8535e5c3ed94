// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How tiles lie in the shared memory of CUDA devices.
#ifndef CUDA_LAYOUTS_TD
#define CUDA_LAYOUTS_TD

include "dialects/Tile/TileInterfaces.td"
include "lib/Target/CUDA/CUDADialect.td"
include "mlir/IR/AttrTypeBase.td"

def CUDA_Panels : AttrDef<CUDA_Dialect, "Panels", [DeclareAttrInterfaceMethods<LayoutAttrInterface>]> {
  let summary = "Panels side by side, their rows permuted";
  let mnemonic = "panels";
  let description = [{
    A tile lies in `panels` panels, one behind the other, which take its columns in order. A panel has `rows` rows of
    `swizzle` bytes. Eight rows that follow each other have their 16-byte chunks permuted, so that one chunk of each can
    be read at once: chunk c of row r lies where chunk c xor (r mod 8) would, with rows of 128 bytes.

    Example: `#cuda.panels<swizzle = 128, rows = 64, panels = 2>`
  }];
  let parameters = (ins "int64_t":$swizzle, "int64_t":$rows, "int64_t":$panels);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// Panels that hold a tile.
    static PanelsAttr of(::mlir::RankedTensorType tile);
    /// Whether slots may hold elements of the type: integers and floats of whole bytes.
    static bool holds(::mlir::Type element);
    /// Columns of a panel, of a tile's elements.
    int64_t getPanelCols(::mlir::Type element) const;
    int64_t getPanelBytes() const { return getRows() * getSwizzle(); }
    int64_t getBytes() const { return getPanels() * getPanelBytes(); }
    /// Where the pattern of a panel begins again.
    int64_t getAlignment() const { return 8 * getSwizzle(); }
  }];
}

#endif
