"""`goodword reviews`: score reviews one by one, or report on all of them."""

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn

from goodword.app import Goodword
from goodword.cli import talk
from goodword.cli.options import Store
from goodword.errors import InputError
from goodword.jobs import reviews_page, reviews_report, reviews_score
from goodword.jobs.reviews_read import Reviews
from goodword.opinions import taxonomy
from goodword.opinions.authenticity import Watch, flag

app = typer.Typer(
    help="What customers say: sentiment, aspects, topics, needs, suspicious reviews.", no_args_is_help=True
)

Columns = Annotated[list[str] | None, typer.Option("--column", help="which column is what: text=内容, product=SKU")]
Kinds = Annotated[Path | None, typer.Option("--taxonomy", help="your own aspect categories, a TOML file")]
Sentiment = Annotated[str, typer.Option("--model", help="a trained model of sentiment in place of the shipped ones")]
Closely = Annotated[bool, typer.Option("--closely", help="read each aspect with an encoder: better, five times slower")]


@app.command("score")
def score(
    file: Annotated[str, typer.Argument(help="CSV, TSV, JSONL or Parquet of reviews; - is stdin")] = "-",
    as_json: Annotated[bool, typer.Option("--json", help="results as JSONL on stdout")] = False,
    column: Columns = None,
    taxonomy_file: Kinds = None,
    model: Sentiment = "",
    closely: Closely = False,
) -> int:
    """Score reviews: sentiment, aspects with polarity, suspicion with reasons."""
    scorer = reviews_score.Scorer(taxonomy=taxonomy.load(taxonomy_file), model=model, closely=closely)
    with ExitStack() as stack:
        path = stack.enter_context(reviews_score.spooled(sys.stdin.buffer)) if file == "-" else Path(file)
        reviews = Reviews(path, columns=columns_of(column), tell=_tell)
        with bar() as progress:
            task = progress.add_task(talk.put("reading"), total=None)
            seen, quick = Watch(), reviews_score.Scorer(taxonomy=scorer.taxonomy, model=model, parts=False)
            for batch in reviews_score.batches(reviews):
                reviews_score.watch(seen, quick.score(batch))
                progress.update(task, advance=len(batch))
            suspicions = seen.finish()
            progress.update(task, description=talk.put("scoring"), total=reviews.read, completed=0)
            place = 0
            for batch in reviews_score.batches(reviews):
                for scored in scorer.score(batch):
                    row = reviews_score.shape(scored, suspicions.get(place), talk.lang())
                    talk.emit(row) if as_json else typer.echo(_line(row))
                    place += 1
                progress.update(task, advance=len(batch))
    return 2 if reviews.bad else 0


def _tell(wrong: InputError) -> None:
    talk.say(f"goodword: {talk.told(wrong)}")


def _line(row: dict) -> str:  # type: ignore[type-arg]
    """One review in one line for a person."""
    feeling = row["sentiment"]
    spoken = ", ".join(f"{m['term']} ({_word(m['polarity'])})" for m in row["aspects"][:8])
    line = talk.pair(row["id"], f"{_word(feeling['label'])} {feeling['score']:.2f}")
    line += f" · {spoken}" if spoken else ""
    if row["suspicion"]["score"] >= flag():
        line += f" · {talk.put('suspicious')}: " + "; ".join(r["text"] for r in row["suspicion"]["reasons"])
    return line


def _word(label: str) -> str:
    return {
        "positive": talk.put("positive"), "negative": talk.put("negative"), "neutral": talk.put("neutral"),
        "mixed": talk.put("mixed"), "uncertain": talk.put("uncertain"),
    }[label]  # fmt: skip


def bar() -> Progress:
    """Progress on stderr, gone when done."""
    return Progress(SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(),
                    TextColumn("{task.completed:,}"), TimeRemainingColumn(), console=talk.err,
                    transient=True)  # fmt: skip


def columns_of(given: list[str] | None) -> dict[str, str]:
    """'text=内容' as roles and names.

    Raises:
        InputError: there is no '=' in it.
    """
    out = {}
    for pair in given or ():
        role, equals, name = pair.partition("=")
        if not equals or not name.strip():
            raise InputError(f"--column {pair!r} names no column", cure="Write --column text=NAME")
        out[role.strip()] = name.strip()
    return out


@app.command("report")
def report(
    file: Annotated[str, typer.Argument(help="CSV, TSV, JSONL or Parquet of reviews; - is stdin")],
    out: Annotated[Path, typer.Option("-o", "--out", help="report.html, report.json or report.csv")] = Path(
        "report.html"
    ),
    lang: Annotated[str | None, typer.Option("--lang", help="language of the report: en or zh")] = None,
    shop: Annotated[str, typer.Option("--shop", help="name at the head of the page")] = "",
    column: Columns = None,
    taxonomy_file: Kinds = None,
    model: Sentiment = "",
    closely: Closely = False,
    store: Store = None,
) -> int:
    """Report on all reviews: what moves satisfaction, topics, needs, changes, unusual activity, product by product."""
    spoken = lang or talk.lang()
    if spoken not in {"en", "zh"}:
        raise InputError(f"no report in {spoken!r}", cure="Write --lang en or --lang zh")
    reviews_page.check(out)
    scorer = reviews_score.Scorer(taxonomy=taxonomy.load(taxonomy_file), model=model, closely=closely)
    with ExitStack() as stack:
        path = stack.enter_context(reviews_score.spooled(sys.stdin.buffer)) if file == "-" else Path(file)
        reviews = Reviews(path, columns=columns_of(column), tell=_tell)
        goodword = stack.enter_context(Goodword(**({"store": store} if store else {})))
        progress = stack.enter_context(bar())
        task = progress.add_task("", total=None)

        def advance(stage: str, done: int) -> None:
            total = reviews.read if stage == "quoting" else None
            name = talk.put("quoting") if stage == "quoting" else talk.put("reading")
            if progress.tasks[0].description != name:
                progress.update(task, description=name, total=total, completed=0)
            progress.update(task, advance=done)

        counted = reviews_report.report(reviews, scorer, "zh" if spoken == "zh" else "en", advance=advance)
        with goodword.store.begin() as conn:
            told = reviews_report.with_digest(conn, counted, counted["lang"], producer=goodword.settings.producer,
                                              actor=goodword.settings.actor)  # fmt: skip
        reviews_page.write(told, out, shop or (path.stem if file != "-" else "reviews"))
    top = told["overview"]
    talk.out(f"{top['counted']} of {top['reviews']} reviews counted, {top['suspicious']} set apart as suspicious")
    talk.out(f"The report is in {out}")
    ruling = told["digest"]["ruling"]
    return {"released": 2 if reviews.bad else 0, "refused": 1}.get(ruling, 3)
