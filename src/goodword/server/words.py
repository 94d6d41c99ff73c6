"""The language of one reader: chosen by `?lang=`, else by the cookie, else by what the browser asks for."""

from dataclasses import dataclass
from urllib.parse import quote

from fastapi import Request

from goodword.errors import GoodwordError
from goodword.text import messages
from goodword.types import Lang

COOKIE = "gw_lang"


@dataclass(frozen=True, slots=True)
class Words:
    """Messages in a reader's language. The English is the key."""

    lang: Lang

    def put(self, english: str, **slots: object) -> str:
        """A message; slots such as `{n}` are filled after it was translated, and never looked into."""
        said = messages.put(english, self.lang)
        return messages.SLOT.sub(lambda m: str(slots.get(m[1], m[0])), said) if slots else said

    def place(self, where: str) -> str:
        """A where-clause."""
        return messages.place(where, self.lang)

    def told(self, error: GoodwordError) -> str:
        """An error in one line."""
        return messages.told(error, self.lang)


def of(request: Request) -> Words:
    """The words of whoever asks."""
    return Words(lang_of(request))


def lang_of(request: Request) -> Lang:
    """The language of whoever asks."""
    for given in (request.query_params.get("lang"), request.cookies.get(COOKIE)):
        if given == "zh":
            return "zh"
        if given == "en":
            return "en"
    return _preferred(request.headers.get("Accept-Language", ""))


def _preferred(header: str) -> Lang:
    """The first of our languages by the weights of the header (RFC 9110 section 12.5.4)."""
    ranked: list[tuple[float, Lang]] = []
    for part in header.split(","):
        name, _, weight = part.partition(";")
        try:
            value = float(weight.partition("=")[2]) if weight else 1.0
        except ValueError:
            continue
        code = name.strip().lower()[:2]
        if value > 0 and code in {"en", "zh"}:
            ranked.append((value, "zh" if code == "zh" else "en"))
    return max(ranked, key=lambda r: r[0])[1] if ranked else "en"


def quoted(path: str) -> str:
    """A path as a value of a query."""
    return quote(path, safe="/")


def lowered(message: str) -> str:
    """A library's sentence as a clause."""
    return message[:1].lower() + message[1:]
