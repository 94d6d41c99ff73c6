"""How content the writer of a review is: one linear model of n-grams a language, trained by `goodword train sentiment`.

Bundles data/models/sentiment_<lang>/; numpy only. A bundle of the shop's own training, a transformer among them, takes
their place by its name or folder.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from goodword.errors import InputError
from goodword.models import bundle
from goodword.models.bundle import Floats, TextModel
from goodword.types import Lang

POSITIVE, NEUTRAL = "positive", "neutral"


@cache
def load(lang: Lang, name: str = "") -> TextModel:
    """The model of a language: the shipped one, or the one of that name or folder.

    Raises:
        InputError: there is none of that name, or it is no model of sentiment.
        DataError: its files are not those it was made with.
        MissingExtra: it needs a library that is not installed.
    """
    if not name:
        return bundle.load(f"sentiment_{lang}")
    model = bundle.load(Path(name) if "/" in name or Path(name).exists() else name)
    if POSITIVE not in model.labels:
        raise InputError(f"the model {name!r} has no label 'positive'", cure="Train one: goodword train sentiment")
    return model


def content(texts: Sequence[str], lang: Lang, name: str = "") -> Floats:
    """The calibrated probability of each text that its writer is content; a neutral class counts half."""
    if not texts:
        return np.zeros(0)
    model = load(lang, name)
    chances = model.probabilities(texts)
    out: Floats = chances[:, model.labels.index(POSITIVE)].copy()
    if NEUTRAL in model.labels:
        out += chances[:, model.labels.index(NEUTRAL)] / 2
    return out
