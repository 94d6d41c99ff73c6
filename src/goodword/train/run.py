"""One training run, from a file of labelled texts to a bundle: the same steps for every recipe."""

import shutil
import time as clock
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from goodword.models import bundle
from goodword.models.bundle import Floats, softmax
from goodword.train import card, cost, metrics, search, slices
from goodword.train.base import Job, Learner, Step, Trained
from goodword.train.corpus import Cleaning, Corpus, as_dict, read
from goodword.train.recipe import Recipe
from goodword.train.split import Split, split
from goodword.train.tasks import Task

Ints = NDArray[np.int64]
PREDICTIONS = "test.npz"


def _quiet(_: Step) -> None:
    """Nobody watches."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """What is to be trained, of what, and how it is judged."""

    task: Task
    data: Path
    recipe: Recipe
    out: Path
    seed: int = 0
    test: Path | None = None  # a test set of its own
    text: str = ""
    label: str = ""
    pair: str = ""
    group: str = ""
    time: str = ""
    slices: Sequence[str] = ()
    licence: str = ""
    test_share: float = 0.2
    valid_share: float = 0.16  # a fifth of what the test leaves
    trials: int = 0  # of a search for better options; 0: none
    seconds: float = 0.0  # after which the search ends; 0: never
    energy: str = "model"  # or codecarbon
    watch: Callable[[Step], None] = field(default=_quiet)


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """A finished run."""

    folder: Path
    manifest: dict[str, Any]
    cleaning: Cleaning
    split: Split


def corpora(order: Order) -> tuple[Split, Cleaning]:
    """The rows of an order, cleaned and split.

    Raises:
        InputError: what `corpus.read` and `split.split` refuse.
    """
    keep = [c for c in (order.group, order.time, *order.slices) if c]
    columns = {"text": order.text, "label": order.label, "pair": order.pair}
    rows, told = read(order.data, order.task, **columns, keep=keep)
    given: Corpus | None = None
    if order.test:
        given, _ = read(order.test, order.task, **columns, keep=keep)
    parts = split(rows, seed=order.seed, test=order.test_share, valid=order.valid_share, group=order.group,
                  time=order.time, given_test=given)  # fmt: skip
    return parts, told


def run(order: Order) -> Done:
    """Train, judge and write a bundle: weights, what the model said of each test row, cards, and a page of curves.

    A run that was killed goes on from its last whole epoch or trial when the same order is given again.

    Raises:
        InputError: bad data, options or place. Nothing is written then.
        MissingExtra: the recipe needs a library that is not installed.
    """
    bundle.free(order.out)
    parts, told = corpora(order)
    learner = order.recipe.open()
    job = job_of(order, parts)
    meter = cost.Meter(order.energy)
    try:
        options, searched = _searched(order, learner, job)
        trained = learner.fit(replace(job, options=options))
    except BaseException:
        _tidied(job.work)
        raise
    recipe = replace(order.recipe, options=options)
    manifest, truth, chances = judged(replace(order, recipe=recipe), parts, trained, told, meter.stop())
    manifest["search"] = searched

    def fill(folder: Path) -> None:
        trained.save(folder)
        with (folder / PREDICTIONS).open("wb") as file:
            np.savez_compressed(file, rows=parts.test.rows, truth=truth.astype(np.int32), groups=parts.groups,
                                chances=chances.astype(np.float32))  # fmt: skip
        for name, text in card.cards(manifest, order.task, recipe).items():
            (folder / name).write_text(text, "utf-8")
        (folder / "report.html").write_text(card.page(manifest, truth, chances, order.task), "utf-8")

    bundle.write(order.out, manifest, fill)
    shutil.rmtree(job.work, ignore_errors=True)
    return Done(folder=order.out, manifest=manifest, cleaning=told, split=parts)


def job_of(order: Order, parts: Split) -> Job:
    """The fit of an order. Its work folder stands beside the model's."""
    work = order.out.with_name(f".{order.out.name}.work")
    return Job(train=parts.train, valid=parts.valid, labels=parts.labels, options=order.recipe.options,
               seed=order.seed, work=work, watch=order.watch)  # fmt: skip


def clear(order: Order) -> None:
    """Remove what fits that were made for an answer alone (a curve, an audit) kept on the way."""
    shutil.rmtree(order.out.with_name(f".{order.out.name}.work"), ignore_errors=True)


def _tidied(work: Path) -> None:
    """A work folder in which nothing was kept goes."""
    if work.is_dir() and not any(p.is_file() for p in work.rglob("*")):
        shutil.rmtree(work, ignore_errors=True)


def _searched(order: Order, learner: Learner, job: Job) -> tuple[Mapping[str, Any], dict[str, Any] | None]:
    """The options to train with, and what was tried to find them."""
    if not order.trials:
        return order.recipe.options, None
    found = search.search(learner, job, order.recipe.search, trials=order.trials, seconds=order.seconds)
    best = [{"changes": dict(t.changes), "share": t.share, "score": t.score} for t in found[:5]]
    options = order.recipe.with_options(found[0].changes).options
    return options, {"trials": order.trials, "best": best}


def judged(
    order: Order, parts: Split, trained: Trained, told: Cleaning, spent: dict[str, Any]
) -> tuple[dict[str, Any], Ints, Floats]:
    """All of bundle.json but the hashes, and each test row's true label and probabilities."""
    checked = trained.checked
    if checked is None:
        checked = trained.classifier.logits(parts.valid.texts, parts.valid.pairs)
    heat = metrics.temperature(checked, parts.valid.codes(parts.labels))
    used = clock.process_time()
    chances = softmax(trained.classifier.logits(parts.test.texts, parts.test.pairs) / heat)
    seconds = clock.process_time() - used
    truth = parts.test.codes(parts.labels)
    figures = metrics.report(truth, chances, parts.labels, groups=parts.groups, seed=order.seed)
    columns = slices.columns_of(parts.test, order.slices)
    manifest = {
        "kind": trained.kind, "task": order.task.name, "labels": list(parts.labels), "settings": trained.settings,
        "temperature": heat, "recipe": {"name": order.recipe.name, "options": dict(order.recipe.options)},
        "seed": order.seed, "about": trained.about, "history": trained.history, "metrics": figures,
        "slices": slices.judged(truth, chances.argmax(axis=1), parts.labels, columns, seed=order.seed),
        "cost": spent | {"texts_per_cpu_second": len(parts.test) / max(seconds, 1e-9)}, "search": None,
        "data": {"file": order.data.name, "sha256": parts.train.sha256, "licence": order.licence,
                 "columns": {"text": order.text, "label": order.label, "pair": order.pair},
                 "cleaning": as_dict(told), "split": parts.about},
    }  # fmt: skip
    return manifest, truth, chances
