"""Google Merchant XML feeds back: a labelled text in g:structured_description, any other in g:description."""

from collections.abc import Mapping
from pathlib import Path

from goodword.catalogue.atomic import replacing
from goodword.catalogue.base import CopyText, ReadPlan, Texts
from goodword.catalogue.copytext import MARK, metadata, plain
from goodword.catalogue.encoding import encode
from goodword.catalogue.feed import CUSTOM, GOOGLE, declared, edited, encoding_of, escaped, parse, spaces_of
from goodword.catalogue.merchant import AI
from goodword.catalogue.readers.merchant import walk
from goodword.types import Lang

NAME = "merchant"
_SLOTS = {"description", "summary"}


def write_back(original: Path, out: Path, texts: Texts, plan: ReadPlan) -> int:
    """Fill every item of a group with the group's text."""
    encoding = encoding_of(original, plan.survey)
    named = declared(original)
    narrow = named if encoding == "gb18030" and named in {"gb2312", "gbk"} else encoding
    filled, last, spaces = 0, "", dict[str, str]()
    with replacing(out) as part, part.open("wb") as file:
        file.write(plan.survey.bom)
        for step in walk(original, plan):
            for row in step.rows:
                text = row.cells[0]
                spaces = spaces or spaces_of(text)
                copies = texts(step.sku) if step.sku else {}
                if copies:
                    text = _filled(text, spaces, copies, narrow)
                    filled, last = (filled + 1, step.sku) if step.sku != last else (filled, last)
                file.write(encode(text, encoding))
    return filled


def _filled(item: str, spaces: dict[str, str], copies: Mapping[Lang, CopyText], encoding: str) -> str:
    elements = parse(item, spaces)
    g = next(f"{p}:" if p else "" for p, u in spaces.items() if u == GOOGLE)
    text, label = _content(plain(copies.values()), encoding), metadata(copies)
    slots = [n for n, e in enumerate(elements) if e.space != CUSTOM and e.name in _SLOTS]
    ai = [n for n, e in enumerate(elements) if e.space == GOOGLE and e.name == "structured_description"]
    marks = [n for n, e in enumerate(elements) if e.space == CUSTOM and e.name == MARK]
    put, new = dict[int, str](), list[str]()
    if label:
        wanted = [_structured(g, text), _mark(label)]
        places = [(ai + slots)[:1], marks[:1]]
    else:
        wanted, places = [f"<{g}description>{text}</{g}description>"], [slots[:1] or ai[:1]]
        if slots:  # keep the element's own name and attributes
            start, end = elements[slots[0]].inside
            data = item.encode()
            opening = data[elements[slots[0]].start : start].decode()
            if not opening.endswith("/>"):
                wanted = [opening + text + data[end : elements[slots[0]].end].decode()]
    for words, place in zip(wanted, places, strict=True):
        if place:
            put[place[0]] = words
        else:
            new.append(words)
    return edited(item, elements, put, new, {*slots, *ai, *marks} - put.keys())


def _structured(g: str, text: str) -> str:
    return (
        f"<{g}structured_description><{g}digital_source_type>{AI}</{g}digital_source_type>"
        f"<{g}content>{text}</{g}content></{g}structured_description>"
    )


def _mark(label: str) -> str:
    return f'<c:{MARK} xmlns:c="{CUSTOM}" type="string">{escaped(label)}</c:{MARK}>'


def _content(text: str, encoding: str) -> str:
    """Escaped text; what the feed's encoding cannot hold becomes a character reference."""
    return escaped(text).encode(encoding, "xmlcharrefreplace").decode(encoding)
