// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Opens compiled libraries and picks, for every kernel, the best variant that this machine runs.
#include "runtime/src/Library.h"
#include "runtime/src/Context.h"
#include "runtime/src/ElfFile.h"
#include "runtime/src/Handles.h"
#include "runtime/src/Status.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <dlfcn.h>
#include <functional>
#include <string>

namespace attn::rt {

static ResolvedKernel resolve(const attn_kernel_desc &kernel, int64_t level) {
  if (!kernel.nvariants)
    return {&kernel, nullptr, 0};
  const attn_kernel_variant *best = &kernel.variants[0];
  for (int64_t i = 1; i < kernel.nvariants; ++i)
    if (kernel.variants[i].cpu_level <= level && kernel.variants[i].cpu_level > best->cpu_level)
      best = &kernel.variants[i];
  return {&kernel, best->function, best->scratch_bytes};
}

static std::atomic<uint64_t> opened{0};

Library::Library(const attn_manifest &manifest, void *module, int64_t cpuLevel)
    : table(manifest), module(module), serial(opened.fetch_add(1)) {
  for (int64_t i = 0; i < table.nentries; ++i)
    handles.push_back({&table.entries[i]});
  for (int64_t i = 0; i < table.nkernels; ++i)
    resolved.push_back(resolve(table.kernels[i], cpuLevel));
  for (size_t i = 0; i < resolved.size(); ++i) {
    const attn_kernel_desc &kernel = *resolved[i].description;
    byAddress.push_back({reinterpret_cast<uintptr_t>(&kernel), i});
    if (kernel.nvariants)
      byAddress.push_back({reinterpret_cast<uintptr_t>(kernel.variants[0].function), i});
  }
  std::sort(byAddress.begin(), byAddress.end());
}

Library::~Library() {
  if (module)
    dlclose(module);
}

const ResolvedKernel *Library::findKernel(const void *listed) const {
  std::pair<uintptr_t, size_t> first(reinterpret_cast<uintptr_t>(listed), 0);
  auto found = std::lower_bound(byAddress.begin(), byAddress.end(), first);
  return found != byAddress.end() && found->first == first.first ? &resolved[found->second] : nullptr;
}

static attn_status openManifest(Context &context, const attn_manifest *manifest, void *module, attn_library **out) {
  int64_t level;
  attn_status status = cpuLevel(level);
  if (!status)
    status = checkManifest(manifest, level);
  if (status) {
    if (module)
      dlclose(module);
    return status;
  }
  auto library = std::make_shared<Library>(*manifest, module, level);
  if (attn_status status = context.driver().prepare(library))
    return status;
  *out = reinterpret_cast<attn_library *>(library.get());
  for (const attn_entry &entry : library->entries())
    addHandle(&entry, library);
  addHandle(library.get(), library);
  return ATTN_OK;
}

static attn_status openFile(Context &context, const char *path, attn_library **out) {
  std::string place = strchr(path, '/') ? path : std::string("./") + path;
  if (isCutShort(place.c_str()))
    return fail(ATTN_INVALID_ARGUMENT, "cannot open the library '%s': the file is cut short", path);
  void *module = dlopen(place.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!module) {
    const char *why = dlerror();
    return fail(ATTN_INVALID_ARGUMENT, "cannot open the library '%s': %s", path, why ? why : "no reason given");
  }
  auto *manifest = static_cast<const attn_manifest *>(dlsym(module, ATTN_MANIFEST_SYMBOL));
  if (!manifest) {
    dlclose(module);
    return fail(ATTN_INVALID_ARGUMENT, "'%s' is no compiled attention library: it does not export %s", path,
                ATTN_MANIFEST_SYMBOL);
  }
  return openManifest(context, manifest, module, out);
}

static attn_status checkOpen(attn_context *context, attn_library **out, std::shared_ptr<Context> &object) {
  beginCall(context);
  if (!out)
    return fail(ATTN_INVALID_ARGUMENT, "expects a place for the library, but got null");
  object = findContext(context);
  if (!object)
    return fail(ATTN_INVALID_ARGUMENT, "expects a live context, but got one that is null, destroyed or foreign");
  return ATTN_OK;
}

static std::string entryNames(const attn_manifest &manifest) {
  std::string names;
  for (int64_t i = 0; i < manifest.nentries && names.size() < 512; ++i)
    names += std::string(i ? ", '" : "'") + manifest.entries[i].name + "'";
  return names.empty() ? "none" : names;
}

} // namespace attn::rt

using namespace attn::rt;

extern "C" attn_status attn_library_open(attn_context *context, const char *path, attn_library **library) {
  std::shared_ptr<Context> object;
  if (attn_status status = checkOpen(context, library, object))
    return status;
  if (!path || !*path)
    return fail(ATTN_INVALID_ARGUMENT, "expects the path of a library, but got %s", path ? "an empty one" : "null");
  return openFile(*object, path, library);
}

extern "C" attn_status attn_library_open_manifest(attn_context *context, const attn_manifest *manifest,
                                                  attn_library **library) {
  std::shared_ptr<Context> object;
  if (attn_status status = checkOpen(context, library, object))
    return status;
  return openManifest(*object, manifest, nullptr, library);
}

extern "C" attn_status attn_library_close(attn_library *library) {
  beginCall(nullptr);
  if (!library)
    return ATTN_OK;
  std::shared_ptr<Library> object = findLibrary(library);
  if (!object || static_cast<const void *>(object.get()) != library)
    return fail(ATTN_INVALID_ARGUMENT, "expects an open library, but got one that is closed or foreign");
  for (const attn_entry &entry : object->entries())
    dropHandle(&entry);
  dropHandle(library);
  return ATTN_OK;
}

extern "C" const attn_manifest *attn_library_manifest(const attn_library *library) {
  std::shared_ptr<Library> object = findLibrary(library);
  return object ? &object->manifest() : nullptr;
}

extern "C" attn_status attn_library_find(attn_context *context, attn_library *library, const char *name,
                                         attn_entry **entry) {
  beginCall(context);
  if (!entry)
    return fail(ATTN_INVALID_ARGUMENT, "expects a place for the entry, but got null");
  std::shared_ptr<Library> object = findLibrary(library);
  if (!object || static_cast<const void *>(object.get()) != library)
    return fail(ATTN_INVALID_ARGUMENT, "expects an open library, but got one that is null, closed or foreign");
  const std::vector<attn_entry> &entries = object->entries();
  if (!name && entries.size() != 1)
    return fail(ATTN_INVALID_ARGUMENT, "expects an entry name, because the library has %zu entries: %s", entries.size(),
                entryNames(object->manifest()).c_str());
  for (const attn_entry &candidate : entries)
    if (!name || !strcmp(candidate.description->name, name)) {
      *entry = const_cast<attn_entry *>(&candidate);
      return ATTN_OK;
    }
  return fail(ATTN_INVALID_ARGUMENT, "expects one of the entries %s, but got '%.128s'",
              entryNames(object->manifest()).c_str(), name);
}

extern "C" const attn_entry_desc *attn_entry_describe(const attn_entry *entry) {
  std::shared_ptr<Library> object = findLibrary(entry);
  return object && static_cast<const void *>(object.get()) != entry ? entry->description : nullptr;
}
