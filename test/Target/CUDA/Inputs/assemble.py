# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Assembles every variant of the catalogue: `assemble.py CATALOGUE CHIP OUT SIZES...`.

Prints the variants whose kernels spill, or that the assembler warns about, those of which a size has no fast form, and
those that are known to be slow but are not. Exits with 1 if there is one. `SIZES` are as --specialise takes them.
"""
import os
import re
import subprocess
import sys

# Without a fast form in some size.
SLOW = {'diagonal_sums', 'streaming_llm'}


def main(catalogue, chip, out, *sizes):
    names = sorted(name[:-5] for name in os.listdir(catalogue) if name.endswith('.mlir'))
    broken = 0
    for name in names:
        versions = [f'--specialise={size}' for size in sizes]
        done = subprocess.run(['attn-compile', f'--variant={name}', *versions, f'--target=cuda:{chip}', '--strict',
                               '--dump-schedule', '-o', out], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=300)
        fast = set(re.findall(r"bytes spilled in '([^']*?)_[a-z0-9_]+\$overlapped", done.stdout))
        if done.returncode:
            broken += 1
            print(f'{name}: exits with {done.returncode}: {done.stdout.strip()}')
        elif (len(fast) < len(sizes)) != (name in SLOW):
            broken += 1
            print(f'{name}: has fast forms of {sorted(fast)}: {done.stdout.strip()}')
    print(f'{len(names)} variants, {broken} broken')
    return 1 if broken or not names else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
