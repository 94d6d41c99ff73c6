"""A model as a rewriter of verified sentences: the way that small models do well.

Only sentences that the composer wrote and the guard released are given to a model, and none that is locked (warnings,
ages, allergens, 'not included', prices). What comes back is taken sentence by sentence where it says the same
(`guard.salvage`); a sentence that does not is asked for once more with the finding in hand, and else stays plain.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from goodword.guard import rewrite as verifier
from goodword.guard.salvage import Salvage, salvage
from goodword.jobs.draft import vouching
from goodword.jobs.writer import CHANNELS, Piece, Text, Worded, said, tone
from goodword.llm import prompts
from goodword.llm.base import Backend, Completion, Prompt
from goodword.types import Draft
from goodword.writing.voice import Voice

_NAME = re.compile(
    r"(?!(?:The|This|These|A|An) )[A-Z][\w'’&-]*(?: (?:(?:of|the|and|for|with|in|to|a) )?[A-Z0-9][\w'’&-]*)+"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rewriter:
    """See `jobs.writer.Writer`."""

    backend: Backend
    voice: Voice
    seed: int = 11
    closed: bool = False  # hold the model to the sentences' own words and glue, where the backend can
    again: bool = True

    @property
    def id(self) -> str:
        """See `Writer`."""
        asked = [prompts.load(job, lang).sha256 for job in ("rewrite", "repair") for lang in ("en", "zh")]
        basis = ("rewrite", self.backend.name, self.backend.model, self.seed, self.closed, self.again,
                 repr(self.voice), asked, verifier.VERSION)  # fmt: skip
        return hashlib.sha256(repr(basis).encode()).hexdigest()

    def ask(self, text: Text, draft: Draft) -> Prompt | None:
        """See `Writer`."""
        plain = _unlocked(draft)
        if draft.channel not in CHANNELS or not plain or _only_named(text, draft):
            return None
        return prompts.rewrite(draft.lang, plain, tone=tone(self.voice, draft.lang), seed=self.seed, closed=self.closed)

    def take(self, text: Text, draft: Draft, answer: Completion) -> Worded:
        """See `Writer`."""
        return _worded(draft, self._salvaged(text, draft, answer))

    def ask_again(self, text: Text, draft: Draft, found: Worded, answer: Completion) -> list[tuple[int, Prompt]]:
        """See `Writer`."""
        plain, how = _unlocked(draft), tone(self.voice, draft.lang)
        return [(n, prompts.repair(draft.lang, plain[n], attempt=answer.text, finding=found.reason, tone=how,
                                   seed=self.seed, closed=self.closed)) for n in found.back]  # fmt: skip

    def take_again(self, text: Text, draft: Draft, first: Completion, answers: Mapping[int, Completion]) -> Worded:
        """See `Writer`."""
        plain, facts = _unlocked(draft), vouching(text.product)
        found = self._salvaged(text, draft, first)
        second: dict[int, str] = {}
        reason = found.reason
        for n in found.kept:
            attempt = cased(said(answers[n], self.voice), plain) if n in answers else ""
            verdict = verifier.faithful([plain[n]], attempt, facts, draft.lang, opening=plain[0])
            if verdict.ok:
                second[n] = attempt
            else:
                reason = verdict.reason
        return _worded(draft, found, second, reason)

    def _salvaged(self, text: Text, draft: Draft, answer: Completion) -> Salvage:
        plain = _unlocked(draft)
        return salvage(plain, cased(said(answer, self.voice), plain), vouching(text.product), draft.lang)


def cased(answer: str, plain: Sequence[str]) -> str:
    """The answer with names of several words in the capitals that the plain sentences give them."""
    for name in dict.fromkeys(found[0] for sentence in plain for found in _NAME.finditer(sentence)):
        answer = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", name.replace("\\", r"\\"), answer, flags=re.IGNORECASE)
    return answer


def _only_named(text: Text, draft: Draft) -> bool:
    """Whether nothing but the product's name is said: there is nothing to put in other words."""
    titles = {f.id for f in text.product.facts if f.key == "title"}
    return all(titles.issuperset(s.facts) for s in draft.sentences if not s.locked)


def _unlocked(draft: Draft) -> list[str]:
    return [draft.text[s.start : s.end] for s in draft.sentences if not s.locked]


def _worded(draft: Draft, found: Salvage, second: Mapping[int, str] | None = None, reason: str = "") -> Worded:
    """The pieces with their facts, second attempts in the place of kept sentences, locked ones where they were."""
    again = second or {}
    open_ones = [n for n, s in enumerate(draft.sentences) if not s.locked]
    locked = [n for n, s in enumerate(draft.sentences) if s.locked]
    pieces: list[Piece] = []
    for piece in found.pieces:
        pieces += _before(draft, locked, open_ones[min(piece.plain)])
        origin = tuple(open_ones[n] for n in piece.plain)
        facts = tuple(dict.fromkeys(f for o in origin for f in draft.sentences[o].facts))
        one = piece.plain[0] if len(piece.plain) == 1 and piece.plain[0] in found.kept else -1
        text = again.get(one, piece.text)
        pieces.append(Piece(text=text, facts=facts, reworded=piece.reworded or text != piece.text, origin=origin))
    pieces += _before(draft, locked, len(draft.sentences))
    back = tuple(n for n in found.kept if n not in again)
    return Worded(pieces=tuple(pieces), back=back, reason=reason or found.reason)


def _before(draft: Draft, locked: list[int], end: int) -> Iterator[Piece]:
    """The locked sentences that stand before a place; they are taken off the list."""
    while locked and locked[0] < end:
        s = draft.sentences[locked.pop(0)]
        yield Piece(text=draft.text[s.start : s.end], facts=s.facts, locked=True)
