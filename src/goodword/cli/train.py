"""`goodword train`: a model of the shop's own, from a file of labelled texts."""

from pathlib import Path
from typing import Annotated

import typer

from goodword.cli import talk
from goodword.cli.options import split
from goodword.train import recipe as recipes
from goodword.train import run, tasks


def train(
    task: Annotated[
        str, typer.Argument(help="sentiment, aspects, intent, grounding, injection, personal, or any name")
    ],
    data: Annotated[Path, typer.Option("--data", help="labelled texts: CSV, TSV, JSONL or Parquet")],
    recipe: Annotated[str, typer.Option("--recipe", help="name of a recipe, or a TOML file")] = "linear",
    out: Annotated[Path | None, typer.Option("--out", help="folder of the model; else models/TASK-RECIPE")] = None,
    test: Annotated[Path | None, typer.Option("--test", help="a test set of its own, else a part of the data")] = None,
    text: Annotated[str, typer.Option("--text", help="column of the text")] = "",
    label: Annotated[str, typer.Option("--label", help="column of the label")] = "",
    pair: Annotated[str, typer.Option("--pair", help="column of the second text (aspect, evidence)")] = "",
    group: Annotated[str, typer.Option("--group", help="column whose rows stay together: product, author")] = "",
    time: Annotated[str, typer.Option("--time", help="column of the time: the latest rows are the test")] = "",
    slices: Annotated[str | None, typer.Option("--slices", help="columns to compare groups by, comma between")] = None,
    change: Annotated[list[str] | None, typer.Option("--set", help="an option of the recipe: C=0.5")] = None,
    licence: Annotated[str, typer.Option("--licence", help="licence of the data, for the card")] = "",
    seed: Annotated[int, typer.Option("--seed", help="of the split and of the training")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="the result as JSON on stdout")] = False,
) -> int:
    """Train a model on labelled texts; judge it on texts it has not seen; write weights, card and report."""
    chosen = recipes.load(recipe).with_options(recipes.parsed(change or ()))
    order = run.Order(
        task=tasks.task(task), data=data, recipe=chosen, out=out or Path("models") / f"{task}-{chosen.name}", seed=seed,
        test=test, text=text, label=label, pair=pair, group=group, time=time, slices=split(slices) or (),
        licence=licence,
    )  # fmt: skip
    done = run.run(order)
    figures = done.manifest["metrics"]
    if as_json:
        talk.emit({"model": str(done.folder), **done.manifest})
    else:
        accuracy, f1 = figures["accuracy"], figures["macro_f1"]
        talk.out(f"accuracy {accuracy[0]:.3f} [{accuracy[1]:.3f}, {accuracy[2]:.3f}], macro-F1 {f1[0]:.3f} "
                 f"[{f1[1]:.3f}, {f1[2]:.3f}] on {figures['rows']} texts")  # fmt: skip
        talk.out(f"The model is in {done.folder}")
    return 0
