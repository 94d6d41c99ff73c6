"""A person's own words for a text: judged like any other draft, and through the same door.

A warning that may not be touched may not be edited away either. The new text takes the place of the old one: the same
content key, so that an unchanged product finds it again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from goodword.errors import InputError
from goodword.guard.base import Matter
from goodword.guard.review import review
from goodword.jobs import authorship, release
from goodword.jobs.draft import vouching
from goodword.jobs.range import Range
from goodword.store import catalogue, desk, statements
from goodword.text import segment
from goodword.types import Draft, Lang, Product, Ruling, Sentence

LONGEST = 20_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Original:
    """The text that is edited: a released one (`statement`) or one that waits (`item`), with its product."""

    draft: Draft
    ruling: Ruling
    key: str
    product: Product
    statement: str = ""
    item: int | None = None


def original(conn: Connection, *, statement: str = "", item: int | None = None) -> Original:
    """The text to edit.

    Raises:
        InputError: there is no such text, or its product is gone.
    """
    if item is not None:
        held = desk.get(conn, item)
        draft, ruling, key = held.draft, held.ruling, held.key
    else:
        saved = statements.get(conn, statement)
        if saved is None:
            raise InputError(f"there is no text {statement!r}", cure="Look for it on the page of its product")
        draft, ruling, key = saved.statement.draft, saved.statement.ruling, saved.key
    product = catalogue.get(conn, draft.sku)
    if product is None:
        raise InputError(f"there is no product {draft.sku!r}", cure="Look for it in the catalogue")
    return Original(draft=draft, ruling=ruling, key=key, product=product, statement=statement, item=item)


def judge(old: Original, text: str, *, reader: Lang | None = None, beside: Range | None = None) -> tuple[Draft, Ruling]:
    """The draft of a person's text and the guard's ruling on it; nothing is kept.

    Args:
        reader: the language of advice; None: that of the text.
        beside: what else the shop sells.

    Raises:
        InputError: it is empty, too long, or a warning is missing from it.
    """
    said = text.replace("\r\n", "\n").strip()
    if not said:
        raise InputError("there is no text", cure="Write one")
    if len(said) > LONGEST:
        raise InputError("this text is too long", cure=f"Keep it under {LONGEST:,} characters")
    locked = _locked(old.draft, said)
    facts = vouching(old.product)
    ruling = review(Matter(text=said, lang=old.draft.lang, market=old.draft.market, facts=facts, reader=reader,
                           product_class=old.product.product_class, channel=old.draft.channel,
                           sentences=tuple(locked), range=beside.of(said, old.draft.lang) if beside else (),
                           brands=beside.brands() if beside else ()))  # fmt: skip
    by = authorship.written_by(old.draft, said, old.product.facts, [said[s.start : s.end] for s in locked])
    sentences = tuple(_sentences(said, locked, ruling))
    return replace(old.draft, text=said, sentences=sentences, made_by=by), ruling


def put(conn: Connection, old: Original, draft: Draft, ruling: Ruling, *, producer: str, actor: str) -> release.Passage:
    """Through the door, in the place of the old text.

    Raises:
        InputError: the product changed since the text was judged, or the text was decided on by somebody else.
    """
    if catalogue.get(conn, draft.sku) != old.product:
        raise InputError("the product changed while you wrote", cure="Look at the text again and send it once more")
    if old.item is not None and (state := desk.get(conn, old.item).state) != "waiting":
        raise InputError(f"this item is already {state}", where=f"desk item {old.item}")
    passed = release.release(conn, draft, ruling, key=old.key, producer=producer, actor=actor)
    if passed.outcome == "released":
        desk.supersede(conn, old.key)
    return passed


def _locked(draft: Draft, text: str) -> list[Sentence]:
    """Where the sentences that may not be touched stand in the new text.

    Raises:
        InputError: one of them is missing.
    """
    found = []
    for s in draft.sentences:
        if s.locked:
            words = draft.text[s.start : s.end]
            at = text.find(words)
            if at < 0:
                raise InputError("a warning of this product may not be changed or left out", cure=f"Keep: {words}")
            found.append(Sentence(start=at, end=at + len(words), facts=s.facts, locked=True))
    return found


def _sentences(text: str, locked: Sequence[Sentence], ruling: Ruling) -> list[Sentence]:
    """The sentences of the text with the facts that the guard proved their claims by."""
    spans = [(a, b) for a, b in segment.sentences(text) if not any(a < s.end and s.start < b for s in locked)]
    free = [Sentence(start=a, end=b, facts=_facts(a, b, ruling)) for a, b in spans]
    return sorted([*locked, *free], key=lambda s: s.start)


def _facts(start: int, end: int, ruling: Ruling) -> tuple[str, ...]:
    proved = (v for v in ruling.verdicts if v.stance == "supported" and v.claim.start < end and start < v.claim.end)
    return tuple(dict.fromkeys(e.ref for v in proved for e in v.evidence))
