"""Give a catalogue back in its own format with the descriptions filled and nothing else changed."""

from pathlib import Path
from typing import cast

from goodword.catalogue.base import Texts, Writer
from goodword.catalogue.encoding import survey
from goodword.catalogue.read import Catalogue
from goodword.errors import InputError
from goodword.plugins import load


def write_back(catalogue: Catalogue, out: Path, texts: Texts) -> int:
    """Write the catalogue with `texts` to `out`, whole or not at all; return how many products got a text.

    Raises:
        InputError: `out` is the original, cannot be written, or the original changed since it was opened.
    """
    original = catalogue.path
    if out.exists() and out.samefile(original):
        raise InputError(
            "this is the original", where=str(out), cure="Choose another name: the original is never overwritten"
        )
    if survey(original).sha256 != catalogue.plan.survey.sha256:
        raise InputError("this file changed since it was read", where=str(original), cure="Read it again")
    writer = cast("Writer", load("catalogue.writers", catalogue.reader))
    return writer.write_back(original, out, texts, catalogue.plan)
