// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The runtime's C API: contexts, compiled libraries, calls, threads. No LLVM, no exceptions, no pointer in a message.
//
// Every function may be called from any thread. Handles are checked: a closed or foreign handle is refused by message.
// A function that returns anything but ATTN_OK has launched nothing and written nothing through its out parameters,
// unless it says otherwise.
#ifndef ATTN_RT_RUNTIME_H
#define ATTN_RT_RUNTIME_H

#include "attn-rt/abi.h"

#if defined(__GNUC__)
#define ATTN_EXPORT __attribute__((visibility("default")))
#else
#define ATTN_EXPORT
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef struct attn_library attn_library;
typedef struct attn_entry attn_entry;

/// The name of a status, for example "invalid_argument"; "unknown" for any other number. Never null.
ATTN_EXPORT const char *attn_status_name(int32_t status);

/// The message of this thread's last failure on `context`, or of its last failure without one when `context` is null.
/// Empty if there was none. The text lives until this thread's next call. It names arguments, expected and got.
ATTN_EXPORT const char *attn_last_message(const attn_context *context);

// ---- contexts -------------------------------------------------------------------------------------------------------

/// Makes a context of a driver: "cpu" runs, "cuda" (device 0) and "cuda:N" enqueue on a device, "null" validates and
/// records launches and runs nothing. The caller owns it. "cuda" needs no toolkit: the driver library is looked for at
/// run time (ATTN_CUDA_LIBRARY names another); no_driver, version_mismatch and no_device tell what is missing.
/// ATTN_NUM_THREADS is read here: an integer from 1 to 1024; absent: the processors this process may use.
ATTN_EXPORT attn_status attn_context_create(const char *driver, attn_context **context);

/// Ends a context. Null is fine. Calls under way on other threads finish first with the context still alive. The last
/// context to end joins the runtime's threads: none is left afterwards.
ATTN_EXPORT attn_status attn_context_destroy(attn_context *context);

/// How many threads a launch may use, this one included, from 1 to 1024.
ATTN_EXPORT attn_status attn_context_set_threads(attn_context *context, int64_t threads);

/// The host's own pool. `run` calls task(data, i) once for every i in [0, tasks), on any threads, and returns after
/// all ended; it may run them one after another. `threads` bounds the tasks of one launch. Results do not depend on it.
typedef struct attn_host_pool {
  void *self;
  int64_t threads;
  void (*run)(void *self, int64_t tasks, void (*task)(void *data, int64_t index), void *data);
} attn_host_pool;

/// Uses the host's pool in place of the runtime's threads; null goes back. The struct is copied, `self` is borrowed
/// until the context ends. Beside a framework with threads of its own (OpenMP, PyTorch) hand in its pool, or set
/// ATTN_NUM_THREADS: the runtime's own threads sleep between launches and never spin for longer than some microseconds.
ATTN_EXPORT attn_status attn_context_set_pool(attn_context *context, const attn_host_pool *pool);

/// Where the tensors of this context's calls lie. Scalar arguments always lie on the host.
ATTN_EXPORT attn_status attn_context_device(attn_context *context, DLDevice *device);

/// The device's name, for example "cpu". Borrowed from the context.
ATTN_EXPORT attn_status attn_context_device_name(attn_context *context, const char **name);

/// What code the device runs, as attn_image::capability: 90 for compute capability 9.0 on cuda, otherwise 0.
ATTN_EXPORT attn_status attn_context_capability(attn_context *context, int64_t *capability);

/// What the null driver recorded of one launch or fill.
typedef struct attn_launch_record {
  const char *kernel; ///< the manifest's name, "fill", or "" where the manifest does not list the kernel
  int64_t grid[3];    ///< for a fill: {count, element bytes, 1}
  int64_t args_bytes;
  int64_t scratch_bytes;
} attn_launch_record;

/// Launches recorded so far by a null context; other contexts record none.
ATTN_EXPORT attn_status attn_context_launches(attn_context *context, int64_t *count);
/// One record. Its name lives as long as the library that the kernel is of.
ATTN_EXPORT attn_status attn_context_launch(attn_context *context, int64_t index, attn_launch_record *record);

// ---- libraries and entries ------------------------------------------------------------------------------------------

/// Opens a compiled shared library and checks its manifest: version, CPU level, tables. A path without a slash is
/// taken from the working directory. Code of the file runs: open only files you trust.
ATTN_EXPORT attn_status attn_library_open(attn_context *context, const char *path, attn_library **library);

/// The same for a manifest in memory, as a JIT makes it. The manifest is borrowed until the library is closed.
ATTN_EXPORT attn_status attn_library_open_manifest(attn_context *context, const attn_manifest *manifest,
                                                   attn_library **library);

/// Closes a library and its entries. Null is fine. Calls under way finish first.
ATTN_EXPORT attn_status attn_library_close(attn_library *library);

/// The checked manifest, or null for a closed library. Borrowed.
ATTN_EXPORT const attn_manifest *attn_library_manifest(const attn_library *library);

/// Finds an entry by name; a null name finds the only entry. The entry belongs to the library. An unknown name is
/// refused with the names there are.
ATTN_EXPORT attn_status attn_library_find(attn_context *context, attn_library *library, const char *name,
                                          attn_entry **entry);

/// The entry's description, or null for a closed one. Borrowed from the library.
ATTN_EXPORT const attn_entry_desc *attn_entry_describe(const attn_entry *entry);

// ---- calls ----------------------------------------------------------------------------------------------------------

/// Validates every argument and result against the manifest, then runs the entry. Results are allocated by the caller.
/// A null workspace is taken from the context; one that is given must be 64-byte aligned and large enough. On the cpu
/// the call has ended when this returns; on cuda it is enqueued on the stream, nothing waits for the device, and it may
/// be captured into a graph. Where code that already runs fails, results are unspecified.
ATTN_EXPORT attn_status attn_call(attn_context *context, const attn_entry *entry, const DLTensor *const *args,
                                  size_t nargs, DLTensor *const *results, size_t nresults, void *workspace,
                                  size_t workspace_bytes, attn_stream stream);

/// What attn_call takes, but for the stream.
typedef struct attn_bound_call {
  attn_context *context;
  const attn_entry *entry;
  const DLTensor *const *args;
  size_t nargs;
  DLTensor *const *results;
  size_t nresults;
  void *workspace;
  size_t workspace_bytes;
} attn_bound_call;

/// attn_call for callers to whom each argument that is handed over costs, as bindings of other languages do. Nothing is
/// kept: the struct and the tensors are the caller's, read and checked anew in each call, and may change between calls.
ATTN_EXPORT attn_status attn_call_bound(const attn_bound_call *call, attn_stream stream);

/// Writes the `rank` extents of result `index` for these arguments. Argument data is not read, integer scalars apart.
ATTN_EXPORT attn_status attn_result_shape(attn_context *context, const attn_entry *entry, const DLTensor *const *args,
                                          size_t nargs, size_t index, int64_t *shape, size_t rank);

/// Writes how many bytes of workspace a call with these arguments needs.
ATTN_EXPORT attn_status attn_workspace_size(attn_context *context, const attn_entry *entry,
                                            const DLTensor *const *args, size_t nargs, size_t *bytes);

// ---- device memory, for runners that have no framework --------------------------------------------------------------

/// Allocates on the context's device, outside any stream; 256-byte aligned. Contexts whose memory is the host's refuse
/// this and what follows (unsupported), synchronize apart.
ATTN_EXPORT attn_status attn_device_alloc(attn_context *context, size_t bytes, void **data);
ATTN_EXPORT attn_status attn_device_free(attn_context *context, void *data);
/// Copies from the host in stream order. Memory that is not pinned may be reused when this returns.
ATTN_EXPORT attn_status attn_device_copy_in(attn_context *context, void *device, const void *host, size_t bytes,
                                            attn_stream stream);
/// Copies to the host after all work of the stream, and waits.
ATTN_EXPORT attn_status attn_device_copy_out(attn_context *context, void *host, const void *device, size_t bytes,
                                             attn_stream stream);
/// Waits for the stream's work and reports what failed in it. On the cpu calls have ended already.
ATTN_EXPORT attn_status attn_device_synchronize(attn_context *context, attn_stream stream);
/// Notes the time at which the stream comes by, under a number from 0 to 65535; an older mark of it is forgotten.
ATTN_EXPORT attn_status attn_device_mark(attn_context *context, int64_t number, attn_stream stream);
/// Waits for two marks and tells the time between them.
ATTN_EXPORT attn_status attn_device_elapsed(attn_context *context, int64_t from, int64_t to, double *seconds);

#ifdef __cplusplus
}
#endif

#endif // ATTN_RT_RUNTIME_H
