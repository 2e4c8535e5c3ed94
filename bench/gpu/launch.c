// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The host's cost of a call of a compiled entry: one set of tensors again and again, some sets in turn, fresh sets.
//
// Usage: launch LIBRARY.so [EXTENT] [DRIVER]
// Every free extent is EXTENT (128), those before a tensor's last two 1. DRIVER is cuda:0. Arguments that are scalars
// are 1. Build: cc -O2 -I include bench/gpu/launch.c -L FOLDER -lattn-rt -Wl,-rpath,FOLDER -o launch
#define _POSIX_C_SOURCE 200809L

#include "attn-rt/runtime.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { kSets = 256, kMostTensors = 16, kMostRank = 8, kTurn = 32, kSamples = 4096 };

typedef struct Tensors {
  DLTensor list[kMostTensors];
  int64_t shapes[kMostTensors][kMostRank];
  const DLTensor *args[kMostTensors];
  DLTensor *results[kMostTensors];
} Tensors;

static attn_context *context;
static const attn_entry_desc *description;
static attn_entry *entry;
static Tensors sets[kSets];
static double times[kSamples];
static int64_t ones[2] = {1, 0};

static void check(attn_status status) {
  if (!status)
    return;
  fprintf(stderr, "%s: %s\n", attn_status_name(status), attn_last_message(NULL));
  exit(1);
}

static DLTensor *place(Tensors *set, int64_t number, DLDataType type, int32_t rank) {
  DLTensor *tensor = &set->list[number];
  size_t bytes = (size_t)(type.bits * type.lanes + 7) / 8;
  memset(tensor, 0, sizeof *tensor);
  for (int32_t d = 0; d < rank; ++d)
    bytes *= (size_t)set->shapes[number][d];
  check(attn_context_device(context, &tensor->device));
  check(attn_device_alloc(context, bytes, &tensor->data));
  tensor->ndim = rank;
  tensor->dtype = type;
  tensor->shape = set->shapes[number];
  return tensor;
}

static void fill(Tensors *set, int64_t extent) {
  int64_t nargs = description->nargs;
  for (int64_t i = 0; i < nargs; ++i) {
    const attn_arg_desc *arg = &description->args[i];
    for (int32_t d = 0; d < arg->rank; ++d)
      set->shapes[i][d] = arg->dims[d] >= 0 ? arg->dims[d] : d + 2 < arg->rank ? 1 : extent;
    DLTensor *tensor = place(set, i, arg->dtype, arg->rank);
    if (arg->flags & ATTN_ARG_SCALAR) {
      tensor->device.device_type = kDLCPU;
      tensor->data = ones;
    }
    set->args[i] = tensor;
  }
  for (int64_t i = 0; i < description->nresults; ++i) {
    const attn_result_desc *result = &description->results[i];
    check(attn_result_shape(context, entry, set->args, (size_t)nargs, (size_t)i, set->shapes[nargs + i],
                            (size_t)result->rank));
    set->results[i] = place(set, nargs + i, result->dtype, result->rank);
  }
}

static void call(Tensors *set) {
  check(attn_call(context, entry, set->args, (size_t)description->nargs, set->results, (size_t)description->nresults,
                  NULL, 0, NULL));
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/// Calls the sets from `first` on, `count` of them in turn.
static void measure(const char *name, int first, int count, int samples) {
  for (int i = 0; i < samples; ++i) {
    struct timespec begin, end;
    if (i % 32 == 0)
      check(attn_device_synchronize(context, NULL)); // a full queue would make the host wait
    clock_gettime(CLOCK_MONOTONIC, &begin);
    call(&sets[first + i % count]);
    clock_gettime(CLOCK_MONOTONIC, &end);
    times[i] = (double)(end.tv_sec - begin.tv_sec) * 1e6 + (double)(end.tv_nsec - begin.tv_nsec) * 1e-3;
  }
  check(attn_device_synchronize(context, NULL));
  qsort(times, (size_t)samples, sizeof *times, ascending);
  printf("%-9s %6.2f us, of ten calls nine within %6.2f us\n", name, times[samples / 2], times[samples * 9 / 10]);
}

int main(int argc, char **argv) {
  if (argc < 2) {
    fprintf(stderr, "usage: launch LIBRARY.so [EXTENT] [DRIVER]\n");
    return 1;
  }
  attn_library *library;
  check(attn_context_create(argc > 3 ? argv[3] : "cuda:0", &context));
  check(attn_library_open(context, argv[1], &library));
  check(attn_library_find(context, library, NULL, &entry));
  description = attn_entry_describe(entry);
  if (description->nargs + description->nresults > kMostTensors) {
    fprintf(stderr, "expects at most %d tensors\n", kMostTensors);
    return 1;
  }
  for (int i = 0; i < kSets; ++i)
    fill(&sets[i], argc > 2 ? atoll(argv[2]) : 128);
  call(&sets[0]);
  measure("repeated", 0, 1, kSamples);
  measure("in turn", 0, kTurn, kSamples);
  measure("fresh", kTurn, kSets - kTurn, kSets - kTurn);
  check(attn_library_close(library));
  check(attn_context_destroy(context)); // what was allocated ends with the process
  return 0;
}
