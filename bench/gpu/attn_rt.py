# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The least of the runtime's C API that a benchmark needs: call a compiled entry on torch's tensors and stream."""
import ctypes as C

import torch

KINDS = {torch.bfloat16: (4, 16), torch.float16: (2, 16), torch.float32: (2, 32), torch.int32: (0, 32)}


class DLTensor(C.Structure):
    _fields_ = [('data', C.c_void_p), ('device_type', C.c_int32), ('device_id', C.c_int32), ('ndim', C.c_int32),
                ('code', C.c_uint8), ('bits', C.c_uint8), ('lanes', C.c_uint16), ('shape', C.POINTER(C.c_int64)),
                ('strides', C.POINTER(C.c_int64)), ('byte_offset', C.c_uint64)]


def describe(tensor):
    """A DLTensor over a torch tensor on a GPU. The tensor must outlive it."""
    shape = (C.c_int64 * tensor.ndim)(*tensor.shape)
    strides = (C.c_int64 * tensor.ndim)(*tensor.stride())
    code, bits = KINDS[tensor.dtype]
    result = DLTensor(tensor.data_ptr(), 2, tensor.device.index or 0, tensor.ndim, code, bits, 1,
                      C.cast(shape, C.POINTER(C.c_int64)), C.cast(strides, C.POINTER(C.c_int64)), 0)
    result.keep = (tensor, shape, strides)
    return result


def pointers(tensors):
    described = [describe(tensor) for tensor in tensors]
    array = (C.POINTER(DLTensor) * len(described))(*(C.pointer(tensor) for tensor in described))
    array.keep = described
    return array


class Runtime:
    """The runtime on a CUDA device, with its one context."""

    def __init__(self, path, device='cuda'):
        self.rt = C.CDLL(path)
        self.rt.attn_last_message.restype = C.c_char_p
        self.rt.attn_last_message.argtypes = [C.c_void_p]
        self.rt.attn_call.argtypes = [C.c_void_p, C.c_void_p, C.c_void_p, C.c_size_t, C.c_void_p, C.c_size_t,
                                      C.c_void_p, C.c_size_t, C.c_void_p]
        self.context = C.c_void_p()
        self.check(self.rt.attn_context_create(device.encode(), C.byref(self.context)))

    def check(self, status):
        if status:
            message = self.rt.attn_last_message(self.context or None)
            raise RuntimeError(f'status {status}: {message.decode() if message else "no message"}')

    def entry(self, path):
        """The only entry of a library: bind(arguments, results) gives a call on torch's current stream."""
        library, entry = C.c_void_p(), C.c_void_p()
        self.check(self.rt.attn_library_open(self.context, str(path).encode(), C.byref(library)))
        self.check(self.rt.attn_library_find(self.context, library, None, C.byref(entry)))

        def bind(arguments, results):
            a, r = pointers(arguments), pointers(results)

            def call():
                self.check(self.rt.attn_call(self.context, entry, a, len(a), r, len(r), None, 0,
                                             torch.cuda.current_stream().cuda_stream))
            return call
        return bind
