# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compiles the entries of cases.mlir and tile programs into a folder for run.py. Needs the compiler, no GPU and no Python package.

Usage: make.py FOLDER [--target cuda:sm_90a] [--form NAME=PASSES]... [--only ENTRY,...] [--tools DIR]
A form is a list of attn-opt's passes behind --attn-specialise; without passes it is what attn-compile does by itself.
Left out: `ours=`. Tile programs have that form alone. Every form of every entry is a library FORM.ENTRY.dD.so; what does not compile is said and left out.
"""
import argparse
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
PROGRAMS = HERE.parents[1] / 'test/Dialect/Tile/programs'
TILE_PROGRAMS = {'gated_delta_prepared': 'c_gated_delta_prepared.mlir',
                 'paged_decode_bf16': 'b_decode_bf16.mlir'}  # entry: file; D = 128
HEADS = {'full': (64, 128, 256), 'causal': (128,)}  # others: 128


def run(*command):
    """None, or the tool's complaint."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if not done.returncode:
        return None
    lines = done.stderr.splitlines() or ['no message']
    first = next((line for line in lines if 'error' in line), lines[0])
    return f'{pathlib.Path(command[0]).name} exits with {done.returncode}: {first[:300]}'


def build(options, entry, source, form, passes, D):
    library = options.folder / f'{form}.{entry}.d{D}.so'
    sizes = f'D={D} type=bf16'
    if not passes:
        return run(options.tools / 'attn-compile', source, f'--target={options.target}', f'--specialise={sizes}', '-o',
                   library)
    program = library.with_suffix('.mlir')
    complaint = run(options.tools / 'attn-opt', source, f'--attn-specialise={sizes}', *passes, '-o', program)
    complaint = complaint or run(options.tools / 'attn-compile', program, f'--target={options.target}', '-o', library)
    program.unlink(missing_ok=True)
    return complaint


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('folder', type=pathlib.Path)
    parser.add_argument('--target', default='cuda:sm_90a')
    parser.add_argument('--form', action='append', metavar='NAME=PASSES')
    parser.add_argument('--only', type=lambda text: text.split(','))
    parser.add_argument('--tools', type=pathlib.Path, help='where attn-compile is',
                        default=pathlib.Path(os.environ.get('ATTN_BUILD_DIR', HERE.parents[1] / 'build')) / 'bin')
    return parser.parse_args()


def main():
    options = parse()
    options.folder.mkdir(parents=True, exist_ok=True)
    made = failed = 0
    for text in (HERE / 'cases.mlir').read_text().split('// -----'):
        entry = re.search(r'func\.func @(\w+)', text)[1]
        if options.only and entry not in options.only:
            continue
        source = options.folder / f'{entry}.mlir'
        source.write_text(text)
        for form, passes in (word.split('=', 1) for word in options.form or ['ours=']):
            for D in HEADS.get(entry, (128,)):
                complaint = build(options, entry, source, form, shlex.split(passes), D)
                made, failed = made + (not complaint), failed + bool(complaint)
                print(f'{form}.{entry}.d{D}: {complaint or "made"}', flush=True)
        source.unlink()
    for entry, file in TILE_PROGRAMS.items():
        if not options.only or entry in options.only:
            complaint = run(options.tools / 'attn-compile', PROGRAMS / file, f'--target={options.target}', '-o',
                            options.folder / f'ours.{entry}.d128.so')
            made, failed = made + (not complaint), failed + bool(complaint)
            print(f'ours.{entry}.d128: {complaint or "made"}', flush=True)
    shutil.copy(options.tools.parent / 'lib/libattn-rt.so', options.folder)
    if shutil.which('cc'):
        complaint = run('cc', '-O2', '-I', HERE.parents[1] / 'include', HERE / 'launch.c', '-L', options.folder,
                        '-lattn-rt', '-Wl,-rpath,$ORIGIN', '-o', options.folder / 'launch')
        print(f'launch: {complaint or "made"}', flush=True)
    print(f'{made} made, {failed} failed')
    sys.exit(0 if made else 1)


if __name__ == '__main__':
    main()
