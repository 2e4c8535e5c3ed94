# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs the wrong uses of a tool that a test lists: `refused.py FOLDER TEST`.

A line `// WRONG[N]: COMMAND` in the test must exit with N, leave FOLDER as it was, and print, on one of its lines, the text
of the line `// SAYS: TEXT` behind it (an ellipsis stands for anything). FOLDER is the working directory; `{here}` stands for
the test's own folder.
"""
import os
import re
import subprocess
import sys


def snapshot(folder):
    return {name: os.path.getmtime(os.path.join(folder, name)) for name in os.listdir(folder)}


def cases(path):
    with open(path, encoding='utf-8') as file:
        text = file.read().replace(' \\\n//    ', ' ')
    return re.findall(r'^// WRONG\[(\d)\]: (.*)\n// SAYS: (.*)$', text, re.MULTILINE)


def main(folder, test):
    failures = 0
    found = cases(test)
    here = os.path.dirname(os.path.abspath(test))
    for code, command, says in found:
        before = snapshot(folder)
        done = subprocess.run(command.replace('{here}', here), shell=True, cwd=folder, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=60)
        pattern = '.*'.join(re.escape(part) for part in says.split('...'))
        reasons = []
        if done.returncode != int(code):
            reasons.append(f'exits with {done.returncode}, expected {code}')
        if not any(re.search(pattern, line) for line in done.stdout.splitlines()):
            reasons.append(f'does not say: {says}')
        if snapshot(folder) != before:
            reasons.append('changed the folder')
        if reasons:
            failures += 1
            print(f'{command}\n  {"; ".join(reasons)}\n  printed: {done.stdout.strip()}')
    print(f'{len(found)} wrong uses, {failures} failed')
    return 1 if failures or not found else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
