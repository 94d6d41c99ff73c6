"""One training run, from a file of labelled texts to a bundle: the same steps for every recipe."""

import time as clock
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from goodword.models import bundle
from goodword.models.bundle import Classifier, Floats, softmax
from goodword.train import metrics
from goodword.train.base import Job, Step, Trained
from goodword.train.corpus import Cleaning, Corpus, as_dict, read
from goodword.train.recipe import Recipe
from goodword.train.split import Split, split
from goodword.train.tasks import Task


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
    valid_share: float = 0.1
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
    """Train, judge and write a bundle.

    Raises:
        InputError: bad data, options or place. Nothing is written then.
        MissingExtra: the recipe needs a library that is not installed.
    """
    parts, told = corpora(order)
    learner = order.recipe.open()
    began, used = clock.monotonic(), clock.process_time()
    work = order.out.with_name(f".{order.out.name}.work")
    job = Job(train=parts.train, valid=parts.valid, labels=parts.labels, options=order.recipe.options,
              seed=order.seed, work=work, watch=order.watch)  # fmt: skip
    trained = learner.fit(job)
    cost = {"wall_seconds": clock.monotonic() - began, "cpu_seconds": clock.process_time() - used}
    manifest = judged(order, parts, trained, told, cost)
    bundle.write(order.out, manifest, trained.save)
    return Done(folder=order.out, manifest=manifest, cleaning=told, split=parts)


def judged(order: Order, parts: Split, trained: Trained, told: Cleaning, cost: dict[str, float]) -> dict[str, Any]:
    """All of bundle.json but the hashes: what was learnt from what, how well, at what cost."""
    checked = trained.classifier.logits(parts.valid.texts, parts.valid.pairs)
    heat = metrics.temperature(checked, parts.valid.codes(parts.labels))
    used = clock.process_time()
    chances = scored(trained.classifier, parts.test, heat)
    seconds = clock.process_time() - used
    figures = metrics.report(parts.test.codes(parts.labels), chances, parts.labels, groups=parts.groups,
                             seed=order.seed)  # fmt: skip
    return {
        "kind": trained.kind, "task": order.task.name, "labels": list(parts.labels), "settings": trained.settings,
        "temperature": heat, "recipe": {"name": order.recipe.name, "options": dict(order.recipe.options)},
        "seed": order.seed, "about": trained.about, "history": trained.history, "metrics": figures,
        "cost": cost | {"texts_per_cpu_second": len(parts.test) / max(seconds, 1e-9)},
        "data": {"file": order.data.name, "sha256": parts.train.sha256, "licence": order.licence,
                 "cleaning": as_dict(told), "split": parts.about},
    }  # fmt: skip


def scored(classifier: Classifier, corpus: Corpus, temperature: float) -> Floats:
    """Probabilities of a corpus."""
    logits = classifier.logits(corpus.texts, corpus.pairs)
    return softmax(np.asarray(logits) / temperature)
