# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs what a fuzzer made, seed by seed."""
import os
import shlex
import subprocess


def compare(seed, path, backend, specs, options):
    """Whether attn-run finds the function of `path` equal to the oracle; if not, prints the line that shows it again."""
    command = ['attn-run', path, f'--backend={backend}', '--compare=reference'] + options
    for spec in specs:
        command += ['--arg', spec]
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120)
        code, output = done.returncode, done.stdout
    except subprocess.TimeoutExpired:
        code, output = 'none within 120 s', ''
    if code != 0:
        print(f'seed {seed}: exit code {code}\n{output}\n{shlex.join(command)}', flush=True)
    return code == 0


def run_all(run, what, first, last, folder, *options):
    """Calls run(seed, folder, options), which says whether the seed passed, for FIRST to LAST - 1; 1 if any failed."""
    os.makedirs(folder, exist_ok=True)
    failed = sum(not run(seed, folder, list(options)) for seed in range(int(first), int(last)))
    print(f'{int(last) - int(first)} {what}, {failed} failed')
    return 1 if failed else 0
