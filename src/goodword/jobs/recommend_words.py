"""Reasons in words, through the one door: each wording of each title is a Statement, made once and found again.

No statement holds a shopper: 'Because you bought X' is about X, and whether it is true of somebody is shown beside
it in numbers each time. A wording that is held or refused gives way to one that says less.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from tomllib import loads
from typing import Any, NamedTuple, cast

from sqlalchemy import Connection

from goodword.guard.base import Check, CheckResult, Matter
from goodword.guard.review import CHECKS, review
from goodword.jobs import release
from goodword.jobs.recommend_reason import Reason, Why
from goodword.store import desk, statements
from goodword.store.engine import Store
from goodword.types import (
    Claim,
    Draft,
    Evidence,
    Fact,
    Finding,
    Lang,
    MadeBy,
    Market,
    Product,
    Ruling,
    Sentence,
    Statement,
    Verdict,
)

VERSION = "1"
LESS: Mapping[Why, Why] = {"viewing": "beside", "basket": "with_basket"}  # of others: 'activity'
SHOP = "shop"  # the subject of a reason that names no product
_SLOT = re.compile(r"\{(\w+)\}")


@cache
def told() -> dict[str, Any]:
    """The wordings."""
    return loads(files("goodword.data").joinpath("recommend/reasons.toml").read_text("utf-8"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Voice:
    """In which language and market reasons are given, and who is recorded as having given them."""

    lang: Lang
    market: Market
    producer: str
    actor: str


def title_of(product: Product, lang: Lang) -> Fact | None:
    """The title fact in that language, else in another; None where the shop's facts about the title clash."""
    titles = [f for f in product.facts if f.key == "title"]
    return next((f for f in titles if f.lang == lang), titles[0] if titles else None)


def written(why: Why, voice: Voice, *, title: Fact | None = None, payer: str = "") -> Draft:
    """The draft of a reason."""
    template = str(told()["reason"][why][voice.lang])
    values = {"title": title.text if title else "", "payer": payer}
    text = _SLOT.sub(lambda m: values[m[1]], template)
    facts = (title.id,) if title and "{title}" in template else ()
    return Draft(
        sku=title.sku if facts and title else SHOP, text=text, lang=voice.lang, market=voice.market, channel="social",
        sentences=(Sentence(start=0, end=len(text), facts=facts, locked=True),),
        made_by=MadeBy(backend="composer", model=f"reasons-{VERSION}"),
    )  # fmt: skip


class Words:
    """Wordings of reasons for one voice; those asked for before are at hand without the store."""

    def __init__(self, voice: Voice) -> None:
        self.voice = voice
        self._known: dict[_Wording, Statement | None] = {}

    def many(self, store: Store, reasons: Sequence[tuple[Reason, Product | None]]) -> list[Statement | None]:
        """The statement for each reason; one that says less where that one may not be said; None where nothing may.

        Args:
            reasons: each with the product it names, if any.
        """
        chains = [self._chain(reason, product) for reason, product in reasons]
        if all(self._settled(chain) for chain in chains):
            return [self._said(chain) for chain in chains]
        with store.begin() as conn:
            for chain in chains:
                self._settle(chain, conn)
        return [self._said(chain) for chain in chains]

    def _said(self, chain: Sequence["_Wording"]) -> Statement | None:
        return next((found for wording in chain if (found := self._known.get(wording))), None)

    def _settled(self, chain: Sequence["_Wording"]) -> bool:
        """Whether it is known what may be said, without asking the store."""
        for wording in chain:
            if wording not in self._known:
                return False
            if self._known[wording]:
                return True
        return True

    def _settle(self, chain: Sequence["_Wording"], conn: Connection) -> None:
        for wording in chain:
            if wording not in self._known:
                self._known[wording] = _released(conn, wording, self.voice)
            if self._known[wording]:
                return

    def _chain(self, reason: Reason, product: Product | None) -> list["_Wording"]:
        """What to say, and what to say if that may not be said."""
        title = title_of(product, self.voice.lang) if product and reason.about is not None else None
        less = _Wording(LESS.get(reason.why, "activity"))
        if reason.about is not None and title is None:
            return [less]
        payer = reason.rule if reason.why == "pin" else ""
        first = _Wording(reason.why, payer, title, product.product_class if product and title else "general")
        return [first, less] if title or first.why in {"again", "again_bought"} else [first]


class _Wording(NamedTuple):
    """What makes the words of a reason."""

    why: Why
    payer: str = ""
    title: Fact | None = None
    product_class: str = "general"


def _released(conn: Connection, wording: _Wording, voice: Voice) -> Statement | None:
    """Found again, or through the door."""
    title = wording.title
    draft = written(wording.why, voice, title=title, payer=wording.payer)
    basis = (draft.text, draft.lang, draft.market, draft.sku, title.id if title else "",
             title.version if title else 0, VERSION, CHECKS)  # fmt: skip
    key = hashlib.sha256(json.dumps(basis, ensure_ascii=False).encode()).hexdigest()
    if found := statements.by_key(conn, key):
        return found
    if (item := desk.by_key(conn, key)) and item.state in {"waiting", "rejected"}:
        return None
    _warm(voice.lang, voice.market)
    ruling = judged(draft, title, payer=wording.payer, product_class=wording.product_class)
    return release.release(conn, draft, ruling, key=key, producer=voice.producer, actor=voice.actor).statement


@cache
def _warm(lang: Lang, market: Market) -> None:
    """Let the checks read their data once: a first reason must not be held for the seconds that takes."""
    judged(written("activity", Voice(lang=lang, market=market, producer="", actor="")), None)


def judged(draft: Draft, title: Fact | None, *, payer: str = "", product_class: str = "general") -> Ruling:
    """The guard's ruling on a reason: every check but grounding, which knows products and not histories, and ours."""
    checks: list[str | Check] = [c for c in CHECKS if c != "grounding"]
    checks.append(cast("Check", _Reason(payer)))
    return review(
        Matter(text=draft.text, lang=draft.lang, market=draft.market, channel=draft.channel,
               product_class=product_class, facts=(title,) if title else (), sentences=draft.sentences),
        checks=checks,
    )  # fmt: skip


class _Reason:
    """The check of reasons: the text is one of the wordings, word for word, and what it names is a fact of the shop."""

    NAME, VERSION = "reason", VERSION
    LANGS: tuple[Lang, ...] = ("en", "zh")

    def __init__(self, payer: str) -> None:
        self._payer = payer

    def run(self, matter: Matter) -> CheckResult:
        """Find the wording the text is made of; anything else is refused."""
        for template in _templates(matter.lang):
            if verdict := self._supported(matter, template):
                return CheckResult(verdicts=(verdict,))
        wrong = told()["wrong"]
        found = Finding(rule="reason.unknown", severity="block", start=0, end=len(matter.text),
                        authority=str(wrong["authority"]), advice=str(wrong[matter.lang]))  # fmt: skip
        return CheckResult(findings=(found,))

    def _supported(self, matter: Matter, template: str) -> Verdict | None:
        slot = _SLOT.search(template)
        claim = Claim(start=0, end=len(matter.text), kind="courtesy")
        if slot is None:
            return Verdict(claim=claim, stance="courtesy") if matter.text == template else None
        before, after = template[: slot.start()], template[slot.end() :]
        value = matter.text.removeprefix(before).removesuffix(after)
        if not value or before + value + after != matter.text:
            return None
        if slot[1] == "payer":
            return Verdict(claim=claim, stance="supported") if value == self._payer else None
        fact = next((f for f in matter.facts or () if f.key == "title" and f.text == value), None)
        if fact is None:
            return None
        rests = Evidence(ref=fact.id, quote=fact.text, start=0, end=len(fact.text))
        claim = Claim(start=len(before), end=len(before) + len(value), kind="attribute")
        return Verdict(claim=claim, stance="supported", evidence=(rests,))


@cache
def _templates(lang: Lang) -> tuple[str, ...]:
    """The longest first, so that 'From …' does not swallow 'From …, the same for everyone'."""
    reasons: Mapping[str, Mapping[str, str]] = told()["reason"]
    return tuple(sorted((str(r[lang]) for r in reasons.values()), key=len, reverse=True))
