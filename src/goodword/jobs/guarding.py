"""The guard alone: judge a text, or a stream of it sentence by sentence, against whatever evidence there is.

No store, no model of language, no network: `Guard().check("…", facts={…})` is all there is to it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from goodword.catalogue.facts import facts_from_pairs
from goodword.guard import evidence as given
from goodword.guard.base import Check, Matter
from goodword.guard.review import CHECKS, review
from goodword.text import segment
from goodword.text.language import detect
from goodword.types import Channel, Fact, Lang, Market, Product, Ruling

_ENDS = re.compile(r"[。！？；!?;.\n]")
_LONGEST = 4000
_CONTEXT = 3  # sentences before a streamed one that are judged with it: what 'it' and 'both' mean stands there
HOME: Mapping[Lang, Market] = {"en": "us", "zh": "cn"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Ruled:
    """A sentence of a stream with its ruling; `start` and `end` are its span in the whole stream.

    `text` holds the white space before the sentence too, so that what was released joins to what was sent.
    """

    text: str
    start: int
    end: int
    ruling: Ruling

    @property
    def released(self) -> bool:
        """Whether the sentence may leave."""
        return self.ruling.outcome == "released"


class Guard:
    """The guard with its settings, for use from Python.

    >>> Guard().check("The bottle holds 500 ml.", facts={"capacity": "750 ml"}).label
    'violation'
    """

    def __init__(
        self,
        *,
        market: Market | None = None,
        reader: Lang | None = None,
        checks: Sequence[str | Check] = CHECKS,
        budget_ms: float = 2000.0,
        products: Iterable[Product] = (),
        brands: Iterable[str] = (),
    ) -> None:
        """Args:
        market: whose law holds; None: the home market of the text's language (en: us, zh: cn).
        reader: the language of advice; None: that of the text.
        checks: names of plug-ins in guard/checks/, or check objects.
        budget_ms: a check that takes longer than this holds the text.
        products: the shop's catalogue: grounds of 'our lightest tent', and brands that are no names of persons.
        brands: more such brands.
        """
        self._market, self._reader, self._checks, self._budget = market, reader, tuple(checks), budget_ms
        self._range = tuple(products)
        self._brands = tuple(dict.fromkeys((*brands_of(self._range), *brands)))

    def check(
        self,
        text: str,
        facts: Mapping[str, object] | Sequence[Fact] | None = None,
        *,
        evidence: object = None,
        lang: Lang | None = None,
        market: Market | None = None,
        channel: Channel = "listing",
        product_class: str = "general",
    ) -> Ruling:
        """Judge a text.

        Args:
            facts: names and values, or typed facts; None where there are none to judge by.
            evidence: passages and counts of reviews, as `guard.evidence.read` takes them.

        Raises:
            InputError: evidence that is neither a passage nor a count of reviews.
        """
        matter = self._matter(text, facts, evidence, lang, market, channel, product_class)
        return review(matter, checks=self._checks, budget_ms=self._budget)

    def stream(
        self,
        pieces: Iterable[str],
        facts: Mapping[str, object] | Sequence[Fact] | None = None,
        *,
        evidence: object = None,
        lang: Lang | None = None,
        market: Market | None = None,
        channel: Channel = "listing",
        product_class: str = "general",
    ) -> Iterator[Ruled]:
        """Judge a text as it is written; a sentence is yielded only once it is whole and ruled on.

        A sentence is judged together with the few before it. It is for the caller to stop at the first that is not
        released, or to leave it out: nothing of it has left yet.
        """
        known: Sequence[Fact] | None = _typed(facts)
        before: list[str] = []
        for start, sentence in sentences_of(pieces):
            context = "".join(before[-_CONTEXT:])
            matter = self._matter(
                context + sentence, known, evidence, lang or detect(sentence), market, channel, product_class
            )
            ruling = review(matter, checks=self._checks, budget_ms=self._budget)
            if ruling.outcome != "released" and context:  # is it this sentence, or one before it?
                ruling = _own(ruling, len(context))
            if ruling.outcome == "released":
                before.append(sentence)
            yield Ruled(text=sentence, start=start, end=start + len(sentence), ruling=ruling)

    def _matter(
        self, text: str, facts: Mapping[str, object] | Sequence[Fact] | None, evidence: object,
        lang: Lang | None, market: Market | None, channel: Channel, product_class: str,
    ) -> Matter:  # fmt: skip
        spoken = lang or detect(text)
        known, beside = _typed(facts), given.read(evidence)
        return Matter(
            text=text, lang=spoken, market=market or self._market or HOME[spoken], facts=known,
            passages=beside.passages, tallies=beside.tallies, channel=channel, product_class=product_class,
            reader=self._reader, range=self._range, brands=self._brands,
        )  # fmt: skip


def brands_of(products: Iterable[Product]) -> tuple[str, ...]:
    """The brands that products name."""
    return tuple(dict.fromkeys(f.text for p in products for f in p.facts if f.key == "brand"))


def _typed(facts: Mapping[str, object] | Sequence[Fact] | None) -> tuple[Fact, ...] | None:
    if facts is None:
        return None
    return facts_from_pairs(facts) if isinstance(facts, Mapping) else tuple(facts)


def _own(ruling: Ruling, context: int) -> Ruling:
    """A ruling without what it says of the context alone, which was released before."""
    findings = tuple(f for f in ruling.findings if f.end > context)
    if any(f.severity != "warn" for f in findings) or any(c.error for c in ruling.checks):
        return Ruling(outcome=ruling.outcome, label=ruling.label, verdicts=ruling.verdicts, findings=findings,
                      checks=ruling.checks)  # fmt: skip
    return Ruling(outcome="released", label="ok", verdicts=ruling.verdicts, findings=findings, checks=ruling.checks)


def sentences_of(pieces: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Whole sentences of a stream with their place in it; each with the white space before it."""
    held, at = "", 0
    for piece in pieces:
        may_end = _ENDS.search(held[-2:] + piece)
        held += piece
        if len(held) > _LONGEST:  # no sentence, but nothing waits for ever
            yield at, held
            held, at = "", at + len(held)
        while may_end and len(spans := segment.sentences(held)) > 1:  # the last may go on: '3.' of '3.5 kg'
            done = spans[0][1]
            yield at, held[:done]
            held, at = held[done:], at + done
    if held.strip():
        yield at, held
