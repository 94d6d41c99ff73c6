"""Personal data out of what a model is sent, and back into what it answers: one object for one request.

Every message is read, whoever wrote it. What the supplied facts themselves hold (a brand, a designer) stays as it is.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from goodword.guard.personal.pseudonyms import Pseudonyms
from goodword.guard.personal.screen import screen
from goodword.guard.personal.spans import Span
from goodword.jobs.proxying.nouns import Restore
from goodword.types import Fact, Ruling

_TAG = re.compile(r"<([A-Z]+(?:_[A-Z]+)*)_[0-9]+>", re.ASCII)


@dataclass(slots=True)
class Scrub:
    """The pseudonyms of one request and who may have them back."""

    contacts: Collection[str] = ()
    facts: Sequence[Fact] = ()
    restore: Restore = "all"
    names: Pseudonyms = field(default_factory=Pseudonyms)
    _user: set[str] = field(default_factory=set)

    def out(self, text: str, *, by_user: bool) -> str:
        """A message as the model may see it.

        Raises:
            DataError: it cannot be screened, so it must not leave.
        """
        sent = self.names.replace(text, self._spans(text))
        if by_user:
            self._user |= {m.group() for m in _TAG.finditer(sent)}
        return sent

    def back(self, text: str) -> str:
        """What the model said, with the personal data that may come back; the rest is covered for good."""
        return _TAG.sub(self._one, text)

    def moved(self, ruling: Ruling, text: str) -> Ruling:
        """A ruling on a text with pseudonyms, with offsets of the same text with personal data back."""
        steps = [(m.start(), m.end(), self.back(m.group())) for m in _TAG.finditer(text)]
        if not steps:
            return ruling

        def place(at: int) -> int:
            home = at
            for start, end, value in steps:
                if at >= end:
                    home += len(value) - (end - start)
                elif at > start:
                    home += min(at - start, len(value)) - (at - start)
            return home

        return replace(
            ruling,
            findings=tuple(replace(f, start=place(f.start), end=place(f.end)) for f in ruling.findings),
            verdicts=tuple(
                replace(v, claim=replace(v.claim, start=place(v.claim.start), end=place(v.claim.end)))
                for v in ruling.verdicts
            ),
        )

    def _one(self, match: re.Match[str]) -> str:
        tag = match.group()
        if self.restore == "all" or (self.restore == "user" and tag in self._user) or match.group(1) == "TEXT":
            return self.names.restore(tag)
        return f"[{match.group(1)}]" if self.names.restore(tag) != tag else tag

    def _spans(self, text: str) -> list[Span]:
        return list(self._strange(text, screen(text, own_contacts=self.contacts)))

    def _strange(self, text: str, spans: Iterable[Span]) -> Iterable[Span]:
        held = [f.text.casefold() for f in self.facts]
        return [s for s in spans if not any(text[s.start : s.end].casefold() in fact for fact in held)]
