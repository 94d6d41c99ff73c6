"""`goodword rate`: texts rated by people, blind and shuffled."""

from pathlib import Path
from typing import Annotated

import typer

from goodword.cli import talk
from goodword.errors import InputError
from goodword.evaluate import human

app = typer.Typer(
    help="Ratings by people: make a blind task, fill it in, and see what the raters say.", no_args_is_help=True
)


@app.command("make")
def make(
    a: Annotated[Path, typer.Argument(help="first set: CSV or JSONL with id, text and, if you like, context")],
    b: Annotated[Path, typer.Argument(help="second set, with the same ids")],
    sheet: Annotated[Path, typer.Option("-o", "--out", help="sheet to fill in, one copy for each rater")] = Path(
        "ratings.csv"
    ),
    kind: Annotated[str, typer.Option("--kind", help="pairs (which is better) or scales (1 to 5)")] = "pairs",
    most: Annotated[int, typer.Option("--sample", min=0, help="at most so many ids; 0: all")] = 0,
    export: Annotated[
        Path | None, typer.Option("--export", help="also as JSON tasks for Label Studio or Argilla")
    ] = None,
    page: Annotated[
        Path | None, typer.Option("--page", help="also as a page to rate in a browser, without a server")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="of the shuffle")] = 0,
) -> int:
    """Make a blind task from two sets of texts: a sheet without names, and a key to keep from the raters."""
    if kind not in {"pairs", "scales"}:
        raise InputError(f"kind {kind!r} is not known", cure="Write pairs or scales")
    items = human.task(a, b, kind="pairs" if kind == "pairs" else "scales", seed=seed, most=most)
    key = human.write(items, sheet)
    if export:
        human.label_studio(items, export)
    if page:
        human.page(items, page)
    talk.out(f"{len(items)} items to rate in {sheet}; keep {key} from the raters")
    return 0


@app.command("fill")
def fill(
    sheet: Annotated[Path, typer.Argument(help="a rater's own copy of the sheet")],
) -> int:
    """Rate at the terminal, one item after another; stop at any time and go on later."""
    left = human.unrated(sheet)
    names, asked = _words(), _questions()
    for number, item in enumerate(left, 1):
        typer.echo(f"\n[{number}/{len(left)}] {item.context}")
        for name, text in item.texts:
            typer.echo(talk.pair(names[name], text))
        answers = []
        for question in item.questions:
            answer = typer.prompt(asked[question])
            while not human.valid(question, answer):
                answer = typer.prompt(asked[question])
            answers.append(answer)
        human.note(sheet, item, answers)
    talk.out("All items are rated")
    return 0


def _words() -> dict[str, str]:
    return {"left": talk.put("left"), "right": talk.put("right"), "text": talk.put("text"),
            "better": talk.put("which is better"), "fluency": talk.put("fluency"), "accuracy": talk.put("accuracy"),
            "usefulness": talk.put("usefulness")}  # fmt: skip


def _questions() -> dict[str, str]:
    return {"better": talk.put("Which is better? 1 left, 2 right, 0 tie"), "fluency": talk.put("Fluency, 1 to 5"),
            "accuracy": talk.put("Accuracy, 1 to 5"), "usefulness": talk.put("Usefulness, 1 to 5")}  # fmt: skip


@app.command("report")
def report(
    sheets: Annotated[list[Path], typer.Argument(help="filled sheets (CSV), or an export of Label Studio (JSON)")],
    key: Annotated[Path, typer.Option("--key", help="the key made with the sheet")],
    as_json: Annotated[bool, typer.Option("--json", help="the result as JSON on stdout")] = False,
) -> int:
    """Say which set the raters prefer, how surely, and how far they agree."""
    for r in human.summarised(human.read(sheets), key):
        if as_json:
            figures = {s: [f.value, f.low, f.high] for s, f in r.figures.items()}
            talk.emit({"question": r.question, "ratings": r.ratings, "raters": r.raters, "figures": figures,
                       "difference": [r.difference.value, r.difference.low, r.difference.high], "alpha": r.alpha,
                       "disputed": r.disputed})  # fmt: skip
            continue
        agreed = "–" if r.alpha is None else f"{r.alpha:.2f}"
        typer.echo(talk.pair(_words()[r.question], f"A {r.figures['A']}, B {r.figures['B']}"))
        talk.out(
            f"  B less A: {r.difference}; {r.ratings} ratings by {len(r.raters)} raters; Krippendorff's alpha {agreed}"
        )
        if r.disputed:
            talk.out(f"  raters differ most on items {', '.join(r.disputed)}")
    return 0
