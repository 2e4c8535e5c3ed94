// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Products of four warps: 64 rows by all columns of the result, in steps of 16 contracted elements of 16 bits. They run
// beside other work, so they come first where they fit; b, and a where it can, comes from the slots of bulk copies.
#include "lib/Target/CUDA/InstructionTables.h"
#include "lib/Target/CUDA/Instructions.h"

using namespace mlir;

namespace attn::cuda {
namespace {

constexpr int64_t tileRows = 64, depth = 16, colStep = 8, mostCols = 256;

class WarpgroupTable final : public target::InstructionTable {
public:
  StringRef name() const override { return "warpgroup"; }

  SmallVector<tile::InstructionAttrInterface> rows(const tile::Product &product) const override {
    MLIRContext *context = product.result.getContext();
    int64_t cols = std::clamp(product.result.getDimSize(1) / colStep * colStep, colStep, mostCols);
    SmallVector<tile::InstructionAttrInterface> all;
    for (Type type : {Type(BFloat16Type::get(context)), Type(Float16Type::get(context))})
      all.push_back(WgmmaAttr::get(context, tileRows, cols, depth, type, tile::Home::either));
    return all;
  }

  bool holds(tile::InstructionAttrInterface instruction) const override { return isa<WgmmaAttr>(instruction); }
};

} // namespace

const target::InstructionTable &warpgroupTable() {
  static const WarpgroupTable table;
  return table;
}

} // namespace attn::cuda
