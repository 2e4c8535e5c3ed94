// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A device function in a form that runs fast: a list of instructions on numbered registers.
#pragma once

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Operation.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Allocator.h"
#include <vector>

namespace attn::cuda::simulator {

constexpr unsigned kLanes = 32;
constexpr uint32_t kAllLanes = 0xffffffff;

class Warp;
struct Instruction;

/// What a warp does after an instruction: go on, try the same again later, end, or stop with an error.
enum class Step { next, wait, end, failed };
using Handler = Step (*)(Warp &, const Instruction &);

/// Registers are named by their first byte in the warp's file. One holds 32 lanes of 4 or 8 bytes: i64, index, f64
/// and addresses of global memory take 8, everything else 4; narrow integers are extended by zeros, 16-bit floats are
/// bits.
struct Instruction {
  Handler handler;
  uint32_t result = 0, a = 0, b = 0, c = 0;
  uint32_t guard = 0; ///< a predicate, lane by lane; 0: none
  int64_t number = 0, other = 0;
  bool isProduct = false;                  ///< checks itself what products in flight write
  llvm::ArrayRef<uint32_t> registers = {}; ///< further ones, owned by the program
  mlir::Operation *op = nullptr;
};

/// A register that holds one number, which is known at a launch alone.
struct Patch {
  uint32_t place; ///< in the image
  int64_t bytes;  ///< of the constant array of zeros whose address it is; 0: of a parameter
};

struct DecodedFunction {
  std::vector<Instruction> code;
  /// How registers look when a warp starts; the last are constants.
  std::vector<uint8_t> image;
  std::vector<Patch> parameters, zeros;
  unsigned warps = 0;
  int64_t sharedBytes = 0, argumentBytes = 0;
  bool isPersistent = false;
  bool waitsForLaunch = false; ///< for the launch before it, which it may overlap
  mlir::ArrayAttr descriptors;
  llvm::BumpPtrAllocator memory;
};

} // namespace attn::cuda::simulator
