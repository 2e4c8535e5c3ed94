# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""User-defined normalizers that keep the laws; T stands for the compute type.

Name: (text, whether it captures a tensor with an element per head, what it has).
"""

# No reference. Its sum does not cancel, so that rounding stays what it is elsewhere.
SCALED = '''attn.normalizer @scaled : T {
  weight { ^bb0(%s: T): %size = math.absf %s : T attn.yield %size : T }
  finalize { ^bb0(%sum: T):
    %one = arith.constant 1.0 : T
    %divisor = arith.maximumf %sum, %one : T
    %scale = arith.divf %one, %divisor : T
    attn.yield %scale : T }
}
'''

# Softmax of -s: the reference is the row's least score.
SOFTMIN = '''attn.normalizer @softmin : T {
  reference { ^bb0(%s: T): attn.yield %s : T }
  combine { ^bb0(%a: T, %b: T): %r = arith.minimumf %a, %b : T attn.yield %r : T }
  identity { %r = arith.constant INF : T attn.yield %r : T }
  rescale { ^bb0(%from: T, %to: T):
    %id = arith.constant INF : T %zero = arith.constant 0.0 : T
    %none = arith.cmpf oeq, %from, %id : T
    %d = arith.subf %to, %from : T
    %e = math.exp %d : T
    %f = arith.select %none, %zero, %e : T
    attn.yield %f : T }
  weight { ^bb0(%s: T, %r: T):
    %id = arith.constant INF : T %zero = arith.constant 0.0 : T
    %none = arith.cmpf oeq, %r, %id : T
    %d = arith.subf %r, %s : T
    %e = math.exp %d : T
    %f = arith.select %none, %zero, %e : T
    attn.yield %f : T }
  finalize { ^bb0(%r: T, %sum: T):
    %one = arith.constant 1.0 : T %zero = arith.constant 0.0 : T
    %none = arith.cmpf oeq, %sum, %zero : T
    %i = arith.divf %one, %sum : T
    %f = arith.select %none, %zero, %i : T
    attn.yield %f : T }
  lse { ^bb0(%r: T, %sum: T):
    %l = math.log %sum : T
    %f = arith.subf %l, %r : T
    attn.yield %f : T }
}
'''

# Two sums, a captured tensor, no reference.
SPREAD = '''attn.normalizer @spread : T captures(!attn.captured<?xT>) {
  weight { ^bb0(%s: T): %w = math.tanh %s : T attn.yield %w : T }
  sums { ^bb0(%w: T): %q = arith.mulf %w, %w : T attn.yield %w, %q : T, T }
  finalize { ^bb0(%sum: T, %squares: T, %b: index, %h: index, %i: index, %c: !attn.captured<?xT>):
    %one = arith.constant 1.0 : T
    %g = attn.lookup %c[%h] : !attn.captured<?xT>
    %n = arith.addf %squares, %one : T
    %d = math.sqrt %n : T
    %q = arith.divf %g, %d : T
    attn.yield %q : T }
}
'''

# Base two, absorbing, its sums twice the weight.
DOUBLED = '''attn.normalizer @doubled : T absorbing {
  reference { ^bb0(%s: T): attn.yield %s : T }
  combine { ^bb0(%a: T, %b: T): %r = arith.maximumf %a, %b : T attn.yield %r : T }
  identity { %r = arith.constant -INF : T attn.yield %r : T }
  rescale { ^bb0(%from: T, %to: T):
    %id = arith.constant -INF : T %zero = arith.constant 0.0 : T
    %none = arith.cmpf oeq, %from, %id : T
    %d = arith.subf %from, %to : T
    %e = math.exp2 %d : T
    %f = arith.select %none, %zero, %e : T
    attn.yield %f : T }
  weight { ^bb0(%s: T, %r: T):
    %id = arith.constant -INF : T %zero = arith.constant 0.0 : T
    %none = arith.cmpf oeq, %s, %id : T
    %d = arith.subf %s, %r : T
    %e = math.exp2 %d : T
    %f = arith.select %none, %zero, %e : T
    attn.yield %f : T }
  sums { ^bb0(%w: T): %t = arith.addf %w, %w : T attn.yield %w, %t : T, T }
  finalize { ^bb0(%r: T, %sum: T, %twice: T):
    %one = arith.constant 1.0 : T %zero = arith.constant 0.0 : T
    %none = arith.cmpf oeq, %twice, %zero : T
    %i = arith.divf %one, %twice : T
    %f = arith.select %none, %zero, %i : T
    attn.yield %f : T }
}
'''

NORMALIZERS = {
    'scaled': (SCALED, False, {}),
    'softmin': (SOFTMIN, False, {'reference': 1, 'lse': True}),
    'spread': (SPREAD, True, {'sums': 2}),
    'doubled': (DOUBLED, False, {'reference': 1, 'sums': 2}),
}


def text_of(name, compute):
    """The normalizer in f32 or f64."""
    infinity, minus = {'f32': ('0x7F800000', '0xFF800000'), 'f64': ('0x7FF0000000000000', '0xFFF0000000000000')}[compute]
    text = NORMALIZERS[name][0].replace('-INF', minus).replace('INF', infinity)
    return '\n'.join(line.replace(': T', f': {compute}').replace('xT>', f'x{compute}>').replace(', T', f', {compute}')
                     for line in text.split('\n'))
