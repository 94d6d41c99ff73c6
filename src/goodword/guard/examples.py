"""Examples of each check: texts on which it must fire, and texts on which it must stay silent, in both languages."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from tomllib import loads

from goodword.errors import DataError
from goodword.guard.base import Check, Matter
from goodword.types import Fact, Lang, Market

_HOME: Mapping[Lang, Market] = {"en": "us", "zh": "cn"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Examples:
    """Texts by language. `facts` are the pairs that the texts are judged against."""

    fires: Mapping[Lang, tuple[str, ...]]
    silent: Mapping[Lang, tuple[str, ...]]
    facts: Mapping[Lang, Mapping[str, object]] = field(default_factory=dict)


def load(check: Check) -> Examples:
    """The examples of a check.

    Raises:
        DataError: there is no file for it, or one of the kinds is missing in a language the check covers.
    """
    path = files("goodword.data").joinpath(f"guard/examples/{check.NAME}.toml")
    if not path.is_file():
        raise DataError(f"the check {check.NAME!r} has no examples: write data/guard/examples/{check.NAME}.toml")
    rows = loads(path.read_text("utf-8"))
    kinds = {
        kind: {lang: tuple(rows.get(kind, {}).get(lang, ())) for lang in check.LANGS} for kind in ("fires", "silent")
    }
    for kind, texts in kinds.items():
        for lang, given in texts.items():
            if not given:
                raise DataError(f"{path.name}: no {kind!r} examples in {lang}; every check needs both kinds")
    return Examples(fires=kinds["fires"], silent=kinds["silent"], facts=rows.get("facts", {}))


def failing(check: Check, facts: Mapping[Lang, tuple[Fact, ...]]) -> Iterator[str]:
    """The examples that do not hold, each with what went wrong. `facts` are those of `Examples.facts`, parsed."""
    given = load(check)
    for lang in check.LANGS:
        for text in given.fires[lang]:
            if not _fires(check, text, lang, facts.get(lang)):
                yield f"{check.NAME} ({lang}) stays silent on: {text!r}"
        for text in given.silent[lang]:
            if _fires(check, text, lang, facts.get(lang)):
                yield f"{check.NAME} ({lang}) fires on: {text!r}"


def _fires(check: Check, text: str, lang: Lang, facts: tuple[Fact, ...] | None) -> bool:
    return bool(check.run(Matter(text=text, lang=lang, market=_HOME[lang], facts=facts)).findings)
