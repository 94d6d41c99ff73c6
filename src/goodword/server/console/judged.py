"""A judged text as a page shows it: sentence by sentence, each with the facts it rests on and what was found in it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

from goodword.jobs import advice
from goodword.jobs.shown import stretches
from goodword.server.console.understood import placed
from goodword.server.words import Words
from goodword.text import segment
from goodword.types import Draft, Evidence, Fact, Finding, Ruling, Sentence, Stance

Look = Stance | Literal["block", "needs_evidence", "warn"]
_GRAVITY: tuple[str, ...] = ("block", "refuted", "needs_evidence", "silent", "warn", "supported", "opinion", "courtesy")


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """A stretch of a sentence; `look` is '' where nothing is claimed."""

    text: str
    look: Look | Literal[""]


@dataclass(frozen=True, kw_only=True, slots=True)
class Why:
    """A fact a sentence rests on, its value cut around the words that carry it; `fact` is None where it is gone."""

    ref: str
    fact: Fact | None
    before: str
    quote: str
    after: str
    where: str = ""  # the place in its file, for the reader
    count: int | None = None  # of reviews

    @property
    def name(self) -> str:
        """What the fact is called."""
        return self.fact.name if self.fact else self.ref.partition("#")[2] or self.ref

    @property
    def file(self) -> str:
        """The file it came from, without its folders."""
        return self.fact.source.uri.replace("\\", "/").rsplit("/", 1)[-1] if self.fact else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """One sentence. `look` is the gravest of its pieces; `gap` is what stands between it and the next."""

    n: int
    text: str
    pieces: tuple[Piece, ...]
    look: Look | Literal[""]
    evidence: tuple[Why, ...]
    findings: tuple[tuple[Finding, tuple[str, ...]], ...]  # each once, with the words it is about
    locked: bool
    gap: str


def sentences(draft: Draft, ruling: Ruling, facts: Iterable[Fact], words: Words) -> tuple[Said, ...]:
    """The whole text in order; the sentences and gaps put together are the text."""
    by_id: dict[str, Fact] = {}
    for fact in facts:
        by_id.setdefault(fact.id, fact)
    ruling = _for_reader(draft, ruling, words)
    spans = _spans(draft)
    pieces = _pieces(draft.text, ruling)
    out = []
    for n, s in enumerate(spans):
        until = spans[n + 1].start if n + 1 < len(spans) else len(draft.text)
        mine = tuple(_within(draft.text, pieces, s, by_id))
        found = _findings(draft.text, [f for f in ruling.findings if f.start < s.end and s.start < f.end])
        looks: list[Look] = [p.look for p in mine if p.look]
        looks += [f.severity for f, _ in found]
        out.append(
            Said(n=n + 1, text=draft.text[s.start : s.end], pieces=mine,
                 look=min(looks, key=_GRAVITY.index, default=""), evidence=tuple(_evidence(s, ruling, by_id, words)),
                 findings=found, locked=s.locked, gap=draft.text[s.end : until])
        )  # fmt: skip
    return tuple(out)


def whole(draft: Draft, ruling: Ruling, words: Words) -> tuple[Finding, ...]:
    """Findings that stand in no sentence: of an empty text, or of the text as a whole."""
    found = _for_reader(draft, ruling, words).findings
    return tuple(f for f in found if f.start >= f.end or f.start >= len(draft.text))


def _for_reader(draft: Draft, ruling: Ruling, words: Words) -> Ruling:
    """The ruling with its advice in the reader's language; it is recorded in the text's."""

    def told(f: Finding) -> str:
        return advice.told(f, words.lang, market=draft.market, text=draft.text, verdicts=ruling.verdicts)

    return replace(ruling, findings=tuple(replace(f, advice=told(f)) for f in ruling.findings))


def _findings(text: str, found: Sequence[Finding]) -> tuple[tuple[Finding, tuple[str, ...]], ...]:
    """What is said several times of one sentence is said once, with all the words it is about."""
    once: dict[tuple[str, str, str], tuple[Finding, dict[str, None]]] = {}
    for f in found:
        words = once.setdefault((f.rule, f.severity, f.advice), (f, {}))[1]
        words[text[f.start : f.end]] = None
    return tuple((f, tuple(words)) for f, words in once.values())


def _spans(draft: Draft) -> list[Sentence]:
    """The sentences as written, else as read; what stands before the first belongs to it."""
    given = sorted(draft.sentences, key=lambda s: s.start)
    spans = given or [Sentence(start=a, end=b, facts=()) for a, b in segment.sentences(draft.text)]
    if not spans:
        return [Sentence(start=0, end=len(draft.text), facts=())]
    first = spans[0]
    return [Sentence(start=0, end=first.end, facts=first.facts, locked=first.locked), *spans[1:]]


def _pieces(text: str, ruling: Ruling) -> list[tuple[int, int, Look | Literal[""]]]:
    found: list[tuple[int, int, Look | Literal[""]]] = []
    at = 0
    for stretch in stretches(text, ruling):
        end = at + len(stretch.text)
        looks: list[Look] = [f.severity for f in stretch.findings]
        looks += [stretch.stance] if stretch.stance else []
        found.append((at, end, min(looks, key=_GRAVITY.index, default="")))
        at = end
    return found


def _within(
    text: str, pieces: Sequence[tuple[int, int, Look | Literal[""]]], s: Sentence, facts: Mapping[str, Fact]
) -> Iterator[Piece]:
    """The pieces of a sentence, neighbours of one look joined. A sentence written from facts rests on them whole."""
    base: Look | Literal[""] = "supported" if any(f in facts for f in s.facts) else ""
    inside = ((max(a, s.start), min(b, s.end), look or base) for a, b, look in pieces if a < s.end and s.start < b)
    for look, group in groupby(inside, key=lambda piece: piece[2]):
        run = list(group)
        yield Piece(text=text[run[0][0] : run[-1][1]], look=look)


def _evidence(s: Sentence, ruling: Ruling, facts: Mapping[str, Fact], words: Words) -> Iterator[Why]:
    """What carries a sentence, each fact once: first what proved its claims, then what it was written from."""
    told: set[str] = set()
    for verdict in ruling.verdicts:
        if verdict.claim.start < s.end and s.start < verdict.claim.end:
            for e in verdict.evidence:
                if e.ref not in told:
                    told.add(e.ref)
                    yield _why(e, facts.get(e.ref), words)
    for name in s.facts:
        if name not in told and name in facts:
            told.add(name)
            whole = Evidence(ref=name, quote=facts[name].text, start=0, end=len(facts[name].text))
            yield _why(whole, facts[name], words)


def _why(e: Evidence, fact: Fact | None, words: Words) -> Why:
    """The quote within the fact's text, where it stands there; else by itself."""
    inside = fact is not None and fact.text[e.start : e.end] == e.quote
    before, after = (fact.text[: e.start], fact.text[e.end :]) if fact and inside else ("", "")
    return Why(ref=e.ref, fact=fact, before=before, quote=e.quote, after=after, count=e.count,
               where=placed(fact.source, words) if fact else "")  # fmt: skip
