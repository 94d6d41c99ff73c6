"""Options that several commands share, and their values as settings."""

from pathlib import Path
from typing import Annotated, Any

import typer

Source = Annotated[Path, typer.Argument(help="catalogue file of any known format", show_default=False)]
Store = Annotated[str | None, typer.Option("--store", help="SQLite file or postgresql:// URL")]
Langs = Annotated[str | None, typer.Option("--lang", help="languages to write: en,zh")]
Markets = Annotated[str | None, typer.Option("--market", help="markets to write for: cn,eu,us,uk")]
Channel = Annotated[str | None, typer.Option("--channel", help="listing, title, bullets, seo or social")]
Voice = Annotated[str | None, typer.Option("--voice", help="plain, warm, technical, or a TOML file")]
Mapping = Annotated[Path | None, typer.Option("--mapping", help="corrected column mapping (see: goodword columns)")]
Rejects = Annotated[Path | None, typer.Option("--rejects", help="where bad rows are collected")]
Model = Annotated[
    str | None, typer.Option("--model", help="who words it: composer, local, openai, transformers; BACKEND:NAME")
]


def split(value: str | None) -> tuple[str, ...] | None:
    """'en,zh' as a tuple; None where not given."""
    return None if value is None else tuple(v.strip() for v in value.split(",") if v.strip())


def model_of(given: str | None) -> dict[str, str] | None:
    """'openai:gpt-5-mini' as settings of the model; None where not given."""
    if given is None:
        return None
    backend, _, name = given.partition(":")
    return {"backend": backend.strip(), **({"name": name.strip()} if name.strip() else {})}


def settings_of(
    *, store: str | None = None, lang: str | None = None, market: str | None = None, channel: str | None = None,
    voice: str | None = None, model: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Options as settings; None where not given."""
    return {"store": store, "langs": split(lang), "markets": split(market), "channel": channel, "voice": voice,
            "model": model_of(model)}  # fmt: skip


def rejects_of(source: Path) -> Path:
    """Where the bad rows of a file are collected if nothing else is said."""
    return source.with_name(f"{source.stem}.rejects.csv")
