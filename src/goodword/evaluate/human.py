"""Ratings by people: a blind, shuffled sheet of texts, and what several raters' sheets together say.

Two sets of texts are rated side by side (which is better) or each on scales. The sheet does not tell which set a text
is from; the key stands in a file of its own. Agreement is Krippendorff's alpha (nominal for preferences, interval for
scales; Krippendorff 2004), which needs neither all raters to rate all items nor the same number of them.
"""

import csv
import json
import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Literal

import jinja2
import numpy as np

from goodword.catalogue.atomic import replacing
from goodword.catalogue.delimited import harmless
from goodword.errors import InputError
from goodword.train.metrics import Figure
from goodword.train.tables import table

Kind = Literal["pairs", "scales"]
SCALES = ("fluency", "accuracy", "usefulness")
CHOICES = {"1": "left", "2": "right", "0": "tie", "left": "left", "right": "right", "tie": "tie", "左": "left",
           "右": "right", "平": "tie"}  # fmt: skip
_DRAWS = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One thing to rate. In a pair `left` and `right` are shuffled; on scales `right` is empty."""

    id: str
    context: str
    left: str
    right: str
    sets: tuple[str, ...]  # what the sheet does not tell: the set of the left, of the right


@dataclass(frozen=True, kw_only=True, slots=True)
class Rating:
    """One answer: 'left', 'right' or 'tie' for the question 'better', 1 to 5 for a scale."""

    rater: str
    item: str
    question: str
    answer: str


def task(a: Path, b: Path, *, kind: Kind, seed: int, most: int = 0) -> list[Item]:
    """Items from two files of texts with the same ids (columns id, text, and, if there, context).

    Raises:
        InputError: no ids in common.
    """
    first, second = _texts(a), _texts(b)
    common = sorted(first.keys() & second.keys())
    if not common:
        raise InputError("the two files have no id in common", where=f"{a}, {b}", cure="Give both a column id")
    rng = random.Random(seed)  # noqa: S311 - a shuffle, no secret
    rng.shuffle(common)
    items: list[Item] = []
    for id_ in common[: most or None]:
        sides = [("A", first[id_][0]), ("B", second[id_][0])]
        rng.shuffle(sides)
        context = first[id_][1] or second[id_][1]
        if kind == "pairs":
            sets, texts = tuple(s for s, _ in sides), [t for _, t in sides]
            items.append(Item(id=str(len(items) + 1), context=context, left=texts[0], right=texts[1], sets=sets))
        else:
            items += [Item(id="", context=context, left=t, right="", sets=(s,)) for s, t in sides]
    if kind == "scales":
        rng.shuffle(items)
        items = [Item(id=str(n), context=i.context, left=i.left, right="", sets=i.sets) for n, i in enumerate(items, 1)]
    return items


def _texts(path: Path) -> dict[str, tuple[str, str]]:
    found = table(path)
    low = [n.casefold() for n in found.names]
    for name in ("id", "text"):
        if name not in low:
            raise InputError(f"there is no column {name!r}", where=str(path), cure="Give columns id and text")
    id_, text, context = low.index("id"), low.index("text"), low.index("context") if "context" in low else -1
    return {c[id_]: (c[text], c[context] if context >= 0 else "") for _, c in found.rows if c[text].strip()}


# ---------------------------------------------------------------- files


def heading(items: Sequence[Item]) -> list[str]:
    """The columns of a sheet; those to fill in come last."""
    if items and items[0].right:
        return ["id", "context", "left", "right", "better (1 left, 2 right, 0 tie)"]
    return ["id", "context", "text", *(f"{s} (1-5)" for s in SCALES)]


def write(items: Sequence[Item], sheet: Path) -> Path:
    """The sheet to fill in (CSV), and beside it the key; the key's path.

    Raises:
        InputError: it cannot be written there.
    """
    columns = heading(items)
    with replacing(sheet) as part, part.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(columns)
        for item in items:
            cells = [item.id, *map(harmless, (item.context, *texts_of(item)))]
            rows.writerow([*cells, *[""] * (len(columns) - len(cells))])
    key = sheet.with_name(f"{sheet.stem}.key.json")
    with replacing(key) as part:
        part.write_text(json.dumps({"sets": {i.id: i.sets for i in items}}, indent=1) + "\n", "utf-8")
    return key


def texts_of(item: Item) -> list[str]:
    """One text, or the two of a pair."""
    return [item.left, item.right] if item.right else [item.left]


def page(items: Sequence[Item], out: Path) -> None:
    """The same items as a page that opens without any server; what it saves is a filled sheet.

    Raises:
        InputError: it cannot be written there.
    """
    better = {"name": "better", "title": "Which is better? 哪个更好？",
              "choices": [["1", "left 左"], ["0", "tie 持平"], ["2", "right 右"]]}  # fmt: skip
    five = [[str(n), str(n)] for n in range(1, 6)]
    words = {"fluency": "通顺", "accuracy": "准确", "usefulness": "有用"}
    scales = [{"name": s, "title": f"{s} {words[s]} (1-5)", "choices": five} for s in SCALES]
    shown = [{"id": i.id, "context": i.context, "texts": texts_of(i)} for i in items]
    data = json.dumps({"items": shown, "heading": heading(items), "questions": [better] if items[0].right else scales,
                       "key": sha256(repr(items).encode()).hexdigest()[:16]}, ensure_ascii=False)  # fmt: skip
    source = files("goodword.data").joinpath("templates/rate.html").read_text("utf-8")
    with replacing(out) as part:
        safe = data.replace("<", "\\u003c")  # no text of an item can end the script element it stands in
        part.write_text(jinja2.Template(source, autoescape=False).render(items=items, data=safe), "utf-8")


def label_studio(items: Sequence[Item], out: Path) -> None:
    """The same items as tasks of Label Studio or records of Argilla (JSON with id, data, fields)."""
    tasks = [
        {"id": int(i.id), "data": {"item": i.id, "context": i.context, "left": i.left, "right": i.right},
         "fields": {"context": i.context, "left": i.left, "right": i.right}, "metadata": {"item": i.id}}
        for i in items
    ]  # fmt: skip
    with replacing(out) as part:
        part.write_text(json.dumps(tasks, ensure_ascii=False, indent=1) + "\n", "utf-8")


def read(sheets: Sequence[Path]) -> list[Rating]:
    """Ratings of filled sheets: CSV (one rater each, named like the file) or JSON exported by Label Studio.

    Raises:
        InputError: an answer that is none of those asked for.
    """
    out: list[Rating] = []
    for path in sheets:
        out += _exported(path) if path.suffix.lower() == ".json" else _filled(path)
    if not out:
        raise InputError(
            "nothing has been rated yet", where=", ".join(map(str, sheets)), cure="Fill in the last columns"
        )
    return out


def _filled(path: Path) -> list[Rating]:
    found = table(path)
    asked = {i: n.split(" ")[0] for i, n in enumerate(found.names) if n.split(" ")[0] in {"better", *SCALES}}
    if "id" not in found.names or not asked:
        raise InputError("this is no sheet of ratings", where=str(path), cure="Make one: goodword rate make")
    at = found.names.index("id")
    out = []
    for number, cells in found.rows:
        for i, question in asked.items():
            if given := cells[i].strip():
                where = f"{path}, row {number}, column {found.names[i]}"
                out.append(Rating(rater=path.stem, item=cells[at], question=question,
                                  answer=_answer(question, given, where)))  # fmt: skip
    return out


def _exported(path: Path) -> list[Rating]:
    """Label Studio's JSON: each annotation's choices and ratings, by who completed it."""
    try:
        tasks = json.loads(path.read_text("utf-8"))
        rows = [(a, t["data"]["item"]) for t in tasks for a in t.get("annotations", [])]
        found = [(str(a.get("completed_by", path.stem)), item, r["from_name"], r["value"]) for a, item in rows
                 for r in a["result"]]  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError("this is no export of Label Studio", where=str(path), cure="Export as JSON") from None
    out = []
    for rater, item, question, value in found:
        given = str(value["choices"][0] if "choices" in value else value.get("rating", ""))
        if question in {"better", *SCALES}:
            out.append(Rating(rater=rater, item=str(item), question=question,
                              answer=_answer(question, given, f"{path}, item {item}")))  # fmt: skip
    return out


def _answer(question: str, given: str, where: str) -> str:
    if question == "better":
        if given.casefold() not in CHOICES:
            raise InputError(f"{given!r} is no answer", where=where, cure="Write 1 for left, 2 for right, 0 for a tie")
        return CHOICES[given.casefold()]
    if given not in {"1", "2", "3", "4", "5"}:
        raise InputError(f"{given!r} is no answer", where=where, cure="Write a number from 1 to 5")
    return given


# ---------------------------------------------------------------- what they say


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """What the raters say of one question; `figures` by set: share preferred (ties half), or mean on the scale."""

    question: str
    ratings: int
    raters: tuple[str, ...]
    figures: Mapping[str, Figure]
    difference: Figure  # B less A
    alpha: float | None  # None where no item has two raters
    disputed: tuple[str, ...]  # items on which the raters are furthest apart


def summarised(ratings: Sequence[Rating], key: Path, *, seed: int = 0) -> list[Result]:
    """One result for each question.

    Raises:
        InputError: the key is missing or another task's.
    """
    try:
        held = json.loads(key.read_text("utf-8"))
        sets = {k: tuple(v) for k, v in held["sets"].items()}
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError("the key cannot be read", where=str(key), cure="It was made with the sheet") from None
    if strange := [r.item for r in ratings if r.item not in sets]:
        raise InputError(f"the key does not know item {strange[0]!r}", where=str(key), cure="Name the sheet's own key")
    return [_result(q, [r for r in ratings if r.question == q], sets, seed)
            for q in dict.fromkeys(r.question for r in ratings)]  # fmt: skip


def _result(question: str, ratings: Sequence[Rating], sets: Mapping[str, tuple[str, ...]], seed: int) -> Result:
    by_item: dict[str, list[tuple[str, float]]] = defaultdict(list)  # (set, value) by item
    codes: dict[str, dict[str, float]] = defaultdict(dict)
    for r in ratings:
        if question == "better":
            b = {"tie": 0.5}.get(r.answer, float(sets[r.item][0 if r.answer == "left" else 1] == "B"))
            by_item[r.item] += [("A", 1 - b), ("B", b)]
            codes[r.item][r.rater] = b
        else:
            by_item[r.item].append((sets[r.item][0], float(r.answer)))
            codes[r.item][r.rater] = float(r.answer)
    items = list(by_item)
    rng = np.random.default_rng(seed)
    drawn = [_means([by_item[items[i]] for i in rng.integers(len(items), size=len(items))]) for _ in range(_DRAWS)]
    now = _means([by_item[i] for i in items])
    spread = {i: max(c.values()) - min(c.values()) for i, c in codes.items() if len(c) > 1}
    disputed = sorted((i for i, s in spread.items() if s > 0), key=lambda i: (-spread[i], int(i)))
    return Result(
        question=question, ratings=len(ratings), raters=tuple(sorted({r.rater for r in ratings})),
        figures={s: _figure(now.get(s), [d[s] for d in drawn if s in d]) for s in ("A", "B")},
        difference=_figure(now["B"] - now["A"] if len(now) == 2 else None,
                           [d["B"] - d["A"] for d in drawn if len(d) == 2]),
        alpha=alpha(list(codes.values()), nominal=question == "better"), disputed=tuple(disputed[:10]),
    )  # fmt: skip


def _means(items: Sequence[Sequence[tuple[str, float]]]) -> dict[str, float]:
    sums, counts = Counter[str](), Counter[str]()
    for item in items:
        for name, value in item:
            sums[name] += value  # type: ignore[assignment]
            counts[name] += 1
    return {name: sums[name] / counts[name] for name in counts}


def _figure(value: float | None, drawn: Sequence[float]) -> Figure:
    if value is None or not drawn:
        return Figure(value=float("nan"), low=float("nan"), high=float("nan"))
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Figure(value=value, low=float(low), high=float(high))


def alpha(units: Sequence[Mapping[str, float]], *, nominal: bool) -> float | None:
    """Krippendorff's alpha of units (rater → value); None where no unit has two values or all values are alike.

    One less the disagreement within units over the disagreement expected by chance, from the coincidences of values.
    """
    values = sorted({v for u in units for v in u.values()})
    place = {v: i for i, v in enumerate(values)}
    coincidences = np.zeros((len(values), len(values)))
    for unit in units:
        if len(unit) < 2:
            continue
        counts = np.zeros(len(values))
        for v in unit.values():
            counts[place[v]] += 1
        coincidences += (np.outer(counts, counts) - np.diag(counts)) / (len(unit) - 1)
    total = coincidences.sum()
    margins = coincidences.sum(axis=0)
    if total == 0:
        return None
    held = np.array(values)
    far = (held[:, None] != held[None, :]).astype(float) if nominal else (held[:, None] - held[None, :]) ** 2
    expected = (np.outer(margins, margins) - np.diag(margins)) / (total - 1)
    chance = float((expected * far).sum())
    return 1 - float((coincidences * far).sum()) / chance if chance > 0 else None


# ---------------------------------------------------------------- filling in at the terminal


@dataclass(frozen=True, kw_only=True, slots=True)
class Open:
    """An item of a sheet that a rater has not answered."""

    id: str
    context: str
    texts: tuple[tuple[str, str], ...]  # ('left', …), ('right', …), or ('text', …)
    questions: tuple[str, ...]


def unrated(sheet: Path) -> list[Open]:
    """What is left to rate.

    Raises:
        InputError: it is no sheet.
    """
    found = table(sheet)
    asked = [i for i, n in enumerate(found.names) if n.split(" ")[0] in {"better", *SCALES}]
    if "id" not in found.names or not asked:
        raise InputError("this is no sheet of ratings", where=str(sheet), cure="Make one: goodword rate make")
    shown = [i for i, n in enumerate(found.names) if n in {"left", "right", "text"}]
    at, context = found.names.index("id"), found.names.index("context")
    return [
        Open(id=c[at], context=c[context], texts=tuple((found.names[i], c[i]) for i in shown),
             questions=tuple(found.names[i].split(" ")[0] for i in asked))
        for _, c in found.rows if not all(c[i].strip() for i in asked)
    ]  # fmt: skip


def valid(question: str, given: str) -> bool:
    """Whether that answers the question."""
    return given.casefold() in CHOICES if question == "better" else given in {"1", "2", "3", "4", "5"}


def note(sheet: Path, item: Open, answers: Sequence[str]) -> None:
    """Write one item's answers into a sheet."""
    found = table(sheet)
    asked = [i for i, n in enumerate(found.names) if n.split(" ")[0] in {"better", *SCALES}]
    with replacing(sheet) as part, part.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(found.names)
        for _, cells in found.rows:
            mine = list(cells)
            if mine[found.names.index("id")] == item.id:
                for i, answer in zip(asked, answers, strict=True):
                    mine[i] = answer
            rows.writerow(mine)
