"""E-mail addresses, plain and disguised, IP addresses, and a person's own pages."""

import ipaddress
import re
from collections.abc import Iterator

from goodword.guard.personal.reading import Reading
from goodword.guard.personal.spans import Span
from goodword.guard.personal.words import before, near, never

_EMAIL = re.compile(
    r"(?<![\w.+%-])[\w.+%'-]{1,64}@(?:[a-z0-9-]{1,63}[.。]){1,4}[a-z]{2,24}(?![a-z0-9])", re.IGNORECASE | re.ASCII
)
_AT = r"(?:[ ]?[(\[{<#*][ ]?(?:at|@|艾特)[ ]?[)\]}>#*][ ]?|[ ]at[ ]|[ ]?艾特[ ]?|[ ]?@[ ]?)"
_DOT = r"(?:[ ]?[(\[{<#*][ ]?(?:dot|点|\.)[ ]?[)\]}>#*][ ]?|[ ]dot[ ]|[ ]?点[ ]?|[ ]?[.。][ ]?)"
_DISGUISED = re.compile(
    rf"(?<![\w.+%-])[a-z0-9][a-z0-9_+-]{{0,40}}(?:{_DOT}[a-z0-9_+-]{{1,40}}){{0,3}}{_AT}"
    rf"[a-z0-9-]{{1,40}}(?:{_DOT}[a-z0-9-]{{1,40}}){{0,2}}{_DOT}"
    r"(?:com|cn|net|org|edu|de|uk|fr|co|io|me|cc|hk|tw|info|eu|us|es|it|jp|in|au|ca|nl|se|ch)(?![a-z0-9])", re.ASCII
)  # fmt: skip
_IPV4 = re.compile(
    r"(?<![0-9._-])(?<!v)(?<!v[ ])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![\w]|\.[0-9])", re.IGNORECASE | re.ASCII
)
_IPV6 = re.compile(r"(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\w:])", re.IGNORECASE | re.ASCII)
_PAGE = re.compile(r"(?<![\w@.])(?:https?://|www\.)[^\s，。；！？、<>\"'）)]{3,200}", re.IGNORECASE)


def find(reading: Reading) -> Iterator[Span]:
    """Addresses of the net in a text."""
    if "@" in reading.text:
        for match in _EMAIL.finditer(reading.text):
            yield Span(start=match.start(), end=match.end(), type="EMAIL", score=0.99)
    for match in _DISGUISED.finditer(reading.lower):
        if _disguise_holds(reading, match):
            yield Span(start=match.start(), end=match.end(), type="EMAIL", score=0.9)
    for match in _IPV4.finditer(reading.text):
        if _someones(match.group()) and not never(reading, match.start(), "version"):
            yield Span(start=match.start(), end=match.end(), type="IP", score=0.9)
    for match in _IPV6.finditer(reading.text):
        if match.group().count(":") > 3 and _someones(match.group()):
            yield Span(start=match.start(), end=match.end(), type="IP", score=0.95)
    for match in _PAGE.finditer(reading.text):
        if before(reading, match.start(), "url", 24):
            yield Span(start=match.start(), end=match.end(), type="PAGE", score=0.8)


def _disguise_holds(reading: Reading, match: re.Match[str]) -> bool:
    """A sentence may read alike ('look at shop dot com'): a cue, a bracket or a known provider must vouch for it."""
    text = match.group()
    return bool(re.search(r"[(\[{<#*]|艾特|点|@", text)) or near(reading, match.start(), match.end(), "order") or bool(
        re.search(r"mail|邮|qq|163|126|yahoo|outlook|gmail|foxmail|sina|proton|icloud", reading.left(match.start(), 30) + text)  # noqa: E501
    )  # fmt: skip


def _someones(address: str) -> bool:
    """Whether it is an address that leads to somebody: not a router's default, not this machine."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    private = found.is_private and not str(found).startswith(("203.0.113.", "198.51.100.", "2001:db8:"))
    return not (private or found.is_loopback or found.is_unspecified or (found.is_multicast and found.version == 6))
