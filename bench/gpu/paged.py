# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Decode of one token over a paged bf16 cache, which run.py times beside torch's cuDNN attention on the same keys in one
piece, and check.py holds against its definition."""
import dataclasses

import torch
from torch.nn.attention import SDPBackend, sdpa_kernel

PAGE = 64  # tokens


@dataclasses.dataclass
class PagedDecode:
    name: str
    B: int
    H: int
    Hkv: int
    N: int  # tokens of the longest sequence, whose table the others have too
    D: int = 128
    bar: float = 0
    stretch: float = 0
    lengths: tuple = ()  # of each sequence; left out: N
    entry: str = 'paged_decode_bf16'
    peer: str = 'cudnn'

    def rate(self, ms):
        return f'{4 * self.B * self.Hkv * self.N * self.D / ms * 1e-6:8.1f} GB/s'

    def make(self, device):
        return Inputs(self, device)

    def peers(self, inputs):
        """Makers of calls by name. They know no lengths."""
        def make():
            k, v = (inputs.gather(cache) for cache in (inputs.k, inputs.v))
            q = inputs.q[:, :, None]

            def call():
                with sdpa_kernel(SDPBackend.CUDNN_ATTENTION):
                    return torch.nn.functional.scaled_dot_product_attention(q, k, v, enable_gqa=True)[:, :, 0], None
            return call
        return {} if self.lengths else {'cudnn': make}


class Inputs:
    """q: [B, H, D]; k, v: [pages, Hkv, 64, D]; table: [B, pages of a sequence], -1 past its length; lengths: [B].

    What lies in a page past its sequence's length is NaN."""

    def __init__(self, case, device):
        generator = torch.Generator(device=device).manual_seed(7)
        width = -(-case.N // PAGE)

        def normal(*shape):
            return torch.randn(*shape, generator=generator, device=device).to(torch.bfloat16)
        self.case, self.q = case, normal(case.B, case.H, case.D)
        self.k, self.v = (normal(case.B * width, case.Hkv, PAGE, case.D) for _ in range(2))
        self.table = torch.randperm(case.B * width, generator=generator, device=device).int().view(case.B, width)
        self.lengths = torch.tensor(case.lengths or [case.N] * case.B, dtype=torch.int32, device=device)
        for b, length in enumerate(self.lengths.tolist()):
            pages = -(-length // PAGE)
            if length % PAGE:
                for cache in (self.k, self.v):
                    cache[self.table[b, pages - 1].item(), :, length % PAGE:] = float('nan')
            self.table[b, pages:] = -1

    def arguments(self):
        return [self.q, self.k, self.v, self.table, self.lengths]

    def results(self):
        shape = (self.case.B, self.case.H)
        return [torch.full(sizes, float('nan'), device=self.q.device) for sizes in ((*shape, self.case.D), shape)]

    @staticmethod
    def returned(results):
        return results

    def gather(self, cache, b=slice(None)):
        """The pages of sequences side by side: [B, Hkv, N, D]."""
        pages = cache[self.table[b].long()]
        return pages.transpose(1, 2).reshape(pages.shape[0], self.case.Hkv, -1, self.case.D)[:, :, :self.case.N]

    def wanted(self):
        """Outputs and log-sum-exps of all heads in float64."""
        outs, sums = [], []
        for b, length in enumerate(self.lengths.tolist()):
            k, v = (self.gather(cache, slice(b, b + 1))[0, :, :length].double() for cache in (self.k, self.v))
            q = self.q[b].double().view(self.case.Hkv, -1, self.case.D)
            scores = q @ k.transpose(1, 2) / self.case.D ** 0.5
            outs.append((torch.softmax(scores, -1) @ v).view(self.case.H, -1))
            sums.append(torch.logsumexp(scores, -1).view(-1) if length else
                        torch.full((self.case.H,), float('-inf'), dtype=torch.float64, device=q.device))
        return torch.stack(outs), torch.stack(sums)

    def judge(self, got, wanted):
        """The relative error of root mean squares, the larger of both results; a result of None is not judged."""
        errors = []
        for ours, right in zip(got, wanted):
            if ours is None:
                continue
            empty = right.isinf()
            if not torch.equal(ours.double()[empty], right[empty]):
                return float('nan')
            difference = ours.double()[~empty] - right[~empty]
            errors.append((difference.norm() / right[~empty].norm()).item())
        return float('nan') if any(error != error for error in errors) else max(errors)


CASES = [PagedDecode('paged decode 32/8 B16', 16, 32, 8, 8192), PagedDecode('paged decode 32/8 B64', 64, 32, 8, 8192)]
CHECKS = [PagedDecode(f'{ratio} heads of queries a head of keys', len(lengths), 2 * ratio, 2, max(lengths), lengths=lengths)
          for ratio in (1, 3, 4, 8) for lengths in ((1, 0, 63, 64), (65, 512, 513), (4096, 1100))]
