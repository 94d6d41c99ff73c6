"""Which encoding a file is in, told from all of its bytes, and its lines with the bytes they came from.

UTF-8 with or without a mark, UTF-16 with one, and GB18030 (which covers GBK and GB2312).
"""

import codecs
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from goodword.errors import InputError

CHUNK = 1 << 20
LONGEST_LINE = 8 << 20
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x19\x1b-\x1f]")
_LONE_HIGH_BYTE = re.compile(rb"(?<![\x80-\xff])[\x80-\xff](?![\x80-\xff])")
_HIGH_RUN = re.compile(rb"[\x80-\xff]{2,}")
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Survey:
    """What a first pass over a file told: `encoding` is '' for bytes that are no text."""

    size: int
    sha256: str
    encoding: str
    bom: bytes = b""
    newline: bytes = b"\n"  # b'\r' only where no line feed exists


@dataclass(frozen=True, slots=True)
class Line:
    """One physical line: its bytes, its text (lone surrogates where `ok` is false)."""

    raw: bytes
    text: str
    ok: bool


def opened(path: Path) -> BinaryIO:
    """The file opened for reading bytes.

    Raises:
        InputError: it does not exist, is a folder, or may not be read.
    """
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            raise InputError("this is no ordinary file", where=str(path), cure="Save the catalogue to a file first")
        return path.open("rb")
    except FileNotFoundError:
        raise InputError("there is no such file", where=str(path), cure="Check the name") from None
    except IsADirectoryError:
        raise InputError("this is a folder, not a file", where=str(path), cure="Name the file in it") from None
    except PermissionError:
        raise InputError("this file may not be read", where=str(path), cure="Ask for read permission") from None
    except (OSError, ValueError) as problem:
        raise InputError(f"this file cannot be opened ({problem})", where=str(path)) from None


def survey(path: Path) -> Survey:
    """Read all of the file once for its hash and its encoding.

    Raises:
        InputError: the file cannot be opened or is empty.
    """
    digest, size = hashlib.sha256(), 0
    utf8: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")()
    with opened(path) as file:
        head = file.read(CHUNK)
        chunk = head
        while chunk:
            digest.update(chunk)
            size += len(chunk)
            utf8 = _still(utf8, chunk)
            chunk = file.read(CHUNK)
    if not head.strip(b" \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise InputError("this file is empty", where=str(path), cure="Export the catalogue again")
    valid = utf8 is not None and _still(utf8, b"", final=True) is not None
    encoding, bom = _encoding(path, head, valid=valid)
    newline = b"\r" if b"\r" in head and b"\n" not in head else b"\n"
    return Survey(size=size, sha256=digest.hexdigest(), encoding=encoding, bom=bom, newline=newline)


def _still(
    decoder: codecs.IncrementalDecoder | None, chunk: bytes, *, final: bool = False
) -> codecs.IncrementalDecoder | None:
    """The decoder if the bytes are still valid, None from the first that are not."""
    if decoder:
        try:
            decoder.decode(chunk, final)
        except UnicodeDecodeError:
            return None
    return decoder


def _encoding(path: Path, head: bytes, *, valid: bool) -> tuple[str, bytes]:
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name, mark
    controls = len(_CONTROL.findall(head[:65536]))
    if controls > 4 and controls > 0.02 * len(head[:65536]):
        return "", b""
    return ("utf-8" if valid else _utf8_or_gb(path)), b""


def _utf8_or_gb(path: Path) -> str:
    """Choose by lines for a file that is not all UTF-8: a few bad lines in a UTF-8 file must not turn it into GB18030.

    Lines of UTF-8 are often GB18030 by chance, lines of GB18030 seldom UTF-8: one in seven with a single character,
    next to none with more. So a third of valid lines decides for UTF-8.

    Western 8-bit text has lone high bytes where Chinese has pairs; it is in neither encoding, so it stays
    'utf-8' and its lines are reported instead of being read as Chinese nobody wrote.
    """
    total = utf8 = gb = lone = runs = 0
    with opened(path) as file:
        for raw in iter(lambda: file.readline(LONGEST_LINE), b""):
            if raw.isascii():
                continue
            total += 1
            utf8 += decode(raw, "utf-8")[1]
            gb += decode(raw, "gb18030")[1]
            lone += len(_LONE_HIGH_BYTE.findall(raw))
            runs += len(_HIGH_RUN.findall(raw))
    return "gb18030" if gb > utf8 and 3 * utf8 < total and runs >= lone else "utf-8"


def decode(raw: bytes, encoding: str) -> tuple[str, bool]:
    """The text of `raw`, and whether all of it could be decoded; what could not stands as lone surrogates."""
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        how = "surrogatepass" if encoding.startswith("utf-16") else "surrogateescape"
        return raw.decode(encoding, how), False
    return text, True


def encode(text: str, encoding: str) -> bytes:
    """Bytes of `text`; undoes `decode`."""
    how = "surrogatepass" if encoding.startswith("utf-16") else "surrogateescape"
    return text.encode(encoding, how)


def lines(path: Path, told: Survey) -> Iterator[Line]:
    """Every physical line with its line end, after the byte order mark.

    Raises:
        InputError: one line is longer than 8 MiB, so this is no file of lines.
    """
    raws = _wide_lines(path, told) if told.encoding.startswith("utf-16") else _byte_lines(path, told)
    for number, raw in enumerate(raws, 1):
        if len(raw) >= LONGEST_LINE:
            raise InputError(
                f"line {number} is longer than {LONGEST_LINE >> 20} MB",
                where=str(path),
                cure="Check how it was exported",
            )
        yield Line(raw, *decode(raw, told.encoding))


def _byte_lines(path: Path, told: Survey) -> Iterator[bytes]:
    with opened(path) as file:
        file.seek(len(told.bom))
        if told.newline == b"\n":
            yield from iter(lambda: file.readline(LONGEST_LINE), b"")
        else:
            yield from _split(iter(lambda: file.read(CHUNK), b""), b"\r")


def _wide_lines(path: Path, told: Survey) -> Iterator[bytes]:
    """Lines of UTF-16: a line feed is two bytes on an even place."""
    with opened(path) as file:
        file.seek(len(told.bom))
        chunks = iter(lambda: file.read(CHUNK), b"")
        newline = told.newline.decode().encode(told.encoding)
        yield from _split(chunks, newline)


def _split(chunks: Iterator[bytes], newline: bytes) -> Iterator[bytes]:
    width, rest = len(newline), b""
    for chunk in chunks:
        buffer, start, at = rest + chunk, 0, 0
        while (found := buffer.find(newline, at)) >= 0:
            at = found + 1
            if found % width == 0:
                at = found + width
                yield buffer[start:at]
                start = at
        rest = buffer[start:]
        if len(rest) >= LONGEST_LINE:
            break
    if rest:
        yield rest


def text_of(path: Path, told: Survey, *, most: int) -> str:
    """The whole file as text with its line ends as they are.

    Raises:
        InputError: it is larger than `most` bytes.
    """
    if told.size > most:
        raise InputError(
            f"this file is larger than {most >> 20} MB", where=str(path), cure="Split it into smaller files"
        )
    with opened(path) as file:
        return decode(file.read()[len(told.bom) :], told.encoding)[0]


def undecodable(text: str) -> bool:
    """Whether bytes that could not be decoded stand in a decoded text."""
    return _SURROGATE.search(text) is not None
