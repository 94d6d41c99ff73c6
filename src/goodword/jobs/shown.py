"""A ruled text for a person: cut where claims and findings begin and end, each stretch with its stance and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

import jinja2

from goodword.types import Finding, Ruling, Stance, Verdict

# Where claims overlap, the gravest shows.
_GRAVITY: tuple[Stance, ...] = ("refuted", "silent", "opinion", "supported", "courtesy")


@dataclass(frozen=True, kw_only=True, slots=True)
class Stretch:
    """A stretch of a text; `stance` is None where nothing is claimed."""

    text: str
    stance: Stance | None
    verdicts: tuple[Verdict, ...]
    findings: tuple[Finding, ...]


def stretches(text: str, ruling: Ruling) -> tuple[Stretch, ...]:
    """The whole text in order, nothing lost and nothing twice."""
    spans = [(v.claim.start, v.claim.end) for v in ruling.verdicts] + [(f.start, f.end) for f in ruling.findings]
    cuts = sorted({0, len(text), *(min(max(0, at), len(text)) for span in spans for at in span)})
    return tuple(_stretch(text, a, b, ruling) for a, b in pairwise(cuts))


def _stretch(text: str, start: int, end: int, ruling: Ruling) -> Stretch:
    verdicts = tuple(v for v in ruling.verdicts if v.claim.start <= start and end <= v.claim.end)
    found = tuple(f for f in ruling.findings if f.start <= start and end <= f.end)
    stances = {v.stance for v in verdicts}
    stance = next((s for s in _GRAVITY if s in stances), None)
    if found and stance in {None, "supported", "courtesy"}:
        stance = "refuted" if any(f.severity == "block" for f in found) else "silent"
    return Stretch(text=text[start:end], stance=stance, verdicts=verdicts, findings=found)


def page(rows: Iterable[tuple[str, str, Ruling]], title: str) -> str:
    """One self-contained HTML page of (id, text, ruling)."""
    return _template().render(title=title, rows=[_row(name, text, ruling) for name, text, ruling in rows])


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(autoescape=True, trim_blocks=True)
    return environment.from_string(files("goodword.data").joinpath("templates/check.html").read_text("utf-8"))


def _row(name: str, text: str, ruling: Ruling) -> dict[str, Any]:
    return {
        "id": name, "label": ruling.label, "stretches": [(s, why(s)) for s in stretches(text, ruling)],
        "findings": [_finding(f, text) for f in ruling.findings],
        "evidence": _evidence(ruling.verdicts, text),
        "errors": [f"{c.name}: {c.error}" for c in ruling.checks if c.error],
        "ms": round(sum(c.ms for c in ruling.checks), 1),
    }  # fmt: skip


def _finding(found: Finding, text: str) -> dict[str, str]:
    return {"quote": text[found.start : found.end], "rule": found.rule, "severity": found.severity,
            "authority": found.authority, "advice": found.advice}  # fmt: skip


def _evidence(verdicts: Sequence[Verdict], text: str) -> list[dict[str, str]]:
    rows = [{"claim": text[v.claim.start : v.claim.end], "stance": v.stance, "fact": e.ref.partition("#")[2] or e.ref,
             "quote": e.quote} for v in verdicts for e in v.evidence]  # fmt: skip
    return list({tuple(r.values()): r for r in rows}.values())


def why(stretch: Stretch) -> str:
    """What a person who points at a stretch is told, one line each."""
    lines = [f"{e.ref.partition('#')[2] or e.ref}: {e.quote}" for v in stretch.verdicts for e in v.evidence]
    lines += [f"{f.advice} [{f.authority}]" for f in stretch.findings]
    return "\n".join(dict.fromkeys(lines))
