// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Programs as text, their arguments, and what the oracle makes of them.
#pragma once

#include "lib/Reference/Evaluate.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "runtime/support/Compare.h"

#include <functional>
#include <string>
#include <vector>

namespace attn::reference::test {

using Tensors = std::vector<HostTensor>;

/// What an evaluation gave: results, or why there are none.
struct Outcome {
  Tensors results;
  std::string error;
};

/// Parses a module and evaluates its last function. Text that does not parse or verify is an error that begins with
/// "parse: ".
Outcome evaluateText(const std::string &text, const Tensors &arguments, const Options &options = {});

/// The same where success is expected: fails the test otherwise, and returns `count` tensors in any case.
Tensors evaluateOrFail(const std::string &text, const Tensors &arguments, size_t count = 1,
                       const Options &options = {});

/// Text with every occurrence of `from` replaced; fails the test where there is none.
std::string replaced(std::string text, const std::string &from, const std::string &to);

/// Numbers from about -2 to 2, the same for the same seed, rounded to the element.
HostTensor random(std::vector<int64_t> shape, uint32_t seed, Element element = Element::f32);
HostTensor filled(std::vector<int64_t> shape, double value, Element element = Element::f32);
HostTensor integers(std::vector<double> values);
/// A tensor whose elements are a function of their indices.
HostTensor generated(std::vector<int64_t> shape, const std::function<double(const std::vector<int64_t> &)> &value,
                     Element element = Element::f32);
/// Tokens [begin, end) of a tensor of tokens, or of its rows.
HostTensor tokens(const HostTensor &tensor, int64_t begin, int64_t end);

/// Compares as attn-run does, elements that are unspecified in either left out.
attn::rt::Comparison compare(const HostTensor &got, const HostTensor &wanted, attn::rt::Tolerance tolerance);
/// Expects the tensors to agree up to `tolerance`.
void expectClose(const HostTensor &got, const HostTensor &wanted, double tolerance = 1e-13);

} // namespace attn::reference::test
