"""A model as an author from numbered facts, for large ones: every sentence names its facts and is judged alone.

A sentence stands if the guard releases it and finds in it every fact it names; else it is asked for once more with
the finding in hand. What no standing sentence says, the composer says; locked facts are the composer's from the start.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from goodword.guard.base import Matter
from goodword.guard.review import review
from goodword.jobs.draft import vouching
from goodword.jobs.writer import CHANNELS, Piece, Text, Worded, said, tone
from goodword.llm import prompts
from goodword.llm.base import Backend, Completion, Prompt
from goodword.types import Draft, Fact, Lang
from goodword.writing import compose
from goodword.writing.plan import Planned
from goodword.writing.voice import Voice

VERSION = "1"


@dataclass(frozen=True, kw_only=True, slots=True)
class Author:
    """See `jobs.writer.Writer`."""

    backend: Backend
    voice: Voice
    seed: int = 11
    again: bool = True

    @property
    def id(self) -> str:
        """See `Writer`."""
        asked = [prompts.load(job, lang).sha256 for job in ("write", "repair") for lang in ("en", "zh")]
        basis = (
            "write",
            self.backend.name,
            self.backend.model,
            self.seed,
            self.again,
            repr(self.voice),
            asked,
            VERSION,
        )
        return hashlib.sha256(repr(basis).encode()).hexdigest()

    def ask(self, text: Text, draft: Draft) -> Prompt | None:
        """See `Writer`."""
        facts = _facts(text, draft)
        if draft.channel not in CHANNELS or not facts:
            return None
        plain = [draft.text[s.start : s.end] for s in draft.sentences if not s.locked]
        return prompts.write(draft.lang, facts, channel=draft.channel, tone=tone(self.voice, draft.lang), plain=plain,
                             seed=self.seed)  # fmt: skip

    def take(self, text: Text, draft: Draft, answer: Completion) -> Worded:
        """See `Writer`."""
        return self._worded(text, draft, answer, {})

    def ask_again(self, text: Text, draft: Draft, found: Worded, answer: Completion) -> list[tuple[int, Prompt]]:
        """See `Writer`."""
        facts = _facts(text, draft)
        rows = prompts.written(answer.text, len(facts)) or ()
        out = []
        for n in found.back:
            own = [facts[i] for i in rows[n].facts]
            plain = " ".join(p.text for p in self._composed(text, draft, {f.id for f in own}))
            if plain:
                out.append((n, prompts.repair(draft.lang, plain, attempt=rows[n].text, finding=found.reason,
                                              tone=tone(self.voice, draft.lang), seed=self.seed)))  # fmt: skip
        return out

    def take_again(self, text: Text, draft: Draft, first: Completion, answers: Mapping[int, Completion]) -> Worded:
        """See `Writer`."""
        return self._worded(text, draft, first, {n: said(a, self.voice) for n, a in answers.items()})

    def _worded(self, text: Text, draft: Draft, answer: Completion, second: Mapping[int, str]) -> Worded:
        facts = _facts(text, draft)
        rows = prompts.written(said(answer, self.voice), len(facts)) or ()
        pieces: list[Piece] = []
        back: list[int] = []
        reason = "" if rows else "the answer is not what was asked for"
        for n, row in enumerate(rows):
            wanted = [facts[i] for i in row.facts]
            fault = _fault(row.text, wanted, text, draft)
            if fault and (attempt := second.get(n)):
                again = _fault(attempt, wanted, text, draft)
                fault, row = (again, row) if again else ("", replace(row, text=attempt))
            if fault:
                back.append(n)
                reason = reason or fault
            else:
                pieces.append(Piece(text=row.text, facts=tuple(f.id for f in wanted), reworded=True))
        if pieces and not _names_product(pieces[0].text, text, draft.lang):
            pieces, back = [], []
            reason = reason or "no longer says which product it is about"
        stated = {f for p in pieces for f in p.facts}
        rest = self._composed(text, draft, {f.id for f in facts} - stated, opened=bool(pieces))
        return Worded(pieces=(*pieces, *rest, *_locked(draft)), back=tuple(back), reason=reason)

    def _composed(self, text: Text, draft: Draft, wanted: set[str], *, opened: bool = False) -> list[Piece]:
        """The composer's sentences for some of the facts."""
        if not wanted and opened:
            return []
        items = tuple(i for i in text.planned.items if not i.locked and _said_from(i, draft.lang) & wanted)
        if opened and not items:
            return []
        part = compose.compose(replace(text.planned, items=items), draft.lang, voice=self.voice, channel=draft.channel)
        return [Piece(text=part.text[s.start : s.end], facts=s.facts) for s in part.sentences]


def _facts(text: Text, draft: Draft) -> list[Fact]:
    """The unlocked facts of the composer's draft, as said in its language, the name first."""
    told = dict.fromkeys(f for s in draft.sentences if not s.locked for f in s.facts)
    say = {f: i.say_from[draft.lang] for i in text.planned.items if draft.lang in i.say_from for f in i.facts}
    held = {f.id: f for f in text.product.facts}
    return list({say.get(f, held[f]).id: say.get(f, held[f]) for f in told if f in held or f in say}.values())


def _said_from(item: Planned, lang: Lang) -> set[str]:
    return {*item.facts, item.say_from[lang].id} if lang in item.say_from else set()


def _fault(sentence: str, wanted: Sequence[Fact], text: Text, draft: Draft) -> str:
    """Why a sentence may not stand: the guard's findings on it, or a fact it names and does not state; '' if it may."""
    ruling = review(Matter(text=sentence, lang=draft.lang, market=draft.market, channel=draft.channel,
                           product_class=text.product.product_class, facts=vouching(text.product)))  # fmt: skip
    if ruling.outcome != "released":
        found = next(iter(ruling.findings), None)
        quote = sentence[found.start : found.end] if found else ""
        return f"{found.rule}: {quote}" if found else "not checked"
    rests = {e.ref for v in ruling.verdicts if v.stance == "supported" for e in v.evidence}
    same = {f.id: {g.id for g in text.product.facts if g.key == f.key} for f in wanted}
    unsaid = next((f for f in wanted if f.key != "title" and not same[f.id] & rests and f.text not in sentence), None)
    return f"does not state: {unsaid.name}" if unsaid else ""


def _names_product(sentence: str, text: Text, lang: Lang) -> bool:
    title = text.planned.titles.get(lang)
    if title is None:
        return True
    words = title.text.split() if lang == "en" else [title.text[-2:]]
    return any(w.lower() in sentence.lower() for w in words if len(w) > 1)


def _locked(draft: Draft) -> Iterator[Piece]:
    return (Piece(text=draft.text[s.start : s.end], facts=s.facts, locked=True) for s in draft.sentences if s.locked)
