// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Panels: what holds for all of them, and which tiles they hold.
#include "lib/Target/CUDA/Instructions.h"
#include "mlir/IR/Diagnostics.h"

using namespace mlir;

namespace attn::cuda {

/// Rows of a block of matrix loads, to which the rows of a panel are rounded up.
constexpr int64_t matrixRows = 16;

/// Bytes of a row of a panel.
constexpr int64_t rowBytes = 128;

/// Rows and panels of a layout, far beyond any shared memory.
constexpr int64_t mostRows = 1 << 16, mostPanels = 1 << 16;

static int64_t bytesOf(Type element) { return llvm::divideCeil(element.getIntOrFloatBitWidth(), 8); }

bool PanelsAttr::holds(Type element) { return element.isIntOrFloat() && element.getIntOrFloatBitWidth() % 8 == 0; }

PanelsAttr PanelsAttr::of(RankedTensorType tile) {
  int64_t rows = llvm::alignTo(tile.getDimSize(0), matrixRows);
  int64_t panels = llvm::divideCeil(tile.getDimSize(1) * bytesOf(tile.getElementType()), rowBytes);
  return get(tile.getContext(), rowBytes, rows, panels);
}

int64_t PanelsAttr::getPanelCols(Type element) const { return getSwizzle() / bytesOf(element); }

LogicalResult PanelsAttr::verify(llvm::function_ref<InFlightDiagnostic()> emitError, int64_t swizzle, int64_t rows,
                                 int64_t panels) {
  if (swizzle != rowBytes)
    return emitError() << "expects rows and a pattern of " << rowBytes << " bytes, but got " << swizzle;
  if (rows < 1 || rows > mostRows || rows % matrixRows != 0)
    return emitError() << "expects a multiple of " << matrixRows << " rows, up to " << mostRows << ", but got " << rows;
  if (panels < 1 || panels > mostPanels)
    return emitError() << "expects 1 to " << mostPanels << " panels, but got " << panels;
  return success();
}

std::string PanelsAttr::findMisfit(RankedTensorType tile) const {
  std::string reason;
  llvm::raw_string_ostream text(reason);
  if (!holds(tile.getElementType())) {
    text << "holds integers and floats of whole bytes, but the tile is of " << tile.getElementType();
    return reason;
  }
  int64_t cols = getPanels() * getPanelCols(tile.getElementType());
  if (tile.getDimSize(0) > getRows())
    text << "has " << getRows() << " rows, but the tile has " << tile.getDimSize(0);
  else if (tile.getDimSize(1) > cols)
    text << "has " << cols << " columns of " << tile.getElementType() << ", but the tile has " << tile.getDimSize(1);
  return reason;
}

} // namespace attn::cuda
