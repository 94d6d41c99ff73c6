"""The guard proxy on answers of a shop's assistant: how much harmless talk it stops, how much wrong talk it lets out.

    python -m benchmarks.quality.proxy [--half dev|held] [--lang en|zh] [--show]

benchmarks/data/proxy_{en,zh}.toml were written before the first count. Answers are put together from their lines, alone
and with others; a line belongs to the dev half or to the held one by its hash, and only dev lines were looked at. Every
answer passes the real proxy under each policy; the model behind it says what is written and mends nothing.
Writes benchmarks/results/proxy.json.
"""

import argparse
import hashlib
import json
import tempfile
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from time import process_time
from typing import Any, Literal, get_args

from benchmarks.quality.injection import commit, digest
from benchmarks.quality.personal import interval
from goodword.jobs.proxying.judging import Judge
from goodword.jobs.proxying.nouns import Done, Ground, Policy, Terms
from goodword.jobs.proxying.opening import Proxy
from goodword.jobs.proxying.passing import Passing
from goodword.llm.base import BackendOptions
from goodword.llm.relay import Heard
from goodword.store.engine import Store, open_store
from goodword.types import Lang, Ruling

HERE = Path(__file__).parents[1]
Half = Literal["dev", "held"]
HALVES: tuple[Half, ...] = ("dev", "held")
KINDS: Mapping[Lang, tuple[str, ...]] = {
    "en": ("bottle", "jacket", "lamp", "snack", "pair of headphones", "stool", "cream", "kettle"),
    "zh": ("保温杯", "冲锋衣", "台灯", "饼干", "耳机", "凳子", "护手霜", "电水壶"),
}
YES: Mapping[Lang, tuple[str, ...]] = {
    "en": ("Yes.", "Yes, that's right.", "Yes!", "That's correct."), "zh": ("是的。", "对的～", "嗯，是的。", "没错。"),
}  # fmt: skip
NO: Mapping[Lang, tuple[str, ...]] = {
    "en": ("No.", "No, I'm afraid not.", "No, sorry.", "Unfortunately not."),
    "zh": ("不是的。", "不是。", "没有哦。", "不，抱歉。"),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One answer. `wrong` is the line in it that may not leave; '' where all of it may."""

    kind: str
    text: str
    half: Half
    lang: Lang
    question: str
    facts: Mapping[str, Any]
    passages: tuple[str, ...]
    wrong: str = ""


def half(line: str) -> Half:
    """Where a line belongs."""
    return HALVES[hashlib.sha256(line.encode()).digest()[0] % 2]


class Rows:
    """The answers of one language."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang
        self.data = tomllib.loads((HERE / "data" / f"proxy_{lang}.toml").read_text("utf-8"))
        self.talk: dict[str, list[str]] = self.data["talk"]
        self.products: list[dict[str, Any]] = self.data["product"]
        self.between = " " if lang == "en" else ""

    def all(self) -> Iterator[Row]:
        """Every answer of both halves."""
        for number, product in enumerate(self.products):
            yield from self._of_product(product, number)
        products = cycle(self.products)
        for line in self.data["policy_good"]:
            yield self._row("grounded", next(products), line)
        for kind in ("courtesy", "clarify", "person", "refusal"):
            for n, line in enumerate(self.talk[kind]):
                product = next(products)
                yield self._row("refusal" if kind == "refusal" else "talk", product, line)
                for other in self._beside(kind, line, n):
                    yield self._row("refusal" if kind == "refusal" else "talk", product, line, *other)
        for kind, times in (("unlawful", 8), ("personal", 11), ("harmful", 10)):
            for line in self.talk[kind]:
                for n in range(times):
                    product = self.products[n % len(self.products)]
                    said = line.replace("{kind}", KINDS[self.lang][n % len(self.products)])
                    yield self._row(kind, product, said, *self._before(line, product, n), wrong=True, key=line)

    def _of_product(self, product: Mapping[str, Any], number: int) -> Iterator[Row]:
        for kind, wrong in (("good", False), ("contradicted", True), ("invented", True)):
            name = kind if wrong else "grounded"
            for n, line in enumerate(product[kind]):
                yield self._row(name, product, line, wrong=wrong)
                yield self._row(name, product, line, *self._before(line, product, n + number), wrong=wrong)
                if wrong:
                    yield self._row(name, product, line, *self._before(line, product, n + number + 1), wrong=True)
                    yield self._row(name, product, line, *self._before(line, product, n + number + 5), wrong=True)
        for n, (question, holds) in enumerate(product["polar"]):
            for said, given in (("yes", YES[self.lang]), ("no", NO[self.lang])):
                for m in range(3 if holds != "open" else 2):
                    form = given[(n + number + m) % len(given)]
                    yield self._row("short wrong" if said != holds else "short", product, form, wrong=said != holds,
                                    question=question, key=question)  # fmt: skip

    def _beside(self, kind: str, line: str, n: int) -> Iterator[tuple[str, ...]]:
        """What is said with a line of talk."""
        mine = [one for one in self.talk["courtesy"] if half(one) == half(line) and one != line]
        if kind in {"clarify", "person", "refusal"}:
            yield ("<", mine[(3 * n) % len(mine)])
        if kind == "refusal":
            others = [one for one in (*self.talk["person"], *self.talk["clarify"]) if half(one) == half(line)]
            yield (">", others[(5 * n) % len(others)])
            yield ("<", mine[(7 * n + 1) % len(mine)])

    def _before(self, line: str, product: Mapping[str, Any], n: int) -> tuple[str, ...]:
        """What stands before or behind a line: nothing, a courtesy, something true."""
        mine = [one for one in self.talk["courtesy"] if half(one) == half(line)]
        true = [one for one in product["good"] if half(one) == half(line) and one != line] or list(product["good"])
        turn = n % 4
        if turn == 0:
            return ("<", mine[n % len(mine)])
        if turn == 1:
            return ("<", true[n % len(true)])
        if turn == 2:
            return (">", true[n % len(true)])
        return ("<>", mine[n % len(mine)], true[n % len(true)])

    def _row(
        self, kind: str, product: Mapping[str, Any], line: str, *beside: str, wrong: bool = False,
        question: str = "", key: str = "",
    ) -> Row:  # fmt: skip
        parts = [line]
        if beside:
            place, *others = beside
            at = {"<": len(others), ">": 0, "<>": 1}[place]
            parts = [*others[:at], line, *others[at:]]
        asks = question or ("Can you tell me more?" if self.lang == "en" else "能说说看吗？")
        return Row(
            kind=kind, text=self.between.join(parts), half=half(key or line), lang=self.lang, question=asks,
            facts=product["facts"], passages=tuple(self.data["passages"]), wrong=line if wrong else "",
        )  # fmt: skip


class Script:
    """A model's server that says what is written."""

    options = BackendOptions()

    def __init__(self, answer: str) -> None:
        self._answer = answer

    def stream(self, body: Mapping[str, Any]) -> Iterator[Heard]:
        """The answer; nothing where a sentence shall be mended."""
        text, self._answer = self._answer, "-"
        yield Heard(text=text, model="script")
        yield Heard(finish="stop")


class Remembering(Judge):
    """A judge that rules once on the same words."""

    known: dict[tuple[int, str], Ruling] = {}  # noqa: RUF012

    def rule(self, text: str) -> Ruling:
        """The ruling."""
        key = (id(self.facts), f"{self.asked}\n{text}" if hasattr(self, "asked") else text)
        if key not in self.known:
            self.known[key] = super().rule(text)
        return self.known[key]


def passed(row: Row, store: Store, policy: Policy, known: dict[Any, Ruling]) -> Done:
    """What becomes of an answer."""
    ground = Ground(facts=row.facts, evidence=[{"id": f"p{n}", "text": t} for n, t in enumerate(row.passages)],
                    lang=row.lang, market="us" if row.lang == "en" else "cn")  # fmt: skip
    script: Any = Script(row.text)
    body = {"model": "m", "messages": [{"role": "user", "content": row.question}]}
    passing = Proxy(store=store, relay=script).open(body, ground, Terms(policy=policy), actor="bench")
    judge = object.__new__(Remembering)
    for name in Judge.__slots__:
        object.__setattr__(judge, name, getattr(passing.judge, name))
    object.__setattr__(judge, "known", known)
    return Passing(
        relay=script, recorder=passing.recorder, judge=judge, scrub=passing.scrub, request=passing.request,
        ground=ground, policy=policy, heard=script.stream(body),
    ).whole()  # fmt: skip


def fates(row: Row, store: Store, known: dict[Any, Ruling]) -> dict[str, bool]:
    """By policy: whether a clean answer was stopped or cut, or a wrong line left in the guard's name."""
    out = {}
    for policy in get_args(Policy):
        done = passed(row, store, policy, known)
        if row.wrong:
            out[policy] = done.fate == "released" and row.wrong in done.text
        else:
            out[policy] = done.fate != "released" or done.left_out > 0
        if policy == "annotate" and row.wrong:
            out["annotate, marked"] = done.fate == "annotated"
    return out


def main() -> None:
    """Count and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=HALVES)
    parser.add_argument("--lang", choices=("en", "zh"))
    parser.add_argument("--every", type=int, default=1, help="every so manieth answer, for a look; nothing is kept")
    parser.add_argument("--show", action="store_true", help="answers of the dev half that came out wrong")
    given = parser.parse_args()
    path = HERE / "results" / "proxy.json"
    figures: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    for lang in get_args(Lang):
        for part in HALVES:
            if given.lang in {None, lang} and given.half in {None, part}:
                figures[f"{lang} {part}"] = counted(lang, part, show=given.show and part == "dev", every=given.every)
                print(lang, part, json.dumps(figures[f"{lang} {part}"], ensure_ascii=False, indent=1))
    if given.every > 1:
        return
    figures |= {"commit": commit(), "data_sha256": digest("proxy_*.toml")}
    path.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", "utf-8")


def counted(lang: Lang, part: Half, *, show: bool, every: int = 1) -> dict[str, Any]:
    """Shares by kind and policy."""
    rows = [r for r in Rows(lang).all() if r.half == part][::every]
    found: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    began = process_time()
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"{folder}/proxy.db")
        for row in rows:
            known: dict[Any, Ruling] = {}
            told = fates(row, store, known)
            for policy, bad in told.items():
                found[row.kind][policy].append(bad)
                found["all wrong" if row.wrong else "all clean"][policy].append(bad)
            if show and told["block"]:
                why = [] if row.wrong else sorted({f.rule for r in known.values() for f in r.findings})
                print("OUT" if row.wrong else "STOPPED", row.kind, "|", row.question, "|", row.text, "|", *why)
        store.close()
    return {
        kind: {policy: interval(sum(bad), len(bad)) for policy, bad in by.items()} for kind, by in sorted(found.items())
    } | {"cpu_seconds": round(process_time() - began, 1)}  # fmt: skip


if __name__ == "__main__":
    main()
