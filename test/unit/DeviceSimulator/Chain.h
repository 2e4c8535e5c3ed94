// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Two products after each other, over blocks of keys, at any shape.
#pragma once

#include "test/unit/DeviceSimulator/Kernel.h"

namespace attn::cuda::simulator {

/// o = (q k^T) v over blocks of `cols` keys; `kTurned` and `vTurned`: the operand lies transposed in memory.
struct Chain {
  int64_t rows, cols, depth, width;
  bool kTurned, vTurned;
  const char *type;
  const char *result = "f32";
  int64_t resultRows = 0; ///< of the memory that is stored to; 0: all

  std::string name() const {
    return std::to_string(rows) + " rows, " + std::to_string(cols) + " keys, " + std::to_string(depth) + " and " +
           std::to_string(width) + " columns" + (kTurned ? ", k turned" : "") + (vTurned ? ", v turned " : " ") +
           type;
  }

  Kernel kernel(int64_t keys) const {
    std::string t = type, m = memrefType(t), out = tileType(rows, width, "f32"), s = tileType(rows, cols, "f32");
    auto block = [&](const char *name, const char *from, bool turned, int64_t other) {
      return std::string("%") + name + " = tile.load %" + from + (turned ? "[%c0, %n]" : "[%n, %c0]") +
             " dims = [0, 1] : " + m + " -> " + (turned ? tileType(other, cols, t) : tileType(cols, other, t)) + "\n";
    };
    std::string kTile = kTurned ? tileType(depth, cols, t) : tileType(cols, depth, t);
    std::string vTile = vTurned ? tileType(width, cols, t) : tileType(cols, width, t);
    Kernel made;
    made.body = load("q", "a0", rows, depth, t) + "%zero = arith.constant dense<0.0> : " + out +
                "\n%c1 = arith.constant 1 : index\n%cols = arith.constant " + std::to_string(cols) +
                " : index\n%keys = memref.dim %a1, " + (kTurned ? "%c1" : "%c0") + " : " + m +
                "\n%count = arith.ceildivui %keys, %cols : index\n" +
                "%o = scf.for %i = %c0 to %count step %c1 iter_args(%acc = %zero) -> (" + out + ") {\n" +
                "%n = arith.muli %i, %cols : index\n" + block("k", "a1", kTurned, depth) +
                block("v", "a2", vTurned, width) + "%s = tile.mma %q, %k" + (kTurned ? "" : " {transB}") + " : " +
                tileType(rows, depth, t) + ", " + kTile + " -> " + s + "\n%p = arith.truncf %s : " + s + " to " +
                tileType(rows, cols, t) + "\n%next = tile.mma %p, %v, %acc" + (vTurned ? " {transB}" : "") + " : " +
                tileType(rows, cols, t) + ", " + vTile + ", " + out + " -> " + out + "\nscf.yield %next : " + out +
                "\n}\n";
    bool narrows = std::string(result) != "f32";
    if (narrows)
      made.body += "%n = arith.truncf %o : " + out + " to " + tileType(rows, width, result) + "\n";
    made.body += store(narrows ? "n" : "o", "r0", rows, width, result);
    auto element = elementOf(type);
    made.arguments = {signs(element, rows, depth, 1),
                      kTurned ? signs(element, depth, keys, 2) : signs(element, keys, depth, 2),
                      vTurned ? signs(element, width, keys, 3) : signs(element, keys, width, 3)};
    made.results = {nothing(elementOf(result), resultRows ? resultRows : rows, width)};
    return made;
  }
};

/// Both forms of the lowering.
inline void addOverlapped(mlir::OpPassManager &passes) {
  cuda::buildOverlapPipeline(passes);
  cuda::buildTileToDevicePipeline(passes);
  addCleanup(passes);
}
inline void addValueForm(mlir::OpPassManager &passes) {
  cuda::buildValuePipeline(passes);
  cuda::buildTileToDevicePipeline(passes);
  addCleanup(passes);
}

} // namespace attn::cuda::simulator
