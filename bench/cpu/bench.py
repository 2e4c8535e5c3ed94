# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Forward attention on the CPU beside OpenBLAS sgemm and PyTorch, interleaved in one process; medians; JSON and a table.

Usage: bench.py BUILD_DIR [--rounds N] [--out FILE.json] [--quick]. Needs numpy and torch (scripts/bench-setup).
Protocol: calls of all contenders are shuffled inside each round, with a pause before each so that the workers of the
previous library sleep; wall time for comparisons between libraries, process CPU time between our own variants.
"""
import os
os.environ.setdefault('OPENBLAS_NUM_THREADS', '2')
os.environ.setdefault('OPENBLAS_THREAD_TIMEOUT', '18')
os.environ.setdefault('ATTN_NUM_THREADS', '2')
import argparse
import json
import pathlib
import random
import subprocess
import tempfile
import time

import numpy as np
import torch

from attn_rt import Library

HERE = pathlib.Path(__file__).parent
torch.set_num_threads(2)
SDPA = torch.nn.functional.scaled_dot_product_attention
GEMM = 2048


def interleave(contenders, rounds):
    """Medians {name: (wall seconds, CPU seconds)} of one call of each contender per shuffled round."""
    wall, cpu = ({n: [] for n in contenders} for _ in range(2))
    for call in contenders.values():
        call()
    names = list(contenders)
    for _ in range(rounds):
        random.shuffle(names)
        for name in names:
            time.sleep(0.06)
            c, w = time.process_time(), time.perf_counter()
            contenders[name]()
            wall[name].append(time.perf_counter() - w)
            cpu[name].append(time.process_time() - c)
    return {n: (float(np.median(wall[n])), float(np.median(cpu[n]))) for n in contenders}


def inputs(H, N, D):
    random_state = np.random.default_rng(7)
    q, k, v = (random_state.standard_normal((1, H, N, D), dtype=np.float32) for _ in range(3))
    slopes = (2.0 ** -np.arange(1, H + 1)).astype(np.float32)
    return q, k, v, slopes, np.empty_like(q)


def gemm():
    a, b, c = (np.random.default_rng(1).standard_normal((GEMM, GEMM), dtype=np.float32) for _ in range(3))
    return lambda: np.matmul(a, b, out=c)


def ours(library, name, D, data):
    q, k, v, slopes, out = data
    arguments = [q, k, v] + ([slopes] if 'alibi' in name else [])
    return library.entry(f'{name}_d{D}')(arguments, [out])


def pairs(kind, N, window=1024):
    if kind == 'causal':
        return N * (N + 1) // 2
    if kind == 'window':
        return sum(min(i + 1, window) for i in range(N))
    return N * N


def listed_tiles(kind, N, rows=96, cols=512, window=1024):
    """Tiles that hold at least one pair, from the mask's definition and the tile sizes alone."""
    if kind == 'full':
        return -(-N // rows) * -(-N // cols)
    count = 0
    for r in range(0, N, rows):
        last = min(r + rows, N) - 1
        first = max(0, r - window + 1) if kind == 'window' else 0
        count += last // cols - first // cols + 1
    return count


def measure(library, D, H, N, rounds, kinds):
    data = inputs(H, N, D)
    contenders = {'sgemm': gemm()}
    for kind in kinds:
        contenders[kind] = ours(library, kind, D, data)
    tq, tk, tv = (torch.from_numpy(x) for x in data[:3])
    if 'full' in kinds and N <= 8192:
        contenders['torch full'] = lambda: SDPA(tq, tk, tv)
    if 'causal' in kinds:
        contenders['torch causal'] = lambda: SDPA(tq, tk, tv, is_causal=True)
    return interleave(contenders, rounds)


def report(times, D, H, N, lines):
    rate = 2 * GEMM ** 3 / times['sgemm'][0]
    row = {'D': D, 'H': H, 'N': N, 'sgemm GFLOP/s': rate / 1e9}
    for kind in ('full', 'causal', 'softcap_alibi', 'window'):
        if kind not in times:
            continue
        flops = 4 * H * D * pairs(kind, N)
        row[kind] = {'seconds': times[kind][0], 'GFLOP/s': flops / times[kind][0] / 1e9,
                     'of sgemm': flops / times[kind][0] / rate}
        if f'torch {kind}' in times:
            row[kind]['x torch'] = times[f'torch {kind}'][0] / times[kind][0]
        if kind != 'full' and 'full' in times:
            row[kind]['CPU time over full'] = times[kind][1] / times['full'][1]
    if 'window' in times and 'full' in times:
        predicted = times['full'][0] * listed_tiles('window', N) / listed_tiles('full', N)
        row['window']['of tile count'] = predicted / times['window'][0]
    lines.append(row)
    for kind, value in row.items():
        if isinstance(value, dict):
            print(f'D={D:<4} H={H} N={N:<6} {kind:14s} ' + '  '.join(f'{k} {v:.3g}' for k, v in value.items()), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('build')
    parser.add_argument('--rounds', type=int, default=7)
    parser.add_argument('--out')
    parser.add_argument('--quick', action='store_true', help='D = 64 and N = 4096 only')
    options = parser.parse_args()
    build = pathlib.Path(options.build)
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        so = f'{folder}/cases.so'
        subprocess.run([build / 'bin/attn-compile', HERE / 'cases.mlir', '--target=cpu', '--emit=so', '-o', so], check=True)
        library = Library(str(build / 'lib/libattn-rt.so'), so)
        for D in (64,) if options.quick else (64, 128):
            report(measure(library, D, 8, 4096, options.rounds, ('full', 'causal', 'softcap_alibi')), D, 8, 4096, lines)
            if not options.quick:
                report(measure(library, D, 2, 16384, max(3, options.rounds // 2), ('full', 'window')), D, 2, 16384, lines)
    if options.out:
        pathlib.Path(options.out).write_text(json.dumps(lines, indent=1) + '\n')


if __name__ == '__main__':
    main()
