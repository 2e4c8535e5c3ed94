# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Attention that run.py times, and what it is compared with: torch's cuDNN attention and FlexAttention."""
import dataclasses
import itertools

import torch
from torch.nn.attention import SDPBackend, sdpa_kernel

CAP, WINDOW = 30.0, 1024
DOCUMENTS = [0, 300, 1400, 1656, 3700, 4212, 5236, 6004, 7540, 8192]  # nine in 8192 tokens
SDPA = torch.nn.functional.scaled_dot_product_attention
# Default first; then what was best at these sizes on an H200.
FLEX = {'flex': {}, 'flex 64x64': {'BLOCK_M': 64, 'BLOCK_N': 64, 'num_warps': 4, 'num_stages': 3},
        'flex 64x64 tma': {'BLOCK_M': 64, 'BLOCK_N': 64, 'num_warps': 4, 'num_stages': 3, 'USE_TMA': True}}


@dataclasses.dataclass
class Case:
    name: str
    entry: str
    B: int
    H: int
    N: int
    D: int
    peer: str  # 'cudnn' or 'flex'
    bar: float  # peer's time / ours
    stretch: float
    M: int = 0  # queries; 0: N
    Hkv: int = 0

    def pairs(self):
        """Pairs of one head that exist."""
        if self.entry == 'full' or self.decodes():
            return (self.M or self.N) * self.N
        if self.entry == 'window':
            return sum(min(i + 1, WINDOW) for i in range(self.N))
        lengths = [b - a for a, b in itertools.pairwise(DOCUMENTS)] if self.entry == 'documents' else [self.N]
        return sum(n * (n + 1) // 2 for n in lengths)

    def decodes(self):
        return self.entry.startswith('decode')

    def flops(self):
        return 4 * self.B * self.H * self.D * self.pairs()

    def bytes(self):
        """Of keys and values: what decoding must read."""
        return 4 * self.B * (self.Hkv or self.H) * self.N * self.D

    def rate(self, ms):
        return f'{self.bytes() / ms * 1e-6:8.1f} GB/s' if self.decodes() else f'{self.flops() / ms * 1e-9:8.1f} TF/s'

    def make(self, device):
        return Inputs(self, device)

    def peers(self, inputs):
        """Makers of calls by name."""
        return PEERS[self.peer](self, inputs)


CASES = [Case('full d128 2k', 'full', 8, 16, 2048, 128, 'cudnn', 1.02, 1.07),
         Case('full d128 8k', 'full', 2, 16, 8192, 128, 'cudnn', 1.05, 1.10),
         Case('causal d128 2k', 'causal', 8, 16, 2048, 128, 'cudnn', 1.03, 1.15),
         Case('causal d128 8k', 'causal', 2, 16, 8192, 128, 'cudnn', 1.09, 1.19),
         Case('full d64 8k', 'full', 2, 32, 8192, 64, 'cudnn', 1.0, 1.15),
         Case('full d256 8k', 'full', 2, 8, 8192, 256, 'cudnn', 1.0, 1.09),
         Case('alibi causal 8k', 'alibi', 2, 16, 8192, 128, 'flex', 1.4, 0),
         Case('softcap causal 8k', 'softcap', 2, 16, 8192, 128, 'flex', 2.2, 0),
         Case('window 1024 8k', 'window', 2, 16, 8192, 128, 'flex', 1.3, 0),
         Case('9 documents 8k', 'documents', 1, 32, 8192, 128, 'flex', 1.5, 0),
         Case('decode 32/8 B16', 'decode', 16, 32, 8192, 128, 'cudnn', 0.95, 1.0, 1, 8),
         Case('decode 32/8 B64', 'decode', 64, 32, 8192, 128, 'cudnn', 0.95, 1.0, 1, 8),
         Case('decode 32/8 B16, 1024 keys a part', 'decode_long_parts', 16, 32, 8192, 128, 'cudnn', 0.95, 1.0, 1, 8),
         Case('decode 32/8 B64, 1024 keys a part', 'decode_long_parts', 64, 32, 8192, 128, 'cudnn', 0.95, 1.0, 1, 8)]


class Inputs:
    """Tensors of a case, and its score and mask as FlexAttention takes them."""

    def __init__(self, case, device):
        generator = torch.Generator(device=device).manual_seed(7)

        def normal(H, N):
            return torch.randn(case.B, H, N, case.D, generator=generator, device=device).to(torch.bfloat16)
        self.q = normal(case.H, case.M or case.N)
        self.k, self.v = (normal(case.Hkv or case.H, case.N) for _ in range(2))
        self.extra, self.score, self.mask = [], None, None
        if case.entry == 'alibi':
            slopes = torch.tensor([2.0 ** (-8 * (h + 1) / case.H) for h in range(case.H)], device=device)
            self.extra = [slopes]
            self.score = lambda s, b, h, i, j: s + slopes[h] * (j - i)
        if case.entry == 'softcap':
            self.score = lambda s, b, h, i, j: CAP * torch.tanh(s / CAP)
        if case.entry in ('causal', 'alibi', 'softcap'):
            self.mask = lambda b, h, i, j: i >= j
        if case.entry == 'window':
            self.mask = lambda b, h, i, j: (i >= j) & (i - j < WINDOW)
        if case.entry == 'documents':
            starts = torch.tensor(DOCUMENTS, dtype=torch.int32, device=device)
            ids = torch.bucketize(torch.arange(case.N, device=device), starts.long(), right=True)
            self.extra = [starts, starts.clone()]
            self.mask = lambda b, h, i, j: (ids[i] == ids[j]) & (i >= j)

    def arguments(self):
        return [self.q, self.k, self.v, *self.extra]

    def results(self):
        return [torch.full_like(self.q, float('nan'))]

    @staticmethod
    def returned(results):
        """What our call gives, as a peer returns it."""
        return results[0]

    def judge(self, got, wanted):
        """The relative error of root mean squares; NaN where a result has one anywhere."""
        error = ((got[-1, -1, self.rows].double() - wanted).norm() / wanted.norm()).item()
        return float('nan') if got.isnan().any().item() else error

    def wanted(self):
        """About 64 query rows of the last head in float64."""
        M, ratio = self.q.shape[2], self.q.shape[1] // self.k.shape[1]
        rows = self.rows = torch.linspace(0, M - 1, min(M, 64), device=self.q.device).long()
        head = self.q.shape[1] - 1
        q = self.q[-1, head, rows].double()
        k, v = (tensor[-1, head // ratio].double() for tensor in (self.k, self.v))
        s = q @ k.T / q.shape[-1] ** 0.5
        i, j = rows[:, None], torch.arange(k.shape[0], device=q.device)[None]
        if self.score:
            s = self.score(s, 0, head, i, j)
        if self.mask:
            s = s.masked_fill(~self.mask(0, head, i, j), float('-inf'))
        return torch.softmax(s, -1) @ v


def cudnn(case, inputs):
    """Calls by name."""
    def call():
        with sdpa_kernel(SDPBackend.CUDNN_ATTENTION):
            return SDPA(inputs.q, inputs.k, inputs.v, is_causal=case.entry == 'causal', enable_gqa=bool(case.Hkv))
    return {'cudnn': lambda: call}


def flex(case, inputs):
    """Makers of calls by name: compiling happens when the maker runs."""
    from torch.nn.attention.flex_attention import create_block_mask, flex_attention
    torch._dynamo.reset()  # else it stops compiling after some cases

    def make(settings):
        mask = None
        if inputs.mask:
            mask = create_block_mask(inputs.mask, None, None, case.N, case.N, device=inputs.q.device)
        compiled = torch.compile(flex_attention, dynamic=False)

        def call():
            return compiled(inputs.q, inputs.k, inputs.v, score_mod=inputs.score, block_mask=mask,
                            kernel_options=settings or None)
        call()
        return call
    return {name: lambda settings=settings: make(settings) for name, settings in FLEX.items()}


PEERS = {'cudnn': cudnn, 'flex': flex}
