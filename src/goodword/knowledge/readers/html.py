"""HTML pages, read by the standard library's parser: text under headings, without scripts, styles and navigation."""

from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path

from goodword.knowledge.base import Section, decoded

SUFFIXES = (".html", ".htm", ".xhtml")
_SKIP = {"script", "style", "nav", "noscript", "template", "svg", "head", "form", "button"}
_BLOCK = {"p", "li", "div", "tr", "br", "section", "article", "dt", "dd", "table", "ul", "ol", "blockquote", "main"}
_VOID = {"br", "img", "hr", "input", "meta", "link", "wbr", "source", "col", "area", "base", "embed"}


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.meta: dict[str, object] = {}
        self.found: list[Section] = []
        self._path: list[str] = []
        self._lines: list[str] = [""]
        self._skip: list[str] = []
        self._heading = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {k: v or "" for k, v in attrs}
        if tag == "html" and given.get("lang"):
            self.meta["lang"] = given["lang"][:2]
        if tag == "meta" and given.get("name") in {"valid_from", "valid_until", "id", "market", "title", "sku"}:
            self.meta[given["name"]] = given.get("content", "")
        if (tag in _SKIP and tag not in _VOID) or (self._skip and tag == self._skip[-1]):
            self._skip.append(tag)
        elif tag in {"h1", "h2", "h3", "h4", "h5", "h6"}:
            self.flush()
            self._path, self._heading = self._path[: int(tag[1]) - 1], int(tag[1])
        elif tag in {"td", "th"} and self._lines[-1]:
            self._lines[-1] += "; "
        elif tag in _BLOCK:
            self._lines.append("")

    def handle_endtag(self, tag: str) -> None:
        if self._skip and tag == self._skip[-1]:
            self._skip.pop()
        elif self._heading and tag == f"h{self._heading}":
            self._path.append(" ".join("".join(self._lines).split()))
            self._lines, self._heading = [""], 0
        elif tag in _BLOCK:
            self._lines.append("")

    def handle_data(self, data: str) -> None:
        if not self._skip:
            self._lines[-1] += data.replace("\n", " ")

    def flush(self) -> None:
        lines = [" ".join(line.split()) for line in self._lines]
        if any(lines):
            text = "\n".join(line for line in lines if line)
            self.found.append(Section(text=text, path=tuple(self._path), locator=f"line {self.getpos()[0]}"))
        self._lines = [""]


def sections(path: Path) -> tuple[Mapping[str, object], Iterator[Section]]:
    """Meta elements of the page, and the text under each heading."""
    page = _Page()
    page.feed(decoded(path))
    page.close()
    page.flush()
    return page.meta, iter(page.found)
