// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The DLPack v1 tensor types, layout compatible with <dlpack/dlpack.h>, so that no package is needed to build or call.
//
// The include guard is DLPack's own: a program that also includes the original must include the original first, and
// then the original's definitions are used.
#ifndef DLPACK_DLPACK_H_
#define DLPACK_DLPACK_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Where a tensor lies. The runtime knows the host kinds; the others are here to be named in messages of refusal.
typedef enum DLDeviceType {
  kDLCPU = 1,
  kDLCUDA = 2,
  kDLCUDAHost = 3,
  kDLOpenCL = 4,
  kDLVulkan = 7,
  kDLMetal = 8,
  kDLVPI = 9,
  kDLROCM = 10,
  kDLROCMHost = 11,
  kDLExtDev = 12,
  kDLCUDAManaged = 13,
  kDLOneAPI = 14,
  kDLWebGPU = 15,
  kDLHexagon = 16,
  kDLMAIA = 17
} DLDeviceType;

/// A device and its ordinal.
typedef struct {
  DLDeviceType device_type;
  int32_t device_id;
} DLDevice;

/// The kind of number; `bits` and `lanes` stand in DLDataType.
typedef enum {
  kDLInt = 0U,
  kDLUInt = 1U,
  kDLFloat = 2U,
  kDLOpaqueHandle = 3U,
  kDLBfloat = 4U,
  kDLComplex = 5U,
  kDLBool = 6U
} DLDataTypeCode;

/// An element type, for example {kDLFloat, 32, 1}.
typedef struct {
  uint8_t code;
  uint8_t bits;
  uint16_t lanes;
} DLDataType;

/// A strided view of memory that somebody else owns. `strides` counts elements; null means row major and dense.
typedef struct {
  void *data;
  DLDevice device;
  int32_t ndim;
  DLDataType dtype;
  int64_t *shape;
  int64_t *strides;
  uint64_t byte_offset;
} DLTensor;

/// A tensor with a deleter, the form in which frameworks hand one over.
typedef struct DLManagedTensor {
  DLTensor dl_tensor;
  void *manager_ctx;
  void (*deleter)(struct DLManagedTensor *self);
} DLManagedTensor;

#ifdef __cplusplus
}
#endif

#endif // DLPACK_DLPACK_H_
