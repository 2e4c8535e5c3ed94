# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random scalar programs for the regions of modify and mask_region: straight lines of the ops that regions may hold."""


class Expression:
    """Lines of a region's body. `floats` and `integers` hold the values that later lines may use."""

    def __init__(self, random, compute, integers, floats, prefix='e'):
        self.random, self.compute, self.prefix = random, compute, prefix
        self.integers, self.floats, self.lines, self.count = list(integers), list(floats), [], 0

    def emit(self, text):
        self.count += 1
        name = f'%{self.prefix}{self.count}'
        self.lines.append(f'{name} = {text}')
        return name

    def index(self, value):
        return self.emit(f'arith.constant {value} : index')

    def number(self, value):
        return self.emit(f'arith.constant {value:e} : {self.compute}')

    def pick_integer(self):
        return self.random.choice(self.integers)

    def pick_float(self):
        return self.random.choice(self.floats)

    def add_integer(self):
        r = self.random
        a, b = self.pick_integer(), self.pick_integer()
        kind = r.randrange(8)
        if kind < 2:
            value = self.emit(f'arith.{r.choice(["addi", "subi", "maxsi", "minsi"])} {a}, {b} : index')
        elif kind == 2:
            value = self.emit(f'arith.muli {a}, {self.index(r.choice([-3, -1, 2, 5]))} : index')
        elif kind == 3:
            op = r.choice(['divsi', 'floordivsi', 'ceildivsi', 'remsi'])
            value = self.emit(f'arith.{op} {a}, {self.index(r.choice([-4, -3, 1, 2, 7, 64]))} : index')
        elif kind == 4:
            op = r.choice(['andi', 'ori', 'xori'])
            value = self.emit(f'arith.{op} {a}, {self.index(r.choice([1, 3, 6, 15, -2]))} : index')
        elif kind == 5:
            op = r.choice(['shli', 'shrsi'])
            value = self.emit(f'arith.{op} {a}, {self.index(r.randrange(4))} : index')
        elif kind == 6:
            value = self.emit(f'math.absi {a} : index')
        else:
            narrow = self.emit(f'arith.index_cast {a} : index to {r.choice(["i32", "i64"])}')
            width = self.lines[-1].rsplit(' ', 1)[1]
            if r.random() < 0.5:
                small = self.emit(f'arith.trunci {narrow} : {width} to {r.choice(["i8", "i16"])}')
                to = self.lines[-1].rsplit(' ', 1)[1]
                narrow = self.emit(f'arith.{r.choice(["extsi", "extui"])} {small} : {to} to {width}')
            value = self.emit(f'arith.index_cast {narrow} : {width} to index')
        # Positions are 32 bits wide in tiles, so what is made of them stays small.
        value = self.emit(f'arith.minsi {value}, {self.index(100000)} : index')
        value = self.emit(f'arith.maxsi {value}, {self.index(-100000)} : index')
        self.integers.append(value)

    def from_integer(self):
        r = self.random
        a = self.pick_integer()
        if r.random() < 0.4:
            value = self.emit(f'attn.distance {a}, {self.pick_integer()} : {self.compute}')
        else:
            wide = self.emit(f'arith.index_cast {a} : index to i32')
            value = self.emit(f'arith.sitofp {wide} : i32 to {self.compute}')
        factor = self.number(r.choice([0.01, -0.03, 0.002]))
        self.floats.append(self.emit(f'arith.mulf {value}, {factor} : {self.compute}'))

    def add_float(self):
        r, t = self.random, self.compute
        a, b = self.pick_float(), self.pick_float()
        kind = r.randrange(9)
        if kind < 2:
            op = r.choice(['addf', 'subf', 'maximumf', 'minimumf', 'maxnumf', 'minnumf'])
            value = self.emit(f'arith.{op} {a}, {b} : {t}')
        elif kind == 2:
            value = self.emit(f'arith.mulf {a}, {self.number(r.choice([0.5, -1.25, 2.0]))} : {t}')
        elif kind == 3:
            value = self.emit(f'math.{r.choice(["tanh", "sin", "cos", "erf"])} {a} : {t}')
        elif kind == 4:
            size = self.emit(f'math.absf {a} : {t}')
            shifted = self.emit(f'arith.addf {size}, {self.number(r.choice([1.0, 0.25]))} : {t}')
            value = self.emit(f'math.{r.choice(["sqrt", "rsqrt", "log", "log2", "log1p"])} {shifted} : {t}')
        elif kind == 5:
            low = self.emit(f'arith.minimumf {a}, {self.number(3.0)} : {t}')
            value = self.emit(f'math.{r.choice(["exp", "exp2", "expm1"])} {low} : {t}')
        elif kind == 6:
            value = self.emit(f'attn.softcap {a}, {r.choice([1.0, 5.0, 30.0])} : {t}')
        elif kind == 7:
            value = self.emit(f'math.fma {a}, {self.number(0.5)}, {b} : {t}')
        else:
            condition = self.condition()
            value = self.emit(f'arith.select {condition}, {a}, {b} : {t}')
        if r.random() < 0.1:
            value = self.emit(f'arith.negf {value} : {t}')
        self.floats.append(value)

    def condition(self):
        r = self.random
        predicate = r.choice(['eq', 'ne', 'slt', 'sle', 'sgt', 'sge'])
        value = self.emit(f'arith.cmpi {predicate}, {self.pick_integer()}, {self.pick_integer()} : index')
        if r.random() < 0.2:
            other = self.emit(f'arith.cmpi sle, {self.pick_integer()}, {self.index(r.randrange(70))} : index')
            value = self.emit(f'arith.{r.choice(["andi", "ori", "xori"])} {value}, {other} : i1')
        return value

    def text(self):
        return ' '.join(self.lines)
