"""Results as files: one HTML page, CSV or JSONL, as they come. Each takes its name when it is whole, or not at all."""

import csv
import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import IO, Any, Protocol

import jinja2

from goodword.catalogue.atomic import replacing
from goodword.errors import InputError
from goodword.jobs import shape
from goodword.jobs.describe import Described

_COLUMNS = (
    "sku",
    "lang",
    "market",
    "channel",
    "ruling",
    "text",
    "label",
    "aigc",
    "made_by",
    "note",
    "facts",
    "findings",
    "ledger",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Output(Protocol):
    """A file that takes results one by one."""

    def add(self, result: Described) -> None:
        """Take one result."""
        ...

    def finish(self) -> None:
        """Write what could only be written at the end."""
        ...


@contextmanager
def opened(out: Path, *, shop: str = "", per_product: int = 2) -> Iterator[Output]:
    """An output in the format of the file's suffix: .html, .csv or .jsonl. An error within leaves no file.

    Args:
        per_product: texts of one product, so that a page can show them together.

    Raises:
        InputError: another suffix, or the file cannot be written.
    """
    suffix = out.suffix.lower()
    if suffix not in {".html", ".csv", ".jsonl"}:
        raise InputError(f"cannot write {out.suffix or 'a file without suffix'}", where=str(out),
                         cure="Name it .html, .csv or .jsonl")  # fmt: skip
    out.parent.mkdir(parents=True, exist_ok=True)
    with (
        replacing(out) as part,
        part.open("w", encoding="utf-8", newline="") as file,
        tempfile.TemporaryFile("w+", encoding="utf-8", dir=out.parent) as body,
    ):
        output: Output = _Csv(file) if suffix == ".csv" else _Jsonl(file)
        if suffix == ".html":
            output = _Html(file, body, shop or out.stem, per_product)
        yield output
        output.finish()


def write(results: Iterable[Described], out: Path, *, shop: str = "", per_product: int = 2) -> None:
    """Write results that are all at hand; see `opened`."""
    with opened(out, shop=shop, per_product=per_product) as output:
        for result in results:
            output.add(result)


class _Jsonl:
    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def add(self, result: Described) -> None:
        self._file.write(json.dumps(shape.described(result), ensure_ascii=False) + "\n")

    def finish(self) -> None:
        """A line is whole as it is."""


class _Csv:
    """UTF-8 with a byte-order mark, since spreadsheets read Chinese from no other CSV."""

    def __init__(self, file: IO[str]) -> None:
        file.write("\ufeff")
        self._writer = csv.writer(file)
        self._writer.writerow(_COLUMNS)

    def add(self, result: Described) -> None:
        row = shape.described(result)
        label = row["label"] or {"text": "", "metadata": ""}
        facts = {e["fact"] for s in row["sentences"] for e in s["evidence"]}
        self._writer.writerow(_safe(c) for c in (
            row["sku"], row["lang"], row["market"], row["channel"], row["ruling"], row["text"] or "", label["text"],
            label["metadata"], row["made_by"]["backend"], row["made_by"]["note"], " ".join(sorted(facts)),
            "; ".join(f["rule"] for f in row["findings"]), row["ledger"] or "",
        ))  # fmt: skip

    def finish(self) -> None:
        """A row is whole as it is."""


def _safe(cell: object) -> object:
    """A cell a spreadsheet would run as a formula gets an apostrophe before it."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


class _Html:
    """The articles go to a file beside the page, for the tally above them is known last."""

    def __init__(self, file: IO[str], body: IO[str], shop: str, per_product: int) -> None:
        self._file, self._body, self._shop, self._per_product = file, body, shop, per_product
        self._waiting: dict[str, list[Described]] = {}
        self._outcomes: Counter[str] = Counter()
        self._products, self._aigc = 0, ""

    def add(self, result: Described) -> None:
        group = self._waiting.setdefault(result.product.sku, [])
        group.append(result)
        self._outcomes[result.outcome] += 1
        if result.statement and not self._aigc:
            marks = json.loads(result.statement.mark.metadata)
            self._aigc = json.dumps(marks["AIGC"]) if "AIGC" in marks else ""
        if len(group) >= self._per_product:
            self._article(self._waiting.pop(result.product.sku))

    def finish(self) -> None:
        for group in self._waiting.values():
            self._article(group)
        tally = [("products 商品", self._products), ("released 已发布", self._outcomes["released"]),
                 ("held 待审", self._outcomes["held"]), ("refused 已拒绝", self._outcomes["refused"])]  # fmt: skip
        marker = "\x00"
        page = _template("report.html").render(
            shop=self._shop, tally=tally, body=marker, aigc=self._aigc,
            footer="Every text with a label on this page is AI-generated (AI生成) from the shop's product data.",
        )  # fmt: skip
        before, after = page.split(marker)
        self._file.write(before)
        self._body.seek(0)
        shutil.copyfileobj(self._body, self._file)
        self._file.write(after)

    def _article(self, group: Sequence[Described]) -> None:
        self._products += 1
        self._body.write(_template("product.html").render(p=_product(sorted(group, key=lambda r: r.draft.lang))))


@cache
def _template(name: str) -> jinja2.Template:
    environment = jinja2.Environment(autoescape=True, trim_blocks=True)
    return environment.from_string(files("goodword.data").joinpath(f"templates/{name}").read_text("utf-8"))


def _product(group: Sequence[Described]) -> dict[str, Any]:
    product = group[0].product
    texts = {f.id: f"{f.name}: {f.text}" for f in product.facts}
    return {
        "sku": product.sku,
        "title": " · ".join(dict.fromkeys(f.text for f in product.facts if f.key == "title")) or product.sku,
        "product_class": product.product_class,
        "held": any(r.outcome != "released" for r in group),
        "texts": [_text(r) for r in group],
        "conflicts": [f"{c.key}: {c.reason}" for c in product.conflicts],
        "left_out": [
            f"{texts.get(x.fact, x.fact)} ({x.reason})" for x in group[0].left_out if x.reason != "not for copy"
        ],
    }


def _text(result: Described) -> dict[str, Any]:
    draft, facts = result.draft, {f.id: f for f in result.product.facts}
    sentences = []
    for i, s in enumerate(draft.sentences):
        end = draft.sentences[i + 1].start if i + 1 < len(draft.sentences) else len(draft.text)
        why = [[facts[f].name, facts[f].text, f"{facts[f].source.uri.rsplit('/')[-1]}, {facts[f].source.locator}"]
               for f in s.facts if f in facts]  # fmt: skip
        sentences.append({"text": draft.text[s.start : s.end], "after": draft.text[s.end : end], "locked": s.locked,
                          "why": json.dumps(why, ensure_ascii=False)})  # fmt: skip
    return {
        "lang": draft.lang, "market": draft.market, "released": result.outcome == "released", "ruling": result.outcome,
        "by": draft.made_by.backend, "sentences": sentences,
        "label": result.statement.mark.text if result.statement else "", "note": draft.made_by.note,
        "errors": [c.error for c in result.ruling.checks if c.error],
        "findings": [{"quote": draft.text[f.start : f.end], "advice": f.advice, "authority": f.authority}
                     for f in result.ruling.findings],
    }  # fmt: skip
