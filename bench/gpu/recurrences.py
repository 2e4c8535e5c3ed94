# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Recurrences that run.py times beside flash-linear-attention (the package `fla`)."""
import dataclasses

import torch


@dataclasses.dataclass
class GatedDelta:
    """The gated delta rule (Yang et al. 2024): S = exp(g) S + k beta (v - exp(g) S^T k)^T, o = S^T q, token by token."""
    name: str
    B: int
    H: int
    N: int
    D: int
    bar: float  # peer's time / ours
    stretch: float
    entry: str = 'gated_delta_prepared'
    peer: str = 'fla'

    def bytes(self):
        """Of arguments and results."""
        tokens = self.B * self.H * self.N
        return tokens * (4 * self.D * 2 + 2 * 4) + 2 * self.B * self.H * self.D * self.D * 4

    def rate(self, ms):
        return f'{self.bytes() / ms * 1e-6:8.1f} GB/s'

    def make(self, device):
        return Inputs(self, device)

    def peers(self, inputs):
        """Makers of calls by name."""
        def make():
            from fla.ops.gated_delta_rule import chunk_gated_delta_rule

            def call():
                return chunk_gated_delta_rule(inputs.q, inputs.k, inputs.v, inputs.g, inputs.beta, scale=1.0,
                                              initial_state=inputs.state, output_final_state=True)
            return call
        return {'fla': make}


class Inputs:
    """Tensors as fla lays them out: [batch, token, head, channel]."""

    def __init__(self, case, device):
        generator = torch.Generator(device=device).manual_seed(7)
        shape = (case.B, case.N, case.H)

        def normal(*sizes):
            return torch.randn(*sizes, generator=generator, device=device)
        self.q = (normal(*shape, case.D) * case.D ** -0.5).to(torch.bfloat16)
        self.k = torch.nn.functional.normalize(normal(*shape, case.D), dim=-1).to(torch.bfloat16)
        self.v = normal(*shape, case.D).to(torch.bfloat16)
        self.beta = torch.rand(*shape, generator=generator, device=device)
        self.g = -0.1 * torch.rand(*shape, generator=generator, device=device)
        self.state = normal(case.B, case.H, case.D, case.D)

    def arguments(self):
        """As the program takes them: heads before tokens."""
        return [tensor.transpose(1, 2) for tensor in (self.q, self.k, self.v, self.beta, self.g)] + [self.state]

    def results(self):
        out, state = torch.full_like(self.v, float('nan')), torch.full_like(self.state, float('nan'))
        return [out.transpose(1, 2), state]

    @staticmethod
    def returned(results):
        """What our call gives, in the peer's layout."""
        return results[0].transpose(1, 2), results[1]

    def wanted(self):
        """The last head of the last batch, token by token in float64."""
        q, k, v, beta, g = (tensor[-1, :, -1].double() for tensor in (self.q, self.k, self.v, self.beta, self.g))
        state, out = self.state[-1, -1].double(), torch.empty_like(v)
        for t in range(q.shape[0]):
            state = state * g[t].exp()
            state = state + torch.outer(k[t] * beta[t], v[t] - state.T @ k[t])
            out[t] = state.T @ q[t]
        self.chosen = lambda got: torch.cat([got[0][-1, :, -1].double(), got[1][-1, -1].double()])
        return torch.cat([out, state])

    def judge(self, got, wanted):
        """The relative error of root mean squares; NaN where a result has one anywhere."""
        bad = any(tensor.isnan().any().item() for tensor in got)
        return float('nan') if bad else ((self.chosen(got) - wanted).norm() / wanted.norm()).item()


CASES = [GatedDelta('gated delta B4 8k', 4, 16, 8192, 128, 1 / 0.6, 1 / 0.3),
         GatedDelta('gated delta B1 8k', 1, 16, 8192, 128, 0, 0)]
