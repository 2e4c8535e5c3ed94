# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compares the options that the tools' --help lists with a page: `options.py PAGE TOOL...`. An option that one of the two
lacks is an error."""
import re
import subprocess
import sys

OPTION = re.compile(r'(?<![\w-])--[a-z][a-z-]*')


def main(page, tools):
    with open(page, encoding='utf-8') as file:
        described = set(OPTION.findall(file.read()))
    listed = {}
    for tool in tools:
        text = subprocess.run([tool, '--help'], check=True, stdout=subprocess.PIPE, text=True).stdout
        for option in OPTION.findall(text):
            listed.setdefault(option, tool)
    wrong = [f'{listed[option]} {option} is not described' for option in sorted(set(listed) - described)]
    wrong += [f'{option} is described, but no tool lists it' for option in sorted(described - set(listed) - {'--help'})]
    print('\n'.join(wrong) or f'{len(listed)} options')
    return 1 if wrong or not listed else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1], sys.argv[2:]))
