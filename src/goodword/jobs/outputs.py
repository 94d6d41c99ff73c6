"""Results as files: one HTML page, CSV or JSONL. Each is written whole or not at all."""

import csv
import json
import os
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import IO, Any

import jinja2

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
    "facts",
    "findings",
    "ledger",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write(results: Sequence[Described], out: Path, *, shop: str = "") -> None:
    """Write results in the format of the file's suffix: .html, .csv or .jsonl.

    Raises:
        InputError: another suffix, or the file cannot be written.
    """
    makers = {".html": _html, ".csv": _csv, ".jsonl": _jsonl}
    maker = makers.get(out.suffix.lower())
    if maker is None:
        raise InputError(f"cannot write {out.suffix or 'a file without suffix'}", where=str(out),
                         cure="Name it .html, .csv or .jsonl")  # fmt: skip
    with _whole(out) as file:
        maker(results, file, shop or out.stem)


@contextmanager
def _whole(out: Path) -> Iterator[IO[str]]:
    """A file that takes its name only when it is complete."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", where=str(out)) from None
    part = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            yield file
        part.chmod(0o644)
        part.replace(out)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _jsonl(results: Iterable[Described], file: IO[str], _: str) -> None:
    for result in results:
        file.write(json.dumps(shape.described(result), ensure_ascii=False) + "\n")


def _csv(results: Iterable[Described], file: IO[str], _: str) -> None:
    """UTF-8 with a byte-order mark, since spreadsheets read Chinese from no other CSV."""
    file.write("\ufeff")
    writer = csv.writer(file)
    writer.writerow(_COLUMNS)
    for result in results:
        row = shape.described(result)
        label = row["label"] or {"text": "", "metadata": ""}
        facts = {e["fact"] for s in row["sentences"] for e in s["evidence"]}
        writer.writerow(_safe(c) for c in (
            row["sku"], row["lang"], row["market"], row["channel"], row["ruling"], row["text"] or "", label["text"],
            label["metadata"], row["made_by"]["backend"], " ".join(sorted(facts)),
            "; ".join(f["rule"] for f in row["findings"]), row["ledger"] or "",
        ))  # fmt: skip


def _safe(cell: object) -> object:
    """A cell a spreadsheet would run as a formula gets an apostrophe before it."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _html(results: Sequence[Described], file: IO[str], shop: str) -> None:
    environment = jinja2.Environment(autoescape=True, trim_blocks=True)
    template = environment.from_string(files("goodword.data").joinpath("templates/report.html").read_text("utf-8"))
    by_sku: dict[str, list[Described]] = {}
    for result in results:
        by_sku.setdefault(result.product.sku, []).append(result)
    outcomes = Counter(r.outcome for r in results)
    tally = [("products 商品", len(by_sku)), ("released 已发布", outcomes["released"]),
             ("held 待审", outcomes["held"]), ("refused 已拒绝", outcomes["refused"])]  # fmt: skip
    marks = [r.statement.mark.metadata for r in results if r.statement]
    aigc = json.dumps(json.loads(marks[0])["AIGC"]) if marks else ""
    file.write(template.render(
        shop=shop, tally=tally, products=[_product(group) for group in by_sku.values()], aigc=aigc,
        footer="Every text on this page is AI-generated (AI生成) from the shop's product data.",
    ))  # fmt: skip


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
        "label": result.statement.mark.text if result.statement else "",
        "errors": [c.error for c in result.ruling.checks if c.error],
        "findings": [{"quote": draft.text[f.start : f.end], "advice": f.advice, "authority": f.authority}
                     for f in result.ruling.findings],
    }  # fmt: skip
