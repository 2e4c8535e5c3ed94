# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Decoding, whose second kernel starts while the first one ends, called again and again with changing queries.

Usage: overlap.py FOLDER [--device cuda:0]
FOLDER comes from make.py. All calls share one workspace: a kernel that does not wait for the one before it reads what
the last call left there, which is of other queries. Launched, and replayed from a graph. Exit code 1 if anything is
wrong.
"""
import argparse
import pathlib
import sys

import torch

from attn_rt import Runtime

LARGEST_ERROR = 5e-3  # relative, of root mean squares
SHAPES = [(1, 8192), (16, 8192), (3, 1000), (64, 700)]  # batch, keys
HEADS, KEY_HEADS, D = 32, 8, 128
CALLS = 250


def attend(q, k, v):
    k, v = (tensor.double().repeat_interleave(HEADS // KEY_HEADS, 1) for tensor in (k, v))
    scores = q.double() @ k.transpose(2, 3) / D ** 0.5
    return torch.softmax(scores, 3) @ v


def differ(call, graph, q, o, queries, outputs):
    """How many calls gave other bits than the same queries did at first."""
    wrong = 0
    for number in range(CALLS):
        q.copy_(queries[number % 2])
        o.fill_(float('nan'))
        graph.replay() if graph else call()
        wrong += not torch.equal(o, outputs[number % 2])
    return wrong


def check(entry, batch, keys, device):
    """The largest error, and how many launches and replays differed."""
    def random(*shape):
        return torch.randn(*shape, dtype=torch.bfloat16, device=device)
    q, k, v = random(batch, HEADS, 1, D), random(batch, KEY_HEADS, keys, D), random(batch, KEY_HEADS, keys, D)
    o, queries = torch.empty_like(q), [q.clone(), random(*q.shape)]
    call = entry([q, k, v], [o])
    error, outputs = 0.0, []
    for query in queries:
        q.copy_(query)
        call()
        torch.cuda.synchronize()
        outputs.append(o.clone())
        wanted = attend(query, k, v)
        error = max(error, ((o - wanted).pow(2).mean() / wanted.pow(2).mean()).sqrt().item())
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        call()
    return error, differ(call, None, q, o, queries, outputs), differ(call, graph, q, o, queries, outputs)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('folder', type=pathlib.Path)
    parser.add_argument('--device', default='cuda:0')
    options = parser.parse_args()
    runtime = Runtime(str((options.folder / 'libattn-rt.so').resolve()), options.device)
    entry = runtime.entry(options.folder / f'ours.decode.d{D}.so')
    failed = 0
    for batch, keys in SHAPES:
        error, launched, replayed = check(entry, batch, keys, options.device)
        wrong = not error <= LARGEST_ERROR or launched or replayed
        failed += bool(wrong)
        print(f'B={batch} N={keys}: error {error:.1e}, of {CALLS} launches {launched} differ, of as many replays '
              f'{replayed}{": WRONG" if wrong else ""}', flush=True)
    print(f'{len(SHAPES)} cases, {failed} failed')
    sys.exit(1 if failed else 0)


if __name__ == '__main__':
    main()
