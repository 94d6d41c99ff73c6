"""Sums of money against the prices facts hold: which price is meant, what is saved, and by how much.

'Now £40 instead of £50' names two prices, each by its role; 'save £10', '20% off', 立省60元 and 约8折 are reckoned from
both.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from goodword.guard.base import Matter
from goodword.guard.held import Held, amounts, evidence
from goodword.text import dates
from goodword.text.normalise import fold
from goodword.types import Claim, Evidence, Fact, Money, Stance, Verdict

_OLD_NAME = re.compile(
    r"\b(?:regular|list|rrp|msrp|original|was|old|before|compare|retail)\b|原价|市场价|划线|吊牌|建议零售|指导价"
)
_OLD_SAID = re.compile(r"(?i)\b(?:was|were|instead of|originally|rrp|msrp|regular(?: price)?|list price|down from|reduced from|before|usually|normally)\b[^\d£$€¥]{0,14}$|(?:原价|原本|平时|吊牌价|市场价|划线价|建议零售价|原)(?:是|为|要|：|:)?\s*$")  # fmt: skip  # noqa: E501
_NEW_SAID = re.compile(r"(?i)\b(?:now|only|just|today|for|currently|sale price|costs?|priced at|yours for)\b[^\d£$€¥]{0,12}$|(?:现价|到手价?|现在|现|仅需?|只要|只需|券后|活动价|售价|特价|价格)(?:是|为|：|:)?\s*$")  # fmt: skip  # noqa: E501
_SAVED = re.compile(r"(?i)\b(?:saves?|saved|saving|savings? of|cheaper by|discount of|reduced by|knock)\b[^\d£$€¥]{0,12}$|(?:省|立减|直降|立省|减|优惠|便宜|降价?|少付)(?:了|下)?\s*$")  # fmt: skip  # noqa: E501
_SAVED_AFTER = re.compile(r"(?i)^\s*(?:off|less|cheaper|discount|saved)\b")
_OFF = re.compile(r"(?i)(?:\b(?:save|saving|saves)\s+)?(?P<en>\d{1,2}(?:\.\d)?)\s?%\s*(?:off|less|discount|cheaper|saved|reduced)\b|\bsave\s+(?P<save>\d{1,2}(?:\.\d)?)\s?%|(?P<zh>[1-9](?:\.\d)?)\s*折|(?P<han>[一二三四五六七八九])折|省(?P<pct>\d{1,2})%")  # fmt: skip  # noqa: E501
_LOOSELY = re.compile(r"(?i)\b(?:about|around|nearly|almost|roughly|up to)\s*$|(?:约|近|将近|差不多|大约)\s*$")
_EACH_AFTER = re.compile(r"(?i)\s*(?:(?:an?|per|for each|for one)\s[a-z]|each\b|apiece\b|/\s?(?:pc|piece|pair|item|unit)\b|/?[每一]?(?:条|件|只|双|个|支|片|块|包|瓶|盒)(?!装))")  # fmt: skip  # noqa: E501
_EACH_BEFORE = re.compile(r"[单每一](?:条|件|只|双|个|支|片|块|包|瓶|盒)(?:仅|只要|约|才)?\s*$")
_PACK = re.compile(r"\b(?:pack|set|box) of (?P<en>\d{1,3})\b|\b(?P<n>\d{1,3})[- ]?(?:pack|pcs|pieces|pairs)\b|(?P<zh>\d{1,3})[条件只双个支片块包瓶盒]装?")  # fmt: skip  # noqa: E501
_UNDER = re.compile(r"(?i)\b(?:under|below|less than)\s*$|(?:不到|不足)\s*$")
_NEARLY = Decimal("1.1")
_FIGURES = {c: Decimal(n) for n, c in enumerate("一二三四五六七八九", 1)}
_EXACTLY, _ROUNDLY = Decimal("0.6"), Decimal("2.5")  # percentage points a said discount may be off


def judge(matter: Matter, held: Held) -> Iterator[Verdict]:
    """A verdict for every sum of money, and for every discount that two held prices settle."""
    known = [(fact, money, a, b) for fact in held.facts for money, a, b in amounts(fact)]
    for amount, start, end in dates.find_money(matter.text):
        yield _sum(matter.text, known, amount, start, end, held)
    both = _both(known)
    for m in _OFF.finditer(matter.text) if both else ():
        claim = Claim(start=m.start(), end=m.end(), kind="offer")
        given = m["en"] or m["save"] or m["pct"]
        said = Decimal(given) if given else 100 - 10 * (Decimal(m["zh"]) if m["zh"] else _FIGURES[m["han"]])
        old, new, quotes = both  # type: ignore[misc]
        off = (old - new) / old * 100
        room = _ROUNDLY if _LOOSELY.search(matter.text[: m.start()]) else _EXACTLY
        yield Verdict(claim=claim, stance="supported" if abs(off - said) <= room else "refuted", evidence=quotes)


Known = list[tuple[Fact, Money, int, int]]


def _sum(text: str, known: Known, amount: Money, start: int, end: int, held: Held) -> Verdict:
    claim = Claim(start=start, end=end, kind="offer")
    first = max(0, start - 30)
    before, after = text[first:start], text[end : end + 12]
    both = _both([k for k in known if k[1].currency == amount.currency])
    cue = _SAVED.search(before)
    if both and (amount.off or cue or _SAVED_AFTER.search(after)):
        stance: Stance = "supported" if both[0] - both[1] == amount.amount else "refuted"
        claim = replace(claim, start=first + cue.start() if cue else start)
        return Verdict(claim=claim, stance=stance, evidence=both[2])
    same = [k for k in known if k[1].currency == amount.currency and k[1].off == amount.off]
    if (stance_each := _apiece(text, same, amount, start, end, held)) and not amount.off:
        return Verdict(claim=claim, stance=stance_each, evidence=(evidence(same[0][0], same[0][2], same[0][3]),))
    old, new = [k for k in same if _is_old(k[0])], [k for k in same if not _is_old(k[0])]
    meant = same
    if old and new:
        meant = old if _OLD_SAID.search(before) else new if _NEW_SAID.search(before) else same
    found = [k for k in meant if k[1].amount == amount.amount]
    if found or meant:
        fact, _, a, b = (found or meant)[0]
        return Verdict(claim=claim, stance="supported" if found else "refuted", evidence=(evidence(fact, a, b),))
    return Verdict(claim=claim, stance="silent")


def _apiece(text: str, same: Known, amount: Money, start: int, end: int, held: Held) -> Stance | None:
    """A price said of one of a pack whose price facts give: '£24.99 a pair' of five for that, 'under £5 a pair'."""
    if not (_EACH_AFTER.match(text[end : end + 14]) or _EACH_BEFORE.search(text[max(0, start - 6) : start])):
        return None
    counts = [int(m["en"] or m["n"] or m["zh"]) for f in held.facts for m in _PACK.finditer(fold(f.text).text)]
    if not counts or len(same) != 1 or _EACH_AFTER.search(f" {same[0][0].name} {same[0][0].text}") or counts[0] < 2:
        return None
    one = same[0][1].amount / counts[0]
    before = text[max(0, start - 14) : start]
    if _UNDER.search(before):
        return "supported" if one < amount.amount <= one * _NEARLY else "refuted"
    room = one / 50 if _LOOSELY.search(before) else Decimal("0.01")
    return "supported" if abs(one - amount.amount) <= room else "refuted"


def saved(facts: Sequence[Fact]) -> Decimal | None:
    """What is saved between the price before and the price now, where facts hold one of each in one currency."""
    both = _both([(f, money, a, b) for f in facts for money, a, b in amounts(f)])
    return both[0] - both[1] if both else None


def _is_old(fact: Fact) -> bool:
    return bool(_OLD_NAME.search(fold(fact.name).text))


def _both(known: Known) -> tuple[Decimal, Decimal, tuple[Evidence, ...]] | None:
    """The price before and the price now, where facts hold one of each in one currency."""
    old, new = [k for k in known if _is_old(k[0])], [k for k in known if not _is_old(k[0])]
    if len(old) != 1 or len(new) != 1 or old[0][1].currency != new[0][1].currency:
        return None
    (f, was, a, b), (g, now, c, d) = old[0], new[0]
    return (was.amount, now.amount, (evidence(f, a, b), evidence(g, c, d))) if was.amount > now.amount else None
