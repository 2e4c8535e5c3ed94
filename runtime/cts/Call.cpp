// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Builds valid calls and compares memory before and after.
#include "runtime/cts/Call.h"

#include "runtime/support/Philox.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace attn::rt::cts {

View::View(Array &array) : shape(array.shape()) {
  tensor = array.tensor();
  strides.assign(tensor.strides, tensor.strides + shape.size());
  tensor.shape = shape.data();
  tensor.strides = strides.data();
}

static void require(attn_status status) {
  if (status == ATTN_OK)
    return;
  fprintf(stderr, "cannot set up the test: %s\n", attn_last_message(nullptr));
  abort();
}

Fixture::Fixture(const char *driver) {
  require(attn_context_create(driver, &context));
  require(attn_library_open_manifest(context, &attn_manifest_v1, &library));
}

Fixture::~Fixture() {
  attn_library_close(library);
  attn_context_destroy(context);
}

attn_entry *Fixture::find(const char *name) {
  attn_entry *entry = nullptr;
  require(attn_library_find(context, library, name, &entry));
  return entry;
}

Call::Call(Fixture &fixture, const char *entry) : context(fixture.context), entry(fixture.find(entry)) {}

Array &Call::arg(Element element, std::vector<int64_t> shape, std::vector<double> values) {
  args.push_back(std::move(*Array::make(element, std::move(shape))));
  Array &array = args.back();
  values.resize(size_t(array.size()));
  for (int64_t i = 0; i < array.size(); ++i)
    array.set(i, Number::ofReal(values[size_t(i)]));
  argViews.emplace_back(array);
  const attn_entry_desc &description = *attn_entry_describe(entry);
  size_t number = args.size() - 1;
  if (number >= size_t(description.nargs) || !(description.args[number].flags & ATTN_ARG_SCALAR))
    argViews.back().tensor.device = device();
  argPointers.push_back(&argViews.back().tensor);
  nargs = args.size();
  return array;
}

Array &Call::result(Element element, std::vector<int64_t> shape) {
  results.push_back(std::move(*Array::make(element, std::move(shape))));
  resultViews.emplace_back(results.back());
  resultViews.back().tensor.device = device();
  resultPointers.push_back(&resultViews.back().tensor);
  nresults = results.size();
  return results.back();
}

DLDevice Call::device() const {
  DLDevice place = {kDLCPU, 0};
  require(attn_context_device(context, &place));
  return place;
}

attn_status Call::run() {
  before.clear();
  for (const Array &array : args)
    before.emplace_back(array.data(), size_t(array.bytes()));
  return attn_call(context, entry, nullArgs ? nullptr : argPointers.data(), nargs,
                   nullResults ? nullptr : resultPointers.data(), nresults, workspace, workspaceBytes, nullptr);
}

attn_status Call::shape(size_t index, std::vector<int64_t> &shape) {
  return attn_result_shape(context, entry, argPointers.data(), nargs, index, shape.data(), shape.size());
}

bool Call::inputsUntouched() const {
  for (size_t i = 0; i < args.size(); ++i)
    if (!args[i].marginsIntact() || std::string(args[i].data(), size_t(args[i].bytes())) != before[i])
      return false;
  return std::all_of(results.begin(), results.end(), [](const Array &array) { return array.marginsIntact(); });
}

bool Call::untouched() const {
  for (const Array &array : results)
    if (!std::all_of(array.data(), array.data() + array.bytes(), [](char byte) { return byte == char(0xFF); }))
      return false;
  return inputsUntouched();
}

static std::vector<double> normals(int64_t count, uint32_t argument) {
  std::vector<double> values;
  for (int64_t i = 0; i < count; ++i)
    values.push_back(InputStream{1, argument}.normal(uint64_t(i)));
  return values;
}

Call attendCall(Fixture &fixture) {
  Call call(fixture, "attend");
  call.arg(Element::F32, {2, 4, 3, 8}, normals(192, 0));
  call.arg(Element::F32, {2, 2, 5, 8}, normals(160, 1));
  call.arg(Element::F32, {2, 2, 5, 8}, normals(160, 2));
  call.arg(Element::I32, {2}, {5, 2});
  call.arg(Element::F32, {}, {0.5});
  call.result(Element::F32, {2, 4, 3, 8});
  call.result(Element::F32, {2, 4, 3});
  return call;
}

Call packedCall(Fixture &fixture) {
  Call call(fixture, "packed");
  call.arg(Element::F32, {6, 4}, normals(24, 0));
  call.arg(Element::I64, {4}, {0, 2, 2, 6});
  call.result(Element::F32, {6, 4});
  return call;
}

Call listedCall(Fixture &fixture) {
  Call call(fixture, "listed");
  call.arg(Element::F32, {40, 4}, normals(160, 0));
  call.arg(Element::I32, {1, 2}, {2, 1});
  call.arg(Element::I32, {1, 2, 3}, {2, 0, -1, 1, -1, -1});
  call.result(Element::F32, {1, 2});
  return call;
}

} // namespace attn::rt::cts
