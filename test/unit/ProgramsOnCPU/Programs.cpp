// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Every tile program of the table, compiled for the CPU and run by the runtime against its sequential reference.
#include "attn-rt/runtime.h"
#include "attn/Compiler.h"
#include "runtime/support/Array.h"
#include "test/unit/Programs/Program.h"
#include "llvm/Support/MemoryBuffer.h"

#include <gtest/gtest.h>
#include <map>

using namespace attn;
using programs::Program;
using programs::Run;
using programs::Tensor;
using programs::Tensors;

namespace {

llvm::Error failure(const llvm::Twine &message) { return llvm::createStringError(message); }

rt::Element elementOf(reference::Element element) {
  switch (element) {
  case reference::Element::i1: return rt::Element::Bool;
  case reference::Element::i8: return rt::Element::I8;
  case reference::Element::i16:
  case reference::Element::i32: return rt::Element::I32;
  case reference::Element::i64:
  case reference::Element::index: return rt::Element::I64;
  case reference::Element::f16: return rt::Element::F16;
  case reference::Element::bf16: return rt::Element::BF16;
  case reference::Element::f32: return rt::Element::F32;
  case reference::Element::f64: return rt::Element::F64;
  }
  return rt::Element::F64;
}

/// Rows with a gap behind each, so that code which assumes dense buffers fails.
rt::Array arrayOf(const Tensor &tensor, bool fill) {
  std::vector<int64_t> strides(tensor.shape.size(), 1);
  for (size_t dim = strides.size(); dim-- > 1;)
    strides[dim - 1] = strides[dim] * std::max<int64_t>(1, tensor.shape[dim]) + (dim == tensor.shape.size() - 1 ? 5 : 0);
  auto array = rt::Array::make(elementOf(tensor.element), tensor.shape, strides);
  bool real = reference::isFloat(tensor.element);
  for (int64_t i = 0; fill && i < tensor.size(); ++i) {
    double value = tensor.values[i];
    rt::Number number = real ? rt::Number::ofReal(value) : rt::Number::ofInteger(int64_t(value));
    array->set(i, number);
  }
  return std::move(*array);
}

/// A program compiled for one CPU level and opened by the runtime, kept for all its cases.
class Compiled {
public:
  static llvm::Expected<Compiled *> get(const std::string &file, const std::string &cpu) {
    static std::map<std::pair<std::string, std::string>, std::unique_ptr<Compiled>> all;
    std::unique_ptr<Compiled> &known = all[{file, cpu}];
    if (known)
      return known.get();
    auto text = llvm::MemoryBuffer::getFile(file);
    if (!text)
      return failure("cannot read " + file);
    CompileOptions options;
    options.cpu = cpu;
    Compiler compiler;
    llvm::Expected<Executable> code = compiler.compile((*text)->getBuffer(), file, options);
    if (!code)
      return code.takeError();
    known = std::make_unique<Compiled>(std::move(*code));
    if (attn_context_create("cpu", &known->context) != ATTN_OK ||
        attn_library_open_manifest(known->context, known->code.manifest(), &known->library) != ATTN_OK)
      return failure(attn_last_message(known->context));
    return known.get();
  }

  explicit Compiled(Executable code) : code(std::move(code)) {}
  ~Compiled() {
    attn_library_close(library);
    attn_context_destroy(context);
  }

  llvm::Expected<Tensors> run(const Program &program, const Tensors &arguments, const Tensors &results) {
    attn_entry *entry = nullptr;
    if (attn_library_find(context, library, program.entry.c_str(), &entry) != ATTN_OK)
      return failure(attn_last_message(context));
    std::vector<rt::Array> in, out;
    std::vector<DLTensor> views;
    for (const Tensor &argument : arguments)
      in.push_back(arrayOf(argument, true));
    for (const Tensor &result : results)
      out.push_back(arrayOf(result, false));
    for (rt::Array &array : in)
      views.push_back(array.tensor());
    for (rt::Array &array : out)
      views.push_back(array.tensor());
    std::vector<const DLTensor *> inputs;
    std::vector<DLTensor *> outputs;
    for (size_t i = 0; i < views.size(); ++i)
      if (i < in.size())
        inputs.push_back(&views[i]);
      else
        outputs.push_back(&views[i]);
    if (attn_call(context, entry, inputs.data(), inputs.size(), outputs.data(), outputs.size(), nullptr, 0, nullptr) !=
        ATTN_OK)
      return failure(attn_last_message(context));
    Tensors tensors;
    for (size_t i = 0; i < out.size(); ++i) {
      if (!out[i].marginsIntact())
        return failure("result " + llvm::Twine(i) + " was written outside");
      Tensor tensor = results[i];
      for (int64_t n = 0; n < tensor.size(); ++n)
        tensor.values[n] = out[i].real(n);
      tensors.push_back(std::move(tensor));
    }
    for (const rt::Array &array : in)
      if (!array.marginsIntact())
        return failure("an argument was written outside");
    return tensors;
  }

private:
  Executable code;
  attn_context *context = nullptr;
  attn_library *library = nullptr;
};

class ProgramsOnCPU : public testing::TestWithParam<Run> {
protected:
  std::string run(const std::string &cpu) {
    auto executor = [&](const Program &program, const Tensors &arguments,
                        const Tensors &results) -> llvm::Expected<Tensors> {
      llvm::Expected<Compiled *> compiled = Compiled::get(program.file, cpu);
      if (!compiled)
        return compiled.takeError();
      return (*compiled)->run(program, arguments, results);
    };
    return check(*GetParam().program, *GetParam().point, executor, GetParam().program->tolerance);
  }
};

TEST_P(ProgramsOnCPU, AgreeOnThisMachine) { EXPECT_EQ(run("native"), ""); }

TEST_P(ProgramsOnCPU, AgreeOnTheBaseline) { EXPECT_EQ(run("x86-64-v3"), ""); }

INSTANTIATE_TEST_SUITE_P(CPU, ProgramsOnCPU, testing::ValuesIn(programs::allRuns()),
                         [](const testing::TestParamInfo<Run> &info) { return info.param.name(); });

} // namespace
