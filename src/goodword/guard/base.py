"""What a check is given and what it gives back."""

from dataclasses import dataclass
from typing import Protocol

from goodword.types import Channel, Fact, Finding, Lang, Market, Passage, Product, Sentence, Tally, Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class Matter:
    """A text to be judged, and what it may rest on. With no facts (None), passages or tallies, its wording alone."""

    text: str
    lang: Lang
    market: Market
    product_class: str = "general"
    facts: tuple[Fact, ...] | None = None
    passages: tuple[Passage, ...] = ()
    tallies: tuple[Tally, ...] = ()
    channel: Channel = "listing"
    sentences: tuple[Sentence, ...] = ()
    brands: tuple[str, ...] = ()  # names of brands this shop sells: no names of persons in its texts
    range: tuple[Product, ...] = ()  # what else the shop sells: grounds of 'our lightest tent'
    reader: Lang | None = None  # whom the advice is for; None: who reads the text

    @property
    def told_in(self) -> Lang:
        """The language findings are told in."""
        return self.reader or self.lang


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckResult:
    """What a check found."""

    verdicts: tuple[Verdict, ...] = ()
    findings: tuple[Finding, ...] = ()


class Check(Protocol):
    """One file in guard/checks/: a module with these names. Examples of both kinds are compulsory (data/guard/examples/)."""  # noqa: E501

    NAME: str
    VERSION: str
    LANGS: tuple[Lang, ...]

    def run(self, matter: Matter) -> CheckResult:
        """Judge the matter. May raise: the review then holds the text."""
        ...
