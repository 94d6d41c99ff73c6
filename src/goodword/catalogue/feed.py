"""Items of an XML feed (RSS 2.0 or Atom), found, read and edited one at a time, every other character left as it is.

Only items are parsed, each by itself, and nothing outside them is: a document type declaration has no effect,
entities cannot be declared, nothing is ever fetched, and a malformed item does not spoil the next.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from goodword.catalogue.encoding import CHUNK, Survey, opened
from goodword.errors import InputError

GOOGLE = "http://base.google.com/ns/1.0"
CUSTOM = "http://base.google.com/cns/1.0"
LONGEST_ITEM = 4 << 20
_TOKEN = re.compile(r"<!\[CDATA\[|<!--|<(?P<close>/?)(?P<name>item|entry)(?=[\s>/])")
_TAG = re.compile(rb"""<[^>"']*(?:"[^"]*"[^>"']*|'[^']*'[^>"']*)*>""")
_XMLNS = re.compile(r"""xmlns(?::([\w.-]+))?\s*=\s*("[^"<]*"|'[^'<]*')""")
_DECLARED = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([\w.-]+)["']""")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the feed: 'item', 'between' or 'broken' (an item without its end, with all that follows)."""

    kind: str
    text: str
    line: int


@dataclass(slots=True)
class Element:
    """A child of an item, with its span and that of its content in the item's UTF-8 bytes."""

    space: str
    name: str
    start: int
    end: int = 0
    inside: tuple[int, int] = (0, 0)
    text: str = ""
    children: list["Element"] = field(default_factory=list)


def declared(path: Path) -> str:
    """The encoding the XML declaration names, in lower case; '' for none."""
    with opened(path) as file:
        found = _DECLARED.search(file.read(400))
    return found[1].decode().lower() if found else ""


def encoding_of(path: Path, told: Survey) -> str:
    """The encoding the feed is in: its byte order mark, else what it declares if that fits, else what its bytes tell.

    Raises:
        InputError: it declares an encoding nobody knows.
    """
    name = declared(path)
    if told.bom:
        return told.encoding
    if name in {"", "utf-8", "utf8", "utf-16", "us-ascii", "ascii"}:
        return told.encoding
    if name in {"gb2312", "gbk", "gb18030", "cp936", "x-gbk"}:
        return "gb18030"
    try:
        return "" if "a".encode(name) != b"a" else codecs.lookup(name).name
    except (LookupError, UnicodeError):
        raise InputError(
            f"the feed declares the unknown encoding {name!r}", where=str(path), cure="Save it as UTF-8"
        ) from None


def pieces(path: Path, told: Survey, encoding: str) -> Iterator[Piece]:
    """The whole feed in pieces; joined they are the feed after its byte order mark.

    Raises:
        InputError: the feed declares entities, or holds no items.
    """
    line, items = 1, 0
    for kind, text in _cut(_text(path, told, encoding)):
        if kind == "between" and not items and "<!ENTITY" in text:
            raise InputError(
                "the feed declares entities, which Goodword refuses",
                where=str(path),
                cure="Export it without a DOCTYPE",
            )
        items += kind == "item"
        yield Piece(kind, text, line)
        line += text.count("\n") or (text.count("\r") if "\n" not in text else 0)


def _text(path: Path, told: Survey, encoding: str) -> Iterator[str]:
    how = "surrogatepass" if encoding.startswith("utf-16") else "surrogateescape"
    decoder = codecs.getincrementaldecoder(encoding)(how)
    with opened(path) as file:
        file.seek(len(told.bom))
        while raw := file.read(CHUNK):
            yield decoder.decode(raw)
    yield decoder.decode(b"", True)


def _cut(chunks: Iterator[str]) -> Iterator[tuple[str, str]]:
    """Cut text at items. `start` is where the piece in hand begins, `at` how far it was looked through."""
    buffer, start, at, inside, done = "", 0, 0, "", False
    while True:
        token = _TOKEN.search(buffer, at)
        end = _token_end(buffer, token) if token else -1
        if not token or end < 0:
            at = token.start() if token else max(at, len(buffer) - 9)
            if not inside and at > start:  # all before the token is between items and can go
                yield "between", buffer[start:at]
                start = at
            if done or (inside and len(buffer) - start > LONGEST_ITEM):
                break
            buffer, at, start = buffer[start:], at - start, 0
            more = next(chunks, None)
            done = more is None
            buffer += more or ""
            continue
        at = end
        if token["name"] and not inside and not token["close"] and buffer[end - 2] != "/":
            if token.start() > start:
                yield "between", buffer[start : token.start()]
            start, inside = token.start(), token["name"]
        elif token["name"] == inside and token["close"]:
            yield "item", buffer[start:end]
            start, inside = end, ""
    yield from [("broken" if inside else "between", piece) for piece in (buffer[start:], *chunks) if piece]


def _token_end(buffer: str, token: re.Match[str]) -> int:
    """Where a token ends; -1 if that is not in the buffer yet."""
    close = {"<![CDATA[": "]]>", "<!--": "-->"}.get(token[0], ">")
    found = buffer.find(close, token.end())
    return found + len(close) if found >= 0 else -1


def spaces_of(text: str) -> dict[str, str]:
    """Name spaces by prefix declared in what stands before the items; 'g' and 'c' are known anyway."""
    found = {prefix: value[1:-1] for prefix, value in _XMLNS.findall(text)}
    return found | {p: u for p, u in (("g", GOOGLE), ("c", CUSTOM)) if p not in found}


def parse(item: str, spaces: dict[str, str]) -> list[Element]:
    """The children of an item.

    Raises:
        ValueError: it is not well-formed; the message says why.
    """
    declared = "".join(f' xmlns{":" if p else ""}{p}="{u}"' for p, u in spaces.items())
    before = f"<x{declared}>".encode()
    data = before + item.encode() + b"</x>"
    found: list[Element] = []
    _run(data, found)
    for element in found:
        element.start, element.end = element.start - len(before), element.end - len(before)
        element.inside = (element.inside[0] - len(before), element.inside[1] - len(before))
    return found


def _run(data: bytes, found: list[Element]) -> None:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    stack: list[Element] = []

    def start(name: str, _attributes: object) -> None:
        space, _, local = name.rpartition(" ")
        element = Element(space, local, parser.CurrentByteIndex)
        if len(stack) >= 2:
            (found if len(stack) == 2 else stack[-1].children).append(element)
        stack.append(element)

    def end(_name: str) -> None:
        element, at = stack.pop(), parser.CurrentByteIndex
        opening = _TAG.match(data, element.start)
        assert opening
        empty = opening[0].endswith(b"/>")
        element.inside = (opening.end(), opening.end()) if empty else (opening.end(), at)
        element.end = opening.end() if empty else data.index(b">", at) + 1

    def text(words: str) -> None:
        if stack:
            stack[-1].text += words

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    try:
        parser.Parse(data, True)
    except expat.ExpatError as problem:
        raise ValueError(expat.ErrorString(problem.code).removeprefix("not well-formed ").strip("()")) from None


def escaped(text: str) -> str:
    """Text as XML content; characters XML cannot hold are left away."""
    return _NOT_XML.sub("", text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def edited(item: str, elements: list[Element], put: dict[int, str], new: list[str], gone: set[int]) -> str:
    """An item with elements replaced (`put`), removed with the space before them (`gone`), and new ones at its end."""
    data = item.encode()
    closing = data.rindex(b"</")
    indent = _space_before(data, elements[0].start if elements else closing)
    tail = data[len(data[:closing].rstrip()) : closing]
    out, at = [], 0
    for n, element in enumerate(elements):
        if n in put or n in gone:
            kept = data[at : element.start]
            out.append((kept if n in put else kept.rstrip()) + put.get(n, "").encode())
            at = element.end
    out.append(data[at : closing - len(tail)])
    out += [indent + each.encode() for each in new]
    return b"".join((*out, tail, data[closing:])).decode()


def _space_before(data: bytes, place: int) -> bytes:
    return data[len(data[:place].rstrip()) : place]
