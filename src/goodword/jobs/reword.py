"""A model's words for a composed text: what is asked, what of the answer stands, and the draft that comes of it.

Only sentences that the composer wrote and the guard released are given to a model, and none that is locked (warnings,
ages, allergens, 'not included', prices). What comes back is taken sentence by sentence where it says the same
(`guard.salvage`); a sentence that does not is asked for once more with the finding in hand, and else stays plain.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from goodword.guard import rewrite as verifier
from goodword.guard.salvage import Piece, Salvage, salvage
from goodword.llm import prompts
from goodword.llm.base import Backend, Completion, Prompt
from goodword.types import Channel, Draft, Fact, Lang, MadeBy, Sentence

# Titles, bullets and search lines are labels and values: there is nothing to word.
CHANNELS: frozenset[Channel] = frozenset({"listing", "social"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Rewriter:
    """A backend and how it is to be asked."""

    backend: Backend
    tones: Mapping[Lang, str]
    seed: int = 11
    closed: bool = False  # hold the model to the sentences' own words and glue, where the backend can
    repair: bool = True  # ask once more for a sentence that was sent back
    banned: tuple[str, ...] = ()  # words of the voice that may not stand

    @property
    def id(self) -> str:
        """All that the wording depends on besides the sentences: part of the content key."""
        asked = [prompts.load(job, lang).sha256 for job in ("rewrite", "repair") for lang in ("en", "zh")]
        basis = (self.backend.name, self.backend.model, self.seed, self.closed, self.repair, self.banned,
                 sorted(self.tones.items()), asked, verifier.VERSION)  # fmt: skip
        return hashlib.sha256(repr(basis).encode()).hexdigest()

    def ask(self, draft: Draft) -> Prompt | None:
        """The prompt for a draft; None where there is nothing a model may word."""
        plain = _unlocked(draft)
        if draft.channel not in CHANNELS or not plain:
            return None
        tone = self.tones.get(draft.lang, "")
        return prompts.rewrite(draft.lang, plain, tone=tone, seed=self.seed, closed=self.closed)

    def ask_again(self, draft: Draft, found: Salvage, answer: Completion) -> list[tuple[int, Prompt]]:
        """Prompts for the sentences (by place among the unlocked) that were sent back."""
        plain = _unlocked(draft)
        tone = self.tones.get(draft.lang, "")
        return [(n, prompts.repair(draft.lang, plain[n], attempt=answer.text, finding=found.reason, tone=tone,
                                   seed=self.seed, closed=self.closed)) for n in found.kept]  # fmt: skip


def judge(draft: Draft, answer: Completion, facts: Sequence[Fact], banned: Sequence[str] = ()) -> Salvage:
    """What of an answer stands. An answer that broke off, refused, failed or uses a banned word stands in nothing."""
    plain = _unlocked(draft)
    return salvage(plain, _said(answer, banned), facts, draft.lang)


def judge_again(
    draft: Draft, found: Salvage, answers: Mapping[int, Completion], facts: Sequence[Fact], banned: Sequence[str] = ()
) -> Salvage:
    """The same text with second attempts in the place of the sentences that had been sent back."""
    plain = _unlocked(draft)
    pieces: list[Piece] = []
    kept: list[int] = []
    reason = found.reason
    for piece in found.pieces:
        answer = answers.get(piece.plain[0]) if not piece.reworded and len(piece.plain) == 1 else None
        if answer is None or piece.plain[0] not in found.kept:
            pieces.append(piece)
            continue
        text = _said(answer, banned)
        verdict = verifier.faithful([plain[piece.plain[0]]], text, facts, draft.lang, opening=plain[0])
        if verdict.ok:
            pieces.append(Piece(text=text, plain=piece.plain, reworded=text != piece.text))
        else:
            pieces.append(piece)
            kept.append(piece.plain[0])
            reason = verdict.reason
    return Salvage(pieces=tuple(pieces), reason=reason if kept else found.reason, kept=tuple(kept))


def _unlocked(draft: Draft) -> list[str]:
    return [draft.text[s.start : s.end] for s in draft.sentences if not s.locked]


def _said(answer: Completion, banned: Sequence[str]) -> str:
    """The answer's text; nothing where it is no whole answer or says a banned word of the voice."""
    text = answer.text.strip() if answer.finish == "stop" else ""
    low = text.lower()
    return "" if any(word.lower() in low for word in banned) else text


def reworded(draft: Draft, found: Salvage, backend: Backend, prompt: Prompt, answers: Sequence[Completion]) -> Draft:
    """The draft in the words that stand, each sentence with its facts; locked sentences as and where they were."""
    between = " " if draft.lang == "en" else ""
    text, sentences = "", []
    for written, facts, locked in _in_order(draft, found):
        text += between if text else ""
        start = len(text)
        text += written
        sentences.append(Sentence(start=start, end=len(text), facts=facts, locked=locked))
    return replace(draft, text=text, sentences=tuple(sentences),
                   made_by=_made_by(found, backend, prompt, answers))  # fmt: skip


def _in_order(draft: Draft, found: Salvage) -> Iterator[tuple[str, tuple[str, ...], bool]]:
    """The pieces, and each locked sentence before the first piece that follows it in the plain text."""
    open_ones = [n for n, s in enumerate(draft.sentences) if not s.locked]
    locked = [n for n, s in enumerate(draft.sentences) if s.locked]
    for piece in found.pieces:
        first = open_ones[min(piece.plain)]
        while locked and locked[0] < first:
            yield _as_it_was(draft, locked.pop(0))
        facts = dict.fromkeys(f for n in piece.plain for f in draft.sentences[open_ones[n]].facts)
        yield piece.text, tuple(facts), False
    for n in locked:
        yield _as_it_was(draft, n)


def _as_it_was(draft: Draft, n: int) -> tuple[str, tuple[str, ...], bool]:
    s = draft.sentences[n]
    return draft.text[s.start : s.end], s.facts, s.locked


def _made_by(found: Salvage, backend: Backend, prompt: Prompt, answers: Sequence[Completion]) -> MadeBy:
    kept = f"; sent back: {found.reason}" if found.kept else ""
    return MadeBy(
        backend=backend.name, model=backend.model, prompt_sha256=prompt.sha256(), seed=prompt.seed,
        tokens_in=sum(a.tokens_in for a in answers), tokens_out=sum(a.tokens_out for a in answers),
        seconds=round(sum(a.seconds for a in answers), 3), cost=sum((a.cost for a in answers), Decimal(0)),
        currency=next((a.currency for a in answers), "USD"),
        note=f"{found.reworded} of {len(found.pieces)} sentences reworded{kept}",
    )  # fmt: skip
