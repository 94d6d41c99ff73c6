"""A small search for better options, within a budget: random draws, the worse two thirds dropped round by round.

Successive halving (Jamieson & Talwalkar, AISTATS 2016) over shares of the training rows. The recipe as it stands is the
first draw, so a search never ends below it on the validation rows. Each trial is noted in a journal as it ends; a
search that was killed goes on after the last one.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from math import exp, log
from pathlib import Path
from typing import Any

import numpy as np

from goodword.errors import InputError
from goodword.train.base import Job, Learner, Step
from goodword.train.stop import validation

_SHARES = (0.25, 0.5, 1.0)
_KEEP = 3  # one in so many goes on


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """Options tried, on what share of the rows, and the validation macro-F1."""

    changes: Mapping[str, Any]
    share: float
    score: float
    loss: float


def search(learner: Learner, job: Job, space: Mapping[str, Any], *, trials: int, seconds: float = 0.0) -> list[Trial]:
    """The trials, the best first. `seconds` ends the search after that time (0: never).

    Raises:
        InputError: the recipe has no ranges to search.
    """
    if not space:
        raise InputError("this recipe names no ranges to search", where="recipe", cure="Add a table [search]")
    rng = np.random.default_rng([job.seed, 1])
    rest: list[Mapping[str, Any]] = [{}, *(drawn(space, rng) for _ in range(max(0, trials - 1)))]
    journal = _Journal(job, space)
    began, done, total = time.monotonic(), 0, _rounds(trials)
    found: list[Trial] = []
    order = np.random.default_rng([job.seed, 2]).permutation(len(job.train))
    for share in _SHARES:
        rows = job.train.take(np.sort(order[: max(50, round(share * len(order)))]))
        found = []
        for changes in rest:
            if seconds and found and time.monotonic() - began > seconds:
                break
            found.append(journal.get(changes, share) or journal.add(_tried(learner, job, rows, changes, share)))
            done += 1
            job.watch(Step(done=done, total=total, unit="trial", metric=max(t.score for t in found)))
        found.sort(key=lambda t: (-t.score, t.loss))
        rest = [t.changes for t in found[: max(1, len(found) // _KEEP)]]
        if seconds and time.monotonic() - began > seconds:
            break
    return found


def _rounds(trials: int) -> int:
    total, left = 0, trials
    for _ in _SHARES:
        total += left
        left = max(1, left // _KEEP)
    return total


def _tried(learner: Learner, job: Job, rows: Any, changes: Mapping[str, Any], share: float) -> Trial:
    options = {**job.options, **changes, **({"refit": False} if "refit" in job.options else {})}
    part = replace(job, train=rows, options=options, work=job.work / "search", watch=lambda step: None)
    logits = learner.fit(part).classifier.logits(job.valid.texts, job.valid.pairs)
    figures = validation(logits, job.valid.codes(job.labels), job.labels)
    return Trial(changes=changes, share=share, score=figures["valid_macro_f1"], loss=figures["valid_loss"])


def drawn(space: Mapping[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """One value from each range: of `choices`, or from `low` to `high`, evenly or by the logarithm.

    Raises:
        InputError: a range that is neither.
    """
    out: dict[str, Any] = {}
    for name, given in space.items():
        if not isinstance(given, dict) or not ("choices" in given or {"low", "high"} <= set(given)):
            raise InputError(f"the range of {name} is not known", where="recipe",
                             cure="Write { low = …, high = … } or { choices = […] }")  # fmt: skip
        if "choices" in given:
            out[name] = given["choices"][int(rng.integers(len(given["choices"])))]
        elif given.get("log"):
            out[name] = float(f"{exp(rng.uniform(log(given['low']), log(given['high']))):.4g}")
        else:
            out[name] = float(f"{rng.uniform(given['low'], given['high']):.4g}")
    return out


class _Journal:
    """Trials done, one line each."""

    def __init__(self, job: Job, space: Mapping[str, Any]) -> None:
        key = json.dumps([job.train.sha256, len(job.train), dict(job.options), dict(space), job.seed], default=str)
        self._path: Path = job.work / f"search-{sha256(key.encode()).hexdigest()[:12]}.jsonl"
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._known: dict[str, Trial] = {}
        for line in self._path.read_text("utf-8").splitlines() if self._path.is_file() else ():
            try:
                row = json.loads(line)
            except ValueError:  # cut off by a kill
                continue
            self._known[_name(row["changes"], row["share"])] = Trial(**row)

    def get(self, changes: Mapping[str, Any], share: float) -> Trial | None:
        return self._known.get(_name(changes, share))

    def add(self, trial: Trial) -> Trial:
        row = {"changes": dict(trial.changes), "share": trial.share, "score": trial.score, "loss": trial.loss}
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
        return trial


def _name(changes: Mapping[str, Any], share: float) -> str:
    return json.dumps([dict(changes), share], sort_keys=True)
