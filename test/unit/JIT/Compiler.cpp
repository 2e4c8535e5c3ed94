// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The compiler as a host uses it: input in, code that runs in this process out, errors with locations.
#include "attn/Compiler.h"

#include "attn-rt/runtime.h"
#include "llvm/Support/MemoryBuffer.h"
#include "gtest/gtest.h"

#include <thread>

using namespace attn;

namespace {

std::string readTwice() {
  auto buffer = llvm::MemoryBuffer::getFile(ATTN_SOURCE_DIR "/test/Integration/CPU/Inputs/twice.mlir");
  return buffer ? (*buffer)->getBuffer().str() : "";
}

CompileOptions lowLevel(Emit emit) {
  CompileOptions options;
  options.emit = emit;
  options.lowLevelInput = true;
  return options;
}

template <typename T> std::string errorOf(llvm::Expected<T> result) {
  return result ? "" : llvm::toString(result.takeError());
}

/// Doubles {1, 2, 3} through an opened library.
void expectDoubles(attn_context *context, attn_library *library) {
  attn_entry *entry = nullptr;
  ASSERT_EQ(attn_library_find(context, library, "twice", &entry), ATTN_OK) << attn_last_message(context);
  float x[] = {1, 2, 3}, y[] = {0, 0, 0};
  int64_t shape[] = {3}, strides[] = {1};
  DLTensor from{x, {kDLCPU, 0}, 1, {kDLFloat, 32, 1}, shape, strides, 0}, to = from;
  to.data = y;
  const DLTensor *args[] = {&from};
  DLTensor *results[] = {&to};
  ASSERT_EQ(attn_call(context, entry, args, 1, results, 1, nullptr, 0, nullptr), ATTN_OK) << attn_last_message(context);
  EXPECT_EQ(y[0], 2);
  EXPECT_EQ(y[1], 4);
  EXPECT_EQ(y[2], 6);
}

void expectRuns(const Executable &executable) {
  attn_context *context = nullptr;
  attn_library *library = nullptr;
  ASSERT_EQ(attn_context_create("cpu", &context), ATTN_OK);
  ASSERT_NE(executable.manifest(), nullptr);
  ASSERT_EQ(attn_library_open_manifest(context, executable.manifest(), &library), ATTN_OK)
      << attn_last_message(context);
  expectDoubles(context, library);
  attn_library_close(library);
  attn_context_destroy(context);
}

} // namespace

TEST(Compiler, jit_runs_a_hand_written_library) {
  Compiler compiler;
  llvm::Expected<Executable> executable = compiler.compile(readTwice(), "twice.mlir", lowLevel(Emit::jit));
  ASSERT_TRUE(bool(executable)) << llvm::toString(executable.takeError());
  expectRuns(*executable);
}

TEST(Compiler, code_outlives_the_compiler) {
  auto compiler = std::make_unique<Compiler>();
  llvm::Expected<Executable> executable = compiler->compile(readTwice(), "twice.mlir", lowLevel(Emit::jit));
  ASSERT_TRUE(bool(executable)) << llvm::toString(executable.takeError());
  compiler.reset();
  Executable moved = std::move(*executable);
  expectRuns(moved);
}

TEST(Compiler, several_threads_share_a_compiler) {
  Compiler compiler;
  std::string text = readTwice();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      if (t % 2) {
        std::string error = errorOf(compiler.compile("func.func @broken(", "broken.mlir", {}));
        EXPECT_NE(error.find("broken.mlir:1:"), std::string::npos) << error;
        return;
      }
      llvm::Expected<Executable> executable = compiler.compile(text, "twice.mlir", lowLevel(Emit::jit));
      ASSERT_TRUE(bool(executable)) << llvm::toString(executable.takeError());
      expectRuns(*executable);
    });
  for (std::thread &thread : threads)
    thread.join();
}

TEST(Compiler, object_and_library_are_elf_files) {
  Compiler compiler;
  for (Emit emit : {Emit::object, Emit::library}) {
    CompileOptions options = lowLevel(emit);
    options.cpu = "x86-64-v3";
    llvm::Expected<Executable> executable = compiler.compile(readTwice(), "twice.mlir", options);
    ASSERT_TRUE(bool(executable)) << llvm::toString(executable.takeError());
    EXPECT_TRUE(executable->bytes().starts_with("\x7f" "ELF"));
    EXPECT_EQ(executable->manifest(), nullptr);
  }
}

TEST(Compiler, the_host_keeps_its_context_and_hears_diagnostics) {
  mlir::MLIRContext context;
  Compiler compiler(context);
  std::vector<std::string> heard;
  mlir::ScopedDiagnosticHandler handler(&context, [&](mlir::Diagnostic &diagnostic) {
    heard.push_back(diagnostic.str());
    return mlir::success();
  });
  std::string error = errorOf(compiler.compile("func.func @f() { unknown.op }", "host.mlir", {}));
  EXPECT_NE(error.find("host.mlir:1:"), std::string::npos) << error;
  EXPECT_EQ(heard.size(), 1u);
  EXPECT_EQ(&compiler.context(), &context);
}

TEST(Compiler, the_sink_hears_diagnostics) {
  Compiler compiler;
  int count = 0;
  compiler.setDiagnosticSink([&](mlir::Diagnostic &) { ++count; });
  EXPECT_NE(errorOf(compiler.parse("func.func", "a.mlir")), "");
  EXPECT_EQ(count, 1);
}

TEST(Compiler, low_level_input_must_be_asked_for) {
  Compiler compiler;
  std::string error = errorOf(compiler.compile(readTwice(), "twice.mlir", {}));
  EXPECT_NE(error.find("expects no op of the dialect 'llvm', but got 'llvm.mlir.global'"), std::string::npos) << error;
}

TEST(Compiler, unknown_targets_and_cpus_are_refused) {
  Compiler compiler;
  CompileOptions options = lowLevel(Emit::object);
  options.cpu = "i386";
  EXPECT_EQ(errorOf(compiler.compile(readTwice(), "t", options)),
            "expects CPU to be x86-64-v3, x86-64-v4, x86-64-v4-bf16 or native, but got 'i386'");
  options = lowLevel(Emit::object);
  options.target = "tpu";
  EXPECT_EQ(errorOf(compiler.compile(readTwice(), "t", options)), "expects target cpu or cuda:CHIP, but got 'tpu'");
}

TEST(Compiler, a_compile_can_be_cancelled_or_late) {
  Compiler compiler;
  std::atomic<bool> cancelled{true};
  CompileOptions options = lowLevel(Emit::object);
  options.cancelled = &cancelled;
  EXPECT_EQ(errorOf(compiler.compile(readTwice(), "t", options)), "the compile was cancelled");
  options.cancelled = nullptr;
  options.deadline = std::chrono::milliseconds(-1);
  EXPECT_EQ(errorOf(compiler.compile(readTwice(), "t", options)),
            "the compile took longer than its deadline of -1 ms");
}

TEST(Compiler, a_library_calls_nothing_unknown) {
  Compiler compiler;
  std::string text = "llvm.func @elsewhere()\n"
                     "llvm.func @attn_manifest_v1() { llvm.call @elsewhere() : () -> () llvm.return }";
  CompileOptions options = lowLevel(Emit::library);
  EXPECT_EQ(errorOf(compiler.compile(text, "t", options)),
            "expects no function from outside, but the code calls 'elsewhere'");
  options.emit = Emit::jit;
  EXPECT_EQ(errorOf(compiler.compile(text, "t", options)),
            "expects no function from outside, but the code calls 'elsewhere'");
}

TEST(Compiler, code_without_a_manifest_is_refused) {
  Compiler compiler;
  std::string text = "llvm.func @f() { llvm.return }";
  EXPECT_NE(errorOf(compiler.compile(text, "t", lowLevel(Emit::jit))).find("attn_manifest_v1"), std::string::npos);
}

TEST(Compiler, the_module_is_not_changed) {
  Compiler compiler;
  auto module = compiler.parse(readTwice(), "t", lowLevel(Emit::object));
  ASSERT_TRUE(bool(module)) << llvm::toString(module.takeError());
  auto print = [&] {
    std::string text;
    llvm::raw_string_ostream stream(text);
    (*module)->print(stream);
    return text;
  };
  std::string before = print();
  ASSERT_EQ(errorOf(compiler.compile(**module, lowLevel(Emit::object))), "");
  EXPECT_EQ(print(), before);
}

TEST(Compiler, parsing_keeps_the_names_of_arguments_and_results) {
  Compiler compiler;
  auto module = compiler.parse("func.func @f(%left: i32, %0: i32) -> (i32, i32) {\n"
                               "  %sum = arith.addi %left, %0 : i32\n"
                               "  %1 = arith.muli %sum, %0 : i32\n  return %sum, %1 : i32, i32\n}",
                               "names.mlir");
  ASSERT_TRUE(bool(module)) << llvm::toString(module.takeError());
  auto names = (*module)->getBody()->front().getAttrOfType<mlir::ArrayAttr>("arg_names");
  ASSERT_TRUE(names);
  std::vector<std::string> texts;
  for (mlir::Attribute name : names)
    texts.push_back(llvm::cast<mlir::StringAttr>(name).str());
  EXPECT_EQ(texts, (std::vector<std::string>{"left", "arg1", "sum", "result1"}));
}
