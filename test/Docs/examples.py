# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs the examples of Markdown pages: `examples.py SOURCE_TREE PAGE...`.

An ```mlir block must pass attn-opt, alone; a line `// file: NAME` in it also saves it under that name for the page's
commands. The lines of an ```sh block that start with `attn-` are run in order, in a folder of the page's own
that sees examples/ and lib/; `# exits with N` at the end of a line states another exit code than 0. The lines of an
```mlir excerpt or ```ptx excerpt block are lines of what the last command printed, in that order; … stands for anything.
"""
import os
import re
import subprocess
import sys
import tempfile

BLOCK = re.compile(r'^```(mlir|sh|mlir excerpt|ptx excerpt)\n(.*?)^```$', re.MULTILINE | re.DOTALL)


def run(command, folder, where, expected):
    done = subprocess.run(command, shell=True, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode == expected:
        return 0, done.stdout
    print(f'{where}: exit code {done.returncode}, expected {expected}: {command}\n{done.stdout}')
    return 1, done.stdout


def find_lines(wanted, printed, where):
    """1 if a line is not found behind those before it."""
    lines = iter(printed.splitlines())
    for number, text in enumerate(wanted.splitlines(), 1):
        pattern = '.*'.join(re.escape(' '.join(part.split())) for part in text.split('…'))
        if text.strip(' …') and not any(re.fullmatch(rf'\s*{pattern}\s*', ' '.join(line.split())) for line in lines):
            print(f'{where}: line {number} of the excerpt is not printed there: {text}')
            return 1
    return 0


def check_page(tree, page):
    """(examples, failures) of one page."""
    with open(os.path.join(tree, page), encoding='utf-8') as file:
        text = file.read()
    examples = failures = 0
    printed = ''
    with tempfile.TemporaryDirectory() as folder:
        for name in ('examples', 'lib'):
            os.symlink(os.path.join(tree, name), os.path.join(folder, name))
        for block in BLOCK.finditer(text):
            line = text.count('\n', 0, block.start()) + 1
            language, body = block.groups()
            if language.endswith('excerpt'):
                failures += find_lines(body, printed, f'{page}:{line}')
                examples += 1
                continue
            if language == 'mlir':
                named = re.search(r'^// file: (\S+)$', body, re.MULTILINE)
                path = os.path.join(folder, named.group(1) if named else f'line{line}.mlir')
                with open(path, 'w', encoding='utf-8') as file:
                    file.write(body)
                commands = [f'attn-opt {path} -o /dev/null']
            else:
                commands = [part for part in body.replace('\\\n', ' ').splitlines() if part.startswith('attn-')]
            for command in commands:
                stated = re.search(r'# exits with (\d+)', command)
                failed, printed = run(command, folder, f'{page}:{line}', int(stated.group(1)) if stated else 0)
                failures += failed
                examples += 1
    return examples, failures


def main(tree, pages):
    counts = [check_page(tree, page) for page in pages]
    examples, failures = (sum(column) for column in zip(*counts))
    print(f'{examples} examples, {failures} failed')
    return 1 if failures or not examples else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1], sys.argv[2:]))
