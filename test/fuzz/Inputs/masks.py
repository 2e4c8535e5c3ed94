# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random masks of a configuration: every mask op, nested in and, or and not."""
from expressions import Expression

PAIR = '%b: index, %h: index, %i: index, %j: index'


class Masks:
    """The part of a configuration that makes masks."""

    def pairs(self, depth):
        kinds = ['causal', 'causal', 'window', 'window', 'sink', 'prefix', 'dense', 'program', 'documents', 'blocks']
        kind = self.pick(*kinds, *(['and', 'or', 'or', 'not', 'not'] if depth < 3 else []))
        if kind in ('and', 'or', 'not'):
            count = 1 if kind == 'not' else self.pick(1, 2, 2, 3)
            return self.emit(f'attn.{kind} {", ".join(self.pairs(depth + 1) for _ in range(count))}')
        if kind == 'blocks' and self.mode == 'packed':
            kind = 'causal'
        return getattr(self, 'mask_' + kind)()

    def mask_causal(self):
        return self.emit('attn.causal')

    def mask_window(self):
        sides = self.pick('left = {0}', 'right = {1}', 'left = {0} right = {1}')
        left, right = (self.pick(0, 1, self.below(64), self.below(200), 2147483647) for _ in range(2))
        return self.emit('attn.window ' + sides.format(left, right))

    def mask_sink(self):
        return self.emit(f'attn.sink {self.pick(1, 4, 63, 64, 65, 2147483647)}')

    def mask_prefix(self):
        lengths, type = self.integers(self.pick(0, self.below(self.keys + 1), self.keys) for _ in range(self.segments))
        return self.emit(f'attn.prefix {lengths} : {type}')

    def nested(self, shape, element):
        if not shape:
            return str(element())
        return '[' + ','.join(self.nested(shape[1:], element) for _ in range(shape[0])) + ']'

    def mask_dense(self):
        shape = [self.pick(1, extent) for extent in (self.batch, self.heads, self.queries, self.keys)]
        if shape[1] * shape[2] * shape[3] > 500:
            shape[1 + self.below(2)] = 1
        if shape[2] * shape[3] > 500:
            shape[3] = 1
        if 0 in shape:
            shape = [1, 1, 1, 1]
        element = self.pick('i8', 'i1')
        type = f'tensor<{"x".join(map(str, shape))}x{element}>'
        table = self.argument(type, self.nested(shape, lambda: self.pick(1, 1, 1, 0) if element == 'i8' else
                                                self.pick('true', 'true', 'false')) + f':{element}')
        return self.emit(f'attn.dense {table} : {type}')

    def mask_program(self):
        operands, types, arguments, captured = self.captures(['i32'])
        expression = Expression(self.random, 'f32', ['%b', '%h', '%i', '%j', '%i', '%j'], [])
        self.region(expression, captured)
        condition = expression.condition()
        inputs = f'({", ".join(operands)} : {", ".join(types)})' if operands else ''
        return self.emit(f'attn.mask_region {inputs} {{ ^bb0({PAIR}{arguments}): {expression.text()} '
                         f'attn.yield {condition} : i1 }}')

    def mask_documents(self):
        if not self.queries or not self.keys:
            return self.mask_causal()
        ids = [self.integers(sorted(self.below(4) for _ in range(count))) for count in (self.queries, self.keys)]
        look = '%{0} = attn.lookup %{1}[%{2}] : {3} '
        inside = [type.replace('tensor', '!attn.captured') for _, type in ids]
        return self.emit(f'attn.mask_region ({ids[0][0]}, {ids[1][0]} : {ids[0][1]}, {ids[1][1]}) {{ '
                         f'^bb0({PAIR}, %x: {inside[0]}, %y: {inside[1]}): '
                         '%m = attn.query_index %n = attn.key_index ' + look.format('c', 'x', 'm', inside[0]) +
                         look.format('d', 'y', 'n', inside[1]) +
                         '%t = arith.cmpi eq, %c, %d : i32 attn.yield %t : i1 }')

    def mask_blocks(self):
        if not self.queries or not self.keys or not self.batch:
            return self.mask_causal()
        height, width = self.pick(16, 32, 64, 7), self.pick(16, 32, 64, 128, 10)
        rows, columns = -(-self.queries // height), -(-self.keys // width)
        heads, batch = self.pick(1, self.heads, self.key_heads), self.pick(1, self.batch)
        if batch * heads * rows * columns > 1500:
            return self.mask_window()
        lists = [sorted(self.random.sample(range(columns), self.below(columns + 1)))
                 for _ in range(batch * heads * rows)]
        entries = iter(lists)
        counts = self.nested([batch, heads, rows], lambda: len(next(entries)))
        padded = iter([entry for row in lists for entry in row + [-1] * (columns - len(row))])
        indices = self.nested([batch, heads, rows, columns], lambda: next(padded))
        extent = '1' if batch == 1 and self.batch != 1 else '?'
        types = f'tensor<{extent}x{heads}x?xi32>', f'tensor<{extent}x{heads}x?x?xi32>'
        tables = [self.argument(type, text + ':i32') for type, text in zip(types, (counts, indices))]
        return self.emit(f'attn.blocks {", ".join(tables)} block({height}, {width}) : {", ".join(types)}')
