"""Does a sentence say only what these facts say? A small bilingual model, beside the marks of the exact rules.

A sentence and each fact are read apart by one encoder (7 layers of multilingual-e5-small, trained on), so the facts of a
product are read once; a head then lets every token of the sentence look at every token of the facts ("late
interaction", Khattab and Zaharia 2020) and sees what the rules said of each token. One bundle in
data/models/entailment/: `encoder.onnx` (8-bit), `head.onnx`, `pieces.model` (SentencePiece), `bundle.json` (thresholds,
hashes, what it was trained on) and cards. Trained by `scripts/entailment`.
"""  # noqa: E501

import hashlib
import json
import re
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from goodword.errors import DataError
from goodword.types import Lang

MARKS = ("supported", "word", "praise", "silent", "refuted", "denial", "degree", "courtesy")
_LONGEST, _ROWS, _TOKENS = 90, 20, 260  # tokens of a sentence, facts, tokens of all facts
_KEPT = 2048  # facts and sentences whose vectors are kept: 384 x 15 x 4 bytes, of a sentence twice that
_TOGETHER = 16  # sentences the head looks at in one go
_PREFIX = "query:"  # the trunk was trained with it
_HALVES = re.compile("[\ud800-\udfff]")  # half characters, which no UTF-8 holds

Vectors = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True, slots=True)
class Marked:
    """A sentence and what the rules said of it: (start, end, index of MARKS)."""

    text: str
    marks: tuple[tuple[int, int, int], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Thresholds:
    """Probabilities from which a sentence stands: with one word no fact holds beside some that one does, with several,
    with such words alone, against a contradiction of words, and with nothing amiss."""

    lone: float
    unsaid: float
    alone: float
    refuted: float
    plain: float


class Encoder:
    """Token vectors of a text. They are kept: of a product many texts tell, and a sentence is judged again when it is
    reworded, streamed or moved."""

    def __init__(self, weights: bytes, pieces: bytes) -> None:
        """Args:
        weights: an ONNX model of ids and mask (batch, tokens) to vectors (batch, tokens, 384).
        pieces: a SentencePiece model.
        """
        import sentencepiece

        self._session = _session(weights)
        self._pieces = sentencepiece.SentencePieceProcessor(model_proto=pieces)
        self._before = [0, *(p.id for p in self._cut(_PREFIX))]
        self._kept: OrderedDict[str, tuple[Vectors, list[tuple[int, int]]]] = OrderedDict()
        self._lock = Lock()

    def read(self, text: str) -> tuple[Vectors, list[tuple[int, int]]]:
        """Token vectors of a text (tokens, 384), and the span of each."""
        with self._lock:
            if (known := self._kept.get(text)) is not None:
                self._kept.move_to_end(text)
                return known
        made = self._made(text)
        with self._lock:
            self._kept[text] = made
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return made

    def fact(self, text: str) -> Vectors:
        """Token vectors of a fact."""
        return self.read(text)[0]

    def _made(self, text: str) -> tuple[Vectors, list[tuple[int, int]]]:
        text = _HALVES.sub("\ufffd", text)
        cut = self._cut(text)[:_LONGEST]
        if len(cut) < 2:
            return np.zeros((0, 384), np.float32), []
        ids = np.array([[*self._before, *(p.id for p in cut), 2]], np.int64)
        (hidden,) = self._session.run(None, {"ids": ids, "mask": np.ones_like(ids)})
        home = _characters(text)
        spans = [(home[p.begin], max(home[p.end], home[p.begin] + 1)) for p in cut]
        vectors: Vectors = hidden[0, len(self._before) : -1]
        return vectors, spans

    def facts(self, texts: Sequence[str]) -> tuple[Vectors, NDArray[np.int64]]:
        """The token vectors of facts in a row (1, k, 384), and which fact each is of (1, k); k is 2 or more."""
        rows = [self.fact(f) for f in texts[:_ROWS]]
        rows = [r for r in rows if len(r)] or [np.zeros((2, 384), np.float32)]
        joined = np.concatenate(rows)[:_TOKENS]
        of = np.concatenate([np.full(len(r), n, np.int64) for n, r in enumerate(rows)])[:_TOKENS]
        return joined[None], of[None]

    def _cut(self, text: str) -> list[Any]:
        return list(self._pieces.encode(text, return_type="proto").pieces)


class Entailment:
    """The model, loaded once; may be asked from several threads."""

    def __init__(self, folder: Any) -> None:
        """Raises DataError: a file is missing, is not the one of the bundle, or cannot be read."""
        self.about = _bundle(folder)
        weights, pieces, head = (folder.joinpath(n).read_bytes() for n in ("encoder.onnx", "pieces.model", "head.onnx"))
        try:
            self._encoder, self._head = Encoder(weights, pieces), _session(head)
        except (ImportError, RuntimeError, OSError, ValueError) as error:
            raise DataError(f"the model 'entailment' cannot be opened ({error}): install Goodword again") from None

    @property
    def version(self) -> str:
        """The version of the bundle, for the record of a check."""
        return str(self.about["version"])

    @property
    def encoder(self) -> Encoder:
        """What reads sentences, for others who want its vectors."""
        return self._encoder

    def thresholds(self, lang: Lang, *, prose: bool = False) -> Thresholds:
        """The operating point of a language, for catalogue facts or where passages of prose are in evidence."""
        at = self.about["thresholds"][lang]["prose" if prose else "facts"]
        return Thresholds(**at)

    def judge(self, sentences: Sequence[Marked], facts: Sequence[str]) -> list[float]:
        """The probability, for each sentence, that it says nothing but what the facts say.

        Args:
            facts: 'name: value', or a sentence of a passage; the first 20 count.
        """
        known, of = self._encoder.facts(facts)
        read = [(n, *self._encoder.read(s.text)) for n, s in enumerate(sentences)]
        out = [0.0] * len(sentences)
        for start in range(0, len(read), _TOGETHER):
            part = [(n, tokens, spans) for n, tokens, spans in read[start : start + _TOGETHER] if len(tokens)]
            if not part:
                continue
            longest = max(len(tokens) for _, tokens, _ in part)
            given: dict[str, NDArray[Any]] = {
                "s": np.zeros((len(part), longest, 384), np.float32), "sm": np.zeros((len(part), longest), np.float32),
                "marks": np.zeros((len(part), longest, len(MARKS)), np.float32), "x": known, "fi": of,
            }  # fmt: skip
            for row, (n, tokens, spans) in enumerate(part):
                given["s"][row, : len(tokens)], given["sm"][row, : len(tokens)] = tokens, 1
                given["marks"][row, : len(tokens)] = marks_of(sentences[n].marks, spans)
            (logits,) = self._head.run(None, given)
            for (n, _, _), logit in zip(part, logits, strict=True):
                out[n] = float(1 / (1 + np.exp(-float(logit))))
        return out


def marks_of(marks: Sequence[tuple[int, int, int]], spans: Sequence[tuple[int, int]]) -> Vectors:
    """For each token which marks lie on it: (tokens, marks)."""
    out = np.zeros((len(spans), len(MARKS)), np.float32)
    for start, end, kind in marks:
        for at, (a, b) in enumerate(spans):
            if a < end and start < b:
                out[at, kind] = 1
    return out


def _session(weights: bytes) -> Any:
    import onnxruntime

    onnxruntime.disable_telemetry_events()  # heeded even where it was imported before quiet.py was
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(weights, options)


def _characters(text: str) -> list[int]:
    """For each byte of a text in UTF-8, the character it is of: SentencePiece counts bytes."""
    home = [n for n, c in enumerate(text) for _ in range(len(c.encode("utf-8")))]
    return [*home, len(text)]


def _bundle(folder: Any) -> dict[str, Any]:
    try:
        about: dict[str, Any] = json.loads(folder.joinpath("bundle.json").read_text("utf-8"))
        for name, digest in about["sha256"].items():
            if hashlib.sha256(folder.joinpath(name).read_bytes()).hexdigest() != digest:
                raise DataError(
                    f"{name} of the model 'entailment' is not the one of its bundle: install Goodword again"
                )
    except (OSError, ValueError, KeyError):
        raise DataError("the model 'entailment' is missing or broken: install Goodword again") from None
    return about


@cache
def load() -> Entailment:
    """The shipped model.

    Raises:
        DataError: it is missing or altered, so that what it would judge must be held.
    """
    return Entailment(files("goodword.data").joinpath("models/entailment"))
