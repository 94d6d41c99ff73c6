"""What a browser would make of a page: links, and everything that a strict policy forbids or an attack would leave."""

from html.parser import HTMLParser


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "href" in given and tag == "a":
            self.links.append(given["href"])
        for name, value in given.items():
            if name.startswith("on") or name == "style" or name == "srcdoc":
                self.wrong.append(f"<{tag} {name}={value[:60]!r}>")
            if name in {"href", "src", "action", "formaction", "data"} and _runs(value):
                self.wrong.append(f"<{tag} {name}={value[:60]!r}>")
        if (tag == "script" and not given.get("src", "").startswith("/")) or tag == "style":
            self.wrong.append(f"<{tag}> inline")
        if tag in {"iframe", "object", "embed", "base"} or (tag == "img" and given.get("src") == "x"):
            self.wrong.append(f"<{tag}>")


def _runs(value: str) -> bool:
    return "".join(c for c in value.casefold() if c > " ").startswith(("javascript:", "data:text", "vbscript:"))


def links_of(page: str) -> list[str]:
    """Where its links lead."""
    return _read(page).links


def wrong_with(page: str) -> list[str]:
    """Inline script and style, handlers, addresses that run, and elements no page of ours has."""
    return _read(page).wrong


def _read(page: str) -> _Page:
    reader = _Page()
    reader.feed(page)
    reader.close()
    return reader
