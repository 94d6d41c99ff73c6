"""`goodword check`: judge any text against facts, and show the judgement."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from goodword.app import Goodword
from goodword.catalogue.atomic import replacing
from goodword.cli import talk
from goodword.cli.lines import MARKETS, Lines
from goodword.jobs import shape, shown
from goodword.settings import spoken
from goodword.types import Ruling

_ALLOWED = {**MARKETS, "channel": {"listing", "title", "bullets", "seo", "social"}}
_WORST = {"ok": 0, "needs_evidence": 3, "violation": 1}
_STYLE = {"supported": "green", "refuted": "bold red", "silent": "yellow", "opinion": "yellow", "courtesy": ""}
_LABEL = {"ok": "green", "needs_evidence": "yellow", "violation": "bold red"}


def check(
    file: Annotated[
        str, typer.Argument(help="JSONL file of {id, text, lang?, market?, facts, evidence?}; - is stdin")
    ] = "-",
    as_json: Annotated[bool, typer.Option("--json", help="verdicts as JSONL on stdout")] = False,
    html: Annotated[Path | None, typer.Option("--html", help="the texts as a page, coloured by stance")] = None,
) -> int:
    """Judge texts: is every claim supported by the facts and evidence given?"""
    worst, lines, ruled = 0, Lines(file, _ALLOWED), []
    with Goodword() as goodword:
        reader = goodword.settings.talk or spoken()
        for number, row in lines:
            ruling = goodword.check(row["text"], row.get("facts"), lang=row.get("lang"), market=row.get("market"),
                                    channel=row.get("channel") or "listing",
                                    product_class=row.get("product_class") or "general",
                                    evidence=row.get("evidence"), reader=reader)  # fmt: skip
            worst = max(worst, _WORST[ruling.label], key=lambda code: (0, 2, 0, 1)[code])
            name = str(row.get("id", number))
            if as_json:
                talk.emit(shape.checked(name, ruling))
            elif html is None:
                _show(name, row["text"], ruling)
            if html is not None:
                ruled.append((name, row["text"], ruling))
    if html is not None:
        with replacing(html) as part:
            part.write_text(shown.page(ruled, Path(file).stem if file != "-" else "stdin"), "utf-8")
    return 2 if lines.bad else worst


def _show(name: str, text: str, ruling: Ruling) -> None:
    """The text with its claims coloured, then each finding with quote, advice and authority."""
    console = Console(highlight=False, soft_wrap=True)
    head = Text(talk.pair(name, ""))
    head.append(talk.put(ruling.label), style=_LABEL[ruling.label])
    console.print(head)
    body = Text("  ")
    for part in shown.stretches(text, ruling):
        body.append(part.text, style=_STYLE[part.stance] if part.stance else "")
    console.print(body)
    for found in ruling.findings:
        quote = text[found.start : found.end]
        line = talk.pair(talk.put(found.severity), f"“{quote}” {found.advice} [{found.authority}]")
        console.print(Text(f"  {line}"))
    for run in ruling.checks:
        if run.error:
            console.print(Text("  " + talk.pair(run.name, run.error), style="yellow"))
