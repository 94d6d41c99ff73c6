"""Open a catalogue of any format: tell the format by content, show the mapping, stream records and bad rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import cast

from goodword.catalogue.base import BadRow, ColumnMap, Head, Reader, ReadPlan
from goodword.catalogue.head import head_of
from goodword.catalogue.mapping import complete, corrected, corrections, to_toml
from goodword.catalogue.rejects import Rejects
from goodword.errors import InputError
from goodword.plugins import load, names
from goodword.types import Lang, Record, Source

ROOM = "catalogue.readers"
CURE = "Goodword reads CSV, TSV, Excel, Parquet, JSONL, Shopify, WooCommerce, Google Merchant and schema.org catalogues"


@dataclass(frozen=True, kw_only=True, slots=True)
class Catalogue:
    """A catalogue that can be read as often as wanted. `mapping` is None where the format fixes the columns."""

    path: Path
    reader: str
    mapping: ColumnMap | None
    plan: ReadPlan

    def records(self) -> Iterator[Record | BadRow]:
        """Every product and every bad row in file order, streaming.

        Raises:
            InputError: the file turns out to be unreadable; nothing more comes after that.
        """
        module = cast("Reader", load(ROOM, self.reader))
        return module.read(self.path, self.plan)

    def mapping_toml(self) -> str:
        """The mapping as a TOML file to correct and give back; '' where the format fixes the columns."""
        return to_toml(self.mapping, self.path.name) if self.mapping else ""


def sniff(path: Path) -> str:
    """The name of the reader for a file, by its content.

    Raises:
        InputError: the file cannot be read or is no catalogue in a format we know.
    """
    return _recognised(head_of(path))


@cache
def _readers() -> dict[str, Reader]:
    """Every reader there is; looking for other packages' takes longer than reading a small file."""
    return {name: cast("Reader", load(ROOM, name)) for name in names(ROOM)}


def _recognised(head: Head) -> str:
    scores = {name: reader.recognises(head) for name, reader in _readers().items()}
    best = max(scores, key=lambda name: scores[name])
    if scores[best] > 0:
        return best
    what = (
        "this file is no catalogue in a format Goodword knows"
        if head.survey.encoding
        else "this file is no text and no workbook"
    )
    raise InputError(what, where=str(head.path), cure=CURE)


def open_catalogue(
    path: Path, *, reader: str | None = None, mapping: Path | None = None, talk: Lang = "en"
) -> Catalogue:
    """Make a catalogue ready to be read. `talk` is the language bad rows are told in.

    Raises:
        InputError: the file cannot be read, is in no known format, or the mapping does not fit it.
        UnknownPlugin: no such reader.
    """
    head = head_of(path)
    name = reader or _recognised(head)
    module = cast("Reader", load(ROOM, name))
    if not head.survey.encoding and not module.recognises(head):
        raise InputError(f"this file is no text, so it is no {name} catalogue", where=str(path), cure=CURE)
    columns = _columns(module, head, mapping)
    source = Source(uri=str(path), sha256=head.survey.sha256, seen=datetime.now(UTC).isoformat(timespec="seconds"))
    plan = ReadPlan(source=source, survey=head.survey, delimiter=head.delimiter or ",", columns=columns, talk=talk)
    return Catalogue(path=path, reader=name, mapping=columns, plan=plan)


def _columns(module: Reader, head: Head, mapping: Path | None) -> ColumnMap | None:
    table = corrections(mapping) if mapping else {}
    row = table.get("heading_row")
    found = module.columns(
        head, heading_row=row if isinstance(row, int) and row > 0 else None, sheet=str(table.get("sheet", ""))
    )
    if found is None:
        if mapping:
            raise InputError(
                f"the columns of {module.NAME} files are fixed", where=str(mapping), cure="Leave the mapping out"
            )
        return None
    return complete(corrected(found, table, str(mapping)) if table else found, str(head.path))


def read(
    path: Path,
    *,
    reader: str | None = None,
    mapping: Path | None = None,
    rejects: Path | None = None,
    talk: Lang = "en",
) -> Iterator[Record]:
    """Yield the products of a catalogue; bad rows go to the `rejects` CSV, which is only made if there are any.

    Raises:
        InputError: as `open_catalogue`.
    """
    catalogue = open_catalogue(path, reader=reader, mapping=mapping, talk=talk)
    with Rejects(rejects) as bin_:
        for found in catalogue.records():
            if isinstance(found, BadRow):
                bin_.add(found)
            else:
                yield found
