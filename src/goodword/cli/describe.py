"""`goodword describe`: a catalogue in, descriptions out."""

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from goodword.app import Goodword
from goodword.catalogue import read, write
from goodword.catalogue.base import BadRow
from goodword.cli import forecast, talk
from goodword.cli.options import (
    Channel,
    Langs,
    Mapping,
    Markets,
    Model,
    Rejects,
    Source,
    Store,
    Voice,
    rejects_of,
    settings_of,
    split,
)
from goodword.cli.tally import Tally, follow
from goodword.errors import InputError
from goodword.jobs import outputs, shape
from goodword.jobs.spool import Spool


def describe(
    source: Source,
    out: Annotated[
        list[Path] | None, typer.Option("-o", "--out", help=".html, .csv or .jsonl; may be repeated")
    ] = None,
    fill: Annotated[
        Path | None, typer.Option("--fill", help="give the catalogue back in its own format, descriptions filled")
    ] = None,
    lang: Langs = None,
    market: Markets = None,
    channel: Channel = None,
    voice: Voice = None,
    model: Model = None,
    store: Store = None,
    mapping: Mapping = None,
    rejects: Rejects = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="at most this many products")] = None,
    only: Annotated[str | None, typer.Option("--only", help="these SKUs, comma between")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="say what would be done, and do nothing")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="results as JSONL on stdout")] = False,
) -> int:
    """Write descriptions for a catalogue, in English and Chinese, and release those the guard vouches for."""
    wanted = frozenset(split(only) or ())
    given = settings_of(store=store, lang=lang, market=market, channel=channel, voice=voice, model=model)
    tally = Tally()
    with Goodword(**given) as goodword, ExitStack() as stack:
        per_product = len(goodword.settings.market_pairs())
        count = _count(source, mapping, wanted, limit)
        if dry_run:
            return forecast.tell(goodword, source, mapping=mapping, only=wanted, limit=limit, count=count)
        goodword.order()  # a wrong voice or an absent model is told before anything is written
        files = [stack.enter_context(outputs.opened(path, shop=source.stem, per_product=per_product))
                 for path in out or ()]  # fmt: skip
        spool = stack.enter_context(Spool()) if fill else None
        results = goodword.describe(source, mapping=mapping, rejects=rejects or rejects_of(source), only=wanted,
                                    limit=limit)  # fmt: skip
        for result in follow(results, count * per_product, tally):
            for file in files:
                file.add(result)
            if spool:
                spool.add(result)
            if as_json or not (out or fill):
                talk.emit(shape.described(result))
        if fill and spool:
            filled = write.write_back(read.open_catalogue(source, mapping=mapping), fill, spool.texts)
            talk.say(f"{filled} products filled in {fill}")
    tally.tell()
    return tally.code


def _count(source: Path, mapping: Path | None, only: frozenset[str], limit: int | None) -> int:
    """How many products there are to describe.

    Raises:
        InputError: none, or one of `only` is not there.
    """
    found, missing = 0, set(only)
    for record in read.open_catalogue(source, mapping=mapping).records():
        if isinstance(record, BadRow) or (only and record.sku not in only):
            continue
        found += 1
        missing.discard(record.sku)
        if limit is not None and found >= limit and not missing:
            break
    if missing:
        raise InputError(f"no product {min(missing)!r}", where=str(source), cure="See the sku column")
    if not found:
        raise InputError("there is no product to describe", where=str(source), cure="Look at it: goodword columns")
    return min(found, limit or found)
