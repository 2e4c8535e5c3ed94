# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compiled tile programs on a GPU against their definition in float64: recurrences token by token, decoding by page table.

Usage: check.py FOLDER [--device cuda:0]
FOLDER comes from make.py. Lengths lie around a chunk's; the base of a tensor is off by two bytes in one case, so that no
bulk copy can take it; one case is launched 250 times and compared bit for bit. Exit code 1 if anything is wrong.
"""
import argparse
import pathlib
import sys

import torch

from attn_rt import Runtime
import paged
from recurrences import GatedDelta

LARGEST_ERROR = 5e-3  # relative, of root mean squares
LENGTHS = [1, 63, 64, 65, 127, 300, 4096]
LAUNCHES = 250


def shifted(tensor):
    """The same numbers, one element behind an aligned base."""
    storage = torch.empty(tensor.numel() + 1, dtype=tensor.dtype, device=tensor.device)
    storage[1:] = tensor.flatten()
    return storage[1:].view(tensor.shape)


def check(entry, case, device, unaligned=False, launches=1):
    inputs = case.make(device)
    if unaligned:
        inputs.q, inputs.k, inputs.v = (shifted(tensor) for tensor in (inputs.q, inputs.k, inputs.v))
    results = inputs.results()
    call = entry(inputs.arguments(), results)
    call()
    error = inputs.judge(inputs.returned(results), inputs.wanted())
    first = [result.clone() for result in results]
    for _ in range(launches - 1):
        for result in results:
            result.fill_(float('nan'))
        call()
        if not all(torch.equal(a, b) for a, b in zip(first, results)):
            return error, False
    return error, True


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('folder', type=pathlib.Path)
    parser.add_argument('--device', default='cuda:0')
    options = parser.parse_args()
    runtime = Runtime(str((options.folder / 'libattn-rt.so').resolve()), options.device)
    passed = failed = 0
    cases = [(f'T={length}', GatedDelta('', 2, 3, length, 128, 0, 0), {}) for length in LENGTHS]
    odd = GatedDelta('', 2, 3, 300, 128, 0, 0)
    cases.append((f'T={odd.N}, bases off by 2 bytes', odd, {'unaligned': True}))
    cases.append((f'T={odd.N}, {LAUNCHES} launches', odd, {'launches': LAUNCHES}))
    cases += [(f'{case.name}, lengths {case.lengths}', case, {}) for case in paged.CHECKS]
    last = paged.CHECKS[-1]
    cases.append((f'{last.name}, lengths {last.lengths}, bases off by 2 bytes', last, {'unaligned': True}))
    cases.append((f'{last.name}, lengths {last.lengths}, {LAUNCHES} launches', last, {'launches': LAUNCHES}))
    for name, case, how in cases:
        entry = runtime.entry(options.folder / f'ours.{case.entry}.d128.so')
        error, same = check(entry, case, options.device, **how)
        good = error <= LARGEST_ERROR and same
        passed, failed = passed + good, failed + (not good)
        print(f'{"ok" if good else "WRONG"} {case.entry} {name}: error {error:.2e}{"" if same else ", bits differ"}')
    print(f'{passed} passed, {failed} failed')
    sys.exit(1 if failed else 0)


if __name__ == '__main__':
    main()
