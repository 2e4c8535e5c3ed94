# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks one rule of docs/design.md, "Folders", over a source tree: `layering.py RULE TREE`.

Prints `path:line: reason` for every violation and exits with 1 if there is one.
"""
import os
import re
import sys

CODE = ('.cpp', '.h', '.td', '.inc')
TEXT = CODE + ('.py', '.mlir', '.test', '.cmake', '.in', 'CMakeLists.txt')
SKIPPED = re.compile(r'^(\.git|build.*|__pycache__|Output|data)$')
INCLUDE = re.compile(r'^\s*(?:#\s*include|include)\s+["<]([^">]+)[">]')

# Who may include whom: a folder may include its own rank and lower ones.
RANKS = {
    'dialects/Interfaces': 0, 'dialects/Attn': 1, 'dialects/Tile': 1, 'dialects/Launch': 1,
    'lib/Analysis': 2, 'lib/Transforms': 3, 'lib/Conversion': 4, 'lib/Target': 5, 'lib/Pipelines': 6,
    'lib/JIT': 7, 'lib/Run': 8, 'lib/CAPI': 9, 'tools': 10,
}


def files(tree, folders, suffixes):
    """(path relative to the tree, lines) of every file below the folders."""
    for folder in folders:
        for where, names, leaves in os.walk(os.path.join(tree, folder)):
            names[:] = sorted(name for name in names if not SKIPPED.match(name))
            for leaf in sorted(leaves):
                if leaf.endswith(suffixes):
                    path = os.path.join(where, leaf)
                    with open(path, encoding='utf-8') as file:
                        yield os.path.relpath(path, tree), file.read().splitlines()


def includes(tree, folders):
    for path, lines in files(tree, folders, CODE):
        for number, line in enumerate(lines, 1):
            match = INCLUDE.match(line)
            if match:
                yield path, number, match.group(1)


def matches(tree, folders, pattern, suffixes=CODE):
    """Every line, without its comment, in which the pattern occurs."""
    for path, lines in files(tree, folders, suffixes):
        for number, line in enumerate(lines, 1):
            comment = '#' if path.endswith('.txt') else '//'
            found = re.search(pattern, line.split(comment)[0])
            if found:
                yield path, number, found.group(0)


def forbid(tree, folders, pattern):
    for path, number, header in includes(tree, folders):
        if re.match(pattern, header):
            yield path, number, f'includes {header}'


def runtime_without_llvm(tree):
    yield from forbid(tree, ['runtime', 'include/attn-rt'], r'(llvm|mlir|clang|dialects|lib|attn)/')
    for path, number, found in matches(tree, ['runtime'], r'\b(MLIR|LLVM|attn_library|attn_use_llvm)\b',
                                       ('CMakeLists.txt',)):
        yield path, number, f'names {found}'


def lower_dialects_below_attn(tree):
    lower = ['dialects/Tile', 'dialects/Launch', 'lib/Transforms/Tile', 'lib/Interpreter', 'lib/Target']
    yield from forbid(tree, lower, r'(dialects/Attn|lib/Transforms/Attn|lib/Conversion/AttnToTile)/')
    for path, number, found in matches(tree, lower, r'AttnDialect\b|"attn\.|\bAttn_[A-Z]\w*'):
        yield path, number, f'names {found}'


def reference_independent(tree):
    yield from forbid(tree, ['lib/Reference'], r'lib/(?!Reference/)')
    yield from forbid(tree, ['lib/Interpreter'], r'lib/Reference/(?!HostTensor)')


def defines_pass(tree, header):
    """Whether the source beside a header is a pass."""
    source = os.path.join(tree, re.sub(r'\.h$', '.cpp', header))
    if not os.path.isfile(source):
        return False
    with open(source, encoding='utf-8') as file:
        return re.search(r'GEN_PASS_DEF|PassWrapper<|OperationPass<', file.read()) is not None


def transforms_apart(tree):
    for path, number, header in includes(tree, ['lib/Transforms']):
        own = os.path.splitext(path)[0] == os.path.splitext(header)[0]
        if not header.startswith('lib/Transforms/') or own:
            continue
        if os.path.dirname(header) != os.path.dirname(path):
            yield path, number, f'includes {header} of another dialect'
        elif defines_pass(tree, header):
            yield path, number, f'includes the transform {header}'


def include_without_lib(tree):
    yield from forbid(tree, ['include'], r'(lib|runtime|tools)/')


def rank(path):
    return next((RANKS[folder] for folder in RANKS if path.startswith(folder + '/')), None)


def one_way(tree):
    for path, number, header in includes(tree, ['dialects', 'lib', 'tools']):
        mine, theirs = rank(path), rank(header)
        if mine is not None and theirs is not None and theirs > mine:
            yield path, number, f'includes {header}, which lies above it'
        if path.startswith('lib/') and header.startswith(('tools/', 'runtime/src/', 'runtime/drivers/')):
            yield path, number, f'includes {header}'


def target_names(tree):
    folders = ['dialects', 'include/attn', 'tools'] + sorted(
        'lib/' + name for name in os.listdir(os.path.join(tree, 'lib')) if name not in ('Target', 'CMakeLists.txt'))
    names = r'\bsm_\d+\w*|\bwgmma\b|\bnvvm\b|\bNVVM\b|\bPTX\b|\bptxas\b|\bavx\w*\b|\bAVX\w*\b|\bzmm\b'
    for path, number, found in matches(tree, folders, names):
        yield path, number, f'names {found}'


def methods_unnamed(tree):
    folders = ['lib/Analysis', 'lib/Transforms', 'lib/Conversion', 'lib/Target', 'lib/Pipelines']
    names = r'(?i)softmax|sigmoid|alibi|flash_?(attention|decoding)|retention|streaming_?llm|grouped_?query|\bgqa\b'
    for path, number, found in matches(tree, folders, names):
        yield path, number, f'names the method {found}'


def licence(tree):
    roots = ['cmake', 'dialects', 'include', 'lib', 'runtime', 'tools', 'test', 'bench', 'scripts', 'examples', 'python']
    for path, lines in files(tree, roots, TEXT):
        if not any('SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception' in line for line in lines[:2]):
            yield path, 1, 'lacks the SPDX line'


def file_length(tree):
    roots = ['cmake', 'dialects', 'include', 'lib', 'runtime', 'tools', 'test', 'bench', 'scripts', 'python']
    for path, lines in files(tree, roots, TEXT):
        if len(lines) > 600:
            yield path, 600, f'has {len(lines)} lines, expects 600 at most'


def passes_tested(tree):
    tested = ' '.join(line for _, lines in files(tree, ['test'], ('.mlir', '.test')) for line in lines if 'RUN:' in line)
    flags = set(re.findall(r'-?-([a-z][a-z0-9-]+)', tested))
    flags |= set(re.findall(r'[(,]([a-z][a-z0-9-]+)[{,)]', tested))  # named in a --pass-pipeline
    declared = r'(?:Pass|InterfacePass)<"([a-z0-9-]+)"|getArgument\(\)[^"]*"([a-z0-9-]+)"'
    for path, lines in files(tree, ['dialects', 'lib'], ('.td', '.cpp', '.h')):
        for number, line in enumerate(lines, 1):
            for flag in (name for pair in re.findall(declared, line) for name in pair if name):
                if flag not in flags:
                    yield path, number, f'no test runs --{flag}'


def catalogue_complete(tree):
    tests = os.path.join(tree, 'test', 'Variants')
    for path, lines in files(tree, ['lib/Variants'], ('.mlir',)):
        name = os.path.basename(path)
        head = [line for line in lines if line.startswith('//')]
        for part in ('// Formula:', '// Source:'):
            if not any(line.startswith(part) for line in head):
                yield path, 1, f'lacks the line {part}'
        if not any(f'@{name[:-5]}(' in line for line in lines):
            yield path, 1, f'has no function @{name[:-5]}'
        if not os.path.isfile(os.path.join(tests, name)):
            yield path, 1, f'has no test/Variants/{name}'


RULES = {rule.__name__.replace('_', '-'): rule for rule in (
    runtime_without_llvm, lower_dialects_below_attn, reference_independent, transforms_apart, include_without_lib,
    one_way, target_names, methods_unnamed, licence, file_length, passes_tested, catalogue_complete)}


def main(rule, tree):
    violations = list(RULES[rule](tree))
    for path, number, reason in violations:
        print(f'{path}:{number}: {reason}')
    return 1 if violations else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1], sys.argv[2]))
