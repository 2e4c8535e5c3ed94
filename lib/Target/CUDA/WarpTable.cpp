// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Products of one warp: 16 rows by 8 columns. They take any sizes, since what is left over is contracted with zeros.
#include "lib/Target/CUDA/InstructionTables.h"
#include "lib/Target/CUDA/Instructions.h"

using namespace mlir;

namespace attn::cuda {
namespace {

class WarpTable final : public target::InstructionTable {
public:
  StringRef name() const override { return "warp"; }

  SmallVector<tile::InstructionAttrInterface> rows(const tile::Product &product) const override {
    MLIRContext *context = product.result.getContext();
    auto row = [&](int64_t depth, Type type, int64_t products) {
      return MmaAttr::get(context, 16, 8, depth, type, products, tile::Home::either);
    };
    return {row(16, BFloat16Type::get(context), 1), row(16, Float16Type::get(context), 1),
            row(8, FloatTF32Type::get(context), 3)};
  }

  bool holds(tile::InstructionAttrInterface instruction) const override { return isa<MmaAttr>(instruction); }
};

} // namespace

const target::InstructionTable &warpTable() {
  static const WarpTable table;
  return table;
}

} // namespace attn::cuda
