# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes part of an .npy file of 4-byte elements: `slice-npy.py IN OUT AXIS START STOP [STEP]`."""
import ast
import struct
import sys
from array import array


def read(path):
    """(type, shape, elements in C order as 32-bit words)."""
    with open(path, 'rb') as file:
        data = file.read()
    length, start = (struct.unpack('<H', data[8:10])[0], 10) if data[6] == 1 else (struct.unpack('<I', data[8:12])[0], 12)
    header = ast.literal_eval(data[start:start + length].decode())
    assert header['descr'] in ('<f4', '<i4') and not header['fortran_order'], header
    return header['descr'], list(header['shape']), array('I', data[start + length:])


def write(path, descr, shape, words):
    header = f"{{'descr': {descr!r}, 'fortran_order': False, 'shape': {tuple(shape)!r}, }}"  # as NumPy writes it
    header += ' ' * (-(len(header) + 11) % 64) + '\n'
    with open(path, 'wb') as file:
        file.write(b'\x93NUMPY\x01\x00' + struct.pack('<H', len(header)) + header.encode() + words.tobytes())


def main(source, target, axis, *limits):
    descr, shape, words = read(source)
    chosen = range(*map(int, limits))
    axis, inner, outer = int(axis), 1, 1
    for extent in shape[axis + 1:]:
        inner *= extent
    for extent in shape[:axis]:
        outer *= extent
    part = array('I')
    for block in range(outer):
        for index in chosen:
            start = (block * shape[axis] + index) * inner
            part.extend(words[start:start + inner])
    shape[axis] = len(chosen)
    write(target, descr, shape, part)


if __name__ == '__main__':
    main(*sys.argv[1:])
