"""A live line while a model is trained: how far, loss, metric, rate and time left."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from goodword.cli import talk
from goodword.train.base import Step


@contextmanager
def watching(label: str) -> Iterator[Callable[[Step], None]]:
    """Call what it gives with every step. `label` is in the person's language."""
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[at]}"), TimeElapsedColumn(),
               TextColumn(talk.put("left")), TimeRemainingColumn(elapsed_when_finished=False))  # fmt: skip
    with Progress(*columns, console=talk.err, transient=True, disable=not talk.err.is_terminal) as bar:
        task = bar.add_task(label, total=None, at="")
        began = monotonic()
        seen: dict[str, float] = {}

        def told(step: Step) -> None:
            rate = step.done / max(monotonic() - began, 0.01)
            speed = f"{rate:.2f}/s" if rate >= 1 else f"{1 / max(rate, 1e-9):.1f} s/{step.unit}"
            seen.update({k: v for k, v in (("loss", step.loss), ("F1", step.metric)) if v is not None})
            figures = " ".join(f"{k} {v:.3f}" for k, v in seen.items())
            at = f"{step.done:.1f}/{step.total:g} {step.unit} {figures} {speed}"
            bar.update(task, completed=step.done, total=step.total, at=at)

        yield told
