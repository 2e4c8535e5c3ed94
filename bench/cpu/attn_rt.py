# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The least of the runtime's C API that a benchmark needs: open a library, find an entry, call it on numpy arrays."""
import ctypes as C

import numpy as np

CODES = {'f': 2, 'i': 0, 'u': 1}


class DLTensor(C.Structure):
    _fields_ = [('data', C.c_void_p), ('device_type', C.c_int32), ('device_id', C.c_int32), ('ndim', C.c_int32),
                ('code', C.c_uint8), ('bits', C.c_uint8), ('lanes', C.c_uint16), ('shape', C.POINTER(C.c_int64)),
                ('strides', C.POINTER(C.c_int64)), ('byte_offset', C.c_uint64)]


def tensor(array):
    """A DLTensor over a numpy array. The array must outlive it."""
    shape = (C.c_int64 * array.ndim)(*array.shape)
    strides = (C.c_int64 * array.ndim)(*(s // array.itemsize for s in array.strides))
    result = DLTensor(array.ctypes.data, 1, 0, array.ndim, CODES[array.dtype.kind], array.itemsize * 8, 1,
                      C.cast(shape, C.POINTER(C.c_int64)), C.cast(strides, C.POINTER(C.c_int64)), 0)
    result.keep = (array, shape, strides)
    return result


class Library:
    """A compiled library, opened on the CPU."""

    def __init__(self, runtime, path):
        self.rt = C.CDLL(runtime)
        self.rt.attn_last_message.restype = C.c_char_p
        self.rt.attn_last_message.argtypes = [C.c_void_p]
        self.context = C.c_void_p()
        self.library = C.c_void_p()
        self.check(self.rt.attn_context_create(b'cpu', C.byref(self.context)))
        self.check(self.rt.attn_library_open(self.context, path.encode(), C.byref(self.library)))

    def check(self, status):
        if status:
            message = self.rt.attn_last_message(self.context) if self.context else None
            raise RuntimeError(f'status {status}: {message.decode() if message else "no message"}')

    def entry(self, name):
        """A callable f(arguments, results) over numpy arrays; bound() prepares one call to be repeated."""
        found = C.c_void_p()
        self.check(self.rt.attn_library_find(self.context, self.library, name.encode(), C.byref(found)))

        def bound(arguments, results):
            a, r = [tensor(x) for x in arguments], [tensor(x) for x in results]
            pa = (C.POINTER(DLTensor) * len(a))(*(C.pointer(x) for x in a))
            pr = (C.POINTER(DLTensor) * len(r))(*(C.pointer(x) for x in r))

            def call(keep=(a, r)):
                self.check(self.rt.attn_call(self.context, found, pa, C.c_size_t(len(a)), pr, C.c_size_t(len(r)),
                                             None, C.c_size_t(0), None))
            return call
        return bound
