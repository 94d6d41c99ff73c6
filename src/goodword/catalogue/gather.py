"""Values of a product's variants, collected over its rows into one field each."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from goodword.catalogue.base import ReadPlan
from goodword.catalogue.problems import at
from goodword.types import Field, Lang

_AMOUNT = re.compile(r"\d[\d,]*(?:\.\d+)?")


@dataclass(slots=True)
class _Heap:
    column: str
    first: int
    last: int
    values: list[str] = field(default_factory=list)
    lang: Lang | None = None


class Gathered:
    """Distinct values by name, in the order they came, with the rows they came from."""

    def __init__(self, plan: ReadPlan) -> None:
        self._plan, self._heaps = plan, dict[str, _Heap]()

    def add(self, name: str, value: str, row: int, column: str = "", *, lang: Lang | None = None) -> None:
        """Take one value; an empty one or an unnamed one is no value."""
        if name and value:
            heap = self._heaps.setdefault(name, _Heap(column or name, row, row, lang=lang))
            if value not in heap.values:
                heap.values.append(value)
                heap.last = max(heap.last, row)

    def fields(self) -> tuple[Field, ...]:
        """One field for each name."""
        return tuple(
            Field(
                name=name,
                value=together(heap.values),
                source=at(self._plan, heap.first, heap.column, upto=heap.last),
                lang=heap.lang,
            )
            for name, heap in self._heaps.items()
        )


def together(values: Iterable[str]) -> str:
    """Several values in one cell, by the separator none of them holds."""
    values = list(values)
    return next((sep for sep in (", ", " / ", " | ") if not any(sep.strip() in v for v in values)), "; ").join(values)


def price_span(prices: Iterable[str]) -> str:
    """One price, or the lowest and the highest of several in one currency; the first where they differ in more."""
    found = list(dict.fromkeys(prices))
    amounts = [_AMOUNT.search(p) for p in found]
    around = {(p[: m.start()].strip(), p[m.end() :].strip()) for p, m in zip(found, amounts, strict=True) if m}
    if len(found) < 2 or not all(amounts) or len(around) != 1:
        return found[0] if found else ""
    ordered = sorted((m[0] for m in amounts if m), key=lambda a: float(a.replace(",", "")))
    before, after = around.pop()
    return f"{before} {ordered[0]}-{ordered[-1]} {after}".strip()


def common_title(titles: Iterable[str]) -> str:
    """The title variants share: 'Cotton Tee - Blue' and 'Cotton Tee - Red' are 'Cotton Tee'. Else the first."""
    found = list(dict.fromkeys(titles))
    if len(found) < 2:
        return "".join(found)
    shared = 0
    while shared < min(map(len, found)) and len({t[shared] for t in found}) == 1:
        shared += 1
    cut = found[0][:shared]
    if any(t[shared : shared + 1].isalnum() and cut[-1:].isascii() and cut[-1:].isalnum() for t in found):
        cut = cut[: max((cut.rfind(c) for c in " -–—|/,(（[【_"), default=-1) + 1]
    cut = cut.rstrip(" -–—|/,，、(（[【_:：")
    return cut if len(cut) >= 2 and 3 * len(cut) >= len(found[0]) else found[0]
