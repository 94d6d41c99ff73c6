"""The guard: run every check, merge what they say, and rule. What cannot be checked is held, never passed."""

from collections.abc import Sequence
from time import perf_counter, thread_time
from typing import cast

from goodword.guard import blocks
from goodword.guard.base import Check, CheckResult, Matter
from goodword.guard.queueing import Turns
from goodword.plugins import load as load_plugin
from goodword.types import CheckRun, Finding, Label, Outcome, Ruling, Verdict

CHECKS = ("form", "language", "grounding", "ad_law", "personal", "harm")
_TURNS = Turns()
_PATIENCE = 10  # a busy machine may let a check wait this many times its budget


def review(matter: Matter, *, checks: Sequence[str | Check] = CHECKS, budget_ms: float = 2000.0) -> Ruling:
    """Judge a text.

    Args:
        checks: names of plug-ins in guard/checks/, or check objects.
        budget_ms: a check that works longer than this holds the text, and so does one that lasts ten times as long
            because the machine is busy with other things.

    A text of more than `blocks.LONGEST` characters is held by every check: no check is let run for minutes.
    """
    verdicts: list[Verdict] = []
    findings: list[Finding] = []
    runs: list[CheckRun] = []
    with _TURNS:
        for given in checks:
            check = cast("Check", load_plugin("guard.checks", given)) if isinstance(given, str) else given
            result, run = _run(check, matter, budget_ms)
            verdicts += result.verdicts
            findings += result.findings
            runs.append(run)
    label = _label(findings, runs)
    return Ruling(
        outcome=_outcome(label, runs),
        label=label,
        verdicts=tuple(sorted(verdicts, key=lambda v: v.claim.start)),
        findings=tuple(sorted(_once(findings), key=lambda f: f.start)),
        checks=tuple(runs),
    )


def _run(check: Check, matter: Matter, budget_ms: float) -> tuple[CheckResult, CheckRun]:
    result, error = CheckResult(), ""
    began, worked = perf_counter(), thread_time()
    if matter.lang not in check.LANGS:
        error = f"does not cover {matter.lang}"
    else:
        try:
            if prepare := getattr(check, "prepare", None):
                prepare()  # opens models, once a process: no part of the time a text takes
            blocks.admit(matter.text, blocks.LONGEST)
            began, worked = perf_counter(), thread_time()
            result = check.run(matter)
        except Exception as failure:  # noqa: BLE001 - whatever went wrong, the text is held and the reason recorded
            error = f"{type(failure).__name__}: {failure}"
    ms, work_ms = (perf_counter() - began) * 1000, (thread_time() - worked) * 1000
    if not error and (work_ms > budget_ms or ms > _PATIENCE * budget_ms):
        error = f"took {ms:.0f} ms of {budget_ms:.0f}"
    return result, CheckRun(name=check.NAME, version=check.VERSION, ms=round(ms, 3), error=error)


def _once(findings: Sequence[Finding]) -> list[Finding]:
    """Of several checks that say as much of the same words, the first."""
    return list({(f.start, f.end, f.severity): f for f in reversed(findings)}.values())


def _label(findings: Sequence[Finding], runs: Sequence[CheckRun]) -> Label:
    worst = {f.severity for f in findings}
    if "block" in worst:
        return "violation"
    return "needs_evidence" if "needs_evidence" in worst or any(r.error for r in runs) else "ok"


def _outcome(label: Label, runs: Sequence[CheckRun]) -> Outcome:
    if label == "violation":
        return "refused"
    return "released" if label == "ok" else "held"
