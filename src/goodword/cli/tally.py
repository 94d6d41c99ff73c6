"""Progress while texts are written, and the summary after: what became of them, why, at what cost and rate."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from time import monotonic

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from goodword.cli import talk
from goodword.jobs.describe import Described

_TOLD = 20  # problems told one by one; the rest by number


class Tally:
    """What became of the texts of a run, in memory that does not grow with it."""

    def __init__(self) -> None:
        self.outcomes: Counter[str] = Counter()
        self.texts = self.cached = self.reworded = self.asked = self.tokens = self.conflicts = 0
        self.costs: dict[str, Decimal] = {}
        self.failures: Counter[str] = Counter()
        self._problems: list[str] = []
        self._contradictions: dict[str, str] = {}
        self._began = monotonic()

    def add(self, result: Described) -> None:
        """Count one text."""
        made = result.draft.made_by
        self.texts += 1
        self.outcomes[result.outcome] += 1
        self.cached += result.cached
        if made.backend != "composer":
            self.asked += 1
            self.reworded += made.reworded > 0
        if not result.cached:
            self.tokens += made.tokens_in + made.tokens_out
            if made.cost:
                self.costs[made.currency] = self.costs.get(made.currency, Decimal(0)) + made.cost
        if result.failure:
            self.failures[result.failure] += 1
        if result.outcome != "released" and len(self._problems) < _TOLD:
            self._problems.append(_problem(result))
        for conflict in result.product.conflicts[:1]:
            if len(self._contradictions) < _TOLD:
                self._contradictions.setdefault(result.product.sku, f"{conflict.key}: {conflict.reason}")

    @property
    def seconds(self) -> float:
        """Since the tally was begun."""
        return max(monotonic() - self._began, 0.01)

    @property
    def code(self) -> int:
        """Exit code: 3 if anything waits for a person, else 1 if anything was refused."""
        return 3 if self.outcomes["held"] else 1 if self.outcomes["refused"] else 0

    def tell(self) -> None:
        """Say it all."""
        o, n = self.outcomes, self.texts
        cost = ", ".join(f"{money:.4f} {currency}" for currency, money in sorted(self.costs.items())) or "0"
        talk.say(f"{o['released']} released, {o['held']} held, {o['refused']} refused of {n} texts in "
                 f"{self.seconds:.1f} s ({n / self.seconds:.1f}/s); {self.cached} unchanged; {self.tokens:,} tokens; "
                 f"cost {cost}")  # fmt: skip
        if self.asked:
            talk.say(f"  {self.reworded} of {self.asked} texts a model was asked about were reworded; the others "
                     "stayed as the composer wrote them")  # fmt: skip
        for failure, times in self.failures.most_common(3):
            talk.say(f"  the model failed on {times} texts ({talk.put(failure)}); the composer's words stand there, "
                     "and the next run asks again")  # fmt: skip
        for problem in self._problems:
            talk.show(f"  {problem}")
        if (more := o["held"] + o["refused"] - len(self._problems)) > 0:
            talk.say(f"  … and {more} more: goodword desk list")
        for sku, contradiction in self._contradictions.items():
            talk.say(f"  contradiction: {sku} {contradiction}; left out of the text")


def _problem(result: Described) -> str:
    quotes = ", ".join(f"“{result.draft.text[f.start : f.end]}” {f.rule}" for f in result.ruling.findings[:3])
    errors = ", ".join(talk.put(c.error) for c in result.ruling.checks if c.error)
    where = talk.put(f"; desk item {result.desk}") if result.desk else ""
    return talk.pair(talk.put(result.outcome), f"{result.product.sku} {result.draft.lang}: {quotes or errors}{where}")


@contextmanager
def progress(label: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """A bar with rate and time left; call what it gives with how many are done."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"),
               TimeElapsedColumn(), TextColumn(talk.put("left")), TimeRemainingColumn())  # fmt: skip
    with Progress(*columns, console=talk.err, transient=True) as bar:
        task = bar.add_task(talk.put(label), total=total, rate="")
        began = monotonic()

        def done(count: int) -> None:
            bar.update(task, completed=count, rate=f"{count / max(monotonic() - began, 0.01):.1f}/s")

        yield done


def follow(results: Iterable[Described], total: int | None, tally: Tally) -> Iterator[Described]:
    """The results as they come, counted, with a bar."""
    with progress("Writing", total) as done:
        for result in results:
            tally.add(result)
            done(tally.texts)
            yield result
