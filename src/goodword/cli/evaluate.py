"""`goodword evaluate`: trained models judged on labelled texts, or compared with each other."""

from pathlib import Path
from typing import Annotated, Any

import typer

from goodword.catalogue.atomic import replacing
from goodword.cli import talk
from goodword.cli.options import split
from goodword.errors import InputError
from goodword.evaluate import models
from goodword.train import card, metrics, tasks


def evaluate(
    model: Annotated[list[str], typer.Argument(help="folder or name of a trained model; two with --compare")],
    data: Annotated[Path | None, typer.Option("--data", help="labelled texts; else the model's own test rows")] = None,
    compare: Annotated[
        bool, typer.Option("--compare", help="say which of two models is better, and how surely")
    ] = False,
    slices: Annotated[str | None, typer.Option("--slices", help="columns to compare groups by, comma between")] = None,
    text: Annotated[str, typer.Option("--text", help="column of the text")] = "",
    label: Annotated[str, typer.Option("--label", help="column of the label")] = "",
    pair: Annotated[str, typer.Option("--pair", help="column of the second text (aspect, evidence)")] = "",
    html: Annotated[Path | None, typer.Option("--html", help="the figures and curves as a page")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="the result as JSON on stdout")] = False,
) -> int:
    """Judge a trained model on labelled texts, or compare two on the same texts."""
    if len(model) != (2 if compare else 1):
        raise InputError(f"{len(model)} models were named", cure="Name one, or two with --compare")
    if data:
        found = models.on_file(model, data, text=text, label=label, pair=pair)
        if any(f.corpus and f.corpus.sha256 == f.bundle.manifest["data"]["sha256"] for f in found):
            talk.say("This is the file it was trained on: only the texts it has not learnt from are judged")
    else:
        found = [models.kept(name) for name in model]
    if compare:
        _compared(model, found, as_json=as_json)
        return 0
    figures = models.figures(found[0], split(slices) or ())
    if html:
        manifest = dict(found[0].bundle.manifest) | {"metrics": figures, "history": []}
        manifest["slices"] = figures.get("slices", [])
        if found[0].corpus is not None:
            held = found[0].corpus
            manifest["data"] = {**manifest["data"], "file": held.source, "sha256": held.sha256}
        page = card.page(manifest, found[0].truth, found[0].chances, tasks.task(found[0].bundle.task))
        with replacing(html) as part:
            part.write_text(page, "utf-8")
    if as_json:
        talk.emit({"model": model[0], **figures})
        return 0
    _tell(figures)
    return 0


def _tell(figures: dict[str, Any]) -> None:
    accuracy, f1 = metrics.said(figures["accuracy"]), metrics.said(figures["macro_f1"])
    talk.out(f"accuracy {accuracy}, macro-F1 {f1} on {figures['rows']:,} texts; always the commonest label: "
             f"{figures['majority']:.3f}")  # fmt: skip
    talk.out(f"calibration error {figures['calibration_error']:.3f}")
    for name, each in figures["labels"].items():
        typer.echo(talk.pair(f"  {name}", f"P {metrics.said(each['precision'])}  R {metrics.said(each['recall'])}  "
                                          f"F1 {metrics.said(each['f1'])}  AUC {each['auc']:.3f}"))  # fmt: skip
    for found in figures.get("slices", ()):
        typer.echo(
            talk.pair(f"  {found['column']}", ", ".join(f"{p['value']} {p['accuracy'][0]:.3f}" for p in found["parts"]))
        )
        gap = found["gap"]
        if gap["real"]:
            talk.out(f"{found['column']} “{gap['value']}” lies {100 * gap['behind']:.1f} points behind the others")


def _compared(names: list[str], found: list[models.Judged], *, as_json: bool) -> None:
    c = models.compared(found[0], found[1])
    if as_json:
        talk.emit({"models": names, "rows": c.rows, "first_only": c.first_only, "second_only": c.second_only, "p": c.p,
                   "accuracy": metrics.as_list(c.accuracy), "macro_f1": metrics.as_list(c.macro_f1),
                   "verdict": c.verdict})  # fmt: skip
        return
    for name, judged in zip(names, found, strict=True):
        figures = models.figures(judged)
        typer.echo(
            talk.pair(
                name, f"accuracy {metrics.said(figures['accuracy'])}, macro-F1 {metrics.said(figures['macro_f1'])}"
            )
        )
    talk.out(f"Second less first: accuracy {c.accuracy}, macro-F1 {c.macro_f1}")
    talk.out(f"Of {c.rows:,} texts {c.first_only} only the first gets right, {c.second_only} only the second; "
             f"McNemar p = {c.p:.4f}")  # fmt: skip
    if c.verdict == "open":
        talk.out("Neither is shown to be better")
    else:
        talk.out(f"Better: {names[0] if c.verdict == 'first' else names[1]}")
