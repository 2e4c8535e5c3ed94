// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A table from handle to object under one lock that a forked child makes anew.
#include "runtime/src/Handles.h"

#include <mutex>
#include <new>
#include <pthread.h>
#include <unordered_map>

namespace attn::rt {
namespace {

struct Object {
  std::shared_ptr<Context> context;
  std::shared_ptr<Library> library;
};

struct Registry {
  std::mutex mutex;
  std::unordered_map<const void *, Object> objects;
};

Registry &registry();

// Held across fork, so that the child gets a table nobody was changing.
void lockBeforeFork() { registry().mutex.lock(); }
void unlockInParent() { registry().mutex.unlock(); }
void renewInChild() { new (&registry().mutex) std::mutex; }

Registry &registry() {
  // Never destroyed: handles may be used while the process ends.
  static Registry *table = [] {
    pthread_atfork(lockBeforeFork, unlockInParent, renewInChild);
    return new Registry;
  }();
  return *table;
}

Object find(const void *handle) {
  Registry &table = registry();
  std::lock_guard<std::mutex> lock(table.mutex);
  auto found = table.objects.find(handle);
  return found == table.objects.end() ? Object() : found->second;
}

} // namespace

void addHandle(const void *handle, std::shared_ptr<Context> context) {
  Registry &table = registry();
  std::lock_guard<std::mutex> lock(table.mutex);
  table.objects[handle] = {std::move(context), nullptr};
}

void addHandle(const void *handle, std::shared_ptr<Library> library) {
  Registry &table = registry();
  std::lock_guard<std::mutex> lock(table.mutex);
  table.objects[handle] = {nullptr, std::move(library)};
}

std::shared_ptr<Context> findContext(const void *handle) { return find(handle).context; }
std::shared_ptr<Library> findLibrary(const void *handle) { return find(handle).library; }

void findBoth(const void *contextHandle, std::shared_ptr<Context> &context, const void *libraryHandle,
              std::shared_ptr<Library> &library) {
  Registry &table = registry();
  std::lock_guard<std::mutex> lock(table.mutex);
  auto found = table.objects.find(contextHandle);
  if (found != table.objects.end())
    context = found->second.context;
  found = table.objects.find(libraryHandle);
  if (found != table.objects.end())
    library = found->second.library;
}

bool dropHandle(const void *handle) {
  Object dropped; // ends after the lock is released
  Registry &table = registry();
  std::lock_guard<std::mutex> lock(table.mutex);
  auto found = table.objects.find(handle);
  if (found == table.objects.end())
    return false;
  dropped = std::move(found->second);
  table.objects.erase(found);
  return true;
}

} // namespace attn::rt
