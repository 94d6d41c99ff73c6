"""What a check is given and what it gives back."""

from dataclasses import dataclass
from typing import Protocol

from goodword.types import Channel, Fact, Finding, Lang, Market, Passage, Sentence, Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class Matter:
    """A text to be judged, and what it may rest on. `facts` is None where none were supplied: wording only."""

    text: str
    lang: Lang
    market: Market
    product_class: str = "general"
    facts: tuple[Fact, ...] | None = None
    passages: tuple[Passage, ...] = ()
    channel: Channel = "listing"
    sentences: tuple[Sentence, ...] = ()


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
