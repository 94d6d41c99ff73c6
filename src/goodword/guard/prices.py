"""Sums of money against the prices facts hold: which price is meant, what is saved, and by how much.

'Now £40 instead of £50' names two prices, each by its role; 'save £10', '20% off', 立省60元 and 约8折 are reckoned from
both.
"""

import re
from collections.abc import Iterator
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
_FIGURES = {c: Decimal(n) for n, c in enumerate("一二三四五六七八九", 1)}
_EXACTLY, _ROUNDLY = Decimal("0.6"), Decimal("2.5")  # percentage points a said discount may be off


def judge(matter: Matter, held: Held) -> Iterator[Verdict]:
    """A verdict for every sum of money, and for every discount that two held prices settle."""
    known = [(fact, money, a, b) for fact in held.facts for money, a, b in amounts(fact)]
    for amount, start, end in dates.find_money(matter.text):
        yield _sum(matter.text, known, amount, start, end)
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


def _sum(text: str, known: Known, amount: Money, start: int, end: int) -> Verdict:
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
    old, new = [k for k in same if _is_old(k[0])], [k for k in same if not _is_old(k[0])]
    meant = same
    if old and new:
        meant = old if _OLD_SAID.search(before) else new if _NEW_SAID.search(before) else same
    found = [k for k in meant if k[1].amount == amount.amount]
    if found or meant:
        fact, _, a, b = (found or meant)[0]
        return Verdict(claim=claim, stance="supported" if found else "refuted", evidence=(evidence(fact, a, b),))
    return Verdict(claim=claim, stance="silent")


def _is_old(fact: Fact) -> bool:
    return bool(_OLD_NAME.search(fold(fact.name).text))


def _both(known: Known) -> tuple[Decimal, Decimal, tuple[Evidence, ...]] | None:
    """The price before and the price now, where facts hold one of each in one currency."""
    old, new = [k for k in known if _is_old(k[0])], [k for k in known if not _is_old(k[0])]
    if len(old) != 1 or len(new) != 1 or old[0][1].currency != new[0][1].currency:
        return None
    (f, was, a, b), (g, now, c, d) = old[0], new[0]
    return (was.amount, now.amount, (evidence(f, a, b), evidence(g, c, d))) if was.amount > now.amount else None
