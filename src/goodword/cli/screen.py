"""`goodword screen`: orders to a model, personal data and harm in any text from outside."""

from typing import Annotated

import typer

from goodword.app import Goodword
from goodword.cli import talk
from goodword.cli.lines import MARKETS, Lines
from goodword.errors import InputError
from goodword.jobs import shape


def screen(
    file: Annotated[str, typer.Argument(help="JSONL file of {id, text, lang?}; - is stdin")] = "-",
    as_json: Annotated[bool, typer.Option("--json", help="results as JSONL on stdout")] = False,
) -> int:
    """Screen untrusted texts: is it giving orders to a model, whose data does it hold, does it harm?"""
    flagged, lines = False, Lines(file, {"lang": MARKETS["lang"]})
    with Goodword() as goodword:
        for number, row in lines:
            try:
                found = goodword.screen(row["text"], lang=row.get("lang"))
            except InputError as error:
                lines.refuse(number, error)
                continue
            flagged = flagged or found.injection.flagged or any(h.severity == "block" for h in found.harm)
            name = str(row.get("id", number))
            if as_json:
                talk.emit(shape.screened(name, found))
                continue
            kinds = [p.type for p in found.personal] + [h.type for h in found.harm]
            orders = "orders to a model" if found.injection.flagged else "no orders to a model"
            typer.echo(talk.pair(name, f"{talk.put(orders)} ({found.injection.score:.2f})"))
            typer.echo(f"  {', '.join(dict.fromkeys(kinds)) or '-'}\n  {found.redacted}")
    return 2 if lines.bad else 1 if flagged else 0
