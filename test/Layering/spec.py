# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks that the specification, the verifiers and the tests of the dialects agree: `spec.py RULE TREE`.

Prints `path:line: reason` for every violation and exits with 1 if there is one.
"""
import os
import re
import sys

from layering import files

STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
REPORT = re.compile(r'\bemit(?:Op|Optional)?Error\(')


def dialects(tree):
    """(pages, folder of tests) of every dialect: docs/spec/<name>/ or <name>.md and test/Dialect/<Name>."""
    for name in sorted(os.listdir(os.path.join(tree, 'test/Dialect'))):
        folder, page = f'docs/spec/{name.lower()}', f'docs/spec/{name.lower()}.md'
        if os.path.isdir(os.path.join(tree, folder)):
            leaves = sorted(os.listdir(os.path.join(tree, folder)))
            yield [f'{folder}/{leaf}' for leaf in leaves if leaf.endswith('.md')], f'test/Dialect/{name}'
        elif os.path.isfile(os.path.join(tree, page)):
            yield [page], f'test/Dialect/{name}'


def constraints(tree, page):
    """(line, op, number) of every constraint: `- C3. ...` under `## op`."""
    with open(os.path.join(tree, page), encoding='utf-8') as file:
        op = None
        for number, line in enumerate(file, 1):
            heading = re.match(r'## (\w+)$', line)
            item = re.match(r'- C(\d+)\. ', line)
            if heading:
                op = heading.group(1)
            elif line.startswith('#'):
                op = None
            elif item and op:
                yield number, op, item.group(1)


def constraints_tested(tree):
    for pages, folder in dialects(tree):
        tests = '\n'.join('\n'.join(lines) for _, lines in files(tree, [folder, 'test/Conversion'], ('.mlir', '.test')))
        tested = set(re.findall(r'\b([a-z_]+_c\d+)(?=\b|_)', tests))
        for page in pages:
            for line, op, number in constraints(tree, page):
                if f'{op}_c{number}' not in tested:
                    yield page, line, f'no test in {folder} is named {op}_c{number}'


def ops(tree, folder):
    """(path, line, name) of every op of the dialect that a folder tests."""
    for path, lines in files(tree, [folder.replace('test/Dialect', 'dialects')], ('.td',)):
        for line, text in enumerate(lines, 1):
            match = re.match(r'def \w+Op\s*:\s*\w+<"(\w+)"', text)
            if match:
                yield path, line, match.group(1)


def ops_specified(tree):
    for pages, folder in dialects(tree):
        headings = set()
        for page in pages:
            with open(os.path.join(tree, page), encoding='utf-8') as file:
                headings |= set(re.findall(r'^## (\w+)$', file.read(), re.MULTILINE))
        for path, line, op in ops(tree, folder):
            if op not in headings:
                yield path, line, f'no page of {os.path.commonpath(pages)} has a section {op}'


def wrong_inputs(tree):
    """Eight wrong inputs of every op, each a piece of a file with a function named after the op."""
    for pages, folder in dialects(tree):
        names = [op for _, _, op in ops(tree, folder)]
        counts = dict.fromkeys(names, 0)
        for _, lines in files(tree, [folder], ('-invalid.mlir',)):
            for piece in '\n'.join(lines).split('// -----'):
                words = re.findall(r'@(\w+)', piece) if 'expected-error' in piece else []
                tested = [op for op in names if any(word == op or word.startswith(op + '_') for word in words)]
                if tested:
                    counts[max(tested, key=len)] += 1
        for path, line, op in ops(tree, folder):
            if counts[op] < 8:
                yield path, line, f'{folder} has {counts[op]} wrong inputs named after {op}, expects 8 or more'


def reports(lines):
    """(line, statement) of every statement that reports an error, without its comments."""
    text = '\n'.join(re.sub(r'//[^"]*$', '', line) for line in lines)
    for match in REPORT.finditer(text):
        end, quoted = match.end(), False
        while end < len(text) and (quoted or text[end] != ';'):
            quoted ^= text[end] == '"' and text[end - 1] != '\\'
            end += 1
        yield text.count('\n', 0, match.start()) + 1, text[match.end():end]


def literals(piece):
    """The strings of one operand of <<; adjacent ones are one."""
    joined = re.sub(r'"\s+"', '', piece)
    return [re.sub(r'\\(.)', r'\1', string) for string in STRING.findall(joined)]


def patterns(statement):
    """Regular expressions that all must match a tested message: one for each way through its ternaries."""
    found = ['']
    for piece in statement.split('<<'):
        strings = literals(piece)
        if not strings:
            found = [pattern + '.*' for pattern in found]
        elif '?' in STRING.sub('', piece):
            found = [pattern + re.escape(string) for pattern in found for string in strings]
        else:
            found = [pattern + '.*'.join(map(re.escape, strings)) for pattern in found]
    return [pattern for pattern in found if re.search(r'[a-z]{3}', pattern)]


def errors_tested(tree):
    messages = []
    for _, lines in files(tree, ['test/Dialect'], ('.mlir', '.test')):
        for line in lines:
            messages += re.findall(r'expected-error[^{]*\{\{(.*?)\}\}', line)
            messages += re.findall(r':.*\berror: (.*)$', line) if 'expected-error' not in line else []
    for path, lines in files(tree, ['dialects'], ('.cpp', '.h')):
        for line, statement in reports(lines):
            for pattern in patterns(statement):
                if not any(re.search(pattern, message) for message in messages):
                    yield path, line, f'no test in test/Dialect expects {pattern}'


def flat(name):
    return name.lower().replace('_', '')


def scalars_listed(tree):
    page, source = 'docs/spec/attn/scalars.md', 'dialects/Attn/ScalarRegion.cpp'
    with open(os.path.join(tree, page), encoding='utf-8') as file:
        rows = [line for line in file if line.startswith('| `')]
    listed = {flat(name) for row in rows for name in re.findall(r'`([a-z]+\.[a-z0-9_]+)`', row)}
    with open(os.path.join(tree, source), encoding='utf-8') as file:
        body = re.search(r'bool attn::isScalarOp\(.*?\n}', file.read(), re.DOTALL).group(0)
    classes = re.findall(r'(?:(\w+)::)?(\w+)Op\b(?=[,>])', body)
    accepted = {flat(f'{dialect or "attn"}.{name}') for dialect, name in classes}
    for name in sorted(accepted - listed):
        yield source, 1, f'accepts {name}, which {page} does not list'
    for name in sorted(listed - accepted):
        yield page, 1, f'lists {name}, which {source} does not accept'


RULES = {rule.__name__.replace('_', '-'): rule for rule in (
    constraints_tested, errors_tested, ops_specified, scalars_listed, wrong_inputs)}


def main(rule, tree):
    violations = list(RULES[rule](tree))
    for path, number, reason in violations:
        print(f'{path}:{number}: {reason}')
    return 1 if violations else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1], sys.argv[2]))
