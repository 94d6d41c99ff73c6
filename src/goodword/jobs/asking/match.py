"""A second look at which fact answers: question and fact as vectors, each by a learnt view of its own.

Two linear views of the packaged encoder's vectors bring a question near to what answers it ('will it wake the baby'
near 'noise: 86 dB') whoever thought of the need; a third tells how questions sound that no record answers. A logistic
model over these and over the figures of `pick` says how likely each fact answers. Weights: data/ask/matching.npz, card
matching.toml, learnt by scripts/asking/fit.py. After Dense Passage Retrieval (Karpukhin et al. 2020), with small heads.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO
from tomllib import loads

import numpy as np
from numpy.typing import NDArray

from goodword.errors import DataError
from goodword.search.encode import WIDTH, Encoder

Floats = NDArray[np.float64]
FIGURES = (
    "nearness",
    "stands_out",
    "nearest",
    "ahead",
    "share",
    "cosine",
    "best",
    "answerable",
    "logit",
    "logit_ahead",
    "logit_best",
    "facts",
)
SHARP = 12.0  # by which nearness becomes a share of all facts
SCALE = 3.0  # of a vector for the third view


@dataclass(frozen=True, kw_only=True)
class Views:
    """The learnt views: (views, 512) of questions and of facts, and (512,) with its bias of what can be answered."""

    asked: Floats
    told: Floats
    answerable: Floats
    bias: float


def chances(question: str, facts: Sequence[str], rows: Floats, logits: Floats, encoder: Encoder) -> Floats:
    """The chance of each fact to answer.

    Args:
        facts: 'name: value' of each attribute.
        rows: the figures of `pick`, one row for each.
        logits: what `pick` makes of them.
    """
    made = encoder.encode([question, *facts]).astype(np.float64)
    x = np.hstack([rows, figures(made[0], made[1:], logits, _views())])
    weights, bias = _weights()
    out: Floats = 1 / (1 + np.exp(-(x @ weights + bias)))
    return out


def figures(question: Floats, facts: Floats, logits: Floats, views: Views) -> Floats:
    """One row for each fact, in the order of FIGURES; vectors are of length one."""
    cosine = facts @ question
    near = cosine + (facts @ views.told.T) @ (views.asked @ question)
    size = len(near)
    share = np.exp(SHARP * (near - near.max()))
    answerable = float(question @ views.answerable) * SCALE + views.bias
    return np.column_stack(
        [
            near,
            (near - near.mean()) / (near.std() + 1e-6) / 4,
            near >= near.max(),
            _ahead(near, alone=0.3),
            share / share.sum(),
            cosine,
            np.full(size, near.max()),
            np.full(size, answerable),
            logits,
            _ahead(logits, alone=2.0),
            np.full(size, logits.max()),
            np.full(size, size),
        ]
    )


def _ahead(values: Floats, *, alone: float) -> Floats:
    """How far each is ahead of the best of the others, or behind it."""
    order = np.sort(values)[::-1]
    second = order[1] if len(order) > 1 else order[0] - alone
    out: Floats = values - np.where(values >= order[0], second, order[0])
    return out


@cache
def _saved() -> dict[str, Floats]:
    folder = files("goodword.data").joinpath("ask")
    card = loads(folder.joinpath("matching.toml").read_text("utf-8"))
    raw = folder.joinpath("matching.npz").read_bytes()
    if hashlib.sha256(raw).hexdigest() != card["weights"]["sha256"]:
        raise DataError("data/ask/matching.npz is not the file its card names")
    with np.load(BytesIO(raw), allow_pickle=False) as saved:
        made = {k: saved[k].astype(np.float64) for k in ("asked", "told", "answerable", "weights", "biases")}
    if made["asked"].shape[1] != WIDTH or made["asked"].shape != made["told"].shape:
        raise DataError("data/ask/matching.npz has the wrong shape")
    return made


@cache
def _views() -> Views:
    made = _saved()
    return Views(asked=made["asked"], told=made["told"], answerable=made["answerable"], bias=float(made["biases"][0]))


@cache
def _weights() -> tuple[Floats, float]:
    made = _saved()
    return made["weights"], float(made["biases"][1])
