# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes malformed arrays and hostile programs to a folder."""
import os
import struct
import sys


def npy(descr, shape, data, magic=b'\x93NUMPY'):
    header = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}"
    header += ' ' * (-(len(header) + 11) % 64) + '\n'
    return magic + b'\x01\x00' + struct.pack('<H', len(header)) + header.encode() + data


FILES = {
    'small.npy': npy('<f4', (1, 1, 1, 3), bytes(12)),
    'short.npy': npy('<f4', (1, 1, 8, 16), bytes(12)),
    'magic.npy': npy('<f4', (3,), bytes(12), magic=b'\x93NUMBY'),
    'negative.npy': npy('<f4', (1, -1, 8, 16), bytes(12)),
    'complex.npy': npy('<c8', (3,), bytes(24)),
    'deep.mlir': b'[' * 1000000,
    'callsites.mlir': b''.join(b'#l%d = loc(callsite(#l%d at "a"))\n' % (i + 1, i) for i in range(5000)),
    'large.mlir': b'/' * ((16 << 20) + 1),
    'bytecode.mlir': b'ML\xefR\x01garbage',
    'zero.mlir': b'func.\0',
}

for name, content in FILES.items():
    with open(os.path.join(sys.argv[1], name), 'wb') as file:
        file.write(content)
