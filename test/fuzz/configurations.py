# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random attention configurations, compiled, interpreted and compared with the oracle.

  configurations.py FIRST LAST FOLDER [attn-run options]

Seed n always makes the same function, arguments and backends. A seed that fails leaves its files in FOLDER and prints
one line that shows it again. Exit code 1 if any fails. More than chains.py: odd and empty sizes, values that are huge,
infinite or NaN, tokens that nobody may read, static extents, random region programs, parts and their merge.
"""
import os
import random
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'Inputs'))
import npy
from expressions import Expression
from masks import PAIR, Masks
from normalizers import NORMALIZERS, text_of
from seeds import compare, run_all

HEAD_SIZES = [1, 2, 7, 8, 16, 32, 33, 64, 80, 96, 129, 200, 256]
LENGTHS = [0, 1, 2, 5, 17, 31, 32, 33, 63, 64, 65, 100, 127, 129, 200, 255, 257, 511, 512, 513]
TENSOR_GATES = True
NAN, INF = float('nan'), float('inf')


class Configuration(Masks):
    """One function, built line by line, and the arguments it is called with."""

    def __init__(self, seed, folder):
        self.random = random.Random(seed)
        self.stem = os.path.join(folder, f'configuration-{seed}')
        self.element = self.pick('f32', 'f32', 'f32', 'bf16', 'f16', 'f64')
        self.compute = 'f64' if self.element == 'f64' else 'f32'
        self.parameters, self.specs, self.lines, self.results, self.files = [], [], [], [], []
        self.normalizers, self.names = {}, 0
        self.choose_sizes()
        static = self.chance(0.15)
        extents = [self.batch, self.heads, self.queries, self.keys]
        self.extent = {key: str(value) if static else '?' for key, value in zip('bhij', extents)}
        self.static = static
        plane = 'x'.join(self.extent[axis] for axis in 'bhij')
        self.scores, self.weights = f'!attn.scores<{plane}x{self.compute}>', f'!attn.weights<{plane}x{self.compute}>'
        self.row = self.rows('bhi')
        self.build()

    # Parts of text.
    def pick(self, *choices):
        return self.random.choice(choices)

    def chance(self, share):
        return self.random.random() < share

    def below(self, limit):
        return self.random.randrange(limit)

    def rows(self, axes, last=''):
        return f'tensor<{"".join(self.extent[axis] + "x" for axis in axes)}{last}{self.compute}>'

    def emit(self, text):
        self.names += 1
        self.lines.append(f'%v{self.names} = {text}')
        return f'%v{self.names}'

    def argument(self, type, spec):
        name = f'%a{len(self.specs)}'
        self.parameters.append(f'{name}: {type}')
        self.specs.append(spec)
        return name

    def integers(self, values):
        values = list(values)
        extent = len(values) if self.static else '?'
        if not values:
            path = self.file([0], [], '<i4')
            return self.argument(f'tensor<{extent}xi32>', path), f'tensor<{extent}xi32>'
        return (self.argument(f'tensor<{extent}xi32>', '[' + ','.join(map(str, values)) + ']:i32'),
                f'tensor<{extent}xi32>')

    def file(self, shape, values, code='<f4'):
        path = f'{self.stem}-{len(self.specs)}.npy'
        npy.write(path, shape, values, code)
        self.files.append(path)
        return path

    def floats(self, shape, element='f32', kind='uniform', shared=False):
        """A parameter tensor: slopes, sinks, factors, tables. A shared one says so by a static extent of 1."""
        type = f'tensor<{"".join("1x" if shared and extent == 1 else "?x" for extent in shape)}{element}>'
        if not shape:
            return self.argument(type, f'{self.random.random():e}:{element}'), type
        if any(extent == 0 for extent in shape):
            return self.argument(type, self.file(shape, [])), type
        return self.argument(type, f'shape={"x".join(map(str, shape))}:{element}:{kind}'), type

    # Sizes, domain and values.
    def choose_sizes(self):
        self.head_size, self.value_size = self.pick(*HEAD_SIZES), self.pick(*HEAD_SIZES)
        if self.chance(0.4):
            self.value_size = self.head_size
        self.batch = self.pick(1, 1, 1, 2, 3, 3) if not self.chance(0.02) else 0
        self.key_heads = self.pick(1, 1, 2, 3)
        self.heads = self.key_heads * self.pick(1, 1, 3, 5, 8)
        self.queries, self.keys = self.pick(*LENGTHS), self.pick(*LENGTHS)
        if self.chance(0.25):
            self.queries = self.pick(1, 2, 3, 4)
        if self.chance(0.25):
            self.keys = self.queries
        budget = 6e6
        while self.batch * self.heads * self.queries * self.keys * (self.head_size + self.value_size) > budget:
            if self.heads > 8:
                self.heads = self.key_heads
            elif self.batch > 1:
                self.batch = 1
            elif self.head_size + self.value_size > 100:
                self.head_size, self.value_size = self.pick(1, 7, 16, 33), self.pick(1, 7, 16, 33)
            elif self.heads > 1:
                self.heads = self.key_heads = 1
            else:
                self.queries, self.keys = self.queries // 2, self.keys // 2 + 1
        self.mode = self.pick('dense', 'dense', 'dense', 'packed', 'padded')
        if self.mode == 'packed':
            self.batch = 1
        self.align = self.pick('top_left', 'bottom_right')
        self.values_kind = self.pick('normal', 'normal', 'normal', 'normal', 'huge', 'poison', 'nan', 'tiny')
        self.ends = [[self.queries] * self.batch, [self.keys] * self.batch]
        if self.mode == 'packed':
            count = self.pick(1, 2, 3, 6)
            gap = self.pick(0, 0, 0, 3)
            self.ends = [[0] + sorted(self.below(n + 1) for _ in range(count - 1)) + [max(n - gap, 0)]
                         for n in (self.queries, self.keys)]
            self.ends = [[min(end, ends[-1]) for end in ends] for ends in self.ends]
        elif self.mode == 'padded':
            self.ends = [[self.pick(0, n, self.below(n + 1), self.below(n + 1)) for _ in range(self.batch)]
                         for n in (self.queries, self.keys)]
        self.segments = len(self.ends[0]) - 1 if self.mode == 'packed' else self.batch

    def used(self, side, b, t):
        """Whether token t belongs to anything."""
        return t < (self.ends[side][-1] if self.mode == 'packed' else self.ends[side][b])

    def tokens(self, role, heads, count, size):
        side = 0 if role == 'q' else 1
        extents = [self.extent['b'], str(heads) if self.static else '?', self.extent['ij'[side]], '?']
        type = f'tensor<{"x".join(extents)}x{self.element}>'
        shape, total = [self.batch, heads, count, size], self.batch * heads * count * size
        layout = self.pick('', '', ':bnhd')
        if total and (self.values_kind == 'normal' or total > 150000):
            return self.argument(type, f'shape={"x".join(map(str, shape))}:{self.element}:normal{layout}'), type
        r = self.random
        large = 10.0 if self.element == 'f16' else 100.0
        factor = {'huge': large if role != 'v' else 0.1, 'tiny': 1e-4}.get(self.values_kind, 1.0)
        values = [(r.random() + r.random() + r.random() - 1.5) * 2 * factor for _ in range(total)]
        for b in range(self.batch):
            for t in range(count):
                if self.values_kind == 'poison' and not self.used(side, b, t):
                    for h in range(heads):
                        start = ((b * heads + h) * count + t) * size
                        values[start:start + size] = [r.choice([NAN, INF, -INF])] * size
        if self.values_kind == 'nan' and total:
            for _ in range(self.pick(1, 1, 2)):
                if role != 'v' or self.chance(0.4):
                    values[self.below(total)] = self.pick(NAN, NAN, INF, -INF)
        return self.argument(type, f'{self.file(shape, values)}:{self.element}{layout}'), type

    # The function.
    def build(self):
        for _ in range(self.pick(1, 1, 1, 1, 2)):
            self.chain()

    def chain(self):
        terms, types = [], []
        for number in range(self.pick(1, 1, 1, 2, 3)):
            size = self.head_size if number == 0 else self.pick(1, 8, 16)
            heads = self.key_heads if number == 0 else self.pick(1, self.heads, self.key_heads)
            for role, count, shared in (('q', self.queries, self.heads), ('k', self.keys, heads)):
                name, type = self.tokens(role, shared, count, size)
                terms.append(name)
                types.append(type)
        value_heads = self.pick(self.key_heads, self.key_heads, 1, self.heads)
        self.values, self.values_type = self.tokens('v', value_heads, self.keys, self.value_size)
        self.output = f'tensor<{self.extent["b"]}x{self.extent["h"]}x{self.extent["i"]}x?x{self.element}>'
        if TENSOR_GATES and self.chance(0.1):
            terms[0] = self.gate(terms[0], types[0], self.token_extents(self.head_size))
        plane = self.score(terms, types)
        for _ in range(self.below(5)):
            plane = self.pick(self.modify, self.modify, self.gate_scores, self.mask, self.mask, self.mask)(plane)
        self.finish(plane)

    def score(self, terms, types):
        domain, types = f'align = {self.align}', list(types)
        if self.mode != 'dense':
            named = [self.integers(ends) for ends in self.ends]
            domain += f', {"segments" if self.mode == "packed" else "lengths"}({named[0][0]}, {named[1][0]})'
            types += [type for _, type in named]
        scale = ''
        if self.chance(0.3):
            numbers = [f'{self.pick(0.125, 1.0, -0.3, 0.0):e} : f32' for _ in range(len(terms) // 2)]
            scale = f' {{scale = {numbers[0]}}}' if len(numbers) == 1 else f' {{scales = [{", ".join(numbers)}]}}'
        return self.emit(f'attn.score {", ".join(terms)} domain({domain}){scale} : ({", ".join(types)}) '
                         f'-> {self.scores}')

    def region(self, expression, captured):
        """Values that any region may use: positions, storage indices, extents and looked-up numbers."""
        for text in ('attn.query_index', 'attn.key_index', 'attn.extent query', 'attn.extent key'):
            if self.chance(0.3):
                expression.integers.append(expression.emit(text))
        for name, type, extents, element in captured:
            indices = []
            for extent in extents:
                low = expression.emit(f'arith.maxsi {expression.pick_integer()}, {expression.index(0)} : index')
                indices.append(expression.emit(f'arith.minsi {low}, {expression.index(extent - 1)} : index'))
            value = expression.emit(f'attn.lookup {name}[{", ".join(indices)}] : {type}')
            if element == 'i32':
                expression.integers.append(expression.emit(f'arith.index_cast {value} : i32 to index'))
            elif element == self.compute:
                expression.floats.append(value)
            else:
                expression.floats.append(expression.emit(f'arith.extf {value} : {element} to {self.compute}'))
        for _ in range(self.below(5)):
            expression.add_integer()

    def captures(self, elements):
        """Random captured tensors: operands, their types, block arguments and what region() wants."""
        operands, types, arguments, captured = [], [], [], []
        for number in range(self.pick(0, 1, 1, 2)):
            element, extents = self.pick(*elements), [self.pick(1, 4, 9) for _ in range(self.pick(1, 2))]
            if element == 'i32':
                operand, type = self.integers(self.below(40) for _ in range(extents[0]))
                extents = extents[:1]
            else:
                operand, type = self.floats(extents, element)
            inside = type.replace('tensor', '!attn.captured')
            operands.append(operand)
            types.append(type)
            arguments.append(f', %c{number}: {inside}')
            captured.append((f'%c{number}', inside, extents, element))
        return operands, types, ''.join(arguments), captured

    def modify(self, plane):
        if self.chance(0.15):
            return self.remove_by_infinity(plane)
        operands, types, arguments, captured = self.captures(['f32', 'f32', 'bf16', 'f16', 'i32'])
        expression = Expression(self.random, self.compute, ['%b', '%h', '%i', '%j'], ['%x'])
        self.region(expression, captured)
        for _ in range(self.below(3)):
            expression.from_integer()
        for _ in range(1 + self.below(5)):
            expression.add_float()
        result = expression.floats[-1]
        return self.emit(f'attn.modify {", ".join([plane] + operands)} : ({", ".join([self.scores] + types)}) '
                         f'-> {self.scores} {{ ^bb0(%x: {self.compute}, {PAIR}{arguments}): {expression.text()} '
                         f'attn.yield {result} : {self.compute} }}')

    def remove_by_infinity(self, plane):
        """Scores of -inf, or 1e30, which do exist."""
        expression = Expression(self.random, self.compute, ['%i', '%j'], [])
        for _ in range(1 + self.below(3)):
            expression.add_integer()
        condition = expression.condition()
        bits = {'f32': '0xFF800000', 'f64': '0xFFF0000000000000'}[self.compute]
        far = (bits, '-1.0e30', '1.0e30') if self.element != 'f16' else (bits,)  # weights are f16 in the product
        value = expression.emit(f'arith.constant {self.pick(bits, *far)} : {self.compute}')
        return self.emit(f'attn.modify {plane} : ({self.scores}) -> {self.scores} {{ ^bb0(%x: {self.compute}, {PAIR}): '
                         f'{expression.text()} %y = arith.select {condition}, {value}, %x : {self.compute} '
                         f'attn.yield %y : {self.compute} }}')

    def gate(self, source, type, extents):
        names = list(extents)
        axes = sorted(self.random.sample(names, self.pick(0, 1, 1, 2)), key=names.index)
        factor, factor_type = self.floats([extents[axis] for axis in axes], self.pick('f32', 'f32', self.element))
        return self.emit(f'attn.gate {source}, {factor} dims({", ".join(axes)}) domain = {self.pick("linear", "log")} '
                         f': ({type}, {factor_type}) -> {type}')

    def plane_extents(self):
        return dict(zip('bhij', [self.batch, self.heads, self.queries, self.keys]))

    def token_extents(self, size):
        return dict(zip('bhtd', [self.batch, self.heads, self.queries, size]))

    def gate_scores(self, plane):
        return self.gate(plane, self.scores, self.plane_extents())

    def mask(self, plane):
        return self.emit(f'attn.mask {plane}, {self.pairs(0)} : {self.scores}')

    def normalizer(self):
        """The use, the operand types after the plane, and whether it has a sink, a log-sum-exp and a reference."""
        kind = self.pick('softmax', 'softmax', 'softmax', 'softmax', 'sink', 'off_by_one', 'relu', 'none', 'sigmoid',
                         'bias', *NORMALIZERS)
        types, has = [], {'sink': kind in ('sink', 'off_by_one'), 'lse': kind in ('softmax', 'sink', 'off_by_one'),
                          'reference': kind in ('softmax', 'sink', 'off_by_one'), 'sums': 1}
        use = kind
        if kind in ('relu', 'none', 'sigmoid', 'bias'):
            has['sums'] = 0
        if kind in ('sink', 'bias'):
            shape, element = [self.pick(1, self.heads)], self.pick('f32', self.element)
            operand, type = self.floats(shape, element, 'normal', shared=True)
            use, types = (f'softmax sink({operand})' if kind == 'sink' else f'sigmoid bias({operand})'), [type]
        if kind in NORMALIZERS:
            _, captures, more = NORMALIZERS[kind]
            self.normalizers[kind] = text_of(kind, self.compute)
            has.update(more)
            use = f'@{kind}'
            if captures:
                operand, type = self.floats([self.heads], self.compute, 'uniform')
                use, types = f'@{kind}({operand})', [type]
        return use, types, has

    def finish(self, plane):
        for kind in ('column_sum', 'diagonal_sum', 'row_max'):
            if self.chance(0.12 if kind == 'row_max' else 0.05):
                self.reduce(plane, self.scores, kind)
        use, types, has = self.normalizer()
        types = ', '.join([self.scores] + types)
        if has['lse'] and self.chance(0.5):
            included = self.pick(', sink_included', ', sink_excluded') if has['sink'] else ''
            w, lse = f'%w{self.names}', f'%lse{self.names}'
            self.lines.append(f'{w}, {lse} = attn.normalize {plane} {use} lse(base = {self.pick("e", "2")}{included}) '
                              f': ({types}) -> ({self.weights}, {self.row})')
            self.results.append((lse, self.row))
        else:
            w = self.emit(f'attn.normalize {plane} {use} : ({types}) -> {self.weights}')
        if self.chance(0.25):
            w = self.gate(w, self.weights, self.plane_extents())
        if self.chance(0.15):
            self.parts(w, use, types, has)
        else:
            product = self.emit(f'attn.apply {w}, {self.values} : ({self.weights}, {self.values_type}) '
                                f'-> {self.output}')
            if TENSOR_GATES and self.chance(0.08):
                product = self.gate(product, self.output, self.token_extents(self.value_size))
            self.results.append((product, self.output))
        for kind in ('column_sum', 'diagonal_sum'):
            if self.chance(0.15):
                self.reduce(w, self.weights, kind)

    def reduce(self, plane, type, kind):
        if kind == 'diagonal_sum' and (self.mode == 'packed' or self.queries + self.keys == 0):
            return
        result = {'row_max': self.row, 'column_sum': self.rows('bhj'), 'diagonal_sum': self.rows('bh', '?x')}[kind]
        if kind == 'diagonal_sum' and self.static:
            result = self.rows('bh', f'{max(self.queries + self.keys - 1, 0)}x')
        self.results.append((self.emit(f'attn.reduce {plane} {kind} : ({type}) -> {result}'), result))

    def parts(self, w, use, types, has):
        """The parts of one row as results, or merged with themselves."""
        accumulator = f'tensor<{self.extent["b"]}x{self.extent["h"]}x{self.extent["i"]}x?x{self.compute}>'
        pieces = [accumulator] + [self.row] * (has['reference'] + has['sums'])
        self.names += 1
        name = f'%p{self.names}'
        self.lines.append(f'{name}:{len(pieces)} = attn.apply {w}, {self.values} partial '
                          f': ({self.weights}, {self.values_type}) -> ({", ".join(pieces)})')
        if self.chance(0.4):
            self.results += [(f'{name}#{number}', type) for number, type in enumerate(pieces)]
            return
        part = '(' + ', '.join(f'{name}#{number}' for number in range(len(pieces))) + ')'
        count = self.pick(1, 2, 3)
        operands = ', '.join(pieces * count + types.split(', ')[1:])
        self.results.append((self.emit(f'attn.merge {use} {", ".join([part] * count)} : ({operands}) -> {self.output}'),
                             self.output))

    def text(self):
        names, types = zip(*self.results)
        state = self.pick('', '', ' attributes {attn.queries = "short"}', ' attributes {attn.queries = "long"}')
        body = '\n  '.join(self.lines + [f'return {", ".join(names)} : {", ".join(types)}'])
        return (''.join(self.normalizers.values()) +
                f'func.func @f({", ".join(self.parameters)}) -> ({", ".join(types)}){state} {{\n  {body}\n}}\n')

    def is_small(self):
        return self.batch * self.heads * self.queries * self.keys < 40000


def run(seed, folder, options):
    case = Configuration(seed, folder)
    path = case.stem + '.mlir'
    with open(path, 'w', encoding='utf-8') as file:
        file.write(case.text())
    backends = ['cpu', 'interpret'] if case.is_small() and seed % 4 == 0 else ['cpu']
    for backend in backends:
        if not compare(seed, path, backend, case.specs, options):
            return False
    for name in case.files + [path]:
        os.remove(name)
    return True


if __name__ == '__main__':
    sys.exit(run_all(run, 'configurations', *sys.argv[1:]))
