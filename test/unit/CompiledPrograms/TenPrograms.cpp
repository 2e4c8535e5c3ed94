// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Every tile program of the table, compiled for this machine and called through the runtime, against its reference.
#include "attn/Compiler.h"
#include "llvm/Support/MemoryBuffer.h"
#include "runtime/exec/Session.h"
#include "test/unit/Programs/Program.h"

#include <gtest/gtest.h>

#include <map>

using namespace attn;
using programs::Program;
using programs::Run;
using programs::Tensor;
using programs::Tensors;

namespace {

/// The program's code or the reason why there is none; compiled once a process.
llvm::Expected<const attn_manifest *> compiled(const Program &program, const char *cpu) {
  static std::map<std::pair<std::string, std::string>, Executable> cache;
  auto place = cache.find({program.file, cpu});
  if (place == cache.end()) {
    auto text = llvm::MemoryBuffer::getFile(program.file);
    if (!text)
      return llvm::createStringError("cannot read " + program.file);
    Compiler compiler;
    CompileOptions options;
    options.cpu = cpu;
    llvm::Expected<Executable> executable = compiler.compile((*text)->getBuffer(), program.file, options);
    if (!executable)
      return executable.takeError();
    place = cache.emplace(std::make_pair(program.file, std::string(cpu)), std::move(*executable)).first;
  }
  return place->second.manifest();
}

/// A tensor with gaps between its rows.
rt::Array toArray(const Tensor &tensor) {
  std::vector<int64_t> strides(tensor.shape.size(), 1);
  for (int64_t dim = int64_t(tensor.shape.size()) - 2; dim >= 0; --dim)
    strides[dim] = strides[dim + 1] * tensor.shape[dim + 1] + 3;
  rt::Element element = *rt::parseElement(reference::elementName(tensor.element));
  rt::Array array = std::move(*rt::Array::make(element, tensor.shape, strides));
  for (int64_t i = 0; i < tensor.size(); ++i)
    array.set(i, rt::isFloat(element) ? rt::Number::ofReal(tensor.values[i])
                                      : rt::Number::ofInteger(int64_t(tensor.values[i])));
  return array;
}

llvm::Expected<Tensors> call(const char *cpu, const Program &program, const Tensors &arguments,
                             const Tensors &results) {
  llvm::Expected<const attn_manifest *> manifest = compiled(program, cpu);
  if (!manifest)
    return manifest.takeError();
  std::vector<rt::Array> arrays;
  for (const Tensor &argument : arguments)
    arrays.push_back(toArray(argument));
  rt::ExecOptions options;
  options.entry = program.entry;
  rt::Session session;
  rt::Failure failure = session.open(options, *manifest);
  if (!failure)
    failure = session.find(options);
  if (!failure)
    failure = session.prepare(std::move(arrays));
  if (!failure)
    failure = session.call();
  if (!failure)
    failure = session.checkMemory();
  if (failure)
    return llvm::createStringError(failure.message);
  Tensors tensors;
  for (size_t i = 0; i < results.size(); ++i) {
    const rt::Array &array = session.results()[i];
    Tensor &tensor = tensors.emplace_back(results[i].element, array.shape());
    for (int64_t number = 0; number < tensor.size(); ++number)
      tensor.values[number] = array.real(number);
  }
  return tensors;
}

class CompiledPrograms : public testing::TestWithParam<Run> {
protected:
  std::string run(const char *cpu) {
    auto executor = [&](const Program &program, const Tensors &arguments, const Tensors &results) {
      return call(cpu, program, arguments, results);
    };
    return check(*GetParam().program, *GetParam().point, executor, GetParam().program->tolerance);
  }
};

TEST_P(CompiledPrograms, AgreeOnThisMachine) { EXPECT_EQ(run("native"), ""); }

TEST_P(CompiledPrograms, AgreeOnV3) { EXPECT_EQ(run("x86-64-v3"), ""); }

INSTANTIATE_TEST_SUITE_P(CPU, CompiledPrograms, testing::ValuesIn(programs::allRuns()),
                         [](const testing::TestParamInfo<Run> &info) { return info.param.name(); });

} // namespace
