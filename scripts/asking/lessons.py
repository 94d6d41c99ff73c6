"""Lessons for the matcher of questions and facts: made-up products, and what shoppers ask to be told their facts."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """A question on a product: its facts as (name, text) in one language, and the one that answers, -1 if none does."""

    product: str
    lang: str
    question: str
    facts: tuple[tuple[str, str], ...]
    answer: int


def lessons() -> Iterator[Lesson]:
    """Every question of lessons_*.txt, each over the facts of its product in its own language."""
    for path in sorted(HERE.glob("lessons_*.txt")):
        for block in path.read_text("utf-8").split("\n@ ")[1:]:
            head, *lines = block.strip().splitlines()
            yield from _of_product(head, [line for line in lines if line and not line.startswith("#")])


def _of_product(head: str, lines: list[str]) -> Iterator[Lesson]:
    told = [line.split("|", 1)[0].split(" = ") for line in lines if not line.startswith("!")]
    facts = {lang: tuple(_named(row[n]) for row in told) for n, lang in enumerate(("en", "zh"))}
    for at, line in enumerate(lines):
        out = line.startswith("!")
        asked = (line.removeprefix("!") if out else line.split("|", 1)[1]).split("||")
        for lang, part in zip(("en", "zh"), asked, strict=True):
            for question in part.split("|"):
                if question.strip():
                    yield Lesson(product=head, lang=lang, question=question.strip(), facts=facts[lang],
                                 answer=-1 if out else at)  # fmt: skip


def _named(text: str) -> tuple[str, str]:
    name, _, value = text.strip().partition(": ")
    return name, value
