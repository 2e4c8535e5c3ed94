# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What scripts/gpu-cases and scripts/gpu-judge share: the table of cases and .npy files. Standard library only."""
import ast
import random
import re
import struct

FORMATS = {'<f2': 'e', '<f4': 'f', '<f8': 'd', '<i4': 'i', '<i8': 'q', '|i1': 'b', '|u1': 'B', '|b1': '?'}


def read_npy(path):
    """(shape, tuple of numbers) of a .npy file of version 1."""
    data = path.read_bytes()
    size = struct.unpack('<H', data[8:10])[0]
    header = ast.literal_eval(data[10:10 + size].decode())
    form, count = FORMATS[header['descr']], 1
    for extent in header['shape']:
        count *= extent
    return header['shape'], struct.unpack_from(f'<{count}{form}', data, 10 + size)


def write_npy(path, shape, numbers):
    """An .npy file of f32. Numbers beyond its range become infinities."""
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({''.join(f'{e}, ' for e in shape)}), }}"
    header += ' ' * (-(len(header) + 11) % 64) + '\n'
    largest = 3.4028234e38
    body = struct.pack(f'<{len(numbers)}f', *(n if n != n or abs(n) <= largest else n * float('inf') for n in numbers))
    path.write_bytes(b'\x93NUMPY\x01\x00' + struct.pack('<H', len(header)) + header.encode() + body)


class Case:
    """One line of the table in one type."""

    def __init__(self, variant, name, words, type_):
        self.variant, self.name, self.type = variant, name, type_
        self.heads = words[0] if words[0].startswith('D=') else None
        self.words = []
        for word in words[1 if self.heads else 0:]:
            self.words.append(self.words[-1] if word == 'same' else word)
        last = [re.split('[:*]', w)[0].split('x')[-1] for w in self.words[:3]]
        self.d, self.dv = int(last[0]), int(last[2])
        self.large = name == 'large'

    def key(self):
        return f'{self.variant}.{self.name}.{self.type}'

    def sizes(self):
        """The value of --specialise."""
        if self.heads:
            return f'{self.heads} type={self.type}'
        return f'D={self.d}' + (f' Dv={self.dv}' if self.dv != self.d else '') + f' type={self.type}'

    def library(self):
        return f'{self.variant}.{self.sizes().replace("type=", "").replace("=", "").replace(" ", ".").replace(",", "x")}'

    def arguments(self, folder):
        """The specs of attn-exec. Arguments that it cannot generate become files of the folder."""
        specs = []
        for number, word in enumerate(self.words):
            match = re.fullmatch(r'([0-9]+(?:x[0-9]+)*)(?::(f32))?(?:\*(holes|[0-9.]+))?', word)
            if not match:
                specs.append(word)
                continue
            extents, type_, factor = match[1], match[2] or self.type, match[3]
            if not factor:
                specs.append(f'shape={extents}:{type_}:normal')
                continue
            file = folder / f'{self.key()}.{number}.{extents}.{factor}.npy'
            write_npy(file, [int(e) for e in extents.split('x')], special(extents, number, factor))
            specs.append(f'{file.name}:{type_}')
        return specs


def special(extents, number, factor):
    count = 1
    for extent in extents.split('x'):
        count *= int(extent)
    source = random.Random(f'{extents}/{number}')
    numbers = [source.gauss(0, 1) for _ in range(count)]
    if factor == 'holes':
        return [float('-inf') if i % 3 == 0 else n for i, n in enumerate(numbers)]
    return [n * float(factor) for n in numbers]


def read_table(path, types):
    cases = []
    for line in path.read_text().splitlines():
        if line.strip() and not line.startswith('#'):
            head, words = line.split(': ', 1)
            cases += [Case(*head.split(), words.split(), type_) for type_ in types]
    return cases
