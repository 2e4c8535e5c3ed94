# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random chains, compiled and compared with the oracle: `chains.py FIRST LAST FOLDER [attn-run options]`.

Seed n always makes the same function and arguments. A seed that fails stays in FOLDER as chain-n.mlir, and the command
that shows it again is printed. Exit code 1 if any fails.
"""
import os
import random
import sys

from seeds import compare, run_all

NORMALIZER = '''attn.normalizer @scaled : %s {
  weight {
  ^bb0(%%s: %s):
    attn.yield %%s : %s
  }
  finalize {
  ^bb0(%%sum: %s):
    %%one = arith.constant 1.0 : %s
    %%size = math.absf %%sum : %s
    %%divisor = arith.maximumf %%size, %%one : %s
    %%scale = arith.divf %%one, %%divisor : %s
    attn.yield %%scale : %s
  }
}
'''
PAIR = '%b: index, %h: index, %i: index, %j: index'


class Chain:
    """One function, built line by line, and the arguments it is called with."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.element = self.pick('f32', 'f32', 'f32', 'bf16', 'f16', 'f64')
        self.compute = 'f64' if self.element == 'f64' else 'f32'
        self.parameters, self.specs, self.lines, self.results = [], [], [], []
        self.prelude = ''
        self.batch = self.pick(1, 1, 2)
        self.key_heads = self.pick(1, 2)
        self.heads = self.key_heads * self.pick(1, 1, 2, 4)
        self.queries, self.keys = self.pick(1, 3, 17, 33, 64, 70), self.pick(1, 5, 40, 64, 129, 150)
        self.tensor = f'tensor<?x?x?x?x{self.element}>'
        self.scores = f'!attn.scores<?x?x?x?x{self.compute}>'
        self.weights = f'!attn.weights<?x?x?x?x{self.compute}>'
        self.row = f'tensor<?x?x?x{self.compute}>'
        self.names = 0
        self.build()

    # Parts of text.
    def pick(self, *choices):
        return self.random.choice(choices)

    def chance(self, share):
        return self.random.random() < share

    def below(self, limit):
        return self.random.randrange(limit)

    def fresh(self):
        self.names += 1
        return f'%v{self.names}'

    def argument(self, type, spec):
        name = f'%a{len(self.specs)}'
        self.parameters.append(f'{name}: {type}')
        self.specs.append(spec)
        return name

    def integers(self, values):
        return self.argument('tensor<?xi32>', '[' + ','.join(map(str, values)) + ']:i32')

    def emit(self, text):
        name = self.fresh()
        self.lines.append(f'{name} = {text}')
        return name

    def tokens(self, heads, count, size):
        layout = self.pick('', '', ':bnhd')
        return self.argument(self.tensor, f'shape={self.batch}x{heads}x{count}x{size}:{self.element}:normal{layout}')

    # The function.
    def build(self):
        self.packed = self.chance(0.2)
        if self.packed:
            self.batch = 1
        terms = []
        for _ in range(self.pick(1, 1, 1, 2)):
            size = self.pick(8, 16, 24)
            terms += [self.tokens(self.heads, self.queries, size), self.tokens(self.key_heads, self.keys, size)]
        self.values = self.tokens(self.key_heads, self.keys, self.pick(8, 16, 32))
        plane = self.score(terms)
        for _ in range(self.below(5)):
            plane = self.pick(self.softcap, self.bias, self.gate_scores, self.mask, self.mask)(plane)
        self.finish(plane)

    def score(self, terms):
        domain = f'align = {self.pick("top_left", "bottom_right")}'
        types = [self.tensor] * len(terms)
        self.segments = self.batch
        if self.packed:
            self.segments = 3
            ends = [[0] + sorted(self.below(count + 1) for _ in range(2)) + [count] for count in (self.queries, self.keys)]
            domain += ', segments({}, {})'.format(*map(self.integers, ends))
        elif self.chance(0.2):
            lengths = [[self.below(count + 1) for _ in range(self.batch)] for count in (self.queries, self.keys)]
            domain += ', lengths({}, {})'.format(*map(self.integers, lengths))
        if '(' in domain:
            types += ['tensor<?xi32>'] * 2
        return self.emit(f'attn.score {", ".join(terms)} domain({domain}) : ({", ".join(types)}) -> {self.scores}')

    def softcap(self, plane):
        return self.emit(f'attn.modify {plane} : ({self.scores}) -> {self.scores} {{ ^bb0(%x: {self.compute}, {PAIR}): '
                         f'%t = attn.softcap %x, {self.pick(2.0, 20.0)} : {self.compute} '
                         f'attn.yield %t : {self.compute} }}')

    def bias(self, plane):
        slopes = self.argument('tensor<?xf32>', f'shape={self.heads}:f32:uniform')
        widen = '%w = arith.extf %s : f32 to f64 ' if self.compute == 'f64' else '%w = arith.addf %s, %s : f32 '
        return self.emit(f'attn.modify {plane}, {slopes} : ({self.scores}, tensor<?xf32>) -> {self.scores} {{ '
                         f'^bb0(%x: {self.compute}, {PAIR}, %c: !attn.captured<?xf32>): '
                         f'%s = attn.lookup %c[%h] : !attn.captured<?xf32> {widen}'
                         f'%d = attn.distance %j, %i : {self.compute} %f = arith.constant 0.05 : {self.compute} '
                         f'%e = arith.mulf %d, %f : {self.compute} %t = arith.mulf %w, %e : {self.compute} '
                         f'%y = arith.addf %x, %t : {self.compute} attn.yield %y : {self.compute} }}')

    def gate(self, plane, type):
        extents = {'b': self.batch, 'h': self.heads, 'i': self.queries, 'j': self.keys}
        axes = sorted(self.random.sample('bhij', self.pick(1, 2)), key='bhij'.index)
        factor = f'tensor<{"?x" * len(axes)}f32>'
        values = self.argument(factor, f'shape={"x".join(str(extents[axis]) for axis in axes)}:f32:uniform')
        return self.emit(f'attn.gate {plane}, {values} dims({", ".join(axes)}) domain = {self.pick("linear", "log")} '
                         f': ({type}, {factor}) -> {type}')

    def gate_scores(self, plane):
        return self.gate(plane, self.scores)

    def mask(self, plane):
        return self.emit(f'attn.mask {plane}, {self.pairs(0)} : {self.scores}')

    def pairs(self, depth):
        kinds = ['causal', 'window', 'sink', 'prefix', 'dense', 'dilated', 'documents', 'blocks']
        kind = self.pick(*kinds, *(['and', 'or', 'not'] if depth < 2 else []))
        if kind in ('and', 'or', 'not'):
            count = 1 if kind == 'not' else self.pick(1, 2, 3)
            return self.emit(f'attn.{kind} {", ".join(self.pairs(depth + 1) for _ in range(count))}')
        if kind == 'blocks' and self.packed:
            kind = 'causal'
        return getattr(self, kind)()

    def causal(self):
        return self.emit('attn.causal')

    def window(self):
        sides = self.pick('left = {0}', 'right = {1}', 'left = {0} right = {1}')
        return self.emit('attn.window ' + sides.format(self.below(60), self.below(60)))

    def sink(self):
        return self.emit(f'attn.sink {1 + self.below(8)}')

    def prefix(self):
        return self.emit(f'attn.prefix {self.integers(self.below(self.keys + 1) for _ in range(self.segments))} '
                         ': tensor<?xi32>')

    def nested(self, shape, element):
        if not shape:
            return str(element())
        return '[' + ','.join(self.nested(shape[1:], element) for _ in range(shape[0])) + ']'

    def dense(self):
        shape = [self.pick(1, self.batch), 1, self.pick(1, self.queries), self.pick(1, self.keys)]
        if shape[2] * shape[3] > 500:
            shape[2] = 1
        type = f'tensor<{"x".join(map(str, shape))}xi8>'
        table = self.argument(type, self.nested(shape, lambda: self.pick(1, 1, 1, 0)) + ':i8')
        return self.emit(f'attn.dense {table} : {type}')

    def dilated(self):
        return self.emit(f'attn.mask_region {{ ^bb0({PAIR}): %c = arith.constant {self.pick(2, 3, 5)} : index '
                         '%d = arith.subi %i, %j : index %r = arith.remsi %d, %c : index '
                         '%z = arith.constant 0 : index %t = arith.cmpi eq, %r, %z : index attn.yield %t : i1 }')

    def documents(self):
        ids = [self.integers(sorted(self.below(4) for _ in range(count))) for count in (self.queries, self.keys)]
        look = '%{0} = attn.lookup %{1}[%{2}] : !attn.captured<?xi32> '
        return self.emit(f'attn.mask_region ({", ".join(ids)} : tensor<?xi32>, tensor<?xi32>) {{ '
                         f'^bb0({PAIR}, %x: !attn.captured<?xi32>, %y: !attn.captured<?xi32>): '
                         '%m = attn.query_index %n = attn.key_index ' + look.format('c', 'x', 'm') +
                         look.format('d', 'y', 'n') + '%t = arith.cmpi eq, %c, %d : i32 attn.yield %t : i1 }')

    def blocks(self):
        size = self.pick(16, 32)
        rows, columns = -(-self.queries // size), -(-self.keys // size)
        heads = self.pick(1, self.heads)
        lists = [sorted(self.random.sample(range(columns), self.below(columns + 1)))
                 for _ in range(self.batch * heads * rows)]
        entries = iter(lists)
        counts = self.nested([self.batch, heads, rows], lambda: len(next(entries)))
        padded = iter([entry for row in lists for entry in row + [-1] * (columns - len(row))])
        indices = self.nested([self.batch, heads, rows, columns], lambda: next(padded))
        types = f'tensor<?x{heads}x?xi32>', f'tensor<?x{heads}x?x?xi32>'
        tables = [self.argument(type, text + ':i32') for type, text in zip(types, (counts, indices))]
        return self.emit(f'attn.blocks {", ".join(tables)} block({size}, {size}) : {", ".join(types)}')

    def finish(self, plane):
        if self.chance(0.2):
            self.results.append((self.emit(f'attn.reduce {plane} row_max : ({self.scores}) -> {self.row}'), self.row))
        kind = self.pick('softmax', 'softmax', 'softmax', 'sink', 'off_by_one', 'relu', 'none', 'sigmoid', '@scaled')
        use, types = kind, self.scores
        if kind in ('sink', 'sigmoid'):
            bias = self.argument('tensor<?xf32>', f'shape={self.heads}:f32:normal')
            use = f'softmax sink({bias})' if kind == 'sink' else f'sigmoid bias({bias})'
            types += ', tensor<?xf32>'
        if kind == '@scaled':
            self.prelude = NORMALIZER % ((self.compute,) * 9)
        if kind in ('softmax', 'sink', 'off_by_one') and self.chance(0.5):
            included = '' if kind == 'softmax' else self.pick(', sink_included', ', sink_excluded')
            self.lines.append(f'%w, %lse = attn.normalize {plane} {use} lse(base = {self.pick("e", "2")}{included}) '
                              f': ({types}) -> ({self.weights}, {self.row})')
            self.results.append(('%lse', self.row))
        else:
            self.lines.append(f'%w = attn.normalize {plane} {use} : ({types}) -> {self.weights}')
        weights = self.gate('%w', self.weights) if self.chance(0.25) else '%w'
        product = self.emit(f'attn.apply {weights}, {self.values} : ({self.weights}, {self.tensor}) -> {self.tensor}')
        self.results.append((product, self.tensor))
        for statistic in ('column_sum', 'diagonal_sum'):
            if self.chance(0.15) and not (self.packed and statistic == 'diagonal_sum'):
                line = f'attn.reduce {weights} {statistic} : ({self.weights}) -> {self.row}'
                self.results.append((self.emit(line), self.row))

    def text(self):
        names, types = zip(*self.results)
        state = self.pick('', '', ' attributes {attn.queries = "short"}')
        body = '\n  '.join(self.lines + [f'return {", ".join(names)} : {", ".join(types)}'])
        return (f'{self.prelude}func.func @chain({", ".join(self.parameters)}) -> ({", ".join(types)}){state} {{\n'
                f'  {body}\n}}\n')


def run(seed, folder, options):
    chain = Chain(seed)
    path = os.path.join(folder, f'chain-{seed}.mlir')
    with open(path, 'w', encoding='utf-8') as file:
        file.write(chain.text())
    passed = compare(seed, path, 'cpu', chain.specs, options)
    if passed:
        os.remove(path)
    return passed


if __name__ == '__main__':
    sys.exit(run_all(run, 'chains', *sys.argv[1:]))
