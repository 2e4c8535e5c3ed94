// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The one thing that compiler and runtime share: tables, function types and expressions of a compiled library.
//
// A compiled library exports one symbol, `attn_manifest_v1`, of type attn_manifest. Every table below is constant data
// of that library, lives as long as it, and uses only pointers and fixed-width integers, so that a code generator can
// write it field by field. Nothing here is allocated or freed by the reader.
#ifndef ATTN_RT_ABI_H
#define ATTN_RT_ABI_H

#include "attn-rt/dlpack.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Raised whenever a struct or a signature of this header changes. Other versions are refused by message.
#define ATTN_ABI_VERSION 4

/// The name of the one exported symbol.
#define ATTN_MANIFEST_SYMBOL "attn_manifest_v1"

/// What a call came to. Compiled code returns it as int32_t.
typedef enum attn_status {
  ATTN_OK = 0,
  ATTN_INVALID_ARGUMENT = 1,
  ATTN_UNSUPPORTED = 2,
  ATTN_NO_DEVICE = 3,
  ATTN_OUT_OF_MEMORY = 4,
  ATTN_DEVICE_ERROR = 5,
  ATTN_VERSION_MISMATCH = 6,
  ATTN_INTERNAL = 7,
  ATTN_NO_DRIVER = 8,     ///< the device's driver library is not there
  ATTN_WRONG_CHIP = 9,    ///< the library holds no code for this device
  ATTN_WRONG_DEVICE = 10, ///< memory lies where the context's device does not expect it
  ATTN_UNALIGNED = 11     ///< a base or stride that the device's tensor copies cannot take
} attn_status;

typedef struct attn_context attn_context;
typedef void *attn_stream;

/// A CPU kernel: one grid point. `args` holds the launch's operands in order, each starting at a multiple of 8 bytes:
/// a memref is {void *base, int64_t size[rank], int64_t stride[rank]} (base with its offset applied, strides in
/// elements), a scalar fills one 8-byte slot from its low byte. `scratch` is 64-byte aligned and private to the thread.
typedef void (*attn_kernel_fn)(const void *args, int64_t x, int64_t y, int64_t z, void *scratch);

/// A compiled entry's host code. It runs after the runtime validated every argument, allocates nothing, and starts its
/// kernels through the context's table. Its tensors have strides, which the runtime fills in. Returns an attn_status.
typedef int32_t (*attn_entry_fn)(attn_context *context, const DLTensor *const *args, size_t nargs,
                                 DLTensor *const *results, size_t nresults, void *workspace, size_t bytes,
                                 attn_stream stream);

/// What compiled host code may call: a library has no undefined runtime symbol. The order of members is the ABI.
typedef struct attn_api {
  int64_t abi_version;
  /// Runs `kernel` once for every point of the grid gx × gy × gz (0 in any: nothing) and orders what follows after it.
  /// `kernel` is the address of an attn_kernel_desc of the library's manifest, or an attn_kernel_fn: the first variant
  /// of such a kernel, or one that no manifest lists. `args` is copied if the call returns before the kernel ends. A
  /// listed kernel is replaced by its best variant for this machine, with that variant's scratch size.
  int32_t (*launch)(attn_context *context, const void *kernel, const void *args, int64_t args_bytes, int64_t gx,
                    int64_t gy, int64_t gz, int64_t scratch_bytes, attn_stream stream);
  /// Sets `count` elements of `element_bytes` (1, 2, 4 or 8) from `data` on to the low bytes of `bits`.
  int32_t (*fill)(attn_context *context, void *data, int64_t count, int64_t element_bytes, int64_t bits,
                  attn_stream stream);
  /// Records a failure that host code found itself and returns `status`, to be returned by the entry.
  int32_t (*fail)(attn_context *context, int32_t status, const char *message);
} attn_api;

/// The public head of a context; the rest is the runtime's own. Compiled code reads `api` at offset 0.
struct attn_context {
  const attn_api *api;
};

/// An int64 expression over the call's arguments in postfix order: a flat array of words, each an opcode followed by
/// its immediates. Evaluation refuses overflow, division by zero and anything malformed by message.
typedef struct attn_expr {
  const int64_t *code;
  int64_t size; ///< words, immediates included
} attn_expr;

/// Opcodes of attn_expr. a, b, c stand for popped operands, the last pushed being the last letter.
typedef enum attn_opcode {
  ATTN_EXPR_CONST = 0,    ///< CONST v         → v
  ATTN_EXPR_DIM = 1,      ///< DIM arg dim     → extent of an argument
  ATTN_EXPR_VALUE = 2,    ///< VALUE arg       → value of an integer scalar argument
  ATTN_EXPR_ADD = 3,      ///< a b             → a + b
  ATTN_EXPR_SUB = 4,      ///< a b             → a − b
  ATTN_EXPR_MUL = 5,      ///< a b             → a · b
  ATTN_EXPR_FLOORDIV = 6, ///< a b             → floor(a / b)
  ATTN_EXPR_CEILDIV = 7,  ///< a b             → ceil(a / b)
  ATTN_EXPR_MOD = 8,      ///< a b             → a − b · floor(a / b)
  ATTN_EXPR_MIN = 9,      ///< a b
  ATTN_EXPR_MAX = 10,     ///< a b
  ATTN_EXPR_EQ = 11,      ///< a b             → 0 or 1
  ATTN_EXPR_LT = 12,      ///< a b             → 0 or 1
  ATTN_EXPR_LE = 13,      ///< a b             → 0 or 1
  ATTN_EXPR_SELECT = 14   ///< a b c           → b if a is not 0, else c
} attn_opcode;

/// What the values or the memory of an argument promise, beyond its type.
typedef enum attn_arg_flags {
  ATTN_ARG_SCALAR = 1,     ///< 0-d, or one element: read by value before anything is launched
  ATTN_ARG_LENGTHS = 2,    ///< integers, each in [0, bound]
  ATTN_ARG_CUMULATIVE = 4, ///< integers, rank 1: start at 0, never decrease, end at most at bound
  ATTN_ARG_INDICES = 8,    ///< block indices: along the last dim, `related` (counts) entries in [0, bound), none twice
  ATTN_ARG_MAY_ALIAS = 16, ///< results may overlap this argument
  ATTN_ARG_ANY_INNER_STRIDE = 32 ///< the last dim's stride is not required to be 1
} attn_arg_flags;

/// One argument of an entry.
typedef struct attn_arg_desc {
  const char *name;    ///< without a percent sign
  DLDataType dtype;    ///< `index` is int64
  int32_t rank;        ///< 0 for scalars
  const int64_t *dims; ///< rank values: an extent, or −1 − s for the symbol s; equal symbols are equal extents
  int64_t flags;       ///< attn_arg_flags
  int64_t related;     ///< ATTN_ARG_INDICES: the argument that holds the counts; otherwise −1
  attn_expr bound;     ///< the bound that the flags name; size 0: none
} attn_arg_desc;

/// One result of an entry; the caller allocates it.
typedef struct attn_result_desc {
  const char *name;
  DLDataType dtype;
  int32_t rank;
  const attn_expr *dims; ///< rank expressions
  int64_t flags;         ///< ATTN_ARG_ANY_INNER_STRIDE or 0
} attn_result_desc;

/// How the two sides of a check must relate.
typedef enum attn_relation {
  ATTN_CHECK_EQ = 0,
  ATTN_CHECK_LE = 1,
  ATTN_CHECK_LT = 2,
  ATTN_CHECK_MULTIPLE_OF = 3
} attn_relation;

/// A condition over extents that shared symbols cannot say, for example that the query heads are a multiple of the
/// key heads. A violation reads "<message>, but got <left> and <right>".
typedef struct attn_check_desc {
  const char *message; ///< for example "expected the heads of 'q' to be a multiple of the heads of 'k'"
  int64_t relation;    ///< attn_relation
  attn_expr left;
  attn_expr right;
} attn_check_desc;

/// One callable function of a library.
typedef struct attn_entry_desc {
  const char *name;
  attn_entry_fn function;
  const attn_arg_desc *args;
  int64_t nargs;
  const attn_result_desc *results;
  int64_t nresults;
  const attn_check_desc *checks;
  int64_t nchecks;
  attn_expr workspace;  ///< bytes; size 0: none
  const char *location; ///< where the user wrote it, for messages; may be null
} attn_entry_desc;

/// What the CPU must offer; each level contains those below it.
typedef enum attn_cpu_level {
  ATTN_CPU_ANY = 0,
  ATTN_CPU_X86_64_V2 = 2,
  ATTN_CPU_X86_64_V3 = 3,
  ATTN_CPU_X86_64_V4 = 4,
  ATTN_CPU_X86_64_V4_BF16 = 5 ///< v4 and AVX512-BF16
} attn_cpu_level;

/// One compiled form of a kernel.
typedef struct attn_kernel_variant {
  attn_kernel_fn function;
  int64_t cpu_level;     ///< attn_cpu_level
  int64_t scratch_bytes; ///< per thread
} attn_kernel_variant;

/// Code for one chip of a kind of device. At least one of `binary` and `portable` is there.
typedef struct attn_image {
  const char *target;     ///< the driver that loads it, for example "cuda"
  const char *chip;       ///< as given to --target, for messages
  int64_t capability;     ///< cuda: 10 · major + minor of the compute capability
  int64_t flags;          ///< attn_image_flags
  const void *binary;     ///< machine code (cuda: a cubin); may be null
  int64_t binary_bytes;
  const char *portable;   ///< what the driver can compile itself (cuda: PTX, zero-terminated); may be null
  int64_t portable_bytes; ///< the zero included
} attn_image;

/// What an image promises beyond its capability. Without a flag, machine code runs on devices of its major capability
/// and the same or a higher minor one, portable code on every device of the same or a higher capability.
typedef enum attn_image_flags {
  ATTN_IMAGE_EXACT = 1 ///< runs on devices of exactly this capability
} attn_image_flags;

/// One tensor map of a device kernel: how its copies see one of its operands. Axes go from fastest to slowest. An axis
/// may name a dim that an earlier axis named: that one then counts elements inside a box, and this one boxes.
typedef struct attn_descriptor_desc {
  int64_t offset;      ///< bytes from the argument block's start to the operand, which is a memref
  int64_t memref_rank; ///< of the operand
  DLDataType dtype;    ///< of the operand's elements
  int64_t rank;        ///< axes, from 1 to 5
  const int64_t *dims; ///< rank dims of the operand; dim dims[0] has stride 1
  const int64_t *box;  ///< rank extents of one copy, each from 1 to 256
  int64_t swizzle;     ///< 0, 32, 64 or 128 bytes
} attn_descriptor_desc;

/// One form of a kernel in one image. The device function takes the argument block by value, if it has a byte; the grid's
/// three extents as int64_t by value, if it is persistent; and then its tensor maps, 128 bytes each, by value.
typedef struct attn_device_variant {
  int64_t image;        ///< index into the manifest's images
  const char *function; ///< its name in the image
  int64_t threads;      ///< of a grid point
  int64_t shared_bytes; ///< shared memory that is asked for at the launch
  const attn_descriptor_desc *descriptors;
  int64_t ndescriptors;
  int64_t flags; ///< attn_device_flags
} attn_device_variant;

/// How a form is launched.
typedef enum attn_device_flags {
  ATTN_DEVICE_PERSISTENT = 1, ///< as many blocks as run at once, in one dim; each goes through points of the grid
  /// Waits itself, before it touches memory, until the launches before it in the call have ended: behind one of those
  /// it may start while that one ends. It lets what comes behind it start early only after it has waited.
  ATTN_DEVICE_STARTS_EARLY = 2
} attn_device_flags;

/// A kernel and its variants; either list may be empty. Of `variants`, which the CPU runs, the first one is what
/// entries may pass to `launch`, and the highest level that runs is called. Of `device_variants`, those of the image
/// that was chosen for the device are tried in order: one whose tensor maps the operands do not allow is passed over.
typedef struct attn_kernel_desc {
  const char *name;
  const attn_kernel_variant *variants;
  int64_t nvariants;
  const attn_device_variant *device_variants;
  int64_t ndevice_variants;
  const char *location; ///< may be null
} attn_kernel_desc;

/// The table that a library exports. `abi_version` stays first in every version.
typedef struct attn_manifest {
  int64_t abi_version;   ///< ATTN_ABI_VERSION of the compiler
  int64_t manifest_bytes; ///< sizeof(attn_manifest) of the compiler
  const char *producer;  ///< compiler name and version
  const char *targets;   ///< comma separated, as given to --target, for example "cpu"
  int64_t cpu_level;     ///< what host code and every kernel's first variant need
  const attn_entry_desc *entries;
  int64_t nentries;
  const attn_kernel_desc *kernels;
  int64_t nkernels;
  const attn_image *images;
  int64_t nimages;
  const char *source;    ///< the IR it was compiled from; may be null
  int64_t source_bytes;
} attn_manifest;

#ifdef __cplusplus
}
#endif

#endif // ATTN_RT_ABI_H
