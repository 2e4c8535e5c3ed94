# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compiles a chain of 10 score modifiers, then of 100, and fails if the CPU time grows by more than 15: `compile-cost.py
FOLDER`. Every modifier reads its score twice, so that whatever follows each path instead of each op never ends."""
import os
import resource
import subprocess
import sys

HEAD = """!tokens = tensor<?x?x?x16xf32>
!scores = !attn.scores<?x?x?x?xf32>
func.func @chain(%q: !tokens, %k: !tokens, %v: !tokens) -> !tokens {
  %s0 = attn.score %q, %k domain(align = bottom_right) : (!tokens, !tokens) -> !scores
"""
MODIFY = """  %s{next} = attn.modify %s{this} : (!scores) -> !scores {{
  ^bb0(%x: f32, %b: index, %h: index, %i: index, %j: index):
    %c = arith.constant 1.{next} : f32
    %a = arith.mulf %x, %c : f32
    %t = math.tanh %a : f32
    %y = arith.addf %a, %t : f32
    attn.yield %y : f32
  }}
"""
TAIL = """  %w = attn.normalize %s{last} softmax : (!scores) -> !attn.weights<?x?x?x?xf32>
  %o = attn.apply %w, %v : (!attn.weights<?x?x?x?xf32>, !tokens) -> !tokens
  return %o : !tokens
}}
"""


def cost(folder, count):
    path = os.path.join(folder, f'chain{count}.mlir')
    with open(path, 'w', encoding='utf-8') as file:
        file.write(HEAD + ''.join(MODIFY.format(this=n, next=n + 1) for n in range(count)) + TAIL.format(last=count))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(['attn-compile', path, '--deadline=60', '-o', path + '.so'], check=True, timeout=120)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


short, long = (cost(sys.argv[1], count) for count in (10, 100))
print(f'10 modifiers: {short:.2f} s, 100: {long:.2f} s')
sys.exit(long > 15 * short)
