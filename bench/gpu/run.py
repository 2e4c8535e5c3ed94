# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compiled entries on a GPU beside torch's cuDNN attention and FlexAttention, and flash-linear-attention, interleaved in
one process.

Usage: run.py FOLDER [--only TEXT,...] [--rounds N] [--runs N] [--sustained SECONDS] [--no-flex] [--out FILE.json]
FOLDER comes from make.py. Needs torch, and fla for recurrences. Protocols: `flush` writes 256 MiB before every call, has the host run ahead of
the device, and takes the median of device times of single calls, contenders shuffled in every round; a bar is met if
the median ratio of the runs is within 1 % of it. `sustained` repeats a call back to back. What fails says why and is
left out; the numbers of the cases before it are in the file already.
"""
import argparse
import json
import pathlib
import random
import re
import statistics
import subprocess
import time
import traceback

import torch

from attn_rt import Runtime
import paged
import peers
import recurrences

CASES = peers.CASES + paged.CASES + recurrences.CASES
LARGEST_ERROR = 2e-2  # relative, of root mean squares


def first_line(error):
    text = str(error).strip() or traceback.format_exception_only(error)[-1].strip()
    return f'{type(error).__name__}: {text.splitlines()[0][:200]}'


def sm_clock():
    """MHz, or None."""
    try:
        done = subprocess.run(['nvidia-smi', '--query-gpu=clocks.sm', '--format=csv,noheader,nounits'],
                              capture_output=True, text=True, timeout=10)
        return int(done.stdout.split()[0])
    except (OSError, ValueError, IndexError, subprocess.SubprocessError):
        return None


class Contenders:
    """Calls of one case by name that run and are right; what was wrong with the others."""

    def __init__(self, options, runtime, case):
        self.inputs = case.make(options.device)
        self.wanted = self.inputs.wanted()
        self.calls, self.errors, self.refused = {}, {}, {}
        for library in sorted(options.folder.glob(f'*.{case.entry}.d{case.D}.so')):
            self.add(library.name.split('.')[0], lambda: self.ours(runtime, library))
        if case.peer != 'flex' or not options.no_flex:
            for name, maker in case.peers(self.inputs).items():
                self.add(name, maker)

    def ours(self, runtime, library):
        if isinstance(runtime, Exception):
            raise runtime
        results = self.inputs.results()
        call = runtime.entry(library)(self.inputs.arguments(), results)

        def run():
            call()
            return self.inputs.returned(results)
        return run

    def add(self, name, maker):
        try:
            call = maker()
            got = call()
            torch.cuda.synchronize()
            error = self.errors[name] = self.inputs.judge(got, self.wanted)
            if not error <= LARGEST_ERROR:
                raise ValueError(f'wrong result, relative error {error:.3e}')
            self.calls[name] = call
        except Exception as error:  # a contender may fail in any way; the others go on
            self.refused[name] = first_line(error)
            print(f'  {name}: {self.refused[name]}', flush=True)


def flushed(calls, rounds, buffer):
    """Median milliseconds by name."""
    times, names = {name: [] for name in calls}, list(calls)
    for _ in range(rounds):
        random.shuffle(names)
        marks = {}
        for name in names:
            buffer.zero_()
            torch.cuda._sleep(400000)  # cycles; the host gets ahead
            begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
            begin.record()
            calls[name]()
            end.record()
            marks[name] = begin, end
        torch.cuda.synchronize()
        for name, (begin, end) in marks.items():
            times[name].append(begin.elapsed_time(end))
    return {name: statistics.median(list_) for name, list_ in times.items()}


def sustained(calls, flush, seconds):
    """(milliseconds a call, SM clock near the end) by name."""
    result = {}
    for name, call in calls.items():
        count = max(3, int(seconds * 1000 / flush[name]))
        begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        begin.record()
        for _ in range(count):
            call()
        end.record()
        clock = sm_clock()
        torch.cuda.synchronize()
        result[name] = begin.elapsed_time(end) / count, clock
    return result


def measure(options, runtime, case, buffer):
    print(f'{case.name}:', flush=True)
    contenders = Contenders(options, runtime, case)
    calls = contenders.calls
    record = {'case': case.name, 'bar': case.bar, 'stretch': case.stretch, 'refused': contenders.refused,
              'errors': contenders.errors, 'flush_ms': {}, 'sustained_ms': {}, 'sm_mhz': {}, 'ratios': {}}
    if not calls:
        return record
    flushed(calls, 3, buffer)
    runs = [flushed(calls, options.rounds, buffer) for _ in range(options.runs)]
    record['flush_ms'] = {name: statistics.median(run[name] for run in runs) for name in calls}
    if options.sustained:
        steady = sustained(calls, record['flush_ms'], options.sustained)
        record['sustained_ms'] = {name: pair[0] for name, pair in steady.items()}
        record['sm_mhz'] = {name: pair[1] for name, pair in steady.items()}
    peers = [name for name in calls if name.startswith(case.peer)]
    for name in calls:
        if peers and name not in peers:
            ratios = [min(run[peer] for peer in peers) / run[name] for run in runs]
            record['ratios'][name] = {'runs': ratios, 'median': statistics.median(ratios)}
            if record['sustained_ms']:
                best = min(record['sustained_ms'][peer] for peer in peers)
                record['ratios'][name]['sustained'] = best / record['sustained_ms'][name]
    report(case, record)
    return record


def report(case, record):
    for name, ms in record['flush_ms'].items():
        text = f'  {name:16} {ms:9.4f} ms {case.rate(ms)}  error {record["errors"][name]:.1e}'
        if name in record['sustained_ms']:
            text += f'  sustained {record["sustained_ms"][name]:9.4f} ms @{record["sm_mhz"][name]}'
        print(text, flush=True)


def launches(runtime, folder, device):
    """Microseconds of the host for a call, with arguments repeated and with fresh pointers, from here and from C."""
    library = next(iter(sorted(folder.glob('*.full.d128.so'))), None)
    if library is None or isinstance(runtime, Exception):
        return None
    bind = runtime.entry(library)
    tensors = [torch.zeros(1, 1, 128, 128, dtype=torch.bfloat16, device=device) for _ in range(4 * 256)]
    calls = [bind(tensors[i:i + 3], [tensors[i + 3]]) for i in range(0, len(tensors), 4)]

    def median(chosen):
        times = []
        for number, call in enumerate(chosen):
            if number % 32 == 0:
                torch.cuda.synchronize()
            begin = time.perf_counter()
            call()
            times.append(time.perf_counter() - begin)
        torch.cuda.synchronize()
        return statistics.median(times) * 1e6
    calls[0]()
    fresh = median(calls[1:])
    return {'repeated_us': median([calls[0]] * 512), 'fresh_us': fresh, **launches_in_c(folder, library, device)}


def launches_in_c(folder, library, device):
    """What launch.c says, which make.py has built where it could."""
    try:
        done = subprocess.run([folder.resolve() / 'launch', library.resolve(), '128', device], capture_output=True,
                              text=True, timeout=120)
    except (OSError, subprocess.SubprocessError) as error:
        print(f'launch: {first_line(error)}')
        return {}
    print(done.stdout + done.stderr, end='', flush=True)
    return {f'c_{kind}_us': float(us) for kind, us in re.findall(r'^(\w+) +([0-9.]+) us', done.stdout, re.M)}


def table(records, host):
    lines = ['| case | form | flush, ratio to the best peer | sustained | bar | |', '|---|---|---|---|---|---|']
    for record in records:
        for name, ratio in record['ratios'].items():
            met = 'met' if ratio['median'] >= 0.99 * record['bar'] else 'MISSED'
            met = met if record['bar'] else 'no bar'
            steady = f'{ratio["sustained"]:.2f}' if 'sustained' in ratio else ''
            lines.append(f'| {record["case"]} | {name} | {ratio["median"]:.2f} | {steady} | {record["bar"]:.3g} | {met} |')
        if not record['ratios']:
            lines.append(f'| {record["case"]} | | | | {record["bar"]} | not measured |')
    for kind, bar in (('repeated', 5), ('fresh', 15)):
        for form, name in (('C', f'c_{kind}_us'), ('Python', f'{kind}_us')):
            value = (host or {}).get(name)
            if value is not None:
                lines.append(f'| launch on the host, {kind} | {form} | {value:.1f} µs | | {bar} µs | '
                             f'{"met" if value <= bar else "MISSED"} |')
    return '\n'.join(lines)


def save(options, device, records, host):
    if options.out:
        contents = {'device': device, 'torch': torch.__version__, 'cases': records, 'host': host}
        options.out.write_text(json.dumps(contents, indent=1) + '\n')


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('folder', type=pathlib.Path)
    parser.add_argument('--only', default='', help='parts of the names of cases, comma separated')
    parser.add_argument('--rounds', type=int, default=15)
    parser.add_argument('--runs', type=int, default=3)
    parser.add_argument('--sustained', type=float, default=0.4, help='seconds; 0 leaves it out')
    parser.add_argument('--no-flex', action='store_true', help='FlexAttention takes seconds to compile')
    parser.add_argument('--out', type=pathlib.Path)
    parser.add_argument('--device', default='cuda:0')
    return parser.parse_args()


def main():
    options = parse()
    try:
        runtime = Runtime(str((options.folder / 'libattn-rt.so').resolve()), options.device)
    except (OSError, RuntimeError) as error:
        runtime = error
        print(f'no runtime: {first_line(error)}')
    name = torch.cuda.get_device_name(options.device)
    print(f'{name}, torch {torch.__version__}, cuDNN {torch.backends.cudnn.version()}', flush=True)
    buffer = torch.empty(256 << 20, dtype=torch.uint8, device=options.device)
    records = []
    for case in CASES:
        if any(text in case.name for text in options.only.split(',')):
            try:
                records.append(measure(options, runtime, case, buffer))
            except Exception as error:  # the next case goes on
                print(f'  {case.name}: {first_line(error)}', flush=True)
            save(options, name, records, None)
        torch.cuda.empty_cache()
    try:
        host = launches(runtime, options.folder, options.device)
    except RuntimeError as error:
        host = print(f'launches: {first_line(error)}')
    print(table(records, host))
    save(options, name, records, host)


if __name__ == '__main__':
    main()
