"""Early stopping, class weights and checkpoints: what the learners that go by epochs share."""

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from goodword.models.bundle import Floats, softmax
from goodword.train import metrics
from goodword.train.base import Job

_STATE = "state.json"


@dataclass(slots=True)
class Progress:
    """Where a fit by epochs stands; kept in the checkpoint."""

    epoch: int = 0  # epochs done
    best: float = float("inf")  # validation loss
    best_epoch: int = 0
    history: list[dict[str, float]] = field(default_factory=list)

    def add(self, figures: Mapping[str, float]) -> bool:
        """Note an epoch; true where its validation loss is the best so far."""
        self.epoch += 1
        self.history.append({"epoch": self.epoch, **figures})
        better = figures["valid_loss"] < self.best
        if better:
            self.best, self.best_epoch = figures["valid_loss"], self.epoch
        return better

    def over(self, epochs: int, patience: int) -> bool:
        """Whether all epochs are done, or too many have passed since the best (0: never)."""
        return self.epoch >= epochs or (patience > 0 and self.epoch - self.best_epoch >= patience)


class Checkpoints:
    """The state after the last whole epoch, on disk: in full or not at all, and only for the very same job."""

    def __init__(self, job: Job, learner: str) -> None:
        self.folder = job.work / sha256(_key(job, learner).encode()).hexdigest()[:16]
        self._job = job

    def load(self) -> tuple[Progress, Path] | None:
        """Where to go on from; None at the beginning."""
        path = self.folder / _STATE
        if not path.is_file():
            return None
        return Progress(**json.loads(path.read_text("utf-8"))), self.folder

    def save(self, progress: Progress, fill: Any) -> None:
        """Keep a state. `fill(folder)` writes the arrays."""
        part = self.folder.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        fill(part)
        state = {name: getattr(progress, name) for name in Progress.__slots__}
        (part / _STATE).write_text(json.dumps(state), "utf-8")
        old = self.folder.with_suffix(".old")
        shutil.rmtree(old, ignore_errors=True)
        if self.folder.exists():
            self.folder.rename(old)  # a kill between the two renames is mended by `heal`
        part.rename(self.folder)
        shutil.rmtree(old, ignore_errors=True)

    def heal(self) -> None:
        """After a kill: take the older state where the newer was not put in its place."""
        old = self.folder.with_suffix(".old")
        if not self.folder.exists() and old.exists():
            old.rename(self.folder)
        shutil.rmtree(self.folder.with_suffix(".part"), ignore_errors=True)

    def clear(self) -> None:
        """The job is done."""
        for folder in (self.folder, self.folder.with_suffix(".old"), self.folder.with_suffix(".part")):
            shutil.rmtree(folder, ignore_errors=True)


def _key(job: Job, learner: str) -> str:
    """What makes two jobs the same: rows, labels, options, seed."""
    rows = sha256()
    for part in (job.train, job.valid):
        for texts in (part.texts, part.labels, part.pairs or ()):
            rows.update("\0".join(texts).encode("utf-8", "replace") + b"\1")
    return json.dumps([learner, rows.hexdigest(), list(job.labels), dict(job.options), job.seed], sort_keys=True)


def class_weights(codes: NDArray[np.int64], labels: int, kind: str) -> Floats:
    """One for each label, or inversely to how often it comes, with mean one over the rows ('balanced')."""
    if kind != "balanced":
        return np.ones(labels)
    counts = np.bincount(codes, minlength=labels)
    return len(codes) / (labels * np.maximum(counts, 1))


def validation(logits: Floats, truth: NDArray[np.int64], labels: Sequence[str]) -> dict[str, float]:
    """Loss, accuracy and macro-F1 on the validation rows."""
    chances = softmax(logits)
    found = metrics.scores(metrics.table(truth, logits.argmax(axis=1), len(labels)))
    loss = -np.log(np.maximum(chances[np.arange(len(truth)), truth], 1e-12)).mean()
    return {"valid_loss": float(loss), "valid_accuracy": float(found["accuracy"]),
            "valid_macro_f1": float(found["macro_f1"])}  # fmt: skip
