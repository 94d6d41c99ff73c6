"""`goodword train`: a model of the shop's own, from a file of labelled texts."""

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from goodword.catalogue.atomic import replacing
from goodword.catalogue.delimited import harmless
from goodword.cli import talk
from goodword.cli.options import split
from goodword.cli.watching import watching
from goodword.train import base, cost, curve, log, metrics, noise, run, tasks
from goodword.train import recipe as recipes

_TOLD = 10  # suspects told one by one


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
    trials: Annotated[int, typer.Option("--search", min=0, help="try so many options first, keep the best")] = 0,
    seconds: Annotated[float, typer.Option("--budget", min=0, help="end the search after so many seconds")] = 0.0,
    audit: Annotated[Path | None, typer.Option("--audit", help="only list rows likely mislabelled, as CSV")] = None,
    learning_curve: Annotated[bool, typer.Option("--learning-curve", help="only say what more data would do")] = False,
    target: Annotated[
        float | None, typer.Option("--target", min=0, max=1, help="accuracy wanted, for the curve")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="only say how long it will take and what it costs")
    ] = False,
    energy: Annotated[str, typer.Option("--energy", help="model (stated watts) or codecarbon (measured)")] = "model",
    record: Annotated[str | None, typer.Option("--log", help="mlflow, tensorboard, comma between")] = None,
    licence: Annotated[str, typer.Option("--licence", help="licence of the data, for the card")] = "",
    seed: Annotated[int, typer.Option("--seed", min=0, help="of the split and of the training")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="the result as JSON on stdout")] = False,
) -> int:
    """Train a model on labelled texts; judge it on texts it has not seen; write weights, card and report."""
    chosen = recipes.load(recipe).with_options(recipes.parsed(change or ()))
    order = run.Order(
        task=tasks.task(task), data=data, recipe=chosen, out=out or Path("models") / f"{task}-{chosen.name}", seed=seed,
        test=test, text=text, label=label, pair=pair, group=group, time=time, slices=split(slices) or (),
        licence=licence, trials=trials, seconds=seconds, energy=energy,
    )  # fmt: skip
    if audit is not None:
        return _audit(order, audit, as_json=as_json)
    if learning_curve or target is not None:
        return _curve(order, target, as_json=as_json)
    if dry_run:
        return _forecast(order, as_json=as_json)
    sinks = split(record) or ()
    log.known(sinks)
    with watching(talk.put("Training")) as watch:
        done = run.run(replace(order, watch=watch))
    for sink in sinks:
        log.record(sink, done.manifest, done.folder)
    _tell(done, as_json=as_json)
    return 0


def _tell(done: run.Done, *, as_json: bool) -> None:
    told, parts, m = done.cleaning, done.split.about, done.manifest
    if told.faulty:
        talk.say(f"{told.faulty} rows could not be read; the first is {told.first_fault}")
    for count, what in (
        (told.no_text, "rows have no text"), (told.no_label, "rows have no label"),
        (told.cut, "texts were cut to 10,000 characters"), (parts["copies_removed"], "copies were removed"),
        (parts["conflicting_copies_removed"], "copies with conflicting labels were removed"),
        (parts.get("leaks_prevented", 0), "test texts would have leaked into training and were kept apart"),
        (parts.get("leaks_removed", 0), "training texts stand in the test too and were removed"),
    ):  # fmt: skip
        if count:
            talk.say(f"  {count:,} {talk.put(what)}")
    if told.stars:
        talk.say("  labels were read as stars: 1 and 2 negative, 3 neutral, 4 and 5 positive")
    if as_json:
        talk.emit({"model": str(done.folder), **m})
        return
    f, c = m["metrics"], m["cost"]
    accuracy, f1 = metrics.said(f["accuracy"]), metrics.said(f["macro_f1"])
    talk.out(f"accuracy {accuracy}, macro-F1 {f1} on {f['rows']:,} texts; always the commonest label: "
             f"{f['majority']:.3f}")  # fmt: skip
    for found in m["slices"]:
        gap = found["gap"]
        if gap["real"]:
            talk.out(f"{found['column']} “{gap['value']}” lies {100 * gap['behind']:.1f} points behind the others")
    talk.out(f"{c['cpu_seconds']:.1f} CPU-seconds, {1000 * c['kwh']:.3f} Wh, {c['usd']:.4f} USD; "
             f"scores {c['texts_per_cpu_second']:,.0f} texts a CPU-second")  # fmt: skip
    talk.out(f"The model is in {done.folder}: see report.html and card.en.md")


def _forecast(order: run.Order, *, as_json: bool) -> int:
    """How long the run will take and what it will cost, measured on a few rows."""
    parts, _ = run.corpora(order)
    seen = cost.estimate(order.recipe.open(), run.job_of(order, parts))
    times = 1 + order.trials * 0.5
    price = cost.priced(seen.cpu_seconds * times)
    if as_json:
        talk.emit({"seconds": seen.seconds * times, "cpu_seconds": seen.cpu_seconds * times, **price})
    else:
        talk.out(f"About {seen.seconds * times:.1f} s ({seen.cpu_seconds * times:.1f} CPU-seconds), "
                 f"{1000 * price['kwh']:.2f} Wh and {price['usd']:.4f} USD for {len(parts.train):,} texts; measured on "
                 f"a few hundred of them in {seen.probe_seconds:.0f} s")  # fmt: skip
    return 0


def _curve(order: run.Order, target: float | None, *, as_json: bool) -> int:
    """What more data would bring."""
    parts, _ = run.corpora(order)
    with watching(talk.put("Fitting at growing sizes")) as watch:
        found = curve.measured(order.recipe.open(), run.job_of(replace(order, watch=watch), parts), parts.test)
    run.clear(order)
    more = [found.sizes[-1] * k for k in (1, 2, 5, 10)]
    if as_json:
        talk.emit({
            "measured": [{"rows": n, "error": [e.value, e.low, e.high]}
                         for n, e in zip(found.sizes, found.errors, strict=True)],
            "law": {"floor": found.law.floor, "scale": found.law.scale, "rate": found.law.rate},
            "expected": [{"rows": n, "error": [found.at(n).value, found.at(n).low, found.at(n).high]} for n in more],
            "target": target, "needed": None if target is None else found.needed(target).value,
        })  # fmt: skip
        return 0
    for n, e in zip(found.sizes, found.errors, strict=True):
        talk.out(f"{n:,} texts: accuracy {1 - e.value:.3f} [{1 - e.high:.3f}, {1 - e.low:.3f}]")
    for n in more[1:]:
        e = found.at(n)
        talk.out(f"{n:,} texts, expected: accuracy {1 - e.value:.3f} [{1 - e.high:.3f}, {1 - e.low:.3f}]")
    if target is not None:
        need = found.needed(target)
        if need.value > 10 * found.sizes[-1]:
            talk.out(f"Accuracy {target:.3f} is not to be expected from ten times as much data")
        elif need.high > 1e9:
            talk.out(f"Accuracy {target:.3f}: about {need.value:,.0f} texts, at least {need.low:,.0f}; the measured "
                     "sizes do not tell how many at most")  # fmt: skip
        else:
            talk.out(f"Accuracy {target:.3f}: about {need.value:,.0f} texts [{need.low:,.0f}, {need.high:,.0f}]")
    return 0


def _audit(order: run.Order, path: Path, *, as_json: bool) -> int:
    """Rows whose label is likely wrong."""
    parts, _ = run.corpora(order)
    rows = parts.train.plus(parts.valid).plus(parts.test)
    with watching(talk.put("Reading every row with a model that has not seen it")) as watch:
        job = run.job_of(replace(order, watch=_folds(watch)), parts)
        found = noise.audit(rows, order.recipe.open(), job)
    run.clear(order)
    with replacing(path) as part, part.open("w", encoding="utf-8-sig", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow(["row", "label", "looks_like", "margin", "text"])
        sheet.writerows([s.row, harmless(s.label), harmless(s.looks_like), s.margin, harmless(s.text)] for s in found)
    if as_json:
        talk.emit({"rows": len(rows), "suspected": len(found), "file": str(path)})
        return 0
    for s in found[:_TOLD]:
        talk.show(f"  {s.row}: {s.label} → {s.looks_like}? {s.text[:60]}")
    talk.out(f"{len(found):,} of {len(rows):,} rows are likely mislabelled; all are in {path}")
    return 0


def _folds(watch: Callable[[base.Step], None]) -> Callable[[base.Step], None]:
    """Steps of the folds one after another."""
    done = [0.0, 0.0]  # folds done, where the last stood

    def told(step: base.Step) -> None:
        part = step.done / step.total
        done[0] += part < done[1]
        done[1] = part
        watch(base.Step(done=done[0] + part, total=5, unit="fold", loss=step.loss, metric=step.metric))

    return told
