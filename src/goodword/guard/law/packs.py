"""Packs: the rules of one market as data, loaded whole or not at all.

A rule without authority, rewrite or examples, or naming a frame, context, class or kind of evidence that is not known,
refuses its pack; the message names file and rule.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from tomllib import TOMLDecodeError, loads
from typing import Any, Literal, get_args

from goodword.errors import DataError
from goodword.guard.law import frames
from goodword.types import Lang, Market

Weight = Literal["block", "needs_evidence", "warn", "ok", "system"]
Special = Literal["", "contradiction", "approved_text", "masked"]
Reach = Literal["near", "before", "after", "clause", "sentence", "text"]
LANGS: tuple[Lang, ...] = ("en", "zh")
_TEXTS = ("says", "rewrite")
_NOTES = ("exempt", "traps", "open", "why_system")
_PLAIN = ("law", "conf", "severity", "trigger", "special")
_LISTS = ("on", "classes", "unless", "clears")
_KNOWN = {"id", "like", "checked", "since", "fires", "silent", *_TEXTS, *_NOTES, *_PLAIN, *_LISTS}
_CONFIDENCE = {"P", "S", "K", "P/S", "P/K", "K/S", "S/K", "S/P"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Unless:
    """In the company of `context` within `reach` (or out of it, where `absent`), the verdict is `then`."""

    context: str
    reach: Reach
    then: Weight
    absent: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """A text on which a rule fires or stays silent."""

    text: str
    product_class: str = "general"
    facts: Mapping[str, object] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """One rule of law. `on` are the frames that call it up; `severity` 'ok' is a rule of what is allowed, and 'system'
    one on the shop's conduct rather than on a sentence, documented and not executed. Notes are in both languages, or
    empty."""

    id: str
    file: str
    law: str
    confidence: str
    checked: str
    severity: Weight
    says: Mapping[Lang, str]
    rewrite: Mapping[Lang, str]
    on: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    unless: tuple[Unless, ...] = ()
    clears: tuple[str, ...] = ()
    special: Special = ""
    exempt: Mapping[Lang, str]
    traps: Mapping[Lang, str]
    since: str = ""
    open: Mapping[Lang, str]
    why_system: Mapping[Lang, str]
    fires: Mapping[Lang, tuple[Example, ...]]
    silent: Mapping[Lang, tuple[Example, ...]]

    @property
    def executable(self) -> bool:
        """Whether texts are judged by it."""
        return self.severity != "system"


@dataclass(frozen=True, kw_only=True, slots=True)
class Pack:
    """The rules of one market."""

    market: Market
    title: Mapping[Lang, str]
    version: str
    checked: str
    rules: tuple[Rule, ...]
    open: tuple[Mapping[Lang, str], ...]

    def rule(self, rule_id: str) -> Rule:
        """The rule of that id.

        Raises:
            DataError: there is none.
        """
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise DataError(f"the pack of {self.market} has no rule {rule_id!r}")


@cache
def load(market: Market) -> Pack:
    """The packaged pack of a market.

    Raises:
        DataError: it is missing or malformed.
    """
    return read(files("goodword.data").joinpath("packs"), market)


def read(folder: Traversable, market: Market) -> Pack:
    """The pack of a market below a folder of packs."""
    tables = {m: list(_tables(folder.joinpath(m))) for m in get_args(Market) if folder.joinpath(m).is_dir()}
    if not tables.get(market):
        raise DataError(f"there is no pack for the market {market!r}")
    rows = {row.get("id"): row for some in tables.values() for _, table in some for row in table.get("rule", ())}
    head = tables[market][0][1]
    rules = tuple(
        _rule(f"{market}/{name}", table, row, rows) for name, table in tables[market] for row in table.get("rule", ())
    )
    twice = {r.id for r in rules if sum(r.id == s.id for s in rules) > 1}
    if twice:
        raise DataError(f"packs/{market}: rule {min(twice)!r} is there twice")
    return Pack(
        market=market, title={"en": head.get("title_en", market), "zh": head.get("title_zh", market)},
        version=str(head.get("version", "")), checked=str(head.get("checked", "")), rules=rules,
        open=tuple(
            _both(f"packs/{market}/{name}: confirm", note)
            for name, table in tables[market]
            for note in table.get("confirm", ())
        ),
    )  # fmt: skip


def _tables(folder: Traversable) -> Iterator[tuple[str, dict[str, Any]]]:
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        if file.name.endswith(".toml"):
            try:
                yield file.name, loads(file.read_text("utf-8"))
            except (TOMLDecodeError, UnicodeDecodeError) as error:
                raise DataError(f"packs/{folder.name}/{file.name}: {error}") from None


def _rule(file: str, table: Mapping[str, Any], row: dict[str, Any], rows: Mapping[Any, dict[str, Any]]) -> Rule:
    where = f"packs/{file}: rule {row.get('id', '?')!r}"
    row = _inherited(where, row, rows)
    _complete(where, row)
    system = row["severity"] == "system"
    return Rule(
        id=row["id"], file=file, law=row["law"], confidence=row["conf"], severity=row["severity"],
        checked=str(row.get("checked") or table.get("checked", "")),
        says={lang: row["says"][lang] for lang in LANGS}, rewrite={lang: row["rewrite"][lang] for lang in LANGS},
        on=tuple(row.get("on", ())), classes=tuple(row.get("classes", ())),
        unless=tuple(_unless(where, text) for text in row.get("unless", ())), clears=tuple(row.get("clears", ())),
        special=row.get("special", ""), since=str(row.get("since", "")),
        **{part: _both(f"{where}, {part!r}", row.get(part, {})) for part in _NOTES},
        fires={} if system else _examples(where, row, "fires"),
        silent={} if system else _examples(where, row, "silent"),
    )  # fmt: skip


def _both(where: str, note: object) -> Mapping[Lang, str]:
    """A note in the two languages; an empty one says that there is none, whatever the rule it is like has."""
    if note == {}:
        return {}
    if not isinstance(note, dict) or set(note) != set(LANGS) or not all(str(said).strip() for said in note.values()):
        raise DataError(f"{where}: say it in the two languages, {{ en = …, zh = … }}")
    return {lang: note[lang] for lang in LANGS}


def _inherited(where: str, row: dict[str, Any], rows: Mapping[Any, dict[str, Any]]) -> dict[str, Any]:
    """A row with what it leaves out taken from the rule it is like."""
    seen = {row.get("id")}
    while "like" in row:
        other = rows.get(row["like"])
        if other is None or other.get("id") in seen:
            raise DataError(f"{where} is like {row['like']!r}, which is no other rule")
        seen.add(other.get("id"))
        row = {**{k: v for k, v in other.items() if k not in {"law", "conf", "since"}},
               **{k: v for k, v in row.items() if k != "like"}}  # fmt: skip
    return row


def _complete(where: str, row: Mapping[str, Any]) -> None:
    if unknown := set(row) - _KNOWN:
        raise DataError(f"{where} has unknown parts {sorted(unknown)}")
    if not str(row.get("law", "")).strip():
        raise DataError(f"{where} names no authority")
    if row.get("conf") not in _CONFIDENCE:
        raise DataError(f"{where} has no confidence mark (P, S or K)")
    if row.get("severity") not in get_args(Weight):
        raise DataError(f"{where} has no known severity")
    for part in _TEXTS:
        if not all(str(row.get(part, {}).get(lang, "")).strip() for lang in LANGS):
            raise DataError(f"{where} lacks {part!r} in one of the two languages")
    if row["severity"] == "system":
        if not row.get("why_system"):
            raise DataError(f"{where} does not say why no text is judged by it")
        return
    known = frames.load()
    if unknown := set(row.get("on", ())) - set(known.frames):
        raise DataError(f"{where} names unknown frames {sorted(unknown)}")
    if row.get("special", "") not in get_args(Special):
        raise DataError(f"{where} has no known speciality")
    if not row.get("on") and row.get("special", "") in {"", "masked"}:
        raise DataError(f"{where} names no frame")
    if unknown := {c.removeprefix("!") for c in row.get("classes", ())} - set(groups()):
        raise DataError(f"{where} names unknown classes {sorted(unknown)}")
    if unknown := set(row.get("clears", ())) - set(evidence_names()):
        raise DataError(f"{where} names unknown kinds of evidence {sorted(unknown)}")


def _unless(where: str, text: str) -> Unless:
    context, _, rest = text.removeprefix("!").partition(":")
    reach, _, then = rest.partition(":")
    if context not in frames.load().contexts or reach not in get_args(Reach) or then not in get_args(Weight):
        raise DataError(f"{where}: {text!r} is no exemption; write context:reach:verdict")
    return Unless(context=context, reach=reach, then=then, absent=text[0] == "!")  # type: ignore[arg-type]


def _examples(where: str, row: Mapping[str, Any], kind: str) -> dict[Lang, tuple[Example, ...]]:
    out: dict[Lang, tuple[Example, ...]] = {}
    for lang in LANGS:
        out[lang] = tuple(_example(given) for given in row.get(kind, {}).get(lang, ()))
        if len(out[lang]) < 2:
            raise DataError(f"{where} has fewer than two {kind!r} examples in {lang}")
    return out


def _example(given: str | Mapping[str, Any]) -> Example:
    """An example: a text, '@class text', or a table of text, class and facts."""
    if isinstance(given, str):
        head, _, text = given.partition(" ") if given.startswith("@") else ("", "", given)
        return Example(text=text, product_class=head.removeprefix("@") or "general")
    return Example(text=given["text"], product_class=given.get("class", "general"), facts=given.get("facts"))


@cache
def _gates() -> dict[str, Any]:
    return loads(files("goodword.data").joinpath("packs/gates.toml").read_text("utf-8"))


@cache
def groups() -> Mapping[str, frozenset[str]]:
    """Groups of product classes, and every class as a group of its own."""
    named = {k: frozenset(v.split()) for k, v in _gates()["groups"].items()}
    return {c: frozenset({c}) for some in named.values() for c in some} | named


@cache
def evidence_names() -> Mapping[str, tuple[str, ...]]:
    """Kinds of evidence and the names of facts that hold them, in both languages."""
    return {k: tuple(w.strip() for w in v.split("|")) for k, v in _gates()["evidence"].items()}


def covers(rule: Rule, product_class: str) -> bool:
    """Whether a rule reaches products of a class: all but those it leaves out, or only those it names."""
    kept_out = {c.removeprefix("!") for c in rule.classes if c.startswith("!")}
    named = [c for c in rule.classes if not c.startswith("!")]
    if any(product_class in groups()[c] for c in kept_out):
        return False
    return not named or any(product_class in groups()[c] for c in named)
