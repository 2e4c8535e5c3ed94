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

/// A function @f(%q, %k, %v, more arguments) of one chain on tensors of any size, which returns O and, where the
/// normalizer has one, the LSE. Each member is a piece of its text.
struct Variant {
  std::string element = "f32";
  std::string domain = "align = bottom_right";
  std::string domainTypes = "";
  /// Attributes of the score, such as "{scale = 1.0 : f32}".
  std::string scale = "";
  /// More arguments, such as ", %slopes: tensor<?xf32>".
  std::string arguments = "";
  /// Ops of a score region that make %y of %x, %b, %h, %i, %j.
  std::string modify = "";
  /// Ops that make %mask.
  std::string mask = "";
  std::string normalizer = "softmax";
  std::string normalizerTypes = "";
  bool lse = true;
  /// Ops of the module before the function.
  std::string before = "";

  std::string text() const;
};

/// What an evaluation gave: results, or why there are none.
struct Outcome {
  Tensors results;
  std::string error;
};

/// Parses a module and evaluates its last function. Text that does not parse or verify is an error that begins with
/// "parse: ". `extend` adds dialects.
Outcome evaluateText(const std::string &text, const Tensors &arguments, const Options &options = {},
                     void (*extend)(mlir::DialectRegistry &) = nullptr);

/// The same where success is expected: fails the test otherwise, and returns `count` tensors in any case.
Tensors evaluateOrFail(const std::string &text, const Tensors &arguments, size_t count = 1,
                       const Options &options = {}, void (*extend)(mlir::DialectRegistry &) = nullptr);

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
