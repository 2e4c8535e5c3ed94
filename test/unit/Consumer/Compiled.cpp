// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A mask and a normalizer of another dialect, compiled and run: no pass knows them; the results are what they mean.
#include "attn-rt/runtime.h"
#include "attn/Compiler.h"
#include "lib/Reference/Evaluate.h"
#include "mlir/Parser/Parser.h"
#include "test/Consumer/Consumer.h"
#include "gtest/gtest.h"

#include <cmath>

using namespace attn;
using reference::Element;
using reference::HostTensor;

namespace {

constexpr int64_t heads = 2, queries = 37, keys = 70, size = 32;

/// Numbers from -1 to 1 that a seed fixes.
HostTensor numbers(std::vector<int64_t> shape, uint32_t seed) {
  HostTensor tensor(Element::f32, std::move(shape));
  for (double &value : tensor.values) {
    seed = seed * 1664525u + 1013904223u;
    value = double(int32_t(seed)) / 2147483648.0;
  }
  tensor.round();
  return tensor;
}

/// The tensor's numbers in its own storage type, as the runtime takes them.
struct Buffer {
  explicit Buffer(const HostTensor &from) : shape(from.shape), strides(from.shape.size(), 1) {
    bool isFloat = from.element == Element::f32;
    for (double value : from.values) {
      floats.push_back(static_cast<float>(value));
      integers.push_back(static_cast<int32_t>(value));
    }
    for (size_t n = shape.size(); n-- > 1;)
      strides[n - 1] = strides[n] * shape[n];
    tensor = {isFloat ? static_cast<void *>(floats.data()) : integers.data(),
              {kDLCPU, 0},
              static_cast<int32_t>(shape.size()),
              {static_cast<uint8_t>(isFloat ? kDLFloat : kDLInt), 32, 1},
              shape.data(),
              strides.data(),
              0};
  }
  Buffer(const Buffer &) = delete;

  std::vector<int64_t> shape, strides;
  std::vector<float> floats;
  std::vector<int32_t> integers;
  DLTensor tensor;
};

/// Compiles the module's function @f, calls it and returns O.
HostTensor compileAndRun(Compiler &compiler, mlir::ModuleOp module, const std::vector<HostTensor> &arguments) {
  HostTensor output(Element::f32, {1, heads, queries, size});
  llvm::Expected<Executable> code = compiler.compile(module, {});
  if (!code) {
    ADD_FAILURE() << llvm::toString(code.takeError());
    return output;
  }
  std::vector<std::unique_ptr<Buffer>> buffers;
  std::vector<const DLTensor *> args;
  for (const HostTensor &argument : arguments)
    args.push_back(&buffers.emplace_back(std::make_unique<Buffer>(argument))->tensor);
  Buffer out(output);
  DLTensor *results[] = {&out.tensor};
  attn_context *context = nullptr;
  attn_library *library = nullptr;
  attn_entry *entry = nullptr;
  EXPECT_EQ(attn_context_create("cpu", &context), ATTN_OK);
  EXPECT_EQ(attn_library_open_manifest(context, code->manifest(), &library), ATTN_OK) << attn_last_message(context);
  EXPECT_EQ(attn_library_find(context, library, "f", &entry), ATTN_OK) << attn_last_message(context);
  EXPECT_EQ(attn_call(context, entry, args.data(), args.size(), results, 1, nullptr, 0, nullptr), ATTN_OK)
      << attn_last_message(context);
  attn_library_close(library);
  attn_context_destroy(context);
  output.values.assign(out.floats.begin(), out.floats.end());
  return output;
}

std::string program(const std::string &arguments, const std::string &mask, const std::string &normalizer,
                    const std::string &captured) {
  return "!t = tensor<1x2x?x32xf32>\n!s = !attn.scores<1x2x?x?xf32>\n!w = !attn.weights<1x2x?x?xf32>\n"
         "func.func @f(%q: !t, %k: !t, %v: !t" + arguments + ") -> !t {\n"
         "  %s = attn.score %q, %k domain(align = bottom_right) : (!t, !t) -> !s\n  " + mask + "\n"
         "  %m = attn.mask %s, %mask : !s\n"
         "  %w = attn.normalize %m with(" + normalizer + " : (!s" + captured + ") -> !w\n"
         "  %o = attn.apply %w, %v : (!w, !t) -> !t\n  return %o : !t\n}\n";
}

/// Runs a program both ways and compares every element of O with the formula's.
void expectFormula(const std::string &text, std::vector<HostTensor> arguments,
                   llvm::function_ref<bool(int64_t i, int64_t j)> contains,
                   llvm::function_ref<double(int64_t h, double score, double most)> weight) {
  mlir::DialectRegistry registry;
  registry.insert<consumer::ConsumerDialect>();
  mlir::MLIRContext context(registry, mlir::MLIRContext::Threading::DISABLED);
  Compiler compiler(context);
  auto module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
  ASSERT_TRUE(module);
  HostTensor got = compileAndRun(compiler, *module, arguments);
  auto function = *module->getOps<mlir::func::FuncOp>().begin();
  llvm::Expected<std::vector<HostTensor>> oracle = reference::evaluate(function, arguments);
  ASSERT_TRUE(bool(oracle)) << llvm::toString(oracle.takeError());
  const HostTensor &q = arguments[0], &k = arguments[1], &v = arguments[2];
  for (int64_t h = 0; h < heads; ++h)
    for (int64_t row = 0; row < queries; ++row) {
      std::vector<double> scores(keys), sum(size);
      double most = -INFINITY, total = 0;
      int64_t i = row + keys - queries;
      for (int64_t j = 0; j < keys; ++j) {
        for (int64_t d = 0; d < size; ++d)
          scores[j] += q.at({0, h, row, d}) * k.at({0, h, j, d}) / std::sqrt(double(size));
        if (contains(i, j))
          most = std::max(most, scores[j]);
      }
      for (int64_t j = 0; j < keys; ++j) {
        if (!contains(i, j))
          continue;
        double w = weight(h, scores[j], most);
        total += w;
        for (int64_t d = 0; d < size; ++d)
          sum[d] += w * v.at({0, h, j, d});
      }
      for (int64_t d = 0; d < size; ++d) {
        double wanted = total == 0 ? 0 : sum[d] / total;
        ASSERT_NEAR((*oracle)[0].at({0, h, row, d}), wanted, 1e-12) << h << " " << row << " " << d;
        ASSERT_NEAR(got.at({0, h, row, d}), wanted, 1e-5) << h << " " << row << " " << d;
      }
    }
}

std::vector<HostTensor> tokens() {
  std::vector<int64_t> shape = {1, heads, keys, size};
  return {numbers({1, heads, queries, size}, 1), numbers(shape, 2), numbers(shape, 3)};
}

double taylor(int64_t, double score, double) { return 1 + score + score * score / 2; }

} // namespace

TEST(Consumer, mask_in_closed_form_and_normalizer_without_reference) {
  expectFormula(program("", "%mask = consumer.chunk 13", "#consumer.taylor)", ""), tokens(),
                [](int64_t i, int64_t j) { return i / 13 == j / 13; }, taylor);
}

TEST(Consumer, masks_combine_with_built_in_ones) {
  std::string mask = "%a = consumer.chunk 13\n  %b = attn.window left = 5 right = 2\n  %n = attn.not %a\n"
                     "  %c = attn.sink 3\n  %d = attn.and %n, %b\n  %mask = attn.or %c, %d";
  expectFormula(program("", mask, "#consumer.taylor)", ""), tokens(),
                [](int64_t i, int64_t j) { return j < 3 || (i / 13 != j / 13 && j >= i - 5 && j <= i + 2); }, taylor);
}

TEST(Consumer, normalizer_with_reference_and_captured_tensor) {
  std::vector<HostTensor> arguments = tokens();
  HostTensor temperatures(Element::f32, {heads}, std::vector<double>{0.5, 3.0});
  arguments.push_back(temperatures);
  expectFormula(program(", %t: tensor<2xf32>", "%mask = attn.causal", "#consumer.power_of_two)(%t)", ", tensor<2xf32>"),
                arguments, [](int64_t i, int64_t j) { return j <= i; },
                [&](int64_t h, double score, double most) {
                  return std::exp2(temperatures.values[h] * (score - most));
                });
}
