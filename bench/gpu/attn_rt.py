# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The least of the runtime's C API that a benchmark needs: call a compiled entry on torch's tensors and stream."""
import ctypes as C

import torch

KINDS = {torch.bfloat16: (4, 16), torch.float16: (2, 16), torch.float32: (2, 32), torch.int32: (0, 32)}


class DLTensor(C.Structure):
    _fields_ = [('data', C.c_void_p), ('device_type', C.c_int32), ('device_id', C.c_int32), ('ndim', C.c_int32),
                ('code', C.c_uint8), ('bits', C.c_uint8), ('lanes', C.c_uint16), ('shape', C.POINTER(C.c_int64)),
                ('strides', C.POINTER(C.c_int64)), ('byte_offset', C.c_uint64)]


class Call(C.Structure):
    """attn_bound_call: all of a call but its stream."""
    _fields_ = [('context', C.c_void_p), ('entry', C.c_void_p), ('args', C.POINTER(C.POINTER(DLTensor))),
                ('nargs', C.c_size_t), ('results', C.POINTER(C.POINTER(DLTensor))), ('nresults', C.c_size_t),
                ('workspace', C.c_void_p), ('workspace_bytes', C.c_size_t)]


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


# Torch's Stream object costs more than a launch.
raw_stream = getattr(torch._C, '_cuda_getCurrentRawStream', None) or (
    lambda index: torch.cuda.current_stream(index).cuda_stream)


class Runtime:
    """The runtime on a CUDA device, with its one context."""

    def __init__(self, path, device='cuda'):
        self.rt = C.CDLL(path)
        self.rt.attn_last_message.restype = C.c_char_p
        self.rt.attn_last_message.argtypes = [C.c_void_p]
        self.context = C.c_void_p()
        self.streams = {}  # by torch's number
        self.index = int(device.partition(':')[2] or 0)
        self.check(self.rt.attn_context_create(device.encode(), C.byref(self.context)))

    def check(self, status):
        if status:
            message = self.rt.attn_last_message(self.context or None)
            raise RuntimeError(f'status {status}: {message.decode() if message else "no message"}')

    def workspace(self, entry, arguments):
        """Memory of torch for calls with these arguments, or None."""
        size = C.c_size_t()
        self.check(self.rt.attn_workspace_size(self.context, entry, arguments, C.c_size_t(len(arguments)),
                                               C.byref(size)))
        return torch.empty(size.value, dtype=torch.uint8, device=f'cuda:{self.index}') if size.value else None

    def entry(self, path):
        """The only entry of a library: bind(arguments, results) gives a call on torch's current stream. The call keeps
        a workspace, so that it runs on one stream at a time."""
        library, entry = C.c_void_p(), C.c_void_p()
        self.check(self.rt.attn_library_open(self.context, str(path).encode(), C.byref(library)))
        self.check(self.rt.attn_library_find(self.context, library, None, C.byref(entry)))

        def bind(arguments, results):
            a, r = pointers(arguments), pointers(results)
            space = self.workspace(entry, a)
            bound = Call(self.context, entry, a, len(a), r, len(r), space.data_ptr() if space is not None else None,
                         space.numel() if space is not None else 0)
            # Ctypes spends as much on eight arguments as the runtime on a call. Two, as it hands them over itself.
            function, fixed, index, check, streams = (self.rt.attn_call_bound, C.byref(bound), self.index, self.check,
                                                      self.streams)

            def call():
                raw = raw_stream(index)
                stream = streams.get(raw)
                if stream is None:
                    stream = streams[raw] = C.c_void_p.from_param(raw)
                status = function(fixed, stream)
                if status:
                    check(status)
            call.keep = a, r, space, bound
            return call
        return bind
