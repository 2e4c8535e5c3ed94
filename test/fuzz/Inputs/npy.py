# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes and reads dense .npy files of f4, f8 and i4 with the standard library alone."""
import ast
import math
import struct


def write(path, shape, values, code='<f4'):
    header = str({'descr': code, 'fortran_order': False, 'shape': tuple(shape)}).encode()
    header += b' ' * (63 - (len(header) + 10) % 64) + b'\n'
    letter = {'<f4': 'f', '<f8': 'd', '<i4': 'i'}[code]
    with open(path, 'wb') as file:
        file.write(b'\x93NUMPY\x01\x00' + struct.pack('<H', len(header)) + header)
        file.write(struct.pack(f'<{len(values)}{letter}', *values))


def read(path):
    """(shape, list of numbers); 16-bit brains come as f4."""
    with open(path, 'rb') as file:
        data = file.read()
    size = struct.unpack('<H', data[8:10])[0]
    header = ast.literal_eval(data[10:10 + size].decode())
    letter = {'<f4': 'f', '<f8': 'd', '<i4': 'i', '<f2': 'e'}[header['descr']]
    count = math.prod(header['shape'])
    return header['shape'], list(struct.unpack_from(f'<{count}{letter}', data, 10 + size))
