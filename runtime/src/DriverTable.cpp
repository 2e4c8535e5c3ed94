// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Lists the drivers by name and answers for those that leave optional functions out.
#include "runtime/src/Driver.h"
#include "runtime/src/Status.h"
#include "runtime/src/Validate.h"

#include <cstring>

namespace attn::rt {
namespace {

/// One row of the table. `create` gets what follows the colon, or an empty text.
struct DriverInfo {
  const char *name;
  bool numbered; ///< whether a device number may follow
  attn_status (*create)(const char *device, std::unique_ptr<Driver> &driver);
};

const DriverInfo drivers[] = {
    {"cpu", false, createCpuDriver},
    {"cuda", true, createCudaDriver},
    {"null", false, createNullDriver},
};

attn_status hostMemory(const char *what) {
  return fail(ATTN_UNSUPPORTED, "this driver's memory is the host's: %s", what);
}

} // namespace

attn_status createDriver(const char *name, std::unique_ptr<Driver> &driver) {
  if (!name)
    return fail(ATTN_INVALID_ARGUMENT, "expects a driver name, but got null");
  const char *colon = strchr(name, ':');
  size_t length = colon ? size_t(colon - name) : strlen(name);
  for (const DriverInfo &info : drivers)
    if (strlen(info.name) == length && !strncmp(info.name, name, length) && (!colon || (info.numbered && colon[1])))
      return info.create(colon ? colon + 1 : "", driver);
  return fail(ATTN_INVALID_ARGUMENT, "expects driver 'cpu', 'cuda', 'cuda:N' or 'null', but got '%.64s'", name);
}

attn_status Driver::checkPlace(const attn_entry_desc &entry, const char *what, const char *name,
                               const DLTensor &tensor, const View &) {
  return checkHostMemory(entry, what, name, tensor);
}

attn_status Driver::prepare(const std::shared_ptr<Library> &) { return ATTN_OK; }
attn_status Driver::enter(Entered &) { return ATTN_OK; }
void Driver::leave(const Entered &) {}

attn_status Driver::takeWorkspace(size_t bytes, attn_stream, WorkspacePiece &piece) {
  if (!pool.take(bytes, piece.host))
    return fail(ATTN_OUT_OF_MEMORY, "there is no memory for %zu bytes of workspace", bytes);
  piece.data = piece.host.data();
  return ATTN_OK;
}

void Driver::giveBackWorkspace(WorkspacePiece piece, attn_stream) { pool.giveBack(std::move(piece.host)); }

attn_status Driver::setThreads(int64_t) { return fail(ATTN_UNSUPPORTED, "this driver runs no threads"); }

attn_status Driver::setPool(const attn_host_pool *) { return fail(ATTN_UNSUPPORTED, "this driver runs no threads"); }

attn_status Driver::launchCount(int64_t &) {
  return fail(ATTN_UNSUPPORTED, "this driver records no launches; the 'null' driver does");
}

attn_status Driver::launchRecord(int64_t, attn_launch_record &) {
  return fail(ATTN_UNSUPPORTED, "this driver records no launches; the 'null' driver does");
}

attn_status Driver::allocate(size_t, void **) { return hostMemory("allocate it there"); }
attn_status Driver::release(void *) { return hostMemory("nothing was allocated here"); }
attn_status Driver::copyIn(void *, const void *, size_t, attn_stream) { return hostMemory("nothing needs copying"); }
attn_status Driver::copyOut(void *, const void *, size_t, attn_stream) { return hostMemory("nothing needs copying"); }
attn_status Driver::synchronize(attn_stream) { return ATTN_OK; }
attn_status Driver::mark(int64_t, attn_stream) { return hostMemory("read the host's clock"); }
attn_status Driver::elapsed(int64_t, int64_t, double &) { return hostMemory("read the host's clock"); }

} // namespace attn::rt
