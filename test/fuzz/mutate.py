# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Feeds mutated IR to attn-opt: `mutate.py SOURCE_TREE [--count N] [--seed N] [--options ...] [--save FOLDER]`.

The mutants come from the tests of the dialects, the catalogue and the examples of the specification. The same seed
makes the same mutants on every machine. Each must be accepted or refused with a diagnostic, in time. One that ends
attn-opt by a signal, hangs it or is refused in silence is saved, and the exit code is 1.
"""
import argparse
import glob
import os
import random
import re
import subprocess
import sys

SEPARATOR = '// -----'
TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|0x[0-9A-Fa-f]+|(?<=[\d?])x|[%@^!#][\w.$-]+|[A-Za-z_][\w.$]*|'
                   r'-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|->|\s+|.')
NUMBERS = ['0', '1', '-1', '2', '3', '7', '64', '?', '2147483648', '-2147483649', '9223372036854775807',
           '-9223372036854775808', '99999999999999999999999', '1.5', '0x7FC00000', '0xFF800000']
EXTENTS = ['0', '1', '2', '3', '7', '64', '?', '?', '4096', '4294967296', '9223372036854775807']
TYPES = ['f32', 'f64', 'f16', 'bf16', 'i1', 'i8', 'i7', 'i32', 'i64', 'index', 'none', '!attn.mask',
         'tensor<*xf32>', 'tensor<0x?x1x1xf32>', 'tensor<f32>', 'memref<?xf32>', 'memref<*xf32>', 'vector<4xf32>',
         '!attn.captured<8xf32>', '!attn.scores<1x8x16x16xf32>', '!attn.weights<?x?x?x?xf64>', '!tile.list<rows>',
         '(f32) -> f32', 'complex<f32>']
# Where upstream's own crashes end; upstream.test has an input for each and fails when one is mended.
UPSTREAM = ['Parser::parseDenseArrayAttr']
SCALAR = r'(f16|bf16|f32|f64|i\d+|index)$'


def items(text):
    """The top-level pieces of a file: each with the aliases and symbols that stand before it."""
    text = '\n'.join(line for line in text.splitlines() if not line.lstrip().startswith('//'))
    pieces = re.split(r'\n(?=\S)(?![})\]]| |grid|contract|body|results)', text)
    shared = [piece for piece in pieces if re.match(r'[!#]\w+ =|attn\.normalizer', piece)]
    others = [piece for piece in pieces if piece.strip() and piece not in shared]
    return ['\n'.join([*shared, piece]) + '\n' for piece in others]


def corpus(tree):
    """Valid pieces of IR and wrong ones, of at most 80 lines, in an order that depends on names only."""
    paths = []
    for pattern in ('test/Dialect/*/*.mlir', 'test/Dialect/*/*/*.mlir', 'lib/Variants/*.mlir', 'docs/spec/*/*.md'):
        paths += sorted(glob.glob(os.path.join(tree, pattern)))
    valid, wrong = [], []
    for path in paths:
        with open(path, encoding='utf-8') as file:
            text = file.read()
        isPage = path.endswith('.md')
        for block in re.findall(r'^```mlir\n(.*?)^```$', text, re.M | re.S) if isPage else text.split(SEPARATOR):
            pieces = wrong if path.endswith('-invalid.mlir') else valid
            pieces += [piece for piece in items(block) if piece.count('\n') <= 80]
    return valid, wrong


class Mutator:
    def __init__(self, seed, valid, wrong):
        self.random = random.Random(seed)
        self.valid, self.wrong = valid, wrong
        pieces = valid + wrong
        self.pieces = pieces
        words = {token for piece in pieces for token in TOKEN.findall(piece) if re.match(r'[A-Za-z_]', token)}
        self.ops = sorted(word for word in words if re.match(r'(attn|tile|launch)\.', word))
        self.words = sorted(words)

    def choose(self, tokens, pattern):
        """The number of a token that matches, or None."""
        fitting = [n for n, token in enumerate(tokens) if re.match(pattern, token)]
        return self.random.choice(fitting) if fitting else None

    def replace(self, tokens, pattern, choices):
        n = self.choose(tokens, pattern)
        if n is not None:
            tokens[n] = self.random.choice(choices)
        return tokens

    def delete(self, tokens):
        n = self.choose(tokens, r'\S')
        return tokens if n is None else tokens[:n] + tokens[n + 1:]

    def repeat(self, tokens):
        n = self.choose(tokens, r'\S')
        return tokens if n is None else tokens[:n + 1] + [' '] + tokens[n:]

    def swap(self, tokens):
        a, b = self.choose(tokens, r'\S'), self.choose(tokens, r'\S')
        if a is not None and b is not None:
            tokens[a], tokens[b] = tokens[b], tokens[a]
        return tokens

    def everywhere(self, tokens, pattern, choices):
        """Keeps uses in step: every token of the same text becomes the same other."""
        n = self.choose(tokens, pattern)
        if n is None:
            return tokens
        old, new = tokens[n], self.random.choice(choices)
        return [new if token == old else token for token in tokens]

    def number(self, tokens):
        return self.replace(tokens, r'-?\d', NUMBERS)

    def extents(self, tokens):
        """One extent of all shapes becomes another."""
        isExtent = [token == 'x' and re.match(r'\d|\?', before) for before, token in zip(tokens, tokens[1:])] + [False]
        extents = [token for token, extent in zip(tokens, isExtent) if extent]
        old, new = self.random.choice(extents or ['']), self.random.choice(EXTENTS)
        return [new if extent and token == old else token for token, extent in zip(tokens, isExtent)]

    def type(self, tokens):
        return self.replace(tokens, SCALAR, TYPES)

    def types(self, tokens):
        return self.everywhere(tokens, SCALAR, TYPES[:10])

    def shapes(self, tokens):
        """Another number of dimensions, everywhere or nowhere."""
        text = ''.join(tokens)
        shape = self.random.choice(re.findall(r'<((?:[\d?]+x)+)', text) or ['1x'])
        dims = shape.split('x')[:-1]
        self.random.choice([dims.pop, lambda: dims.append('4'), lambda: dims.insert(0, '?'), dims.reverse])()
        return TOKEN.findall(text.replace(f'<{shape}', '<' + ''.join(f'{dim}x' for dim in dims)))

    def value(self, tokens):
        return self.replace(tokens, r'%', [token for token in tokens if token.startswith('%')] or ['%x'])

    def symbol(self, tokens):
        return self.replace(tokens, r'@', [token for token in tokens if token.startswith('@')] + ['@nothing'])

    def op(self, tokens):
        return self.replace(tokens, r'(attn|tile|launch)\.', self.ops)

    def word(self, tokens):
        return self.replace(tokens, r'[A-Za-z_]', self.words)

    def group(self, tokens):
        """Drops what stands between brackets."""
        first = self.choose(tokens, r'[({\[<]$')  # a type put in before may begin with a bracket
        if first is None:
            return tokens
        closing = {'(': ')', '{': '}', '[': ']', '<': '>'}[tokens[first]]
        last = next((n for n in range(first + 1, len(tokens)) if tokens[n] == closing), None)
        return tokens if last is None else tokens[:first + 1] + tokens[last:]

    def line(self, tokens):
        """Deletes, repeats or moves a line, or takes one from another piece."""
        lines = ''.join(tokens).split('\n')
        n = self.random.randrange(len(lines))
        line = self.random.choice([[], [lines[n]] * 2, None, 'other'])
        if line is None:
            moved = lines.pop(n)
            lines.insert(self.random.randrange(len(lines) + 1), moved)
        elif line == 'other':
            lines.insert(n, self.random.choice(self.random.choice(self.pieces).split('\n')))
        else:
            lines[n:n + 1] = line
        return TOKEN.findall('\n'.join(lines))

    def cut(self, tokens):
        return tokens[:self.random.randrange(len(tokens) + 1)]

    def mutant(self):
        syntax = [self.delete, self.repeat, self.swap, self.word, self.group, self.line, self.cut, self.number,
                  self.type]
        meaning = [self.extents, self.extents, self.extents, self.types, self.types, self.shapes, self.number,
                   self.value, self.symbol, self.op, self.line]
        tokens = TOKEN.findall(self.random.choice(self.random.choice([self.valid, self.valid, self.wrong])))
        for _ in range(self.random.choice([1, 1, 1, 2, 2, 3, 5])):
            changes = self.random.choice([syntax, meaning, meaning, meaning])
            tokens = self.random.choice(changes)(list(tokens)) or ['\n']
        return ''.join(tokens).replace(SEPARATOR, '//').rstrip() + '\n'


class Runner:
    def __init__(self, options, seconds):
        self.command = ['attn-opt', '-', '--split-input-file', '--mlir-disable-threading',
                        '--mlir-print-op-on-diagnostic=false', *options]
        self.seconds = seconds

    def run(self, mutants):
        """(exit code, or None after a timeout; stdout; stderr) of a batch."""
        text = f'{SEPARATOR}\n'.join(mutants)
        try:
            done = subprocess.run(self.command, input=text.encode(), capture_output=True,
                                  timeout=self.seconds + len(mutants) / 10)
        except subprocess.TimeoutExpired:
            return None, '', ''
        return done.returncode, done.stdout.decode(errors='replace'), done.stderr.decode(errors='replace')

    @staticmethod
    def fault(mutants, code, errors):
        """What is wrong with a batch, or None."""
        if code is None:
            return 'does not end'
        if code < 0 or code > 1:
            upstream = len(mutants) == 1 and any(symbol in errors for symbol in UPSTREAM)
            return None if upstream else f'ends with {code}\n{errors[-3000:]}'
        if 'roundTrip testing' in errors:
            return f'is read back as another\n{errors[-3000:]}'
        if len(mutants) == 1 and code == 1 and 'error:' not in errors:
            return 'is refused without a diagnostic'
        return None

    @staticmethod
    def silent(mutants, output, errors):
        """The mutants of a batch that printed nothing although no diagnostic names one of their lines."""
        named = {int(line) for line in re.findall(r'^(?:<stdin>|-):(\d+):', errors, re.M)}
        outputs = output.split(f'{SEPARATOR}\n')
        first, refused = 1, []
        for mutant, printed in zip(mutants, outputs):
            lines = range(first, first + mutant.count('\n') + 1)
            first += mutant.count('\n') + 1
            if not printed.strip() and not any(line in named for line in lines):
                refused.append(mutant)
        return refused

    def faulty(self, mutants):
        """(mutant, fault) of every faulty mutant, found by halving."""
        code, output, errors = self.run(mutants)
        fault = self.fault(mutants, code, errors)
        if len(mutants) == 1:
            return [(mutants[0], fault)] if fault else []
        if not fault:
            return [found for mutant in self.silent(mutants, output, errors) for found in self.faulty([mutant])]
        half = len(mutants) // 2
        found = self.faulty(mutants[:half])
        return found + self.faulty(mutants[half:]) if len(found) < 3 else found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('tree')
    parser.add_argument('--count', type=int, default=5000)
    parser.add_argument('--batch', type=int, default=250)
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--seconds', type=float, default=5)
    parser.add_argument('--options', nargs='*', default=[], help='of attn-opt, without the leading dashes')
    parser.add_argument('--save', default='.', help='where faulty mutants go')
    arguments = parser.parse_args()
    valid, wrong = corpus(arguments.tree)
    _, generic, _ = Runner(['--mlir-print-op-generic'], 60).run(valid)
    valid += [piece for piece in generic.split(f'{SEPARATOR}\n') if piece.strip()]
    mutator = Mutator(arguments.seed, valid, wrong)
    runner = Runner([f'--{option}' for option in arguments.options], arguments.seconds)
    faults = 0
    for first in range(0, arguments.count, arguments.batch):
        mutants = [mutator.mutant() for _ in range(min(arguments.batch, arguments.count - first))]
        for mutant, fault in runner.faulty(mutants):
            path = os.path.join(arguments.save, f'mutant-{arguments.seed}-{first + mutants.index(mutant)}.mlir')
            with open(path, 'w', encoding='utf-8') as file:
                file.write(mutant)
            print(f'{path}: {" ".join(runner.command[3:])}: {fault}')
            faults += 1
    print(f'{arguments.count} mutants, {faults} faults')
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())
