// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Entries with kernels written by hand as functions, compiled and opened in the runtime.
#pragma once

#include "attn-rt/runtime.h"
#include "attn/Compiler.h"
#include <string>
#include <vector>

namespace attn::test {

/// scaled(x: Mx8xf32, n: index, by: f32) -> o: Mx8xf32: o = by * x + (the sum of a workspace row of n, filled with 0.5)
/// typed(flag: i1, b: bf16 scalar, small: i32, d: f64, on: bool tensor Mxi8) -> o: 5xf64: what the kernel got
/// level() -> o: 1xi32: which variant ran
/// repeated(n: index, x: f32) -> o: f32 (rank 0): x doubled n times, or tripled once where n = 0
/// listed(counts: HxRxi32, indices: HxRxLxi32, cu: Sxi32) -> (): promises about values
/// formulas(a, b: index) -> o: extents by every operation of a contract
extern const char *const entries;

/// Code of a module of entries, from source to a manifest that the runtime has opened.
class Library {
public:
  Library(const char *driver, const std::string &source = entries);
  ~Library();
  attn_context *context = nullptr;
  attn_library *library = nullptr;
  const attn_manifest *manifest() const { return code ? code->manifest() : nullptr; }
  /// Why the library could not be made; empty if it was.
  std::string error;

private:
  std::unique_ptr<attn::Executable> code;
};

/// A strided tensor that owns its bytes.
template <typename T> struct Tensor {
  Tensor(DLDataType type, std::vector<int64_t> shape, std::vector<T> values, std::vector<int64_t> strides = {})
      : values(std::move(values)), shape(std::move(shape)), strides(std::move(strides)) {
    view = {this->values.data(), {kDLCPU, 0}, int32_t(this->shape.size()), type, this->shape.data(),
            this->strides.empty() ? nullptr : this->strides.data(), 0};
  }
  Tensor(const Tensor &) = delete;
  std::vector<T> values;
  std::vector<int64_t> shape, strides;
  DLTensor view;
};

constexpr DLDataType f32 = {kDLFloat, 32, 1}, f64 = {kDLFloat, 64, 1}, bf16 = {kDLBfloat, 16, 1},
                     i64 = {kDLInt, 64, 1}, i32 = {kDLInt, 32, 1}, boolean = {kDLBool, 8, 1};

/// Finds an entry and calls it; the status is returned, the message stays in the context.
attn_status call(Library &library, const char *entry, std::vector<const DLTensor *> arguments,
                 std::vector<DLTensor *> results);

/// The extents of a result for these arguments; empty where they are refused.
std::vector<int64_t> shapeOf(Library &library, const char *entry, std::vector<const DLTensor *> arguments,
                             size_t rank, size_t result = 0);

} // namespace attn::test
