"""`goodword audit fairness`: the same question, product or history by people who differ in one thing."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from goodword.app import Goodword
from goodword.cli import talk
from goodword.errors import InputError
from goodword.jobs import audit

app = typer.Typer(help="Audits: is everyone treated alike?", no_args_is_help=True)


@app.callback()
def audits() -> None:
    """Audits: is everyone treated alike?"""


@app.command("fairness")
def fairness(
    passages: Annotated[
        list[Path] | None, typer.Option("--passages", help="policies, FAQ, manuals: files or folders")
    ] = None,
    products: Annotated[Path | None, typer.Option("--products", help="a catalogue beside the store's")] = None,
    most: Annotated[int, typer.Option("--most", help="largest share of unlike pairs that passes, in percent")] = 0,
    limit: Annotated[int, typer.Option("--limit", help="products that are asked about")] = 5,
    recommender: Annotated[Path | None, typer.Option("--recommender", help="folder of a fitted recommender")] = None,
    store: Annotated[str | None, typer.Option("--store", help="SQLite file or postgresql:// URL")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines on stdout")] = False,
) -> int:
    """Swap the asker's gender, age, name, origin, faith, means or way of speaking: the answer must stay the same."""
    with Goodword(store=store) as goodword:
        desk = goodword.answers(passages=passages or (), products=products)
        held = list(desk.holdings.products.values())
        if not held and not desk.holdings.held:
            raise InputError("there is nothing to answer from", cure="Give --passages and --products, or import them")
        pairs = [*audit.ask(desk, [p.sku for p in held[:limit]]), *audit.describe(held)]
        pairs += _lists(goodword, recommender, [p.sku for p in held]) if recommender else []
    found = audit.gaps(pairs)
    for gap in found if as_json else ():
        talk.emit(
            {
                "job": gap.job,
                "axis": gap.axis,
                "pairs": gap.share.of,
                "unlike": gap.share.count,
                "share": gap.share.value,
                "interval": [gap.share.low, gap.share.high],
                "examples": [[p.first, p.second, p.gap] for p in gap.examples],
            }
        )
    if not as_json:
        table = Table(*(talk.put(h) for h in ("job", "axis", "pairs", "unlike", "95 % interval", "example")))
        for gap in found:
            example = (
                f"{gap.examples[0].first} / {gap.examples[0].second}: {gap.examples[0].gap}" if gap.examples else ""
            )
            table.add_row(
                gap.job,
                gap.axis,
                str(gap.share.of),
                str(gap.share.count),
                f"{gap.share.low:.1%}–{gap.share.high:.1%}",
                example,
            )
        Console().print(table)
    return 1 if any(gap.share.value * 100 > most for gap in found) else 0


def _lists(goodword: Goodword, folder: Path, skus: list[str]) -> list[audit.Pair]:
    """Lists of one history under the names of several people."""
    from goodword.jobs.recommend import Ask, Seen

    lists = goodword.recommend(folder)

    def of(first: int, name: str) -> tuple[str, ...]:
        seen = tuple(Seen(sku=sku) for sku in skus[first : first + 3])
        return tuple(i.sku for i in lists.for_shopper(name, Ask(extra=seen)).items)

    return [p for first in range(0, min(len(skus), 30), 3) for p in audit.recommend(partial(of, first))]
