"""Documents to passages: a file or a folder of any known format, each section one quotable passage with its dates."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import cast, get_args

from goodword.errors import InputError
from goodword.knowledge.base import Held, Reader, Section
from goodword.plugins import load, names
from goodword.text.language import detect
from goodword.types import Lang, Market, Passage, Source

ROOM = "knowledge.readers"
_LONGEST = 1500  # characters of one passage; a longer section is cut between its lines
_SUFFIX_LANG = re.compile(r"[._-](en|zh)$")


def read(paths: Iterable[Path] | Path) -> list[Held]:
    """The passages of files and folders, in their order.

    Raises:
        InputError: a file that cannot be read, has no text, or of no known format; two passages with one id.
    """
    out: list[Held] = []
    for path in [paths] if isinstance(paths, Path) else paths:
        out += read_file(path) if not path.is_dir() else [h for f in _within(path) for h in read_file(f)]
    seen: set[tuple[str, str]] = set()
    for held in out:
        key = (held.passage.id, held.passage.text)
        if key in seen:
            continue
        seen.add(key)
    return out


def read_file(path: Path) -> list[Held]:
    """The passages of one file."""
    if not path.exists():
        raise InputError("there is no such file", where=str(path), cure="Check the name")
    reader = readers().get(path.suffix.lower())
    if reader is None:
        raise InputError(
            f"Goodword does not read {path.suffix or 'files without a suffix'} as a document",
            where=str(path),
            cure=f"Give one of: {', '.join(sorted(readers()))}",
        )
    meta, sections = reader.sections(path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    found = [h for n, s in enumerate(sections, 1) for h in _held(path, meta, s, n, digest)]
    if not found:
        raise InputError("this document has no text", where=str(path), cure="Check that it is the right file")
    return found


def readers() -> dict[str, Reader]:
    """Readers by suffix."""
    loaded = [cast("Reader", load(ROOM, name)) for name in names(ROOM)]
    return {suffix: reader for reader in loaded for suffix in reader.SUFFIXES}


def _within(folder: Path) -> Iterator[Path]:
    known = readers()
    return (f for f in sorted(folder.rglob("*")) if f.is_file() and f.suffix.lower() in known)


def _held(path: Path, meta: Mapping[str, object], section: Section, number: int, digest: str) -> Iterator[Held]:
    about = {**meta, **section.meta}
    where = f"{path}, {section.locator}" if section.locator else str(path)
    document = str(about.get("id") or path.stem)
    lang = _lang(about, path, section.text)
    title = str(meta.get("title") or (section.path[0] if section.path else ""))
    heading = " > ".join(p for p in section.path if p != title)
    base = document if section.meta else f"{document}#{_slug(section.path) or number}"
    if not base.endswith(f".{lang}") and ("id" in about or section.meta):
        base = f"{base.partition('#')[0]}.{lang}" + (f"#{base.partition('#')[2]}" if "#" in base else "")
    for n, text in enumerate(_cut(section.text), 1):
        yield Held(
            passage=Passage(
                id=base if n == 1 else f"{base}-{n}",
                text=text,
                lang=lang,
                source=Source(
                    uri=path.name,
                    locator=" > ".join(section.path) or section.locator,
                    sha256=digest,
                    seen=datetime.now(UTC).isoformat(timespec="seconds"),
                ),
                valid_from=_day(about.get("valid_from"), where),
                valid_until=_day(about.get("valid_until"), where),
            ),
            document=document,
            title=title,
            heading=heading,
            question=str(about.get("question") or ""),
            sku=str(about.get("sku") or ""),
            markets=_markets(about.get("market"), where),
            superseded_by=str(about.get("superseded_by") or ""),
        )


def _cut(text: str) -> Iterator[str]:
    """A long section in pieces, cut between lines, or where a line itself is too long between sentences."""
    piece = ""
    for line in text.strip().split("\n"):
        while len(line) > _LONGEST:
            stop = max(line.rfind(c, 0, _LONGEST) for c in ".。!！?？;； ")
            stop = stop + 1 if stop > 0 else _LONGEST
            yield from filter(None, [piece, line[:stop].strip()])
            piece, line = "", line[stop:].strip()
        if piece and len(piece) + len(line) > _LONGEST:
            yield piece
            piece = ""
        piece = f"{piece}\n{line}" if piece else line
    if piece.strip():
        yield piece


def _lang(about: Mapping[str, object], path: Path, text: str) -> Lang:
    given = str(about.get("lang") or "")[:2].lower()
    named = _SUFFIX_LANG.search(path.stem)
    found = given or (named[1] if named else "")
    return cast("Lang", found) if found in get_args(Lang) else detect(text)


def _day(value: object, where: str) -> str | None:
    if value in (None, "", "null"):
        return None
    try:
        return date.fromisoformat(str(value)[:10]).isoformat()
    except ValueError:
        raise InputError(f"{str(value)!r} is no day", where=where, cure="Write days as 2026-11-24") from None


def _markets(value: object, where: str) -> tuple[Market, ...]:
    given = (
        [v.strip() for v in value.split(",")]
        if isinstance(value, str)
        else list(value)
        if isinstance(value, list)
        else []
    )
    wrong = [g for g in given if g not in get_args(Market)]
    if wrong:
        raise InputError(f"market {wrong[0]!r} is not known", where=where, cure="One of: cn, eu, us, uk")
    return tuple(cast("list[Market]", given))


def _slug(path: tuple[str, ...]) -> str:
    last = path[-1] if path else ""
    return re.sub(r"[^\w]+", "-", last.lower()).strip("-")[:60]


def given(item: object, number: int, where: str = "") -> Held:
    """A passage as a program gives it: a string, or an object of the form of a line of JSONL.

    Raises:
        InputError: it is neither.
    """
    row = {"text": item} if isinstance(item, str) else item
    text = (
        next((row[k] for k in ("text", "answer", "quote") if isinstance(row.get(k), str)), "")
        if isinstance(row, dict)
        else ""
    )
    if not isinstance(row, dict) or not text.strip():
        raise InputError(f"passage {number} has no text", where=where, cure='A passage is {"id": …, "text": …}')
    heading = str(row.get("heading") or row.get("title") or "")
    return Held(
        passage=Passage(
            id=str(row.get("id") or f"passage {number}"),
            text=text,
            lang=detect(text),
            source=Source(uri=str(row.get("source") or "given")),
            valid_from=_day(row.get("valid_from"), where),
            valid_until=_day(row.get("valid_until"), where),
        ),
        document=str(row.get("document") or row.get("id") or number),
        heading=heading,
        question=str(row.get("question") or ""),
        sku=str(row.get("sku") or ""),
        markets=_markets(row.get("market"), where),
    )
