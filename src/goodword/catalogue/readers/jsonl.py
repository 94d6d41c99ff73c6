"""JSON Lines: one product on each line as an object, nested objects as facts of their own names."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from goodword.catalogue.base import BadRow, ColumnMap, Head, ReadPlan, Row, Step
from goodword.catalogue.encoding import Line, lines
from goodword.catalogue.json_edit import TwiceError, loads, why
from goodword.catalogue.objects import Objects, columns_of, flat
from goodword.catalogue.problems import bad, faulty
from goodword.types import Record

NAME = "jsonl"


def recognises(head: Head) -> float:
    """The first line is an object, and not a schema.org one."""
    line = next((w for w in head.text.splitlines() if w.strip()), "").strip()
    looks = line.startswith("{") and '"' in line and ":" in line and not line.endswith(("{", "[", ",", ":"))
    return 0.7 if looks and '"@type"' not in line and '"@context"' not in line else 0.0


def columns(head: Head, *, heading_row: int | None = None, sheet: str = "") -> ColumnMap:
    """The guessed use of the names in the first lines; later names are guessed as they come."""
    sample = []
    for line in head.text.splitlines()[:200]:
        try:
            value = loads(line) if line.strip() else None
        except ValueError:
            continue
        sample += [dict(flat(value))] if isinstance(value, dict) else []
    return columns_of(sample)


_KINDS: dict[type, str] = {list: "an array", str: "a string", int: "a number", float: "a number", bool: "true or false"}


def walk(path: Path, plan: ReadPlan) -> Iterator[Step]:
    """Every line with what came of it."""
    plan = replace(plan, counted="line")
    objects = Objects(plan)
    for number, line in enumerate(lines(path, plan.survey), 1):
        step = Step([Row(number, [line.text], line.raw)])
        if line.text.strip():
            outcome = _outcome(line, number, objects, plan)
            step.outcomes.append(outcome)
            if isinstance(outcome, Record):
                step.sku, step.fill = outcome.sku, (0,)
        yield step


def _outcome(line: Line, number: int, objects: Objects, plan: ReadPlan) -> Record | BadRow:
    if not line.ok:
        return faulty(Row(number, [], line.raw, "bytes", {"encoding": plan.survey.encoding.upper()}), plan)
    if "\0" in line.text:
        return faulty(Row(number, [], line.raw, "nul"), plan)
    try:
        value = loads(line.text.strip())
    except TwiceError as problem:
        return bad("json_twice", plan, number, problem.name, raw=line.text)
    except ValueError as problem:
        return bad("json", plan, number, raw=line.text, why=why(problem))
    if not isinstance(value, dict):
        return bad("not_object", plan, number, raw=line.text, found=_KINDS.get(type(value), "null"))
    return objects.outcome(value, number, line.text)


def read(path: Path, plan: ReadPlan) -> Iterator[Record | BadRow]:
    """Every product and every bad line."""
    for step in walk(path, plan):
        yield from step.outcomes
