"""Text inside encodings: base64, hex, binary, percent, escapes, entities, the tag block, rot13, reversed, put together.

Only what decodes to words is a reading; a lot number that happens to be base64 is none.
"""

import base64
import binascii
import codecs
import html
import re
from collections.abc import Callable, Iterator
from urllib.parse import unquote_to_bytes

from goodword.guard.untrusted.reading import Reading, part
from goodword.guard.untrusted.reading import plain as read_plain

_BASE64 = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{16,20000}={0,2}(?![A-Za-z0-9+/=])")
_HEX = re.compile(r"(?<![0-9A-Za-z])(?:0x)?(?:[0-9a-fA-F]{2}[ :,]?){10,20000}(?![0-9A-Za-z])")
_HEX_ESCAPES = re.compile(r"(?:\\x[0-9a-fA-F]{2}){4,20000}")
_BINARY = re.compile(r"(?<![01])(?:[01]{8}[ ,]?){6,20000}(?![01])")
_PERCENT = re.compile(r"(?:[A-Za-z0-9_.~,'!*-]{0,40}%[0-9A-Fa-f]{2}){3,5000}[A-Za-z0-9_.~-]{0,40}")
_UNICODE = re.compile(r"(?:(?:\\u[0-9a-fA-F]{4}|\\u\{[0-9a-fA-F]{1,6}\}|U\+[0-9a-fA-F]{4}) ?){3,5000}")
_ENTITIES = re.compile(r"(?:&#x?[0-9a-fA-F]{2,6};){3,5000}")
_TAGS = re.compile("[\U000e0020-\U000e007e]{4,20000}")
# Words of instructions, written in rot13 or backwards: whether it is worth a try.
_ROT13 = re.compile(r"vtaber|qvfertneq|sbetrg|vafgehpgvba|cerivbhf|cebzcg|flfgrz|erirny|bireevqr|olcnff|nqzva|cnffjbeq")
_BACK = re.compile(
    r"erongi|dragersid|tegrof|noitcurtsni|suoiverp|tpmorp|metsys|laever"
    r"|略忽|视无|令指|词示提|统系|则规|记忘"
)
_QUOTED = re.compile(
    r"[=:：为是]\s*[\"'“‘「`]([^\"'”’」`\n]{1,120})[\"'”’」`]"
    r"|\b(?:mean|means|be|is|as|say)\s+[\"'“‘]([^\"'”’\n]{1,120})[\"'”’]"
)
_JOINS = re.compile(
    r"[A-Za-z甲乙丙丁一二三]\d?\s*[+＋&]\s*[A-Za-z甲乙丙丁一二三]"
    r"|concat|combine|together|join|拼|连起来|合起来|\b[A-Z]\s+[A-Z]\b"
)


def readings(text: str) -> Iterator[Reading]:
    """What is encoded in the text as given."""
    whole = Reading(text=text, origin=range(len(text)), ends=range(1, len(text) + 1))
    for pattern, how, decode in _DECODERS:
        for m in pattern.finditer(text):
            said = decode(m.group())
            if said and _is_words(said):
                yield _inside(whole, m.start(), m.end(), said, how)
    lower = text.lower()
    if _ROT13.search(lower):
        yield Reading(text=codecs.encode(lower, "rot13"), origin=whole.origin, ends=whole.ends, how="rot13")
    if _BACK.search(lower) and len(lower) == len(text):
        yield Reading(text=lower[::-1], origin=whole.origin[::-1], ends=whole.ends[::-1], how="reversed")
    quoted = list(_QUOTED.finditer(text))
    if 1 < len(quoted) < 40 and _JOINS.search(text):
        said = " ".join((m.group(1) or m.group(2)).strip() for m in quoted)
        yield _inside(whole, quoted[0].start(), quoted[-1].end(), said, "joined")


def _inside(whole: Reading, start: int, end: int, said: str, how: str) -> Reading:
    return part(whole, start, end, read_plain(said).text, how=how)


def _is_words(said: str) -> bool:
    """Letters, Han and spaces for the most part, and something to read."""
    if len(said) < 4:
        return False
    good = sum(c.isalpha() or c in " \n,.!?'，。！？、：“”\"<>:/" for c in said)
    han = sum("\u4e00" <= c <= "\u9fff" for c in said)
    return good >= 0.85 * len(said) and (han >= 4 or " " in said.strip())


def _utf8(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return ""


def _base64(said: str) -> str:
    body = said.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return _utf8(base64.b64decode(body + "=" * (-len(body) % 4), validate=True))
    except (binascii.Error, ValueError):
        return ""


def _hex(said: str) -> str:
    digits = re.sub(r"0x|[^0-9a-fA-F]|\\x", "", said)
    return _utf8(bytes.fromhex(digits)) if len(digits) % 2 == 0 else ""


def _binary(said: str) -> str:
    bits = re.sub(r"[^01]", "", said)
    return _utf8(bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits) - 7, 8)))


def _unicode(said: str) -> str:
    codes = [int(c, 16) for c in re.findall(r"[0-9a-fA-F]{2,6}", said)]
    return "".join(chr(c) for c in codes if c < 0x110000 and not 0xD800 <= c < 0xE000)


def _tags(said: str) -> str:
    return "".join(chr(ord(c) - 0xE0000) for c in said)


_DECODERS: tuple[tuple[re.Pattern[str], str, Callable[[str], str]], ...] = (
    (_BASE64, "base64", _base64),
    (_HEX, "hex", _hex),
    (_HEX_ESCAPES, "hex", _hex),
    (_BINARY, "binary", _binary),
    (_PERCENT, "percent", lambda said: _utf8(unquote_to_bytes(said))),
    (_UNICODE, "escapes", _unicode),
    (_ENTITIES, "entities", html.unescape),
    (_TAGS, "tags", _tags),
)
