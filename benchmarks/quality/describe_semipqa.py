"""Word attribute records of the semiPQA data-to-text set with the composer and report what the sentences hold.

    python -m benchmarks.quality.describe_semipqa --data FOLDER [--show N]

FOLDER holds contextual-pqa-en (CDLA-Sharing-1.0; rows are read, never copied). Each record, such as
`fan_count: { value:6 }`, becomes facts, a plan and a text; the reference is a person's sentence for it. Reported:
what the guard says of the texts; the share of the record's values that the text states literally; token F1 against
the reference; and how many texts hold a word or figure that neither the record nor the composer's own patterns hold
(must be 0). Writes benchmarks/results/describe_semipqa.json.
"""

import argparse
import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from goodword.catalogue.facts import facts_from_pairs
from goodword.guard.base import Matter
from goodword.guard.review import review
from goodword.guard.words import stem
from goodword.text import lexicon, quantities, units
from goodword.types import Fact, Product, Source
from goodword.writing import compose, plan, voice

HERE = Path(__file__).parents[1]
SPLITS = ("dev", "test_seen")
_TOKEN = re.compile(
    r"\s*(?:(?P<text>\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')|(?P<mark>[{}\[\],;:])|(?P<bare>[^\s{}\[\],;:]+))"
)


_NUMBERS = ("string_value", "value", "decimal_value", "content", "total")  # keys that hold what is measured


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A record as pairs of name and value, its values as written, and the reference."""

    pairs: dict[str, str]
    values: tuple[str, ...]
    reference: str


def main() -> None:
    """Run every split and write the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--show", type=int, default=0)
    given = parser.parse_args()
    folder = given.data if (given.data / "SOURCE.md").exists() else given.data / "contextual-pqa-en"
    figures = {
        split: measure(list(rows(folder / f"semiPQA__data-to-text__{split}.jsonl")), given.show) for split in SPLITS
    }
    text = json.dumps(figures, indent=1, ensure_ascii=False)
    (HERE / "results").mkdir(exist_ok=True)
    (HERE / "results" / "describe_semipqa.json").write_text(text + "\n", "utf-8")
    print(text)


def rows(path: Path) -> Iterator[Row]:
    """The records of a split."""
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        name, value = Reader(row["data"]).record()
        pairs = dict(flat(name, value))
        yield Row(pairs=pairs, values=tuple(pairs.values()), reference=row["text"])


class Reader:
    """Reads `name: { key:value, list:[ { … } ] }; { … }`, a notation like JSON without quotes round the keys."""

    def __init__(self, text: str) -> None:
        self._tokens = [m for m in _TOKEN.finditer(text) if m.group().strip()]
        self._at = 0

    def record(self) -> tuple[str, object]:
        """The name of the attribute and its value; several values are a list."""
        name = self._take()
        self._take()  # ':'
        found = [self._value()]
        while self._peek() == ";":
            self._take()
            found.append(self._value())
        return name, found[0] if len(found) == 1 else found

    def _peek(self) -> str:
        return self._tokens[self._at].group().strip() if self._at < len(self._tokens) else ""

    def _take(self) -> str:
        token = self._tokens[self._at]
        self._at += 1
        return token["text"][1:-1] if token["text"] else token.group().strip()

    def _value(self) -> object:
        start = self._peek()
        if start == "{":
            return self._object()
        if start == "[":
            self._take()
            items: list[object] = []
            while self._peek() not in {"]", ""}:
                items.append(self._value())
                if self._peek() == ",":
                    self._take()
            self._at += 1
            return items
        return self._take()

    def _object(self) -> dict[str, object]:
        self._take()
        found: dict[str, object] = {}
        while self._peek() not in {"}", ""}:
            key = self._take()
            if self._peek() == ":":
                self._take()
            found[key] = self._value()
            if self._peek() == ",":
                self._take()
        self._at += 1
        return found


def flat(name: str, value: object) -> Iterator[tuple[str, str]]:
    """Names with plain values: a unit joins its number, a list joins by commas, inner keys join their name."""
    spoken = name.replace("_", " ")
    if isinstance(value, dict):
        number = next((str(value[k]) for k in _NUMBERS if isinstance(value.get(k), str)), "")
        rest = {k: v for k, v in value.items() if k not in {"unit", "normalized_value", *(_NUMBERS if number else ())}}
        if number:
            unit = str(value.get("unit", "")).replace("_", " ")
            yield spoken, f"{plain(number)} {unit}" if unit and unit not in number else plain(number)
        for key, inner in rest.items():
            yield from flat(f"{name} {key}", inner)
    elif isinstance(value, list):
        if all(isinstance(v, dict) and set(v) == {"value"} for v in value):
            yield spoken, ", ".join(plain(str(v["value"])) for v in value)
        elif len(value) == 1:
            yield from flat(name, value[0])
        else:
            for n, inner in enumerate(value, 1):
                yield from flat(f"{name} {n}", inner)
    else:
        yield spoken, plain(str(value))


def plain(value: str) -> str:
    """Numbers without a needless tail: '6.0' and '6.' are 6."""
    return re.sub(r"^(-?\d+)\.0*$", r"\1", value.strip())


def measure(records: list[Row], show: int) -> dict[str, object]:
    """Compose, judge and count."""
    by = voice.load("plain")
    outcomes: Counter[str] = Counter()
    stated = held = strange = 0
    overlaps = []
    examples = []
    seconds = 0.0
    for n, row in enumerate(records):
        began = time.perf_counter()
        facts = facts_from_pairs(row.pairs, sku=str(n), lang="en")
        product = Product(
            sku=str(n), title="", lang="en", product_class="general", facts=facts, source=Source(uri="semipqa")
        )
        text = compose.compose(plan.plan(product, ("en",), channel="listing", voice=by), "en", voice=by).text
        seconds += time.perf_counter() - began
        if not text:
            outcomes["nothing to say"] += 1
            held += len(row.values)
            if show:
                print(f"nothing to say: {row.pairs}")
            continue
        outcome = review(Matter(text=text, lang="en", market="us", product_class="general", facts=facts)).outcome
        outcomes[outcome] += 1
        said = [v for v in row.values if literal(v, text)]
        stated, held = stated + len(said), held + len(row.values)
        beyond = unheld(text, row, facts)
        strange += bool(beyond)
        overlaps.append(f1(text, row.reference))
        examples.append((row, text, beyond))
        if show and outcome != "released":
            print(f"{outcome}: {text}")
    for row, text, beyond in examples[:: max(1, len(examples) // max(1, show))] if show else ():
        print(f"{row.pairs}\n   {text}\n   ({row.reference})" + (f"\n   BEYOND THE RECORD: {beyond}" if beyond else ""))
    return {
        "records": len(records), "outcomes": dict(outcomes), "values": held,
        "values_stated_literally": round(stated / max(1, held), 4), "texts_beyond_the_record": strange,
        "token_f1": round(sum(overlaps) / max(1, len(overlaps)), 4),
        "texts_per_minute": round(60 * len(records) / seconds), "model_calls": 0,
    }  # fmt: skip


def words(text: str) -> list[str]:
    """Lower-case words and figures; '10,000' is one figure and '8.0' is 8."""
    found = re.findall(r"[a-z]+|\d+(?:\.\d+)?", re.sub(r"(?<=\d),(?=\d{3})", "", text.lower()))
    return [re.sub(r"\.0+$", "", w) for w in found]


def literal(value: str, text: str) -> bool:
    """Whether every word and figure of a value stands in the text, units by any of their names."""
    have = {stem(w) for w in words(text)}
    return all(stem(w) in have or any(stem(o) in have for o in same(w)) for w in words(value))


@cache
def same(word: str) -> frozenset[str]:
    """Other names of a unit: 'centimeters' is cm."""
    found = quantities.find(f"1 {word}")
    named = [units.units()[q.unit].say["en"] for q in found if q.unit]
    return frozenset(w for name in (*named, *(q.unit for q in found)) for w in words(name))


def unheld(text: str, row: Row, facts: tuple[Fact, ...]) -> list[str]:
    """Words and figures of a text that neither the record nor the patterns nor the name of an attribute hold."""
    patterns = files("goodword.data").joinpath("writing/en.toml").read_text("utf-8")
    known = {stem(w) for w in words(" ".join([*row.pairs, *row.values]))} | {stem(w) for w in words(patterns)}
    for fact in facts:
        attribute = lexicon.load().by_key(fact.key)
        known |= {stem(w) for w in words(attribute.labels["en"] if attribute else "")}
    for value in row.values:
        known |= {stem(o) for w in words(value) for o in same(w)}
        said = [units.units()[q.unit].say["en"] for q in quantities.find(value) if q.unit]
        known |= {stem(w) for name in said for w in words(name)}
    return [w for w in words(text) if stem(w) not in known]


def f1(text: str, reference: str) -> float:
    """Token F1, as a bag of words."""
    a, b = Counter(words(text)), Counter(words(reference))
    both = sum((a & b).values())
    return 2 * both / max(1, sum(a.values()) + sum(b.values()))


if __name__ == "__main__":
    main()
