// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Parses, evaluates and compares for the oracle's tests.
#include "test/unit/Reference/Programs.h"
#include "dialects/Attn/AttnOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Parser/Parser.h"

#include <gtest/gtest.h>

using namespace mlir;
using namespace attn::reference;
using namespace attn::reference::test;

std::string Variant::text() const {
  std::string compute = element == "f64" ? "f64" : "f32", rows = "tensor<?x?x?x" + compute + ">", scores = "%s";
  std::string text = "!tokens = tensor<?x?x?x?x" + element + ">\n!scores = !attn.scores<?x?x?x?x" + compute +
                     ">\n!weights = !attn.weights<?x?x?x?x" + compute + ">\n" + before +
                     "func.func @f(%q: !tokens, %k: !tokens, %v: !tokens" + arguments + ") -> (!tokens" +
                     (lse ? ", " + rows : "") + ") {\n  %s = attn.score %q, %k domain(" + domain + ") " + scale +
                     " : (!tokens, !tokens" + domainTypes + ") -> !scores\n";
  if (!modify.empty()) {
    text += "  %sy = attn.modify %s : (!scores) -> !scores {\n  ^bb0(%x: " + compute +
            ", %b: index, %h: index, %i: index, %j: index):\n" + modify + "\n    attn.yield %y : " + compute +
            "\n  }\n";
    scores = "%sy";
  }
  if (!mask.empty()) {
    text += mask + "\n  %sm = attn.mask " + scores + ", %mask : !scores\n";
    scores = "%sm";
  }
  text += "  %w" + std::string(lse ? ", %lse" : "") + " = attn.normalize " + scores + " " + normalizer +
          " : (!scores" + normalizerTypes + ") -> " + (lse ? "(!weights, " + rows + ")" : "!weights") + "\n";
  text += "  %o = attn.apply %w, %v : (!weights, !tokens) -> !tokens\n  return %o";
  return text + (lse ? ", %lse : !tokens, " + rows : " : !tokens") + "\n}\n";
}

Outcome attn::reference::test::evaluateText(const std::string &text, const Tensors &arguments,
                                            const Options &options, void (*extend)(DialectRegistry &)) {
  DialectRegistry registry;
  if (extend)
    extend(registry);
  registry.insert<attn::AttnDialect, arith::ArithDialect, func::FuncDialect, linalg::LinalgDialect, math::MathDialect,
                  scf::SCFDialect, tensor::TensorDialect>();
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  std::string diagnostics;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    llvm::raw_string_ostream(diagnostics) << diagnostic << '\n';
    return success();
  });
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, &context, "program.mlir");
  if (!module)
    return {{}, "parse: " + diagnostics};
  func::FuncOp last;
  for (auto function : module->getOps<func::FuncOp>())
    last = function;
  llvm::Expected<Tensors> results = evaluate(last, arguments, options);
  if (!results)
    return {{}, llvm::toString(results.takeError())};
  return {std::move(*results), ""};
}

Tensors attn::reference::test::evaluateOrFail(const std::string &text, const Tensors &arguments, size_t count,
                                              const Options &options, void (*extend)(DialectRegistry &)) {
  Outcome outcome = evaluateText(text, arguments, options, extend);
  EXPECT_EQ(outcome.error, "");
  EXPECT_EQ(outcome.results.size(), count);
  outcome.results.resize(count);
  return outcome.results;
}

std::string attn::reference::test::replaced(std::string text, const std::string &from, const std::string &to) {
  size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  for (; at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

HostTensor attn::reference::test::generated(std::vector<int64_t> shape,
                                            const std::function<double(const std::vector<int64_t> &)> &value,
                                            Element element) {
  HostTensor tensor(element, shape);
  std::vector<int64_t> indices(shape.size());
  for (int64_t number = 0; number < tensor.size(); ++number) {
    int64_t rest = number;
    for (size_t dim = shape.size(); dim-- > 0; rest /= shape[dim])
      indices[dim] = rest % shape[dim];
    tensor.values[number] = value(indices);
  }
  tensor.round();
  return tensor;
}

HostTensor attn::reference::test::random(std::vector<int64_t> shape, uint32_t seed, Element element) {
  uint64_t state = seed * 2654435761u + 12345;
  return generated(
      std::move(shape),
      [&](const std::vector<int64_t> &) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        return static_cast<double>(state >> 33) / static_cast<double>(1u << 29) - 2.0;
      },
      element);
}

HostTensor attn::reference::test::filled(std::vector<int64_t> shape, double value, Element element) {
  return HostTensor(element, std::move(shape), value);
}

HostTensor attn::reference::test::integers(std::vector<double> values) {
  int64_t count = static_cast<int64_t>(values.size());
  return HostTensor(Element::i32, {count}, std::move(values));
}

HostTensor attn::reference::test::tokens(const HostTensor &tensor, int64_t begin, int64_t end) {
  std::vector<int64_t> shape = tensor.shape;
  shape[2] = end - begin;
  return generated(
      shape,
      [&](std::vector<int64_t> indices) {
        indices[2] += begin;
        return tensor.values[tensor.offset(indices.data())];
      },
      Element::f64);
}

attn::rt::Comparison attn::reference::test::compare(const HostTensor &got, const HostTensor &wanted,
                                                    attn::rt::Tolerance tolerance) {
  auto array = [&](const HostTensor &tensor) {
    attn::rt::Array made = std::move(*attn::rt::Array::make(attn::rt::Element::F64, tensor.shape));
    for (int64_t number = 0; number < tensor.size(); ++number)
      made.set(number, attn::rt::Number::ofReal(tensor.values[number]));
    return made;
  };
  HostTensor left = got, right = wanted;
  for (int64_t number = 0; number < std::min(left.size(), right.size()); ++number)
    if (left.isUnspecified(number) || right.isUnspecified(number))
      left.values[number] = right.values[number] = 0;
  return attn::rt::compareArrays(array(left), array(right), tolerance);
}

void attn::reference::test::expectClose(const HostTensor &got, const HostTensor &wanted, double tolerance) {
  attn::rt::Comparison comparison = compare(got, wanted, {tolerance, tolerance});
  EXPECT_TRUE(comparison.passed) << comparison.text;
}
