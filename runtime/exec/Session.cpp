// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Turns arrays into calls of the C API, and watches their memory.
#include "runtime/exec/Session.h"

#include "runtime/support/ArgSpec.h"

#include <algorithm>
#include <chrono>

namespace attn::rt {
namespace {

uint64_t hash(const Array &array) {
  uint64_t value = 0xCBF29CE484222325;
  for (int64_t i = 0; i < array.bytes(); ++i)
    value = (value ^ uint8_t(array.data()[i])) * 0x100000001B3;
  return value;
}

Failure invalid(std::string message) { return {ATTN_INVALID_ARGUMENT, std::move(message)}; }

/// Tensors over arrays, or over their memory on a device, and the pointers that the C API takes.
struct Tensors {
  std::vector<DLTensor> tensors;
  std::vector<DLTensor *> pointers;

  explicit Tensors(std::vector<Array> &arrays, const std::vector<void *> &memory = {}, DLDevice device = {kDLCPU, 0}) {
    for (Array &array : arrays)
      tensors.push_back(array.tensor());
    for (size_t i = 0; i < memory.size(); ++i)
      if (memory[i]) {
        tensors[i].data = static_cast<char *>(memory[i]) + Array::marginBytes();
        tensors[i].device = device;
      }
    for (DLTensor &tensor : tensors)
      pointers.push_back(&tensor);
  }
};

} // namespace

bool isAboutDevice(attn_status status, bool hasContext) {
  return status == ATTN_NO_DEVICE || status == ATTN_NO_DRIVER || status == ATTN_WRONG_CHIP ||
         (status == ATTN_VERSION_MISMATCH && !hasContext);
}

Failure findCapability(const std::string &backend, int64_t &capability) {
  attn_context *context = nullptr;
  attn_status status = attn_context_create(backend.c_str(), &context);
  if (!status)
    status = attn_context_capability(context, &capability);
  Failure failure = {status, status ? attn_last_message(nullptr) : ""};
  attn_context_destroy(context);
  return failure;
}

Session::~Session() {
  for (const std::vector<void *> *list : {&argMemory, &resultMemory})
    for (void *memory : *list)
      attn_device_free(context, memory);
  attn_library_close(library);
  attn_context_destroy(context);
}

Failure Session::failure(attn_status status) const { return {status, attn_last_message(context)}; }

Failure Session::makeContext(const ExecOptions &options) {
  if (attn_status status = attn_context_create(options.backend.c_str(), &context))
    return {status, attn_last_message(nullptr)};
  if (Failure failed = failure(attn_context_device(context, &device)))
    return failed;
  return options.threads ? failure(attn_context_set_threads(context, options.threads)) : Failure();
}

Failure Session::open(const ExecOptions &options) {
  if (Failure failure = makeContext(options))
    return failure;
  return failure(attn_library_open(context, options.library.c_str(), &library));
}

Failure Session::open(const ExecOptions &options, const attn_manifest *manifest) {
  if (Failure failure = makeContext(options))
    return failure;
  return failure(attn_library_open_manifest(context, manifest, &library));
}

Failure Session::find(const ExecOptions &options) {
  const char *name = options.entry.empty() ? nullptr : options.entry.c_str();
  return failure(attn_library_find(context, library, name, &entry));
}

Failure Session::checkCount(size_t count) const {
  const attn_entry_desc &entry = description();
  if (int64_t(count) == entry.nargs)
    return {};
  std::string names;
  for (int64_t i = 0; i < entry.nargs; ++i)
    names += std::string(i ? ", " : "") + entry.args[i].name;
  return invalid(formatText("entry '%s': expects %lld arguments (%s), but got %zu", entry.name, (long long)entry.nargs,
                            names.c_str(), count));
}

Failure Session::prepare(const std::vector<std::string> &specs, uint64_t seed) {
  const attn_entry_desc &entry = description();
  if (Failure failure = checkCount(specs.size()))
    return failure;
  std::vector<Array> arguments;
  for (int64_t i = 0; i < entry.nargs; ++i) {
    Result<Array> array = readArgument(specs[size_t(i)], i, elementOf(entry.args[i].dtype), seed);
    if (!array)
      return invalid(array.error().message + " (argument '" + entry.args[i].name + "')");
    arguments.push_back(std::move(*array));
  }
  return prepare(std::move(arguments));
}

Failure Session::prepare(std::vector<Array> arguments) {
  if (Failure failure = checkCount(arguments.size()))
    return failure;
  argArrays = std::move(arguments);
  for (const Array &array : argArrays)
    argHashes.push_back(hash(array));
  return allocateResults();
}

Failure Session::allocateResults() {
  const attn_entry_desc &entry = description();
  Tensors args(argArrays);
  for (int64_t i = 0; i < entry.nresults; ++i) {
    const attn_result_desc &result = entry.results[i];
    std::vector<int64_t> shape(size_t(result.rank));
    if (attn_status status = attn_result_shape(context, this->entry, args.pointers.data(), args.pointers.size(),
                                               size_t(i), shape.data(), shape.size()))
      return failure(status);
    std::optional<Element> element = elementOf(result.dtype);
    if (!element)
      return invalid(formatText("result '%s' has an element type this tool does not know", result.name));
    Result<Array> array = Array::make(*element, std::move(shape));
    if (!array)
      return {ATTN_OUT_OF_MEMORY, array.error().message};
    resultArrays.push_back(std::move(*array));
  }
  return onDevice() ? copyToDevice() : Failure();
}

Failure Session::copyToDevice() {
  const attn_entry_desc &entry = description();
  auto copy = [&](Array &array, void *&memory) {
    attn_status status = attn_device_alloc(context, size_t(array.wholeBytes()), &memory);
    return status ? status : attn_device_copy_in(context, memory, array.whole(), size_t(array.wholeBytes()), nullptr);
  };
  argMemory.resize(argArrays.size());
  resultMemory.resize(resultArrays.size());
  for (size_t i = 0; i < argArrays.size(); ++i)
    if (!(entry.args[i].flags & ATTN_ARG_SCALAR))
      if (attn_status status = copy(argArrays[i], argMemory[i]))
        return failure(status);
  for (size_t i = 0; i < resultArrays.size(); ++i)
    if (attn_status status = copy(resultArrays[i], resultMemory[i]))
      return failure(status);
  return failure(attn_device_synchronize(context, nullptr));
}

Failure Session::fetch() {
  if (!onDevice())
    return {};
  for (auto [arrays, list] : {std::pair{&argArrays, &argMemory}, std::pair{&resultArrays, &resultMemory}})
    for (size_t i = 0; i < list->size(); ++i)
      if (void *memory = (*list)[i])
        if (attn_status status = attn_device_copy_out(context, (*arrays)[i].whole(), memory,
                                                      size_t((*arrays)[i].wholeBytes()), nullptr))
          return failure(status);
  return {};
}

Failure Session::timeCalls(int64_t calls, std::vector<double> &seconds, std::vector<double> &host) {
  constexpr int64_t most = 1024; // marks in flight
  for (int64_t done = 0; done < calls; done += most) {
    int64_t count = std::min(most, calls - done);
    for (int64_t i = 0; i < count; ++i) {
      attn_status status = attn_device_mark(context, 2 * i, nullptr);
      if (!status) {
        auto start = std::chrono::steady_clock::now();
        if (Failure failed = call())
          return failed;
        host.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
      }
      if (!status)
        status = attn_device_mark(context, 2 * i + 1, nullptr);
      if (status)
        return failure(status);
    }
    for (int64_t i = 0; i < count; ++i) {
      double time = 0;
      if (attn_status status = attn_device_elapsed(context, 2 * i, 2 * i + 1, &time))
        return failure(status);
      seconds.push_back(time);
    }
  }
  return {};
}

std::string Session::deviceText() const {
  const char *name = "";
  if (!context || attn_context_device_name(context, &name))
    return "";
  return onDevice() ? formatText("cuda:%d (%s)", int(device.device_id), name) : name;
}

Failure Session::call() {
  Tensors args(argArrays, argMemory, device), outs(resultArrays, resultMemory, device);
  return failure(attn_call(context, entry, args.pointers.data(), args.pointers.size(), outs.pointers.data(),
                           outs.pointers.size(), nullptr, 0, nullptr));
}

Failure Session::checkMemory() const {
  const attn_entry_desc &entry = description();
  for (size_t i = 0; i < argArrays.size(); ++i)
    if (!argArrays[i].marginsIntact() ||
        (!(entry.args[i].flags & ATTN_ARG_MAY_ALIAS) && hash(argArrays[i]) != argHashes[i]))
      return {ATTN_INTERNAL, formatText("entry '%s' wrote to argument '%s'", entry.name, entry.args[i].name)};
  for (size_t i = 0; i < resultArrays.size(); ++i)
    if (!resultArrays[i].marginsIntact())
      return {ATTN_INTERNAL, formatText("entry '%s' wrote outside result '%s'", entry.name, entry.results[i].name)};
  return {};
}

int64_t Session::bytes() const {
  int64_t total = 0;
  for (const std::vector<Array> *arrays : {&argArrays, &resultArrays})
    for (const Array &array : *arrays)
      total += array.bytes();
  return total;
}

std::string Session::listEntries() const {
  std::string text;
  const attn_manifest *all = manifest();
  for (int64_t e = 0; all && e < all->nentries; ++e) {
    const attn_entry_desc &entry = all->entries[e];
    text += std::string(entry.name) + "(";
    for (int64_t i = 0; i < entry.nargs; ++i) {
      text += std::string(i ? ", " : "") + entry.args[i].name + ": ";
      for (int32_t d = 0; d < entry.args[i].rank; ++d) {
        int64_t extent = entry.args[i].dims[d];
        text += formatText(extent < 0 ? "s%lldx" : "%lldx", (long long)(extent < 0 ? -1 - extent : extent));
      }
      std::optional<Element> element = elementOf(entry.args[i].dtype);
      text += element ? elementName(*element) : "?";
    }
    text += ") -> (";
    for (int64_t i = 0; i < entry.nresults; ++i)
      text += std::string(i ? ", " : "") + entry.results[i].name;
    text += ")\n";
  }
  return text;
}

std::string Session::launches() {
  std::string text;
  int64_t count = 0;
  if (attn_context_launches(context, &count))
    return text;
  for (int64_t i = 0; i < count; ++i) {
    attn_launch_record record;
    if (attn_context_launch(context, i, &record) == ATTN_OK)
      text += formatText("launch %s grid %lldx%lldx%lld scratch %lld\n", record.kernel, (long long)record.grid[0],
                         (long long)record.grid[1], (long long)record.grid[2], (long long)record.scratch_bytes);
  }
  return text;
}

} // namespace attn::rt
