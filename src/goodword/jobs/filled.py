"""A shop's own file given back with the texts that may be shown now, nothing else changed."""

from pathlib import Path
from typing import get_args

from goodword.catalogue import read, write
from goodword.catalogue.base import CopyText
from goodword.store import statements
from goodword.store.engine import Store
from goodword.types import Channel, Lang, Market, Statement

_LANGS: tuple[Lang, ...] = get_args(Lang)
_HOME: dict[Lang, tuple[Market, ...]] = {"en": ("us", "uk", "eu", "cn"), "zh": ("cn", "us", "uk", "eu")}


def fill(store: Store, file: Path, out: Path, *, channel: Channel = "listing") -> int:
    """Write the catalogue `file` with the live texts of that channel to `out`; how many products got one.

    Where a language has texts for several markets, that of its home market is taken.

    Raises:
        InputError: the file is no catalogue.
    """

    def texts(sku: str) -> dict[Lang, CopyText]:
        with store.read() as conn:
            found = {
                lang: next(filter(None, (statements.latest(conn, sku, lang, m, channel) for m in _HOME[lang])), None)
                for lang in _LANGS
            }
        return {lang: _copy(statement, lang) for lang, statement in found.items() if statement}

    return write.write_back(read.open_catalogue(file), out, texts)


def _copy(statement: Statement, lang: Lang) -> CopyText:
    """A text that ends with its visible label."""
    text, mark = statement.draft.text, statement.mark
    if not mark.text:  # a person's own words
        return CopyText(text=text)
    space = "\n" if "\n" in text else " " if lang == "en" else ""
    return CopyText(text=f"{text}{space}{mark.text}", mark=mark)
