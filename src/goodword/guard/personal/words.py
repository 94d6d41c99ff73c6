"""Words of data/personal/, compiled once: cues beside personal data, surnames, parts of places, brands."""

import re
from functools import cache
from importlib.resources import files
from tomllib import loads
from typing import Any

from goodword.guard.personal.reading import Reading

NEAR = 16  # characters in which a Chinese cue counts
FAR = 34  # and an English one, whose words are longer


@cache
def table(name: str) -> dict[str, Any]:
    """A file of data/personal/."""
    return loads(files("goodword.data").joinpath(f"personal/{name}.toml").read_text("utf-8"))


@cache
def words() -> frozenset[str]:
    """Common Chinese words of two and three characters."""
    return frozenset(table("zh_words")["words"].split(" "))


@cache
def small_words() -> frozenset[str]:
    """English words that people write small in the middle of a sentence."""
    return frozenset(table("en_words")["words"].split(" "))


@cache
def given_names() -> frozenset[str]:
    """Given names in Latin letters."""
    return frozenset(table("en_names")["first"].split())


@cache
def known_names() -> frozenset[str]:
    """Given names and surnames in Latin letters."""
    return given_names() | frozenset(table("en_names")["last"].split())


@cache
def _pattern(side: str, kind: str) -> re.Pattern[str]:
    words = table("cues")[side].get(kind, ())
    return re.compile("|".join(f"(?:{w})" for w in words) or "(?!)")


@cache
def _at_end(kind: str) -> re.Pattern[str]:
    """A cue and then nothing but little words up to the value: 'my SSN is: ', 身份证号是."""
    words = "|".join(f"(?:{w})" for w in table("cues")["before"][kind])
    return re.compile(rf"(?:{words}){_LITTLE}$")


_LITTLE = (r"(?:[^\w\n]|号码?|编号|是|为|就是|码|尾号|账户|"
           r"\b(?:no|nos|num|number|numbers|nr|is|are|was|id|code|address|details?|the|my|on|at|me|to|with|for|of|here|"
           r"it|using|this|from)\b)*+")  # fmt: skip


def before(reading: Reading, start: int, kind: str, within: int = FAR) -> bool:
    """Whether a cue of the kind stands before."""
    return bool(_pattern("before", kind).search(_window(reading, start, within)))


def _window(reading: Reading, start: int, within: int) -> str:
    """The words before, fewer of them in Chinese."""
    left = reading.left(start, within)
    if left[-NEAR:].isascii():
        return left
    return left[-NEAR:]


def just_before(reading: Reading, start: int, kind: str) -> bool:
    """Whether a cue of the kind stands right before, with only little words between."""
    return bool(_at_end(kind).search(reading.left(start, FAR)))


def after(reading: Reading, end: int, kind: str, within: int = 14) -> bool:
    """Whether a cue of the kind stands right after."""
    return bool(_pattern("after", kind).match(reading.right(end, within).lstrip(" ,，、:(")))


def near(reading: Reading, start: int, end: int, kind: str) -> bool:
    """Whether a cue of the kind stands before or right after."""
    return before(reading, start, kind) or after(reading, end, kind)


def never(reading: Reading, start: int, kind: str, within: int = 18) -> bool:
    """Whether a word before says that this is no such thing: 货号, ISBN, 版本. A comma ends its reach."""
    window = re.split(r"[,，、|]", reading.left(start, within))[-1]
    return bool(_pattern("never", kind).search(window))
