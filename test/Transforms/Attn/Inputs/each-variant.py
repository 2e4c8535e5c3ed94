# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs attn-opt over every file of the catalogue: `each-variant.py FOLDER FLAG...`.

Prints, per file, its name and how many attend ops came out; `planes left` where an op on planes is among them.
"""
import os
import re
import subprocess
import sys


def main(folder, flags):
    code = 0
    for name in sorted(os.listdir(folder)):
        if not name.endswith('.mlir'):
            continue
        done = subprocess.run(['attn-opt', os.path.join(folder, name)] + flags, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True)
        left = re.search(r'attn\.(score|modify|normalize|apply|reduce)\b', done.stdout)
        print(f'{name}: {done.stdout.count("attn.attend ")} attend{", planes left" if left else ""}')
        if done.returncode:
            print(done.stderr)
            code = 1
    return code


if __name__ == '__main__':
    sys.exit(main(sys.argv[1], sys.argv[2:]))
