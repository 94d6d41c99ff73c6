"""What there is to learn, as data: `data/recipes/tasks.toml` names each task's columns and, where fixed, its labels."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from tomllib import loads
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """A task: usual names of its columns, and the spellings of its labels (none: whatever the file says)."""

    name: str
    text: tuple[str, ...]
    label: tuple[str, ...]
    pair: tuple[str, ...] = ()
    title: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)  # spelling in lower case → label

    def reading(self, written: Collection[str]) -> Callable[[str], str]:
        """How this file's labels are read: as spellings of the task's, as star ratings, or as they stand."""
        if self.labels and {"4", "5"} & set(written) and set(written) <= set("12345"):
            return stars
        return lambda label: self.labels.get(label.casefold(), label)


def stars(rating: str) -> str:
    """One or two stars are negative, three neutral, four or five positive."""
    return "negative" if rating in "12" else "neutral" if rating == "3" else "positive"


@cache
def known() -> dict[str, Task]:
    """The tasks of data/recipes/tasks.toml by name."""
    rows: dict[str, Any] = loads(files("goodword.data").joinpath("recipes/tasks.toml").read_text("utf-8"))["task"]
    return {
        name: Task(
            name=name, text=tuple(row["text"]), label=tuple(row["label"]), pair=tuple(row.get("pair", ())),
            title=row["title"], labels={s.casefold(): k for k, v in row.get("labels", {}).items() for s in [k, *v]},
        )
        for name, row in rows.items()
    }  # fmt: skip


def task(name: str) -> Task:
    """A known task, or one of that name that takes any file of a text and a label."""
    plain = known()["text"]
    return known().get(name) or Task(name=name, text=plain.text, label=plain.label, title={"en": name, "zh": name})
