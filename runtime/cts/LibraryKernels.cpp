// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Kernels and host code in plain C++, packed as compiled code packs them.
#include "runtime/cts/LibraryKernels.h"

#include "runtime/cts/Library.h"

#include <atomic>
#include <cmath>
#include <cstring>

namespace {

std::atomic<int64_t> pointsRun{0};

/// A memref as it lies in a kernel's argument block.
template <int rank> struct Ref {
  char *base;
  int64_t size[rank];
  int64_t stride[rank];

  explicit Ref(const DLTensor &tensor) : base(static_cast<char *>(tensor.data)) {
    for (int d = 0; d < rank; ++d) {
      size[d] = tensor.shape[d];
      stride[d] = tensor.strides[d];
    }
  }

  template <typename T, typename... Index> T &at(Index... index) const {
    const int64_t all[] = {int64_t(index)...};
    int64_t offset = 0;
    for (int d = 0; d < rank; ++d)
      offset += all[d] * stride[d];
    return reinterpret_cast<T *>(base)[offset];
  }
};

struct AttendArgs {
  Ref<4> q, k, v;
  Ref<1> lengths;
  float scale; // fills an 8-byte slot from its low byte
  Ref<4> o;
  Ref<3> lse;
};

struct PointsArgs {
  Ref<3> o;
};

int32_t start(attn_context *context, attn_kernel_fn kernel, const void *args, int64_t bytes, int64_t gx, int64_t gy,
              int64_t gz, int64_t scratch, attn_stream stream) {
  auto *key = reinterpret_cast<const void *>(kernel);
  return context->api->launch(context, key, args, bytes, gx, gy, gz, scratch, stream);
}

template <typename T> T scalar(const DLTensor *tensor) {
  T value;
  memcpy(&value, tensor->data, sizeof value);
  return value;
}

} // namespace

extern "C" int64_t attn_cts_points(void) { return pointsRun.load(); }

namespace attn::rt::cts {

static_assert(sizeof(AttendArgs) == kAttendBytes && sizeof(PointsArgs) == kPointsBytes &&
              sizeof(Ref<1>) == kLevelBytes);

void attendKernel(const void *block, int64_t i, int64_t h, int64_t b, void *scratch) {
  ++pointsRun;
  const auto &a = *static_cast<const AttendArgs *>(block);
  auto *p = static_cast<float *>(scratch);
  int64_t length = a.lengths.at<int32_t>(b), g = h / (a.q.size[1] / a.k.size[1]);
  float most = -INFINITY, sum = 0;
  for (int64_t j = 0; j < length; ++j) {
    float s = 0;
    for (int64_t c = 0; c < 8; ++c)
      s += a.q.at<float>(b, h, i, c) * a.k.at<float>(b, g, j, c);
    p[j] = s * a.scale;
    most = std::fmax(most, p[j]);
  }
  for (int64_t j = 0; j < length; ++j)
    sum += p[j] = std::exp(p[j] - most);
  for (int64_t c = 0; c < 8; ++c) {
    float o = 0;
    for (int64_t j = 0; j < length; ++j)
      o += p[j] * a.v.at<float>(b, g, j, c);
    a.o.at<float>(b, h, i, c) = length ? o / sum : 0;
  }
  a.lse.at<float>(b, h, i) = length ? most + std::log(sum) : -INFINITY;
}

ATTN_CTS_ENTRY(attend) {
  (void)nargs, (void)nresults;
  // The workspace is written, as partial results would be: it must be there and writable.
  if (bytes)
    memset(workspace, 0, bytes);
  AttendArgs block{Ref<4>(*args[0]),    Ref<4>(*args[1]),     Ref<4>(*args[2]),     Ref<1>(*args[3]),
                   scalar<float>(args[4]), Ref<4>(*results[0]), Ref<3>(*results[1])};
  return start(context, attendKernel, &block, sizeof block, block.q.size[2], block.q.size[1],
                              block.q.size[0], kAttendScratch, stream);
}

ATTN_CTS_ENTRY(packed) {
  (void)context, (void)nargs, (void)nresults, (void)workspace, (void)bytes, (void)stream;
  Ref<2> x(*args[0]), o(*results[0]);
  Ref<1> cu(*args[1]);
  for (int64_t s = 0; s + 1 < cu.size[0]; ++s)
    for (int64_t t = cu.at<int64_t>(s); t < cu.at<int64_t>(s + 1); ++t)
      for (int64_t c = 0; c < 4; ++c)
        o.at<float>(t, c) = x.at<float>(t, c) / float(cu.at<int64_t>(s + 1) - cu.at<int64_t>(s));
  return ATTN_OK;
}

ATTN_CTS_ENTRY(listed) {
  (void)context, (void)nargs, (void)nresults, (void)workspace, (void)bytes, (void)stream;
  Ref<2> x(*args[0]), counts(*args[1]), o(*results[0]);
  Ref<3> indices(*args[2]);
  for (int64_t h = 0; h < counts.size[0]; ++h)
    for (int64_t r = 0; r < counts.size[1]; ++r) {
      float sum = 0;
      for (int64_t e = 0; e < counts.at<int32_t>(h, r); ++e)
        for (int64_t t = indices.at<int32_t>(h, r, e) * 16, end = t + 16; t < end && t < x.size[0]; ++t)
          for (int64_t c = 0; c < 4; ++c)
            sum += x.at<float>(t, c);
      o.at<float>(h, r) = sum;
    }
  return ATTN_OK;
}

void pointsKernel(const void *block, int64_t x, int64_t y, int64_t z, void *scratch) {
  ++pointsRun;
  const auto &a = *static_cast<const PointsArgs *>(block);
  // The scratch is this thread's alone: what is written first must still be there.
  auto *own = static_cast<volatile int64_t *>(scratch);
  *own = x + 1000 * y + 1000000 * z;
  for (volatile int spin = 0; spin < 50; spin = spin + 1) {
  }
  bool aligned = reinterpret_cast<uintptr_t>(scratch) % 64 == 0;
  a.o.at<int64_t>(z, y, x) = aligned ? *own : -1;
}

ATTN_CTS_ENTRY(points) {
  (void)nargs, (void)nresults, (void)workspace, (void)bytes;
  PointsArgs block{Ref<3>(*results[0])};
  return start(context, pointsKernel, &block, sizeof block, scalar<int64_t>(args[0]),
                              scalar<int64_t>(args[1]), scalar<int64_t>(args[2]), 64, stream);
}

static void writeLevel(const void *block, int32_t value) {
  ++pointsRun;
  *reinterpret_cast<int32_t *>(static_cast<const Ref<1> *>(block)->base) = value;
}

void levelAny(const void *args, int64_t, int64_t, int64_t, void *) { writeLevel(args, 0); }
void levelV2(const void *args, int64_t, int64_t, int64_t, void *) { writeLevel(args, 2); }
void levelTooHigh(const void *args, int64_t, int64_t, int64_t, void *) { writeLevel(args, 99); }

ATTN_CTS_ENTRY(level) {
  (void)args, (void)nargs, (void)nresults, (void)workspace, (void)bytes;
  Ref<1> block(*results[0]);
  return start(context, levelAny, &block, sizeof block, 1, 1, 1, 0, stream);
}

ATTN_CTS_ENTRY(copy) {
  (void)context, (void)nargs, (void)nresults, (void)workspace, (void)bytes, (void)stream;
  Ref<2> x(*args[0]), o(*results[0]);
  for (int64_t i = 0; i < x.size[0]; ++i)
    for (int64_t j = 0; j < x.size[1]; ++j)
      o.at<uint16_t>(i, j) = x.at<uint16_t>(i, j);
  return ATTN_OK;
}

ATTN_CTS_ENTRY(filled) {
  (void)args, (void)nargs, (void)nresults, (void)workspace, (void)bytes;
  return context->api->fill(context, results[0]->data, results[0]->shape[0], 2, 0x1234, stream);
}

static void unlistedKernel(const void *, int64_t, int64_t, int64_t, void *) { ++pointsRun; }

ATTN_CTS_ENTRY(broken) {
  (void)nargs, (void)results, (void)nresults, (void)workspace, (void)bytes;
  switch (scalar<int32_t>(args[0])) {
  case 0: return context->api->fail(context, ATTN_DEVICE_ERROR, "the host code gave up");
  case 1: return ATTN_INTERNAL;
  case 2: return start(context, levelAny, nullptr, 0, -1, 1, 1, 0, stream);
  case 3: return start(context, nullptr, nullptr, 0, 1, 1, 1, 0, stream);
  case 4: return context->api->fill(context, nullptr, 1, 3, 0, stream);
  case 5: return start(context, levelAny, nullptr, 0, INT64_MAX, 2, 1, 0, stream);
  case 6: return start(context, unlistedKernel, nullptr, 0, 1, 1, 1, int64_t(1) << 61, stream);
  case 7: return context->api->fail(context, 1234, nullptr);
  case 8: return context->api->fill(context, nullptr, 1, 4, 0, stream);
  case 9: return context->api->fill(context, nullptr, -1, 4, 0, stream);
  }
  return ATTN_OK;
}

} // namespace attn::rt::cts
