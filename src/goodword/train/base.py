"""What a recipe's learner is given, and what it gives back. One file in `train/learners/` is one learner."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from goodword.models.bundle import Classifier, Floats
from goodword.train.corpus import Corpus


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """Where a fit stands: told after every epoch or part of one."""

    done: float  # of `total`
    total: float
    unit: str  # what is counted: 'epoch', 'trial'
    loss: float | None = None
    metric: float | None = None  # macro-F1 on the validation rows


Watch = Callable[[Step], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """One fit: the rows, the labels, the options of the recipe, and where it may keep its checkpoints."""

    train: Corpus
    valid: Corpus
    labels: tuple[str, ...]
    options: Mapping[str, Any]
    seed: int
    work: Path
    watch: Watch = lambda step: None


@dataclass(frozen=True, kw_only=True, slots=True)
class Trained:
    """A fitted model in memory, and how it is written."""

    kind: str  # which file of models/ reads it
    classifier: Classifier
    settings: dict[str, Any]  # for bundle.json
    save: Callable[[Path], None]  # puts its weights into a folder
    history: list[dict[str, float]] = field(default_factory=list)
    about: dict[str, Any] = field(default_factory=dict)  # for the card: sizes, what was frozen
    checked: Floats | None = None  # logits of the validation rows before these too were learnt from


class Learner(Protocol):
    """A module of `train/learners/`."""

    def fit(self, job: Job, /) -> Trained:
        """Train.

        Raises:
            MissingExtra: its library is not installed.
            InputError: an option is unknown or out of range.
        """
        ...
