// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Functions of the attn dialect through the compiler as a host uses it: one context, many threads, text and modules.
#include "attn/Compiler.h"

#include "attn-rt/runtime.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "gtest/gtest.h"

#include <cmath>
#include <thread>

using namespace attn;

namespace {

/// One key a query head of size 8: the output is the value, whatever the scores.
const char *const kPlain = R"(
!tokens = tensor<?x?x?x8xf32>
func.func @plain(%q: !tokens, %k: !tokens, %v: !tokens) -> !tokens {
  %s = attn.score %q, %k domain(align = bottom_right) : (!tokens, !tokens) -> !attn.scores<?x?x?x?xf32>
  %w = attn.normalize %s softmax : (!attn.scores<?x?x?x?xf32>) -> !attn.weights<?x?x?x?xf32>
  %o = attn.apply %w, %v : (!attn.weights<?x?x?x?xf32>, !tokens) -> !tokens
  return %o : !tokens
})";

std::string open(const std::string &text) {
  std::string result = text;
  result.replace(result.find("x8xf32"), 6, "x?xf32");
  return result;
}

template <typename T> std::string errorOf(llvm::Expected<T> result) {
  return result ? "" : llvm::toString(result.takeError());
}

/// Runs an entry of three tensors of 1x1xNx8 and returns the result.
std::vector<float> call(const Executable &executable, const char *name, int64_t queries, std::vector<float> keys,
                        std::vector<float> values) {
  attn_context *context = nullptr;
  attn_library *library = nullptr;
  attn_entry *entry = nullptr;
  std::vector<float> result(size_t(queries * 8), NAN), query(size_t(queries * 8), 1);
  EXPECT_EQ(attn_context_create("cpu", &context), ATTN_OK);
  EXPECT_EQ(attn_library_open_manifest(context, executable.manifest(), &library), ATTN_OK);
  EXPECT_EQ(attn_library_find(context, library, name, &entry), ATTN_OK) << attn_last_message(context);
  int64_t queryShape[] = {1, 1, queries, 8}, keyShape[] = {1, 1, int64_t(keys.size() / 8), 8};
  auto tensor = [](std::vector<float> &data, int64_t *shape) {
    return DLTensor{data.data(), {kDLCPU, 0}, 4, {kDLFloat, 32, 1}, shape, nullptr, 0};
  };
  DLTensor q = tensor(query, queryShape), k = tensor(keys, keyShape), v = tensor(values, keyShape);
  DLTensor o = tensor(result, queryShape);
  const DLTensor *args[] = {&q, &k, &v};
  DLTensor *results[] = {&o};
  EXPECT_EQ(attn_call(context, entry, args, 3, results, 1, nullptr, 0, nullptr), ATTN_OK)
      << attn_last_message(context);
  attn_library_close(library);
  attn_context_destroy(context);
  return result;
}

/// Softmax over scores 0 and ln 3 weighs the values 1/4 and 3/4.
void expectWeighs(const Executable &executable, const char *name = "plain") {
  std::vector<float> keys(16, 0), values(16, 0);
  for (int d = 0; d < 8; ++d) {
    keys[size_t(8 + d)] = float(std::log(3.0) * std::sqrt(8.0) / 8);
    values[size_t(d)] = 4;
    values[size_t(8 + d)] = 8;
  }
  for (float number : call(executable, name, 3, keys, values))
    EXPECT_NEAR(number, 7, 1e-5);
}

} // namespace

TEST(Attention, text_compiles_and_runs) {
  Compiler compiler;
  llvm::Expected<Executable> executable = compiler.compile(kPlain, "plain.mlir");
  ASSERT_TRUE(bool(executable)) << llvm::toString(executable.takeError());
  expectWeighs(*executable);
}

TEST(Attention, threads_share_a_compiler_and_get_their_own_errors) {
  Compiler compiler;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      std::string file = "thread" + std::to_string(t) + ".mlir";
      if (t % 2) {
        std::string error = errorOf(compiler.compile(open(kPlain), file));
        EXPECT_EQ(error.rfind(file + ":6:8: error: expects the head size of 'q' to be known", 0), 0u) << error;
        return;
      }
      llvm::Expected<Executable> executable = compiler.compile(kPlain, file);
      ASSERT_TRUE(bool(executable)) << llvm::toString(executable.takeError());
      expectWeighs(*executable);
    });
  for (std::thread &thread : threads)
    thread.join();
}

TEST(Attention, the_hosts_module_is_compiled_and_not_changed) {
  mlir::MLIRContext context;
  Compiler compiler(context);
  auto module = compiler.parse(kPlain, "host.mlir");
  ASSERT_TRUE(bool(module)) << llvm::toString(module.takeError());
  for (int i = 0; i < 2; ++i) {
    llvm::Expected<Executable> executable = compiler.compile(**module);
    ASSERT_TRUE(bool(executable)) << llvm::toString(executable.takeError());
    expectWeighs(*executable);
  }
  EXPECT_TRUE((*module)->lookupSymbol<mlir::func::FuncOp>("plain"));
}

TEST(Attention, versions_are_entries_of_their_own) {
  Compiler compiler;
  CompileOptions options;
  options.specialise = {"D=8", "D=16 type=bf16"};
  llvm::Expected<Executable> executable = compiler.compile(open(kPlain), "versions.mlir", options);
  ASSERT_TRUE(bool(executable)) << llvm::toString(executable.takeError());
  expectWeighs(*executable, "plain.D8");
  const attn_manifest *manifest = executable->manifest();
  ASSERT_EQ(manifest->nentries, 2);
  EXPECT_STREQ(manifest->entries[1].name, "plain.D16.bf16");
  EXPECT_EQ(manifest->entries[1].args[0].dtype.code, kDLBfloat);
  EXPECT_STREQ(manifest->entries[1].args[0].name, "q");
  EXPECT_STREQ(manifest->entries[1].results[0].name, "o");
}

TEST(Attention, every_level_is_input_again) {
  Compiler compiler;
  std::string text = kPlain;
  for (Emit emit : {Emit::attn, Emit::tile}) {
    CompileOptions options;
    options.emit = emit;
    llvm::Expected<Executable> lowered = compiler.compile(text, "level.mlir", options);
    ASSERT_TRUE(bool(lowered)) << llvm::toString(lowered.takeError());
    text = lowered->bytes().str();
    llvm::Expected<Executable> executable = compiler.compile(text, "level.mlir");
    ASSERT_TRUE(bool(executable)) << llvm::toString(executable.takeError());
    expectWeighs(*executable);
  }
}

TEST(Attention, remarks_reach_the_sink_with_the_users_location) {
  Compiler compiler;
  std::vector<std::string> remarks;
  compiler.setDiagnosticSink([&](mlir::Diagnostic &diagnostic) {
    if (diagnostic.getSeverity() == mlir::DiagnosticSeverity::Remark)
      remarks.push_back(diagnostic.str());
  });
  ASSERT_EQ(errorOf(compiler.compile(kPlain, "remarks.mlir")), "");
  bool saysSizes = false;
  for (const std::string &remark : remarks)
    saysSizes |= remark.find("[attn-to-tile] rows = ") == 0;
  EXPECT_TRUE(saysSizes);
}
