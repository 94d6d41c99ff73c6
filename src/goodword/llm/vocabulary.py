"""Closed vocabulary: a grammar under which a model can only use a text's own words, and glue.

It makes a new number or a new content word impossible at decoding time. It does not stop a right word in the wrong
place, so the verifier still judges. Written as a Lark grammar as llguidance reads it.
"""

import json
import re
import tomllib
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files

from goodword.types import Lang

_MARKS = ",.;:!?()[]“”\"'，。；：！？（）【】、"
_RUN = re.compile(r"[^\u3400-\u9fff，。；：！？（）【】、\s]+")
_HAN = re.compile(r"[\u3400-\u9fff]")
LONGEST = 60  # words or characters of one sentence


@cache
def glue(lang: Lang) -> tuple[str, ...]:
    """Words that join and state nothing."""
    rows = tomllib.loads(files("goodword.data").joinpath("prompts/glue.toml").read_text("utf-8"))
    return tuple(str(rows[lang]).split())


def closed_grammar(sentences: Sequence[str], lang: Lang) -> str:
    """The grammar for rewrites of these sentences, never more of them than there are."""
    return (_english if lang == "en" else _chinese)(sentences)


def _english(sentences: Sequence[str]) -> str:
    own = {w.strip(_MARKS) for s in sentences for w in s.split()} - {""}
    words = own | {w[0].lower() + w[1:] for w in own if w[1:].islower()} | set(glue("en"))
    first = {w[0].upper() + w[1:] for w in words}
    return "\n".join((
        "%llguidance {}", f'start: sent (" " sent){{0,{len(sentences) - 1}}}',
        f'sent: FIRST (SEP WORD){{1,{LONGEST}}} "."', 'SEP: " " | ", " | "; " | ": "',
        f"FIRST: {_any(first)}", f"WORD: {_any(words)}",
    ))  # fmt: skip


def _chinese(sentences: Sequence[str]) -> str:
    """By characters, since Chinese marks no words; runs of digits and Latin letters stay whole and never touch."""
    text = "".join(sentences)
    han = set(_HAN.findall(text)) | set(glue("zh"))
    runs = set(_RUN.findall(text))
    lines = [
        "%llguidance {}", f"start: sent{{1,{len(sentences)}}}",
        f'sent: item{{1,{LONGEST}}} {"RUN? " if runs else ""}"。"', f'item: HAN | {"RUN HAN | " if runs else ""}MARK',
        'MARK: "，" | "、" | "（" | "）" | "："', f"HAN: {_any(han)}",
    ]  # fmt: skip
    return "\n".join([*lines, f"RUN: {_any(runs)}"] if runs else lines)


def _any(words: Iterable[str]) -> str:
    return " | ".join(json.dumps(w, ensure_ascii=False) for w in sorted(words))
