# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Properties of compiled attention that need no reference: `properties.py SEED FOLDER [attn-run options]`.

Each check calls a function twice, in ways that must agree bit for bit or up to rounding, on shapes and values that the
seed chooses. Prints a line for each and exits with 1 if any does not hold.
"""
import math
import os
import random
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'Inputs'))
import npy

PRELUDE = '''!t = tensor<?x?x?x?xf32>
!s = !attn.scores<?x?x?x?xf32>
!w = !attn.weights<?x?x?x?xf32>
!r = tensor<?x?x?xf32>
'''
NAN = float('nan')


class Tokens:
    """A dense [heads][tokens][channels] array of one batch entry, or a list of them."""

    def __init__(self, heads, count, size, fill):
        self.shape = [heads, count, size]
        self.values = [fill() for _ in range(heads * count * size)]

    def cut(self, first, last):
        heads, count, size = self.shape
        part = Tokens(heads, last - first, size, lambda: 0)
        part.values = [x for h in range(heads)
                       for x in self.values[(h * count + first) * size:(h * count + last) * size]]
        return part

    def repeat(self, times):
        heads, count, size = self.shape
        more = Tokens(heads * times, count, size, lambda: 0)
        more.values = [x for h in range(heads * times)
                       for x in self.values[h // times * count * size:(h // times + 1) * count * size]]
        return more

    def poisoned(self, first, last):
        heads, count, size = self.shape
        copy = Tokens(heads, count, size, lambda: 0)
        copy.values = [NAN if first <= n // size % count < last else x for n, x in enumerate(self.values)]
        return copy


class Properties:
    def __init__(self, seed, folder, options):
        self.random, self.folder, self.options = random.Random(seed), folder, options
        self.calls, self.failed = 0, 0
        self.size = self.random.choice([7, 16, 33, 64])
        self.groups = self.random.choice([1, 3])
        self.heads = 2 * self.groups
        self.queries, self.keys = self.random.choice([1, 5, 65, 130]), self.random.choice([64, 129, 600])
        self.q = self.tokens(self.heads, self.queries)
        self.k, self.v = self.tokens(2, self.keys), self.tokens(2, self.keys)
        self.mask = self.random.choice(['attn.causal', 'attn.window left = 40', 'attn.window left = 9 right = 30'])

    def tokens(self, heads, count):
        return Tokens(heads, count, self.size, lambda: self.random.uniform(-2, 2))

    def function(self, mask, parameters='', domain='', domain_types='', use='softmax', types='', step='', state=''):
        """A function from q, k, v to output and log-sum-exp; `mask` lines end in %m, `step` lines in %t."""
        included = ', sink_included' if use != 'softmax' else ''
        return (PRELUDE + f'func.func @f(%q: !t, %k: !t, %v: !t{parameters}) -> (!t, !r){state} {{\n'
                f'  %s = attn.score %q, %k domain(align = bottom_right{domain}) : (!t, !t{domain_types}) -> !s\n'
                f'  {step or "%t = attn.modify %s : (!s) -> !s { ^bb0(%x: f32, %b: index, %h: index, %i: index, "}'
                + ('' if step else '%j: index): attn.yield %x : f32 }') +
                f'\n  {mask}\n  %u = attn.mask %t, %m : !s\n'
                f'  %w, %l = attn.normalize %u {use} lse(base = e{included}) : (!s{types}) -> (!w, !r)\n'
                '  %o = attn.apply %w, %v : (!w, !t) -> !t\n  return %o, %l : !t, !r\n}\n')

    def call(self, text, arguments, extra=()):
        """Output and log-sum-exp of the function for batches of Tokens and for specs."""
        self.calls += 1
        stem = os.path.join(self.folder, f'call-{self.calls}')
        with open(stem + '.mlir', 'w', encoding='utf-8') as file:
            file.write(text)
        command = ['attn-run', stem + '.mlir', '--backend=cpu', '--out', stem + '-o.npy', '--out', stem + '-l.npy']
        for number, argument in enumerate(arguments):
            if not isinstance(argument, str):
                batch = argument if isinstance(argument, list) else [argument]
                path = f'{stem}-{number}.npy'
                npy.write(path, [len(batch)] + batch[0].shape, [x for one in batch for x in one.values])
                argument = path
            command += ['--arg', argument]
        done = subprocess.run(command + list(extra) + self.options, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, timeout=120)
        if done.returncode != 0:
            raise RuntimeError(done.stdout)
        return npy.read(stem + '-o.npy')[1], npy.read(stem + '-l.npy')[1]

    def expect(self, name, first, second, tolerance=0.0):
        far = [n for n, (a, b) in enumerate(zip(first, second))
               if not (a == b or (math.isnan(a) and math.isnan(b)) or abs(a - b) <= tolerance * max(1, abs(b)))]
        holds = len(first) == len(second) and not far
        self.failed += not holds
        print(f'{name}: ' + ('holds' if holds else f'FAILS at {far[:1]}, files call-{self.calls}* in {self.folder}'))

    def plain(self):
        return self.function(f'%m = {self.mask}')

    def check_threads(self):
        one = self.call(self.plain(), [self.q, self.k, self.v], ['--threads', '1'])
        for count in ('2', '5'):
            self.expect(f'threads {count}', self.call(self.plain(), [self.q, self.k, self.v], ['--threads', count])[0],
                        one[0])

    def check_batch(self):
        batch = [[self.tokens(self.heads, self.queries)] * 2 + [self.q], [self.tokens(2, self.keys)] * 2 + [self.k],
                 [self.tokens(2, self.keys)] * 2 + [self.v]]
        both, alone = self.call(self.plain(), batch), self.call(self.plain(), [self.q, self.k, self.v])
        self.expect('batch', both[0][-len(alone[0]):], alone[0])
        self.expect('batch, log-sum-exp', both[1][-len(alone[1]):], alone[1])

    def check_packed(self):
        ends = [[0] + sorted(self.random.randrange(n + 1) for _ in range(2)) + [n] for n in (self.queries, self.keys)]
        ends = [part[:2] + part[1:] for part in ends]  # the second document is empty
        cu = ['[' + ','.join(map(str, part)) + ']:i32' for part in ends]
        text = self.function(f'%m = {self.mask}', ', %a: tensor<?xi32>, %c: tensor<?xi32>', ', segments(%a, %c)',
                             ', tensor<?xi32>, tensor<?xi32>')
        packed = self.call(text, [self.q, self.k, self.v] + cu)[0]
        spoiled = self.call(text, [self.q, self.k.poisoned(ends[1][0], ends[1][1]),
                                   self.v.poisoned(ends[1][0], ends[1][1])] + cu)[0]
        result, after = (Tokens(self.heads, self.queries, self.size, lambda: 0) for _ in range(2))
        result.values, after.values = packed, spoiled
        for number in range(len(ends[0]) - 1):
            (a, b), (c, d) = (part[number:number + 2] for part in ends)
            loop = self.call(self.plain(), [self.q.cut(a, b), self.k.cut(c, d), self.v.cut(c, d)])[0]
            self.expect(f'packed, document {number}', result.cut(a, b).values, loop)
            if number > 0:
                self.expect(f'NaN in document 0, document {number}', after.cut(a, b).values, loop)

    def check_lengths(self):
        used = self.random.randrange(1, self.keys)
        text = self.function(f'%m = {self.mask}', ', %a: tensor<?xi32>, %c: tensor<?xi32>', ', lengths(%a, %c)',
                             ', tensor<?xi32>, tensor<?xi32>')
        lengths = [f'[{self.queries}]:i32', f'[{used}]:i32']
        clean = self.call(text, [self.q, self.k, self.v] + lengths)[0]
        poisoned = [self.q, self.k.poisoned(used, self.keys), self.v.poisoned(used, self.keys)]
        self.expect('keys beyond the length', self.call(text, poisoned + lengths)[0], clean)

    def check_heads(self):
        shared = self.call(self.plain(), [self.q, self.k, self.v])[0]
        repeated = [self.q, self.k.repeat(self.groups), self.v.repeat(self.groups)]
        self.expect('shared heads', self.call(self.plain(), repeated)[0], shared)

    def check_split(self):
        results = [self.call(self.function(f'%m = {self.mask}', state=f' attributes {{attn.queries = "{queries}"}}'),
                             [self.q, self.k, self.v]) for queries in ('short', 'long')]
        self.expect('split keys', results[0][0], results[1][0], 1e-5)
        self.expect('split keys, log-sum-exp', results[0][1], results[1][1], 1e-5)

    def check_sinks(self):
        def sink(value):
            text = self.function(f'%m = {self.mask}', ', %a: tensor<1xf32>', use='softmax sink(%a)',
                                 types=', tensor<1xf32>')
            path = os.path.join(self.folder, 'sink.npy')
            npy.write(path, [1], [value])
            return self.call(text, [self.q, self.k, self.v, path])
        for name, other, value in (('no sink', 'softmax', -math.inf), ('off by one', 'off_by_one', 0.0)):
            plain = self.call(self.function(f'%m = {self.mask}', use=other), [self.q, self.k, self.v])
            given = sink(value)
            self.expect(name, given[0], plain[0], 1e-6)
            self.expect(name + ', log-sum-exp', given[1], plain[1], 1e-6)

    def check_shift(self):
        step = ('%t = attn.modify %s : (!s) -> !s { ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index): '
                '%c = arith.constant 2.5 : f32 %y = arith.addf %x, %c : f32 attn.yield %y : f32 }')
        plain = self.call(self.plain(), [self.q, self.k, self.v])
        shifted = self.call(self.function(f'%m = {self.mask}', step=step), [self.q, self.k, self.v])
        self.expect('shifted scores', shifted[0], plain[0], 1e-5)
        self.expect('shifted log-sum-exp', [x - 2.5 for x in shifted[1]], plain[1], 1e-5)

    def check_masks(self):
        left = self.random.randrange(60)
        window = self.call(self.function(f'%m = attn.window left = {left} right = 0'), [self.q, self.k, self.v])[0]
        region = ('%m = attn.mask_region { ^bb0(%b: index, %h: index, %i: index, %j: index): '
                  f'%c = arith.constant {left} : index %lo = arith.subi %i, %c : index '
                  '%x = arith.cmpi sge, %j, %lo : index %y = arith.cmpi sle, %j, %i : index '
                  '%z = arith.andi %x, %y : i1 attn.yield %z : i1 }')
        self.expect('mask region', self.call(self.function(region), [self.q, self.k, self.v])[0], window, 1e-6)
        shift = self.keys - self.queries
        rows = [[int(i + shift - left <= j <= i + shift) for j in range(self.keys)] for i in range(self.queries)]
        table = '[[[' + ','.join('[' + ','.join(map(str, row)) + ']' for row in rows) + ']]]:i8'
        if self.queries * self.keys < 20000:
            type = f'tensor<1x1x{self.queries}x{self.keys}xi8>'
            dense = self.function(f'%m = attn.dense %a : {type}', f', %a: {type}')
            self.expect('dense mask', self.call(dense, [self.q, self.k, self.v, table])[0], window, 1e-6)

    def run(self):
        for name in sorted(dir(self)):
            if name.startswith('check_'):
                getattr(self, name)()
        return 1 if self.failed else 0


if __name__ == '__main__':
    os.makedirs(sys.argv[2], exist_ok=True)
    sys.exit(Properties(int(sys.argv[1]), sys.argv[2], sys.argv[3:]).run())
