"""The head: tokens of a sentence look at tokens of facts and at the marks of the rules."""

import torch
from torch import nn
from torch.nn import functional

WIDTH, MARKS, PLACES, FACTS = 384, 8, 128, 40


class Head(nn.Module):
    """Logits (batch,) that a sentence says nothing but what the facts say."""

    def __init__(self, inner: int = 160, layers: int = 2, dropout: float = 0.2) -> None:
        super().__init__()
        self.sentence, self.facts = nn.Linear(WIDTH, inner), nn.Linear(WIDTH, inner)
        self.fact_place, self.place = nn.Embedding(FACTS, inner), nn.Embedding(PLACES, inner)
        for table in (self.fact_place, self.place):
            nn.init.normal_(table.weight, std=0.02)
        self.marks, self.dropout = nn.Linear(MARKS, inner), nn.Dropout(dropout)
        self.look = nn.MultiheadAttention(inner, 8, dropout=0.1, batch_first=True)
        self.sharpness = nn.Parameter(torch.tensor(20.0))
        self.compare = nn.Sequential(nn.Linear(6 * inner + 1, inner), nn.GELU(), nn.Dropout(dropout))
        layer = nn.TransformerEncoderLayer(inner, 8, 2 * inner, dropout, batch_first=True, activation="gelu", norm_first=True)  # noqa: E501  # fmt: skip
        self.read = nn.TransformerEncoder(layer, layers, enable_nested_tensor=False)
        self.weigh = nn.Linear(inner, 1)
        self.out = nn.Sequential(nn.Linear(3 * inner + MARKS, inner), nn.GELU(), nn.Dropout(dropout), nn.Linear(inner, 1))  # noqa: E501  # fmt: skip

    def forward(
        self, s: torch.Tensor, sm: torch.Tensor, marks: torch.Tensor, x: torch.Tensor, fi: torch.Tensor
    ) -> torch.Tensor:
        """Args: s (b, n, 384) tokens, sm (b, n) 1 where there is one, marks (b, n, 8), x (1, k, 384) tokens of the facts,
        fi (1, k) which fact each is of."""  # noqa: E501
        batch, length = s.shape[:2]
        s = s.reshape(1, batch * length, -1)  # the facts are the same for all, so they are looked at in one go
        said, held = self.dropout(self.sentence(s)), self.dropout(self.facts(x)) + self.fact_place(fi)
        found = self.look(said, held, held, need_weights=False)[0]
        alike = functional.normalize(s, dim=-1) @ functional.normalize(x, dim=-1).transpose(1, 2)
        near = torch.softmax(alike * self.sharpness, -1) @ held
        pairs = [said, found, said * found, (said - found).abs(), near, said * near, alike.max(-1, keepdim=True).values]
        token = self.compare(torch.cat(pairs, -1)).reshape(batch, length, -1)
        token = token + self.marks(marks) + self.place(torch.arange(length))
        token = self.read(token, src_key_padding_mask=sm == 0)
        weight = torch.softmax(self.weigh(token).squeeze(-1).masked_fill(sm == 0, -1e4), -1)
        whole = [
            (token * weight[..., None]).sum(1),
            (token * sm[..., None]).sum(1) / sm.sum(1, keepdim=True),
            token.masked_fill((sm == 0)[..., None], -1e4).max(1).values,
            (marks * sm[..., None]).sum(1).clamp(max=4) / 2,
        ]
        return self.out(torch.cat(whole, -1)).squeeze(-1)
